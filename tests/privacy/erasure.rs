//! Somebody is erased: nothing says anything of them any more, and every figure stays.
//!
//! What everybody may do about it is in `permissions`.

use chrono::TimeDelta;
use entity::audit_event;
use entity::ids::AuditEventId;
use entity::ids::OrganizationId;
use entity::ids::UserId;
use sea_orm::ConnectionTrait;
use sea_orm::DbBackend;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use serde_json::Value;
use serde_json::json;
use tiwizi::audit;
use tiwizi::graphql::node::NodeId;
use tiwizi::hours::ledger;
use tiwizi::hours::ledger::Verdict;
use tiwizi::platform::db::sqlite_file;
use tiwizi::platform::i18n::Locale;
use tiwizi::privacy::erase::carry_out_due;

use crate::certificates::issued;
use crate::certificates::told;
use crate::contracts::accredited;
use crate::contracts::born;
use crate::contracts::entered;
use crate::contracts::plain;
use crate::contracts::report;
use crate::contracts::with;
use crate::privacy::traces;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::cast::REGION;
use crate::support::on_both_databases;

/// What stands in every text about the person, in their telephone and in their national identity number.
const MARKS: [&str; 3] = ["Qxwzj", "655443322", "QX778899"];

/// Somebody with a record, an account, and something in every table.
struct Known {
    cast: Cast,
    person: Person,
    record: String,
    certificate: Value,
    entry: String,
}

async fn id(who: &Person, mutation: &str, input: Value, of: &str) -> String {
    let done = who.done(mutation, input, &format!("{of} {{ id }}")).await;
    done[of]["id"].as_str().expect("an id").to_owned()
}

async fn logged(who: &Person, record: &str, project: &str, day: &str, text: &str) -> String {
    let input = json!({
        "volunteerId": record, "projectId": project, "workedOn": day, "minutes": 90,
        "description": format!("Qxwzj {text}"), "submit": true, "idempotencyKey": format!("key {text}"),
    });
    id(who, "createHourEntry", input, "hourEntry").await
}

