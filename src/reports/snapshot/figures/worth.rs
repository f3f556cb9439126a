//! What work is worth, by name: the interval, its rule and currency, where rates come from, full-time workers.
//!
//! The rule itself is in `valuation`.

use crate::reports::snapshot::figures::Figures;
use crate::reports::value::ValueOfWork;
use crate::valuation::CURRENCY;
use crate::valuation::METHOD;
use crate::valuation::table::Step;

/// Names it.
pub(super) fn put(figures: &mut Figures, worth: Option<&ValueOfWork>) {
    const NAME: &str = "valueOfWork";
    let Some(worth) = worth else {
        return;
    };
    let valuation = &worth.valuation;
    figures.text(NAME, "method", METHOD);
    figures.text(NAME, "currency", CURRENCY);
    if let Some(value) = valuation.value {
        figures.number(NAME, "lowHundredths", value.low);
        figures.number(NAME, "centralHundredths", value.central);
        figures.number(NAME, "highHundredths", value.high);
    }
    figures.number(NAME, "statedIntervalMinutes", valuation.stated_minutes);
    for row in &valuation.by_step {
        let name = format!("{NAME}.byFallback[{}]", step(row.step));
        figures.number(&name, "minutes", row.minutes);
        if let Some(value) = row.value {
            figures.number(&name, "valueHundredths", value);
        }
    }
    for it in &worth.full_time {
        let name = format!("{NAME}.fullTimeEquivalents[{}]", it.basis.code);
        figures.number(&name, "hoursHundredths", it.hours);
        figures.number(&name, "workersHundredths", it.workers);
    }
}

fn step(step: Step) -> &'static str {
    match step {
        Step::OccupationProvince => "OCCUPATION_PROVINCE",
        Step::OccupationRegion => "OCCUPATION_REGION",
        Step::OccupationCountry => "OCCUPATION_COUNTRY",
        Step::AllOccupations => "ALL_OCCUPATIONS",
        Step::MinimumWage => "MINIMUM_WAGE",
        Step::NoRate => "NO_RATE",
    }
}
