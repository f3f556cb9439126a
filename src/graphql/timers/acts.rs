//! Acts on timers: start, stop, resolve, discard.
//!
//! Rules are in `timers`.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::ProjectId;
use entity::ids::TimerId;
use entity::ids::VolunteerId;

use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::error::changed_meanwhile;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Minutes;
use crate::graphql::timers::timer::Timer;
use crate::refusal::Refusal;
use crate::timers::TimerError;
use crate::timers::resolve;
use crate::timers::rules::Correction;
use crate::timers::start;
use crate::timers::start::NewTimer;
use crate::timers::stop;

/// A timer to start.
#[derive(InputObject)]
struct StartTimerInput {
    /// Who works; the caller's own record in the organization of the project by default.
    volunteer_id: Option<ID>,
    /// What for.
    project_id: ID,
    /// When the work began, for a phone that was offline; now by default, and never in the future.
    started_at: Option<DateTime>,
    /// What is done; at most 2000 characters.
    description: Option<String>,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

/// A timer to stop.
#[derive(InputObject)]
struct StopTimerInput {
    /// The timer. Without it the caller's own that runs, and where none does, the one that was
    /// stopped last.
    id: Option<ID>,
    /// When the work ended, for a phone that was offline; now by default, and now for an instant in
    /// the future.
    stopped_at: Option<DateTime>,
}

/// What the entry of a timer is. Without `minutes` and `workedOn` it goes from start to end; with
/// them it has no clock times.
#[derive(InputObject)]
struct ResolveTimerInput {
    /// The timer, which needs review.
    id: ID,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present
    /// one.
    expected_version: Option<i32>,
    /// What the work was for; that of the timer by default.
    project_id: Option<ID>,
    /// When the work began; when the timer was started by default.
    started_at: Option<DateTime>,
    /// When it ended; when the timer was stopped by default.
    stopped_at: Option<DateTime>,
    /// Minutes between that were no work.
    break_minutes: Option<Minutes>,
    /// The civil day, for `minutes`; that on which the timer was started by default.
    worked_on: Option<Date>,
    /// How long, instead of times; 1 to 1440.
    minutes: Option<Minutes>,
    /// What was done; that of the timer by default. At most 2000 characters.
    description: Option<String>,
}

/// A timer that comes to nothing.
#[derive(InputObject)]
struct DiscardTimerInput {
    /// The timer, which runs or needs review.
    id: ID,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present
    /// one.
    expected_version: Option<i32>,
    /// Why; at most 1,000 characters.
    reason: String,
}

/// The timer that runs.
#[derive(SimpleObject)]
struct StartTimerPayload {
    /// The timer; null when refused.
    timer: Option<Timer>,
    /// With `TIMER_RUNNING`, the one that runs already; null where the caller may not see it.
    running_timer: Option<Timer>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The timer that was stopped.
#[derive(SimpleObject)]
struct StopTimerPayload {
    /// The timer: `STOPPED` with its entry, or `NEEDS_REVIEW`; null when there is none to stop.
    timer: Option<Timer>,
    /// Whether it had been stopped before, so that nothing was done.
    replayed: bool,
    /// Why it needs review, told once: what was stopped is stopped all the same. Empty where it
    /// became an entry or had been stopped before, null when refused.
    review_reasons: Option<Vec<UserError>>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The timer with its entry.
#[derive(SimpleObject)]
struct ResolveTimerPayload {
    /// The timer; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    timer: Option<Timer>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The timer that came to nothing.
#[derive(SimpleObject)]
struct DiscardTimerPayload {
    /// The timer; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    timer: Option<Timer>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on timers.
#[derive(Debug, Default)]
pub struct TimerMutations;

/// Acts on timers.
#[Object]
impl TimerMutations {
    /// Starts a timer. One runs at a time for each person; it runs on until it is stopped, whatever
    /// becomes of phone or server. Volunteers start their own, coordinators anybody's of their
    /// organization.
    async fn start_timer(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The project, and perhaps the volunteer and the time.")]
        input: StartTimerInput,
    ) -> Result<StartTimerPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let volunteer = match &input.volunteer_id {
                Some(id) => Some(VolunteerId::input(id, "volunteerId")?),
                None => None,
            };
            let new = NewTimer {
                volunteer,
                project: ProjectId::input(&input.project_id, "projectId")?,
                started_at: input.started_at.map(|it| it.0),
                description: input.description,
            };
            start::start(ctx, new, input.idempotency_key.as_deref()).await
        };
        let outcome = outcome.await;
        let running = match &outcome {
            Err(TimerError::Running(timer)) => timer.as_deref().cloned(),
            _ => None,
        };
        let (timer, user_errors) = answered(ctx, outcome)?;
        Ok(StartTimerPayload {
            timer: timer.map(Timer),
            running_timer: running.map(Timer),
            user_errors,
        })
    }

    /// Stops a timer. It always succeeds: the time becomes a draft of an hour entry, and where that
    /// is refused or the timer ran too long, the timer needs review and nothing is lost. Safe to
    /// repeat.
    async fn stop_timer(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which, and when.")] input: StopTimerInput,
    ) -> Result<StopTimerPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let id = match &input.id {
                Some(id) => Some(TimerId::input(id, "id")?),
                None => None,
            };
            stop::stop(ctx, id, input.stopped_at.map(|it| it.0)).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        let told = |it: &Refusal| UserError::new(it, ctx.locale());
        Ok(StopTimerPayload {
            review_reasons: done
                .as_ref()
                .map(|it| it.reasons.iter().map(told).collect()),
            replayed: done.as_ref().is_some_and(|it| it.replayed),
            timer: done.map(|it| Timer(it.timer)),
            user_errors,
        })
    }

    /// Writes the entry of a timer that needs review, as the caller says it was, as a draft. The
    /// timer keeps the times that it ran.
    async fn resolve_timer(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The timer and the true times or minutes.")] input: ResolveTimerInput,
    ) -> Result<ResolveTimerPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let id = TimerId::input(&input.id, "id")?;
            let project = match &input.project_id {
                Some(id) => Some(ProjectId::input(id, "projectId")?),
                None => None,
            };
            let correction = Correction {
                project,
                started_at: input.started_at.map(|it| it.0),
                stopped_at: input.stopped_at.map(|it| it.0),
                break_minutes: input.break_minutes.map(|it| it.0),
                worked_on: input.worked_on.map(|it| it.0),
                minutes: input.minutes.map(|it| it.0),
                description: input.description,
            };
            resolve::resolve(ctx, id, input.expected_version, &correction).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        let timer = match done {
            Some(done) => Some(Timer(done)),
            None => present(gql, &input.id, &user_errors).await?,
        };
        Ok(ResolveTimerPayload { timer, user_errors })
    }

    /// Ends a timer that runs or needs review without an entry. Safe to repeat.
    async fn discard_timer(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The timer and the reason.")] input: DiscardTimerInput,
    ) -> Result<DiscardTimerPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let id = TimerId::input(&input.id, "id")?;
            resolve::discard(ctx, id, input.expected_version, &input.reason).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        let timer = match done {
            Some(done) => Some(Timer(done)),
            None => present(gql, &input.id, &user_errors).await?,
        };
        Ok(DiscardTimerPayload { timer, user_errors })
    }
}

/// The timer as it is, where it changed meanwhile.
async fn present(gql: &Context<'_>, id: &ID, errors: &[UserError]) -> Result<Option<Timer>> {
    match TimerId::read(id) {
        Some(id) if changed_meanwhile(errors) => Ok(loaders::one(gql, id).await?.map(Timer)),
        _ => Ok(None),
    }
}
