//! Acts on schedules: create, change, pause, resume, run now, end.
//!
//! What may be scheduled is decided in `schedules` and `reports`.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::ScheduleId;
use entity::schedule;

use crate::exports::Format;
use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::error::changed_meanwhile;
use crate::graphql::exports::export::ExportFormat;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::patch::lasting;
use crate::graphql::scalars::Locale;
use crate::graphql::scalars::TimeZone;
use crate::graphql::schedules::delivery::DeliveryTargetInput;
use crate::graphql::schedules::input::ScheduleCadenceInput;
use crate::graphql::schedules::input::ScheduledReportInput;
use crate::graphql::schedules::run::ScheduleRun;
use crate::graphql::schedules::schedule::CoveredInterval;
use crate::graphql::schedules::schedule::Schedule;
use crate::identity::Ctx;
use crate::platform::change::Change;
use crate::schedules::ScheduleError;
use crate::schedules::run;
use crate::schedules::schedule as acts;
use crate::schedules::schedule::NewSchedule;
use crate::schedules::schedule::ScheduleChanges;

/// A report that is to make itself.
#[derive(Debug, InputObject)]
struct CreateScheduleInput {
    /// Its name; at most 200 characters.
    title: String,
    /// The report.
    report: ScheduledReportInput,
    /// What it is written as.
    format: ExportFormat,
    /// Language of its titles and names; that of the request by default.
    locale: Option<Locale>,
    /// When it is due.
    cadence: ScheduleCadenceInput,
    /// On the clocks of which zone it is due, and in which days begin: that of the organization by default, where one is
    /// named, and Africa/Casablanca otherwise.
    time_zone: Option<TimeZone>,
    /// Which days a report covers. Of `CONTRACTUAL_VOLUNTEERING` the previous year.
    covers: CoveredInterval,
    /// Where reports go, at most 20; they are kept here in any case.
    #[graphql(default)]
    deliver_to: Vec<DeliveryTargetInput>,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

/// What changes of a schedule; what is absent stays.
#[derive(Debug, InputObject)]
struct UpdateScheduleInput {
    /// The schedule.
    id: ID,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present
    /// one.
    expected_version: Option<i32>,
    /// Its name; at most 200 characters.
    title: Option<String>,
    /// The report, whole.
    report: Option<ScheduledReportInput>,
    /// What it is written as.
    format: Option<ExportFormat>,
    /// Language of its titles and names.
    locale: Option<Locale>,
    /// When it is due. Its next tick is the first from now on.
    cadence: Option<ScheduleCadenceInput>,
    /// On the clocks of which zone. Its next tick is the first from now on.
    time_zone: Option<TimeZone>,
    /// Which days a report covers.
    covers: Option<CoveredInterval>,
    /// Where reports go, all of it; at most 20.
    deliver_to: Option<Vec<DeliveryTargetInput>>,
}

/// A schedule that is to wait.
#[derive(InputObject)]
struct PauseScheduleInput {
    /// The schedule.
    id: ID,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present
    /// one.
    expected_version: Option<i32>,
}

/// A schedule that is to go on.
#[derive(InputObject)]
struct ResumeScheduleInput {
    /// The schedule.
    id: ID,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present
    /// one.
    expected_version: Option<i32>,
}

/// A schedule that is to end.
#[derive(InputObject)]
struct EndScheduleInput {
    /// The schedule.
    id: ID,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present
    /// one.
    expected_version: Option<i32>,
}

/// A schedule whose report is to be made now.
#[derive(InputObject)]
struct RunScheduleNowInput {
    /// The schedule.
    id: ID,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present
    /// one.
    expected_version: Option<i32>,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

/// The schedule that was created.
#[derive(SimpleObject)]
struct CreateSchedulePayload {
    /// The schedule; null when refused.
    schedule: Option<Schedule>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The schedule after it changed.
#[derive(SimpleObject)]
struct UpdateSchedulePayload {
    /// The schedule; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    schedule: Option<Schedule>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The schedule that waits.
#[derive(SimpleObject)]
struct PauseSchedulePayload {
    /// The schedule; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    schedule: Option<Schedule>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The schedule that goes on.
#[derive(SimpleObject)]
struct ResumeSchedulePayload {
    /// The schedule; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    schedule: Option<Schedule>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The schedule that came to its end.
#[derive(SimpleObject)]
struct EndSchedulePayload {
    /// The schedule; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    schedule: Option<Schedule>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The run that was begun.
#[derive(SimpleObject)]
struct RunScheduleNowPayload {
    /// The run; null when refused.
    run: Option<ScheduleRun>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on schedules.
#[derive(Debug, Default)]
pub struct ScheduleMutations;

/// Acts on schedules.
#[Object]
impl ScheduleMutations {
    /// Has a report made from time to time. It is made in the background, with what the caller may see then. One person has
    /// at most 100 schedules that go on or pause.
    async fn create_schedule(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The report, when it is due and what it covers.")]
        input: CreateScheduleInput,
    ) -> Result<CreateSchedulePayload> {
        let ctx = gql.signed_in()?;
        let outcome = created(ctx, input).await;
        let (row, user_errors) = answered(ctx, outcome)?;
        Ok(CreateSchedulePayload {
            schedule: row.map(Schedule),
            user_errors,
        })
    }

