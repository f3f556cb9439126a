//! What every report of hours says of itself: of which hours it is, and as of when.
//!
//! It is made by `ground`; the figures are in each report.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::organization;
use entity::territory;
use entity::types::EntryStatus;

use crate::identity::Coverage;
use crate::reports::question::TimeBasis;

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
