//! Two records of one person: suggested, merged with their hours, taken apart again.
//!
//! When names are alike is tested beside the code; what strangers may not, in `permissions`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use serde_json::Value;
use serde_json::json;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::on_both_databases;
use crate::support::statements::counted;

const MERGE: &str = "merge { id movedEntries stayedEntries version } volunteer { id }";

/// A coordinator's record of somebody, with what else is known.
async fn enrol(cast: &Cast, name: &str, more: Value) -> String {
    let mut input = json!({ "organizationId": cast.organization.id, "name": name });
    for (key, value) in more.as_object().unwrap() {
        input[key] = value.clone();
    }
    let made = cast
        .coordinator
        .done("createVolunteer", input, "volunteer { id }")
        .await;
    made["volunteer"]["id"].as_str().unwrap().to_owned()
}

/// Names of the pairs that are suggested, with what speaks for each.
async fn suggested(who: &Person, cast: &Cast) -> Vec<(String, String, String, Vec<String>)> {
    let query = "query($id: ID!) { duplicateCandidates(organizationId: $id) {
        nodes { confidence reasons volunteers { name } } totalCount } }";
    let data = who.asks(query, json!({ "id": cast.organization.id })).await;
    let list = &data["duplicateCandidates"];
    let nodes = list["nodes"].as_array().unwrap();
    assert_eq!(list["totalCount"], nodes.len());
    let text = |it: &Value| it.as_str().unwrap().to_owned();
    nodes
        .iter()
        .map(|it| {
            (
                text(&it["volunteers"][0]["name"]),
                text(&it["volunteers"][1]["name"]),
                text(&it["confidence"]),
                it["reasons"].as_array().unwrap().iter().map(text).collect(),
            )
        })
        .collect()
}

async fn merges(cast: &Cast, keep: &str, merge: &str) -> Value {
    let input = json!({ "keepId": keep, "mergeId": merge, "reason": "one person" });
    let done = cast.coordinator.done("mergeVolunteers", input, MERGE).await;
    done["merge"].clone()
}

/// Minutes and ids of the hours of a record.
async fn hours(cast: &Cast, record: &str) -> Vec<(i64, String)> {
    let query = "query($id: ID!) { volunteer(id: $id) {
        hourEntries(orderBy: {field: WORKED_ON, direction: ASC}) { nodes { id minutes } } } }";
    let data = cast.coordinator.asks(query, json!({ "id": record })).await;
    let nodes = data["volunteer"]["hourEntries"]["nodes"]
        .as_array()
        .unwrap();
    nodes
        .iter()
        .map(|it| {
            (
                it["minutes"].as_i64().unwrap(),
                it["id"].as_str().unwrap().to_owned(),
            )
        })
        .collect()
}

/// Approved minutes and distinct people of the year.
async fn figures(cast: &Cast) -> Value {
    let query = "query($input: IndhReportInput!) { indhReport(input: $input) {
        totals { minutes entries distinctVolunteers } } }";
    let input = json!({ "territoryCode": "07", "from": "2026-01-01", "to": "2026-12-31" });
    let data = cast.owner.asks(query, json!({ "input": input })).await;
    data["indhReport"]["totals"].clone()
}

async fn ledger_fault(cast: &Cast) -> Value {
    let query = "query($id: ID!) { verifyLedger(organizationId: $id) { whole fault } }";
    let data = cast
        .owner
        .asks(query, json!({ "id": cast.organization.id }))
        .await;
    data["verifyLedger"].clone()
}

