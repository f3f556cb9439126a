//! The figures of the INDH report, by name: every section of it.
//!
//! What of them an earlier canonical form did not tell is in `canonical`.

use crate::reports::ReportError;
use crate::reports::crossings::Crossings;
use crate::reports::explain::key::NONE;
use crate::reports::indh::IndhReport;
use crate::reports::indh::Measures;
use crate::reports::indh::budget::Amounts;
use crate::reports::indh::budget::Budget;
use crate::reports::indh::comparison::Change;
use crate::reports::indh::comparison::Compared;
use crate::reports::indh::partners::Partners;
use crate::reports::snapshot::figures::Figure;
use crate::reports::snapshot::figures::Figures;
use crate::reports::snapshot::figures::code;
use crate::reports::snapshot::figures::measured;
use crate::reports::snapshot::figures::worth;

/// The name of the text that says why crossings are left out, where they are.
pub const CROSSINGS_LEFT_OUT: &str = "crossings.leftOut";
/// That there are more of them than the report tells.
const TOO_MANY: &str = "TOO_MANY_ROWS";

/// Names them, those that are zero too.
///
/// # Errors
/// [`ReportError::DoesNotFoot`], [`ReportError::Unknown`].
pub fn of(answer: &IndhReport) -> Result<Figures, ReportError> {
    let mut figures = Figures::default();
    figures.measures("totals", &answer.totals);
    for row in &answer.by_programme {
        let name = format!("byProgramme[{}]", code(row.term.as_ref()));
        figures.shared(&name, &row.measures);
        figures.levels(&name, &row.levels);
        for axis in &row.by_axis {
            let name = format!("{name}.byAxis[{}]", code(axis.term.as_ref()));
            touched(&mut figures, &name, &axis.measures);
        }
    }
    for row in &answer.by_territory {
        let name = format!("byTerritory[{}]", row.territory.code);
        figures.measures(&name, &row.measures);
        figures.levels(&name, &row.levels);
        figures.completeness(&format!("{name}.completeness"), &row.completeness);
    }
    for row in &answer.by_month {
        let name = format!("byMonth[{}]", row.month.format("%Y-%m"));
        figures.measures(&name, &row.measures);
        figures.levels(&name, &row.levels);
    }
    figures.evidence(&answer.by_evidence);
    crossings(&mut figures, &answer.crossings)?;
    figures.completeness("completeness", &answer.completeness);
    figures.completeness("completenessElsewhere", &answer.completeness_elsewhere);
    if let Some(comparison) = &answer.comparison {
        for (name, side) in [
            ("comparison.previousPeriod", &comparison.previous_period),
            ("comparison.previousYear", &comparison.previous_year),
        ] {
            if let Some(side) = side {
                compared(&mut figures, name, side);
            }
        }
    }
    if let Some(budget) = &answer.budget {
        costs(&mut figures, budget);
    }
    if let Some(it) = &answer.beneficiaries {
        measured::beneficiaries(&mut figures, it);
    }
    if let Some(it) = &answer.indicators {
        measured::indicators(&mut figures, it.total, it.rows.iter());
    }
    if let Some(it) = &answer.partners {
        partners(&mut figures, it);
    }
    worth::put(&mut figures, answer.value_of_work.as_ref());
    Ok(figures)
}

/// What is told of work where parts of it cross.
fn touched(figures: &mut Figures, row: &str, it: &Measures) {
    figures.number(row, "minutes", it.minutes);
    figures.number(row, "touchedMinutes", it.touched_minutes);
    figures.number(row, "entries", it.entries);
    figures.number(row, "distinctVolunteers", it.distinct_volunteers);
    figures.number(row, "projects", it.projects);
}

