//! Single cells of workbooks: numbers, dates and texts, each with its format, and how wide they are.
//!
//! Where they stand is decided beside; what texts may hold, in `platform::spreadsheet`.

use std::collections::BTreeMap;

use chrono::DateTime;
use chrono::Datelike;
use chrono::NaiveDate;
use chrono::Timelike;
use chrono::Utc;
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::ColNum;
use rust_xlsxwriter::Format;
use rust_xlsxwriter::FormatAlign;
use rust_xlsxwriter::FormatBorder;
use rust_xlsxwriter::RowNum;
use rust_xlsxwriter::Worksheet;
use rust_xlsxwriter::XlsxError;

use crate::exports::table::Cell;
use crate::platform::spreadsheet::begins_formula;
use crate::platform::spreadsheet::clean;

/// What one cell can hold at most, in units of UTF-16.
const LONGEST: usize = 32_767;

/// The first day from which all spreadsheets count alike: to some, 1900 was a leap year.
const FIRST_DAY: i64 = 61;

/// Widths of columns in characters: no narrower, headers no wider (they are wrapped), nothing wider.
const NARROWEST: u16 = 9;
const WIDEST_HEADER: u16 = 24;
const WIDEST: u16 = 60;

/// Formats of cells.
pub struct Styles {
    /// Above a column.
    pub header: Format,
    /// A text.
    pub text: Format,
    /// A text that would be a formula if somebody typed it: it stays a text, also when it is edited.
    quoted: Format,
    integer: Format,
    hundredths: Format,
    decimal: Format,
    date: Format,
    month: Format,
    instant: Format,
    /// An instant that is no whole second.
    fraction: Format,
}

impl Styles {
    /// Formats of cells that stand to this side.
    pub fn new(side: FormatAlign) -> Self {
        let text = Format::new().set_align(side);
        let number = |format: &str| text.clone().set_num_format(format);
        Self {
            header: Format::new()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::Top)
                .set_border_bottom(FormatBorder::Thin)
                .set_background_color(0x00E7_EEF3_u32),
            quoted: text.clone().set_quote_prefix(),
            integer: number("#,##0"),
            hundredths: number("#,##0.00"),
            decimal: text.clone(),
            date: number("yyyy-mm-dd"),
            month: number("yyyy-mm"),
            instant: number("yyyy-mm-dd hh:mm:ss \"UTC\""),
            fraction: number("yyyy-mm-dd hh:mm:ss.000 \"UTC\""),
            text,
        }
    }

    /// The same for a row of totals.
    pub fn total(&self, cell: &Cell) -> Format {
        let format = match cell {
            Cell::Integer(_) => &self.integer,
            Cell::Hundredths(_) => &self.hundredths,
            _ => &self.text,
        };
        format.clone().set_bold().set_border_top(FormatBorder::Thin)
    }

    /// The same with lines broken where they are too long.
    pub fn wrapped(mut self) -> Self {
        for format in [&mut self.text, &mut self.quoted] {
            *format = format.clone().set_text_wrap().set_align(FormatAlign::Top);
        }
        self
    }
}

/// Writes a cell: figures as numbers, days and instants as dates, everything else as text, never as a formula.
///
/// # Errors
/// What the workbook said.
pub fn put(
    sheet: &mut Worksheet,
    (row, column): (RowNum, ColNum),
    cell: &Cell,
    styles: &Styles,
) -> Result<(), XlsxError> {
    if let Some((number, format)) = number(cell, styles) {
        sheet.write_number_with_format(row, column, number, format)?;
    } else if let Some(text) = cell.written() {
        let text = short(&clean(&text));
        let format = if begins_formula(&text) {
            &styles.quoted
        } else {
            &styles.text
        };
        sheet.write_string_with_format(row, column, text, format)?;
    }
    Ok(())
}

/// What is a number to a spreadsheet; a day that lies before its calendar is a text.
fn number<'a>(cell: &Cell, styles: &'a Styles) -> Option<(f64, &'a Format)> {
    match cell {
        Cell::Integer(number) => number.to_f64().map(|it| (it, &styles.integer)),
        Cell::Hundredths(number) => {
            let number = number.to_f64()?;
            Some((number / 100.0, &styles.hundredths))
        }
        // The text is read, which is exact to the last bit.
        Cell::Decimal(number) => {
            let number = number.to_string().parse().ok()?;
            Some((number, &styles.decimal))
        }
        Cell::Year(number) => Some((f64::from(*number), &styles.decimal)),
        Cell::Date(day) => serial(*day).map(|it| (it, &styles.date)),
        Cell::Month(day) => {
            let first = day.with_day(1)?;
            serial(first).map(|it| (it, &styles.month))
        }
        Cell::Instant(at) => {
            let format = match at.timestamp_subsec_nanos() {
                0 => &styles.instant,
                _ => &styles.fraction,
            };
            instant(*at).map(|it| (it, format))
        }
        Cell::Empty | Cell::Text(_) | Cell::Code { .. } | Cell::Codes { .. } => None,
    }
}

/// A day as spreadsheets count them.
fn serial(day: NaiveDate) -> Option<f64> {
    let before = NaiveDate::from_ymd_opt(1899, 12, 30)?;
    let days = day.signed_duration_since(before).num_days();
    if days < FIRST_DAY {
        return None;
    }
    days.to_f64()
}

/// An instant in days, by the clock of UTC.
fn instant(at: DateTime<Utc>) -> Option<f64> {
    let time = at.time();
    let seconds = f64::from(time.num_seconds_from_midnight()) + f64::from(time.nanosecond()) / 1e9;
    Some(serial(at.date_naive())? + seconds / 86_400.0)
}

/// A text as long as a cell can be.
fn short(text: &str) -> String {
    let mut units = 0;
    let fitting = text.chars().take_while(|it| {
        units += it.len_utf16();
        units <= LONGEST
    });
    fitting.collect()
}

/// How wide the columns of a sheet are.
#[derive(Debug, Default)]
pub struct Widths(BTreeMap<ColNum, u16>);

impl Widths {
    /// A header; it has a button beside it.
    pub fn header(&mut self, column: ColNum, header: &str) {
        self.at_least(column, seen(header).saturating_add(3).min(WIDEST_HEADER));
    }

    /// A cell.
    pub fn cell(&mut self, column: ColNum, cell: &Cell) {
        let text = cell.written().unwrap_or_default();
        let more = match cell {
            // A mark between thousands.
            Cell::Integer(_) | Cell::Hundredths(_) => seen(&text) / 3,
            _ => 0,
        };
        self.at_least(column, seen(&text).saturating_add(more + 2));
    }

    /// Sets them.
    ///
    /// # Errors
    /// What the workbook said.
    pub fn set(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        for (column, width) in &self.0 {
            sheet.set_column_width(*column, (*width).clamp(NARROWEST, WIDEST))?;
        }
        Ok(())
    }

    fn at_least(&mut self, column: ColNum, width: u16) {
        let known = self.0.entry(column).or_default();
        *known = width.max(*known);
    }
}

fn seen(text: &str) -> u16 {
    text.chars().count().try_into().unwrap_or(u16::MAX)
}
