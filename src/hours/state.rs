//! The state machine of an entry: what may follow what.
//!
//! Who may do it, and when, is in `guard`.

use entity::types::EntryStatus;

/// What can be done to an entry that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// Change what it says.
    Edit,
    /// Take it away.
    Delete,
    /// Hand it in.
    Submit,
    /// Take it back before a decision.
    Withdraw,
    /// Let it count.
    Approve,
    /// Give it back to be corrected.
    Return,
    /// Refuse it for good.
    Reject,
    /// Let an approved entry count no more.
    Void,
    /// Propose a correction of an approved entry.
    Amend,
}

/// Where an act leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// To a state, the same one for an edit.
    To(EntryStatus),
    /// Out of the table.
    Gone,
    /// To the end of its correction; the entry stays approved.
    Settled,
}

impl Act {
    /// Every act.
    pub const ALL: [Self; 9] = [
        Self::Edit,
        Self::Delete,
        Self::Submit,
        Self::Withdraw,
        Self::Approve,
        Self::Return,
        Self::Reject,
        Self::Void,
        Self::Amend,
    ];

    /// Whether it judges the work of somebody.
    #[must_use]
    pub fn decides(self) -> bool {
        matches!(
            self,
            Self::Approve | Self::Return | Self::Reject | Self::Void
        )
    }

    /// Whether it needs a reason, for the people concerned.
    #[must_use]
    pub fn needs_reason(self) -> bool {
        matches!(self, Self::Return | Self::Reject | Self::Void | Self::Amend)
    }
}

/// Whether a correction of an entry waits for a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Correction {
    /// None does.
    None,
    /// One does.
    Pending,
}

impl Correction {
    /// Whether there is one.
    #[must_use]
    pub fn of<T>(waiting: Option<T>) -> Self {
        if waiting.is_some() {
            Self::Pending
        } else {
            Self::None
        }
    }
}

/// Where an act leads from a state; `None` where it is not possible.
///
/// An act on an approved entry whose correction waits decides on the correction.
#[must_use]
pub fn step(from: EntryStatus, correction: Correction, act: Act) -> Option<Step> {
    use EntryStatus as S;
    match (from, act) {
        (S::Draft | S::Returned, Act::Edit) => Some(Step::To(from)),
        (S::Draft, Act::Delete) => Some(Step::Gone),
        (S::Draft | S::Returned, Act::Submit) => Some(Step::To(S::Submitted)),
        (S::Submitted, Act::Withdraw) => Some(Step::To(S::Draft)),
        (S::Submitted, Act::Approve) => Some(Step::To(S::Approved)),
        (S::Submitted, Act::Return) => Some(Step::To(S::Returned)),
        (S::Submitted, Act::Reject) => Some(Step::To(S::Rejected)),
        (S::Approved, Act::Void) => Some(Step::To(S::Voided)),
        (S::Approved, Act::Amend) if correction == Correction::None => Some(Step::To(S::Approved)),
        (S::Approved, Act::Approve | Act::Return | Act::Reject | Act::Withdraw)
            if correction == Correction::Pending =>
        {
            Some(Step::Settled)
        }
        _ => None,
    }
}

/// Whether minutes in a state may still count: they hold the person's time.
#[must_use]
pub fn holds_time(status: EntryStatus) -> bool {
    !RELEASED.contains(&status)
}

/// States whose minutes never count: the person's time is free again.
pub const RELEASED: [EntryStatus; 2] = [EntryStatus::Rejected, EntryStatus::Voided];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use entity::types::EntryStatus;
    use sea_orm::Iterable;

    use super::Act;
    use super::Correction;
    use super::Step;
    use super::step;

    fn plain(from: EntryStatus, act: Act) -> Option<Step> {
        step(from, Correction::None, act)
    }

    fn reachable(from: EntryStatus) -> HashSet<EntryStatus> {
        let mut seen = HashSet::from([from]);
        let mut open = vec![from];
        while let Some(state) = open.pop() {
            for act in Act::ALL {
                if let Some(Step::To(next)) = plain(state, act)
                    && seen.insert(next)
                {
                    open.push(next);
                }
            }
        }
        seen
    }

    #[test]
    fn exactly_these_steps_exist() {
        use EntryStatus as S;
        let allowed = [
            (S::Draft, Act::Edit, Step::To(S::Draft)),
            (S::Draft, Act::Delete, Step::Gone),
            (S::Draft, Act::Submit, Step::To(S::Submitted)),
            (S::Submitted, Act::Withdraw, Step::To(S::Draft)),
            (S::Submitted, Act::Approve, Step::To(S::Approved)),
            (S::Submitted, Act::Return, Step::To(S::Returned)),
            (S::Submitted, Act::Reject, Step::To(S::Rejected)),
            (S::Returned, Act::Edit, Step::To(S::Returned)),
            (S::Returned, Act::Submit, Step::To(S::Submitted)),
            (S::Approved, Act::Void, Step::To(S::Voided)),
            (S::Approved, Act::Amend, Step::To(S::Approved)),
        ];
        for from in S::iter() {
            for act in Act::ALL {
                let expected = allowed
                    .iter()
                    .find(|(state, it, _)| *state == from && *it == act)
                    .map(|(_, _, to)| *to);
                assert_eq!(plain(from, act), expected, "{from:?} {act:?}");
            }
        }
    }

    #[test]
    fn every_state_is_reached_from_a_draft() {
        let all: HashSet<_> = EntryStatus::iter().collect();

        assert_eq!(reachable(EntryStatus::Draft), all);
    }

    #[test]
    fn only_what_was_refused_or_voided_is_final() {
        for state in EntryStatus::iter() {
            let moves = Act::ALL
                .iter()
                .any(|act| matches!(plain(state, *act), Some(Step::To(next)) if next != state));
            let terminal = matches!(state, EntryStatus::Rejected | EntryStatus::Voided);
            assert_eq!(moves, !terminal, "{state:?}");
        }
    }

    #[test]
    fn whatever_is_not_final_can_still_be_approved_or_is() {
        for state in [
            EntryStatus::Draft,
            EntryStatus::Submitted,
            EntryStatus::Returned,
            EntryStatus::Approved,
        ] {
            assert!(
                reachable(state).contains(&EntryStatus::Approved),
                "{state:?}"
            );
        }
    }

    #[test]
    fn nothing_approved_is_changed_in_place() {
        for act in Act::ALL {
            let to = plain(EntryStatus::Approved, act);
            let kept = matches!(to, None | Some(Step::To(EntryStatus::Voided)));
            assert!(kept || act == Act::Amend, "{act:?}");
        }
    }

    #[test]
    fn while_a_correction_waits_acts_decide_on_it_and_none_other_is_proposed() {
        let waiting = |act| step(EntryStatus::Approved, Correction::Pending, act);
        for act in [Act::Approve, Act::Return, Act::Reject, Act::Withdraw] {
            assert_eq!(waiting(act), Some(Step::Settled), "{act:?}");
        }
        assert_eq!(waiting(Act::Amend), None);
        assert_eq!(waiting(Act::Void), Some(Step::To(EntryStatus::Voided)));
    }
}
