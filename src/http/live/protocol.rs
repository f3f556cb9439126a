//! `graphql-transport-ws`, message by message: what each one asks for, and which one ends the socket.
//!
//! Pure: bytes, time and operations are the socket's business.

use std::collections::BTreeSet;

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::graphql::gate::Call;

/// The name of the protocol, and the only one offered.
pub const NAME: &str = "graphql-transport-ws";

/// Why a socket is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Close {
    /// The server closes.
    GoingAway,
    /// The client sends more at once than allowed.
    TooLarge,
    /// The user has too many sockets.
    TooMany,
    /// A message is none of the protocol.
    Invalid(String),
    /// Something is asked before the connection was acknowledged.
    Unauthorized,
    /// The connection is not, or no longer, allowed.
    Forbidden(&'static str),
    /// The client does not speak the protocol.
    Subprotocol,
    /// The client did not begin in time.
    InitTimeout,
    /// The name of an operation is that of a running one.
    Duplicate(String),
    /// The client began twice.
    TooManyInits,
    /// A fault of ours.
    Internal,
}

impl Close {
    /// Its number.
    pub fn code(&self) -> u16 {
        match self {
            Self::GoingAway => 1001,
            Self::TooLarge => 1009,
            Self::TooMany => 1013,
            Self::Invalid(_) => 4400,
            Self::Unauthorized => 4401,
            Self::Forbidden(_) => 4403,
            Self::Subprotocol => 4406,
            Self::InitTimeout => 4408,
            Self::Duplicate(_) => 4409,
            Self::TooManyInits => 4429,
            Self::Internal => 4500,
        }
    }

    /// What is said with it; the transport cuts it after 123 bytes.
    pub fn reason(&self) -> String {
        match self {
            Self::GoingAway => "Going away".to_owned(),
            Self::TooLarge => "Message too large".to_owned(),
            Self::TooMany => "Too many sockets".to_owned(),
            Self::Invalid(what) => what.clone(),
            Self::Unauthorized => "Unauthorized".to_owned(),
            Self::Forbidden(why) => (*why).to_owned(),
            Self::Subprotocol => "Subprotocol not acceptable".to_owned(),
            Self::InitTimeout => "Connection initialisation timeout".to_owned(),
            Self::Duplicate(id) => format!("Subscriber for {id} already exists"),
            Self::TooManyInits => "Too many initialisation requests".to_owned(),
            Self::Internal => "Internal server error".to_owned(),
        }
    }
}

/// What a message asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Nothing.
    Nothing,
    /// An answer.
    Reply(Value),
    /// To be let in with this value of `authorization`.
    Begin(Option<String>),
    /// An operation.
    Start {
        /// What the client calls it.
        id: String,
        /// What it asks.
        call: Call,
    },
    /// The end of an operation.
    Stop(String),
    /// The end of the socket.
    Close(Close),
}

/// How far a connection has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    New,
    Began,
    Acknowledged,
}

/// One connection.
#[derive(Debug)]
pub struct Protocol {
    stage: Stage,
    running: BTreeSet<String>,
    operations_most: usize,
}

impl Protocol {
    /// A new connection that may run so many operations at once.
    pub fn new(operations_most: usize) -> Self {
        Self {
            stage: Stage::New,
            running: BTreeSet::new(),
            operations_most,
        }
    }

    /// Whether the client has begun.
    pub fn has_begun(&self) -> bool {
        self.stage != Stage::New
    }

    /// Takes a message.
    pub fn receive(&mut self, text: &str) -> Step {
        self.step(text).unwrap_or_else(Step::Close)
    }

    /// The connection is let in: what to say.
    pub fn acknowledge(&mut self) -> Value {
        self.stage = Stage::Acknowledged;
        json!({ "type": "connection_ack" })
    }

    /// An operation gave something; `None` where the client does not wait for it any more.
    pub fn next(&self, id: &str, payload: &Value) -> Option<Value> {
        self.running
            .contains(id)
            .then(|| json!({ "type": "next", "id": id, "payload": payload }))
    }

    /// An operation did not begin, or broke off: its last word.
    pub fn error(&mut self, id: &str, errors: &Value) -> Option<Value> {
        self.running
            .remove(id)
            .then(|| json!({ "type": "error", "id": id, "payload": errors }))
    }

    /// An operation has given everything.
    pub fn complete(&mut self, id: &str) -> Option<Value> {
        self.running
            .remove(id)
            .then(|| json!({ "type": "complete", "id": id }))
    }

