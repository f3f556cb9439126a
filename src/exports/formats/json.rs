//! Tables as one JSON document, for programs: keys never change with the language.
//!
//! Hours are text with two decimals, so that no reader rounds them.

use std::io::Write;

use serde::Serialize;
use serde::Serializer;
use serde::ser::SerializeMap;

use crate::exports::table::Cell;
use crate::exports::table::Section;
use crate::exports::table::Table;

/// Writes a table: `report`, `parameters`, then each section as a list of objects, all in the order
/// of the table.
///
/// # Errors
/// What the writer said.
pub fn write(table: &Table, into: &mut impl Write) -> std::io::Result<()> {
    serde_json::to_writer_pretty(&mut *into, &Document(table))?;
    into.write_all(b"\n")
}

struct Document<'a>(&'a Table);

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("report", self.0.name)?;
        map.serialize_entry("parameters", &Parameters(self.0))?;
        for section in &self.0.sections {
            map.serialize_entry(section.key, &Rows(section))?;
        }
        map.end()
    }
}

struct Parameters<'a>(&'a Table);

impl Serialize for Parameters<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let parameters = self.0.parameters.iter();
        serializer.collect_map(parameters.map(|it| (it.key, Value(&it.value))))
    }
}

struct Rows<'a>(&'a Section);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.rows.iter().map(|it| Object(self.0, it)))
    }
}

struct Object<'a>(&'a Section, &'a [Cell]);

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let columns = self.0.columns.iter().map(|it| it.key);
        serializer.collect_map(columns.zip(self.1.iter().map(Value)))
    }
}

struct Value<'a>(&'a Cell);

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Cell::Integer(number) => serializer.serialize_i64(*number),
            Cell::Year(number) => serializer.serialize_i32(*number),
            Cell::Code { code, .. } => serializer.serialize_str(code),
            Cell::Codes { codes, .. } => codes.serialize(serializer),
            other => other.written().serialize(serializer),
        }
    }
}
