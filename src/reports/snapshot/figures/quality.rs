//! The figures of data quality, by name: what was counted of what, its share, the threshold, and whether it is kept.
//!
//! Rules and thresholds are in `reports::quality`.

use sea_orm::ActiveEnum;

use crate::reports::quality::Code;
use crate::reports::quality::DataQuality;
use crate::reports::quality::Status;
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
        let name = format!("measures[{}]", code(it.code));
        figures.number(&name, "numerator", it.numerator);
        figures.number(&name, "denominator", it.denominator);
        figures.decimal(&name, "percent", it.percent().map(hundredths));
        figures.number(&name, "thresholdPercent", it.code.most_percent());
        figures.text(&name, "status", status(it.status()));
    }
    figures
}

fn code(code: Code) -> &'static str {
    match code {
        Code::SelfDeclared => "SELF_DECLARED",
        Code::Late => "LATE",
        Code::WholeHours => "WHOLE_HOURS",
        Code::WithoutPlace => "WITHOUT_PLACE",
        Code::WithoutOccupation => "WITHOUT_OCCUPATION",
        Code::WithoutProgramme => "WITHOUT_PROGRAMME",
        Code::ProjectsWithoutProgramme => "PROJECTS_WITHOUT_PROGRAMME",
        Code::WithoutSex => "WITHOUT_SEX",
        Code::WithoutBirthYear => "WITHOUT_BIRTH_YEAR",
        Code::PossibleDuplicates => "POSSIBLE_DUPLICATES",
        Code::MonthsLate => "MONTHS_LATE",
        Code::Waiting => "WAITING",
        Code::Anomalous => "ANOMALOUS",
        Code::Corrected => "CORRECTED",
    }
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Met => "MET",
        Status::NotMet => "NOT_MET",
        Status::NotMeasured => "NOT_MEASURED",
    }
}
