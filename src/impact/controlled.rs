//! Rounds a table of fractions so that its rows, its columns and the whole add up: controlled rounding.
//!
//! Every field becomes the whole number below or above it, and so does the sum of every row and column;
//! whole numbers stay as they are. Michael Bacharach, "Matrix rounding problems", Management Science 12
//! (1966); Lawrence Cox, "A constructive procedure for unbiased controlled rounding", Journal of the
//! American Statistical Association 82 (1987). A single row is rounded in `allocation`.

use std::collections::BTreeMap;
use std::collections::HashMap;

/// A fraction at a crossing of a row and a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The row.
    pub row: usize,
    /// The column.
    pub column: usize,
    /// The numerator, 0 or more.
    pub numerator: i128,
}

/// A row or a column, or what stands in for the rest of all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Line {
    Row(usize),
    Column(usize),
    /// What rows lack of whole numbers.
    OfRows,
    /// What columns lack.
    OfColumns,
}

/// What is left of a field above the whole number below it.
#[derive(Clone, Copy, Debug)]
struct Rest {
    ends: (Line, Line),
    above: i128,
}

/// Rounds fractions over a denominator. They must together make a whole number, up to what shares that
/// do not sum to the whole leave: then the whole is rounded like a row.
///
/// Gives the whole number of each field, in their order. The same fields give the same numbers.
#[must_use]
pub fn round(fields: &[Field], denominator: i128) -> Vec<i64> {
    if denominator <= 0 {
        return vec![0; fields.len()];
    }
    let mut rests: Vec<Rest> = fields
        .iter()
        .map(|it| Rest {
            ends: (Line::Row(it.row), Line::Column(it.column)),
            above: it.numerator.rem_euclid(denominator),
        })
        .collect();
    complete(&mut rests, denominator);
    let mut links: HashMap<Line, Vec<usize>> = HashMap::new();
    for (at, rest) in rests.iter().enumerate() {
        if rest.above != 0 {
            links.entry(rest.ends.0).or_default().push(at);
            links.entry(rest.ends.1).or_default().push(at);
        }
    }
    for start in 0..rests.len() {
        while is_open(&rests, start, denominator) {
            let Some(cycle) = cycle(&rests, &mut links, start, denominator) else {
                break;
            };
            shift(&mut rests, &cycle, denominator);
        }
    }
    fields
        .iter()
        .zip(&rests)
        .map(|(field, rest)| {
            let below = field.numerator.div_euclid(denominator);
            // A field that could not be moved, where the whole is none, goes to the nearer number.
            let up = i128::from(rest.above * 2 >= denominator);
            i64::try_from(below + up).unwrap_or(i64::MAX)
        })
        .collect()
}

/// Adds what each row and each column lacks of a whole number, so that all lines are whole.
fn complete(rests: &mut Vec<Rest>, denominator: i128) {
    let mut sums: BTreeMap<Line, i128> = BTreeMap::new();
    for rest in rests.iter() {
        for line in [rest.ends.0, rest.ends.1] {
            *sums.entry(line).or_default() += rest.above;
        }
    }
    let mut whole: i128 = 0;
    for (line, sum) in sums {
        let above = (-sum).rem_euclid(denominator);
        let other = match line {
            Line::Row(_) => {
                whole += sum;
                Line::OfRows
            }
            _ => Line::OfColumns,
        };
        if above != 0 {
            rests.push(Rest {
                ends: (line, other),
                above,
            });
        }
    }
    let above = whole.rem_euclid(denominator);
    if above != 0 {
        rests.push(Rest {
            ends: (Line::OfRows, Line::OfColumns),
            above,
        });
    }
}

fn is_open(rests: &[Rest], at: usize, denominator: i128) -> bool {
    rests
        .get(at)
        .is_some_and(|it| it.above != 0 && it.above != denominator)
}

