//! The audit trail: who did what to what, from where and through what, written in the transaction of the act.
//!
//! What happened to hours, in detail and provably, is in the ledger and not here.

pub mod actions;
pub mod changes;
pub mod forget;
pub mod shown;
pub mod store;
pub mod told;

use std::collections::BTreeMap;

use entity::audit_event;
use entity::ids::AuditEventId;
use entity::ids::OrganizationId;
use entity::ids::UserId;
use sea_orm::ActiveValue::Set;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use serde_json::Value;
use uuid::Uuid;

use crate::identity::Actor;
use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::platform::feed;
use crate::platform::feed::Change;
use crate::platform::feed::Kind;
use crate::platform::outbox;
use crate::platform::outbox::Happened;

/// Acts that other systems are told of, where an organization wants them to be.
const PASSED_ON: [&str; 5] = [
    "period.submit",
    "period.close",
    "period.certify",
    "certificate.issue",
    "certificate.revoke",
];

/// What became of an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was refused.
    Refused,
}

impl Outcome {
    fn word(self) -> &'static str {
        match self {
            Self::Done => "DONE",
            Self::Refused => "REFUSED",
        }
    }
}

/// One line of the trail.
#[derive(Clone, Debug)]
pub struct Line {
    /// `noun.verb`, as in `project.create`: one of [`actions::ALL`], and never renamed.
    pub action: &'static str,
    /// The organization it happened in.
    pub organization: Option<OrganizationId>,
    /// What it was done to, by type and id.
    pub subject: (&'static str, Option<Uuid>),
    /// What else is worth keeping: before and after. No secrets, as little as possible of people.
    pub details: Option<Value>,
}

impl Line {
    /// What was done to an account, where nothing else is worth keeping.
    #[must_use]
    pub fn of_account(action: &'static str, user: UserId) -> Self {
        Self {
            action,
            organization: None,
            subject: ("User", Some(user.0)),
            details: None,
        }
    }

    /// The record that changed; none where it was looked at alone. Hours are not among them: the ledger passes them on, one by one; nor
    /// shifts and sign-ups, whose statements do.
    fn change(&self) -> Option<Change> {
        if self.action.ends_with(".read") {
            return None;
        }
        let record = self.subject.1?;
        let (kind, audience) = match self.subject.0 {
            "Organization" => (Kind::Organization, None),
            "Project" => (Kind::Project, None),
            "ReportingPeriod" => (Kind::ReportingPeriod, None),
            "Volunteer" => (Kind::Volunteer, Some(record)),
            "Membership" => (Kind::Membership, None),
            "Activity" => (Kind::Activity, None),
            _ => return None,
        };
        Some(Change::of(kind, record, audience))
    }

    /// What other systems are told of it, if anything.
    fn happened(&self, ctx: &Ctx) -> Option<Happened> {
        let subject = self.subject.1?;
        PASSED_ON.contains(&self.action).then(|| Happened {
            id: ctx.new_id(),
            organization: self.organization,
            action: self.action.to_owned(),
            subject,
            details: self.details.as_ref().map(ToString::to_string),
            at: ctx.now(),
        })
    }
}

/// Writes one line.
///
/// # Errors
/// [`DbErr`] of the database.
pub async fn record(ctx: &Ctx, tx: &Tx, line: Line) -> Result<(), DbErr> {
    record_all(ctx, tx, vec![line]).await
}

/// Writes one line that concerns the account of a user, who sees it whoever did it.
///
/// # Errors
/// [`DbErr`] of the database.
pub async fn record_about(ctx: &Ctx, tx: &Tx, line: Line, account: UserId) -> Result<(), DbErr> {
    write(ctx, tx, vec![line], Outcome::Done, Some(account)).await
}

/// Writes several lines with one statement for each thousand, and passes what they are about on to
/// the devices that were away, and what other systems are told.
///
/// # Errors
/// [`DbErr`] of the database.
pub async fn record_all(ctx: &Ctx, tx: &Tx, lines: Vec<Line>) -> Result<(), DbErr> {
    write(ctx, tx, lines, Outcome::Done, None).await
}

/// The one place where lines are written.
async fn write(
    ctx: &Ctx,
    tx: &Tx,
    lines: Vec<Line>,
    outcome: Outcome,
    account: Option<UserId>,
) -> Result<(), DbErr> {
    if lines.is_empty() {
        return Ok(());
    }
    let mut changes: BTreeMap<OrganizationId, Vec<Change>> = BTreeMap::new();
    for line in &lines {
        // Whoever filters by a word that is not listed is refused.
        debug_assert!(
            actions::is_known(line.action),
            "{} is missing in audit::actions and docs/audit.md",
            line.action
        );
        // What was refused changed nothing.
        if outcome == Outcome::Done
            && let (Some(organization), Some(change)) = (line.organization, line.change())
        {
            changes.entry(organization).or_default().push(change);
        }
    }
    let happened = lines.iter().filter_map(|it| it.happened(ctx)).collect();
    outbox::append(tx, happened).await?;
    let rows: Vec<_> = lines
        .into_iter()
        .map(|line| audit_event::ActiveModel {
            id: Set(AuditEventId(ctx.new_id())),
            recorded_at: Set(ctx.now()),
            actor_kind: Set(ctx.actor().kind().to_owned()),
            user_id: Set(ctx.actor().user()),
            organization_id: Set(line.organization),
            action: Set(line.action.to_owned()),
            subject_type: Set(line.subject.0.to_owned()),
            subject_id: Set(line.subject.1),
            request_id: Set(ctx.request_id().to_owned()),
            outcome: Set(outcome.word().to_owned()),
            details: Set(line.details.map(|it| it.to_string())),
            session_id: Set(match ctx.actor() {
                Actor::User { session, .. } => Some(session),
                Actor::Token { .. } | Actor::Operator | Actor::Nobody => None,
            }),
            api_token_id: Set(ctx.actor().token()),
            account_id: Set(account),
            address: Set(ctx.origin().address.map(|it| it.to_string())),
            agent: Set(ctx.origin().agent.as_deref().map(str::to_owned)),
        })
        .collect();
    for chunk in rows.chunks(1_000) {
        audit_event::Entity::insert_many(chunk.to_vec())
            .exec_without_returning(&**tx)
            .await?;
    }
    for (organization, changes) in changes {
        feed::append(tx, organization, ctx.now(), changes);
    }
    Ok(())
}
