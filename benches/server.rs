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
pub struct Running(pub Child);

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
        let running = serve(database, &address);
        let client = reqwest::Client::new();
        until_ready(&client, &format!("http://{address}/readyz")).await;
        let url = format!("http://{address}/graphql");
        let token = sign_in(&client, &url, "admin@example.org").await;
        (Self { client, url, token }, running)
    }

    /// The answer to a document, which has no errors.
    pub async fn ask(&self, query: &str, variables: &Value) -> Value {
        let request = self
            .client
            .post(&self.url)
            .json(&json!({"query": query, "variables": variables}))
            .bearer_auth(&self.token);
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
}

/// The access token of an account of the demonstration data.
pub async fn sign_in(client: &reqwest::Client, url: &str, email: &str) -> String {
    let query = "mutation($email: EmailAddress!) { signIn(input: {email: $email, password: \"tiwizi-demo\"}) \
        { session { accessToken } userErrors { message } } }";
    let asked = client
        .post(url)
        .json(&json!({ "query": query, "variables": { "email": email } }));
    let answer = asked.send().await.expect("an answer");
    let answer: Value = answer.json().await.expect("JSON");
    answer["data"]["signIn"]["session"]["accessToken"]
        .as_str()
        .unwrap_or_else(|| panic!("no session: {answer}"))
        .to_owned()
}

/// Waits until a server answers.
pub async fn until_ready(client: &reqwest::Client, url: &str) {
    for _ in 0..600 {
        let answer = client.get(url).send().await;
        if answer.is_ok_and(|it| it.status().is_success()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{url} is not ready");
}

/// Runs a command to its end.
pub fn run(database: &Database, arguments: &[&str]) {
    let status = command(database, arguments).status().expect("tiwizi");
    assert!(status.success(), "{arguments:?} failed");
}

/// A server on a database, not yet ready.
pub fn serve(database: &Database, address: &str) -> Running {
    let server = command(database, &["serve", "--bind", address]).spawn();
    Running(server.expect("tiwizi"))
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

/// An address of this machine that nobody listens at.
pub fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").to_string()
}
