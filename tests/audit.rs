//! The audit trail: what is told of whom, to whom, and that it stays as it was told.
//!
//! How a request's origin is found is tried beside the code.

use chrono::TimeDelta;
use sea_orm::ConnectionTrait;
use serde_json::Value;
use serde_json::json;
use tiwizi::audit::forget;
use tiwizi::platform::i18n::Locale;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::on_both_databases;

const LINES: &str = "query($filter: AuditEventFilter) { auditEvents(first: 50, filter: $filter) { totalCount nodes { \
     id action outcome through at from { address userAgent } actor { id } organization { id } subjectType subjectId \
     subject { id } changes { field before after } apiToken { id } } } }";

async fn lines(who: &Person, filter: Value) -> Vec<Value> {
    let mut told = who.asks(LINES, json!({ "filter": filter })).await;
    let nodes = told["auditEvents"]["nodes"].take();
    nodes.as_array().expect("lines").clone()
}

async fn of(who: &Person, action: &str) -> Vec<Value> {
    lines(who, json!({ "actions": [action] })).await
}

on_both_databases! {
    /// Who did what, when, from where, through what, to what, before and after.
    async fn a_change_is_told_with_all_that_there_is_to_tell(app: App) {
        let cast = Cast::on(&app).await;
        let input = json!({ "membershipId": cast.membership, "role": "VIEWER" });
        cast.owner.done("changeMembershipRole", input, "membership { id }").await;

        let told = of(&cast.owner, "membership.role").await;

        assert_eq!(told.len(), 1, "{told:#?}");
        let line = &told[0];
        assert_eq!(
            json!([line["outcome"], line["through"], line["at"], line["actor"]["id"], line["organization"]["id"],
                line["subject"]["id"], line["subjectId"], line["from"]["address"]]),
            json!(["DONE", "SESSION", "2026-11-02T09:00:00Z", cast.owner.id, cast.organization.id, cast.membership,
                cast.membership, "127.0.0.1"])
        );
        let role = json!({ "field": "role", "before": "\"COORDINATOR\"", "after": "\"VIEWER\"" });
        assert!(line["changes"].as_array().unwrap().contains(&role), "{line:#}");
        let input = json!({ "id": cast.organization.id, "dailyCapMinutes": 600 });
        cast.owner.done("updateOrganizationSettings", input, "organization { id }").await;
        let told = lines(&cast.owner, json!({ "subjectId": cast.organization.id, "outcome": "DONE" })).await;
        let cap = json!({ "field": "dailyCapMinutes", "before": "1440", "after": "600" });
        assert!(told[0]["changes"].as_array().unwrap().contains(&cap), "{told:#?}");
    }

    /// Owners and administrators their organization's, everybody their own, the platform all, observers none but theirs.
    async fn lines_are_seen_by_those_whom_they_concern(app: App) {
        let cast = Cast::on(&app).await;
        cast.volunteer.logs(&cast.record, &cast.project, "2026-10-14", 90).await;
        let here = json!({ "organizationId": cast.organization.id });

        let all = lines(&cast.owner, here.clone()).await;
        let of_platform = lines(&cast.admin, here.clone()).await;

        assert!(all.len() > 5, "{}", all.len());
        assert_eq!(all.len(), of_platform.len());
        for (who, name) in [(&cast.coordinator, "coordinator"), (&cast.viewer, "viewer"), (&cast.volunteer, "volunteer")] {
            let seen = lines(who, here.clone()).await;
            assert!(seen.iter().all(|it| it["actor"]["id"] == json!(who.id)), "{name}: {seen:#?}");
        }
        assert!(!lines(&cast.volunteer, json!({})).await.is_empty());
        for stranger in [&cast.outsider, &cast.observer] {
            assert_eq!(lines(stranger, here.clone()).await, Vec::<Value>::new());
            let one = stranger.asks("query($id: ID!) { node(id: $id) { id } }", json!({ "id": all[0]["id"] })).await;
            assert_eq!(one["node"], Value::Null);
        }
        let own = lines(&cast.owner, json!({ "own": true })).await;
        // Whoever signs up is nobody yet, and the account is theirs.
        let theirs = |it: &Value| it["actor"]["id"] == json!(cast.owner.id) || it["action"] == "account.create";
        assert!(own.iter().all(theirs), "{own:#?}");
        let nobody = cast.nobody.tries(LINES, json!({})).await;
        assert_eq!(nobody.error_code(), "UNAUTHENTICATED");
    }

    async fn pages_of_the_trail_leave_nothing_out(app: App) {
        let cast = Cast::on(&app).await;
        let whole = lines(&cast.owner, json!({})).await;
        let query = "query($after: String) { auditEvents(first: 3, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } } }";
        let (mut seen, mut after) = (Vec::new(), Value::Null);
        loop {
            let page = cast.owner.asks(query, json!({ "after": after })).await;
            let page = &page["auditEvents"];
            seen.extend(page["nodes"].as_array().unwrap().iter().map(|it| it["id"].clone()));
            if page["pageInfo"]["hasNextPage"] == json!(false) {
                break;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
        let whole: Vec<Value> = whole.iter().map(|it| it["id"].clone()).collect();
        assert_eq!(seen, whole);
        let none = json!({ "from": "2026-11-02T09:00:01Z" });
        assert_eq!(lines(&cast.owner, none).await.len(), 0);
        let all = json!({ "from": "2026-11-02T09:00:00Z", "to": "2026-11-02T09:00:01Z" });
        assert_eq!(lines(&cast.owner, all).await.len(), whole.len());
    }

    /// One line for each look, however many rows it was, and none for looking at oneself.
    async fn looks_at_personal_data_are_told_once_each(app: App) {
        let cast = Cast::on(&app).await;
        let input = json!({ "id": cast.record, "email": "fatima@example.org", "birthDate": "1990-03-08" });
        cast.owner.done("updateVolunteer", input, "volunteer { version }").await;
        let before = of(&cast.owner, "volunteer.read").await.len();
        let one = "query($id: ID!) { node(id: $id) { ... on Volunteer { email phone birthDate } } }";
        let names = "{ volunteers(first: 5) { nodes { displayName } } }";
        let many = "{ volunteers(first: 5) { nodes { email birthDate } } }";

        cast.coordinator.asks(one, json!({ "id": cast.record })).await;
        cast.coordinator.asks(names, json!({})).await;
        cast.coordinator.asks(many, json!({})).await;
        cast.volunteer.asks(one, json!({ "id": cast.record })).await;

        let told = of(&cast.owner, "volunteer.read").await;
        assert_eq!(told.len(), before + 2, "{told:#?}");
        let line = &told[1];
        assert_eq!(line["actor"]["id"], json!(cast.coordinator.id));
        assert_eq!(line["subject"]["id"], json!(cast.record));
        assert!(!json!(told).to_string().contains("fatima@example.org"));
    }

    /// What lines name can be asked for, and what is kept as text within text is told as what it says.
    async fn lines_name_things_by_the_ids_of_the_api(app: App) {
        let cast = Cast::on(&app).await;
        let url = json!({ "organizationId": cast.organization.id, "url": "https://example.org/hooks", "events": ["HOUR_ENTRY_APPROVED"] });
        cast.owner.done("createWebhookEndpoint", url, "webhookEndpoint { id }").await;
        cast.coordinator.asks("{ volunteers(first: 5) { nodes { email } } }", json!({})).await;
        let said = json!({ "volunteerId": cast.record, "purpose": "LETTERS", "decision": "GIVEN", "textVersion": "1",
            "language": "fr", "means": "PAPER" });
        cast.owner.done("recordConsent", said, "consent { purpose }").await;
        cast.volunteer.done("requestErasure", json!({ "volunteerId": cast.record }), "erasureRequest { id }").await;

        let all = lines(&cast.owner, json!({})).await;

        let after = |action: &str, field: &str| -> Value {
            let line = all.iter().find(|it| it["action"] == action).unwrap_or_else(|| panic!("{action}"));
            let change = line["changes"].as_array().unwrap().iter().find(|it| it["field"] == field);
            serde_json::from_str(change.unwrap_or_else(|| panic!("{line:#}"))["after"].as_str().unwrap()).unwrap()
        };
        assert_eq!(after("webhook.create", "events"), json!(["hour_entry.approved"]));
        assert_eq!(after("erasure.request", "volunteer"), json!(cast.record));
        let records = after("volunteer.read", "records");
        let query = "query($id: ID!) { node(id: $id) { ... on Volunteer { id } } }";
        for record in records.as_array().unwrap() {
            let found = cast.owner.asks(query, json!({ "id": record })).await;
            assert_eq!(&found["node"]["id"], record);
        }
        assert!(records.as_array().unwrap().contains(&json!(cast.record)));
        for line in &all {
            let changes = line["changes"].to_string();
            let words = changes.split(|it: char| !it.is_ascii_alphanumeric() && it != '-');
            let keys: Vec<&str> = words.filter(|it| uuid::Uuid::parse_str(it).is_ok()).collect();
            assert_eq!(keys, [""; 0], "{line:#}");
        }
    }

    /// What was refused is told, and nobody fills the trail by being refused.
    async fn refusals_are_told_and_bounded(app: App) {
        let cast = Cast::on(&app).await;
        let create = json!({ "organizationId": cast.organization.id, "title": "x", "startsOn": "2026-01-01",
            "territoryCode": cast.organization.territory });
        for _ in 0..30 {
            assert_eq!(cast.viewer.refused("createProject", create.clone()).await, ["FORBIDDEN"]);
        }

        let told = lines(&cast.viewer, json!({ "outcome": "REFUSED" })).await;

        assert_eq!(told.len(), 20, "{told:#?}");
        assert_eq!(told[0]["action"], "request.refuse");
        let fields = json!({ "field": "fields", "before": null, "after": "[\"createProject\"]" });
        assert!(told[0]["changes"].as_array().unwrap().contains(&fields), "{told:#?}");
        // Later there is room again for others' eyes: whoever was refused is seen by the platform.
        let seen = lines(&cast.admin, json!({ "outcome": "REFUSED", "actorId": cast.viewer.id })).await;
        assert_eq!(seen.len(), 20);
    }

    /// Owners learn who tried what of theirs, and nothing of other organizations'.
    async fn a_refusal_is_told_where_the_right_was_lacking(app: App) {
        let cast = Cast::on(&app).await;
        let cursor = lines(&cast.owner, json!({})).await.len();
        let reveal = json!({ "volunteerId": cast.record });
        let create = json!({ "title": "x", "startsOn": "2026-01-01", "territoryCode": cast.organization.territory,
            "organizationId": cast.organization.id });

        assert_eq!(cast.coordinator.refused("revealNationalId", reveal.clone()).await, ["FORBIDDEN"]);
        assert_eq!(cast.viewer.refused("createProject", create.clone()).await, ["FORBIDDEN"]);
        let literal = format!("mutation {{ revealNationalId(input: {{ volunteerId: \"{}\" }}) {{ userErrors {{ code }} }} }}", cast.record);
        cast.viewer.asks(&literal, json!({})).await;
        for stranger in [&cast.outsider, &cast.observer] {
            assert_eq!(stranger.refused("revealNationalId", reveal.clone()).await, ["NOT_FOUND"]);
        }

        let told = lines(&cast.owner, json!({ "outcome": "REFUSED" })).await;
        let shown = |it: &Value| json!([it["action"], it["actor"]["id"], it["organization"]["id"], it["subjectType"], it["subjectId"]]);
        let organization = &cast.organization.id;
        assert_eq!(told.iter().map(shown).collect::<Vec<_>>(), [
            json!(["request.refuse", cast.viewer.id, organization, "Volunteer", cast.record]),
            json!(["request.refuse", cast.viewer.id, organization, "Organization", organization]),
            json!(["request.refuse", cast.coordinator.id, organization, "Volunteer", cast.record]),
        ]);
        assert_eq!(lines(&cast.owner, json!({})).await.len(), cursor + 3);
        let of_record = lines(&cast.owner, json!({ "subjectId": cast.record, "outcome": "REFUSED" })).await;
        assert_eq!(of_record.len(), 2);
        // Nobody of another organization is told, nor who tried there.
        assert_eq!(lines(&cast.outsider, json!({ "outcome": "REFUSED" })).await.len(), 0);
        assert_eq!(lines(&cast.admin, json!({ "outcome": "REFUSED" })).await.len(), 3);
    }

    /// Whoever has the account learns of each that got in, and of those who did not.
    async fn signing_in_is_told_to_whoever_has_the_account(app: App) {
        let cast = Cast::on(&app).await;
        let wrong = json!({ "email": cast.viewer.email, "password": "not the password" });
        let unknown = json!({ "email": "nobody-here@example.org", "password": "not the password" });

        assert_eq!(cast.nobody.refused("signIn", wrong).await, ["INVALID_CREDENTIALS"]);
        assert_eq!(cast.nobody.refused("signIn", unknown).await, ["INVALID_CREDENTIALS"]);
        let viewer = cast.viewer.again().await;

        let told = of(&viewer, "session.begin").await;
        let outcomes: Vec<&Value> = told.iter().map(|it| &it["outcome"]).collect();
        assert_eq!(outcomes, [&json!("DONE"), &json!("REFUSED"), &json!("DONE")], "{told:#?}");
        assert_eq!(told[1]["actor"], Value::Null);
        assert_eq!(told[1]["from"]["address"], "127.0.0.1");
        // Which address was typed is kept nowhere; the platform sees that somebody tried.
        let all = lines(&cast.admin, json!({ "actions": ["session.begin"], "outcome": "REFUSED" })).await;
        assert_eq!(all.len(), 2, "{all:#?}");
        assert!(!json!(all).to_string().contains("nobody-here"));
    }

    /// What a program did is told with its token.
    async fn acts_of_programs_name_their_token(app: App) {
        let cast = Cast::on(&app).await;
        let input = json!({ "name": "x", "scopes": ["PROJECTS_WRITE"] });
        let made = cast.owner.done("createApiToken", input, "token apiToken { id }").await;
        let text = made["token"].as_str().unwrap();
        let create = "mutation($i: CreateProjectInput!) { createProject(input: $i) { project { id } userErrors { code } } }";
        let input = json!({ "organizationId": cast.organization.id, "title": "By program", "startsOn": "2026-01-01",
            "territoryCode": cast.organization.territory });
        app.graphql(Some(text), create, json!({ "i": input })).await.data();
        app.graphql(Some(text), "{ volunteers(first: 1) { totalCount } }", json!({})).await;

        let told = of(&cast.owner, "project.create").await;
        let refused = lines(&cast.owner, json!({ "outcome": "REFUSED" })).await;

        assert_eq!((&told[0]["through"], &told[0]["apiToken"]["id"]), (&json!("API_TOKEN"), &made["apiToken"]["id"]));
        assert_eq!(told[0]["actor"]["id"], json!(cast.owner.id));
        assert_eq!((refused.len(), &refused[0]["through"]), (1, &json!("API_TOKEN")), "{refused:#?}");
        let secret = json!(lines(&cast.owner, json!({})).await).to_string();
        assert!(!secret.contains(text));
    }

    /// Who fetched a file is told to whoever asked for it.
    async fn files_that_are_fetched_are_told(app: App) {
        let cast = Cast::on(&app).await;
        let report = json!({ "name": "INDH", "territoryCode": cast.organization.territory, "from": "2026-01-01",
            "to": "2026-10-31", "organizationId": cast.organization.id });
        let asked = cast.owner.done("requestExport", json!({ "report": report, "format": "CSV" }), "exportJob { id }").await;
        while app.parts.work_once().await.expect("jobs") {}
        let query = "query($id: ID!) { node(id: $id) { ... on ExportJob { artifact { url } } } }";
        let found = cast.owner.asks(query, json!({ "id": asked["exportJob"]["id"] })).await;
        let path = found["node"]["artifact"]["url"].as_str().unwrap().rsplit("/files/").next().unwrap().to_owned();

        let fetched = app.http().get(format!("{}/files/{path}", app.url)).header("user-agent", "curl/8").send().await.unwrap();

        assert_eq!(fetched.status().as_u16(), 200);
        let told = of(&cast.owner, "file.fetch").await;
        assert_eq!(told.len(), 1, "{told:#?}");
        assert_eq!((&told[0]["through"], &told[0]["from"]["userAgent"]), (&json!("NOTHING"), &json!("curl/8")));
        assert_eq!(told[0]["subject"]["id"], asked["exportJob"]["id"]);
        assert!(!json!(told).to_string().contains(&path));
        assert_eq!(of(&cast.outsider, "file.fetch").await.len(), 0);
    }

    /// The list that somebody sees, whole, as a file.
    async fn the_trail_is_written_to_files(app: App) {
        let cast = Cast::on(&app).await;
        let before = lines(&cast.owner, json!({ "organizationId": cast.organization.id })).await.len();
        let ask = async |who: &Person, format: &str| {
            let input = json!({ "filter": { "organizationId": cast.organization.id }, "format": format, "locale": "fr" });
            let asked = who.done("requestAuditExport", input, "exportJob { id }").await;
            while app.parts.work_once().await.expect("jobs") {}
            let query = "query($id: ID!) { node(id: $id) { ... on ExportJob { status artifact { url fileName } } } }";
            let made = who.asks(query, json!({ "id": asked["exportJob"]["id"] })).await;
            let url = made["node"]["artifact"]["url"].as_str().unwrap_or_else(|| panic!("{made:#}")).to_owned();
            let path = url.rsplit("/files/").next().unwrap().to_owned();
            app.http().get(format!("{}/files/{path}", app.url)).send().await.unwrap().text().await.unwrap()
        };

        let json: Value = serde_json::from_str(&ask(&cast.owner, "JSON").await).expect("JSON");
        let csv = ask(&cast.owner, "CSV").await;
        let strangers: Value = serde_json::from_str(&ask(&cast.outsider, "JSON").await).expect("JSON");

        let told = json["auditEvents"].as_array().expect("lines");
        assert_eq!(told.len(), before, "{json:#}");
        assert_eq!(told[0]["outcome"], "DONE", "{json:#}");
        assert_eq!(told[0]["address"], "127.0.0.1");
        // As the list names them.
        let listed = lines(&cast.owner, json!({ "organizationId": cast.organization.id })).await;
        let of = |it: &Value, names: [&str; 3]| names.map(|name| it[name].clone());
        for line in told {
            let same = |it: &&Value| of(line, ["actor", "organization", "subject"])
                == [it["actor"]["id"].clone(), it["organization"]["id"].clone(), it["subjectId"].clone()];
            assert!(listed.iter().any(|it| same(&it)), "{line:#}");
        }
        assert!(csv.contains(cast.organization.id.as_str()) && csv.contains(cast.owner.id.as_str()), "{csv}");
        assert!(csv.contains("Journal d’audit") && csv.contains("membership.accept"), "{csv}");
        assert_eq!(strangers["auditEvents"], json!([]));
        assert_eq!(cast.owner.refused("requestAuditExport", json!({ "format": "PDF" })).await, ["QUESTION_UNFIT"]);
        assert_eq!(cast.observer.refused("requestAuditExport", json!({ "format": "CSV", "filter": { "subjectId": "x" } })).await, ["NOT_FOUND"]);
    }

    async fn a_word_that_the_trail_does_not_know_is_refused(app: App) {
        let cast = Cast::on(&app).await;

        let filter = json!({ "filter": { "actions": ["membership.role", "membership.roles"] } });
        let answer = cast.owner.tries(LINES, filter).await;

        assert_eq!(answer.error_code(), "BAD_USER_INPUT", "{:#}", answer.body);
        let said = answer.body["errors"][0]["message"].as_str().unwrap();
        assert!(said.contains("membership.role"), "{said}");
    }

    /// Nothing is rewritten, and nothing goes before its time.
    async fn lines_go_when_their_time_has_come_and_not_before(app: App) {
        let cast = Cast::on(&app).await;
        let before = lines(&cast.owner, json!({})).await.len();
        assert!(before > 0);
        let db = app.parts.core.db.system().read();
        for sql in ["update audit_event set action = 'x'", "delete from audit_event"] {
            assert!(db.execute_unprepared(sql).await.is_err(), "{sql}");
        }
        let operator = app.parts.operator(Locale::default());

        assert_eq!(forget::forget_old(&operator).await.expect("gone"), 0);
        app.advance(TimeDelta::days(1_096));
        assert!(forget::forget_old(&operator).await.expect("gone") > 0);

        let owner = cast.owner.again().await;
        let left = lines(&owner, json!({})).await;
        assert_eq!(left.len(), 1, "{left:#?}");
        assert_eq!(left[0]["action"], "session.begin");
        // What came later is kept.
        assert!(db.execute_unprepared("delete from audit_event").await.is_err());
    }
}
