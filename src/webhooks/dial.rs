//! Posts one message, to an address that was looked at, and takes no more of the answer than its status.
//!
//! A name is resolved once, and what it resolves to is what is connected to: nobody answers a second question otherwise.
//! What is made of the outcome is decided in `send`.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use entity::types::WebhookFailure;
use reqwest::Client;
use reqwest::Response;
use reqwest::Url;
use reqwest::dns::Addrs;
use reqwest::dns::Name;
use reqwest::dns::Resolve;
use reqwest::dns::Resolving;
use reqwest::redirect::Policy;

use crate::config::WebhooksConfig;
use crate::webhooks::address::Allowed;
use crate::webhooks::address::literal;

/// How long an endpoint may take to answer.
const TIMEOUT: Duration = Duration::from_secs(15);
/// How much of an answer is read, to let its sender finish; none of it is kept.
const ANSWER_MOST: usize = 4 * 1_024;

/// A message as it goes over the wire.
#[derive(Clone, Debug)]
pub struct Message {
    /// Where to.
    pub url: String,
    /// Its id, in all its attempts.
    pub id: String,
    /// When this attempt is made, in seconds.
    pub timestamp: i64,
    /// Its signatures.
    pub signatures: String,
    /// What it says, as JSON.
    pub body: String,
}

/// What became of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The endpoint took it.
    Taken(u16),
    /// It did not.
    Failed(WebhookFailure, Option<u16>),
}

/// Posts messages.
#[derive(Clone, Debug)]
pub struct Dialer {
    client: Client,
    allowed: Arc<Allowed>,
}

impl Dialer {
    /// One by the settings. It follows no redirect, keeps no cookie, and asks no proxy that the environment names.
    ///
    /// # Errors
    /// TLS cannot be used.
    pub fn new(config: &WebhooksConfig) -> Result<Self, reqwest::Error> {
        let allowed = Arc::new(Allowed::of(config));
        let client = Client::builder()
            .redirect(Policy::none())
            .timeout(TIMEOUT)
            .no_proxy()
            .referer(false)
            .https_only(!config.allow_http)
            .dns_resolver(Arc::new(Looked(Arc::clone(&allowed))))
            .user_agent(concat!("Tiwizi-Webhooks/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, allowed })
    }

    /// Posts a message once.
    pub async fn post(&self, message: Message) -> Outcome {
        let Ok(url) = Url::parse(&message.url) else {
            return Outcome::Failed(WebhookFailure::AddressRefused, None);
        };
        // What the URL names outright no resolver is asked for; the settings may have changed since.
        if literal(&url).is_some_and(|it| !self.allowed.takes(it)) {
            return Outcome::Failed(WebhookFailure::AddressRefused, None);
        }
        let request = self
            .client
            .post(url)
            .header("content-type", "application/json")
            .header("webhook-id", message.id)
            .header("webhook-timestamp", message.timestamp)
            .header("webhook-signature", message.signatures)
            .body(message.body);
        match request.send().await {
            Ok(answer) => answered(answer).await,
            Err(cause) => Outcome::Failed(failure(&cause), None),
        }
    }
}

async fn answered(mut answer: Response) -> Outcome {
    let status = answer.status();
    let mut read = 0;
    while read < ANSWER_MOST {
        match answer.chunk().await {
            Ok(Some(piece)) => read += piece.len(),
            // The status was heard; how the rest of it ends says nothing.
            Ok(None) | Err(_) => break,
        }
    }
    if status.is_success() {
        Outcome::Taken(status.as_u16())
    } else if status.is_redirection() {
        Outcome::Failed(WebhookFailure::Redirect, Some(status.as_u16()))
    } else {
        Outcome::Failed(WebhookFailure::Status, Some(status.as_u16()))
    }
}

fn failure(cause: &reqwest::Error) -> WebhookFailure {
    let mut below: Option<&(dyn Error + 'static)> = Some(cause);
    while let Some(it) = below {
        if it.is::<Refused>() {
            return WebhookFailure::AddressRefused;
        }
        below = it.source();
    }
    if cause.is_timeout() {
        WebhookFailure::TimedOut
    } else {
        WebhookFailure::Unreachable
    }
}

/// A name leads to no address to which something may be sent.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to no public address")]
struct Refused;

/// Resolves names, and leaves out where nothing is sent.
struct Looked(Arc<Allowed>);

impl Resolve for Looked {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = Arc::clone(&self.0);
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let taken: Vec<SocketAddr> = found.filter(|it| allowed.takes(it.ip())).collect();
            if taken.is_empty() {
                return Err(Box::from(Refused));
            }
            let taken: Addrs = Box::new(taken.into_iter());
            Ok(taken)
        })
    }
}
