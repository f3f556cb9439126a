//! Rows of programmes, and of their axes within them: minutes rounded once, from the whole down.
//!
//! How work is shared among terms is known to `rollups`; what else the report says is put together beside it.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::ids::TermId;
use entity::vocabulary_term;

use crate::impact::allocation;
use crate::reports::error::ReportError;
use crate::reports::evidence;
use crate::reports::indh::AxisRow;
use crate::reports::indh::Measures;
use crate::reports::indh::ProgrammeRow;
use crate::rollups::Counted;
use crate::rollups::Figures;
use crate::vocabularies::versions;

/// A term, what was counted of it, and its measures with rounded minutes.
type Rounded<'a> = (Option<TermId>, &'a Counted, Measures);

/// Terms in the order of the vocabulary, called as they were on a day.
struct Terms<'a> {
    all: &'a [vocabulary_term::Model],
    order: HashMap<TermId, usize>,
    day: NaiveDate,
}

/// Rows of programmes in the order of the vocabulary. Minutes are rounded once, over all programmes, so that
/// they add up to the whole; those of each programme once over its axes, so that they add up to it.
pub(super) fn rows(
    figures: &Figures,
    terms: &[vocabulary_term::Model],
    day: NaiveDate,
) -> Result<Vec<ProgrammeRow>, ReportError> {
    let terms = Terms {
        all: terms,
        order: terms.iter().map(|it| it.id).zip(0..).collect(),
        day,
    };
    let tally = &figures.tally;
    let programmes = tally.by_programme.iter();
    let programmes = programmes.map(|(id, counted)| (*id, counted));
    let whole = (tally.total.sums.minutes, tally.total.sums.group_minutes);
    let mut rows = Vec::new();
    for (id, counted, measures) in terms.rounded(whole, programmes.collect())? {
        let axes = tally.by_axis.iter();
        let axes = axes.filter(|((programme, _), _)| *programme == id);
        let axes = axes.map(|((_, axis), counted)| (*axis, counted));
        let whole = (measures.minutes, measures.group_minutes);
        let axes = terms.rounded(whole, axes.collect())?;
        rows.push(ProgrammeRow {
            counted_as: id,
            term: terms.called(id),
            measures,
            levels: evidence::share(measures.minutes, &counted.levels),
            by_axis: axes
                .into_iter()
                .map(|(id, _, measures)| AxisRow {
                    term: terms.called(id),
                    measures,
                })
                .collect(),
        });
    }
    Ok(rows)
}

impl Terms<'_> {
    fn called(&self, id: Option<TermId>) -> Option<vocabulary_term::Model> {
        let term = self.all.get(*self.order.get(&id?)?)?;
        versions::on(self.all, &term.code, self.day).cloned()
    }

    /// Rows in the order of the vocabulary, what has no term last, with minutes that add up to the whole.
    fn rounded<'a>(
        &self,
        (minutes, group_minutes): (i64, i64),
        rows: Vec<(Option<TermId>, &'a Counted)>,
    ) -> Result<Vec<Rounded<'a>>, ReportError> {
        let mut placed = Vec::with_capacity(rows.len());
        for (id, counted) in rows {
            let at = match id {
                Some(id) => *self
                    .order
                    .get(&id)
                    .ok_or(ReportError::Unknown { kind: "term" })?,
                None => usize::MAX,
            };
            placed.push((at, id, counted));
        }
        placed.sort_by_key(|(at, ..)| *at);
        let of = |sum: fn(&Counted) -> i64| placed.iter().map(|it| sum(it.2)).collect();
        let shares: Vec<i64> = of(|it| it.sums.minutes);
        let minutes = allocation::round_to_sum(minutes, &shares, allocation::WHOLE_PPM);
        let of_groups: Vec<i64> = of(|it| it.sums.group_minutes);
        let of_groups = allocation::round_to_sum(group_minutes, &of_groups, allocation::WHOLE_PPM);
        let rounded = minutes.into_iter().zip(of_groups);
        Ok(placed
            .into_iter()
            .zip(rounded)
            .map(|((_, id, counted), (minutes, group_minutes))| {
                let measures = Measures {
                    minutes,
                    group_minutes,
                    ..Measures::touched(counted)
                };
                (id, counted, measures)
            })
            .collect())
    }
}
