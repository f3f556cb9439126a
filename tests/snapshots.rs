//! Frozen answers: what is frozen stays, and what changed since is told with the entries that did it.
//!
//! Figures themselves are tested with the reports.

use async_graphql::ID;
use chrono::TimeDelta;
use entity::idempotency_key;
use entity::ids::OrganizationId;
use entity::ids::SnapshotId;
use entity::ids::UserId;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use serde_json::Value;
use serde_json::json;
use tiwizi::graphql::node::NodeId;
use tiwizi::platform::crypto::sha256;
use tiwizi::platform::hex::hex;
use tiwizi::platform::i18n::Locale;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::on_both_databases;

const FIELDS: &str =
    "snapshot { id title content sha256 asOf from to statusBasis territory { code }
    organization { slug } }";
const DIFF: &str = "query($from: ID!, $to: ID) { snapshotDiff(from: $from, to: $to) {
    from { id } to { id } entryCount movedMinutes changes { figure before after }
    entries { difference hourEntry { id } before { minutes status } after { minutes status } } } }";

fn asked(cast: &Cast) -> Value {
    json!({ "report": "INDH", "territoryCode": "MA", "from": "2026-01-01", "to": "2026-03-31",
        "organizationId": cast.organization.id })
}

async fn frozen(who: &Person, input: Value) -> Value {
    who.done("createSnapshot", input, FIELDS).await["snapshot"].take()
}

async fn difference(who: &Person, from: &Value, to: Option<&Value>) -> Value {
    who.asks(
        DIFF,
        json!({ "from": from["id"], "to": to.map(|it| &it["id"]) }),
    )
    .await["snapshotDiff"]
        .take()
}

/// An hour of a day, handed in and approved.
async fn approved(cast: &Cast, on: &str, minutes: u32) -> String {
    let entry = cast
        .coordinator
        .logs(&cast.record, &cast.project, on, minutes)
        .await;
    cast.owner.approves(&[&entry]).await;
    entry
}

/// What happens later happens at another instant.
fn later_on(app: &App) {
    app.advance(TimeDelta::minutes(1));
}

fn figure(snapshot: &Value, name: &str) -> i64 {
    let content: Value = serde_json::from_str(snapshot["content"].as_str().unwrap()).unwrap();
    content["figures"][name].as_i64().unwrap()
}

