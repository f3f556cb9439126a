//! What a check has found so far: of everything that does not fit, the lowest event.
//!
//! What fits is decided by those who add to it.

use crate::hours::ledger::check::Fault;

/// What does not fit.
#[derive(Debug, Default)]
pub(super) struct Found {
    first: Option<(i64, Fault)>,
    torn: Option<Torn>,
}

/// Where the chain itself breaks: what stands there and behind it tells nothing for sure.
#[derive(Clone, Copy, Debug)]
struct Torn {
    at: i64,
    lost: Lost,
}

/// Whether the event that took an entry away may be among those that tell nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lost {
    /// It may.
    Perhaps,
    /// Another kind of event breaks the chain.
    No,
}

impl Found {
    /// Notes what does not fit; of one event the first word stays.
    pub(super) fn add(&mut self, sequence: i64, fault: Fault) {
        if self.first.is_none_or(|(first, _)| sequence < first) {
            self.first = Some((sequence, fault));
        }
    }

    /// Notes that the chain itself breaks at an event.
    pub(super) fn tear(&mut self, sequence: i64, fault: Fault, lost: Lost) {
        self.add(sequence, fault);
        if self.torn.is_none_or(|it| sequence < it.at) {
            self.torn = Some(Torn { at: sequence, lost });
        }
    }

    /// The lowest event that does not fit.
    pub(super) fn first(&self) -> Option<(i64, Fault)> {
        self.first
    }

    /// The event at which the chain breaks.
    pub(super) fn torn_at(&self) -> Option<i64> {
        self.torn.map(|it| it.at)
    }

    /// Whether an event can be relied on: the chain holds up to it.
    pub(super) fn relies_on(&self, sequence: i64) -> bool {
        self.torn.is_none_or(|it| sequence < it.at)
    }

    /// Whether the break of the chain may hide that an entry was taken away.
    pub(super) fn may_hide_a_deletion(&self) -> bool {
        self.torn.is_some_and(|it| it.lost == Lost::Perhaps)
    }
}
