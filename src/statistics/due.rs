//! When an edition is made: by the server itself, or because the operator asks.
//!
//! What goes into one is in `material`, how it is written in `publish`.

use std::collections::BTreeSet;

use chrono::DateTime;
use chrono::Days;
use chrono::NaiveDate;
use chrono::TimeDelta;
use chrono::Utc;
use entity::ids::StatisticsEditionId;
use entity::statistics_edition;
use sea_orm::DbErr;
use tokio_util::sync::CancellationToken;

use crate::identity::Ctx;
use crate::platform::zones;
use crate::statistics::period::Period;
use crate::statistics::publish;
use crate::statistics::publish::PublishError;
use crate::statistics::store;

/// The server makes an edition by itself at most so many days after its day: about a quarter. What is
/// older was imported, or waited for a server that stood still or had a wrong clock; an edition cannot be
/// mended, so that somebody has to want it.
const WINDOW: u64 = 92;
/// What was kept of quarters is kept so many days longer than their year needs it.
const OVERDUE: u64 = 365;
/// No trace may lie further in the future: clocks of several machines differ by less.
const AHEAD: TimeDelta = TimeDelta::days(1);
/// A server in use leaves a trace at least so often, if only that somebody signs in. A clock further
/// beyond the newest is wrong, or the database an old copy.
const BEYOND: TimeDelta = TimeDelta::days(92);

/// Publishes the next edition if its day has come lately, counting what was recorded up to the end of that
/// day: whenever the server gets to it, it is the same edition. `None` where there is nothing to do, or
/// another instance was faster.
///
/// # Errors
/// [`PublishError`].
pub async fn publish_due(ctx: &Ctx) -> Result<Option<Period>, PublishError> {
    let settings = &ctx.core().config.statistics;
    let editions = store::editions(ctx.read()).await?;
    let today = ctx.today();
    let forgotten = forgotten(ctx, &editions).await?;
    if !forgotten.is_empty() {
        ctx.transaction(async |tx| store::let_go(tx, &forgotten).await)
            .await?;
    }
    if !settings.publish {
        return Ok(None);
    }
    let Some(next) = next(ctx, &editions).await? else {
        return Ok(None);
    };
    let settled = settled(next, settings.settle_days);
    if !next.is_over(today, settings.settle_days) || today > later(settled, WINDOW) {
        return Ok(None);
    }
    trust_clock(ctx).await?;
    let as_of = end_of(settled);
    let made = publish::publish(ctx, next, as_of).await?;
    Ok(made.then_some(next))
}

/// Publishes every edition from one on that is over, settled and not out, as hours stand now; a year where
/// its quarters allow it. Those that were made, in order.
///
/// Years before that of the first approved work are left out.
///
/// # Errors
/// [`PublishError`]; what was published before stays.
pub async fn publish_from(
    ctx: &Ctx,
    first: Period,
    closing: &CancellationToken,
) -> Result<Vec<Period>, PublishError> {
    let settings = &ctx.core().config.statistics;
    let mut made = Vec::new();
    let Some(worked) = store::first_day(ctx.read()).await? else {
        return Ok(made);
    };
    if !settings.publish {
        return Ok(made);
    }
    let quarter = |it: Period| it.quarter.map_or(Period::first_of(it.year), |_| it);
    let mut period = quarter(first).max(Period::first_of(Period::year_of(worked)));
    trust_clock(ctx).await?;
    while period.is_over(ctx.today(), settings.settle_days) && !closing.is_cancelled() {
        let editions = store::editions(ctx.read()).await?;
        let is_out = editions.iter().any(|it| stored(it) == period);
        if !is_out && (period.quarter.is_some() || can_make(ctx, &editions, period).await?) {
            let is_mine = publish::publish(ctx, period, ctx.now()).await?;
            made.extend(Some(period).filter(|_| is_mine));
        }
        period = period.next();
    }
    Ok(made)
}

/// The edition after the newest one; of the first one that which has settled latest, if hours were
/// recorded here by then.
async fn next(ctx: &Ctx, editions: &[statistics_edition::Model]) -> Result<Option<Period>, DbErr> {
    let settle = ctx.core().config.statistics.settle_days;
    let today = ctx.today();
    if let Some(newest) = editions.first() {
        let next = stored(newest).next();
        let skipped = next.quarter.is_none() && !can_make(ctx, editions, next).await?;
        return Ok(Some(if skipped { next.next() } else { next }));
    }
    let Some(worked) = store::first_day(ctx.read()).await? else {
        return Ok(None);
    };
    let mut period = Period::first_of(Period::year_of(worked));
    let mut found = None;
    while period.is_over(today, settle) {
        if period.quarter.is_some() {
            found = Some(period);
        }
        period = period.next();
    }
    let Some(found) = found.filter(|it| it.to() >= worked) else {
        return Ok(None);
    };
    // A backlog that was recorded later was nobody's work of then.
    let begun = store::had_begun(ctx.read(), end_of(settled(found, settle))).await?;
    Ok(Some(found).filter(|_| begun))
}

/// Whether a year can be made: all four quarters are out, and what they were made of is still there.
async fn can_make(
    ctx: &Ctx,
    editions: &[statistics_edition::Model],
    year: Period,
) -> Result<bool, DbErr> {
    let quarters: Vec<StatisticsEditionId> = editions
        .iter()
        .filter(|it| it.year == year.year && stored(it).quarter.is_some())
        .map(|it| it.id)
        .collect();
    if quarters.len() < 4 {
        return Ok(false);
    }
    let kept = store::kept(ctx.read()).await?;
    for quarter in quarters {
        if !kept.contains(&quarter) && store::has_work(ctx.read(), quarter).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Quarters of which nothing need be kept any more: their year will not come.
async fn forgotten(
    ctx: &Ctx,
    editions: &[statistics_edition::Model],
) -> Result<Vec<StatisticsEditionId>, DbErr> {
    let settings = &ctx.core().config.statistics;
    let years: BTreeSet<i32> = editions
        .iter()
        .filter(|it| stored(it).quarter.is_none())
        .map(|it| it.year)
        .collect();
    let kept = store::kept(ctx.read()).await?;
    let old = editions.iter().filter(|it| {
        let year = Period {
            year: it.year,
            quarter: None,
        };
        !settings.publish
            || years.contains(&it.year)
            || year.is_over(ctx.today(), settings.settle_days + OVERDUE)
    });
    Ok(old.map(|it| it.id).filter(|it| kept.contains(it)).collect())
}

/// Refuses to publish by a clock that cannot be right.
async fn trust_clock(ctx: &Ctx) -> Result<(), PublishError> {
    let now = ctx.now();
    match store::newest_trace(ctx.read()).await? {
        Some(newest) if newest > now + AHEAD || newest + BEYOND < now => {
            Err(PublishError::Clock { now, newest })
        }
        _ => Ok(()),
    }
}

fn stored(edition: &statistics_edition::Model) -> Period {
    Period::stored(edition.year, edition.quarter)
}

/// The last day of settling.
fn settled(period: Period, days: u64) -> NaiveDate {
    later(period.to(), days)
}

fn later(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

/// The end of a civil day of the country.
fn end_of(day: NaiveDate) -> DateTime<Utc> {
    let next = zones::country().start_of_day(later(day, 1));
    next - TimeDelta::microseconds(1)
}
