//! A mail server on a port of its own: it speaks SMTP, takes letters or refuses them, and keeps what it took.
//!
//! What is in them is read by `mail-parser`, which shares nothing with what wrote them.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;

use tokio::io::AsyncBufReadExt;
use tokio::io::AsyncWriteExt;
use tokio::io::BufReader;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

/// A letter as it arrived.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// Who the envelope says sent it.
    pub from: String,
    /// Whom the envelope says it is for.
    pub to: Vec<String>,
    /// Its bytes.
    pub raw: Vec<u8>,
}

/// What the server does with letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// Takes them.
    Takes,
    /// Says that it may take them later.
    Later,
    /// Says that it never will.
    Never,
    /// Says so when it has read them.
    NeverOnceRead,
    /// Lets nobody in at all.
    Closed,
    /// Knows no password.
    NoSignIn,
    /// Wants nothing from whoever sends them.
    NoSender,
    /// Takes them, and is gone before it has said so.
    HangsUp,
}

#[derive(Default)]
struct Kept {
    letters: Vec<Arrived>,
    mood: Option<Mood>,
    said: HashMap<&'static str, usize>,
}

/// A mail server.
pub struct Post {
    /// Its port on 127.0.0.1.
    pub port: u16,
    kept: Arc<Mutex<Kept>>,
    serving: JoinHandle<()>,
}

impl Post {
    /// Opens one.
    pub async fn open() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let kept = Arc::new(Mutex::new(Kept::default()));
        let with = Arc::clone(&kept);
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let kept = Arc::clone(&with);
                tokio::spawn(async move {
                    let _ended = talk(stream, &kept).await;
                });
            }
        });
        Self {
            port,
            kept,
            serving,
        }
    }

    /// From now on it does so with letters.
    pub fn will(&self, mood: Mood) {
        self.kept.lock().expect("whole").mood = Some(mood);
    }

    /// The letters that it took.
    pub fn letters(&self) -> Vec<Arrived> {
        self.kept.lock().expect("whole").letters.clone()
    }

    /// Forgets the letters that it took, and what was said to it.
    pub fn forget(&self) {
        let mut kept = self.kept.lock().expect("whole");
        kept.letters.clear();
        kept.said.clear();
    }

    /// How often a command was given.
    pub fn heard(&self, command: &str) -> usize {
        self.kept
            .lock()
            .expect("whole")
            .said
            .get(command)
            .copied()
            .unwrap_or_default()
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn talk(stream: TcpStream, kept: &Mutex<Kept>) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    if kept.lock().expect("whole").mood == Some(Mood::Closed) {
        return write.write_all(b"554 5.3.2 no mail here\r\n").await;
    }
    write.write_all(b"220 post.test ready\r\n").await?;
    let (mut from, mut to) = (String::new(), Vec::new());
    let mut line = Vec::new();
    loop {
        line.clear();
        if read.read_until(b'\n', &mut line).await? == 0 {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        let word = text
            .split([' ', ':'])
            .next()
            .unwrap_or_default()
            .to_uppercase();
        let between = || text.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
        let mood = kept.lock().expect("whole").mood.unwrap_or(Mood::Takes);
        let answer = match word.as_str() {
            "EHLO" | "HELO" => {
                "250-post.test\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN\r\n"
            }
            "AUTH" => {
                *kept.lock().expect("whole").said.entry("AUTH").or_default() += 1;
                match mood {
                    Mood::NoSignIn => "535 5.7.8 tiwizi is unknown\r\n",
                    _ => "235 2.7.0 welcome\r\n",
                }
            }
            "MAIL" => {
                *kept.lock().expect("whole").said.entry("MAIL").or_default() += 1;
                from = between();
                match mood {
                    Mood::NoSender => "550 5.7.1 not from reports@tiwizi.test\r\n",
                    _ => "250 2.1.0 fine\r\n",
                }
            }
            "RCPT" => match mood {
                Mood::Later => "451 4.7.1 try again later\r\n",
                Mood::Never => "550 5.1.1 nobody of that name\r\n",
                _ => {
                    to.push(between());
                    "250 2.1.5 fine\r\n"
                }
            },
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                let raw = content(&mut read).await?;
                if mood == Mood::NeverOnceRead {
                    write
                        .write_all(b"554 5.7.1 <a@example.org> gets no such thing\r\n")
                        .await?;
                    continue;
                }
                kept.lock().expect("whole").letters.push(Arrived {
                    from: std::mem::take(&mut from),
                    to: std::mem::take(&mut to),
                    raw,
                });
                if mood == Mood::HangsUp {
                    return Ok(());
                }
                "250 2.0.0 taken\r\n"
            }
            "RSET" | "NOOP" => "250 fine\r\n",
            "QUIT" => {
                write.write_all(b"221 2.0.0 goodbye\r\n").await?;
                return Ok(());
            }
            _ => "502 5.5.1 what?\r\n",
        };
        write.write_all(answer.as_bytes()).await?;
    }
}

/// Reads a letter up to the dot that ends it.
async fn content(read: &mut (impl AsyncBufReadExt + Unpin)) -> std::io::Result<Vec<u8>> {
    let mut raw = Vec::new();
    let mut line = Vec::new();
    loop {
        line.clear();
        let length = read.read_until(b'\n', &mut line).await?;
        if length == 0 || line == b".\r\n" {
            return Ok(raw);
        }
        // A dot that begins a line is doubled on the wire.
        raw.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}
