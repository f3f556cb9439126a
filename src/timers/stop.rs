//! Stops timers. It always succeeds: what cannot become an entry at once needs review.
//!
//! What review makes of it is in `resolve`.

use chrono::DateTime;
use chrono::Utc;
use entity::ids::EntryId;
use entity::ids::TimerId;
use entity::timer;
use entity::types::TimerReview;
use entity::types::TimerStatus;

use crate::hours;
use crate::hours::Fields;
use crate::hours::HoursError;
use crate::hours::Item;
use crate::hours::NewEntry;
use crate::hours::Recorded;
use crate::hours::Target;
use crate::hours::record;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::platform::db::Tx;
use crate::platform::zones;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::timers::error::TimerError;
use crate::timers::error::refusals_of_entry;
use crate::timers::rules;
use crate::timers::rules::Correction;
use crate::timers::store;
use crate::timers::trail;
use crate::volunteers;
use crate::volunteers::person;

/// A timer that does not run any more.
#[derive(Clone, Debug)]
pub struct Stopped {
    /// The timer.
    pub timer: timer::Model,
    /// Whether it had been stopped before: nothing was done.
    pub replayed: bool,
    /// Why it needs review; empty where it became an entry.
    pub reasons: Vec<Refusal>,
}

/// What a stop found.
enum Found {
    Entry(EntryId),
    Review(TimerReview, Vec<Refusal>),
}

/// Stops a timer and writes its entry as a draft, or has it reviewed. Without an id, the actor's own
/// that runs, and where none does, the one that was stopped last.
///
/// # Errors
/// [`TimerError::NotFound`], [`TimerError::NoTimer`], [`TimerError::Denied`]; never what is wrong
/// with the entry.
pub async fn stop(
    ctx: &Ctx,
    id: Option<TimerId>,
    stopped_at: Option<DateTime<Utc>>,
) -> Result<Stopped, TimerError> {
    ctx.demand_signed_in()?;
    ctx.transaction(async |tx| {
        let seen = find(ctx, tx, id).await?;
        let mut timer = hold(ctx, tx, &seen).await?;
        if timer.status != TimerStatus::Running {
            return Ok(Stopped {
                timer,
                replayed: true,
                reasons: Vec::new(),
            });
        }
        let stopped_at = rules::end(stopped_at, ctx.now());
        timer.stopped_at = Some(stopped_at);
        let reasons = match outcome(ctx, tx, &timer, stopped_at).await? {
            Found::Entry(entry) => {
                timer.status = TimerStatus::Stopped;
                timer.entry_id = Some(entry);
                Vec::new()
            }
            Found::Review(review, reasons) => {
                timer.status = TimerStatus::NeedsReview;
                timer.review = Some(review);
                if review == TimerReview::Refused {
                    timer.refusal = reasons.first().map(|it| it.code.key().to_owned());
                }
                reasons
            }
        };
        save(ctx, tx, "timer.stop", &mut timer).await?;
        Ok(Stopped {
            timer,
            replayed: false,
            reasons,
        })
    })
    .await
}

async fn find(ctx: &Ctx, tx: &Tx, id: Option<TimerId>) -> Result<timer::Model, TimerError> {
    let scope = ctx.scope();
    if let Some(id) = id {
        let found = store::by_ids(&**tx, scope, &[id]).await?.pop();
        return found.ok_or(TimerError::NotFound("id"));
    }
    let own = scope.own_records();
    if let Some(running) = store::running(&**tx, scope, own).await? {
        return Ok(running);
    }
    let last = store::stopped_last(&**tx, scope, own).await?;
    last.ok_or(TimerError::NoTimer)
}

async fn outcome(
    ctx: &Ctx,
    tx: &Tx,
    timer: &timer::Model,
    stopped_at: DateTime<Utc>,
) -> Result<Found, TimerError> {
    let organization = hours::store::terms(&**tx, &[timer.organization_id])
        .await?
        .pop()
        .ok_or(HoursError::Inconsistent("a timer without an organization"))?;
    let longest = organization.timer_longest_minutes;
    if let Some(ran) = rules::over_long(timer.started_at, stopped_at, longest) {
        let reason = Refusal::new(Code::TimerOverLong)
            .with("minutes", ran)
            .with("most", longest);
        return Ok(Found::Review(TimerReview::OverLong, vec![reason]));
    }
    match write(ctx, tx, timer, &Correction::default()).await {
        Ok(entry) => Ok(Found::Entry(entry)),
        Err(error) => match refusals_of_entry(&error) {
            Some(reasons) => Ok(Found::Review(TimerReview::Refused, reasons)),
            None => Err(error.into()),
        },
    }
}

/// Holds the record, the person and then the timer, for whoever may end it: the volunteer, and those
/// who write hours for others.
pub(super) async fn hold(
    ctx: &Ctx,
    tx: &Tx,
    seen: &timer::Model,
) -> Result<timer::Model, TimerError> {
    entitled(ctx, seen)?;
    volunteers::store::hold_kept(tx, ctx.scope(), &[seen.volunteer_id]).await?;
    person::hold(tx, &[seen.person_id]).await?;
    let held = store::lock(tx, ctx.scope(), seen.id).await?;
    held.ok_or(TimerError::NotFound("id"))
}

/// Whoever no longer takes part may still stop what they started.
fn entitled(ctx: &Ctx, timer: &timer::Model) -> Result<(), Denied> {
    if ctx.scope().owns(timer.volunteer_id) {
        return Ok(());
    }
    ctx.demand_of_seen(Action::LogHoursForOthers, timer.organization_id)
}

/// Writes the entry of a stopped timer as a draft.
///
/// # Errors
/// Why it is refused; then nothing was written.
pub(super) async fn write(
    ctx: &Ctx,
    tx: &Tx,
    timer: &timer::Model,
    correction: &Correction,
) -> Result<EntryId, HoursError> {
    let zone = zones::parse(&timer.time_zone)
        .ok_or(HoursError::Inconsistent("a time zone without a name"))?;
    let fields: Fields = rules::fields(timer, correction, &zone);
    let item = Item::by_hand(NewEntry::parse(&fields)?, Target::Draft);
    let mut outcomes = record::within(ctx, tx, timer.organization_id, &[item]).await?;
    match outcomes.pop() {
        Some(Ok(Recorded::Created(entry))) => Ok(entry.row.id),
        Some(Err(error)) => Err(error),
        _ => Err(HoursError::Inconsistent("a timer without an outcome")),
    }
}

/// Writes the next version of a timer, with its trail.
pub(super) async fn save(
    ctx: &Ctx,
    tx: &Tx,
    action: &'static str,
    timer: &mut timer::Model,
) -> Result<(), TimerError> {
    timer.version += 1;
    timer.updated_at = ctx.now();
    store::replace(tx, timer).await?;
    trail::leave(ctx, tx, action, timer).await?;
    Ok(())
}
