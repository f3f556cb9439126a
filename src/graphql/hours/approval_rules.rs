//! Rules of approval and the trace of what they decided.
//!
//! What a rule may demand, and which one decides, is in `hours/policy`.

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::approval_decision;
use entity::approval_rule;
use entity::ids::ApprovalRuleId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;

use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::error::changed_meanwhile;
use crate::graphql::error::fault;
use crate::graphql::hours::entry::EvidenceLevel;
use crate::graphql::hours::queue::MinutesRangeInput;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::projects::Project;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Minutes;
use crate::hours::HoursError;
use crate::hours::policy::Bounds;
use crate::hours::policy::Conditions;
use crate::hours::policy::settle::Judged;
use crate::hours::policy::write;
use crate::hours::policy::write::NewRule;
use crate::hours::policy::write::RuleChange;
use crate::refusal::Refusal;

/// What a rule does to an entry that fulfils its conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::approval_types::RuleEffect")]
pub enum ApprovalRuleEffect {
    /// Approves it when it is handed in.
    Approve,
    /// Leaves it to people, whatever approving rules say: blocking rules are asked first.
    Block,
}

/// What a rule decided on an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::approval_types::RuleOutcome")]
pub enum ApprovalOutcome {
    /// It was approved.
    Approved,
    /// It was left to people.
    Blocked,
    /// It would have been approved, but whoever wrote the rule did the work, wrote the entry or
    /// handed it in, and nothing but words proves it.
    Withheld,
}

/// A span of minutes, both ends inclusive.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct MinutesRange {
    /// The fewest; null for no lower bound.
    at_least: Option<Minutes>,
    /// The most; null for no upper bound.
    at_most: Option<Minutes>,
}

impl MinutesRange {
    fn of(bounds: Bounds) -> Self {
        Self {
            at_least: bounds.at_least.map(Minutes),
            at_most: bounds.at_most.map(Minutes),
        }
    }
}

/// What an entry must fulfil, all of it.
#[derive(Clone, Debug)]
pub struct ApprovalConditions(Conditions);

/// What an entry must fulfil, all of it.
#[Object]
impl ApprovalConditions {
    /// It came to be in one of these ways; empty for any.
    async fn evidence_levels(&self) -> Vec<EvidenceLevel> {
        let levels = self.0.evidence_levels.iter();
        levels.map(|it| (*it).into()).collect()
    }

    /// Its minutes.
    async fn minutes(&self) -> MinutesRange {
        MinutesRange::of(self.0.minutes)
    }

    /// The person's minutes on its longest day, in all organizations, its own included.
    async fn day_minutes(&self) -> MinutesRange {
        MinutesRange::of(self.0.day_minutes)
    }

    /// It is on one of these projects; empty for any.
    async fn projects(&self, gql: &Context<'_>) -> Result<Vec<Project>> {
        let ctx = gql.op()?;
        let wanted = self.0.projects.iter().copied();
        let mut found = gql
            .reader()?
            .load_many(wanted)
            .await
            .map_err(|it| fault(ctx, &it))?;
        let projects = self.0.projects.iter().filter_map(|it| found.remove(it));
        Ok(projects.map(Project).collect())
    }
}

/// A rule that decides on entries when they are handed in. Only groups, closed months and what
/// people declare of themselves are beyond every rule.
#[derive(Clone, Debug)]
pub struct ApprovalRule(pub approval_rule::Model);

/// A rule that decides on entries when they are handed in. Groups, closed months and what people
/// declare of themselves are beyond every rule.
#[Object]
impl ApprovalRule {
    /// Identifies the rule.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What it does.
    async fn effect(&self) -> ApprovalRuleEffect {
        self.0.effect.into()
    }

    /// When it does so.
    async fn conditions(&self) -> Result<ApprovalConditions> {
        let conditions = serde_json::from_str(&self.0.conditions);
        Ok(ApprovalConditions(conditions.unwrap_or_default()))
    }

    /// Counts its changes, from 1; what `expectedVersion` is compared with.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was created.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }

    /// Since when it decides nothing; null while in force.
    async fn archived_at(&self) -> Option<DateTime> {
        self.0.archived_at.map(DateTime)
    }
}

/// What a rule judged of an entry.
#[derive(Clone, Debug, SimpleObject)]
pub struct ApprovalFacts {
    /// How the entry came to be.
    evidence_level: EvidenceLevel,
    /// Its minutes.
    minutes: Minutes,
    /// The person's minutes on its longest day, in all organizations, its own included.
    day_minutes: Minutes,
}

