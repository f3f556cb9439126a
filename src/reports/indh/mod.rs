//! The INDH report: hours by programme, territory and month, with completeness.
//!
//! It is put together in `answer`, from parts that have a file each; statements are in `store`, and who may ask
//! is decided in `ground`.

mod answer;
pub mod budget;
pub mod comparison;
pub mod partners;
mod programme;
mod store;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entity::ids::TermId;
use entity::territory;
use entity::types::EvidenceLevel;
use entity::vocabulary_term;
use rust_decimal::Decimal;
use sea_orm::Iterable;

use crate::impact::benefit::Beneficiaries;
use crate::impact::overview::Overview;
use crate::reports::additivity;
use crate::reports::completeness::Completeness;
use crate::reports::crossings::Crossings;
use crate::reports::crossings::Minutes;
use crate::reports::error::ReportError;
use crate::reports::evidence;
use crate::reports::evidence::Levels;
use crate::reports::foot;
use crate::reports::head::Head;
pub(super) use crate::reports::indh::answer::answer;
pub(super) use crate::reports::indh::answer::bring_up;
pub(super) use crate::reports::indh::answer::of_state;
use crate::reports::indh::budget::Budget;
use crate::reports::indh::comparison::Comparison;
use crate::reports::indh::partners::Partners;
use crate::reports::terms::Terms;
use crate::reports::value::ValueOfWork;
use crate::rollups::Counted;
use crate::rollups::Figures;

/// The answer.
#[derive(Clone, Debug)]
pub struct IndhReport {
    /// What it is of.
    pub head: Head,
    /// The whole.
    pub totals: Measures,
    /// By programme, in the order of the vocabulary; work without a programme last.
    pub by_programme: Vec<ProgrammeRow>,
    /// By territory directly below, by code; what was recorded at the level asked for last.
    pub by_territory: Vec<TerritoryRow>,
    /// By what shows the work, every level, the weakest first.
    pub by_evidence: Vec<EvidenceRow>,
    /// Every month of the interval, in order.
    pub by_month: Vec<MonthRow>,
    /// What programmes, territories and months are where they cross.
    pub crossings: Crossings,
    /// What the work is worth.
    pub value_of_work: Option<ValueOfWork>,
    /// What the figures rest on.
    pub completeness: Completeness,
    /// Of this, what lies in parts of the territory that are no row of `by_territory`.
    pub completeness_elsewhere: Completeness,
    /// The headline against the period before and the year before.
    pub comparison: Option<Comparison>,
    /// What projects cost.
    pub budget: Option<Budget>,
    /// Who benefits.
    pub beneficiaries: Option<Beneficiaries>,
    /// How far indicators have come.
    pub indicators: Option<Overview>,
    /// Organizations with hours.
    pub partners: Option<Partners>,
    /// What may be summed.
    pub additivity: Vec<additivity::Rule>,
}

/// What is measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measures {
    /// Person-minutes: of a group, head-count × minutes.
    pub minutes: i64,
    /// Person-minutes of all work of projects with a share in a programme, whatever the share; elsewhere
    /// as `minutes`.
    pub touched_minutes: i64,
    /// Of these, minutes of groups.
    pub group_minutes: i64,
    /// Entries with a minute in the interval.
    pub entries: i64,
    /// Head-counts of these entries: 1 each, of a group all its people.
    pub participations: i64,
    /// Distinct named people. People of a group are not named and count none.
    pub distinct_volunteers: i64,
    /// Distinct projects.
    pub projects: i64,
    /// Distinct organizations.
    pub organizations: i64,
}

/// Figures of one programme.
#[derive(Clone, Debug)]
pub struct ProgrammeRow {
    /// Under what it is counted: its first version.
    pub counted_as: Option<TermId>,
    /// The programme; `None` for work of projects without one.
    pub term: Option<vocabulary_term::Model>,
    /// Its measures: minutes by share, the rest of everything it touches.
    pub measures: Measures,
    /// Its minutes by what shows the work.
    pub levels: Levels,
    /// The same by axis, in the order of the vocabulary; what is shared to the programme itself last.
    pub by_axis: Vec<AxisRow>,
}

/// Figures of one axis of a programme.
#[derive(Clone, Debug)]
pub struct AxisRow {
    /// The term directly below the programme; `None` for work that is shared to the programme itself.
    pub term: Option<vocabulary_term::Model>,
    /// Its measures: minutes by share, the rest of everything it touches.
    pub measures: Measures,
}

/// Figures of one territory.
#[derive(Clone, Debug)]
pub struct TerritoryRow {
    /// The territory.
    pub territory: territory::Model,
    /// Its measures.
    pub measures: Measures,
    /// Its minutes by what shows the work.
    pub levels: Levels,
    /// Who has reported, of the organizations seated there.
    pub completeness: Completeness,
}

/// Figures of one month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthRow {
    /// Its first day.
    pub month: NaiveDate,
    /// Its measures.
    pub measures: Measures,
    /// Its minutes by what shows the work.
    pub levels: Levels,
}

/// Figures of one evidence level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EvidenceRow {
    /// What shows the work.
    pub level: EvidenceLevel,
    /// Person-minutes.
    pub minutes: i64,
    /// Entries.
    pub entries: i64,
    /// Head-counts of these entries.
    pub participations: i64,
}

impl Measures {
    /// The measures of figures whose minutes are whole ones.
    pub(super) fn of(counted: &Counted) -> Self {
        Self {
            minutes: counted.sums.minutes,
            ..Self::touched(counted)
        }
    }

