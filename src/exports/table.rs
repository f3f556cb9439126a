//! A report as sections of rows with typed cells.
//!
//! How cells are written is a matter of the format.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::SecondsFormat;
use chrono::Utc;
use rust_decimal::Decimal;

use crate::apportionment::allocation;

/// A report, ready for any format.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Name of the report in programs: `INDH`.
    pub name: &'static str,
    /// What was asked and how the figures are to be read.
    pub parameters: Vec<Parameter>,
    /// The figures.
    pub sections: Vec<Section>,
}

/// One parameter of a report.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Name in programs.
    pub key: &'static str,
    /// Name for people.
    pub label: String,
    /// Its value.
    pub value: Cell,
}

/// One breakdown.
#[derive(Clone, Debug)]
pub struct Section {
    /// Name in programs: `byMonth`.
    pub key: &'static str,
    /// Title for people.
    pub title: String,
    /// Columns, in order.
    pub columns: Vec<Column>,
    /// Rows, each as long as the columns.
    pub rows: Vec<Vec<Cell>>,
}

/// One column of a section.
#[derive(Clone, Debug)]
pub struct Column {
    /// Name in programs.
    pub key: &'static str,
    /// Header for people.
    pub header: String,
    /// Whether its rows may be added up: what they add up to is the figure of the whole.
    pub sum: bool,
}

/// One value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Words; may come from people and hold anything.
    Text(String),
    /// One of a closed set: programs read the code, people the words.
    Code {
        /// The code.
        code: &'static str,
        /// What it means, in the language of the table.
        words: String,
    },
    /// Several of a closed set.
    Codes {
        /// The codes, in order.
        codes: Vec<String>,
        /// What they mean, in the language of the table.
        words: String,
    },
    /// A whole number.
    Integer(i64),
    /// Hundredths, written with two decimals: `12.50`.
    Hundredths(i64),
    /// A number with the decimals it has: `12.5`.
    Decimal(Decimal),
    /// A year, a number without a mark between thousands.
    Year(i32),
    /// A civil day.
    Date(NaiveDate),
    /// A month, by any of its days: `2026-03`.
    Month(NaiveDate),
    /// An instant.
    Instant(DateTime<Utc>),
}

impl Cell {
    /// A text, or nothing.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    /// A count.
    #[must_use]
    pub fn count(of: usize) -> Self {
        Self::Integer(i64::try_from(of).unwrap_or(i64::MAX))
    }

    /// The value as text; `None` for nothing.
    #[must_use]
    pub fn written(&self) -> Option<String> {
        Some(match self {
            Self::Empty => return None,
            Self::Text(text) | Self::Code { words: text, .. } | Self::Codes { words: text, .. } => {
                text.clone()
            }
            Self::Integer(number) => number.to_string(),
            Self::Hundredths(number) => hundredths(*number),
            Self::Decimal(number) => number.to_string(),
            Self::Year(number) => number.to_string(),
            Self::Date(day) => day.format("%Y-%m-%d").to_string(),
            Self::Month(day) => day.format("%Y-%m").to_string(),
            Self::Instant(at) => at.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        })
    }
}

fn hundredths(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    let number = number.unsigned_abs();
    format!("{sign}{}.{:02}", number / 100, number % 100)
}

/// Minutes as hours with two decimals, the total and its rows: the printed rows add up to the
/// printed total exactly.
#[must_use]
pub fn hours(total: i64, rows: &[i64]) -> (Cell, Vec<Cell>) {
    // Half an hundredth and more rounds up.
    let printed = (total * 100 + 30).div_euclid(60);
    let printed = Cell::Hundredths(printed);
    let rows = hours_within(&printed, rows);
    (printed, rows)
}

/// Minutes of the parts of a row as hours: they add up to those that are printed of the row exactly.
#[must_use]
pub fn hours_within(printed: &Cell, parts: &[i64]) -> Vec<Cell> {
    let whole = match printed {
        Cell::Hundredths(it) => *it,
        _ => 0,
    };
    let scaled: Vec<i64> = parts.iter().map(|it| it * 100).collect();
    allocation::round_to_sum(whole, &scaled, 60)
        .into_iter()
        .map(Cell::Hundredths)
        .collect()
}

/// A sum and one more cell; cells without a figure count nothing. `None` where it is beyond all numbers.
#[must_use]
pub fn added(sum: Cell, cell: &Cell) -> Option<Cell> {
    Some(match (&sum, cell) {
        (Cell::Integer(sum), Cell::Integer(more)) => Cell::Integer(sum.checked_add(*more)?),
        (Cell::Integer(sum), Cell::Hundredths(more)) => {
            Cell::Hundredths(sum.checked_mul(100)?.checked_add(*more)?)
        }
        (Cell::Hundredths(sum), Cell::Integer(more)) => {
            Cell::Hundredths(sum.checked_add(more.checked_mul(100)?)?)
        }
        (Cell::Hundredths(sum), Cell::Hundredths(more)) => {
            Cell::Hundredths(sum.checked_add(*more)?)
        }
        _ => sum,
    })
}

/// What figures add up to. `None` where it is beyond all numbers.
#[must_use]
pub fn total<'a>(mut cells: impl Iterator<Item = &'a Cell>) -> Option<Cell> {
    cells.try_fold(Cell::Integer(0), added)
}

#[cfg(test)]
mod tests {
    use super::Cell;
    use super::hours;
    use super::hours_within;

    #[test]
    fn three_times_twenty_minutes_print_as_one_hour() {
        let (total, rows) = hours(60, &[20, 20, 20]);

        assert_eq!(total.written().unwrap(), "1.00");
        let rows: Vec<_> = rows.iter().filter_map(Cell::written).collect();
        assert_eq!(rows, ["0.34", "0.33", "0.33"]);
    }

    #[test]
    fn parts_of_a_row_add_up_to_what_is_printed_of_it() {
        let (_, rows) = hours(60, &[20, 20, 20]);

        let parts: Vec<_> = rows.iter().map(|it| hours_within(it, &[10, 10])).collect();

        let written = |it: &[Cell]| it.iter().filter_map(Cell::written).collect::<Vec<_>>();
        assert_eq!(written(&parts[0]), ["0.17", "0.17"]);
        assert_eq!(written(&parts[1]), ["0.17", "0.16"]);
    }

    #[test]
    fn hundredths_keep_their_zeros() {
        assert_eq!(Cell::Hundredths(5).written().unwrap(), "0.05");
        assert_eq!(Cell::Hundredths(-1250).written().unwrap(), "-12.50");
    }
}
