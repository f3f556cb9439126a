//! The one place that cuts work into civil days.
//!
//! Lists, caps, periods and reports read what it made; whether the work is acceptable is in
//! `rules`.

use chrono::DateTime;
use chrono::Datelike;
use chrono::Days;
use chrono::Months;
use chrono::NaiveDate;
use chrono::TimeDelta;
use chrono::Utc;
use entity::types::Minutes;

use crate::hours::entry::Work;
use crate::platform::zones::Zone;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// The minutes of one civil day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayShare {
    /// The day.
    pub day: NaiveDate,
    /// Of all people of the entry together; at least 1.
    pub minutes: Minutes,
}

/// Work laid on the calendar of a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// Day on which the work began.
    pub worked_on: NaiveDate,
    /// Day of its last instant.
    pub ended_on: NaiveDate,
    /// Minutes by day, in order; they sum to those of all people of the work.
    pub days: Vec<DayShare>,
}

impl Calendar {
    /// First days of the months that the work touches, in order.
    #[must_use]
    pub fn months(&self) -> Vec<NaiveDate> {
        months_between(self.worked_on, self.ended_on)
    }
}

/// First day of the month of a day.
#[must_use]
pub fn month_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// The longest interval that anything is asked of, in months.
const MONTHS_MOST: u32 = 240;

/// Refuses an interval that ends before it begins, or is longer than twenty years: what is read grows with it.
pub fn asked(checks: &mut Checks, from: NaiveDate, to: NaiveDate) {
    let most = month_of(from)
        .checked_add_months(Months::new(MONTHS_MOST))
        .and_then(|it| it.pred_opt())
        .unwrap_or(NaiveDate::MAX);
    checks.demand((from..=most).contains(&to), || {
        Refusal::of(Code::OutOfRange, "to")
            .with("least", from)
            .with("most", most)
    });
}

/// First days of the months from one day to another, in order.
#[must_use]
pub fn months_between(from: NaiveDate, to: NaiveDate) -> Vec<NaiveDate> {
    let (first, last) = (month_of(from), month_of(to));
    let mut months = vec![first];
    let mut month = first;
    while month < last {
        // No month has more days than 31, and two of them are longer than 31.
        let Some(next) = month.checked_add_days(Days::new(31)).map(month_of) else {
            break;
        };
        months.push(next);
        month = next;
    }
    months
}

/// Cuts work into the civil days of a zone.
///
/// An interval is cut at the first instant of each day, half-open: what ends at midnight holds
/// nothing of the next day. Its net minutes follow the time spent on each day, so that a break
/// falls on all days in proportion; minutes lost by rounding down go to the largest remainders,
/// the earlier day first. Of a group the minutes are those of all heads.
#[must_use]
pub fn cut(work: &Work, zone: &Zone) -> Calendar {
    match work {
        Work::Interval {
            started_at,
            ended_at,
            ..
        } => interval(*started_at, *ended_at, work.minutes(), zone),
        Work::Duration { worked_on, .. } | Work::Group { worked_on, .. } => Calendar {
            worked_on: *worked_on,
            ended_on: *worked_on,
            days: vec![DayShare {
                day: *worked_on,
                minutes: work.total_minutes(),
            }],
        },
    }
}

fn interval(
    started_at: DateTime<Utc>,
    ended_at: DateTime<Utc>,
    net: Minutes,
    zone: &Zone,
) -> Calendar {
    let worked_on = zone.day_of(started_at);
    let ended_on = zone.day_of(ended_at - TimeDelta::microseconds(1));
    let mut spans: Vec<(NaiveDate, i64)> = Vec::new();
    let mut from = started_at;
    for day in worked_on.iter_days() {
        let to = match day.checked_add_days(Days::new(1)) {
            Some(next) if day < ended_on => zone.start_of_day(next).clamp(from, ended_at),
            _ => ended_at,
        };
        spans.push((day, (to - from).num_microseconds().unwrap_or(i64::MAX)));
        from = to;
        if day >= ended_on {
            break;
        }
    }
    Calendar {
        worked_on,
        ended_on,
        days: apportion(net, &spans),
    }
}