async fn known(app: &App) -> Known {
    let cast = Cast::on(app).await;
    let (owner, coordinator) = (&cast.owner, &cast.coordinator);
    let input = json!({
        "organizationId": cast.organization.id, "name": "Qxwzj Fatima", "nameAr": "Qxwzj فاطمة",
        "reference": "Qxwzj-1", "sex": "FEMALE", "birthDate": "1990-03-08",
        "territoryCode": cast.organization.territory, "email": "qxwzj-person@example.org",
        "phone": "+212655443322", "nationalId": "QX778899", "joinedOn": "2026-01-01",
    });
    let record = id(owner, "createVolunteer", input, "volunteer").await;
    let input = json!({ "organizationId": cast.organization.id, "name": "Qxwzj Fatma" });
    let twin = id(owner, "createVolunteer", input, "volunteer").await;
    let person = Person::sign_up(app, "Qxwzj-person").await;
    owner
        .takes_in(&cast.organization, &person, "VOLUNTEER", Some(&record))
        .await;
    let entry = logged(&person, &record, &cast.project, "2026-10-05", "planted").await;
    coordinator.approves(&[&entry]).await;
    let refused = logged(&person, &record, &cast.project, "2026-10-06", "watered").await;
    let of_twin = logged(coordinator, &twin, &cast.project, "2026-10-07", "dug").await;
    owner.approves(&[&of_twin]).await;
    let input = json!({ "keepId": record, "mergeId": twin, "reason": "Qxwzj one" });
    id(owner, "mergeVolunteers", input, "merge").await;
    let input = json!({ "ids": [refused], "reason": "Qxwzj was not there" });
    coordinator
        .does(
            "rejectHourEntries",
            input,
            "results { userErrors { code } }",
        )
        .await;
    let input = json!({ "id": entry, "minutes": 60, "reason": "Qxwzj left early", "description": "Qxwzj went" });
    coordinator
        .done("amendHourEntry", input, "hourEntry { status }")
        .await;
    let input = json!({ "projectId": cast.project, "description": "Qxwzj nets" });
    id(&person, "startTimer", input, "timer").await;
    let input = json!({ "projectId": cast.project, "title": "Beach" });
    let activity = id(coordinator, "createActivity", input, "activity").await;
    let input = json!({
        "activityId": activity, "startsAt": "2026-11-28T09:00:00Z", "endsAt": "2026-11-28T12:00:00Z",
    });
    let coming = id(coordinator, "createShift", input, "shift").await;
    let input = json!({ "shiftId": coming, "volunteerId": record, "note": "Qxwzj late" });
    id(&person, "signUpForShift", input, "signup").await;
    let input = json!({
        "activityId": activity, "startsAt": "2026-11-02T08:00:00Z", "endsAt": "2026-11-02T12:00:00Z",
    });
    let begun = id(coordinator, "createShift", input, "shift").await;
    let input = json!({
        "shiftId": begun, "marks": [{ "volunteerId": record, "status": "PRESENT", "reason": "Qxwzj seen" }],
    });
    coordinator
        .done("markAttendance", input, "results { userErrors { code } }")
        .await;
    accredited(&cast, "2025-01-01", None).await;
    let insured = json!({
        "insurer": "Mutual", "policyNumber": "Qxwzj 7", "nationality": "MA",
        "documentSha256": "0f".repeat(32),
    });
    let contract = entered(coordinator, with(plain(&cast, &record), insured)).await;
    let input = json!({
        "contractId": contract["id"], "day": "2026-10-05", "kind": "ACCIDENT", "declaredOn": "2026-10-06",
        "claimNumber": "Qxwzj 9", "description": "Qxwzj fell",
    });
    id(coordinator, "recordIncident", input, "incident").await;
    let of = Cast {
        record: record.clone(),
        ..cast.clone()
    };
    let certificate = issued(&of, json!({ "shown": ["NAME", "PROJECTS"] })).await;
    // Files that name them, a dry run, and refused rows.
    let input = json!({ "filter": { "organizationId": cast.organization.id }, "format": "CSV" });
    owner
        .done("requestHourEntriesExport", input, "exportJob { id }")
        .await;
    while app.parts.work_once().await.expect("jobs") {}
    Known {
        cast,
        person,
        record,
        certificate,
        entry,
    }
}

/// Every figure that says something of the person, without the instants at which it was asked for.
async fn figures(cast: &Cast, observer: &Person, owner: &Person, as_of: Option<&str>) -> Value {
    let days = json!({
        "territoryCode": REGION, "from": "2026-01-01", "to": "2026-12-31", "asOf": as_of,
    });
    let query = "query($input: IndhReportInput!) { indhReport(input: $input) {
        totals { minutes entries participations distinctVolunteers projects organizations }
        byMonth { month minutes } byTerritory { territory { code } minutes distinctVolunteers } } }";
    let mut told = observer.asks(query, json!({ "input": days })).await;
    let year = json!({ "year": 2026, "organizationId": cast.organization.id });
    let mut contracts = report(owner, year).await;
    contracts["asOf"] = Value::Null;
    json!([told["indhReport"].take(), contracts])
}

async fn trail(app: &App) -> Vec<audit_event::Model> {
    let db = app.parts.core.db.system().read();
    audit_event::Entity::find().all(db).await.expect("lines")
}

/// An account that no organization has is erased: whose it was.
async fn asks_to_be_forgotten(app: &App, cast: &Cast) -> UserId {
    let person = Person::sign_up(app, "Nobody-knows").await;
    let request = id(&person, "requestErasure", json!({}), "erasureRequest").await;
    let yes = json!({ "id": request, "verdict": "APPROVE" });
    cast.admin
        .done("decideErasure", yes, "erasureRequest { status }")
        .await;
    app.advance(TimeDelta::days(7));
    let operator = app.parts.operator(Locale::En);
    assert_eq!(carry_out_due(&operator).await.expect("erasures"), 1);
    UserId::read(&person.id.into()).expect("an id")
}

