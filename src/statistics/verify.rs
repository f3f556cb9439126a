//! Holds certificates against every sum there is.
//!
//! Written from the sums alone and not from how exchanges are made, so that a fault there shows here.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::statistics::exchange::Exchange;
use crate::statistics::shape::Cell;
use crate::statistics::shape::Direction;
use crate::statistics::shape::YEAR;
use crate::statistics::table::Table;

/// Whether an exchange shows that a cell cannot be derived: it moves that cell and none that is
/// published, keeps every sum, and leaves room.
///
/// A value follows from published sums by subtraction exactly if its unit vector lies in the row space of
/// the sums over the suppressed cells. A vector that all sums map to zero and that moves the cell rules
/// that out; with room on the way, so that no cell falls to zero, it rules out bounds as well. Whole
/// numbers throughout.
#[must_use]
pub fn holds(table: &Table, target: Cell, exchange: &Exchange) -> bool {
    let mut moved: BTreeMap<Cell, i64> = BTreeMap::new();
    for (cell, sign) in &exchange.moves {
        *moved.entry(*cell).or_default() += sign.number();
    }
    let by = |cell: &Cell| moved.get(cell).copied().unwrap_or_default();
    if by(&target) == 0 || !moved.keys().all(|it| table.is_suppressed(*it)) {
        return false;
    }
    let mut wholes: BTreeSet<Cell> = moved.keys().copied().collect();
    for cell in moved.keys() {
        wholes.extend(
            Direction::ALL
                .iter()
                .filter_map(|it| table.shape.whole(*cell, *it)),
        );
    }
    let balanced = wholes.iter().all(|whole| {
        Direction::ALL.iter().all(|direction| {
            // No year is published yet: nothing adds up to it.
            if whole.slot == YEAR && !table.has_year() {
                return true;
            }
            let parts = table.shape.parts(*whole, *direction);
            parts.is_empty() || parts.iter().map(by).sum::<i64>() == by(whole)
        })
    });
    let (up, down) = exchange.room(table);
    balanced && up.max(down) >= 1
}
