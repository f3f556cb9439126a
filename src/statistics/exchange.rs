//! Exchanges: changes of suppressed cells that leave every published figure as it is.
//!
//! Each is a certificate. Whoever knows all that is published cannot tell the true table from the one
//! after the exchange, so that no cell that takes part can be derived. When one is wanted, and what is
//! suppressed for it, is decided in `protect`; `verify` holds it against every sum.

use entity::ids::PersonId;

use crate::statistics::shape::Cell;
use crate::statistics::shape::ROOT;
use crate::statistics::shape::Shape;
use crate::statistics::shape::TOTAL;
use crate::statistics::shape::YEAR;
use crate::statistics::table::Table;

/// Which way a cell moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// With the cell that is protected.
    With,
    /// Against it.
    Against,
}

impl Sign {
    fn times(self, other: Self) -> Self {
        if self == other {
            Self::With
        } else {
            Self::Against
        }
    }

    /// 1 or -1.
    #[must_use]
    pub fn number(self) -> i64 {
        match self {
            Self::With => 1,
            Self::Against => -1,
        }
    }
}

/// A change of cells by one minute each, with or against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The cells that move.
    pub moves: Vec<(Cell, Sign)>,
}

/// By how many minutes a cell must be movable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// By one, up or down.
    Any,
    /// By so many up, and by so many down.
    Both {
        /// Up.
        up: i64,
        /// Down.
        down: i64,
    },
}

impl Exchange {
    /// How far it can go up and down before a suppressed cell would fall to zero: everybody knows that
    /// a suppressed cell is not zero.
    #[must_use]
    pub fn room(&self, table: &Table) -> (i64, i64) {
        let least = |sign| {
            let moved = self.moves.iter().filter(|(_, it)| *it == sign);
            moved
                .map(|(cell, _)| table.minutes(*cell) - 1)
                .min()
                .unwrap_or(i64::MAX)
        };
        (least(Sign::Against), least(Sign::With))
    }

    /// Whether it goes as far as it must.
    #[must_use]
    pub fn suffices(&self, table: &Table, need: Need) -> bool {
        let (most_up, most_down) = self.room(table);
        match need {
            Need::Any => most_up.max(most_down) >= 1,
            Need::Both { up, down } => most_up >= up && most_down >= down,
        }
    }
}

/// Of the exchanges that move a cell as far as needed, the one for which the fewest minutes more are
/// suppressed, the first of equal ones; `None` where there is none.
///
/// An exchange gives and takes between two places, or in one place and all above it; between two
/// programmes, or in one and the total; between two quarters, or in one and the year. The product of the
/// three leaves every sum as it is. It moves no cell that `knowing` fills alone: they know it.
#[must_use]
pub fn cheapest(
    table: &Table,
    target: Cell,
    need: Need,
    knowing: Option<PersonId>,
) -> Option<Exchange> {
    let shape = &table.shape;
    let mut best: Option<(i64, Exchange)> = None;
    let everywhere = shape.leaves(ROOT);
    let times = times(table.has_year(), target.slot);
    for columns in columns(shape, target.column) {
        for slots in &times {
            for leaf in shape.leaves(target.node) {
                let near = [(leaf, Sign::With)];
                if product(table, slots, &near, &columns, (i64::MAX, knowing)).is_none() {
                    continue;
                }
                for far in std::iter::once(None).chain(everywhere.iter().map(Some)) {
                    let Some(places) = places(shape, target.node, leaf, far.copied()) else {
                        continue;
                    };
                    let limit = best.as_ref().map_or(i64::MAX, |(cost, _)| *cost);
                    let limit = (limit, knowing);
                    let Some((cost, found)) = product(table, slots, &places, &columns, limit)
                    else {
                        continue;
                    };
                    if !found.suffices(table, need) {
                        continue;
                    }
                    if cost == 0 {
                        return Some(found);
                    }
                    best = Some((cost, found));
                }
            }
        }
    }
    best.map(|(_, it)| it)
}

/// The cells of a product with what it costs to suppress those that are not yet; `None` where one cannot
/// be moved or is known to a person who fills it alone, or where it costs as much as the limit.
fn product(
    table: &Table,
    slots: &[(u8, Sign)],
    places: &[(usize, Sign)],
    columns: &[(usize, Sign)],
    (limit, knowing): (i64, Option<PersonId>),
) -> Option<(i64, Exchange)> {
    let mut cost = 0;
    let mut moves = Vec::with_capacity(slots.len() * places.len() * columns.len());
    for (node, by_place) in places {
        for (column, by_column) in columns {
            for (slot, by_slot) in slots {
                let cell = Cell {
                    slot: *slot,
                    node: *node,
                    column: *column,
                };
                if knowing.is_some() && table.sole(cell) == knowing {
                    return None;
                }
                if !table.is_suppressed(cell) {
                    if !table.may_suppress(cell) {
                        return None;
                    }
                    cost += table.minutes(cell);
                    if cost >= limit {
                        return None;
                    }
                }
                moves.push((cell, by_place.times(*by_column).times(*by_slot)));
            }
        }
    }
    Some((cost, Exchange { moves }))
}

/// Pairs of columns that keep the total of programmes as it is, or move with it.
fn columns(shape: &Shape, own: usize) -> Vec<[(usize, Sign); 2]> {
    let with = |column| [(own, Sign::With), (column, Sign::With)];
    let against = |column| [(own, Sign::With), (column, Sign::Against)];
    if own == TOTAL {
        return shape.programmes().map(with).collect();
    }
    let others = shape.programmes().filter(|it| *it != own);
    others.map(against).chain([with(TOTAL)]).collect()
}

/// Slots that keep the year as it is, or move with it.
fn times(has_year: bool, own: u8) -> Vec<Vec<(u8, Sign)>> {
    let alone = vec![(own, Sign::With)];
    let both = |slot, sign| vec![(own, Sign::With), (slot, sign)];
    if !has_year {
        return vec![alone];
    }
    if own == YEAR {
        return (0..YEAR).map(|it| both(it, Sign::With)).collect();
    }
    let others = (0..YEAR).filter(|it| *it != own);
    let others = others.map(|it| both(it, Sign::Against));
    others.chain([both(YEAR, Sign::With)]).collect()
}

/// The places that move when work moves from the leaf `far` to the leaf `near`, each with those above it
/// up to where they meet; to `near` and all above it where there is no `far`. `None` where `target` would
/// stay as it is.
fn places(
    shape: &Shape,
    target: usize,
    near: usize,
    far: Option<usize>,
) -> Option<Vec<(usize, Sign)>> {
    let here = shape.path(near);
    let there = far.map(|it| shape.path(it)).unwrap_or_default();
    if there.contains(&target) {
        return None;
    }
    let own = here.iter().filter(|it| !there.contains(it));
    let other = there.iter().filter(|it| !here.contains(it));
    let with = own.map(|it| (*it, Sign::With));
    let against = other.map(|it| (*it, Sign::Against));
    Some(with.chain(against).collect())
}