/// What a rule decided on an entry. Never changed afterwards.
#[derive(Clone, Debug)]
pub struct ApprovalDecision {
    row: approval_decision::Model,
    judged: Option<Judged>,
}

impl ApprovalDecision {
    /// Reads a stored decision.
    #[must_use]
    pub fn of(row: &approval_decision::Model) -> Self {
        Self {
            judged: serde_json::from_str(&row.facts).ok(),
            row: row.clone(),
        }
    }
}

/// What a rule decided on an entry. Never changed afterwards.
#[Object]
impl ApprovalDecision {
    /// The rule as it is now; null for who does not decide in the organization.
    async fn rule(&self, gql: &Context<'_>) -> Result<Option<ApprovalRule>> {
        let found = loaders::one(gql, self.row.rule_id).await?;
        Ok(found.map(ApprovalRule))
    }

    /// The rule's name as it was then.
    async fn rule_name(&self) -> Option<&str> {
        self.judged.as_ref().map(|it| it.rule.as_str())
    }

    /// The rule's version as it was then.
    async fn rule_version(&self) -> i32 {
        self.row.rule_version
    }

    /// The rule's conditions as they were then.
    async fn conditions(&self) -> Option<ApprovalConditions> {
        let judged = self.judged.as_ref();
        judged.map(|it| ApprovalConditions(it.conditions.clone()))
    }

    /// What it decided.
    async fn outcome(&self) -> ApprovalOutcome {
        self.row.outcome.into()
    }

    /// What it judged.
    async fn facts(&self) -> Option<ApprovalFacts> {
        self.judged.as_ref().map(|it| ApprovalFacts {
            evidence_level: it.facts.evidence_level.into(),
            minutes: Minutes(it.facts.minutes),
            day_minutes: Minutes(it.facts.day_minutes),
        })
    }

    /// Version of the entry that it judged.
    async fn entry_version(&self) -> i32 {
        self.row.entry_version
    }

    /// When it decided.
    async fn decided_at(&self) -> DateTime {
        DateTime(self.row.decided_at)
    }
}

/// What an entry must fulfil, all of it; what is left out demands nothing.
#[derive(Clone, Debug, InputObject)]
pub struct ApprovalConditionsInput {
    /// It came to be in one of these ways. An approving rule names them, and not `SELF_DECLARED`.
    evidence_levels: Option<Vec<EvidenceLevel>>,
    /// Its minutes. An approving rule says the most.
    minutes: Option<MinutesRangeInput>,
    /// The person's minutes on its longest day, in all organizations, its own included.
    day_minutes: Option<MinutesRangeInput>,
    /// It is on one of these projects of the organization; at most 200.
    project_ids: Option<Vec<ID>>,
}

impl ApprovalConditionsInput {
    fn read(self) -> Result<Conditions, Refusal> {
        let bounds = |given: Option<MinutesRangeInput>| Bounds {
            at_least: given.and_then(|it| it.at_least).map(|it| it.0),
            at_most: given.and_then(|it| it.at_most).map(|it| it.0),
        };
        let projects = self.project_ids.unwrap_or_default();
        Ok(Conditions {
            evidence_levels: self
                .evidence_levels
                .unwrap_or_default()
                .into_iter()
                .map(Into::into)
                .collect(),
            minutes: bounds(self.minutes),
            day_minutes: bounds(self.day_minutes),
            projects: projects
                .iter()
                .map(|it| ProjectId::input(it, "conditions.projectIds"))
                .collect::<Result<_, _>>()?,
        })
    }
}

/// A new rule.
#[derive(Debug, InputObject)]
struct CreateApprovalRuleInput {
    /// Of which organization.
    organization_id: ID,
    /// Its name, for those who read what it decided; at most 200 characters.
    name: String,
    /// What it does.
    effect: ApprovalRuleEffect,
    /// When it does so.
    conditions: ApprovalConditionsInput,
    /// The same key again is the same rule; at most 200 characters.
    idempotency_key: Option<String>,
}

/// New values of a rule; what is left out stays.
#[derive(Debug, InputObject)]
struct UpdateApprovalRuleInput {
    /// Which one.
    id: ID,
    /// The version that the caller saw.
    expected_version: Option<i32>,
    /// Its name, at most 200 characters.
    name: Option<String>,
    /// What it does.
    effect: Option<ApprovalRuleEffect>,
    /// When it does so: all conditions together.
    conditions: Option<ApprovalConditionsInput>,
}

