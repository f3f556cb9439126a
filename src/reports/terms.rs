//! Terms of a vocabulary as reports list them: in its order, called as on the last day, their minutes by largest
//! remainder.
//!
//! How work is shared among terms is known to `rollups`; where tables have to add up as well,
//! `impact::controlled` has the last word.

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
        let whole = of_groups;
        let of_groups = round(of_groups, |it| it.sums.group_minutes);
        let rounded = minutes.into_iter().zip(of_groups);
        let rows = placed.into_iter().zip(rounded);
        let mut rows: Vec<Row<'_>> = rows
            .map(|((_, id, counted), (minutes, group_minutes))| Row {
                id,
                counted,
                measures: Measures {
                    minutes,
                    group_minutes,
                    ..Measures::touched(counted)
                },
            })
            .collect();
        fit_groups(whole, rows.iter_mut().map(|it| &mut it.measures));
        Ok(rows)
    }
}

/// Minutes of groups that add up to their total within the minutes of their rows: what a row has no room for is
/// given to others that have, first to those with groups.
pub(super) fn fit_groups<'a>(total: i64, rows: impl Iterator<Item = &'a mut Measures>) {
    let mut rows: Vec<&mut Measures> = rows.collect();
    for it in &mut rows {
        it.group_minutes = it.group_minutes.min(it.minutes);
    }
    let mut missing = total - rows.iter().map(|it| it.group_minutes).sum::<i64>();
    for of_groups in [true, false] {
        for it in &mut rows {
            if (it.group_minutes > 0) == of_groups {
                let given = missing.clamp(-it.group_minutes, it.minutes - it.group_minutes);
                it.group_minutes += given;
                missing -= given;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::fit_groups;
    use crate::reports::indh::Measures;

    fn fitted(total: i64, rows: [(i64, i64); 4]) -> [i64; 4] {
        let mut rows = rows.map(|(minutes, group_minutes)| Measures {
            minutes,
            group_minutes,
            ..Measures::default()
        });
        fit_groups(total, rows.iter_mut());
        rows.map(|it| it.group_minutes)
    }

    #[test]
    fn groups_work_no_more_than_their_row() {
        assert_eq!(fitted(4, [(1, 1), (0, 1), (5, 0), (4, 2)]), [1, 0, 0, 3]);
        assert_eq!(fitted(2, [(0, 1), (0, 1), (1, 0), (1, 0)]), [0, 0, 1, 1]);
    }

    #[test]
    fn groups_of_rows_add_up_to_those_of_the_whole() {
        assert_eq!(fitted(2, [(1, 1), (0, 0), (5, 0), (4, 2)]), [0, 0, 0, 2]);
        assert_eq!(fitted(3, [(1, 1), (0, 0), (5, 0), (4, 2)]), [1, 0, 0, 2]);
    }
}
