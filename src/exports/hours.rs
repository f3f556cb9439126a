//! The hours report as a table: the whole, rows, columns, and where they cross.
//!
//! Keys of rows and columns are those of snapshots, which `reports::explain` reads; words are in
//! `locales/*/reports.ftl`.

use sea_orm::ActiveEnum;

use crate::apportionment::flow::Flow;
use crate::exports::shared;
use crate::exports::sums::summed;
use crate::exports::table::Cell;
use crate::exports::table::Column;
use crate::exports::table::Section;
use crate::exports::table::Table;
use crate::exports::table::hours;
use crate::exports::words::columns;
use crate::exports::words::place;
use crate::exports::words::term;
use crate::exports::words::word;
use crate::platform::i18n::Locale;
use crate::reports::Names;
use crate::reports::ReportName;
use crate::reports::explain::key;
use crate::reports::hours::HoursReport;
use crate::reports::hours::Line;
use crate::reports::indh::Measures;
use crate::rollups::Dimension;
use crate::rollups::Member;

/// The report as a table in a language.
pub fn table(report: &HoursReport, names: &Names, locale: Locale) -> Table {
    let printed = Printed::of(report);
    let row = named(report.rows, &report.by_row, names, locale);
    let mut sections = vec![
        totals(report, printed.total, locale),
        lines(
            ("rows", "report-rows"),
            report,
            (&row, &report.by_row, printed.rows),
            locale,
        ),
    ];
    let mut parameters = shared::parameters("report-hours-report", &report.head, locale);
    let dimension = |key, sentence, of: Option<Dimension>| {
        let value = of.map_or(Cell::Empty, |it| Cell::Code {
            code: it.word(),
            words: word(locale, called(it)),
        });
        shared::parameter(locale, key, sentence, value)
    };
    parameters.extend([
        dimension("rowDimension", "report-rows-by", Some(report.rows)),
        dimension("columnDimension", "report-columns-by", report.columns),
    ]);
    if let Some(of) = report.columns {
        let column = named(of, &report.by_column, names, locale);
        let whole = (&column, &report.by_column[..], printed.columns);
        sections.push(lines(("columns", "report-columns"), report, whole, locale));
        sections.push(cells(report, (&row, &column), printed.cells, locale));
    }
    Table {
        name: ReportName::Hours.word(),
        parameters,
        sections,
    }
}

/// Hours that are printed beside minutes.
struct Printed {
    total: Cell,
    rows: Vec<Cell>,
    columns: Vec<Cell>,
    cells: Vec<Cell>,
}

impl Printed {
    /// Rounds them so that rows, columns and what crosses add up: every hour to the hundredth below or above it.
    fn of(report: &HoursReport) -> Self {
        let minutes =
            |lines: &[Line]| -> Vec<i64> { lines.iter().map(|it| it.measures.minutes).collect() };
        let whole = report.totals.minutes;
        let (total, rows) = hours(whole, &minutes(&report.by_row));
        let (_, columns) = hours(whole, &minutes(&report.by_column));
        if report.columns.is_none() {
            return Self {
                total,
                rows,
                columns: Vec::new(),
                cells: Vec::new(),
            };
        }
        let scaled = |minutes: i64| i128::from(minutes) * 100;
        let wish = |flow: &mut Flow, pipe, of: &Cell| {
            if let Cell::Hundredths(wish) = of {
                flow.wish(pipe, *wish);
            }
        };
        let mut flow = Flow::new(60);
        let (of_rows, of_columns) = (flow.node(), flow.node());
        // First, since it can always be had: the total is printed as in every other report.
        let pipe = flow.pipe(of_columns, of_rows, scaled(whole));
        wish(&mut flow, pipe, &total);
        let mut row_nodes = Vec::new();
        for (line, hours) in report.by_row.iter().zip(&rows) {
            let node = flow.node();
            let pipe = flow.pipe(of_rows, node, scaled(line.measures.minutes));
            wish(&mut flow, pipe, hours);
            row_nodes.push(node);
        }
        let mut column_nodes = Vec::new();
        for (line, hours) in report.by_column.iter().zip(&columns) {
            let node = flow.node();
            let pipe = flow.pipe(node, of_columns, scaled(line.measures.minutes));
            wish(&mut flow, pipe, hours);
            column_nodes.push(node);
        }
        for it in &report.crossings {
            if let (Some(row), Some(column)) = (row_nodes.get(it.row), column_nodes.get(it.column))
            {
                flow.pipe(*row, *column, scaled(it.measures.minutes));
            }
        }
        let mut rounded = flow.round().into_iter().map(Cell::Hundredths);
        Self {
            total: rounded.next().unwrap_or(total),
            rows: rounded.by_ref().take(row_nodes.len()).collect(),
            columns: rounded.by_ref().take(column_nodes.len()).collect(),
            cells: rounded.collect(),
        }
    }
}

/// Columns of what is counted.
fn measures() -> [(&'static str, &'static str); 8] {
    [
        ("minutes", "report-minutes"),
        ("hours", "report-hours"),
        ("touchedMinutes", "report-touched-minutes"),
        ("entries", "report-entries"),
        ("participations", "report-participations"),
        ("distinctVolunteers", "report-distinct-volunteers"),
        ("projects", "report-projects"),
        ("organizations", "report-organizations"),
    ]
}

