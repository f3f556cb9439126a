//! Rules of approval: what they let through, what they never do, and the trace they leave.
//!
//! Which rule decides is tested beside its code.

use entity::hour_entry;
use entity::ids::EntryId;
use entity::types::EvidenceLevel;
use sea_orm::ActiveEnum;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use sea_orm::sea_query::Expr;
use serde_json::Value;
use serde_json::json;
use tiwizi::graphql::node::NodeId;
use tiwizi::platform::i18n::Locale;

use crate::hours::Person;
use crate::hours::World;
use crate::hours::code;
use crate::hours::id;
use crate::hours::text;
use crate::support::app::App;
use crate::support::on_both_databases;

const RULE: &str = "approvalRule { id name effect version archivedAt conditions { evidenceLevels
    minutes { atLeast atMost } dayMinutes { atLeast atMost } projects { id } } }
    userErrors { code message path }";
const TRACE: &str = "query($id: ID!) { hourEntry(id: $id) { status version decisionReason
    decisions { outcome ruleName ruleVersion entryVersion rule { id }
        facts { evidenceLevel minutes dayMinutes } conditions { minutes { atMost } } } } }";

/// A rule as an input.
fn rule(world: &World, effect: &str, conditions: Value) -> Value {
    json!({ "organizationId": world.organization, "name": format!("{effect} rule"),
        "effect": effect, "conditions": conditions })
}

/// What approves attendance of up to four hours.
fn attendance(world: &World) -> Value {
    let conditions =
        json!({ "evidenceLevels": ["CHECKED_IN_AND_OUT"], "minutes": { "atMost": 240 } });
    rule(world, "APPROVE", conditions)
}

async fn written(person: &Person, input: Value) -> String {
    let payload = person.does("createApprovalRule", input, RULE).await;
    assert_eq!(payload["userErrors"], json!([]));
    text(&payload["approvalRule"]["id"])
}

/// A draft that somebody's attendance made: nobody can write one by hand.
async fn attended(world: &World, day: &str, minutes: i64) -> String {
    let draft = id(&world.volunteer.logs(world.on_day(day, minutes)).await);
    let entry = EntryId::read(&draft.clone().into()).expect("an id");
    let ctx = world.app.parts.operator(Locale::En);
    ctx.transaction(async |tx| {
        hour_entry::Entity::update_many()
            .col_expr(
                hour_entry::Column::EvidenceLevel,
                Expr::value(EvidenceLevel::CheckedInAndOut.to_value()),
            )
            .filter(hour_entry::Column::Id.eq(entry))
            .exec(&**tx)
            .await?;
        Ok::<_, DbErr>(())
    })
    .await
    .expect("attended");
    draft
}

async fn trace(person: &Person, entry: &str) -> Value {
    person.asks(TRACE, json!({ "id": entry })).await["hourEntry"].take()
}

