//! Reports that make themselves: when they are due, which days they cover, once for each tick whatever happens to
//! servers, and who is told when one does not arrive.
//!
//! Ticks on the clocks of zones are tested beside the rules, what files hold in `exports`.

use chrono::DateTime;
use chrono::Utc;
use futures_util::future::join_all;
use serde_json::Value;
use serde_json::json;

use crate::exports::fetched;
use crate::exports::worked_off;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::cast::REGION;
use crate::support::on_both_databases;
use crate::support::statements::counted;

const SCHEDULE: &str = "schedule { id version status nextRunAt nextRunLatestAt timeZone cadence cron latestDay covers }";
const SEEN: &str = "query($id: ID!) { node(id: $id) { ... on Schedule { title status version nextRunAt cron timeZone covers
    format locale report { name territoryCode statusBasis rows columns organization { slug } } owner { id }
    lastRun { status late tickAt from to } alarm { kind since }
    runs(first: 20) { totalCount nodes { tickAt cause from to status skipReason late monthClosed failures { code message }
        createdAt endedAt exportJob { status report { from to } artifact { url fileName } } } } } } }";

fn monthly() -> Value {
    json!({
        "title": "For the province", "report": { "name": "INDH", "territoryCode": REGION }, "format": "CSV", "locale": "en",
        "cadence": { "cron": "0 7 1 * *" }, "covers": "PREVIOUS_MONTH",
    })
}

fn daily() -> Value {
    let mut input = monthly();
    input["cadence"]["cron"] = json!("0 7 * * *");
    input["covers"] = json!("PREVIOUS_DAY");
    input
}

async fn created(who: &Person, input: Value) -> String {
    let payload = who.done("createSchedule", input, SCHEDULE).await;
    payload["schedule"]["id"].as_str().unwrap().to_owned()
}

async fn seen(who: &Person, id: &str) -> Value {
    who.again().await.asks(SEEN, json!({ "id": id })).await["node"].take()
}

fn to(app: &App, at: &str) {
    let then: DateTime<Utc> = at.parse().unwrap();
    app.advance(then - app.parts.core.clock.now());
}

async fn looked(app: &App) -> usize {
    app.parts.run_schedules().await.unwrap()
}

async fn told(who: &Person) -> Vec<String> {
    let query = "{ viewer { notifications(first: 10) { nodes { kind message } } } }";
    let told = who.again().await.asks(query, json!({})).await;
    let nodes = told["viewer"]["notifications"]["nodes"]
        .as_array()
        .unwrap()
        .clone();
    nodes
        .iter()
        .map(|it| {
            format!(
                "{}: {}",
                it["kind"].as_str().unwrap(),
                it["message"].as_str().unwrap()
            )
        })
        .collect()
}

