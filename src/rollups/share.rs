//! Shares of projects as they are known, and where they cut months into segments.
//!
//! How shares come to be is in `projects::tags`.

use std::collections::HashMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::ids::ProjectId;
use entity::ids::TermId;
use entity::tag_set;
use entity::tag_share;
use entity::vocabulary_term;

use crate::hours::days::month_of;
use crate::vocabularies::versions;

/// The whole of shares, in millionths.
pub const WHOLE_PPM: i64 = 1_000_000;
/// The level at which work is reported: deeper terms count under theirs.
pub const PROGRAMME: &str = "PROGRAMME";
/// The level of the goals of sustainable development: targets count under theirs.
pub const GOAL: &str = "GOAL";
/// The level of their targets: indicators count under theirs.
pub const TARGET: &str = "TARGET";

/// Shares of a project in one vocabulary from a day on, until the next.
#[derive(Clone, Debug)]
struct Set {
    vocabulary: String,
    from: NaiveDate,
    /// Exclusive.
    to: Option<NaiveDate>,
    shares: Vec<(TermId, i64)>,
}

/// Shares of projects, as they were known at some instant.
#[derive(Clone, Debug, Default)]
pub struct Shares {
    of: HashMap<ProjectId, Vec<Set>>,
    /// Days on which months are cut besides.
    cuts: Vec<NaiveDate>,
}

impl Shares {
    /// The shares of these sets that were known at an instant; all of them where it is absent.
    #[must_use]
    pub fn known(
        mut sets: Vec<tag_set::Model>,
        shares: &[tag_share::Model],
        at: Option<DateTime<Utc>>,
    ) -> Self {
        sets.retain(|it| at.is_none_or(|at| it.created_at <= at));
        // Of sets that begin on one day the last one written holds: the others were replaced.
        sets.sort_by(|one, other| {
            let key = |it: &tag_set::Model| {
                (
                    it.project_id,
                    it.vocabulary.clone(),
                    it.valid_from,
                    it.created_at,
                    it.id,
                )
            };
            key(one).cmp(&key(other))
        });
        let mut by_set: HashMap<_, Vec<(TermId, i64)>> = HashMap::new();
        for share in shares {
            let parts = by_set.entry(share.tag_set_id).or_default();
            parts.push((share.term_id, i64::from(share.share_ppm)));
        }
        let mut of: HashMap<ProjectId, Vec<Set>> = HashMap::new();
        for set in sets {
            let held = of.entry(set.project_id).or_default();
            if let Some(last) = held.last_mut().filter(|it| it.vocabulary == set.vocabulary) {
                if last.from == set.valid_from {
                    held.pop();
                } else {
                    last.to = Some(last.to.unwrap_or(NaiveDate::MAX).min(set.valid_from));
                }
            }
            held.push(Set {
                vocabulary: set.vocabulary,
                from: set.valid_from,
                // The end that a later set gave it is known only where that one is.
                to: set.valid_to.filter(|_| at.is_none()),
                shares: by_set.remove(&set.id).unwrap_or_default(),
            });
        }
        // One that was replaced last, and by nothing that is known, is in force on no day.
        for held in of.values_mut() {
            held.retain(|it| it.to.is_none_or(|to| to > it.from));
        }
        Self {
            of,
            cuts: Vec::new(),
        }
    }

    /// The same, with months that are cut on these days besides.
    #[must_use]
    pub fn cut(mut self, days: &[NaiveDate]) -> Self {
        self.cuts = days.to_vec();
        self
    }

    /// The first day of the part of a month, up to this day, on which no shares of a project changed and
    /// that is not cut.
    #[must_use]
    pub fn segment(&self, project: ProjectId, day: NaiveDate) -> NaiveDate {
        let sets = self.of.get(&project).into_iter().flatten();
        sets.flat_map(|it| [Some(it.from), it.to])
            .flatten()
            .chain(self.cuts.iter().copied())
            .filter(|it| *it <= day)
            .fold(month_of(day), NaiveDate::max)
    }

    /// The shares of a project in a vocabulary on a day, in millionths; none where there are none.
    #[must_use]
    pub fn on(&self, project: ProjectId, vocabulary: &str, day: NaiveDate) -> &[(TermId, i64)] {
        let sets = self.of.get(&project).into_iter().flatten();
        sets.filter(|it| it.vocabulary == vocabulary)
            .find(|it| it.from <= day && it.to.is_none_or(|to| to > day))
            .map_or(&[], |it| it.shares.as_slice())
    }
}

/// A programme, and the term directly below it that work counts under: its axis. No axis where work is shared
/// to the programme itself; neither for work of projects without a programme.
pub type Axis = (Option<TermId>, Option<TermId>);

/// A share that work has in a term, or in an axis of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<T = Option<TermId>> {
    /// The term; `None` for work of projects without one.
    pub term: T,
    /// Its share, in millionths.
    pub ppm: i64,
    /// Whether the project had a share in it on the day before, too.
    pub before: bool,
}

