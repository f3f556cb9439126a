//! Tables as CSV: UTF-8 with byte-order mark, sections one below the other.
//!
//! Texts that a spreadsheet would run as a formula are defused; nothing else is changed.

use std::io::Write;

use crate::exports::table::Cell;
use crate::exports::table::Table;
use crate::platform::spreadsheet::BYTE_ORDER_MARK;
use crate::platform::spreadsheet::safe;

/// Writes a table. Each section has its title, its header and its rows; an empty line ends it.
///
/// # Errors
/// What the writer said.
pub fn write(table: &Table, into: &mut impl Write) -> std::io::Result<()> {
    into.write_all(BYTE_ORDER_MARK)?;
    let mut csv = csv::WriterBuilder::new()
        .flexible(true)
        .terminator(csv::Terminator::CRLF)
        .from_writer(&mut *into);
    for parameter in &table.parameters {
        csv.write_record([safe(&parameter.label), cell(&parameter.value)])?;
    }
    for section in &table.sections {
        blank(&mut csv)?;
        csv.write_record([safe(&section.title)])?;
        csv.write_record(section.columns.iter().map(|it| safe(&it.header)))?;
        for row in &section.rows {
            csv.write_record(row.iter().map(cell))?;
        }
    }
    csv.flush()
}

/// An empty line between sections.
fn blank<W: Write>(csv: &mut csv::Writer<W>) -> std::io::Result<()> {
    csv.write_record([""])?;
    Ok(())
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
    use super::write;
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
        let mut bytes = Vec::new();

        write(&table, &mut bytes).unwrap();

        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            "\u{FEFF}\"\"\r\nTitle\r\na,b\r\n\"x, \"\"y\"\"\",-3\r\n"
        );
    }
}
