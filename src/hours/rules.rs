//! What work is acceptable: length, future, project dates, overlap, daily cap.
//!
//! Pure: the facts are gathered in `store`, applied in `record`. What an entry must say at all is
//! in `entry`, who may write it in `guard`.

use std::collections::HashMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ids::PersonId;
use entity::ids::VolunteerId;
use entity::types::Minutes;

use crate::hours::days::Calendar;
use crate::hours::entry::Work;
use crate::hours::error::HoursError;
use crate::platform::zones::Zone;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// Most minutes of one entry, breaks included.
pub const ENTRY_MINUTES_MOST: i64 = 1_440;
/// Most minutes of one person on one civil day, in all organizations together.
pub const DAY_MINUTES_MOST: i32 = 1_440;

/// The length of one entry: some work, less than a day of it, more than the break.
///
/// # Errors
/// `NO_DURATION`, `BREAK_TOO_LONG` or `ENTRY_TOO_LONG` with the field that decides.
pub fn length(work: &Work) -> Result<(), Refusal> {
    let field = match work {
        Work::Interval { .. } => "endedAt",
        Work::Duration { .. } | Work::Group { .. } => "minutes",
    };
    let (gross, pause) = (work.gross(), i64::from(work.break_minutes().0));
    if gross < 1 {
        return Err(Refusal::of(Code::NoDuration, field));
    }
    if gross > ENTRY_MINUTES_MOST {
        return Err(Refusal::of(Code::EntryTooLong, field).with("most", ENTRY_MINUTES_MOST));
    }
    if pause >= gross {
        return Err(Refusal::of(Code::BreakTooLong, "breakMinutes")
            .with("break", pause)
            .with("gross", gross));
    }
    Ok(())
}

/// Work lies behind us: an interval has ended, a day has begun where the work was done.
///
/// # Errors
/// [`HoursError::InFuture`].
pub fn past(
    work: &Work,
    calendar: &Calendar,
    zone: &Zone,
    now: DateTime<Utc>,
) -> Result<(), HoursError> {
    let ahead = match work.span() {
        Some((_, ended_at)) => ended_at > now,
        None => calendar.ended_on > zone.day_of(now),
    };
    if ahead {
        return Err(HoursError::InFuture {
            day: calendar.ended_on,
            field: match work.span() {
                Some(_) => "endedAt",
                None => "workedOn",
            },
        });
    }
    Ok(())
}

/// Work lies within the dates of its project, both ends inclusive.
///
/// # Errors
/// [`HoursError::OutsideProject`].
pub fn within_project(
    calendar: &Calendar,
    starts_on: NaiveDate,
    ends_on: Option<NaiveDate>,
) -> Result<(), HoursError> {
    // The day on which it began decides: a night of the last day ends on the next.
    let day = calendar.worked_on;
    if day >= starts_on && ends_on.is_none_or(|last| day <= last) {
        return Ok(());
    }
    Err(HoursError::OutsideProject {
        from: starts_on,
        to: ends_on,
        day,
    })
}

/// An interval of a person that holds their time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy {
    /// The entry.
    pub entry: EntryId,
    /// Where it was written.
    pub organization: OrganizationId,
    /// Whose record it is there.
    pub volunteer: VolunteerId,
    /// Start.
    pub started_at: DateTime<Utc>,
    /// End, exclusive.
    pub ended_at: DateTime<Utc>,
}

/// What people have logged already, the work of the same batch included.
#[derive(Clone, Debug, Default)]
pub struct Logged {
    intervals: HashMap<PersonId, Vec<Busy>>,
    minutes: HashMap<(PersonId, NaiveDate), i64>,
}

impl Logged {
    /// Adds an interval.
    pub fn hold(&mut self, person: PersonId, busy: Busy) {
        self.intervals.entry(person).or_default().push(busy);
    }

    /// Takes the interval of an entry away.
    pub fn release(&mut self, person: PersonId, entry: EntryId) {
        if let Some(intervals) = self.intervals.get_mut(&person) {
            intervals.retain(|it| it.entry != entry);
        }
    }

    /// Adds minutes of a day; takes them away where they are negative.
    pub fn add(&mut self, person: PersonId, day: NaiveDate, minutes: i64) {
        *self.minutes.entry((person, day)).or_default() += minutes;
    }

    /// The first interval of the person that shares an instant with a span, half-open.
    #[must_use]
    pub fn overlap(
        &self,
        person: PersonId,
        started_at: DateTime<Utc>,
        ended_at: DateTime<Utc>,
    ) -> Option<Busy> {
        self.intervals
            .get(&person)?
            .iter()
            .filter(|it| it.started_at < ended_at && it.ended_at > started_at)
            .min_by_key(|it| it.started_at)
            .copied()
    }

