//! The figures of the hours report, by name: the whole, rows, columns, and where they cross.
//!
//! Keys of rows and columns are those that `explain::key` reads; ids stand as they are.

use chrono::Datelike;
use chrono::NaiveDate;
use sea_orm::ActiveEnum;

use crate::reports::explain::key::NONE;
use crate::reports::hours::HoursReport;
use crate::reports::hours::Label;
use crate::reports::hours::Line;
use crate::reports::indh::Measures;
use crate::reports::snapshot::figures::Figures;
use crate::reports::snapshot::figures::code;
use crate::rollups::Dimension;
use crate::rollups::Member;

/// Names them, those that are zero too.
#[must_use]
pub fn of(answer: &HoursReport) -> Figures {
    let mut figures = Figures::default();
    told(&mut figures, "totals", &answer.totals);
    let keys = |dimension: Option<Dimension>, lines: &[Line]| -> Vec<String> {
        let of = |dimension| lines.iter().map(|it| key(dimension, &it.label)).collect();
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

fn key(dimension: Dimension, label: &Label) -> String {
    match &label.member {
        Member::Whole => "ALL".to_owned(),
        Member::Term(_) => code(label.term.as_ref()).to_owned(),
        Member::Place(code) => match (&label.territory, code) {
            (Some(territory), _) => territory.code.clone(),
            (None, Some(code)) => code.clone(),
            (None, None) => NONE.to_owned(),
        },
        Member::Project(id) => id.to_string(),
        Member::Organization(id) => id.to_string(),
        Member::Span(first) => span(dimension, *first),
        Member::Status(status) => status.to_value(),
        Member::Evidence(level) => level.to_value(),
    }
}

fn span(dimension: Dimension, first: NaiveDate) -> String {
    match dimension {
        Dimension::Year => first.year().to_string(),
        Dimension::Quarter => format!("{}-Q{}", first.year(), first.month0() / 3 + 1),
        _ => first.format("%Y-%m").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_named_as_cells_are_asked_for() {
        let first = |text: &str| text.parse().unwrap();
        assert_eq!(span(Dimension::Month, first("2026-03-01")), "2026-03");
        assert_eq!(span(Dimension::Quarter, first("2026-04-01")), "2026-Q2");
        assert_eq!(span(Dimension::Year, first("2026-01-01")), "2026");
    }
}
