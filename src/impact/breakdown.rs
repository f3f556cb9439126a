//! What was measured by category: the parts of approved figures, put together by the rules of their indicator, with
//! what is not known as the rest.
//!
//! Pure. How values become one figure is in `progress`; what a single breakdown must add up to in `rules`.

use std::collections::BTreeSet;

use entity::indicator;
use entity::measurement;
use entity::types::Dimension;
use entity::types::OverPlace;
use entity::types::OverTime;
use entity::types::Reading;
use entity::types::ValueType;

use crate::impact::assess::point;
use crate::impact::progress;
use crate::impact::progress::Figure;
use crate::impact::progress::Point;
use crate::impact::rules;
use crate::impact::rules::Part;
use crate::impact::rules::UNKNOWN;
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
    parts: Vec<Part>,
}

/// What was measured by each dimension of an indicator. None where nothing counts, and where the parts of several
/// figures do not make those of one: of a mean, a smallest or a largest value.
#[must_use]
pub fn breakdowns(of: &indicator::Model, approved: &[measurement::Model]) -> Vec<Breakdown> {
    let told: Vec<Told> = approved
        .iter()
        .map(|it| Told {
            whole: point(it),
            parts: rules::told(it),
        })
        .collect();
    let points: Vec<Point> = told.iter().map(|it| it.whole).collect();
    let whole = progress::figure(of, &points).filter(|_| told.len() == 1 || adds_up(of));
    let Some(whole) = whole else {
        return Vec::new();
    };
    let dimensions = rules::dimensions(of).into_iter();
    dimensions.map(|it| by(of, &told, it, whole)).collect()
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
    let mut parts = of.parts.iter();
    let part = parts.find(|it| it.dimension == dimension && it.category == category);
    let whole = of.whole.measured.whole;
    Point {
        measured: Measured {
            value: part.map_or(0, |it| it.value),
            whole: whole.map(|_| part.and_then(|it| it.whole).unwrap_or_default()),
        },
        ..of.whole
    }
}

/// The categories of a dimension but for the unknown one: all words where they are the same everywhere, else the
/// terms that figures name, by code.
fn categories(told: &[Told], dimension: Dimension) -> Vec<String> {
    let named: Vec<String> = match dimension {
        Dimension::Custom => {
            let parts = told.iter().flat_map(|it| it.parts.iter());
            let named = parts.filter(|it| it.dimension == dimension);
            let named: BTreeSet<String> = named.map(|it| it.category.clone()).collect();
            named.into_iter().collect()
        }
        _ => {
            let words = rules::categories(dimension).iter();
            words.map(|it| (*it).to_owned()).collect()
        }
    };
    named.into_iter().filter(|it| it != UNKNOWN).collect()
}

/// Whether parts of several figures make the parts of the one that those become: percentages are weighed by adding
/// parts and wholes.
fn adds_up(of: &indicator::Model) -> bool {
    let weighs = of.value_type == ValueType::Percentage;
    let over_time = match of.over_time {
        // What came before is in the last one.
        _ if of.reading == Reading::Cumulative => true,
        OverTime::Sum | OverTime::Last | OverTime::None => true,
        OverTime::Average => weighs,
        OverTime::Min | OverTime::Max => false,
    };
    let over_place = match of.over_place {
        OverPlace::Sum | OverPlace::None => true,
        OverPlace::Average => weighs,
        OverPlace::Min | OverPlace::Max => false,
    };
    over_time && over_place
}