fn crossings(figures: &mut Figures, crossings: &Crossings) -> Result<(), ReportError> {
    let rows = match crossings.rows() {
        Ok(rows) => rows,
        // More than the report tells itself. Without a word of it there would seem to have been none.
        Err(ReportError::Invalid(_)) => {
            let left_out = Figure::Text(TOO_MANY.to_owned());
            figures.0.insert(CROSSINGS_LEFT_OUT.to_owned(), left_out);
            return Ok(());
        }
        Err(fault) => return Err(fault),
    };
    for row in rows {
        let programme = row.programme_code.as_deref().unwrap_or(NONE);
        let (month, place) = (row.month.format("%Y-%m"), &row.territory_code);
        let name = format!("crossings[{month},{place},{programme}]");
        touched(figures, &name, &row.measures);
    }
    Ok(())
}

/// A measure and its figure.
type Measured = (&'static str, fn(&Measures) -> i64);

fn compared(figures: &mut Figures, row: &str, it: &Compared) {
    figures.text(row, "from", it.from);
    figures.text(row, "to", it.to);
    let measures: [Measured; 6] = [
        ("minutes", |it| it.minutes),
        ("entries", |it| it.entries),
        ("participations", |it| it.participations),
        ("distinctVolunteers", |it| it.distinct_volunteers),
        ("projects", |it| it.projects),
        ("organizations", |it| it.organizations),
    ];
    for (measure, of) in measures {
        let change = Change {
            before: of(&it.before),
            now: of(&it.now),
        };
        let name = format!("{row}.{measure}");
        figures.number(&name, "before", change.before);
        figures.number(&name, "difference", change.difference());
        figures.decimal(&name, "percent", change.percent());
    }
}

fn costs(figures: &mut Figures, budget: &Budget) {
    let amounts = |figures: &mut Figures, row: &str, it: Amounts| {
        figures.number(row, "totalHundredths", it.total());
        figures.number(row, "indhHundredths", it.indh);
        figures.number(row, "othersHundredths", it.others);
        figures.number(row, "unstatedHundredths", it.unstated);
        figures.decimal(row, "indhPercent", it.indh_percent());
    };
    figures.number("budget", "projects", budget.projects);
    figures.number("budget", "budgetedProjects", budget.budgeted);
    figures.number("budget", "otherCurrencyProjects", budget.other_currency);
    amounts(figures, "budget", budget.amounts);
    for row in &budget.by_programme {
        let name = format!("budget.byProgramme[{}]", code(row.term.as_ref()));
        figures.number(&name, "projects", row.projects);
        amounts(figures, &name, row.amounts);
    }
}

fn partners(figures: &mut Figures, of: &Partners) {
    figures.number("partners", "totalCount", of.total);
    figures.number("partners", "otherMinutes", of.other_minutes);
    for row in &of.rows {
        let name = format!("partners[{}]", row.id);
        figures.number(&name, "minutes", row.measures.minutes);
        figures.number(&name, "projects", row.measures.projects);
        figures.number(
            &name,
            "distinctVolunteers",
            row.measures.distinct_volunteers,
        );
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use chrono::NaiveDate;

    use super::*;
    use crate::rollups::Tally;

    fn crossing(places: usize) -> Crossings {
        let codes = || (0..places).map(|it| Some(format!("{it:05}")));
        let month: NaiveDate = "2026-01-01".parse().unwrap();
        let mut tally = Tally::default();
        for code in codes() {
            tally.by_crossing.entry((code, None)).or_default();
        }
        Crossings {
            programmes: vec![(None, None)],
            places: codes().collect(),
            territory_code: "MA".to_owned(),
            months: [(month, Arc::new(tally))].into(),
            minutes: codes().map(|it| ((month, it, None), 0)).collect(),
        }
    }

    #[test]
    fn what_is_left_out_is_said() {
        let told = |places| {
            let mut figures = Figures::default();
            crossings(&mut figures, &crossing(places)).unwrap();
            figures.0
        };
        let whole = told(5_000);
        assert!(whole.contains_key("crossings[2026-01,04999,NONE].minutes"));
        assert!(!whole.contains_key(CROSSINGS_LEFT_OUT));
        let left_out = Figure::Text("TOO_MANY_ROWS".to_owned());
        let expected = [(CROSSINGS_LEFT_OUT.to_owned(), left_out)];
        assert_eq!(told(5_001), BTreeMap::from(expected));
    }
}
