//! Rounds tables of fractions so that rows, columns and the whole add up: controlled rounding.
//!
//! Every field becomes the whole number below or above it, and so does the sum of every row and column; whole
//! numbers stay as they are. Tables are flows in networks, which are rounded in `flow`; a single row is rounded in
//! `allocation`.

use std::collections::HashMap;

use crate::apportionment::flow::Flow;
use crate::apportionment::flow::Node;

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

/// Rounds fractions over a denominator. They must together make a whole number, up to what shares that
/// do not sum to the whole leave: then the whole is rounded like a row.
///
/// Gives the whole number of each field, in their order. The same fields give the same numbers.
#[must_use]
pub fn round(fields: &[Field], denominator: i128) -> Vec<i64> {
    round_near(fields, (&[], &[]), denominator)
}

/// The same where rows and columns should come to whole numbers, by their number: those next to them, where
/// all the rest allows that, else the other ones.
#[must_use]
pub fn round_near(
    fields: &[Field],
    (rows, columns): (&[i64], &[i64]),
    denominator: i128,
) -> Vec<i64> {
    let mut flow = Flow::new(denominator);
    let (of_rows, of_columns) = (flow.node(), flow.node());
    let mut lines: HashMap<(bool, usize), (Node, i128)> = HashMap::new();
    let mut order = Vec::new();
    for field in fields {
        let ends = [(true, field.row), (false, field.column)].map(|line| {
            let (node, sum) = lines.entry(line).or_insert_with(|| {
                order.push(line);
                (flow.node(), 0)
            });
            *sum += field.numerator;
            *node
        });
        let [row, column] = ends;
        flow.pipe(row, column, field.numerator);
    }
    for line in order {
        let Some((node, sum)) = lines.get(&line).copied() else {
            continue;
        };
        let (wishes, pipe) = match line.0 {
            true => (rows, flow.pipe(of_rows, node, sum)),
            false => (columns, flow.pipe(node, of_columns, sum)),
        };
        if let Some(wish) = wishes.get(line.1) {
            flow.wish(pipe, *wish);
        }
    }
    let whole = fields.iter().map(|it| it.numerator).sum();
    flow.pipe(of_columns, of_rows, whole);
    let mut rounded = flow.round();
    rounded.truncate(fields.len());
    rounded
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

    #[test]
    fn lines_come_to_what_they_should_where_the_rest_allows() {
        // Four rows of a half each, two in either column: one row of each column gets its minute.
        let table = fields(&[&[1, 0], &[1, 0], &[0, 1], &[0, 1]]);
        let rows = |wishes: &[i64]| {
            let rounded = round_near(&table, (wishes, &[]), 2);
            let rows = rounded.chunks(2).map(|it| it.iter().sum());
            rows.collect::<Vec<i64>>()
        };

        assert_eq!(rows(&[0, 1, 1, 0]), [0, 1, 1, 0]);
        assert_eq!(rows(&[1, 0, 0, 1]), [1, 0, 0, 1]);
        // Both of one column at once no table has.
        let either = rows(&[1, 1, 0, 0]);
        assert_eq!((either[0] + either[1], either[2] + either[3]), (1, 1));
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
