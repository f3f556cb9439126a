//! An organization with one thing of every kind in it, for what is tried on all of them.
//!
//! What is tried is in the tests.

use apollo_compiler::ast::Type;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use serde_json::json;
use tiwizi::hours::ledger;
use tiwizi::platform::i18n::Locale;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::MARK;
use crate::support::sdl;

/// Depth of what is selected: reaches the rows of rows.
const DEPTH: usize = 2;

/// What belongs to the organization, with a mark in each of its texts.
pub struct Planted {
    /// Whose it is.
    pub cast: Cast,
    /// An activity of it.
    pub activity: String,
    /// A shift of it that has begun.
    pub begun: String,
    /// A series of shifts of it.
    pub series: String,
    /// An indicator of it.
    pub indicator: String,
    /// Global ids of things of every kind.
    pub ids: Vec<(&'static str, String)>,
}

impl Planted {
    /// Makes all of it.
    pub async fn on(app: &App) -> Self {
        let cast = Cast::on(app).await;
        let day = "2026-10-14";
        let logged = cast
            .volunteer
            .logs(&cast.record, &cast.project, day, 90)
            .await;
        let drafted = cast
            .volunteer
            .drafts(&cast.record, &cast.project, day, 45)
            .await;
        let approved = cast
            .volunteer
            .logs(&cast.record, &cast.project, day, 30)
            .await;
        cast.coordinator.approves(&[&approved]).await;
        let input = json!({
            "organizationId": cast.organization.id, "role": "VIEWER",
            "email": format!("{MARK}-invited@example.org"),
        });
        let invited = cast
            .owner
            .done("inviteMember", input, "invitation { id }")
            .await;
        let invitation = invited["invitation"]["id"]
            .as_str()
            .expect("an id")
            .to_owned();
        let input = json!({ "organizationId": cast.organization.id, "month": "2026-09" });
        let submitted = cast
            .owner
            .done("submitPeriod", input, "reportingPeriod { id }")
            .await;
        let period = submitted["reportingPeriod"]["id"]
            .as_str()
            .expect("an id")
            .to_owned();
        let input = json!({
            "organizationId": cast.organization.id, "name": format!("{MARK} long days"),
            "effect": "BLOCK", "conditions": { "dayMinutes": { "atLeast": 480 } },
        });
        let ruled = cast
            .owner
            .done("createApprovalRule", input, "approvalRule { id }");
        let rule = id_of(&ruled.await["approvalRule"]);
        let input = json!({
            "projectId": cast.project, "title": format!("{MARK} Beach"),
            "description": format!("{MARK} gloves"), "place": format!("{MARK} pier"),
        });
        let made = cast
            .coordinator
            .done("createActivity", input, "activity { id }");
        let activity = id_of(&made.await["activity"]);
        let input = json!({
            "activityId": activity, "rule": "FREQ=DAILY;COUNT=1",
            "startsAt": "2026-11-28T09:00:00Z", "endsAt": "2026-11-28T12:00:00Z",
        });
        let made = cast
            .coordinator
            .done("createShiftSeries", input, "seriesId shifts { id }");
        let made = made.await;
        let series = made["seriesId"].as_str().expect("an id").to_owned();
        let shift = id_of(&made["shifts"][0]);
        let input = json!({
            "shiftId": shift, "volunteerId": cast.record, "note": format!("{MARK} late"),
        });
        let made = cast
            .coordinator
            .done("signUpForShift", input, "signup { id }");
        let signup = id_of(&made.await["signup"]);
        let input = json!({
            "activityId": activity,
            "startsAt": "2026-11-02T08:00:00Z", "endsAt": "2026-11-02T12:00:00Z",
        });
        let made = cast.coordinator.done("createShift", input, "shift { id }");
        let begun = id_of(&made.await["shift"]);
        let input = json!({
            "shiftId": begun,
            "marks": [{ "volunteerId": cast.record, "status": "PRESENT", "reason": format!("{MARK} seen") }],
        });
        let selection = "results { attendance { id } userErrors { code } } userErrors { code }";
        let marked = cast.coordinator.done("markAttendance", input, selection);
        let attendance = id_of(&marked.await["results"][0]["attendance"]);
        let input = json!({ "projectId": cast.project, "description": format!("{MARK} nets") });
        let started = cast.volunteer.done("startTimer", input, "timer { id }");
        let timer = id_of(&started.await["timer"]);
        // Two more records of the same name: one is merged, one stays beside it.
        let mut others = Vec::new();
        for number in 2..=3 {
            let input = json!({
                "organizationId": cast.organization.id, "name": format!("{MARK} Fatima"),
                "reference": format!("{MARK} {number}"),
            });
            let made = cast
                .owner
                .done("createVolunteer", input, "volunteer { id }");
            others.push(id_of(&made.await["volunteer"]));
        }
        let input = json!({
            "keepId": cast.record, "mergeId": others[0], "reason": format!("{MARK} one"),
        });
        let made = cast.owner.done("mergeVolunteers", input, "merge { id }");
        let merge = id_of(&made.await["merge"]);
        let text = format!("date,ref,projet,minutes\n2026-03-02,{MARK} V-9,{MARK},60\n");
        let input = json!({
            "organizationId": cast.organization.id, "kind": "HOURS",
            "fileName": format!("{MARK}.csv"), "content": STANDARD.encode(text),
        });
        let import = id_of(&cast.owner.done("startImport", input, "import { id }").await["import"]);
        let input = json!({
            "organizationId": cast.organization.id, "code": MARK, "nameFr": format!("{MARK} trees"),
            "unit": "trees", "valueType": "COUNT", "level": "OUTPUT", "overTime": "SUM", "overPlace": "SUM",
        });
        let made = cast
            .owner
            .done("createIndicator", input, "indicator { id }");
        let indicator = id_of(&made.await["indicator"]);
        let input = json!({ "measurements": [{
            "indicatorId": indicator, "projectId": cast.project, "from": "2026-09-01", "to": "2026-09-30",
            "value": { "value": "7" }, "note": format!("{MARK} counted"),
        }] });
        let selection = "results { measurement { id } userErrors { code } }";
        let recorded = cast
            .coordinator
            .does("recordMeasurements", input, selection);
        let measurement = id_of(&recorded.await["results"][0]["measurement"]);
        let input = json!({
            "report": "INDH", "territoryCode": cast.organization.territory, "from": "2026-01-01",
            "to": "2026-10-31", "organizationId": cast.organization.id, "title": MARK,
        });
        let made = cast.owner.done("createSnapshot", input, "snapshot { id }");
        let snapshot = id_of(&made.await["snapshot"]);
        let input = json!({
            "measurementId": measurement, "fileName": format!("{MARK} list.csv"),
            "content": STANDARD.encode(format!("{MARK},trees\n1,7\n")),
        });
        let made = cast
            .coordinator
            .done("attachEvidence", input, "evidence { id }");
        let evidence = id_of(&made.await["evidence"]);
        let input = json!({
            "organizationId": cast.organization.id, "code": "THEMES", "nameFr": format!("{MARK} themes"),
            "levels": [MARK.to_uppercase()],
        });
        let made = cast
            .owner
            .done("createVocabulary", input, "vocabulary { code }");
        let vocabulary = made.await["vocabulary"]["code"].clone();
        let input = json!({ "vocabulary": vocabulary, "terms": [{
            "code": MARK, "level": MARK.to_uppercase(), "nameFr": format!("{MARK} water"), "validFrom": "2026-01-01",
        }] });
        let selection = "results { term { id } userErrors { code } }";
        let written = cast
            .owner
            .done("upsertVocabularyTerms", input, selection)
            .await;
        let term = id_of(&written["results"][0]["term"]);
        let input = json!({
            "projectId": cast.project, "vocabulary": vocabulary,
            "shares": [{ "termCode": MARK, "percent": "100" }],
        });
        cast.owner
            .done("setTagAllocations", input, "project { id }")
            .await;
        let report = json!({
            "name": "INDH", "territoryCode": cast.organization.territory,
            "from": "2026-01-01", "to": "2026-10-31", "organizationId": cast.organization.id,
        });
        let input = json!({ "report": report, "format": "CSV" });
        let asked = cast.owner.done("requestExport", input, "exportJob { id }");
        let export = id_of(&asked.await["exportJob"]);
        let input = json!({
            "title": format!("{MARK} monthly"), "format": "CSV", "cadence": { "cron": "0 7 1 * *" }, "covers": "PREVIOUS_MONTH",
            "deliverTo": [{ "folder": { "path": MARK } }],
            "report": { "name": "INDH", "territoryCode": cast.organization.territory, "organizationId": cast.organization.id },
        });
        let made = cast.owner.done("createSchedule", input, "schedule { id }");
        let schedule = id_of(&made.await["schedule"]);
        let now = cast.owner.done(
            "runScheduleNow",
            json!({ "id": schedule }),
            "run { tickAt }",
        );
        now.await;
        while app.parts.work_once().await.expect("jobs") {}
        let query = "query($id: ID!) { node(id: $id) { ... on Schedule { lastRun { deliveries { id } } } } }";
        let made = cast.owner.asks(query, json!({ "id": schedule })).await;
        let delivery = id_of(&made["node"]["lastRun"]["deliveries"][0]);
        let input = json!({
            "organizationId": cast.organization.id, "url": "https://example.org/hooks", "description": format!("{MARK} register"),
        });
        let made = cast
            .owner
            .done("createWebhookEndpoint", input, "webhookEndpoint { id }");
        let webhook = id_of(&made.await["webhookEndpoint"]);
        let input = json!({ "id": cast.record, "birthDate": "1990-03-08" });
        cast.owner
            .done("updateVolunteer", input, "volunteer { id }")
            .await;
        let input = json!({
            "organizationId": cast.organization.id, "number": format!("{MARK} 12"), "from": "2026-01-01",
        });
        let made = cast
            .owner
            .done("recordAccreditation", input, "accreditation { id }");
        let accreditation = id_of(&made.await["accreditation"]);
        let input = json!({
            "volunteerId": cast.record, "mission": format!("{MARK} lessons"), "from": "2026-10-01",
            "until": "2026-12-31", "weeklyMinutes": 240, "signedOn": "2026-09-30",
            "territoryCode": cast.organization.territory, "insurer": format!("{MARK} mutual"),
            "policyNumber": format!("{MARK} 7"),
        });
        let made = cast
            .coordinator
            .done("recordContract", input, "contract { id }");
        let contract = id_of(&made.await["contract"]);
        let input = json!({
            "contractId": contract, "day": "2026-10-05", "kind": "ACCIDENT", "declaredOn": "2026-10-06",
            "claimNumber": format!("{MARK} 9"), "description": format!("{MARK} fell"),
        });
        let made = cast
            .coordinator
            .done("recordIncident", input, "incident { id }");
        let incident = id_of(&made.await["incident"]);
        let input = json!({
            "organizationId": cast.organization.id, "volunteerIds": [cast.record], "from": "2026-10-01",
            "to": "2026-10-31", "shown": ["NAME", "PROJECTS"],
        });
        let issued =
            cast.coordinator
                .does("issueCertificates", input, "results { certificate { id } }");
        let certificate = id_of(&issued.await["results"][0]["certificate"]);
        let input = json!({
            "name": format!("{MARK} gate"), "scopes": ["HOURS_READ"], "organizationId": cast.organization.id,
        });
        let made = cast.owner.done("createApiToken", input, "apiToken { id }");
        let api_token = id_of(&made.await["apiToken"]);
        let query = "query($id: ID!) { auditEvents(first: 1, filter: { organizationId: $id }) { nodes { id } } }";
        let told = cast
            .owner
            .asks(query, json!({ "id": cast.organization.id }))
            .await;
        let audit_event = id_of(&told["auditEvents"]["nodes"][0]);
        let input = json!({ "volunteerId": cast.record, "reason": format!("{MARK} moved away") });
        let asked = cast
            .volunteer
            .done("requestErasure", input, "erasureRequest { id }");
        let erasure = id_of(&asked.await["erasureRequest"]);
        let input = json!({
            "volunteerId": cast.record, "purpose": "PHOTOGRAPHS", "decision": "GIVEN",
            "textVersion": MARK, "language": "fr", "means": "PAPER",
        });
        cast.coordinator
            .done("recordConsent", input, "consent { purpose }")
            .await;
        let query = "{ viewer { notifications(first: 1) { nodes { id } } } }";
        let told = cast.volunteer.asks(query, json!({})).await;
        let notification = id_of(&told["viewer"]["notifications"]["nodes"][0]);
        let query = "{ viewer { sessions(first: 1) { nodes { id } } } }";
        let signed_in = cast.owner.asks(query, json!({})).await;
        let session = id_of(&signed_in["viewer"]["sessions"]["nodes"][0]);
        let operator = app.parts.operator(Locale::default());
        ledger::sign_due(&operator).await.expect("a signature");
        Self {
            ids: vec![
                ("organization", cast.organization.id.clone()),
                ("membership", cast.membership.clone()),
                ("invitation", invitation),
                ("user", cast.owner.id.clone()),
                ("session", session),
                ("volunteer", cast.record.clone()),
                ("merge", merge),
                ("project", cast.project.clone()),
                ("activity", activity.clone()),
                ("shift", shift),
                ("sign-up", signup),
                ("attendance", attendance),
                ("timer", timer),
                ("submitted entry", logged),
                ("draft", drafted),
                ("approved entry", approved),
                ("period", period),
                ("approval rule", rule),
                ("import", import),
                ("export", export),
                ("schedule", schedule),
                ("delivery", delivery),
                ("webhook", webhook),
                ("indicator", indicator.clone()),
                ("snapshot", snapshot),
                ("measurement", measurement),
                ("evidence", evidence),
                ("accreditation", accreditation),
                ("contract", contract),
                ("incident", incident),
                ("certificate", certificate),
                ("erasure", erasure),
                ("term", term),
                ("API token", api_token),
                ("audit event", audit_event),
                ("notification", notification),
            ],
            activity,
            begun,
            series,
            indicator,
            cast,
        }
    }

    /// Everything that its owner sees of it.
    pub async fn whole(&self) -> Vec<Value> {
        let schema = sdl::schema();
        let slug = self.cast.organization.slug.as_str();
        let mut seen = Vec::new();
        for field in sdl::fields(schema, "Query") {
            let fill = |name: &str, _: &Type| (name == "slug").then(|| json!(slug));
            let asked = [
                "organization",
                "hourEntries",
                "projects",
                "volunteers",
                "activities",
                "shifts",
            ];
            if asked.contains(&field.name.as_str()) {
                let operation = sdl::operation(schema, "query", field, DEPTH, &fill);
                let owner = &self.cast.owner;
                seen.push(owner.asks(&operation.query, operation.variables).await);
            }
        }
        assert_eq!(seen.len(), 6);
        seen
    }
}

fn id_of(thing: &Value) -> String {
    thing["id"].as_str().expect("an id").to_owned()
}
