//! Attendance: who was there, what shows it, which hours it makes.
//!
//! Places in shifts are tried in `activities`; rules without a database beside their code.

mod away;
mod check;
mod close;
mod exact;
mod mark;
mod place;

use serde_json::Value;
use serde_json::json;
use tiwizi::attendance::close::close_due;
use tiwizi::platform::i18n::Locale;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::cast::codes;

const ATTENDANCE: &str = "attendance { id status review refusal isWalkIn version reason
    checkedInAt checkInMethod checkedOutAt checkOutMethod signup { status }
    hourEntry { status minutes startedAt endedAt breakMinutes evidenceLevel } } replayed";

/// A shift from 10:00 to 13:00 of the opening day, an hour after it: its id and that of its activity.
async fn morning(cast: &Cast, mode: Value) -> (String, String) {
    let mut input = json!({ "projectId": cast.project, "title": "Beach" });
    let given = mode.as_object().expect("fields").clone();
    input.as_object_mut().expect("fields").extend(given);
    let made = cast
        .coordinator
        .done("createActivity", input, "activity { id }")
        .await;
    let activity = text(&made["activity"]["id"]);
    let input = json!({
        "activityId": activity, "breakMinutes": 30,
        "startsAt": "2026-11-02T10:00:00Z", "endsAt": "2026-11-02T13:00:00Z",
    });
    let made = cast
        .coordinator
        .done("createShift", input, "shift { id }")
        .await;
    (text(&made["shift"]["id"]), activity)
}

/// A shift whose activity measures coming and leaving.
async fn measured(cast: &Cast) -> String {
    morning(cast, json!({ "attendanceMode": "CHECK_IN_AND_OUT" }))
        .await
        .0
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// Moves the clock from nine to a time of the opening day, and onwards.
fn at(app: &App, time: &str) {
    let now = app.parts.operator(Locale::En).now();
    let then: chrono::DateTime<chrono::Utc> =
        format!("2026-11-02T{time}:00Z").parse().expect("a time");
    assert!(then >= now, "clocks run on");
    app.advance(then - now);
}

/// Lets the server do what it does from time to time.
async fn chores(app: &App) -> usize {
    close_due(&app.parts.operator(Locale::En))
        .await
        .expect("closed")
}

impl Person {
    /// The code that is shown for a shift now.
    async fn code(&self, shift: &str) -> String {
        let made = self
            .done(
                "issueCheckInToken",
                json!({ "shiftId": shift }),
                "checkInToken { token }",
            )
            .await;
        text(&made["checkInToken"]["token"])
    }

    /// Comes or leaves; the codes of the refusals, or the attendance.
    async fn passes(&self, mutation: &str, input: Value) -> Value {
        let selection = format!("{ATTENDANCE} userErrors {{ code path message }}");
        let payload = self.does(mutation, input, &selection).await;
        let refused = codes(&payload);
        if !refused.is_empty() {
            return json!(refused);
        }
        let mut attendance = payload["attendance"].clone();
        attendance["replayed"] = payload["replayed"].clone();
        attendance
    }

    /// Marks one volunteer; the codes of the refusals, or the attendance.
    async fn marks(&self, shift: &str, mark: Value) -> Value {
        let selection = format!(
            "results {{ {ATTENDANCE} userErrors {{ code path message }} }} userErrors {{ code path message }}"
        );
        let input = json!({ "shiftId": shift, "marks": [mark] });
        let payload = self.does("markAttendance", input, &selection).await;
        let refused = codes(&payload);
        if !refused.is_empty() {
            return json!(refused);
        }
        let mut attendance = payload["results"][0]["attendance"].clone();
        attendance["replayed"] = payload["results"][0]["replayed"].clone();
        attendance
    }

    /// The attendances of a shift as this person sees them: name and state.
    async fn roll(&self, shift: &str) -> Vec<String> {
        let query = "query($id: ID!) { node(id: $id) { ... on Shift { attendanceClosedAt
            attendances(first: 100) { totalCount nodes { status volunteer { name } hourEntry { minutes } } } } } }";
        let data = self.asks(query, json!({ "id": shift })).await;
        let nodes = data["node"]["attendances"]["nodes"]
            .as_array()
            .expect("a list");
        nodes
            .iter()
            .map(|it| {
                let minutes = &it["hourEntry"]["minutes"];
                format!(
                    "{} {} {minutes}",
                    text(&it["volunteer"]["name"]),
                    text(&it["status"])
                )
            })
            .collect()
    }

    /// Minutes of all entries that this person sees.
    async fn minutes(&self) -> i64 {
        let query = "{ hourEntries(first: 100) { nodes { minutes } } }";
        let data = self.asks(query, json!({})).await;
        let nodes = data["hourEntries"]["nodes"].as_array().expect("a list");
        nodes.iter().filter_map(|it| it["minutes"].as_i64()).sum()
    }
}