    fn step(&mut self, text: &str) -> Result<Step, Close> {
        let Ok(Value::Object(mut message)) = serde_json::from_str(text) else {
            return Err(invalid("A message must be a JSON object"));
        };
        let Some(Value::String(kind)) = message.remove("type") else {
            return Err(invalid("A message must have a `type`"));
        };
        match kind.as_str() {
            "connection_init" => {
                let payload = object(&mut message)?;
                if self.stage != Stage::New {
                    return Err(Close::TooManyInits);
                }
                self.stage = Stage::Began;
                Ok(Step::Begin(payload.and_then(authorization)))
            }
            "ping" => Ok(Step::Reply(match object(&mut message)? {
                Some(payload) => json!({ "type": "pong", "payload": payload }),
                None => json!({ "type": "pong" }),
            })),
            "pong" => {
                object(&mut message)?;
                Ok(Step::Nothing)
            }
            "subscribe" => self.subscribe(message),
            "complete" => {
                let id = id(&mut message)?;
                Ok(if self.running.remove(&id) {
                    Step::Stop(id)
                } else {
                    // It may have ended while this was under way.
                    Step::Nothing
                })
            }
            _ => Err(invalid("The `type` of the message is none of a client's")),
        }
    }

    fn subscribe(&mut self, mut message: Map<String, Value>) -> Result<Step, Close> {
        let id = id(&mut message)?;
        let Some(payload) = object(&mut message)? else {
            return Err(invalid("`payload` must be an object"));
        };
        let call = Call::from_members(payload).map_err(|it| Close::Invalid(it.to_string()))?;
        if self.stage != Stage::Acknowledged {
            return Err(Close::Unauthorized);
        }
        if self.running.contains(&id) {
            return Err(Close::Duplicate(id));
        }
        if self.running.len() >= self.operations_most {
            let message = format!(
                "{} operations are running: end one first.",
                self.operations_most
            );
            return Ok(Step::Reply(json!({ "type": "error", "id": id, "payload": [
                { "message": message, "extensions": { "code": "RATE_LIMITED" } },
            ] })));
        }
        self.running.insert(id.clone());
        Ok(Step::Start { id, call })
    }
}

fn invalid(what: &str) -> Close {
    Close::Invalid(what.to_owned())
}

fn id(message: &mut Map<String, Value>) -> Result<String, Close> {
    match message.remove("id") {
        Some(Value::String(id)) if !id.is_empty() => Ok(id),
        _ => Err(invalid("`id` must be a string that is not empty")),
    }
}

/// The payload, where there is one; null counts as none.
fn object(message: &mut Map<String, Value>) -> Result<Option<Map<String, Value>>, Close> {
    match message.remove("payload") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(payload)) => Ok(Some(payload)),
        Some(_) => Err(invalid("`payload` must be an object")),
    }
}

