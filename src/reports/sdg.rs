//! The report by goals of sustainable development: hours by goal and, below, by target, with what was measured
//! for them.
//!
//! Which cells belong to which goal is counted in `rollups::goals`; here they are rounded, all at once, and put
//! in order. How far indicators have come is worked out in `impact`.

use std::collections::BTreeMap;

use entity::types::EvidenceLevel;
use entity::vocabulary_term;
use sea_orm::ConnectionTrait;
use sea_orm::Iterable;

use crate::apportionment::allocation;
use crate::apportionment::flow::Flow;
use crate::apportionment::flow::Node;
use crate::identity::Ctx;
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
use crate::reports::terms;
use crate::reports::terms::Row;
use crate::reports::terms::Terms;
use crate::reports::value;
use crate::reports::value::ValueOfWork;
use crate::rollups;
use crate::rollups::Served;
use crate::vocabularies::SDG;
use crate::vocabularies::edition;
use crate::vocabularies::lookup;

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

/// Fractions of minutes, laid out so that all that is printed of them adds up: from the whole by goal and target,
/// from them by what shows the work to the whole.
struct Sharing {
    flow: Flow,
    whole: Node,
    levels: BTreeMap<EvidenceLevel, (Node, i128)>,
}

/// The pipes of a row, and of its levels.
type Pipes = (usize, Vec<(EvidenceLevel, usize)>);

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
    let db = &ctx.counting().await?;
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
    let totals = Measures::of(&served.total);
    let by_evidence = by_evidence(&served);
    let ordered = Terms::of(&terms, question.to);
    let by_goal = goals(&served, &ordered)?;
    check(&totals, &by_evidence, &by_goal)?;
    let indicators = match measured {
        Measured::Yes => Some(indicators(db, &ground.within(ctx, question), &ordered).await?),
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

/// Rows of goals in the order of the vocabulary. Minutes of goals are rounded by largest remainder, and those of
/// the targets of each, where everything else can be rounded with them.
fn goals(served: &Served, named: &Terms<'_>) -> Result<Vec<GoalRow>, ReportError> {
    let colours = edition::colours()?;
    let sums = &served.total.sums;
    let goals = served.by_goal.iter().map(|(id, it)| (*id, &it.whole));
    let goals = named.rows((sums.minutes, sums.group_minutes), goals)?;
    let mut sharing = Sharing::new();
    let mut laid = Vec::with_capacity(goals.len());
    for goal in goals {
        let counted = served.by_goal.get(&goal.id);
        let targets = counted.map(|it| &it.by_target).into_iter().flatten();
        let whole = (goal.measures.minutes, goal.measures.group_minutes);
        let targets = named.rows(whole, targets.map(|(id, it)| (*id, it)))?;
        let (of_goal, of_targets) = sharing.lay(&goal, &targets);
        laid.push((goal, of_goal, targets, of_targets));
    }
    let rounded = sharing.round();
    let minutes = |pipe: usize| rounded.get(pipe).copied().unwrap_or_default();
    let levels = |of: Vec<(EvidenceLevel, usize)>| {
        let levels = of.into_iter().map(|(level, it)| (level, minutes(it)));
        levels.collect::<Levels>()
    };
    for (goal, of_goal, targets, of_targets) in &mut laid {
        goal.measures.minutes = minutes(of_goal.0);
        for (target, of_target) in targets.iter_mut().zip(of_targets) {
            target.measures.minutes = minutes(of_target.0);
        }
    }
    let of_groups = sums.group_minutes;
    terms::fit_groups(of_groups, laid.iter_mut().map(|it| &mut it.0.measures));
    let rows = laid
        .into_iter()
        .map(|(goal, of_goal, mut targets, of_targets)| {
            let of_goal_groups = goal.measures.group_minutes;
            terms::fit_groups(
                of_goal_groups,
                targets.iter_mut().map(|it| &mut it.measures),
            );
            let term = named.called(goal.id);
            let targets = targets
                .into_iter()
                .zip(of_targets)
                .map(|(target, pipes)| TargetRow {
                    term: named.called(target.id),
                    measures: target.measures,
                    levels: levels(pipes.1),
                });
            GoalRow {
                colour: term.as_ref().and_then(|it| colours.get(&it.code).cloned()),
                term,
                measures: goal.measures,
                levels: levels(of_goal.1),
                by_target: targets.collect(),
            }
        });
    Ok(rows.collect())
}

impl Sharing {
    fn new() -> Self {
        let mut flow = Flow::new(i128::from(allocation::WHOLE_PPM));
        Self {
            whole: flow.node(),
            flow,
            levels: BTreeMap::new(),
        }
    }

    /// Lays a goal and its targets.
    fn lay(&mut self, goal: &Row<'_>, targets: &[Row<'_>]) -> (Pipes, Vec<Pipes>) {
        let flow = &mut self.flow;
        let node = flow.node();
        let pipe = flow.pipe(self.whole, node, i128::from(goal.counted.sums.minutes));
        flow.wish(pipe, goal.measures.minutes);
        // What of the goal is shown by each level goes by one pipe.
        let mut levels = Vec::new();
        let mut shown = BTreeMap::new();
        for (level, parts) in &goal.counted.levels {
            let parts = i128::from(*parts);
            let of_goal = flow.node();
            let (of_level, sum) = self
                .levels
                .entry(*level)
                .or_insert_with(|| (flow.node(), 0));
            *sum += parts;
            levels.push((*level, flow.pipe(of_goal, *of_level, parts)));
            shown.insert(*level, of_goal);
        }
        let targets = targets.iter().map(|target| {
            let of_target = flow.node();
            let pipe = flow.pipe(node, of_target, i128::from(target.counted.sums.minutes));
            flow.wish(pipe, target.measures.minutes);
            let levels = target.counted.levels.iter().filter_map(|(level, parts)| {
                let pipe = flow.pipe(of_target, *shown.get(level)?, i128::from(*parts));
                Some((*level, pipe))
            });
            (pipe, levels.collect())
        });
        let targets = targets.collect();
        ((pipe, levels), targets)
    }

    fn round(mut self) -> Vec<i64> {
        for (node, sum) in self.levels.into_values() {
            self.flow.pipe(node, self.whole, sum);
        }
        self.flow.round()
    }
}

