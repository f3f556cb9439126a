//! The report by goals of sustainable development as a table.
//!
//! What every report has in common is in `shared`; words in `locales/*/reports.ftl`.

use crate::exports::results;
use crate::exports::shared;
use crate::exports::sums::summed;
use crate::exports::table::Cell;
use crate::exports::table::Column;
use crate::exports::table::Section;
use crate::exports::table::Table;
use crate::exports::table::hours;
use crate::exports::table::hours_within;
use crate::exports::value;
use crate::exports::words::columns;
use crate::exports::words::term;
use crate::exports::words::word;
use crate::platform::i18n::Locale;
use crate::reports::ReportName;
use crate::reports::additivity::Dimension;
use crate::reports::evidence::Levels;
use crate::reports::indh::Measures;
use crate::reports::sdg::Indicators;
use crate::reports::sdg::SdgReport;

/// What names a goal.
const GOAL: [(&str, &str); 2] = [("termCode", "report-goal-code"), ("term", "report-goal")];
/// What names a target.
const TARGET: [(&str, &str); 2] = [
    ("targetCode", "report-target-code"),
    ("target", "report-sdg-target"),
];

/// The report as a table in a language.
pub fn table(report: &SdgReport, locale: Locale) -> Table {
    let [by_goal, by_target] = by_goal(report, locale);
    let mut sections = vec![
        shared::totals(&report.totals, locale),
        by_goal,
        by_target,
        shared::by_evidence(
            (report.totals.minutes, &report.by_evidence),
            &report.additivity,
            locale,
        ),
    ];
    let valued = report.value_of_work.iter();
    sections.extend(valued.flat_map(|it| value::sections(it, locale)));
    sections.push(shared::completeness(report.completeness, locale));
    if let Some(it) = &report.indicators {
        sections.push(served(it, locale));
        let rows = it.shown.iter().map(|it| &it.progress);
        sections.push(results::by_category(rows, locale));
    }
    Table {
        name: ReportName::Sdg.word(),
        parameters: shared::parameters("report-sdg", &report.head, locale),
        sections,
    }
}

/// Goals, and the targets of each. Printed hours of targets add up to those of their goal.
fn by_goal(report: &SdgReport, locale: Locale) -> [Section; 2] {
    let minutes: Vec<i64> = report
        .by_goal
        .iter()
        .map(|it| it.measures.minutes)
        .collect();
    let (_, printed) = hours(report.totals.minutes, &minutes);
    let (mut goals, mut targets) = (Vec::new(), Vec::new());
    for (goal, hours) in report.by_goal.iter().zip(printed) {
        let named = || term(goal.term.as_ref(), "report-no-goal", locale);
        let minutes = goal.by_target.iter().map(|it| it.measures.minutes);
        let within = hours_within(&hours, &minutes.collect::<Vec<i64>>());
        for (target, hours) in goal.by_target.iter().zip(within) {
            let mut row = named().to_vec();
            row.extend(term(target.term.as_ref(), "report-no-target", locale));
            row.extend(figures(&target.measures, hours, &target.levels));
            targets.push(row);
        }
        let mut row = named().to_vec();
        row.push(goal.colour.as_deref().map_or(Cell::Empty, Cell::text));
        row.extend(figures(&goal.measures, hours, &goal.levels));
        goals.push(row);
    }
    [
        Section {
            key: "byGoal",
            title: word(locale, "report-by-goal"),
            columns: breakdown(
                report,
                locale,
                &[Dimension::Goal],
                &[&GOAL[..], &[("colour", "report-colour")]].concat(),
            ),
            rows: goals,
        },
        Section {
            key: "byTarget",
            title: word(locale, "report-by-target"),
            columns: breakdown(
                report,
                locale,
                &[Dimension::Goal, Dimension::Target],
                &[GOAL, TARGET].concat(),
            ),
            rows: targets,
        },
    ]
}

/// Columns of a breakdown: what names the row, then what it is shared, then its minutes by what shows them.
fn breakdown(
    report: &SdgReport,
    locale: Locale,
    over: &[Dimension],
    names: &[(&'static str, &'static str)],
) -> Vec<Column> {
    let measures = [
        ("minutes", "report-minutes"),
        ("hours", "report-hours"),
        ("groupMinutes", "report-group-minutes"),
        ("touchedMinutes", "report-touched-minutes"),
        ("entries", "report-entries"),
        ("distinctVolunteers", "report-distinct-volunteers"),
        ("projects", "report-projects"),
        ("organizations", "report-organizations"),
    ];
    let mut columns = columns(locale, &[names, &measures].concat());
    columns.extend(shared::level_columns(locale));
    summed(columns, &report.additivity, over)
}

fn figures(it: &Measures, hours: Cell, levels: &Levels) -> Vec<Cell> {
    let mut cells = vec![Cell::Integer(it.minutes), hours];
    cells.extend(
        [
            it.group_minutes,
            it.touched_minutes,
            it.entries,
            it.distinct_volunteers,
            it.projects,
            it.organizations,
        ]
        .map(Cell::Integer),
    );
    cells.extend(shared::level_cells(levels));
    cells
}

/// Indicators by the goal or target that they serve.
fn served(of: &Indicators, locale: Locale) -> Section {
    let rows = of.shown.iter().map(|it| {
        let mut row = term(it.term.as_ref(), "report-no-goal", locale).to_vec();
        row.extend(results::progress(&it.progress, locale));
        row
    });
    let goal = [
        ("termCode", "report-goal-code"),
        ("term", "report-goal-or-target"),
    ];
    Section {
        key: "indicators",
        title: word(locale, "report-indicators"),
        columns: columns(locale, &[&goal[..], &results::PROGRESS].concat()),
        rows: rows.collect(),
    }
}
