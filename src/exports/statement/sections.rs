//! A statement laid out as sections: the whole, then by project and month, by month, organization and evidence, its value.
//!
//! What the figures are is in `reports::statement`; words in `locales/*/reports.ftl`.

use chrono::NaiveDate;
use entity::ids::OrganizationId;
use sea_orm::ActiveEnum;

use crate::exports::shared::evidence;
use crate::exports::shared::parameter;
use crate::exports::sums::summed_by_name;
use crate::exports::table::Cell;
use crate::exports::table::Parameter;
use crate::exports::table::Section;
use crate::exports::table::Table;
use crate::exports::table::hours;
use crate::exports::value;
use crate::exports::words::columns;
use crate::exports::words::term;
use crate::exports::words::word;
use crate::platform::i18n::Locale;
use crate::reports::Names;
use crate::reports::statement::Amounts;
use crate::reports::statement::Statement;

/// Name of the statement in programs.
const NAME: &str = "VOLUNTEER_STATEMENT";

/// What is counted of a row.
const AMOUNTS: [(&str, &str); 5] = [
    ("minutes", "report-minutes"),
    ("hours", "report-hours"),
    ("pendingMinutes", "report-pending-minutes"),
    ("entries", "report-entries"),
    ("pendingEntries", "report-pending-entries"),
];
/// Minutes may always be added up; an entry over the end of a month counts in both.
const MINUTES: [&str; 3] = ["minutes", "hours", "pendingMinutes"];

/// The statement as a table in a language.
pub(super) fn table(of: &Statement, names: &Names, locale: Locale) -> Table {
    let mut sections = vec![
        totals(of, locale),
        by_project(of, names, locale),
        by_month(of, locale),
        by_organization(of, names, locale),
        by_evidence(of, locale),
    ];
    if let Some(value) = &of.value_of_work {
        sections.extend(value::sections(value, locale));
    }
    Table {
        name: NAME,
        parameters: parameters(of, locale),
        sections,
    }
}

fn parameters(of: &Statement, locale: Locale) -> Vec<Parameter> {
    let name = locale.choose(&of.volunteer.name, of.volunteer.name_ar.as_deref(), None);
    let title = Cell::Text(word(locale, "report-statement"));
    [
        ("title", "report-report", title),
        ("volunteer", "hour-entry-volunteer-name", Cell::text(name)),
        ("from", "report-from", Cell::Date(of.from)),
        ("to", "report-to", Cell::Date(of.to)),
        ("asOf", "report-as-of", Cell::Instant(of.as_of)),
        (
            "timeZone",
            "report-time-zone",
            Cell::text(&of.time_basis.zone),
        ),
    ]
    .into_iter()
    .map(|(key, sentence, value)| parameter(locale, key, sentence, value))
    .collect()
}

fn amounts(of: Amounts, hours: Cell) -> [Cell; 5] {
    [
        Cell::Integer(of.minutes),
        hours,
        Cell::Integer(of.pending_minutes),
        Cell::Integer(of.entries),
        Cell::Integer(of.pending_entries),
    ]
}

/// The hours of rows: they add up to those of the whole.
fn printed(of: &Statement, rows: impl Iterator<Item = Amounts>) -> Vec<Cell> {
    let minutes: Vec<i64> = rows.map(|it| it.minutes).collect();
    hours(of.rows.totals.minutes, &minutes).1
}

fn totals(of: &Statement, locale: Locale) -> Section {
    let day = |it: Option<NaiveDate>| it.map_or(Cell::Empty, Cell::Date);
    let (whole, _) = hours(of.rows.totals.minutes, &[]);
    let named = [
        ("firstDay", "report-first-day"),
        ("lastDay", "report-last-day"),
    ];
    let mut row = amounts(of.rows.totals, whole).to_vec();
    row.extend([day(of.rows.first_day), day(of.rows.last_day)]);
    Section {
        key: "totals",
        title: word(locale, "report-totals"),
        columns: columns(locale, &[&AMOUNTS[..], &named].concat()),
        rows: vec![row],
    }
}

