//! Requests that are no HTTP, or hardly: made at random, sent as they are.
//!
//! What they must be answered is not here.

use std::time::Duration;

use rand::Rng;
use rand::rngs::StdRng;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::storm::values::pick;

/// Longer than the server lets anybody wait for a part of a request.
const PATIENCE: Duration = Duration::from_secs(30);
const METHODS: [&str; 12] = [
    "GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "TRACE", "CONNECT", "PATCH", "get",
    "G\u{0}T", "M-SEARCH",
];
const PATHS: [&str; 22] = [
    "/graphql",
    "/graphql?query={__typename}",
    "/graphql?query=%7B",
    "/graphql?query=%ff%fe",
    "/graphiql",
    "/",
    "*",
    "",
    "//",
    "/files/x",
    "/files/%2e%2e%2f",
    "/verify/AAAA",
    "/verify/%00",
    "/open-data/%",
    "/open-data/../../etc/passwd",
    "/metrics",
    "/schema.graphql",
    "/letters/x/y",
    "http://example.org/graphql",
    "/\u{202e}",
    "/.well-known/jwks.json",
    "/healthz#x",
];
const VERSIONS: [&str; 7] = [
    "HTTP/1.1",
    "HTTP/1.0",
    "HTTP/2.0",
    "HTTP/9.9",
    "HTTP/1.1 ",
    "",
    "HTP/1.1",
];
const HEADERS: [&str; 34] = [
    "content-type: application/json",
    "content-type: application/json; charset=utf-16",
    "content-type: text/plain",
    "content-type: multipart/form-data; boundary=x",
    "content-type:",
    "content-length: 10",
    "content-length: -1",
    "content-length: 99999999999999999999",
    "content-length: 5",
    "content-length: 0x10",
    "transfer-encoding: chunked",
    "transfer-encoding: gzip",
    "transfer-encoding: chunked, chunked",
    "expect: 100-continue",
    "accept: */*;q=9",
    "accept: application/graphql-response+json;q=0",
    "accept: text/event-stream",
    "accept-encoding: br;q=1, *;q=0",
    "accept-language: ar-MA, \u{202e}",
    "authorization: Bearer",
    "authorization: Bearer x.y.z",
    "authorization: Basic eDp5",
    "authorization: Bearer eyJhbGciOiJub25lIn0.e30.",
    "upgrade: websocket",
    "connection: upgrade",
    "connection: close",
    "sec-websocket-key: x",
    "sec-websocket-version: 13",
    "x-forwarded-for: 127.0.0.1, ,x",
    "x-request-id: \u{7}",
    ": no name",
    "no colon",
    "name with blanks: x",
    "if-none-match: \"x",
];
const BODIES: [&str; 12] = [
    "",
    "{",
    "{\"query\":\"{__typename}\"}",
    "[]",
    "null",
    "\u{0}",
    "{\"query\":\"{ me }\"}",
    "5\r\nhello\r\n0\r\n\r\n",
    "ffffffffffffffff\r\n",
    "-1\r\nx\r\n",
    "0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
    "{\"query\":\"\\ud800\"}",
];

/// One broken request.
pub fn request(random: &mut StdRng) -> Vec<u8> {
    let mut bytes = match random.random_range(0..20) {
        0 => (0..random.random_range(0..400))
            .map(|_| random.random())
            .collect(),
        1 => b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xff\xff".to_vec(),
        2 => vec![b'A'; random.random_range(1..200_000)],
        _ => written(random),
    };
    if random.random_bool(0.2) && !bytes.is_empty() {
        let at = random.random_range(0..bytes.len());
        bytes[at] = random.random();
    }
    if random.random_bool(0.1) {
        bytes.truncate(random.random_range(0..=bytes.len()));
    }
    bytes
}

fn written(random: &mut StdRng) -> Vec<u8> {
    let end = if random.random_bool(0.9) {
        "\r\n"
    } else {
        pick(random, &["\n", "\r", ""])
    };
    let mut text = format!(
        "{} {} {}{end}host: localhost{end}",
        pick(random, &METHODS),
        pick(random, &PATHS),
        pick(random, &VERSIONS)
    );
    for _ in 0..random.random_range(0..6) {
        text += pick(random, &HEADERS);
        text += end;
    }
    match random.random_range(0..60) {
        0 => {
            text += &format!(
                "x-long: {}{end}",
                "a".repeat(random.random_range(1_000..200_000))
            )
        }
        1 => text += &format!("x-many: 1{end}").repeat(random.random_range(50..500)),
        _ => {}
    }
    text += end;
    text += pick(random, &BODIES);
    text.into_bytes()
}

/// Sends bytes, says that no more come, and reads the status of the first answer; `None` where the connection ended
/// without one.
pub async fn exchange(address: &str, bytes: &[u8]) -> Option<u16> {
    let talk = async {
        let mut stream = TcpStream::connect(address).await.ok()?;
        // The server may have enough before all is sent.
        let _sent = stream.write_all(bytes).await;
        let _closed = stream.shutdown().await;
        let mut answer = Vec::new();
        let _ended = (&mut stream).take(64 * 1024).read_to_end(&mut answer).await;
        status(&answer)
    };
    tokio::time::timeout(PATIENCE, talk)
        .await
        .expect("an answer, or the end of the connection")
}

fn status(answer: &[u8]) -> Option<u16> {
    let line = answer.split(|it| *it == b'\r').next()?;
    std::str::from_utf8(line)
        .ok()?
        .split(' ')
        .nth(1)?
        .parse()
        .ok()
}