/// The token's place. Headers are written in either way by clients.
fn authorization(payload: Map<String, Value>) -> Option<String> {
    payload
        .into_iter()
        .find_map(|(name, value)| match (name.as_str(), value) {
            ("authorization" | "Authorization", Value::String(text)) => Some(text),
            _ => None,
        })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use serde_json::json;

    use super::Protocol;
    use super::Step;

    const SUBSCRIBE: &str = r#"{"type":"subscribe","id":"1","payload":{"query":"{ a }"}}"#;

    fn acknowledged() -> Protocol {
        let mut protocol = Protocol::new(2);
        protocol.receive(r#"{"type":"connection_init"}"#);
        protocol.acknowledge();
        protocol
    }

    fn code(step: &Step) -> Option<u16> {
        match step {
            Step::Close(close) => Some(close.code()),
            _ => None,
        }
    }

    #[test]
    fn what_is_no_message_of_a_client_closes_with_4400() {
        for text in [
            "",
            "x",
            "null",
            "[]",
            "{}",
            r#"{"type":1}"#,
            r#"{"type":"start","id":"1","payload":{"query":"{a}"}}"#,
            r#"{"type":"connection_ack"}"#,
            r#"{"type":"next","id":"1","payload":{}}"#,
            r#"{"type":"connection_init","payload":"x"}"#,
            r#"{"type":"ping","payload":1}"#,
            r#"{"type":"pong","payload":[]}"#,
            r#"{"type":"complete"}"#,
            r#"{"type":"complete","id":1}"#,
            r#"{"type":"subscribe","payload":{"query":"{a}"}}"#,
            r#"{"type":"subscribe","id":"","payload":{"query":"{a}"}}"#,
            r#"{"type":"subscribe","id":"1"}"#,
            r#"{"type":"subscribe","id":"1","payload":{}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":1}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":"x"}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","operationName":1}}"#,
        ] {
            assert_eq!(code(&acknowledged().receive(text)), Some(4400), "{text}");
        }
    }

    #[test]
    fn an_operation_before_the_acknowledgement_closes_with_4401() {
        let mut protocol = Protocol::new(2);
        assert_eq!(code(&protocol.receive(SUBSCRIBE)), Some(4401));

        protocol.receive(r#"{"type":"connection_init"}"#);
        assert_eq!(code(&protocol.receive(SUBSCRIBE)), Some(4401));
    }

    #[test]
    fn a_second_beginning_closes_with_4429() {
        let again = acknowledged().receive(r#"{"type":"connection_init"}"#);

        assert_eq!(code(&again), Some(4429));
    }

    #[test]
    fn the_token_comes_with_the_beginning() {
        for (payload, token) in [
            ("{}", None),
            ("null", None),
            (
                r#"{"authorization":"Bearer x"}"#,
                Some("Bearer x".to_owned()),
            ),
            (
                r#"{"Authorization":"Bearer x"}"#,
                Some("Bearer x".to_owned()),
            ),
            (r#"{"authorization":1}"#, None),
        ] {
            let text = format!(r#"{{"type":"connection_init","payload":{payload}}}"#);

            assert_eq!(Protocol::new(1).receive(&text), Step::Begin(token));
        }
    }

    #[test]
    fn a_name_in_use_closes_with_4409_and_is_free_after_the_end() {
        let mut protocol = acknowledged();
        assert!(matches!(protocol.receive(SUBSCRIBE), Step::Start { .. }));
        assert_eq!(code(&protocol.receive(SUBSCRIBE)), Some(4409));

        for end in ["complete", "error", "stop"] {
            let mut protocol = acknowledged();
            protocol.receive(SUBSCRIBE);
            match end {
                "complete" => assert!(protocol.complete("1").is_some()),
                "error" => assert!(protocol.error("1", &json!([])).is_some()),
                _ => assert_eq!(
                    protocol.receive(r#"{"type":"complete","id":"1"}"#),
                    Step::Stop("1".to_owned())
                ),
            }
            assert!(matches!(protocol.receive(SUBSCRIBE), Step::Start { .. }));
        }
    }

    #[test]
    fn an_operation_that_the_client_ended_is_silent() {
        let mut protocol = acknowledged();
        protocol.receive(SUBSCRIBE);
        protocol.receive(r#"{"type":"complete","id":"1"}"#);

        assert_eq!(protocol.next("1", &json!({})), None);
        assert_eq!(protocol.error("1", &json!([])), None);
        assert_eq!(protocol.complete("1"), None);
        assert_eq!(
            protocol.receive(r#"{"type":"complete","id":"1"}"#),
            Step::Nothing
        );
    }

    #[test]
    fn nothing_follows_an_error() {
        let mut protocol = acknowledged();
        protocol.receive(SUBSCRIBE);

        let said = protocol.error("1", &json!([{ "message": "no" }]));

        assert_eq!(
            said,
            Some(json!({ "type": "error", "id": "1", "payload": [{ "message": "no" }] }))
        );
        assert_eq!(protocol.complete("1"), None);
        assert_eq!(protocol.next("1", &Value::Null), None);
    }

    #[test]
    fn a_ping_is_answered_with_its_payload_also_before_the_beginning() {
        let mut protocol = Protocol::new(1);

        assert_eq!(
            protocol.receive(r#"{"type":"ping","payload":{"a":1}}"#),
            Step::Reply(json!({ "type": "pong", "payload": { "a": 1 } }))
        );
        assert_eq!(
            protocol.receive(r#"{"type":"ping"}"#),
            Step::Reply(json!({ "type": "pong" }))
        );
        assert_eq!(protocol.receive(r#"{"type":"pong"}"#), Step::Nothing);
    }

    #[test]
    fn one_operation_too_many_is_refused_and_the_others_go_on() {
        let mut protocol = acknowledged();
        for id in ["1", "2"] {
            protocol.receive(&SUBSCRIBE.replace("\"1\"", &format!("\"{id}\"")));
        }

        let refused = protocol.receive(&SUBSCRIBE.replace("\"1\"", "\"3\""));

        let Step::Reply(said) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(said["type"], "error");
        assert_eq!(said["payload"][0]["extensions"]["code"], "RATE_LIMITED");
        assert!(protocol.next("1", &json!({})).is_some());
        assert_eq!(protocol.next("3", &json!({})), None);
    }
}
