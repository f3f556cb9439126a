//! Editions as files: CSV and JSON, the same rows and the same names of columns.
//!
//! Where they are fetched is in `http`. Reports as files are in `exports`.

use entity::types::StatisticsPart;
use sea_orm::ActiveEnum;
use serde_json::Value;
use serde_json::json;

use crate::platform::spreadsheet::BYTE_ORDER_MARK;
use crate::platform::spreadsheet::safe;
use crate::statistics::read::Edition;
use crate::statistics::read::LICENCE;
use crate::statistics::read::LICENCE_URL;
use crate::statistics::read::Row;

/// The columns of a CSV file.
const COLUMNS: [&str; 17] = [
    "edition",
    "from",
    "to",
    "territory_above",
    "territory_code",
    "territory_level",
    "territory_name_fr",
    "territory_name_ar",
    "part",
    "programme_code",
    "programme_name_fr",
    "suppressed",
    "minutes",
    "volunteers",
    "organizations",
    "projects",
    "withheld",
];

/// Editions with their rows as CSV, one after the other: UTF-8 with a byte-order mark and one header. A
/// figure that is kept back is empty and never 0: of a suppressed row `suppressed` is `true`, of others
/// `withheld` names it.
#[derive(Debug)]
pub struct CsvFile(csv::Writer<Vec<u8>>);

impl CsvFile {
    /// A file with its header.
    ///
    /// # Errors
    /// What the writer said, which in memory is nothing.
    pub fn begin() -> Result<Self, csv::Error> {
        let mut csv = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(BYTE_ORDER_MARK.to_vec());
        csv.write_record(COLUMNS)?;
        Ok(Self(csv))
    }

    /// Adds the rows of an edition.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub fn add(&mut self, edition: &Edition, rows: &[Row]) -> Result<(), csv::Error> {
        for row in rows {
            let (cell, place) = (&row.cell, &row.territory);
            let figure = |it: Option<i64>| it.map(|it| it.to_string()).unwrap_or_default();
            self.0.write_record([
                edition.period.to_string(),
                edition.period.from().to_string(),
                edition.period.to().to_string(),
                safe(&cell.above_code),
                safe(&cell.territory_code),
                place.level.to_value(),
                safe(&place.name_fr),
                safe(&place.name_ar),
                cell.part.to_value(),
                safe(&cell.programme),
                safe(row.term.as_ref().map_or("", |it| &it.name_fr)),
                cell.suppressed.to_string(),
                figure(cell.minutes),
                figure(cell.volunteers),
                figure(cell.organizations),
                figure(cell.projects),
                row.withheld().join(" "),
            ])?;
        }
        Ok(())
    }

    /// The whole file.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub fn end(self) -> Result<Vec<u8>, csv::Error> {
        self.0
            .into_inner()
            .map_err(|cause| csv::Error::from(cause.into_error()))
    }
}

/// What is said of an edition beside its rows.
#[must_use]
pub fn about(edition: &Edition) -> Value {
    json!({
        "edition": edition.period.to_string(),
        "from": edition.period.from(),
        "to": edition.period.to(),
        "asOf": edition.row.as_of,
        "publishedAt": edition.published_at(),
        "digest": edition.digest(),
        "threshold": edition.row.threshold,
        "statusBasis": ["APPROVED"],
        "licence": LICENCE,
        "licenceUrl": LICENCE_URL,
    })
}

/// An edition with its rows as JSON. A figure that is kept back is null.
#[must_use]
pub fn json(edition: &Edition, rows: &[Row]) -> Value {
    let rows: Vec<Value> = rows.iter().map(row).collect();
    let mut whole = about(edition);
    if let Some(members) = whole.as_object_mut() {
        members.insert("rows".to_owned(), Value::Array(rows));
    }
    whole
}

fn row(row: &Row) -> Value {
    let (cell, place) = (&row.cell, &row.territory);
    let part = match cell.part {
        StatisticsPart::Whole => "WHOLE",
        StatisticsPart::Own => "OWN",
    };
    json!({
        "territoryAbove": (!cell.above_code.is_empty()).then_some(&cell.above_code),
        "territoryCode": cell.territory_code,
        "territoryLevel": place.level.to_value(),
        "territoryNameFr": place.name_fr,
        "territoryNameAr": place.name_ar,
        "part": part,
        "programmeCode": cell.programme,
        "suppressed": cell.suppressed,
        "minutes": cell.minutes,
        "volunteers": cell.volunteers,
        "organizations": cell.organizations,
        "projects": cell.projects,
        "withheld": row.withheld(),
    })
}
