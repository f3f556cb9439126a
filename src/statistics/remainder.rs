//! Remainders: what is left of a published cell when its published parts are taken off.
//!
//! Anyone can work them out, so that the suppressed cells in one must together be of as many people as a
//! published cell. What is done where they are not is decided in `protect`.

use crate::statistics::shape::Cell;
use crate::statistics::shape::Direction;
use crate::statistics::table::Table;

/// The order in which parts are taken off, in a quarter.
const IN_QUARTERS: [&[Direction]; 2] = [
    &[Direction::Place, Direction::Programme],
    &[Direction::Programme, Direction::Place],
];
/// The same in a year.
const IN_YEARS: [&[Direction]; 4] = [
    &[Direction::Place, Direction::Programme, Direction::Time],
    &[Direction::Programme, Direction::Place, Direction::Time],
    &[Direction::Time, Direction::Place, Direction::Programme],
    &[Direction::Time, Direction::Programme, Direction::Place],
];

/// What is left of a published cell.
#[derive(Clone, Debug, Default)]
pub struct Remainder {
    /// The suppressed cells whose sum is left.
    pub left: Vec<Cell>,
    /// The published cells that were taken off.
    pub taken: Vec<Cell>,
}

/// The remainders of a published cell, taken off in each order; those that are empty are left out.
#[must_use]
pub fn of(table: &Table, whole: Cell) -> Vec<Remainder> {
    let orders: &[&[Direction]] = if table.has_year() {
        &IN_YEARS
    } else {
        &IN_QUARTERS
    };
    let mut found = Vec::with_capacity(orders.len());
    for order in orders {
        let mut remainder = Remainder::default();
        take_off(table, whole, order, &mut remainder);
        if !remainder.left.is_empty() && remainder.left != [whole] {
            found.push(remainder);
        }
    }
    found
}

fn take_off(table: &Table, cell: Cell, order: &[Direction], into: &mut Remainder) {
    for direction in order {
        let mut parts = table.shape.parts(cell, *direction);
        parts.retain(|it| table.amount(*it).is_some());
        if parts.is_empty() {
            continue;
        }
        for part in parts {
            if table.is_suppressed(part) {
                take_off(table, part, order, into);
            } else {
                into.taken.push(part);
            }
        }
        return;
    }
    // No parts in any direction.
    into.left.push(cell);
}
