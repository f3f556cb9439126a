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
use crate::exports::table::Column;

/// Writes the row below `last`, the last row of figures, as it is `called`: what columns add up to, `None` where it is beyond all numbers.
/// Programs that compute nothing find the sums beside the formulas.
///
/// # Errors
/// What the workbook said.
pub fn put(
    sheet: &mut Worksheet,
    (columns, sums): (&[Column], Vec<Option<Cell>>),
    last: RowNum,
    styles: &Styles,
    called: &str,
) -> Result<(), XlsxError> {
    if !columns.iter().any(|it| it.sum) {
        return Ok(());
    }
    let below = last + 1;
    for (column, (it, sum)) in (0..).zip(columns.iter().zip(sums)) {
        let total = if it.sum { sum } else { None };
        let Some(total) = total else {
            let format = styles.total(&Cell::Empty);
            if column == 0 {
                sheet.write_string_with_format(below, column, called, &format)?;
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
