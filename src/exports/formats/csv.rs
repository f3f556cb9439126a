//! Tables as CSV: UTF-8 with byte-order mark, sections one below the other.
//!
//! Texts that a spreadsheet would run as a formula are defused; nothing else is changed.

use std::io::Result;
use std::io::Write;

use crate::exports::table::Cell;
use crate::exports::table::Table;
use crate::platform::spreadsheet::BYTE_ORDER_MARK;
use crate::platform::spreadsheet::safe;

/// A file that is being written.
pub struct Open<W: Write>(csv::Writer<W>);

impl<W: Write> Open<W> {
    /// Begins with a table. Each section has its title, its header and its rows; an empty line goes before it.
    ///
    /// # Errors
    /// What the writer said.
    pub fn begin(table: &Table, mut into: W) -> Result<Self> {
        into.write_all(BYTE_ORDER_MARK)?;
        let csv = csv::WriterBuilder::new()
            .flexible(true)
            .terminator(csv::Terminator::CRLF)
            .from_writer(into);
        let mut open = Self(csv);
        for parameter in &table.parameters {
            let line = [safe(&parameter.label), cell(&parameter.value)];
            open.0.write_record(line)?;
        }
        for section in &table.sections {
            open.0.write_record([""])?;
            open.0.write_record([safe(&section.title)])?;
            let headers = section.columns.iter().map(|it| safe(&it.header));
            open.0.write_record(headers)?;
            for row in &section.rows {
                open.row(row)?;
            }
        }
        Ok(open)
    }

    /// One more row of the last section.
    ///
    /// # Errors
    /// What the writer said.
    pub fn row(&mut self, cells: &[Cell]) -> Result<()> {
        self.0.write_record(cells.iter().map(cell))?;
        Ok(())
    }

    /// Ends the file.
    ///
    /// # Errors
    /// What the writer said.
    pub fn end(self) -> Result<W> {
        self.0.into_inner().map_err(csv::IntoInnerError::into_error)
    }
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) | Cell::Code { words: text, .. } | Cell::Codes { words: text, .. } => {
            safe(text)
        }
        other => other.written().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::Open;
    use crate::exports::table::Cell;
    use crate::exports::table::Column;
    use crate::exports::table::Section;
    use crate::exports::table::Table;

    #[test]
    fn sections_stand_below_each_other_and_read_back() {
        let table = Table {
            name: "X",
            parameters: Vec::new(),
            sections: vec![Section {
                key: "rows",
                title: "Title".to_owned(),
                columns: ["a", "b"]
                    .map(|key| Column {
                        key,
                        header: key.to_owned(),
                        sum: false,
                    })
                    .to_vec(),
                rows: vec![vec![Cell::text("x, \"y\""), Cell::Integer(-3)]],
            }],
        };

        let mut open = Open::begin(&table, Vec::new()).unwrap();
        open.row(&[Cell::text("=z"), Cell::Empty]).unwrap();
        let bytes = open.end().unwrap();

        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            "\u{FEFF}\"\"\r\nTitle\r\na,b\r\n\"x, \"\"y\"\"\",-3\r\n'=z,\r\n"
        );
    }
}
