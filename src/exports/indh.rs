//! The INDH report as a table.
//!
//! Words are in `locales/*/reports.ftl`.

use entity::types::EvidenceLevel;
use sea_orm::ActiveEnum;
use sea_orm::Iterable;

use crate::exports::results;
use crate::exports::sections;
use crate::exports::sums::summed;
use crate::exports::table::Cell;
use crate::exports::table::Column;
use crate::exports::table::Parameter;
use crate::exports::table::Section;
use crate::exports::table::Table;
use crate::exports::table::hours;
use crate::exports::value;
use crate::exports::words::columns;
use crate::exports::words::place;
use crate::exports::words::word;
use crate::identity::Coverage;
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
        totals(report, locale),
        by_programme(report, locale),
        sections::by_axis(report, locale),
        by_territory(report, locale),
        by_evidence(report, locale),
        by_month(report, locale),
        sections::crossings(report, locale)?,
    ];
    let valued = report.value_of_work.iter();
    of.extend(valued.flat_map(|it| value::sections(it, locale)));
    of.push(completeness(report, locale));
    of.push(sections::completeness_by_place(report, locale));
    if let Some(budget) = &report.budget {
        of.push(sections::budget(budget, locale));
    }
    let benefit = report.beneficiaries.iter();
    of.extend(benefit.map(|it| results::beneficiaries(it, locale)));
    let indicators = report.indicators.iter();
    of.extend(indicators.map(|it| results::indicators(it, locale)));
    let partners = report.partners.iter();
    of.extend(partners.map(|it| results::partners(it, locale)));
    let compared = report.comparison.iter();
    of.extend(compared.map(|it| sections::comparison(it, locale)));
    Ok(Table {
        name: "INDH",
        parameters: parameters(report, locale),
        sections: of,
    })
}

fn parameters(report: &IndhReport, locale: Locale) -> Vec<Parameter> {
    let parameter = |key: &'static str, sentence: &str, value| Parameter {
        key,
        label: word(locale, sentence),
        value,
    };
    let statuses: Vec<String> = report
        .head
        .status_basis
        .iter()
        .map(ActiveEnum::to_value)
        .collect();
    let told = statuses.iter().map(|it| {
        let values = [("status", it.clone())];
        locale.sentence("report-status", &values)
    });
    let told: Vec<String> = told.collect();
    let coverage = match report.head.coverage {
        Coverage::Territory => ("TERRITORY", "report-coverage-territory"),
        Coverage::Organizations => ("ORGANIZATIONS", "report-coverage-organizations"),
        Coverage::Observed => ("OBSERVED", "report-coverage-observed"),
    };
    let code = |(code, sentence): (&'static str, &str)| Cell::Code {
        code,
        words: word(locale, sentence),
    };
    let organization = report.head.organization.as_ref().map_or(Cell::Empty, |it| {
        Cell::text(locale.choose(&it.name, it.name_ar.as_deref(), None))
    });
    vec![
        parameter(
            "title",
            "report-report",
            Cell::Text(word(locale, "report-indh")),
        ),
        parameter(
            "territoryCode",
            "report-territory-code",
            Cell::text(&report.head.territory.code),
        ),
        parameter(
            "territory",
            "report-territory",
            Cell::text(place(&report.head.territory, locale)),
        ),
        parameter("organization", "report-organization", organization),
        parameter("from", "report-from", Cell::Date(report.head.from)),
        parameter("to", "report-to", Cell::Date(report.head.to)),
        parameter("coverage", "report-coverage", code(coverage)),
        parameter(
            "statusBasis",
            "report-status-basis",
            Cell::Codes {
                codes: statuses,
                words: told.join(", "),
            },
        ),
        parameter("asOf", "report-as-of", Cell::Instant(report.head.as_of)),
        parameter(
            "timeZone",
            "report-time-zone",
            Cell::text(&report.head.time_basis.zone),
        ),
        parameter(
            "weekStart",
            "report-week-start",
            code(("MONDAY", "report-week-start-monday")),
        ),
        parameter(
            "dayRule",
            "report-day-rule",
            code(("SPLIT_AT_LOCAL_MIDNIGHT", "report-day-rule-midnight")),
        ),
    ]
}

