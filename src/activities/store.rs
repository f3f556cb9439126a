//! Statements about activities, shifts and sign-ups.
//!
//! Nothing is decided here; pages of lists are in `lists`, what changes rows is in `write`.

mod write;

pub use write::cancel_shifts;
pub use write::cancel_signups;
pub use write::confirm;
pub use write::give_signups;
pub use write::insert_shifts;
pub use write::insert_signup;
pub use write::move_signups;
pub use write::note_shifts;
pub use write::note_signups;
pub use write::replace_shift;

use std::collections::HashMap;
use std::collections::HashSet;

use chrono::DateTime;
use chrono::Utc;
use entity::activity;
use entity::ids::ActivityId;
use entity::ids::OrganizationId;
use entity::ids::PersonId;
use entity::ids::ShiftId;
use entity::ids::ShiftSeriesId;
use entity::ids::SignupId;
use entity::ids::UserId;
use entity::ids::VolunteerId;
use entity::organization;
use entity::project;
use entity::shift;
use entity::shift_series;
use entity::signup;
use entity::types::PlanStatus;
use entity::types::SignupStatus;
use entity::volunteer;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::sea_query::LockType;

use crate::identity::Scope;
use crate::platform::db::Tx;

/// Values of one statement, below what either database takes.
pub const VALUES: usize = 10_000;
/// How rows are held: against every other holder, yet not against references to them. A row that a
/// transaction wrote twice has its references checked again, by rows that others may hold.
const HOLD: LockType = LockType::NoKeyUpdate;
/// Sign-ups that hold a place or wait for one.
pub const LIVE: [SignupStatus; 2] = [SignupStatus::Confirmed, SignupStatus::Waitlisted];

