//! Reports as files, made in the background: what they hold, who sees them, and that each is made
//! once whatever happens to the workers.
//!
//! What figures are right is tested with the reports.

use std::io::Write;

use chrono::TimeDelta;
use entity::job;
use entity::types::JobKind;
use futures_util::future::join_all;
use sea_orm::ConnectionTrait;
use sea_orm::Statement;
use serde_json::Value;
use serde_json::json;
use tiwizi::identity::Ctx;
use tiwizi::jobs::Failed;
use tiwizi::jobs::Made;
use tiwizi::jobs::Progress;
use tiwizi::jobs::Spool;
use tiwizi::jobs::Work;
use tiwizi::jobs::queue;
use tiwizi::jobs::worker;
use tiwizi::platform::crypto::sha256;
use tiwizi::platform::i18n::Locale;
use tokio_util::sync::CancellationToken;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::cast::REGION;
use crate::support::databases::Engine;
use crate::support::on_both_databases;
use crate::support::socket::Socket;
use crate::support::statements::counted;

const JOB: &str = "exportJob { id status progress attempts version failures { code message } \
    artifact { url sha256 bytes fileName mediaType } } userErrors { code path }";
const FOLLOW: &str =
    "subscription($id: ID!) { jobProgress(id: $id) { exportJob { status progress } } }";

fn asked(format: &str) -> Value {
    let report = json!({ "name": "INDH", "territoryCode": REGION, "from": "2026-01-01", "to": "2026-12-31" });
    json!({ "report": report, "format": format, "locale": "en" })
}

pub async fn requested(who: &Person, input: Value) -> String {
    let payload = who.done("requestExport", input, JOB).await;
    payload["exportJob"]["id"].as_str().unwrap().to_owned()
}

pub async fn seen(who: &Person, id: &str) -> Value {
    let query = "query($id: ID!) { node(id: $id) { ... on ExportJob { status progress attempts version \
        report { name territoryCode from to statusBasis } format locale failures { code message } \
        artifact { url sha256 bytes fileName mediaType urlExpiresAt expiresAt } } } }";
    who.asks(query, json!({ "id": id })).await["node"].take()
}

pub async fn worked_off(app: &App) {
    while app.parts.work_once().await.unwrap() {}
}

pub async fn fetched(app: &App, url: &str) -> (u16, String, Vec<u8>) {
    // The tests' server listens elsewhere than its public address says.
    let path = &url[url.find("/files/").unwrap()..];
    let answer = app
        .http()
        .get(format!("{}{path}", app.url))
        .send()
        .await
        .unwrap();
    let status = answer.status().as_u16();
    let named = answer
        .headers()
        .get("content-disposition")
        .map(|it| it.to_str().unwrap().to_owned());
    (
        status,
        named.unwrap_or_default(),
        answer.bytes().await.unwrap().to_vec(),
    )
}

fn operator(app: &App) -> Ctx {
    app.parts.operator(Locale::En)
}

/// Fails by a fault, or by a panic, as often as it is tried.
struct Broken(bool);

impl Work for Broken {
    async fn carry_out(
        &self,
        _: &Ctx,
        _: &job::Model,
        _: &Progress<'_>,
    ) -> Result<Option<Made>, Failed> {
        assert!(!self.0, "it breaks");
        Err(Failed::Fault("it breaks".to_owned()))
    }
}

/// Is called off while it works.
struct CalledOff<'a>(&'a Person, &'a str);

impl Work for CalledOff<'_> {
    async fn carry_out(
        &self,
        _: &Ctx,
        _: &job::Model,
        progress: &Progress<'_>,
    ) -> Result<Option<Made>, Failed> {
        progress.reaches(30).await?;
        self.0
            .done("cancelExport", json!({ "id": self.1 }), JOB)
            .await;
        progress.reaches(60).await?;
        panic!("it goes on");
    }
}

fn made() -> Option<Made> {
    let mut spool = Spool::new().expect("a temporary file");
    spool.write_all(b"late").expect("written");
    Some(Made {
        file_name: "late.csv".to_owned(),
        media_type: "text/csv",
        content: spool.end().expect("read back"),
        kept: TimeDelta::days(30),
    })
}