on_both_databases! {
    /// Whatever happens to the hours, a snapshot says what it said, and the difference adds up.
    async fn what_is_frozen_stays_and_the_difference_is_told(app: App) {
        let cast = Cast::on(&app).await;
        let voided = approved(&cast, "2026-01-10", 60).await;
        approved(&cast, "2026-02-10", 90).await;
        let before = frozen(&cast.owner, asked(&cast)).await;
        assert_eq!(figure(&before, "totals.minutes"), 150);
        assert_eq!(figure(&before, "byMonth[2026-03].minutes"), 0);
        let content = before["content"].as_str().unwrap();
        assert_eq!(before["sha256"], json!(hex(&sha256(content.as_bytes()))));
        assert_eq!(before["organization"]["slug"], json!(cast.organization.slug));
        let same = difference(&cast.owner, &before, None).await;
        assert_eq!((&same["entryCount"], &same["changes"]), (&json!(0), &json!([])));

        later_on(&app);
        let void = json!({ "id": voided, "reason": "Written twice" });
        cast.owner.done("voidHourEntry", void, "hourEntry { status }").await;
        let later = approved(&cast, "2026-03-05", 200).await;

        let since = difference(&cast.owner, &before, None).await;
        assert_eq!((&since["entryCount"], &since["movedMinutes"], &since["to"]), (&json!(2), &json!(140), &json!(null)));
        assert_eq!(since["entries"], json!([
            { "difference": 200, "hourEntry": { "id": later }, "before": null,
              "after": { "minutes": 200, "status": "APPROVED" } },
            { "difference": -60, "hourEntry": { "id": voided },
              "before": { "minutes": 60, "status": "APPROVED" }, "after": null },
        ]));
        let change = |name: &str| {
            let all = since["changes"].as_array().unwrap();
            all.iter().find(|it| it["figure"] == name).cloned()
        };
        assert_eq!(change("totals.minutes"),
            Some(json!({ "figure": "totals.minutes", "before": 150, "after": 290 })));
        assert_eq!(change("byMonth[2026-02].minutes"), None);

        later_on(&app);
        let after = frozen(&cast.owner, asked(&cast)).await;
        for (one, other) in [(&before, &after), (&after, &before)] {
            let between = difference(&cast.owner, one, Some(other)).await;
            assert_eq!((&between["from"]["id"], &between["movedMinutes"]), (&before["id"], &json!(140)));
            assert_eq!(between["changes"], since["changes"]);
        }
        // The same question as of then gives the same bytes.
        let mut past = asked(&cast);
        past["asOf"] = before["asOf"].clone();
        let again = frozen(&cast.owner, past).await;
        assert_eq!((&again["content"], &again["sha256"]), (&before["content"], &before["sha256"]));
        let query = "query($id: ID!) { node(id: $id) { ... on ReportSnapshot { sha256 } } }";
        let kept = cast.owner.asks(query, json!({ "id": before["id"] })).await;
        assert_eq!(kept["node"]["sha256"], before["sha256"]);
    }

    /// A correction that keeps the minutes moves months, and is told.
    async fn a_correction_of_the_day_is_told(app: App) {
        let cast = Cast::on(&app).await;
        let entry = approved(&cast, "2026-01-10", 60).await;
        let before = frozen(&cast.owner, asked(&cast)).await;
        later_on(&app);
        let amended = json!({ "id": entry, "workedOn": "2026-02-10", "reason": "Of another month" });
        cast.coordinator.done("amendHourEntry", amended, "hourEntry { status }").await;
        cast.owner.approves(&[&entry]).await;

        let since = difference(&cast.owner, &before, None).await;

        assert_eq!((&since["entryCount"], &since["movedMinutes"]), (&json!(1), &json!(0)));
        assert_eq!(since["entries"][0]["hourEntry"]["id"], json!(entry));
        let changes = since["changes"].as_array().unwrap();
        let figures: Vec<&str> = changes.iter().filter_map(|it| it["figure"].as_str()).collect();
        assert!(figures.contains(&"byMonth[2026-02].minutes") && !figures.contains(&"totals.minutes"), "{figures:?}");
    }

    /// What is frozen is clear, is asked for once, and is nobody else's.
    async fn a_snapshot_is_of_whoever_may_ask_the_question(app: App) {
        let cast = Cast::on(&app).await;
        approved(&cast, "2026-01-10", 60).await;
        let mut input = asked(&cast);
        input["idempotencyKey"] = json!("quarter");
        let first = frozen(&cast.owner, input.clone()).await;
        assert_eq!(frozen(&cast.owner, input.clone()).await["id"], first["id"]);
        later_on(&app);
        input["to"] = json!("2026-02-28");
        assert_eq!(cast.owner.refused("createSnapshot", input.clone()).await, ["IDEMPOTENCY_CONFLICT"]);
        input["idempotencyKey"] = json!("two months");
        let other = frozen(&cast.owner, input.clone()).await;
        let mixed = cast.owner.tries(DIFF, json!({ "from": first["id"], "to": other["id"] })).await;
        assert_eq!(mixed.body["errors"][0]["extensions"]["rule"], "report.snapshot");

        // Of some organizations of a territory nothing is frozen: who reads it could not know of which.
        input["organizationId"] = json!(null);
        input["idempotencyKey"] = json!(null);
        assert_eq!(cast.owner.refused("createSnapshot", input.clone()).await, ["REQUIRED"]);
        input["title"] = json!("x".repeat(201));
        assert_eq!(cast.owner.refused("createSnapshot", input).await, ["TOO_LONG"]);

        let list = "{ reportSnapshots(first: 1) { nodes { id } totalCount pageInfo { hasNextPage } } }";
        let page = cast.owner.asks(list, json!({})).await["reportSnapshots"].take();
        assert_eq!((&page["totalCount"], &page["nodes"][0]["id"]), (&json!(2), &other["id"]));
        for stranger in [Person::sign_up(&app, "stranger").await, cast.volunteer.again().await] {
            let nothing = stranger.asks(list, json!({})).await["reportSnapshots"].take();
            assert_eq!(nothing["totalCount"], json!(0));
            let hidden = stranger.tries(DIFF, json!({ "from": first["id"], "to": null })).await;
            assert_eq!(hidden.body["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
        }
    }
    /// A request of a time when a longer title was allowed is answered as it was then.
    async fn an_earlier_request_keeps_its_answer(app: App) {
        let cast = Cast::on(&app).await;
        let snapshot = frozen(&cast.owner, asked(&cast)).await;
        let title = "x".repeat(201);
        let of = OrganizationId::read(&ID(cast.organization.id.clone())).unwrap();
        let sent = json!([title, ["INDH", "MA", of.to_string(), ["2026-01-01", "2026-03-31"], "[\"APPROVED\"]", null]]);
        let ctx = app.parts.operator(Locale::En);
        let key = idempotency_key::Model {
            actor: format!("user:{}", UserId::read(&ID(cast.owner.id.clone())).unwrap()),
            key: "long ago".to_owned(),
            operation: "createSnapshot".to_owned(),
            content_hash: sha256(&serde_json::to_vec(&sent).unwrap()),
            subject_id: SnapshotId::read(&ID(snapshot["id"].as_str().unwrap().to_owned())).unwrap().0,
            created_at: ctx.now(),
        };
        ctx.transaction(async |tx| idempotency_key::Entity::insert(key.into_active_model()).exec_without_returning(&**tx).await).await.unwrap();

        let mut input = asked(&cast);
        input["title"] = json!(title);
        input["idempotencyKey"] = json!("long ago");
        assert_eq!(frozen(&cast.owner, input.clone()).await["id"], snapshot["id"]);
        input["to"] = json!("2026-02-28");
        assert_eq!(cast.owner.refused("createSnapshot", input.clone()).await, ["IDEMPOTENCY_CONFLICT"]);
        input["idempotencyKey"] = json!("another");
        assert_eq!(cast.owner.refused("createSnapshot", input).await, ["TOO_LONG"]);
    }
}
