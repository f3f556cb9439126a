//! A closed month stays as it is, whichever way hours come.
//!
//! How months are closed and opened again is tried in `periods`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::DateTime;
use chrono::Utc;
use serde_json::Value;
use serde_json::json;
use tiwizi::attendance::close::close_due;
use tiwizi::platform::i18n::Locale;
use uuid::Uuid;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::codes;
use crate::support::on_both_databases;
use crate::support::sdl;

/// Mutations that write no hours and change none. One that does belongs into the table of the test.
const OF_OTHER_THINGS: &[&str] = &[
    "acceptInvitation",
    // Figures of impact: months close over hours.
    "approveMeasurements",
    "archiveApprovalRule",
    "attachEvidence",
    "archiveVolunteer",
    "cancelActivity",
    "cancelExport",
    "cancelShift",
    "cancelSignup",
    "certifyPeriod",
    "changeMembershipRole",
    // Coming makes no hours: leaving does, or the end of the shift.
    "checkIn",
    "closePeriod",
    "createActivity",
    "createApiToken",
    "createApprovalRule",
    "createOrganization",
    "createIndicator",
    "createProject",
    "createSchedule",
    "createShift",
    "createShiftSeries",
    "createSnapshot",
    "createVocabulary",
    "createVolunteer",
    "createWebhookEndpoint",
    "deleteWebhookEndpoint",
    "discardTimer",
    "dismissDuplicate",
    "endSchedule",
    "grantPeriodException",
    "inviteMember",
    // A certificate says what hours there are, and changes none.
    "issueCertificates",
    "issueCheckInToken",
    "markNotificationsRead",
    "pauseSchedule",
    // It leaves what lies in a closed month where it is: tried in `duplicates`.
    "mergeVolunteers",
    // It counts, and the decision is refused.
    "previewApproval",
    // A contract makes no hours, and neither does what happens under it.
    // What somebody agreed to makes no hours; erasing texts changes none.
    "decideErasure",
    "recordConsent",
    "requestErasure",
    "requestPersonalData",
    "revealNationalId",
    "withdrawErasure",
    "recordAccreditation",
    "recordContract",
    "recordIncident",
    "recordMeasurements",
    "refreshSession",
    "beginSignIn",
    "changePassword",
    "completeSignIn",
    "confirmTotp",
    "disableTotp",
    "enableTotp",
    "endOtherSessions",
    "endSession",
    "linkIdentity",
    "regenerateRecoveryCodes",
    "requestEmailVerification",
    "updateEmail",
    "verifyEmail",
    "requestPasswordReset",
    "resetPassword",
    "revokeApiToken",
    "retryLetter",
    "updateNotificationPreferences",
    "removeEvidence",
    "removeMember",
    "requestAuditExport",
    "requestExport",
    "requestCertificatesExport",
    "requestHourEntriesExport",
    "requestStatementExport",
    "requestIatiExport",
    "resumeSchedule",
    "retryDelivery",
    "retryExport",
    "returnMeasurements",
    "revokeCertificate",
    "runScheduleNow",
    "setBaseline",
    "setTargets",
    "setTagAllocations",
    // What is told of hours changes none.
    "replayWebhookDeliveries",
    "rotateWebhookSecret",
    "sendWebhookTest",
    "signIn",
    "signOut",
    "signUp",
    "signUpForShift",
    "startTimer",
    "submitPeriod",
    "unlinkIdentity",
    "unmergeVolunteers",
    "updateActivity",
    "updateApprovalRule",
    "updateCertificate",
    "updateIndicator",
    "updateOrganization",
    "updateOrganizationSettings",
    "updateProject",
    "updateSchedule",
    "updateShift",
    "updateVolunteer",
    "updateWebhookEndpoint",
    // A term that ends keeps the hours that are shared by it.
    "upsertVocabularyTerms",
    // The value of work follows the rates as they are known; hours stay.
    "upsertWageRates",
];

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn to(app: &App, at: &str) {
    let then: DateTime<Utc> = at.parse().expect("an instant");
    let now = app.parts.operator(Locale::En).now();
    app.advance(then - now);
}

/// A shift of 3 November, from ten to one.
async fn shift(cast: &Cast, mode: &str) -> String {
    let input = json!({ "projectId": cast.project, "title": "Beach", "attendanceMode": mode });
    let made = cast
        .coordinator
        .done("createActivity", input, "activity { id }")
        .await;
    let input = json!({ "activityId": made["activity"]["id"],
        "startsAt": "2026-11-03T10:00:00Z", "endsAt": "2026-11-03T13:00:00Z" });
    let made = cast
        .coordinator
        .done("createShift", input, "shift { id }")
        .await;
    text(&made["shift"]["id"])
}

/// A file with one hour of a day of the month.
fn file(cast: &Cast, day: &str) -> Value {
    let content = format!("date,ref benevole,projet,minutes\n{day},V-1,TREES,60\n");
    json!({ "organizationId": cast.organization.id, "kind": "HOURS", "fileName": "file.csv",
        "content": STANDARD.encode(content) })
}

