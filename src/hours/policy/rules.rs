//! What a rule of approval demands of an entry, and which rule decides.
//!
//! Pure: the facts are gathered in `settle`, the rules are written in `write`.

use entity::approval_rule;
use entity::approval_types::RuleEffect;
use entity::approval_types::RuleOutcome;
use entity::ids::ApprovalRuleId;
use entity::ids::ProjectId;
use entity::ids::UserId;
use entity::types::EvidenceLevel;
use serde::Deserialize;
use serde::Serialize;

use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// Most minutes that a bound may name: one civil day.
const MINUTES_MOST: i64 = 1_440;

/// A span of minutes, both ends inclusive; an absent end does not bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bounds {
    /// The fewest.
    pub at_least: Option<i64>,
    /// The most.
    pub at_most: Option<i64>,
}

impl Bounds {
    /// Whether a number of minutes lies within.
    #[must_use]
    pub fn hold(self, minutes: i64) -> bool {
        self.at_least.is_none_or(|it| minutes >= it) && self.at_most.is_none_or(|it| minutes <= it)
    }

    fn check(self, checks: &mut Checks, field: &str) {
        for (end, value) in [("atLeast", self.at_least), ("atMost", self.at_most)] {
            let fits = value.is_none_or(|it| (0..=MINUTES_MOST).contains(&it));
            checks.demand(fits, || {
                Refusal::of(Code::OutOfRange, &format!("{field}.{end}"))
                    .with("least", 0)
                    .with("most", MINUTES_MOST)
            });
        }
        let empty = self
            .at_least
            .zip(self.at_most)
            .is_some_and(|(least, most)| least > most);
        checks.demand(!empty, || {
            Refusal::of(Code::Contradiction, field).with("detail", "atLeast > atMost")
        });
    }
}

/// What an entry must fulfil, all of it; an absent part demands nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Conditions {
    /// It came to be in one of these ways; all where there is none.
    pub evidence_levels: Vec<EvidenceLevel>,
    /// Its minutes.
    pub minutes: Bounds,
    /// The person's minutes on its longest day, in all organizations together, its own included.
    pub day_minutes: Bounds,
    /// It is on one of these projects; all where there is none.
    pub projects: Vec<ProjectId>,
}

impl Conditions {
    /// Judges whether a rule may demand this.
    ///
    /// Nobody's own word is approved by a rule, and each approving rule says up to how many minutes
    /// it goes.
    pub fn check(&self, checks: &mut Checks, effect: RuleEffect) {
        self.minutes.check(checks, "conditions.minutes");
        self.day_minutes.check(checks, "conditions.dayMinutes");
        if effect == RuleEffect::Block {
            return;
        }
        let levels = &self.evidence_levels;
        let own_word = levels.is_empty() || levels.contains(&EvidenceLevel::SelfDeclared);
        checks.demand(!own_word, || {
            Refusal::of(Code::RuleSelfDeclared, "conditions.evidenceLevels")
        });
        checks.demand(self.minutes.at_most.is_some(), || {
            Refusal::of(Code::Required, "conditions.minutes.atMost")
        });
    }

    /// Whether an entry fulfils all of it.
    #[must_use]
    pub fn hold(&self, facts: &Facts) -> bool {
        (self.evidence_levels.is_empty() || self.evidence_levels.contains(&facts.evidence_level))
            && (self.projects.is_empty() || self.projects.contains(&facts.project))
            && self.minutes.hold(facts.minutes)
            && self.day_minutes.hold(facts.day_minutes)
    }

    /// The stored form.
    #[must_use]
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// What a rule judges of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Facts {
    /// How it came to be.
    pub evidence_level: EvidenceLevel,
    /// Its minutes.
    pub minutes: i64,
    /// The person's minutes on its longest day, in all organizations together.
    pub day_minutes: i64,
    /// What it is for.
    pub project: ProjectId,
}

/// A rule that is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Which one.
    pub id: ApprovalRuleId,
    /// In which version.
    pub version: i32,
    /// Its name.
    pub name: String,
    /// What it does.
    pub effect: RuleEffect,
    /// When.
    pub conditions: Conditions,
    /// Who gave it its present form.
    pub author: Option<UserId>,
}

