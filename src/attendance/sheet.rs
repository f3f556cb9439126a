//! The sheets of shifts, held: who is asked about, and what is known of them.
//!
//! What is written is decided in `check`, `mark` and `close`; how it is written is in `written`.

use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::Arc;

use chrono::DateTime;
use chrono::NaiveDateTime;
use chrono::Utc;
use entity::activity;
use entity::attendance;
use entity::ids::ActivityId;
use entity::ids::AttendanceId;
use entity::ids::EntryId;
use entity::ids::PersonId;
use entity::ids::ShiftId;
use entity::ids::TerritoryId;
use entity::ids::VolunteerId;
use entity::shift;
use entity::signup;
use entity::types::AttendanceStatus;
use entity::types::PlanStatus;
use entity::volunteer;

use crate::activities::store as activities;
use crate::attendance::credit::Credit;
use crate::attendance::error::AttendanceError;
use crate::attendance::store;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::platform::zones;
use crate::platform::zones::Zone;
use crate::territories::lookup;
use crate::volunteers;
use crate::volunteers::person;

/// What became of one attendance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was written.
    Written(attendance::Model),
    /// It said so already: the act was done before.
    Replayed(attendance::Model),
}

impl Outcome {
    /// The attendance as it is now.
    #[must_use]
    pub fn into_row(self) -> attendance::Model {
        match self {
            Self::Written(row) | Self::Replayed(row) => row,
        }
    }
}

/// What is to become of one attendance.
pub(super) enum Turn {
    /// Nothing: it says so already.
    Stay(attendance::Model),
    /// It is written, with its hours where a time is credited.
    Write(attendance::Model, Option<Credit>),
}

/// The sheets of some shifts, or why there is none.
pub(super) type Sheets = HashMap<ShiftId, Result<Sheet, AttendanceError>>;

/// A shift whose attendance is held until the transaction ends.
pub(super) struct Sheet {
    pub shift: shift::Model,
    pub activity: activity::Model,
    /// Code of the activity's own territory, where it has one.
    pub(super) territory: Option<String>,
    /// By the ids that were asked for, which may be those of records that were merged since.
    volunteers: Arc<HashMap<VolunteerId, volunteer::Model>>,
    attendances: HashMap<VolunteerId, attendance::Model>,
    places: HashMap<VolunteerId, signup::Model>,
    standing: Arc<HashSet<EntryId>>,
}

impl Sheet {
    /// Holds a shift that takes place and reads what is known of some volunteers. The people are held
    /// after it, as those who sign up hold them.
    pub async fn open(
        ctx: &Ctx,
        tx: &Tx,
        shift: ShiftId,
        records: &[VolunteerId],
    ) -> Result<Self, AttendanceError> {
        let missing = || AttendanceError::NotFound("shiftId");
        let seen = activities::lock_shift(tx, ctx.scope(), shift).await?;
        let seen = seen.ok_or_else(missing)?;
        let mut sheets = Self::of(ctx, tx, vec![seen], records).await?;
        sheets.remove(&shift).unwrap_or_else(|| Err(missing()))
    }

    /// The same for several shifts of one organization that the actor may see; those that do not take
    /// place are refused one by one.
    ///
    /// The number of statements does not depend on that of the shifts.
    pub async fn open_all(
        ctx: &Ctx,
        tx: &Tx,
        shifts: &[ShiftId],
        records: &[VolunteerId],
    ) -> Result<Sheets, AttendanceError> {
        let held = activities::lock_shifts(tx, shifts).await?;
        Self::of(ctx, tx, held, records).await
    }

