//! How far the indicators have come that serve goals or targets of sustainable development: all of them at once, in
//! a fixed number of statements.
//!
//! One by one they are told in `answer`, by the same rules. What is computed from hours is left out: reports count
//! hours themselves.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entity::ids::IndicatorId;
use entity::ids::OrganizationId;
use entity::ids::TerritoryId;
use entity::types::MeasurementStatus;
use entity::types::Reading;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;

use crate::identity::Ctx;
use crate::impact::answer;
use crate::impact::answer::Found;
use crate::impact::answer::Progress;
use crate::impact::measured;
use crate::impact::store;

/// Where and when.
#[derive(Clone, Copy, Debug)]
pub struct LinkedQuestion<'a> {
    /// All versions of the place; all below it is included.
    pub territories: &'a [TerritoryId],
    /// Only of this organization.
    pub organization: Option<OrganizationId>,
    /// First day.
    pub from: NaiveDate,
    /// Last day, inclusive.
    pub to: NaiveDate,
}

/// Progress of every indicator that serves a goal or target and of which something was measured or is aimed at
/// there, under what the actor may see; in no order.
///
/// # Errors
/// [`DbErr`].
pub async fn to_goals(
    ctx: &Ctx,
    db: &impl ConnectionTrait,
    asked: &LinkedQuestion<'_>,
) -> Result<Vec<Progress>, DbErr> {
    let scope = ctx.scope();
    let indicators = store::serving_goals(db, scope).await?;
    let mut found: BTreeMap<IndicatorId, Found> = BTreeMap::new();
    let periodic: Vec<IndicatorId> = indicators
        .iter()
        .filter(|it| it.reading == Reading::Periodic)
        .map(|it| it.id)
        .collect();
    for row in measured::for_goals(db, scope, asked).await? {
        // What has come together since the beginning counts from its last figure on.
        let inside = row.from_day >= asked.from;
        if !inside && periodic.contains(&row.indicator_id) {
            continue;
        }
        let of = found.entry(row.indicator_id).or_default();
        if row.status == MeasurementStatus::Approved {
            of.points.push(answer::point(&row));
        } else if inside {
            of.pending += 1;
        }
    }
    for row in store::aims_of_goals(db, scope, asked).await? {
        if row.from_day >= asked.from && row.to_day <= asked.to {
            let of = found.entry(row.indicator_id).or_default();
            of.targets.push(answer::aim(&row));
        }
    }
    for row in store::starts_of_goals(db, scope, asked).await? {
        // Where nothing was measured or aimed at, a start alone tells nothing of the interval.
        if let Some(of) = found.get_mut(&row.indicator_id) {
            of.baselines.push(answer::start(&row));
        }
    }
    Ok(indicators
        .into_iter()
        .filter_map(|it| {
            let found = found.get(&it.id)?;
            Some(answer::tell(it, found, asked.from, (None, None), ctx.now()))
        })
        .collect())
}
