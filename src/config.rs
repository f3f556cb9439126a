//! Every setting, with its default and what follows from it.
//!
//! Order: defaults, then `tiwizi.toml`, then the environment, then flags. Areas receive their
//! section; nothing else reads the environment.

use std::net::SocketAddr;
use std::path::Path;
use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;
use toml::Table;
use toml::Value;

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
    /// How long sessions and tokens live.
    pub identity: IdentityConfig,
    /// What one request may cost.
    pub limits: LimitsConfig,
    /// What sockets and event streams may hold.
    pub live: LiveConfig,
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

/// How long sessions and tokens live.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityConfig {
    /// Life of an access token. A removed member keeps no access longer than one request, since
    /// memberships are read each time; a longer life only saves refreshes.
    pub access_token_minutes: i64,
    /// Life of a session without use of its refresh token.
    pub session_days: i64,
    /// Life of an invitation.
    pub invitation_days: i64,
    /// Shortest password accepted, in characters.
    pub password_min_length: usize,
    /// Failed sign-ins for one address within a quarter of an hour before it has to wait.
    pub sign_in_attempts: u32,
}

/// What one GraphQL request may cost. Each bound is checked before anything runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitsConfig {
    /// Largest request body of anybody, and largest document; larger ones are answered 413.
    pub body_bytes: usize,
    /// Largest request body of whoever has signed in: the file of an import comes in it, in Base64.
    /// The default holds what `startImport` takes. Four such bodies are held at once.
    pub import_body_bytes: usize,
    /// Deepest selection. The deepest operation of our own clients has 9 levels.
    pub depth: usize,
    /// Highest cost: 1 for each object, times the page sizes above it.
    pub cost: usize,
    /// Most aliases in a document.
    pub aliases: usize,
    /// Most directives in a document.
    pub directives: usize,
    /// Most root fields of an operation.
    pub root_fields: usize,
    /// Most lexical tokens of a document; blanks between words count.
    pub tokens: usize,
    /// Longest run of one operation.
    pub timeout_seconds: u64,
    /// Bytes of documents whose verdict is remembered. Each takes about ten times its text in
    /// memory; what is forgotten is only judged again.
    pub document_cache_bytes: u64,
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
    /// Origins of pages of other sites that may open sockets, separated by blanks, such as
    /// `https://app.example.org`. Pages of this server always may.
    pub origins: String,
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
            identity: IdentityConfig {
                access_token_minutes: 15,
                session_days: 30,
                invitation_days: 14,
                password_min_length: 12,
                sign_in_attempts: 10,
            },
            limits: LimitsConfig {
                body_bytes: 1024 * 1024,
                import_body_bytes: 15 * 1024 * 1024,
                depth: 15,
                cost: 10_000,
                aliases: 50,
                directives: 20,
                root_fields: 20,
                tokens: 5_000,
                timeout_seconds: 10,
                document_cache_bytes: 4 * 1024 * 1024,
            },
            live: LiveConfig::default(),
        }
    }
}

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A number outside its bounds.
    #[error("{name} = {value}: give a number from {least} to {most}")]
    OutOfRange {
        /// The setting.
        name: &'static str,
        /// What it says.
        value: i64,
        /// The least.
        least: i64,
        /// The most.
        most: i64,
    },
    /// The file named cannot be read.
    #[error("cannot read {file}: {cause}")]
    Unreadable {
        /// The file.
        file: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The file is no TOML.
    #[error("{file} is not valid TOML: {cause}")]
    Malformed {
        /// The file.
        file: String,
        /// Where and why.
        cause: Box<toml::de::Error>,
    },
    /// A key that no setting has.
    #[error("{origin}: unknown setting `{key}`{}", nearest.as_ref().map(|it| format!("; did you mean `{it}`?")).unwrap_or_default())]
    UnknownKey {
        /// Where it stands.
        origin: String,
        /// The key as written.
        key: String,
        /// The known key most like it.
        nearest: Option<String>,
    },
    /// A value of the wrong type or outside its set.
    #[error("{cause}")]
    Invalid {
        /// Which and why.
        cause: Box<toml::de::Error>,
    },
}

