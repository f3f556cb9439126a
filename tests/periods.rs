//! Months of an organization: attested, closed by hand and by the clock, certified, excepted.
//!
//! Where a month stands is tested beside its code; every way of writing hours in `hours`.

use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;
use serde_json::Value;
use serde_json::json;

use crate::support::app::App;
use crate::support::app::opening;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::cast::codes;
use crate::support::on_both_databases;
use crate::support::statements::counted;

const MONTH: &str =
    "reportingPeriod { month status declaredZero version closedAt certifiedAt closesAt
    closedBy { email } exceptions { reason until users { email } grantedBy { email } } }";
const CAN_EDIT: &str =
    "query($id: ID!) { hourEntry(id: $id) { canEdit { allowed rule reason since until
    liftedBy { roles platformAdministrator act } } } }";

/// September 2026: over when the tests begin.
fn september(cast: &Cast) -> Value {
    json!({ "organizationId": cast.organization.id, "month": "2026-09" })
}

fn exception(cast: &Cast, who: &[&Person], until: DateTime<Utc>) -> Value {
    let users: Vec<_> = who.iter().map(|it| it.id.clone()).collect();
    json!({ "organizationId": cast.organization.id, "month": "2026-09", "userIds": users,
        "until": text(until), "reason": "A lost sheet came back" })
}

fn text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// What logging an hour of a day meets.
async fn logging(cast: &Cast, who: &Person, day: &str) -> Vec<String> {
    let input = json!({ "volunteerId": cast.record, "projectId": cast.project,
        "workedOn": day, "minutes": 60 });
    who.refused("createHourEntry", input).await
}

async fn can_edit(who: &Person, entry: &str) -> Value {
    who.asks(CAN_EDIT, json!({ "id": entry })).await["hourEntry"]["canEdit"].take()
}

async fn closed(cast: &Cast) -> Value {
    cast.owner.done("closePeriod", september(cast), MONTH).await["reportingPeriod"].take()
}

async fn previewed(who: &Person, input: Value) -> Value {
    let query = "query($input: CreateHourEntryInput!) { previewHourEntry(input: $input) {
        allowed refusals { code rule since liftedBy { roles act } } until timeZone
        days { day minutes personMinutes dayMinutes }
        clockChange { at offsetBefore offsetAfter message } } }";
    let mut data = who.asks(query, json!({ "input": input })).await;
    data["previewHourEntry"].take()
}

fn refusals(preview: &Value) -> Vec<String> {
    let all = preview["refusals"].as_array().expect("refusals");
    all.iter()
        .filter_map(|it| it["code"].as_str())
        .map(str::to_owned)
        .collect()
}

async fn grace(cast: &Cast, who: &Person, days: Value) {
    let input = json!({ "id": cast.organization.id, "graceDays": days });
    who.done(
        "updateOrganizationSettings",
        input,
        "organization { graceDays }",
    )
    .await;
}

