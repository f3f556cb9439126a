//! The sheet of a shift, held: who is asked about, what is known of them, and writing it back.
//!
//! What is written is decided in `check`, `mark` and `close`.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::collections::HashSet;

use chrono::DateTime;
use chrono::NaiveDateTime;
use chrono::Utc;
use entity::activity;
use entity::attendance;
use entity::ids::AttendanceId;
use entity::ids::EntryId;
use entity::ids::PersonId;
use entity::ids::ShiftId;
use entity::ids::SignupId;
use entity::ids::VolunteerId;
use entity::shift;
use entity::signup;
use entity::types::AttendanceReview;
use entity::types::AttendanceStatus;
use entity::types::PlanStatus;
use entity::types::SignupStatus;
use entity::volunteer;
use serde_json::json;

use crate::activities::store as activities;
use crate::attendance::credit;
use crate::attendance::credit::Credit;
use crate::attendance::error::AttendanceError;
use crate::attendance::store;
use crate::audit;
use crate::audit::Line;
use crate::hours::HoursError;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::platform::feed;
use crate::platform::feed::Change;
use crate::platform::feed::Kind;
use crate::platform::zones;
use crate::platform::zones::Zone;
use crate::refusal::Refuse;
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

/// A shift whose attendance is held until the transaction ends.
pub(super) struct Sheet {
    pub shift: shift::Model,
    pub activity: activity::Model,
    /// Code of the activity's own territory, where it has one.
    territory: Option<String>,
    /// By the ids that were asked for, which may be those of records that were merged since.
    volunteers: HashMap<VolunteerId, volunteer::Model>,
    attendances: HashMap<VolunteerId, attendance::Model>,
    places: HashMap<VolunteerId, signup::Model>,
    standing: HashSet<EntryId>,
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
        let shift = activities::lock_shift(tx, ctx.scope(), shift).await?;
        let shift = shift.ok_or_else(missing)?;
        if shift.status == PlanStatus::Cancelled {
            return Err(AttendanceError::Cancelled);
        }
        let activity = activities::activities(&**tx, ctx.scope(), &[shift.activity_id]).await?;
        let activity = activity.into_iter().next().ok_or_else(missing)?;
        let mut territory = None;
        if let Some(id) = activity.territory_id {
            let found = lookup::by_ids(&**tx, &[id]).await?;
            territory = found.into_iter().next().map(|it| it.code);
        }
        let organization = shift.organization_id;
        let mut volunteers = volunteers::store::hold_kept(tx, ctx.scope(), records).await?;
        volunteers.retain(|_, it| it.organization_id == organization);
        let records: Vec<VolunteerId> = volunteers.values().map(|it| it.id).collect();
        let records = records.as_slice();
        let people: Vec<PersonId> = volunteers.values().map(|it| it.person_id).collect();
        person::hold(tx, &people).await?;
        let attendances = store::of_records(&**tx, &[shift.id], records).await?;
        let entries: Vec<EntryId> = attendances.iter().filter_map(|it| it.entry_id).collect();
        Ok(Self {
            territory,
            places: store::places(tx, shift.id, records).await?,
            standing: store::standing(tx, &entries).await?.into_iter().collect(),
            attendances: attendances
                .into_iter()
                .map(|it| (it.volunteer_id, it))
                .collect(),
            volunteers,
            shift,
            activity,
        })
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

    /// An instant on the clock of the place.
    pub fn wall(&self, at: DateTime<Utc>) -> NaiveDateTime {
        zones::parse(&self.shift.time_zone)
            .unwrap_or_else(Zone::utc)
            .local_time(at)
    }