on_both_databases! {
    async fn a_report_makes_itself_over_the_days_that_it_was_due_for(app: App) {
        let cast = Cast::on(&app).await;
        let entry = cast.volunteer.logs(&cast.record, &cast.project, "2026-11-01", 95).await;
        cast.coordinator.approves(&[&entry]).await;
        let payload = cast.observer.done("createSchedule", monthly(), SCHEDULE).await;
        let schedule = &payload["schedule"];
        assert_eq!(schedule["nextRunAt"], "2026-12-01T07:00:00Z", "{schedule:#}");
        assert_eq!((&schedule["timeZone"], &schedule["status"]), (&json!("Africa/Casablanca"), &json!("ACTIVE")));
        let id = schedule["id"].as_str().unwrap().to_owned();
        assert_eq!(looked(&app).await, 0);
        // Nobody looked when it was due.
        to(&app, "2026-12-02T09:00:00Z");

        assert_eq!((looked(&app).await, looked(&app).await), (1, 0));
        worked_off(&app).await;

        let after = seen(&cast.observer, &id).await;
        assert_eq!(after["nextRunAt"], "2027-01-01T07:00:00Z");
        let expected = json!({ "status": "SUCCEEDED", "late": true, "tickAt": "2026-12-01T07:00:00Z", "from": "2026-11-01", "to": "2026-11-30" });
        assert_eq!((&after["lastRun"], &after["alarm"]), (&expected, &Value::Null), "{after:#}");
        let run = &after["runs"]["nodes"][0];
        assert_eq!((&run["cause"], &run["exportJob"]["report"]), (&json!("TICK"), &json!({ "from": "2026-11-01", "to": "2026-11-30" })));
        let file = &run["exportJob"]["artifact"];
        assert_eq!(file["fileName"], format!("indh-{REGION}-2026-11-01-2026-11-30-en.csv"));
        let (_, _, bytes) = fetched(&app, file["url"].as_str().unwrap()).await;
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.lines().any(|it| it.starts_with("95,1.58,")), "{text}");
        assert!(text.contains("2026-11-01") && text.contains("2026-11-30"), "{text}");
    }

    /// Whatever stood still meanwhile: one run, and the others are kept with their reason.
    async fn missed_ticks_are_caught_up_once(app: App) {
        let cast = Cast::on(&app).await;
        let id = created(&cast.observer, daily()).await;
        to(&app, "2026-11-06T12:00:00Z");

        assert_eq!(looked(&app).await, 1);

        let after = seen(&cast.observer, &id).await;
        let runs = after["runs"]["nodes"].as_array().unwrap();
        let told: Vec<_> = runs.iter().map(|it| (it["tickAt"].as_str().unwrap(), it["status"].as_str().unwrap(), it["from"].as_str().unwrap())).collect();
        assert_eq!(told, [
            ("2026-11-06T07:00:00Z", "REQUESTED", "2026-11-05"),
            ("2026-11-05T07:00:00Z", "SKIPPED", "2026-11-04"),
            ("2026-11-04T07:00:00Z", "SKIPPED", "2026-11-03"),
            ("2026-11-03T07:00:00Z", "SKIPPED", "2026-11-02"),
        ]);
        assert_eq!((&runs[1]["skipReason"], &runs[0]["skipReason"]), (&json!("MISSED"), &Value::Null));
        assert_eq!(after["nextRunAt"], "2026-11-07T07:00:00Z");
    }

    /// However many instances look at the same moment, and however often.
    async fn each_tick_is_run_once(app: App) {
        let cast = Cast::on(&app).await;
        let (second, third) = (app.beside().await, app.beside().await);
        let mut ids = Vec::new();
        for who in [&cast.observer, &cast.owner, &cast.viewer] {
            for _ in 0..4 {
                ids.push((who, created(who, daily()).await));
            }
        }
        for it in [&app, &second, &third] {
            to(it, "2026-11-03T07:00:00Z");
        }

        let begun = join_all([&app, &second, &third, &app, &second, &third].map(looked)).await;

        assert_eq!(begun.iter().sum::<usize>(), 12, "{begun:?}");
        join_all([&app, &second, &third].map(worked_off)).await;
        assert_eq!(looked(&second).await, 0);
        for (who, id) in &ids {
            let after = seen(who, id).await;
            let run = json!({ "status": "SUCCEEDED", "late": false, "tickAt": "2026-11-03T07:00:00Z", "from": "2026-11-02", "to": "2026-11-02" });
            assert_eq!((&after["lastRun"], &after["runs"]["totalCount"]), (&run, &json!(1)));
        }
        second.close().await;
        third.close().await;
    }

    async fn what_pauses_is_not_caught_up(app: App) {
        let cast = Cast::on(&app).await;
        let id = created(&cast.observer, daily()).await;
        let paused = cast.observer.done("pauseSchedule", json!({ "id": id, "expectedVersion": 1 }), SCHEDULE).await;
        assert_eq!((&paused["schedule"]["status"], &paused["schedule"]["nextRunAt"]), (&json!("PAUSED"), &Value::Null));
        let again = cast.observer.done("pauseSchedule", json!({ "id": id, "expectedVersion": 2 }), SCHEDULE).await;
        assert_eq!(again["schedule"]["version"], 2);
        assert_eq!(cast.observer.refused("resumeSchedule", json!({ "id": id, "expectedVersion": 1 })).await, ["VERSION_CONFLICT"]);
        to(&app, "2026-11-10T07:00:00Z");
        assert_eq!(looked(&app).await, 0);

        let observer = cast.observer.again().await;
        let resumed = observer.done("resumeSchedule", json!({ "id": id }), SCHEDULE).await;

        assert_eq!((&resumed["schedule"]["status"], &resumed["schedule"]["nextRunAt"]), (&json!("ACTIVE"), &json!("2026-11-11T07:00:00Z")));
        assert_eq!(looked(&app).await, 0);
        to(&app, "2026-11-11T07:00:00Z");
        assert_eq!(looked(&app).await, 1);
        assert_eq!(seen(&cast.observer, &id).await["runs"]["totalCount"], 1);
        let observer = cast.observer.again().await;
        observer.done("endSchedule", json!({ "id": id }), SCHEDULE).await;
        let ended = observer.done("endSchedule", json!({ "id": id }), SCHEDULE).await;
        assert_eq!((&ended["schedule"]["status"], &ended["schedule"]["nextRunAt"]), (&json!("ENDED"), &Value::Null));
        for act in ["pauseSchedule", "resumeSchedule", "runScheduleNow"] {
            assert_eq!(observer.refused(act, json!({ "id": id })).await, ["SCHEDULE_ENDED"], "{act}");
        }
        to(&app, "2026-11-20T07:00:00Z");
        assert_eq!(looked(&app).await, 0);
    }

    async fn one_can_be_made_at_once(app: App) {
        let cast = Cast::on(&app).await;
        let id = created(&cast.observer, monthly()).await;
        let input = json!({ "id": id, "idempotencyKey": "now" });
        let run = "run { cause tickAt from to status exportJob { id } }";

        let first = cast.observer.done("runScheduleNow", input.clone(), run).await;

        let again = cast.observer.done("runScheduleNow", input.clone(), run).await;
        assert_eq!(first, again);
        let unkeyed = cast.observer.done("runScheduleNow", json!({ "id": id }), run).await;
        assert_eq!(first, unkeyed, "one run for one instant");
        let expected = json!({ "cause": "BY_HAND", "tickAt": "2026-11-02T09:00:00Z", "from": "2026-10-01", "to": "2026-10-31" });
        for (field, value) in expected.as_object().unwrap() {
            assert_eq!(&first["run"][field], value);
        }
        worked_off(&app).await;
        let after = seen(&cast.observer, &id).await;
        assert_eq!((&after["lastRun"]["status"], &after["nextRunAt"], &after["version"]), (&json!("SUCCEEDED"), &json!("2026-12-01T07:00:00Z"), &json!(1)));
        let other = created(&cast.observer, monthly()).await;
        let reused = json!({ "id": other, "idempotencyKey": "now" });
        assert_eq!(cast.observer.refused("runScheduleNow", reused).await, ["IDEMPOTENCY_CONFLICT"]);
    }

    /// Whoever may no longer ask gets no file, and is told so.
    async fn a_report_that_its_owner_may_not_ask_any_more_fails_and_is_told(app: App) {
        let cast = Cast::on(&app).await;
        let mut input = daily();
        input["report"]["organizationId"] = json!(cast.organization.id);
        let id = created(&cast.coordinator, input).await;
        to(&app, "2026-11-03T07:00:00Z");
        assert_eq!(looked(&app).await, 1);
        worked_off(&app).await;
        assert_eq!(seen(&cast.coordinator, &id).await["alarm"], Value::Null);
        cast.owner.again().await.done("removeMember", json!({ "membershipId": cast.membership }), "membership { id }").await;
        to(&app, "2026-11-04T07:00:00Z");

        assert_eq!(looked(&app).await, 1);

        worked_off(&app).await;
        let after = seen(&cast.coordinator, &id).await;
        let run = &after["runs"]["nodes"][0];
        assert_eq!((&run["status"], &run["failures"][0]["code"], &run["exportJob"]), (&json!("FAILED"), &json!("FORBIDDEN"), &Value::Null), "{run:#}");
        assert_eq!(after["alarm"], json!({ "kind": "RUN_FAILED", "since": "2026-11-04T07:00:00Z" }));
        assert_eq!(after["nextRunAt"], "2026-11-05T07:00:00Z");
        let told = told(&cast.coordinator).await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("SCHEDULE_FAILED: ") && told[0].contains("For the province") && told[0].contains("2026-11-04 07:00"), "{told:?}");
    }

    /// A report that nobody makes is told of, once, and the alarm ends with the file.
    async fn a_report_that_takes_too_long_is_told(app: App) {
        let cast = Cast::on(&app).await;
        let id = created(&cast.observer, daily()).await;
        to(&app, "2026-11-03T08:00:00Z");
        assert_eq!(seen(&cast.observer, &id).await["alarm"], json!({ "kind": "RUN_OVERDUE", "since": "2026-11-03T08:00:00Z" }));
        assert_eq!(looked(&app).await, 1);
        assert_eq!(seen(&cast.observer, &id).await["alarm"], Value::Null);

        to(&app, "2026-11-03T09:00:00Z");
        for _ in 0..2 {
            looked(&app).await;
        }

        assert_eq!(seen(&cast.observer, &id).await["alarm"], json!({ "kind": "RUN_OVERDUE", "since": "2026-11-03T09:00:00Z" }));
        let said = told(&cast.observer).await;
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].starts_with("SCHEDULE_OVERDUE: "), "{said:?}");
        worked_off(&app).await;
        let after = seen(&cast.observer, &id).await;
        assert_eq!((&after["alarm"], &after["lastRun"]["status"]), (&Value::Null, &json!("SUCCEEDED")));
    }

    /// By hand it comes at once; where nobody closes the month, on the day that was said.
    async fn a_month_is_reported_once_it_is_closed(app: App) {
        let cast = Cast::on(&app).await;
        let mut input = monthly();
        input["cadence"] = json!({ "monthlyAfterClosing": { "latestDay": 12 } });
        let of_region = created(&cast.observer, input.clone()).await;
        input["report"]["organizationId"] = json!(cast.organization.id);
        let payload = cast.owner.done("createSchedule", input, SCHEDULE).await;
        let schedule = &payload["schedule"];
        assert_eq!((&schedule["nextRunAt"], &schedule["nextRunLatestAt"]), (&json!("2026-12-01T00:00:00Z"), &json!("2026-12-12T06:00:00Z")));
        let id = schedule["id"].as_str().unwrap();
        to(&app, "2026-12-05T10:00:00Z");
        assert_eq!(looked(&app).await, 0, "the month is open");
        let owner = cast.owner.again().await;
        owner.done("closePeriod", json!({ "organizationId": cast.organization.id, "month": "2026-11" }), "reportingPeriod { status }").await;

        assert_eq!((looked(&app).await, looked(&app).await), (1, 0));

        let run = seen(&cast.owner, id).await["runs"]["nodes"][0].take();
        let expected = json!({ "tickAt": "2026-12-01T00:00:00Z", "from": "2026-11-01", "to": "2026-11-30", "monthClosed": true, "late": false, "createdAt": "2026-12-05T10:00:00Z" });
        for (field, value) in expected.as_object().unwrap() {
            assert_eq!(&run[field], value, "{run:#}");
        }
        // Nobody closes December; the region waits for nobody.
        to(&app, "2026-12-12T06:00:00Z");
        assert_eq!(looked(&app).await, 1);
        let run = seen(&cast.observer, &of_region).await["runs"]["nodes"][0].take();
        assert_eq!((&run["from"], &run["monthClosed"]), (&json!("2026-11-01"), &Value::Null));
        to(&app, "2027-01-12T05:59:00Z");
        assert_eq!(looked(&app).await, 0);
        to(&app, "2027-01-12T06:00:00Z");
        assert_eq!(looked(&app).await, 2);
        let run = seen(&cast.owner, id).await["runs"]["nodes"][0].take();
        assert_eq!((&run["from"], &run["monthClosed"]), (&json!("2026-12-01"), &json!(false)));
    }

    async fn what_cannot_be_scheduled_is_refused_with_the_mend(app: App) {
        let cast = Cast::on(&app).await;
        for (cron, mend) in [
            ("7", "five fields"), ("0 0 7 1 * *", "five fields"), ("0 7 1 * someday", "five fields"),
            ("*/5 * * * *", "one minute"), ("0 7 30 2 *", "calendar"),
        ] {
            let mut input = monthly();
            input["cadence"]["cron"] = json!(cron);
            let refused = cast.observer.does("createSchedule", input, "userErrors { code path message }").await;
            let error = &refused["userErrors"][0];
            assert_eq!((&error["code"], &error["path"]), (&json!("CRON_UNFIT"), &json!(["cadence", "cron"])), "{cron}");
            assert!(error["message"].as_str().unwrap().contains(mend), "{error:#}");
        }
        let refused = async |at: &str, value: Value| {
            let mut input = monthly();
            *input.pointer_mut(at).unwrap() = value;
            let payload = cast.observer.does("createSchedule", input, "userErrors { code path }").await;
            payload["userErrors"][0].clone()
        };
        assert_eq!(refused("/title", json!(" ")).await, json!({ "code": "REQUIRED", "path": ["title"] }));
        let path = json!(["cadence", "monthlyAfterClosing", "latestDay"]);
        let late = json!({ "monthlyAfterClosing": { "latestDay": 29 } });
        assert_eq!(refused("/cadence", late).await, json!({ "code": "OUT_OF_RANGE", "path": path }));
        let path = json!(["report", "territoryCode"]);
        assert_eq!(refused("/report/territoryCode", json!("99")).await, json!({ "code": "UNKNOWN_TERRITORY", "path": path }));
        let path = json!(["report", "rows"]);
        assert_eq!(refused("/report/name", json!("HOURS")).await, json!({ "code": "REQUIRED", "path": path }));
        assert_eq!(refused("/report/name", json!("CONTRACTUAL_VOLUNTEERING")).await, json!({ "code": "QUESTION_UNFIT", "path": ["covers"] }));
        let mut nowhere = monthly();
        nowhere["timeZone"] = json!("Mars/Olympus");
        assert_eq!(cast.observer.refused("createSchedule", nowhere).await, ["UNKNOWN_TIME_ZONE"]);
        let mut foreign = monthly();
        foreign["report"]["organizationId"] = json!(cast.organization.id);
        assert_eq!(cast.outsider.refused("createSchedule", foreign).await, ["NOT_FOUND"]);
        let mut keyed = monthly();
        keyed["idempotencyKey"] = json!("first");
        let first = created(&cast.observer, keyed.clone()).await;
        assert_eq!(created(&cast.observer, keyed.clone()).await, first);
        keyed["title"] = json!("Another");
        assert_eq!(cast.observer.refused("createSchedule", keyed).await, ["IDEMPOTENCY_CONFLICT"]);
    }

    async fn what_changes_begins_with_the_next_tick(app: App) {
        let cast = Cast::on(&app).await;
        let id = created(&cast.observer, monthly()).await;
        let change = json!({
            "id": id, "expectedVersion": 1, "title": "Each week", "cadence": { "cron": "30  6 * * MON" }, "timeZone": "Europe/Paris",
            "covers": "PREVIOUS_WEEK", "format": "JSON", "locale": "ar",
            "report": { "name": "HOURS", "territoryCode": REGION, "rows": "PROJECT" },
        });

        cast.observer.done("updateSchedule", change, SCHEDULE).await;

        let after = seen(&cast.observer, &id).await;
        let expected = json!({
            "title": "Each week", "cron": "30 6 * * MON", "timeZone": "Europe/Paris", "covers": "PREVIOUS_WEEK", "format": "JSON",
            "locale": "ar", "version": 2, "nextRunAt": "2026-11-09T05:30:00Z",
        });
        for (field, value) in expected.as_object().unwrap() {
            assert_eq!(&after[field], value, "{after:#}");
        }
        assert_eq!((&after["report"]["name"], &after["report"]["rows"]), (&json!("HOURS"), &json!("PROJECT")));
        let kept = json!({ "id": id, "title": "Each Monday" });
        let payload = cast.observer.done("updateSchedule", kept, SCHEDULE).await;
        assert_eq!((&payload["schedule"]["cron"], &payload["schedule"]["version"]), (&json!("30 6 * * MON"), &json!(3)));
        let stale = cast.observer.does("updateSchedule", json!({ "id": id, "expectedVersion": 1 }), "schedule { version } userErrors { code }").await;
        assert_eq!((&stale["userErrors"][0]["code"], &stale["schedule"]["version"]), (&json!("VERSION_CONFLICT"), &json!(3)));
    }

    async fn others_do_not_see_it_and_administrators_do(app: App) {
        let cast = Cast::on(&app).await;
        let id = created(&cast.owner, monthly()).await;
        let list = "query($whose: ScheduleOwner) { schedules(filter: { owner: $whose }) { totalCount nodes { id } } }";

        for other in [&cast.outsider, &cast.observer, &cast.coordinator] {
            assert_eq!(seen(other, &id).await, Value::Null);
            for act in ["updateSchedule", "pauseSchedule", "resumeSchedule", "endSchedule", "runScheduleNow"] {
                assert_eq!(other.refused(act, json!({ "id": id })).await, ["NOT_FOUND"], "{act}");
            }
            assert_eq!(other.asks(list, json!({ "whose": "MYSELF" })).await["schedules"]["totalCount"], 0);
            assert_eq!(other.tries(list, json!({ "whose": "EVERYBODY" })).await.error_code(), "FORBIDDEN");
        }
        assert_eq!(cast.owner.asks(list, json!({})).await["schedules"]["nodes"][0]["id"], id);
        assert_eq!(cast.admin.asks(list, json!({ "whose": "EVERYBODY" })).await["schedules"]["totalCount"], 1);
        assert_eq!(seen(&cast.admin, &id).await["title"], "For the province");
        // What it asks is the owner's, since it is made with what the owner may see.
        for act in ["updateSchedule", "runScheduleNow"] {
            assert_eq!(cast.admin.refused(act, json!({ "id": id })).await, ["FORBIDDEN"], "{act}");
        }
        cast.admin.done("pauseSchedule", json!({ "id": id }), SCHEDULE).await;
    }

    async fn a_page_of_schedules_costs_as_much_however_long_it_is(app: App) {
        let cast = Cast::on(&app).await;
        for _ in 0..12 {
            created(&cast.owner, daily()).await;
        }
        to(&app, "2026-11-03T07:00:00Z");
        assert_eq!(looked(&app).await, 12);
        worked_off(&app).await;
        let owner = cast.owner.again().await;
        let query = "query($first: Int!) { schedules(first: $first) { nodes { title owner { displayName } alarm { kind }
            report { organization { name } } lastRun { status failures { code } exportJob { artifact { url } } } } } }";

        let (_, cost_of_few) = counted(&app, owner.asks(query, json!({ "first": 2 }))).await;
        let (_, cost_of_many) = counted(&app, owner.asks(query, json!({ "first": 12 }))).await;

        assert_eq!(cost_of_few, cost_of_many);
    }
}
