//! The exceptions of a day: attendances that need a look, and why.
//!
//! What makes an exception is in `rules`, the statements are in `store`. What becomes of one is said
//! in `mark`.

pub mod rules;
mod store;

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::activity;
use entity::attendance;
use entity::ids::ActivityId;
use entity::ids::AttendanceId;
use entity::ids::OrganizationId;
use entity::ids::ShiftId;
use entity::shift;
use entity::types::AttendanceStatus;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;

use crate::activities::store as activities;
use crate::attendance::exceptions::rules::Reason;
use crate::identity::Scope;
use crate::platform::page::Page;
use crate::platform::page::Slice;

/// Which exceptions to list; an absent part does not narrow.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Of this organization.
    pub organization: OrganizationId,
    /// Of shifts that start on this civil day at their place.
    pub day: NaiveDate,
    /// With one of these reasons.
    pub reasons: Vec<Reason>,
    /// Of one of these states.
    pub status: Option<Vec<AttendanceStatus>>,
    /// Of this activity.
    pub activity: Option<ActivityId>,
}

/// An attendance that needs a look.
#[derive(Clone, Debug)]
pub struct Exception {
    /// The attendance.
    pub row: attendance::Model,
    /// Why, at least one reason, in the order of [`Reason::ALL`].
    pub reasons: Vec<Reason>,
}

/// A page of exceptions, in the order the attendances were written. The number of statements does not
/// depend on that of the rows.
///
/// # Errors
/// [`DbErr`].
pub async fn page(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    page: &Page<AttendanceId>,
) -> Result<Slice<Exception>, DbErr> {
    let zones = store::zones(conn, scope, filter).await?;
    let slice = store::page(conn, scope, filter, &zones, page).await?;
    let mut ids: Vec<ShiftId> = slice.rows.iter().map(|it| it.shift_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let shifts = activities::shifts(conn, scope, &ids).await?;
    let mut ids: Vec<ActivityId> = shifts.iter().map(|it| it.activity_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let of = activities::activities(conn, scope, &ids).await?;
    let of: HashMap<ActivityId, activity::Model> = of.into_iter().map(|it| (it.id, it)).collect();
    let shifts: HashMap<ShiftId, shift::Model> = shifts.into_iter().map(|it| (it.id, it)).collect();
    Ok(slice.map(|row| {
        let shift = shifts.get(&row.shift_id);
        let activity = shift.and_then(|it| of.get(&it.activity_id));
        let reasons = shift
            .zip(activity)
            .map(|(shift, activity)| rules::reasons(activity, shift, &row))
            .unwrap_or_default();
        Exception { row, reasons }
    }))
}

/// How many exceptions a list has.
///
/// # Errors
/// [`DbErr`].
pub async fn count(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
) -> Result<u64, DbErr> {
    let zones = store::zones(conn, scope, filter).await?;
    store::count(conn, scope, filter, &zones).await
}
