//! What work is worth: minutes by the wage of each, exact until the last step.
//!
//! Pure. Which wage an hour takes is in `table`; which work is valued is the caller's word.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sea_orm::Iterable;

use crate::apportionment::allocation;
use crate::valuation::table::Place;
use crate::valuation::table::Step;
use crate::valuation::table::Table;

const MINUTES_AN_HOUR: i128 = 60;

/// Some work, all of it of days between which no rate changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work<'a> {
    /// Code of its occupation in ISCO-08; `None` where none was given.
    pub occupation: Option<&'a str>,
    /// Where it was done.
    pub place: Place<'a>,
    /// Its day, or any day of the segment: see [`Table::changes`].
    pub day: NaiveDate,
    /// Person-minutes: of a group, head-count × minutes.
    pub minutes: i64,
}

/// What work is worth. Amounts are in hundredths of [`crate::valuation::CURRENCY`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Valuation {
    /// Person-minutes that were valued, those without a rate among them.
    pub minutes: i64,
    /// The value; `None` where some minutes have no rate.
    pub value: Option<Value>,
    /// Of the minutes, those whose rate states its own interval. That of the others is the convention of
    /// [`Table::wage`].
    pub stated_minutes: i64,
    /// By the step of the chain that gave the wage: every step, the nearest first. Minutes add up to
    /// `minutes`, values to the central one.
    pub by_step: Vec<StepRow>,
}

/// An amount with its interval, in hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value {
    /// Lower end.
    pub low: i64,
    /// By the rates themselves.
    pub central: i64,
    /// Upper end.
    pub high: i64,
}

/// What one step of the chain gave a wage to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepRow {
    /// Which step.
    pub step: Step,
    /// Person-minutes.
    pub minutes: i64,
    /// Their value, in hundredths; `None` for minutes without a rate.
    pub value: Option<i64>,
}

/// Minutes × hundredths an hour, of one step: sixtieths of hundredths.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    minutes: i64,
    low: i128,
    central: i128,
    high: i128,
}

/// Values work at replacement cost.
///
/// Sums `minutes / 60 × hourly rate`; nothing is rounded before the sums are, once, half to even to the
/// hundredth. The values of the steps are apportioned to the rounded sum by largest remainder.
///
/// Source: ILO, *Manual on the Measurement of Volunteer Work* (2011), replacement cost.
pub fn value<'a>(table: &Table, works: impl IntoIterator<Item = Work<'a>>) -> Valuation {
    let mut sums: BTreeMap<Step, Sum> = BTreeMap::new();
    let mut stated_minutes = 0;
    for work in works {
        let minutes = i128::from(work.minutes);
        let wage = table.wage(work.occupation, work.place, work.day);
        let sum = sums
            .entry(wage.map_or(Step::NoRate, |it| it.step))
            .or_default();
        sum.minutes += work.minutes;
        if let Some(wage) = wage {
            sum.low += minutes * i128::from(wage.low);
            sum.central += minutes * i128::from(wage.central);
            sum.high += minutes * i128::from(wage.high);
            if wage.stated {
                stated_minutes += work.minutes;
            }
        }
    }
    let whole = |of: fn(&Sum) -> i128| half_even(sums.values().map(of).sum(), MINUTES_AN_HOUR);
    let value = Value {
        low: whole(|it| it.low),
        central: whole(|it| it.central),
        high: whole(|it| it.high),
    };
    let steps: Vec<(Step, Sum)> = Step::iter()
        .map(|it| (it, sums.get(&it).copied().unwrap_or_default()))
        .collect();
    let exact: Vec<i128> = steps.iter().map(|(_, sum)| sum.central).collect();
    let rounded = allocation::round_large_to_sum(value.central, &exact, MINUTES_AN_HOUR);
    let by_step: Vec<StepRow> = steps
        .iter()
        .zip(rounded)
        .map(|((step, sum), value)| StepRow {
            step: *step,
            minutes: sum.minutes,
            value: (*step != Step::NoRate).then_some(value),
        })
        .collect();
    let complete = steps
        .iter()
        .all(|(step, sum)| *step != Step::NoRate || sum.minutes == 0);
    Valuation {
        minutes: by_step.iter().map(|it| it.minutes).sum(),
        value: complete.then_some(value),
        stated_minutes,
        by_step,
    }
}

