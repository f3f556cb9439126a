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
use tiwizi::platform::clock::Clock;

use crate::support::databases::Database;
use crate::support::databases::Engine;

/// When every test takes place, until it moves the clock.
pub fn opening() -> DateTime<Utc> {
    "2026-11-02T09:00:00Z".parse().expect("an instant")
}

/// The settings of a test's server: its own database, nothing slow, nothing shared.
pub fn settings(database: &Database) -> Config {
    Config {
        database_url: database.url.clone(),
        database_connections: 8,
        keys_file: database.folder.path().join("keys").display().to_string(),
        workers: 1,
        ..Config::default()
    }
}
