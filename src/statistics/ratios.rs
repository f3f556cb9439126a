//! What follows from published cells for whoever knows how each project is shared among programmes.
//!
//! Shares are public, and fixed for each project, so that the columns of a place are not as free as cells
//! of any table. This asks whether the published sums determine a suppressed cell; what is suppressed
//! besides is decided in `protect`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::statistics::shape::Cell;
use crate::statistics::shape::TOTAL;
use crate::statistics::shape::YEAR;
use crate::statistics::table::Mix;
use crate::statistics::table::Table;

/// A prime, 2^61 - 1: what holds among whole numbers of our size holds among remainders of it, but for
/// chances that do not happen.
const PRIME: u64 = (1 << 61) - 1;

/// A linear function of the unknowns: coefficients by unknown, none zero.
type Row = BTreeMap<usize, u64>;

/// The sensitive suppressed cells that are a sum of multiples of published ones, if the minutes of
/// each mix of programmes in each place and quarter are what is not known.
///
/// Minutes are shared in whole numbers, so that this is what is known to within rounding.
#[must_use]
pub fn told(table: &Table) -> Vec<Cell> {
    let sensitive: Vec<Cell> = table
        .suppressed()
        .filter(|it| table.is_sensitive(*it))
        .collect();
    if sensitive.is_empty() {
        return Vec::new();
    }
    let unknowns = Unknowns::of(table);
    let mut published: Vec<Cell> = table.shown().collect();
    // Small places first: what they settle does not spread.
    published.sort_by_key(|it| (unknowns.leaves(it.node).len(), *it));
    let mut space = Space::default();
    for cell in published {
        space.take(unknowns.sum(cell));
    }
    sensitive
        .into_iter()
        .filter(|it| {
            let sum = unknowns.sum(*it);
            !sum.is_empty() && space.holds(sum)
        })
        .collect()
}

/// Shares in millionths by programme.
type Parts = BTreeMap<usize, i64>;

/// The unknowns: of each place and quarter as many mixes as are independent. Another mix is a sum of
/// those in every cell alike, so that it changes no answer.
struct Unknowns {
    /// By quarter and smallest place.
    mixes: BTreeMap<(u8, usize), Vec<(usize, Parts)>>,
    leaves: BTreeMap<usize, Vec<usize>>,
}

impl Unknowns {
    fn of(table: &Table) -> Self {
        let mut next = 0;
        let mut mixes = BTreeMap::new();
        for (place, known) in table.mixes() {
            let mut own = Vec::new();
            for mix in independent(known) {
                own.push((next, mix.iter().copied().collect()));
                next += 1;
            }
            mixes.insert(*place, own);
        }
        let shape = &table.shape;
        Self {
            mixes,
            leaves: shape.nodes().map(|it| (it, shape.leaves(it))).collect(),
        }
    }

    fn leaves(&self, node: usize) -> &[usize] {
        self.leaves.get(&node).map_or(&[], Vec::as_slice)
    }

    /// What a cell adds up.
    fn sum(&self, cell: Cell) -> Row {
        let slots = if cell.slot == YEAR {
            0..YEAR
        } else {
            cell.slot..cell.slot + 1
        };
        let mut row = Row::new();
        for slot in slots {
            for leaf in self.leaves(cell.node) {
                for (unknown, mix) in self.mixes.get(&(slot, *leaf)).into_iter().flatten() {
                    let ppm = if cell.column == TOTAL {
                        mix.values().sum()
                    } else {
                        mix.get(&cell.column).copied().unwrap_or_default()
                    };
                    if let Some(ppm) = u64::try_from(ppm).ok().filter(|it| *it > 0) {
                        row.insert(*unknown, ppm);
                    }
                }
            }
        }
        row
    }
}

/// As many of these mixes as are independent of each other.
fn independent(mixes: &BTreeSet<Mix>) -> Vec<&Mix> {
    let mut space = Space::default();
    let mut found = Vec::new();
    for mix in mixes {
        let shares = mix.iter().filter_map(|(column, ppm)| {
            let ppm = u64::try_from(*ppm).ok().filter(|it| *it > 0)?;
            Some((*column, ppm))
        });
        if space.take(shares.collect()) {
            found.push(mix);
        }
    }
    found
}

