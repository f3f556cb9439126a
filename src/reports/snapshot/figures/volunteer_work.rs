//! The figures of volunteer work by the tables of the ILO, by name.
//!
//! What the categories are is in `reports::volunteer_work`.

use rust_decimal::Decimal;

use crate::reports::snapshot::figures::Figures;
use crate::reports::snapshot::figures::UNKNOWN;
use crate::reports::volunteer_work::Amounts;
use crate::reports::volunteer_work::CENSUS;
use crate::reports::volunteer_work::VolunteerWork;

/// Names them, those that are zero too.
#[must_use]
pub fn of(answer: &VolunteerWork) -> Figures {
    let mut figures = Figures::default();
    amounts(&mut figures, "totals", answer.totals);
    for table in &answer.tables {
        for row in &table.rows {
            let code = row.code.as_deref().unwrap_or(UNKNOWN);
            let name = format!("{}[{code}]", table.dimension.name());
            amounts(&mut figures, &name, row.amounts);
        }
    }
    let rate = &answer.rate;
    figures.number("rate", "censusYear", i64::from(CENSUS));
    if let Some(inhabitants) = rate.inhabitants {
        figures.number("rate", "inhabitants", i64::from(inhabitants));
    }
    for (name, without, it, scale) in [
        (
            "volunteersPerThousand",
            "volunteersPerThousandGap",
            rate.per_thousand,
            6,
        ),
        (
            "volunteerRatePercent",
            "volunteerRateGap",
            rate.of_working_age,
            2,
        ),
    ] {
        match it {
            Ok(value) => figures.decimal("rate", name, Some(Decimal::new(value, scale))),
            Err(missing) => figures.text("rate", without, missing.word()),
        }
    }
    figures
}

fn amounts(figures: &mut Figures, row: &str, it: Amounts) {
    figures.number(row, "people", it.people);
    figures.number(row, "minutes", it.minutes);
    figures.number(row, "groupMinutes", it.group_minutes);
}
