//! Reads the layers of the configuration, each setting by itself, so that a wrong one is named
//! with its place.
//!
//! What the settings are and what they may hold is above.

use std::ffi::OsString;
use std::path::Path;
use std::path::PathBuf;

use toml::Table;
use toml::Value;
use toml::de::DeTable;
use toml::de::DeValue;

use crate::config::Config;
use crate::config::error::ConfigError;
use crate::config::error::Origin;
use crate::config::providers;
use crate::config::setting;
use crate::config::without_credentials;

/// What variables begin with.
const PREFIX: &str = "TIWIZI_";
/// What a refusal says in the place of a secret.
const HIDDEN: &str = "what was given";

/// Reads the configuration: defaults, then the file, then the environment.
pub fn layers(
    file: Option<&Path>,
    environment: impl Iterator<Item = (OsString, OsString)>,
) -> Result<Config, ConfigError> {
    let mut layers = Layers::begin();
    let path = file.map_or_else(|| PathBuf::from("tiwizi.toml"), Path::to_path_buf);
    if file.is_some() || path.exists() {
        layers.file(&path)?;
    }
    for (name, value) in environment {
        layers.variable(&name, value)?;
    }
    Ok(layers.config)
}

/// What was read so far.
struct Layers {
    /// The defaults, as a table: which settings there are and of what kind.
    defaults: Table,
    /// What stands so far, as a table and as settings.
    table: Table,
    config: Config,
}

impl Layers {
    fn begin() -> Self {
        let config = Config::default();
        let defaults = Table::try_from(&config).unwrap_or_default();
        Self {
            table: defaults.clone(),
            defaults,
            config,
        }
    }

    fn file(&mut self, path: &Path) -> Result<(), ConfigError> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|cause| ConfigError::Unreadable {
            file: file.clone(),
            cause,
        })?;
        let malformed = |cause: &toml::de::Error| ConfigError::Malformed {
            file: file.clone(),
            line: line(&text, cause.span().map_or(0, |it| it.start)),
            cause: cause.message().replace('\n', " "),
        };
        let values: Table = text.parse().map_err(|it| malformed(&it))?;
        let places = DeTable::parse(&text).map_err(|it| malformed(&it))?;
        let mut given = Vec::new();
        flatten(&values, places.get_ref(), "", &mut given);
        // In the order of the file: whoever mends it begins at the top.
        given.sort_by_key(|it| it.at);
        for setting in given {
            let origin = Origin::File {
                name: file.clone(),
                line: line(&text, setting.at),
            };
            self.set(origin, &setting.path, &setting.path, setting.value)?;
        }
        Ok(())
    }

    fn variable(&mut self, name: &OsString, value: OsString) -> Result<(), ConfigError> {
        let name = name.to_string_lossy();
        let Some(key) = name.strip_prefix(PREFIX) else {
            return Ok(());
        };
        let path = key.to_lowercase().replace("__", ".");
        let text = value.into_string().map_err(|value| ConfigError::Invalid {
            origin: Origin::Environment,
            key: name.clone().into_owned(),
            value: match is_secret(&path) {
                true => HIDDEN.to_owned(),
                false => value.to_string_lossy().into_owned(),
            },
            wanted: "text in UTF-8".to_owned(),
        })?;
        if let Some(id) = provider_of(&path) {
            return self.provider_secret(&name, id, text);
        }
        let value = match find(&self.defaults, &path) {
            // What does not parse stays text, and is refused as such.
            Some(Value::Integer(_)) => text.parse().map_or(Value::String(text), Value::Integer),
            Some(Value::Boolean(_)) => text.parse().map_or(Value::String(text), Value::Boolean),
            _ => Value::String(text),
        };
        self.set(Origin::Environment, &name, &path, value)
    }

    /// Gives a provider that the file names its secret.
    fn provider_secret(&mut self, name: &str, id: &str, secret: String) -> Result<(), ConfigError> {
        let mut table = self.table.clone();
        let list = table
            .get_mut("identity")
            .and_then(|it| it.get_mut("providers"));
        let list = list.and_then(Value::as_array_mut);
        let all = list.into_iter().flatten().filter_map(Value::as_table_mut);
        let mut named = all.filter(|it| it.get("id").and_then(Value::as_str) == Some(id));
        let Some(provider) = named.next() else {
            return Err(ConfigError::UnknownKey {
                origin: Origin::Environment,
                key: name.to_owned(),
                nearest: format!("{} with the id `{id}` in the file", providers::PATH),
            });
        };
        provider.insert("client_secret".to_owned(), Value::String(secret));
        let list = find(&table, providers::PATH).cloned();
        let list = list.unwrap_or_else(|| Value::Array(Vec::new()));
        self.set(Origin::Environment, name, providers::PATH, list)
    }

    /// Takes one setting over, if it is one and its value can be.
    fn set(
        &mut self,
        origin: Origin,
        key: &str,
        path: &str,
        value: Value,
    ) -> Result<(), ConfigError> {
        let Some(known) = find(&self.defaults, path) else {
            let nearest = self.nearest(path, &value);
            return Err(ConfigError::UnknownKey {
                key: key.to_owned(),
                nearest: match origin {
                    Origin::File { .. } => nearest,
                    Origin::Environment => {
                        format!("{PREFIX}{}", nearest.to_uppercase().replace('.', "__"))
                    }
                },
                origin,
            });
        };
        if let (Value::Table(_), Value::Table(_)) = (known, &value) {
            return Ok(());
        }
        let wanted = match setting::wanted(path) {
            _ if path == providers::PATH => providers::wrong(&value).unwrap_or_default(),
            Some(wanted) => wanted,
            None => by_kind(known).to_owned(),
        };
        let mut table = self.table.clone();
        put(&mut table, path, value.clone());
        let read: Result<Config, _> = Value::Table(table.clone()).try_into();
        match read {
            Ok(config) if setting::holds(path, &value) => {
                self.table = table;
                self.config = config;
                Ok(())
            }
            _ => Err(ConfigError::Invalid {
                origin,
                key: key.to_owned(),
                value: match value {
                    // Said by their kind alone.
                    Value::Array(_) | Value::Table(_) => told(&value),
                    // A password may be of the wrong kind, and is one all the same.
                    _ if is_secret(path) => HIDDEN.to_owned(),
                    _ => told(&value),
                },
                wanted,
            }),
        }
    }

    /// The setting most like a path that is none: `_`, `__` and `.` count as the same, since that
    /// is what people mix up; a name without its group is nearly right too.
    fn nearest(&self, path: &str, value: &Value) -> String {
        let plain = |it: &str| it.replace("__", "_").replace('.', "_");
        let last = |it: &str| it.rsplit('.').next().unwrap_or(it).to_owned();
        let mut settings = Vec::new();
        names(&self.defaults, "", &mut settings);
        if value.is_table() {
            // An empty group: whoever wrote it meant one.
            settings.retain(|it| it.contains('.'));
            settings
                .iter_mut()
                .for_each(|it| it.truncate(it.find('.').unwrap_or_default()));
        }
        settings
            .into_iter()
            .min_by_key(|it| {
                // A setting that was taken for a group is meant.
                if path.starts_with(&format!("{it}.")) {
                    return (0, 0);
                }
                let whole = strsim::damerau_levenshtein(&plain(it), &plain(path));
                let own = match strsim::damerau_levenshtein(&last(it), &last(path)) {
                    distance @ (0 | 1) => distance + 1,
                    _ => whole,
                };
                (whole.min(own), whole)
            })
            .unwrap_or_default()
    }
}

