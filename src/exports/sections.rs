//! Further sections of the INDH report as a table: axes, crossings, completeness by place, and what is asked for apart.
//!
//! The first sections are in `indh`; words in `locales/*/reports.ftl`.

use std::collections::HashMap;

use entity::territory;
use entity::vocabulary_term;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::exports::sums::summed;
use crate::exports::table::Cell;
use crate::exports::table::Section;
use crate::exports::table::hours;
use crate::exports::words::columns;
use crate::exports::words::place;
use crate::exports::words::term;
use crate::exports::words::word;
use crate::platform::i18n::Locale;
use crate::reports::ReportError;
use crate::reports::additivity::Dimension;
use crate::reports::indh::IndhReport;
use crate::reports::indh::Measures;
use crate::reports::indh::budget::Amounts;
use crate::reports::indh::budget::Budget;
use crate::reports::indh::comparison::Change;
use crate::reports::indh::comparison::Comparison;

/// Axes, programme by programme. Printed hours add up to those of the whole.
pub fn by_axis(report: &IndhReport, locale: Locale) -> Section {
    let axes = report.by_programme.iter();
    let axes: Vec<_> = axes
        .flat_map(|row| row.by_axis.iter().map(|it| (&row.term, it)))
        .collect();
    let minutes: Vec<i64> = axes.iter().map(|(_, it)| it.measures.minutes).collect();
    let (_, printed) = hours(report.totals.minutes, &minutes);
    let rows = axes.into_iter().zip(printed);
    let rows = rows.map(|((programme, axis), hours)| {
        let mut row = term(programme.as_ref(), "report-no-programme", locale).to_vec();
        row.extend(term(axis.term.as_ref(), "report-no-axis", locale));
        let it = &axis.measures;
        row.extend([Cell::Integer(it.minutes), hours]);
        row.extend(
            [
                it.touched_minutes,
                it.entries,
                it.distinct_volunteers,
                it.projects,
            ]
            .map(Cell::Integer),
        );
        row
    });
    let named = columns(
        locale,
        &[
            ("termCode", "report-programme-code"),
            ("term", "report-programme"),
            ("axisCode", "report-axis-code"),
            ("axis", "report-axis"),
            ("minutes", "report-minutes"),
            ("hours", "report-hours"),
            ("touchedMinutes", "report-touched-minutes"),
            ("entries", "report-entries"),
            ("distinctVolunteers", "report-distinct-volunteers"),
            ("projects", "report-projects"),
        ],
    );
    Section {
        key: "byAxis",
        title: word(locale, "report-by-axis"),
        columns: summed(named, &report.additivity, &[Dimension::Axis]),
        rows: rows.collect(),
    }
}

/// Where months, places and programmes cross, in this order. Printed hours add up to those of the whole.
///
/// # Errors
/// As of [`crate::reports::crossings::Crossings::every`].
pub fn crossings(report: &IndhReport, locale: Locale) -> Result<Section, ReportError> {
    let found = report.crossings.every()?;
    let minutes: Vec<i64> = found.iter().map(|it| it.measures.minutes).collect();
    let (_, printed) = hours(report.totals.minutes, &minutes);
    let places = report.by_territory.iter().map(|it| &it.territory);
    let places: HashMap<&str, &territory::Model> =
        places.map(|it| (it.code.as_str(), it)).collect();
    let terms = report.by_programme.iter().filter_map(|it| it.term.as_ref());
    let terms: HashMap<&str, &vocabulary_term::Model> =
        terms.map(|it| (it.code.as_str(), it)).collect();
    let rows = found.iter().zip(printed).map(|(it, hours)| {
        let named = places.get(it.territory_code.as_str());
        let programme = it.programme_code.as_deref();
        let programme = programme.and_then(|it| terms.get(it).copied());
        let mut row = vec![
            Cell::Month(it.month),
            Cell::text(&it.territory_code),
            named.map_or(Cell::Empty, |it| Cell::text(place(it, locale))),
        ];
        row.extend(term(programme, "report-no-programme", locale));
        row.extend([Cell::Integer(it.measures.minutes), hours]);
        row.extend(
            [
                it.measures.touched_minutes,
                it.measures.entries,
                it.measures.distinct_volunteers,
                it.measures.projects,
            ]
            .map(Cell::Integer),
        );
        row
    });
    let named = columns(
        locale,
        &[
            ("month", "report-month"),
            ("territoryCode", "report-territory-code"),
            ("territory", "report-territory"),
            ("termCode", "report-programme-code"),
            ("term", "report-programme"),
            ("minutes", "report-minutes"),
            ("hours", "report-hours"),
            ("touchedMinutes", "report-touched-minutes"),
            ("entries", "report-entries"),
            ("distinctVolunteers", "report-distinct-volunteers"),
            ("projects", "report-projects"),
        ],
    );
    let over = [Dimension::Month, Dimension::Territory, Dimension::Programme];
    Ok(Section {
        key: "crossings",
        title: word(locale, "report-crossings"),
        columns: summed(named, &report.additivity, &over),
        rows: rows.collect(),
    })
}

