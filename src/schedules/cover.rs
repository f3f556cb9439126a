//! Which days a report covers, told from the day on which it was due.
//!
//! Pure. Never from the day on which it is made: a run that comes late covers what it was due for.

use chrono::DateTime;
use chrono::Datelike;
use chrono::Days;
use chrono::Months;
use chrono::NaiveDate;
use chrono::Utc;
use entity::types::CoveredInterval;

use crate::platform::zones::Zone;

/// First and last civil day, both inclusive. What runs up to a date ends with the day before: days that
/// are covered are over.
#[must_use]
pub fn interval(
    covers: CoveredInterval,
    zone: &Zone,
    tick: DateTime<Utc>,
) -> (NaiveDate, NaiveDate) {
    let day = zone.day_of(tick);
    let before = back(day, 1);
    match covers {
        CoveredInterval::PreviousDay => (before, before),
        CoveredInterval::PreviousWeek => {
            let monday = back(day, u64::from(day.weekday().num_days_from_monday()));
            (back(monday, 7), back(monday, 1))
        }
        CoveredInterval::PreviousMonth => whole(month(day), 1),
        CoveredInterval::PreviousQuarter => whole(quarter(day), 3),
        CoveredInterval::PreviousYear => whole(year(day), 12),
        CoveredInterval::MonthToDate => (month(before), before),
        CoveredInterval::QuarterToDate => (quarter(before), before),
        CoveredInterval::YearToDate => (year(before), before),
    }
}

/// The whole span of so many months that ends before a day.
fn whole(next: NaiveDate, months: u32) -> (NaiveDate, NaiveDate) {
    let first = next.checked_sub_months(Months::new(months));
    (first.unwrap_or(next), back(next, 1))
}

fn back(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(day)
}

fn month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

fn quarter(day: NaiveDate) -> NaiveDate {
    let first = month(day);
    let into = Months::new(day.month0() % 3);
    first.checked_sub_months(into).unwrap_or(first)
}

fn year(day: NaiveDate) -> NaiveDate {
    NaiveDate::from_ymd_opt(day.year(), 1, 1).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use entity::types::CoveredInterval as Covered;

    use super::interval;
    use crate::platform::zones;

    #[test]
    fn days_are_told_from_the_instant_that_was_due() {
        for (zone, tick, covers, from, to) in [
            (
                "Africa/Casablanca",
                "2026-11-02T07:00:00Z",
                Covered::PreviousDay,
                "2026-11-01",
                "2026-11-01",
            ),
            // A Monday, and a Sunday.
            (
                "Africa/Casablanca",
                "2026-11-02T07:00:00Z",
                Covered::PreviousWeek,
                "2026-10-26",
                "2026-11-01",
            ),
            (
                "Africa/Casablanca",
                "2026-11-01T07:00:00Z",
                Covered::PreviousWeek,
                "2026-10-19",
                "2026-10-25",
            ),
            (
                "Africa/Casablanca",
                "2026-11-02T07:00:00Z",
                Covered::PreviousMonth,
                "2026-10-01",
                "2026-10-31",
            ),
            (
                "Africa/Casablanca",
                "2026-11-02T07:00:00Z",
                Covered::PreviousQuarter,
                "2026-07-01",
                "2026-09-30",
            ),
            (
                "Africa/Casablanca",
                "2027-01-01T07:00:00Z",
                Covered::PreviousQuarter,
                "2026-10-01",
                "2026-12-31",
            ),
            (
                "Africa/Casablanca",
                "2026-11-02T07:00:00Z",
                Covered::PreviousYear,
                "2025-01-01",
                "2025-12-31",
            ),
            (
                "Africa/Casablanca",
                "2026-11-02T07:00:00Z",
                Covered::MonthToDate,
                "2026-11-01",
                "2026-11-01",
            ),
            // On the first of a month, the whole month before.
            (
                "Africa/Casablanca",
                "2026-11-01T07:00:00Z",
                Covered::MonthToDate,
                "2026-10-01",
                "2026-10-31",
            ),
            (
                "Africa/Casablanca",
                "2026-11-02T07:00:00Z",
                Covered::QuarterToDate,
                "2026-10-01",
                "2026-11-01",
            ),
            (
                "Africa/Casablanca",
                "2027-01-01T07:00:00Z",
                Covered::YearToDate,
                "2026-01-01",
                "2026-12-31",
            ),
            (
                "Africa/Casablanca",
                "2028-03-01T07:00:00Z",
                Covered::PreviousMonth,
                "2028-02-01",
                "2028-02-29",
            ),
            // 23:30 of universal time on 31 August is 1 September in Morocco, which was an hour ahead then,
            (
                "Africa/Casablanca",
                "2026-08-31T23:30:00Z",
                Covered::PreviousMonth,
                "2026-08-01",
                "2026-08-31",
            ),
            // and 31 October is 31 October after its return to universal time.
            (
                "Africa/Casablanca",
                "2026-10-31T23:30:00Z",
                Covered::PreviousMonth,
                "2026-09-01",
                "2026-09-30",
            ),
            (
                "Europe/Paris",
                "2026-10-31T23:30:00Z",
                Covered::PreviousMonth,
                "2026-10-01",
                "2026-10-31",
            ),
            (
                "Europe/Paris",
                "2026-03-28T23:30:00Z",
                Covered::PreviousDay,
                "2026-03-28",
                "2026-03-28",
            ),
        ] {
            let zone = zones::parse(zone).unwrap();

            let days = interval(covers, &zone, tick.parse().unwrap());

            let expected = (from.parse().unwrap(), to.parse().unwrap());
            assert_eq!(days, expected, "{covers:?} at {tick} in {}", zone.name());
        }
    }
}
