//! Series: many shifts by one recurrence rule.
//!
//! How a rule becomes times is in `recurrence`.

use chrono::NaiveDateTime;
use entity::ids::ShiftSeriesId;
use entity::shift;
use entity::shift_series;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use serde::Serialize;
use serde_json::json;

use crate::activities::error::ActivityError;
use crate::activities::recurrence;
use crate::activities::shift::NewShift;
use crate::activities::shift::site;
use crate::activities::store;
use crate::audit;
use crate::audit::Line;
use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::platform::idempotency::Claim;
use crate::platform::zones;
use crate::platform::zones::Zone;
use crate::refusal::Checks;

/// A new series, as asked for.
#[derive(Clone, Debug, Serialize)]
pub struct NewSeries {
    /// The first shift; the others have its length on the wall, its capacity and its break.
    pub first: NewShift,
    /// The recurrence rule of RFC 5545.
    pub rule: String,
}

/// A series with its shifts.
#[derive(Clone, Debug)]
pub struct Series {
    /// The series.
    pub series: shift_series::Model,
    /// Its shifts, earliest first.
    pub shifts: Vec<shift::Model>,
    /// Starts on the wall that were left out, because clocks jump over them.
    pub skipped: Vec<NaiveDateTime>,
    /// Starts on the wall that clocks show twice: the first of the two was taken.
    pub repeated: Vec<NaiveDateTime>,
}

/// Creates the shifts of a rule: all of them, or none.
///
/// # Errors
/// [`ActivityError::Rule`], and everything that [`crate::activities::shift::create`] refuses.
pub async fn create(ctx: &Ctx, new: NewSeries, key: Option<&str>) -> Result<Series, ActivityError> {
    ctx.demand_signed_in()?;
    let mut checks = Checks::new();
    checks.key(key);
    checks.done().map_err(ActivityError::Invalid)?;
    ctx.transaction(async |tx| {
        let id = ShiftSeriesId(ctx.new_id());
        match ctx.claim(tx, "createShiftSeries", key, &new, id.0).await? {
            Claim::Go => insert(ctx, tx, id, new).await,
            Claim::Conflict => Err(ActivityError::KeyReused),
            Claim::Replay(id) => replay(tx, ShiftSeriesId(id)).await,
        }
    })
    .await
}

async fn insert(
    ctx: &Ctx,
    tx: &Tx,
    id: ShiftSeriesId,
    new: NewSeries,
) -> Result<Series, ActivityError> {
    let site = site(ctx, tx, new.first.activity).await?;
    // What is wrong with the first shift is told before the rule is read.
    let first = site.shift(ctx, &new.first, Some(id))?;
    let given = recurrence::expand(&new.rule, &site.zone, (first.starts_at, first.ends_at))?;
    let shifts = given
        .occurrences
        .iter()
        .map(|it| {
            let one = NewShift {
                starts_at: it.starts_at,
                ends_at: it.ends_at,
                ..new.first
            };
            site.shift(ctx, &one, Some(id))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let start = site.zone.local_time(first.starts_at);
    let length = site.zone.local_time(first.ends_at) - start;
    let series = shift_series::Model {
        id,
        organization_id: site.activity.organization_id,
        activity_id: site.activity.id,
        rule: new.rule.trim().to_owned(),
        first_start: start,
        time_zone: site.zone.name().to_owned(),
        minutes: i32::try_from(length.num_minutes()).unwrap_or(i32::MAX),
        created_by: ctx.actor().user(),
        created_at: ctx.now(),
    };
    shift_series::Entity::insert(series.clone().into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    store::insert_shifts(tx, &shifts).await?;
    let line = Line {
        action: "shift.series",
        organization: Some(series.organization_id),
        subject: ("ShiftSeries", Some(id.0)),
        details: Some(json!({"rule": series.rule, "shifts": shifts.len()})),
    };
    audit::record(ctx, tx, line).await?;
    let repeated = given.occurrences.iter().filter(|it| it.repeated);
    Ok(Series {
        series,
        shifts,
        repeated: repeated.map(|it| it.wall).collect(),
        skipped: given.skipped,
    })
}

/// The stored series; what clocks did to it is reckoned anew.
async fn replay(tx: &Tx, id: ShiftSeriesId) -> Result<Series, ActivityError> {
    let missing = || ActivityError::NotFound("idempotencyKey");
    let series = store::series(tx, id).await?.ok_or_else(missing)?;
    let shifts = store::of_series(tx, id).await?;
    let zone = zones::parse(&series.time_zone).unwrap_or_else(Zone::utc);
    let end = series
        .first_start
        .checked_add_signed(chrono::TimeDelta::minutes(i64::from(series.minutes)))
        .ok_or_else(missing)?;
    let settled = |at: NaiveDateTime| zone.settled(at).map(|it| it.0).map_err(|_far| missing());
    let first = (settled(series.first_start)?, settled(end)?);
    let given = recurrence::expand(&series.rule, &zone, first)?;
    let repeated = given.occurrences.iter().filter(|it| it.repeated);
    Ok(Series {
        series,
        shifts,
        repeated: repeated.map(|it| it.wall).collect(),
        skipped: given.skipped,
    })
}
