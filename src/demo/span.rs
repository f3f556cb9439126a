//! The two years that the data covers, and what every month came to.
//!
//! Pure: the present instant comes from outside.

use chrono::DateTime;
use chrono::Datelike;
use chrono::Days;
use chrono::Months;
use chrono::NaiveDate;
use chrono::Utc;

/// Whole months before the present one.
pub const MONTHS: u32 = 24;

/// From the first day of a month two years ago to today.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// The first day.
    pub first: NaiveDate,
    /// The last day.
    pub today: NaiveDate,
    /// The present instant: nothing happens after it.
    pub now: DateTime<Utc>,
}

/// What a month of an organization came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Month {
    /// Attested: everything is decided.
    Attested,
    /// Attested: nobody worked.
    Zero,
    /// Not attested yet.
    Open,
}

impl Span {
    /// The span that ends now.
    #[must_use]
    pub fn ending(now: DateTime<Utc>) -> Self {
        let today = now.date_naive();
        let month = today.with_day(1).unwrap_or(today);
        Self {
            first: month
                .checked_sub_months(Months::new(MONTHS))
                .unwrap_or(month),
            today,
            now,
        }
    }

    /// When organizations, accounts and people were written down: half a year before.
    #[must_use]
    pub fn founded(&self) -> DateTime<Utc> {
        let day = self
            .first
            .checked_sub_days(Days::new(180))
            .unwrap_or(self.first);
        day.and_time(chrono::NaiveTime::MIN).and_utc()
    }

    /// Its days.
    pub fn days(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        let today = self.today;
        self.first.iter_days().take_while(move |it| *it <= today)
    }

    /// First days of its months.
    pub fn months(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        self.days().filter(|it| it.day() == 1)
    }

    /// Whole months from a day's month to the present one.
    #[must_use]
    pub fn age(&self, day: NaiveDate) -> i32 {
        (self.today.year() - day.year()) * 12 + month_number(self.today) - month_number(day)
    }

    /// What the month of a day came to in an organization: every third one declares zero twice,
    /// every fourth is months late, the others attest the month before last.
    #[must_use]
    pub fn month(&self, organization: usize, day: NaiveDate) -> Month {
        let age = self.age(day);
        let attested_from = if organization % 4 == 3 { 5 } else { 2 };
        if age < attested_from {
            Month::Open
        } else if organization % 3 == 2 && (age == 7 || age == 16) {
            Month::Zero
        } else {
            Month::Attested
        }
    }

    /// How much is done on a day, against others: more at the end of a week.
    #[must_use]
    pub fn weight(&self, organization: usize, day: NaiveDate) -> u64 {
        match (self.month(organization, day), day.weekday()) {
            (Month::Zero, _) => 0,
            (_, chrono::Weekday::Sat | chrono::Weekday::Sun) => 3,
            _ => 2,
        }
    }
}

fn month_number(day: NaiveDate) -> i32 {
    i32::try_from(day.month()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::MONTHS;
    use super::Month;
    use super::Span;

    #[test]
    fn the_span_is_two_years_and_the_present_month() {
        let span = Span::ending("2026-11-23T10:00:00Z".parse().unwrap());

        assert_eq!(span.first.to_string(), "2024-11-01");
        assert_eq!(span.days().last(), Some(span.today));
        assert_eq!(span.months().count(), usize::try_from(MONTHS).unwrap() + 1);
    }

    #[test]
    fn nothing_is_done_in_a_month_declared_zero() {
        let span = Span::ending("2026-11-23T10:00:00Z".parse().unwrap());
        let zero: Vec<_> = span
            .days()
            .filter(|it| span.month(2, *it) == Month::Zero)
            .collect();

        assert!(!zero.is_empty());
        assert!(zero.iter().all(|it| span.weight(2, *it) == 0));
        assert_eq!(span.month(2, span.today), Month::Open);
    }
}
