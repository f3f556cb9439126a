//! Bodies that are slow, or many at once: they are given up, and keep nobody else from being answered.
//!
//! What bodies may say is tested with the areas.

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use serde_json::json;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::on_both_databases;

/// Begins a request, sends so many bytes of its body and no more, and gives back all that is answered until the
/// server closes the connection.
async fn begun(app: App, announced: usize, sent: usize) -> String {
    let address = app.url.trim_start_matches("http://").to_owned();
    let mut connection = TcpStream::connect(&address).await.unwrap();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
         content-length: {announced}\r\n\r\n"
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    // It may be answered, and the connection closed, before all is sent.
    let _cut = connection.write_all(&vec![b' '; sent]).await;
    let mut answer = Vec::new();
    let _cut = connection.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

/// A request of its size, blanks around it.
fn padded(size: usize) -> String {
    let body = json!({ "query": "{ __typename }" }).to_string();
    format!("{body}{}", " ".repeat(size))
}

async fn status(app: &App, token: Option<&str>, size: usize) -> u16 {
    let url = format!("{}/graphql", app.url);
    let request = app
        .http()
        .post(url)
        .header("content-type", "application/json");
    let request = match token {
        Some(token) => request.bearer_auth(token),
        None => request,
    };
    let sent = request.body(padded(size)).send().await;
    sent.unwrap().status().as_u16()
}

on_both_databases! {
    async fn a_body_that_does_not_come_is_given_up(app: App) {
        let app = app.beside_with(|config| config.limits.body_seconds = 1).await;

        for sent in [0, 10, 200_000] {
            let answer = begun(app.clone(), 250_000, sent).await;

            assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
            assert!(answer.contains("The body did not come in time."), "{answer}");
        }
        assert_eq!(status(&app, None, 200_000).await, 200);
    }

    /// Of one address no more is held than a quarter of the room. Small requests come through all the same, and
    /// whoever has signed in has room elsewhere.
    async fn bodies_that_do_not_end_fill_no_more_than_their_room(app: App) {
        let cast = Cast::on(&app).await;
        let half = 512 * 1024;
        let app = app
            .beside_with(|config| {
                config.limits.body_bytes = 2 * half;
                config.limits.bodies_bytes = 4 * 2 * half;
            })
            .await;

        let mut begun: FuturesUnordered<_> = (0..6)
            .map(|_| tokio::spawn(begun(app.clone(), half + 1, half)))
            .collect();
        for _ in 0..4 {
            let answer = begun.next().await.unwrap().unwrap();
            assert!(answer.starts_with("HTTP/1.1 429 "), "{answer}");
            assert!(answer.contains("retry-after: 1"), "{answer}");
        }
        // Two are held, and the last of their bytes may still be on the way.
        let mut refused = 200;
        for _ in 0..1_000 {
            if refused == 200 {
                refused = status(&app, None, 100_000).await;
            }
        }

        assert_eq!(refused, 429);
        assert_eq!(status(&app, None, 10_000).await, 200);
        assert_eq!(status(&app, Some(cast.owner.token()), 100_000).await, 200);
        for held in begun.iter() {
            held.abort();
        }
    }

    async fn room_comes_back_with_the_answer(app: App) {
        let app = app
            .beside_with(|config| config.limits.bodies_bytes = 0)
            .await;

        for _ in 0..10 {
            assert_eq!(status(&app, None, 1_000_000).await, 200);
        }
    }
}
