//! One report that makes itself: the observer's of each month.
//!
//! What a schedule must be is in `schedules`; whoever observes is in `cast`.

use entity::ids::ScheduleId;
use entity::ids::SessionId;
use entity::ids::UserId;
use entity::schedule;
use entity::types::CoveredInterval;
use entity::types::EntryStatus;
use entity::types::ScheduleCadence;
use entity::types::ScheduleStatus;

use crate::demo::cast::ZONE;
use crate::demo::dice::Dice;
use crate::demo::error::DemoError;
use crate::demo::span::Span;
use crate::exports::Format;
use crate::platform::i18n::Locale;
use crate::platform::zones::Zone;
use crate::reports::ReportName;
use crate::schedules::cadence::Cadence;
use crate::schedules::cadence::Expression;
use crate::schedules::question::ScheduledQuestion;

/// Seven o'clock on the fifth of each month.
const CRON: &str = "0 7 5 * *";

/// The schedule of whoever observes the region.
///
/// # Errors
/// [`DemoError::NoReference`] where it could never be due, which only a fault of ours can cause.
pub fn schedule(
    seed: u64,
    span: &Span,
    zone: &Zone,
    observer: UserId,
) -> Result<schedule::Model, DemoError> {
    let mut dice = Dice::of(seed, 3);
    let fault = || DemoError::NoReference(format!("days of {CRON}"));
    let expression = Expression::read(CRON).ok();
    let cadence = Cadence::Cron(expression.ok_or_else(fault)?);
    let question = ScheduledQuestion {
        name: ReportName::Indh,
        territory_code: Some("07".to_owned()),
        organization: None,
        status_basis: vec![EntryStatus::Approved],
        rows: None,
        columns: None,
        format: Format::Xlsx,
        locale: Locale::Fr,
    };
    Ok(schedule::Model {
        id: ScheduleId(dice.key(span.founded())),
        owner_id: observer,
        session_id: SessionId(dice.key(span.founded())),
        title: "INDH Marrakech-Safi".to_owned(),
        question: serde_json::to_string(&question).map_err(|_cause| fault())?,
        cadence: ScheduleCadence::Cron,
        cron: Some(CRON.to_owned()),
        latest_day: None,
        time_zone: ZONE.to_owned(),
        covers: CoveredInterval::PreviousMonth,
        targets: "[]".to_owned(),
        status: ScheduleStatus::Active,
        next_tick_at: Some(cadence.next(zone, span.now).ok_or_else(fault)?),
        last_run_id: None,
        version: 1,
        created_at: span.founded(),
        updated_at: span.founded(),
    })
}
