//! Which way an indicator goes: its last period beside the one right before it.
//!
//! Pure. How the values of a period become one figure is in `progress`.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::ids::ProjectId;
use entity::ids::TerritoryId;
use entity::indicator;
use entity::types::OverTime;
use entity::types::Reading;

use crate::impact::progress;
use crate::impact::progress::Figure;
use crate::impact::progress::Point;

/// Calendar months, quarters, halves and years differ among themselves by so many days at most.
const DAYS_APART: i64 = 3;
/// So many times as long as that a period must be at least: ten days are no week.
const TIMES_AS_LONG: i64 = 9;

/// Which way the last period went, beside the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trend {
    /// Up.
    Up,
    /// Neither.
    Level,
    /// Down.
    Down,
}

/// What of two periods is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Their values.
    Value,
    /// Their values by the days of each: they add up over time, and one period is longer.
    PerDay,
}

/// A period with what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spell {
    /// First day.
    pub from: NaiveDate,
    /// Last day, inclusive.
    pub to: NaiveDate,
    /// The values that count.
    pub points: Vec<Point>,
}

/// Why no trend can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrendGap {
    /// Fewer than two periods have a value.
    TooFewPeriods,
    /// No period with a value ends on the day before the last one begins.
    PeriodsApart,
    /// One is longer, and its value would be larger or smaller by that alone.
    UnequalPeriods,
    /// No project has values of the same place in both, or those do not become one.
    NothingInCommon,
}

/// A trend, and how it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Course {
    /// Which way.
    pub trend: Trend,
    /// What was compared.
    pub basis: Basis,
}

/// Which way the last period went beside the one right before it; of several that end on that day, beside the one
/// that is most like it in length.
///
/// What is added over time grows with the days of its period: of periods that are not as long, values by the
/// day are compared, as statistics do before they set months of 28 and 31 days side by side (*length-of-month
/// effect*; United States Census Bureau, *X-13ARIMA-SEATS Reference Manual*, section on the regression variable
/// `lom`). A level, a mean and what has come together since the beginning do not grow so, and are compared as they
/// are. Smallest and largest values and what is counted once do, in a way that is not known: of periods about as long,
/// as months are, they are compared all the same.
///
/// Projects and places that have values in one of the two alone are left out of both: one that has not said anything yet
/// would look like a fall.
///
/// # Errors
/// [`TrendGap`] where nothing can be compared.
pub fn trend(of: &indicator::Model, spells: &[Spell]) -> Result<Course, TrendGap> {
    let told = spells.iter().filter(|it| !it.points.is_empty());
    let told: Vec<&Spell> = told.collect();
    let Some(last) = told.last().copied().filter(|_| told.len() > 1) else {
        return Err(TrendGap::TooFewPeriods);
    };
    let apart = |it: &Spell| (days(it) - days(last)).abs();
    let before = told
        .iter()
        .copied()
        .filter(|it| it.to.succ_opt() == Some(last.from))
        .min_by_key(|it| apart(it));
    let before = before.ok_or(TrendGap::PeriodsApart)?;
    let shorter = Ord::min(days(before), days(last));
    let alike = apart(before) <= DAYS_APART && apart(before) * TIMES_AS_LONG <= shorter;
    let basis = match of.over_time {
        _ if of.reading == Reading::Cumulative || apart(before) == 0 => Basis::Value,
        OverTime::Last | OverTime::Average => Basis::Value,
        OverTime::Sum => Basis::PerDay,
        _ if alike => Basis::Value,
        OverTime::Min | OverTime::Max | OverTime::None => return Err(TrendGap::UnequalPeriods),
    };
    let both = (shared(of, last, before), shared(of, before, last));
    let (Some(now), Some(then)) = both else {
        return Err(TrendGap::NothingInCommon);
    };
    let order = match basis {
        Basis::Value => progress::compare(now, then),
        Basis::PerDay => progress::shares(
            (now.value, i128::from(days(last))),
            (then.value, i128::from(days(before))),
        ),
    };
    let trend = match order {
        Ordering::Greater => Trend::Up,
        Ordering::Equal => Trend::Level,
        Ordering::Less => Trend::Down,
    };
    Ok(Course { trend, basis })
}

/// The figure of a period by what the other one has values of, too.
fn shared(of: &indicator::Model, it: &Spell, other: &Spell) -> Option<Figure> {
    let known = other.points.iter().map(|it| (it.project, it.territory));
    let known: BTreeSet<(ProjectId, TerritoryId)> = known.collect();
    let points = it.points.iter().copied();
    let points = points.filter(|it| known.contains(&(it.project, it.territory)));
    progress::figure(of, &points.collect::<Vec<Point>>())
}

