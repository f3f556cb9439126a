//! Requests that personal data be erased: asked for, decided, taken back.
//!
//! What is done then is in `erase`. Of a record decides who administers its organization, of an account who administers the
//! platform; between yes and the deed lies time in which it can be taken back.

use chrono::TimeDelta;
use entity::erasure_request;
use entity::ids::ErasureId;
use entity::ids::OrganizationId;
use entity::ids::VolunteerId;
use entity::types::ErasureStatus;
use serde::Serialize;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::platform::db::Tx;
use crate::platform::db::violates;
use crate::platform::idempotency::Claim;
use crate::privacy::error::PrivacyError;
use crate::privacy::store;
use crate::privacy::telling;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::volunteers;

/// Within what time personal data is erased once somebody asked for it, free of charge.
///
/// Source: law 09-08, article 8: ten days.
const PERIOD: TimeDelta = TimeDelta::days(10);
/// Longest reason, in characters.
const REASON_MOST: usize = 1_000;

/// What is to be erased.
#[derive(Clone, Debug, Serialize)]
pub struct Asked {
    /// The record; the account of whoever asks where absent.
    pub volunteer: Option<VolunteerId>,
    /// Why, where it is said.
    pub reason: Option<String>,
}

/// What becomes of a request.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Which request.
    pub id: ErasureId,
    /// Whether it is approved.
    pub verdict: Verdict,
    /// Why; needed where it is refused.
    pub reason: Option<String>,
    /// The version that was seen.
    pub expected: Option<i32>,
}

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The data is erased once the waiting time is over.
    Approve,
    /// It is kept, for a reason.
    Refuse,
}

/// Asks for personal data to be erased: one's own, or what an administrator was asked to erase on paper.
///
/// # Errors
/// [`PrivacyError::NotFound`], [`PrivacyError::Denied`], [`PrivacyError::Open`], [`PrivacyError::Erased`],
/// [`PrivacyError::AccountHeld`], [`PrivacyError::KeyReused`], [`PrivacyError::Invalid`].
pub async fn request(
    ctx: &Ctx,
    asked: &Asked,
    key: Option<&str>,
) -> Result<erasure_request::Model, PrivacyError> {
    ctx.demand_signed_in()?;
    let mut checks = Checks::new();
    checks.key(key);
    let reason = checks.optional_prose("reason", asked.reason.as_deref(), REASON_MOST);
    checks.done().map_err(PrivacyError::Invalid)?;
    ctx.transaction(async |tx| {
        let id = ErasureId(ctx.new_id());
        match ctx.claim(tx, "requestErasure", key, asked, id.0).await? {
            Claim::Go => {}
            Claim::Conflict => return Err(PrivacyError::KeyReused),
            Claim::Replay(id) => {
                return store::by_ids(&**tx, ctx, &[ErasureId(id)])
                    .await?
                    .pop()
                    .ok_or(PrivacyError::NotFound("idempotencyKey"));
            }
        }
        let mut row = erasure_request::Model {
            id,
            organization_id: None,
            volunteer_id: None,
            user_id: None,
            status: ErasureStatus::Requested,
            reason: reason.clone(),
            requested_by: ctx.actor().user(),
            decided_by: None,
            decided_at: None,
            decision_reason: None,
            due_at: Some(ctx.now() + PERIOD),
            done_at: None,
            version: 1,
            created_at: ctx.now(),
            updated_at: ctx.now(),
        };
        match asked.volunteer {
            Some(volunteer) => {
                let (volunteer, organization) = of_record(ctx, tx, volunteer).await?;
                row.volunteer_id = Some(volunteer);
                row.organization_id = Some(organization);
            }
            None => {
                let user = ctx.actor().user();
                let user = user.ok_or_else(|| Refusal::of(Code::Required, "volunteerId"))?;
                if store::is_held(&**tx, user).await? {
                    return Err(PrivacyError::AccountHeld);
                }
                row.user_id = Some(user);
            }
        }
        store::insert(tx, &row).await.map_err(|error| {
            let open = [
                "erasure_request_open_record",
                "erasure_request_open_account",
                "erasure_request.volunteer_id",
                "erasure_request.user_id",
            ];
            if violates(&error, &open) {
                PrivacyError::Open
            } else {
                PrivacyError::Database(error)
            }
        })?;
        audit::record(ctx, tx, line("erasure.request", &row)).await?;
        telling::requested(ctx, tx, &row).await?;
        Ok(row)
    })
    .await
}

/// The record that stands for the one that was named, where the actor may have it erased.
async fn of_record(
    ctx: &Ctx,
    tx: &Tx,
    volunteer: VolunteerId,
) -> Result<(VolunteerId, OrganizationId), PrivacyError> {
    let held = volunteers::store::hold_kept(tx, ctx.scope(), &[volunteer]).await?;
    let record = held.into_values().next();
    let record = record.ok_or(PrivacyError::NotFound("volunteerId"))?;
    if !ctx.scope().owns(record.id) {
        ctx.demand_of_seen(Action::ManageOrganization, record.organization_id)?;
    }
    if record.erased_at.is_some() {
        return Err(PrivacyError::Erased);
    }
    Ok((record.id, record.organization_id))
}

