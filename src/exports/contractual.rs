//! The yearly report of contractual volunteering as a table.
//!
//! What every report has in common is in `shared`; words in `locales/*/reports.ftl`.

use sea_orm::ActiveEnum;

use crate::exports::shared;
use crate::exports::sums::summed_by_name;
use crate::exports::table::Cell;
use crate::exports::table::Section;
use crate::exports::table::Table;
use crate::exports::table::hours;
use crate::exports::words::columns;
use crate::exports::words::word;
use crate::platform::i18n::Locale;
use crate::reports::ReportName;
use crate::reports::additivity::Additivity;
use crate::reports::contractual;
use crate::reports::contractual::Contractual;
use crate::reports::contractual::Dimension;
use crate::reports::contractual::Finding;
use crate::reports::contractual::IncidentAmounts;

/// What is counted of incidents.
const INCIDENTS: [(&str, &str); 3] = [
    ("incidents", "report-incidents"),
    ("declared", "report-incidents-declared"),
    ("daysLost", "report-days-lost"),
];

/// The report as a table in a language.
pub fn table(report: &Contractual, locale: Locale) -> Table {
    let mut sections = vec![totals(report, locale)];
    let tables = report.figures.tables.iter();
    sections.extend(tables.map(|it| by(it, report, locale)));
    sections.extend(incidents(report, locale));
    sections.push(findings(report, locale));
    let mut parameters = shared::parameters("report-contractual", &report.head, locale);
    let year = Cell::Year(report.year);
    parameters.push(shared::parameter(locale, "year", "report-year", year));
    Table {
        name: ReportName::ContractualVolunteering.word(),
        parameters,
        sections,
    }
}

fn totals(report: &Contractual, locale: Locale) -> Section {
    let it = report.figures.totals;
    let (printed, _) = hours(it.amounts.minutes, &[]);
    Section {
        key: "totals",
        title: word(locale, "report-totals"),
        columns: columns(
            locale,
            &[
                ("organizations", "report-organizations"),
                ("inForce", "report-contracts-in-force"),
                ("begun", "report-contracts-begun"),
                ("ended", "report-contracts-ended"),
                ("terminatedEarly", "report-contracts-terminated"),
                ("volunteers", "report-distinct-volunteers"),
                ("minutes", "report-minutes"),
                ("hours", "report-hours"),
            ],
        ),
        rows: vec![vec![
            Cell::Integer(it.organizations),
            Cell::Integer(it.amounts.contracts),
            Cell::Integer(it.begun),
            Cell::Integer(it.ended),
            Cell::Integer(it.terminated),
            Cell::Integer(it.amounts.volunteers),
            Cell::Integer(it.amounts.minutes),
            printed,
        ]],
    }
}

/// Contracts by one dimension.
fn by(table: &contractual::Table, report: &Contractual, locale: Locale) -> Section {
    let minutes: Vec<i64> = table.rows.iter().map(|it| it.amounts.minutes).collect();
    let (_, printed) = hours(report.figures.totals.amounts.minutes, &minutes);
    let rows = table.rows.iter().zip(printed).map(|(it, hours)| {
        vec![
            it.code.as_deref().map_or(Cell::Empty, Cell::text),
            Cell::Text(it.label.words(locale)),
            Cell::Integer(it.amounts.contracts),
            Cell::Integer(it.amounts.volunteers),
            Cell::Integer(it.amounts.minutes),
            hours,
        ]
    });
    let title = match table.dimension {
        Dimension::Sex => "report-by-sex",
        Dimension::Age => "report-by-age",
        Dimension::Nationality => "report-by-nationality",
        Dimension::Place => "report-by-place",
        Dimension::Accreditation => "report-by-accreditation",
        Dimension::Mission => "report-by-mission",
    };
    // Contracts and minutes of the rows always sum to the whole.
    let mut additive = vec!["contracts", "minutes", "hours"];
    if table.dimension.volunteers() == Additivity::Additive {
        additive.push("volunteers");
    }
    let named = columns(
        locale,
        &[
            ("code", "report-code"),
            ("name", "report-category"),
            ("contracts", "report-contracts"),
            ("volunteers", "report-distinct-volunteers"),
            ("minutes", "report-minutes"),
            ("hours", "report-hours"),
        ],
    );
    Section {
        key: table.dimension.name(),
        title: word(locale, title),
        columns: summed_by_name(named, &additive),
        rows: rows.collect(),
    }
}

/// What happened under contracts: all of it, and by kind and by severity where whoever asks is told that.
fn incidents(report: &Contractual, locale: Locale) -> Vec<Section> {
    let of = &report.figures.incidents;
    let lost = of.detail.as_ref().map(|it| Cell::Integer(it.days_lost));
    let whole = Section {
        key: "incidents",
        title: word(locale, "report-incidents"),
        columns: columns(locale, &INCIDENTS),
        rows: vec![vec![
            Cell::Integer(of.incidents),
            Cell::Integer(of.declared),
            lost.unwrap_or(Cell::Empty),
        ]],
    };
    let Some(detail) = &of.detail else {
        return vec![whole];
    };
    let named = |code: Cell, sentence: &str, it: IncidentAmounts| {
        let mut row = vec![code, Cell::Text(word(locale, sentence))];
        row.extend([it.incidents, it.declared, it.days_lost].map(Cell::Integer));
        row
    };
    let by_kind = detail.by_kind.iter().map(|(kind, it)| {
        let code = Cell::Text(kind.to_value());
        named(code, contractual::incident_kind(*kind), *it)
    });
    let by_severity = detail.by_severity.iter().map(|(severity, it)| {
        let code = severity.map_or(Cell::Empty, |it| Cell::Text(it.to_value()));
        named(code, contractual::incident_severity(*severity), *it)
    });
    // Every incident has one kind and one severity.
    let headed = |code: &'static str| {
        let names = [(code, "report-code"), ("name", "report-category")];
        let named = columns(locale, &[&names[..], &INCIDENTS].concat());
        summed_by_name(named, &INCIDENTS.map(|(key, _)| key))
    };
    vec![
        whole,
        Section {
            key: "incidentsByKind",
            title: word(locale, "report-incidents-by-kind"),
            columns: headed("kind"),
            rows: by_kind.collect(),
        },
        Section {
            key: "incidentsBySeverity",
            title: word(locale, "report-incidents-by-severity"),
            columns: headed("severity"),
            rows: by_severity.collect(),
        },
    ]
}

/// What is missing or does not fit, with the number of contracts.
fn findings(report: &Contractual, locale: Locale) -> Section {
    let rows = report.figures.findings.iter().map(|(kind, contracts)| {
        let sentence = match kind {
            Finding::WithoutInsurance => "report-without-insurance",
            Finding::WithoutDocument => "report-without-document",
            Finding::WithoutNationality => "report-without-nationality",
            Finding::AgeUnknown => "report-age-unknown",
            Finding::UnderAge => "report-under-age",
            Finding::WithoutAccreditation => "report-without-accreditation",
            Finding::Overlapping => "report-overlapping",
            Finding::WithoutHours => "report-without-hours",
        };
        vec![
            Cell::text(kind.word()),
            Cell::Text(word(locale, sentence)),
            Cell::Integer(*contracts),
        ]
    });
    Section {
        key: "findings",
        title: word(locale, "report-findings"),
        columns: columns(
            locale,
            &[
                ("kind", "report-code"),
                ("finding", "report-finding"),
                ("contracts", "report-contracts"),
            ],
        ),
        rows: rows.collect(),
    }
}
