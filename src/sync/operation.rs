//! What a device did while it was away, and what became of it.
//!
//! How a batch is carried out is in `batch`.

use chrono::DateTime;
use chrono::Utc;
use entity::ids::EntryId;
use serde_json::Value;
use serde_json::json;
use uuid::Uuid;

use crate::attendance::AttendanceError;
use crate::attendance::Outcome;
use crate::attendance::passing::Passing;
use crate::attendance::passing::Way;
use crate::hours::Entry;
use crate::hours::HoursError;
use crate::hours::Item;
use crate::hours::change::Change;

/// An entry as a device names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntryRef {
    /// By its id.
    Id(EntryId),
    /// By the id that the device gave to its creation, in this batch or an earlier one.
    Made(Uuid),
}

/// One act.
#[derive(Clone, Debug)]
pub enum Act {
    /// Write an entry.
    Create(Box<Item>),
    /// Change one that was not decided.
    Change(EntryRef, Option<i32>, Box<Change>),
    /// Take a draft away.
    Delete(EntryRef, Option<i32>),
    /// Hand one in.
    Submit(EntryRef, Option<i32>),
    /// Take one back.
    Withdraw(EntryRef, Option<i32>),
    /// Come to a shift, or leave it.
    Pass(Way, Box<Passing>),
}

impl Act {
    /// The entry that it is done to; `None` for a creation and for what is done to no entry.
    #[must_use]
    pub fn entry(&self) -> Option<EntryRef> {
        match self {
            Self::Create(_) | Self::Pass(..) => None,
            Self::Change(entry, ..)
            | Self::Delete(entry, _)
            | Self::Submit(entry, _)
            | Self::Withdraw(entry, _) => Some(*entry),
        }
    }

    /// Name under which the act is remembered.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Create(_) => "hours.create",
            Self::Change(..) => "sync.change",
            Self::Delete(..) => "sync.delete",
            Self::Submit(..) => "sync.submit",
            Self::Withdraw(..) => "sync.withdraw",
            Self::Pass(way, _) => way.name(),
        }
    }

    /// What the act says: the same act has the same text, whenever it is sent.
    #[must_use]
    pub fn content(&self) -> Value {
        let named = |entry: &EntryRef| match entry {
            EntryRef::Id(id) => json!(["id", id]),
            EntryRef::Made(id) => json!(["made", id]),
        };
        match self {
            Self::Pass(_, passing) => json!(passing),
            Self::Create(item) => json!(String::from_utf8_lossy(&item.content())),
            Self::Change(entry, expected, change) => {
                let mut said = vec![named(entry), json!(expected)];
                said.extend(change.said());
                Value::Array(said)
            }
            Self::Delete(entry, expected)
            | Self::Submit(entry, expected)
            | Self::Withdraw(entry, expected) => json!([named(entry), expected]),
        }
    }
}

/// One act with the id that makes its repetition harmless.
#[derive(Clone, Debug)]
pub struct Operation {
    /// As the device calls it.
    pub client_id: Uuid,
    /// When it was done, by the clock of the device.
    pub client_time: DateTime<Utc>,
    /// What was done.
    pub act: Act,
}

/// What became of an operation.
#[derive(Debug)]
pub enum Verdict {
    /// It was done now; the entry as it stands, unless it was taken away.
    Applied(Option<Entry>),
    /// It was done before; the entry as it stands, unless it is gone.
    Replayed(Option<Entry>),
    /// The server knows something else: another version of the entry, or another content under the
    /// same id. The entry as it stands, where it may be seen.
    Conflict(HoursError, Option<Entry>),
    /// A rule refuses it. Nothing is remembered of it: it may be sent again.
    Rejected(HoursError),
    /// What became of coming or leaving.
    Passed(Result<Outcome, AttendanceError>),
}

impl Verdict {
    /// The verdict of a refusal.
    #[must_use]
    pub fn of_refusal(refusal: HoursError, entry: Option<Entry>) -> Self {
        match refusal {
            HoursError::VersionConflict { .. }
            | HoursError::IdempotencyConflict
            | HoursError::WrongState { .. }
            | HoursError::Approved
                if entry.is_some() =>
            {
                Self::Conflict(refusal, entry)
            }
            HoursError::IdempotencyConflict => Self::Conflict(refusal, None),
            _ => Self::Rejected(refusal),
        }
    }
}