    /// Writes what is to become of attendances: hours, rows, sign-ups, trail and feed. The answers
    /// come in their order.
    ///
    /// The number of statements does not depend on that of the attendances up to five hundred.
    pub async fn write(
        self,
        ctx: &Ctx,
        tx: &Tx,
        action: &'static str,
        turns: Vec<Result<Turn, AttendanceError>>,
    ) -> Result<Vec<Result<Outcome, AttendanceError>>, AttendanceError> {
        let credits: Vec<(&attendance::Model, Credit)> = turns
            .iter()
            .filter_map(|it| match it {
                Ok(Turn::Write(row, Some(credit))) => Some((row, *credit)),
                _ => None,
            })
            .collect();
        let place = self.territory.as_deref();
        let hours = credit::write(ctx, tx, &self.activity, place, &credits).await?;
        let mut hours = hours.into_iter();
        let mut written = Vec::new();
        let mut answers = Vec::with_capacity(turns.len());
        for turn in turns {
            answers.push(match turn {
                Err(refusal) => Err(refusal),
                Ok(Turn::Stay(row)) => Ok(Outcome::Replayed(row)),
                Ok(Turn::Write(mut row, credit)) => {
                    let refused = match credit {
                        None => None,
                        Some(credit) => match hours.next() {
                            Some(answer) => credited(&mut row, answer, credit)?,
                            None => return Err(HoursError::Inconsistent("no answer").into()),
                        },
                    };
                    match refused {
                        Some(refusal) => Err(refusal),
                        None => {
                            row.version += 1;
                            row.updated_at = ctx.now();
                            row.recorded_by = ctx.actor().user();
                            written.push(row.clone());
                            Ok(Outcome::Written(row))
                        }
                    }
                }
            });
        }
        self.keep(ctx, tx, action, &written).await?;
        Ok(answers)
    }

    async fn keep(
        &self,
        ctx: &Ctx,
        tx: &Tx,
        action: &'static str,
        written: &[attendance::Model],
    ) -> Result<(), AttendanceError> {
        if written.is_empty() {
            return Ok(());
        }
        store::put(tx, written).await?;
        let mut signups: BTreeMap<SignupStatus, Vec<SignupId>> = BTreeMap::new();
        for row in written {
            let Some(place) = self.places.get(&row.volunteer_id) else {
                continue;
            };
            let status = match row.status {
                AttendanceStatus::NoShow => SignupStatus::NoShow,
                _ => SignupStatus::Attended,
            };
            if place.status != status {
                signups.entry(status).or_default().push(place.id);
            }
        }
        for (status, ids) in signups {
            store::stamp_signups(tx, &ids, status, ctx.now()).await?;
        }
        let organization = self.shift.organization_id;
        let lines = written
            .iter()
            .map(|row| Line {
                action,
                organization: Some(organization),
                subject: ("Attendance", Some(row.id.0)),
                details: Some(json!({"status": row.status, "review": row.review})),
            })
            .collect();
        audit::record_all(ctx, tx, lines).await?;
        let changes = written.iter().map(|row| Change {
            kind: Kind::Attendance,
            record: row.id.0,
            audience: Some(row.volunteer_id.0),
            removed: false,
        });
        feed::append(tx, organization, ctx.now(), changes).await?;
        Ok(())
    }
}

/// Puts the answer of the hours into an attendance; a refusal that stops the act is given back.
fn credited(
    row: &mut attendance::Model,
    answer: Result<EntryId, HoursError>,
    credit: Credit,
) -> Result<Option<AttendanceError>, AttendanceError> {
    match answer {
        Ok(entry) => {
            row.status = AttendanceStatus::Completed;
            row.entry_id = Some(entry);
            row.time_basis = Some(credit.counted.basis);
            row.review = None;
            row.refusal = None;
            Ok(None)
        }
        Err(refusal) if credit.stops => Ok(Some(refusal.into())),
        Err(refusal) => {
            let why = refusal.refusals().and_then(|it| it.into_iter().next());
            let why = why.ok_or(HoursError::Inconsistent("a refusal without a code"))?;
            row.status = AttendanceStatus::NeedsReview;
            row.review = Some(AttendanceReview::HoursRefused);
            row.refusal = Some(why.code.key().to_owned());
            row.entry_id = None;
            Ok(None)
        }
    }
}

/// Whether the actor writes the attendance of others.
pub(super) fn coordinates(ctx: &Ctx, shift: &shift::Model) -> bool {
    ctx.may(Action::ManageActivities, shift.organization_id)
}
