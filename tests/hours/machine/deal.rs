//! What somebody does next: mostly something that makes sense, sometimes not.
//!
//! What must come of it is in `model`.

use chrono::NaiveDate;
use chrono::TimeDelta;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use tiwizi::hours::state::Act;

use crate::hours::machine::calendar::Content;
use crate::hours::machine::calendar::Work;
use crate::hours::machine::calendar::minute_of;
use crate::hours::machine::calendar::month;
use crate::hours::machine::model::Model;
use crate::hours::machine::model::Who;

/// People of the first organization; the first of them is a volunteer of the second, too.
pub const PEOPLE: usize = 12;
/// Most that is done in one transaction.
const BATCH: usize = 160;
/// Most corrections of one go: each has a transaction of its own.
const AMENDS: usize = 15;
/// Most months that are closed, so that something is left to do.
const CLOSED_MOST: usize = 5;
/// Days of work of one batch.
const STRETCH: i64 = 10;

/// One thing to do to an entry, by its place in the model.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    pub at: usize,
    pub expected: Option<i32>,
    pub reason: bool,
}

/// What somebody does.
#[derive(Clone, Debug)]
pub enum Deal {
    Create {
        who: Who,
        new: Vec<(Option<usize>, Content, bool)>,
    },
    Change {
        who: Who,
        changes: Vec<(Step, Content)>,
    },
    Delete {
        who: Who,
        steps: Vec<Step>,
    },
    Act {
        who: Who,
        act: Act,
        steps: Vec<Step>,
    },
    Amend {
        who: Who,
        amends: Vec<(Step, Content)>,
    },
    Close {
        who: Who,
        organization: usize,
        month: NaiveDate,
    },
    Certify {
        organization: usize,
        month: NaiveDate,
    },
    Except {
        by: Option<Who>,
        organization: usize,
        month: NaiveDate,
        who: Who,
        minutes: i64,
    },
}

impl Deal {
    pub fn draw(rng: &mut StdRng, model: &Model) -> Self {
        let who = *[Who::ALL.as_slice(), &Who::ALL[..5], &Who::ALL[..3]]
            .concat()
            .choose(rng)
            .unwrap();
        // From before the first clock change to some days that have not come yet.
        let first: NaiveDate = "2025-02-01".parse().unwrap();
        let first = first + TimeDelta::days(STRETCH * rng.random_range(0..65));
        let strays = rng.random_ratio(1, if who == Who::Colleague { 4 } else { 20 });
        let organization = usize::from((who == Who::Outsider) != strays);
        let near = Near {
            rng,
            model,
            first,
            organization,
        };
        near.draw(who)
    }
}

/// Where something happens.
struct Near<'a> {
    rng: &'a mut StdRng,
    model: &'a Model,
    first: NaiveDate,
    organization: usize,
}

