//! What was measured by category: the parts of approved figures, put together by the rules of their indicator, with
//! what is not known as the rest.
//!
//! Pure. How values become one figure is in `progress`; what a single breakdown must add up to in `parts`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use entity::indicator;
use entity::measurement;
use entity::types::Dimension;
use entity::types::OverPlace;
use entity::types::OverTime;
use entity::types::Reading;
use entity::types::ValueType;

use crate::impact::assess::point;
use crate::impact::parts;
use crate::impact::parts::Part;
use crate::impact::parts::UNKNOWN;
use crate::impact::progress;
use crate::impact::progress::Figure;
use crate::impact::progress::Point;
use crate::impact::value::Measured;

/// What was measured by one dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breakdown {
    /// The dimension.
    pub dimension: Dimension,
    /// Its categories, what is not known last; together they are the whole.
    pub categories: Vec<Category>,
}

/// A part of the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// A word of the dimension, or the code of a term.
    pub category: String,
    /// How much of the whole.
    pub figure: Figure,
}

/// A measured total with its parts.
struct Told {
    whole: Point,
    parts: BTreeMap<(Dimension, String), Measured>,
}

/// What was measured by each of some dimensions. None where nothing counts, and where the parts of several figures do
/// not make those of one: of a mean, a smallest or a largest value.
#[must_use]
pub fn breakdowns(
    of: &indicator::Model,
    approved: &[measurement::Model],
    dimensions: &[Dimension],
) -> Vec<Breakdown> {
    let points: Vec<Point> = approved.iter().map(point).collect();
    let whole = progress::figure(of, &points).filter(|_| adds_up(of, &points));
    let Some(whole) = whole else {
        return Vec::new();
    };
    let told: Vec<Told> = approved.iter().map(told).collect();
    let dimensions = dimensions.iter();
    dimensions.map(|it| by(of, &told, *it, whole)).collect()
}

fn told(it: &measurement::Model) -> Told {
    let parts = parts::told(it).into_iter();
    let parts = parts.map(|it: Part| {
        let measured = Measured {
            value: it.value,
            whole: it.whole,
        };
        ((it.dimension, it.category), measured)
    });
    Told {
        whole: point(it),
        parts: parts.collect(),
    }
}

fn by(of: &indicator::Model, told: &[Told], dimension: Dimension, whole: Figure) -> Breakdown {
    let mut rest = whole;
    let mut parts = Vec::new();
    for category in categories(told, dimension) {
        let points: Vec<Point> = told
            .iter()
            .map(|it| share(it, dimension, &category))
            .collect();
        let nothing = Figure {
            value: 0,
            whole: whole.whole.map(|_| 0),
        };
        let figure = progress::figure(of, &points).unwrap_or(nothing);
        rest = Figure {
            value: rest.value - figure.value,
            whole: rest.whole.zip(figure.whole).map(|(it, part)| it - part),
        };
        parts.push(Category { category, figure });
    }
    parts.push(Category {
        category: UNKNOWN.to_owned(),
        figure: rest,
    });
    Breakdown {
        dimension,
        categories: parts,
    }
}

/// What a total tells of a category: nothing where it is not named, so that the rest is unknown.
fn share(of: &Told, dimension: Dimension, category: &str) -> Point {
    let part = of.parts.get(&(dimension, category.to_owned()));
    let nothing = Measured {
        value: 0,
        whole: of.whole.measured.whole.map(|_| 0),
    };
    Point {
        measured: part.copied().unwrap_or(nothing),
        ..of.whole
    }
}

/// The categories of a dimension but for the unknown one: all words where they are the same everywhere, else the
/// terms that figures name, by code.
fn categories(told: &[Told], dimension: Dimension) -> Vec<String> {
    let named: BTreeSet<&str> = match dimension {
        Dimension::Custom => {
            let parts = told.iter().flat_map(|it| it.parts.keys());
            let named = parts.filter(|(it, _)| *it == dimension);
            named.map(|(_, it)| it.as_str()).collect()
        }
        _ => BTreeSet::new(),
    };
    let words = parts::categories(dimension).iter().copied();
    let known = words
        .filter(|_| dimension != Dimension::Custom)
        .chain(named);
    let known = known.filter(|it| *it != UNKNOWN);
    known.map(str::to_owned).collect()
}

/// Whether the parts of several figures make the parts of the one that those become. Rules that join nothing, as over
/// places where there is one, are not asked; percentages are weighed by adding parts and wholes.
fn adds_up(of: &indicator::Model, points: &[Point]) -> bool {
    let mut at: BTreeMap<_, usize> = BTreeMap::new();
    for it in points {
        *at.entry((it.project, it.territory)).or_default() += 1;
    }
    let weighs = of.value_type == ValueType::Percentage;
    // What came before is in the last figure of what is cumulative.
    let joined_in_time = of.reading == Reading::Periodic && at.values().any(|it| *it > 1);
    let over_time = match of.over_time {
        OverTime::Sum | OverTime::Last | OverTime::None => true,
        OverTime::Average => weighs,
        OverTime::Min | OverTime::Max => false,
    };
    let over_place = match of.over_place {
        OverPlace::Sum | OverPlace::None => true,
        OverPlace::Average => weighs,
        OverPlace::Min | OverPlace::Max => false,
    };
    (over_time || !joined_in_time) && (over_place || at.len() <= 1)
}