/// A rule that is to decide nothing more.
#[derive(Debug, InputObject)]
struct ArchiveApprovalRuleInput {
    /// Which one.
    id: ID,
    /// The version that the caller saw.
    expected_version: Option<i32>,
}

macro_rules! payloads {
    ($($(#[doc = $doc:literal])* $name:ident;)*) => {$(
        $(#[doc = $doc])*
        #[derive(SimpleObject)]
        struct $name {
            /// The rule; null when refused, except for `VERSION_CONFLICT`: then as it is now.
            approval_rule: Option<ApprovalRule>,
            /// Why nothing was done; empty when it was.
            user_errors: Vec<UserError>,
        }
    )*};
}

payloads! {
    /// The new rule.
    CreateApprovalRulePayload;
    /// The changed rule.
    UpdateApprovalRulePayload;
    /// The archived rule.
    ArchiveApprovalRulePayload;
}

/// Acts on rules of approval.
#[derive(Default)]
pub struct RuleMutations;

#[Object]
impl RuleMutations {
    /// Writes a rule that decides on what is handed in from now on; for owners and administrators.
    async fn create_approval_rule(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The new rule.")] input: CreateApprovalRuleInput,
    ) -> Result<CreateApprovalRulePayload> {
        let ctx = gql.signed_in()?;
        let key = input.idempotency_key.clone();
        let read = || {
            Ok(NewRule {
                organization: OrganizationId::input(&input.organization_id, "organizationId")?,
                name: input.name,
                effect: input.effect.into(),
                conditions: input.conditions.read()?,
            })
        };
        let outcome = match read() {
            Ok(new) => write::create(ctx, new, key.as_deref()).await,
            Err(refusal) => Err(invalid(refusal)),
        };
        let (rule, user_errors) = answered(ctx, outcome)?;
        Ok(CreateApprovalRulePayload {
            approval_rule: rule.map(ApprovalRule),
            user_errors,
        })
    }

    /// Changes a rule; what it decided stays as it is. For owners and administrators.
    async fn update_approval_rule(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The rule and its new values.")] input: UpdateApprovalRuleInput,
    ) -> Result<UpdateApprovalRulePayload> {
        let ctx = gql.signed_in()?;
        let read = || {
            let change = RuleChange {
                name: input.name,
                effect: input.effect.map(Into::into),
                conditions: input.conditions.map(|it| it.read()).transpose()?,
            };
            Ok((ApprovalRuleId::input(&input.id, "id")?, change))
        };
        let outcome = match read() {
            Ok((id, change)) => write::update(ctx, id, input.expected_version, change).await,
            Err(refusal) => Err(invalid(refusal)),
        };
        let (rule, user_errors) = answered(ctx, outcome)?;
        Ok(UpdateApprovalRulePayload {
            approval_rule: present(gql, &input.id, rule, &user_errors).await?,
            user_errors,
        })
    }

    /// Archives a rule: it decides nothing more; what it decided stays as it is. For owners and
    /// administrators.
    async fn archive_approval_rule(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The rule.")] input: ArchiveApprovalRuleInput,
    ) -> Result<ArchiveApprovalRulePayload> {
        let ctx = gql.signed_in()?;
        let outcome = match ApprovalRuleId::input(&input.id, "id") {
            Ok(id) => write::archive(ctx, id, input.expected_version).await,
            Err(refusal) => Err(invalid(refusal)),
        };
        let (rule, user_errors) = answered(ctx, outcome)?;
        Ok(ArchiveApprovalRulePayload {
            approval_rule: present(gql, &input.id, rule, &user_errors).await?,
            user_errors,
        })
    }
}

fn invalid(refusal: Refusal) -> HoursError {
    HoursError::Invalid(vec![refusal])
}

async fn present(
    gql: &Context<'_>,
    id: &ID,
    done: Option<approval_rule::Model>,
    errors: &[UserError],
) -> Result<Option<ApprovalRule>> {
    match ApprovalRuleId::read(id) {
        Some(id) if changed_meanwhile(errors) => Ok(loaders::one(gql, id).await?.map(ApprovalRule)),
        _ => Ok(done.map(ApprovalRule)),
    }
}
