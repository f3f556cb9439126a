//! The ledger of an organization as its two years would have written it: one chain, in the order
//! of time.
//!
//! What an event holds and how it is bound is in `hours::ledger`.

use std::cmp::Ordering;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use chrono::DateTime;
use chrono::Utc;
use entity::hour_entry;
use entity::ids::OrganizationId;
use entity::ids::UserId;
use entity::ledger_event;
use entity::ledger_head;
use entity::types::EntryStatus;

use crate::demo::diary::Written;
use crate::hours::days::DayShare;
use crate::hours::ledger::Chain;
use crate::hours::ledger::Event;
use crate::hours::ledger::EventKind;
use crate::platform::crypto::Keys;

/// What happened and is not yet bound, and the chain so far.
pub struct Chronicle {
    chain: Chain,
    waiting: BinaryHeap<Reverse<Waiting>>,
    number: u64,
}

/// Something that happened, in the order of time and then of telling.
struct Waiting {
    at: DateTime<Utc>,
    number: u64,
    kind: EventKind,
    status: EntryStatus,
    version: i32,
    by: Option<UserId>,
    what: Arc<(hour_entry::Model, Vec<DayShare>)>,
}

impl Chronicle {
    /// The chronicle of an organization to which nothing has happened.
    #[must_use]
    pub fn begin(organization: OrganizationId) -> Self {
        Self {
            chain: Chain::begin(organization),
            waiting: BinaryHeap::new(),
            number: 0,
        }
    }

    /// Tells what happened to an entry.
    pub fn tell(&mut self, written: &Written) {
        let entry = &written.entry;
        let what = Arc::new((entry.clone(), written.days.clone()));
        let mut version = 1;
        let mut wait = |at, kind, status, by| {
            self.waiting.push(Reverse(Waiting {
                at,
                number: self.number,
                kind,
                status,
                version,
                by,
                what: Arc::clone(&what),
            }));
            self.number += 1;
            version += 1;
        };
        wait(
            entry.created_at,
            EventKind::Created,
            EntryStatus::Draft,
            entry.created_by,
        );
        for act in &written.acts {
            let kind = match act.status {
                EntryStatus::Draft => EventKind::Withdrawn,
                EntryStatus::Submitted => EventKind::Submitted,
                EntryStatus::Approved => EventKind::Approved,
                EntryStatus::Returned => EventKind::Returned,
                EntryStatus::Rejected => EventKind::Rejected,
                EntryStatus::Voided => EventKind::Voided,
            };
            wait(act.at, kind, act.status, Some(act.by));
        }
    }

    /// Binds what happened before an instant; all of it without one.
    pub fn bind(&mut self, keys: &Keys, before: Option<DateTime<Utc>>) -> Vec<ledger_event::Model> {
        let mut bound = Vec::new();
        while let Some(Reverse(next)) = self.waiting.peek()
            && before.is_none_or(|it| next.at < it)
            && let Some(Reverse(next)) = self.waiting.pop()
        {
            let (entry, days) = &*next.what;
            let then = hour_entry::Model {
                status: next.status,
                version: next.version,
                ..entry.clone()
            };
            let event = Event::of(keys, next.kind, &then, days, next.by, None);
            bound.push(self.chain.link(next.at, &event));
        }
        bound
    }

    /// The last link so far.
    #[must_use]
    pub fn head(&self) -> ledger_head::Model {
        self.chain.head()
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Eq for Waiting {}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
