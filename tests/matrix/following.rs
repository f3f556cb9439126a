//! Everybody follows everything of the organization while something happens there.
//!
//! How events are told is tried in `live`.

use std::collections::BTreeMap;
use std::time::Duration;

use apollo_compiler::ast::Type;
use serde_json::Value;
use serde_json::json;
use tokio::time::Instant;
use tokio::time::timeout_at;

use crate::matrix::people::People;
use crate::matrix::people::Who;
use crate::matrix::tables::OPERATIONS;
use crate::support::cast::codes;
use crate::support::planted::Planted;
use crate::support::sdl;
use crate::support::socket::Heard;
use crate::support::socket::Socket;

/// How long is waited for what the table expects and what does not come.
const PATIENCE: Duration = Duration::from_secs(10);

/// What somebody heard of a subscription: the letter of the table, and every word.
pub type Told = BTreeMap<(String, Who), (char, String)>;

/// Follows, lets something happen, and listens until everybody has heard what the table expects.
pub async fn heard(people: &People) -> Told {
    let mut sockets = Vec::new();
    let names = names();
    for who in Who::all().filter(|it| *it != Who::Expired) {
        let mut socket = let_in(people, who).await;
        if let Some(socket) = &mut socket {
            follow(people, socket).await;
        }
        sockets.push((who, socket));
    }
    // Whoever has an answer to this has begun to follow: it was asked after everything else.
    let mut told = Told::new();
    for (who, socket) in &mut sockets {
        if let Some(socket) = socket {
            socket
                .subscribe("begun", "{ serverInfo { version } }", json!({}))
                .await;
            while !listen(*who, socket, &mut told).await {}
        } else {
            for name in &names {
                told.insert((name.clone(), *who), ('s', String::new()));
            }
        }
    }
    happen(people).await;
    let expected = OPERATIONS.expected();
    let until = Instant::now() + PATIENCE;
    for (who, socket) in &mut sockets {
        let Some(socket) = socket else { continue };
        let column = Who::all().position(|it| it == *who).expect("a column");
        let open = |told: &Told| {
            names.iter().any(|name| {
                let cells = expected.get(name).map_or("", String::as_str);
                let cell = cells.chars().filter(|it| *it != ' ').nth(column);
                cell != Some('-') && !told.contains_key(&(name.clone(), *who))
            })
        };
        while open(&told) {
            let more = timeout_at(until, listen(*who, socket, &mut told)).await;
            if more.is_err() {
                break;
            }
        }
    }
    for name in &names {
        for (who, _) in &sockets {
            let quiet = ('-', String::new());
            told.entry((name.clone(), *who)).or_insert(quiet);
        }
    }
    told
}

/// What whoever comes with a token that has expired hears: nothing, for they are not let in.
pub async fn heard_too_late(people: &People) -> Told {
    let letter = match let_in(people, Who::Expired).await {
        Some(_) => 'y',
        None => 's',
    };
    let told = |name| ((name, Who::Expired), (letter, String::new()));
    names().into_iter().map(told).collect()
}

fn names() -> Vec<String> {
    sdl::fields(sdl::schema(), "Subscription")
        .iter()
        .map(|it| format!("Subscription.{}", it.name))
        .collect()
}

/// A socket of somebody; `None` where it is closed to them at once.
async fn let_in(people: &People, who: Who) -> Option<Socket> {
    let mut socket = Socket::speaking(&people.app).await;
    match people.person(who).token() {
        "" => socket.say(json!({ "type": "connection_init" })).await,
        token => socket.begin(token).await,
    }
    match socket.hear().await {
        Heard::Said(said) => {
            assert_eq!(said, json!({ "type": "connection_ack" }));
            Some(socket)
        }
        Heard::Closed(code) => {
            assert_eq!(code, 4403, "{who:?}");
            None
        }
    }
}

async fn follow(people: &People, socket: &mut Socket) {
    let planted = &people.planted;
    for field in sdl::fields(sdl::schema(), "Subscription") {
        let fill = |name: &str, _: &Type| filled(planted, name);
        let operation = sdl::operation(sdl::schema(), "subscription", field, 2, &fill);
        socket
            .subscribe(&field.name, &operation.query, operation.variables)
            .await;
    }
}

fn filled(planted: &Planted, name: &str) -> Option<Value> {
    match name {
        "organizationId" => Some(json!(planted.cast.organization.id)),
        "id" => planted
            .ids
            .iter()
            .find(|(of, _)| *of == "export")
            .map(|(_, id)| json!(id)),
        _ => None,
    }
}

/// Hears one message; whether it is the end of what was asked after everything else.
async fn listen(who: Who, socket: &mut Socket, told: &mut Told) -> bool {
    let message = match socket.hear().await {
        Heard::Said(message) => message,
        Heard::Closed(code) => json!({ "id": "begun", "type": "complete", "payload": code }),
    };
    let id = message["id"].as_str().unwrap_or_default();
    if id == "begun" {
        return message["type"] == "complete";
    }
    let payload = &message["payload"];
    let errors = if message["type"] == "error" {
        payload
    } else {
        &payload["errors"]
    };
    let letter = match errors[0]["extensions"]["code"].as_str() {
        Some("UNAUTHENTICATED") => 's',
        Some(_) => 'n',
        None if message["type"] == "next" => 'y',
        None => return false,
    };
    let of = (format!("Subscription.{id}"), who);
    let entry = told.entry(of).or_insert((letter, String::new()));
    entry.1.push_str(&payload.to_string());
    false
}

/// Lets something happen of which everybody who may follow is told.
async fn happen(people: &People) {
    let planted = &people.planted;
    let cast = &planted.cast;
    let mut entries = Vec::new();
    for record in [&cast.record, &people.record] {
        let input = json!({
            "volunteerId": record, "projectId": cast.project, "workedOn": "2026-10-15", "minutes": 20,
        });
        let made = cast
            .owner
            .done("createHourEntry", input, "hourEntry { id }");
        entries.push(made.await["hourEntry"]["id"].clone());
    }
    let selection = "results { userErrors { code } }";
    let input = json!({ "ids": entries });
    let done = cast.owner.does("submitHourEntries", input, selection).await;
    assert_eq!(codes(&done), [""; 0]);
    let marks = json!([
        { "volunteerId": cast.record, "status": "DISMISSED", "reason": "because" },
        { "volunteerId": people.record, "status": "PRESENT", "reason": "because" },
    ]);
    let input = json!({ "shiftId": planted.begun, "marks": marks });
    let done = cast
        .coordinator
        .does("markAttendance", input, selection)
        .await;
    assert_eq!(codes(&done), [""; 0]);
    let input = json!({ "organizationId": cast.organization.id, "month": "2026-08" });
    cast.owner
        .done("submitPeriod", input, "reportingPeriod { id }")
        .await;
}
