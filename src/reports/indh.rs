//! The INDH report: hours by programme, territory and month, with completeness.
//!
//! Statements are in `store`; who may ask is decided in `mod`.

use std::collections::BTreeMap;
use std::collections::HashMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::ids::TagSetId;
use entity::ids::TermId;
use entity::organization;
use entity::tag_share;
use entity::territory;
use entity::types::EntryStatus;
use entity::types::EvidenceLevel;
use entity::vocabulary_term;
use sea_orm::ActiveEnum;
use sea_orm::Iterable;

use crate::impact::allocation;
use crate::reports::additivity;
use crate::reports::completeness::Completeness;
use crate::reports::error::ReportError;
use crate::reports::evidence;
use crate::reports::evidence::Levels;
use crate::reports::foot;
use crate::reports::question::TimeBasis;
use crate::reports::store::Line;
use crate::reports::value::ValueOfWork;

/// The level at which work is reported: deeper terms count under theirs.
const PROGRAMME: &str = "PROGRAMME";

/// Which part of the territory's hours an answer covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// All hours worked in the territory.
    Territory,
    /// Only hours of organizations that the caller belongs to, or of the one asked for.
    Organizations,
    /// Hours of organizations that the caller belongs to, and all of the parts of the territory that
    /// they observe.
    Observed,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct IndhReport {
    /// The territory asked about, in its newest version of the interval.
    pub territory: territory::Model,
    /// The one organization asked about.
    pub organization: Option<organization::Model>,
    /// First day.
    pub from: NaiveDate,
    /// Last day, inclusive.
    pub to: NaiveDate,
    /// Which part of the territory's hours it covers.
    pub coverage: Coverage,
    /// How days and months are cut.
    pub time_basis: TimeBasis,
    /// Which states count.
    pub status_basis: Vec<EntryStatus>,
    /// The instant of the answer.
    pub as_of: DateTime<Utc>,
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
    /// What the work is worth.
    pub value_of_work: ValueOfWork,
    /// What the figures rest on.
    pub completeness: Completeness,
    /// What may be summed.
    pub additivity: Vec<additivity::Rule>,
}

/// What is measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measures {
    /// Person-minutes: of a group, head-count × minutes.
    pub minutes: i64,
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
    /// The programme; `None` for work of projects without one.
    pub term: Option<vocabulary_term::Model>,
    /// Its measures: minutes by share, the rest of everything it touches.
    pub measures: Measures,
    /// Its minutes by what shows the work.
    pub levels: Levels,
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

