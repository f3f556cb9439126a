//! Every setting, with its default and what follows from it.
//!
//! Order: defaults, then `tiwizi.toml`, then the environment, then flags. Areas receive their
//! section; nothing else reads the environment.

mod audit;
mod documents;
mod error;
mod identity;
mod limits;
mod privacy;
pub mod providers;
mod read;
mod requests;
mod setting;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::Path;
use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;

pub use audit::AuditConfig;
pub use documents::DocumentsConfig;
pub use documents::DocumentsMode;
pub use error::ConfigError;
pub use error::Origin;
pub use identity::EmailVerification;
pub use identity::IdentityConfig;
pub use identity::RequireTotp;
pub use limits::LimitsConfig;
pub use privacy::PrivacyConfig;
pub use privacy::RetentionConfig;
pub use providers::ProviderConfig;
pub use requests::HttpConfig;

/// The whole configuration. Unknown keys are refused.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// `development` makes what is missing; `production` refuses to start without it, and closes
    /// introspection to the signed-out.
    pub environment: Environment,
    /// `sqlite://FILE` or `postgres://USER@HOST/DATABASE`.
    pub database_url: String,
    /// Most connections that one process opens to PostgreSQL. More than twice the cores of the
    /// database only makes them wait in the database instead of here.
    pub database_connections: u32,
    /// Address to listen on.
    pub bind: SocketAddr,
    /// What clients and letters call this server, without a trailing slash.
    pub public_url: String,
    /// File of the signing and hashing keys, mode 0600. Empty: beside the SQLite database, or
    /// `tiwizi.keys` in the working directory.
    pub keys_file: String,
    /// Worker threads of the server; 0 takes one for each core.
    pub workers: usize,
    /// How logs are written.
    pub log: LogConfig,
    /// Who may ask for what from where, and what is believed of requests.
    pub http: HttpConfig,
    /// How long the audit trail is kept.
    pub audit: AuditConfig,
    /// How long sessions and tokens live.
    pub identity: IdentityConfig,
    /// What one request may cost.
    pub limits: LimitsConfig,
    /// Which documents run.
    pub documents: DocumentsConfig,
    /// What sockets and event streams may hold.
    pub live: LiveConfig,
    /// What is published for everybody.
    pub statistics: StatisticsConfig,
    /// Through which server letters go.
    pub mail: MailConfig,
    /// How files get to whom they are for.
    pub deliveries: DeliveriesConfig,
    /// How other systems are told of changes.
    pub webhooks: WebhooksConfig,
    /// For how long personal data is kept, and when it is erased.
    pub privacy: PrivacyConfig,
}

/// Where the server runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// On one's own machine: missing keys are made.
    Development,
    /// For others: missing keys are an error.
    Production,
}

/// How logs are written.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogConfig {
    /// `text` for people, `json` for collectors.
    pub format: LogFormat,
    /// Filter in the syntax of `tracing`: `info`, `tiwizi=debug,warn`.
    pub filter: String,
}

/// Shape of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One readable line.
    Text,
    /// One JSON object.
    Json,
}

/// What sockets and event streams may hold.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiveConfig {
    /// How long a new socket may stay without `connection_init`.
    pub init_seconds: u64,
    /// Between two looks at whether the client and its session are still there. A client that has
    /// said nothing for two of them, or takes nothing for as long, is cut off.
    pub heartbeat_seconds: u64,
    /// Most operations that run at once on a socket.
    pub operations: usize,
    /// Most sockets and event streams of one user at this instance.
    pub sockets: usize,
    /// Largest message of a client.
    pub message_bytes: usize,
    /// Origins of pages of other sites that may open sockets and nothing else; those of `http.origins` may as well.
    pub origins: String,
}

impl LiveConfig {
    /// Whether pages of this origin may open sockets by this setting alone.
    #[must_use]
    pub fn is_named(&self, origin: &str) -> bool {
        requests::names(&self.origins, origin)
    }
}

/// What is published for everybody, and when. Editions that are out keep what they were published with.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatisticsConfig {
    /// Whether new editions are published; those that are out stay.
    pub publish: bool,
    /// Fewest distinct named people of a published cell that is not zero. With fewer than three one of
    /// two would know the other's part.
    pub threshold: usize,
    /// Days after the end of a quarter before it is published. What is approved later is in no edition.
    pub settle_days: u64,
}

/// Through which server letters go. Without a server nothing is sent by mail, and what asks for it is refused.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailConfig {
    /// Name of the server. Empty: none is set up.
    pub host: String,
    /// Its port: 587 is usual for `starttls`, 465 for `tls`, 25 for `none`.
    pub port: u16,
    /// How the connection is kept secret.
    pub security: MailSecurity,
    /// Under which name to sign in. Empty: nobody signs in.
    pub user: String,
    /// The password of that name.
    pub password: Secret,
    /// Who letters are from: `reports@example.org`, or `Tiwizi <reports@example.org>`. The host of it stands in every
    /// `Message-ID`.
    pub from: String,
    /// File of certificates in PEM, besides those of Mozilla, by which the server may be known: for intranets with an authority
    /// of their own. Empty: none.
    pub root_certificate: String,
    /// Where a client takes the token of an invitation, with `{token}` in its place, such as
    /// `https://app.example.org/invitation#{token}`. Behind a `#` it is in no log of a server. Empty: letters bring the token
    /// alone.
    pub invitation_url: String,
    /// The same of leave to set a new password.
    pub reset_url: String,
    /// The same of what verifies an address.
    pub verification_url: String,
}

