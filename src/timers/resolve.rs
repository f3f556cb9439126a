//! Ends the review of a timer: an entry as somebody says it was, or nothing at all.
//!
//! How timers come to need review is in `stop`.

use entity::ids::TimerId;
use entity::timer;
use entity::types::TimerStatus;

use crate::hours::guard::REASON_MOST;
use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::timers::error::TimerError;
use crate::timers::rules::Correction;
use crate::timers::stop;
use crate::timers::store;

/// Writes the entry of a timer that needs review, corrected. The timer keeps the times it ran.
///
/// # Errors
/// [`TimerError::State`], [`TimerError::VersionConflict`], [`TimerError::Hours`] where the entry is
/// refused, [`TimerError::NotFound`], [`TimerError::Denied`].
pub async fn resolve(
    ctx: &Ctx,
    id: TimerId,
    expected: Option<i32>,
    correction: &Correction,
) -> Result<timer::Model, TimerError> {
    ctx.demand_signed_in()?;
    ctx.transaction(async |tx| {
        let mut timer = held(ctx, tx, id, expected).await?;
        if timer.status != TimerStatus::NeedsReview {
            return Err(TimerError::State(timer.status));
        }
        let entry = stop::write(ctx, tx, &timer, correction).await?;
        timer.status = TimerStatus::Stopped;
        timer.entry_id = Some(entry);
        stop::save(ctx, tx, "timer.resolve", &mut timer).await?;
        Ok(timer)
    })
    .await
}

/// Ends a timer that runs or needs review without an entry. One that came to nothing before stays
/// as it is.
///
/// # Errors
/// [`TimerError::State`] once it became an entry, [`TimerError::VersionConflict`],
/// [`TimerError::Invalid`] without a reason, [`TimerError::NotFound`], [`TimerError::Denied`].
pub async fn discard(
    ctx: &Ctx,
    id: TimerId,
    expected: Option<i32>,
    reason: &str,
) -> Result<timer::Model, TimerError> {
    ctx.demand_signed_in()?;
    let mut checks = Checks::new();
    let reason = checks.optional_prose("reason", Some(reason), REASON_MOST);
    checks.done().map_err(TimerError::Invalid)?;
    ctx.transaction(async |tx| {
        let mut timer = held(ctx, tx, id, expected).await?;
        match timer.status {
            TimerStatus::Running | TimerStatus::NeedsReview => {}
            TimerStatus::Discarded => return Ok(timer),
            TimerStatus::Stopped => return Err(TimerError::State(timer.status)),
        }
        let Some(reason) = reason else {
            return Err(Refusal::of(Code::ReasonRequired, "reason").into());
        };
        timer.status = TimerStatus::Discarded;
        timer.discard_reason = Some(reason);
        timer.stopped_at.get_or_insert(ctx.now());
        stop::save(ctx, tx, "timer.discard", &mut timer).await?;
        Ok(timer)
    })
    .await
}

async fn held(
    ctx: &Ctx,
    tx: &Tx,
    id: TimerId,
    expected: Option<i32>,
) -> Result<timer::Model, TimerError> {
    let seen = store::by_ids(&**tx, ctx.scope(), &[id]).await?.pop();
    let seen = seen.ok_or(TimerError::NotFound("id"))?;
    let timer = stop::hold(ctx, tx, &seen).await?;
    if expected.is_some_and(|it| it != timer.version) {
        return Err(TimerError::VersionConflict {
            current: timer.version,
        });
    }
    Ok(timer)
}
