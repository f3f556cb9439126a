//! What a device learns of shifts, places and notifications that changed while it was away, and that
//! nothing of it is missed or told twice, whoever writes meanwhile.
//!
//! What it learns of hours is in `offline`.

use std::collections::HashMap;

use serde_json::Value;
use serde_json::json;

use crate::offline::Phone;
use crate::offline::of_kind;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::on_both_databases;

const CHANGES: &str = "query($since: String, $first: Int, $organization: ID) {
    syncChanges(since: $since, first: $first, organizationId: $organization) {
    cursor hasMore changes { kind id removed node { ... on Shift { stands: status confirmedCount }
    ... on Signup { place: status } ... on Notification { told: kind readAt } } } } }";

async fn learns(who: &Person, since: &Value, organization: Option<&str>) -> Value {
    let asked = json!({ "since": since, "organization": organization });
    who.asks(CHANGES, asked).await["syncChanges"].take()
}

fn ids(changes: &Value, kind: &str) -> Vec<Value> {
    of_kind(changes, kind)
        .iter()
        .map(|it| it["id"].clone())
        .collect()
}

/// Reads in small pages until there is nothing more: how often each record was told.
async fn reads_on(who: &Person, since: &mut Value, seen: &mut HashMap<String, usize>) {
    loop {
        let asked = json!({ "since": since, "first": 3 });
        let part = who.asks(CHANGES, asked).await["syncChanges"].take();
        for change in of_kind(&part, "HOUR_ENTRY") {
            *seen.entry(change["id"].to_string()).or_default() += 1;
        }
        *since = part["cursor"].clone();
        if part["hasMore"] == false {
            return;
        }
    }
}