/// Decides on a request. What is approved is carried out when the waiting time is over.
///
/// # Errors
/// [`PrivacyError::NotFound`], [`PrivacyError::Denied`], [`PrivacyError::State`], [`PrivacyError::VersionConflict`],
/// [`PrivacyError::Invalid`] where it is refused without a reason.
pub async fn decide(
    ctx: &Ctx,
    decision: &Decision,
) -> Result<erasure_request::Model, PrivacyError> {
    ctx.demand_signed_in()?;
    let mut checks = Checks::new();
    let reason = checks.optional_prose("reason", decision.reason.as_deref(), REASON_MOST);
    checks.done().map_err(PrivacyError::Invalid)?;
    ctx.transaction(async |tx| {
        let before = held(ctx, tx, decision.id).await?;
        match before.organization_id {
            Some(organization) => ctx
                .demand(Action::ManageOrganization, organization)
                .map_err(told)?,
            None => ctx.demand_platform()?,
        }
        expected(&before, decision.expected)?;
        if before.status != ErasureStatus::Requested {
            return Err(PrivacyError::State);
        }
        if decision.verdict == Verdict::Refuse && reason.is_none() {
            return Err(Refusal::of(Code::Required, "reason").into());
        }
        let waiting = TimeDelta::days(ctx.core().config.privacy.erasure_waiting_days);
        let (status, due_at) = match decision.verdict {
            Verdict::Approve => (ErasureStatus::Approved, Some(ctx.now() + waiting)),
            Verdict::Refuse => (ErasureStatus::Refused, None),
        };
        let row = erasure_request::Model {
            status,
            due_at,
            decided_by: ctx.actor().user(),
            decided_at: Some(ctx.now()),
            decision_reason: reason,
            ..before
        };
        let row = written(ctx, tx, "erasure.decide", row).await?;
        telling::decided(ctx, tx, &row).await?;
        Ok(row)
    })
    .await
}

/// Takes a request back that is not carried out: whoever asked for it, or whose data it is.
///
/// # Errors
/// [`PrivacyError::NotFound`], [`PrivacyError::Denied`], [`PrivacyError::State`], [`PrivacyError::VersionConflict`].
pub async fn withdraw(
    ctx: &Ctx,
    id: ErasureId,
    seen: Option<i32>,
) -> Result<erasure_request::Model, PrivacyError> {
    ctx.demand_signed_in()?;
    ctx.transaction(async |tx| {
        let before = held(ctx, tx, id).await?;
        let user = ctx.actor().user();
        let own = user.is_some() && (before.requested_by == user || before.user_id == user);
        if !own && !before.volunteer_id.is_some_and(|it| ctx.scope().owns(it)) {
            if let Some(organization) = before.organization_id {
                ctx.notes().lacking(organization);
            }
            return Err(Denied::NotAllowed.into());
        }
        expected(&before, seen)?;
        if !is_open(before.status) {
            return Err(PrivacyError::State);
        }
        let row = erasure_request::Model {
            status: ErasureStatus::Withdrawn,
            due_at: None,
            ..before
        };
        written(ctx, tx, "erasure.withdraw", row).await
    })
    .await
}

fn is_open(status: ErasureStatus) -> bool {
    matches!(status, ErasureStatus::Requested | ErasureStatus::Approved)
}

async fn held(ctx: &Ctx, tx: &Tx, id: ErasureId) -> Result<erasure_request::Model, PrivacyError> {
    store::lock(tx, ctx, id)
        .await?
        .ok_or(PrivacyError::NotFound("id"))
}

fn expected(before: &erasure_request::Model, seen: Option<i32>) -> Result<(), PrivacyError> {
    match seen {
        Some(version) if version != before.version => Err(PrivacyError::VersionConflict {
            current: before.version,
        }),
        _ => Ok(()),
    }
}

/// Whoever sees a request is told that they may not decide on it.
fn told(denied: Denied) -> Denied {
    match denied {
        Denied::Invisible => Denied::NotAllowed,
        other => other,
    }
}

/// Writes a request that is held, with its line of the trail.
///
/// # Errors
/// [`PrivacyError::Database`].
pub(super) async fn written(
    ctx: &Ctx,
    tx: &Tx,
    action: &'static str,
    row: erasure_request::Model,
) -> Result<erasure_request::Model, PrivacyError> {
    let row = erasure_request::Model {
        version: row.version.saturating_add(1),
        updated_at: ctx.now(),
        ..row
    };
    store::update(tx, &row).await?;
    audit::record(ctx, tx, line(action, &row)).await?;
    Ok(row)
}

fn line(action: &'static str, row: &erasure_request::Model) -> Line {
    Line {
        action,
        organization: row.organization_id,
        subject: ("ErasureRequest", Some(row.id.0)),
        details: Some(json!({
            "status": row.status, "volunteer": row.volunteer_id, "dueAt": row.due_at,
            "version": row.version,
        })),
    }
}
