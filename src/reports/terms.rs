//! Terms of a vocabulary as reports list them: in its order, called as on the last day, their minutes by largest
//! remainder.
//!
//! How work is shared among terms is known to `rollups`; where tables have to add up as well, `rounding` has the
//! last word.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::ids::TermId;
use entity::vocabulary_term;

use crate::impact::allocation;
use crate::reports::error::ReportError;
use crate::reports::indh::Measures;
use crate::rollups::Counted;
use crate::vocabularies::versions;

/// The terms of a vocabulary, every version of them.
pub(super) struct Terms<'a> {
    all: &'a [vocabulary_term::Model],
    order: HashMap<TermId, usize>,
    day: NaiveDate,
}

/// A row under construction: its term, what was counted of it, and its measures.
pub(super) struct Row<'a> {
    /// What it is counted as; `None` for work without a term.
    pub id: Option<TermId>,
    /// What was counted, minutes in millionths.
    pub counted: &'a Counted,
    /// Its measures, minutes rounded.
    pub measures: Measures,
}

impl<'a> Terms<'a> {
    /// Terms in the order of the vocabulary, called as they were on a day.
    pub fn of(all: &'a [vocabulary_term::Model], day: NaiveDate) -> Self {
        let order = all.iter().map(|it| it.id).zip(0..).collect();
        Self { all, order, day }
    }

    /// A term as it was called on the day.
    pub fn called(&self, id: Option<TermId>) -> Option<vocabulary_term::Model> {
        let counted = self.all.get(*self.order.get(&id?)?)?;
        self.coded(&counted.code).cloned()
    }

    /// The term of a code on the day.
    pub fn coded(&self, code: &str) -> Option<&'a vocabulary_term::Model> {
        versions::on(self.all, code, self.day)
    }

    /// The place of a row among others; those without a term come last.
    ///
    /// # Errors
    /// [`ReportError::Unknown`] for a term of another vocabulary.
    pub fn place(&self, id: Option<TermId>) -> Result<usize, ReportError> {
        let Some(id) = id else {
            return Ok(usize::MAX);
        };
        let at = self.order.get(&id).copied();
        at.ok_or(ReportError::Unknown { kind: "term" })
    }

    /// Rows in order; minutes, and of these those of groups, by largest remainder, so that they add up to those of
    /// the whole.
    ///
    /// # Errors
    /// [`ReportError::Unknown`].
    pub fn rows<'b>(
        &self,
        (minutes, of_groups): (i64, i64),
        rows: impl Iterator<Item = (Option<TermId>, &'b Counted)>,
    ) -> Result<Vec<Row<'b>>, ReportError> {
        let mut placed = Vec::new();
        for (id, counted) in rows {
            placed.push((self.place(id)?, id, counted));
        }
        placed.sort_by_key(|(at, ..)| *at);
        let round = |total: i64, of: fn(&Counted) -> i64| {
            let parts: Vec<i64> = placed.iter().map(|(_, _, it)| of(it)).collect();
            allocation::round_to_sum(total, &parts, allocation::WHOLE_PPM)
        };
        let minutes = round(minutes, |it| it.sums.minutes);
        let of_groups = round(of_groups, |it| it.sums.group_minutes);
        let rounded = minutes.into_iter().zip(of_groups);
        let rows = placed.into_iter().zip(rounded);
        Ok(rows
            .map(|((_, id, counted), (minutes, group_minutes))| Row {
                id,
                counted,
                measures: Measures {
                    minutes,
                    group_minutes,
                    ..Measures::touched(counted)
                },
            })
            .collect())
    }
}