impl Rule {
    /// Reads a stored rule; `None` where its conditions cannot be read: it decides nothing.
    #[must_use]
    pub fn read(row: &approval_rule::Model) -> Option<Self> {
        Some(Self {
            id: row.id,
            version: row.version,
            name: row.name.clone(),
            effect: row.effect,
            conditions: serde_json::from_str(&row.conditions).ok()?,
            author: row.written_by,
        })
    }
}

/// Whether what proves the work is attendance, not anybody's word.
#[must_use]
pub fn is_attended(level: EvidenceLevel) -> bool {
    matches!(
        level,
        EvidenceLevel::CheckedIn | EvidenceLevel::CheckedInAndOut
    )
}

/// The rule that decides on an entry, and how; `None` where none has anything to say.
///
/// Blocking rules come first, whatever the order; then the first approving one whose author had no
/// part in the entry. `had_part` says whether somebody did the work, wrote the entry or handed it
/// in; attendance proves itself.
pub fn decide<'a>(
    rules: &'a [Rule],
    facts: &Facts,
    had_part: impl Fn(UserId) -> bool,
) -> Option<(&'a Rule, RuleOutcome)> {
    let fulfilled = |effect: RuleEffect| {
        rules
            .iter()
            .filter(move |it| it.effect == effect && it.conditions.hold(facts))
    };
    if let Some(rule) = fulfilled(RuleEffect::Block).next() {
        return Some((rule, RuleOutcome::Blocked));
    }
    // A stored rule that would approve somebody's own word decides nothing either.
    let approving = || {
        fulfilled(RuleEffect::Approve)
            .filter(|_| facts.evidence_level != EvidenceLevel::SelfDeclared)
    };
    let free = approving()
        .find(|it| is_attended(facts.evidence_level) || !it.author.is_some_and(&had_part));
    match free {
        Some(rule) => Some((rule, RuleOutcome::Approved)),
        None => approving().next().map(|it| (it, RuleOutcome::Withheld)),
    }
}

#[cfg(test)]
mod tests {
    use entity::approval_types::RuleEffect;
    use entity::approval_types::RuleOutcome;
    use entity::ids::ApprovalRuleId;
    use entity::ids::ProjectId;
    use entity::ids::UserId;
    use entity::types::EvidenceLevel;
    use proptest::prelude::*;
    use sea_orm::Iterable;
    use uuid::Uuid;

    use super::Bounds;
    use super::Conditions;
    use super::Facts;
    use super::Rule;
    use super::decide;
    use crate::refusal::Checks;
    use crate::refusal::Code;

    const AUTHOR: UserId = UserId(Uuid::from_u128(9));

    fn rule(number: u128, effect: RuleEffect, conditions: Conditions) -> Rule {
        Rule {
            id: ApprovalRuleId(Uuid::from_u128(number)),
            version: 1,
            name: number.to_string(),
            effect,
            conditions,
            author: Some(AUTHOR),
        }
    }

    fn up_to(minutes: i64, levels: &[EvidenceLevel]) -> Conditions {
        Conditions {
            evidence_levels: levels.to_vec(),
            minutes: Bounds {
                at_least: None,
                at_most: Some(minutes),
            },
            ..Conditions::default()
        }
    }

    fn facts(evidence_level: EvidenceLevel, minutes: i64) -> Facts {
        Facts {
            evidence_level,
            minutes,
            day_minutes: minutes,
            project: ProjectId(Uuid::from_u128(1)),
        }
    }

    fn verdict(rules: &[Rule], facts: &Facts, had_part: bool) -> Option<(String, RuleOutcome)> {
        decide(rules, facts, |_| had_part).map(|(rule, outcome)| (rule.name.clone(), outcome))
    }

    #[test]
    fn what_attendance_proves_is_approved_up_to_the_bound() {
        let rules = [rule(
            1,
            RuleEffect::Approve,
            up_to(240, &[EvidenceLevel::CheckedInAndOut]),
        )];
        let approved = Some(("1".to_owned(), RuleOutcome::Approved));

        for (level, minutes, expected) in [
            (EvidenceLevel::CheckedInAndOut, 240, approved.clone()),
            (EvidenceLevel::CheckedInAndOut, 241, None),
            (EvidenceLevel::CheckedIn, 60, None),
            (EvidenceLevel::CoordinatorAttested, 60, None),
        ] {
            assert_eq!(verdict(&rules, &facts(level, minutes), false), expected);
        }
        // Attendance proves itself, whoever wrote the rule.
        let own = facts(EvidenceLevel::CheckedInAndOut, 60);
        assert_eq!(verdict(&rules, &own, true), approved);
    }

