//! The report of volunteer work by the tables of the ILO as a table.
//!
//! What every report has in common is in `shared`; words in `locales/*/reports.ftl`.

use rust_decimal::Decimal;

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
use crate::reports::volunteer_work;
use crate::reports::volunteer_work::Amounts;
use crate::reports::volunteer_work::CENSUS;
use crate::reports::volunteer_work::Dimension;
use crate::reports::volunteer_work::Gap;
use crate::reports::volunteer_work::VolunteerWork;

/// What is counted of a row.
const AMOUNTS: [(&str, &str); 4] = [
    ("people", "report-distinct-volunteers"),
    ("minutes", "report-minutes"),
    ("hours", "report-hours"),
    ("groupMinutes", "report-group-minutes"),
];

/// The report as a table in a language.
pub fn table(report: &VolunteerWork, locale: Locale) -> Table {
    let (printed, _) = hours(report.totals.minutes, &[]);
    let totals = Section {
        key: "totals",
        title: word(locale, "report-totals"),
        columns: columns(locale, &AMOUNTS),
        rows: vec![amounts(report.totals, printed)],
    };
    let tables = report.tables.iter();
    let tables = tables.map(|it| by(it, report.totals, locale));
    let mut sections: Vec<Section> = std::iter::once(totals).chain(tables).collect();
    sections.push(rate(report, locale));
    Table {
        name: ReportName::VolunteerWork.word(),
        parameters: shared::parameters("report-volunteer-work", &report.head, locale),
        sections,
    }
}

fn amounts(of: Amounts, hours: Cell) -> Vec<Cell> {
    vec![
        Cell::Integer(of.people),
        Cell::Integer(of.minutes),
        hours,
        Cell::Integer(of.group_minutes),
    ]
}

/// Every category of a dimension, last what is not known.
fn by(table: &volunteer_work::Table, totals: Amounts, locale: Locale) -> Section {
    let minutes: Vec<i64> = table.rows.iter().map(|it| it.amounts.minutes).collect();
    let (_, printed) = hours(totals.minutes, &minutes);
    let rows = table.rows.iter().zip(printed).map(|(it, hours)| {
        let mut row = vec![
            it.code.as_deref().map_or(Cell::Empty, Cell::text),
            Cell::Text(it.label.words(locale)),
        ];
        row.extend(amounts(it.amounts, hours));
        row
    });
    let title = match table.dimension {
        Dimension::Sex => "report-by-sex",
        Dimension::Age => "report-by-age",
        Dimension::Occupation => "report-by-occupation",
        Dimension::Sector => "report-by-sector",
        Dimension::Milieu => "report-by-milieu",
    };
    let names = [("code", "report-code"), ("name", "report-category")];
    // Minutes of the rows always sum to the whole.
    let mut additive = vec!["minutes", "hours", "groupMinutes"];
    if table.dimension.people() == Additivity::Additive {
        additive.push("people");
    }
    let named = columns(locale, &[&names[..], &AMOUNTS].concat());
    Section {
        key: table.dimension.name(),
        title: word(locale, title),
        columns: summed_by_name(named, &additive),
        rows: rows.collect(),
    }
}

/// Volunteers against the population.
fn rate(report: &VolunteerWork, locale: Locale) -> Section {
    let of = report.rate;
    let figure = |it: Result<i64, Gap>, decimals| {
        it.map_or(Cell::Empty, |it| Cell::Decimal(Decimal::new(it, decimals)))
    };
    let missing = |it: Result<i64, Gap>| match it {
        Ok(_) => Cell::Empty,
        Err(gap) => Cell::Code {
            code: gap.word(),
            words: word(
                locale,
                match gap {
                    Gap::PartOfTerritory => "report-gap-part-of-territory",
                    Gap::NotPublished => "report-gap-not-published",
                    Gap::NoPopulationByAge => "report-gap-no-population-by-age",
                },
            ),
        },
    };
    let inhabitants = of.inhabitants.map(i64::from);
    Section {
        key: "rate",
        title: word(locale, "report-rate"),
        columns: columns(
            locale,
            &[
                ("censusYear", "report-census-year"),
                ("inhabitants", "report-inhabitants"),
                ("volunteersPerThousand", "report-per-thousand"),
                ("volunteersPerThousandGap", "report-rate-gap"),
                ("volunteerRatePercent", "report-volunteer-rate"),
                ("volunteerRateGap", "report-rate-gap"),
            ],
        ),
        rows: vec![vec![
            Cell::Year(CENSUS),
            inhabitants.map_or(Cell::Empty, Cell::Integer),
            figure(of.per_thousand, 6),
            missing(of.per_thousand),
            figure(of.of_working_age, 2),
            missing(of.of_working_age),
        ]],
    }
}
