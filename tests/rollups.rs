//! Figures from roll-ups: never stale, as they were at any instant, and equal to what entries say.
//!
//! That they are so after any order of acts is tried by the machine of `hours`.

use std::time::Duration;

use chrono::TimeDelta;
use entity::rollup_cell;
use sea_orm::ColumnTrait;
use sea_orm::EntityTrait;
use sea_orm::ExprTrait;
use sea_orm::QueryFilter;
use sea_orm::sea_query::Expr;
use serde_json::Value;
use serde_json::json;
use tiwizi::rollups;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::cast::REGION;
use crate::support::on_both_databases;

const REPORT: &str = "query($input: IndhReportInput!) { indhReport(input: $input) { asOf
    totals { minutes entries participations distinctVolunteers projects organizations }
    byProgramme { term { code } minutes entries distinctVolunteers byEvidence { evidenceLevel minutes } }
    byTerritory { territory { code } minutes entries } byMonth { month minutes entries }
    completeness { expected reporting declaredZero late } } }";

/// The report of October and November 2026, as of an instant or now.
async fn report(who: &Person, as_of: Option<&Value>) -> Value {
    between(who, ("2026-10-01", "2026-11-30"), as_of).await
}

async fn between(who: &Person, (from, to): (&str, &str), as_of: Option<&Value>) -> Value {
    let input = json!({ "territoryCode": REGION, "from": from, "to": to, "asOf": as_of });
    who.asks(REPORT, json!({ "input": input })).await["indhReport"].take()
}

/// An approved entry of so many minutes on a day: its id.
async fn approved(cast: &Cast, day: &str, minutes: i64) -> String {
    let input = json!({ "volunteerId": cast.record, "projectId": cast.project,
        "workedOn": day, "minutes": minutes, "submit": true });
    let made = cast
        .volunteer
        .done("createHourEntry", input, "hourEntry { id }")
        .await;
    let id = made["hourEntry"]["id"].as_str().unwrap().to_owned();
    let input = json!({ "ids": [id] });
    cast.coordinator
        .done(
            "approveHourEntries",
            input,
            "results { hourEntry { status } }",
        )
        .await;
    id
}

async fn shares(cast: &Cast, code: &str, from: Option<&str>) {
    let input = json!({ "projectId": cast.project, "vocabulary": "INDH", "validFrom": from,
        "shares": [{ "termCode": code, "percent": "100" }] });
    cast.owner
        .done("setTagAllocations", input, "project { id }")
        .await;
}

fn programmes(report: &Value) -> Vec<(Option<&str>, i64)> {
    let rows = report["byProgramme"].as_array().unwrap();
    rows.iter()
        .map(|it| (it["term"]["code"].as_str(), it["minutes"].as_i64().unwrap()))
        .collect()
}

async fn verified(app: &App) {
    let verified = rollups::verify(&app.parts.core.db).await.unwrap();
    assert_eq!(verified.different, 0, "{verified:?}");
}