/// Holds every breakdown against what it is of.
fn check(
    totals: &Measures,
    by_evidence: &[EvidenceRow],
    by_goal: &[GoalRow],
) -> Result<(), ReportError> {
    let whole: Levels = by_evidence
        .iter()
        .map(|it| (it.level, it.minutes))
        .collect();
    foot::check("byEvidence", totals.minutes, whole.values().copied())?;
    let goals = by_goal.iter().map(|it| (it.measures.minutes, &it.levels));
    evidence::check(&whole, goals)?;
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
        let targets = goal.by_target.iter();
        let targets = targets.map(|it| (it.measures.minutes, &it.levels));
        evidence::check(&goal.levels, targets)?;
    }
    Ok(())
}

async fn indicators(
    db: &impl ConnectionTrait,
    within: &Within<'_>,
    terms: &Terms<'_>,
) -> Result<Indicators, ReportError> {
    let overview = overview::of_goals(db, within, INDICATORS_MOST).await?;
    let mut found = Vec::with_capacity(overview.rows.len());
    for progress in overview.rows {
        let code = progress.indicator.sdg_code.as_deref().unwrap_or_default();
        let term = terms.coded(code);
        let at = terms.place(term.map(|it| it.id))?;
        let row = IndicatorRow {
            term: term.cloned(),
            progress,
        };
        found.push((at, row));
    }
    // Within a goal or target they stay in the order of their codes.
    found.sort_by_key(|(at, _)| *at);
    Ok(Indicators {
        count: overview.total,
        shown: found.into_iter().map(|(_, row)| row).collect(),
    })
}
