//! Who learns of what: cancellations, moves, places that became free.
//!
//! What is decided is tried in `plan` and `seats`.

use serde_json::Value;
use serde_json::json;

use super::SIGNUP;
use super::enrolled;
use super::text;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::on_both_databases;

on_both_databases! {
    async fn cancelling_an_activity_tells_each_person_once(app: App) {
        let cast = Cast::on(&app).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let begun = cast.coordinator.opens_at(&activity, ("2026-11-02T09:01:00Z", "2026-11-02T12:00:00Z"), None).await;
        let mut ahead = Vec::new();
        for day in ["2026-11-28", "2026-11-21"] {
            ahead.push(cast.coordinator.opens(&activity, day, Some(1)).await);
        }
        let records = enrolled(&cast, 1).await;
        for shift in [&begun, &ahead[0], &ahead[1]] {
            cast.volunteer.signs_up(shift, &cast.record).await;
            cast.coordinator.signs_up(shift, &records[0]).await;
        }
        app.advance(chrono::TimeDelta::minutes(1));

        let input = json!({ "id": activity, "reason": "Storm" });
        let selection = "activity { status } cancellation { signups toldUsers volunteersWithoutAccount }";
        let done = cast.coordinator.done("cancelActivity", input, selection).await;

        assert_eq!(done["cancellation"], json!({ "signups": 4, "toldUsers": 1, "volunteersWithoutAccount": 1 }));
        let told = cast.volunteer.was_told().await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0].0, "ACTIVITY_CANCELLED");
        for part in ["Beach", "Storm", "2026-11-21 09:00"] {
            assert!(told[0].1.contains(part), "{part}: {told:?}");
        }
        for shift in &ahead {
            let seen = cast.coordinator.sees(shift).await;
            assert_eq!((&seen["status"], &seen["cancelReason"]), (&json!("CANCELLED"), &json!("Storm")));
            assert_eq!((&seen["confirmedCount"], &seen["waitlistedCount"]), (&json!(0), &json!(0)));
        }
        // What has begun took place.
        let seen = cast.coordinator.sees(&begun).await;
        assert_eq!((&seen["status"], &seen["confirmedCount"]), (&json!("PLANNED"), &json!(2)));
    }

    async fn a_cancellation_says_why(app: App) {
        let cast = Cast::on(&app).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let shift = cast.coordinator.opens(&activity, "2026-11-28", None).await;

        for (mutation, id) in [("cancelShift", &shift), ("cancelActivity", &activity)] {
            let input = json!({ "id": id, "reason": "  " });
            assert_eq!(cast.coordinator.refused(mutation, input).await, ["REASON_REQUIRED"]);
        }
    }

    async fn whoever_moves_up_learns_it_in_each_language(app: App) {
        let cast = Cast::on(&app).await;
        let activity = cast.coordinator.plans(&cast.project, "Plage").await;
        let shift = cast.coordinator.opens(&activity, "2026-11-28", Some(1)).await;
        let records = enrolled(&cast, 1).await;
        let (first, ..) = cast.coordinator.signs_up(&shift, &records[0]).await;
        cast.volunteer.signs_up(&shift, &cast.record).await;

        cast.coordinator.done("cancelSignup", json!({ "id": first }), SIGNUP).await;

        let query = "{ viewer { notifications(first: 5, unread: true) { totalCount nodes { id kind readAt
            ar: message(locale: \"ar\") fr: message(locale: \"fr\") en: message(locale: \"en\")
            activity { id } shift { id } signup { status } organization { slug } } } } }";
        let data = cast.volunteer.asks(query, json!({})).await["viewer"]["notifications"].take();
        assert_eq!(data["totalCount"], json!(1));
        let told = &data["nodes"][0];
        assert_eq!(told["kind"], "SIGNUP_PROMOTED");
        assert!(text(&told["ar"]).contains("شاطئ"), "{told}");
        assert!(text(&told["fr"]).contains("Plage") && text(&told["en"]).contains("2026-11-28 09:00"), "{told}");
        assert_eq!((&told["activity"]["id"], &told["shift"]["id"]), (&json!(activity), &json!(shift)));
        assert_eq!((&told["signup"]["status"], &told["organization"]["slug"]), (&json!("CONFIRMED"), &json!("al-amal")));

        // Others can neither see nor mark it.
        let id = text(&told["id"]);
        let mark = json!({ "ids": [id] });
        let marked = cast.coordinator.done("markNotificationsRead", mark.clone(), "markedCount").await;
        assert_eq!(marked["markedCount"], json!(0));
        let node = "query($id: ID!) { node(id: $id) { id } }";
        assert_eq!(cast.owner.asks(node, json!({ "id": id })).await["node"], Value::Null);
        assert_eq!(cast.volunteer.asks(node, json!({ "id": id })).await["node"]["id"], json!(id));
        let marked = cast.volunteer.done("markNotificationsRead", mark, "markedCount").await;
        assert_eq!(marked["markedCount"], json!(1));
        let again = cast.volunteer.done("markNotificationsRead", json!({}), "markedCount").await;
        assert_eq!(again["markedCount"], json!(0));
        let left = cast.volunteer.asks(query, json!({})).await;
        assert_eq!(left["viewer"]["notifications"]["totalCount"], json!(0));
    }

    async fn what_others_do_for_a_volunteer_is_told_what_they_do_themselves_is_not(app: App) {
        let cast = Cast::on(&app).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let shift = cast.coordinator.opens(&activity, "2026-11-28", None).await;
        let (own, ..) = cast.volunteer.signs_up(&shift, &cast.record).await;
        cast.volunteer.done("cancelSignup", json!({ "id": own }), SIGNUP).await;
        assert_eq!(cast.volunteer.was_told().await, []);

        let (theirs, ..) = cast.coordinator.signs_up(&shift, &cast.record).await;
        let moved = json!({ "id": shift, "startsAt": "2026-11-28T10:00:00Z", "endsAt": "2026-11-28T13:00:00Z" });
        cast.coordinator.done("updateShift", moved, "shift { id }").await;
        cast.coordinator.done("updateShift", json!({ "id": shift, "breakMinutes": 10 }), "shift { id }").await;
        cast.coordinator.done("cancelSignup", json!({ "id": theirs }), SIGNUP).await;

        let kinds: Vec<_> = cast.volunteer.was_told().await.into_iter().map(|it| it.0).collect();
        assert_eq!(kinds, ["SIGNUP_CANCELLED", "SHIFT_MOVED", "SIGNED_UP"], "newest first");
        assert!(cast.volunteer.was_told().await[1].1.contains("2026-11-28 10:00"));
    }

    async fn a_cancelled_shift_leaves_the_others(app: App) {
        let cast = Cast::on(&app).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let (off, on) = (
            cast.coordinator.opens(&activity, "2026-11-21", None).await,
            cast.coordinator.opens(&activity, "2026-11-28", None).await,
        );
        for shift in [&off, &on] {
            cast.volunteer.signs_up(shift, &cast.record).await;
        }

        let input = json!({ "id": off, "reason": "Storm", "expectedVersion": 1 });
        cast.coordinator.done("cancelShift", input, "shift { status } cancellation { toldUsers }").await;

        let told = cast.volunteer.was_told().await;
        assert_eq!((told.len(), told[0].0.as_str()), (1, "SHIFT_CANCELLED"));
        assert_eq!(cast.volunteer.sees(&off).await["mySignup"], Value::Null);
        assert_eq!(cast.volunteer.sees(&on).await["mySignup"]["status"], "CONFIRMED");
        // The morning is free again.
        let other = cast.coordinator.opens(&activity, "2026-11-21", None).await;
        cast.volunteer.signs_up(&other, &cast.record).await;
    }
}
