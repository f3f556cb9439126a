//! Asks a provider over HTTP: in secret, for so long, for so much, and never elsewhere than where it says itself.
//!
//! What is asked, and what is believed of the answer, is in `openid`.

use std::error::Error;
use std::fmt::Write;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use openidconnect::HttpRequest;
use openidconnect::HttpResponse;
use openidconnect::http::StatusCode;
use openidconnect::url::Url;
use reqwest::Client;
use reqwest::redirect::Policy;

use crate::config::providers::is_safe;

/// How long a provider may take to answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long it may take until it listens.
const CONNECT: Duration = Duration::from_secs(5);
/// Most of an answer: descriptions, keys and tokens are a few thousand bytes.
const MOST_BYTES: usize = 256 * 1_024;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// It is not safe there.
    #[error("it names an address that is not safe")]
    Unsafe,
    /// It answers more than anybody needs.
    #[error("it answers too much")]
    TooMuch,
    /// It says that the failure is its own.
    #[error("it answers {0}")]
    Failing(StatusCode),
    /// No answer came in time, or none at all.
    #[error("it does not answer")]
    Silent(#[from] reqwest::Error),
    /// The answer is none.
    #[error("its answer is none")]
    Malformed(#[from] openidconnect::http::Error),
}

impl FetchError {
    /// What is logged of it, with what it comes from: no address, and nothing of what was said.
    pub fn told(&self) -> String {
        let mut told = self.to_string();
        // What the client says itself would name the address; what lies below says why.
        let mut cause = self.source().and_then(|client| client.source());
        while let Some(below) = cause {
            let _written = write!(told, ": {below}");
            cause = below.source();
        }
        told
    }
}

/// An answer on its way.
type Answering = Pin<Box<dyn Future<Output = Result<HttpResponse, FetchError>> + Send>>;

/// Asks one provider.
#[derive(Clone, Debug)]
pub struct Fetcher {
    client: Client,
    plain: bool,
}

impl Fetcher {
    /// One that follows no redirect, keeps no cookie and asks no proxy that the environment names; `plain`: the provider is on
    /// the same machine.
    ///
    /// # Errors
    /// TLS cannot be used.
    pub fn new(plain: bool) -> Result<Self, FetchError> {
        let client = Client::builder()
            .redirect(Policy::none())
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT)
            .no_proxy()
            .referer(false)
            .https_only(!plain)
            .user_agent(concat!("Tiwizi/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, plain })
    }

    /// Whether something may be said to an address.
    pub fn takes(&self, url: &Url) -> bool {
        is_safe(url, self.plain)
    }

    /// Asks as the library wants it.
    pub fn caller(&self) -> impl Fn(HttpRequest) -> Answering + Send + Sync + use<> {
        let fetcher = self.clone();
        move |request| {
            let fetcher = fetcher.clone();
            Box::pin(async move { fetcher.ask(request).await })
        }
    }

    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, FetchError> {
        let request = reqwest::Request::try_from(request)?;
        if !self.takes(request.url()) {
            return Err(FetchError::Unsafe);
        }
        let mut answer = self.client.execute(request).await?;
        if answer.status().is_server_error() {
            return Err(FetchError::Failing(answer.status()));
        }
        let mut built = openidconnect::http::Response::builder().status(answer.status());
        for (name, value) in answer.headers() {
            built = built.header(name, value);
        }
        let mut body = Vec::new();
        while let Some(piece) = answer.chunk().await? {
            if body.len().saturating_add(piece.len()) > MOST_BYTES {
                return Err(FetchError::TooMuch);
            }
            body.extend_from_slice(&piece);
        }
        Ok(built.body(body)?)
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use openidconnect::http::Request;

    use super::Fetcher;

    #[tokio::test]
    async fn why_nobody_answers_is_told_without_the_address() {
        // Nobody listens where somebody just did.
        let port = TcpListener::bind(("127.0.0.1", 0))
            .and_then(|it| it.local_addr())
            .unwrap()
            .port();
        let asked = Request::builder()
            .uri(format!("http://127.0.0.1:{port}/token?code=secret"))
            .body(Vec::new())
            .unwrap();

        let failed = Fetcher::new(true).unwrap().caller()(asked)
            .await
            .unwrap_err();

        let told = failed.told();
        assert!(told.starts_with("it does not answer: "), "{told}");
        assert!(told.contains("refused"), "{told}");
        assert!(
            !told.contains("secret") && !told.contains("127.0.0.1"),
            "{told}"
        );
    }
}
