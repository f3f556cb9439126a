//! The approver's queue: what waits, what stands against it, what is worth a second look.
//!
//! Deciding is in `approve` and `selection`; thresholds are tested beside their code.

use serde_json::Value;
use serde_json::json;

use crate::hours::Person;
use crate::hours::World;
use crate::hours::id;
use crate::hours::text;
use crate::support::app::App;
use crate::support::on_both_databases;

const QUEUE: &str = "query($of: ID!, $filter: ApprovalQueueFilter, $first: Int, $after: String,
        $last: Int, $before: String, $order: HourEntryOrder) {
    approvalQueue(organizationId: $of, filter: $filter, first: $first, after: $after, last: $last,
            before: $before, orderBy: $order) {
        nodes { hourEntry { id workedOn minutes }
            conflicts { kind code rule message hourEntry { id } }
            dayTotals { day minutes busyElsewhereMinutes capMinutes }
            anomalies { code message day figures { name value } } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount
        totals { entries minutes statusBasis asOf timeBasis { dayRule } additivity { dimension measure additivity }
        byEvidence { evidenceLevel entries minutes }
            byAnomaly { code entries minutes } } } }";

/// The queue of the first organization, as somebody sees it.
async fn queue(person: &Person, world: &World, filter: Value) -> Value {
    let variables = json!({ "of": world.organization, "filter": filter, "first": 50 });
    person.asks(QUEUE, variables).await["approvalQueue"].take()
}

/// Codes of the anomalies of a row.
fn anomalies(row: &Value) -> Vec<&str> {
    let anomalies = row["anomalies"].as_array().expect("anomalies");
    anomalies
        .iter()
        .map(|it| it["code"].as_str().expect("a code"))
        .collect()
}

/// Writes an entry and hands it in.
async fn hands_in(person: &Person, mut input: Value) -> String {
    input["submit"] = json!(true);
    id(&person.logs(input).await)
}

on_both_databases! {
    /// The approver sees entries, conflicts and day totals, not a day's sum alone.
    async fn the_approver_sees_what_stands_against_an_approval(app: App) {
        let world = World::on(&app).await;
        let own = hands_in(&world.coordinator, world.on_day("2026-10-13", 45)).await;
        let day = hands_in(&world.volunteer, world.on_day("2026-10-14", 50)).await;
        let between = world.between("2026-10-14T09:00:00Z", "2026-10-14T10:25:00Z");
        let interval = hands_in(&world.volunteer, between).await;
        id(&world.volunteer.logs(world.on_day("2026-10-15", 70)).await);

        let seen = queue(&world.coordinator, &world, json!({})).await;

        let nodes = seen["nodes"].as_array().expect("nodes");
        assert_eq!(seen["totalCount"], 3, "drafts do not wait");
        assert_eq!(nodes[0]["hourEntry"]["id"], json!(own));
        assert_eq!(nodes[0]["conflicts"][0]["kind"], "REFUSAL");
        assert_eq!(nodes[0]["conflicts"][0]["code"], "SELF_APPROVAL");
        assert_eq!(nodes[0]["conflicts"][0]["rule"], "hours.self_approval");
        assert_eq!(anomalies(&nodes[0]), ["ENTERED_BY_APPROVER"]);
        let beside: Vec<_> = nodes[1..].iter().map(|it| &it["conflicts"]).collect();
        for (row, other) in beside.iter().zip([&interval, &day]) {
            assert_eq!(row.as_array().expect("one").len(), 1, "{row:#}");
            assert_eq!(row[0]["kind"], "SAME_DAY");
            assert_eq!(row[0]["hourEntry"]["id"], json!(other));
        }
        assert_eq!(
            nodes[1]["dayTotals"],
            json!([{ "day": "2026-10-14", "minutes": 135, "busyElsewhereMinutes": 0,
                "capMinutes": 1440 }])
        );
        assert_eq!(seen["totals"]["statusBasis"], json!(["SUBMITTED"]));
        assert_eq!(seen["totals"]["asOf"], "2026-11-02T09:00:00Z");
        assert_eq!(seen["totals"]["timeBasis"], json!({ "dayRule": "WHOLE_BY_FIRST_DAY" }));
        assert_eq!(seen["totals"]["additivity"][3], json!({
            "dimension": "ANOMALY", "measure": "MINUTES", "additivity": "DISTINCT" }));
        assert_eq!(
            seen["totals"]["byEvidence"],
            json!([
                { "evidenceLevel": "SELF_DECLARED", "entries": 2, "minutes": 135 },
                { "evidenceLevel": "COORDINATOR_ATTESTED", "entries": 1, "minutes": 45 },
            ])
        );
        assert_eq!(
            seen["totals"]["byAnomaly"],
            json!([{ "code": "ENTERED_BY_APPROVER", "entries": 1, "minutes": 45 }])
        );
        // The same gate as the approval.
        let refused = world.coordinator.acts("approve", &[&own, &day], None).await;
        assert_eq!(refused[0]["userErrors"][0]["message"], nodes[0]["conflicts"][0]["message"]);
        assert_eq!(refused[1]["hourEntry"]["status"], "APPROVED");
    }

    /// Work in another organization counts in the person's day, and nothing else is told of it.
    async fn other_organizations_are_a_sum_without_a_name(app: App) {
        let world = World::on(&app).await;
        let elsewhere = world.between_elsewhere("2026-10-14T06:00:00Z", "2026-10-14T18:00:00Z");
        id(&world.outsider.logs(elsewhere).await);
        hands_in(&world.volunteer, world.on_day("2026-10-14", 450)).await;

        let seen = queue(&world.coordinator, &world, json!({})).await;

        let row = &seen["nodes"][0];
        assert_eq!(row["dayTotals"][0]["minutes"], 450);
        assert_eq!(row["dayTotals"][0]["busyElsewhereMinutes"], 720);
        assert_eq!(row["conflicts"], json!([]));
        assert_eq!(anomalies(row), ["DAILY_CAP_NEAR"]);
        assert_eq!(
            row["anomalies"][0]["figures"],
            json!([{ "name": "minutes", "value": 1170 }, { "name": "cap", "value": 1440 }])
        );
        assert_eq!(row["anomalies"][0]["day"], "2026-10-14");
        assert!(!seen.to_string().contains("tifawin"));
    }

    /// Eighty-three hours in one day, made-up rows, whole hours every day: seen before approval.
    async fn what_is_unlikely_is_flagged_before_approval(app: App) {
        let world = World::on(&app).await;
        for day in 3..=11 {
            hands_in(&world.volunteer, world.on_day(&format!("2026-10-{day:02}"), 120)).await;
        }
        let twice = world.on_day("2026-10-20", 35);
        hands_in(&world.volunteer, twice.clone()).await;
        hands_in(&world.volunteer, twice).await;
        let night = world.between("2026-10-21T23:10:00Z", "2026-10-22T04:10:00Z");
        hands_in(&world.volunteer, night).await;
        let long = world.between("2026-10-24T08:00:00Z", "2026-10-24T16:01:00Z");
        hands_in(&world.volunteer, long).await;
        hands_in(&world.volunteer, world.on_day("2026-09-01", 33)).await;
        let group = json!({ "projectId": world.project, "workedOn": "2026-10-25", "minutes": 10,
            "headcount": 250 });
        hands_in(&world.owner, group).await;

        let codes = |row: &Value| anomalies(row).join(" ");
        let seen = queue(&world.coordinator, &world, json!({})).await;
        let nodes = seen["nodes"].as_array().expect("nodes");
        let of = |day: &str| {
            let row = nodes.iter().find(|it| it["hourEntry"]["workedOn"] == day);
            codes(row.expect("an entry"))
        };

        assert_eq!(of("2026-09-01"), "LATE");
        assert_eq!(of("2026-10-20"), "IDENTICAL_ROWS");
        assert_eq!(of("2026-10-21"), "NIGHT");
        assert_eq!(of("2026-10-24"), "LONG_WITHOUT_BREAK");
        assert_eq!(of("2026-10-25"), "LARGE_GROUP");
        assert_eq!(of("2026-10-03"), "", "10 of 14 are no habit");

        // With four odd ones taken back, nine of ten are whole hours.
        let odd: Vec<String> = nodes
            .iter()
            .filter(|it| it["hourEntry"]["minutes"].as_i64().expect("minutes") % 60 != 0)
            .filter(|it| it["hourEntry"]["workedOn"] != "2026-10-25")
            .map(|it| text(&it["hourEntry"]["id"]))
            .collect();
        let odd: Vec<&str> = odd.iter().map(String::as_str).take(3).collect();
        world.volunteer.acts("withdraw", &odd, None).await;
        let filter = json!({ "anomalies": ["ROUND_NUMBER_BIAS"] });
        let seen = queue(&world.coordinator, &world, filter).await;
        assert_eq!(seen["totalCount"], 11);
        assert_eq!(seen["nodes"].as_array().expect("nodes").len(), 11);
        let message = text(&seen["nodes"][0]["anomalies"][0]["message"]);
        assert_eq!(message, "10 of the last 11 entries of this volunteer in 90 days are whole hours.");
    }

    /// The same row for five people on one day shows in each of them.
    async fn rows_that_are_the_same_for_many_people_are_flagged(app: App) {
        let world = World::on(&app).await;
        for number in 0..5 {
            let input = json!({ "organizationId": world.organization, "name": format!("V{number}") });
            let payload = world.owner.done("createVolunteer", input, "volunteer { id }").await;
            let mut input = world.on_day("2026-10-14", 125);
            input["volunteerId"] = payload["volunteer"]["id"].clone();
            input["description"] = json!("Wells");
            hands_in(&world.owner, input).await;
        }
        let mut other = world.on_day("2026-10-14", 125);
        other["description"] = json!("Wells in the north");
        hands_in(&world.volunteer, other).await;

        let seen = queue(&world.coordinator, &world, json!({ "anomalous": true })).await;

        assert_eq!(seen["totals"]["entries"], 5);
        assert_eq!(
            seen["totals"]["byAnomaly"],
            json!([{ "code": "IDENTICAL_ROWS", "entries": 5, "minutes": 625 }])
        );
        assert_eq!(
            seen["nodes"][0]["anomalies"][0]["figures"],
            json!([{ "name": "entries", "value": 5 }, { "name": "people", "value": 5 },
                { "name": "own", "value": 1 }])
        );
        let clean = queue(&world.coordinator, &world, json!({ "anomalous": false })).await;
        assert_eq!(clean["totalCount"], 1);
    }

    async fn filters_narrow_and_pages_follow_each_other_both_ways(app: App) {
        let world = World::on(&app).await;
        for day in 1..=7 {
            let input = world.on_day(&format!("2026-10-{day:02}"), day * 10);
            hands_in(&world.volunteer, input).await;
        }
        hands_in(&world.coordinator, world.on_day("2026-10-08", 80)).await;
        let days = async |filter: Value| {
            let seen = queue(&world.owner, &world, filter).await;
            let nodes = seen["nodes"].as_array().expect("nodes");
            let days: Vec<String> =
                nodes.iter().map(|it| text(&it["hourEntry"]["workedOn"])[8..].to_owned()).collect();
            assert_eq!(seen["totalCount"], days.len());
            assert_eq!(seen["totals"]["entries"], days.len());
            days.join(" ")
        };

        assert_eq!(days(json!({})).await, "01 02 03 04 05 06 07 08");
        assert_eq!(days(json!({ "minutes": { "atLeast": 30, "atMost": 50 } })).await, "03 04 05");
        assert_eq!(
            days(json!({ "workedOn": { "from": "2026-10-06" }, "projectId": world.project })).await,
            "06 07 08"
        );
        assert_eq!(days(json!({ "evidenceLevels": ["COORDINATOR_ATTESTED"] })).await, "08");
        assert_eq!(days(json!({ "projectId": world.project_elsewhere })).await, "");
        assert_eq!(days(json!({ "volunteerId": world.record, "kinds": ["INTERVAL"] })).await, "");
        let decidable = queue(&world.coordinator, &world, json!({ "decidable": true })).await;
        assert_eq!(decidable["totalCount"], 7);

        // The first two days were written down late.
        for (filter, count) in [(json!({}), 8), (json!({ "anomalous": false }), 6)] {
            let (mut forward, mut after) = (Vec::new(), json!(null));
            let (mut backward, mut before) = (Vec::new(), json!(null));
            loop {
                let variables = json!({ "of": world.organization, "first": 3, "after": after,
                    "filter": filter });
                let page = world.owner.asks(QUEUE, variables).await["approvalQueue"].take();
                forward.extend(page["nodes"].as_array().expect("nodes").clone());
                after = page["pageInfo"]["endCursor"].clone();
                if page["pageInfo"]["hasNextPage"] == json!(false) {
                    break;
                }
            }
            loop {
                let variables = json!({ "of": world.organization, "last": 3, "before": before,
                    "filter": filter });
                let page = world.owner.asks(QUEUE, variables).await["approvalQueue"].take();
                let nodes = page["nodes"].as_array().expect("nodes").clone();
                backward.splice(0..0, nodes);
                before = page["pageInfo"]["startCursor"].clone();
                if page["pageInfo"]["hasPreviousPage"] == json!(false) {
                    break;
                }
            }
            assert_eq!(forward.len(), count);
            assert_eq!(forward, backward);
        }
    }

    /// A correction waits like an entry, is judged by what it proposes, and is selected alike.
    async fn corrections_of_approved_hours_wait_in_the_same_queue(app: App) {
        let world = World::on(&app).await;
        let beside = hands_in(&world.volunteer, world.on_day("2026-10-15", 200)).await;
        let entry = hands_in(&world.volunteer, world.on_day("2026-10-14", 60)).await;
        let kept = hands_in(&world.volunteer, world.on_day("2026-10-13", 60)).await;
        world.coordinator.acts("approve", &[&entry, &kept], None).await;
        let input = json!({ "id": entry, "workedOn": "2026-10-15", "minutes": 1190, "reason": "All day" });
        world.volunteer.done("amendHourEntry", input, "hourEntry { id }").await;

        let corrections = json!({ "corrections": true });
        let seen = queue(&world.coordinator, &world, corrections.clone()).await;
        let waiting = queue(&world.coordinator, &world, json!({})).await;

        assert_eq!(waiting["totalCount"], 1);
        assert_eq!(seen["totalCount"], 1);
        let row = &seen["nodes"][0];
        assert_eq!(row["hourEntry"], json!({ "id": entry, "workedOn": "2026-10-14", "minutes": 60 }));
        assert_eq!(
            row["dayTotals"],
            json!([{ "day": "2026-10-15", "minutes": 1390, "busyElsewhereMinutes": 0,
                "capMinutes": 1440 }])
        );
        assert_eq!(anomalies(row), ["DAILY_CAP_NEAR"]);
        assert_eq!(row["conflicts"].as_array().expect("one").len(), 1);
        assert_eq!(row["conflicts"][0]["hourEntry"]["id"], json!(beside));

        let input = json!({ "organizationId": world.organization, "filter": corrections });
        let preview = world
            .coordinator
            .done("previewApproval", input, "preview { token count notDecidable }")
            .await["preview"]
            .take();
        assert_eq!(preview["count"], 1);
        assert_eq!(preview["notDecidable"], 0);
        let input = json!({ "selection": { "token": preview["token"], "expectedCount": 1 } });
        let done = world.coordinator.done("approveHourEntries", input, "selection { done minutes }").await;
        assert_eq!(done["selection"], json!({ "done": 1, "minutes": 1190 }));
    }

    /// Approval belongs to the organization of the activity, not to the person.
    async fn only_those_who_decide_see_the_queue(app: App) {
        let world = World::on(&app).await;
        hands_in(&world.volunteer, world.on_day("2026-10-14", 50)).await;
        let variables = json!({ "of": world.organization });

        for (person, code) in [(&world.viewer, "FORBIDDEN"), (&world.volunteer, "FORBIDDEN")] {
            let answer = world.app.graphql(Some(&person.token), QUEUE, variables.clone()).await;
            assert_eq!(answer.error_code(), code);
        }
        let strange = queue(&world.outsider, &world, json!({})).await;
        assert_eq!(strange, json!(null));
        let elsewhere = json!({ "of": world.elsewhere });
        let theirs = world.outsider.asks(QUEUE, elsewhere).await;
        assert_eq!(theirs["approvalQueue"]["totalCount"], 0);
    }
}