    async fn of(
        ctx: &Ctx,
        tx: &Tx,
        shifts: Vec<shift::Model>,
        records: &[VolunteerId],
    ) -> Result<Sheets, AttendanceError> {
        let mut sheets = Sheets::new();
        let (held, off): (Vec<_>, Vec<_>) = shifts
            .into_iter()
            .partition(|it| it.status != PlanStatus::Cancelled);
        sheets.extend(
            off.iter()
                .map(|it| (it.id, Err(AttendanceError::Cancelled))),
        );
        let Some(organization) = held.first().map(|it| it.organization_id) else {
            return Ok(sheets);
        };
        let ids: Vec<ShiftId> = held.iter().map(|it| it.id).collect();
        let kinds: HashSet<ActivityId> = held.iter().map(|it| it.activity_id).collect();
        let kinds: Vec<ActivityId> = kinds.into_iter().collect();
        let found = activities::activities(&**tx, ctx.scope(), &kinds).await?;
        let codes = codes(tx, &found).await?;
        let found: HashMap<ActivityId, activity::Model> =
            found.into_iter().map(|it| (it.id, it)).collect();
        let mut volunteers = volunteers::store::hold_kept(tx, ctx.scope(), records).await?;
        volunteers.retain(|_, it| it.organization_id == organization);
        let records: Vec<VolunteerId> = volunteers.values().map(|it| it.id).collect();
        let records = records.as_slice();
        let people: Vec<PersonId> = volunteers.values().map(|it| it.person_id).collect();
        person::hold(tx, &people).await?;
        let mut attendances: HashMap<ShiftId, HashMap<_, _>> = HashMap::new();
        let mut entries: Vec<EntryId> = Vec::new();
        for it in store::of_records(&**tx, &ids, records).await? {
            entries.extend(it.entry_id);
            let of_shift = attendances.entry(it.shift_id).or_default();
            of_shift.insert(it.volunteer_id, it);
        }
        let mut places: HashMap<ShiftId, HashMap<_, _>> = HashMap::new();
        for it in store::places(tx, &ids, records).await? {
            let of_shift = places.entry(it.shift_id).or_default();
            of_shift.insert(it.volunteer_id, it);
        }
        let standing: HashSet<EntryId> = store::standing(tx, &entries).await?.into_iter().collect();
        let (volunteers, standing) = (Arc::new(volunteers), Arc::new(standing));
        for shift in held {
            let sheet = match found.get(&shift.activity_id) {
                None => Err(AttendanceError::NotFound("shiftId")),
                Some(activity) => Ok(Self {
                    territory: activity.territory_id.and_then(|it| codes.get(&it).cloned()),
                    activity: activity.clone(),
                    volunteers: Arc::clone(&volunteers),
                    attendances: attendances.remove(&shift.id).unwrap_or_default(),
                    places: places.remove(&shift.id).unwrap_or_default(),
                    standing: Arc::clone(&standing),
                    shift: shift.clone(),
                }),
            };
            sheets.insert(shift.id, sheet);
        }
        Ok(sheets)
    }

    /// What is known of a volunteer: the stored attendance, or a blank one.
    pub fn row(
        &self,
        ctx: &Ctx,
        id: VolunteerId,
    ) -> Result<(Option<&attendance::Model>, attendance::Model), AttendanceError> {
        let volunteer = self.volunteers.get(&id);
        let volunteer = volunteer.ok_or(AttendanceError::NotFound("volunteerId"))?;
        let id = volunteer.id;
        if let Some(known) = self.attendances.get(&id) {
            return Ok((Some(known), known.clone()));
        }
        if volunteer.archived_at.is_some() {
            return Err(AttendanceError::Archived);
        }
        let blank = attendance::Model {
            id: AttendanceId(ctx.new_id()),
            organization_id: self.shift.organization_id,
            shift_id: self.shift.id,
            volunteer_id: id,
            person_id: volunteer.person_id,
            signup_id: self.places.get(&id).map(|it| it.id),
            status: AttendanceStatus::Present,
            checked_in_at: None,
            check_in_method: None,
            checked_out_at: None,
            check_out_method: None,
            review: None,
            within_geofence: None,
            time_basis: None,
            refusal: None,
            entry_id: None,
            reason: None,
            recorded_by: None,
            version: 0,
            created_at: ctx.now(),
            updated_at: ctx.now(),
        };
        Ok((None, blank))
    }

    /// Whether an attendance has made hours that stand.
    pub fn stands(&self, row: &attendance::Model) -> bool {
        row.entry_id.is_some_and(|it| self.standing.contains(&it))
    }

    /// Whether a volunteer has a place, or had one.
    pub fn has_place(&self, id: VolunteerId) -> bool {
        self.places.contains_key(&self.kept(id))
    }

    /// The record that is meant by an id: the one that took it over, where it was merged.
    pub fn kept(&self, id: VolunteerId) -> VolunteerId {
        self.volunteers.get(&id).map_or(id, |it| it.id)
    }

    /// The place that a volunteer has, or had.
    pub fn place(&self, id: VolunteerId) -> Option<&signup::Model> {
        self.places.get(&self.kept(id))
    }

    /// An instant on the clock of the place.
    pub fn wall(&self, at: DateTime<Utc>) -> NaiveDateTime {
        zones::parse(&self.shift.time_zone)
            .unwrap_or_else(Zone::utc)
            .local_time(at)
    }
}

/// Whether the actor writes the attendance of others.
pub(super) fn coordinates(ctx: &Ctx, shift: &shift::Model) -> bool {
    ctx.may(Action::ManageActivities, shift.organization_id)
}

/// The codes of the territories that activities name as their own.
async fn codes(
    tx: &Tx,
    activities: &[activity::Model],
) -> Result<HashMap<TerritoryId, String>, AttendanceError> {
    let own: Vec<TerritoryId> = activities.iter().filter_map(|it| it.territory_id).collect();
    if own.is_empty() {
        return Ok(HashMap::new());
    }
    let found = lookup::by_ids(&**tx, &own).await?;
    Ok(found.into_iter().map(|it| (it.id, it.code)).collect())
}