impl Near<'_> {
    fn draw(mut self, who: Who) -> Deal {
        match self.rng.random_range(0..100) {
            0..20 => self.create(who),
            20..31 => {
                let changes = self
                    .steps(Act::Edit, true)
                    .into_iter()
                    .map(|it| (it, self.other(self.model.entries[it.at].content)))
                    .collect();
                Deal::Change { who, changes }
            }
            31..34 => Deal::Delete {
                who,
                steps: self.steps(Act::Delete, true),
            },
            34..82 => {
                let acts = [
                    Act::Submit,
                    Act::Submit,
                    Act::Submit,
                    Act::Withdraw,
                    Act::Approve,
                    Act::Approve,
                    Act::Approve,
                    Act::Return,
                    Act::Reject,
                    Act::Void,
                ];
                let act = *acts.choose(self.rng).unwrap();
                Deal::Act {
                    who,
                    act,
                    steps: self.steps(act, false),
                }
            }
            82..91 => {
                let mut steps = self.steps(Act::Amend, true);
                steps.truncate(AMENDS);
                let amends = steps
                    .into_iter()
                    .map(|it| (it, self.other(self.model.entries[it.at].content)))
                    .collect();
                Deal::Amend { who, amends }
            }
            91..94 if self.model.closed(self.organization).len() < CLOSED_MOST => Deal::Close {
                who,
                organization: self.organization,
                month: month(self.first),
            },
            _ => self.month(who),
        }
    }

    fn month(&mut self, who: Who) -> Deal {
        let (organization, of_these_days) = (self.organization, month(self.first));
        let month = self.model.closed(organization).choose(self.rng).copied();
        let month = month
            .filter(|_| self.rng.random_ratio(9, 10))
            .unwrap_or(of_these_days);
        if self.rng.random_ratio(1, 12) {
            return Deal::Certify {
                organization,
                month,
            };
        }
        Deal::Except {
            by: Some(who).filter(|_| self.rng.random()),
            organization,
            month,
            who: *Who::ALL.choose(self.rng).unwrap(),
            minutes: self.rng.random_range(1..120),
        }
    }

    fn create(&mut self, who: Who) -> Deal {
        let new = (0..self.rng.random_range(1..=BATCH))
            .map(|_| {
                let content = self.content();
                let person = match content.work {
                    Work::Group { .. } => None,
                    _ if self.organization == 1 => Some(0),
                    _ if self.rng.random_ratio(4, 5) && who == Who::Volunteer => Some(0),
                    _ if self.rng.random_ratio(4, 5) && who == Who::Second => Some(1),
                    _ => Some(self.rng.random_range(0..PEOPLE)),
                };
                (person, content, self.rng.random())
            })
            .collect();
        Deal::Create { who, new }
    }

    fn content(&mut self) -> Content {
        let day = self.first + TimeDelta::days(self.rng.random_range(0..STRETCH));
        let project = match self.organization {
            1 => 2,
            _ => usize::from(self.rng.random_ratio(1, 5)),
        };
        let minutes = match self.rng.random_range(0..40) {
            0 => self.rng.random_range(-60..=0),
            1 => self.rng.random_range(1_430..1_460),
            2..8 => self.rng.random_range(300..900),
            _ => self.rng.random_range(1..180),
        };
        let work = match self.rng.random_range(0..8) {
            0..5 => {
                let midnight = day.and_hms_opt(0, 0, 0).unwrap().and_utc();
                let from = minute_of(midnight) + self.rng.random_range(0..1_440);
                let pause = match self.rng.random_range(0..20) {
                    0..4 => self.rng.random_range(0..60),
                    _ => 0,
                };
                Work::Interval {
                    from,
                    to: from + minutes,
                    pause,
                }
            }
            5..7 => Work::Duration { day, minutes },
            _ => Work::Group {
                day,
                minutes,
                heads: self.rng.random_range(1..40),
            },
        };
        Content { project, work }
    }

    /// Other content of the same kind; sometimes the same content.
    fn other(&mut self, old: Content) -> Content {
        if self.rng.random_ratio(1, 15) {
            return old;
        }
        loop {
            let new = self.content();
            if std::mem::discriminant(&new.work) == std::mem::discriminant(&old.work) {
                return new;
            }
        }
    }

    /// Entries of these days, most of which the act fits; each once where it must be.
    fn steps(&mut self, act: Act, once: bool) -> Vec<Step> {
        let last = self.first + TimeDelta::days(STRETCH);
        let near: Vec<usize> = (0..self.model.entries.len())
            .filter(|at| {
                let entry = &self.model.entries[*at];
                let here = entry.organization == self.organization;
                here && self.first <= entry.day && entry.day < last
            })
            .collect();
        let fitting: Vec<usize> = near
            .iter()
            .copied()
            .filter(|at| {
                let entry = &self.model.entries[*at];
                !entry.gone && Model::leads(entry, act).is_some()
            })
            .collect();
        let mut steps: Vec<Step> = Vec::new();
        for _ in 0..self.rng.random_range(1..=BATCH) {
            let from = if self.rng.random_ratio(4, 5) {
                &fitting
            } else {
                &near
            };
            let Some(at) = from.choose(self.rng).copied() else {
                continue;
            };
            if once && steps.iter().any(|it| it.at == at) {
                continue;
            }
            let version = self.model.entries[at].version;
            steps.push(Step {
                at,
                expected: match self.rng.random_range(0..10) {
                    0 => Some(version - 1),
                    1 => Some(version + 1),
                    2..5 => Some(version),
                    _ => None,
                },
                reason: self.rng.random_ratio(14, 15),
            });
        }
        steps
    }
}
