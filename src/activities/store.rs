//! Statements about activities, shifts and sign-ups.
//!
//! Nothing is decided here; pages of lists are in `lists`.

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
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::NotSet;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;

use crate::identity::Scope;
use crate::platform::db::Tx;

/// Values of one statement, below what either database takes.
const VALUES: usize = 10_000;
/// Rows of one insert.
const ROWS: usize = 500;
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
        .lock_exclusive()
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
        .lock_exclusive()
        .one(&**tx)
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
        .lock_exclusive()
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
            .all(&**tx)
            .await?;
        found.extend(rows);
    }
    Ok(found)
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
        .one(&**tx)
        .await?;
    Ok(found.map(|it| it.id))
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

/// Writes new shifts. Their counts begin at zero and are kept by the database.
///
/// # Errors
/// [`DbErr`].
pub async fn insert_shifts(tx: &Tx, shifts: &[shift::Model]) -> Result<(), DbErr> {
    for chunk in shifts.chunks(ROWS) {
        let rows = chunk
            .iter()
            .cloned()
            .map(IntoActiveModel::into_active_model);
        shift::Entity::insert_many(rows)
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

/// Replaces a shift, its counts excepted: those are the database's.
///
/// # Errors
/// [`DbErr`]; `shift_capacity` where more places are taken than the capacity has.
pub async fn replace_shift(tx: &Tx, shift: &shift::Model) -> Result<(), DbErr> {
    let mut row = shift.clone().into_active_model().reset_all();
    row.confirmed_count = NotSet;
    row.waitlisted_count = NotSet;
    shift::Entity::update(row).exec(&**tx).await?;
    Ok(())
}

/// Cancels shifts.
///
/// # Errors
/// [`DbErr`].
pub async fn cancel_shifts(
    tx: &Tx,
    ids: &[ShiftId],
    reason: &str,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    for ids in ids.chunks(VALUES) {
        shift::Entity::update_many()
            .col_expr(shift::Column::Status, Expr::value(PlanStatus::Cancelled))
            .col_expr(shift::Column::CancelReason, Expr::value(reason))
            .col_expr(shift::Column::CancelledAt, Expr::value(at))
            .col_expr(shift::Column::UpdatedAt, Expr::value(at))
            .col_expr(
                shift::Column::Version,
                Expr::col(shift::Column::Version).add(1),
            )
            .filter(shift::Column::Id.is_in(ids.iter().copied()))
            .exec(&**tx)
            .await?;
    }
    Ok(())
}

/// Takes sign-ups back.
///
/// # Errors
/// [`DbErr`].
pub async fn cancel_signups(
    tx: &Tx,
    ids: &[SignupId],
    reason: Option<&str>,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    for ids in ids.chunks(VALUES) {
        signup::Entity::update_many()
            .col_expr(signup::Column::Status, Expr::value(SignupStatus::Cancelled))
            .col_expr(signup::Column::CancelReason, Expr::value(reason))
            .col_expr(signup::Column::CancelledAt, Expr::value(at))
            .col_expr(signup::Column::UpdatedAt, Expr::value(at))
            .col_expr(
                signup::Column::Version,
                Expr::col(signup::Column::Version).add(1),
            )
            .filter(signup::Column::Id.is_in(ids.iter().copied()))
            .exec(&**tx)
            .await?;
    }
    Ok(())
}

/// Gives places to waiting sign-ups.
///
/// # Errors
/// [`DbErr`]; `shift_capacity` and `signup_overlap` where no place may be given.
pub async fn confirm(tx: &Tx, ids: &[SignupId], at: DateTime<Utc>) -> Result<(), DbErr> {
    for ids in ids.chunks(VALUES) {
        signup::Entity::update_many()
            .col_expr(signup::Column::Status, Expr::value(SignupStatus::Confirmed))
            .col_expr(signup::Column::ConfirmedAt, Expr::value(at))
            .col_expr(signup::Column::UpdatedAt, Expr::value(at))
            .col_expr(
                signup::Column::Version,
                Expr::col(signup::Column::Version).add(1),
            )
            .filter(signup::Column::Id.is_in(ids.iter().copied()))
            .exec(&**tx)
            .await?;
    }
    Ok(())
}

/// Moves the live sign-ups of a shift to its new times.
///
/// # Errors
/// [`DbErr`]; `signup_overlap` where somebody has a place elsewhere then.
pub async fn move_signups(tx: &Tx, shift: &shift::Model) -> Result<(), DbErr> {
    signup::Entity::update_many()
        .col_expr(signup::Column::StartsAt, Expr::value(shift.starts_at))
        .col_expr(signup::Column::EndsAt, Expr::value(shift.ends_at))
        .filter(signup::Column::ShiftId.eq(shift.id))
        .filter(signup::Column::Status.is_in(LIVE))
        .exec(&**tx)
        .await?;
    Ok(())
}