#[cfg(test)]
mod tests {
    use entity::ids::ProjectId;
    use entity::ids::TerritoryId;
    use proptest::collection::vec;
    use proptest::prelude::Just;
    use proptest::prelude::Strategy;
    use proptest::prop_assert;
    use proptest::prop_assert_eq;
    use proptest::prop_oneof;
    use proptest::proptest;
    use uuid::Uuid;

    use super::*;
    use crate::impact::tests::a_measurement;
    use crate::impact::tests::an_indicator;
    use crate::impact::value::ONE;

    /// Women, men and unknown people of a month at a place; nothing told where there is no breakdown.
    #[derive(Clone, Debug)]
    struct Given {
        place: u8,
        month: u32,
        told: bool,
        people: [u16; 3],
    }

    fn given() -> impl Strategy<Value = Given> {
        (
            0_u8..3,
            1_u32..7,
            proptest::bool::ANY,
            [0_u16..50, 0..50, 0..50],
        )
            .prop_map(|(place, month, told, people)| Given {
                place,
                month,
                told,
                people,
            })
    }

    fn rules() -> impl Strategy<Value = (OverTime, OverPlace, Reading)> {
        let over_time = prop_oneof![
            Just(OverTime::Sum),
            Just(OverTime::Last),
            Just(OverTime::Average),
            Just(OverTime::Max),
            Just(OverTime::None)
        ];
        let over_place = prop_oneof![
            Just(OverPlace::Sum),
            Just(OverPlace::Average),
            Just(OverPlace::Min),
            Just(OverPlace::None)
        ];
        let reading = prop_oneof![Just(Reading::Periodic), Just(Reading::Cumulative)];
        (over_time, over_place, reading)
    }

    fn measured(it: &Given) -> measurement::Model {
        let value = i64::from(it.people.iter().sum::<u16>()) * ONE;
        let named = ["FEMALE", "MALE", UNKNOWN].into_iter().zip(it.people);
        let parts = named.map(|(category, people)| Part {
            dimension: Dimension::Sex,
            category: category.to_owned(),
            value: i64::from(people) * ONE,
            whole: None,
        });
        let parts: Vec<Part> = parts.filter(|_| it.told).collect();
        let day = |day| chrono::NaiveDate::from_ymd_opt(2026, it.month, day).unwrap();
        measurement::Model {
            project_id: ProjectId(Uuid::nil()),
            territory_id: TerritoryId(Uuid::from_u128(it.place.into())),
            from_day: day(1),
            to_day: day(28),
            value,
            parts: serde_json::json!(parts).to_string(),
            ..a_measurement()
        }
    }

    proptest! {
        /// Whatever the rules are, categories are exactly the whole, and nothing is less than nothing.
        #[test]
        fn categories_are_the_whole(rules in rules(), given in vec(given(), 0..12)) {
            let (over_time, over_place, reading) = rules;
            let of = indicator::Model { over_time, over_place, reading, ..an_indicator() };
            // One figure for each place and month.
            let once: BTreeMap<_, _> = given.iter().map(|it| ((it.place, it.month), it)).collect();
            let rows: Vec<measurement::Model> = once.values().map(|it| measured(it)).collect();
            let points: Vec<Point> = rows.iter().map(point).collect();
            let whole = progress::figure(&of, &points);

            for it in breakdowns(&of, &rows, &[Dimension::Sex]) {
                let figures = it.categories.iter().map(|it| it.figure.value);
                prop_assert_eq!(Some(figures.clone().sum::<i128>()), whole.map(|it| it.value));
                prop_assert!(figures.into_iter().all(|it| it >= 0), "{:?}", it);
            }
        }
    }

    fn given_at(place: u8, month: u32, people: [u16; 3]) -> measurement::Model {
        measured(&Given {
            place,
            month,
            told: true,
            people,
        })
    }

    #[test]
    fn a_rule_that_joins_nothing_is_not_asked() {
        let of = |over_time, over_place, reading| indicator::Model {
            over_time,
            over_place,
            reading,
            ..an_indicator()
        };
        let told = |of: &indicator::Model, rows: &[measurement::Model]| {
            !breakdowns(of, rows, &[Dimension::Sex]).is_empty()
        };
        let (a_month, another) = (given_at(0, 1, [1, 2, 3]), given_at(0, 2, [4, 5, 6]));
        let elsewhere = given_at(1, 1, [7, 8, 9]);
        let months = [a_month.clone(), another.clone()];
        let places = [a_month, elsewhere];

        let largest = of(OverTime::Sum, OverPlace::Max, Reading::Periodic);
        assert!(told(&largest, &months), "one place");
        assert!(!told(&largest, &places));
        let mean = of(OverTime::Average, OverPlace::Sum, Reading::Periodic);
        assert!(told(&mean, &places), "one figure at each");
        assert!(!told(&mean, &months));
        let since = of(OverTime::Last, OverPlace::Average, Reading::Cumulative);
        assert!(told(&since, &months), "the last holds what came before");
    }
}
