//! The rows and columns of an edition by their codes, and which cell of the table each is.
//!
//! What the cells hold is in `table`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use entity::types::StatisticsPart;

use crate::statistics::shape::Cell;
use crate::statistics::shape::ROOT;
use crate::statistics::shape::Shape;

/// Programme of the cells of all programmes together.
pub const ALL: &str = "TOTAL";
/// Programme of work of projects without one.
pub const NONE: &str = "NONE";

/// One row: a territory, or what is known of it alone, under the territory above it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Code of the territory above; empty for the country.
    pub above: String,
    /// Code of the territory.
    pub code: String,
    /// How much of it.
    pub part: StatisticsPart,
}

impl Place {
    /// All of a territory.
    #[must_use]
    pub fn whole(above: &str, code: &str) -> Self {
        Self {
            above: above.to_owned(),
            code: code.to_owned(),
            part: StatisticsPart::Whole,
        }
    }

    /// What is known of a territory alone: a part of it beside the territories below it.
    #[must_use]
    pub fn own(code: &str) -> Self {
        Self {
            above: code.to_owned(),
            code: code.to_owned(),
            part: StatisticsPart::Own,
        }
    }
}

/// Rows and columns.
#[derive(Clone, Debug)]
pub struct Frame {
    /// How cells lie in each other.
    pub shape: Shape,
    places: Vec<Place>,
    nodes: BTreeMap<Place, usize>,
    programmes: Vec<String>,
}

impl Frame {
    /// The frame of these rows and columns; a row whose territory above is not among them is left out,
    /// and so is a total, which is always there.
    #[must_use]
    pub fn of(country: &str, places: &BTreeSet<Place>, programmes: &BTreeSet<String>) -> Self {
        let root = Place::whole("", country);
        let mut columns = vec![ALL.to_owned()];
        columns.extend(programmes.iter().filter(|it| *it != ALL).cloned());
        let mut frame = Self {
            shape: Shape::of(columns.len() - 1),
            places: vec![root.clone()],
            nodes: BTreeMap::from([(root, ROOT)]),
            programmes: columns,
        };
        let mut above = vec![(country.to_owned(), ROOT)];
        while let Some((code, parent)) = above.pop() {
            for place in places.iter().filter(|it| it.above == code) {
                let node = frame.shape.add(parent);
                frame.places.push(place.clone());
                frame.nodes.insert(place.clone(), node);
                if place.part == StatisticsPart::Whole {
                    above.push((place.code.clone(), node));
                }
            }
        }
        frame
    }

    /// The cell of a row and a column in a slot; `None` where the frame has no such.
    #[must_use]
    pub fn cell(&self, slot: u8, place: &Place, programme: &str) -> Option<Cell> {
        let node = *self.nodes.get(place)?;
        let column = self.column(programme)?;
        Some(Cell { slot, node, column })
    }

    /// The column of a programme; `None` where the frame has no such.
    #[must_use]
    pub fn column(&self, programme: &str) -> Option<usize> {
        self.programmes.iter().position(|it| it == programme)
    }

    /// Every row and column of a slot with its cell.
    pub fn cells(&self, slot: u8) -> impl Iterator<Item = (&Place, &str, Cell)> {
        self.places
            .iter()
            .enumerate()
            .flat_map(move |(node, place)| {
                let columns = self.programmes.iter().enumerate();
                columns.map(move |(column, programme)| {
                    (place, programme.as_str(), Cell { slot, node, column })
                })
            })
    }
}
