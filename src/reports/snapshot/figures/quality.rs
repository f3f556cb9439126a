//! The figures of data quality, by name: what was counted of what, its share, the threshold, and whether it is kept.
//!
//! Rules and thresholds are in `reports::quality`.

use sea_orm::ActiveEnum;

use crate::reports::quality::DataQuality;
use crate::reports::quality::percent;
use crate::reports::snapshot::figures::Figures;
use crate::reports::snapshot::figures::hundredths;

/// Names them, those that are zero too.
#[must_use]
pub fn of(answer: &DataQuality) -> Figures {
    let mut figures = Figures::default();
    figures.number("totals", "minutes", answer.minutes);
    for (level, minutes) in &answer.by_evidence {
        let name = format!("byEvidence[{}]", level.to_value());
        figures.number(&name, "minutes", *minutes);
        let share = percent(*minutes, answer.minutes).map(hundredths);
        figures.decimal(&name, "percent", share);
    }
    figures.completeness("completeness", &answer.completeness);
    for it in &answer.measures {
        let name = format!("measures[{}]", it.code.word());
        figures.number(&name, "numerator", it.numerator);
        figures.number(&name, "denominator", it.denominator);
        figures.decimal(&name, "percent", it.percent().map(hundredths));
        figures.number(&name, "thresholdPercent", it.code.most_percent());
        figures.text(&name, "status", it.status().word());
    }
    figures
}
