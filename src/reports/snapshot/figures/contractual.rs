//! The figures of contractual volunteering, by name.
//!
//! Missions are left out: they are free texts, which may name people, and are told to some of those who may read
//! the rest. So is what incidents were: it is of somebody's health, and what is frozen is never taken back.

use crate::reports::contractual::Amounts;
use crate::reports::contractual::Contractual;
use crate::reports::contractual::Dimension;
use crate::reports::snapshot::figures::Figures;
use crate::reports::snapshot::figures::UNKNOWN;

/// Names them, those that are zero too.
#[must_use]
pub fn of(answer: &Contractual) -> Figures {
    let mut figures = Figures::default();
    let totals = &answer.figures.totals;
    figures.number("totals", "organizations", totals.organizations);
    figures.number("totals", "inForce", totals.amounts.contracts);
    figures.number("totals", "volunteers", totals.amounts.volunteers);
    figures.number("totals", "minutes", totals.amounts.minutes);
    figures.number("totals", "begun", totals.begun);
    figures.number("totals", "ended", totals.ended);
    figures.number("totals", "terminatedEarly", totals.terminated);
    for table in &answer.figures.tables {
        if table.dimension == Dimension::Mission {
            continue;
        }
        for row in &table.rows {
            let code = row.code.as_deref().unwrap_or(UNKNOWN);
            let name = format!("{}[{code}]", table.dimension.name());
            amounts(&mut figures, &name, row.amounts);
        }
    }
    for (kind, contracts) in &answer.figures.findings {
        let name = format!("findings[{}]", kind.word());
        figures.number(&name, "contracts", *contracts);
    }
    let incidents = &answer.figures.incidents;
    figures.number("incidents", "incidents", incidents.incidents);
    figures.number("incidents", "declared", incidents.declared);
    figures
}

fn amounts(figures: &mut Figures, row: &str, it: Amounts) {
    figures.number(row, "contracts", it.contracts);
    figures.number(row, "volunteers", it.volunteers);
    figures.number(row, "minutes", it.minutes);
}
