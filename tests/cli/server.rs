//! The server as a process: its end, its log, its worker, and what it refuses to fill.
//!
//! What it answers is tested area by area.

use std::io::Read;
use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;
use serde_json::json;

use crate::cli::Made;
use crate::cli::of_the_program;
use crate::cli::on;
use crate::support::databases::Database;
use crate::support::databases::Engine;
use crate::support::program::Program;

const PASSWORD: &str = "correct horse battery";

of_the_program! {
    /// What was begun is answered, nothing new is taken, and the end is a good one.
    async fn a_request_in_flight_is_finished_after_sigterm(program: Program, _d: Migrated) {
        let server = program.start(&["serve"], "listens on");
        let url = server.url();
        let place = url.strip_prefix("http://").expect("an address");
        let body = json!({ "query": "{ territory(code: \"07\") { code } }" }).to_string();
        let (first, second) = body.split_at(10);
        let mut slow = TcpStream::connect(place).expect("a connection");
        write!(
            slow,
            "POST /graphql HTTP/1.1\r\nhost: {place}\r\ncontent-type: application/json\r\n\
             expect: 100-continue\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            body.len(),
        )
        .expect("written");
        // The server says so once it has begun to read the body.
        let mut begun = [0; 12];
        slow.read_exact(&mut begun).expect("an answer");
        assert_eq!(&begun, b"HTTP/1.1 100");
        slow.write_all(first.as_bytes()).expect("written");

        server.terminate();
        let closed = async {
            while TcpStream::connect(place).is_ok() {
                tokio::task::yield_now().await;
            }
        };
        // Only a server that never closes takes so long.
        let closed = tokio::time::timeout(Duration::from_secs(60), closed).await;
        closed.expect("no new connections after SIGTERM");
        slow.write_all(second.as_bytes()).expect("written");
        let mut answer = String::new();
        slow.read_to_string(&mut answer).expect("an answer");

        assert!(answer.contains("HTTP/1.1 200") && answer.contains(r#"{"code":"07"}"#), "{answer}");
        let (code, logs) = server.ended();
        assert_eq!(code, 0, "{logs}");
    }

    async fn a_worker_works_until_it_is_told_to_end(program: Program, _d: Empty) {
        let worker = program.start(&["worker"], "works");

        worker.terminate();

        let (code, logs) = worker.ended();
        assert_eq!(code, 0, "{logs}");
    }

    /// Demonstration data and real data never mix.
    async fn demonstration_data_are_refused_beside_others(program: Program, _d: Migrated) {
        let made = program.fed(&["user", "create", "someone@example.org"], PASSWORD);
        assert_eq!(made.done(), "created someone@example.org\n");

        for command in [&["serve", "--demo"][..], &["demo"]] {
            let refused = program.clone().with("TIWIZI_LOG__FILTER", "off").run(command);

            assert!(refused.complaint(1).contains("needs an empty one"), "{refused:?}");
        }
    }
}

/// Whoever reads the log can find a request, and learns nothing that would let them in.
#[tokio::test]
async fn each_line_of_a_request_has_its_name_and_no_secret_is_in_the_log() {
    let (program, _database) = on(Engine::Sqlite, Made::Migrated).await.expect("SQLite");
    let program = program
        .with("TIWIZI_LOG__FORMAT", "json")
        .with("TIWIZI_LOG__FILTER", "info,tiwizi=trace");
    let made = program.fed(&["user", "create", "someone@example.org"], PASSWORD);
    made.done();
    let server = program.start(&["serve", "--no-worker"], "listens on");
    let (http, url) = (reqwest::Client::new(), server.url());
    let sign_in = |password: &str| {
        let query = "mutation($input: SignInInput!) { signIn(input: $input) {
            session { accessToken refreshToken } } }";
        let input = json!({ "email": "someone@example.org", "password": password });
        http.post(format!("{url}/graphql"))
            .json(&json!({ "query": query, "variables": { "input": input } }))
    };

    let wrong = sign_in("wrong-password-of-somebody")
        .send()
        .await
        .expect("an answer");
    let mut names = vec![name(&wrong)];
    let right = sign_in(PASSWORD).send().await.expect("an answer");
    names.push(name(&right));
    let session: Value = right.json().await.expect("JSON");
    let session = &session["data"]["signIn"]["session"];
    let access = session["accessToken"].as_str().expect("a token");
    let refresh = session["refreshToken"].as_str().expect("a token");
    let paths = [
        "graphql?query=%7Bviewer%7Buser%7Bid%7D%7D%7D".to_owned(),
        format!("files/{access}"),
    ];
    for path in &paths {
        for token in [access, "forged-token-of-nobody"] {
            let asked = http.get(format!("{url}/{path}")).bearer_auth(token).send();
            names.push(name(&asked.await.expect("an answer")));
        }
    }
    // A connection that is kept would hold the server.
    drop(http);
    server.terminate();
    let (code, logs) = server.ended();

    assert_eq!(code, 0, "{logs}");
    let lines: Vec<Value> = logs
        .lines()
        .map(|it| serde_json::from_str(it).expect("a JSON line"))
        .collect();
    let answered: Vec<&str> = lines
        .iter()
        .filter(|it| it["message"] == "answered")
        .map(|it| it["span"]["id"].as_str().expect("the name of the request"))
        .collect();
    assert_eq!(answered, names);
    let secrets = [
        PASSWORD,
        "wrong-password-of-somebody",
        access,
        refresh,
        "forged-token-of-nobody",
    ];
    for secret in secrets {
        assert!(!logs.contains(secret), "{secret} in {logs}");
    }
}

fn name(response: &reqwest::Response) -> String {
    let name = response.headers().get("x-request-id").expect("a name");
    name.to_str().expect("text").to_owned()
}
