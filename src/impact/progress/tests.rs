//! The way from values to one figure, worked out by hand.

use chrono::NaiveDate;
use entity::ids::ProjectId;
use entity::ids::TerritoryId;
use entity::types::Direction;
use entity::types::OverPlace;
use entity::types::OverTime;
use entity::types::Reading;
use entity::types::ValueType;
use uuid::Uuid;

use super::Figure;
use super::Grounds;
use super::Point;
use super::Standing;
use super::compare;
use super::figure;
use super::reached;
use super::standing;
use crate::impact::tests::an_indicator;
use crate::impact::value::Measured;
use crate::impact::value::ONE;
use crate::impact::value::percent;

fn point(place: u128, month: u32, value: i64, whole: Option<i64>) -> Point {
    let from = NaiveDate::from_ymd_opt(2026, month, 1).unwrap();
    Point {
        project: ProjectId(Uuid::from_u128(1)),
        territory: TerritoryId(Uuid::from_u128(place)),
        from,
        to: from + chrono::Days::new(27),
        measured: Measured {
            value: value * ONE,
            whole: whole.map(|it| it * ONE),
        },
    }
}

fn value(figure: Option<Figure>) -> Option<i128> {
    figure.map(|it| it.value / i128::from(ONE))
}

#[test]
fn time_and_place_are_aggregated_apart() {
    let mut of = an_indicator();
    let points = [
        point(1, 1, 10, None),
        point(1, 2, 30, None),
        point(2, 1, 5, None),
        point(2, 2, 7, None),
    ];
    assert_eq!(value(figure(&of, &points)), Some(52));
    of.over_time = OverTime::Last;
    assert_eq!(value(figure(&of, &points)), Some(37));
    of.over_place = OverPlace::Max;
    assert_eq!(value(figure(&of, &points)), Some(30));
    of.over_time = OverTime::Average;
    assert_eq!(value(figure(&of, &points)), Some(20));
    of.over_place = OverPlace::None;
    assert_eq!(figure(&of, &points), None, "two places do not become one");
    assert_eq!(value(figure(&of, &points[..2])), Some(20));
}

#[test]
fn percentages_are_weighed_by_their_wholes() {
    let mut of = an_indicator();
    of.value_type = ValueType::Percentage;
    of.over_time = OverTime::Average;
    of.over_place = OverPlace::Average;
    // 9 of 10 and 10 of 90 are 19 of 100, not the mean of 90 % and 11 %.
    let found = figure(&of, &[point(1, 1, 9, Some(10)), point(2, 1, 10, Some(90))]).unwrap();
    assert_eq!(
        percent(found.value, found.whole.unwrap())
            .unwrap()
            .to_string(),
        "19"
    );
}

#[test]
fn what_adds_up_since_the_beginning_is_not_added_again() {
    let mut of = an_indicator();
    of.reading = Reading::Cumulative;
    let points = [
        point(1, 1, 10, None),
        point(1, 2, 30, None),
        point(2, 1, 5, None),
    ];
    assert_eq!(value(figure(&of, &points)), Some(35));
}

#[test]
fn what_should_fall_is_measured_from_where_it_stood() {
    let mut of = an_indicator();
    of.direction = Direction::Decrease;
    let at = |it: i128| Figure {
        value: it * i128::from(ONE),
        whole: None,
    };
    let share = |start: Option<i128>, target, now| {
        reached(&of, start.map(at), at(target), at(now))
            .unwrap()
            .to_string()
    };
    assert_eq!(share(Some(100), 50, 75), "50");
    assert_eq!(share(Some(100), 50, 40), "120");
    assert_eq!(share(Some(100), 50, 110), "-20");
    assert_eq!(share(None, 50, 40), "100");
    assert_eq!(share(None, 50, 100), "50");
    assert_eq!(share(Some(50), 50, 50), "100");
    // A target on the wrong side of the start is no way: it is reached or not.
    assert_eq!(share(Some(40), 50, 60), "0");
    assert_eq!(share(Some(40), 50, 45), "100");
    assert_eq!(share(None, 0, 5), "0");
}

#[test]
fn what_should_rise_is_measured_from_where_it_stood_and_never_rounded_up() {
    let of = an_indicator();
    let at = |it: i128| Figure {
        value: it * i128::from(ONE),
        whole: None,
    };
    let share = |start: Option<i128>, target, now| {
        reached(&of, start.map(at), at(target), at(now))
            .unwrap()
            .to_string()
    };
    assert_eq!(share(None, 100, 75), "75");
    assert_eq!(share(Some(50), 100, 75), "50");
    assert_eq!(share(None, 25_000, 24_999), "99.99");
    assert_eq!(share(None, -10, -20), "0");
    assert_eq!(share(None, -10, -5), "100");
    let part = |it: i128, of: i128| Figure {
        value: it,
        whole: Some(of),
    };
    let share = reached(&of, None, part(1, 30_000), part(0, 30_000)).unwrap();
    assert_eq!(
        share.to_string(),
        "0",
        "a small share is a target all the same"
    );
}

#[test]
fn the_largest_values_can_be_compared() {
    let most = i128::from(i64::MAX) * 1_000_000;
    let near = Figure {
        value: most - 1,
        whole: Some(most),
    };
    let all = Figure {
        value: most,
        whole: Some(most),
    };
    assert!(compare(all, near).is_gt());
    assert!(compare(near, all).is_lt());
    assert!(compare(near, near).is_eq());
}

#[test]
fn thresholds_say_how_far_it_is() {
    let all = Grounds {
        measured: true,
        targeted: true,
        compared: true,
    };
    let stands = |it: &str| standing(Some(it.parse().unwrap()), all);
    assert_eq!(stands("100"), Standing::Achieved);
    assert_eq!(stands("90"), Standing::OnTrack);
    assert_eq!(stands("89.99"), Standing::AtRisk);
    assert_eq!(stands("60"), Standing::AtRisk);
    assert_eq!(stands("59.99"), Standing::OffTrack);
}

#[test]
fn what_is_missing_is_named() {
    let stands = |measured, targeted, compared| {
        let on = Grounds {
            measured,
            targeted,
            compared,
        };
        standing(None, on)
    };
    assert_eq!(stands(false, false, false), Standing::NoData);
    assert_eq!(stands(false, true, false), Standing::NoData);
    assert_eq!(stands(true, false, false), Standing::NoTarget);
    assert_eq!(stands(true, true, false), Standing::NoData);
    assert_eq!(stands(true, true, true), Standing::NotComparable);
}
