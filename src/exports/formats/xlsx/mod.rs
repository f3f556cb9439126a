//! Tables as Excel workbooks: a cover, then a sheet for each section, its cells typed.
//!
//! How one cell is written is in `cells`, what the cover says in `cover`, what sheets are called in `names`; no
//! report is known here by name.

mod cells;
mod cover;
mod names;
mod totals;

use std::io::Write;

use chrono::DateTime;
use chrono::Utc;
use rust_xlsxwriter::ColNum;
use rust_xlsxwriter::DocProperties;
use rust_xlsxwriter::ExcelDateTime;
use rust_xlsxwriter::FormatAlign;
use rust_xlsxwriter::RowNum;
use rust_xlsxwriter::Workbook;
use rust_xlsxwriter::Worksheet;
use rust_xlsxwriter::XlsxError;

use crate::exports::formats::xlsx::cells::Styles;
use crate::exports::formats::xlsx::cells::Widths;
use crate::exports::table::Cell;
use crate::exports::table::Section;
use crate::exports::table::Table;
use crate::platform::i18n::Locale;
use crate::platform::spreadsheet::clean;

/// Sheets print on A4, as Excel numbers paper.
const A4: u8 = 9;

/// Writes a table in its language: right to left in Arabic. Two tables that say the same are the same bytes, whenever
/// they are written. Rows go through a temporary file and are never held a second time.
///
/// # Errors
/// What the writer said; where there is no folder for temporary files, or a section has more rows than a sheet can
/// hold (1,048,576).
pub fn write(table: &Table, locale: Locale, into: &mut impl Write) -> std::io::Result<()> {
    let bytes = book(table, locale).map_err(std::io::Error::other)?;
    into.write_all(&bytes)
}

fn book(table: &Table, locale: Locale) -> Result<Vec<u8>, XlsxError> {
    let title = title(table);
    let cover = locale.sentence::<&str>("report-report", &[]);
    let titles = table.sections.iter().map(|it| it.title.as_str());
    let mut names = names::of([cover.as_str()].into_iter().chain(titles)).into_iter();
    let mut book = Workbook::new();
    book.set_properties(&properties(&title, table)?);
    let first = names.next().unwrap_or_default();
    let names: Vec<String> = names.collect();
    let sheet = sheet(&mut book, &first, locale)?;
    cover::write(sheet, &title, table, &names, locale)?;
    let styles = Styles::new(FormatAlign::General);
    for (section, name) in table.sections.iter().zip(&names) {
        let sheet = self::sheet(&mut book, name, locale)?;
        rows(sheet, section, &styles, locale)?;
    }
    book.save_to_buffer()
}

/// A new sheet, whose rows are written in order.
fn sheet<'a>(
    book: &'a mut Workbook,
    name: &str,
    locale: Locale,
) -> Result<&'a mut Worksheet, XlsxError> {
    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.set_name(name)?;
    sheet.set_right_to_left(locale == Locale::Ar);
    sheet.set_landscape();
    sheet.set_paper_size(A4);
    sheet.set_print_fit_to_pages(1, 0);
    Ok(sheet)
}

/// The header, the rows and what they add up to.
fn rows(
    sheet: &mut Worksheet,
    section: &Section,
    styles: &Styles,
    locale: Locale,
) -> Result<(), XlsxError> {
    let width: ColNum = section.columns.len().try_into().unwrap_or(ColNum::MAX);
    let height: RowNum = section.rows.len().try_into().unwrap_or(RowNum::MAX);
    let mut widths = Widths::default();
    for (column, it) in (0..).zip(&section.columns) {
        widths.header(column, &it.header);
    }
    for row in &section.rows {
        for (column, cell) in (0..).zip(row) {
            widths.cell(column, cell);
        }
    }
    widths.set(sheet)?;
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_repeat_rows(0, 0)?;
    if width > 0 && height > 0 {
        // The totals below are no rows to be filtered.
        sheet.autofilter(0, 0, height, width - 1)?;
    }
    for (column, it) in (0..).zip(&section.columns) {
        sheet.write_string_with_format(0, column, clean(&it.header), &styles.header)?;
    }
    for (row, cells) in (1..).zip(&section.rows) {
        for (column, cell) in (0..).zip(cells) {
            cells::put(sheet, (row, column), cell, styles)?;
        }
    }
    totals::put(sheet, section, height, styles, locale)
}

/// What people call the report; its name in programs where it does not say.
fn title(table: &Table) -> String {
    let named = table.parameters.iter().find(|it| it.key == "title");
    let named = named.and_then(|it| it.value.written());
    clean(&named.unwrap_or_else(|| table.name.to_owned()))
}

/// Properties of the file. It was made as of when its figures are: so the same answer is the same bytes.
fn properties(title: &str, table: &Table) -> Result<DocProperties, XlsxError> {
    let as_of = table.parameters.iter().find_map(|it| match it.value {
        Cell::Instant(at) if it.key == "asOf" => Some(at),
        _ => None,
    });
    let as_of: DateTime<Utc> = as_of.unwrap_or(DateTime::UNIX_EPOCH);
    let created = ExcelDateTime::from_timestamp(as_of.timestamp())?;
    Ok(DocProperties::new()
        .set_title(title)
        .set_company("Tiwizi")
        .set_creation_datetime(&created))
}

#[cfg(test)]
mod tests;
