//! Devices that are away for days: what they did arrives once, and they learn what they missed.
//!
//! A whole fleet over two weeks is in `fleet`; batches of many kinds are in `waves`, what changed
//! beside hours in `missed`.

mod fleet;
mod missed;
mod waves;

use chrono::TimeDelta;
use serde_json::Value;
use serde_json::json;
use uuid::Uuid;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::on_both_databases;
use crate::support::statements::counted;

const BATCH: &str = "mutation($input: SyncHourEntriesInput!) { syncHourEntries(input: $input) {
    clockSkewMilliseconds results { clientId status hourEntry { id status version minutes description }
    userErrors { code rule path } } } }";
const CHANGES: &str =
    "query($since: String, $first: Int) { syncChanges(since: $since, first: $first) {
    forget cursor hasMore changes { kind id removed node { __typename
    ... on HourEntry { id status version minutes description } ... on Project { title } } } } }";

/// A number that stands for an id.
fn uuid(number: u128) -> String {
    Uuid::from_u128(number).to_string()
}

fn item(number: u128, operation: Value) -> Value {
    json!({ "clientId": uuid(number), "clientTime": "2026-11-02T08:00:00Z", "operation": operation })
}

fn made(number: u128) -> Value {
    json!({ "entry": { "clientId": uuid(number) } })
}

struct Phone<'a> {
    person: &'a Person,
    cast: &'a Cast,
}

impl Phone<'_> {
    fn creates(&self, number: u128, day: &str, minutes: i64) -> Value {
        item(
            number,
            json!({ "create": { "volunteerId": self.cast.record,
            "projectId": self.cast.project, "workedOn": day, "minutes": minutes } }),
        )
    }

    async fn sends(&self, items: &[Value]) -> Vec<Value> {
        let input =
            json!({ "deviceId": uuid(99), "sentAt": "2026-11-02T08:59:00Z", "items": items });
        let data = self.person.asks(BATCH, json!({ "input": input })).await;
        data["syncHourEntries"]["results"]
            .as_array()
            .expect("results")
            .clone()
    }

    async fn asks(&self, since: Option<&str>) -> Value {
        self.person.asks(CHANGES, json!({ "since": since })).await["syncChanges"].take()
    }
}

fn statuses(results: &[Value]) -> Vec<&str> {
    results
        .iter()
        .map(|it| it["status"].as_str().expect("a status"))
        .collect()
}

fn of_kind<'a>(changes: &'a Value, kind: &str) -> Vec<&'a Value> {
    let all = changes["changes"].as_array().expect("changes").iter();
    all.filter(|it| it["kind"] == kind).collect()
}

