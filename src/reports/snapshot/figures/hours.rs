//! The figures of the hours report, by name: the whole, rows, columns, and where they cross.
//!
//! Keys of rows and columns are those that `explain::key` reads; ids stand as they are.

use crate::reports::explain::key;
use crate::reports::hours::HoursReport;
use crate::reports::hours::Line;
use crate::reports::indh::Measures;
use crate::reports::snapshot::figures::Figures;
use crate::rollups::Dimension;

/// Names them, those that are zero too.
#[must_use]
pub fn of(answer: &HoursReport) -> Figures {
    let mut figures = Figures::default();
    told(&mut figures, "totals", &answer.totals);
    let keys = |dimension: Option<Dimension>, lines: &[Line]| -> Vec<String> {
        let of = |dimension| {
            let keys = lines.iter();
            keys.map(|it| key::written(dimension, &it.label)).collect()
        };
        dimension.map(of).unwrap_or_default()
    };
    let rows = keys(Some(answer.rows), &answer.by_row);
    let columns = keys(answer.columns, &answer.by_column);
    for (key, line) in rows.iter().zip(&answer.by_row) {
        told(&mut figures, &format!("rows[{key}]"), &line.measures);
    }
    for (key, line) in columns.iter().zip(&answer.by_column) {
        told(&mut figures, &format!("columns[{key}]"), &line.measures);
    }
    for it in &answer.crossings {
        if let (Some(row), Some(column)) = (rows.get(it.row), columns.get(it.column)) {
            told(
                &mut figures,
                &format!("cells[{row},{column}]"),
                &it.measures,
            );
        }
    }
    figures
}

/// What the report answers of a field: minutes of groups are not told apart in it.
fn told(figures: &mut Figures, row: &str, it: &Measures) {
    for (name, figure) in [
        ("minutes", it.minutes),
        ("touchedMinutes", it.touched_minutes),
        ("entries", it.entries),
        ("participations", it.participations),
        ("distinctVolunteers", it.distinct_volunteers),
        ("projects", it.projects),
        ("organizations", it.organizations),
    ] {
        figures.number(row, name, figure);
    }
}
