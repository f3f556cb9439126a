//! When a timer begins and ends, when it ran too long, and what the entry says.
//!
//! Pure. Whether the entry is acceptable is judged in `hours`.

use chrono::DateTime;
use chrono::DurationRound;
use chrono::NaiveDate;
use chrono::TimeDelta;
use chrono::Utc;
use entity::ids::ProjectId;
use entity::timer;
use entity::types::Minutes;

use crate::hours::Fields;
use crate::platform::zones::Zone;

/// How far the clock of a phone may run ahead of ours.
const AHEAD_MOST: TimeDelta = TimeDelta::minutes(5);

/// What the entry of a timer says otherwise than the timer; an absent part is as the timer has it.
#[derive(Clone, Debug, Default)]
pub struct Correction {
    /// What for.
    pub project: Option<ProjectId>,
    /// When the work began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub stopped_at: Option<DateTime<Utc>>,
    /// Minutes between that were no work.
    pub break_minutes: Option<i64>,
    /// The day, for minutes without clock times.
    pub worked_on: Option<NaiveDate>,
    /// How long, without clock times.
    pub minutes: Option<i64>,
    /// What was done.
    pub description: Option<String>,
}

/// When a timer begins: when its phone says, now where it says nothing. A clock that runs a little
/// ahead is taken for ours; `None` for a start in the future.
#[must_use]
pub fn begin(given: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let given = given.map_or(now, stored);
    (given <= now + AHEAD_MOST).then(|| given.min(now))
}

/// When a timer ends: when its phone says, now where it says nothing, and never later than now.
#[must_use]
pub fn end(given: Option<DateTime<Utc>>, now: DateTime<Utc>) -> DateTime<Utc> {
    given.map_or(now, |it| stored(it).min(now))
}

/// Whole minutes that it ran, where they are more than is taken without a second look.
#[must_use]
pub fn over_long(
    started_at: DateTime<Utc>,
    stopped_at: DateTime<Utc>,
    longest: Minutes,
) -> Option<i64> {
    let ran = stopped_at - started_at;
    (ran > TimeDelta::minutes(i64::from(longest.0))).then(|| ran.num_minutes())
}

/// Whole minutes that are proposed for a timer that is reviewed: what it ran, capped at what is taken
/// without a second look.
#[must_use]
pub fn proposed(started_at: DateTime<Utc>, stopped_at: DateTime<Utc>, longest: Minutes) -> i64 {
    let ran = (stopped_at - started_at).num_minutes();
    ran.clamp(0, i64::from(longest.0).max(0))
}

/// What the entry of a stopped timer says: minutes of a day where the correction gives only those,
/// otherwise from start to end. What contradicts itself stays so, to be refused by `hours`.
#[must_use]
pub fn fields(timer: &timer::Model, correction: &Correction, zone: &Zone) -> Fields {
    let by_day = correction.minutes.is_some() || correction.worked_on.is_some();
    let clocked = correction.started_at.is_some()
        || correction.stopped_at.is_some()
        || correction.break_minutes.is_some();
    let parts = Fields {
        volunteer: Some(timer.volunteer_id),
        worked_on: correction.worked_on,
        minutes: correction.minutes,
        description: correction
            .description
            .clone()
            .or_else(|| timer.description.clone()),
        ..Fields::on(correction.project.unwrap_or(timer.project_id))
    };
    if by_day && !clocked {
        let day = parts.worked_on.unwrap_or(zone.day_of(timer.started_at));
        return Fields {
            worked_on: Some(day),
            ..parts
        };
    }
    Fields {
        started_at: correction.started_at.or(Some(timer.started_at)),
        ended_at: correction.stopped_at.or(timer.stopped_at),
        break_minutes: correction.break_minutes,
        ..parts
    }
}

