//! One test's server: the real one, on a free port, with a database of its own and a clock that
//! stands still.
//!
//! Who uses it is in the cast.

use std::sync::Arc;

use chrono::DateTime;
use chrono::Utc;
use reqwest::header::ACCEPT_LANGUAGE;
use reqwest::header::HeaderMap;
use serde_json::Value;
use serde_json::json;
use tiwizi::config::Config;
use tiwizi::config::DeliveriesConfig;
use tiwizi::config::EmailVerification;
use tiwizi::config::IdentityConfig;
use tiwizi::config::LimitsConfig;
use tiwizi::config::LiveConfig;
use tiwizi::platform::clock::Clock;
use tiwizi::platform::db::Tx;
use tiwizi::platform::random::Random;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::support::databases::Database;
use crate::support::databases::Engine;

/// When every test takes place, until it moves the clock.
pub fn opening() -> DateTime<Utc> {
    "2026-11-02T09:00:00Z".parse().expect("an instant")
}

/// A running server.
#[derive(Clone)]
pub struct App {
    /// What the server was put together from: database, clock, settings.
    pub parts: tiwizi::app::App,
    /// The address that clients use, without a trailing slash.
    pub url: String,
    client: reqwest::Client,
    database: Arc<Database>,
    server: Arc<Server>,
}

/// What ends a server.
struct Server {
    closing: CancellationToken,
    ended: JoinHandle<std::io::Result<()>>,
}

/// What a server answered to one operation.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Value,
}

impl Answer {
    /// The data, where nothing went wrong.
    #[track_caller]
    pub fn data(self) -> Value {
        assert!(self.body.get("errors").is_none(), "{:#}", self.body);
        let mut body = self.body;
        body["data"].take()
    }

    /// The code of the first GraphQL error; empty where there is none.
    pub fn error_code(&self) -> &str {
        self.body["errors"][0]["extensions"]["code"]
            .as_str()
            .unwrap_or_default()
    }
}

impl App {
    /// Runs a test against a server of its own, unless the database is not installed.
    pub async fn run_on(engine: Engine, test: impl AsyncFnOnce(App)) {
        let Some(database) = Database::migrated(engine).await else {
            return;
        };
        let app = Self::start(database).await;
        test(app.clone()).await;
        app.close().await;
    }

    /// Starts a server on a database.
    pub async fn start(database: Database) -> Self {
        let config = settings(&database);
        Self::start_with(database, config).await
    }

    /// The same with settings of the test.
    pub async fn start_with(database: Database, config: Config) -> Self {
        Self::open(Arc::new(database), config).await
    }

    /// A transaction past all rules, to bring about what no client can.
    pub async fn begin(&self) -> Tx {
        let begun = self.parts.core.db.system().begin().await;
        begun.expect("a transaction")
    }

    /// Starts another instance on the same database, with the same keys and settings.
    pub async fn beside(&self) -> Self {
        self.beside_with(|_| ()).await
    }

    /// The same with other settings.
    pub async fn beside_with(&self, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = self.parts.core.config.clone();
        change(&mut config);
        Self::open(Arc::clone(&self.database), config).await
    }

    async fn open(database: Arc<Database>, config: Config) -> Self {
        let clock = Clock::fixed(opening());
        let random = Random::seeded(database.another_instance());
        let parts = tiwizi::app::App::start_with(config, clock, random)
            .await
            .expect("an application");
        let listening = tiwizi::http::listen(parts.parts().expect("a schema")).expect("a port");
        let closing = CancellationToken::new();
        let url = format!("http://{}", listening.address);
        let server = Server {
            ended: tokio::spawn(listening.until(closing.clone())),
            closing,
        };
        Self {
            parts,
            url,
            client: reqwest::Client::new(),
            database,
            server: Arc::new(server),
        }
    }

    /// Sends one operation, signed in by a token or not at all.
    pub async fn graphql(&self, token: Option<&str>, query: &str, variables: Value) -> Answer {
        let request = self
            .client
            .post(format!("{}/graphql", self.url))
            .header(ACCEPT_LANGUAGE, "en")
            .json(&json!({ "query": query, "variables": variables }));
        let request = match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        let response = request.send().await.expect("an answer");
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.json().await.expect("JSON"),
        }
    }

    /// The plain HTTP client, for what is not GraphQL.
    pub fn http(&self) -> &reqwest::Client {
        &self.client
    }

    /// Moves the clock of the server.
    pub fn advance(&self, by: chrono::TimeDelta) {
        self.parts.core.clock.advance(by);
    }

    /// Closes the server, and gives the database back unless the test still holds it.
    pub async fn close(self) {
        let Self {
            parts,
            client,
            database,
            server,
            ..
        } = self;
        // Open connections would hold the server until their time is up.
        drop((client, parts));
        server.closing.cancel();
        if let Some(server) = Arc::into_inner(server) {
            let ended = server.ended.await.expect("no panic");
            ended.expect("a server that ends well");
        }
        if let Some(database) = Arc::into_inner(database) {
            database.drop_now().await;
        }
    }
}

/// The settings of a test's server: its own database, nothing slow, nothing shared.
pub fn settings(database: &Database) -> Config {
    let out = database.folder.path().join("out");
    std::fs::create_dir_all(&out).expect("a folder");
    Config {
        // Letters that a test does not ask for would be among those that it counts.
        identity: IdentityConfig {
            email_verification: EmailVerification::Off,
            ..IdentityConfig::default()
        },
        deliveries: DeliveriesConfig {
            folder: out.display().to_string(),
            ..DeliveriesConfig::default()
        },
        database_url: database.url.clone(),
        database_connections: 8,
        keys_file: database.folder.path().join("keys").display().to_string(),
        bind: ([127, 0, 0, 1], 0).into(),
        workers: 1,
        limits: LimitsConfig {
            // The clock stands still, and points would never come back.
            points: 0,
            points_signed_out: 0,
            ..Config::default().limits
        },
        live: LiveConfig {
            // Whoever waits for it to pass waits no longer than that.
            init_seconds: 2,
            ..LiveConfig::default()
        },
        ..Config::default()
    }
}
