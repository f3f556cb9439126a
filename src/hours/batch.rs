//! A batch of entries to write, and what became of each.
//!
//! How they are written is in `record`.

use entity::ids::EntryId;
use entity::types::EntryStatus;
use entity::types::EvidenceLevel;
use serde_json::json;

use crate::hours::entry::Entry;
use crate::hours::entry::NewEntry;
use crate::hours::entry::Work;
use crate::hours::error::HoursError;

/// The state in which a new entry stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Target {
    /// Written, not handed in.
    #[default]
    Draft,
    /// Handed in.
    Submitted,
    /// Decided already: only the operator brings such entries, from another system.
    Approved,
}

/// One entry to write.
#[derive(Clone, Debug)]
pub struct Item {
    /// What it says.
    pub entry: NewEntry,
    /// Where it is to stand.
    pub target: Target,
    /// Digest of the row of a file it comes from: the same row again is the same entry.
    pub import_key: Option<Vec<u8>>,
    /// Key of the client: the same attempt again is the same entry.
    pub idempotency_key: Option<String>,
    /// What shows it, where something else does than whose word it is.
    pub evidence: Option<EvidenceLevel>,
}

impl Item {
    /// An entry written by hand.
    #[must_use]
    pub fn by_hand(entry: NewEntry, target: Target) -> Self {
        Self {
            entry,
            target,
            import_key: None,
            idempotency_key: None,
            evidence: None,
        }
    }

    /// An entry from a row of a file.
    #[must_use]
    pub fn imported(entry: NewEntry, target: Target, import_key: Vec<u8>) -> Self {
        Self {
            entry,
            target,
            import_key: Some(import_key),
            idempotency_key: None,
            evidence: None,
        }
    }

    /// An entry that attendance shows, handed in.
    #[must_use]
    pub fn attended(entry: NewEntry, evidence: EvidenceLevel) -> Self {
        Self {
            evidence: Some(evidence),
            ..Self::by_hand(entry, Target::Submitted)
        }
    }

    /// Where it will stand.
    #[must_use]
    pub fn status(&self) -> EntryStatus {
        match self.target {
            Target::Draft => EntryStatus::Draft,
            Target::Submitted => EntryStatus::Submitted,
            Target::Approved => EntryStatus::Approved,
        }
    }

    /// What an idempotency key stands for: the same content has the same text.
    #[must_use]
    pub fn content(&self) -> Vec<u8> {
        let work = &self.entry.work;
        let day = match work {
            Work::Interval { .. } => None,
            Work::Duration { worked_on, .. } | Work::Group { worked_on, .. } => Some(*worked_on),
        };
        json!([
            self.entry.project,
            work.volunteer(),
            work.span(),
            day,
            work.break_minutes(),
            work.minutes(),
            work.headcount(),
            self.entry.description,
            self.entry.territory_code,
            format!("{:?}", self.target),
        ])
        .to_string()
        .into_bytes()
    }
}

/// What a refused entry means for the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Nothing: each stands alone.
    #[default]
    EachAlone,
    /// None of them is written.
    AllOrNothing,
}

/// Whether it is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Run {
    /// It is written.
    #[default]
    Real,
    /// Everything is done and undone, so that the answer is that of a real run.
    Dry,
}

/// What became of an entry that was not refused.
#[derive(Clone, Debug, PartialEq)]
pub enum Recorded {
    /// It was written.
    Created(Entry),
    /// It was written by an earlier attempt with the same idempotency key.
    Replayed(Entry),
    /// The same row became an entry before.
    Unchanged(EntryId),
    /// It would have been written: a dry run, or another of all-or-nothing was refused. The minutes
    /// of all people together are known.
    Acceptable(Entry),
}

/// The answer to one entry of a batch.
pub type Outcome = Result<Recorded, HoursError>;
