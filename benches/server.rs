//! A server as it is shipped, and a client that is signed in.
//!
//! What is asked of it is with each measurement.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use serde_json::json;

use crate::databases::Database;

/// A program that ends with this one.
pub struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ended = self.0.kill().and_then(|()| self.0.wait());
    }
}

/// Whoever may count the hours of the whole country.
pub struct Client {
    client: reqwest::Client,
    url: String,
    token: String,
}

impl Client {
    /// A server on a database, and its client.
    pub async fn of(database: &Database) -> (Self, Running) {
        let address = free_address();
        let server = command(database, &["serve", "--bind", &address]).spawn();
        let running = Running(server.expect("tiwizi"));
        let mut client = Self {
            client: reqwest::Client::new(),
            url: format!("http://{address}/graphql"),
            token: String::new(),
        };
        client
            .until_ready(&format!("http://{address}/readyz"))
            .await;
        let sign_in = "mutation { signIn(input: {email: \"admin@example.org\", password: \"tiwizi-demo\"}) \
            { session { accessToken } userErrors { message } } }";
        let answer = client.ask(sign_in, &Value::Null).await;
        answer["data"]["signIn"]["session"]["accessToken"]
            .as_str()
            .unwrap_or_else(|| panic!("no session: {answer}"))
            .clone_into(&mut client.token);
        (client, running)
    }

    /// The answer to a document, which has no errors.
    pub async fn ask(&self, query: &str, variables: &Value) -> Value {
        let mut request = self
            .client
            .post(&self.url)
            .json(&json!({"query": query, "variables": variables}));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        let answer = request.send().await.expect("an answer");
        let answer: Value = answer.json().await.expect("JSON");
        assert!(answer["errors"].is_null(), "{answer}");
        answer
    }

    /// Sends a body as it is, signed in or not; gives the status and what came back.
    pub async fn send(&self, body: Vec<u8>, signed_in: bool) -> (u16, Vec<u8>) {
        let mut request = self
            .client
            .post(&self.url)
            .header("content-type", "application/json")
            .body(body);
        if signed_in {
            request = request.bearer_auth(&self.token);
        }
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.bytes().await.expect("a body").to_vec())
    }

    async fn until_ready(&self, url: &str) {
        for _ in 0..600 {
            let answer = self.client.get(url).send().await;
            if answer.is_ok_and(|it| it.status().is_success()) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{url} is not ready");
    }
}

/// Runs a command to its end.
pub fn run(database: &Database, arguments: &[&str]) {
    let status = command(database, arguments).status().expect("tiwizi");
    assert!(status.success(), "{arguments:?} failed");
}

fn command(database: &Database, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tiwizi"));
    command
        .args(["--database-url", &database.url])
        .args(arguments)
        .current_dir(database.folder.path())
        .env("TIWIZI_LOG__FILTER", "warn")
        .env("TIWIZI_LIMITS__POINTS", "0")
        .env("TIWIZI_KEYS_FILE", keys(database))
        .stdout(Stdio::null());
    command
}

/// The one key file of all that opens the database.
pub fn keys(database: &Database) -> PathBuf {
    database.folder.path().join("keys")
}

fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").to_string()
}
