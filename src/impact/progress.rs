//! How far an indicator has come: from measured values to one figure, beside what it should reach.
//!
//! Pure: which measurements count is said by `answer`.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entity::ids::ProjectId;
use entity::ids::TerritoryId;
use entity::indicator;
use entity::types::Direction;
use entity::types::OverPlace;
use entity::types::OverTime;
use entity::types::Reading;
use entity::types::ValueType;
use rust_decimal::Decimal;

use crate::impact::value::Measured;

/// From so many percent of what it should have reached an indicator is on its way.
pub const ON_TRACK: i64 = 90;
/// From so many percent it is at risk; below it is off its way.
pub const AT_RISK: i64 = 60;

/// A measured value with its place in time and space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// The project.
    pub project: ProjectId,
    /// The place.
    pub territory: TerritoryId,
    /// First day of its period.
    pub from: NaiveDate,
    /// Last day of its period.
    pub to: NaiveDate,
    /// The value.
    pub measured: Measured,
}

/// One figure made of several values, in millionths; wider than each of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figure {
    /// The value; of a part of a whole, the part.
    pub value: i128,
    /// The whole, where the value is a part of one.
    pub whole: Option<i128>,
}

/// One period with its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from: NaiveDate,
    /// Last day, inclusive.
    pub to: NaiveDate,
    /// What was measured in it; `None` where values do not become one.
    pub actual: Option<Figure>,
    /// Of that, what was measured of the projects that have a target of the period.
    pub targeted: Option<Figure>,
    /// What should be reached in it.
    pub target: Option<Figure>,
}

/// How far an indicator has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It has reached its target, or more.
    Achieved,
    /// At least [`ON_TRACK`] percent.
    OnTrack,
    /// At least [`AT_RISK`] percent.
    AtRisk,
    /// Less.
    OffTrack,
    /// Something was measured, and nothing was said of where it should come to.
    NoTarget,
    /// Nothing was measured, or nothing of the projects of which it was said where it should come to.
    NoData,
    /// Both are there, and one of them does not become one value.
    NotComparable,
}

/// What there is to say how far an indicator has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grounds {
    /// Something was measured.
    pub measured: bool,
    /// Something is aimed at.
    pub targeted: bool,
    /// Something was measured of a project that aims at something.
    pub compared: bool,
}

impl From<Measured> for Figure {
    fn from(it: Measured) -> Self {
        Self {
            value: i128::from(it.value),
            whole: it.whole.map(i128::from),
        }
    }
}

/// The figure of an indicator over an interval: first over time at each place of each project, then
/// over places. `None` where nothing was measured, or where values do not become one.
#[must_use]
pub fn figure(of: &indicator::Model, points: &[Point]) -> Option<Figure> {
    let mut places: BTreeMap<(ProjectId, TerritoryId), Vec<&Point>> = BTreeMap::new();
    for point in points {
        let key = (point.project, point.territory);
        places.entry(key).or_default().push(point);
    }
    let mut figures = Vec::with_capacity(places.len());
    for mut there in places.into_values() {
        there.sort_by_key(|it| (it.to, it.from));
        figures.push(over_time(of, &there)?);
    }
    over_place(of, &figures)
}

fn over_time(of: &indicator::Model, there: &[&Point]) -> Option<Figure> {
    let values: Vec<Figure> = there.iter().map(|it| it.measured.into()).collect();
    let last = values.last().copied()?;
    // What adds up since the beginning holds all that came before.
    if of.reading == Reading::Cumulative {
        return Some(last);
    }
    match of.over_time {
        OverTime::Sum => Some(sum(&values)),
        OverTime::Last => Some(last),
        OverTime::Average => Some(average(of, &values)),
        OverTime::Min => least(&values),
        OverTime::Max => most(&values),
        OverTime::None => only(&values),
    }
}

fn over_place(of: &indicator::Model, values: &[Figure]) -> Option<Figure> {
    if values.is_empty() {
        return None;
    }
    match of.over_place {
        OverPlace::Sum => Some(sum(values)),
        OverPlace::Average => Some(average(of, values)),
        OverPlace::Min => least(values),
        OverPlace::Max => most(values),
        OverPlace::None => only(values),
    }
}

/// Parts and wholes are added apart: a mean of percentages would weigh a small whole like a large one.
fn sum(values: &[Figure]) -> Figure {
    Figure {
        value: values.iter().map(|it| it.value).sum(),
        whole: values.iter().map(|it| it.whole).sum(),
    }
}

