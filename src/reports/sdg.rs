//! The report by goals of sustainable development: hours by goal and, below, by target, with what was measured
//! for them.
//!
//! Which cells belong to which goal is counted in `rollups::goals`; here they are rounded, once, and put in
//! order. How far indicators have come is worked out in `impact`.

use std::collections::BTreeMap;
use std::collections::HashMap;

use entity::ids::TermId;
use entity::types::EvidenceLevel;
use entity::vocabulary_term;
use sea_orm::ConnectionTrait;
use sea_orm::Iterable;

use crate::identity::Ctx;
use crate::impact::allocation;
use crate::impact::answer::Progress;
use crate::impact::overview;
use crate::impact::overview::Within;
use crate::reports;
use crate::reports::additivity;
use crate::reports::additivity::Dimension;
use crate::reports::completeness;
use crate::reports::completeness::Completeness;
use crate::reports::error::ReportError;
use crate::reports::evidence;
use crate::reports::evidence::Levels;
use crate::reports::foot;
use crate::reports::ground;
use crate::reports::ground::Ground;
use crate::reports::head::Head;
use crate::reports::indh::EvidenceRow;
use crate::reports::indh::Measures;
use crate::reports::question::Question;
use crate::reports::question::Valued;
use crate::reports::value;
use crate::reports::value::ValueOfWork;
use crate::rollups;
use crate::rollups::Counted;
use crate::rollups::GoalCounted;
use crate::rollups::Served;
use crate::vocabularies::SDG;
use crate::vocabularies::edition;
use crate::vocabularies::lookup;
use crate::vocabularies::versions;

/// Most indicators of one answer.
pub const INDICATORS_MOST: u64 = 100;

/// The answer.
#[derive(Clone, Debug)]
pub struct SdgReport {
    /// What it is of.
    pub head: Head,
    /// The whole.
    pub totals: Measures,
    /// By what shows the work, every level, the weakest first.
    pub by_evidence: Vec<EvidenceRow>,
    /// By goal, in the order of the vocabulary; work without a goal last.
    pub by_goal: Vec<GoalRow>,
    /// Indicators of goals and targets, where they were asked for.
    pub indicators: Option<Indicators>,
    /// What the work is worth.
    pub value_of_work: Option<ValueOfWork>,
    /// What the figures rest on.
    pub completeness: Completeness,
    /// What may be summed.
    pub additivity: Vec<additivity::Rule>,
}

/// Figures of one goal.
#[derive(Clone, Debug)]
pub struct GoalRow {
    /// The goal; `None` for work of projects without one.
    pub term: Option<vocabulary_term::Model>,
    /// Its colour, `#E5243B`, where the list of goals has one.
    pub colour: Option<String>,
    /// Its measures: minutes by share, the rest of everything it touches.
    pub measures: Measures,
    /// Its minutes by what shows the work.
    pub levels: Levels,
    /// By target, in the order of the vocabulary; what names no target last.
    pub by_target: Vec<TargetRow>,
}

/// Figures of one target within its goal.
#[derive(Clone, Debug)]
pub struct TargetRow {
    /// The target; `None` for what is shared to the goal alone.
    pub term: Option<vocabulary_term::Model>,
    /// Its measures, as those of a goal.
    pub measures: Measures,
    /// Its minutes by what shows the work.
    pub levels: Levels,
}

/// What was measured, or is aimed at, for goals and targets.
#[derive(Clone, Debug)]
pub struct Indicators {
    /// How many there are.
    pub count: u64,
    /// The first [`INDICATORS_MOST`] by code, in the order of goals and targets.
    pub shown: Vec<IndicatorRow>,
}

/// How far an indicator of a goal or target has come.
#[derive(Clone, Debug)]
pub struct IndicatorRow {
    /// The goal or target, called as on the last day; `None` where the vocabulary has none of the code.
    pub term: Option<vocabulary_term::Model>,
    /// How far it has come.
    pub progress: Progress,
}

/// What of an answer costs much and is seldom asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measured {
    /// Indicators are told.
    Yes,
    /// They are not.
    No,
}

/// Terms of the vocabulary with their places in it.
struct Order<'a> {
    terms: &'a [vocabulary_term::Model],
    at: HashMap<TermId, usize>,
    question: &'a Question,
}