fn by_project(of: &Statement, names: &Names, locale: Locale) -> Section {
    let printed = printed(of, of.rows.rows.iter().map(|it| it.amounts));
    let rows = of.rows.rows.iter().zip(printed).map(|(it, hours)| {
        let project = names.projects.get(&it.project).map_or(Cell::Empty, |it| {
            Cell::text(locale.choose(&it.title, it.title_ar.as_deref(), None))
        });
        let mut row = vec![
            Cell::Month(it.month),
            organization(it.organization, names, locale),
            project,
        ];
        row.extend(term(
            of.occupations.get(&it.project),
            "report-no-occupation",
            locale,
        ));
        row.extend(amounts(it.amounts, hours));
        row
    });
    let named = [
        ("month", "report-month"),
        ("organization", "report-organization"),
        ("project", "report-project"),
        ("occupationCode", "report-occupation-code"),
        ("occupation", "report-occupation"),
    ];
    Section {
        key: "byProject",
        title: word(locale, "report-by-project"),
        columns: summed_by_name(columns(locale, &[&named[..], &AMOUNTS].concat()), &MINUTES),
        rows: rows.collect(),
    }
}

fn by_month(of: &Statement, locale: Locale) -> Section {
    let printed = printed(of, of.rows.by_month.iter().map(|it| it.amounts));
    let rows = of.rows.by_month.iter().zip(printed).map(|(it, hours)| {
        let mut row = vec![Cell::Month(it.month)];
        row.extend(amounts(it.amounts, hours));
        row
    });
    let named = [("month", "report-month")];
    Section {
        key: "byMonth",
        title: word(locale, "report-by-month"),
        columns: summed_by_name(columns(locale, &[&named[..], &AMOUNTS].concat()), &MINUTES),
        rows: rows.collect(),
    }
}

fn by_organization(of: &Statement, names: &Names, locale: Locale) -> Section {
    let printed = printed(of, of.rows.by_organization.iter().map(|it| it.amounts));
    let rows = of.rows.by_organization.iter().zip(printed);
    let rows = rows.map(|(it, hours)| {
        let mut row = vec![organization(it.organization, names, locale)];
        row.extend(amounts(it.amounts, hours));
        row
    });
    let named = [("organization", "report-organization")];
    Section {
        key: "byOrganization",
        title: word(locale, "report-by-organization"),
        columns: summed_by_name(
            columns(locale, &[&named[..], &AMOUNTS].concat()),
            &[
                "minutes",
                "hours",
                "pendingMinutes",
                "entries",
                "pendingEntries",
            ],
        ),
        rows: rows.collect(),
    }
}

fn by_evidence(of: &Statement, locale: Locale) -> Section {
    let printed = printed(of, of.rows.by_evidence.iter().map(|it| it.amounts));
    let rows = of.rows.by_evidence.iter().zip(printed);
    let rows = rows.map(|(it, hours)| {
        let mut row = vec![
            Cell::Text(it.level.to_value()),
            Cell::Text(word(locale, evidence(it.level))),
        ];
        row.extend(amounts(it.amounts, hours));
        row
    });
    let named = [
        ("evidenceLevel", "report-evidence-level"),
        ("evidence", "report-evidence"),
    ];
    Section {
        key: "byEvidence",
        title: word(locale, "report-by-evidence"),
        columns: summed_by_name(
            columns(locale, &[&named[..], &AMOUNTS].concat()),
            &[
                "minutes",
                "hours",
                "pendingMinutes",
                "entries",
                "pendingEntries",
            ],
        ),
        rows: rows.collect(),
    }
}

/// What an organization is called.
fn organization(id: OrganizationId, names: &Names, locale: Locale) -> Cell {
    names.organizations.get(&id).map_or(Cell::Empty, |it| {
        Cell::text(locale.choose(&it.name, it.name_ar.as_deref(), None))
    })
}