    #[test]
    fn blocking_rules_run_before_approving_ones_whatever_their_order() {
        let level = EvidenceLevel::CheckedIn;
        let long_day = Conditions {
            day_minutes: Bounds {
                at_least: Some(480),
                at_most: None,
            },
            ..Conditions::default()
        };
        let rules = [
            rule(1, RuleEffect::Approve, up_to(600, &[level])),
            rule(2, RuleEffect::Block, long_day),
        ];

        let long = verdict(&rules, &facts(level, 480), false);
        let short = verdict(&rules, &facts(level, 479), false);

        assert_eq!(long, Some(("2".to_owned(), RuleOutcome::Blocked)));
        assert_eq!(short, Some(("1".to_owned(), RuleOutcome::Approved)));
    }

    #[test]
    fn nobody_approves_their_own_word_by_writing_a_rule() {
        let level = EvidenceLevel::CoordinatorAttested;
        let mut other = rule(2, RuleEffect::Approve, up_to(600, &[level]));
        other.author = None;
        let own = rule(1, RuleEffect::Approve, up_to(600, &[level]));

        let alone = verdict(std::slice::from_ref(&own), &facts(level, 60), true);
        let beside = verdict(&[own, other], &facts(level, 60), true);

        assert_eq!(alone, Some(("1".to_owned(), RuleOutcome::Withheld)));
        assert_eq!(beside, Some(("2".to_owned(), RuleOutcome::Approved)));
    }

    #[test]
    fn a_rule_for_anybodys_own_word_is_refused() {
        let codes = |effect, conditions: Conditions| {
            let mut checks = Checks::new();
            conditions.check(&mut checks, effect);
            let refusals = checks.done().err().unwrap_or_default();
            refusals.iter().map(|it| it.code).collect::<Vec<_>>()
        };
        let attended = [EvidenceLevel::CheckedIn];
        let own = [EvidenceLevel::CheckedIn, EvidenceLevel::SelfDeclared];

        assert_eq!(codes(RuleEffect::Approve, up_to(60, &attended)), []);
        assert_eq!(
            codes(RuleEffect::Approve, up_to(60, &own)),
            [Code::RuleSelfDeclared]
        );
        assert_eq!(
            codes(RuleEffect::Approve, up_to(60, &[])),
            [Code::RuleSelfDeclared]
        );
        assert_eq!(
            codes(RuleEffect::Approve, up_to(1_441, &attended)),
            [Code::OutOfRange]
        );
        let unbounded = Conditions {
            evidence_levels: attended.to_vec(),
            ..Conditions::default()
        };
        assert_eq!(codes(RuleEffect::Approve, unbounded), [Code::Required]);
        assert_eq!(codes(RuleEffect::Block, Conditions::default()), []);
    }

    fn level() -> impl Strategy<Value = EvidenceLevel> {
        prop::sample::select(EvidenceLevel::iter().collect::<Vec<_>>())
    }

    proptest! {
        #[test]
        fn no_stored_rule_ever_approves_somebodys_own_word(
            levels in prop::collection::vec(level(), 0..4), minutes in 1_i64..1_440, had in any::<bool>(),
        ) {
            let rules = [rule(1, RuleEffect::Approve, up_to(1_440, &levels))];

            let own = facts(EvidenceLevel::SelfDeclared, minutes);

            prop_assert_eq!(verdict(&rules, &own, had), None);
        }

        #[test]
        fn conditions_read_back_as_they_were_written(
            levels in prop::collection::vec(level(), 0..4), most in 0_i64..1_440,
        ) {
            let conditions = up_to(most, &levels);

            let read: Conditions = serde_json::from_str(&conditions.text()).unwrap();

            prop_assert_eq!(read, conditions);
        }
    }
}