/// A fraction rounded to the nearest whole number, of two as near to the even one.
#[must_use]
pub fn half_even(numerator: i128, denominator: i128) -> i64 {
    let (whole, rest) = (
        numerator.div_euclid(denominator),
        numerator.rem_euclid(denominator),
    );
    let up = match (rest * 2).cmp(&denominator) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => whole % 2 != 0,
    };
    // Minutes of a thousand million people at the highest rate are far from the bound.
    i64::try_from(whole + i128::from(up)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::valuation::table::tests::a_minimum;
    use crate::valuation::table::tests::a_rate;
    use crate::valuation::table::tests::day;

    fn work<'a>(occupation: Option<&'a str>, on: &str, minutes: i64) -> Work<'a> {
        Work {
            occupation,
            place: Place {
                province: Some("07.041"),
                region: Some("07"),
            },
            day: day(on),
            minutes,
        }
    }

    fn minimum() -> Vec<entity::wage_rate::Model> {
        vec![
            a_minimum("2025-01-01", 1_710),
            a_minimum("2026-01-01", 1_792),
        ]
    }

    /// The example of `docs/valuation.md`: 90 minutes on the last day of 2025 and 50 on the first of 2026.
    #[test]
    fn ninety_minutes_before_and_fifty_after_a_rise() {
        let works = [
            // 1.5 h × 17.10 = 25.65
            work(None, "2025-12-31", 90),
            // 50/60 h × 17.92 = 14.9333…
            work(None, "2026-01-01", 50),
        ];
        let found = value(&Table::of(&minimum()), works);

        // 40.5833… is 40.58.
        let whole = Value {
            low: 4_058,
            central: 4_058,
            high: 4_058,
        };
        assert_eq!(found.value, Some(whole));
        assert_eq!((found.minutes, found.stated_minutes), (140, 0));
        let at = found.by_step.iter().find(|it| it.step == Step::MinimumWage);
        assert_eq!(
            at.map(|it| (it.minutes, it.value)),
            Some((140, Some(4_058)))
        );
    }

    /// The second example of `docs/valuation.md`: 20 minutes each of a teacher, of somebody without an
    /// occupation, and of somebody without either.
    #[test]
    fn rows_are_rounded_so_that_they_add_up() {
        let mut rows = minimum();
        rows.push(a_rate("23", "07.041", "2025-01-01", 5_000));
        rows.push(a_rate("22", "", "2025-01-01", 4_000));
        let works = [
            // 16.6666…, 13.3333…, 5.9733…: together 35.9733…
            work(Some("23"), "2026-03-01", 20),
            work(Some("22"), "2026-03-01", 20),
            work(None, "2026-03-01", 20),
        ];
        let found = value(&Table::of(&rows), works);

        let values: Vec<i64> = found.by_step.iter().filter_map(|it| it.value).collect();
        assert_eq!(values, [1_667, 0, 1_333, 0, 597]);
        // The lower end: three times twenty minutes at the minimum wage.
        let whole = Value {
            low: 1_792,
            central: 3_597,
            high: 3_597,
        };
        assert_eq!(found.value, Some(whole));
    }

    #[test]
    fn where_some_minutes_have_no_rate_there_is_no_value_but_of_the_others() {
        let works = [work(None, "2024-12-31", 30), work(None, "2025-01-01", 60)];
        let found = value(&Table::of(&minimum()), works);

        assert_eq!(found.value, None);
        let rows = found.by_step.iter().filter(|it| it.minutes > 0);
        let rows: Vec<_> = rows.map(|it| (it.step, it.minutes, it.value)).collect();
        assert_eq!(
            rows,
            [
                (Step::MinimumWage, 60, Some(1_710)),
                (Step::NoRate, 30, None)
            ]
        );
    }

    #[test]
    fn nothing_is_worth_nothing_and_says_so() {
        let found = value(&Table::default(), []);

        let nothing = Value {
            low: 0,
            central: 0,
            high: 0,
        };
        assert_eq!(found.value, Some(nothing));
    }

    #[test]
    fn halves_are_rounded_to_the_even_side() {
        assert_eq!(
            [half_even(30, 60), half_even(90, 60), half_even(91, 60)],
            [0, 2, 2]
        );
        assert_eq!([half_even(29, 60), half_even(150, 60)], [0, 2]);
    }

    fn some_table() -> impl Strategy<Value = Table> {
        let occupation = prop::sample::select(vec!["", "2", "23", "92"]);
        let place = prop::sample::select(vec!["", "07", "07.041"]);
        let from = prop::sample::select(vec!["2025-01-01", "2025-07-15", "2026-01-01"]);
        let rate = (
            occupation,
            place,
            from,
            1_i64..100_000,
            0_i64..1_000,
            any::<bool>(),
        );
        let rate = rate.prop_map(|(occupation, place, from, central, apart, stated)| {
            let mut row = a_rate(occupation, place, from, central);
            if stated {
                row.low_minor = Some((central - apart).max(1));
                row.high_minor = Some(central + apart);
            }
            row
        });
        let minimum = prop::collection::vec(1_i64..3_000, 0..2);
        (prop::collection::vec(rate, 0..8), minimum).prop_map(|(mut rows, minimum)| {
            rows.extend(minimum.into_iter().map(|it| a_minimum("2025-01-01", it)));
            Table::of(&rows)
        })
    }

    fn some_works() -> impl Strategy<Value = Vec<(Option<&'static str>, &'static str, i64)>> {
        let occupation =
            prop::sample::select(vec![None, Some("23"), Some("2"), Some("92"), Some("44")]);
        let on = prop::sample::select(vec!["2024-12-31", "2025-03-01", "2025-07-15", "2026-02-01"]);
        prop::collection::vec((occupation, on, 0_i64..1_000_000), 0..20)
    }

    fn valued(table: &Table, works: &[(Option<&'static str>, &'static str, i64)]) -> Valuation {
        let works = works
            .iter()
            .map(|(occupation, on, minutes)| work(*occupation, on, *minutes));
        value(table, works)
    }

    proptest! {
        #[test]
        fn every_minute_stands_in_one_step_and_values_add_up(table in some_table(), works in some_works()) {
            let found = valued(&table, &works);

            let minutes: i64 = works.iter().map(|it| it.2).sum();
            prop_assert_eq!(found.minutes, minutes);
            prop_assert_eq!(found.by_step.iter().map(|it| it.minutes).sum::<i64>(), minutes);
            prop_assert!(found.stated_minutes <= minutes);
            let values: i64 = found.by_step.iter().filter_map(|it| it.value).sum();
            match found.value {
                Some(whole) => {
                    prop_assert_eq!(values, whole.central);
                    prop_assert!(whole.low <= whole.central && whole.central <= whole.high);
                }
                None => {
                    let without = found.by_step.iter().find(|it| it.step == Step::NoRate);
                    prop_assert!(without.is_some_and(|it| it.minutes > 0));
                }
            }
        }

        #[test]
        fn more_minutes_are_not_worth_less(table in some_table(), works in some_works(), more in 0_i64..10_000) {
            prop_assume!(!works.is_empty());
            let before = valued(&table, &works);
            let mut works = works;
            works[0].2 += more;
            let after = valued(&table, &works);

            if let (Some(before), Some(after)) = (before.value, after.value) {
                prop_assert!(after.low >= before.low);
                prop_assert!(after.central >= before.central);
                prop_assert!(after.high >= before.high);
            }
        }

        /// Days between two changes may be valued as one, as reports do.
        #[test]
        fn days_of_one_segment_may_be_put_together(table in some_table(), days in prop::collection::vec((0_u64..600, 0_i64..1_000), 0..20)) {
            let (from, to) = (day("2024-12-01"), day("2026-07-24"));
            let changes = table.changes(from, to);
            let dated: Vec<(NaiveDate, i64)> = days
                .iter()
                .map(|(after, minutes)| (from + chrono::Days::new(*after), *minutes))
                .collect();
            let at = |day: NaiveDate, minutes| Work { day, minutes, ..work(Some("23"), "2025-01-01", 0) };
            let one_by_one = value(&table, dated.iter().map(|(day, minutes)| at(*day, *minutes)));
            let together = value(&table, dated.iter().map(|(day, minutes)| {
                let segment = changes.iter().rev().find(|it| *it <= day);
                at(segment.copied().unwrap_or(from), *minutes)
            }));

            prop_assert_eq!(one_by_one, together);
        }
    }
}