fn totals(report: &IndhReport, locale: Locale) -> Section {
    let it = &report.totals;
    let (printed, _) = hours(it.minutes, &[]);
    Section {
        key: "totals",
        title: word(locale, "report-totals"),
        columns: columns(
            locale,
            &[
                ("minutes", "report-minutes"),
                ("hours", "report-hours"),
                ("groupMinutes", "report-group-minutes"),
                ("entries", "report-entries"),
                ("participations", "report-participations"),
                ("distinctVolunteers", "report-distinct-volunteers"),
                ("projects", "report-projects"),
                ("organizations", "report-organizations"),
            ],
        ),
        rows: vec![vec![
            Cell::Integer(it.minutes),
            printed,
            Cell::Integer(it.group_minutes),
            Cell::Integer(it.entries),
            Cell::Integer(it.participations),
            Cell::Integer(it.distinct_volunteers),
            Cell::Integer(it.projects),
            Cell::Integer(it.organizations),
        ]],
    }
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

fn by_evidence(report: &IndhReport, locale: Locale) -> Section {
    let minutes: Vec<i64> = report.by_evidence.iter().map(|it| it.minutes).collect();
    let (_, printed) = hours(report.totals.minutes, &minutes);
    let rows = report.by_evidence.iter().zip(printed).map(|(it, hours)| {
        vec![
            Cell::Text(it.level.to_value()),
            Cell::Text(word(locale, evidence(it.level))),
            Cell::Integer(it.minutes),
            hours,
            Cell::Integer(it.entries),
            Cell::Integer(it.participations),
        ]
    });
    let named = columns(
        locale,
        &[
            ("evidenceLevel", "report-evidence-level"),
            ("evidence", "report-evidence"),
            ("minutes", "report-minutes"),
            ("hours", "report-hours"),
            ("entries", "report-entries"),
            ("participations", "report-participations"),
        ],
    );
    Section {
        key: "byEvidence",
        title: word(locale, "report-by-evidence"),
        columns: summed(named, &report.additivity, &[Dimension::Evidence]),
        rows: rows.collect(),
    }
}

fn evidence(level: EvidenceLevel) -> &'static str {
    match level {
        EvidenceLevel::SelfDeclared => "report-self-declared",
        EvidenceLevel::CoordinatorAttested => "report-coordinator-attested",
        EvidenceLevel::Imported => "report-imported",
        EvidenceLevel::CheckedIn => "report-checked-in",
        EvidenceLevel::CheckedInAndOut => "report-checked-in-and-out",
    }
}

fn completeness(report: &IndhReport, locale: Locale) -> Section {
    let it = report.completeness;
    Section {
        key: "completeness",
        title: word(locale, "report-completeness"),
        columns: columns(
            locale,
            &[
                ("expected", "report-expected"),
                ("reporting", "report-reporting"),
                ("declaredZero", "report-declared-zero"),
                ("late", "report-late"),
            ],
        ),
        rows: vec![
            [it.expected, it.reporting, it.declared_zero, it.late]
                .map(Cell::Integer)
                .to_vec(),
        ],
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
    // Minutes by what shows them, every level, the weakest first.
    columns.extend(EvidenceLevel::iter().map(|level| Column {
        key: minutes_of(level),
        header: format!(
            "{}: {}",
            word(locale, "report-minutes"),
            word(locale, evidence(level))
        ),
        sum: false,
    }));
    summed(columns, &report.additivity, &[over])
}

fn minutes_of(level: EvidenceLevel) -> &'static str {
    match level {
        EvidenceLevel::SelfDeclared => "selfDeclaredMinutes",
        EvidenceLevel::CoordinatorAttested => "coordinatorAttestedMinutes",
        EvidenceLevel::Imported => "importedMinutes",
        EvidenceLevel::CheckedIn => "checkedInMinutes",
        EvidenceLevel::CheckedInAndOut => "checkedInAndOutMinutes",
    }
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
            row.extend(
                EvidenceLevel::iter()
                    .map(|level| Cell::Integer(levels.get(&level).copied().unwrap_or_default())),
            );
            row
        })
        .collect()
}
