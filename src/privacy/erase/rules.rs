//! What is left of a day of birth: the year, and the ages that figures rest on.
//!
//! Pure. Nothing else of a person is kept in another form.

use chrono::Datelike;
use chrono::NaiveDate;

/// A day of the same year that says as little as possible: it makes the same ages on these days, and on the first day of
/// every year, as the day of birth did. Reports on contracts tell ages on no other days.
#[must_use]
pub fn veiled(born: NaiveDate, told_on: &[NaiveDate]) -> NaiveDate {
    let place = |day: &NaiveDate| (day.month(), day.day());
    let next = told_on
        .iter()
        .map(place)
        .chain([(1, 1)])
        .filter(|it| *it >= place(&born))
        .min();
    let (month, day) = next.unwrap_or((12, 31));
    // The 29th of February of another year lies before the first of March of this one.
    NaiveDate::from_ymd_opt(born.year(), month, day)
        .or_else(|| NaiveDate::from_ymd_opt(born.year(), 2, 28))
        .unwrap_or(born)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use proptest::prelude::prop;
    use proptest::prelude::prop_assert_eq;
    use proptest::proptest;

    use super::veiled;
    use crate::contracts::rules::age;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn only_the_year_is_left_where_no_age_was_told() {
        assert_eq!(veiled(day("1990-03-08"), &[]), day("1990-12-31"));
        assert_eq!(veiled(day("1990-01-01"), &[]), day("1990-01-01"));
    }

    #[test]
    fn the_next_day_on_which_an_age_was_told_stands_for_the_day_of_birth() {
        let told = [day("2026-02-01"), day("2026-09-15"), day("2027-05-02")];

        assert_eq!(veiled(day("1990-03-08"), &told), day("1990-05-02"));
        assert_eq!(veiled(day("1990-02-01"), &told), day("1990-02-01"));
        assert_eq!(veiled(day("1990-10-01"), &told), day("1990-12-31"));
        assert_eq!(
            veiled(day("1991-02-20"), &[day("2024-02-29")]),
            day("1991-02-28")
        );
    }

    proptest! {
        #[test]
        fn ages_stay_on_every_day_on_which_they_are_told(
            born in 0_i64..36_000,
            told in prop::collection::vec(36_500_i64..45_000, 0..6),
            year in 2_000_i32..2_050,
        ) {
            let first = day("1900-01-01");
            let on = |days: i64| first + chrono::TimeDelta::days(days);
            let told: Vec<NaiveDate> = told.into_iter().map(on).collect();
            let new_year = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
            let kept = veiled(on(born), &told);
            for it in told.iter().chain([&new_year]) {
                prop_assert_eq!(age(kept, *it), age(on(born), *it), "{} {}", on(born), it);
            }
        }
    }
}