on_both_databases! {
    async fn what_was_voided_is_still_known_as_of_before(app: App) {
        let cast = Cast::on(&app).await;
        shares(&cast, "PH3-P4", None).await;
        let spilled = approved(&cast, "2026-10-20", 90).await;
        approved(&cast, "2026-10-21", 30).await;
        let before = report(&cast.observer, None).await;
        assert_eq!(before["totals"]["minutes"], 120);
        assert_eq!(before["totals"]["entries"], 2);

        app.advance(TimeDelta::minutes(1));
        let input = json!({ "id": spilled, "reason": "Counted twice" });
        cast.coordinator.done("voidHourEntry", input, "hourEntry { status }").await;

        let now = report(&cast.observer, None).await;
        assert_eq!(now["totals"]["minutes"], 30);
        assert_eq!(report(&cast.observer, Some(&before["asOf"])).await, before);
        assert_eq!(report(&cast.owner, Some(&before["asOf"])).await["totals"], before["totals"]);
        verified(&app).await;
    }

    async fn nothing_is_known_before_the_beginning(app: App) {
        let cast = Cast::on(&app).await;
        approved(&cast, "2026-10-20", 90).await;

        let past = report(&cast.observer, Some(&json!("2020-01-01T00:00:00Z"))).await;

        assert_eq!(past["totals"]["minutes"], 0);
        assert_eq!(past["byProgramme"], json!([]));
        assert_eq!(past["completeness"]["expected"], 0);
    }

    async fn shares_count_as_they_were_known(app: App) {
        let cast = Cast::on(&app).await;
        shares(&cast, "PH3-P4", None).await;
        shares(&cast, "PH3-P3", Some("2026-11-02")).await;
        approved(&cast, "2026-11-01", 60).await;
        approved(&cast, "2026-11-02", 30).await;
        let before = report(&cast.observer, None).await;
        assert_eq!(programmes(&before), [(Some("PH3-P3"), 30), (Some("PH3-P4"), 60)]);

        // Replaced on the day on which they begin.
        app.advance(TimeDelta::minutes(1));
        shares(&cast, "PH3-P1", Some("2026-11-02")).await;

        let now = report(&cast.observer, None).await;
        assert_eq!(programmes(&now), [(Some("PH3-P1"), 30), (Some("PH3-P4"), 60)]);
        assert_eq!(report(&cast.observer, Some(&before["asOf"])).await, before);
        verified(&app).await;
    }

    async fn a_month_in_part_counts_its_days_alone(app: App) {
        let cast = Cast::on(&app).await;
        approved(&cast, "2026-10-19", 1).await;
        approved(&cast, "2026-10-20", 2).await;
        approved(&cast, "2026-11-01", 4).await;
        approved(&cast, "2026-11-02", 8).await;

        let inner = between(&cast.observer, ("2026-10-20", "2026-11-01"), None).await;
        assert_eq!(inner["totals"]["minutes"], 6);
        app.advance(TimeDelta::minutes(1));
        approved(&cast, "2026-10-21", 16).await;

        let now = between(&cast.observer, ("2026-10-20", "2026-11-01"), None).await;
        assert_eq!(now["totals"]["minutes"], 22);
        let past = between(&cast.observer, ("2026-10-20", "2026-11-01"), Some(&inner["asOf"])).await;
        assert_eq!(past, inner);
    }

    async fn what_was_said_of_a_month_counts_from_when_it_was_said(app: App) {
        let cast = Cast::on(&app).await;
        let late = report(&cast.observer, None).await;
        app.advance(TimeDelta::minutes(1));
        let input = json!({ "organizationId": cast.organization.id, "month": "2026-10",
            "declaredZero": true });
        cast.owner.done("submitPeriod", input, "reportingPeriod { status }").await;

        let said = report(&cast.observer, None).await;
        let counts = |it: &Value| it["completeness"].clone();
        assert_ne!(counts(&said), counts(&late));
        assert_eq!(said["completeness"]["declaredZero"], 1);
        let past = report(&cast.observer, Some(&late["asOf"])).await;
        assert_eq!(counts(&past), counts(&late));
    }

    async fn what_crosses_is_never_stale(app: App) {
        const CROSSED: &str = "query($input: IndhReportInput!) { indhReport(input: $input) { crossings {
            month territoryCode programmeCode minutes touchedMinutes entries distinctVolunteers projects } } }";
        let cast = Cast::on(&app).await;
        let crossed = async || {
            let input = json!({ "territoryCode": REGION, "from": "2026-10-01", "to": "2026-11-30" });
            let read = cast.observer.asks(CROSSED, json!({ "input": input })).await;
            let rows = read["indhReport"]["crossings"].as_array().unwrap().clone();
            let of = |it: &Value| (it["month"].clone(), it["programmeCode"].clone(), it["minutes"].clone());
            rows.iter().map(of).collect::<Vec<_>>()
        };
        assert_eq!(crossed().await, []);
        let entry = approved(&cast, "2026-10-20", 90).await;
        let untagged = [(json!("2026-10"), json!(null), json!(90))];
        assert_eq!(crossed().await, untagged);
        assert_eq!(crossed().await, untagged, "the same from sheets that are open");
        shares(&cast, "PH3-P4", None).await;
        assert_eq!(crossed().await, [(json!("2026-10"), json!("PH3-P4"), json!(90))]);
        let input = json!({ "id": entry, "reason": "Counted twice" });
        cast.coordinator.done("voidHourEntry", input, "hourEntry { status }").await;
        assert_eq!(crossed().await, []);
        verified(&app).await;
    }

    async fn a_report_waits_for_nobody_who_folds(app: App) {
        let cast = Cast::on(&app).await;
        shares(&cast, "PH3-P4", None).await;
        approved(&cast, "2026-10-20", 90).await;

        let folding = app.parts.core.db.system().begin_alone("rollup_mark", Duration::from_secs(60)).await.unwrap();
        let meanwhile = report(&cast.observer, None).await;
        drop(folding);

        assert_eq!(meanwhile["totals"]["minutes"], 90);
        assert_eq!(report(&cast.observer, None).await, meanwhile);
        verified(&app).await;
    }

    async fn a_figure_that_was_altered_is_found_and_counted_anew(app: App) {
        let cast = Cast::on(&app).await;
        approved(&cast, "2026-10-20", 90).await;
        report(&cast.observer, None).await;
        let db = &app.parts.core.db;
        let tx = db.system().begin().await.unwrap();
        rollup_cell::Entity::update_many()
            .col_expr(
                rollup_cell::Column::Minutes,
                Expr::col(rollup_cell::Column::Minutes).add(1),
            )
            .filter(rollup_cell::Column::Minutes.eq(90))
            .exec(&*tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();

        let found = rollups::verify(db).await.unwrap();
        assert_eq!(found.different, 2, "the cell, and the sheet that is not its sum: {found:?}");

        rollups::rebuild(db).await.unwrap();
        verified(&app).await;
        assert_eq!(report(&cast.observer, None).await["totals"]["minutes"], 90);
    }
}
