//! Select all that fits, see what was counted, decide on exactly that.
//!
//! The queue itself is in `queue`.

use chrono::NaiveDate;
use chrono::TimeDelta;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::VolunteerId;
use futures_util::future::join_all;
use serde_json::Value;
use serde_json::json;
use tiwizi::graphql::node::NodeId;
use tiwizi::hours::Fields;
use tiwizi::hours::Item;
use tiwizi::hours::Mode;
use tiwizi::hours::NewEntry;
use tiwizi::hours::Run;
use tiwizi::hours::Target;
use tiwizi::hours::record;
use tiwizi::platform::i18n::Locale;

use crate::hours::Person;
use crate::hours::World;
use crate::hours::code;
use crate::hours::id;
use crate::support::app::App;
use crate::support::on_both_databases;

/// More than two parts.
const MANY: usize = 1_100;

const DECIDED: &str = "results { hourEntry { id } } userErrors { code message path }
    selection { count done minutes byEvidence { evidenceLevel entries minutes } refused { id userErrors { code } } refusedBy { code count } }";

/// Hands in an hour for each of some days of October.
async fn hands_in(
    world: &World,
    person: &Person,
    days: std::ops::RangeInclusive<u32>,
) -> Vec<String> {
    let mut ids = Vec::new();
    for day in days {
        let mut input = world.on_day(&format!("2026-10-{day:02}"), 60);
        input["submit"] = json!(true);
        ids.push(id(&person.logs(input).await));
    }
    ids
}

/// More entries than one part holds, as a file would bring them.
fn many(world: &World) -> Vec<Item> {
    let first: NaiveDate = "2025-01-01".parse().expect("a date");
    let project = ProjectId::read(&world.project.clone().into()).expect("an id");
    let days = first.iter_days().take(550);
    let rows = days.flat_map(|day| (0..MANY.div_ceil(550)).map(move |row| (day, row)));
    rows.take(MANY)
        .map(|(day, row)| {
            let entry = NewEntry::parse(&Fields {
                volunteer: VolunteerId::read(&world.record.clone().into()),
                worked_on: Some(day),
                minutes: Some(10 + i64::try_from(row).expect("few")),
                ..Fields::on(project)
            });
            let key = format!("{day} {row}").into_bytes();
            Item::imported(entry.expect("an entry"), Target::Submitted, key)
        })
        .collect()
}

async fn preview(world: &World, person: &Person, filter: Value) -> Value {
    let input = json!({ "organizationId": world.organization, "filter": filter });
    let selection = "preview { token count minutes notDecidable expiresAt asOf statusBasis
        byEvidence { evidenceLevel entries minutes } timeBasis { zone weekStart dayRule } }";
    person.done("previewApproval", input, selection).await["preview"].take()
}

fn of(preview: &Value) -> Value {
    json!({ "token": preview["token"], "expectedCount": preview["count"] })
}

