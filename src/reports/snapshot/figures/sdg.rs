//! The figures of the report by goals of sustainable development, by name.
//!
//! How they are rounded is in `reports::sdg`.

use crate::reports::sdg::SdgReport;
use crate::reports::snapshot::figures::Figures;
use crate::reports::snapshot::figures::code;
use crate::reports::snapshot::figures::measured;
use crate::reports::snapshot::figures::worth;

/// Names them, those that are zero too.
#[must_use]
pub fn of(answer: &SdgReport) -> Figures {
    let mut figures = Figures::default();
    figures.measures("totals", &answer.totals);
    figures.evidence(&answer.by_evidence);
    for row in &answer.by_goal {
        let name = format!("byGoal[{}]", code(row.term.as_ref()));
        figures.shared(&name, &row.measures);
        figures.levels(&name, &row.levels);
        for target in &row.by_target {
            let name = format!("{name}.byTarget[{}]", code(target.term.as_ref()));
            figures.shared(&name, &target.measures);
            figures.levels(&name, &target.levels);
        }
    }
    figures.completeness("completeness", &answer.completeness);
    if let Some(it) = &answer.indicators {
        let rows = it.shown.iter().map(|it| &it.progress);
        measured::indicators(&mut figures, it.count, rows);
    }
    worth::put(&mut figures, answer.value_of_work.as_ref());
    figures
}