/// Answers the report by goals.
///
/// Under the scope of the INDH report: its total is the same to the minute.
///
/// # Errors
/// As `reports::answer`.
pub async fn answer(
    ctx: &Ctx,
    question: &Question,
    measured: Measured,
) -> Result<SdgReport, ReportError> {
    let question = ground::may_ask(ctx, question).await?;
    rollups::fold(&ctx.core().db).await?;
    // All of it as of one moment, while others write.
    let db = &ctx.core().db.snapshot().await?;
    of_state(ctx, db, &question, measured).await
}

/// The report of the state that `db` sees, of a question that is in order. Roll-ups were brought up before.
///
/// # Errors
/// As `reports::answer`.
pub(super) async fn of_state(
    ctx: &Ctx,
    db: &impl ConnectionTrait,
    question: &Question,
    measured: Measured,
) -> Result<SdgReport, ReportError> {
    let ground = Ground::of(ctx, db, question).await?;
    let asked = ground.asked(ctx, question);
    let terms = lookup::every(db, SDG).await?;
    let served = rollups::served(db, &asked, &terms).await?;
    let order = Order::of(&terms, question);
    let totals = Measures::of(&served.total);
    let by_evidence = by_evidence(&served);
    let by_goal = goals(&served, &order)?;
    check(&totals, &by_evidence, &by_goal)?;
    let indicators = match measured {
        Measured::Yes => Some(indicators(db, &ground.within(ctx, question), &order).await?),
        Measured::No => None,
    };
    let value_of_work = match question.valued {
        Valued::Yes => Some(value::of_work(db, &asked, totals.minutes).await?),
        Valued::No => None,
    };
    Ok(SdgReport {
        totals,
        by_evidence,
        by_goal,
        indicators,
        value_of_work,
        completeness: completeness::count(&reports::states(ctx, db, &ground, question).await?),
        additivity: additivity::of_dimensions(&[
            Dimension::Goal,
            Dimension::Target,
            Dimension::Evidence,
        ]),
        head: ground.head(question),
    })
}

impl<'a> Order<'a> {
    fn of(terms: &'a [vocabulary_term::Model], question: &'a Question) -> Self {
        let at = terms.iter().map(|it| it.id).zip(0..).collect();
        Self {
            terms,
            at,
            question,
        }
    }

    /// The place of a row; those without a term come last.
    fn place(&self, id: Option<TermId>) -> Result<usize, ReportError> {
        match id {
            None => Ok(usize::MAX),
            Some(id) => self
                .at
                .get(&id)
                .copied()
                .ok_or(ReportError::Unknown { kind: "term" }),
        }
    }

    /// A term as it is called on the last day.
    fn called(&self, id: Option<TermId>) -> Option<vocabulary_term::Model> {
        let counted = self.terms.get(*self.at.get(&id?)?)?;
        versions::on(self.terms, &counted.code, self.question.to).cloned()
    }
}

fn by_evidence(served: &Served) -> Vec<EvidenceRow> {
    EvidenceLevel::iter()
        .map(|level| {
            let counted = served.by_evidence.get(&level);
            let sums = counted.map(|it| it.sums).unwrap_or_default();
            EvidenceRow {
                level,
                minutes: sums.minutes,
                entries: sums.entries,
                participations: sums.participations,
            }
        })
        .collect()
}

/// Rows of goals in the order of the vocabulary. Minutes of goals are rounded once, so that they add up to the
/// whole, then those of the targets of each, so that they add up to the goal.
fn goals(served: &Served, order: &Order<'_>) -> Result<Vec<GoalRow>, ReportError> {
    let colours = edition::colours()?;
    let rows: BTreeMap<Option<TermId>, &GoalCounted> =
        served.by_goal.iter().map(|(id, it)| (*id, it)).collect();
    let sums = &served.total.sums;
    let whole = (sums.minutes, sums.group_minutes);
    let goals = share(&rows, |it| &it.whole, whole, order)?;
    let mut found = Vec::with_capacity(goals.len());
    for (id, measures) in goals {
        let Some(counted) = rows.get(&id) else {
            continue;
        };
        let targets: BTreeMap<Option<TermId>, &Counted> =
            counted.by_target.iter().map(|(id, it)| (*id, it)).collect();
        let whole = (measures.minutes, measures.group_minutes);
        let targets = share(&targets, |it| it, whole, order)?;
        let by_target = targets.into_iter().filter_map(|(target, measures)| {
            let counted = counted.by_target.get(&target)?;
            Some(TargetRow {
                term: order.called(target),
                measures,
                levels: evidence::share(measures.minutes, &counted.levels),
            })
        });
        let term = order.called(id);
        found.push(GoalRow {
            colour: term.as_ref().and_then(|it| colours.get(&it.code).cloned()),
            term,
            measures,
            levels: evidence::share(measures.minutes, &counted.whole.levels),
            by_target: by_target.collect(),
        });
    }
    Ok(found)
}

