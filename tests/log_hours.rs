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
}