on_both_databases! {
    async fn a_batch_is_carried_out_in_order_and_once(app: App) {
        let cast = Cast::on(&app).await;
        let phone = Phone { person: &cast.volunteer, cast: &cast };
        let items = [
            phone.creates(1, "2026-10-14", 60),
            item(2, json!({ "change": { "entry": { "clientId": uuid(1) }, "minutes": 90 } })),
            item(3, json!({ "submit": made(1) })),
            phone.creates(4, "2026-10-15", 30),
            item(5, json!({ "delete": made(4) })),
            phone.creates(6, "2026-10-15", 9_999),
            item(7, json!({ "submit": made(6) })),
        ];

        let first = phone.sends(&items).await;
        let again = phone.sends(&items).await;
        let part = phone.sends(&items[2..4]).await;
        let mut other = items[0].clone();
        other["operation"]["create"]["minutes"] = json!(61);
        let other = phone.sends(&[other]).await;

        assert_eq!(statuses(&first),
            ["APPLIED", "APPLIED", "APPLIED", "APPLIED", "APPLIED", "REJECTED", "REJECTED"]);
        assert_eq!(first[2]["hourEntry"]["status"], "SUBMITTED");
        assert_eq!(first[2]["hourEntry"]["minutes"], 90);
        assert_eq!(first[4]["hourEntry"], json!(null));
        assert_eq!(first[5]["userErrors"][0]["code"], "ENTRY_TOO_LONG");
        assert_eq!(first[6]["userErrors"][0]["code"], "NOT_FOUND");
        assert_eq!(statuses(&again),
            ["REPLAYED", "REPLAYED", "REPLAYED", "REPLAYED", "REPLAYED", "REJECTED", "REJECTED"]);
        assert_eq!(again[0]["hourEntry"]["id"], first[0]["hourEntry"]["id"]);
        assert_eq!(statuses(&part), ["REPLAYED", "REPLAYED"]);
        assert_eq!(statuses(&other), ["CONFLICT"]);
        assert_eq!(other[0]["userErrors"][0]["code"], "IDEMPOTENCY_CONFLICT");
        let all = cast.owner.asks("{ hourEntries { totalCount nodes { minutes } } }", json!({})).await;
        assert_eq!(all["hourEntries"], json!({ "totalCount": 1, "nodes": [{ "minutes": 90 }] }));
    }

    async fn a_conflict_shows_what_the_server_knows(app: App) {
        let cast = Cast::on(&app).await;
        let phone = Phone { person: &cast.volunteer, cast: &cast };
        let created = phone.sends(&[phone.creates(1, "2026-10-14", 60)]).await;
        let id = created[0]["hourEntry"]["id"].as_str().unwrap();
        let elsewhere = json!({ "input": { "id": id, "minutes": 45 } });
        let change = "mutation($input: UpdateHourEntryInput!) { updateHourEntry(input: $input) { hourEntry { version } } }";
        cast.coordinator.asks(change, elsewhere).await;

        let late = phone.sends(&[item(2, json!({ "change": {
            "entry": { "id": id }, "expectedVersion": 1, "minutes": 90 } }))]).await;
        let mended = phone.sends(&[item(2, json!({ "change": {
            "entry": { "id": id }, "expectedVersion": 2, "minutes": 90 } }))]).await;

        assert_eq!(statuses(&late), ["CONFLICT"]);
        assert_eq!(late[0]["userErrors"][0]["code"], "VERSION_CONFLICT");
        assert_eq!((&late[0]["hourEntry"]["minutes"], &late[0]["hourEntry"]["version"]), (&json!(45), &json!(2)));
        assert_eq!(statuses(&mended), ["APPLIED"]);
        assert_eq!(mended[0]["hourEntry"]["minutes"], 90);
    }

    async fn two_entries_of_a_batch_may_change_places(app: App) {
        let cast = Cast::on(&app).await;
        let phone = Phone { person: &cast.volunteer, cast: &cast };
        let span = |number: u128, from: &str, to: &str| item(number, json!({ "create": {
            "volunteerId": cast.record, "projectId": cast.project,
            "startedAt": format!("2026-10-14T{from}:00Z"), "endedAt": format!("2026-10-14T{to}:00Z") } }));
        let moved = |number: u128, of: u128, from: &str, to: &str| item(number, json!({ "change": {
            "entry": { "clientId": uuid(of) },
            "startedAt": format!("2026-10-14T{from}:00Z"), "endedAt": format!("2026-10-14T{to}:00Z") } }));

        let results = phone.sends(&[
            span(1, "08:00", "09:00"), span(2, "10:00", "11:00"),
            moved(3, 1, "12:00", "13:00"), moved(4, 2, "08:00", "09:00"),
            moved(5, 1, "08:30", "09:30"), moved(6, 1, "10:00", "11:00"),
        ]).await;

        assert_eq!(statuses(&results),
            ["APPLIED", "APPLIED", "APPLIED", "APPLIED", "REJECTED", "APPLIED"]);
        assert_eq!(results[4]["userErrors"][0]["code"], "ENTRY_OVERLAP");
    }

    async fn the_clock_of_a_device_is_measured_and_its_owner_can_read_it(app: App) {
        let cast = Cast::on(&app).await;
        let phone = Phone { person: &cast.volunteer, cast: &cast };
        let sends = async |at: &str| {
            let input = json!({ "deviceId": uuid(1), "sentAt": at, "items": [phone.creates(1, "2026-10-14", 60)] });
            cast.volunteer.asks(BATCH, json!({ "input": input })).await["syncHourEntries"].take()
        };
        let devices = "{ viewer { devices { id clockSkewMilliseconds firstSeenAt lastSeenAt } } }";

        let ahead = sends("2026-11-02T09:07:30Z").await;
        app.advance(TimeDelta::minutes(5));
        let behind = sends("2026-11-02T09:04:59Z").await;
        let own = cast.volunteer.asks(devices, json!({})).await;
        let others = cast.coordinator.asks(devices, json!({})).await;

        assert_eq!(ahead["clockSkewMilliseconds"], -450_000);
        assert_eq!(behind["clockSkewMilliseconds"], 1_000);
        assert_eq!(own["viewer"]["devices"], json!([{ "id": uuid(1), "clockSkewMilliseconds": 1_000,
            "firstSeenAt": "2026-11-02T09:00:00Z", "lastSeenAt": "2026-11-02T09:05:00Z" }]));
        assert_eq!(others["viewer"]["devices"], json!([]));
    }

    /// The skew stays a number that clients can read.
    async fn a_clock_that_is_a_year_off_refuses_nothing(app: App) {
        let cast = Cast::on(&app).await;
        let phone = Phone { person: &cast.volunteer, cast: &cast };
        let skews = "{ viewer { devices { clockSkewMilliseconds } } }";

        for (client, sent_at, skew) in [(1, "2027-11-02T09:00:00Z", i32::MIN), (2, "2025-11-02T09:00:00Z", i32::MAX)] {
            let items = [phone.creates(client, "2026-10-14", 60)];
            let input = json!({ "deviceId": uuid(1), "sentAt": sent_at, "items": items });
            let batch = cast.volunteer.asks(BATCH, json!({ "input": input })).await["syncHourEntries"].take();
            let own = cast.volunteer.asks(skews, json!({})).await;

            assert_eq!(batch["results"][0]["status"], "APPLIED");
            assert_eq!(batch["clockSkewMilliseconds"], skew);
            assert_eq!(own["viewer"]["devices"], json!([{ "clockSkewMilliseconds": skew }]));
        }
    }

    async fn a_batch_holds_one_to_five_hundred_operations(app: App) {
        let cast = Cast::on(&app).await;
        let phone = Phone { person: &cast.volunteer, cast: &cast };
        let tries = async |count: u128| {
            let items: Vec<Value> = (0..count).map(|it| phone.creates(it, "2026-10-14", 1)).collect();
            let input = json!({ "deviceId": uuid(1), "sentAt": "2026-11-02T09:00:00Z", "items": items });
            cast.volunteer.tries(BATCH, json!({ "input": input })).await
        };

        let (none, all, over) = (tries(0).await, tries(500).await, tries(501).await);
        let kept = cast.owner.asks("{ hourEntries { totalCount } }", json!({})).await;

        for refused in [none, over] {
            assert_eq!(refused.error_code(), "BAD_USER_INPUT");
            let message = refused.body["errors"][0]["message"].as_str().unwrap().to_owned();
            assert!(message.contains("1 to 500"), "{message}");
        }
        assert_eq!(all.data()["syncHourEntries"]["results"].as_array().unwrap().len(), 500);
        assert_eq!(kept["hourEntries"]["totalCount"], 500);
    }

    async fn five_hundred_operations_cost_as_many_statements_as_fifty(app: App) {
        let cast = Cast::on(&app).await;
        let phone = Phone { person: &cast.volunteer, cast: &cast };
        let mut costs: Vec<Vec<u64>> = Vec::new();
        // The first event of an organization also begins its chain.
        phone.sends(&[phone.creates(90_000, "2026-12-01", 7), phone.creates(90_001, "2026-10-31", 7)]).await;
        for (start, count) in [(0_u128, 50_u128), (10_000, 500)] {
            let day = |number: u128| {
                let first: chrono::NaiveDate = "2026-01-01".parse().unwrap();
                (first + TimeDelta::days(i64::try_from(number % 300).unwrap())).to_string()
            };
            let numbers: Vec<u128> = (0..count).collect();
            let creations: Vec<Value> = numbers.iter()
                .map(|it| phone.creates(start + it, &day(*it), 7)).collect();
            let changes: Vec<Value> = numbers.iter().map(|it| item(start + 1_000 + it,
                json!({ "change": { "entry": { "clientId": uuid(start + it) }, "minutes": 8 } }))).collect();
            let submissions: Vec<Value> = numbers.iter().map(|it| item(start + 2_000 + it,
                json!({ "submit": made(start + it) }))).collect();
            let withdrawals: Vec<Value> = numbers.iter().map(|it| item(start + 3_000 + it,
                json!({ "withdraw": made(start + it) }))).collect();
            let deletions: Vec<Value> = numbers.iter().map(|it| item(start + 4_000 + it,
                json!({ "delete": made(start + it) }))).collect();
            let mut cost = Vec::new();
            for batch in [creations, changes, submissions, withdrawals, deletions] {
                let (results, statements) = counted(&app, phone.sends(&batch)).await;
                let applied = results.iter().all(|it| it["status"] == "APPLIED");
                assert!(applied, "{:#?}", results.iter().find(|it| it["status"] != "APPLIED"));
                cost.push(statements);
            }
            costs.push(cost);
        }

        assert_eq!(costs[0], costs[1], "more operations, more statements");
        assert!(costs[1].iter().all(|it| *it <= 40), "{costs:?}");
    }

    async fn a_device_learns_what_it_missed_and_nothing_twice(app: App) {
        let cast = Cast::on(&app).await;
        let phone = Phone { person: &cast.volunteer, cast: &cast };
        let start = phone.asks(None).await;
        let sent = phone.sends(&[phone.creates(1, "2026-10-14", 60), phone.creates(2, "2026-10-15", 60)]).await;
        let submit = [item(3, json!({ "submit": made(1) })), item(4, json!({ "delete": made(2) }))];
        phone.sends(&submit).await;
        let entry = sent[0]["hourEntry"]["id"].as_str().unwrap();
        cast.coordinator.approves(&[entry]).await;

        let missed = phone.asks(start["cursor"].as_str()).await;
        let nothing = phone.asks(missed["cursor"].as_str()).await;

        let entries = of_kind(&missed, "HOUR_ENTRY");
        assert_eq!(entries.len(), 2);
        let gone: Vec<_> = entries.iter().filter(|it| it["removed"] == true).collect();
        assert_eq!(gone.len(), 1);
        assert_eq!(gone[0]["node"], json!(null));
        let kept = entries.iter().find(|it| it["removed"] == false).unwrap();
        assert_eq!((&kept["id"], &kept["node"]["status"]), (&json!(entry), &json!("APPROVED")));
        assert_eq!(nothing["changes"], json!([]));
        assert_eq!(nothing["hasMore"], false);
        assert!(of_kind(&start, "PROJECT").iter().any(|it| it["node"]["title"].is_string()));
    }

    async fn nobody_learns_what_they_may_not_see(app: App) {
        let cast = Cast::on(&app).await;
        let phone = Phone { person: &cast.volunteer, cast: &cast };
        phone.sends(&[phone.creates(1, "2026-10-14", 60)]).await;
        let cursor = phone.asks(None).await["cursor"].take();

        let outsider = Phone { person: &cast.outsider, cast: &cast }.asks(None).await;
        let observer = Phone { person: &cast.observer, cast: &cast }.asks(None).await;
        let stolen = cast.outsider.tries(CHANGES, json!({ "since": cursor })).await;
        let forged = cast.volunteer.tries(CHANGES, json!({ "since": "AAAA" })).await;
        let coordinator = Phone { person: &cast.coordinator, cast: &cast }.asks(None).await;

        assert!(of_kind(&outsider, "HOUR_ENTRY").is_empty());
        assert!(of_kind(&outsider, "VOLUNTEER").is_empty());
        assert_eq!(observer["changes"], json!([]));
        assert_eq!(stolen.error_code(), "BAD_USER_INPUT");
        assert_eq!(forged.error_code(), "BAD_USER_INPUT");
        assert_eq!(of_kind(&coordinator, "HOUR_ENTRY").len(), 1);
    }

    async fn with_other_rights_a_device_begins_anew(app: App) {
        let cast = Cast::on(&app).await;
        let phone = Phone { person: &cast.viewer, cast: &cast };
        let before = phone.asks(None).await;
        let role = "mutation($input: ChangeMembershipRoleInput!) { changeMembershipRole(input: $input) { userErrors { code } } }";
        let members = "query($slug: String!) { organization(slug: $slug) { members { nodes { id role } } } }";
        let members = cast.owner.asks(members, json!({ "slug": cast.organization.slug })).await;
        let member = members["organization"]["members"]["nodes"].as_array().unwrap().iter()
            .find(|it| it["role"] == "VIEWER").unwrap()["id"].clone();
        cast.owner.asks(role, json!({ "input": { "membershipId": member, "role": "COORDINATOR" } })).await;

        let after = phone.asks(before["cursor"].as_str()).await;
        let remove = "mutation($input: RemoveMemberInput!) { removeMember(input: $input) { userErrors { code } } }";
        cast.owner.asks(remove, json!({ "input": { "membershipId": member } })).await;
        let out = phone.asks(after["cursor"].as_str()).await;

        assert_eq!(before["forget"], json!([]));
        assert_eq!(after["forget"], json!([cast.organization.id]));
        assert!(!of_kind(&after, "PROJECT").is_empty());
        assert_eq!(out["forget"], json!([cast.organization.id]));
        assert_eq!(out["changes"], json!([]));
    }

    async fn long_stretches_come_in_parts(app: App) {
        let cast = Cast::on(&app).await;
        let phone = Phone { person: &cast.volunteer, cast: &cast };
        let items: Vec<Value> = (0..25).map(|it| phone.creates(it, &format!("2026-10-{:02}", it + 1), 30)).collect();
        phone.sends(&items).await;
        let (mut seen, mut since) = (Vec::new(), None);
        loop {
            let asked = json!({ "since": since, "first": 7 });
            let part = phone.person.asks(CHANGES, asked).await["syncChanges"].take();
            seen.extend(of_kind(&part, "HOUR_ENTRY").into_iter().map(|it| it["id"].clone()));
            assert!(part["changes"].as_array().unwrap().len() <= 7);
            since = Some(part["cursor"].clone());
            if part["hasMore"] == false {
                break;
            }
        }

        let distinct: std::collections::HashSet<_> = seen.iter().map(Value::to_string).collect();
        assert_eq!((seen.len(), distinct.len()), (25, 25));
    }
}
