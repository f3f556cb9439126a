//! What files of every report have in common: parameters, totals, rows with minutes by what shows them, completeness.
//!
//! Which of it a report has is in its own file; words in `locales/*/reports.ftl`.

use entity::types::EvidenceLevel;
use sea_orm::ActiveEnum;
use sea_orm::Iterable;

use crate::exports::sums::summed;
use crate::exports::table::Cell;
use crate::exports::table::Column;
use crate::exports::table::Parameter;
use crate::exports::table::Section;
use crate::exports::table::hours;
use crate::exports::words::columns;
use crate::exports::words::place;
use crate::exports::words::word;
use crate::identity::Coverage;
use crate::platform::i18n::Locale;
use crate::reports::additivity::Dimension;
use crate::reports::additivity::Rule;
use crate::reports::completeness::Completeness;
use crate::reports::evidence::Levels;
use crate::reports::head::Head;
use crate::reports::indh::EvidenceRow;
use crate::reports::indh::Measures;
use crate::reports::question::DayRule;
use crate::reports::question::WeekStart;

/// One parameter, called as a sentence says.
pub(super) fn parameter(
    locale: Locale,
    key: &'static str,
    sentence: &str,
    value: Cell,
) -> Parameter {
    Parameter {
        key,
        label: word(locale, sentence),
        value,
    }
}

/// Of which hours a report is, as every report says it; its title is a sentence.
pub(super) fn parameters(title: &str, head: &Head, locale: Locale) -> Vec<Parameter> {
    let statuses: Vec<String> = head.status_basis.iter().map(ActiveEnum::to_value).collect();
    let told: Vec<String> = statuses.iter().map(|it| status(it, locale)).collect();
    let coverage = match head.coverage {
        Coverage::Territory => ("TERRITORY", "report-coverage-territory"),
        Coverage::Organizations => ("ORGANIZATIONS", "report-coverage-organizations"),
        Coverage::Observed => ("OBSERVED", "report-coverage-observed"),
    };
    let week_start = match head.time_basis.week_start {
        WeekStart::Monday => ("MONDAY", "report-week-start-monday"),
    };
    let day_rule = match head.time_basis.day_rule {
        DayRule::SplitAtLocalMidnight => ("SPLIT_AT_LOCAL_MIDNIGHT", "report-day-rule-midnight"),
        DayRule::WholeByFirstDay => ("WHOLE_BY_FIRST_DAY", "report-day-rule-first-day"),
    };
    let code = |(code, sentence): (&'static str, &str)| Cell::Code {
        code,
        words: word(locale, sentence),
    };
    let organization = head.organization.as_ref().map_or(Cell::Empty, |it| {
        Cell::text(locale.choose(&it.name, it.name_ar.as_deref(), None))
    });
    let statuses = Cell::Codes {
        codes: statuses,
        words: told.join(", "),
    };
    let territory = Cell::text(place(&head.territory, locale));
    [
        ("title", "report-report", Cell::Text(word(locale, title))),
        (
            "territoryCode",
            "report-territory-code",
            Cell::text(&head.territory.code),
        ),
        ("territory", "report-territory", territory),
        ("organization", "report-organization", organization),
        ("from", "report-from", Cell::Date(head.from)),
        ("to", "report-to", Cell::Date(head.to)),
        ("coverage", "report-coverage", code(coverage)),
        ("statusBasis", "report-status-basis", statuses),
        ("asOf", "report-as-of", Cell::Instant(head.as_of)),
        (
            "timeZone",
            "report-time-zone",
            Cell::text(&head.time_basis.zone),
        ),
        ("weekStart", "report-week-start", code(week_start)),
        ("dayRule", "report-day-rule", code(day_rule)),
    ]
    .into_iter()
    .map(|(key, sentence, value)| parameter(locale, key, sentence, value))
    .collect()
}

/// A state of hours in words.
pub(super) fn status(code: &str, locale: Locale) -> String {
    locale.sentence("report-status", &[("status", code.to_owned())])
}

/// The whole.
pub(super) fn totals(it: &Measures, locale: Locale) -> Section {
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

/// The whole by what shows it.
pub(super) fn by_evidence(
    (total, of): (i64, &[EvidenceRow]),
    additivity: &[Rule],
    locale: Locale,
) -> Section {
    let minutes: Vec<i64> = of.iter().map(|it| it.minutes).collect();
    let (_, printed) = hours(total, &minutes);
    let rows = of.iter().zip(printed).map(|(it, hours)| {
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
        columns: summed(named, additivity, &[Dimension::Evidence]),
        rows: rows.collect(),
    }
}

/// Key of what a level of evidence is called.
pub(super) fn evidence(level: EvidenceLevel) -> &'static str {
    match level {
        EvidenceLevel::SelfDeclared => "report-self-declared",
        EvidenceLevel::CoordinatorAttested => "report-coordinator-attested",
        EvidenceLevel::Imported => "report-imported",
        EvidenceLevel::CheckedIn => "report-checked-in",
        EvidenceLevel::CheckedInAndOut => "report-checked-in-and-out",
    }
}

/// Who has reported.
pub(super) fn completeness(it: Completeness, locale: Locale) -> Section {
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

/// Columns of minutes by what shows them: every level, the weakest first.
pub(super) fn level_columns(locale: Locale) -> impl Iterator<Item = Column> {
    EvidenceLevel::iter().map(move |level| Column {
        key: minutes_of(level),
        header: format!(
            "{}: {}",
            word(locale, "report-minutes"),
            word(locale, evidence(level))
        ),
        sum: false,
    })
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

/// The cells of [`level_columns`].
pub(super) fn level_cells(levels: &Levels) -> impl Iterator<Item = Cell> {
    EvidenceLevel::iter()
        .map(move |level| Cell::Integer(levels.get(&level).copied().unwrap_or_default()))
}