/// What rows add up to, each led by an unknown of its own with the coefficient 1.
#[derive(Default)]
struct Space {
    rows: BTreeMap<usize, Row>,
}

impl Space {
    /// Takes a row in; whether it adds anything.
    fn take(&mut self, row: Row) -> bool {
        let left = self.reduced(row);
        let Some((lead, value)) = left.first_key_value().map(|(it, value)| (*it, *value)) else {
            return false;
        };
        let by = inverse(value);
        let row = left.into_iter().map(|(at, it)| (at, times(it, by)));
        self.rows.insert(lead, row.collect());
        true
    }

    /// Whether a row is a sum of multiples of those that were taken in.
    fn holds(&self, row: Row) -> bool {
        self.reduced(row).is_empty()
    }

    /// What is left of a row; led by an unknown that leads no other, or nothing.
    fn reduced(&self, mut row: Row) -> Row {
        while let Some((lead, value)) = row.first_key_value().map(|(it, value)| (*it, *value)) {
            let Some(known) = self.rows.get(&lead) else {
                break;
            };
            for (at, coefficient) in known {
                let taken = times(*coefficient, value);
                let own = row.entry(*at).or_default();
                *own = reduced(u128::from(*own) + u128::from(PRIME - taken));
                if *own == 0 {
                    row.remove(at);
                }
            }
        }
        row
    }
}

/// The remainder of a number below the square of the prime.
fn reduced(number: u128) -> u64 {
    let prime = u128::from(PRIME);
    let mut folded = (number & prime) + (number >> 61);
    if folded >= prime {
        folded -= prime;
    }
    u64::try_from(folded).unwrap_or_default()
}

fn times(one: u64, other: u64) -> u64 {
    reduced(u128::from(one) * u128::from(other))
}

/// By the little theorem of Fermat.
fn inverse(number: u64) -> u64 {
    let (mut result, mut base, mut exponent) = (1, number, PRIME - 2);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = times(result, base);
        }
        base = times(base, base);
        exponent >>= 1;
    }
    result
}

/// Writes a mix down as contributions keep it, programmes by code.
#[must_use]
pub fn written<'a>(shares: impl IntoIterator<Item = (&'a str, i64)>) -> String {
    let parts = shares
        .into_iter()
        .map(|(code, ppm)| format!("{ppm} {code}"));
    parts.collect::<Vec<_>>().join("\n")
}

/// Reads a mix back; what is not known as a column is left out.
#[must_use]
pub fn read(text: &str, column: impl Fn(&str) -> Option<usize>) -> Mix {
    let mut mix: BTreeMap<usize, i64> = BTreeMap::new();
    for line in text.lines() {
        let known = line.split_once(' ').and_then(|(ppm, code)| {
            let ppm: i64 = ppm.parse().ok()?;
            Some((column(code)?, ppm))
        });
        if let Some((column, ppm)) = known {
            *mix.entry(column).or_default() += ppm;
        }
    }
    mix.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_hold_their_sums_and_nothing_else() {
        let row = |parts: &[(usize, u64)]| parts.iter().copied().collect::<Row>();
        let mut space = Space::default();

        assert!(space.take(row(&[(0, 600_000), (1, 250_000)])));
        assert!(!space.holds(row(&[(0, 1)])));
        assert!(space.take(row(&[(0, 1_000_000), (1, 1_000_000)])));

        assert!(space.holds(row(&[(0, 1)])) && space.holds(row(&[(1, 7)])));
        assert!(!space.take(row(&[(0, 123), (1, 456)])));
        assert!(!space.holds(row(&[(2, 1)])));
        assert_eq!(times(inverse(123_456), 123_456), 1);
    }

    #[test]
    fn mixes_are_read_back() {
        let text = written([("4", 600_000), ("NONE", 400_000)]);

        let mix = read(&text, |code| {
            ["TOTAL", "NONE", "4"].iter().position(|it| *it == code)
        });

        assert_eq!(mix, [(1, 400_000), (2, 600_000)]);
    }
}