/// Which programme, or term of another level that is reported, each term of a vocabulary counts under:
/// whatever version of it a share names, the first version of the programme, so that a programme is one row
/// from one name to the next.
#[derive(Clone, Debug, Default)]
pub struct Programmes {
    of: HashMap<TermId, TermId>,
    /// The term directly below its programme that a term counts under, for those that lie in one.
    below: HashMap<TermId, TermId>,
}

impl Programmes {
    /// The programmes of these terms, every version of them: itself, the programme above it, or itself where
    /// there is none.
    #[must_use]
    pub fn of(terms: &[vocabulary_term::Model]) -> Self {
        Self::at(terms, PROGRAMME)
    }

    /// The same for terms that are reported at another level.
    #[must_use]
    pub fn at(terms: &[vocabulary_term::Model], level: &str) -> Self {
        let by_id: HashMap<TermId, &vocabulary_term::Model> =
            terms.iter().map(|it| (it.id, it)).collect();
        // The programme, and what lies directly below it on the way there.
        let placed = |term: &vocabulary_term::Model| {
            let (mut here, mut below) = (term, None);
            // A chain of parents is never longer than the vocabulary.
            for _ in terms {
                if here.level == level {
                    return (here.id, below);
                }
                match here.parent_id.and_then(|it| by_id.get(&it)) {
                    Some(parent) => {
                        below = Some(here.id);
                        here = parent;
                    }
                    None => break,
                }
            }
            (term.id, None)
        };
        let firsts = versions::firsts(terms);
        let first = |id: TermId| firsts.get(&id).copied().unwrap_or(id);
        let mut found = Self::default();
        for term in terms {
            let (programme, below) = placed(term);
            found.of.insert(term.id, first(programme));
            found.below.extend(below.map(|it| (term.id, first(it))));
        }
        found
    }

    /// The same for the terms directly below those of a level; what names one of the level itself counts under
    /// that.
    #[must_use]
    pub fn below(terms: &[vocabulary_term::Model], level: &str) -> Self {
        let mut found = Self::at(terms, level);
        found.of.extend(std::mem::take(&mut found.below));
        found
    }

    /// What a term counts under; `None` for one of another vocabulary.
    #[must_use]
    pub fn above(&self, term: TermId) -> Option<TermId> {
        self.of.get(&term).copied()
    }

    /// The same; itself where it is none of these.
    #[must_use]
    pub fn under(&self, term: TermId) -> TermId {
        self.above(term).unwrap_or(term)
    }

    /// The shares in a vocabulary that work of a project has in a part of a month: one of everything for
    /// no term, where the project has none. `carried` says whether some of the work came over midnight.
    #[must_use]
    pub fn parts(
        &self,
        shares: &Shares,
        of: (ProjectId, &str),
        segment: NaiveDate,
        carried: bool,
    ) -> Vec<Part> {
        let key = |term| Some(self.under(term));
        parts(shares, of, (segment, carried), (None, key))
    }

    /// The same by axis.
    #[must_use]
    pub fn axes(
        &self,
        shares: &Shares,
        of: (ProjectId, &str),
        segment: NaiveDate,
        carried: bool,
    ) -> Vec<Part<Axis>> {
        let key = |term| self.axis(term);
        parts(shares, of, (segment, carried), ((None, None), key))
    }

    /// Shares of terms as shares of programmes, each once.
    #[must_use]
    pub fn gather(&self, shares: &[(TermId, i64)]) -> Vec<(TermId, i64)> {
        gather(shares, |term| self.under(term))
    }

    fn axis(&self, term: TermId) -> Axis {
        (Some(self.under(term)), self.below.get(&term).copied())
    }
}

/// The parts of the work of a project, by what its terms count under, or one of everything for `none`.
fn parts<K: Copy + PartialEq>(
    shares: &Shares,
    (project, vocabulary): (ProjectId, &str),
    (segment, carried): (NaiveDate, bool),
    (none, key): (K, impl Fn(TermId) -> K),
) -> Vec<Part<K>> {
    let of = |day| gather(shares.on(project, vocabulary, day), &key);
    let before: Vec<_> = match segment.pred_opt() {
        Some(day) if carried => of(day),
        _ => Vec::new(),
    };
    let now = of(segment);
    if now.is_empty() {
        return vec![Part {
            term: none,
            ppm: WHOLE_PPM,
            before: before.is_empty(),
        }];
    }
    now.into_iter()
        .map(|(term, ppm)| Part {
            term,
            ppm,
            before: before.iter().any(|(known, _)| *known == term),
        })
        .collect()
}

/// Shares of terms as shares of what they count under, each once.
fn gather<K: Copy + PartialEq>(
    shares: &[(TermId, i64)],
    key: impl Fn(TermId) -> K,
) -> Vec<(K, i64)> {
    let mut gathered: Vec<(K, i64)> = Vec::with_capacity(shares.len());
    for (term, ppm) in shares {
        let of = key(*term);
        match gathered.iter_mut().find(|(known, _)| *known == of) {
            Some((_, sum)) => *sum += ppm,
            None => gathered.push((of, *ppm)),
        }
    }
    gathered
}
