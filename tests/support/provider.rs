//! A provider of OpenID Connect on a port of its own: it describes itself, signs people in, exchanges codes, and lies as it is
//! bidden.
//!
//! Its tokens are made by another library than the one that checks them.

mod tokens;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::DateTime;
use chrono::Utc;
use reqwest::Url;
use serde_json::Value;
use serde_json::json;
use sha2::Digest;
use sha2::Sha256;
use tiwizi::config::ProviderConfig;
use tokio::io::AsyncBufReadExt;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::io::BufReader;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::support::provider::tokens::encoded;
use crate::support::provider::tokens::id_token;
use crate::support::provider::tokens::jwks;

/// How the provider calls the server.
pub const CLIENT: &str = "tiwizi at home";
/// What the server proves it by: with signs that have to be encoded.
pub const SECRET: &str = "s3cret: of+the client";
/// Where it sends browsers back to.
pub const REDIRECT: &str = "https://app.example.org/in";

/// Who signs in there.
#[derive(Clone, Debug)]
pub struct Somebody {
    /// How the provider knows them.
    pub subject: String,
    /// Their address there.
    pub email: String,
    /// Whether it says that it verified it.
    pub verified: Option<bool>,
}

impl Somebody {
    /// Somebody with an address that the provider has verified.
    pub fn verified(email: &str) -> Self {
        Self {
            subject: format!("subject of {email}"),
            email: email.to_owned(),
            verified: Some(true),
        }
    }
}

/// What is wrong, or different, of what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Twist {
    /// Nothing: RS256, and the address in the ID token.
    Nothing,
    /// It signs with ES256.
    Es256,
    /// It signs with EdDSA.
    EdDsa,
    /// Addresses are not in the ID token, but where it tells of people.
    Apart,
    /// The same, of somebody else.
    ApartOfAnother,
    /// The same, where it fails.
    ApartBroken,
    /// Another nonce.
    Nonce,
    /// No nonce.
    NoNonce,
    /// For another client.
    Audience,
    /// For this client and another.
    TwoAudiences,
    /// For this client, asked for by another.
    Party,
    /// From another issuer.
    Issuer,
    /// Over.
    Expired,
    /// From before the sign-in.
    Old,
    /// From tomorrow.
    Early,
    /// Not signed.
    NoAlgorithm,
    /// Signed with its public key as if it were a secret.
    PublicAsSecret,
    /// Signed with what the client proves itself by.
    ClientSecret,
    /// Signed with a key that it does not name, under the id of one.
    ForeignKey,
    /// Signed with a key that stands in the token.
    OwnKey,
    /// Changed after it was signed.
    Altered,
    /// No token at all.
    Without,
    /// It refuses the code.
    Refused,
    /// It refuses with 500.
    Broken,
    /// It describes itself somewhere else.
    Redirects,
    /// It describes itself without end.
    Babbles,
    /// It describes itself as another issuer.
    DescribedAsAnother,
    /// Its keys are where nobody is safe.
    UnsafeKeys,
}

/// What it keeps of a sign-in.
struct Pending {
    nonce: String,
    challenge: String,
    who: Somebody,
}

struct Kept {
    twist: Twist,
    names_itself: bool,
    rotated: bool,
    now: DateTime<Utc>,
    pending: BTreeMap<String, Pending>,
    tokens: BTreeMap<String, Somebody>,
    exchanged: usize,
    described: usize,
    asked_of_people: usize,
    pause: Option<Pause>,
}

/// A code that waits to be exchanged until the test says so.
#[derive(Clone, Default)]
pub struct Pause {
    came: Arc<Notify>,
    goes_on: Arc<Notify>,
}

impl Pause {
    /// Until a code came.
    pub async fn came(&self) {
        self.came.notified().await;
    }

    /// Lets it be exchanged.
    pub fn ends(&self) {
        self.goes_on.notify_one();
    }
}

