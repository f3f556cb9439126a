//! Pages of activities, shifts and sign-ups, and places in waiting lists.
//!
//! Single rows and writing statements are in `store`.

use std::collections::HashMap;

use chrono::DateTime;
use chrono::Utc;
use entity::activity;
use entity::ids::ActivityId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::ShiftId;
use entity::ids::ShiftSeriesId;
use entity::ids::SignupId;
use entity::ids::VolunteerId;
use entity::shift;
use entity::signup;
use entity::types::PlanStatus;
use entity::types::SignupStatus;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoSimpleExpr;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use sea_orm::Select;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;

use crate::identity::Scope;
use crate::platform::page::Direction;
use crate::platform::page::Page;
use crate::platform::page::Slice;

/// Which activities to list; an absent part does not narrow.
#[derive(Clone, Debug, Default)]
pub struct ActivityFilter {
    /// Of this organization.
    pub organization: Option<OrganizationId>,
    /// Of this project.
    pub project: Option<ProjectId>,
    /// Of this status.
    pub status: Option<PlanStatus>,
    /// With a shift that ends after this instant.
    pub from: Option<DateTime<Utc>>,
    /// With a shift that starts before this instant.
    pub to: Option<DateTime<Utc>>,
}

/// Which shifts to list; an absent part does not narrow.
#[derive(Clone, Debug, Default)]
pub struct ShiftFilter {
    /// Of this organization.
    pub organization: Option<OrganizationId>,
    /// Of this project.
    pub project: Option<ProjectId>,
    /// Of this activity.
    pub activity: Option<ActivityId>,
    /// Of this series.
    pub series: Option<ShiftSeriesId>,
    /// Of this status.
    pub status: Option<PlanStatus>,
    /// That end after this instant.
    pub from: Option<DateTime<Utc>>,
    /// That start before this instant.
    pub to: Option<DateTime<Utc>>,
    /// With a place left, or full.
    pub places: Option<bool>,
    /// For which one of these records is signed up.
    pub of: Option<Vec<VolunteerId>>,
}

/// Which sign-ups to list; an absent part does not narrow.
#[derive(Clone, Debug, Default)]
pub struct SignupFilter {
    /// For this shift.
    pub shift: Option<ShiftId>,
    /// Of these records.
    pub of: Option<Vec<VolunteerId>>,
    /// Of one of these states.
    pub status: Option<Vec<SignupStatus>>,
}

/// A place in the list of shifts.
pub type ByStart = (DateTime<Utc>, ShiftId);

/// A page of activities, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn activities(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &ActivityFilter,
    page: &Page<ActivityId>,
) -> Result<Slice<activity::Model>, DbErr> {
    let columns = [activity::Column::Id.into_simple_expr()];
    let select = select_activities(scope, filter);
    let rows = page
        .narrow(select, &columns, Direction::Descending, |key| {
            vec![Expr::value(*key)]
        })
        .all(conn)
        .await?;
    Ok(page.slice(rows))
}

/// How many activities a list has.
///
/// # Errors
/// [`DbErr`].
pub async fn count_activities(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &ActivityFilter,
) -> Result<u64, DbErr> {
    select_activities(scope, filter).count(conn).await
}

fn select_activities(scope: &Scope, filter: &ActivityFilter) -> Select<activity::Entity> {
    let within = filter.from.is_some() || filter.to.is_some();
    activity::Entity::find()
        .filter(scope.activities())
        .apply_if(filter.organization, |it, organization| {
            it.filter(activity::Column::OrganizationId.eq(organization))
        })
        .apply_if(filter.project, |it, project| {
            it.filter(activity::Column::ProjectId.eq(project))
        })
        .apply_if(filter.status, |it, status| {
            it.filter(activity::Column::Status.eq(status))
        })
        .apply_if(within.then_some(()), |it, ()| {
            let shifts = shift::Entity::find()
                .select_only()
                .column(shift::Column::ActivityId)
                .apply_if(filter.from, |it, from| {
                    it.filter(shift::Column::EndsAt.gt(from))
                })
                .apply_if(filter.to, |it, to| {
                    it.filter(shift::Column::StartsAt.lt(to))
                })
                .into_query();
            it.filter(activity::Column::Id.in_subquery(shifts))
        })
}

/// A page of shifts, earliest first.
///
/// # Errors
/// [`DbErr`].
pub async fn shifts(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &ShiftFilter,
    page: &Page<ByStart>,
) -> Result<Slice<shift::Model>, DbErr> {
    let columns = [
        shift::Column::StartsAt.into_simple_expr(),
        shift::Column::Id.into_simple_expr(),
    ];
    let select = select_shifts(scope, filter);
    let rows = page
        .narrow(select, &columns, Direction::Ascending, |key| {
            vec![Expr::value(key.0), Expr::value(key.1)]
        })
        .all(conn)
        .await?;
    Ok(page.slice(rows))
}

/// How many shifts a list has.
///
/// # Errors
/// [`DbErr`].
pub async fn count_shifts(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &ShiftFilter,
) -> Result<u64, DbErr> {
    select_shifts(scope, filter).count(conn).await
}

