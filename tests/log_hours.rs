//! Hours from the phone of a volunteer to the figures of a region.
//!
//! Many at once are in `contention`; strangers are in `permissions`.

use serde_json::json;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::on_both_databases;

on_both_databases! {
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
