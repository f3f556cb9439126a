//! A client of `graphql-transport-ws` that says exactly what a test wants, right or wrong.
//!
//! What the server must answer is the tests' business.

use std::time::Duration;

use futures_util::SinkExt;
use futures_util::StreamExt;
use serde_json::Value;
use serde_json::json;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::MaybeTlsStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::support::app::App;
use crate::support::cast::Person;

/// Longer than anything takes, so that a test ends.
const PATIENCE: Duration = Duration::from_secs(30);

/// An open socket.
pub struct Socket {
    inner: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Why it was closed, once it was.
    pub why: String,
}

/// What the server said last.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// A message.
    Said(Value),
    /// The end, with its code.
    Closed(u16),
}

impl Socket {
    /// Opens a socket with headers; the HTTP status where that is refused.
    pub async fn open(app: &App, headers: &[(&'static str, String)]) -> Result<Self, u16> {
        let url = format!("{}/graphql", app.url.replacen("http", "ws", 1));
        let mut request = url.into_client_request().expect("a request");
        for (name, value) in headers {
            let value = value.parse().expect("a header");
            request.headers_mut().insert(*name, value);
        }
        match connect_async(request).await {
            Ok((inner, _)) => Ok(Self {
                inner,
                why: String::new(),
            }),
            Err(tokio_tungstenite::tungstenite::Error::Http(response)) => {
                Err(response.status().as_u16())
            }
            // It does not take an answer without a protocol that it offered.
            Err(tokio_tungstenite::tungstenite::Error::Protocol(_)) => Err(101),
            Err(other) => panic!("{other}"),
        }
    }

    /// Opens a socket that speaks the protocol.
    pub async fn speaking(app: &App) -> Self {
        let protocol = "graphql-transport-ws".to_owned();
        Self::open(app, &[("sec-websocket-protocol", protocol)])
            .await
            .expect("a socket")
    }

    /// Opens a socket of somebody.
    pub async fn of(app: &App, who: &Person) -> Self {
        let mut socket = Self::speaking(app).await;
        socket.begin(who.token()).await;
        assert_eq!(
            socket.hear().await,
            Heard::Said(json!({ "type": "connection_ack" }))
        );
        socket
    }

    /// Asks to be let in.
    pub async fn begin(&mut self, token: &str) {
        let payload = json!({ "authorization": format!("Bearer {token}") });
        self.say(json!({ "type": "connection_init", "payload": payload }))
            .await;
    }

    /// Sends a message.
    pub async fn say(&mut self, message: Value) {
        self.send(Message::text(message.to_string())).await;
    }

    /// Sends anything.
    pub async fn send(&mut self, message: Message) {
        // The server may have closed already: what it said is what counts.
        let _ = self.inner.send(message).await;
    }

    /// Starts an operation.
    pub async fn subscribe(&mut self, id: &str, query: &str, variables: Value) {
        let payload = json!({ "query": query, "variables": variables });
        self.say(json!({ "type": "subscribe", "id": id, "payload": payload }))
            .await;
    }

    /// Waits for a message or the end.
    pub async fn hear(&mut self) -> Heard {
        loop {
            let message = timeout(PATIENCE, self.inner.next())
                .await
                .expect("something");
            match message {
                Some(Ok(Message::Text(text))) => {
                    return Heard::Said(serde_json::from_str(&text).expect("JSON"));
                }
                Some(Ok(Message::Close(frame))) => {
                    self.why = frame
                        .as_ref()
                        .map_or_else(String::new, |it| it.reason.to_string());
                    return Heard::Closed(frame.map_or(1005, |it| it.code.into()));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Heard::Closed(1006),
            }
        }
    }

    /// Waits for a message.
    pub async fn said(&mut self) -> Value {
        match self.hear().await {
            Heard::Said(message) => message,
            Heard::Closed(code) => panic!("closed with {code}"),
        }
    }

    /// Waits for the data of the next result.
    pub async fn data(&mut self) -> Value {
        let mut message = self.said().await;
        assert_eq!(message["type"], "next", "{message:#}");
        assert!(message["payload"].get("errors").is_none(), "{message:#}");
        message["payload"]["data"].take()
    }

    /// Waits for the end.
    pub async fn closed(&mut self) -> u16 {
        match self.hear().await {
            Heard::Closed(code) => code,
            Heard::Said(message) => panic!("{message:#}"),
        }
    }
}
