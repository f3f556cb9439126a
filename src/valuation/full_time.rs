//! How many full-time workers hours make.
//!
//! Pure. By how many hours a year one of them works is data with a source: figures by different hours cannot
//! be compared, so that none stands without.

use chrono::Datelike;
use chrono::Days;
use chrono::NaiveDate;
use serde::Deserialize;

use crate::valuation::error::ValuationError;
use crate::valuation::rules::half_even;

const BASES: &str = include_str!("../../data/full_time.csv");
/// Years of the interval are counted in parts that days of ordinary and of leap years both make.
const YEAR: i128 = 365 * 366;

/// What full time is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Basis {
    /// Stable code.
    pub code: String,
    /// Hours of one full-time worker in a year.
    pub hours_per_year: i32,
    /// Who says so.
    pub source: String,
}

/// Full-time workers that some hours make, by one basis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Equivalents {
    /// By what.
    pub basis: Basis,
    /// Hours of one full-time worker in the interval, in hundredths.
    pub hours: i64,
    /// Full-time workers, in hundredths.
    pub workers: i64,
}

/// Full-time workers that minutes of an interval make, by every basis in the order of the list.
///
/// The hours of a year are taken in proportion to the interval, each calendar year by its own days: a
/// whole year is a whole year, leap or not. Half a year of one person's full time makes one worker of
/// that half year.
///
/// # Errors
/// [`ValuationError::List`], which only a fault of ours can cause.
pub fn equivalents(
    minutes: i64,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Equivalents>, ValuationError> {
    let years = years(from, to);
    let mut found = Vec::new();
    for basis in csv::Reader::from_reader(BASES.as_bytes()).deserialize() {
        let basis: Basis = basis?;
        let hours = i128::from(basis.hours_per_year) * years;
        let workers = i128::from(minutes) * YEAR * 100;
        let all = (60 * hours).max(1);
        found.push(Equivalents {
            hours: half_even(hours * 100, YEAR),
            workers: half_even(workers, all),
            basis,
        });
    }
    Ok(found)
}

/// The interval in years, in parts of [`YEAR`].
fn years(from: NaiveDate, to: NaiveDate) -> i128 {
    let mut parts = 0;
    let mut first = from;
    while first <= to {
        let next = NaiveDate::from_ymd_opt(first.year() + 1, 1, 1).unwrap_or(NaiveDate::MAX);
        let last = next.checked_sub_days(Days::new(1)).unwrap_or(next).min(to);
        let days = i128::from(last.signed_duration_since(first).num_days() + 1);
        parts += days * if first.leap_year() { 365 } else { 366 };
        if next == NaiveDate::MAX {
            break;
        }
        first = next;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(minutes: i64, from: &str, to: &str) -> Vec<(i32, i64, i64)> {
        let found = equivalents(minutes, from.parse().unwrap(), to.parse().unwrap()).unwrap();
        found
            .into_iter()
            .map(|it| (it.basis.hours_per_year, it.hours, it.workers))
            .collect()
    }

    #[test]
    fn a_year_of_full_time_is_one_worker_leap_year_or_not() {
        let legal = 2_288 * 60;
        for year in [2024, 2025] {
            let (from, to) = (format!("{year}-01-01"), format!("{year}-12-31"));
            let expected = [(2_288, 228_800, 100), (1_480, 148_000, 155)];
            assert_eq!(told(legal, &from, &to), expected);
        }
    }

    /// The example of `docs/valuation.md`: 286 hours in the first quarter of 2026.
    #[test]
    fn a_quarter_asks_for_a_quarter_of_the_hours() {
        // 90 of 365 days: 564.164… of 2,288 hours, 364.931… of 1,480.
        assert_eq!(
            told(286 * 60, "2026-01-01", "2026-03-31"),
            [(2_288, 56_416, 51), (1_480, 36_493, 78)]
        );
    }

    #[test]
    fn years_are_counted_by_their_own_days() {
        assert_eq!(told(0, "2024-01-01", "2025-12-31")[0].1, 457_600);
        // 1/366 + 1/365 of 2,288.
        assert_eq!(told(0, "2024-12-31", "2025-01-01")[0].1, 1_252);
    }
}
