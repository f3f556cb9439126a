//! Hours from the phone of a volunteer to the figures of a region.
//!
//! Many at once are in `contention`; strangers are in `permissions`.

use serde_json::json;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::on_both_databases;

on_both_databases! {
    /// Worked in May, told in November: found by either, and figures go by the day of work.
    async fn when_it_was_written_is_asked_apart_from_when_it_was_worked(app: App) {
        let cast = Cast::on(&app).await;
        let late = cast.volunteer.logs(&cast.record, &cast.project, "2026-05-14", 60).await;
        app.advance(chrono::TimeDelta::days(1));
        let volunteer = cast.volunteer.again().await;
        volunteer.logs(&cast.record, &cast.project, "2026-11-02", 60).await;
        cast.coordinator.again().await.approves(&[&late]).await;
        let query = "query($filter: HourEntryFilter) { hourEntries(filter: $filter) { totalCount nodes { workedOn } } }";
        let november = ("2026-11-02T09:00:00Z", "2026-11-03T09:00:00Z");
        for (filter, days) in [
            (json!({ "recordedAt": { "from": november.0, "to": november.1 } }), vec!["2026-05-14"]),
            (json!({ "recordedAt": { "from": november.1 } }), vec!["2026-11-02"]),
            (json!({ "recordedAt": { "to": november.0 } }), vec![]),
            (json!({ "recordedAt": { "from": november.0 }, "workedOn": { "from": "2026-05-01", "to": "2026-05-31" } }), vec!["2026-05-14"]),
        ] {
            let data = volunteer.asks(query, json!({ "filter": filter })).await;
            let found: Vec<_> = data["hourEntries"]["nodes"].as_array().unwrap().iter().map(|it| it["workedOn"].clone()).collect();
            assert_eq!(json!(found), json!(days), "{filter}");
            assert_eq!(data["hourEntries"]["totalCount"], json!(days.len()));
        }
        let query = "query($input: IndhReportInput!) { indhReport(input: $input) { byMonth { minutes } } }";
        let input = json!({ "territoryCode": "07", "from": "2026-05-01", "to": "2026-06-30" });
        let data = cast.observer.again().await.asks(query, json!({ "input": input })).await;
        assert_eq!(data["indhReport"]["byMonth"], json!([{ "minutes": 60 }, { "minutes": 0 }]));
    }

    /// The way of every hour: logged by one, approved by another, counted for the region.
    async fn approved_hours_are_counted_to_the_minute(app: App) {
        let cast = Cast::on(&app).await;
        let before = cast.observer.reported_minutes().await;
        let entry = cast.volunteer.logs(&cast.record, &cast.project, "2026-10-14", 150).await;
        let waiting = cast.observer.reported_minutes().await;

        cast.coordinator.approves(&[&entry]).await;

        assert_eq!(waiting, before, "what nobody approved does not count");
        assert_eq!(cast.observer.reported_minutes().await, before + 150);
        assert_eq!(cast.owner.reported_minutes().await, before + 150);
        assert_eq!(cast.outsider.reported_minutes().await, 0, "another's hours");
    }

    async fn nobody_approves_their_own_hours(app: App) {
        let cast = Cast::on(&app).await;
        let entry = cast.coordinator.logs(&cast.record, &cast.project, "2026-10-14", 150).await;

        let codes = cast.coordinator.refused_each("approveHourEntries", json!({ "ids": [entry] })).await;

        assert_eq!(codes, ["SELF_APPROVAL"]);
        assert_eq!(cast.observer.reported_minutes().await, 0);
    }

    async fn a_viewer_reads_hours_and_writes_none(app: App) {
        let cast = Cast::on(&app).await;
        let entry = cast.volunteer.logs(&cast.record, &cast.project, "2026-10-14", 150).await;
        let query = "{ hourEntries { nodes { id minutes } } }";
        let input = json!({
            "volunteerId": cast.record, "projectId": cast.project, "workedOn": "2026-10-15",
            "minutes": 60,
        });

        let seen = cast.viewer.asks(query, json!({})).await;
        let written = cast.viewer.refused("createHourEntry", input).await;
        let decided = cast.viewer.refused_each("approveHourEntries", json!({ "ids": [entry] })).await;

        assert_eq!(seen["hourEntries"]["nodes"], json!([{ "id": entry, "minutes": 150 }]));
        assert_eq!(written, ["FORBIDDEN"]);
        assert_eq!(decided, ["FORBIDDEN"]);
    }

    /// Figures are for observers; single hours are personal and are not.
    async fn an_observer_sees_figures_and_no_entry(app: App) {
        let cast = Cast::on(&app).await;
        let entry = cast.volunteer.logs(&cast.record, &cast.project, "2026-10-14", 150).await;
        cast.coordinator.approves(&[&entry]).await;
        let query = "query($id: ID!) { hourEntry(id: $id) { id } hourEntries { totalCount } \
                     volunteers { totalCount } }";

        let seen = cast.observer.asks(query, json!({ "id": entry })).await;
        let administrated = cast.admin.asks(query, json!({ "id": entry })).await;

        assert_eq!(cast.observer.reported_minutes().await, 150);
        assert_eq!(seen, json!({
            "hourEntry": null, "hourEntries": { "totalCount": 0 }, "volunteers": { "totalCount": 0 },
        }));
        assert_eq!(administrated["hourEntry"]["id"], json!(entry));
    }
}