async fn asks_and_is_approved(known: &Known) -> Value {
    let input = json!({ "volunteerId": known.record, "reason": "Qxwzj moves away", "idempotencyKey": "erase" });
    let asked = known
        .person
        .done(
            "requestErasure",
            input,
            "erasureRequest { id status dueAt }",
        )
        .await;
    let request = &asked["erasureRequest"];
    assert_eq!(request["status"], "REQUESTED");
    let input = json!({ "id": request["id"], "verdict": "APPROVE", "reason": "Qxwzj may", "expectedVersion": 1 });
    let decided = known
        .cast
        .owner
        .done(
            "decideErasure",
            input,
            "erasureRequest { id status dueAt version }",
        )
        .await;
    decided["erasureRequest"].clone()
}

on_both_databases! {
    async fn nothing_is_left_of_somebody_who_is_erased(app: App) {
        let known = known(&app).await;
        let cast = &known.cast;
        let before = figures(cast, &cast.observer, &cast.owner, None).await;
        assert!(before[0]["totals"]["minutes"].as_i64() > Some(0), "{before:#}");
        let seen = traces::found(&app, &MARKS).await;
        for column in ["volunteer.name", "hour_entry.description", "ledger_note.text", "user_account.email",
            "contract_incident.description", "certificate.holder_name", "volunteer_merge.reason", "artifact_piece.content"] {
            assert!(seen.iter().any(|it| it == column), "{column} is not planted: {seen:?}");
        }
        let approved = asks_and_is_approved(&known).await;
        assert_eq!((&approved["status"], &approved["dueAt"]), (&json!("APPROVED"), &json!("2026-11-09T09:00:00Z")));
        let operator = app.parts.operator(Locale::En);
        assert_eq!(carry_out_due(&operator).await.expect("erasures"), 0);

        app.advance(TimeDelta::days(7));
        assert_eq!(carry_out_due(&operator).await.expect("erasures"), 1);

        assert_eq!(traces::found(&app, &MARKS).await, Vec::<String>::new());
        // The trail says what the account did, and no longer from where; of others it does.
        let user = UserId::read(&known.person.id.clone().into()).expect("an id");
        let (of_person, of_others): (Vec<_>, Vec<_>) = trail(&app).await.into_iter()
            .filter(|it| it.user_id.is_some() || it.account_id == Some(user))
            .partition(|it| it.user_id == Some(user) || it.user_id.is_none());
        assert!(of_person.len() > 3, "{of_person:#?}");
        assert!(of_person.iter().all(|it| it.address.is_none() && it.agent.is_none()), "{of_person:#?}");
        assert!(of_others.iter().all(|it| it.address.is_some()), "{of_others:#?}");
        let (owner, observer) = (cast.owner.again().await, cast.observer.again().await);
        assert_eq!(figures(cast, &observer, &owner, None).await, before);
        let earlier = Some("2026-11-02T09:00:00Z");
        assert_eq!(figures(cast, &observer, &owner, earlier).await, before, "as of before");
        let organization = OrganizationId::read(&cast.organization.id.clone().into()).expect("an id");
        let verdict = ledger::verify(&operator, organization).await.expect("a verdict");
        assert!(matches!(verdict, Verdict::Whole { .. }), "{verdict:?}");
        let query = "query($id: ID!, $entry: ID!) { volunteer(id: $id) { name nameAr sex birthDate erasedAt hasAccount email
            reference } hourEntry(id: $entry) { minutes status description history(last: 2) { nodes { kind reason } } } }";
        let left = owner.asks(query, json!({ "id": known.record, "entry": known.entry })).await;
        assert_eq!(left["volunteer"], json!({
            "name": "—", "nameAr": null, "sex": "FEMALE", "birthDate": "1990-12-31", "erasedAt": "2026-11-09T09:00:00Z",
            "hasAccount": false, "email": null, "reference": null,
        }));
        assert_eq!(left["hourEntry"], json!({
            "minutes": 90, "status": "APPROVED", "description": null,
            "history": { "nodes": [{ "kind": "ERASED", "reason": null }, { "kind": "AMENDMENT_ERASED", "reason": null }] },
        }));
        // What was certified can still be checked; whose it was is told to nobody.
        let checked = told(&app, &known.certificate).await;
        assert_eq!((&checked["status"], &checked["holderName"]), (&json!("VALID"), &Value::Null));
        // No organization has the account any more.
        let input = json!({ "email": known.person.email, "password": "correct horse battery" });
        let codes = cast.nobody.refused("signIn", input).await;
        assert_eq!(codes.len(), 1, "{codes:?}");
        // Nobody writes to what says nothing of a person.
        let input = json!({ "id": known.record, "name": "Somebody" });
        assert_eq!(owner.refused("updateVolunteer", input).await, ["RECORD_ERASED"]);
        let input = json!({ "volunteerId": known.record });
        assert_eq!(owner.refused("requestErasure", input).await, ["RECORD_ERASED"]);
        assert_eq!(carry_out_due(&operator).await.expect("erasures"), 0);
    }

    /// Whoever writes past the server: nothing of a line changes but that it lets go of where an erased account acted from.
    /// Nor in the bytes of an SQLite file, whoever copies it afterwards.
    async fn nothing_is_left_in_the_file_of_the_database(app: App) {
        let known = known(&app).await;
        let Some(file) = sqlite_file(&app.parts.core.config.database_url) else {
            return;
        };
        let log = file.with_file_name(format!("{}-wal", file.file_name().and_then(|it| it.to_str()).expect("a name")));
        let standing = || {
            let mut bytes = std::fs::read(&file).expect("the file");
            bytes.extend(std::fs::read(&log).unwrap_or_default());
            let text = String::from_utf8_lossy(&bytes).to_lowercase();
            MARKS.map(str::to_lowercase).into_iter().filter(|it| text.contains(it)).collect::<Vec<_>>()
        };
        assert!(!standing().is_empty());
        asks_and_is_approved(&known).await;
        app.advance(TimeDelta::days(7));
        carry_out_due(&app.parts.operator(Locale::En)).await.expect("erasures");

        assert!(app.parts.core.db.system().empty_log().await.expect("an empty log"));

        assert_eq!(standing(), Vec::<String>::new());
    }

    async fn the_trail_lets_go_of_nothing_else(app: App) {
        let cast = Cast::on(&app).await;
        let user = UserId::read(&cast.owner.id.clone().into()).expect("an id");
        let operator = app.parts.operator(Locale::En);
        let forgets = operator.transaction(async |tx| audit::store::forget_origins(tx, user).await).await;
        let cause = forgets.expect_err("the account was not erased").to_string();
        assert!(cause.contains("append-only"), "{cause}");
        let known = asks_to_be_forgotten(&app, &cast).await;
        for set in ["address = null, agent = null, action = 'x'", "address = '192.0.2.1'", "user_id = null, address = null, agent = null", "recorded_at = null, address = null, agent = null"] {
            let done = operator.transaction(async |tx| {
                if tx.get_database_backend() == DbBackend::Postgres {
                    tx.execute_unprepared("grant update on audit_event to current_user").await?;
                }
                tx.execute_unprepared(&format!("update audit_event set {set} where user_id in (select account_id from audit_event where action = 'account.erase')")).await.map(|_| ())
            }).await;
            let cause: DbErr = done.expect_err(set);
            assert!(cause.to_string().contains("append-only"), "{set}: {cause}");
        }
        let left = trail(&app).await;
        let of = |it: &&audit_event::Model| it.user_id == Some(known);
        assert!(left.iter().filter(of).all(|it| it.address.is_none()), "{left:#?}");
        assert!(left.iter().any(|it| it.user_id == Some(user) && it.address.is_some()));
    }

    /// Before a release the trail kept where erased accounts had acted from.
    async fn an_update_lets_go_of_where_accounts_acted_that_were_erased_before(app: App) {
        let cast = Cast::on(&app).await;
        let (erased, owner) = (asks_to_be_forgotten(&app, &cast).await, UserId::read(&cast.owner.id.clone().into()).expect("an id"));
        let of_before = |user_id, account_id| audit_event::Model {
            id: AuditEventId(app.parts.core.new_id()), recorded_at: app.parts.core.clock.now(), actor_kind: "USER".to_owned(),
            user_id, organization_id: None, action: "session.begin".to_owned(), subject_type: "User".to_owned(), subject_id: None,
            request_id: "before".to_owned(), outcome: "DONE".to_owned(), details: None, session_id: None, api_token_id: None,
            account_id, address: Some("192.0.2.9".to_owned()), agent: Some("its browser".to_owned()),
        };
        let rows = [of_before(Some(erased), None), of_before(None, Some(erased)), of_before(Some(owner), None), of_before(Some(owner), Some(erased))];
        app.parts.operator(Locale::En).transaction(async |tx| {
            for row in rows {
                audit_event::Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await?;
            }
            tx.execute_unprepared("delete from seaql_migrations where version like '%_000080_%'").await.map(|_| ())
        }).await.expect("a database of before");

        app.parts.core.db.migrate().await.expect("the update");

        let left: Vec<_> = trail(&app).await.into_iter().filter(|it| it.request_id == "before").collect();
        let (of_erased, of_owner): (Vec<_>, Vec<_>) = left.iter().partition(|it| it.user_id != Some(owner));
        assert_eq!(of_erased.len(), 2);
        assert!(of_erased.iter().all(|it| it.address.is_none() && it.agent.is_none()), "{of_erased:#?}");
        assert_eq!(of_owner.len(), 2);
        assert!(of_owner.iter().all(|it| it.address.is_some() && it.agent.is_some()), "{of_owner:#?}");
        let refused = app.parts.operator(Locale::En).transaction(async |tx| {
            tx.execute_unprepared("update audit_event set address = null where request_id = 'before'").await.map(|_| ())
        }).await;
        assert!(refused.is_err(), "no line changes otherwise");
    }

    async fn until_it_is_carried_out_it_can_be_taken_back(app: App) {
        let known = known(&app).await;
        let approved = asks_and_is_approved(&known).await;

        let input = json!({ "id": approved["id"], "expectedVersion": 1 });
        assert_eq!(known.person.refused("withdrawErasure", input).await, ["VERSION_CONFLICT"]);
        let input = json!({ "id": approved["id"], "expectedVersion": 2 });
        assert_eq!(known.cast.owner.refused("withdrawErasure", input.clone()).await, ["FORBIDDEN"]);
        let taken = known.person.done("withdrawErasure", input, "erasureRequest { status dueAt }").await;

        assert_eq!(taken["erasureRequest"], json!({ "status": "WITHDRAWN", "dueAt": null }));
        app.advance(TimeDelta::days(30));
        let operator = app.parts.operator(Locale::En);
        assert_eq!(carry_out_due(&operator).await.expect("erasures"), 0);
        let owner = known.cast.owner.again().await;
        let query = "query($id: ID!) { volunteer(id: $id) { name } }";
        let kept = owner.asks(query, json!({ "id": known.record })).await;
        assert_eq!(kept["volunteer"]["name"], "Qxwzj Fatima");
    }

    async fn administrators_decide_and_say_why_not(app: App) {
        let cast = Cast::on(&app).await;
        let input = json!({ "volunteerId": cast.record });
        assert_eq!(cast.coordinator.refused("requestErasure", input.clone()).await, ["FORBIDDEN"]);
        assert_eq!(cast.outsider.refused("requestErasure", input.clone()).await, ["NOT_FOUND"]);
        // On paper, written down by whoever administers the organization.
        let request = id(&cast.owner, "requestErasure", input.clone(), "erasureRequest").await;
        assert_eq!(cast.volunteer.refused("requestErasure", input.clone()).await, ["ERASURE_OPEN"]);
        let no = json!({ "id": request, "verdict": "REFUSE" });
        assert_eq!(cast.owner.refused("decideErasure", no.clone()).await, ["REQUIRED"]);
        assert_eq!(cast.volunteer.refused("decideErasure", with(no.clone(), json!({ "reason": "No" }))).await, ["FORBIDDEN"]);
        assert_eq!(cast.coordinator.refused("decideErasure", no).await, ["NOT_FOUND"]);

        let no = json!({ "id": request, "verdict": "REFUSE", "reason": "A court asks for it" });
        let refused = cast.owner.done("decideErasure", no.clone(), "erasureRequest { status }").await;

        assert_eq!(refused["erasureRequest"]["status"], "REFUSED");
        assert_eq!(cast.owner.refused("decideErasure", no).await, ["ERASURE_STATE"]);
        let query = "{ erasureRequests { totalCount nodes { status decisionReason isOwn } } }";
        let told = cast.volunteer.asks(query, json!({})).await;
        assert_eq!(told["erasureRequests"]["nodes"], json!([
            { "status": "REFUSED", "decisionReason": "A court asks for it", "isOwn": false }
        ]));
        let hidden = cast.admin.asks(query, json!({})).await;
        assert_eq!(hidden["erasureRequests"]["nodes"][0]["decisionReason"], Value::Null);
        // Another request is possible now.
        id(&cast.volunteer, "requestErasure", input, "erasureRequest").await;
    }

    async fn an_account_goes_once_no_organization_has_it(app: App) {
        let cast = Cast::on(&app).await;
        assert_eq!(cast.outsider.refused("requestErasure", json!({})).await, ["ACCOUNT_HELD"]);
        let person = Person::sign_up(&app, "Qxwzj-alone").await;
        let request = id(&person, "requestErasure", json!({ "reason": "Qxwzj" }), "erasureRequest").await;
        let yes = json!({ "id": request, "verdict": "APPROVE" });
        assert_eq!(cast.owner.refused("decideErasure", yes.clone()).await, ["NOT_FOUND"]);
        assert_eq!(person.refused("decideErasure", yes.clone()).await, ["FORBIDDEN"]);
        cast.admin.done("decideErasure", yes, "erasureRequest { status }").await;

        app.advance(TimeDelta::days(7));
        let operator = app.parts.operator(Locale::En);
        assert_eq!(carry_out_due(&operator).await.expect("erasures"), 1);

        assert_eq!(traces::found(&app, &MARKS).await, Vec::<String>::new());
        let input = json!({ "email": person.email, "password": "correct horse battery" });
        assert_eq!(cast.nobody.refused("signIn", input).await.len(), 1);
        // The address is free again.
        Person::sign_up(&app, "Qxwzj-alone").await;
    }

    async fn a_record_that_was_merged_since_goes_with_the_one_that_stands_for_it(app: App) {
        let cast = Cast::on(&app).await;
        let keep = cast.owner.enrols(&cast.organization, "Qxwzj Fatima").await;
        let merge = cast.owner.enrols(&cast.organization, "Qxwzj Fatma").await;
        let other = cast.owner.enrols(&cast.organization, "Karim Tazi").await;
        let input = json!({ "volunteerId": keep, "reason": "Qxwzj first" });
        let first = id(&cast.owner, "requestErasure", input, "erasureRequest").await;
        let no = json!({ "id": first, "verdict": "REFUSE", "reason": "Qxwzj no" });
        cast.owner.done("decideErasure", no, "erasureRequest { id }").await;
        let input = json!({ "volunteerId": merge, "reason": "Qxwzj second" });
        let second = id(&cast.owner, "requestErasure", input, "erasureRequest").await;
        let yes = json!({ "id": second, "verdict": "APPROVE" });
        cast.owner.done("decideErasure", yes, "erasureRequest { id }").await;
        let input = json!({ "keepId": keep, "mergeId": merge, "reason": "Qxwzj one" });
        let merged = id(&cast.owner, "mergeVolunteers", input, "merge").await;

        app.advance(TimeDelta::days(7));
        let operator = app.parts.operator(Locale::En);
        assert_eq!(carry_out_due(&operator).await.expect("erasures"), 1);

        let owner = cast.owner.again().await;
        let query = "query($one: ID!, $other: ID!) { one: volunteer(id: $one) { name erasedAt } other: volunteer(id: $other) { name erasedAt } }";
        let left = owner.asks(query, json!({ "one": keep, "other": merge })).await;
        let gone = json!({ "name": "—", "erasedAt": "2026-11-09T09:00:00Z" });
        assert_eq!(left, json!({ "one": gone, "other": gone }));
        // Reasons of every request about them go along.
        assert_eq!(traces::found(&app, &MARKS).await, Vec::<String>::new());
        // What says nothing of a person is neither merged nor taken apart.
        for input in [json!({ "keepId": keep, "mergeId": other }), json!({ "keepId": other, "mergeId": keep })] {
            assert_eq!(owner.refused("mergeVolunteers", input).await, ["RECORD_ERASED"]);
        }
        let input = json!({ "id": merged, "reason": "Two people" });
        assert_eq!(owner.refused("unmergeVolunteers", input).await, ["RECORD_ERASED"]);
    }

    async fn an_address_that_ends_like_the_erased_one_stays_in_schedules(app: App) {
        let posted = app.beside_with(|it| {
            it.mail.host = "127.0.0.1".to_owned();
            it.mail.from = "Tiwizi <reports@tiwizi.test>".to_owned();
        }).await;
        let cast = Cast::on(&posted).await;
        let person = Person::sign_up(&posted, "ali").await;
        let to = |address: &str| json!({ "email": { "address": address, "form": "LINK" } });
        let input = json!({
            "title": "For the province", "report": { "name": "INDH", "territoryCode": REGION }, "format": "CSV", "locale": "en",
            "cadence": { "cron": "0 7 1 1 *" }, "covers": "PREVIOUS_MONTH",
            "deliverTo": [to("khali@example.org"), to("Ali@example.org")],
        });
        let schedule = id(&cast.observer, "createSchedule", input, "schedule").await;
        let request = id(&person, "requestErasure", json!({}), "erasureRequest").await;
        cast.admin.done("decideErasure", json!({ "id": request, "verdict": "APPROVE" }), "erasureRequest { id }").await;

        posted.advance(TimeDelta::days(7));
        let operator = posted.parts.operator(Locale::En);
        assert_eq!(carry_out_due(&operator).await.expect("erasures"), 1);

        let query = "query($id: ID!) { node(id: $id) { ... on Schedule { deliverTo { address } } } }";
        let left = cast.observer.again().await.asks(query, json!({ "id": schedule })).await;
        assert_eq!(left["node"]["deliverTo"], json!([{ "address": "khali@example.org" }]));
        posted.close().await;
    }

    async fn ages_under_contracts_stay_as_they_were_told(app: App) {
        let cast = Cast::on(&app).await;
        accredited(&cast, "2025-01-01", None).await;
        born(&cast, &cast.record, Some("2002-09-20")).await;
        entered(&cast.coordinator, with(plain(&cast, &cast.record), json!({ "from": "2026-09-25", "until": "2026-12-31" }))).await;
        let year = json!({ "year": 2026, "organizationId": cast.organization.id });
        let before = report(&cast.owner, year.clone()).await;
        let request = id(&cast.owner, "requestErasure", json!({ "volunteerId": cast.record }), "erasureRequest").await;
        cast.owner.done("decideErasure", json!({ "id": request, "verdict": "APPROVE" }), "erasureRequest { id }").await;

        app.advance(TimeDelta::days(7));
        let operator = app.parts.operator(Locale::En);
        assert_eq!(carry_out_due(&operator).await.expect("erasures"), 1);

        let owner = cast.owner.again().await;
        let after = report(&owner, year).await;
        assert_eq!((&after["totals"], &after["tables"], &after["findings"]), (&before["totals"], &before["tables"], &before["findings"]));
        let query = "query($id: ID!) { volunteer(id: $id) { birthDate } }";
        let left = owner.asks(query, json!({ "id": cast.record })).await;
        assert_eq!(left["volunteer"]["birthDate"], "2002-09-25");
    }
}