    /// No day of the person exceeds the cap or, where clocks go forward, its own length in the zone
    /// of this work, with this work on top, whatever organization the other minutes come from.
    ///
    /// # Errors
    /// [`HoursError::DailyCap`] for the first day that does.
    pub fn within_cap(
        &self,
        person: PersonId,
        calendar: &Calendar,
        cap: Minutes,
        zone: &Zone,
    ) -> Result<(), HoursError> {
        let most = i64::from(cap.0.min(DAY_MINUTES_MOST));
        for share in &calendar.days {
            let cap = most.min(zone.minutes_of_day(share.day));
            let logged = self.minutes.get(&(person, share.day)).copied().unwrap_or(0);
            let planned = logged.saturating_add(i64::from(share.minutes.0));
            if planned > cap {
                return Err(HoursError::DailyCap {
                    day: share.day,
                    planned,
                    cap,
                });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use chrono::NaiveDate;
    use chrono::Utc;
    use entity::ids::EntryId;
    use entity::ids::OrganizationId;
    use entity::ids::PersonId;
    use entity::ids::VolunteerId;
    use entity::types::Minutes;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::Busy;
    use super::Logged;
    use super::past;
    use super::within_project;
    use crate::hours::days::cut;
    use crate::hours::entry::Work;
    use crate::platform::zones;

    const SOMEBODY: PersonId = PersonId(Uuid::from_u128(1));

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn on(text: &str, minutes: i32) -> Work {
        Work::Duration {
            volunteer: VolunteerId(Uuid::nil()),
            worked_on: day(text),
            minutes: Minutes(minutes),
        }
    }

    fn from_to(from: &str, to: &str) -> Work {
        Work::Interval {
            volunteer: VolunteerId(Uuid::nil()),
            started_at: at(from),
            ended_at: at(to),
            break_minutes: Minutes(0),
        }
    }

    fn busy(from: DateTime<Utc>, to: DateTime<Utc>) -> Busy {
        Busy {
            entry: EntryId(Uuid::nil()),
            organization: OrganizationId(Uuid::nil()),
            volunteer: VolunteerId(Uuid::nil()),
            started_at: from,
            ended_at: to,
        }
    }

    #[test]
    fn the_future_begins_where_the_work_is_done() {
        // 23:30 of 1 July in universal time is 00:30 of 2 July in Morocco.
        let now = at("2025-07-01T23:30:00Z");
        for (zone, work, allowed) in [
            ("Africa/Casablanca", on("2025-07-02", 30), true),
            ("UTC", on("2025-07-02", 30), false),
            ("Africa/Casablanca", on("2025-07-03", 30), false),
            (
                "UTC",
                from_to("2025-07-01T22:30:00Z", "2025-07-01T23:30:00Z"),
                true,
            ),
            (
                "Africa/Casablanca",
                from_to("2025-07-01T22:30:00Z", "2025-07-01T23:31:00Z"),
                false,
            ),
        ] {
            let zone = zones::parse(zone).unwrap();
            let calendar = cut(&work, &zone);
            let judged = past(&work, &calendar, &zone, now);
            assert_eq!(judged.is_ok(), allowed, "{work:?}");
        }
    }

    #[test]
    fn dates_of_a_project_include_both_ends() {
        let zone = zones::parse("UTC").unwrap();
        let (first, last) = (day("2026-03-01"), Some(day("2026-03-31")));
        for (work, allowed) in [
            (on("2026-02-28", 10), false),
            (on("2026-03-01", 10), true),
            (on("2026-03-31", 10), true),
            (on("2026-04-01", 10), false),
            // The night shift of the last day.
            (
                from_to("2026-03-31T22:00:00Z", "2026-04-01T04:00:00Z"),
                true,
            ),
        ] {
            let judged = within_project(&cut(&work, &zone), first, last);
            assert_eq!(judged.is_ok(), allowed, "{work:?}");
        }
        assert!(within_project(&cut(&on("2036-01-01", 10), &zone), first, None).is_ok());
    }

    #[test]
    fn the_cap_holds_on_each_day_of_a_night() {
        let zone = zones::parse("UTC").unwrap();
        let night = from_to("2026-03-14T22:00:00Z", "2026-03-15T06:00:00Z");
        for (day_of_before, before, cap, allowed) in [
            ("2026-03-14", 840, 960, true),
            ("2026-03-14", 841, 960, false),
            ("2026-03-15", 600, 960, true),
            ("2026-03-15", 601, 960, false),
            // No organization allows more than a day holds.
            ("2026-03-15", 1080, 9_999, true),
            ("2026-03-15", 1081, 9_999, false),
        ] {
            let mut logged = Logged::default();
            logged.add(SOMEBODY, day(day_of_before), before);
            let judged = logged.within_cap(SOMEBODY, &cut(&night, &zone), Minutes(cap), &zone);
            assert_eq!(judged.is_ok(), allowed, "{day_of_before} {before}");
        }
    }

    #[test]
    fn the_cap_is_at_most_the_length_of_the_day() {
        let zone = zones::country();
        for (day, minutes, allowed) in [
            ("2025-04-06", 1380, true),
            ("2025-04-06", 1381, false),
            // What a day of 25 hours has more is not for one person.
            ("2025-02-23", 1440, true),
            ("2025-04-07", 1440, true),
        ] {
            let calendar = cut(&on(day, minutes), &zone);
            let judged = Logged::default().within_cap(SOMEBODY, &calendar, Minutes(1440), &zone);
            assert_eq!(judged.is_ok(), allowed, "{day} {minutes}");
        }
    }

    proptest! {
        #[test]
        fn two_intervals_overlap_exactly_when_they_share_an_instant(
            a in 0_i64..200, a_length in 1_i64..100, b in 0_i64..200, b_length in 1_i64..100,
        ) {
            let instant = |minute: i64| DateTime::from_timestamp(minute * 60, 0).unwrap();
            let mut logged = Logged::default();
            logged.hold(SOMEBODY, busy(instant(a), instant(a + a_length)));

            let found = logged.overlap(SOMEBODY, instant(b), instant(b + b_length));

            let shared = (b..b + b_length).any(|it| (a..a + a_length).contains(&it));
            prop_assert_eq!(found.is_some(), shared);
        }
    }
}
