//! Acts of people on endpoints: create, change, take away, another secret.
//!
//! Sending again and trying are in `again`; which URLs are taken, in `address`.

use chrono::TimeDelta;
use entity::ids::OrganizationId;
use entity::ids::WebhookEndpointId;
use entity::types::WebhookEndpointStatus;
use entity::webhook_endpoint;
use serde::Serialize;

use crate::audit;
use crate::audit::Line;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::organizations;
use crate::platform::change::Change;
use crate::platform::db::Tx;
use crate::platform::idempotency::Claim;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::webhooks::BELL;
use crate::webhooks::EventType;
use crate::webhooks::WebhookError;
use crate::webhooks::address::Allowed;
use crate::webhooks::gather;
use crate::webhooks::secret;
use crate::webhooks::store;

/// Longest description, in characters.
const DESCRIPTION_MOST: usize = 200;
/// How many endpoints an organization may have.
const ENDPOINTS_MOST: u64 = 20;
/// How long the secret before signs beside the new one.
const OVERLAP: TimeDelta = TimeDelta::hours(24);

/// An endpoint as asked for.
#[derive(Clone, Debug, Serialize)]
pub struct NewEndpoint {
    /// Of which organization.
    pub organization: OrganizationId,
    /// Where it is told.
    pub url: String,
    /// What it is for.
    pub description: Option<String>,
    /// Of what; empty for all.
    pub events: Vec<EventType>,
}

/// What changes of an endpoint.
#[derive(Clone, Debug, Default)]
pub struct EndpointChanges {
    /// Where it is told.
    pub url: Change<String>,
    /// What it is for.
    pub description: Change<Option<String>>,
    /// Of what; empty for all.
    pub events: Change<Vec<EventType>>,
    /// Whether it is told: one that is not waits.
    pub enabled: Change<bool>,
}