on_both_databases! {
    async fn a_report_arrives_as_the_file_that_was_asked_for(app: App) {
        let cast = Cast::on(&app).await;
        let entry = cast.volunteer.logs(&cast.record, &cast.project, "2026-10-14", 95).await;
        cast.coordinator.approves(&[&entry]).await;
        let id = requested(&cast.observer, asked("CSV")).await;
        let waiting = seen(&cast.observer, &id).await;
        assert_eq!((&waiting["status"], &waiting["progress"]), (&json!("QUEUED"), &json!(0)));
        assert_eq!(waiting["artifact"], Value::Null);

        worked_off(&app).await;

        let done = seen(&cast.observer, &id).await;
        assert_eq!((&done["status"], &done["progress"], &done["attempts"]), (&json!("SUCCEEDED"), &json!(100), &json!(1)));
        let expected = json!({ "name": "INDH", "territoryCode": REGION, "from": "2026-01-01", "to": "2026-12-31", "statusBasis": ["APPROVED"] });
        assert_eq!((&done["report"], &done["format"], &done["locale"]), (&expected, &json!("CSV"), &json!("en")));
        let file = &done["artifact"];
        let (status, named, bytes) = fetched(&app, file["url"].as_str().unwrap()).await;
        assert_eq!((status, named), (200, format!("attachment; filename=\"indh-{REGION}-2026-01-01-2026-12-31-en.csv\"")));
        assert_eq!(file["bytes"], bytes.len());
        let digest: String = sha256(&bytes).iter().map(|it| format!("{it:02x}")).collect();
        assert_eq!(file["sha256"], digest);
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.lines().any(|it| it.starts_with("95,1.58,")), "{text}");
        let path = file["url"].as_str().unwrap();
        let path = &path[path.find("/files/").unwrap()..];
        let head = app.http().head(format!("{}{path}", app.url)).send().await.unwrap();
        assert_eq!((head.status().as_u16(), head.headers()["content-length"].to_str().unwrap()), (200, text.len().to_string().as_str()));
        assert_eq!(head.headers()["content-type"], "text/csv; charset=utf-8");
        assert_eq!(head.headers()["cache-control"], "private, no-store");
        assert_eq!(head.headers()["x-content-type-options"], "nosniff");

        let id = requested(&cast.observer, asked("JSON")).await;
        worked_off(&app).await;
        let done = seen(&cast.observer, &id).await;
        let (_, _, bytes) = fetched(&app, done["artifact"]["url"].as_str().unwrap()).await;
        let report: Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(report["report"], "INDH");
        assert_eq!(cast.observer.reported_minutes().await, 95);
        assert_eq!(report["totals"][0]["minutes"], 95, "{report:#}");
        let parameters = &report["parameters"];
        assert_eq!((&parameters["coverage"], &parameters["statusBasis"]), (&json!("TERRITORY"), &json!(["APPROVED"])));
        let mut input = asked("CSV");
        input["locale"] = json!("ar");
        let id = requested(&cast.observer, input).await;
        worked_off(&app).await;
        let done = seen(&cast.observer, &id).await;
        let (_, _, bytes) = fetched(&app, done["artifact"]["url"].as_str().unwrap()).await;
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.contains("المصادق عليها") && !text.contains("APPROVED") && !text.contains("MONDAY"), "{text}");
    }

    /// What was known at an instant is written, however late the file is made, and the file says the instant.
    async fn a_file_as_of_an_instant_is_of_that_instant(app: App) {
        let cast = Cast::on(&app).await;
        let entry = cast.volunteer.logs(&cast.record, &cast.project, "2026-10-14", 95).await;
        cast.coordinator.approves(&[&entry]).await;
        app.advance(TimeDelta::minutes(1));
        let instant = app.parts.core.clock.now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        app.advance(TimeDelta::minutes(1));
        let later = cast.volunteer.logs(&cast.record, &cast.project, "2026-10-15", 60).await;
        cast.coordinator.approves(&[&later]).await;
        let mut input = asked("JSON");
        input["report"]["asOf"] = json!(instant);
        let id = requested(&cast.observer, input.clone()).await;
        input["report"]["asOf"] = json!("2027-01-01T00:00:00Z");
        let ahead = cast.observer.does("requestExport", input, JOB).await;
        input = asked("CSV");
        input["report"]["asOf"] = json!(instant);
        let csv = requested(&cast.observer, input).await;

        worked_off(&app).await;

        assert_eq!(ahead["userErrors"][0]["path"], json!(["report", "asOf"]), "{ahead:#}");
        let query = "query($id: ID!) { node(id: $id) { ... on ExportJob { report { asOf } artifact { url fileName } } } }";
        let done = cast.observer.asks(query, json!({ "id": id })).await["node"].take();
        assert_eq!(done["report"]["asOf"], json!(instant));
        assert_eq!(done["artifact"]["fileName"], format!("indh-{REGION}-2026-01-01-2026-12-31-as-of-20261102T090100Z-en.json"));
        let (_, _, bytes) = fetched(&app, done["artifact"]["url"].as_str().unwrap()).await;
        let report: Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!((&report["totals"][0]["minutes"], &report["parameters"]["asOf"]), (&json!(95), &json!(instant)));
        let done = cast.observer.asks(query, json!({ "id": csv })).await["node"].take();
        let (_, _, bytes) = fetched(&app, done["artifact"]["url"].as_str().unwrap()).await;
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.lines().any(|it| it.ends_with(&format!(",{instant}"))), "{text}");
        assert!(text.lines().any(|it| it.starts_with("95,1.58,")), "{text}");
        // Without one it is the moment at which the file is made.
        let id = requested(&cast.observer, asked("JSON")).await;
        worked_off(&app).await;
        let done = cast.observer.asks(query, json!({ "id": id })).await["node"].take();
        assert_eq!(done["report"]["asOf"], Value::Null);
        let (_, _, bytes) = fetched(&app, done["artifact"]["url"].as_str().unwrap()).await;
        let report: Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(report["totals"][0]["minutes"], 155);
    }

    async fn others_do_not_see_it_and_administrators_do(app: App) {
        let cast = Cast::on(&app).await;
        let id = requested(&cast.owner, asked("CSV")).await;
        let list = "query($whose: ExportRequester) { exportJobs(filter: { requestedBy: $whose }) { totalCount nodes { id } } }";
        let counted = async |who: &Person, all: bool| {
            who.asks(list, json!({ "whose": if all { "EVERYBODY" } else { "MYSELF" } })).await["exportJobs"]["totalCount"].clone()
        };

        for other in [&cast.outsider, &cast.observer, &cast.coordinator] {
            assert_eq!(seen(other, &id).await, Value::Null);
            assert_eq!(other.refused("cancelExport", json!({ "id": id })).await, ["NOT_FOUND"]);
            assert_eq!(other.refused("retryExport", json!({ "id": id })).await, ["NOT_FOUND"]);
            assert_eq!(counted(other, false).await, 0);
            assert_eq!(other.tries(list, json!({ "whose": "EVERYBODY" })).await.error_code(), "FORBIDDEN");
        }
        assert_eq!(counted(&cast.owner, false).await, 1);
        assert_eq!((counted(&cast.admin, false).await, counted(&cast.admin, true).await), (json!(0), json!(1)));
        assert_eq!(seen(&cast.admin, &id).await["status"], "QUEUED");
    }

    async fn what_may_not_be_asked_is_refused_before_it_is_queued(app: App) {
        let cast = Cast::on(&app).await;
        let mut nowhere = asked("CSV");
        nowhere["report"]["territoryCode"] = json!("99");
        let mut backwards = asked("CSV");
        backwards["report"]["to"] = json!("2025-12-31");
        let mut foreign = asked("CSV");
        foreign["report"]["organizationId"] = json!(cast.organization.id);
        let mut keyless = asked("CSV");
        keyless["idempotencyKey"] = json!("");

        assert_eq!(cast.owner.refused("requestExport", nowhere.clone()).await, ["UNKNOWN_TERRITORY"]);
        let told = cast.owner.does("requestExport", nowhere, JOB).await;
        assert_eq!(told["userErrors"][0]["path"], json!(["report", "territoryCode"]));
        assert_eq!(cast.owner.refused("requestExport", backwards).await, ["OUT_OF_RANGE"]);
        assert_eq!(cast.outsider.refused("requestExport", foreign).await, ["NOT_FOUND"]);
        assert_eq!(cast.owner.refused("requestExport", keyless).await, ["REQUIRED"]);
        assert_eq!(cast.volunteer.refused("requestExport", asked("CSV")).await, ["FORBIDDEN"]);
        let list = "{ exportJobs { totalCount } }";
        assert_eq!(cast.owner.asks(list, json!({})).await["exportJobs"]["totalCount"], 0);
        for number in 0..20 {
            requested(&cast.owner, asked(if number % 2 == 0 { "CSV" } else { "JSON" })).await;
        }
        assert_eq!(cast.owner.refused("requestExport", asked("CSV")).await, ["TOO_MANY_JOBS"]);
        worked_off(&app).await;
        requested(&cast.owner, asked("CSV")).await;
    }

    async fn a_key_asks_once(app: App) {
        let cast = Cast::on(&app).await;
        let mut input = asked("CSV");
        input["idempotencyKey"] = json!("once");
        let first = requested(&cast.owner, input.clone()).await;
        worked_off(&app).await;

        assert_eq!(requested(&cast.owner, input.clone()).await, first);
        let at_once = join_all((0..20).map(|_| requested(&cast.owner, input.clone()))).await;
        assert!(at_once.iter().all(|it| *it == first), "{at_once:?}");
        input["format"] = json!("JSON");
        assert_eq!(cast.owner.refused("requestExport", input).await, ["IDEMPOTENCY_CONFLICT"]);
        assert!(!app.parts.work_once().await.unwrap());
    }

    /// What somebody may see is looked at when the file is made.
    async fn whoever_lost_their_rights_meanwhile_gets_no_file(app: App) {
        let cast = Cast::on(&app).await;
        let id = requested(&cast.viewer, asked("CSV")).await;
        let query = "query($id: ID!) { node(id: $id) { ... on Organization { members(first: 50) { nodes { id role } } } } }";
        let members = cast.owner.asks(query, json!({ "id": cast.organization.id })).await;
        let members = members["node"]["members"]["nodes"].as_array().unwrap().clone();
        let viewer = members.iter().find(|it| it["role"] == "VIEWER").unwrap();
        cast.owner.done("removeMember", json!({ "membershipId": viewer["id"] }), "userErrors { code }").await;
        worked_off(&app).await;

        let failed = seen(&cast.viewer, &id).await;
        assert_eq!((&failed["status"], &failed["artifact"]), (&json!("FAILED"), &Value::Null));
        assert_eq!(failed["failures"][0]["code"], "FORBIDDEN", "{failed:#}");
    }

    /// Whoever asks goes on: a phone that signs out has its file all the same.
    async fn a_session_may_end_and_an_account_may_not(app: App) {
        let cast = Cast::on(&app).await;
        let kept = requested(&cast.owner, asked("CSV")).await;
        cast.owner.asks("mutation { signOut { userErrors { code } } }", json!({})).await;
        worked_off(&app).await;
        let owner = cast.owner.again().await;
        assert_eq!(seen(&owner, &kept).await["status"], "SUCCEEDED");

        let lost = requested(&owner, asked("CSV")).await;
        let db = &app.parts.core.db;
        let tx = db.system().begin().await.unwrap();
        let close = Statement::from_sql_and_values(
            db.backend(),
            "update user_account set disabled_at = created_at where email = $1",
            [cast.owner.email.clone().into()],
        );
        tx.execute_raw(close).await.unwrap();
        tx.commit().await.unwrap();
        worked_off(&app).await;
        let failed = seen(&cast.admin, &lost).await;
        assert_eq!((&failed["status"], &failed["failures"][0]["code"]), (&json!("FAILED"), &json!("FORBIDDEN")));
    }

    async fn a_job_that_the_end_of_a_server_interrupts_is_left_to_others(app: App) {
        let cast = Cast::on(&app).await;
        let id = requested(&cast.owner, asked("CSV")).await;
        let taken = queue::take(&operator(&app), &[JobKind::Export]).await.unwrap().unwrap();
        queue::give_back(&operator(&app), &taken).await.unwrap();
        let waiting = seen(&cast.owner, &id).await;
        assert_eq!((&waiting["status"], &waiting["attempts"]), (&json!("QUEUED"), &json!(0)));

        worked_off(&app).await;
        let done = seen(&cast.owner, &id).await;
        assert_eq!((&done["status"], &done["attempts"]), (&json!("SUCCEEDED"), &json!(1)));
    }

    /// A worker that was given up for dead may still be at work: it writes nothing any more.
    async fn a_worker_that_dies_holds_nobody_up_and_one_that_comes_back_changes_nothing(app: App) {
        let cast = Cast::on(&app).await;
        let id = requested(&cast.owner, asked("CSV")).await;
        let dead = queue::take(&operator(&app), &[JobKind::Export]).await.unwrap().unwrap();
        assert!(!app.parts.work_once().await.unwrap(), "it is taken");

        app.advance(TimeDelta::seconds(59));
        assert!(queue::hold(&operator(&app), &dead, Some(40)).await.unwrap());
        app.advance(TimeDelta::seconds(59));
        assert!(!app.parts.work_once().await.unwrap(), "the lease was prolonged");
        app.advance(TimeDelta::seconds(2));
        assert!(app.parts.work_once().await.unwrap());

        let done = seen(&cast.owner, &id).await;
        assert_eq!((&done["status"], &done["attempts"]), (&json!("SUCCEEDED"), &json!(2)));
        assert!(!queue::hold(&operator(&app), &dead, Some(50)).await.unwrap());
        assert!(!queue::finish(&operator(&app), &dead, made()).await.unwrap());
        queue::put_back(&operator(&app), &dead).await.unwrap();
        queue::refuse(&operator(&app), &dead, &[]).await.unwrap();
        let after = seen(&cast.owner, &id).await;
        assert_eq!((&after["version"], &after["artifact"]["sha256"]), (&done["version"], &done["artifact"]["sha256"]));
    }

    async fn what_fails_is_tried_again_later_and_given_up_in_the_end(app: App) {
        let cast = Cast::on(&app).await;
        let id = requested(&cast.owner, asked("CSV")).await;
        let fails = async |panics: bool| {
            worker::one(&operator(&app), &app.parts.authenticator, &Broken(panics), &CancellationToken::new()).await.unwrap()
        };

        for (attempt, pause) in [(1, 10), (2, 40), (3, 160), (4, 640)] {
            assert!(fails(attempt % 2 == 0).await);
            let waiting = seen(&cast.owner, &id).await;
            assert_eq!((&waiting["status"], &waiting["attempts"]), (&json!("QUEUED"), &json!(attempt)));
            app.advance(TimeDelta::seconds(pause - 1));
            assert!(!fails(false).await, "not yet");
            app.advance(TimeDelta::seconds(1));
        }
        assert!(fails(false).await);
        let dead = seen(&cast.owner, &id).await;
        assert_eq!((&dead["status"], &dead["failures"][0]["code"]), (&json!("FAILED"), &json!("JOB_FAILED")), "{dead:#}");

        assert_eq!(cast.owner.refused("cancelExport", json!({ "id": id })).await, ["JOB_STATE"]);
        let stale = json!({ "id": id, "expectedVersion": 1 });
        assert_eq!(cast.owner.refused("retryExport", stale).await, ["VERSION_CONFLICT"]);
        let query = "{ exportJobs(filter: { status: [FAILED], requestedBy: EVERYBODY }) { nodes { id } } }";
        let found = cast.admin.asks(query, json!({})).await;
        assert_eq!(found["exportJobs"]["nodes"][0]["id"], id);
        cast.admin.done("retryExport", json!({ "id": id, "expectedVersion": dead["version"] }), JOB).await;
        worked_off(&app).await;
        let done = seen(&cast.owner, &id).await;
        assert_eq!((&done["status"], &done["attempts"], &done["failures"]), (&json!("SUCCEEDED"), &json!(1), &json!([])));
        assert_eq!(cast.owner.refused("retryExport", json!({ "id": id })).await, ["JOB_STATE"]);
    }

    /// A job that takes every worker with it does not do so for ever.
    async fn a_job_that_kills_its_workers_is_given_up(app: App) {
        let cast = Cast::on(&app).await;
        let id = requested(&cast.owner, asked("CSV")).await;
        for _ in 0..5 {
            assert!(queue::take(&operator(&app), &[JobKind::Export]).await.unwrap().is_some());
            app.advance(TimeDelta::seconds(61));
        }

        assert!(!app.parts.work_once().await.unwrap());
        assert_eq!(seen(&cast.owner, &id).await["failures"][0]["code"], "JOB_FAILED");
    }

    async fn what_is_called_off_stops(app: App) {
        let cast = Cast::on(&app).await;
        let waiting = requested(&cast.owner, asked("CSV")).await;
        cast.owner.done("cancelExport", json!({ "id": waiting }), JOB).await;
        let again = cast.owner.done("cancelExport", json!({ "id": waiting }), JOB).await;
        assert_eq!(again["exportJob"]["status"], "CANCELLED");
        assert!(!app.parts.work_once().await.unwrap());

        let running = requested(&cast.owner, asked("CSV")).await;
        let work = CalledOff(&cast.owner, &running);
        assert!(worker::one(&operator(&app), &app.parts.authenticator, &work, &CancellationToken::new()).await.unwrap());

        let stopped = seen(&cast.owner, &running).await;
        assert_eq!((&stopped["status"], &stopped["progress"], &stopped["artifact"]), (&json!("CANCELLED"), &json!(30), &Value::Null));
        assert!(!app.parts.work_once().await.unwrap());
    }

    async fn three_instances_make_each_file_once(app: App) {
        let cast = Cast::on(&app).await;
        let mut ids = Vec::new();
        for who in [&cast.owner, &cast.viewer, &cast.observer] {
            for _ in 0..10 {
                ids.push((who, requested(who, asked("CSV")).await));
            }
        }
        let (second, third) = (app.beside().await, app.beside().await);

        join_all([&app, &second, &third, &app, &second, &third].map(worked_off)).await;

        for (who, id) in &ids {
            let done = seen(who, id).await;
            assert_eq!((&done["status"], &done["attempts"]), (&json!("SUCCEEDED"), &json!(1)), "{done:#}");
        }
        second.close().await;
        third.close().await;
    }

    async fn a_link_opens_one_file_for_an_hour(app: App) {
        let cast = Cast::on(&app).await;
        let id = requested(&cast.owner, asked("CSV")).await;
        worked_off(&app).await;
        let first = seen(&cast.owner, &id).await["artifact"].clone();
        let url = first["url"].as_str().unwrap();
        assert_eq!(first["urlExpiresAt"], "2026-11-02T10:00:00Z");
        let (head, token) = url.split_at(url.find("/files/").unwrap() + "/files/".len());
        for at in [0, 20, 30, 40, token.len() - 2] {
            let other = if token.as_bytes()[at] == b'A' { "B" } else { "A" };
            let forged = format!("{head}{}{other}{}", &token[..at], &token[at + 1..]);
            assert_eq!(fetched(&app, &forged).await.0, 404, "{at}");
        }
        for forged in ["x", "", "AAAA"] {
            assert_eq!(fetched(&app, &format!("{head}{forged}")).await.0, 404);
        }

        app.advance(TimeDelta::minutes(59));
        assert_eq!(fetched(&app, url).await.0, 200);
        app.advance(TimeDelta::minutes(1));
        assert_eq!(fetched(&app, url).await.0, 404);
        let owner = cast.owner.again().await;
        let anew = seen(&owner, &id).await["artifact"].clone();
        assert_eq!(fetched(&app, anew["url"].as_str().unwrap()).await.0, 200);

        app.advance(TimeDelta::days(30));
        let owner = owner.again().await;
        assert_eq!(seen(&owner, &id).await["artifact"], Value::Null);
        assert_eq!(queue::forget_old(&operator(&app)).await.unwrap(), 1);
        assert_eq!(seen(&owner, &id).await["status"], "SUCCEEDED");
    }

    async fn a_page_of_exports_costs_as_much_however_long_it_is(app: App) {
        let cast = Cast::on(&app).await;
        for _ in 0..12 {
            requested(&cast.owner, asked("CSV")).await;
        }
        worked_off(&app).await;
        let query = "query($first: Int!) { exportJobs(first: $first) { nodes { status requestedBy { displayName }
            report { organization { name } } artifact { url } } } }";

        let (_, cost_of_few) = counted(&app, cast.owner.asks(query, json!({ "first": 2 }))).await;
        let (many, cost) = counted(&app, cast.owner.asks(query, json!({ "first": 12 }))).await;

        let nodes = many["exportJobs"]["nodes"].as_array().unwrap();
        assert_eq!(nodes.len(), 12);
        assert!(nodes.iter().all(|it| it["artifact"]["url"].is_string()));
        assert_eq!(cost, cost_of_few, "more rows, more statements");
        assert!(cost <= 4, "{cost} statements: who asks, the page, users, files");
    }

    async fn progress_is_told_until_the_end(app: App) {
        let cast = Cast::on(&app).await;
        let id = requested(&cast.owner, asked("CSV")).await;
        let mut socket = Socket::of(&app, &cast.owner).await;
        socket.subscribe("1", FOLLOW, json!({ "id": id })).await;
        let told = async |socket: &mut Socket| {
            let mut data = socket.data().await;
            data["jobProgress"]["exportJob"].take()
        };
        assert_eq!(told(&mut socket).await, json!({ "status": "QUEUED", "progress": 0 }));

        worked_off(&app).await;

        // What happens between two looks is told as one.
        let mut last = json!({ "status": "QUEUED", "progress": 0 });
        while last["status"] != "SUCCEEDED" {
            let next = told(&mut socket).await;
            assert!(next["progress"].as_i64() >= last["progress"].as_i64(), "{last} {next}");
            last = next;
        }
        assert_eq!(last["progress"], 100);
        assert_eq!(socket.said().await, json!({ "type": "complete", "id": "1" }));

        socket.subscribe("2", FOLLOW, json!({ "id": id })).await;
        assert_eq!(told(&mut socket).await["status"], "SUCCEEDED", "also afterwards");
        assert_eq!(socket.said().await["type"], "complete");
        let mut stranger = Socket::of(&app, &cast.outsider).await;
        stranger.subscribe("1", FOLLOW, json!({ "id": id })).await;
        let refused = stranger.said().await;
        assert_eq!(refused["payload"]["errors"][0]["extensions"]["code"].as_str().or(refused["payload"][0]["extensions"]["code"].as_str()), Some("FORBIDDEN"), "{refused:#}");
    }
}

/// Instances of a server share PostgreSQL: what one does is told at the other.
#[tokio::test]
async fn progress_is_told_at_other_instances() {
    App::run_on(Engine::Postgres, async |app: App| {
        let cast = Cast::on(&app).await;
        let id = requested(&cast.owner, asked("CSV")).await;
        let beside = app.beside().await;
        let mut socket = Socket::of(&beside, &cast.owner.through(&beside)).await;
        socket.subscribe("1", FOLLOW, json!({ "id": id })).await;
        assert_eq!(
            socket.data().await["jobProgress"]["exportJob"]["status"],
            "QUEUED"
        );

        worked_off(&app).await;

        let mut last = json!(null);
        while last != "SUCCEEDED" {
            last = socket.data().await["jobProgress"]["exportJob"]["status"].clone();
        }
        beside.close().await;
    })
    .await;
}