fn select_shifts(scope: &Scope, filter: &ShiftFilter) -> Select<shift::Entity> {
    shift::Entity::find()
        .filter(scope.shifts())
        .apply_if(filter.organization, |it, organization| {
            it.filter(shift::Column::OrganizationId.eq(organization))
        })
        .apply_if(filter.project, |it, project| {
            let activities = activity::Entity::find()
                .select_only()
                .column(activity::Column::Id)
                .filter(activity::Column::ProjectId.eq(project))
                .into_query();
            it.filter(shift::Column::ActivityId.in_subquery(activities))
        })
        .apply_if(filter.activity, |it, activity| {
            it.filter(shift::Column::ActivityId.eq(activity))
        })
        .apply_if(filter.series, |it, series| {
            it.filter(shift::Column::SeriesId.eq(series))
        })
        .apply_if(filter.status, |it, status| {
            it.filter(shift::Column::Status.eq(status))
        })
        .apply_if(filter.from, |it, from| {
            it.filter(shift::Column::EndsAt.gt(from))
        })
        .apply_if(filter.to, |it, to| {
            it.filter(shift::Column::StartsAt.lt(to))
        })
        .apply_if(filter.places, |it, left| {
            let taken = Expr::col(shift::Column::ConfirmedCount);
            it.filter(match left {
                true => shift::Column::Capacity
                    .is_null()
                    .or(taken.lt(Expr::col(shift::Column::Capacity))),
                false => taken.gte(Expr::col(shift::Column::Capacity)),
            })
        })
        .apply_if(filter.of.as_deref(), |it, records| {
            let signed_up = signup::Entity::find()
                .select_only()
                .column(signup::Column::ShiftId)
                .filter(signup::Column::VolunteerId.is_in(records.iter().copied()))
                .filter(signup::Column::Status.ne(SignupStatus::Cancelled))
                .into_query();
            it.filter(shift::Column::Id.in_subquery(signed_up))
        })
}

/// A page of sign-ups, in the order they were made.
///
/// # Errors
/// [`DbErr`].
pub async fn signups(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &SignupFilter,
    page: &Page<SignupId>,
) -> Result<Slice<signup::Model>, DbErr> {
    let columns = [signup::Column::Id.into_simple_expr()];
    let select = select_signups(scope, filter);
    let rows = page
        .narrow(select, &columns, Direction::Ascending, |key| {
            vec![Expr::value(*key)]
        })
        .all(conn)
        .await?;
    Ok(page.slice(rows))
}

/// How many sign-ups a list has.
///
/// # Errors
/// [`DbErr`].
pub async fn count_signups(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &SignupFilter,
) -> Result<u64, DbErr> {
    select_signups(scope, filter).count(conn).await
}

fn select_signups(scope: &Scope, filter: &SignupFilter) -> Select<signup::Entity> {
    signup::Entity::find()
        .filter(scope.signups())
        .apply_if(filter.shift, |it, shift| {
            it.filter(signup::Column::ShiftId.eq(shift))
        })
        .apply_if(filter.of.as_deref(), |it, records| {
            it.filter(signup::Column::VolunteerId.is_in(records.iter().copied()))
        })
        .apply_if(filter.status.as_deref(), |it, states| {
            it.filter(signup::Column::Status.is_in(states.iter().copied()))
        })
}

/// The sign-ups of some records for some shifts, taken back ones excepted.
///
/// # Errors
/// [`DbErr`].
pub async fn signups_of(
    conn: &impl ConnectionTrait,
    shifts: &[ShiftId],
    records: &[VolunteerId],
) -> Result<Vec<signup::Model>, DbErr> {
    signup::Entity::find()
        .filter(signup::Column::ShiftId.is_in(shifts.iter().copied()))
        .filter(signup::Column::VolunteerId.is_in(records.iter().copied()))
        .filter(signup::Column::Status.ne(SignupStatus::Cancelled))
        .order_by_asc(signup::Column::Id)
        .all(conn)
        .await
}

/// The places of waiting sign-ups in the waiting lists of their shifts, counted from 1.
///
/// # Errors
/// [`DbErr`].
pub async fn positions(
    conn: &impl ConnectionTrait,
    shifts: &[ShiftId],
) -> Result<HashMap<SignupId, i32>, DbErr> {
    let waiting = signup::Entity::find()
        .select_only()
        .column(signup::Column::ShiftId)
        .column(signup::Column::Id)
        .filter(signup::Column::ShiftId.is_in(shifts.iter().copied()))
        .filter(signup::Column::Status.eq(SignupStatus::Waitlisted))
        .order_by_asc(signup::Column::ShiftId)
        .order_by_asc(signup::Column::WaitingSince)
        .order_by_asc(signup::Column::Id)
        .into_tuple::<(ShiftId, SignupId)>()
        .all(conn)
        .await?;
    let mut last: HashMap<ShiftId, i32> = HashMap::new();
    Ok(waiting
        .into_iter()
        .map(|(shift, signup)| {
            let position = last.entry(shift).or_default();
            *position += 1;
            (signup, *position)
        })
        .collect())
}
