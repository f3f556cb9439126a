//! What may be done and what not: the rule, its circumstances, and who can lift it.
//!
//! What is allowed is decided in `hours`.

use async_graphql::SimpleObject;

use crate::graphql::members::Role;
use crate::graphql::scalars::DateTime;
use crate::hours::explain;
use crate::identity::Ctx;

/// Who can lift a refusal, and by what.
#[derive(Clone, Debug, SimpleObject)]
pub struct DecisionLift {
    /// Members of the organization with one of these roles can.
    roles: Vec<Role>,
    /// Whether administrators of the platform can.
    platform_administrator: bool,
    /// Name of the mutation that lifts it.
    act: String,
}

impl From<explain::Lift> for DecisionLift {
    fn from(lift: explain::Lift) -> Self {
        Self {
            roles: lift.roles.into_iter().map(Into::into).collect(),
            platform_administrator: lift.platform,
            act: lift.act.to_owned(),
        }
    }
}

/// Whether something may be done, and which rule says no.
#[derive(Clone, Debug, SimpleObject)]
pub struct Decision {
    /// Whether the caller may do it now.
    allowed: bool,
    /// Stable name of the first rule that refuses; null when allowed.
    rule: Option<String>,
    /// The sentence to show, in the language of the request; null when allowed.
    reason: Option<String>,
    /// Since when the rule refuses, such as when the month was closed; null when allowed, and where
    /// there is no such instant.
    since: Option<DateTime>,
    /// Until when it is allowed, where that ends by itself: the deadline of the month, or the end of
    /// an exception for the caller. Null otherwise.
    until: Option<DateTime>,
    /// Who can lift the refusal; null when allowed, and where nobody can.
    lifted_by: Option<DecisionLift>,
}

impl Decision {
    /// A decision in the language of the request.
    #[must_use]
    pub fn new(ctx: &Ctx, decision: explain::Decision) -> Self {
        let until = decision.until.map(DateTime);
        match decision.refusal {
            None => Self {
                allowed: true,
                rule: None,
                reason: None,
                since: None,
                until,
                lifted_by: None,
            },
            Some(it) => Self {
                allowed: false,
                rule: Some(it.refusal.code.rule().to_owned()),
                reason: Some(it.refusal.message(ctx.locale())),
                since: it.since.map(DateTime),
                until,
                lifted_by: it.lift.map(Into::into),
            },
        }
    }
}
