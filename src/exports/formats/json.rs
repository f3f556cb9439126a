//! Tables as one JSON document, for programs: keys never change with the language.
//!
//! Hours are text with two decimals, so that no reader rounds them.

use std::io::Write;

use serde_json::Map;
use serde_json::Value;

use crate::exports::table::Cell;
use crate::exports::table::Section;
use crate::exports::table::Table;

/// Writes a table: `report`, `parameters`, then each section as a list of objects.
///
/// # Errors
/// What the writer said.
pub fn write(table: &Table, into: &mut impl Write) -> std::io::Result<()> {
    let mut document = Map::new();
    document.insert("report".to_owned(), Value::from(table.name));
    let parameters: Map<String, Value> = table
        .parameters
        .iter()
        .map(|it| (it.key.to_owned(), value(&it.value)))
        .collect();
    document.insert("parameters".to_owned(), Value::Object(parameters));
    for section in &table.sections {
        document.insert(section.key.to_owned(), rows(section));
    }
    serde_json::to_writer_pretty(&mut *into, &Value::Object(document))?;
    into.write_all(b"\n")
}

fn rows(section: &Section) -> Value {
    let rows = section.rows.iter().map(|row| {
        let object: Map<String, Value> = section
            .columns
            .iter()
            .zip(row)
            .map(|(column, cell)| (column.key.to_owned(), value(cell)))
            .collect();
        Value::Object(object)
    });
    Value::Array(rows.collect())
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Integer(number) => Value::from(*number),
        other => other.written().map_or(Value::Null, Value::String),
    }
}