on_both_databases! {
    /// Every mutation that writes hours, by its name, and what it says of a closed month.
    async fn no_mutation_writes_into_a_closed_month(app: App) {
        let cast = Cast::on(&app).await;
        cast.owner.opens_project(&cast.organization, "TREES").await;
        cast.owner.enrols(&cast.organization, "V-1").await;
        let marked = shift(&cast, "MARKED").await;
        let (measured, seen) = (shift(&cast, "CHECK_IN_AND_OUT").await, shift(&cast, "CHECK_IN").await);
        to(&app, "2026-11-03T10:00:00Z");
        let (owner, coordinator) = (cast.owner.again().await, cast.coordinator.again().await);
        for shift in [&measured, &seen] {
            let input = json!({ "shiftId": shift, "volunteerId": cast.record });
            coordinator.done("checkIn", input, "attendance { id }").await;
        }
        let mut timers = Vec::new();
        for name in ["T-1", "T-2"] {
            let record = owner.enrols(&cast.organization, name).await;
            let input = json!({ "projectId": cast.project, "volunteerId": record });
            let made = owner.done("startTimer", input, "timer { id }").await;
            timers.push(text(&made["timer"]["id"]));
        }
        to(&app, "2026-11-28T12:00:00Z");
        let (owner, coordinator) = (owner.again().await, coordinator.again().await);
        let mut waiting = Vec::new();
        for day in 4..=10 {
            let day = format!("2026-11-{day:02}");
            waiting.push(owner.logs(&cast.record, &cast.project, &day, 60).await);
        }
        coordinator.approves(&[&waiting[4], &waiting[5]]).await;
        let draft = owner.drafts(&cast.record, &cast.project, "2026-11-20", 60).await;
        let stop = json!({ "id": timers[0], "stoppedAt": "2026-11-15T10:00:00Z" });
        owner.done("stopTimer", stop, "timer { status }").await;
        let fields = "import { id version createdCount refusedCount refusals { nodes { code } } }";
        let early = owner.done("startImport", file(&cast, "2026-11-23"), fields).await["import"].clone();
        let done = owner.done("startImport", file(&cast, "2026-11-24"), fields).await["import"].clone();
        let commit = |it: &Value| json!({ "id": it["id"], "expectedVersion": it["version"] });
        let done = owner.done("commitImport", commit(&done), fields).await["import"].clone();
        assert_eq!(done["createdCount"], json!(1), "{done:#}");

        to(&app, "2026-12-02T09:00:00Z");
        let (owner, coordinator) = (owner.again().await, coordinator.again().await);
        let input = json!({ "organizationId": cast.organization.id });
        let counted = coordinator.done("previewApproval", input, "preview { token count }").await["preview"].clone();
        let input = json!({ "organizationId": cast.organization.id, "month": "2026-11" });
        owner.done("closePeriod", input, "reportingPeriod { status }").await;
        let before = coordinator.asks("{ hourEntries(first: 100) { nodes { id version status minutes } } }", json!({})).await;

        let entry = json!({ "volunteerId": cast.record, "projectId": cast.project, "workedOn": "2026-11-21", "minutes": 60 });
        let mut said: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (mutation, input) in [
            ("createHourEntry", entry.clone()),
            ("updateHourEntry", json!({ "id": draft, "minutes": 30 })),
            ("deleteHourEntry", json!({ "id": draft })),
            ("amendHourEntry", json!({ "id": waiting[5], "reason": "Why", "minutes": 30 })),
            ("resolveTimer", json!({ "id": timers[0], "minutes": 60 })),
            ("rollbackImport", json!({ "id": done["id"], "reason": "Why" })),
        ] {
            said.insert(mutation, owner.refused(mutation, input).await);
        }
        let void = json!({ "id": waiting[4], "reason": "Why" });
        said.insert("voidHourEntry", coordinator.refused("voidHourEntry", void).await);
        for (mutation, who, input) in [
            ("createHourEntries", &owner, json!({ "entries": [entry.clone()] })),
            ("submitHourEntries", &owner, json!({ "ids": [draft] })),
            ("withdrawHourEntries", &owner, json!({ "ids": [waiting[0]] })),
            ("returnHourEntries", &coordinator, json!({ "ids": [waiting[2]], "reason": "Why" })),
            ("rejectHourEntries", &coordinator, json!({ "ids": [waiting[3]], "reason": "Why" })),
            ("approveHourEntries", &coordinator, json!({ "ids": [waiting[1]] })),
        ] {
            said.insert(mutation, who.refused_each(mutation, input).await);
        }
        let mark = json!({ "shiftId": marked, "marks": [{ "volunteerId": cast.record, "status": "PRESENT" }] });
        said.insert("markAttendance", coordinator.refused_each("markAttendance", mark).await);
        // Leaving succeeds, and the hours wait.
        let leave = json!({ "shiftId": measured, "volunteerId": cast.record, "at": "2026-11-03T13:00:00Z" });
        let left = coordinator.done("checkOut", leave, "attendance { status refusal }").await;
        assert_eq!(left["attendance"]["status"], "NEEDS_REVIEW");
        said.insert("checkOut", vec![text(&left["attendance"]["refusal"])]);
        // So does stopping.
        let stop = json!({ "id": timers[1], "stoppedAt": "2026-11-03T12:00:00Z" });
        let stopped = owner.done("stopTimer", stop, "timer { status } reviewReasons { code }").await;
        assert_eq!(stopped["timer"]["status"], "NEEDS_REVIEW");
        said.insert("stopTimer", vec![text(&stopped["reviewReasons"][0]["code"])]);
        let tried = owner.done("startImport", file(&cast, "2026-11-25"), fields).await;
        said.insert("startImport", vec![text(&tried["import"]["refusals"]["nodes"][0]["code"])]);
        let committed = owner.done("commitImport", commit(&early), fields).await;
        assert_eq!(committed["import"]["createdCount"], json!(0));
        said.insert("commitImport", vec![text(&committed["import"]["refusals"]["nodes"][0]["code"])]);
        let query = "mutation($input: SyncHourEntriesInput!) { syncHourEntries(input: $input) {
            results { status userErrors { code } } } }";
        let batch = json!({ "deviceId": Uuid::from_u128(9).to_string(), "sentAt": "2026-12-02T09:00:00Z",
            "items": [{ "clientId": Uuid::from_u128(1).to_string(), "clientTime": "2026-11-21T09:00:00Z",
                "operation": { "create": entry } }] });
        let data = owner.asks(query, json!({ "input": batch })).await;
        said.insert("syncHourEntries", codes(&data["syncHourEntries"]));

        for (mutation, codes) in &said {
            assert!(matches!(codes.as_slice(), [one] if one == "PERIOD_CLOSED"), "{mutation}: {codes:?}");
        }
        let covered: BTreeSet<&str> = said.keys().copied().chain(OF_OTHER_THINGS.iter().copied()).collect();
        let schema = sdl::schema();
        let known: BTreeSet<&str> = sdl::fields(schema, "Mutation").iter().map(|it| it.name.as_str()).collect();
        assert_eq!(covered, known, "a mutation has no case here");

        // A selection that was counted before, and the server itself.
        let selection = json!({ "token": counted["token"], "expectedCount": counted["count"] });
        let decided = coordinator.done("approveHourEntries", json!({ "selection": selection }),
            "selection { done refusedBy { code count } }").await;
        assert_eq!(decided["selection"]["done"], json!(0));
        assert_eq!(decided["selection"]["refusedBy"], json!([{ "code": "PERIOD_CLOSED", "count": counted["count"] }]));
        close_due(&app.parts.operator(Locale::En)).await.expect("closed");
        let query = "query($id: ID!) { node(id: $id) { ... on Shift { attendances { nodes { status refusal } } } } }";
        let data = coordinator.asks(query, json!({ "id": seen })).await;
        assert_eq!(data["node"]["attendances"]["nodes"], json!([{ "status": "NEEDS_REVIEW", "refusal": "PERIOD_CLOSED" }]));
        let after = coordinator.asks("{ hourEntries(first: 100) { nodes { id version status minutes } } }", json!({})).await;
        assert_eq!(after, before, "nothing was written");
    }

    /// A rule of approval decides when hours are handed in, and those of a closed month are not.
    async fn no_rule_approves_into_a_closed_month(app: App) {
        let cast = Cast::on(&app).await;
        let rule = json!({ "organizationId": cast.organization.id, "name": "Presence", "effect": "APPROVE",
            "conditions": { "evidenceLevels": ["CHECKED_IN_AND_OUT"], "minutes": { "atMost": 240 } } });
        cast.owner.done("createApprovalRule", rule, "approvalRule { id }").await;
        let shift = shift(&cast, "CHECK_IN_AND_OUT").await;
        to(&app, "2026-11-03T10:00:00Z");
        let who = json!({ "shiftId": shift, "volunteerId": cast.record });
        cast.coordinator.again().await.done("checkIn", who.clone(), "attendance { id }").await;
        to(&app, "2026-12-02T09:00:00Z");
        let input = json!({ "organizationId": cast.organization.id, "month": "2026-11" });
        cast.owner.again().await.done("closePeriod", input, "reportingPeriod { status }").await;

        let mut leave = who;
        leave["at"] = json!("2026-11-03T13:00:00Z");
        let coordinator = cast.coordinator.again().await;
        let left = coordinator.done("checkOut", leave, "attendance { status refusal hourEntry { id } }").await;

        assert_eq!(left["attendance"], json!({ "status": "NEEDS_REVIEW", "refusal": "PERIOD_CLOSED", "hourEntry": null }));
        assert_eq!(cast.observer.again().await.reported_minutes().await, 0);
    }
}