/// The provider.
pub struct Provider {
    /// Its issuer.
    pub issuer: String,
    kept: Arc<Mutex<Kept>>,
    serving: JoinHandle<()>,
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Provider {
    /// Opens one whose clock says `now`.
    pub async fn open(now: DateTime<Utc>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let issuer = format!("http://127.0.0.1:{port}/realm");
        let kept = Arc::new(Mutex::new(Kept {
            twist: Twist::Nothing,
            names_itself: false,
            rotated: false,
            now,
            pending: BTreeMap::new(),
            tokens: BTreeMap::new(),
            exchanged: 0,
            described: 0,
            asked_of_people: 0,
            pause: None,
        }));
        let with = (Arc::clone(&kept), issuer.clone());
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (kept, issuer) = with.clone();
                tokio::spawn(async move {
                    let _ended = talk(stream, &kept, &issuer).await;
                });
            }
        });
        Self {
            issuer,
            kept,
            serving,
        }
    }

    /// The settings by which a server knows it.
    pub fn config(&self) -> ProviderConfig {
        let settings = json!({
            "id": "home", "name": "Home", "issuer": self.issuer, "client_id": CLIENT, "client_secret": SECRET,
            "redirect_urls": format!("{REDIRECT} http://localhost:3000/in"),
        });
        serde_json::from_value(settings).expect("settings")
    }

    /// From now on it says so.
    pub fn will(&self, twist: Twist) {
        self.kept.lock().expect("kept").twist = twist;
    }

    /// From now on its answers name it, and it says so.
    pub fn names_itself(&self) {
        self.kept.lock().expect("kept").names_itself = true;
    }

    /// From now on it signs with another key.
    pub fn rotates(&self) {
        self.kept.lock().expect("kept").rotated = true;
    }

    /// From now on it keeps codes waiting.
    pub fn pauses(&self) -> Pause {
        let pause = Pause::default();
        self.kept.lock().expect("kept").pause = Some(pause.clone());
        pause
    }

    /// Moves its clock.
    pub fn advance(&self, by: chrono::TimeDelta) {
        let mut kept = self.kept.lock().expect("kept");
        kept.now += by;
    }

    /// How many codes it exchanged, or refused.
    pub fn exchanged(&self) -> usize {
        self.kept.lock().expect("kept").exchanged
    }

    /// How often it was asked for what it tells of people.
    pub fn asked_of_people(&self) -> usize {
        self.kept.lock().expect("kept").asked_of_people
    }

    /// How often it described itself.
    pub fn described(&self) -> usize {
        self.kept.lock().expect("kept").described
    }

    /// Somebody signs in there as a browser would that was sent to an address: what is in the address that they are sent back
    /// to.
    pub fn signs_in(&self, url: &str, who: &Somebody) -> (String, String) {
        let url = Url::parse(url).expect("an address");
        assert!(
            url.as_str()
                .starts_with(&format!("{}/authorize?", self.issuer))
        );
        let asked: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["client_id"], CLIENT);
        assert_eq!(asked["redirect_uri"], REDIRECT);
        assert_eq!(asked["code_challenge_method"], "S256");
        assert_eq!(asked["scope"], "openid email");
        let mut kept = self.kept.lock().expect("kept");
        let code = format!("code {} of {}", kept.pending.len(), asked["state"]);
        let pending = Pending {
            nonce: asked["nonce"].clone(),
            challenge: asked["code_challenge"].clone(),
            who: who.clone(),
        };
        kept.pending.insert(code.clone(), pending);
        (code, asked["state"].clone())
    }
}

async fn talk(stream: TcpStream, kept: &Mutex<Kept>, issuer: &str) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let (mut head, mut line) = (Vec::new(), String::new());
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        if line.trim().is_empty() {
            break;
        }
        head.push(line.trim().to_owned());
    }
    let header = |name: &str| {
        let found = head.iter().find_map(|it| {
            it.split_once(": ")
                .filter(|it| it.0.eq_ignore_ascii_case(name))
        });
        found.map(|it| it.1.to_owned()).unwrap_or_default()
    };
    let mut body = vec![0; header("content-length").parse().unwrap_or(0)];
    stream.read_exact(&mut body).await?;
    let request = head[0].split(' ').take(2).collect::<Vec<_>>().join(" ");
    let pause = kept.lock().expect("kept").pause.clone();
    if let Some(pause) = pause.filter(|_| request == "POST /realm/token") {
        pause.came.notify_one();
        pause.goes_on.notified().await;
    }
    let (status, more, said) = answer(kept, issuer, (&request, &header("authorization")), &body);
    let answer = format!(
        "HTTP/1.1 {status} Said\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n{more}\r\n{said}",
        said.len()
    );
    stream.write_all(answer.as_bytes()).await
}