/// As columns hold it: whole microseconds.
fn stored(instant: DateTime<Utc>) -> DateTime<Utc> {
    instant
        .duration_trunc(TimeDelta::microseconds(1))
        .unwrap_or(instant)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use chrono::Utc;
    use entity::ids::OrganizationId;
    use entity::ids::PersonId;
    use entity::ids::ProjectId;
    use entity::ids::TimerId;
    use entity::ids::VolunteerId;
    use entity::timer;
    use entity::types::Minutes;
    use entity::types::TimerReview;
    use entity::types::TimerStatus;
    use uuid::Uuid;

    use super::Correction;
    use super::begin;
    use super::end;
    use super::fields;
    use super::over_long;
    use super::proposed;
    use crate::hours::Fields;
    use crate::hours::NewEntry;
    use crate::platform::zones;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn stopped(from: &str, to: &str) -> timer::Model {
        timer::Model {
            id: TimerId(Uuid::nil()),
            organization_id: OrganizationId(Uuid::nil()),
            volunteer_id: VolunteerId(Uuid::from_u128(1)),
            person_id: PersonId(Uuid::nil()),
            project_id: ProjectId(Uuid::from_u128(2)),
            started_at: at(from),
            stopped_at: Some(at(to)),
            time_zone: "Africa/Casablanca".to_owned(),
            description: Some("planting".to_owned()),
            status: TimerStatus::NeedsReview,
            review: Some(TimerReview::OverLong),
            refusal: None,
            entry_id: None,
            discard_reason: None,
            created_by: None,
            version: 2,
            created_at: at(from),
            updated_at: at(to),
        }
    }

    fn said(timer: &timer::Model, correction: &Correction) -> Fields {
        fields(timer, correction, &zones::country())
    }

    #[test]
    fn a_clock_a_little_ahead_is_taken_for_ours_and_the_future_is_not() {
        let now = at("2026-11-02T09:00:00Z");
        assert_eq!(begin(None, now), Some(now));
        assert_eq!(begin(Some(at("2026-11-02T09:05:00Z")), now), Some(now));
        assert_eq!(begin(Some(at("2026-11-02T09:05:01Z")), now), None);
        let before = at("2026-11-02T07:00:00Z");
        assert_eq!(begin(Some(before), now), Some(before));
    }

    #[test]
    fn nothing_stops_later_than_now() {
        let now = at("2026-11-02T09:00:00Z");
        assert_eq!(end(None, now), now);
        assert_eq!(end(Some(at("2027-01-01T00:00:00Z")), now), now);
        let before = at("2026-11-02T08:59:00Z");
        assert_eq!(end(Some(before), now), before);
    }

    #[test]
    fn the_longest_time_itself_is_not_too_long() {
        let start = at("2026-11-02T09:00:00Z");
        let ran = |to: &str| over_long(start, at(to), Minutes(720));
        assert_eq!(ran("2026-11-02T21:00:00Z"), None);
        assert_eq!(ran("2026-11-02T21:00:01Z"), Some(720));
        assert_eq!(ran("2026-11-16T13:00:00Z"), Some(340 * 60));
        assert_eq!(ran("2026-11-01T09:00:00Z"), None);
        let proposed = |to: &str| proposed(start, at(to), Minutes(720));
        assert_eq!(
            proposed("2026-11-16T13:00:00Z"),
            720,
            "340 hours are capped, not refused"
        );
        assert_eq!(proposed("2026-11-02T11:30:59Z"), 150);
    }

    #[test]
    fn without_a_correction_the_entry_says_what_the_timer_says() {
        let timer = stopped("2026-11-02T09:00:00Z", "2026-11-02T11:30:00Z");
        let said = said(&timer, &Correction::default());
        assert_eq!(said.started_at, Some(timer.started_at));
        assert_eq!(said.ended_at, timer.stopped_at);
        assert_eq!(said.description.as_deref(), Some("planting"));
        let entry = NewEntry::parse(&said).unwrap();
        assert_eq!(entry.work.minutes(), Minutes(150));
    }

    #[test]
    fn minutes_alone_are_those_of_the_day_it_was_started() {
        // Half past midnight in Casablanca, which is an hour ahead then.
        let timer = stopped("2026-07-02T23:30:00Z", "2026-07-16T11:30:00Z");
        let said = said(
            &timer,
            &Correction {
                minutes: Some(90),
                ..Correction::default()
            },
        );
        assert_eq!((said.started_at, said.ended_at), (None, None));
        assert_eq!(said.worked_on, "2026-07-03".parse().ok());
        assert_eq!(said.minutes, Some(90));
        assert!(NewEntry::parse(&said).is_ok());
    }

    #[test]
    fn minutes_beside_clock_times_contradict_them() {
        let timer = stopped("2026-11-02T09:00:00Z", "2026-11-16T13:00:00Z");
        let said = said(
            &timer,
            &Correction {
                stopped_at: Some(at("2026-11-02T11:00:00Z")),
                minutes: Some(90),
                ..Correction::default()
            },
        );
        assert!(NewEntry::parse(&said).is_err());
    }
}
