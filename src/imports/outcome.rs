//! What became of each row, and the sums of a file.
//!
//! How they are shown is a matter of the caller.

use uuid::Uuid;

use crate::refusal::Refusal;

/// What became of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is new.
    Created {
        /// Person-minutes; 0 where it holds none.
        minutes: i64,
    },
    /// It was there already, the same.
    Unchanged,
    /// It was there, and was changed.
    Changed,
    /// The same row stands further up: counted once.
    Duplicate(Problem),
    /// It was not taken.
    Refused(Vec<Problem>),
}

/// One thing wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Title of the column, as the file writes it; absent for the whole row.
    pub column: Option<String>,
    /// The value that stands there.
    pub value: Option<String>,
    /// Code, rule and sentence.
    pub refusal: Refusal,
}

/// One row with what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowOutcome {
    /// Line on which the row begins; the header stands on line 1.
    pub line: u64,
    /// The fields, as written.
    pub fields: Vec<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// What it wrote; `None` for a row that wrote nothing.
    pub trace: Option<Trace>,
}

/// What a row wrote, so that it can be taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The hour entry, volunteer or project.
    pub subject: Uuid,
    /// Digest of what it says now.
    pub content: Vec<u8>,
    /// What it said before, as JSON; `None` for a new one.
    pub before: Option<String>,
}

/// The sums of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Rows with any value.
    pub rows: u64,
    /// New ones.
    pub created: u64,
    /// Rows that were there already.
    pub unchanged: u64,
    /// Rows that changed what was there.
    pub changed: u64,
    /// Repetitions within the file.
    pub duplicates: u64,
    /// Rows that were not taken.
    pub refused: u64,
    /// Person-minutes of the new ones.
    pub minutes: i64,
}

impl Summary {
    /// Adds a row.
    pub fn add(&mut self, outcome: &Outcome) {
        self.rows += 1;
        match outcome {
            Outcome::Created { minutes } => {
                self.created += 1;
                self.minutes += minutes;
            }
            Outcome::Unchanged => self.unchanged += 1,
            Outcome::Changed => self.changed += 1,
            Outcome::Duplicate(_) => self.duplicates += 1,
            Outcome::Refused(_) => self.refused += 1,
        }
    }
}
