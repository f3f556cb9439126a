//! Places: never more than there are, first come first, nobody twice, nobody in two places.
//!
//! Who learns of it is tried in `told`.

use std::collections::BTreeMap;

use entity::ids::ShiftId;
use entity::ids::SignupId;
use entity::signup;
use entity::types::SignupStatus;
use futures_util::future::join_all;
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use serde_json::Value;
use serde_json::json;
use tiwizi::graphql::node::NodeId;
use tiwizi::platform::db::violates;
use tiwizi::platform::i18n::Locale;

use super::SHIFT;
use super::SIGNUP;
use super::enrolled;
use super::text;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::on_both_databases;

on_both_databases! {
    /// Overbooking by race: 64 clients at once for ten places.
    async fn of_64_at_once_ten_get_the_ten_places(app: App) {
        let cast = Cast::on(&app).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let shift = cast.coordinator.opens(&activity, "2026-11-28", Some(10)).await;
        let records = enrolled(&cast, 64).await;

        let calls = records.iter().map(|record| {
            let (who, shift, record) = (cast.coordinator.clone(), shift.clone(), record.clone());
            tokio::spawn(async move { who.signs_up(&shift, &record).await })
        });
        let signups: Vec<_> = join_all(calls).await.into_iter().map(|it| it.expect("no panic")).collect();

        let mut states = BTreeMap::new();
        for (_, status, _) in &signups {
            *states.entry(status.as_str()).or_insert(0) += 1;
        }
        assert_eq!(states, BTreeMap::from([("CONFIRMED", 10), ("WAITLISTED", 54)]));
        let seen = cast.coordinator.sees(&shift).await;
        assert_eq!((&seen["confirmedCount"], &seen["waitlistedCount"]), (&json!(10), &json!(54)));
        let mut positions: Vec<_> = seen["signups"]["nodes"].as_array().unwrap().iter()
            .filter_map(|it| it["position"].as_i64()).collect();
        positions.sort_unstable();
        assert_eq!(positions, (1..=54).collect::<Vec<_>>(), "each its own place");

        // All ten give their places back at once: the next ten get them, whatever the order.
        let calls = signups.iter().filter(|it| it.1 == "CONFIRMED").map(|(id, ..)| {
            let (who, id) = (cast.coordinator.clone(), id.clone());
            tokio::spawn(async move { who.done("cancelSignup", json!({ "id": id }), SIGNUP).await })
        });
        for done in join_all(calls).await {
            assert_eq!(done.expect("no panic")["signup"]["status"], "CANCELLED");
        }
        let seen = cast.coordinator.sees(&shift).await;
        assert_eq!((&seen["confirmedCount"], &seen["waitlistedCount"]), (&json!(10), &json!(44)));
    }

    /// Coming and going while places are added: nobody fails, nobody is counted twice or lost.
    async fn sign_ups_and_cancellations_at_once_leave_true_counts(app: App) {
        let cast = Cast::on(&app).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let (one, two) = (
            cast.coordinator.opens(&activity, "2026-11-28", Some(4)).await,
            cast.coordinator.opens(&activity, "2026-11-28", Some(4)).await,
        );
        let records = enrolled(&cast, 16).await;
        let calls = (0..48).map(|number| {
            let who = cast.coordinator.clone();
            let (here, there) = if number % 2 == 0 { (one.clone(), two.clone()) } else { (two.clone(), one.clone()) };
            let record = records[number % 16].clone();
            tokio::spawn(async move {
                for shift in [&here, &there] {
                    let input = json!({ "shiftId": shift, "volunteerId": record });
                    let made = who.does("signUpForShift", input, &format!("{SIGNUP} userErrors {{ code }}")).await;
                    if let (Some(id), 0) = (made["signup"]["id"].as_str(), number % 3) {
                        who.does("cancelSignup", json!({ "id": id }), "userErrors { code }").await;
                    }
                }
                if number % 16 == 5 {
                    let more = json!({ "id": here, "capacity": 5 });
                    who.does("updateShift", more, "userErrors { code }").await;
                }
            })
        });
        for done in join_all(calls).await {
            done.expect("nobody is turned away by a fault");
        }

        for shift in [&one, &two] {
            let seen = cast.coordinator.sees(shift).await;
            let nodes = seen["signups"]["nodes"].as_array().unwrap();
            let count = |status: &str| json!(nodes.iter().filter(|it| it["status"] == status).count());
            assert_eq!(seen["confirmedCount"], count("CONFIRMED"));
            assert_eq!(seen["waitlistedCount"], count("WAITLISTED"));
            assert!(seen["confirmedCount"].as_i64() <= seen["capacity"].as_i64());
        }
        let input = json!({ "id": activity, "reason": "Storm" });
        cast.coordinator.done("cancelActivity", input, "activity { id }").await;
        assert_eq!(cast.coordinator.sees(&one).await["confirmedCount"], json!(0));
    }

    /// One volunteer who taps many times at many shifts of one morning has one place.
    async fn one_person_at_once_on_overlapping_shifts_gets_one_place(app: App) {
        let cast = Cast::on(&app).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let mut shifts = Vec::new();
        for minute in 0..8 {
            let times = (format!("2026-11-28T09:{minute:02}:00Z"), format!("2026-11-28T11:{minute:02}:00Z"));
            shifts.push(cast.coordinator.opens_at(&activity, (&times.0, &times.1), None).await);
        }

        let calls = (0..32).map(|number| {
            let who = cast.volunteer.clone();
            let input = json!({ "shiftId": shifts[number % 8] });
            tokio::spawn(async move { who.refused("signUpForShift", input).await })
        });
        let mut outcomes = BTreeMap::new();
        for done in join_all(calls).await {
            let code = done.expect("no panic").pop().unwrap_or_else(|| "DONE".to_owned());
            *outcomes.entry(code).or_insert(0) += 1;
        }

        assert_eq!(outcomes["DONE"], 1, "{outcomes:?}");
        assert_eq!(outcomes.values().sum::<i32>(), 32);
        assert!(outcomes.keys().all(|it| ["DONE", "SHIFT_OVERLAP", "ALREADY_SIGNED_UP"].contains(&it.as_str())), "{outcomes:?}");
    }

    /// The database itself refuses a place too many, whoever writes.
    async fn the_database_has_the_last_word_on_capacity_and_overlap(app: App) {
        let cast = Cast::on(&app).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let shift = cast.coordinator.opens(&activity, "2026-11-28", Some(1)).await;
        let beside = cast.coordinator.opens(&activity, "2026-11-28", None).await;
        let records = enrolled(&cast, 1).await;
        cast.coordinator.signs_up(&shift, &cast.record).await;
        let (waiting, ..) = cast.coordinator.signs_up(&shift, &records[0]).await;
        let ctx = app.parts.operator(Locale::En);
        let waiting = SignupId::read(&waiting.into()).unwrap();
        let beside = ShiftId::read(&beside.into()).unwrap();

        let forced = ctx.transaction(async |tx| {
            let row = signup::ActiveModel { id: Set(waiting), status: Set(SignupStatus::Confirmed), ..Default::default() };
            row.update(&**tx).await.map(|_| ())
        }).await;
        assert!(violates(&forced.unwrap_err(), &["shift_capacity"]));

        let doubled = ctx.transaction(async |tx| {
            let mut row = signup::Entity::find().all(&**tx).await?.into_iter()
                .find(|it| it.status == SignupStatus::Confirmed).expect("one");
            row.id = SignupId(ctx.new_id());
            row.shift_id = beside;
            signup::Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await.map(|_| ())
        }).await;
        assert!(violates(&doubled.unwrap_err(), &["signup_overlap"]));
    }

    async fn whoever_waits_longest_gets_the_free_place(app: App) {
        let cast = Cast::on(&app).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let shift = cast.coordinator.opens(&activity, "2026-11-28", Some(1)).await;
        let records = enrolled(&cast, 3).await;
        let (first, state, position) = cast.coordinator.signs_up(&shift, &records[0]).await;
        assert_eq!((state.as_str(), position), ("CONFIRMED", None));
        for (record, place) in [(&cast.record, 1), (&records[1], 2), (&records[2], 3)] {
            let (_, state, position) = cast.coordinator.signs_up(&shift, record).await;
            assert_eq!((state.as_str(), position), ("WAITLISTED", Some(place)));
        }

        cast.coordinator.done("cancelSignup", json!({ "id": first, "reason": "ill" }), SIGNUP).await;

        let mine = cast.volunteer.sees(&shift).await;
        assert_eq!(mine["mySignup"]["status"], "CONFIRMED");
        assert_eq!((&mine["confirmedCount"], &mine["waitlistedCount"]), (&json!(1), &json!(2)));
        let seen = cast.coordinator.sees(&shift).await;
        let places: Vec<_> = seen["signups"]["nodes"].as_array().unwrap().iter()
            .map(|it| (text(&it["status"]), it["position"].as_i64())).collect();
        let expected = [("CANCELLED", None), ("CONFIRMED", None), ("WAITLISTED", Some(1)), ("WAITLISTED", Some(2))];
        assert_eq!(places, expected.map(|(it, place)| (it.to_owned(), place)));
        // Who leaves the list makes room behind, and frees no place.
        let waiting = text(&seen["signups"]["nodes"][2]["id"]);
        cast.coordinator.done("cancelSignup", json!({ "id": waiting }), SIGNUP).await;
        let seen = cast.coordinator.sees(&shift).await;
        assert_eq!(seen["signups"]["nodes"][3]["position"], json!(1));
        assert_eq!(seen["confirmedCount"], json!(1));
    }

    /// Lowering the capacity moves nobody silently.
    async fn a_capacity_below_the_places_taken_is_refused(app: App) {
        let cast = Cast::on(&app).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let shift = cast.coordinator.opens(&activity, "2026-11-28", Some(3)).await;
        let records = enrolled(&cast, 5).await;
        for record in &records {
            cast.coordinator.signs_up(&shift, record).await;
        }
        let set = async |capacity: Option<i32>| {
            let input = json!({ "id": shift, "capacity": capacity });
            cast.coordinator.does("updateShift", input, &format!("{SHIFT} userErrors {{ code message }}")).await
        };

        let refused = set(Some(2)).await;
        assert_eq!(refused["userErrors"][0]["code"], "CAPACITY_TAKEN");
        assert!(text(&refused["userErrors"][0]["message"]).contains('3'), "{refused}");
        assert_eq!(cast.coordinator.sees(&shift).await["confirmedCount"], json!(3));

        let more = set(Some(4)).await["shift"].take();
        assert_eq!((&more["confirmedCount"], &more["waitlistedCount"]), (&json!(4), &json!(1)), "one moves up");
        let open = set(None).await["shift"].take();
        assert_eq!((&open["confirmedCount"], &open["waitlistedCount"]), (&json!(5), &json!(0)), "all move up");
        assert_eq!(set(Some(5)).await["shift"]["remaining"], json!(0));
    }

    async fn nobody_is_signed_up_twice(app: App) {
        let cast = Cast::on(&app).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let shift = cast.coordinator.opens(&activity, "2026-11-28", Some(1)).await;
        let (id, ..) = cast.volunteer.signs_up(&shift, &cast.record).await;

        let again = json!({ "shiftId": shift });
        assert_eq!(cast.volunteer.refused("signUpForShift", again.clone()).await, ["ALREADY_SIGNED_UP"]);
        let other = json!({ "shiftId": shift, "volunteerId": cast.record });
        assert_eq!(cast.coordinator.refused("signUpForShift", other).await, ["ALREADY_SIGNED_UP"]);
        cast.volunteer.done("cancelSignup", json!({ "id": id, "expectedVersion": 1 }), SIGNUP).await;
        assert_eq!(cast.volunteer.refused("cancelSignup", json!({ "id": id })).await, ["CANCELLED"]);
        assert_eq!(cast.volunteer.sees(&shift).await["mySignup"], Value::Null);
        // Whoever took it back may come after all.
        cast.volunteer.done("signUpForShift", again, SIGNUP).await;
        assert_eq!(cast.volunteer.sees(&shift).await["confirmedCount"], json!(1));
    }

    async fn nobody_has_two_places_at_the_same_time(app: App) {
        let cast = Cast::on(&app).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let nine = cast.coordinator.opens(&activity, "2026-11-28", Some(5)).await;
        let ten = cast.coordinator.opens_at(&activity, ("2026-11-28T10:00:00Z", "2026-11-28T13:00:00Z"), None).await;
        let noon = cast.coordinator.opens_at(&activity, ("2026-11-28T12:00:00Z", "2026-11-28T13:00:00Z"), None).await;
        cast.volunteer.signs_up(&nine, &cast.record).await;

        let input = json!({ "shiftId": ten });
        let refused = cast.volunteer.does("signUpForShift", input, "userErrors { code message }").await;
        assert_eq!(refused["userErrors"][0]["code"], "SHIFT_OVERLAP");
        assert!(text(&refused["userErrors"][0]["message"]).contains("2026-11-28 09:00"), "{refused}");
        cast.volunteer.signs_up(&noon, &cast.record).await;

        // Nor does a shift move over another one of whoever comes.
        let moved = json!({ "id": noon, "startsAt": "2026-11-28T11:00:00Z" });
        assert_eq!(cast.coordinator.refused("updateShift", moved).await, ["SHIFT_OVERLAP"]);
        assert_eq!(cast.coordinator.sees(&noon).await["startsAt"], "2026-11-28T12:00:00Z");
    }

    async fn whoever_has_a_place_elsewhere_keeps_waiting(app: App) {
        let cast = Cast::on(&app).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let full = cast.coordinator.opens(&activity, "2026-11-28", Some(1)).await;
        let beside = cast.coordinator.opens(&activity, "2026-11-28", None).await;
        let records = enrolled(&cast, 3).await;
        let (first, ..) = cast.coordinator.signs_up(&full, &records[0]).await;
        for record in [&cast.record, &records[1], &records[2]] {
            cast.coordinator.signs_up(&full, record).await;
        }
        // The first in the list found a place beside, the second is no longer with them.
        cast.volunteer.signs_up(&beside, &cast.record).await;
        let archive = json!({ "id": records[1] });
        cast.owner.done("archiveVolunteer", archive, "volunteer { id }").await;

        cast.coordinator.done("cancelSignup", json!({ "id": first }), SIGNUP).await;

        let seen = cast.coordinator.sees(&full).await;
        let states: Vec<_> = seen["signups"]["nodes"].as_array().unwrap().iter().map(|it| text(&it["status"])).collect();
        assert_eq!(states, ["CANCELLED", "WAITLISTED", "WAITLISTED", "CONFIRMED"]);
    }

    /// Nobody waits beside a free place for ever.
    async fn whoever_gives_up_a_place_elsewhere_gets_the_one_that_stayed_free(app: App) {
        let cast = Cast::on(&app).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let full = cast.coordinator.opens(&activity, "2026-11-28", Some(1)).await;
        let beside = cast.coordinator.opens(&activity, "2026-11-28", None).await;
        let records = enrolled(&cast, 1).await;
        let (first, ..) = cast.coordinator.signs_up(&full, &records[0]).await;
        cast.volunteer.signs_up(&full, &cast.record).await;
        let (elsewhere, ..) = cast.volunteer.signs_up(&beside, &cast.record).await;
        cast.coordinator.done("cancelSignup", json!({ "id": first }), SIGNUP).await;
        assert_eq!(cast.volunteer.sees(&full).await["mySignup"]["status"], "WAITLISTED");
        let again = json!({ "shiftId": full });
        assert_eq!(cast.volunteer.refused("signUpForShift", again).await, ["SHIFT_OVERLAP"]);

        cast.volunteer.done("cancelSignup", json!({ "id": elsewhere }), SIGNUP).await;

        assert_eq!(cast.volunteer.sees(&full).await["mySignup"]["status"], "CONFIRMED");
        assert_eq!(cast.volunteer.was_told().await[0].0, "SIGNUP_PROMOTED");
    }

    async fn whoever_waits_beside_a_free_place_takes_it_by_signing_up_again(app: App) {
        let cast = Cast::on(&app).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let full = cast.coordinator.opens(&activity, "2026-11-28", Some(1)).await;
        let beside = cast.coordinator.opens(&activity, "2026-11-28", None).await;
        let records = enrolled(&cast, 1).await;
        let (first, ..) = cast.coordinator.signs_up(&full, &records[0]).await;
        cast.volunteer.signs_up(&full, &cast.record).await;
        cast.volunteer.signs_up(&beside, &cast.record).await;
        cast.coordinator.done("cancelSignup", json!({ "id": first }), SIGNUP).await;
        cast.coordinator.done("cancelShift", json!({ "id": beside, "reason": "Storm" }), "shift { id }").await;

        let (_, status, _) = cast.volunteer.signs_up(&full, &cast.record).await;

        assert_eq!(status, "CONFIRMED");
        let seen = cast.coordinator.sees(&full).await;
        assert_eq!((&seen["confirmedCount"], &seen["waitlistedCount"]), (&json!(1), &json!(0)));
    }

    async fn past_cancelled_and_archived_take_no_sign_up(app: App) {
        let cast = Cast::on(&app).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let records = enrolled(&cast, 1).await;
        let begun = cast.coordinator.opens_at(&activity, ("2026-11-02T09:00:00Z", "2026-11-02T12:00:00Z"), None).await;
        let cancelled = cast.coordinator.opens(&activity, "2026-11-20", None).await;
        let open = cast.coordinator.opens(&activity, "2026-11-28", None).await;
        cast.coordinator.done("cancelShift", json!({ "id": cancelled, "reason": "Storm" }), "shift { id }").await;
        let archive = json!({ "id": records[0] });
        cast.owner.done("archiveVolunteer", archive, "volunteer { id }").await;
        let sign_up = async |shift: &str, record: &str| {
            let input = json!({ "shiftId": shift, "volunteerId": record });
            cast.coordinator.refused("signUpForShift", input).await
        };

        assert_eq!(sign_up(&begun, &cast.record).await, ["SHIFT_STARTED"]);
        assert_eq!(sign_up(&cancelled, &cast.record).await, ["CANCELLED"]);
        assert_eq!(sign_up(&open, &records[0]).await, ["ARCHIVED"]);
        assert_eq!(sign_up(&open, &cast.record).await, [""; 0]);
        cast.owner.done("updateProject", json!({ "id": cast.project, "archived": true }), "project { id }").await;
        let last = json!({ "shiftId": open, "volunteerId": cast.record });
        assert_eq!(cast.coordinator.refused("signUpForShift", last).await, ["ARCHIVED"]);
        assert_eq!(cast.coordinator.refused("cancelShift", json!({ "id": cancelled, "reason": "x" })).await, ["CANCELLED"]);
    }

    async fn a_place_is_not_given_back_once_the_shift_began(app: App) {
        let cast = Cast::on(&app).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let shift = cast.coordinator.opens_at(&activity, ("2026-11-02T09:05:00Z", "2026-11-02T12:00:00Z"), None).await;
        let (id, ..) = cast.volunteer.signs_up(&shift, &cast.record).await;
        app.advance(chrono::TimeDelta::minutes(5));

        assert_eq!(cast.volunteer.refused("cancelSignup", json!({ "id": id })).await, ["SHIFT_STARTED"]);
        assert_eq!(cast.coordinator.refused("cancelShift", json!({ "id": shift, "reason": "x" })).await, ["SHIFT_STARTED"]);
        let moved = json!({ "id": shift, "endsAt": "2026-11-02T13:00:00Z" });
        assert_eq!(cast.coordinator.refused("updateShift", moved).await, ["SHIFT_STARTED"]);
    }

    async fn volunteers_sign_up_themselves_and_coordinators_anybody_of_theirs(app: App) {
        let cast = Cast::on(&app).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let shift = cast.coordinator.opens(&activity, "2026-11-28", None).await;
        let records = enrolled(&cast, 1).await;
        let query = "{ organizations(first: 50) { nodes { id slug } } }";
        let own = cast.outsider.asks(query, json!({})).await;
        let tifawin = crate::support::cast::Organization {
            id: text(&own["organizations"]["nodes"][0]["id"]), slug: "tifawin".to_owned(), territory: String::new(),
        };
        let foreign = cast.outsider.enrols(&tifawin, "Stranger").await;
        let with = |record: &str| json!({ "shiftId": shift, "volunteerId": record });

        assert_eq!(cast.volunteer.refused("signUpForShift", with(&records[0])).await, ["NOT_FOUND"], "not visible");
        assert_eq!(cast.viewer.refused("signUpForShift", with(&records[0])).await, ["FORBIDDEN"]);
        assert_eq!(cast.observer.refused("signUpForShift", json!({ "shiftId": shift })).await, ["FORBIDDEN"]);
        assert_eq!(cast.outsider.refused("signUpForShift", with(&foreign)).await, ["NOT_FOUND"]);
        assert_eq!(cast.coordinator.refused("signUpForShift", with(&foreign)).await, ["NOT_FOUND"]);
        assert_eq!(cast.coordinator.refused("signUpForShift", json!({ "shiftId": shift })).await, ["REQUIRED"]);
        let (theirs, ..) = cast.coordinator.signs_up(&shift, &records[0]).await;
        assert_eq!(cast.volunteer.refused("cancelSignup", json!({ "id": theirs })).await, ["NOT_FOUND"]);
        assert_eq!(cast.viewer.refused("cancelSignup", json!({ "id": theirs })).await, ["FORBIDDEN"]);
        let own = json!({ "shiftId": shift, "note": "I bring gloves", "idempotencyKey": "tap" });
        let first = cast.volunteer.done("signUpForShift", own.clone(), "signup { id note }").await;
        let again = cast.volunteer.done("signUpForShift", own, "signup { id note }").await;
        assert_eq!(first, again, "the same key has one effect");
        assert_eq!(cast.volunteer.sees(&shift).await["signups"]["totalCount"], json!(1), "their own only");
    }
}
