//! The report of data quality as a table.
//!
//! What every report has in common is in `shared`; words in `locales/*/reports.ftl`, rules in `data-quality.ftl`.

use sea_orm::ActiveEnum;

use crate::exports::shared;
use crate::exports::sums::summed;
use crate::exports::table::Cell;
use crate::exports::table::Section;
use crate::exports::table::Table;
use crate::exports::table::hours;
use crate::exports::words::columns;
use crate::exports::words::word;
use crate::platform::i18n::Locale;
use crate::reports::ReportName;
use crate::reports::additivity;
use crate::reports::additivity::Dimension;
use crate::reports::quality;
use crate::reports::quality::DataQuality;
use crate::reports::quality::Status;
use crate::reports::quality::Unit;

/// The report as a table in a language.
pub fn table(report: &DataQuality, locale: Locale) -> Table {
    let (printed, _) = hours(report.minutes, &[]);
    let totals = Section {
        key: "totals",
        title: word(locale, "report-totals"),
        columns: columns(
            locale,
            &[("minutes", "report-minutes"), ("hours", "report-hours")],
        ),
        rows: vec![vec![Cell::Integer(report.minutes), printed]],
    };
    Table {
        name: ReportName::DataQuality.word(),
        parameters: shared::parameters("report-data-quality", &report.head, locale),
        sections: vec![
            totals,
            by_evidence(report, locale),
            shared::completeness(report.completeness, locale),
            measures(report, locale),
        ],
    }
}

fn percent(of: Option<i64>) -> Cell {
    of.map_or(Cell::Empty, Cell::Hundredths)
}

fn by_evidence(report: &DataQuality, locale: Locale) -> Section {
    let minutes: Vec<i64> = report.by_evidence.iter().map(|it| it.1).collect();
    let (_, printed) = hours(report.minutes, &minutes);
    let rows = report.by_evidence.iter().zip(printed);
    let rows = rows.map(|((level, minutes), hours)| {
        vec![
            Cell::Text(level.to_value()),
            Cell::Text(word(locale, shared::evidence(*level))),
            Cell::Integer(*minutes),
            hours,
            percent(quality::percent(*minutes, report.minutes)),
        ]
    });
    let named = columns(
        locale,
        &[
            ("evidenceLevel", "report-evidence-level"),
            ("evidence", "report-evidence"),
            ("minutes", "report-minutes"),
            ("hours", "report-hours"),
            ("percent", "report-share"),
        ],
    );
    let over = [Dimension::Evidence];
    Section {
        key: "byEvidence",
        title: word(locale, "report-by-evidence"),
        columns: summed(named, &additivity::of_dimensions(&over), &over),
        rows: rows.collect(),
    }
}

/// Every measure with its rule, what was counted, and whether it keeps to its threshold.
fn measures(report: &DataQuality, locale: Locale) -> Section {
    let rows = report.measures.iter().map(|it| {
        let (unit, status) = (it.code.unit(), it.status());
        vec![
            Cell::text(it.code.word()),
            Cell::Text(it.code.rule(locale)),
            Cell::Code {
                code: unit.word(),
                words: word(locale, counted(unit)),
            },
            Cell::Integer(it.numerator),
            Cell::Integer(it.denominator),
            percent(it.percent()),
            Cell::Integer(it.code.most_percent()),
            Cell::Code {
                code: status.word(),
                words: word(
                    locale,
                    match status {
                        Status::Met => "report-met",
                        Status::NotMet => "report-not-met",
                        Status::NotMeasured => "report-not-measured",
                    },
                ),
            },
        ]
    });
    Section {
        key: "measures",
        title: word(locale, "report-measures"),
        columns: columns(
            locale,
            &[
                ("code", "report-code"),
                ("rule", "report-rule"),
                ("unit", "report-unit"),
                ("numerator", "report-numerator"),
                ("denominator", "report-denominator"),
                ("percent", "report-share"),
                ("thresholdPercent", "report-threshold"),
                ("status", "report-standing"),
            ],
        ),
        rows: rows.collect(),
    }
}

/// Key of what numerator and denominator count.
fn counted(unit: Unit) -> &'static str {
    match unit {
        Unit::Minutes => "report-minutes",
        Unit::Entries => "report-entries",
        Unit::Projects => "report-projects",
        Unit::People => "report-distinct-volunteers",
        Unit::Records => "report-records",
        Unit::OrganizationMonths => "report-organization-months",
    }
}
