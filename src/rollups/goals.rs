//! Cells counted by goal of sustainable development and by target within each goal, in one pass.
//!
//! Minutes of goals and targets are in millionths: rounding is left to reports. Two dimensions that cross are
//! counted in `crossing`.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entity::ids::TermId;
use entity::types::EvidenceLevel;
use entity::vocabulary_term;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;

use crate::rollups::cell::Cells;
use crate::rollups::figures;
use crate::rollups::figures::Asked;
use crate::rollups::figures::Collect;
use crate::rollups::share::GOAL;
use crate::rollups::share::Programmes;
use crate::rollups::share::Shares;
use crate::rollups::share::TARGET;
use crate::rollups::tally::Counted;
use crate::vocabularies::SDG;

/// What serves the goals.
#[derive(Clone, Debug, Default)]
pub struct Served {
    /// The whole.
    pub total: Counted,
    /// By what shows the work.
    pub by_evidence: BTreeMap<EvidenceLevel, Counted>,
    /// By the first version of each goal; `None` for work of projects without one.
    pub by_goal: BTreeMap<Option<TermId>, GoalCounted>,
}

/// What serves one goal; minutes in millionths.
#[derive(Clone, Debug, Default)]
pub struct GoalCounted {
    /// The goal with all its targets.
    pub whole: Counted,
    /// By the first version of each target; `None` for what names the goal alone.
    pub by_target: BTreeMap<Option<TermId>, Counted>,
}

/// Figures under construction.
struct Serving {
    from: NaiveDate,
    goals: Programmes,
    targets: Programmes,
    served: Served,
}

impl Collect for Serving {
    fn add(&mut self, cells: &Cells, shares: &Shares) {
        for (key, cell) in cells {
            // An entry that came over midnight from the part before is there already.
            let inner = key.segment > self.from;
            let served = &mut self.served;
            served.total.take(key, cell, inner);
            let level = served.by_evidence.entry(key.evidence).or_default();
            level.take(key, cell, inner);
            let (of, carried) = ((key.project, SDG), cell.carried > 0);
            for part in self.goals.parts(shares, of, key.segment, carried) {
                let goal = served.by_goal.entry(part.term).or_default();
                let again = inner && part.before;
                goal.whole.take_share((key, cell), part.ppm, again);
            }
            for part in self.targets.parts(shares, of, key.segment, carried) {
                let above = part.term.map(|it| self.goals.under(it));
                let goal = served.by_goal.entry(above).or_default();
                // What names a goal counts under no target.
                let target = part.term.filter(|_| part.term != above);
                let counted = goal.by_target.entry(target).or_default();
                counted.take_share((key, cell), part.ppm, inner && part.before);
            }
        }
    }
}

/// Counts what is asked for by goal and target; of `terms` every version is needed.
///
/// # Errors
/// [`DbErr`].
pub async fn served(
    db: &impl ConnectionTrait,
    asked: &Asked<'_>,
    terms: &[vocabulary_term::Model],
) -> Result<Served, DbErr> {
    let mut serving = Serving {
        from: asked.from,
        goals: Programmes::at(terms, GOAL),
        targets: Programmes::at(terms, TARGET),
        served: Served::default(),
    };
    figures::collect_all(db, asked, &mut serving).await?;
    Ok(serving.served)
}
