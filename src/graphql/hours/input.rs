//! Inputs of entries, read into the words of `hours`.
//!
//! What they must say is judged there.

use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::MaybeUndefined;
use entity::ids::ProjectId;
use entity::ids::VolunteerId;

use crate::graphql::node::NodeId;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Minutes;
use crate::hours::Fields;
use crate::hours::HoursError;
use crate::hours::Item;
use crate::hours::NewEntry;
use crate::hours::Target;
use crate::hours::change::Change;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// A new entry, in exactly one of three kinds. INTERVAL: `volunteerId`, `startedAt`, `endedAt`,
/// perhaps `breakMinutes`. DURATION: `volunteerId`, `workedOn`, `minutes`. GROUP: `workedOn`,
/// `minutes`, `headcount`.
#[derive(Clone, Debug, InputObject)]
pub struct CreateHourEntryInput {
    /// Who worked; absent for a group.
    volunteer_id: Option<ID>,
    /// What for.
    project_id: ID,
    /// Civil day of a duration or group, where the work was done. Not in the future there.
    worked_on: Option<Date>,
    /// Minutes of a duration, or of each person of a group; 1 to 1440.
    minutes: Option<Minutes>,
    /// When an interval began.
    started_at: Option<DateTime>,
    /// When an interval ended, exclusive: the next one may begin then. Overnight is fine.
    ended_at: Option<DateTime>,
    /// Minutes of an interval that were no work.
    break_minutes: Option<Minutes>,
    /// People of a group; 1 to 10 000.
    headcount: Option<i32>,
    /// What was done; at most 2000 characters.
    description: Option<String>,
    /// Code of the commune where the work was done; that of the project where absent.
    territory_code: Option<String>,
    /// Whether it is handed in at once.
    #[graphql(default)]
    submit: bool,
    /// Makes a repetition harmless: the same key with the same entry answers with the entry that
    /// was written first. At most 200 characters.
    idempotency_key: Option<String>,
}

impl CreateHourEntryInput {
    /// The entry to write.
    ///
    /// # Errors
    /// [`HoursError::Invalid`] with everything that is wrong.
    pub fn item(self) -> Result<Item, HoursError> {
        let mut checks = Checks::new();
        let project = read::<ProjectId>(&mut checks, &self.project_id, "projectId");
        let volunteer = self
            .volunteer_id
            .map(|it| read::<VolunteerId>(&mut checks, &it, "volunteerId"));
        let key = self.idempotency_key;
        checks.key(key.as_deref());
        checks.done().map_err(HoursError::Invalid)?;
        let Some(project) = project else {
            return Err(HoursError::NotFound { field: "projectId" });
        };
        let entry = NewEntry::parse(&Fields {
            volunteer: volunteer.flatten(),
            project,
            started_at: self.started_at.map(|it| it.0),
            ended_at: self.ended_at.map(|it| it.0),
            break_minutes: self.break_minutes.map(|it| it.0),
            worked_on: self.worked_on.map(|it| it.0),
            minutes: self.minutes.map(|it| it.0),
            headcount: self.headcount.map(i64::from),
            description: self.description,
            territory_code: self.territory_code,
        })?;
        let target = if self.submit {
            Target::Submitted
        } else {
            Target::Draft
        };
        Ok(Item {
            idempotency_key: key,
            ..Item::by_hand(entry, target)
        })
    }
}

/// New entries.
#[derive(Debug, InputObject)]
pub struct CreateHourEntriesInput {
    /// 1 to 100 entries.
    pub entries: Vec<CreateHourEntryInput>,
}

/// New values of an entry. What is left out stays; who worked and the kind of the entry stay too.
#[derive(Debug, InputObject)]
pub struct HourEntryChanges {
    /// What for: a project of the same organization.
    project_id: MaybeUndefined<ID>,
    /// Civil day of a duration or group.
    worked_on: MaybeUndefined<Date>,
    /// Minutes of a duration, or of each person of a group; 1 to 1440.
    minutes: MaybeUndefined<Minutes>,
    /// When an interval began.
    started_at: MaybeUndefined<DateTime>,
    /// When an interval ended, exclusive.
    ended_at: MaybeUndefined<DateTime>,
    /// Minutes of an interval that were no work.
    break_minutes: MaybeUndefined<Minutes>,
    /// People of a group; 1 to 10 000.
    headcount: MaybeUndefined<i32>,
    /// What was done; null takes it away.
    description: MaybeUndefined<String>,
    /// Code of the commune where the work was done; null for that of the project.
    territory_code: MaybeUndefined<String>,
}

/// An entry and its new values. What is left out stays; who worked and the kind of the entry stay
/// too.
#[derive(Debug, InputObject)]
pub struct UpdateHourEntryInput {
    /// The entry.
    pub id: ID,
    /// The version that was seen; refused when the entry has changed since.
    pub expected_version: Option<i32>,
    /// Its new values.
    #[graphql(flatten)]
    pub changes: HourEntryChanges,
}

impl HourEntryChanges {
    /// The change.
    ///
    /// # Errors
    /// [`HoursError::Invalid`] with everything that is wrong.
    pub fn change(&self) -> Result<Change, HoursError> {
        let mut checks = Checks::new();
        let project = value(&mut checks, &self.project_id, "projectId")
            .and_then(|it| read::<ProjectId>(&mut checks, &it, "projectId"));
        let change = Change {
            project,
            started_at: value(&mut checks, &self.started_at, "startedAt").map(|it| it.0),
            ended_at: value(&mut checks, &self.ended_at, "endedAt").map(|it| it.0),
            break_minutes: value(&mut checks, &self.break_minutes, "breakMinutes").map(|it| it.0),
            worked_on: value(&mut checks, &self.worked_on, "workedOn").map(|it| it.0),
            minutes: value(&mut checks, &self.minutes, "minutes").map(|it| it.0),
            headcount: value(&mut checks, &self.headcount, "headcount").map(i64::from),
            description: clearable(&self.description),
            territory_code: clearable(&self.territory_code),
        };
        checks.done().map_err(HoursError::Invalid)?;
        Ok(change)
    }
}

/// A draft to take away.
#[derive(Debug, InputObject)]
pub struct DeleteHourEntryInput {
    /// The draft.
    pub id: ID,
    /// The version that was seen; refused when the entry has changed since.
    pub expected_version: Option<i32>,
}

fn read<T: NodeId>(checks: &mut Checks, id: &ID, field: &str) -> Option<T> {
    T::input(id, field).map_err(|it| checks.refuse(it)).ok()
}

/// A new value of a part that is always there.
fn value<T: Clone>(checks: &mut Checks, given: &MaybeUndefined<T>, field: &str) -> Option<T> {
    checks.demand(!given.is_null(), || Refusal::of(Code::Required, field));
    given.value().cloned()
}

/// A new value of a part that may be absent.
fn clearable(given: &MaybeUndefined<String>) -> Option<Option<String>> {
    match given {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(text) => Some(Some(text.clone())),
    }
}