/// A setting of a file.
struct Given {
    path: String,
    value: Value,
    /// Where its name begins, in bytes.
    at: usize,
}

/// Settings of a table and of those in it; an empty group stands for itself.
fn flatten(values: &Table, places: &DeTable<'_>, above: &str, given: &mut Vec<Given>) {
    for (key, place) in places {
        let Some(value) = values.get(key.get_ref().as_ref()) else {
            continue;
        };
        let path = below(above, key.get_ref());
        match (value, place.get_ref()) {
            (Value::Table(inner), DeValue::Table(places)) if !inner.is_empty() => {
                flatten(inner, places, &path, given);
            }
            (value, _) => given.push(Given {
                path,
                value: value.clone(),
                at: key.span().start,
            }),
        }
    }
}

/// Whether a refusal must not say again what was given: a secret, or what may hold one.
fn is_secret(path: &str) -> bool {
    matches!(path, "mail.password" | "http.metrics_token")
        || path == providers::PATH
        || provider_of(path).is_some()
}

/// Of which provider a path is the secret.
fn provider_of(path: &str) -> Option<&str> {
    let below = path.strip_prefix(providers::PATH)?.strip_prefix('.')?;
    below.strip_suffix(".client_secret")
}

fn below(above: &str, key: &str) -> String {
    if above.is_empty() {
        key.to_owned()
    } else {
        format!("{above}.{key}")
    }
}

fn names(table: &Table, above: &str, into: &mut Vec<String>) {
    for (key, value) in table {
        let path = below(above, key);
        match value {
            Value::Table(inner) => names(inner, &path, into),
            _ => into.push(path),
        }
    }
}

fn find<'a>(table: &'a Table, path: &str) -> Option<&'a Value> {
    match path.split_once('.') {
        None => table.get(path),
        Some((head, rest)) => find(table.get(head)?.as_table()?, rest),
    }
}

/// Puts a value at the place of a known setting.
fn put(table: &mut Table, path: &str, value: Value) {
    match path.split_once('.') {
        None => {
            table.insert(path.to_owned(), value);
        }
        Some((head, rest)) => {
            if let Some(Value::Table(inner)) = table.get_mut(head) {
                put(inner, rest, value);
            }
        }
    }
}

/// Which line a byte is in, from 1.
fn line(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|it| *it == b'\n').count() + 1
}

/// A value as it may be shown: in one line, and without the password of an address.
fn told(value: &Value) -> String {
    match value {
        Value::Table(_) => "a group".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::String(text) => format!("`{}`", without_credentials(text).replace('\n', " ")),
        value => format!("`{value}`"),
    }
}

fn by_kind(kind: &Value) -> &'static str {
    match kind {
        Value::Integer(_) => "a whole number that is not negative",
        Value::Boolean(_) => "true or false",
        Value::Table(_) => "its settings, each by its name",
        _ => "text in quotes",
    }
}

#[cfg(test)]
mod tests;