on_both_databases! {
    async fn a_phone_that_was_away_learns_that_its_shift_is_off(app: App) {
        let cast = Cast::on(&app).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let shift = cast.coordinator.opens(&activity, "2026-11-20", Some(5)).await;
        let (signup, ..) = cast.volunteer.signs_up(&shift, &cast.record).await;
        let start = learns(&cast.volunteer, &Value::Null, None).await;
        let stranger = learns(&cast.outsider, &Value::Null, None).await;
        let viewer = learns(&cast.viewer, &Value::Null, None).await;
        let input = json!({ "id": shift, "reason": "Storm" });
        cast.coordinator.done("cancelShift", input, "shift { id }").await;

        let missed = learns(&cast.volunteer, &start["cursor"], None).await;
        let nothing = learns(&cast.volunteer, &missed["cursor"], None).await;
        let others = learns(&cast.viewer, &viewer["cursor"], None).await;
        let coordinator = learns(&cast.coordinator, &Value::Null, None).await;
        let admin = learns(&cast.admin, &Value::Null, Some(&cast.organization.id)).await;

        assert_eq!(ids(&start, "ACTIVITY"), [json!(activity)]);
        assert_eq!(of_kind(&start, "SHIFT")[0]["node"]["confirmedCount"], 1);
        assert_eq!(of_kind(&start, "SIGNUP")[0]["node"]["place"], "CONFIRMED");
        let off = of_kind(&missed, "SHIFT");
        assert_eq!((off.len(), &off[0]["id"]), (1, &json!(shift)));
        assert_eq!(off[0]["node"]["stands"], "CANCELLED");
        let place = of_kind(&missed, "SIGNUP");
        assert_eq!((&place[0]["id"], &place[0]["node"]["place"]), (&json!(signup), &json!("CANCELLED")));
        assert_eq!(of_kind(&missed, "NOTIFICATION")[0]["node"]["told"], "SHIFT_CANCELLED");
        assert_eq!(nothing["changes"], json!([]));
        // Everybody who belongs there learns of the shift; of places and messages only whom they concern.
        assert_eq!(ids(&others, "SHIFT"), [json!(shift)]);
        assert_eq!(ids(&others, "NOTIFICATION"), Vec::<Value>::new());
        assert_eq!(ids(&coordinator, "SIGNUP"), [json!(signup)]);
        assert_eq!(ids(&coordinator, "NOTIFICATION"), Vec::<Value>::new());
        assert_eq!(ids(&admin, "SIGNUP"), [json!(signup)]);
        assert_eq!(ids(&admin, "NOTIFICATION"), Vec::<Value>::new());
        for kind in ["ACTIVITY", "SHIFT", "SIGNUP", "NOTIFICATION"] {
            assert_eq!(ids(&stranger, kind), Vec::<Value>::new(), "{kind}");
        }
    }

    async fn whoever_moves_up_learns_it_and_other_volunteers_do_not(app: App) {
        let cast = Cast::on(&app).await;
        let other = Person::sign_up(&app, "other").await;
        let record = cast.owner.enrols(&cast.organization, "Other").await;
        cast.owner.takes_in(&cast.organization, &other, "VOLUNTEER", Some(&record)).await;
        let activity = cast.coordinator.plans(&cast.project, "Beach").await;
        let shift = cast.coordinator.opens(&activity, "2026-11-20", Some(1)).await;
        let (first, ..) = other.signs_up(&shift, &record).await;
        let (waiting, ..) = cast.volunteer.signs_up(&shift, &cast.record).await;
        let start = learns(&cast.volunteer, &Value::Null, None).await;
        other.done("cancelSignup", json!({ "id": first }), "signup { id }").await;

        let missed = learns(&cast.volunteer, &start["cursor"], None).await;
        let theirs = learns(&other, &Value::Null, None).await;
        cast.volunteer.done("markNotificationsRead", json!({}), "__typename").await;
        let read = learns(&cast.volunteer, &missed["cursor"], None).await;

        assert_eq!(ids(&start, "SIGNUP"), [json!(waiting)]);
        assert_eq!(of_kind(&missed, "SIGNUP")[0]["node"]["place"], "CONFIRMED");
        assert_eq!(ids(&missed, "SIGNUP"), [json!(waiting)]);
        assert_eq!(of_kind(&missed, "NOTIFICATION")[0]["node"]["told"], "SIGNUP_PROMOTED");
        assert_eq!(ids(&theirs, "SIGNUP"), [json!(first)]);
        assert_eq!(ids(&theirs, "NOTIFICATION"), Vec::<Value>::new());
        assert!(of_kind(&read, "NOTIFICATION")[0]["node"]["readAt"].is_string());
    }

    /// Read in pages while others write: every entry is told, and again only when it changed again.
    async fn pages_miss_and_repeat_nothing_while_others_write(app: App) {
        let cast = Cast::on(&app).await;
        let phone = Phone { person: &cast.volunteer, cast: &cast };
        let writes = async |start: u128| {
            let mut made = Vec::new();
            for number in start..start + 12 {
                let day = format!("2026-{:02}-{:02}", number / 20 % 9 + 1, number % 20 + 1);
                let sent = phone.sends(&[phone.creates(number, &day, 7)]).await;
                assert_eq!(sent[0]["status"], "APPLIED", "{sent:?}");
                made.push(sent[0]["hourEntry"]["id"].to_string());
            }
            made
        };
        let reads = async {
            let (mut since, mut seen) = (Value::Null, HashMap::new());
            while seen.len() < 48 {
                reads_on(&cast.coordinator, &mut since, &mut seen).await;
            }
            (since, seen)
        };

        let (one, two, three, four, (mut since, mut seen)) = futures_util::future::join5(
            writes(0), writes(20), writes(40), writes(60), reads).await;
        reads_on(&cast.coordinator, &mut since, &mut seen).await;
        let made: Vec<String> = [one, two, three, four].concat();
        cast.coordinator.changes_draft(&made[0]).await;
        let mut again = HashMap::new();
        reads_on(&cast.coordinator, &mut since, &mut again).await;

        assert_eq!(made.len(), 48);
        for id in &made {
            assert_eq!(seen.get(id), Some(&1), "{id}");
        }
        assert_eq!(seen.len(), 48);
        assert_eq!(again, HashMap::from([(made[0].clone(), 1)]));
    }
}

impl Person {
    /// Changes a draft: its id as JSON writes it.
    async fn changes_draft(&self, id: &str) {
        let id: String = serde_json::from_str(id).expect("an id");
        let input = json!({ "id": id, "minutes": 8 });
        self.done("updateHourEntry", input, "hourEntry { id }")
            .await;
    }
}