on_both_databases! {
    async fn a_month_that_ended_is_closed_once_by_those_who_manage_it(app: App) {
        let cast = Cast::on(&app).await;
        let running = json!({ "organizationId": cast.organization.id, "month": "2026-11" });

        for (who, code) in [
            (&cast.coordinator, "FORBIDDEN"),
            (&cast.volunteer, "FORBIDDEN"),
            (&cast.observer, "FORBIDDEN"),
            (&cast.admin, "FORBIDDEN"),
            (&cast.outsider, "NOT_FOUND"),
        ] {
            assert_eq!(who.refused("closePeriod", september(&cast)).await, [code]);
        }
        assert_eq!(cast.owner.refused("closePeriod", running).await, ["PERIOD_RUNNING"]);
        let mut stale = september(&cast);
        stale["expectedVersion"] = json!(3);
        assert_eq!(cast.owner.refused("closePeriod", stale).await, ["VERSION_CONFLICT"]);
        let month = closed(&cast).await;
        assert_eq!(month["status"], "CLOSED");
        assert_eq!(month["closedAt"], text(opening()));
        assert_eq!(month["closedBy"]["email"], cast.owner.email);
        assert_eq!(cast.owner.refused("closePeriod", september(&cast)).await, ["PERIOD_CLOSED"]);
        let zero = json!({ "organizationId": cast.organization.id, "month": "2026-09", "declaredZero": true });
        assert_eq!(cast.owner.refused("submitPeriod", zero).await, ["PERIOD_CLOSED"]);
    }

    /// Locks are rows of (organization, month), not a high-water mark.
    async fn a_closed_month_closes_no_other_month(app: App) {
        let cast = Cast::on(&app).await;
        closed(&cast).await;

        assert_eq!(logging(&cast, &cast.owner, "2026-09-14").await, ["PERIOD_CLOSED"]);
        assert_eq!(logging(&cast, &cast.owner, "2026-08-14").await, Vec::<String>::new());
        assert_eq!(logging(&cast, &cast.owner, "2026-10-14").await, Vec::<String>::new());
    }

    /// Items of a closed month fail alone: the rest of the batch is written.
    async fn locked_items_of_a_batch_fail_alone(app: App) {
        let cast = Cast::on(&app).await;
        let locked = cast.owner.logs(&cast.record, &cast.project, "2026-09-10", 60).await;
        let free = cast.owner.logs(&cast.record, &cast.project, "2026-10-10", 60).await;
        closed(&cast).await;
        let entry = |day: &str| json!({ "volunteerId": cast.record, "projectId": cast.project,
            "workedOn": day, "minutes": 30 });
        let selection = "results { hourEntry { status } userErrors { code } }";

        let input = json!({ "entries": [entry("2026-09-14"), entry("2026-10-14")] });
        let written = cast.owner.does("createHourEntries", input, selection).await;
        let input = json!({ "ids": [locked, free] });
        let decided = cast.coordinator.does("approveHourEntries", input, selection).await;

        for payload in [written, decided] {
            assert_eq!(codes(&payload), ["PERIOD_CLOSED"]);
            assert_eq!(payload["results"][0]["hourEntry"], json!(null));
            assert!(payload["results"][1]["hourEntry"].is_object());
        }
    }

    async fn every_write_path_refuses_a_closed_month(app: App) {
        let cast = Cast::on(&app).await;
        let mut ids = Vec::new();
        for day in 1..=6 {
            let day = format!("2026-09-0{day}");
            ids.push(cast.owner.logs(&cast.record, &cast.project, &day, 60).await);
        }
        cast.coordinator.approves(&[&ids[4], &ids[5]]).await;
        let draft = cast.owner.drafts(&cast.record, &cast.project, "2026-09-20", 60).await;
        closed(&cast).await;

        for (act, entry, reason) in [
            ("submitHourEntries", &draft, None),
            ("withdrawHourEntries", &ids[0], None),
            ("approveHourEntries", &ids[1], None),
            ("returnHourEntries", &ids[2], Some("Why")),
            ("rejectHourEntries", &ids[3], Some("Why")),
        ] {
            let mut input = json!({ "ids": [entry] });
            if let Some(reason) = reason {
                input["reason"] = json!(reason);
            }
            let who = if reason.is_some() || act.starts_with("approve") { &cast.coordinator } else { &cast.owner };
            assert_eq!(who.refused_each(act, input).await, ["PERIOD_CLOSED"], "{act}");
        }
        let void = json!({ "id": ids[4], "reason": "Why" });
        assert_eq!(cast.coordinator.refused("voidHourEntry", void).await, ["PERIOD_CLOSED"]);
        let amend = json!({ "id": ids[5], "reason": "Why", "minutes": 30 });
        assert_eq!(cast.owner.refused("amendHourEntry", amend).await, ["PERIOD_CLOSED"]);
        let change = json!({ "id": draft, "minutes": 30 });
        assert_eq!(cast.owner.refused("updateHourEntry", change).await, ["PERIOD_CLOSED"]);
        let delete = json!({ "id": draft });
        assert_eq!(cast.owner.refused("deleteHourEntry", delete).await, ["PERIOD_CLOSED"]);
    }

    /// Both the begin and the end of an entry must be writable.
    async fn an_entry_over_the_end_of_a_month_needs_both_months(app: App) {
        let cast = Cast::on(&app).await;
        let night = json!({ "volunteerId": cast.record, "projectId": cast.project,
            "startedAt": "2026-08-31T21:00:00Z", "endedAt": "2026-09-01T02:00:00Z" });
        let other = json!({ "volunteerId": cast.record, "projectId": cast.project,
            "startedAt": "2026-09-30T22:00:00Z", "endedAt": "2026-10-01T02:00:00Z" });
        closed(&cast).await;

        assert_eq!(cast.owner.refused("createHourEntry", night).await, ["PERIOD_CLOSED"]);
        assert_eq!(cast.owner.refused("createHourEntry", other).await, ["PERIOD_CLOSED"]);
    }

    /// An approved entry of a closed month cannot be amended or voided either: the month is what refuses.
    async fn a_closed_month_is_named_before_the_state(app: App) {
        let cast = Cast::on(&app).await;
        let entry = cast.owner.logs(&cast.record, &cast.project, "2026-09-20", 60).await;
        cast.coordinator.approves(&[&entry]).await;
        assert_eq!(can_edit(&cast.owner, &entry).await["rule"], "hours.state");

        closed(&cast).await;

        assert_eq!(can_edit(&cast.owner, &entry).await["rule"], "hours.period");
    }

    async fn days_of_grace_close_months_by_the_clock(app: App) {
        let mut cast = Cast::on(&app).await;
        let entry = cast.owner.drafts(&cast.record, &cast.project, "2026-10-20", 60).await;
        let old = cast.owner.drafts(&cast.record, &cast.project, "2026-09-20", 60).await;
        assert_eq!(can_edit(&cast.owner, &entry).await["until"], json!(null));
        let wide = json!({ "id": cast.organization.id, "graceDays": 91 });
        assert_eq!(cast.owner.refused("updateOrganizationSettings", wide).await, ["OUT_OF_RANGE"]);
        grace(&cast, &cast.owner, json!(5)).await;

        // October ended two days ago, September long before.
        let seen = can_edit(&cast.owner, &entry).await;
        assert_eq!(seen["allowed"], true);
        assert_eq!(seen["until"], "2026-11-06T00:00:00Z");
        let seen = can_edit(&cast.owner, &old).await;
        assert_eq!(seen["rule"], "hours.period");
        assert_eq!(seen["since"], "2026-10-06T00:00:00Z");
        assert_eq!(logging(&cast, &cast.owner, "2026-09-21").await, ["PERIOD_CLOSED"]);
        assert_eq!(logging(&cast, &cast.owner, "2026-10-21").await, Vec::<String>::new());
        let submit = json!({ "organizationId": cast.organization.id, "month": "2026-10" });
        let said = cast.owner.done("submitPeriod", submit, MONTH).await;
        assert_eq!(said["reportingPeriod"]["status"], "CLOSING");

        app.advance(TimeDelta::days(4));
        cast.owner = cast.owner.again().await;
        assert_eq!(logging(&cast, &cast.owner, "2026-10-22").await, ["PERIOD_CLOSED"]);
        let query = "query($of: ID!) { reportingPeriods(organizationId: $of) {
            nodes { month status closedAt closesAt } totalCount } }";
        let listed = cast.owner.asks(query, json!({ "of": cast.organization.id })).await;
        assert_eq!(listed["reportingPeriods"]["nodes"], json!([{ "month": "2026-10", "status": "CLOSED",
            "closedAt": "2026-11-06T00:00:00Z", "closesAt": "2026-11-06T00:00:00Z" }]));
        // Closed by hand as well it stays closed without the days of grace; the other does not.
        let october = json!({ "organizationId": cast.organization.id, "month": "2026-10" });
        let made = cast.owner.done("closePeriod", october, MONTH).await;
        assert_eq!(made["reportingPeriod"]["closedAt"], "2026-11-06T00:00:00Z");
        grace(&cast, &cast.owner, json!(null)).await;
        assert_eq!(logging(&cast, &cast.owner, "2026-10-22").await, ["PERIOD_CLOSED"]);
        assert_eq!(logging(&cast, &cast.owner, "2026-09-22").await, Vec::<String>::new());
    }

    /// Whoever asks twice with one key is granted once; another content under the key is refused.
    async fn an_exception_is_granted_once_for_each_key(app: App) {
        let cast = Cast::on(&app).await;
        let until = opening() + TimeDelta::hours(2);
        closed(&cast).await;
        let mut asked = exception(&cast, &[&cast.coordinator], until);
        asked["idempotencyKey"] = json!("once");
        let mut other = exception(&cast, &[&cast.owner], until);
        other["idempotencyKey"] = json!("once");

        let first = cast.owner.done("grantPeriodException", asked.clone(), MONTH).await;
        let again = cast.owner.done("grantPeriodException", asked, MONTH).await;

        assert_eq!(first["reportingPeriod"], again["reportingPeriod"]);
        assert_eq!(again["reportingPeriod"]["exceptions"].as_array().unwrap().len(), 1);
        assert_eq!(cast.owner.refused("grantPeriodException", other).await, ["IDEMPOTENCY_CONFLICT"]);
    }

    /// Whoever attests a month that somebody else has attested since is told so.
    async fn a_month_is_attested_as_it_was_seen(app: App) {
        let cast = Cast::on(&app).await;
        let month = |version: i32| json!({ "organizationId": cast.organization.id, "month": "2026-10",
            "expectedVersion": version });

        cast.owner.done("submitPeriod", month(0), MONTH).await;

        assert_eq!(cast.coordinator.refused("submitPeriod", month(0)).await, ["VERSION_CONFLICT"]);
        cast.coordinator.done("submitPeriod", month(1), MONTH).await;
    }

    /// A time-boxed exception with a reason reopens for named people, and for nobody else.
    async fn an_exception_lets_named_people_write_for_some_time(app: App) {
        let mut cast = Cast::on(&app).await;
        let until = opening() + TimeDelta::hours(2);
        let asked = exception(&cast, &[&cast.coordinator], until);
        assert_eq!(cast.owner.refused("grantPeriodException", asked.clone()).await, ["PERIOD_NOT_CLOSED"]);
        let entry = cast.owner.drafts(&cast.record, &cast.project, "2026-09-14", 60).await;
        closed(&cast).await;
        for (who, code) in [
            (&cast.coordinator, "FORBIDDEN"),
            (&cast.admin, "FORBIDDEN"),
            (&cast.observer, "FORBIDDEN"),
            (&cast.outsider, "NOT_FOUND"),
        ] {
            assert_eq!(who.refused("grantPeriodException", asked.clone()).await, [code]);
        }

        let granted = cast.owner.done("grantPeriodException", asked, MONTH).await;

        let month = &granted["reportingPeriod"];
        assert_eq!(month["status"], "CLOSED");
        assert_eq!(
            month["exceptions"],
            json!([{ "reason": "A lost sheet came back", "until": text(until),
                "users": [{ "email": cast.coordinator.email }],
                "grantedBy": { "email": cast.owner.email } }])
        );
        assert_eq!(logging(&cast, &cast.coordinator, "2026-09-15").await, Vec::<String>::new());
        assert_eq!(logging(&cast, &cast.owner, "2026-09-16").await, ["PERIOD_CLOSED"]);
        let seen = can_edit(&cast.coordinator, &entry).await;
        assert_eq!((&seen["allowed"], &seen["until"]), (&json!(true), &json!(text(until))));
        assert_eq!(can_edit(&cast.owner, &entry).await["allowed"], false);

        app.advance(TimeDelta::hours(2));
        cast.coordinator = cast.coordinator.again().await;
        assert_eq!(logging(&cast, &cast.coordinator, "2026-09-17").await, ["PERIOD_CLOSED"]);
    }

    async fn an_exception_needs_a_reason_an_end_and_members(app: App) {
        let cast = Cast::on(&app).await;
        closed(&cast).await;
        let soon = opening() + TimeDelta::hours(2);
        let mut silent = exception(&cast, &[&cast.coordinator], soon);
        silent["reason"] = json!(" ");
        for (input, code) in [
            (silent, "REQUIRED"),
            (exception(&cast, &[], soon), "REQUIRED"),
            (exception(&cast, &[&cast.coordinator], opening()), "OUT_OF_RANGE"),
            (exception(&cast, &[&cast.coordinator], opening() + TimeDelta::days(32)), "OUT_OF_RANGE"),
            (exception(&cast, &[&cast.coordinator, &cast.outsider], soon), "NOT_FOUND"),
        ] {
            assert_eq!(cast.owner.refused("grantPeriodException", input).await, [code]);
        }
        assert_eq!(logging(&cast, &cast.coordinator, "2026-09-15").await, ["PERIOD_CLOSED"]);
    }

    /// Certified by the platform or by whom the territory is entrusted to, and only once closed.
    async fn a_closed_month_is_certified_by_the_authority(app: App) {
        let cast = Cast::on(&app).await;
        assert_eq!(cast.observer.refused("certifyPeriod", september(&cast)).await, ["PERIOD_NOT_CLOSED"]);
        closed(&cast).await;
        let until = opening() + TimeDelta::hours(2);
        let asked = exception(&cast, &[&cast.coordinator], until);
        cast.owner.done("grantPeriodException", asked.clone(), MONTH).await;
        assert_eq!(logging(&cast, &cast.coordinator, "2026-09-14").await, Vec::<String>::new());
        for (who, code) in [
            (&cast.owner, "FORBIDDEN"),
            (&cast.coordinator, "FORBIDDEN"),
            (&cast.outsider, "NOT_FOUND"),
        ] {
            assert_eq!(who.refused("certifyPeriod", september(&cast)).await, [code]);
        }
        app.advance(TimeDelta::minutes(1));

        let done = cast.observer.done("certifyPeriod", september(&cast), MONTH).await;

        assert_eq!(done["reportingPeriod"]["status"], "CERTIFIED");
        // Observers see no people.
        assert_eq!(done["reportingPeriod"]["closedBy"], json!(null));
        assert_eq!(done["reportingPeriod"]["exceptions"], json!(null));
        assert_eq!(cast.admin.refused("certifyPeriod", september(&cast)).await, ["PERIOD_CERTIFIED"]);
        // What was granted before is over; only the platform grants again.
        assert_eq!(logging(&cast, &cast.coordinator, "2026-09-15").await, ["PERIOD_CLOSED"]);
        assert_eq!(cast.owner.refused("grantPeriodException", asked.clone()).await, ["FORBIDDEN"]);
        cast.admin.done("grantPeriodException", asked, MONTH).await;
        assert_eq!(logging(&cast, &cast.coordinator, "2026-09-15").await, Vec::<String>::new());
    }

    /// A decision says rule, reason, since when, until when, and by whom it can be lifted.
    async fn a_refusal_says_since_when_and_who_can_lift_it(app: App) {
        let cast = Cast::on(&app).await;
        let draft = cast.owner.drafts(&cast.record, &cast.project, "2026-09-14", 60).await;
        let logged = cast.owner.logs(&cast.record, &cast.project, "2026-10-14", 60).await;
        let approved = cast.owner.logs(&cast.record, &cast.project, "2026-10-15", 60).await;
        cast.coordinator.approves(&[&approved]).await;
        closed(&cast).await;

        assert_eq!(
            can_edit(&cast.owner, &draft).await,
            json!({ "allowed": false, "rule": "hours.period", "since": text(opening()), "until": null,
                "reason": "2026-09 is closed for the organization.",
                "liftedBy": { "roles": ["OWNER", "ADMIN"], "platformAdministrator": false,
                    "act": "grantPeriodException" } })
        );
        let seen = can_edit(&cast.owner, &logged).await;
        assert_eq!(seen["liftedBy"]["act"], "withdrawHourEntries");
        assert_eq!(seen["since"], text(opening()));
        let seen = can_edit(&cast.owner, &approved).await;
        assert_eq!(seen["liftedBy"]["act"], "amendHourEntry");
        cast.admin.done("certifyPeriod", september(&cast), MONTH).await;
        assert_eq!(
            can_edit(&cast.owner, &draft).await["liftedBy"],
            json!({ "roles": [], "platformAdministrator": true, "act": "grantPeriodException" })
        );
    }

    async fn lists_explain_at_a_constant_cost(app: App) {
        let cast = Cast::on(&app).await;
        for month in 1..=9 {
            let day = format!("2026-0{month}-14");
            cast.owner.drafts(&cast.record, &cast.project, &day, 60).await;
            let input = json!({ "organizationId": cast.organization.id, "month": &day[..7] });
            cast.owner.done("closePeriod", input.clone(), MONTH).await;
            let mut asked = exception(&cast, &[&cast.coordinator], opening() + TimeDelta::hours(1));
            asked["month"] = input["month"].clone();
            cast.owner.done("grantPeriodException", asked, MONTH).await;
        }
        let query = "query($of: ID!, $first: Int!) {
            hourEntries(first: $first) { nodes { canEdit { allowed until since } } }
            reportingPeriods(organizationId: $of, first: $first) { nodes { status closedAt
                organization { slug } submittedBy { email } closedBy { email }
                exceptions { users { email } grantedBy { email } } } totalCount } }";
        let mut costs = Vec::new();
        for first in [2, 9] {
            let variables = json!({ "of": cast.organization.id, "first": first });
            let (data, cost) = counted(&app, cast.coordinator.asks(query, variables)).await;
            assert_eq!(data["reportingPeriods"]["nodes"].as_array().unwrap().len(), first);
            assert_eq!(data["hourEntries"]["nodes"][0]["canEdit"]["allowed"], true);
            costs.push(cost);
        }

        assert!(costs.iter().all(|it| *it <= 20), "{costs:?}");
    }

    /// The preview is the write's own answer, and leaves nothing behind.
    async fn a_preview_answers_as_the_write_would_and_writes_nothing(app: App) {
        let cast = Cast::on(&app).await;
        cast.owner.drafts(&cast.record, &cast.project, "2026-10-14", 600).await;
        closed(&cast).await;
        let entry = |day: &str, minutes: i64| json!({ "volunteerId": cast.record, "submit": true,
            "projectId": cast.project, "workedOn": day, "minutes": minutes, "idempotencyKey": "one" });
        let before = app.parts.core.clock.now();

        for input in [
            entry("2026-10-15", 90),
            entry("2026-10-14", 900),
            entry("2026-09-14", 90),
            entry("2027-01-14", 90),
            entry("2026-10-15", 0),
            json!({ "projectId": "nonsense" }),
        ] {
            let preview = previewed(&cast.coordinator, input.clone()).await;
            let again = previewed(&cast.coordinator, input.clone()).await;
            let mut input = input;
            input["idempotencyKey"] = json!(null);
            let written = cast.coordinator.refused("createHourEntry", input).await;

            assert_eq!(preview, again);
            assert_eq!(preview["allowed"], json!(written.is_empty()), "{preview:#}");
            assert_eq!(refusals(&preview), written);
        }
        assert_eq!(app.parts.core.clock.now(), before);
        let query = "{ hourEntries(first: 50) { totalCount } }";
        let listed = cast.coordinator.asks(query, json!({})).await;
        assert_eq!(listed["hourEntries"]["totalCount"], 2);
        // The key of the preview is free.
        let keyed = cast.coordinator.done("createHourEntry", entry("2026-10-16", 30), "hourEntry { id }");
        assert!(keyed.await["hourEntry"]["id"].is_string());
    }

    async fn a_preview_shows_the_days_and_who_can_lift_a_refusal(app: App) {
        let cast = Cast::on(&app).await;
        cast.owner.drafts(&cast.record, &cast.project, "2026-10-31", 600).await;
        let night = json!({ "volunteerId": cast.record, "projectId": cast.project,
            "startedAt": "2026-10-31T22:00:00Z", "endedAt": "2026-11-01T02:00:00Z" });

        let preview = previewed(&cast.owner, night.clone()).await;

        assert_eq!(preview["allowed"], true);
        assert_eq!(preview["timeZone"], "Africa/Casablanca");
        assert_eq!(preview["clockChange"], json!(null));
        let days = json!([
            { "day": "2026-10-31", "minutes": 120, "personMinutes": 720, "dayMinutes": 1440 },
            { "day": "2026-11-01", "minutes": 120, "personMinutes": 120, "dayMinutes": 1440 },
        ]);
        assert_eq!(preview["days"], days);
        let october = json!({ "organizationId": cast.organization.id, "month": "2026-10" });
        cast.owner.done("closePeriod", october, MONTH).await;
        let preview = previewed(&cast.owner, night).await;
        assert_eq!(preview["days"], days);
        assert_eq!(
            preview["refusals"],
            json!([{ "code": "PERIOD_CLOSED", "rule": "hours.period", "since": text(opening()),
                "liftedBy": { "roles": ["OWNER", "ADMIN"], "act": "grantPeriodException" } }])
        );
        // Whoever may not write for somebody learns nothing of their days.
        let own = json!({ "volunteerId": cast.record, "projectId": cast.project,
            "workedOn": "2026-10-31", "minutes": 60 });
        let seen = previewed(&cast.viewer, own.clone()).await;
        assert_eq!(refusals(&seen), ["FORBIDDEN"]);
        assert_eq!(seen["days"][0]["personMinutes"], json!(null));
        let seen = previewed(&cast.outsider, own).await;
        assert_eq!((refusals(&seen), &seen["days"]), (vec!["NOT_FOUND".to_owned()], &json!([])));
    }

    /// Ramadan 2026 begins on 15 February and ends on 22 March: a day of 25 hours, one of 23.
    async fn a_preview_explains_a_change_of_clocks(app: App) {
        let cast = Cast::on(&app).await;
        let night = |from: &str, to: &str| json!({ "volunteerId": cast.record,
            "projectId": cast.project, "startedAt": from, "endedAt": to });

        let back = previewed(&cast.owner, night("2026-02-14T22:00:00Z", "2026-02-15T06:00:00Z")).await;
        let forward = previewed(&cast.owner, night("2026-03-21T22:00:00Z", "2026-03-22T06:00:00Z")).await;

        assert_eq!(back["clockChange"]["at"], "2026-02-15T02:00:00Z");
        assert_eq!(back["clockChange"]["offsetBefore"], 60);
        assert_eq!(back["clockChange"]["offsetAfter"], 0);
        assert_eq!(back["days"][1]["dayMinutes"], 1500);
        assert_eq!(
            back["clockChange"]["message"],
            "Clocks went back by 60 minutes at 2026-02-15 02:00: the work lasted longer than the \
             wall clock shows, and the day has 1500 minutes."
        );
        assert_eq!(forward["days"][1]["dayMinutes"], 1380);
        assert_eq!(forward["clockChange"]["offsetAfter"], 60);
        let day = json!({ "volunteerId": cast.record, "projectId": cast.project,
            "workedOn": "2026-03-22", "minutes": 60 });
        assert_eq!(previewed(&cast.owner, day).await["clockChange"], forward["clockChange"]);
    }

    /// What was said before it was written is said after it, and each end has its own offset.
    async fn a_written_entry_explains_a_change_of_clocks(app: App) {
        let cast = Cast::on(&app).await;
        let night = json!({ "volunteerId": cast.record, "projectId": cast.project,
            "startedAt": "2026-02-14T22:00:00Z", "endedAt": "2026-02-15T06:00:00Z" });
        let before = previewed(&cast.owner, night.clone()).await;
        let selection = "hourEntry { startedAtOffsetMinutes endedAtOffsetMinutes
            clockChange { at offsetBefore offsetAfter message } }";

        let written = cast.owner.done("createHourEntry", night, selection).await;

        let entry = &written["hourEntry"];
        assert_eq!((&entry["startedAtOffsetMinutes"], &entry["endedAtOffsetMinutes"]), (&json!(60), &json!(0)));
        assert_eq!(entry["clockChange"], before["clockChange"]);
        let day = json!({ "volunteerId": cast.record, "projectId": cast.project, "workedOn": "2026-10-22", "minutes": 60 });
        let plain = cast.owner.done("createHourEntry", day, selection).await;
        assert_eq!(plain["hourEntry"], json!({ "startedAtOffsetMinutes": null, "endedAtOffsetMinutes": null, "clockChange": null }));
    }

    async fn a_preview_says_until_when_the_month_takes_writes(app: App) {
        let cast = Cast::on(&app).await;
        grace(&cast, &cast.owner, json!(5)).await;
        let input = json!({ "volunteerId": cast.record, "projectId": cast.project,
            "workedOn": "2026-10-20", "minutes": 60 });

        assert_eq!(previewed(&cast.owner, input).await["until"], "2026-11-06T00:00:00Z");
    }

    /// Who reported, who declared zero, who is late; the counts are those of the reports.
    async fn completeness_names_who_is_late_to_those_who_may_see_them(app: App) {
        let cast = Cast::on(&app).await;
        cast.owner.logs(&cast.record, &cast.project, "2026-07-14", 60).await;
        let zero = json!({ "organizationId": cast.organization.id, "month": "2026-08", "declaredZero": true });
        cast.owner.done("submitPeriod", zero, MONTH).await;
        let input = json!({ "territoryCode": "07", "from": "2026-07-01", "to": "2026-10-31" });
        let query = "query($input: CompletenessInput!, $report: IndhReportInput!) {
            completeness(input: $input) { coverage expected reporting declaredZero late
                territory { code } lateOrganizations { organization { slug } months }
                reportingOrganizations { organization { slug } months }
                declaredZeroOrganizations { organization { slug } months }
                statusBasis timeBasis { zone weekStart dayRule } asOf
                additivity { dimension measure additivity } }
            indhReport(input: $report) { completeness { expected reporting declaredZero late } } }";
        let variables = json!({ "input": input, "report": input });

        for (who, coverage) in [(&cast.observer, "TERRITORY"), (&cast.owner, "ORGANIZATIONS")] {
            let data = who.asks(query, variables.clone()).await;
            let found = &data["completeness"];
            assert_eq!(found["coverage"], coverage);
            for count in ["expected", "reporting", "declaredZero", "late"] {
                assert_eq!(found[count], data["indhReport"]["completeness"][count], "{count}");
            }
            assert_eq!((&found["reporting"], &found["declaredZero"]), (&json!(1), &json!(1)));
            assert_eq!(found["late"], 2);
            assert_eq!(
                found["lateOrganizations"],
                json!([{ "organization": { "slug": "al-amal" }, "months": ["2026-09", "2026-10"] }])
            );
            let told = |month: &str| json!([{ "organization": { "slug": "al-amal" }, "months": [month] }]);
            assert_eq!(found["reportingOrganizations"], told("2026-07"));
            assert_eq!(found["declaredZeroOrganizations"], told("2026-08"));
            assert_eq!(found["statusBasis"], json!(["SUBMITTED", "APPROVED"]));
            let basis = json!({ "zone": "Africa/Casablanca", "weekStart": "MONDAY", "dayRule": "SPLIT_AT_LOCAL_MIDNIGHT" });
            assert_eq!(found["timeBasis"], basis);
            assert_eq!(found["asOf"], "2026-11-02T09:00:00Z");
            assert_eq!(found["additivity"][0], json!({
                "dimension": "TERRITORY", "measure": "ORGANIZATION_MONTHS", "additivity": "ADDITIVE" }));
        }
        let refused = cast.volunteer.tries(query, variables.clone()).await;
        assert_eq!(refused.error_code(), "FORBIDDEN");
        let elsewhere = cast.outsider.asks(query, variables).await;
        for list in ["lateOrganizations", "reportingOrganizations", "declaredZeroOrganizations"] {
            assert_eq!(elsewhere["completeness"][list], json!([]), "{list}");
        }
    }
}