impl MailConfig {
    /// Whether letters can be sent: there is a server, and somebody whom they are from.
    #[must_use]
    pub fn is_set_up(&self) -> bool {
        !self.host.is_empty() && setting::is_mailbox(&self.from)
    }
}

/// How a connection to a mail server is kept secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailSecurity {
    /// It begins in the open and becomes secret before anything is said; a server that cannot is refused.
    Starttls,
    /// It is secret from the beginning.
    Tls,
    /// It is not: for a server on the same machine.
    None,
}

/// How files get to whom they are for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveriesConfig {
    /// Folder below which files are put, or `s3://BUCKET/PATH` for a bucket of an S3-compatible store. It must be there.
    /// Empty: none is set up, and what asks for it is refused.
    pub folder: String,
    /// Address of the store, such as `https://minio.example.org`; a bucket stands in its path. Empty: that of Amazon.
    pub s3_endpoint: String,
    /// Region of the store, which its signatures name.
    pub s3_region: String,
    /// Name of the key of the store.
    pub s3_key_id: String,
    /// The key of that name.
    pub s3_secret: Secret,
    /// Whether the store may be spoken to over plain HTTP: for one on the same machine.
    pub s3_allow_http: bool,
    /// Largest file that goes in a letter; a larger one goes as a link. Many servers take no letter of more than 10 MB, and
    /// Base64 makes a file a third longer.
    pub attachment_bytes: u64,
}

/// How other systems are told of changes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhooksConfig {
    /// Whether they may be told over plain HTTP. Whoever listens in between reads it then; signatures stay right.
    pub allow_http: bool,
    /// Parts of the network to which events may go although not everybody reaches them, separated by blanks, such as
    /// `10.1.0.0/16 fd00::/8`. Empty: none. Whoever manages an organization can have something posted there.
    pub allow_networks: String,
    /// Days for which it is kept what others were told, to be sent again.
    pub kept_days: i64,
}

impl Default for WebhooksConfig {
    fn default() -> Self {
        Self {
            allow_http: false,
            allow_networks: String::new(),
            kept_days: 30,
        }
    }
}

/// A value that does not print.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The value, for whoever it is meant for.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

impl Default for MailConfig {
    fn default() -> Self {
        Self {
            host: String::new(),
            port: 587,
            security: MailSecurity::Starttls,
            user: String::new(),
            password: Secret::default(),
            from: String::new(),
            root_certificate: String::new(),
            invitation_url: String::new(),
            reset_url: String::new(),
            verification_url: String::new(),
        }
    }
}

impl Default for DeliveriesConfig {
    fn default() -> Self {
        Self {
            folder: String::new(),
            s3_endpoint: String::new(),
            s3_region: "us-east-1".to_owned(),
            s3_key_id: String::new(),
            s3_secret: Secret::default(),
            s3_allow_http: false,
            attachment_bytes: 5 * 1024 * 1024,
        }
    }
}

impl Default for StatisticsConfig {
    fn default() -> Self {
        Self {
            publish: true,
            threshold: 5,
            settle_days: 45,
        }
    }
}

impl Default for LiveConfig {
    fn default() -> Self {
        Self {
            init_seconds: 10,
            heartbeat_seconds: 25,
            operations: 50,
            sockets: 20,
            message_bytes: 64 * 1024,
            origins: String::new(),
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            environment: Environment::Development,
            database_url: "sqlite://tiwizi.sqlite".to_owned(),
            database_connections: 16,
            bind: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: "http://127.0.0.1:8080".to_owned(),
            keys_file: String::new(),
            workers: 0,
            log: LogConfig {
                format: LogFormat::Text,
                filter: "info,actix_server=warn,sqlx=warn,sea_orm_migration=warn".to_owned(),
            },
            http: HttpConfig::default(),
            audit: AuditConfig::default(),
            identity: IdentityConfig::default(),
            limits: LimitsConfig::default(),
            documents: DocumentsConfig::default(),
            live: LiveConfig::default(),
            statistics: StatisticsConfig::default(),
            mail: MailConfig::default(),
            deliveries: DeliveriesConfig::default(),
            webhooks: WebhooksConfig::default(),
            privacy: PrivacyConfig::default(),
        }
    }
}

impl Config {
    /// Reads the configuration: defaults, `tiwizi.toml` where it exists, then the environment.
    ///
    /// # Errors
    /// [`ConfigError`] for an unreadable or malformed file, an unknown key, a wrong value.
    pub fn load(
        file: Option<&Path>,
        environment: impl Iterator<Item = (OsString, OsString)>,
    ) -> Result<Self, ConfigError> {
        read::layers(file, environment)
    }

    /// The file that holds the keys.
    #[must_use]
    pub fn keys_path(&self) -> PathBuf {
        if !self.keys_file.is_empty() {
            return PathBuf::from(&self.keys_file);
        }
        match self.database_url.strip_prefix("sqlite://") {
            Some(database) => {
                let database = database.split('?').next().unwrap_or(database);
                Path::new(database).with_extension("keys")
            }
            None => PathBuf::from("tiwizi.keys"),
        }
    }
}

/// Reads the address of a database, as a flag gives it.
///
/// # Errors
/// What it can be.
pub fn database_url(text: &str) -> Result<String, String> {
    if setting::is_database(text) {
        Ok(text.to_owned())
    } else {
        Err(setting::wanted("database_url").unwrap_or_default())
    }
}

/// An address without user and password.
#[must_use]
pub fn without_credentials(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, place))) => format!("{scheme}://{place}"),
        _ => url.to_owned(),
    }
}