fn figures(it: &Measures, hours: Cell) -> Vec<Cell> {
    let mut cells = vec![Cell::Integer(it.minutes), hours];
    cells.extend(
        [
            it.touched_minutes,
            it.entries,
            it.participations,
            it.distinct_volunteers,
            it.projects,
            it.organizations,
        ]
        .map(Cell::Integer),
    );
    cells
}

fn totals(report: &HoursReport, hours: Cell, locale: Locale) -> Section {
    Section {
        key: "totals",
        title: word(locale, "report-totals"),
        columns: columns(locale, &measures()),
        rows: vec![figures(&report.totals, hours)],
    }
}

/// What tells rows or columns apart: the header, and of each its key and what it is called.
struct Named {
    dimension: Dimension,
    of: Vec<[Cell; 2]>,
}

/// Rows, or columns, as wholes.
fn lines(
    (key, title): (&'static str, &str),
    report: &HoursReport,
    (named, lines, printed): (&Named, &[Line], Vec<Cell>),
    locale: Locale,
) -> Section {
    let spans = [("from", "report-from"), ("to", "report-to")];
    let mut columns_of = names(("key", "name"), named.dimension, locale);
    columns_of.extend(columns(locale, &[&spans[..], &measures()].concat()));
    let rows = lines.iter().zip(&named.of).zip(printed);
    let rows = rows.map(|((line, names), hours)| {
        let first = match line.label.member {
            Member::Span(first) => Cell::Date(first),
            _ => Cell::Empty,
        };
        let mut row = names.to_vec();
        row.extend([first, line.label.last.map_or(Cell::Empty, Cell::Date)]);
        row.extend(figures(&line.measures, hours));
        row
    });
    Section {
        key,
        title: word(locale, title),
        columns: summed(columns_of, &report.additivity, &[named.dimension.into()]),
        rows: rows.collect(),
    }
}

/// Where rows and columns cross, those with work only.
fn cells(
    report: &HoursReport,
    (row, column): (&Named, &Named),
    printed: Vec<Cell>,
    locale: Locale,
) -> Section {
    let mut columns_of = names(("rowKey", "row"), row.dimension, locale);
    columns_of.extend(names(("columnKey", "column"), column.dimension, locale));
    columns_of.extend(columns(locale, &measures()));
    let rows = report.crossings.iter().zip(printed);
    let rows = rows.filter_map(|(it, hours)| {
        let mut cells = row.of.get(it.row)?.to_vec();
        cells.extend(column.of.get(it.column)?.iter().cloned());
        cells.extend(figures(&it.measures, hours));
        Some(cells)
    });
    Section {
        key: "cells",
        title: word(locale, "report-cells"),
        columns: summed(
            columns_of,
            &report.additivity,
            &[row.dimension.into(), column.dimension.into()],
        ),
        rows: rows.collect(),
    }
}

/// The columns of a key and a name.
fn names(
    (key, name): (&'static str, &'static str),
    dimension: Dimension,
    locale: Locale,
) -> Vec<Column> {
    let header = word(locale, called(dimension));
    let of_key = locale.sentence("report-key-of", &[("dimension", header.clone())]);
    vec![
        Column {
            key,
            header: of_key,
            sum: false,
        },
        Column {
            key: name,
            header,
            sum: false,
        },
    ]
}

fn named(dimension: Dimension, lines: &[Line], names: &Names, locale: Locale) -> Named {
    let of = lines.iter().map(|line| {
        let label = &line.label;
        let key = key::written(dimension, label);
        let none = match dimension {
            Dimension::Goal | Dimension::Target => "report-no-goal",
            _ => "report-no-programme",
        };
        let name = match &label.member {
            Member::Whole => Cell::Empty,
            Member::Term(_) => {
                let [_, name] = term(label.term.as_ref(), none, locale);
                name
            }
            Member::Place(_) => {
                let territory = label.territory.as_ref();
                territory.map_or(Cell::Empty, |it| Cell::text(place(it, locale)))
            }
            // Empty where it may be counted and not be seen.
            Member::Project(id) => names.projects.get(id).map_or(Cell::Empty, |it| {
                Cell::text(locale.choose(&it.title, it.title_ar.as_deref(), None))
            }),
            Member::Organization(id) => names.organizations.get(id).map_or(Cell::Empty, |it| {
                Cell::text(locale.choose(&it.name, it.name_ar.as_deref(), None))
            }),
            Member::Span(first) if dimension == Dimension::Month => Cell::Month(*first),
            Member::Span(_) => Cell::text(&key),
            Member::Status(status) => Cell::Text(shared::status(&status.to_value(), locale)),
            Member::Evidence(level) => Cell::Text(word(locale, shared::evidence(*level))),
        };
        [Cell::Text(key), name]
    });
    Named {
        dimension,
        of: of.collect(),
    }
}

/// Key of what a dimension is called.
fn called(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Programme => "report-programme",
        Dimension::Axis => "report-axis",
        Dimension::Goal => "report-goal",
        Dimension::Target => "report-sdg-target",
        Dimension::Territory => "report-territory",
        Dimension::Project => "report-project",
        Dimension::Organization => "report-organization",
        Dimension::Month => "report-month",
        Dimension::Quarter => "report-quarter",
        Dimension::Year => "report-year",
        Dimension::Status => "report-state",
        Dimension::Evidence => "report-evidence",
    }
}