on_both_databases! {
    /// Auto-approve with a trace: who looks at the entry sees the rule, its version and the facts.
    async fn what_attendance_proves_is_approved_with_a_trace(app: App) {
        let world = World::on(&app).await;
        let before = attended(&world, "2026-10-13", 60).await;
        world.volunteer.acts("submit", &[&before], None).await;
        let rule = written(&world.owner, attendance(&world)).await;
        let short = attended(&world, "2026-10-14", 240).await;
        let long = attended(&world, "2026-10-15", 241).await;
        let word = id(&world.volunteer.logs(world.on_day("2026-10-16", 60)).await);

        let results = world.volunteer.acts("submit", &[&short, &long, &word], None).await;

        let states: Vec<_> = results.iter().map(|it| text(&it["hourEntry"]["status"])).collect();
        assert_eq!(states, ["APPROVED", "SUBMITTED", "SUBMITTED"]);
        assert_eq!(results[0]["hourEntry"]["version"], 3);
        assert_eq!(
            trace(&world.coordinator, &short).await,
            json!({ "status": "APPROVED", "version": 3, "decisionReason": null, "decisions": [{
                "outcome": "APPROVED", "ruleName": "APPROVE rule", "ruleVersion": 1,
                "entryVersion": 2, "rule": { "id": rule },
                "facts": { "evidenceLevel": "CHECKED_IN_AND_OUT", "minutes": 240, "dayMinutes": 240 },
                "conditions": { "minutes": { "atMost": 240 } } }] })
        );
        let query = "query($id: ID!) { hourEntry(id: $id) { history(last: 1) {
            nodes { kind by { id } byRule { id } } } } }";
        let history = world.coordinator.asks(query, json!({ "id": short })).await;
        assert_eq!(
            history["hourEntry"]["history"]["nodes"],
            json!([{ "kind": "APPROVED", "by": null, "byRule": { "id": rule } }])
        );
        // The volunteer sees what was decided, not the rules of the house.
        let theirs = trace(&world.volunteer, &short).await;
        assert_eq!(theirs["decisions"][0]["outcome"], "APPROVED");
        assert_eq!(theirs["decisions"][0]["rule"], json!(null));
        assert_eq!(trace(&world.coordinator, &long).await["decisions"], json!([]));
        // Rules decide on what is handed in from now on.
        assert_eq!(trace(&world.coordinator, &before).await["status"], "SUBMITTED");
        // Four created, four submitted, one approved: the actor of that is the rule.
        assert_eq!(world.ledger().await, 9);
        let ctx = world.app.parts.operator(Locale::En);
        let event = entity::ledger_event::Entity::find()
            .filter(entity::ledger_event::Column::Kind.eq("ENTRY_APPROVED"))
            .one(ctx.read())
            .await
            .expect("an answer")
            .expect("an event");
        assert!(event.payload.starts_with("{\"actor\":\"rule:"), "{}", event.payload);
        assert!(event.payload.contains("@1\""), "{}", event.payload);
    }

    /// Entries that are handed in when they are written meet the rules, too: no bypass.
    async fn rules_meet_every_way_of_handing_in(app: App) {
        let world = World::on(&app).await;
        let conditions =
            json!({ "evidenceLevels": ["COORDINATOR_ATTESTED"], "minutes": { "atMost": 120 } });
        written(&world.owner, rule(&world, "APPROVE", conditions)).await;
        let mut input = world.on_day("2026-10-14", 90);
        input["submit"] = json!(true);

        let by_coordinator = world.coordinator.logs(input.clone()).await;
        input["workedOn"] = json!("2026-10-15");
        let by_volunteer = world.volunteer.logs(input.clone()).await;
        input["workedOn"] = json!("2026-10-16");
        let by_author = world.owner.logs(input.clone()).await;

        assert_eq!(by_coordinator["hourEntry"]["status"], "APPROVED");
        assert_eq!(by_volunteer["hourEntry"]["status"], "SUBMITTED");
        // Whoever wrote the rule does not approve their own word by it.
        assert_eq!(by_author["hourEntry"]["status"], "SUBMITTED");
        let kept = trace(&world.coordinator, &id(&by_author)).await;
        assert_eq!(kept["decisions"][0]["outcome"], "WITHHELD");
        let seen = trace(&world.coordinator, &id(&by_volunteer)).await;
        assert_eq!(seen["decisions"], json!([]));
    }

    /// Nobody approves their own hours by writing a rule.
    async fn a_rule_for_anybodys_own_word_is_refused(app: App) {
        let world = World::on(&app).await;
        let refused = async |conditions: Value| {
            let input = rule(&world, "APPROVE", conditions);
            let payload = world.owner.does("createApprovalRule", input, RULE).await;
            assert_eq!(payload["approvalRule"], json!(null));
            (code(&payload).to_owned(), payload["userErrors"][0]["path"].clone())
        };

        let own = json!({ "evidenceLevels": ["CHECKED_IN", "SELF_DECLARED"], "minutes": { "atMost": 60 } });
        let field = json!(["conditions", "evidenceLevels"]);
        assert_eq!(refused(own).await, ("RULE_SELF_DECLARED".to_owned(), field.clone()));
        let any = json!({ "minutes": { "atMost": 60 } });
        assert_eq!(refused(any).await, ("RULE_SELF_DECLARED".to_owned(), field));
        let unbounded = json!({ "evidenceLevels": ["CHECKED_IN"] });
        assert_eq!(refused(unbounded).await.0, "REQUIRED");
        let foreign = json!({ "evidenceLevels": ["CHECKED_IN"], "minutes": { "atMost": 60 },
            "projectIds": [world.project_elsewhere] });
        assert_eq!(refused(foreign).await.0, "NOT_FOUND");
        let rule = written(&world.owner, attendance(&world)).await;
        let input = json!({ "id": rule, "conditions": { "minutes": { "atMost": 60 } } });
        let payload = world.owner.does("updateApprovalRule", input, RULE).await;
        assert_eq!(code(&payload), "RULE_SELF_DECLARED");
    }

    /// What a check-in proved of an hour proves nothing of three: the word of the volunteer waits.
    async fn attendance_proves_only_the_work_that_was_attended(app: App) {
        let world = World::on(&app).await;
        written(&world.owner, attendance(&world)).await;
        let stretched = attended(&world, "2026-10-14", 60).await;
        let described = attended(&world, "2026-10-15", 60).await;
        id(&world.volunteer.changes(json!({ "id": stretched, "minutes": 180 })).await);
        id(&world.volunteer.changes(json!({ "id": described, "description": "Wells" })).await);

        let results = world.volunteer.acts("submit", &[&stretched, &described], None).await;

        assert_eq!(results[0]["hourEntry"]["evidenceLevel"], "SELF_DECLARED");
        assert_eq!(results[0]["hourEntry"]["status"], "SUBMITTED");
        assert_eq!(results[1]["hourEntry"]["evidenceLevel"], "CHECKED_IN_AND_OUT");
        assert_eq!(results[1]["hourEntry"]["status"], "APPROVED");
    }

    async fn blocking_rules_run_before_approving_ones(app: App) {
        let world = World::on(&app).await;
        written(&world.owner, attendance(&world)).await;
        let day = json!({ "dayMinutes": { "atLeast": 300 }, "projectIds": [world.project] });
        written(&world.owner, rule(&world, "BLOCK", day)).await;
        let elsewhere = world.between_elsewhere("2026-10-14T06:00:00Z", "2026-10-14T07:30:00Z");
        id(&world.outsider.logs(elsewhere).await);
        let full = attended(&world, "2026-10-14", 210).await;
        let light = attended(&world, "2026-10-15", 210).await;

        let results = world.volunteer.acts("submit", &[&full, &light], None).await;

        assert_eq!(results[0]["hourEntry"]["status"], "SUBMITTED");
        assert_eq!(results[1]["hourEntry"]["status"], "APPROVED");
        let seen = trace(&world.coordinator, &full).await;
        assert_eq!(seen["decisions"][0]["outcome"], "BLOCKED");
        assert_eq!(seen["decisions"][0]["facts"]["dayMinutes"], 300);
        // What a rule left to people, people decide.
        let done = world.coordinator.acts("approve", &[&full], None).await;
        assert_eq!(done[0]["hourEntry"]["status"], "APPROVED");
    }

    async fn a_changed_rule_leaves_what_it_decided(app: App) {
        let world = World::on(&app).await;
        let rule = written(&world.owner, attendance(&world)).await;
        let first = attended(&world, "2026-10-14", 200).await;
        world.volunteer.acts("submit", &[&first], None).await;
        let narrower = json!({ "id": rule, "expectedVersion": 1, "name": "Short ones",
            "conditions": { "evidenceLevels": ["CHECKED_IN_AND_OUT"], "minutes": { "atMost": 60 } } });
        let changed = world.owner.does("updateApprovalRule", narrower.clone(), RULE).await;
        let stale = world.owner.does("updateApprovalRule", narrower, RULE).await;
        let second = attended(&world, "2026-10-15", 200).await;
        let third = attended(&world, "2026-10-16", 60).await;
        world.volunteer.acts("submit", &[&second, &third], None).await;
        let archived = world.owner.does("archiveApprovalRule", json!({ "id": rule }), RULE).await;
        let gone = world.owner.does("archiveApprovalRule", json!({ "id": rule }), RULE).await;
        let fourth = attended(&world, "2026-10-17", 60).await;
        world.volunteer.acts("submit", &[&fourth], None).await;

        assert_eq!(changed["approvalRule"]["version"], 2);
        assert_eq!(changed["approvalRule"]["conditions"]["minutes"]["atMost"], 60);
        assert_eq!(code(&stale), "VERSION_CONFLICT");
        assert_eq!(stale["approvalRule"]["version"], 2);
        assert!(archived["approvalRule"]["archivedAt"].is_string());
        assert_eq!(code(&gone), "ARCHIVED");
        let seen = trace(&world.owner, &first).await;
        assert_eq!(seen["decisions"][0]["ruleName"], "APPROVE rule");
        assert_eq!(seen["decisions"][0]["conditions"]["minutes"]["atMost"], 240);
        assert_eq!(trace(&world.owner, &second).await["status"], "SUBMITTED");
        assert_eq!(trace(&world.owner, &third).await["decisions"][0]["ruleVersion"], 2);
        assert_eq!(trace(&world.owner, &fourth).await["status"], "SUBMITTED");
    }

    async fn only_owners_and_administrators_write_rules(app: App) {
        let world = World::on(&app).await;
        let rule = written(&world.owner, attendance(&world)).await;

        for (person, expected) in [
            (&world.coordinator, "FORBIDDEN"),
            (&world.viewer, "FORBIDDEN"),
            (&world.volunteer, "FORBIDDEN"),
            (&world.outsider, "NOT_FOUND"),
        ] {
            let created = person.does("createApprovalRule", attendance(&world), RULE).await;
            let archived = person.does("archiveApprovalRule", json!({ "id": rule }), RULE).await;
            let update = json!({ "id": rule, "name": "Mine" });
            let updated = person.does("updateApprovalRule", update, RULE).await;
            for payload in [created, archived, updated] {
                assert_eq!(code(&payload), expected);
            }
        }
        let query = "query($id: ID!) { organization(id: $id) { approvalRules { id name } } }";
        for (person, sees) in [(&world.coordinator, true), (&world.volunteer, false)] {
            let data = person.asks(query, json!({ "id": world.organization })).await;
            let rules = &data["organization"]["approvalRules"];
            assert_eq!(rules.is_array(), sees);
        }
    }

    /// The same key again is the same rule.
    async fn a_repeated_request_writes_one_rule(app: App) {
        let world = World::on(&app).await;
        let mut input = attendance(&world);
        input["idempotencyKey"] = json!("a rule");

        let first = written(&world.owner, input.clone()).await;
        let second = written(&world.owner, input.clone()).await;
        input["name"] = json!("another");
        let other = world.owner.does("createApprovalRule", input, RULE).await;

        assert_eq!(first, second);
        assert_eq!(code(&other), "IDEMPOTENCY_CONFLICT");
    }

    /// The trace is append-only, whoever writes past the server.
    async fn the_trace_is_never_rewritten(app: App) {
        let world = World::on(&app).await;
        written(&world.owner, attendance(&world)).await;
        let entry = attended(&world, "2026-10-14", 60).await;
        world.volunteer.acts("submit", &[&entry], None).await;
        let ctx = world.app.parts.operator(Locale::En);

        for statement in [
            "update approval_decision set outcome = 'BLOCKED'",
            "delete from approval_decision",
        ] {
            let written = ctx
                .transaction(async |tx| tx.execute_unprepared(statement).await)
                .await;
            let refused = written.expect_err("refused").to_string();
            // Who is no superuser of PostgreSQL lacks the right before a trigger has to refuse.
            let kept = ["append-only", "permission denied"];
            assert!(kept.iter().any(|it| refused.contains(it)), "{refused}");
        }
    }
}