impl From<&Line> for Measures {
    fn from(line: &Line) -> Self {
        Self {
            minutes: line.minutes,
            group_minutes: line.group_minutes,
            entries: line.entries,
            participations: line.participations,
            distinct_volunteers: line.volunteers,
            projects: line.projects,
            organizations: line.organizations,
        }
    }
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

/// Puts lines into breakdowns, shares minutes among programmes, and holds all against the total.
///
/// # Errors
/// [`ReportError::DoesNotFoot`], [`ReportError::Unknown`].
pub fn break_down(
    lines: &[Line],
    months: &[NaiveDate],
    terms: &[vocabulary_term::Model],
    shares: &[tag_share::Model],
) -> Result<Breakdowns, ReportError> {
    let part = |name: &'static str| lines.iter().filter(move |it| it.part == name);
    let totals: Measures = part("TOTAL").next().map(Measures::from).unwrap_or_default();

    let counted: HashMap<&str, &Line> = part("MONTH")
        .filter_map(|it| it.label.as_deref().map(|label| (label, it)))
        .collect();
    let shown = evidence::by_key(lines, "MONTH_EVIDENCE");
    let by_month: Vec<MonthRow> = months
        .iter()
        .map(|month| {
            let label = month.format("%Y-%m").to_string();
            MonthRow {
                month: *month,
                measures: counted
                    .get(label.as_str())
                    .map(|it| Measures::from(*it))
                    .unwrap_or_default(),
                levels: shown.get(label.as_str()).cloned().unwrap_or_default(),
            }
        })
        .collect();

    let by_evidence: Vec<EvidenceRow> = EvidenceLevel::iter()
        .map(|level| {
            let word = level.to_value();
            let line = part("EVIDENCE").find(|it| it.label.as_deref() == Some(word.as_str()));
            EvidenceRow {
                level,
                minutes: line.map_or(0, |it| it.minutes),
                entries: line.map_or(0, |it| it.entries),
                participations: line.map_or(0, |it| it.participations),
            }
        })
        .collect();

    let shown = evidence::by_key(lines, "PLACE_EVIDENCE");
    let mut by_place: Vec<PlaceRow> = part("PLACE")
        .map(|it| PlaceRow {
            code: it.label.clone(),
            measures: Measures::from(it),
            levels: shown
                .get(it.label.as_deref().unwrap_or_default())
                .cloned()
                .unwrap_or_default(),
        })
        .collect();
    // What was recorded at the level asked for comes last.
    by_place.sort_by(|left, right| {
        (left.code.is_none(), &left.code).cmp(&(right.code.is_none(), &right.code))
    });

    let by_programme = programmes(lines, terms, shares)?;

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
    let months = by_month.iter().map(|it| (it.measures, &it.levels));
    let places = by_place.iter().map(|it| (it.measures, &it.levels));
    let terms = by_programme.iter().map(|it| (it.measures, &it.levels));
    for (measures, levels) in months.chain(places).chain(terms) {
        foot::check("byEvidence", measures.minutes, levels.values().copied())?;
    }
    Ok(Breakdowns {
        totals,
        by_programme,
        by_place,
        by_evidence,
        by_month,
    })
}

fn programmes(
    lines: &[Line],
    terms: &[vocabulary_term::Model],
    shares: &[tag_share::Model],
) -> Result<Vec<ProgrammeRow>, ReportError> {
    let order: HashMap<TermId, usize> = terms
        .iter()
        .enumerate()
        .map(|(at, it)| (it.id, at))
        .collect();
    let minutes = minutes_by_programme(lines, &order, terms, shares)?;
    let unshared = evidence::by_key(lines, "PROGRAMME_EVIDENCE");
    let mut rows = BTreeMap::new();
    for line in lines.iter().filter(|it| it.part == "PROGRAMME") {
        let mut measures = Measures::from(line);
        let Some(id) = line.term_id else {
            rows.insert(
                usize::MAX,
                ProgrammeRow {
                    term: None,
                    measures,
                    levels: unshared.get("").cloned().unwrap_or_default(),
                },
            );
            continue;
        };
        let at = *order
            .get(&id)
            .ok_or(ReportError::Unknown { kind: "term" })?;
        // What it touches was counted; what it gets is its share.
        let (own, levels) = minutes.get(&at).cloned().unwrap_or_default();
        measures.minutes = own;
        rows.insert(
            at,
            ProgrammeRow {
                term: terms.get(at).cloned(),
                measures,
                levels,
            },
        );
    }
    Ok(rows.into_values().collect())
}

/// Shares the minutes of each tag set among its programmes, in the order of the vocabulary, and those of
/// each programme among what shows them.
fn minutes_by_programme(
    lines: &[Line],
    order: &HashMap<TermId, usize>,
    terms: &[vocabulary_term::Model],
    shares: &[tag_share::Model],
) -> Result<HashMap<usize, (i64, Levels)>, ReportError> {
    let mut sets: HashMap<TagSetId, BTreeMap<usize, i64>> = HashMap::new();
    for share in shares {
        let at = programme_of(share.term_id, order, terms)?;
        *sets
            .entry(share.tag_set_id)
            .or_default()
            .entry(at)
            .or_default() += i64::from(share.share_ppm);
    }
    let shown = evidence::by_set(lines);
    let mut minutes: HashMap<usize, (i64, Levels)> = HashMap::new();
    for line in lines.iter().filter(|it| it.part == "SET") {
        let Some(set) = line.tag_set_id.and_then(|it| sets.get(&it)) else {
            continue;
        };
        let ppm: Vec<i64> = set.values().copied().collect();
        for (at, part) in set.keys().zip(allocation::split(line.minutes, &ppm)) {
            let (sum, levels) = minutes.entry(*at).or_default();
            *sum += part;
            if let Some(shown) = line.tag_set_id.and_then(|it| shown.get(&it)) {
                evidence::share(part, shown, levels);
            }
        }
    }
    Ok(minutes)
}

/// Where the programme of a term stands in the vocabulary: itself, or the programme above it.
fn programme_of(
    term: TermId,
    order: &HashMap<TermId, usize>,
    terms: &[vocabulary_term::Model],
) -> Result<usize, ReportError> {
    let unknown = || ReportError::Unknown { kind: "term" };
    let own = *order.get(&term).ok_or_else(unknown)?;
    let mut at = own;
    // A chain of parents is never longer than the vocabulary.
    for _ in terms {
        let here = terms.get(at).ok_or_else(unknown)?;
        if here.level == PROGRAMME {
            return Ok(at);
        }
        let Some(parent) = here.parent_id else {
            return Ok(own);
        };
        at = *order.get(&parent).ok_or_else(unknown)?;
    }
    Ok(own)
}
