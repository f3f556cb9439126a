//! What every server needs, whatever it is for.
//!
//! No noun of the field is known here: no hours, no territories, no reports.

pub mod bell;
pub mod change;
pub mod clock;
pub mod crypto;
pub mod db;
pub mod editions;
pub mod feed;
pub mod figures;
pub mod fingerprint;
pub mod global;
pub mod hex;
pub mod i18n;
pub mod idempotency;
pub mod mail;
pub mod markup;
pub mod network;
pub mod order;
pub mod outbox;
pub mod page;
pub mod pulse;
pub mod random;
pub mod reader;
pub mod rights;
pub mod sealing;
pub mod spreadsheet;
pub mod telemetry;
pub mod text;
pub mod vault;
pub mod wake;
pub mod zones;
