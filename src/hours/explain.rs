//! Why an act is refused, since when, until when it is allowed, and who can lift the refusal.
//!
//! Refusals themselves come from `guard` and the rules behind it.

use chrono::DateTime;
use chrono::Utc;
use entity::hour_entry;
use entity::types::EntryStatus;
use entity::types::Role;

use crate::hours::error::HoursError;
use crate::identity::Action;
use crate::identity::permissions::roles_with;
use crate::refusal::Refusal;
use crate::refusal::Refuse;

/// What somebody may do to an entry, and why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The first rule that refuses; `None` where the act is allowed.
    pub refusal: Option<Explained>,
    /// Until when it is allowed, where something ends that: a deadline, or an exception.
    pub until: Option<DateTime<Utc>>,
}

/// A refusal with its circumstances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// The rule and its sentence.
    pub refusal: Refusal,
    /// Since when it refuses, where that is known.
    pub since: Option<DateTime<Utc>>,
    /// Who can lift it; `None` where nobody can.
    pub lift: Option<Lift>,
}

/// Who can lift a refusal, and by what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lift {
    /// Members with one of these roles.
    pub roles: Vec<Role>,
    /// Whether administrators of the platform can.
    pub platform: bool,
    /// The act that lifts it, as clients call it.
    pub act: &'static str,
}

impl Lift {
    fn by(action: Action, act: &'static str) -> Self {
        Self {
            roles: roles_with(action),
            platform: false,
            act,
        }
    }

    fn by_platform(act: &'static str) -> Self {
        Self {
            roles: Vec::new(),
            platform: true,
            act,
        }
    }
}

/// Explains why an act was refused; `entry` where it was about one that exists.
///
/// # Errors
/// The error itself where it is a fault, which no client learns of.
pub fn explain(
    error: HoursError,
    entry: Option<&hour_entry::Model>,
) -> Result<Vec<Explained>, HoursError> {
    let Some(refusals) = error.refusals() else {
        return Err(error);
    };
    let (since, lift) = circumstances(&error, entry);
    Ok(refusals
        .into_iter()
        .map(|refusal| Explained {
            refusal,
            since,
            lift: lift.clone(),
        })
        .collect())
}

fn circumstances(
    error: &HoursError,
    entry: Option<&hour_entry::Model>,
) -> (Option<DateTime<Utc>>, Option<Lift>) {
    let decided_at = entry.and_then(|it| it.decided_at);
    match error {
        HoursError::PeriodClosed {
            since, certified, ..
        } => {
            let act = "grantPeriodException";
            let lift = if *certified {
                Lift::by_platform(act)
            } else {
                Lift::by(Action::ManagePeriods, act)
            };
            (*since, Some(lift))
        }
        HoursError::Approved => {
            let lift = Lift::by(Action::LogHoursForOthers, "amendHourEntry");
            (decided_at, Some(lift))
        }
        HoursError::WrongState {
            status: EntryStatus::Submitted,
        } => {
            let lift = Lift::by(Action::LogHoursForOthers, "withdrawHourEntries");
            (entry.and_then(|it| it.submitted_at), Some(lift))
        }
        HoursError::WrongState { .. } => (decided_at, None),
        HoursError::DailyCap { .. } => {
            let act = "updateOrganizationSettings";
            (None, Some(Lift::by(Action::ManageOrganization, act)))
        }
        HoursError::OutsideProject { .. } => (
            None,
            Some(Lift::by(Action::ManageProjects, "updateProject")),
        ),
        _ => (None, None),
    }
}
