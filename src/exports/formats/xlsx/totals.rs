//! The last row of a sheet: what columns add up to, where they may be added up.
//!
//! Which ones may is said by each column; the figures of the whole have a section of their own.

use rust_xlsxwriter::Formula;
use rust_xlsxwriter::RowNum;
use rust_xlsxwriter::Worksheet;
use rust_xlsxwriter::XlsxError;
use rust_xlsxwriter::cell_range;

use crate::exports::formats::xlsx::cells::Styles;
use crate::exports::table::Cell;
use crate::exports::table::Section;
use crate::exports::table::total;
use crate::platform::i18n::Locale;

/// Writes the row below `last`, the last row of figures. Programs that compute nothing find the sums beside the
/// formulas.
///
/// # Errors
/// What the workbook said.
pub fn put(
    sheet: &mut Worksheet,
    section: &Section,
    last: RowNum,
    styles: &Styles,
    locale: Locale,
) -> Result<(), XlsxError> {
    if section.rows.is_empty() || !section.columns.iter().any(|it| it.sum) {
        return Ok(());
    }
    let below = last + 1;
    for (column, (place, it)) in (0..).zip(section.columns.iter().enumerate()) {
        let cells = section.rows.iter().filter_map(|row| row.get(place));
        let total = if it.sum { total(cells) } else { None };
        let Some(total) = total else {
            let format = styles.total(&Cell::Empty);
            if place == 0 {
                let word = locale.sentence::<&str>("report-totals", &[]);
                sheet.write_string_with_format(below, column, word, &format)?;
            } else {
                sheet.write_blank(below, column, &format)?;
            }
            continue;
        };
        let range = cell_range(1, column, last, column);
        let formula = match total {
            // What spreadsheets add up in binary fractions is brought back to two decimals.
            Cell::Hundredths(_) => format!("=ROUND(SUM({range}),2)"),
            _ => format!("=SUM({range})"),
        };
        let formula = Formula::new(formula).set_result(total.written().unwrap_or_default());
        sheet.write_formula_with_format(below, column, formula, &styles.total(&total))?;
    }
    Ok(())
}