/// How many days a period has.
fn days(of: &Spell) -> i64 {
    let until = of.to.succ_opt().unwrap_or(NaiveDate::MAX);
    (until - of.from).num_days()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::impact::tests::an_indicator;
    use crate::impact::value::Measured;
    use crate::impact::value::ONE;

    fn spell(from: &str, to: &str, values: &[(u128, i64)]) -> Spell {
        let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
        let points = values.iter().map(|(project, value)| Point {
            project: ProjectId(Uuid::from_u128(*project)),
            territory: TerritoryId(Uuid::nil()),
            from,
            to,
            measured: Measured {
                value: value * ONE,
                whole: None,
            },
        });
        Spell {
            from,
            to,
            points: points.collect(),
        }
    }

    fn period(from: &str, to: &str, value: Option<i64>) -> Spell {
        let values: Vec<(u128, i64)> = value.into_iter().map(|it| (1, it)).collect();
        spell(from, to, &values)
    }

    fn goes(over_time: OverTime, spells: &[Spell]) -> Result<(Trend, Basis), TrendGap> {
        let mut of = an_indicator();
        of.over_time = over_time;
        trend(&of, spells).map(|it| (it.trend, it.basis))
    }

    /// Of two projects one has said nothing of April yet: the other, which rose, is compared with itself.
    #[test]
    fn who_has_said_nothing_yet_is_no_fall() {
        let march = spell("2026-03-01", "2026-03-31", &[(1, 5), (2, 90)]);
        let april = spell("2026-04-01", "2026-04-30", &[(1, 6)]);
        let both = [march.clone(), april];
        assert_eq!(goes(OverTime::Sum, &both), Ok((Trend::Up, Basis::PerDay)));
        let other = spell("2026-04-01", "2026-04-30", &[(3, 6)]);
        let neither = [march, other];
        assert_eq!(
            goes(OverTime::Sum, &neither),
            Err(TrendGap::NothingInCommon)
        );
    }

    /// 90 in the 90 days of the first quarter and 30 in the 30 days of April are one a day.
    #[test]
    fn sums_of_unequal_periods_are_compared_by_the_day() {
        let quarter = period("2026-01-01", "2026-03-31", Some(90));
        let april = |value| period("2026-04-01", "2026-04-30", Some(value));
        let sums = |value| goes(OverTime::Sum, &[quarter.clone(), april(value)]);

        assert_eq!(sums(30), Ok((Trend::Level, Basis::PerDay)));
        assert_eq!(sums(31), Ok((Trend::Up, Basis::PerDay)));
        assert_eq!(sums(29), Ok((Trend::Down, Basis::PerDay)));
    }

    #[test]
    fn levels_are_compared_as_they_are_and_extremes_are_not() {
        let quarter = period("2026-01-01", "2026-03-31", Some(90));
        let april = period("2026-04-01", "2026-04-30", Some(91));
        let both = [quarter, april];
        let of = |over_time| goes(over_time, &both);

        for over_time in [OverTime::Last, OverTime::Average] {
            assert_eq!(of(over_time), Ok((Trend::Up, Basis::Value)));
        }
        for over_time in [OverTime::Min, OverTime::Max, OverTime::None] {
            assert_eq!(of(over_time), Err(TrendGap::UnequalPeriods));
        }
        let mut cumulative = an_indicator();
        cumulative.reading = Reading::Cumulative;
        let found = trend(&cumulative, &both).unwrap();
        assert_eq!((found.trend, found.basis), (Trend::Up, Basis::Value));
    }

    #[test]
    fn months_and_quarters_are_about_as_long_and_a_week_is_not_ten_days() {
        let months = [
            period("2026-02-01", "2026-02-28", Some(30)),
            period("2026-03-01", "2026-03-31", Some(31)),
        ];
        assert_eq!(
            goes(OverTime::Sum, &months),
            Ok((Trend::Down, Basis::PerDay))
        );
        assert_eq!(goes(OverTime::Max, &months), Ok((Trend::Up, Basis::Value)));
        let quarters = [
            period("2026-01-01", "2026-03-31", Some(9)),
            period("2026-04-01", "2026-06-30", Some(9)),
        ];
        assert_eq!(
            goes(OverTime::Sum, &quarters),
            Ok((Trend::Down, Basis::PerDay))
        );
        let days = [
            period("2026-01-01", "2026-01-07", Some(7)),
            period("2026-01-08", "2026-01-17", Some(9)),
        ];
        assert_eq!(goes(OverTime::Sum, &days), Ok((Trend::Down, Basis::PerDay)));
    }

    #[test]
    fn what_cannot_be_compared_says_why() {
        let none: [Spell; 0] = [];
        assert_eq!(goes(OverTime::Sum, &none), Err(TrendGap::TooFewPeriods));
        let march = period("2026-03-01", "2026-03-31", Some(1));
        let aimed = period("2026-04-01", "2026-04-30", None);
        assert_eq!(
            goes(OverTime::Sum, &[march.clone(), aimed.clone()]),
            Err(TrendGap::TooFewPeriods)
        );
        let june = period("2026-06-01", "2026-06-30", Some(2));
        assert_eq!(
            goes(OverTime::Sum, &[march, aimed, june]),
            Err(TrendGap::PeriodsApart)
        );
    }

    /// A quarter and a month end on the same day: a month is compared with the month.
    #[test]
    fn of_several_periods_before_the_most_alike_is_taken() {
        let periods = [
            period("2026-01-01", "2026-03-31", Some(900)),
            period("2026-03-01", "2026-03-31", Some(5)),
            period("2026-04-01", "2026-04-30", Some(6)),
        ];
        assert_eq!(
            goes(OverTime::Sum, &periods),
            Ok((Trend::Up, Basis::PerDay))
        );
    }
}