/// Measures of rows in order, their minutes and those of groups rounded so that they add up to the whole.
fn share<T>(
    rows: &BTreeMap<Option<TermId>, &T>,
    counted: impl Fn(&T) -> &Counted,
    (minutes, of_groups): (i64, i64),
    order: &Order<'_>,
) -> Result<Vec<(Option<TermId>, Measures)>, ReportError> {
    let mut placed = Vec::with_capacity(rows.len());
    for (id, row) in rows {
        placed.push((order.place(*id)?, *id, counted(row)));
    }
    placed.sort_by_key(|(at, ..)| *at);
    let round = |total: i64, of: fn(&Counted) -> i64| {
        let parts: Vec<i64> = placed.iter().map(|(_, _, it)| of(it)).collect();
        allocation::round_to_sum(total, &parts, allocation::WHOLE_PPM)
    };
    let minutes = round(minutes, |it| it.sums.minutes);
    let of_groups = round(of_groups, |it| it.sums.group_minutes);
    let rows = placed.iter().zip(minutes.into_iter().zip(of_groups));
    Ok(rows
        .map(|((_, id, counted), (minutes, group_minutes))| {
            let measures = Measures {
                minutes,
                group_minutes,
                ..Measures::touched(counted)
            };
            (*id, measures)
        })
        .collect())
}

/// Holds every breakdown against what it is of.
fn check(
    totals: &Measures,
    by_evidence: &[EvidenceRow],
    by_goal: &[GoalRow],
) -> Result<(), ReportError> {
    let levels = by_evidence.iter().map(|it| it.minutes);
    foot::check("byEvidence", totals.minutes, levels)?;
    let goals = || by_goal.iter().map(|it| it.measures);
    foot::check("byGoal", totals.minutes, goals().map(|it| it.minutes))?;
    let of_groups = goals().map(|it| it.group_minutes);
    foot::check("byGoal", totals.group_minutes, of_groups)?;
    for goal in by_goal {
        let whole = goal.measures;
        let targets = || goal.by_target.iter().map(|it| it.measures);
        foot::check("byTarget", whole.minutes, targets().map(|it| it.minutes))?;
        let of_groups = targets().map(|it| it.group_minutes);
        foot::check("byTarget", whole.group_minutes, of_groups)?;
        let levels = goal.levels.values().copied();
        foot::check("byEvidence", whole.minutes, levels)?;
        for target in &goal.by_target {
            let levels = target.levels.values().copied();
            foot::check("byEvidence", target.measures.minutes, levels)?;
        }
    }
    Ok(())
}

async fn indicators(
    db: &impl ConnectionTrait,
    within: &Within<'_>,
    order: &Order<'_>,
) -> Result<Indicators, ReportError> {
    let overview = overview::of_goals(db, within, INDICATORS_MOST).await?;
    let mut found = Vec::with_capacity(overview.rows.len());
    for progress in overview.rows {
        let code = progress.indicator.sdg_code.as_deref().unwrap_or_default();
        let term = versions::on(order.terms, code, order.question.to);
        let at = term.and_then(|it| order.at.get(&it.id).copied());
        let row = IndicatorRow {
            term: term.cloned(),
            progress,
        };
        found.push((at.unwrap_or(usize::MAX), row));
    }
    // Within a goal or target they stay in the order of their codes.
    found.sort_by_key(|(at, _)| *at);
    Ok(Indicators {
        count: overview.total,
        shown: found.into_iter().map(|(_, row)| row).collect(),
    })
}