/// Creates an endpoint, and makes its secret.
///
/// # Errors
/// [`WebhookError::Denied`] for who does not manage the organization, [`WebhookError::Invalid`],
/// [`WebhookError::TooMany`], [`WebhookError::KeyReused`].
pub async fn create(
    ctx: &Ctx,
    new: &NewEndpoint,
    key: Option<&str>,
) -> Result<(webhook_endpoint::Model, String), WebhookError> {
    demand(ctx, new.organization, "organizationId")?;
    let contact = ctx.actor().user().ok_or(Denied::SignedOut)?;
    let mut checks = Checks::new();
    checks.key(key);
    let url = url(ctx, &mut checks, &new.url);
    let description = new.description.as_deref();
    let description = checks.optional_text("description", description, DESCRIPTION_MOST);
    checks.done().map_err(WebhookError::Invalid)?;
    let salt = ctx.core().random.bytes::<32>()?.to_vec();
    let now = ctx.now();
    let row = webhook_endpoint::Model {
        id: WebhookEndpointId(ctx.new_id()),
        organization_id: new.organization,
        contact_id: contact,
        url,
        description,
        events: written(&new.events)?,
        status: WebhookEndpointStatus::Active,
        salt,
        previous_salt: None,
        previous_until: None,
        sequence: 0,
        due_at: None,
        leased_until: None,
        fence: 0,
        failing_since: None,
        told_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    ctx.transaction(async |tx| {
        let claim = ctx.claim(tx, "createWebhookEndpoint", key, new, row.id.0);
        match claim.await? {
            Claim::Go => {}
            Claim::Conflict => return Err(WebhookError::KeyReused),
            Claim::Replay(known) => {
                let ids = [WebhookEndpointId(known)];
                let mut found = store::by_ids(&**tx, ctx.scope(), &ids).await?;
                let row = found
                    .pop()
                    .ok_or(WebhookError::NotFound("idempotencyKey"))?;
                // Whoever sends the same again did not hear the answer.
                let secret = secret::shown(&ctx.core().keys, &row.salt);
                return Ok((row, secret));
            }
        }
        // Held, so that what is created at once is counted one after the other.
        organizations::store::lock(tx, ctx.scope(), new.organization)
            .await?
            .ok_or(WebhookError::NotFound("organizationId"))?;
        let most = ENDPOINTS_MOST;
        if store::count(&**tx, ctx.scope(), new.organization).await? >= most {
            return Err(WebhookError::TooMany { most });
        }
        if store::listening(tx, new.organization).await?.is_empty() {
            // Nothing that happened before it.
            gather::begin(tx, new.organization).await?;
        }
        store::insert(tx, row.clone()).await?;
        record(ctx, tx, "webhook.create", &row).await?;
        let secret = secret::shown(&ctx.core().keys, &row.salt);
        Ok((row, secret))
    })
    .await
}

/// Changes an endpoint. One that was disabled is told of what happens from now on; what waited for it goes out first.
///
/// # Errors
/// [`WebhookError::NotFound`], [`WebhookError::VersionConflict`], [`WebhookError::Invalid`].
pub async fn update(
    ctx: &Ctx,
    id: WebhookEndpointId,
    expected: Option<i32>,
    changes: EndpointChanges,
) -> Result<webhook_endpoint::Model, WebhookError> {
    ctx.demand_signed_in()?;
    let mut checks = Checks::new();
    let url = match &changes.url {
        Change::Keep => Change::Keep,
        Change::To(asked) => Change::To(url(ctx, &mut checks, asked)),
    };
    let description = match &changes.description {
        Change::Keep => Change::Keep,
        Change::To(asked) => {
            Change::To(checks.optional_text("description", asked.as_deref(), DESCRIPTION_MOST))
        }
    };
    checks.done().map_err(WebhookError::Invalid)?;
    ctx.transaction(async |tx| {
        let held = held(ctx, tx, id, expected).await?;
        let events = match &changes.events {
            Change::Keep => held.events.clone(),
            Change::To(asked) => written(asked)?,
        };
        let moved = matches!(&url, Change::To(it) if *it != held.url);
        let status = match changes.enabled {
            Change::Keep => held.status,
            Change::To(true) => WebhookEndpointStatus::Active,
            Change::To(false) => WebhookEndpointStatus::Paused,
        };
        let before = held.clone();
        // Another place, and one that somebody lets go on, has not failed yet.
        let afresh = moved || status != held.status;
        let row = webhook_endpoint::Model {
            url: url.over(held.url),
            description: description.over(held.description),
            events,
            status,
            failing_since: held.failing_since.filter(|_| !afresh),
            told_at: held.told_at.filter(|_| !afresh),
            // What is on its way to the place of before says nothing of this one.
            fence: held.fence.saturating_add(i32::from(afresh)),
            leased_until: held.leased_until.filter(|_| !afresh),
            ..held
        };
        let row = touched(ctx, row)?;
        let row = match store::waiting(&**tx, row.id).await? {
            // What waits need not wait for the place of before.
            Some(next) if afresh => {
                let next = entity::webhook_delivery::Model {
                    attempts: 0,
                    next_attempt_at: Some(ctx.now()),
                    ..next
                };
                store::update_delivery(tx, &next).await?;
                webhook_endpoint::Model {
                    due_at: next.next_attempt_at,
                    ..row
                }
            }
            _ => row,
        };
        store::update(tx, &row).await?;
        record_change(ctx, tx, "webhook.update", Some(&before), &row).await?;
        tx.ring(BELL);
        Ok(row)
    })
    .await
}

/// Makes another secret. The one before signs beside it for a day, so that receivers can be changed meanwhile. The same
/// key makes it once: a secret whose answer was lost is told again, and the one that receivers have goes on.
///
/// # Errors
/// [`WebhookError::NotFound`], [`WebhookError::VersionConflict`], [`WebhookError::KeyReused`],
/// [`WebhookError::Invalid`].
pub async fn rotate(
    ctx: &Ctx,
    id: WebhookEndpointId,
    expected: Option<i32>,
    key: Option<&str>,
) -> Result<(webhook_endpoint::Model, String), WebhookError> {
    ctx.demand_signed_in()?;
    let mut checks = Checks::new();
    checks.key(key);
    checks.done().map_err(WebhookError::Invalid)?;
    let salt = ctx.core().random.bytes::<32>()?.to_vec();
    ctx.transaction(async |tx| {
        let present = held(ctx, tx, id, None).await?;
        let claim = ctx.claim(tx, "rotateWebhookSecret", key, &id, id.0);
        match claim.await? {
            Claim::Go => {}
            Claim::Conflict => return Err(WebhookError::KeyReused),
            Claim::Replay(_) => {
                let secret = secret::shown(&ctx.core().keys, &present.salt);
                return Ok((present, secret));
            }
        }
        let held = held(ctx, tx, id, expected).await?;
        let row = webhook_endpoint::Model {
            previous_salt: Some(held.salt.clone()),
            previous_until: Some(ctx.now() + OVERLAP),
            salt: salt.clone(),
            ..held
        };
        let row = touched(ctx, row)?;
        store::update(tx, &row).await?;
        record(ctx, tx, "webhook.rotate", &row).await?;
        let secret = secret::shown(&ctx.core().keys, &row.salt);
        Ok((row, secret))
    })
    .await
}

/// Takes an endpoint away: it is told of nothing more, and nobody sees it.
///
/// # Errors
/// [`WebhookError::NotFound`], [`WebhookError::VersionConflict`].
pub async fn delete(
    ctx: &Ctx,
    id: WebhookEndpointId,
    expected: Option<i32>,
) -> Result<WebhookEndpointId, WebhookError> {
    ctx.demand_signed_in()?;
    ctx.transaction(async |tx| {
        let held = held(ctx, tx, id, expected).await?;
        let row = webhook_endpoint::Model {
            status: WebhookEndpointStatus::Ended,
            due_at: None,
            ..held
        };
        let row = touched(ctx, row)?;
        store::update(tx, &row).await?;
        record(ctx, tx, "webhook.delete", &row).await?;
        Ok(row.id)
    })
    .await
}

/// An endpoint that may be seen, held, where it did not change since the version that the caller saw.
///
/// # Errors
/// [`WebhookError::NotFound`], [`WebhookError::VersionConflict`].
pub(super) async fn held(
    ctx: &Ctx,
    tx: &Tx,
    id: WebhookEndpointId,
    expected: Option<i32>,
) -> Result<webhook_endpoint::Model, WebhookError> {
    let held = store::lock(tx, ctx.scope(), id).await?;
    let held = held.ok_or(WebhookError::NotFound("id"))?;
    match expected {
        Some(expected) if expected != held.version => Err(WebhookError::VersionConflict {
            current: held.version,
        }),
        _ => Ok(held),
    }
}

/// Demands that the actor manages an organization; for those who do not see it, it is not there.
///
/// # Errors
/// [`WebhookError::NotFound`], [`WebhookError::Denied`].
pub fn demand(
    ctx: &Ctx,
    organization: OrganizationId,
    field: &'static str,
) -> Result<(), WebhookError> {
    match ctx.demand(Action::ManageOrganization, organization) {
        Err(Denied::Invisible) => Err(WebhookError::NotFound(field)),
        other => Ok(other?),
    }
}

fn url(ctx: &Ctx, checks: &mut Checks, asked: &str) -> String {
    match Allowed::of(&ctx.core().config.webhooks).url(asked) {
        Ok(url) => url,
        Err(mend) => {
            // What stands before an @ may be a password.
            let shown = asked.rsplit('@').next().unwrap_or_default();
            let refusal = Refusal::of(Code::WebhookUrlUnfit, "url").with("value", shown);
            checks.refuse(refusal.mended(mend));
            String::new()
        }
    }
}

fn touched(
    ctx: &Ctx,
    row: webhook_endpoint::Model,
) -> Result<webhook_endpoint::Model, WebhookError> {
    Ok(webhook_endpoint::Model {
        contact_id: ctx.actor().user().ok_or(Denied::SignedOut)?,
        version: row.version.saturating_add(1),
        updated_at: ctx.now(),
        ..row
    })
}

fn written(events: &[EventType]) -> Result<String, WebhookError> {
    let mut events = events.to_vec();
    events.sort_unstable();
    events.dedup();
    serde_json::to_string(&events).map_err(|it| WebhookError::Fault(it.to_string()))
}

/// A line of the trail.
pub(super) async fn record(
    ctx: &Ctx,
    tx: &Tx,
    action: &'static str,
    row: &webhook_endpoint::Model,
) -> Result<(), WebhookError> {
    record_change(ctx, tx, action, None, row).await
}

/// The same of what changed. Of a URL only its host: the rest of it may be what lets others in.
async fn record_change(
    ctx: &Ctx,
    tx: &Tx,
    action: &'static str,
    before: Option<&webhook_endpoint::Model>,
    row: &webhook_endpoint::Model,
) -> Result<(), WebhookError> {
    let kept = |it: &webhook_endpoint::Model| {
        let host = reqwest::Url::parse(&it.url).ok();
        let host = host.and_then(|it| it.host_str().map(str::to_owned));
        serde_json::json!({
            "host": host, "events": it.events, "status": it.status, "version": it.version,
        })
    };
    let line = Line {
        action,
        organization: Some(row.organization_id),
        subject: ("WebhookEndpoint", Some(row.id.0)),
        details: Some(serde_json::json!({ "before": before.map(kept), "after": kept(row) })),
    };
    audit::record(ctx, tx, line).await?;
    Ok(())
}
