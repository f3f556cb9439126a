//! The first sheet of a workbook: what was asked, which sheets there are, and what their columns mean.
//!
//! Meanings are in `exports::legend`; the figures stand on the other sheets.

use rust_xlsxwriter::Format;
use rust_xlsxwriter::FormatAlign;
use rust_xlsxwriter::RowNum;
use rust_xlsxwriter::Worksheet;
use rust_xlsxwriter::XlsxError;

use crate::exports::formats::xlsx::cells;
use crate::exports::formats::xlsx::cells::Styles;
use crate::exports::legend;
use crate::exports::table::Cell;
use crate::exports::table::Section;
use crate::exports::table::Table;
use crate::platform::i18n::Locale;
use crate::platform::spreadsheet::clean;

/// Characters of the column of names, and of the one beside it.
const NAMES: f64 = 34.0;
const VALUES: f64 = 90.0;

/// Writes the cover; `sheets` are those of the sections, by their names.
///
/// # Errors
/// What the workbook said.
pub fn write(
    sheet: &mut Worksheet,
    title: &str,
    table: &Table,
    sheets: &[(&String, &Section)],
    locale: Locale,
) -> Result<(), XlsxError> {
    sheet.set_column_width(0, NAMES)?;
    sheet.set_column_width(1, VALUES)?;
    let large = Format::new().set_bold().set_font_size(16);
    sheet.write_string_with_format(0, 0, title, &large)?;
    let mut page = Page {
        sheet,
        row: 2,
        bold: Format::new().set_bold().set_align(FormatAlign::Top),
        // Values stand beside their names, figures and dates too.
        styles: Styles::new(match locale {
            Locale::Ar => FormatAlign::Right,
            Locale::Fr | Locale::En => FormatAlign::Left,
        })
        .wrapped(),
    };
    for parameter in &table.parameters {
        page.line(&parameter.label, &parameter.value)?;
    }
    let word = |key: &str| locale.sentence::<&str>(key, &[]);
    page.heading(&word("report-sheets"))?;
    for (name, section) in sheets {
        page.line(name, &Cell::text(&section.title))?;
    }
    page.heading(&word("report-legend"))?;
    for it in legend::of(table, locale) {
        page.line(&it.header, &Cell::Text(it.sentence))?;
    }
    for key in ["report-totals", "report-empty-cells"] {
        let meaning = word(&format!("{key}-meaning"));
        page.line(&word(key), &Cell::Text(meaning))?;
    }
    Ok(())
}

/// The cover as it is written, line by line.
struct Page<'a> {
    sheet: &'a mut Worksheet,
    row: RowNum,
    bold: Format,
    styles: Styles,
}

impl Page<'_> {
    fn line(&mut self, name: &str, value: &Cell) -> Result<(), XlsxError> {
        self.sheet
            .write_string_with_format(self.row, 0, clean(name), &self.bold)?;
        cells::put(self.sheet, (self.row, 1), value, &self.styles)?;
        self.row += 1;
        Ok(())
    }

    /// A heading with an empty line above.
    fn heading(&mut self, text: &str) -> Result<(), XlsxError> {
        let row = self.row + 1;
        for (column, text) in [(0, text), (1, "")] {
            self.sheet
                .write_string_with_format(row, column, text, &self.styles.header)?;
        }
        self.row = row + 1;
        Ok(())
    }
}
