//! Tables as one JSON document, for programs: keys never change with the language.
//!
//! Hours are text with two decimals, so that no reader rounds them.

use std::io;
use std::io::Write;

use serde::Serialize;
use serde::Serializer;

use crate::exports::table::Cell;
use crate::exports::table::Column;
use crate::exports::table::Table;

/// A document that is being written, a line for each row: `report`, `parameters`, then each section as a list of objects,
/// all in the order of the table.
pub struct Open<W: Write> {
    into: W,
    /// Of the last section.
    columns: Vec<Column>,
    /// Whether the last section has rows.
    begun: bool,
}

impl<W: Write> Open<W> {
    /// Begins with a table.
    ///
    /// # Errors
    /// What the writer said.
    pub fn begin(table: &Table, into: W) -> io::Result<Self> {
        let mut open = Self {
            into,
            columns: Vec::new(),
            begun: false,
        };
        open.into.write_all(b"{\n\"report\": ")?;
        serde_json::to_writer(&mut open.into, table.name)?;
        open.into.write_all(b",\n\"parameters\": ")?;
        serde_json::to_writer_pretty(&mut open.into, &Parameters(table))?;
        for (place, section) in table.sections.iter().enumerate() {
            if place > 0 {
                open.close()?;
            }
            open.into.write_all(b",\n")?;
            serde_json::to_writer(&mut open.into, section.key)?;
            open.into.write_all(b": [")?;
            open.columns.clone_from(&section.columns);
            open.begun = false;
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
    pub fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        let before: &[u8] = if self.begun { b",\n" } else { b"\n" };
        self.into.write_all(before)?;
        self.begun = true;
        serde_json::to_writer(&mut self.into, &Object(&self.columns, cells))?;
        Ok(())
    }

    /// Ends the document.
    ///
    /// # Errors
    /// What the writer said.
    pub fn end(mut self) -> io::Result<W> {
        if !self.columns.is_empty() {
            self.close()?;
        }
        self.into.write_all(b"\n}\n")?;
        self.into.flush()?;
        Ok(self.into)
    }

    /// Ends the last section.
    fn close(&mut self) -> io::Result<()> {
        let end: &[u8] = if self.begun { b"\n]" } else { b"]" };
        self.into.write_all(end)
    }
}

struct Parameters<'a>(&'a Table);

impl Serialize for Parameters<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let parameters = self.0.parameters.iter();
        serializer.collect_map(parameters.map(|it| (it.key, Value(&it.value))))
    }
}

struct Object<'a>(&'a [Column], &'a [Cell]);

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let columns = self.0.iter().map(|it| it.key);
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