/// Who has reported, place by place; what lies in places without hours last.
pub fn completeness_by_place(report: &IndhReport, locale: Locale) -> Section {
    let rows = report.by_territory.iter().map(|it| {
        let names = [
            Cell::text(&it.territory.code),
            Cell::text(place(&it.territory, locale)),
        ];
        (names, it.completeness)
    });
    let elsewhere = [Cell::Empty, Cell::Text(word(locale, "report-elsewhere"))];
    let elsewhere = [(elsewhere, report.completeness_elsewhere)];
    let rows = rows.chain(elsewhere).map(|(names, it)| {
        let counts = [it.expected, it.reporting, it.declared_zero, it.late];
        let cells = names.into_iter().chain(counts.map(Cell::Integer));
        cells.collect()
    });
    let named = columns(
        locale,
        &[
            ("territoryCode", "report-territory-code"),
            ("territory", "report-territory"),
            ("expected", "report-expected"),
            ("reporting", "report-reporting"),
            ("declaredZero", "report-declared-zero"),
            ("late", "report-late"),
        ],
    );
    Section {
        key: "completenessByTerritory",
        title: word(locale, "report-completeness-by-territory"),
        columns: summed(named, &report.additivity, &[Dimension::Territory]),
        rows: rows.collect(),
    }
}

/// The name of a measure, its sentence, and its figure.
type Measured = (&'static str, &'static str, fn(&Measures) -> i64);

/// The headline against other periods, one row for each measure and period.
pub fn comparison(of: &Comparison, locale: Locale) -> Section {
    let mut rows = Vec::new();
    for (code, sentence, other) in [
        (
            "PREVIOUS_PERIOD",
            "report-previous-period",
            of.previous_period,
        ),
        ("PREVIOUS_YEAR", "report-previous-year", of.previous_year),
    ] {
        let Some(other) = other else { continue };
        let measures: [Measured; 6] = [
            ("minutes", "report-minutes", |it| it.minutes),
            ("entries", "report-entries", |it| it.entries),
            ("participations", "report-participations", |it| {
                it.participations
            }),
            ("distinctVolunteers", "report-distinct-volunteers", |it| {
                it.distinct_volunteers
            }),
            ("projects", "report-projects", |it| it.projects),
            ("organizations", "report-organizations", |it| {
                it.organizations
            }),
        ];
        for (measure, named, value) in measures {
            let change = Change {
                before: value(&other.before),
                now: value(&other.now),
            };
            rows.push(vec![
                Cell::Code {
                    code,
                    words: word(locale, sentence),
                },
                Cell::Date(other.from),
                Cell::Date(other.to),
                Cell::Code {
                    code: measure,
                    words: word(locale, named),
                },
                Cell::Integer(change.before),
                Cell::Integer(change.now),
                Cell::Integer(change.difference()),
                percent(change.percent()),
            ]);
        }
    }
    Section {
        key: "comparison",
        title: word(locale, "report-comparison"),
        columns: columns(
            locale,
            &[
                ("period", "report-compared-with"),
                ("from", "report-from"),
                ("to", "report-to"),
                ("measure", "report-measure"),
                ("before", "report-before"),
                ("now", "report-now"),
                ("difference", "report-difference"),
                ("percent", "report-percent"),
            ],
        ),
        rows,
    }
}

/// What projects cost: by programme, then all of them.
pub fn budget(of: &Budget, locale: Locale) -> Section {
    let amounts = |it: Amounts| {
        let amounts = [it.total(), it.indh, it.others, it.unstated].map(Cell::Hundredths);
        amounts.into_iter().chain([percent(it.indh_percent())])
    };
    let rows = of.by_programme.iter().map(|row| {
        let named = term(row.term.as_ref(), "report-no-programme", locale);
        let cells = named.into_iter().chain([Cell::Integer(row.projects)]);
        cells.chain(amounts(row.amounts)).collect()
    });
    let whole = [Cell::Empty, Cell::Text(word(locale, "report-totals"))];
    let whole = whole.into_iter().chain([Cell::Integer(of.budgeted)]);
    let whole = whole.chain(amounts(of.amounts)).collect();
    Section {
        key: "budget",
        title: word(locale, "report-budget"),
        columns: columns(
            locale,
            &[
                ("termCode", "report-programme-code"),
                ("term", "report-programme"),
                ("projects", "report-projects"),
                ("total", "report-budget-total"),
                ("indh", "report-budget-indh"),
                ("others", "report-budget-others"),
                ("unstated", "report-budget-unstated"),
                ("indhPercent", "report-budget-percent"),
            ],
        ),
        rows: rows.chain([whole]).collect(),
    }
}

/// A percentage of two decimals.
fn percent(of: Option<Decimal>) -> Cell {
    let hundredths = of.and_then(|it| it.checked_mul(Decimal::ONE_HUNDRED));
    let hundredths = hundredths.and_then(|it| it.to_i64());
    hundredths.map_or(Cell::Empty, Cell::Hundredths)
}