on_both_databases! {
    /// Records are suggested by name in either script, day of birth and telephone, likely ones first.
    async fn records_of_one_person_are_suggested(app: App) {
        let cast = Cast::on(&app).await;
        enrol(&cast, "Karim Tazi", json!({})).await;
        enrol(&cast, "Tazi Karim", json!({ "birthDate": "1990-01-01" })).await;
        enrol(&cast, "Mohamed Alaoui", json!({ "birthDate": "1988-03-04", "phone": "0612345678" })).await;
        enrol(&cast, "محمد العلوي", json!({ "phone": "+212 612 345 678" })).await;
        // A telephone is shared by a family, and two days of birth are two people.
        enrol(&cast, "Naima Berrada", json!({ "phone": "0611111111", "birthDate": "1970-01-01" })).await;
        enrol(&cast, "Omar Berrada", json!({ "phone": "0611111111" })).await;
        enrol(&cast, "Naima Berrada", json!({ "birthDate": "1999-01-01" })).await;

        let pairs = suggested(&cast.coordinator, &cast).await;

        let words = |it: &[&str]| it.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        assert_eq!(pairs, [
            ("Mohamed Alaoui".to_owned(), "محمد العلوي".to_owned(), "LIKELY".to_owned(),
                words(&["SIMILAR_NAME", "SAME_PHONE"])),
            ("Karim Tazi".to_owned(), "Tazi Karim".to_owned(), "POSSIBLE".to_owned(), words(&["SAME_NAME"])),
        ]);
        let query = "query($id: ID!) { duplicateCandidates(organizationId: $id) { nodes { confidence } } }";
        let refused = cast.viewer.tries(query, json!({ "id": cast.organization.id })).await;
        assert_eq!(refused.error_code(), "FORBIDDEN");
    }

    /// What is suggested follows the records: a change makes and ends pairs.
    async fn suggestions_follow_what_records_say(app: App) {
        let cast = Cast::on(&app).await;
        enrol(&cast, "Karim Tazi", json!({})).await;
        let other = enrol(&cast, "Hind Saidi", json!({})).await;
        assert!(suggested(&cast.coordinator, &cast).await.is_empty());

        cast.coordinator
            .done("updateVolunteer", json!({ "id": other, "name": "Karim TAZI" }), "volunteer { id }")
            .await;
        assert_eq!(suggested(&cast.coordinator, &cast).await.len(), 1);

        cast.coordinator
            .done("updateVolunteer", json!({ "id": other, "name": "Hind Saidi" }), "volunteer { id }")
            .await;
        assert!(suggested(&cast.coordinator, &cast).await.is_empty());
    }

    /// A name that very many share tells nobody apart.
    async fn a_name_that_fifty_share_is_not_suggested(app: App) {
        let cast = Cast::on(&app).await;
        for _ in 0..51 {
            enrol(&cast, "Anonyme", json!({})).await;
        }
        enrol(&cast, "Aya", json!({ "birthDate": "1990-01-01" })).await;
        enrol(&cast, "Aya", json!({ "birthDate": "1990-01-01" })).await;

        let pairs = suggested(&cast.coordinator, &cast).await;

        assert_eq!(pairs.len(), 1);
        assert_eq!((pairs[0].0.as_str(), pairs[0].2.as_str()), ("Aya", "LIKELY"));
    }

    /// Whoever said that two records are two people is not asked again.
    async fn what_is_no_duplicate_is_not_suggested_again(app: App) {
        let cast = Cast::on(&app).await;
        let one = enrol(&cast, "Karim Tazi", json!({})).await;
        let other = enrol(&cast, "Karim Tazi", json!({})).await;
        assert_eq!(suggested(&cast.coordinator, &cast).await.len(), 1);

        for _ in 0..2 {
            let input = json!({ "volunteerId": other, "otherVolunteerId": one });
            cast.coordinator.done("dismissDuplicate", input, "volunteers { id }").await;
        }

        assert!(suggested(&cast.coordinator, &cast).await.is_empty());
    }

    /// Pages of pairs follow each other both ways, at a cost that does not grow with them.
    async fn pages_of_pairs_hold_each_pair_once(app: App) {
        let cast = Cast::on(&app).await;
        for number in 0..5 {
            for _ in 0..2 {
                enrol(&cast, &format!("Karim {}", ["Ba", "Da", "Fa", "Ka", "La"][number]),
                    json!(if number % 2 == 0 { json!({ "phone": format!("061234567{number}") }) } else { json!({}) })).await;
            }
        }
        let query = "query($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
            duplicateCandidates(organizationId: $id, first: $first, after: $after, last: $last, before: $before) {
            edges { cursor node { confidence volunteers { id name organization { slug } } } }
            pageInfo { hasNextPage hasPreviousPage } } }";
        let asked = |more: Value| {
            let mut variables = json!({ "id": cast.organization.id });
            for (key, value) in more.as_object().unwrap() {
                variables[key] = value.clone();
            }
            variables
        };
        let (whole, cost) = counted(&app, cast.coordinator.asks(query, asked(json!({ "first": 50 })))).await;
        let whole = whole["duplicateCandidates"]["edges"].as_array().unwrap().clone();
        let (one, cost_of_one) = counted(&app, cast.coordinator.asks(query, asked(json!({ "first": 1 })))).await;
        assert!(one["duplicateCandidates"]["pageInfo"]["hasNextPage"].as_bool().unwrap());
        assert_eq!(cost, cost_of_one, "more rows, more statements");
        assert_eq!(whole.len(), 5);

        let (mut forward, mut after) = (Vec::new(), Value::Null);
        loop {
            let data = cast.coordinator.asks(query, asked(json!({ "first": 2, "after": after }))).await;
            let page = &data["duplicateCandidates"];
            let edges = page["edges"].as_array().unwrap();
            forward.extend(edges.iter().cloned());
            after = edges.last().unwrap()["cursor"].clone();
            if page["pageInfo"]["hasNextPage"] == json!(false) {
                break;
            }
        }
        assert_eq!(forward, whole);
        let data = cast.coordinator.asks(query, asked(json!({ "last": 3, "before": after }))).await;
        assert_eq!(data["duplicateCandidates"]["edges"].as_array().unwrap()[..], whole[1..4]);
    }

    /// Hours go over with their record, people are counted once, and the ledger keeps it all.
    async fn a_merge_takes_hours_along(app: App) {
        let cast = Cast::on(&app).await;
        let keep = enrol(&cast, "Karim Tazi", json!({ "reference": "K-1" })).await;
        let merge = enrol(&cast, "Karim Tazi", json!({ "phone": "0612345678", "reference": "K-2" })).await;
        let first = cast.owner.logs(&keep, &cast.project, "2026-10-05", 60).await;
        let second = cast.owner.logs(&merge, &cast.project, "2026-10-06", 90).await;
        let draft = cast.owner.drafts(&merge, &cast.project, "2026-10-07", 30).await;
        cast.coordinator.approves(&[&first, &second]).await;
        assert_eq!(figures(&cast).await, json!({ "minutes": 150, "entries": 2, "distinctVolunteers": 2 }));

        let done = merges(&cast, &keep, &merge).await;

        assert_eq!((&done["movedEntries"], &done["stayedEntries"]), (&json!(2), &json!(0)));
        assert_eq!(figures(&cast).await, json!({ "minutes": 150, "entries": 2, "distinctVolunteers": 1 }));
        assert_eq!(hours(&cast, &keep).await, [(60, first), (90, second.clone()), (30, draft)]);
        assert!(hours(&cast, &merge).await.is_empty());
        assert_eq!(ledger_fault(&cast).await, json!({ "whole": true, "fault": null }));
        let query = "query($entry: ID!, $merged: ID!, $kept: ID!) {
            hourEntry(id: $entry) { status history(last: 1) { nodes { kind reason by { id } } } }
            merged: volunteer(id: $merged) { archivedAt mergedInto { id } reference }
            kept: volunteer(id: $kept) { phone reference mergedInto { id } } }";
        let seen = cast.coordinator
            .asks(query, json!({ "entry": second, "merged": merge, "kept": keep }))
            .await;
        assert_eq!(seen["hourEntry"]["status"], "APPROVED");
        assert_eq!(seen["hourEntry"]["history"]["nodes"][0]["kind"], "HANDED_OVER");
        assert_eq!(seen["hourEntry"]["history"]["nodes"][0]["reason"], "one person");
        assert_eq!(seen["hourEntry"]["history"]["nodes"][0]["by"]["id"], cast.coordinator.id);
        assert_eq!(seen["merged"]["mergedInto"]["id"], keep);
        assert!(seen["merged"]["archivedAt"].is_string());
        // It had no telephone and takes that of the other; each keeps its number.
        assert_eq!(seen["kept"], json!({ "phone": "+212612345678", "reference": "K-1", "mergedInto": null }));
        assert_eq!(seen["merged"]["reference"], "K-2");
        assert!(suggested(&cast.coordinator, &cast).await.is_empty());
    }

    /// Taking a merge back restores the figures and both records; what came since stays.
    async fn a_merge_is_taken_back_with_its_hours(app: App) {
        let cast = Cast::on(&app).await;
        let keep = enrol(&cast, "Karim Tazi", json!({})).await;
        let merge = enrol(&cast, "Karim Tazi", json!({ "phone": "0612345678", "reference": "K-2" })).await;
        let first = cast.owner.logs(&keep, &cast.project, "2026-10-05", 60).await;
        let second = cast.owner.logs(&merge, &cast.project, "2026-10-06", 90).await;
        cast.coordinator.approves(&[&first, &second]).await;
        let before = figures(&cast).await;
        let records = "query($keep: ID!, $merge: ID!) {
            keep: volunteer(id: $keep) { name phone reference archivedAt mergedInto { id } }
            merge: volunteer(id: $merge) { name phone reference archivedAt mergedInto { id } } }";
        let ids = json!({ "keep": keep, "merge": merge });
        let as_they_were = cast.coordinator.asks(records, ids.clone()).await;
        let done = merges(&cast, &keep, &merge).await;
        // The number went along, since the kept record had none.
        let seen = cast.coordinator.asks(records, ids.clone()).await;
        assert_eq!(seen["keep"]["reference"], "K-2");
        let since = cast.owner.drafts(&keep, &cast.project, "2026-10-08", 15).await;

        let input = json!({ "id": done["id"], "reason": "two cousins", "expectedVersion": done["version"] });
        let undone = cast.coordinator
            .done("unmergeVolunteers", input, "merge { undoneAt undoReason stayedEntries }")
            .await;

        assert_eq!(undone["merge"]["undoReason"], "two cousins");
        assert_eq!(undone["merge"]["stayedEntries"], 0);
        assert_eq!(figures(&cast).await, before);
        assert_eq!(hours(&cast, &merge).await, [(90, second)]);
        assert_eq!(hours(&cast, &keep).await, [(60, first), (15, since)]);
        assert_eq!(cast.coordinator.asks(records, ids).await, as_they_were);
        assert_eq!(ledger_fault(&cast).await, json!({ "whole": true, "fault": null }));
        // Two people are not suggested again.
        assert!(suggested(&cast.coordinator, &cast).await.is_empty());
        let again = json!({ "id": done["id"], "reason": "again" });
        let again = cast.coordinator.done("unmergeVolunteers", again, "merge { undoReason }").await;
        assert_eq!(again["merge"]["undoReason"], "two cousins");
    }

    /// Values are chosen by field; what was not chosen stays.
    async fn values_are_chosen_by_field(app: App) {
        let cast = Cast::on(&app).await;
        let keep = enrol(&cast, "K. Tazi", json!({ "phone": "0611111111", "sex": "MALE" })).await;
        let merge = enrol(&cast, "Karim Tazi", json!({ "phone": "0612345678", "birthDate": "1990-01-01" })).await;

        let input = json!({ "keepId": keep, "mergeId": merge, "take": ["NAME"] });
        let done = cast.coordinator
            .done("mergeVolunteers", input, "volunteer { name phone sex birthDate }")
            .await;

        assert_eq!(done["volunteer"], json!({
            "name": "Karim Tazi", "phone": "+212611111111", "sex": "MALE", "birthDate": "1990-01-01",
        }));
    }

    /// Hours that one person cannot have done stop a merge, and nothing goes over.
    async fn hours_that_one_person_cannot_have_done_stop_a_merge(app: App) {
        let cast = Cast::on(&app).await;
        let keep = enrol(&cast, "Karim Tazi", json!({})).await;
        let merge = enrol(&cast, "Karim Tazi", json!({})).await;
        let at = |record: &str, from: &str, to: &str| json!({
            "volunteerId": record, "projectId": cast.project, "submit": true,
            "startedAt": format!("2026-10-05T{from}:00Z"), "endedAt": format!("2026-10-05T{to}:00Z"),
        });
        cast.owner.done("createHourEntry", at(&keep, "08:00", "12:00"), "hourEntry { id }").await;
        cast.owner.done("createHourEntry", at(&merge, "11:00", "13:00"), "hourEntry { id }").await;
        let other = cast.owner.logs(&merge, &cast.project, "2026-10-09", 30).await;

        let input = json!({ "keepId": keep, "mergeId": merge });
        let payload = cast.coordinator
            .does("mergeVolunteers", input, "merge { id } userErrors { code path }")
            .await;

        assert_eq!(payload["userErrors"], json!([{ "code": "ENTRY_OVERLAP", "path": ["mergeId"] }]));
        assert_eq!(hours(&cast, &keep).await.len(), 1);
        assert!(hours(&cast, &merge).await.contains(&(30, other)));
        let query = "query($id: ID!) { volunteer(id: $id) { mergedInto { id } archivedAt } }";
        let seen = cast.coordinator.asks(query, json!({ "id": merge })).await;
        assert_eq!(seen["volunteer"], json!({ "mergedInto": null, "archivedAt": null }));

        // Nor does a day of one person hold more than the cap.
        let third = enrol(&cast, "Hind Saidi", json!({})).await;
        let fourth = enrol(&cast, "Hind Saidi", json!({})).await;
        cast.owner.logs(&third, &cast.project, "2026-10-10", 800).await;
        cast.owner.logs(&fourth, &cast.project, "2026-10-10", 800).await;
        let input = json!({ "keepId": third, "mergeId": fourth });
        assert_eq!(cast.coordinator.refused("mergeVolunteers", input).await, ["DAILY_CAP_EXCEEDED"]);
    }

    /// A closed month keeps what was reported; under an exception the rest goes over.
    async fn a_closed_month_keeps_its_hours_until_an_exception(app: App) {
        let cast = Cast::on(&app).await;
        let keep = enrol(&cast, "Karim Tazi", json!({})).await;
        let merge = enrol(&cast, "Karim Tazi", json!({})).await;
        let old = cast.owner.logs(&merge, &cast.project, "2026-09-07", 60).await;
        let new = cast.owner.logs(&merge, &cast.project, "2026-10-07", 90).await;
        cast.coordinator.approves(&[&old, &new]).await;
        let month = json!({ "organizationId": cast.organization.id, "month": "2026-09" });
        cast.owner.done("submitPeriod", month.clone(), "reportingPeriod { id }").await;
        cast.owner.done("closePeriod", month, "reportingPeriod { id }").await;

        let done = merges(&cast, &keep, &merge).await;

        assert_eq!((&done["movedEntries"], &done["stayedEntries"]), (&json!(1), &json!(1)));
        assert_eq!(hours(&cast, &merge).await, [(60, old.clone())]);
        let input = json!({
            "organizationId": cast.organization.id, "month": "2026-09", "reason": "one person twice",
            "userIds": [cast.coordinator.id], "until": "2026-11-03T09:00:00Z",
        });
        cast.owner.done("grantPeriodException", input, "reportingPeriod { id }").await;
        let again = merges(&cast, &keep, &merge).await;
        assert_eq!(again["id"], done["id"]);
        assert_eq!((&again["movedEntries"], &again["stayedEntries"]), (&json!(2), &json!(0)));
        assert!(hours(&cast, &merge).await.is_empty());
        assert_eq!(ledger_fault(&cast).await, json!({ "whole": true, "fault": null }));
    }

    /// Devices and files that go on naming the merged record mean the kept one, once.
    async fn whoever_names_the_merged_record_means_the_kept_one(app: App) {
        let cast = Cast::on(&app).await;
        let keep = enrol(&cast, "Karim Tazi", json!({ "reference": "K-1" })).await;
        let merge = enrol(&cast, "Karim Tazi", json!({ "reference": "K-2" })).await;
        cast.owner.opens_project(&cast.organization, "TREES").await;
        let sheet = "date,ref benevole,projet,minutes\n2026-10-01,K-2,TREES,90\n";
        let bring = async || {
            let input = json!({
                "organizationId": cast.organization.id, "kind": "HOURS", "fileName": "hours.csv",
                "content": STANDARD.encode(sheet),
            });
            let started = cast.coordinator.done("startImport", input, "import { id refusedCount }").await;
            assert_eq!(started["import"]["refusedCount"], 0);
            let input = json!({ "id": started["import"]["id"] });
            let done = cast.coordinator
                .done("commitImport", input, "import { createdCount unchangedCount }")
                .await;
            done["import"].clone()
        };
        assert_eq!(bring().await, json!({ "createdCount": 1, "unchangedCount": 0 }));
        merges(&cast, &keep, &merge).await;

        // The same file again adds nothing, though its entry is the kept record's now.
        assert_eq!(bring().await, json!({ "createdCount": 0, "unchangedCount": 1 }));
        cast.owner.logs(&merge, &cast.project, "2026-10-02", 45).await;
        let input = json!({
            "deviceId": "0194f3f0-0000-4000-8000-000000000001", "sentAt": "2026-11-02T09:00:00Z",
            "items": [{ "clientId": "0194f3f0-0000-4000-8000-000000000002",
                "clientTime": "2026-10-03T10:00:00Z", "operation": { "create": {
                "volunteerId": merge, "projectId": cast.project, "workedOn": "2026-10-03", "minutes": 20 } } }],
        });
        let sent = cast.coordinator.does("syncHourEntries", input, "results { status }").await;
        assert_eq!(sent["results"], json!([{ "status": "APPLIED" }]));
        let minutes: Vec<i64> = hours(&cast, &keep).await.into_iter().map(|it| it.0).collect();
        assert_eq!(minutes, [90, 45, 20]);
        assert!(hours(&cast, &merge).await.is_empty());
        // A row of the file of volunteers changes nothing of the kept record either.
        let input = json!({ "id": merge, "name": "Somebody" });
        assert_eq!(cast.coordinator.refused("updateVolunteer", input).await, ["MERGED"]);
    }

    /// Sign-ups and timers go over; what lies ahead for both at one time is settled first.
    async fn sign_ups_and_timers_go_over(app: App) {
        let cast = Cast::on(&app).await;
        let keep = enrol(&cast, "Karim Tazi", json!({})).await;
        let merge = enrol(&cast, "Karim Tazi", json!({})).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let one = cast.coordinator.opens(&activity, "2026-11-20", Some(5)).await;
        let other = cast.coordinator.opens(&activity, "2026-11-21", Some(5)).await;
        let (signup, ..) = cast.coordinator.signs_up(&one, &keep).await;
        cast.coordinator.signs_up(&one, &merge).await;
        cast.coordinator.signs_up(&other, &merge).await;
        let input = json!({ "projectId": cast.project, "volunteerId": merge });
        cast.coordinator.done("startTimer", input, "timer { id }").await;
        let input = json!({ "keepId": keep, "mergeId": merge });
        assert_eq!(cast.coordinator.refused("mergeVolunteers", input.clone()).await, ["MERGE_TWO_PLACES"]);

        cast.coordinator.done("cancelSignup", json!({ "id": signup }), "signup { id }").await;
        cast.coordinator.done("mergeVolunteers", input, MERGE).await;

        let query = "query($id: ID!) { node(id: $id) { ... on Shift { confirmedCount
            signups(first: 5) { nodes { status volunteer { id } } } } } }";
        for shift in [&one, &other] {
            let seen = cast.coordinator.asks(query, json!({ "id": shift })).await;
            assert_eq!(seen["node"]["confirmedCount"], 1);
            let nodes = seen["node"]["signups"]["nodes"].as_array().unwrap();
            assert!(nodes.iter().all(|it| it["volunteer"]["id"] == json!(keep)), "{nodes:#?}");
        }
        app.advance(TimeDelta::hours(2));
        let coordinator = cast.coordinator.again().await;
        let query = "query($slug: String!) { organization(slug: $slug) { timers(first: 5) {
            nodes { status volunteer { id } } } } }";
        let seen = coordinator.asks(query, json!({ "slug": cast.organization.slug })).await;
        assert_eq!(seen["organization"]["timers"]["nodes"], json!([
            { "status": "RUNNING", "volunteer": { "id": keep } }]));
    }

    /// The account goes over where only one has one; two accounts or two known people stay two.
    async fn accounts_and_identities_decide(app: App) {
        let cast = Cast::on(&app).await;
        let keep = enrol(&cast, "Fatima", json!({})).await;
        let entry = cast.volunteer.drafts(&cast.record, &cast.project, "2026-10-05", 60).await;
        merges(&cast, &keep, &cast.record).await;

        // The volunteer sees the kept record and writes on, also under the old name.
        let me = cast.volunteer.again().await;
        let query = "query($id: ID!, $entry: ID!) { volunteer(id: $id) { hasAccount }
            hourEntry(id: $entry) { volunteer { id } } }";
        let seen = me.asks(query, json!({ "id": keep, "entry": entry })).await;
        assert_eq!(seen["volunteer"]["hasAccount"], json!(true));
        assert_eq!(seen["hourEntry"]["volunteer"]["id"], json!(keep));
        me.logs(&cast.record, &cast.project, "2026-10-06", 30).await;
        assert_eq!(hours(&cast, &keep).await.len(), 2);

        let known = enrol(&cast, "Hind Saidi", json!({ "nationalId": "AB123456" })).await;
        let unknown = enrol(&cast, "Hind Saidi", json!({})).await;
        let another = enrol(&cast, "Hind Saidi", json!({ "nationalId": "CD654321" })).await;
        for (keep, merge, code) in [
            (&unknown, &known, "MERGE_KEEP_IDENTIFIED"),
            (&known, &another, "MERGE_TWO_PEOPLE"),
            (&known, &known, "MERGE_PAIR"),
        ] {
            let input = json!({ "keepId": keep, "mergeId": merge });
            assert_eq!(cast.coordinator.refused("mergeVolunteers", input).await, [code]);
        }
        // Two known people are not suggested, the unknown one with each of them is.
        assert_eq!(suggested(&cast.coordinator, &cast).await.len(), 2);
        merges(&cast, &known, &unknown).await;
        let input = json!({ "keepId": unknown, "mergeId": another });
        assert_eq!(cast.coordinator.refused("mergeVolunteers", input).await, ["MERGED"]);
    }

    /// A merge within a merge is taken back from the outside in.
    async fn merges_are_taken_back_from_the_last_one(app: App) {
        let cast = Cast::on(&app).await;
        let one = enrol(&cast, "Karim Tazi", json!({})).await;
        let two = enrol(&cast, "Karim Tazi", json!({})).await;
        let three = enrol(&cast, "Karim Tazi", json!({})).await;
        let entry = cast.owner.drafts(&three, &cast.project, "2026-10-05", 60).await;
        let inner = merges(&cast, &two, &three).await;
        let outer = merges(&cast, &one, &two).await;
        assert_eq!(hours(&cast, &one).await, [(60, entry.clone())]);
        cast.owner.drafts(&three, &cast.project, "2026-10-06", 30).await;
        assert_eq!(hours(&cast, &one).await.len(), 2);

        let undo = |merge: &Value| json!({ "id": merge["id"], "reason": "three people" });
        assert_eq!(cast.coordinator.refused("unmergeVolunteers", undo(&inner)).await, ["MERGE_OVER"]);
        cast.coordinator.done("unmergeVolunteers", undo(&outer), "merge { id }").await;
        cast.coordinator.done("unmergeVolunteers", undo(&inner), "merge { id }").await;

        assert_eq!(hours(&cast, &three).await, [(60, entry)]);
        // What was written since stays with the record that it was written for.
        assert_eq!(hours(&cast, &one).await.len(), 1);
        let query = "query($id: ID!) { volunteerMerges(organizationId: $id) { nodes { undoneAt } totalCount } }";
        let seen = cast.coordinator.asks(query, json!({ "id": cast.organization.id })).await;
        assert_eq!(seen["volunteerMerges"]["totalCount"], 2);
    }

    /// When the outermost merge is taken back, all that lies within the record that parts stands for it again, at
    /// whatever remove.
    async fn a_record_that_parts_takes_all_within_it_along(app: App) {
        let cast = Cast::on(&app).await;
        let mut records = Vec::new();
        for _ in 0..4 {
            records.push(enrol(&cast, "Karim Tazi", json!({})).await);
        }
        let mut made = Vec::new();
        for pair in records.windows(2) {
            made.push(merges(&cast, &pair[1], &pair[0]).await);
        }
        let into = |record: usize| {
            let (who, id) = (cast.coordinator.clone(), records[record].clone());
            async move {
                let seen = who.asks("query($id: ID!) { volunteer(id: $id) { mergedInto { id } } }", json!({ "id": id })).await;
                seen["volunteer"]["mergedInto"]["id"].clone()
            }
        };
        for standing in (0..=3).rev() {
            for record in 0..standing {
                assert_eq!(into(record).await, json!(records[standing]), "{record} of {standing}");
            }
            assert_eq!(into(standing).await, Value::Null);
            if let Some(outer) = made.pop() {
                let undo = json!({ "id": outer["id"], "reason": "two people" });
                cast.coordinator.done("unmergeVolunteers", undo, "merge { id }").await;
            }
        }
    }

    /// What stayed in a closed month goes over along the whole path of merges, and back again step by step.
    async fn a_merge_is_continued_along_its_path(app: App) {
        let cast = Cast::on(&app).await;
        let one = enrol(&cast, "Karim Tazi", json!({})).await;
        let two = enrol(&cast, "Karim Tazi", json!({})).await;
        let three = enrol(&cast, "Karim Tazi", json!({})).await;
        let old = cast.owner.logs(&three, &cast.project, "2026-09-07", 60).await;
        cast.coordinator.approves(&[&old]).await;
        let month = json!({ "organizationId": cast.organization.id, "month": "2026-09" });
        cast.owner.done("submitPeriod", month.clone(), "reportingPeriod { id }").await;
        cast.owner.done("closePeriod", month, "reportingPeriod { id }").await;
        let inner = merges(&cast, &two, &three).await;
        let outer = merges(&cast, &one, &two).await;
        assert_eq!(hours(&cast, &three).await, [(60, old.clone())]);
        let input = json!({
            "organizationId": cast.organization.id, "month": "2026-09", "reason": "one person twice",
            "userIds": [cast.coordinator.id], "until": "2026-11-03T09:00:00Z",
        });
        cast.owner.done("grantPeriodException", input, "reportingPeriod { id }").await;

        merges(&cast, &one, &three).await;
        assert_eq!(hours(&cast, &one).await, [(60, old.clone())]);
        for merge in [&outer, &inner] {
            let input = json!({ "id": merge["id"], "reason": "three people" });
            cast.coordinator.done("unmergeVolunteers", input, "merge { id }").await;
        }

        assert_eq!(hours(&cast, &three).await, [(60, old)]);
        assert_eq!(ledger_fault(&cast).await, json!({ "whole": true, "fault": null }));
    }

    /// The account of somebody who left stands in no merge's way.
    async fn an_account_that_left_stands_in_no_way(app: App) {
        let cast = Cast::on(&app).await;
        let guest = Person::sign_up(&app, "guest").await;
        let other = enrol(&cast, "Fatima", json!({})).await;
        let member = cast.owner.takes_in(&cast.organization, &guest, "VOLUNTEER", Some(&other)).await;
        let input = json!({ "keepId": cast.record, "mergeId": other });
        assert_eq!(cast.coordinator.refused("mergeVolunteers", input.clone()).await, ["MERGE_TWO_ACCOUNTS"]);

        cast.owner.done("removeMember", json!({ "membershipId": member }), "membership { id }").await;
        let done = cast.coordinator.done("mergeVolunteers", input, "merge { id } volunteer { id hasAccount }").await;

        assert_eq!(done["volunteer"], json!({ "id": cast.record, "hasAccount": true }));
        let input = json!({ "id": done["merge"]["id"], "reason": "two people" });
        cast.coordinator.done("unmergeVolunteers", input, "merge { id }").await;
    }

    /// A repeated request is one merge, and a record that changed meanwhile is shown.
    async fn a_repeated_merge_is_one(app: App) {
        let cast = Cast::on(&app).await;
        let keep = enrol(&cast, "Karim Tazi", json!({})).await;
        let merge = enrol(&cast, "Karim Tazi", json!({})).await;
        let stale = json!({ "keepId": keep, "mergeId": merge, "expectedVersion": 7 });
        let payload = cast.coordinator
            .does("mergeVolunteers", stale, "volunteer { id version } userErrors { code }")
            .await;
        assert_eq!(payload["userErrors"][0]["code"], "VERSION_CONFLICT");
        assert_eq!(payload["volunteer"], json!({ "id": keep, "version": 1 }));

        let input = json!({ "keepId": keep, "mergeId": merge, "idempotencyKey": "once" });
        let first = cast.coordinator.done("mergeVolunteers", input.clone(), MERGE).await;
        let second = cast.coordinator.done("mergeVolunteers", input, MERGE).await;
        assert_eq!(first["merge"], second["merge"]);
        let other = json!({ "keepId": merge, "mergeId": keep, "idempotencyKey": "once" });
        assert_eq!(cast.coordinator.refused("mergeVolunteers", other).await, ["IDEMPOTENCY_CONFLICT"]);
        let input = json!({ "keepId": keep, "mergeId": cast.record });
        assert_eq!(cast.viewer.refused("mergeVolunteers", input.clone()).await, ["FORBIDDEN"]);
        assert_eq!(cast.outsider.refused("mergeVolunteers", input).await, ["NOT_FOUND"]);
    }

    /// The cost of a merge does not grow with the hours that go over.
    async fn many_hours_go_over_together(app: App) {
        let cast = Cast::on(&app).await;
        let mut costs = Vec::new();
        for count in [2, 25] {
            let keep = enrol(&cast, &format!("K {count}"), json!({})).await;
            let merge = enrol(&cast, &format!("M {count}"), json!({})).await;
            let entries: Vec<_> = (1..=count)
                .map(|day| json!({ "volunteerId": merge, "projectId": cast.project,
                    "workedOn": format!("2026-10-{day:02}"), "minutes": 60 }))
                .collect();
            cast.owner
                .does("createHourEntries", json!({ "entries": entries }), "results { userErrors { code } }")
                .await;
            let (done, cost) = counted(&app, merges(&cast, &keep, &merge)).await;
            assert_eq!(done["movedEntries"], count);
            costs.push(cost);
        }

        assert_eq!(costs[0], costs[1], "more hours, more statements");
    }
}
