//! What of a schedule fits: its report, and when it is due, from what was sent to what is kept and back.
//!
//! Nothing is written here; the acts are in `schedule`.

use chrono::DateTime;
use chrono::Utc;
use entity::ids::OrganizationId;
use entity::schedule;
use entity::types::CoveredInterval;
use entity::types::ScheduleCadence;
use sea_orm::ActiveEnum;
use serde::Serialize;

use crate::deliveries::Target;
use crate::exports::request;
use crate::identity::Ctx;
use crate::jobs::JobError;
use crate::organizations;
use crate::platform::zones;
use crate::platform::zones::Zone;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Mend;
use crate::refusal::Refusal;
use crate::reports::ReportName;
use crate::schedules::ScheduleError;
use crate::schedules::cadence::Cadence;
use crate::schedules::cadence::Expression;
use crate::schedules::cadence::LATEST_DAY_MOST;
use crate::schedules::cadence::Unfit;
use crate::schedules::cover;
use crate::schedules::question::ScheduledQuestion;
use crate::schedules::schedule::CadenceAsked;

/// The report, in order, as if it were due now.
///
/// # Errors
/// What is wrong with it, by field.
pub(super) async fn fitting(
    ctx: &Ctx,
    question: &ScheduledQuestion,
    covers: CoveredInterval,
    zone: &str,
) -> Result<ScheduledQuestion, ScheduleError> {
    let zone = zones::parse(zone.trim()).unwrap_or_else(zones::country);
    let covered = cover::interval(covers, &zone, ctx.now());
    let request = request::in_order(ctx, &question.over(covered), None).await;
    let request = request.map_err(|cause| match cause {
        JobError::Invalid(refusals) => ScheduleError::Invalid(
            refusals
                .into_iter()
                .map(|it| of_covers(it, covers))
                .collect(),
        ),
        other => ScheduleError::Export(other),
    });
    // Both ends of an interval may be wrong: that is one mistake.
    let request = request.map_err(|cause| match cause {
        ScheduleError::Invalid(mut refusals) => {
            refusals.dedup();
            ScheduleError::Invalid(refusals)
        }
        other => other,
    })?;
    Ok(ScheduledQuestion::asked_in(request))
}

/// What is wrong with the days of a report is wrong with what they are told by.
fn of_covers(refusal: Refusal, covers: CoveredInterval) -> Refusal {
    let days = ["from", "to"].map(|it| vec!["report".to_owned(), it.to_owned()]);
    if refusal.code != Code::QuestionUnfit || !days.contains(&refusal.path) {
        return refusal;
    }
    Refusal::of(Code::QuestionUnfit, "covers")
        .with("report", ReportName::ContractualVolunteering.word())
        .with("takes", CoveredInterval::PreviousYear.to_value())
        .with("given", covers.to_value())
}

/// The columns of a cadence.
pub(super) fn columns(
    checks: &mut Checks,
    asked: &CadenceAsked,
) -> (ScheduleCadence, Option<String>, Option<i32>) {
    match asked {
        CadenceAsked::Cron(text) => {
            let unfit = |mend| {
                Refusal::of(Code::CronUnfit, "cadence.cron")
                    .with("value", text)
                    .mended(mend)
            };
            match Expression::read(text) {
                Ok(_) => {}
                Err(Unfit::Fields) => checks.refuse(unfit(Mend::CronFields)),
                Err(Unfit::Minute) => checks.refuse(unfit(Mend::CronMinute)),
                Err(Unfit::Never) => checks.refuse(unfit(Mend::CronNever)),
            }
            let fields: Vec<&str> = text.split_whitespace().collect();
            (ScheduleCadence::Cron, Some(fields.join(" ")), None)
        }
        CadenceAsked::MonthlyAfterClosing(day) => {
            checks.demand((1..=LATEST_DAY_MOST).contains(day), || {
                Refusal::of(Code::OutOfRange, "cadence.monthlyAfterClosing.latestDay")
                    .with("least", 1)
                    .with("most", LATEST_DAY_MOST)
            });
            (ScheduleCadence::MonthlyAfterClosing, None, Some(*day))
        }
    }
}

/// When a schedule is due.
///
/// # Errors
/// Only a fault of ours.
pub(super) fn cadence_of(row: &schedule::Model) -> Result<Cadence, ScheduleError> {
    let read = match row.cadence {
        ScheduleCadence::Cron => {
            let text = row.cron.as_deref().unwrap_or_default();
            Expression::read(text).ok().map(Cadence::Cron)
        }
        ScheduleCadence::MonthlyAfterClosing => row
            .latest_day
            .and_then(|it| u32::try_from(it).ok())
            .map(|latest_day| Cadence::MonthlyAfterClosing { latest_day }),
    };
    read.ok_or_else(|| ScheduleError::Fault("the schedule cannot be read".to_owned()))
}

/// On whose clocks it is due.
///
/// # Errors
/// Only a fault of ours.
pub(super) fn zone_of(row: &schedule::Model) -> Result<Zone, ScheduleError> {
    let unknown = || ScheduleError::Fault(format!("there is no zone {}", row.time_zone));
    zones::parse(&row.time_zone).ok_or_else(unknown)
}

/// The first tick from an instant on.
///
/// # Errors
/// Only a fault of ours.
pub(super) fn next_tick(
    row: &schedule::Model,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, ScheduleError> {
    Ok(cadence_of(row)?.next(&zone_of(row)?, now))
}

/// The zone of an organization that may be seen; that of the country otherwise.
///
/// # Errors
/// [`ScheduleError`] of the database only.
pub(super) async fn default_zone(
    ctx: &Ctx,
    organization: Option<OrganizationId>,
) -> Result<String, ScheduleError> {
    let Some(id) = organization else {
        return Ok(zones::COUNTRY.to_owned());
    };
    let found = organizations::store::by_ids(ctx.read(), ctx.scope(), &[id]).await?;
    let zone = found.into_iter().next().map(|it| it.time_zone);
    Ok(zone.unwrap_or_else(|| zones::COUNTRY.to_owned()))
}

/// Where reports of a schedule go; nowhere where a later release said so.
#[must_use]
pub fn targets_of(row: &schedule::Model) -> Vec<Target> {
    serde_json::from_str(&row.targets).unwrap_or_default()
}

/// What is kept as JSON.
///
/// # Errors
/// Only a fault of ours.
pub(super) fn written(part: &impl Serialize) -> Result<String, ScheduleError> {
    serde_json::to_string(part).map_err(|it| ScheduleError::Fault(it.to_string()))
}