fn answer(
    kept: &Mutex<Kept>,
    issuer: &str,
    (request, authorization): (&str, &str),
    body: &[u8],
) -> (u16, String, String) {
    let mut kept = kept.lock().expect("kept");
    let plain = |status: u16, said: Value| (status, String::new(), said.to_string());
    match request {
        "GET /realm/.well-known/openid-configuration" => {
            kept.described += 1;
            match kept.twist {
                Twist::Redirects => {
                    return (
                        302,
                        format!("location: {issuer}/described\r\n"),
                        String::new(),
                    );
                }
                Twist::Babbles => return plain(200, json!({ "issuer": "x".repeat(300_000) })),
                _ => {}
            }
            plain(200, description(&kept, issuer))
        }
        "GET /realm/described" => plain(200, description(&kept, issuer)),
        "GET /realm/keys" => plain(200, jwks(kept.rotated)),
        "POST /realm/token" => {
            kept.exchanged += 1;
            exchange(&mut kept, issuer, authorization, body)
        }
        "GET /realm/people" => {
            kept.asked_of_people += 1;
            if kept.twist == Twist::ApartBroken {
                return plain(503, json!({}));
            }
            let token = authorization.strip_prefix("Bearer ").unwrap_or_default();
            let Some(who) = kept.tokens.get(token) else {
                return plain(401, json!({}));
            };
            let subject = match kept.twist {
                Twist::ApartOfAnother => "another",
                _ => who.subject.as_str(),
            };
            plain(
                200,
                json!({ "sub": subject, "email": who.email, "email_verified": who.verified }),
            )
        }
        _ => plain(404, json!({})),
    }
}

fn description(kept: &Kept, issuer: &str) -> Value {
    let issuer_said = match kept.twist {
        Twist::DescribedAsAnother => format!("{issuer}/another"),
        _ => issuer.to_owned(),
    };
    let keys = match kept.twist {
        Twist::UnsafeKeys => "http://keys.example.org/keys".to_owned(),
        _ => format!("{issuer}/keys"),
    };
    json!({
        "issuer": issuer_said, "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"), "jwks_uri": keys, "userinfo_endpoint": format!("{issuer}/people"),
        "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256", "EdDSA", "HS256", "none", "XX999"],
        "authorization_response_iss_parameter_supported": kept.names_itself,
    })
}

fn exchange(
    kept: &mut Kept,
    issuer: &str,
    authorization: &str,
    body: &[u8],
) -> (u16, String, String) {
    let plain = |status: u16, said: Value| (status, String::new(), said.to_string());
    let refused = || plain(400, json!({ "error": "invalid_grant" }));
    match kept.twist {
        Twist::Refused => return refused(),
        Twist::Broken => return plain(500, json!("broken")),
        _ => {}
    }
    let query = String::from_utf8_lossy(body);
    let form = Url::parse(&format!("http://localhost/?{query}")).expect("a form");
    let form: BTreeMap<String, String> = form.query_pairs().into_owned().collect();
    // RFC 6749, 2.3.1: both are encoded as in a form before they are joined.
    let joined = STANDARD.decode(authorization.strip_prefix("Basic ").unwrap_or_default());
    let joined = String::from_utf8(joined.unwrap_or_default()).unwrap_or_default();
    if joined != "tiwizi+at+home:s3cret%3A+of%2Bthe+client" {
        return plain(401, json!({ "error": "invalid_client" }));
    }
    let of = |name: &str| form.get(name).cloned().unwrap_or_default();
    let Some(pending) = kept.pending.remove(&of("code")) else {
        return refused();
    };
    let challenge = encoded(&Sha256::digest(of("code_verifier").as_bytes()));
    if of("grant_type") != "authorization_code"
        || of("redirect_uri") != REDIRECT
        || challenge != pending.challenge
    {
        return refused();
    }
    let access = format!("access-{}", kept.exchanged);
    kept.tokens.insert(access.clone(), pending.who.clone());
    let mut said = json!({ "access_token": access, "token_type": "Bearer", "expires_in": 60 });
    if kept.twist != Twist::Without {
        said["id_token"] = json!(id_token(kept, issuer, &pending));
    }
    plain(200, said)
}
