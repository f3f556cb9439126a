//! The INDH report as a table.
//!
//! What every report has in common is in `shared`, further sections are in `sections`; words in
//! `locales/*/reports.ftl`.

use crate::exports::results;
use crate::exports::sections;
use crate::exports::shared;
use crate::exports::sums::summed;
use crate::exports::table::Cell;
use crate::exports::table::Column;
use crate::exports::table::Section;
use crate::exports::table::Table;
use crate::exports::table::hours;
use crate::exports::value;
use crate::exports::words::columns;
use crate::exports::words::place;
use crate::exports::words::word;
use crate::platform::i18n::Locale;
use crate::reports::ReportError;
use crate::reports::additivity::Dimension;
use crate::reports::evidence::Levels;
use crate::reports::indh::IndhReport;
use crate::reports::indh::Measures;

/// The report as a table in a language.
///
/// # Errors
/// [`ReportError`] where figures that cross do not add up, which only a fault of ours can cause.
pub fn table(report: &IndhReport, locale: Locale) -> Result<Table, ReportError> {
    let mut of = vec![
        shared::totals(&report.totals, locale),
        by_programme(report, locale),
        sections::by_axis(report, locale),
        by_territory(report, locale),
        shared::by_evidence(
            (report.totals.minutes, &report.by_evidence),
            &report.additivity,
            locale,
        ),
        by_month(report, locale),
        sections::crossings(report, locale)?,
    ];
    let valued = report.value_of_work.iter();
    of.extend(valued.flat_map(|it| value::sections(it, locale)));
    of.push(shared::completeness(report.completeness, locale));
    of.push(sections::completeness_by_place(report, locale));
    if let Some(budget) = &report.budget {
        of.push(sections::budget(budget, locale));
    }
    let benefit = report.beneficiaries.iter();
    of.extend(benefit.map(|it| results::beneficiaries(it, locale)));
    if let Some(it) = &report.indicators {
        of.push(results::indicators(it, locale));
        of.push(results::by_category(it.rows.iter(), locale));
    }
    let partners = report.partners.iter();
    of.extend(partners.map(|it| results::partners(it, locale)));
    let compared = report.comparison.iter();
    of.extend(compared.map(|it| sections::comparison(it, locale)));
    Ok(Table {
        name: "INDH",
        parameters: shared::parameters("report-indh", &report.head, locale),
        sections: of,
    })
}

fn by_programme(report: &IndhReport, locale: Locale) -> Section {
    let figures = report.by_programme.iter();
    let figures = figures.map(|it| (&it.measures, &it.levels)).collect();
    let names = report.by_programme.iter().map(|it| match &it.term {
        Some(term) => vec![
            Cell::text(&term.code),
            Cell::text(locale.choose(&term.name_fr, Some(&term.name_ar), Some(&term.name_en))),
        ],
        None => vec![Cell::Empty, Cell::Text(word(locale, "report-no-programme"))],
    });
    Section {
        key: "byProgramme",
        title: word(locale, "report-by-programme"),
        columns: breakdown(
            report,
            locale,
            Dimension::Programme,
            &[
                ("termCode", "report-programme-code"),
                ("term", "report-programme"),
            ],
        ),
        rows: rows(report, names, figures),
    }
}

fn by_territory(report: &IndhReport, locale: Locale) -> Section {
    let figures = report.by_territory.iter();
    let figures = figures.map(|it| (&it.measures, &it.levels)).collect();
    let names = report.by_territory.iter().map(|it| {
        vec![
            Cell::text(&it.territory.code),
            Cell::text(place(&it.territory, locale)),
        ]
    });
    Section {
        key: "byTerritory",
        title: word(locale, "report-by-territory"),
        columns: breakdown(
            report,
            locale,
            Dimension::Territory,
            &[
                ("territoryCode", "report-territory-code"),
                ("territory", "report-territory"),
            ],
        ),
        rows: rows(report, names, figures),
    }
}

fn by_month(report: &IndhReport, locale: Locale) -> Section {
    let figures = report.by_month.iter();
    let figures = figures.map(|it| (&it.measures, &it.levels)).collect();
    let names = report.by_month.iter().map(|it| vec![Cell::Month(it.month)]);
    Section {
        key: "byMonth",
        title: word(locale, "report-by-month"),
        columns: breakdown(
            report,
            locale,
            Dimension::Month,
            &[("month", "report-month")],
        ),
        rows: rows(report, names, figures),
    }
}

/// Columns of a breakdown: what names the row, then its measures.
fn breakdown(
    report: &IndhReport,
    locale: Locale,
    over: Dimension,
    names: &[(&'static str, &'static str)],
) -> Vec<Column> {
    let measures = [
        ("minutes", "report-minutes"),
        ("hours", "report-hours"),
        ("entries", "report-entries"),
        ("distinctVolunteers", "report-distinct-volunteers"),
        ("projects", "report-projects"),
    ];
    let mut columns = columns(locale, &[names, &measures].concat());
    columns.extend(shared::level_columns(locale));
    summed(columns, &report.additivity, &[over])
}

fn rows(
    report: &IndhReport,
    names: impl Iterator<Item = Vec<Cell>>,
    figures: Vec<(&Measures, &Levels)>,
) -> Vec<Vec<Cell>> {
    let minutes: Vec<i64> = figures.iter().map(|it| it.0.minutes).collect();
    let (_, printed) = hours(report.totals.minutes, &minutes);
    names
        .zip(figures)
        .zip(printed)
        .map(|((mut row, (it, levels)), hours)| {
            row.extend([
                Cell::Integer(it.minutes),
                hours,
                Cell::Integer(it.entries),
                Cell::Integer(it.distinct_volunteers),
                Cell::Integer(it.projects),
            ]);
            row.extend(shared::level_cells(levels));
            row
        })
        .collect()
}
