//! Writes, changes and archives rules of approval.
//!
//! What a rule may demand is in `rules`. Rules decide on what is handed in from now on, never on
//! what waits already.

use entity::approval_rule;
use entity::approval_types::RuleEffect;
use entity::ids::ApprovalRuleId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use serde::Serialize;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::hours::error::HoursError;
use crate::hours::policy::rules::Conditions;
use crate::hours::policy::store;
use crate::hours::store::projects;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::platform::db::Tx;
use crate::platform::idempotency::Claim;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// Longest name, in characters.
const NAME_MOST: usize = 200;
/// Most projects that one rule names.
const PROJECTS_MOST: usize = 200;

/// A rule as asked for.
#[derive(Clone, Debug, Serialize)]
pub struct NewRule {
    /// Of which organization.
    pub organization: OrganizationId,
    /// Its name, for those who read what it decided.
    pub name: String,
    /// What it does.
    pub effect: RuleEffect,
    /// When.
    pub conditions: Conditions,
}

/// New values of some parts of a rule; an absent part stays.
#[derive(Clone, Debug, Default)]
pub struct RuleChange {
    /// Its name.
    pub name: Option<String>,
    /// What it does.
    pub effect: Option<RuleEffect>,
    /// When: all conditions together.
    pub conditions: Option<Conditions>,
}

/// Writes a rule.
///
/// # Errors
/// [`HoursError::Denied`] for who does not manage the organization, [`HoursError::Invalid`].
pub async fn create(
    ctx: &Ctx,
    new: NewRule,
    key: Option<&str>,
) -> Result<approval_rule::Model, HoursError> {
    ctx.demand(Action::ManageOrganization, new.organization)?;
    let mut checks = Checks::new();
    checks.key(key);
    let name = checks.text("name", &new.name, NAME_MOST);
    new.conditions.check(&mut checks, new.effect);
    checks.done().map_err(HoursError::Invalid)?;
    let id = ApprovalRuleId(ctx.new_id());
    ctx.transaction(async |tx| {
        match ctx.claim(tx, "createApprovalRule", key, &new, id.0).await? {
            Claim::Go => {}
            Claim::Conflict => return Err(HoursError::IdempotencyConflict),
            Claim::Replay(id) => {
                let stored = store::lock(tx, ApprovalRuleId(id)).await?;
                return stored.ok_or(HoursError::NotFound {
                    field: "idempotencyKey",
                });
            }
        }
        demand_projects(ctx, tx, new.organization, &new.conditions.projects).await?;
        let standing = store::in_force(&**tx, new.organization).await?.len();
        if u64::try_from(standing).unwrap_or(u64::MAX) >= store::RULES_MOST {
            let refusal = Refusal::of(Code::TooLong, "organizationId");
            return Err(HoursError::Invalid(vec![
                refusal.with("most", store::RULES_MOST),
            ]));
        }
        let now = ctx.now();
        let rule = approval_rule::Model {
            id,
            organization_id: new.organization,
            name,
            effect: new.effect,
            conditions: new.conditions.text(),
            written_by: ctx.actor().user(),
            version: 1,
            created_at: now,
            updated_at: now,
            archived_at: None,
        };
        store::insert(tx, &rule).await?;
        record(ctx, tx, "approval_rule.create", None, &rule).await?;
        Ok(rule)
    })
    .await
}

