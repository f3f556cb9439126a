//! What every report of hours says of itself: of which hours it is, and as of when.
//!
//! It is made by `ground`; the figures are in each report.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::organization;
use entity::territory;
use entity::types::EntryStatus;

use crate::reports::question::TimeBasis;

/// Which part of the territory's hours an answer covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// All hours worked in the territory.
    Territory,
    /// Only hours of organizations that the caller belongs to, or of the one asked for.
    Organizations,
    /// Hours of organizations that the caller belongs to, and all of the parts of the territory that
    /// they observe.
    Observed,
}

/// Of which hours an answer is.
#[derive(Clone, Debug)]
pub struct Head {
    /// The territory asked about, in its newest version of the interval.
    pub territory: territory::Model,
    /// The one organization asked about.
    pub organization: Option<organization::Model>,
    /// First day.
    pub from: NaiveDate,
    /// Last day, inclusive.
    pub to: NaiveDate,
    /// Which part of the territory's hours it covers.
    pub coverage: Coverage,
    /// Whether it counts all that was asked for, whoever asks.
    pub whole: bool,
    /// How days and months are cut.
    pub time_basis: TimeBasis,
    /// Which states count.
    pub status_basis: Vec<EntryStatus>,
    /// The instant of the answer.
    pub as_of: DateTime<Utc>,
}
