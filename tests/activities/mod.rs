//! Activities, shifts, sign-ups: who may come, how many, and who learns when something changes.
//!
//! Recurrence rules without a database are tested beside their code; attendance is elsewhere.

mod plan;
mod seats;
mod series;
mod told;

use serde_json::Value;
use serde_json::json;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::on_both_databases;

const SHIFT: &str = "shift { id version startsAt endsAt timeZone status capacity confirmedCount waitlistedCount remaining }";
const SIGNUP: &str = "signup { id status position version }";

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

impl Person {
    /// Plans an activity of a project.
    pub async fn plans(&self, project: &str, title: &str) -> String {
        let input = json!({ "projectId": project, "title": title, "titleAr": "شاطئ" });
        let made = self.done("createActivity", input, "activity { id }").await;
        text(&made["activity"]["id"])
    }

    /// Opens a shift of three hours that begins at nine of a day.
    pub async fn opens(&self, activity: &str, day: &str, capacity: Option<i32>) -> String {
        self.opens_at(
            activity,
            (&format!("{day}T09:00:00Z"), &format!("{day}T12:00:00Z")),
            capacity,
        )
        .await
    }

    /// Opens a shift from one instant to another.
    pub async fn opens_at(
        &self,
        activity: &str,
        times: (&str, &str),
        capacity: Option<i32>,
    ) -> String {
        let input = json!({
            "activityId": activity, "startsAt": times.0, "endsAt": times.1, "capacity": capacity,
        });
        let made = self.done("createShift", input, "shift { id }").await;
        text(&made["shift"]["id"])
    }

    /// Signs a record up and gives id, state and place in the waiting list.
    pub async fn signs_up(&self, shift: &str, record: &str) -> (String, String, Option<i64>) {
        let input = json!({ "shiftId": shift, "volunteerId": record });
        let made = self.done("signUpForShift", input, SIGNUP).await;
        let signup = &made["signup"];
        (
            text(&signup["id"]),
            text(&signup["status"]),
            signup["position"].as_i64(),
        )
    }

    /// A shift as this person sees it.
    async fn sees(&self, shift: &str) -> Value {
        let query = "query($id: ID!) { node(id: $id) { ... on Shift { id version startsAt endsAt status
            capacity confirmedCount waitlistedCount remaining cancelReason
            mySignup { id status position }
            signups(first: 100) { nodes { id status position volunteer { id name } } totalCount } } } }";
        self.asks(query, json!({ "id": shift })).await["node"].take()
    }

    /// What this person was told, newest first: kind and sentence.
    pub async fn was_told(&self) -> Vec<(String, String)> {
        let query = "{ viewer { notifications(first: 50) { nodes { kind message } } } }";
        let data = self.asks(query, json!({})).await;
        let nodes = data["viewer"]["notifications"]["nodes"].as_array().unwrap();
        nodes
            .iter()
            .map(|it| (text(&it["kind"]), text(&it["message"])))
            .collect()
    }
}

/// Records beside that of the cast, numbered.
pub async fn enrolled(cast: &Cast, count: usize) -> Vec<String> {
    let mut records = Vec::new();
    for number in 0..count {
        let name = format!("V{number:02}");
        records.push(cast.coordinator.enrols(&cast.organization, &name).await);
    }
    records
}

on_both_databases! {
    /// Attendance, not sign-up, creates hours.
    async fn a_sign_up_makes_no_hours(app: App) {
        let cast = Cast::on(&app).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let shift = cast.coordinator.opens(&activity, "2026-11-03", Some(5)).await;
        cast.volunteer.signs_up(&shift, &cast.record).await;

        app.advance(chrono::TimeDelta::days(10));

        let owner = cast.owner.again().await;
        let found = owner.asks("{ hourEntries { totalCount } }", json!({})).await;
        assert_eq!(found["hourEntries"]["totalCount"], json!(0));
        assert_eq!(owner.sees(&shift).await["confirmedCount"], json!(1));
    }
}
