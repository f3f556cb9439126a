//! The value of the work of a report as sections of its table.
//!
//! The other sections are in `indh`; words in `locales/*/reports.ftl`.

use crate::exports::table::Cell;
use crate::exports::table::Column;
use crate::exports::table::Section;
use crate::exports::table::hours;
use crate::platform::i18n::Locale;
use crate::reports::value::ValueOfWork;
use crate::valuation::CURRENCY;
use crate::valuation::METHOD;
use crate::valuation::table::Step;

/// The value, where its rates come from, and full-time equivalents.
pub fn sections(of: &ValueOfWork, locale: Locale) -> [Section; 3] {
    [
        whole(of, locale),
        by_fallback(of, locale),
        full_time(of, locale),
    ]
}

fn whole(of: &ValueOfWork, locale: Locale) -> Section {
    let value = of.valuation.value;
    let amount = |it: Option<i64>| it.map_or(Cell::Empty, Cell::Hundredths);
    let gap = match value {
        Some(_) => Cell::Empty,
        None => Cell::Code {
            code: "NO_RATE",
            words: word(locale, "report-no-rate"),
        },
    };
    Section {
        key: "valueOfWork",
        title: word(locale, "report-value-of-work"),
        columns: columns(
            locale,
            &[
                ("low", "report-value-low"),
                ("central", "report-value"),
                ("high", "report-value-high"),
                ("currency", "report-currency"),
                ("method", "report-method"),
                ("statedIntervalMinutes", "report-stated-interval-minutes"),
                ("gap", "report-value-gap"),
            ],
        ),
        rows: vec![vec![
            amount(value.map(|it| it.low)),
            amount(value.map(|it| it.central)),
            amount(value.map(|it| it.high)),
            Cell::text(CURRENCY),
            Cell::Code {
                code: METHOD,
                words: word(locale, "report-method-replacement-cost"),
            },
            Cell::Integer(of.valuation.stated_minutes),
            gap,
        ]],
    }
}

fn by_fallback(of: &ValueOfWork, locale: Locale) -> Section {
    let minutes: Vec<i64> = of.valuation.by_step.iter().map(|it| it.minutes).collect();
    let (_, printed) = hours(of.valuation.minutes, &minutes);
    let rows = of.valuation.by_step.iter().zip(printed);
    let rows = rows.map(|(it, hours)| {
        let (code, sentence) = step(it.step);
        vec![
            Cell::text(code),
            Cell::Text(word(locale, sentence)),
            Cell::Integer(it.minutes),
            hours,
            it.value.map_or(Cell::Empty, Cell::Hundredths),
        ]
    });
    Section {
        key: "valueByFallback",
        title: word(locale, "report-value-by-fallback"),
        columns: columns(
            locale,
            &[
                ("step", "report-wage-step-code"),
                ("wage", "report-wage-step"),
                ("minutes", "report-minutes"),
                ("hours", "report-hours"),
                ("value", "report-value"),
            ],
        ),
        rows: rows.collect(),
    }
}

fn full_time(of: &ValueOfWork, locale: Locale) -> Section {
    let rows = of.full_time.iter().map(|it| {
        vec![
            Cell::text(&it.basis.code),
            Cell::Integer(i64::from(it.basis.hours_per_year)),
            Cell::Hundredths(it.hours),
            Cell::Hundredths(it.workers),
            Cell::text(&it.basis.source),
        ]
    });
    Section {
        key: "fullTimeEquivalents",
        title: word(locale, "report-full-time"),
        columns: columns(
            locale,
            &[
                ("basis", "report-full-time-basis"),
                ("hoursPerYear", "report-full-time-year"),
                ("hours", "report-full-time-hours"),
                ("workers", "report-full-time-workers"),
                ("source", "report-source"),
            ],
        ),
        rows: rows.collect(),
    }
}

fn step(step: Step) -> (&'static str, &'static str) {
    match step {
        Step::OccupationProvince => ("OCCUPATION_PROVINCE", "report-wage-occupation-province"),
        Step::OccupationRegion => ("OCCUPATION_REGION", "report-wage-occupation-region"),
        Step::OccupationCountry => ("OCCUPATION_COUNTRY", "report-wage-occupation-country"),
        Step::AllOccupations => ("ALL_OCCUPATIONS", "report-wage-all-occupations"),
        Step::MinimumWage => ("MINIMUM_WAGE", "report-wage-minimum"),
        Step::NoRate => ("NO_RATE", "report-no-rate"),
    }
}

fn columns(locale: Locale, named: &[(&'static str, &'static str)]) -> Vec<Column> {
    named
        .iter()
        .map(|(key, sentence)| Column {
            key,
            header: word(locale, sentence),
            sum: false,
        })
        .collect()
}

fn word(locale: Locale, key: &str) -> String {
    locale.sentence::<&str>(key, &[])
}
