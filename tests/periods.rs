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
}
