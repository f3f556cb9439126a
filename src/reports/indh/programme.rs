//! Rows of programmes, and of their axes within them: minutes rounded once, with everything that they are crossed
//! with.
//!
//! How work is shared among terms is known to `rollups`; what is printed of crossings is in `crossings`.

use std::collections::BTreeMap;
use std::collections::HashMap;

use chrono::NaiveDate;
use entity::ids::TermId;
use entity::types::EvidenceLevel;

use crate::impact::allocation::WHOLE_PPM;
use crate::impact::controlled::Flow;
use crate::impact::controlled::Node;
use crate::reports::crossings::Minutes;
use crate::reports::error::ReportError;
use crate::reports::evidence::Levels;
use crate::reports::indh::AxisRow;
use crate::reports::indh::ProgrammeRow;
use crate::reports::terms;
use crate::reports::terms::Row;
use crate::reports::terms::Terms;
use crate::rollups::Figures;

/// Fractions of minutes of programmes, laid out so that all that is printed of them adds up: from the whole by
/// what shows the work to the programmes, from them by month and place to the whole.
struct Sharing {
    flow: Flow,
    whole: Node,
    /// Of each programme, in order: where its minutes come to, and where they go from.
    programmes: Vec<(Node, Node)>,
    /// The pipes of what is printed.
    printed: Vec<(Printed, usize)>,
}

/// A number that is printed.
enum Printed {
    /// A programme, by its place.
    Programme(usize),
    /// What of it is shown by this.
    Level(usize, EvidenceLevel),
    /// What of it was worked in a month at a place.
    Crossing(NaiveDate, Option<String>, Option<TermId>),
}

/// Rows of programmes in the order of the vocabulary, and their minutes by month and place.
///
/// Minutes of programmes are rounded by largest remainder, where everything else can be rounded with them; then
/// those of axes, so that they add up to their programme.
pub(super) fn rows(
    figures: &Figures,
    named: &Terms<'_>,
) -> Result<(Vec<ProgrammeRow>, Minutes), ReportError> {
    let tally = &figures.tally;
    let whole = (tally.total.sums.minutes, tally.total.sums.group_minutes);
    let programmes = tally.by_programme.iter();
    let mut rounded = named.rows(whole, programmes.map(|(id, counted)| (*id, counted)))?;
    let mut sharing = Sharing::of(&rounded);
    sharing.evidence(&rounded);
    sharing.months(figures, &rounded)?;
    let (minutes, mut levels, crossings) = sharing.round(rounded.len());

    for (row, minutes) in rounded.iter_mut().zip(minutes) {
        row.measures.minutes = minutes;
    }
    let of_groups = tally.total.sums.group_minutes;
    terms::fit_groups(of_groups, rounded.iter_mut().map(|it| &mut it.measures));
    let mut rows = Vec::with_capacity(rounded.len());
    for (at, row) in rounded.into_iter().enumerate() {
        let measures = row.measures;
        let axes = tally.by_axis.iter();
        let axes = axes.filter(|((programme, _), _)| *programme == row.id);
        let axes = axes.map(|((_, axis), counted)| (*axis, counted));
        let axes = named.rows((measures.minutes, measures.group_minutes), axes)?;
        rows.push(ProgrammeRow {
            counted_as: row.id,
            term: named.called(row.id),
            measures,
            levels: levels.get_mut(at).map(std::mem::take).unwrap_or_default(),
            by_axis: axes
                .into_iter()
                .map(|it| AxisRow {
                    term: named.called(it.id),
                    measures: it.measures,
                })
                .collect(),
        });
    }
    Ok((rows, crossings))
}

impl Sharing {
    fn of(rows: &[Row<'_>]) -> Self {
        let mut flow = Flow::new(i128::from(WHOLE_PPM));
        let whole = flow.node();
        let (mut programmes, mut printed) = (Vec::new(), Vec::new());
        for (at, row) in rows.iter().enumerate() {
            let (come, go) = (flow.node(), flow.node());
            let pipe = flow.pipe(come, go, i128::from(row.counted.sums.minutes));
            flow.wish(pipe, row.measures.minutes);
            programmes.push((come, go));
            printed.push((Printed::Programme(at), pipe));
        }
        Self {
            flow,
            whole,
            programmes,
            printed,
        }
    }

    fn evidence(&mut self, rows: &[Row<'_>]) {
        let mut levels: BTreeMap<EvidenceLevel, (Node, i128)> = BTreeMap::new();
        for (at, (row, (come, _))) in rows.iter().zip(&self.programmes).enumerate() {
            for (level, parts) in &row.counted.levels {
                let parts = i128::from(*parts);
                let (node, sum) = levels
                    .entry(*level)
                    .or_insert_with(|| (self.flow.node(), 0));
                *sum += parts;
                let pipe = self.flow.pipe(*node, *come, parts);
                self.printed.push((Printed::Level(at, *level), pipe));
            }
        }
        for (node, sum) in levels.into_values() {
            self.flow.pipe(self.whole, node, sum);
        }
    }

    fn months(&mut self, figures: &Figures, rows: &[Row<'_>]) -> Result<(), ReportError> {
        let order: HashMap<Option<TermId>, usize> = rows.iter().map(|it| it.id).zip(0..).collect();
        for (month, tally) in &figures.by_month {
            let mut crossing = Vec::with_capacity(tally.by_crossing.len());
            for ((place, term), counted) in &tally.by_crossing {
                let at = order.get(term).copied();
                let at = at.ok_or(ReportError::Unknown { kind: "crossing" })?;
                crossing.push((at, place, i128::from(counted.sums.minutes)));
            }
            crossing.sort_by_key(|(at, place, _)| (*at, *place));
            let mut places: BTreeMap<&Option<String>, (Node, i128)> = BTreeMap::new();
            for of_programme in crossing.chunk_by(|one, other| one.0 == other.0) {
                let at = of_programme.first().map_or(0, |it| it.0);
                let ends = self.programmes.get(at).zip(rows.get(at));
                let ((_, go), row) = ends.ok_or(ReportError::Unknown { kind: "crossing" })?;
                let in_month = self.flow.node();
                let sum = of_programme.iter().map(|it| it.2).sum();
                self.flow.pipe(*go, in_month, sum);
                for (_, place, parts) in of_programme {
                    let (node, sum) = places.entry(place).or_insert_with(|| (self.flow.node(), 0));
                    *sum += parts;
                    let pipe = self.flow.pipe(in_month, *node, *parts);
                    let crossing = Printed::Crossing(*month, (*place).clone(), row.id);
                    self.printed.push((crossing, pipe));
                }
            }
            for (node, sum) in places.into_values() {
                self.flow.pipe(node, self.whole, sum);
            }
        }
        Ok(())
    }

    /// Whole minutes of programmes, the same by what shows the work, and by month and place.
    fn round(self, programmes: usize) -> (Vec<i64>, Vec<Levels>, Minutes) {
        let rounded = self.flow.round();
        let mut minutes = vec![0; programmes];
        let mut levels = vec![Levels::new(); programmes];
        let mut crossings = Minutes::new();
        for (number, pipe) in self.printed {
            let whole = rounded.get(pipe).copied().unwrap_or_default();
            match number {
                Printed::Programme(at) => {
                    if let Some(minutes) = minutes.get_mut(at) {
                        *minutes = whole;
                    }
                }
                Printed::Level(at, level) => {
                    if let Some(levels) = levels.get_mut(at) {
                        levels.insert(level, whole);
                    }
                }
                Printed::Crossing(month, place, term) => {
                    crossings.insert((month, place, term), whole);
                }
            }
        }
        (minutes, levels, crossings)
    }
}
