//! What an edition covers: a quarter or a year, its days, its name, and which comes next.
//!
//! When one is due is said in `due`.

use std::fmt;

use chrono::Datelike;
use chrono::Days;
use chrono::NaiveDate;

use crate::statistics::shape::YEAR;

/// A quarter of a year, or the year as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// Calendar year.
    pub year: i32,
    /// 1 to 4; `None` for the year as a whole.
    pub quarter: Option<u8>,
}

impl Period {
    /// The first quarter of a year.
    #[must_use]
    pub fn first_of(year: i32) -> Self {
        Self {
            year,
            quarter: Some(1),
        }
    }

    /// The period of a stored edition.
    #[must_use]
    pub fn stored(year: i32, quarter: i32) -> Self {
        let quarter = u8::try_from(quarter).ok().filter(|it| (1..=4).contains(it));
        Self { year, quarter }
    }

    /// Its number within the year as it is stored: 0 for the whole.
    #[must_use]
    pub fn number(self) -> i32 {
        self.quarter.map_or(0, i32::from)
    }

    /// Its slot in a table.
    #[must_use]
    pub fn slot(self) -> u8 {
        self.quarter.map_or(YEAR, |it| it.saturating_sub(1))
    }

    /// The edition that comes after it: quarter by quarter, then the year, then the next one.
    #[must_use]
    pub fn next(self) -> Self {
        match self.quarter {
            Some(4) => Self {
                quarter: None,
                ..self
            },
            Some(quarter) => Self {
                quarter: Some(quarter + 1),
                ..self
            },
            None => Self::first_of(self.year + 1),
        }
    }

    /// Its first day.
    #[must_use]
    pub fn from(self) -> NaiveDate {
        let month = self.quarter.map_or(1, |it| u32::from(it) * 3 - 2);
        NaiveDate::from_ymd_opt(self.year, month, 1).unwrap_or(NaiveDate::MIN)
    }

    /// Its last day, inclusive.
    #[must_use]
    pub fn to(self) -> NaiveDate {
        let next = match self.quarter {
            None | Some(4) => Self::first_of(self.year + 1),
            Some(_) => self.next(),
        };
        next.from()
            .checked_sub_days(Days::new(1))
            .unwrap_or(NaiveDate::MAX)
    }

    /// Reads its name: `2026-Q1`, or `2026`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let (year, quarter) = match name.split_once("-Q") {
            Some((year, quarter)) => (year, Some(quarter)),
            None => (name, None),
        };
        let digits = year.len() == 4 && year.bytes().all(|it| it.is_ascii_digit());
        let year = year.parse::<i32>().ok().filter(|_| digits)?;
        let quarter = match quarter {
            None => None,
            Some(one) => Some(one.parse::<u8>().ok().filter(|it| (1..=4).contains(it))?),
        };
        let period = Self { year, quarter };
        // One name for each.
        (period.to_string() == name).then_some(period)
    }

    /// Whether it is over, and so many days more.
    #[must_use]
    pub fn is_over(self, today: NaiveDate, days: u64) -> bool {
        let settled = self.to().checked_add_days(Days::new(days));
        settled.is_some_and(|it| it < today)
    }

    /// The year of a day.
    #[must_use]
    pub fn year_of(day: NaiveDate) -> i32 {
        day.year()
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.quarter {
            Some(quarter) => write!(f, "{:04}-Q{quarter}", self.year),
            None => write!(f, "{:04}", self.year),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Period;

    #[test]
    fn names_are_read_back_and_no_others() {
        let mut period = Period::first_of(2026);
        for _ in 0..10 {
            assert_eq!(Period::parse(&period.to_string()), Some(period));
            period = period.next();
        }
        for name in [
            "", "26", "2026-Q0", "2026-Q5", "2026-Q01", "2026-Q", "-026", "2026-q1",
        ] {
            assert_eq!(Period::parse(name), None, "{name}");
        }
    }

    #[test]
    fn quarters_and_the_year_end_with_their_last_day() {
        let days = |name: &str| {
            let period = Period::parse(name).unwrap();
            (period.from().to_string(), period.to().to_string())
        };
        let pair = |from: &str, to: &str| (from.to_owned(), to.to_owned());

        assert_eq!(days("2024-Q1"), pair("2024-01-01", "2024-03-31"));
        assert_eq!(days("2024-Q4"), pair("2024-10-01", "2024-12-31"));
        assert_eq!(days("2024"), pair("2024-01-01", "2024-12-31"));
    }

    #[test]
    fn an_edition_waits_until_its_days_are_settled() {
        let period = Period::parse("2026-Q1").unwrap();

        assert!(!period.is_over("2026-05-15".parse().unwrap(), 45));
        assert!(period.is_over("2026-05-16".parse().unwrap(), 45));
    }
}
