//! Who benefits, how far indicators have come and who works, as sections of tables.
//!
//! Further sections are in `sections`; words in `locales/*/reports.ftl`.

use entity::indicator;
use entity::types::Dimension;
use sea_orm::ActiveEnum;

use crate::exports::table::Cell;
use crate::exports::table::Section;
use crate::exports::words::columns;
use crate::exports::words::word;
use crate::impact::answer::Progress;
use crate::impact::benefit::Beneficiaries;
use crate::impact::overview::Overview;
use crate::impact::progress::Figure;
use crate::impact::progress::Standing;
use crate::impact::value::decimal;
use crate::platform::i18n::Locale;
use crate::reports::indh::partners::Partners;

/// People who benefit: the whole, then each category.
pub fn beneficiaries(of: &Beneficiaries, locale: Locale) -> Section {
    let mut rows = Vec::new();
    for (code, sentence, it) in [
        ("DIRECT", "report-direct", &of.direct),
        ("INDIRECT", "report-indirect", &of.indirect),
    ] {
        let mut row = |dimension: Option<Dimension>, category: &str, figure: Option<Figure>| {
            rows.push(vec![
                Cell::Code {
                    code,
                    words: word(locale, sentence),
                },
                dimension.map_or(Cell::Empty, |it| Cell::Text(it.to_value())),
                match category {
                    "" => Cell::Empty,
                    _ => Cell::text(category),
                },
                value(figure),
            ]);
        };
        row(None, "", it.whole);
        for part in &it.by_sex {
            row(Some(Dimension::Sex), &part.category, Some(part.figure));
        }
        for part in &it.by_milieu {
            row(Some(Dimension::Milieu), &part.category, Some(part.figure));
        }
    }
    Section {
        key: "beneficiaries",
        title: word(locale, "report-beneficiaries"),
        columns: columns(
            locale,
            &[
                ("kind", "report-benefit"),
                ("dimension", "report-dimension"),
                ("category", "report-category"),
                ("participations", "report-participations"),
            ],
        ),
        rows,
    }
}

/// How far indicators have come, by code.
pub fn indicators(of: &Overview, locale: Locale) -> Section {
    let rows = of.rows.iter().map(|it| progress(it, locale));
    Section {
        key: "indicators",
        title: word(locale, "report-indicators"),
        columns: columns(locale, &PROGRESS),
        rows: rows.collect(),
    }
}

/// The columns of [`progress`].
pub(super) const PROGRESS: [(&str, &str); 14] = [
    ("code", "report-indicator-code"),
    ("organizationKey", "report-organization-key"),
    ("indicator", "report-indicator"),
    ("unit", "report-unit"),
    ("baseline", "report-baseline"),
    ("target", "report-target"),
    ("actual", "report-actual"),
    ("targetedBaseline", "report-targeted-baseline"),
    ("targetedActual", "report-targeted-actual"),
    ("measuredProjectCount", "report-measured-projects"),
    ("targetedProjectCount", "report-targeted-projects"),
    ("comparedProjectCount", "report-compared-projects"),
    ("reachedPercent", "report-reached"),
    ("status", "report-standing"),
];

/// How far an indicator has come.
pub(super) fn progress(of: &Progress, locale: Locale) -> Vec<Cell> {
    let named = &of.indicator;
    let (name_ar, name_en) = (named.name_ar.as_deref(), named.name_en.as_deref());
    vec![
        Cell::text(&named.code),
        owner(named),
        Cell::text(locale.choose(&named.name_fr, name_ar, name_en)),
        Cell::text(&named.unit),
        value(of.baseline),
        value(of.target),
        value(of.actual),
        value(of.targeted_baseline),
        value(of.targeted_actual),
        Cell::count(of.measured_projects),
        Cell::count(of.targeted_projects),
        Cell::count(of.compared_projects),
        of.reached.map_or(Cell::Empty, Cell::Decimal),
        standing(of.standing, locale),
    ]
}

/// What was measured by category, as far as whoever asks may be told.
pub(super) fn by_category<'a>(of: impl Iterator<Item = &'a Progress>, locale: Locale) -> Section {
    let mut rows = Vec::new();
    for progress in of {
        let code = &progress.indicator.code;
        for it in progress.breakdowns() {
            let dimension = it.dimension.to_value();
            let cells = it.categories.iter().map(|part| {
                vec![
                    Cell::text(code),
                    owner(&progress.indicator),
                    Cell::text(&dimension),
                    Cell::text(&part.category),
                    value(Some(part.figure)),
                ]
            });
            rows.extend(cells);
        }
    }
    Section {
        key: "indicatorCategories",
        title: word(locale, "report-indicator-categories"),
        columns: columns(
            locale,
            &[
                ("code", "report-indicator-code"),
                ("organizationKey", "report-organization-key"),
                ("dimension", "report-dimension"),
                ("category", "report-category"),
                ("value", "report-measured"),
            ],
        ),
        rows,
    }
}

/// Organizations with hours, those with most minutes first.
pub fn partners(of: &Partners, locale: Locale) -> Section {
    let rows = of.rows.iter().map(|it| {
        let named = it.organization.as_ref();
        let name = named.map(|it| locale.choose(&it.name, it.name_ar.as_deref(), None));
        vec![
            named.map_or(Cell::Empty, |it| Cell::text(&it.slug)),
            name.map_or(Cell::Empty, Cell::text),
            Cell::Integer(it.measures.minutes),
            Cell::Integer(it.measures.projects),
            Cell::Integer(it.measures.distinct_volunteers),
        ]
    });
    Section {
        key: "partners",
        title: word(locale, "report-partners"),
        columns: columns(
            locale,
            &[
                ("slug", "report-organization-slug"),
                ("organization", "report-organization"),
                ("minutes", "report-minutes"),
                ("projects", "report-projects"),
                ("distinctVolunteers", "report-distinct-volunteers"),
            ],
        ),
        rows: rows.collect(),
    }
}

/// Whose an indicator is, by the key that snapshots and rows of hours have of the organization; nobody's in the catalogue.
fn owner(of: &indicator::Model) -> Cell {
    let owner = of.organization_id.map(|it| it.to_string());
    owner.map_or(Cell::Empty, Cell::Text)
}

/// How far an indicator has come, in a word.
fn standing(of: Standing, locale: Locale) -> Cell {
    let (code, sentence) = match of {
        Standing::Achieved => ("ACHIEVED", "report-standing-achieved"),
        Standing::OnTrack => ("ON_TRACK", "report-standing-on-track"),
        Standing::AtRisk => ("AT_RISK", "report-standing-at-risk"),
        Standing::OffTrack => ("OFF_TRACK", "report-standing-off-track"),
        Standing::NoTarget => ("NO_TARGET", "report-standing-no-target"),
        Standing::NoData => ("NO_DATA", "report-standing-no-data"),
        Standing::NotComparable => ("NOT_COMPARABLE", "report-standing-not-comparable"),
    };
    Cell::Code {
        code,
        words: word(locale, sentence),
    }
}

/// A value in its unit; of a part of a whole, both.
fn value(of: Option<Figure>) -> Cell {
    match of {
        None => Cell::Empty,
        Some(Figure { value, whole: None }) => Cell::Decimal(decimal(value)),
        Some(Figure {
            value,
            whole: Some(whole),
        }) => Cell::Text(format!("{}/{}", decimal(value), decimal(whole))),
    }
}