on_both_databases! {
    /// Select all by filter, with a count that is the truth.
    async fn exactly_what_was_counted_is_approved(app: App) {
        let world = World::on(&app).await;
        let ids = hands_in(&world, &world.volunteer, 1..=6).await;
        let own = hands_in(&world, &world.coordinator, 7..=7).await;
        let counted = preview(&world, &world.coordinator, json!({})).await;

        // One is taken back, one is corrected and handed in again, one comes on top.
        world.volunteer.acts("withdraw", &[&ids[0], &ids[1]], None).await;
        id(&world.volunteer.changes(json!({ "id": ids[1], "minutes": 600 })).await);
        world.volunteer.acts("submit", &[&ids[1]], None).await;
        let late = hands_in(&world, &world.volunteer, 8..=8).await;
        let input = json!({ "selection": of(&counted) });
        let done = world.coordinator.does("approveHourEntries", input, DECIDED).await;

        assert_eq!(counted["count"], 7);
        assert_eq!(counted["minutes"], 420);
        assert_eq!(counted["notDecidable"], 1);
        let level = |level: &str, entries: i64, minutes: i64| json!({
            "evidenceLevel": level, "entries": entries, "minutes": minutes });
        let (declared, attested) = (level("SELF_DECLARED", 6, 360), level("COORDINATOR_ATTESTED", 1, 60));
        assert_eq!(counted["byEvidence"], json!([declared, attested]));
        assert_eq!(done["selection"]["byEvidence"], json!([level("SELF_DECLARED", 4, 240)]));
        assert_eq!(counted["statusBasis"], json!(["SUBMITTED"]));
        assert_eq!(counted["asOf"], "2026-11-02T09:00:00Z");
        assert_eq!(counted["timeBasis"], json!({
            "zone": "Africa/Casablanca", "weekStart": "MONDAY", "dayRule": "WHOLE_BY_FIRST_DAY" }));
        assert_eq!(done["userErrors"], json!([]));
        assert_eq!(done["results"], json!([]));
        let selection = &done["selection"];
        assert_eq!(selection["count"], 7);
        assert_eq!(selection["done"], 4);
        assert_eq!(selection["minutes"], 240);
        assert_eq!(
            selection["refused"],
            json!([
                { "id": ids[0], "userErrors": [{ "code": "WRONG_STATE" }] },
                { "id": ids[1], "userErrors": [{ "code": "VERSION_CONFLICT" }] },
                { "id": own[0], "userErrors": [{ "code": "SELF_APPROVAL" }] },
            ])
        );
        let mut refusals = selection["refusedBy"].as_array().expect("counts").clone();
        refusals.sort_by_key(ToString::to_string);
        assert_eq!(refusals.len(), 3);
        assert!(refusals.iter().all(|it| it["count"] == 1));
        let waiting = preview(&world, &world.owner, json!({})).await;
        assert_eq!(waiting["count"], 3, "what came later still waits: {late:?}");
        assert!(world.ledger().await > 0);
    }

    async fn a_token_serves_one_person_for_half_an_hour(app: App) {
        let world = World::on(&app).await;
        hands_in(&world, &world.volunteer, 1..=2).await;
        let counted = preview(&world, &world.coordinator, json!({})).await;
        let with = async |person: &Person, selection: Value| {
            let input = json!({ "selection": selection });
            let payload = person.does("approveHourEntries", input, DECIDED).await;
            assert_eq!(payload["selection"], json!(null));
            code(&payload).to_owned()
        };

        assert_eq!(with(&world.owner, of(&counted)).await, "NOT_FOUND");
        assert_eq!(with(&world.outsider, of(&counted)).await, "NOT_FOUND");
        let mut forged = of(&counted);
        forged["token"] = json!("AAAA");
        assert_eq!(with(&world.coordinator, forged).await, "NOT_FOUND");
        let mut another = of(&counted);
        another["expectedCount"] = json!(3);
        assert_eq!(with(&world.coordinator, another).await, "SELECTION_COUNT");
        app.advance(TimeDelta::minutes(31));
        let coordinator = world.coordinator.renewed().await;
        assert_eq!(with(&coordinator, of(&counted)).await, "SELECTION_EXPIRED");
        let still = preview(&world, &coordinator, json!({})).await;
        assert_eq!(still["count"], 2);
    }

    /// Two who decide at the same time decide each entry once between them.
    async fn what_two_approve_at_once_is_approved_once(app: App) {
        let world = World::on(&app).await;
        hands_in(&world, &world.volunteer, 1..=20).await;
        let people = [&world.coordinator, &world.owner];
        let mut deciding = Vec::new();
        for person in people {
            let input = json!({ "selection": of(&preview(&world, person, json!({})).await) });
            deciding.push(person.does("approveHourEntries", input, DECIDED));
        }

        let decided = join_all(deciding).await;

        let done = decided.iter().map(|it| it["selection"]["done"].as_i64().expect("a number"));
        assert_eq!(done.sum::<i64>(), 20, "{decided:#?}");
        assert_eq!(world.ledger().await, 40);
    }

    /// What is more than one part: each is decided once, and one refused stops no other.
    async fn a_selection_of_many_parts_is_decided_whole(app: App) {
        let world = World::on(&app).await;
        let items = many(&world);
        let organization = OrganizationId::read(&world.organization.clone().into()).expect("an id");
        let operator = world.app.parts.operator(Locale::En);
        let written =
            record::create_many(&operator, organization, &items, Mode::EachAlone, Run::Real).await;
        assert!(written.expect("no fault").iter().all(Result::is_ok));
        let own = hands_in(&world, &world.coordinator, 1..=1).await;

        let counted = preview(&world, &world.coordinator, json!({})).await;
        let input = json!({ "selection": of(&counted) });
        let done = world.coordinator.does("approveHourEntries", input, DECIDED).await;

        assert_eq!(counted["count"], MANY + 1);
        assert_eq!(counted["notDecidable"], 1);
        assert_eq!(done["selection"]["done"], MANY);
        assert_eq!(done["selection"]["refused"][0]["id"], json!(own[0]));
        assert_eq!(world.ledger().await, i64::try_from(MANY * 2 + 1).expect("a number"));
        let left = preview(&world, &world.coordinator, json!({ "decidable": true })).await;
        assert_eq!(left["count"], 0);
    }

    /// Whoever may not decide selects nothing.
    async fn only_those_who_decide_select(app: App) {
        let world = World::on(&app).await;
        hands_in(&world, &world.volunteer, 1..=1).await;
        let input = json!({ "organizationId": world.organization });

        for (person, expected) in [
            (&world.viewer, "FORBIDDEN"),
            (&world.volunteer, "FORBIDDEN"),
            (&world.outsider, "NOT_FOUND"),
        ] {
            let payload = person
                .does("previewApproval", input.clone(), "preview { token } userErrors { code }")
                .await;
            assert_eq!(code(&payload), expected);
            assert_eq!(payload["preview"], json!(null));
        }
    }

    /// A reason on return and reject, for each entry or for all of them, and it reaches both sides.
    async fn every_return_has_its_reason(app: App) {
        let world = World::on(&app).await;
        let ids = hands_in(&world, &world.volunteer, 1..=5).await;
        let selection = "results { hourEntry { decisionReason } userErrors { code } }
            selection { done } userErrors { code path }";
        let input = json!({ "reason": "Which site?", "ids": [ids[0]], "items": [
            { "id": ids[1], "reason": "Ten hours?" },
            { "id": ids[2] },
            { "id": ids[3], "reason": "  " },
            { "id": ids[4], "reason": "Late", "expectedVersion": 7 },
            { "id": ids[4], "reason": "x".repeat(1_001) },
        ] });

        let done = world.coordinator.does("returnHourEntries", input, selection).await;

        let results = done["results"].as_array().expect("results");
        let reasons: Vec<_> =
            results.iter().map(|it| it["hourEntry"]["decisionReason"].clone()).collect();
        assert_eq!(reasons[..3], [json!("Which site?"), json!("Ten hours?"), json!("Which site?")]);
        assert_eq!(code(&results[3]), "REASON_REQUIRED");
        assert_eq!(code(&results[4]), "VERSION_CONFLICT");
        assert_eq!(code(&results[5]), "TOO_LONG");
        let query = "query($id: ID!) { hourEntry(id: $id) { status decisionReason } }";
        let seen = world.volunteer.asks(query, json!({ "id": ids[1] })).await;
        assert_eq!(
            seen["hourEntry"],
            json!({ "status": "RETURNED", "decisionReason": "Ten hours?" })
        );
        // A selection of two is left: without a reason nothing is done, with one all of it.
        let left = preview(&world, &world.coordinator, json!({})).await;
        assert_eq!(left["count"], 2);
        let input = json!({ "selection": of(&left) });
        let blank = world.coordinator.does("rejectHourEntries", input, selection).await;
        assert_eq!(code(&blank), "REASON_REQUIRED");
        let input = json!({ "selection": of(&left), "reason": "Nobody was there" });
        let all = world.coordinator.does("rejectHourEntries", input, selection).await;
        assert_eq!(all["selection"]["done"], 2);
        let seen = world.volunteer.asks(query, json!({ "id": ids[4] })).await;
        assert_eq!(
            seen["hourEntry"],
            json!({ "status": "REJECTED", "decisionReason": "Nobody was there" })
        );
        assert!(world.ledger().await > 0);
    }
}