/// Activities by id.
///
/// # Errors
/// [`DbErr`].
pub async fn activities(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[ActivityId],
) -> Result<Vec<activity::Model>, DbErr> {
    let mut found = Vec::new();
    for ids in ids.chunks(VALUES) {
        let rows = activity::Entity::find()
            .filter(activity::Column::Id.is_in(ids.iter().copied()))
            .filter(scope.activities())
            .all(conn)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// Shifts by id.
///
/// # Errors
/// [`DbErr`].
pub async fn shifts(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[ShiftId],
) -> Result<Vec<shift::Model>, DbErr> {
    let mut found = Vec::new();
    for ids in ids.chunks(VALUES) {
        let rows = shift::Entity::find()
            .filter(shift::Column::Id.is_in(ids.iter().copied()))
            .filter(scope.shifts())
            .all(conn)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// Sign-ups by id.
///
/// # Errors
/// [`DbErr`].
pub async fn signups(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[SignupId],
) -> Result<Vec<signup::Model>, DbErr> {
    let mut found = Vec::new();
    for ids in ids.chunks(VALUES) {
        let rows = signup::Entity::find()
            .filter(signup::Column::Id.is_in(ids.iter().copied()))
            .filter(scope.signups())
            .all(conn)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// One activity, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn lock_activity(
    tx: &Tx,
    scope: &Scope,
    id: ActivityId,
) -> Result<Option<activity::Model>, DbErr> {
    activity::Entity::find_by_id(id)
        .filter(scope.activities())
        .lock(HOLD)
        .one(&**tx)
        .await
}

/// One shift, held until the transaction ends: whoever gives or frees a place waits here.
///
/// # Errors
/// [`DbErr`].
pub async fn lock_shift(
    tx: &Tx,
    scope: &Scope,
    id: ShiftId,
) -> Result<Option<shift::Model>, DbErr> {
    shift::Entity::find_by_id(id)
        .filter(scope.shifts())
        .lock(HOLD)
        .one(&**tx)
        .await
}

/// Some shifts, whoever may see them, held until the transaction ends. Always in the order of ids,
/// so that two acts never wait for each other.
///
/// # Errors
/// [`DbErr`].
pub async fn lock_shifts(tx: &Tx, ids: &[ShiftId]) -> Result<Vec<shift::Model>, DbErr> {
    shift::Entity::find()
        .filter(shift::Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(shift::Column::Id)
        .lock(HOLD)
        .all(&**tx)
        .await
}

/// The planned shifts of an activity that have not begun, held until the transaction ends. Always
/// in the order of ids, so that two acts never wait for each other.
///
/// # Errors
/// [`DbErr`].
pub async fn lock_ahead(
    tx: &Tx,
    activity: ActivityId,
    now: DateTime<Utc>,
) -> Result<Vec<shift::Model>, DbErr> {
    shift::Entity::find()
        .filter(shift::Column::ActivityId.eq(activity))
        .filter(shift::Column::Status.eq(PlanStatus::Planned))
        .filter(shift::Column::StartsAt.gt(now))
        .order_by_asc(shift::Column::Id)
        .lock(HOLD)
        .all(&**tx)
        .await
}

/// One volunteer, held until the transaction ends; for a record that was merged, the one that took
/// it over.
///
/// # Errors
/// [`DbErr`].
pub async fn lock_volunteer(
    tx: &Tx,
    scope: &Scope,
    id: VolunteerId,
) -> Result<Option<volunteer::Model>, DbErr> {
    let mut wanted = id;
    // A merge or its undoing meanwhile costs one more step each.
    for _ in 0..4 {
        let standing = volunteer::Entity::find_by_id(wanted)
            .filter(volunteer::Column::MergedIntoId.is_null())
            .filter(scope.volunteers())
            .lock(HOLD)
            .one(&**tx)
            .await?;
        if standing.is_some() {
            return Ok(standing);
        }
        let merged = volunteer::Entity::find_by_id(wanted)
            .filter(scope.volunteers())
            .one(&**tx)
            .await?;
        match merged {
            Some(merged) => wanted = merged.merged_into_id.unwrap_or(merged.id),
            None => return Ok(None),
        }
    }
    Ok(None)
}

/// All sign-ups of a record, in the order of ids.
///
/// # Errors
/// [`DbErr`].
pub async fn signups_of(tx: &Tx, record: VolunteerId) -> Result<Vec<signup::Model>, DbErr> {
    signup::Entity::find()
        .filter(signup::Column::VolunteerId.eq(record))
        .order_by_asc(signup::Column::Id)
        .all(&**tx)
        .await
}

/// The shifts for which some records have a place or wait.
///
/// # Errors
/// [`DbErr`].
pub async fn live_shifts(tx: &Tx, records: &[VolunteerId]) -> Result<Vec<ShiftId>, DbErr> {
    signup::Entity::find()
        .select_only()
        .column(signup::Column::ShiftId)
        .distinct()
        .filter(signup::Column::VolunteerId.is_in(records.iter().copied()))
        .filter(signup::Column::Status.is_in(LIVE))
        .into_tuple()
        .all(&**tx)
        .await
}

/// A project, as it is now, whoever may see it: the caller has seen something of it.
///
/// # Errors
/// [`DbErr`].
pub async fn project_of(
    conn: &impl ConnectionTrait,
    activity: &activity::Model,
) -> Result<Option<(project::Model, organization::Model)>, DbErr> {
    let project = project::Entity::find_by_id(activity.project_id)
        .one(conn)
        .await?;
    let organization = organization::Entity::find_by_id(activity.organization_id)
        .one(conn)
        .await?;
    Ok(project.zip(organization))
}

/// The sign-ups of shifts that hold a place or wait for one, first come first.
///
/// # Errors
/// [`DbErr`].
pub async fn live(tx: &Tx, shifts: &[ShiftId]) -> Result<Vec<signup::Model>, DbErr> {
    let mut found = Vec::new();
    for shifts in shifts.chunks(VALUES) {
        let rows = signup::Entity::find()
            .filter(signup::Column::ShiftId.is_in(shifts.iter().copied()))
            .filter(signup::Column::Status.is_in(LIVE))
            .order_by_asc(signup::Column::WaitingSince)
            .order_by_asc(signup::Column::Id)
            .all(&**tx)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// Sign-ups with a place that some people have between two instants, in any organization.
///
/// # Errors
/// [`DbErr`].
pub async fn busy(
    tx: &Tx,
    people: &[PersonId],
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<signup::Model>, DbErr> {
    let mut found = Vec::new();
    for people in people.chunks(VALUES) {
        let rows = signup::Entity::find()
            .filter(signup::Column::PersonId.is_in(people.iter().copied()))
            .filter(signup::Column::Status.eq(SignupStatus::Confirmed))
            .filter(signup::Column::StartsAt.lt(to))
            .filter(signup::Column::EndsAt.gt(from))
            .all(&tx.beyond())
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// The shifts for which a person waits between two instants, in any organization.
///
/// # Errors
/// [`DbErr`].
pub async fn awaited(
    tx: &Tx,
    person: PersonId,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<ShiftId>, DbErr> {
    signup::Entity::find()
        .select_only()
        .column(signup::Column::ShiftId)
        .filter(signup::Column::PersonId.eq(person))
        .filter(signup::Column::Status.eq(SignupStatus::Waitlisted))
        .filter(signup::Column::StartsAt.lt(to))
        .filter(signup::Column::EndsAt.gt(from))
        .into_tuple()
        .all(&tx.beyond())
        .await
}

/// Which of some volunteers take new work, with their accounts.
///
/// # Errors
/// [`DbErr`].
pub async fn accounts(
    tx: &Tx,
    volunteers: &[VolunteerId],
) -> Result<HashMap<VolunteerId, (Option<UserId>, bool)>, DbErr> {
    let mut found = HashMap::new();
    let volunteers: HashSet<VolunteerId> = volunteers.iter().copied().collect();
    let volunteers: Vec<VolunteerId> = volunteers.into_iter().collect();
    for volunteers in volunteers.chunks(VALUES) {
        let rows = volunteer::Entity::find()
            .filter(volunteer::Column::Id.is_in(volunteers.iter().copied()))
            .all(&**tx)
            .await?;
        found.extend(
            rows.into_iter()
                .map(|it| (it.id, (it.user_id, it.archived_at.is_none()))),
        );
    }
    Ok(found)
}

/// The record of the actor in an organization, of those given.
///
/// # Errors
/// [`DbErr`].
pub async fn own_record(
    tx: &Tx,
    organization: OrganizationId,
    own: &[VolunteerId],
) -> Result<Option<VolunteerId>, DbErr> {
    let found = volunteer::Entity::find()
        .filter(volunteer::Column::Id.is_in(own.iter().copied()))
        .filter(volunteer::Column::OrganizationId.eq(organization))
        // What was merged into it is theirs, too.
        .filter(volunteer::Column::MergedIntoId.is_null())
        .one(&**tx)
        .await?;
    Ok(found.map(|it| it.id))
}

/// Some records, the actor's own, by organization.
///
/// # Errors
/// [`DbErr`].
pub async fn own_records(
    conn: &impl ConnectionTrait,
    own: &[VolunteerId],
) -> Result<HashMap<OrganizationId, VolunteerId>, DbErr> {
    let found = volunteer::Entity::find()
        .filter(volunteer::Column::Id.is_in(own.iter().copied()))
        // What was merged into it is theirs, too.
        .filter(volunteer::Column::MergedIntoId.is_null())
        .all(conn)
        .await?;
    Ok(found
        .into_iter()
        .map(|it| (it.organization_id, it.id))
        .collect())
}

/// The shifts of a series, earliest first.
///
/// # Errors
/// [`DbErr`].
pub async fn of_series(tx: &Tx, series: ShiftSeriesId) -> Result<Vec<shift::Model>, DbErr> {
    shift::Entity::find()
        .filter(shift::Column::SeriesId.eq(series))
        .order_by_asc(shift::Column::StartsAt)
        .order_by_asc(shift::Column::Id)
        .all(&**tx)
        .await
}

/// One series.
///
/// # Errors
/// [`DbErr`].
pub async fn series(tx: &Tx, id: ShiftSeriesId) -> Result<Option<shift_series::Model>, DbErr> {
    shift_series::Entity::find_by_id(id).one(&**tx).await
}
