//! When a schedule has not delivered what it should have.
//!
//! Pure. Who is told is in `settle`.

use chrono::DateTime;
use chrono::Utc;
use entity::schedule;
use entity::schedule_run;
use entity::types::RunStatus;
use entity::types::ScheduleStatus;

use crate::schedules::OVERDUE;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlarmKind {
    /// The latest run has no file.
    RunFailed,
    /// The latest run should have come to its end, or begun.
    RunOverdue,
    /// The latest run has a file that did not arrive where it goes.
    DeliveryFailed,
}

/// That a schedule has not delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// What is wrong.
    pub kind: AlarmKind,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// Whether something is wrong with a schedule: `waits_until` is when its next tick waits for nothing any
/// more, `undelivered` since when the file of the last run is known not to have arrived. One that came to its end is
/// not looked at.
#[must_use]
pub fn alarm(
    row: &schedule::Model,
    last: Option<&schedule_run::Model>,
    waits_until: Option<DateTime<Utc>>,
    undelivered: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Option<Alarm> {
    if row.status == ScheduleStatus::Ended {
        return None;
    }
    let overdue = |at: DateTime<Utc>| {
        let since = at + OVERDUE;
        (since <= now).then_some(Alarm {
            kind: AlarmKind::RunOverdue,
            since,
        })
    };
    let of_run = last.and_then(|run| match run.status {
        RunStatus::Failed | RunStatus::Cancelled => Some(Alarm {
            kind: AlarmKind::RunFailed,
            since: run.ended_at.unwrap_or(run.created_at),
        }),
        RunStatus::Requested => overdue(run.created_at),
        RunStatus::Succeeded | RunStatus::Skipped => None,
    });
    let of_files = undelivered.map(|since| Alarm {
        kind: AlarmKind::DeliveryFailed,
        since,
    });
    let of_tick = || waits_until.and_then(overdue);
    of_run.or(of_files).or_else(of_tick)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use chrono::NaiveDate;
    use chrono::Utc;
    use entity::ids::RunId;
    use entity::ids::ScheduleId;
    use entity::ids::SessionId;
    use entity::ids::UserId;
    use entity::schedule;
    use entity::schedule_run;
    use entity::types::CoveredInterval;
    use entity::types::RunCause;
    use entity::types::RunStatus;
    use entity::types::ScheduleCadence;
    use entity::types::ScheduleStatus;
    use uuid::Uuid;

    use super::AlarmKind;
    use super::alarm;

    fn at(text: &str) -> DateTime<Utc> {
        format!("2026-11-02T{text}:00Z").parse().unwrap()
    }

    #[test]
    fn what_did_not_arrive_is_told() {
        let row = schedule::Model {
            id: ScheduleId(Uuid::nil()),
            owner_id: UserId(Uuid::nil()),
            session_id: SessionId(Uuid::nil()),
            title: "Monthly".to_owned(),
            question: String::new(),
            cadence: ScheduleCadence::Cron,
            cron: None,
            latest_day: None,
            time_zone: "UTC".to_owned(),
            covers: CoveredInterval::PreviousMonth,
            targets: "[]".to_owned(),
            status: ScheduleStatus::Active,
            next_tick_at: None,
            last_run_id: None,
            version: 1,
            created_at: at("00:00"),
            updated_at: at("00:00"),
        };
        let run = |status, ended_at| schedule_run::Model {
            id: RunId(Uuid::nil()),
            schedule_id: row.id,
            tick_at: at("06:00"),
            cause: RunCause::Tick,
            covers_from: NaiveDate::default(),
            covers_to: NaiveDate::default(),
            status,
            skip: None,
            late: false,
            month_closed: None,
            job_id: None,
            refusals: None,
            overdue_at: None,
            created_at: at("06:00"),
            ended_at,
        };
        let failed = run(RunStatus::Failed, Some(at("06:10")));
        let made = run(RunStatus::Succeeded, Some(at("06:10")));
        let waits = run(RunStatus::Requested, None);
        for (last, next, now, expected) in [
            (None, None, "09:00", None),
            (Some(&made), Some("09:00"), "09:59", None),
            (
                Some(&made),
                Some("09:00"),
                "10:00",
                Some((AlarmKind::RunOverdue, "10:00")),
            ),
            (
                Some(&failed),
                Some("09:00"),
                "08:00",
                Some((AlarmKind::RunFailed, "06:10")),
            ),
            (Some(&waits), Some("09:00"), "06:59", None),
            (
                Some(&waits),
                Some("09:00"),
                "07:00",
                Some((AlarmKind::RunOverdue, "07:00")),
            ),
        ] {
            let found = alarm(&row, last, next.map(at), None, at(now));

            let found = found.map(|it| (it.kind, it.since));
            assert_eq!(
                found,
                expected.map(|(kind, since)| (kind, at(since))),
                "{now}"
            );
        }
        let ended = schedule::Model {
            status: ScheduleStatus::Ended,
            ..row.clone()
        };
        assert_eq!(alarm(&ended, Some(&failed), None, None, at("09:00")), None);
        let lost = alarm(
            &row,
            Some(&made),
            Some(at("07:00")),
            Some(at("06:30")),
            at("09:00"),
        );
        assert_eq!(
            lost.map(|it| (it.kind, it.since)),
            Some((AlarmKind::DeliveryFailed, at("06:30")))
        );
    }
}