    /// Changes a schedule. Only its owner can.
    async fn update_schedule(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "What changes.")] input: UpdateScheduleInput,
    ) -> Result<UpdateSchedulePayload> {
        let id = input.id.clone();
        let outcome = updated(gql.signed_in()?, input).await;
        let (schedule, user_errors) = shown(gql, &id, outcome).await?;
        Ok(UpdateSchedulePayload {
            schedule,
            user_errors,
        })
    }

    /// Lets a schedule wait: what would be due meanwhile is left out. Doing so again changes nothing.
    async fn pause_schedule(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The schedule.")] input: PauseScheduleInput,
    ) -> Result<PauseSchedulePayload> {
        let ctx = gql.signed_in()?;
        let outcome = match named(&input.id) {
            Ok(id) => acts::pause(ctx, id, input.expected_version).await,
            Err(cause) => Err(cause),
        };
        let (schedule, user_errors) = shown(gql, &input.id, outcome).await?;
        Ok(PauseSchedulePayload {
            schedule,
            user_errors,
        })
    }

    /// Lets a schedule go on that waits: its next tick is the first from now on. Doing so again changes nothing.
    async fn resume_schedule(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The schedule.")] input: ResumeScheduleInput,
    ) -> Result<ResumeSchedulePayload> {
        let ctx = gql.signed_in()?;
        let outcome = match named(&input.id) {
            Ok(id) => acts::resume(ctx, id, input.expected_version).await,
            Err(cause) => Err(cause),
        };
        let (schedule, user_errors) = shown(gql, &input.id, outcome).await?;
        Ok(ResumeSchedulePayload {
            schedule,
            user_errors,
        })
    }

    /// Ends a schedule for good. What it made stays, and so does its history.
    async fn end_schedule(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The schedule.")] input: EndScheduleInput,
    ) -> Result<EndSchedulePayload> {
        let ctx = gql.signed_in()?;
        let outcome = match named(&input.id) {
            Ok(id) => acts::end(ctx, id, input.expected_version).await,
            Err(cause) => Err(cause),
        };
        let (schedule, user_errors) = shown(gql, &input.id, outcome).await?;
        Ok(EndSchedulePayload {
            schedule,
            user_errors,
        })
    }

    /// Has the report of a schedule made now, over the days that it covers where it is due now. The schedule goes on as it
    /// would have. Only its owner can.
    async fn run_schedule_now(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The schedule.")] input: RunScheduleNowInput,
    ) -> Result<RunScheduleNowPayload> {
        let ctx = gql.signed_in()?;
        let key = input.idempotency_key.as_deref();
        let outcome = match named(&input.id) {
            Ok(id) => run::run_now(ctx, id, input.expected_version, key).await,
            Err(cause) => Err(cause),
        };
        let (run, user_errors) = answered(ctx, outcome)?;
        Ok(RunScheduleNowPayload {
            run: run.map(ScheduleRun),
            user_errors,
        })
    }
}

fn named(id: &ID) -> std::result::Result<ScheduleId, ScheduleError> {
    ScheduleId::input(id, "id").map_err(|it| ScheduleError::Invalid(vec![it]))
}

async fn created(
    ctx: &Ctx,
    input: CreateScheduleInput,
) -> std::result::Result<schedule::Model, ScheduleError> {
    let question = input.report.asked(input.format.into(), ctx.locale());
    let new = NewSchedule {
        title: input.title,
        question: question.map_err(|it| ScheduleError::Invalid(vec![it]))?,
        cadence: input.cadence.into(),
        time_zone: input.time_zone.map(|it| it.0),
        covers: input.covers.into(),
        targets: input.deliver_to.into_iter().map(Into::into).collect(),
    };
    let locale = input.locale.map(|it| it.0);
    acts::create(ctx, &new, locale, input.idempotency_key.as_deref()).await
}

async fn updated(
    ctx: &Ctx,
    input: UpdateScheduleInput,
) -> std::result::Result<schedule::Model, ScheduleError> {
    let id = named(&input.id)?;
    let question = match input.report {
        None => Change::Keep,
        // Format and language are told apart from it.
        Some(report) => match report.asked(Format::Csv, ctx.locale()) {
            Ok(question) => Change::To(question),
            Err(refusal) => return Err(ScheduleError::Invalid(vec![refusal])),
        },
    };
    let changes = ScheduleChanges {
        title: lasting(input.title, |it| it),
        question,
        format: lasting(input.format, Into::into),
        locale: lasting(input.locale, |it| it.0),
        cadence: lasting(input.cadence, Into::into),
        time_zone: lasting(input.time_zone, |it| it.0),
        covers: lasting(input.covers, Into::into),
        targets: lasting(input.deliver_to, |it| {
            it.into_iter().map(Into::into).collect()
        }),
    };
    acts::update(ctx, id, input.expected_version, changes).await
}

/// A schedule after an act, or as it is now where it changed meanwhile.
async fn shown(
    gql: &Context<'_>,
    id: &ID,
    outcome: std::result::Result<schedule::Model, ScheduleError>,
) -> Result<(Option<Schedule>, Vec<UserError>)> {
    let (row, user_errors) = answered(gql.op()?, outcome)?;
    let row = match ScheduleId::read(id) {
        Some(id) if changed_meanwhile(&user_errors) => loaders::one(gql, id).await?,
        _ => row,
    };
    Ok((row.map(Schedule), user_errors))
}