    /// What is counted of a programme; its minutes are shared out.
    pub(super) fn touched(counted: &Counted) -> Self {
        let number = |it: u64| i64::try_from(it).unwrap_or(i64::MAX);
        Self {
            minutes: 0,
            touched_minutes: counted.sums.touched_minutes,
            group_minutes: counted.sums.group_minutes,
            entries: counted.sums.entries,
            participations: counted.sums.participations,
            distinct_volunteers: number(counted.people()),
            projects: number(counted.projects()),
            organizations: number(counted.organizations()),
        }
    }
}

/// A percentage as reports print it: always two decimals, halves to the even side.
pub(super) fn printed(percent: Decimal) -> Decimal {
    let mut printed = percent.round_dp(2);
    printed.rescale(2);
    printed
}

/// The breakdowns of one set of figures.
#[derive(Clone, Debug, Default)]
pub struct Breakdowns {
    /// The whole.
    pub totals: Measures,
    /// By programme.
    pub by_programme: Vec<ProgrammeRow>,
    /// By code of the territory; `None` is the level asked for.
    pub by_place: Vec<PlaceRow>,
    /// By what shows the work.
    pub by_evidence: Vec<EvidenceRow>,
    /// By month.
    pub by_month: Vec<MonthRow>,
    /// Minutes by month, place and programme.
    pub crossings: Minutes,
}

/// Figures of one place, before its territory is looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceRow {
    /// Code of the territory; `None` is the level asked for.
    pub code: Option<String>,
    /// Its measures.
    pub measures: Measures,
    /// Its minutes by what shows the work.
    pub levels: Levels,
}

/// Puts figures into breakdowns, shares minutes among programmes, and holds all against the total. Of `terms`
/// every version is needed; programmes are called as they were on `day`.
///
/// # Errors
/// [`ReportError::DoesNotFoot`], [`ReportError::Unknown`].
pub fn break_down(
    figures: &Figures,
    months: &[NaiveDate],
    terms: &[vocabulary_term::Model],
    day: NaiveDate,
) -> Result<Breakdowns, ReportError> {
    let tally = &figures.tally;
    let totals = Measures::of(&tally.total);
    let by_month: Vec<MonthRow> = months
        .iter()
        .map(|month| {
            let counted = figures.by_month.get(month).map(|it| &it.total);
            MonthRow {
                month: *month,
                measures: counted.map(Measures::of).unwrap_or_default(),
                levels: counted.map(|it| it.levels.clone()).unwrap_or_default(),
            }
        })
        .collect();
    let by_evidence: Vec<EvidenceRow> = EvidenceLevel::iter()
        .map(|level| {
            let sums = tally.by_evidence.get(&level).copied().unwrap_or_default();
            EvidenceRow {
                level,
                minutes: sums.minutes,
                entries: sums.entries,
                participations: sums.participations,
            }
        })
        .collect();
    let mut by_place: Vec<PlaceRow> = tally
        .by_place
        .iter()
        .map(|(code, counted)| PlaceRow {
            code: code.clone(),
            measures: Measures::of(counted),
            levels: counted.levels.clone(),
        })
        .collect();
    // What was recorded at the level asked for comes last.
    by_place.sort_by_key(|it| it.code.is_none());
    let (by_programme, crossings) = programme::rows(figures, &Terms::of(terms, day))?;

    foot::check(
        "byMonth",
        totals.minutes,
        by_month.iter().map(|it| it.measures.minutes),
    )?;
    foot::check(
        "byEvidence",
        totals.minutes,
        by_evidence.iter().map(|it| it.minutes),
    )?;
    foot::check(
        "byTerritory",
        totals.minutes,
        by_place.iter().map(|it| it.measures.minutes),
    )?;
    foot::check(
        "byProgramme",
        totals.minutes,
        by_programme.iter().map(|it| it.measures.minutes),
    )?;
    foot::check(
        "byProgramme",
        totals.group_minutes,
        by_programme.iter().map(|it| it.measures.group_minutes),
    )?;
    for row in &by_programme {
        let axes = || row.by_axis.iter().map(|it| it.measures);
        foot::check("byAxis", row.measures.minutes, axes().map(|it| it.minutes))?;
        foot::check(
            "byAxis",
            row.measures.group_minutes,
            axes().map(|it| it.group_minutes),
        )?;
    }
    let whole = by_evidence
        .iter()
        .map(|it| (it.level, it.minutes))
        .collect();
    let months = by_month.iter().map(|it| (it.measures.minutes, &it.levels));
    evidence::check(&whole, months)?;
    let places = by_place.iter().map(|it| (it.measures.minutes, &it.levels));
    evidence::check(&whole, places)?;
    let terms = by_programme.iter();
    evidence::check(&whole, terms.map(|it| (it.measures.minutes, &it.levels)))?;
    let mut crossed: BTreeMap<Option<TermId>, i64> = BTreeMap::new();
    for ((_, _, programme), minutes) in &crossings {
        *crossed.entry(*programme).or_default() += minutes;
    }
    for row in &by_programme {
        let crossed = crossed.remove(&row.counted_as);
        foot::check("crossings", row.measures.minutes, crossed.into_iter())?;
    }
    Ok(Breakdowns {
        totals,
        by_programme,
        by_place,
        by_evidence,
        by_month,
        crossings,
    })
}