impl Config {
    /// Reads the configuration: defaults, `tiwizi.toml` where it exists, then the environment.
    ///
    /// # Errors
    /// [`ConfigError`] for an unreadable or malformed file, an unknown key, a wrong value.
    pub fn load(
        file: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let known = Table::try_from(Self::default()).unwrap_or_default();
        let mut merged = known.clone();
        let path = file.map_or_else(|| PathBuf::from("tiwizi.toml"), Path::to_path_buf);
        if file.is_some() || path.exists() {
            let origin = path.display().to_string();
            let text = std::fs::read_to_string(&path).map_err(|cause| ConfigError::Unreadable {
                file: origin.clone(),
                cause,
            })?;
            let table: Table = text.parse().map_err(|cause| ConfigError::Malformed {
                file: origin.clone(),
                cause: Box::new(cause),
            })?;
            merge(&mut merged, table, &origin, "")?;
        }
        for (name, value) in environment {
            let Some(key) = name.strip_prefix("TIWIZI_") else {
                continue;
            };
            let path = key.to_lowercase().replace("__", ".");
            set(&mut merged, &path, value, &name)?;
        }
        let config: Self =
            Value::Table(merged)
                .try_into()
                .map_err(|cause| ConfigError::Invalid {
                    cause: Box::new(cause),
                })?;
        config.bounded()
    }

    /// Values outside which the server cannot work: one connection would wait for itself when the
    /// database is brought up to date, and beyond these years dates end.
    fn bounded(self) -> Result<Self, ConfigError> {
        let bounds = [
            (
                "database_connections",
                i64::from(self.database_connections),
                2,
                10_000,
            ),
            (
                "identity.access_token_minutes",
                self.identity.access_token_minutes,
                1,
                1_440,
            ),
            (
                "identity.session_days",
                self.identity.session_days,
                1,
                3_650,
            ),
            (
                "identity.invitation_days",
                self.identity.invitation_days,
                1,
                3_650,
            ),
        ];
        match bounds
            .into_iter()
            .find(|(_, value, least, most)| value < least || value > most)
        {
            None => Ok(self),
            Some((name, value, least, most)) => Err(ConfigError::OutOfRange {
                name,
                value,
                least,
                most,
            }),
        }
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

fn merge(into: &mut Table, from: Table, origin: &str, above: &str) -> Result<(), ConfigError> {
    for (key, value) in from {
        let path = if above.is_empty() {
            key.clone()
        } else {
            format!("{above}.{key}")
        };
        match (into.get_mut(&key), value) {
            (None, _) => return Err(unknown(into, &path, &key, origin)),
            (Some(Value::Table(known)), Value::Table(given)) => {
                merge(known, given, origin, &path)?;
            }
            (Some(slot), value) => *slot = value,
        }
    }
    Ok(())
}

fn set(table: &mut Table, path: &str, text: String, origin: &str) -> Result<(), ConfigError> {
    let (head, rest) = match path.split_once('.') {
        Some((head, rest)) => (head, Some(rest)),
        None => (path, None),
    };
    let Some(slot) = table.get_mut(head) else {
        return Err(unknown(table, path, head, origin));
    };
    match (slot, rest) {
        (Value::Table(inner), Some(rest)) => set(inner, rest, text, origin),
        (slot @ (Value::Integer(_) | Value::Boolean(_)), None) => {
            // What does not parse stays text, so that the typed reading names it.
            *slot = text.parse().unwrap_or(Value::String(text));
            Ok(())
        }
        (slot @ Value::String(_), None) => {
            *slot = Value::String(text);
            Ok(())
        }
        _ => Err(unknown(table, path, head, origin)),
    }
}

fn unknown(known: &Table, path: &str, key: &str, origin: &str) -> ConfigError {
    let nearest = known
        .keys()
        .map(|it| (strsim::damerau_levenshtein(it, key), it))
        .min()
        .filter(|(distance, it)| *distance * 2 <= it.len())
        .map(|(_, it)| it.clone());
    ConfigError::UnknownKey {
        origin: origin.to_owned(),
        key: path.to_owned(),
        nearest,
    }
}

#[cfg(test)]
mod tests {
    use super::Config;

    fn from(pairs: &[(&str, &str)]) -> Result<Config, String> {
        let pairs = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Config::load(None, pairs).map_err(|it| it.to_string())
    }

    #[test]
    fn the_environment_overrides_the_defaults() {
        let config = from(&[("TIWIZI_BIND", "0.0.0.0:9"), ("TIWIZI_LIMITS__DEPTH", "7")]).unwrap();

        assert_eq!((config.bind.port(), config.limits.depth), (9, 7));
    }

    #[test]
    fn an_unknown_setting_is_refused_with_the_nearest_name() {
        let refused = from(&[("TIWIZI_DATABSE_URL", "x")]).unwrap_err();

        assert_eq!(
            refused,
            "TIWIZI_DATABSE_URL: unknown setting `databse_url`; did you mean `database_url`?"
        );
    }

    #[test]
    fn a_value_of_the_wrong_type_is_refused() {
        let refused = from(&[("TIWIZI_LIMITS__DEPTH", "deep")]).unwrap_err();

        assert!(refused.contains("depth"), "{refused}");
    }
}