/// Splits minutes over days in proportion to the time of each, by largest remainder.
fn apportion(minutes: Minutes, spans: &[(NaiveDate, i64)]) -> Vec<DayShare> {
    let whole: i128 = spans.iter().map(|(_, span)| i128::from(*span)).sum();
    let total = i128::from(minutes.0);
    let mut parts: Vec<(NaiveDate, i32, i128)> = spans
        .iter()
        .map(|(day, span)| {
            let exact = total * i128::from(*span);
            let floor = exact.checked_div(whole).unwrap_or_default();
            let rest = exact.checked_rem(whole).unwrap_or_default();
            (*day, i32::try_from(floor).unwrap_or(i32::MAX), rest)
        })
        .collect();
    let given: i32 = parts.iter().map(|(_, floor, _)| *floor).sum();
    let missing = usize::try_from(minutes.0 - given).unwrap_or_default();
    let mut by_rest: Vec<&mut (NaiveDate, i32, i128)> = parts.iter_mut().collect();
    // Stable: of equal remainders the earlier day comes first.
    by_rest.sort_by_key(|(_, _, rest)| std::cmp::Reverse(*rest));
    for part in by_rest.into_iter().take(missing) {
        part.1 += 1;
    }
    parts
        .into_iter()
        .filter(|(_, part, _)| *part > 0)
        .map(|(day, part, _)| DayShare {
            day,
            minutes: Minutes(part),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use chrono::DateTime;
    use chrono::NaiveDate;
    use chrono::TimeDelta;
    use chrono::Utc;
    use entity::ids::VolunteerId;
    use entity::types::Minutes;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::Calendar;
    use super::cut;
    use super::month_of;
    use super::months_between;
    use crate::hours::entry::Work;
    use crate::platform::zones;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn interval(from: &str, to: &str, break_minutes: i32) -> Work {
        Work::Interval {
            volunteer: VolunteerId(Uuid::nil()),
            started_at: from.parse().unwrap(),
            ended_at: to.parse().unwrap(),
            break_minutes: Minutes(break_minutes),
        }
    }

    fn in_morocco(work: &Work) -> Calendar {
        cut(work, &zones::parse("Africa/Casablanca").unwrap())
    }

    fn shares(calendar: &Calendar) -> Vec<(String, i32)> {
        calendar
            .days
            .iter()
            .map(|it| (it.day.to_string(), it.minutes.0))
            .collect()
    }

    fn named(expected: &[(&str, i32)]) -> Vec<(String, i32)> {
        expected
            .iter()
            .map(|(day, minutes)| ((*day).to_owned(), *minutes))
            .collect()
    }

    #[test]
    fn a_night_belongs_to_both_of_its_days() {
        // Local time is one hour ahead: 22:00 to 06:00.
        let night = in_morocco(&interval("2025-07-01T21:00:00Z", "2025-07-02T05:00:00Z", 0));

        assert_eq!(
            shares(&night),
            named(&[("2025-07-01", 120), ("2025-07-02", 360)])
        );
    }

    #[test]
    fn work_until_midnight_holds_nothing_of_the_next_day() {
        let evening = in_morocco(&interval("2025-07-01T21:00:00Z", "2025-07-01T23:00:00Z", 0));

        assert_eq!(shares(&evening), named(&[("2025-07-01", 120)]));
        assert_eq!(evening.ended_on, day("2025-07-01"));
    }

    #[test]
    fn a_break_falls_on_both_days_in_proportion() {
        let night = in_morocco(&interval(
            "2025-07-01T21:00:00Z",
            "2025-07-02T05:00:00Z",
            60,
        ));

        assert_eq!(
            shares(&night),
            named(&[("2025-07-01", 105), ("2025-07-02", 315)])
        );
    }

    #[test]
    fn the_last_night_of_ramadan_loses_an_hour() {
        // Clocks jump from 02:00 to 03:00: 22:00 to 06:00 are seven hours.
        let night = in_morocco(&interval("2026-03-21T22:00:00Z", "2026-03-22T05:00:00Z", 0));

        assert_eq!(
            shares(&night),
            named(&[("2026-03-21", 120), ("2026-03-22", 300)])
        );
    }

    #[test]
    fn the_day_of_25_hours_is_cut_at_its_own_midnights() {
        // From 2026-09-19 23:00 at UTC+1 to 2026-09-21 01:00 at UTC+0.
        let long = in_morocco(&interval("2026-09-19T22:00:00Z", "2026-09-21T01:00:00Z", 0));

        assert_eq!(
            shares(&long),
            named(&[("2026-09-19", 60), ("2026-09-20", 1500), ("2026-09-21", 60)])
        );
    }

    #[test]
    fn after_the_return_midnight_is_that_of_universal_time() {
        let night = in_morocco(&interval("2026-10-31T23:00:00Z", "2026-11-01T01:00:00Z", 0));

        assert_eq!(
            shares(&night),
            named(&[("2026-10-31", 60), ("2026-11-01", 60)])
        );
        assert_eq!(night.months(), [day("2026-10-01"), day("2026-11-01")]);
    }

    #[test]
    fn a_group_counts_all_heads() {
        let group = Work::Group {
            worked_on: day("2026-03-14"),
            minutes: Minutes(90),
            headcount: 40,
        };

        assert_eq!(shares(&in_morocco(&group)), named(&[("2026-03-14", 3600)]));
    }

    #[test]
    fn months_of_a_span_have_no_gap() {
        assert_eq!(
            months_between(day("2025-12-31"), day("2026-03-01")),
            [
                day("2025-12-01"),
                day("2026-01-01"),
                day("2026-02-01"),
                day("2026-03-01")
            ]
        );
    }

    /// Instants around the clock changes of 2025 and 2026, and all between.
    fn starts() -> impl Strategy<Value = DateTime<Utc>> {
        let changes = [
            "2025-02-23T02:00:00Z",
            "2025-04-06T02:00:00Z",
            "2026-02-15T02:00:00Z",
            "2026-03-22T02:00:00Z",
            "2026-09-20T01:00:00Z",
            "2026-12-31T23:00:00Z",
        ];
        let near = (0..changes.len(), -172_800_i64..172_800).prop_map(move |(at, seconds)| {
            changes[at].parse::<DateTime<Utc>>().unwrap() + TimeDelta::seconds(seconds)
        });
        let any = (0_i64..63_072_000).prop_map(|seconds| {
            "2025-01-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::seconds(seconds)
        });
        prop_oneof![near, any]
    }

    proptest! {
        #[test]
        fn days_and_months_sum_to_the_entry(
            start in starts(),
            seconds in 60_i64..259_200,
            pause in 0_i32..600,
            zone in prop::sample::select(vec![
                "Africa/Casablanca", "Europe/Paris", "America/New_York", "UTC", "Asia/Kathmandu",
            ]),
        ) {
            let work = Work::Interval {
                volunteer: VolunteerId(Uuid::nil()),
                started_at: start,
                ended_at: start + TimeDelta::seconds(seconds),
                break_minutes: Minutes(pause),
            };
            prop_assume!(work.minutes().0 > 0);
            let calendar = cut(&work, &zones::parse(zone).unwrap());

            let by_day: i32 = calendar.days.iter().map(|it| it.minutes.0).sum();
            let mut months: BTreeMap<NaiveDate, i32> = BTreeMap::new();
            for share in &calendar.days {
                *months.entry(month_of(share.day)).or_default() += share.minutes.0;
            }
            let touched = calendar.months();

            prop_assert_eq!(by_day, work.minutes().0);
            prop_assert_eq!(months.values().sum::<i32>(), work.minutes().0);
            prop_assert!(months.keys().all(|it| touched.contains(it)));
            prop_assert!(calendar.days.iter().all(|it| it.minutes.0 > 0));
            prop_assert!(calendar.days.windows(2).all(|it| it[0].day < it[1].day));
        }

        #[test]
        fn no_day_holds_more_than_its_own_length(start in starts(), seconds in 60_i64..259_200) {
            let zone = zones::parse("Africa/Casablanca").unwrap();
            let work = Work::Interval {
                volunteer: VolunteerId(Uuid::nil()),
                started_at: start,
                ended_at: start + TimeDelta::seconds(seconds),
                break_minutes: Minutes(0),
            };
            for share in cut(&work, &zone).days {
                let next = share.day.succ_opt().unwrap();
                let length = zone.start_of_day(next) - zone.start_of_day(share.day);
                prop_assert!(i64::from(share.minutes.0) <= length.num_minutes());
            }
        }
    }
}