fn average(of: &indicator::Model, values: &[Figure]) -> Figure {
    let whole = sum(values);
    if of.value_type == ValueType::Percentage {
        return whole;
    }
    let count = i128::try_from(values.len()).unwrap_or(1).max(1);
    Figure {
        // Half a millionth and more counts as one.
        value: (whole.value * 2 + count).div_euclid(count * 2),
        whole: None,
    }
}

fn least(values: &[Figure]) -> Option<Figure> {
    values
        .iter()
        .copied()
        .min_by(|it, other| compare(*it, *other))
}

fn most(values: &[Figure]) -> Option<Figure> {
    values
        .iter()
        .copied()
        .max_by(|it, other| compare(*it, *other))
}

fn only(values: &[Figure]) -> Option<Figure> {
    match values {
        [one] => Some(*one),
        _ => None,
    }
}

/// Compares values, parts of wholes by their share. Exact, and without products that could be too large.
pub(super) fn compare(one: Figure, other: Figure) -> std::cmp::Ordering {
    match (one.whole, other.whole) {
        (Some(whole), Some(other_whole)) => shares((one.value, whole), (other.value, other_whole)),
        _ => one.value.cmp(&other.value),
    }
}

/// Compares two fractions of positive denominators as one compares them by hand: whole parts first, then
/// what remains, turned over.
pub(super) fn shares((a, b): (i128, i128), (c, d): (i128, i128)) -> std::cmp::Ordering {
    if b <= 0 || d <= 0 {
        return a.cmp(&c);
    }
    let wholes = a.div_euclid(b).cmp(&c.div_euclid(d));
    if wholes.is_ne() {
        return wholes;
    }
    match (a.rem_euclid(b), c.rem_euclid(d)) {
        (0, 0) => std::cmp::Ordering::Equal,
        (0, _) => std::cmp::Ordering::Less,
        (_, 0) => std::cmp::Ordering::Greater,
        (rest, other) => shares((d, other), (b, rest)),
    }
}

/// How much of the way to a target has been made, in percent to two decimals, cut and not rounded:
/// 99.996 % is not all. The way begins at the baseline where one is given, else at nothing. Where the
/// target does not lie beyond the start in the direction that is better, there is no way: it is reached
/// or not.
#[must_use]
pub fn reached(
    of: &indicator::Model,
    baseline: Option<Figure>,
    target: Figure,
    actual: Figure,
) -> Option<Decimal> {
    let (target, actual) = (number(target)?, number(actual)?);
    let there = match of.direction {
        Direction::Increase => actual >= target,
        Direction::Decrease => actual <= target,
    };
    let there = if there {
        Decimal::ONE_HUNDRED
    } else {
        Decimal::ZERO
    };
    let start = match (baseline.and_then(number), of.direction) {
        (Some(start), _) => start,
        (None, Direction::Increase) => Decimal::ZERO,
        // Without a start there is no way down: what is left of it is compared.
        (None, Direction::Decrease) if actual > target && target > Decimal::ZERO => {
            return percent_of(target, actual);
        }
        (None, Direction::Decrease) => return Some(there),
    };
    let beyond = match of.direction {
        Direction::Increase => target > start,
        Direction::Decrease => target < start,
    };
    if !beyond {
        return Some(there);
    }
    percent_of(actual.checked_sub(start)?, target.checked_sub(start)?)
}

fn number(figure: Figure) -> Option<Decimal> {
    let value = Decimal::try_from_i128_with_scale(figure.value, 6).ok()?;
    match figure.whole {
        None => Some(value),
        Some(whole) => value.checked_div(Decimal::try_from_i128_with_scale(whole, 6).ok()?),
    }
}

fn percent_of(part: Decimal, whole: Decimal) -> Option<Decimal> {
    let share = part.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole)?;
    let cut = rust_decimal::RoundingStrategy::ToZero;
    Some(share.round_dp_with_strategy(2, cut).normalize())
}

/// How far that is.
#[must_use]
pub fn standing(reached: Option<Decimal>, on: Grounds) -> Standing {
    match (on.measured, on.targeted, on.compared, reached) {
        (false, ..) | (true, true, false, _) => Standing::NoData,
        (true, false, ..) => Standing::NoTarget,
        (true, true, true, None) => Standing::NotComparable,
        (.., Some(it)) if it >= Decimal::ONE_HUNDRED => Standing::Achieved,
        (.., Some(it)) if it >= Decimal::from(ON_TRACK) => Standing::OnTrack,
        (.., Some(it)) if it >= Decimal::from(AT_RISK) => Standing::AtRisk,
        (.., Some(_)) => Standing::OffTrack,
    }
}

#[cfg(test)]
mod tests;