/// A round trip over open fields, by way of rows and columns in turn. Every line has a whole sum, so that
/// whoever comes by one open field can leave by another.
fn cycle(
    rests: &[Rest],
    links: &mut HashMap<Line, Vec<usize>>,
    start: usize,
    denominator: i128,
) -> Option<Vec<usize>> {
    let mut way: Vec<usize> = vec![start];
    let (mut at, mut came) = (rests.get(start)?.ends.1, start);
    let mut met: HashMap<Line, usize> = HashMap::from([(rests.get(start)?.ends.0, 0), (at, 1)]);
    loop {
        let open = links.get_mut(&at)?;
        open.retain(|it| is_open(rests, *it, denominator));
        let next = *open.iter().find(|it| **it != came)?;
        let ends = rests.get(next)?.ends;
        at = if ends.0 == at { ends.1 } else { ends.0 };
        came = next;
        way.push(next);
        if let Some(first) = met.get(&at) {
            return Some(way.split_off(*first));
        }
        met.insert(at, way.len());
    }
}

/// Moves along a round trip until a field is whole: up and down in turn, the shorter way of the two.
fn shift(rests: &mut [Rest], cycle: &[usize], denominator: i128) {
    let room = |up: usize| {
        let each = cycle.iter().enumerate().filter_map(|(step, at)| {
            let above = rests.get(*at)?.above;
            Some(if step % 2 == up {
                denominator - above
            } else {
                above
            })
        });
        each.min().unwrap_or_default()
    };
    let (first, second) = (room(0), room(1));
    let (up, by) = if first <= second {
        (0, first)
    } else {
        (1, second)
    };
    for (step, at) in cycle.iter().enumerate() {
        if let Some(rest) = rests.get_mut(*at) {
            rest.above += if step % 2 == up { by } else { -by };
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fields(rows: &[&[i128]]) -> Vec<Field> {
        let mut found = Vec::new();
        for (row, columns) in rows.iter().enumerate() {
            for (column, numerator) in columns.iter().enumerate() {
                found.push(Field {
                    row,
                    column,
                    numerator: *numerator,
                });
            }
        }
        found
    }

    #[test]
    fn halves_are_given_crosswise() {
        // Rows and columns of one each: the largest remainder of rows alone would leave a column empty.
        let rounded = round(&fields(&[&[1, 1], &[1, 1]]), 2);

        assert!(rounded == [1, 0, 0, 1] || rounded == [0, 1, 1, 0]);
    }

    #[test]
    fn whole_numbers_stay() {
        assert_eq!(round(&fields(&[&[4, 0], &[6, 2]]), 2), [2, 0, 3, 1]);
    }

    #[test]
    fn thirds_of_a_hundred_minutes_in_two_months_keep_both_months() {
        let rounded = round(&fields(&[&[100, 50], &[100, 50], &[100, 50]]), 3);

        let month = |at: usize| rounded.iter().skip(at).step_by(2).sum::<i64>();
        assert_eq!((month(0), month(1)), (100, 50));
        let programmes: Vec<i64> = rounded.chunks(2).map(|it| it.iter().sum()).collect();
        assert_eq!(programmes, [50, 50, 50]);
    }

    proptest! {
        #[test]
        fn rows_columns_and_the_whole_are_rounded_to_neighbours(
            numerators in proptest::collection::vec(
                proptest::collection::vec(0_i128..5_000, 6), 1..9),
            denominator in 1_i128..700,
        ) {
            // The whole is a whole number, as minutes of all entries together are.
            let mut numerators = numerators;
            let sum: i128 = numerators.iter().flatten().sum();
            numerators[0][0] += (-sum).rem_euclid(denominator);
            let rows: Vec<&[i128]> = numerators.iter().map(Vec::as_slice).collect();
            let fields = fields(&rows);

            let rounded = round(&fields, denominator);

            let near = |whole: i64, exact: i128| {
                let apart = i128::from(whole) * denominator - exact;
                apart.abs() < denominator
            };
            for (field, whole) in fields.iter().zip(&rounded) {
                prop_assert!(near(*whole, field.numerator));
            }
            for row in 0..rows.len() {
                let whole = rounded[row * 6..row * 6 + 6].iter().sum();
                prop_assert!(near(whole, numerators[row].iter().sum()));
            }
            for column in 0..6 {
                let whole = rounded.iter().skip(column).step_by(6).sum();
                prop_assert!(near(whole, numerators.iter().map(|it| it[column]).sum()));
            }
            let exact: i128 = numerators.iter().flatten().sum();
            prop_assert_eq!(i128::from(rounded.iter().sum::<i64>()) * denominator, exact);
        }
    }
}
