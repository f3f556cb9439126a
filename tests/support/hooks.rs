//! Another system that is told of changes: a web server on a port of its own, which keeps what it was told and answers as
//! it is bidden.
//!
//! What it was told is checked by the public crate of the scheme, which shares nothing with what signed it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::Mutex;

use reqwest::header::HeaderMap;
use reqwest::header::HeaderName;
use reqwest::header::HeaderValue;
use serde_json::Value;
use standardwebhooks::Webhook;
use tokio::io::AsyncBufReadExt;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::io::BufReader;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

/// A message as it arrived.
#[derive(Clone, Debug)]
pub struct Heard {
    /// The path it was posted to.
    pub path: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its bytes.
    pub raw: Vec<u8>,
}

impl Heard {
    /// What it says.
    pub fn body(&self) -> Value {
        serde_json::from_slice(&self.raw).expect("JSON")
    }

    /// Its number.
    pub fn sequence(&self) -> i64 {
        self.body()["sequence"].as_i64().expect("a number")
    }

    /// Its event.
    pub fn event(&self) -> String {
        self.body()["type"].as_str().expect("a name").to_owned()
    }

    /// A header of it.
    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().expect("text")
    }

    /// Its id.
    pub fn id(&self) -> &str {
        self.header("webhook-id")
    }

    /// Whether one of its signatures is made with a secret, whenever it was sent.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let at = self.header("webhook-timestamp").parse().expect("seconds");
        let hook = Webhook::new(secret).expect("a secret");
        let own = hook.sign(self.id(), at, &self.raw).expect("a signature");
        self.header("webhook-signature")
            .split(' ')
            .any(|it| it == own)
    }
}

/// What it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// This status, and nothing else.
    Says(u16),
    /// That it is to be found under another path.
    Points,
    /// 200, and then text without end.
    Babbles,
    /// Nothing, until it is let.
    Waits,
    /// Nothing: it hangs up.
    HangsUp,
}

struct Kept {
    heard: Vec<Heard>,
    first: VecDeque<Mood>,
    mood: Mood,
    babbled: usize,
}

/// The other system.
pub struct Hook {
    /// Its port on 127.0.0.1.
    pub port: u16,
    kept: Arc<Mutex<Kept>>,
    let_go: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    serving: JoinHandle<()>,
}

impl Hook {
    /// Opens one.
    pub async fn open() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let kept = Arc::new(Mutex::new(Kept {
            heard: Vec::new(),
            first: VecDeque::new(),
            mood: Mood::Says(204),
            babbled: 0,
        }));
        let (let_go, waiting) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
        let with = (Arc::clone(&kept), Arc::clone(&let_go), Arc::clone(&waiting));
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (kept, let_go, waiting) = with.clone();
                tokio::spawn(async move {
                    let _ended = talk(stream, &kept, &let_go, &waiting).await;
                });
            }
        });
        Self {
            port,
            kept,
            let_go,
            waiting,
            serving,
        }
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/in", self.port)
    }

    /// From now on it answers so.
    pub fn will(&self, mood: Mood) {
        self.kept.lock().expect("whole").mood = mood;
    }

    /// The next answers, before it goes on as it did.
    pub fn first(&self, moods: &[Mood]) {
        self.kept.lock().expect("whole").first.extend(moods);
    }

    /// What it was told, in order.
    pub fn heard(&self) -> Vec<Heard> {
        self.kept.lock().expect("whole").heard.clone()
    }

    /// How much it could say of an endless answer.
    pub fn babbled(&self) -> usize {
        self.kept.lock().expect("whole").babbled
    }

    /// Until somebody waits for its answer.
    pub async fn is_waited_for(&self) {
        self.waiting.acquire().await.expect("open").forget();
    }

    /// Lets everybody go who waits, now and later.
    pub fn lets_go(&self) {
        self.let_go.add_permits(1_000);
    }
}

impl Drop for Hook {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn talk(
    stream: TcpStream,
    kept: &Mutex<Kept>,
    let_go: &Semaphore,
    waiting: &Semaphore,
) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    let mut line = String::new();
    read.read_line(&mut line).await?;
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = HeaderMap::new();
    loop {
        line.clear();
        if read.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
        headers.insert(name, HeaderValue::from_str(value.trim()).expect("text"));
    }
    let length: usize = headers["content-length"]
        .to_str()
        .ok()
        .and_then(|it| it.parse().ok())
        .expect("a length");
    let mut raw = vec![0; length];
    read.read_exact(&mut raw).await?;
    let mood = {
        let mut kept = kept.lock().expect("whole");
        kept.heard.push(Heard { path, headers, raw });
        let mood = kept.mood;
        kept.first.pop_front().unwrap_or(mood)
    };
    let says = |status: u16| {
        format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
    };
    match mood {
        Mood::Says(status) => write.write_all(says(status).as_bytes()).await,
        Mood::Points => {
            let answer = "HTTP/1.1 307 x\r\nlocation: /elsewhere\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            write.write_all(answer.as_bytes()).await
        }
        Mood::Babbles => {
            write
                .write_all(b"HTTP/1.1 200 x\r\ntransfer-encoding: chunked\r\n\r\n")
                .await?;
            loop {
                let piece = format!("400\r\n{}\r\n", "a".repeat(0x400));
                write.write_all(piece.as_bytes()).await?;
                kept.lock().expect("whole").babbled += 0x400;
            }
        }
        Mood::Waits => {
            waiting.add_permits(1);
            let _let = let_go.acquire().await.expect("open");
            write.write_all(says(200).as_bytes()).await
        }
        Mood::HangsUp => Ok(()),
    }
}
