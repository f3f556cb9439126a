//! Checking in and out at the place, and later by devices that were away.
//!
//! What coordinators say afterwards is tried in `mark`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::at;
use super::chores;
use super::measured;
use super::morning;
use super::text;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::on_both_databases;

on_both_databases! {
    /// Attendance, not sign-up, makes hours: from coming to leaving, handed in at once.
    async fn coming_and_leaving_by_the_code_makes_the_hours(app: App) {
        let cast = Cast::on(&app).await;
        let shift = measured(&cast).await;
        cast.volunteer.signs_up(&shift, &cast.record).await;
        at(&app, "09:50");
        let coordinator = cast.coordinator.again().await;
        let volunteer = cast.volunteer.again().await;
        let token = coordinator.code(&shift).await;

        let came = volunteer.passes("checkIn", json!({ "token": token })).await;

        assert_eq!((&came["status"], &came["checkInMethod"]), (&json!("PRESENT"), &json!("CODE")));
        assert_eq!((&came["signup"]["status"], &came["isWalkIn"]), (&json!("ATTENDED"), &json!(false)));
        assert_eq!(came["hourEntry"], json!(null), "nothing counts yet");
        at(&app, "11:30");
        let (coordinator, volunteer) = (coordinator.again().await, volunteer.again().await);
        let token = coordinator.code(&shift).await;
        let left = volunteer.passes("checkOut", json!({ "token": token })).await;
        assert_eq!(left["status"], "COMPLETED");
        // Waiting for the shift to begin is no work; half the shift has half its break.
        assert_eq!(left["hourEntry"], json!({
            "status": "SUBMITTED", "minutes": 75, "breakMinutes": 15, "evidenceLevel": "CHECKED_IN_AND_OUT",
            "startedAt": "2026-11-02T10:00:00Z", "endedAt": "2026-11-02T11:30:00Z",
        }));
        let again = volunteer.passes("checkOut", json!({ "token": token })).await;
        assert_eq!((&again["replayed"], &again["version"]), (&json!(true), &left["version"]));
        assert_eq!(volunteer.minutes().await, 75, "once");
    }

    async fn a_repeated_check_in_changes_nothing(app: App) {
        let cast = Cast::on(&app).await;
        let shift = measured(&cast).await;
        at(&app, "10:00");
        let token = cast.coordinator.again().await.code(&shift).await;
        let volunteer = cast.volunteer.again().await;

        let calls = (0..8).map(|_| {
            let (who, token) = (volunteer.clone(), token.clone());
            tokio::spawn(async move { who.passes("checkIn", json!({ "token": token })).await })
        });
        let answers = futures_util::future::join_all(calls).await;

        let answers: Vec<_> = answers.into_iter().map(|it| it.expect("no panic")).collect();
        let fresh = answers.iter().filter(|it| it["replayed"] == json!(false)).count();
        assert_eq!(fresh, 1, "{answers:#?}");
        assert!(answers.iter().all(|it| it["id"] == answers[0]["id"] && it["version"] == json!(1)));
    }

    /// The code is signed, is replaced, and belongs to its shift.
    async fn only_the_code_that_is_shown_is_taken(app: App) {
        let cast = Cast::on(&app).await;
        let (shift, other) = (measured(&cast).await, measured(&cast).await);
        at(&app, "09:58");
        let (coordinator, volunteer) = (cast.coordinator.again().await, cast.volunteer.again().await);
        let old = coordinator.code(&shift).await;
        let end = if old.ends_with("AA") { "BB" } else { "AA" };
        let forged = format!("{}{end}", &old[..old.len() - 2]);
        app.advance(chrono::TimeDelta::seconds(121));

        assert_eq!(volunteer.passes("checkIn", json!({ "token": old })).await, json!(["TOKEN_EXPIRED"]));
        assert_eq!(volunteer.passes("checkIn", json!({ "token": forged })).await, json!(["TOKEN_INVALID"]));
        assert_eq!(volunteer.passes("checkIn", json!({ "token": "hello" })).await, json!(["TOKEN_INVALID"]));
        let new = coordinator.code(&shift).await;
        assert_ne!(new, old);
        let elsewhere = json!({ "token": new, "shiftId": other });
        assert_eq!(volunteer.passes("checkIn", elsewhere).await, json!(["TOKEN_INVALID"]));
        assert_eq!(volunteer.passes("checkIn", json!({ "token": new })).await["status"], "PRESENT");
    }

    /// Somebody is there, or a coordinator says so: never their own word alone.
    async fn nobody_checks_themselves_in_without_the_code(app: App) {
        let cast = Cast::on(&app).await;
        let shift = measured(&cast).await;
        at(&app, "10:00");
        let (coordinator, volunteer) = (cast.coordinator.again().await, cast.volunteer.again().await);
        let input = json!({ "shiftId": shift });

        assert_eq!(volunteer.passes("checkIn", input.clone()).await, json!(["REQUIRED"]));
        assert_eq!(volunteer.passes("checkOut", input).await, json!(["NOT_CHECKED_IN"]));
        assert_eq!(volunteer.refused("issueCheckInToken", json!({ "shiftId": shift })).await, ["FORBIDDEN"]);
        let other = coordinator.enrols(&cast.organization, "Omar").await;
        let for_another = json!({ "shiftId": shift, "volunteerId": other });
        assert_eq!(volunteer.passes("checkIn", for_another.clone()).await, json!(["FORBIDDEN"]));
        let seen = coordinator.passes("checkIn", for_another).await;
        assert_eq!((&seen["status"], &seen["checkInMethod"]), (&json!("PRESENT"), &json!("COORDINATOR")));
        assert_eq!(seen["isWalkIn"], json!(true), "who has no place may come");
    }

    async fn checking_in_is_possible_around_the_start(app: App) {
        let cast = Cast::on(&app).await;
        let mode = json!({ "checkInBeforeMinutes": 15, "checkInAfterMinutes": 20 });
        let (shift, _) = morning(&cast, mode).await;
        at(&app, "09:44");
        let volunteer = cast.volunteer.again().await;
        let token = cast.coordinator.again().await.code(&shift).await;

        let refused = volunteer.does("checkIn", json!({ "token": token }), "userErrors { code message }").await;

        let message = text(&refused["userErrors"][0]["message"]);
        assert!(message.contains("2026-11-02 09:45") && message.contains("2026-11-02 10:20"), "{message}");
        at(&app, "10:21");
        let (coordinator, volunteer) = (cast.coordinator.again().await, volunteer.again().await);
        let token = coordinator.code(&shift).await;
        assert_eq!(volunteer.passes("checkIn", json!({ "token": token })).await, json!(["CHECK_IN_CLOSED"]));
        let late = json!({ "shiftId": shift, "volunteerId": cast.record });
        assert_eq!(coordinator.passes("checkIn", late).await["status"], "PRESENT", "a coordinator until the end");
    }

    /// Leaving always succeeds: refused hours wait for a review, the presence is kept.
    async fn hours_that_are_refused_wait_for_a_review(app: App) {
        let cast = Cast::on(&app).await;
        let shift = measured(&cast).await;
        at(&app, "10:00");
        let token = cast.coordinator.again().await.code(&shift).await;
        let volunteer = cast.volunteer.again().await;
        volunteer.passes("checkIn", json!({ "token": token })).await;
        at(&app, "12:00");
        let (coordinator, volunteer) = (cast.coordinator.again().await, volunteer.again().await);
        let busy = json!({
            "volunteerId": cast.record, "projectId": cast.project,
            "startedAt": "2026-11-02T10:30:00Z", "endedAt": "2026-11-02T11:00:00Z",
        });
        volunteer.done("createHourEntry", busy, "hourEntry { id }").await;

        let left = volunteer.passes("checkOut", json!({ "token": coordinator.code(&shift).await })).await;

        assert_eq!((&left["status"], &left["review"]), (&json!("NEEDS_REVIEW"), &json!("HOURS_REFUSED")));
        assert_eq!(left["refusal"], "ENTRY_OVERLAP");
        assert_eq!(left["checkedOutAt"], "2026-11-02T12:00:00Z");
        assert_eq!(volunteer.minutes().await, 30, "only the other entry");
        let mark = json!({ "volunteerId": cast.record, "status": "PRESENT" });
        assert_eq!(coordinator.marks(&shift, mark).await, json!(["ENTRY_OVERLAP"]), "whoever reviews is told");
        let mark = json!({ "volunteerId": cast.record, "status": "PRESENT", "startedAt": "2026-11-02T11:00:00Z" });
        let settled = coordinator.marks(&shift, mark).await;
        assert_eq!((&settled["status"], &settled["review"], &settled["refusal"]), (&json!("COMPLETED"), &json!(null), &json!(null)));
        assert_eq!(settled["hourEntry"]["minutes"], json!(50), "an hour less a third of the break");
    }

    /// A code that a phone delivers a week later may have been passed on: a coordinator looks at it.
    async fn what_comes_late_is_kept_and_looked_at(app: App) {
        let cast = Cast::on(&app).await;
        let shift = measured(&cast).await;
        cast.volunteer.signs_up(&shift, &cast.record).await;
        at(&app, "10:05");
        let coming = cast.coordinator.again().await.code(&shift).await;
        at(&app, "12:55");
        let leaving = cast.coordinator.again().await.code(&shift).await;
        app.advance(chrono::TimeDelta::days(7));
        chores(&app).await;
        let (coordinator, volunteer) = (cast.coordinator.again().await, cast.volunteer.again().await);
        let wrong = json!({ "token": coming, "at": "2026-11-02T10:30:00Z" });
        assert_eq!(volunteer.passes("checkIn", wrong).await, json!(["TOKEN_EXPIRED"]), "it was not shown then");

        let came = volunteer.passes("checkIn", json!({ "token": coming, "at": "2026-11-02T10:05:10Z" })).await;
        let left = volunteer.passes("checkOut", json!({ "token": leaving, "at": "2026-11-02T12:55:00Z" })).await;

        assert_eq!((&came["status"], &came["review"]), (&json!("NEEDS_REVIEW"), &json!("DELIVERED_LATE")));
        assert_eq!((&left["status"], &left["hourEntry"]), (&json!("NEEDS_REVIEW"), &json!(null)));
        let confirmed = coordinator.marks(&shift, json!({ "volunteerId": cast.record, "status": "PRESENT" })).await;
        assert_eq!(confirmed["status"], "COMPLETED");
        assert_eq!(confirmed["hourEntry"]["startedAt"], "2026-11-02T10:05:10Z");
        assert_eq!(confirmed["hourEntry"]["evidenceLevel"], "CHECKED_IN_AND_OUT");
    }

    async fn nothing_happens_before_it_happened(app: App) {
        let cast = Cast::on(&app).await;
        let shift = measured(&cast).await;
        at(&app, "10:10");
        let (coordinator, record) = (cast.coordinator.again().await, cast.record.as_str());
        let pass = async |way: &str, time: &str| {
            let input = json!({ "shiftId": shift, "volunteerId": record, "at": format!("2026-11-02T{time}:00Z") });
            coordinator.passes(way, input).await
        };

        assert_eq!(pass("checkIn", "10:13").await, json!(["IN_FUTURE"]));
        assert_eq!(pass("checkIn", "10:05").await["status"], "PRESENT");
        assert_eq!(pass("checkOut", "10:04").await, json!(["OUT_OF_RANGE"]));
    }

    async fn the_code_is_a_picture_that_can_be_shown(app: App) {
        let cast = Cast::on(&app).await;
        let shift = measured(&cast).await;
        let selection = "checkInToken { token svg png replacedAt expiresAt }";

        let made = cast.coordinator.done("issueCheckInToken", json!({ "shiftId": shift }), selection).await;

        let code = &made["checkInToken"];
        assert_eq!((&code["replacedAt"], &code["expiresAt"]), (&json!("2026-11-02T09:00:30Z"), &json!("2026-11-02T09:02:00Z")));
        assert!(text(&code["svg"]).starts_with("<svg"), "{}", code["svg"]);
        let png = STANDARD.decode(text(&code["png"])).expect("Base64");
        let reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().expect("a PNG");
        let info = reader.info();
        assert!(info.width == info.height && info.width.is_multiple_of(8) && info.width > 200, "{info:?}");
        let (marked, _) = morning(&cast, json!({ "attendanceMode": "MARKED" })).await;
        assert_eq!(cast.coordinator.refused("issueCheckInToken", json!({ "shiftId": marked })).await, ["ATTENDANCE_MARKED"]);
    }
}
