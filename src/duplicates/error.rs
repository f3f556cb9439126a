//! Why two records were not merged, or not taken apart.
//!
//! Sentences are in `locales/`.

use chrono::NaiveDateTime;
use sea_orm::DbErr;

use crate::hours::HoursError;
use crate::identity::Denied;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::Refuse;
use crate::volunteers::VolunteerError;

/// Why two records were not merged, or not taken apart.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// Values of the input are not acceptable.
    #[error("the input is not acceptable")]
    Invalid(Vec<Refusal>),
    /// There is no such thing, or it is not visible.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// One record named twice, or records of two organizations.
    #[error("these records are never merged")]
    Pair,
    /// The record was merged into another one before.
    #[error("{0} was merged into another record")]
    Merged(&'static str),
    /// The record says nothing of a person any more.
    #[error("{0} was erased")]
    Erased(&'static str),
    /// Both are known by national identity numbers, and not the same.
    #[error("two national identity numbers are two people")]
    TwoPeople,
    /// The person of the other record is the one who is known.
    #[error("the identified record is the one to keep")]
    KeepIdentified,
    /// Both have an account.
    #[error("both records belong to accounts")]
    TwoAccounts,
    /// Both have a timer running.
    #[error("both records have a timer running")]
    TwoTimers,
    /// Both are signed up for one time that lies ahead.
    #[error("both records are signed up for the same time")]
    TwoPlaces {
        /// Start, on the clock on the wall.
        from: NaiveDateTime,
        /// End.
        to: NaiveDateTime,
    },
    /// The record that was kept was merged itself since: that merge is taken back first.
    #[error("the kept record was merged since")]
    Over,
    /// It changed meanwhile.
    #[error("version {current} is the present one")]
    VersionConflict {
        /// The present version.
        current: i32,
    },
    /// The key was used for another input.
    #[error("the idempotency key was used for another input")]
    KeyReused,
    /// Not allowed.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The hours do not fit into the days of one person.
    #[error(transparent)]
    Hours(#[from] HoursError),
    /// A record cannot be written.
    #[error(transparent)]
    Volunteer(#[from] VolunteerError),
    /// A fault of ours.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl MergeError {
    /// The same, told of a field of another act than merging.
    #[must_use]
    pub(super) fn told_of(self, field: &'static str) -> Self {
        let Some(mut refusals) = self.refusals() else {
            return self;
        };
        for it in &mut refusals {
            let known = [
                "reason",
                "expectedVersion",
                "volunteerId",
                "otherVolunteerId",
            ];
            let kept = it
                .path
                .first()
                .is_none_or(|it| known.contains(&it.as_str()));
            if !kept {
                it.path = vec![field.to_owned()];
            }
        }
        Self::Invalid(refusals)
    }
}

impl From<Refusal> for MergeError {
    fn from(refusal: Refusal) -> Self {
        Self::Invalid(vec![refusal])
    }
}

impl Refuse for MergeError {
    fn refusals(&self) -> Option<Vec<Refusal>> {
        let refusal = match self {
            Self::Invalid(refusals) => return Some(refusals.clone()),
            Self::NotFound(field) => Refusal::of(Code::NotFound, field),
            Self::Pair => Refusal::of(Code::MergePair, "mergeId"),
            Self::Merged(field) => Refusal::of(Code::Merged, field),
            Self::Erased(field) => Refusal::of(Code::RecordErased, field),
            Self::TwoPeople => Refusal::of(Code::MergeTwoPeople, "mergeId"),
            Self::KeepIdentified => Refusal::of(Code::MergeKeepIdentified, "keepId"),
            Self::TwoAccounts => Refusal::of(Code::MergeTwoAccounts, "mergeId"),
            Self::TwoTimers => Refusal::of(Code::MergeTwoTimers, "mergeId"),
            Self::TwoPlaces { from, to } => Refusal::of(Code::MergeTwoPlaces, "mergeId")
                .with("from", from.format("%Y-%m-%d %H:%M"))
                .with("to", to.format("%H:%M")),
            Self::Over => Refusal::of(Code::MergeOver, "id"),
            Self::VersionConflict { current } => {
                Refusal::of(Code::VersionConflict, "expectedVersion").with("current", current)
            }
            Self::KeyReused => Refusal::of(Code::IdempotencyConflict, "idempotencyKey"),
            Self::Denied(denied) => Refusal::new(denied.code()),
            Self::Hours(error) => return error.refusals().map(of_the_merged),
            Self::Volunteer(error) => return error.refusals(),
            Self::Database(_) => return None,
        };
        Some(vec![refusal])
    }
}

/// What is refused of hours concerns the record whose hours they are.
fn of_the_merged(refusals: Vec<Refusal>) -> Vec<Refusal> {
    refusals
        .into_iter()
        .map(|it| Refusal {
            path: vec!["mergeId".to_owned()],
            ..it
        })
        .collect()
}
