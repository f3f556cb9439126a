//! One sheet of a workbook as rows, numbered as the spreadsheet numbers them.
//!
//! What a package may hold is decided in `package`, what a cell says in `cells`.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;

use calamine::Reader;
use calamine::SheetType;
use calamine::SheetVisible;
use calamine::Xlsx;

use crate::imports::error::Bound;
use crate::imports::error::Unreadable;
use crate::imports::read::LONGEST_ROW;
use crate::imports::read::Row;
use crate::imports::read::cells;
use crate::imports::read::cells::Shapes;
use crate::imports::read::package;
use crate::imports::read::package::damaged;

/// Most rows with any value.
const MOST_ROWS: usize = 200_000;
/// Most columns.
const MOST_COLUMNS: usize = 256;
/// Most cells, blank ones between others among them.
const MOST_CELLS: usize = 2_000_000;
/// Most bytes of all texts: one text of the table may stand in every cell.
const MOST_TEXT: usize = 64 * 1024 * 1024;
/// Longest name of a sheet that is kept; spreadsheets write 31 characters.
const LONGEST_NAME: usize = 255;

/// A sheet that was read.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// The names of all sheets, in order.
    pub sheets: Vec<String>,
    /// Its rows with any value, the header first; each as wide as the header, or wider where
    /// something stands beside it.
    pub rows: Vec<Row>,
}

/// Reads a sheet: the one that is named, or the first that is not hidden.
///
/// # Errors
/// [`Unreadable`] for anything but a workbook with such a sheet, within bounds.
pub fn read(bytes: &[u8], sheet: Option<&str>) -> Result<Table, Unreadable> {
    // The reader adds up rows and columns as the file writes them, and overflows on what no
    // spreadsheet would write. What it did until then is dropped, so nothing half done is seen.
    let read = catch_unwind(AssertUnwindSafe(|| table(bytes, sheet)));
    read.unwrap_or_else(|_panic| Err(damaged("?")))
}

fn table(bytes: &[u8], sheet: Option<&str>) -> Result<Table, Unreadable> {
    let package = package::unpack(bytes)?;
    let shapes = match package.styles {
        Some(styles) => Shapes::read(&styles)?,
        None => Shapes::default(),
    };
    let mut workbook = Xlsx::new(Cursor::new(package.archive)).map_err(damaged)?;
    let since_1904 = workbook.has_1904_epoch();
    let (name, sheets) = chosen(&workbook, sheet)?;
    let mut reader = workbook.worksheet_cells_reader(&name).map_err(damaged)?;
    let mut gathered = Gathered::default();
    let mut cells = 0_usize;
    while let Some((cell, format)) = reader.next_cell_with_style_id().map_err(damaged)? {
        cells = cells.saturating_add(1);
        within(cells, MOST_CELLS, Bound::Cells)?;
        let text = cells::text(cell.get_value(), shapes.of(format), since_1904);
        if !text.trim().is_empty() {
            gathered.add(cell.get_position(), text)?;
        }
    }
    Ok(Table {
        name,
        sheets,
        rows: gathered.rows()?,
    })
}

/// The name of the sheet to read, and those of all.
fn chosen(
    workbook: &Xlsx<Cursor<Vec<u8>>>,
    wanted: Option<&str>,
) -> Result<(String, Vec<String>), Unreadable> {
    let tables: Vec<_> = workbook
        .sheets_metadata()
        .iter()
        .filter(|it| it.typ == SheetType::WorkSheet)
        .collect();
    let names: Vec<String> = tables.iter().map(|it| it.name.clone()).collect();
    let found = match wanted {
        // People add blanks that the tab does not show.
        Some(wanted) => names.iter().find(|it| it.trim() == wanted.trim()),
        None => tables
            .iter()
            .find(|it| it.visible == SheetVisible::Visible)
            .or(tables.first())
            .map(|it| &it.name),
    };
    match (found, wanted) {
        (Some(name), _) if name.len() > LONGEST_NAME => Err(damaged("sheet")),
        (Some(name), _) => Ok((name.clone(), names)),
        (None, Some(wanted)) => Err(Unreadable::NoSheet {
            wanted: wanted.to_owned(),
            known: names,
        }),
        (None, None) => Err(Unreadable::Empty),
    }
}

/// Rows while they are gathered: a file may bring its cells in any order.
#[derive(Default)]
struct Gathered {
    rows: BTreeMap<u32, Vec<String>>,
    /// Places for cells, blank ones among them.
    places: usize,
    /// Bytes of all texts.
    text: usize,
}

impl Gathered {
    fn add(&mut self, (row, column): (u32, u32), text: String) -> Result<(), Unreadable> {
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        within(column.saturating_add(1), MOST_COLUMNS, Bound::Columns)?;
        self.text = self.text.saturating_add(text.len());
        within(self.text, MOST_TEXT, Bound::Strings)?;
        let fields = self.rows.entry(row).or_default();
        if fields.len() <= column {
            self.places += column + 1 - fields.len();
            fields.resize(column + 1, String::new());
        }
        if let Some(field) = fields.get_mut(column) {
            *field = text;
        }
        let length: usize = fields.iter().map(String::len).sum();
        if length > LONGEST_ROW {
            let line = line(row);
            return Err(Unreadable::EndlessRow { line });
        }
        within(self.places, MOST_CELLS, Bound::Cells)?;
        within(self.rows.len(), MOST_ROWS, Bound::Rows)
    }

    fn rows(self) -> Result<Vec<Row>, Unreadable> {
        let width = self.rows.values().next().map_or(0, Vec::len);
        within(
            self.rows.len().saturating_mul(width),
            MOST_CELLS,
            Bound::Cells,
        )?;
        let rows = self.rows.into_iter().map(|(row, mut fields)| {
            // The last field holds a value, or there would be no place for it.
            if fields.len() < width {
                fields.resize(width, String::new());
            }
            Row {
                line: line(row),
                fields,
            }
        });
        Ok(rows.collect())
    }
}

/// The number that the spreadsheet shows beside a row.
fn line(row: u32) -> u64 {
    u64::from(row).saturating_add(1)
}

fn within(count: usize, most: usize, bound: Bound) -> Result<(), Unreadable> {
    if count > most {
        Err(Unreadable::TooLarge { bound, most })
    } else {
        Ok(())
    }
}