/// Changes a rule that is in force. Whoever does becomes its author.
///
/// # Errors
/// [`HoursError`]: not visible, not allowed, archived, another version, not acceptable.
pub async fn update(
    ctx: &Ctx,
    id: ApprovalRuleId,
    expected: Option<i32>,
    change: RuleChange,
) -> Result<approval_rule::Model, HoursError> {
    ctx.demand_signed_in()?;
    ctx.transaction(async |tx| {
        let mut rule = held(ctx, tx, id, expected).await?;
        let before = rule.clone();
        if let Some(effect) = change.effect {
            rule.effect = effect;
        }
        let conditions: Conditions = match change.conditions {
            Some(conditions) => conditions,
            None => serde_json::from_str(&rule.conditions)
                .map_err(|_unreadable| HoursError::Inconsistent("conditions of a rule"))?,
        };
        let mut checks = Checks::new();
        if let Some(name) = &change.name {
            rule.name = checks.text("name", name, NAME_MOST);
        }
        conditions.check(&mut checks, rule.effect);
        checks.done().map_err(HoursError::Invalid)?;
        demand_projects(ctx, tx, rule.organization_id, &conditions.projects).await?;
        rule.conditions = conditions.text();
        touch(ctx, &mut rule);
        store::replace(tx, &rule).await?;
        record(ctx, tx, "approval_rule.update", Some(&before), &rule).await?;
        Ok(rule)
    })
    .await
}

/// Archives a rule: it decides nothing more; what it decided stays as it is.
///
/// # Errors
/// [`HoursError`]: not visible, not allowed, archived already, another version.
pub async fn archive(
    ctx: &Ctx,
    id: ApprovalRuleId,
    expected: Option<i32>,
) -> Result<approval_rule::Model, HoursError> {
    ctx.demand_signed_in()?;
    ctx.transaction(async |tx| {
        let mut rule = held(ctx, tx, id, expected).await?;
        rule.archived_at = Some(ctx.now());
        touch(ctx, &mut rule);
        store::replace(tx, &rule).await?;
        record(ctx, tx, "approval_rule.archive", None, &rule).await?;
        Ok(rule)
    })
    .await
}

fn touch(ctx: &Ctx, rule: &mut approval_rule::Model) {
    rule.version = rule.version.saturating_add(1);
    rule.updated_at = ctx.now();
    rule.written_by = ctx.actor().user();
}

async fn held(
    ctx: &Ctx,
    tx: &Tx,
    id: ApprovalRuleId,
    expected: Option<i32>,
) -> Result<approval_rule::Model, HoursError> {
    let missing = HoursError::NotFound { field: "id" };
    let Some(rule) = store::lock(tx, id).await? else {
        return Err(missing);
    };
    match ctx.demand(Action::ManageOrganization, rule.organization_id) {
        Err(Denied::Invisible) => return Err(missing),
        it => it?,
    }
    if expected.is_some_and(|it| it != rule.version) {
        return Err(HoursError::VersionConflict {
            current: rule.version,
        });
    }
    if rule.archived_at.is_some() {
        return Err(HoursError::Archived { field: "id" });
    }
    Ok(rule)
}

/// A rule names projects of its own organization.
async fn demand_projects(
    ctx: &Ctx,
    tx: &Tx,
    organization: OrganizationId,
    wanted: &[ProjectId],
) -> Result<(), HoursError> {
    const FIELD: &str = "conditions.projectIds";
    if wanted.len() > PROJECTS_MOST {
        let refusal = Refusal::of(Code::TooLong, FIELD).with("most", PROJECTS_MOST);
        return Err(HoursError::Invalid(vec![refusal]));
    }
    if wanted.is_empty() {
        return Ok(());
    }
    let found = projects(&**tx, ctx.scope(), wanted).await?;
    let own = |id: &ProjectId| {
        found
            .get(id)
            .is_some_and(|it| it.organization_id == organization)
    };
    if wanted.iter().all(own) {
        Ok(())
    } else {
        Err(HoursError::NotFound { field: FIELD })
    }
}

async fn record(
    ctx: &Ctx,
    tx: &Tx,
    action: &'static str,
    before: Option<&approval_rule::Model>,
    rule: &approval_rule::Model,
) -> Result<(), HoursError> {
    let kept = |it: &approval_rule::Model| {
        json!({
            "name": it.name, "effect": it.effect, "conditions": it.conditions, "version": it.version,
        })
    };
    let line = Line {
        action,
        organization: Some(rule.organization_id),
        subject: ("ApprovalRule", Some(rule.id.0)),
        details: Some(json!({ "before": before.map(kept), "after": kept(rule) })),
    };
    audit::record(ctx, tx, line).await?;
    Ok(())
}
