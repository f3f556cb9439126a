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
use crate::exports::table::Column;
use crate::exports::table::Section;
use crate::exports::table::Table;
use crate::exports::table::added;
use crate::platform::i18n::Locale;
use crate::platform::spreadsheet::clean;

/// Sheets print on A4, as Excel numbers paper.
const A4: u8 = 9;

/// What a sheet holds at most below its header, with a row of totals.
const ROWS_MOST: RowNum = 1_048_574;

/// A workbook that is being written in its language: right to left in Arabic. Two tables that say the same are the same
/// bytes, whenever they are written. Rows go through a temporary file for each sheet and are never held a second time.
pub struct Open<W> {
    book: Workbook,
    into: W,
    locale: Locale,
    /// Without the rows.
    table: Table,
    styles: Styles,
    /// Sheets behind the cover, by the place of the section that they are of.
    sheets: Vec<usize>,
    /// The last of them.
    last: Option<Sheet>,
    /// What a sheet holds at most.
    rows_most: RowNum,
}

/// A sheet that takes rows.
struct Sheet {
    columns: Vec<Column>,
    /// The row that was written last; the header is the first one.
    row: RowNum,
    widths: Widths,
    sums: Vec<Option<Cell>>,
}

impl<W: Write + Send> Open<W> {
    /// Begins with a table.
    ///
    /// # Errors
    /// Where there is no folder for temporary files.
    pub fn begin(table: &Table, locale: Locale, into: W) -> std::io::Result<Self> {
        Self::with_sheets_of(ROWS_MOST, table, locale, into)
    }

    fn with_sheets_of(
        rows_most: RowNum,
        table: &Table,
        locale: Locale,
        into: W,
    ) -> std::io::Result<Self> {
        let sections = table.sections.iter().map(|it| Section {
            rows: Vec::new(),
            columns: it.columns.clone(),
            title: it.title.clone(),
            key: it.key,
        });
        let head = Table {
            name: table.name,
            parameters: table.parameters.clone(),
            sections: sections.collect(),
        };
        let mut open = Self {
            book: Workbook::new(),
            into,
            locale,
            table: head,
            styles: Styles::new(FormatAlign::General),
            sheets: Vec::new(),
            last: None,
            rows_most,
        };
        // The cover stands first and is written last.
        open.sheet().map_err(std::io::Error::other)?;
        for (place, section) in table.sections.iter().enumerate() {
            open.section(place).map_err(std::io::Error::other)?;
            for row in &section.rows {
                open.row(row)?;
            }
        }
        Ok(open)
    }

    /// One more row of the last section; on one more sheet where the last is full.
    ///
    /// # Errors
    /// What the workbook said.
    pub fn row(&mut self, cells: &[Cell]) -> std::io::Result<()> {
        self.put(cells).map_err(std::io::Error::other)
    }

    /// Writes the workbook.
    ///
    /// # Errors
    /// What the writer said.
    pub fn end(mut self) -> std::io::Result<W> {
        self.close().map_err(std::io::Error::other)?;
        let saved = self.book.save_to_writer(&mut self.into);
        saved.map_err(std::io::Error::other)?;
        self.into.flush()?;
        Ok(self.into)
    }

    fn put(&mut self, cells: &[Cell]) -> Result<(), XlsxError> {
        if self
            .last
            .as_ref()
            .is_some_and(|it| it.row >= self.rows_most)
            && let Some(place) = self.sheets.iter().copied().next_back()
        {
            self.section(place)?;
        }
        let Some(last) = &mut self.last else {
            return Ok(());
        };
        last.row += 1;
        let sheet = self.book.worksheet_from_index(self.sheets.len())?;
        for (column, cell) in (0..).zip(cells) {
            last.widths.cell(column, cell);
            cells::put(sheet, (last.row, column), cell, &self.styles)?;
        }
        let columns = last.columns.iter().zip(cells);
        for (sum, (column, cell)) in last.sums.iter_mut().zip(columns) {
            if column.sum {
                *sum = sum.take().and_then(|it| added(it, cell));
            }
        }
        Ok(())
    }

    /// A new sheet, whose rows are written in order.
    fn sheet(&mut self) -> Result<&mut Worksheet, XlsxError> {
        let sheet = self.book.add_worksheet_with_constant_memory()?;
        sheet.set_right_to_left(self.locale == Locale::Ar);
        sheet.set_landscape();
        sheet.set_paper_size(A4);
        sheet.set_print_fit_to_pages(1, 0);
        Ok(sheet)
    }

    /// A sheet of a section, with its header.
    fn section(&mut self, place: usize) -> Result<(), XlsxError> {
        self.close_sheet(Some(place))?;
        let section = self.table.sections.get(place);
        let columns = section.map(|it| it.columns.clone()).unwrap_or_default();
        let header = self.styles.header.clone();
        let sheet = self.sheet()?;
        sheet.set_freeze_panes(1, 0)?;
        sheet.set_repeat_rows(0, 0)?;
        let mut widths = Widths::default();
        for (column, it) in (0..).zip(&columns) {
            widths.header(column, &it.header);
            sheet.write_string_with_format(0, column, clean(&it.header), &header)?;
        }
        self.sheets.push(place);
        self.last = Some(Sheet {
            sums: columns.iter().map(|_| Some(Cell::Integer(0))).collect(),
            columns,
            row: 0,
            widths,
        });
        Ok(())
    }

    /// What the last sheet adds up to, and what is only known of all its rows; the next sheet may be of the same section.
    fn close_sheet(&mut self, next: Option<usize>) -> Result<(), XlsxError> {
        let Some(last) = self.last.take() else {
            return Ok(());
        };
        let mut before = self.sheets.iter().rev();
        let this = before.next();
        let one_of_several = this.is_some() && (this == next.as_ref() || this == before.next());
        let called = self.locale.sentence::<&str>(
            match one_of_several {
                true => "report-totals-of-sheet",
                false => "report-totals",
            },
            &[],
        );
        let sheet = self.book.worksheet_from_index(self.sheets.len())?;
        last.widths.set(sheet)?;
        let width: ColNum = last.columns.len().try_into().unwrap_or(ColNum::MAX);
        if width > 0 && last.row > 0 {
            // The totals below are no rows to be filtered.
            sheet.autofilter(0, 0, last.row, width - 1)?;
            totals::put(
                sheet,
                (&last.columns, last.sums),
                last.row,
                &self.styles,
                &called,
            )?;
        }
        Ok(())
    }

    /// The last sheet, what sheets are called, the cover.
    fn close(&mut self) -> Result<(), XlsxError> {
        self.close_sheet(None)?;
        let title = title(&self.table);
        self.book.set_properties(&properties(&title, &self.table)?);
        let cover = self.locale.sentence::<&str>("report-report", &[]);
        let sections: Vec<&Section> = (self.sheets.iter())
            .filter_map(|it| self.table.sections.get(*it))
            .collect();
        let titles = sections.iter().map(|it| it.title.as_str());
        let names = names::of([cover.as_str()].into_iter().chain(titles));
        for (place, name) in names.iter().enumerate() {
            self.book.worksheet_from_index(place)?.set_name(name)?;
        }
        let sheets: Vec<(&String, &Section)> = names.iter().skip(1).zip(sections).collect();
        let sheet = self.book.worksheet_from_index(0)?;
        cover::write(sheet, &title, &self.table, &sheets, self.locale)
    }
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
