//! Making a token, and ending it.
//!
//! Only whoever has signed in does either: a program makes no tokens.

use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;
use entity::api_token;
use entity::ids::ApiTokenId;
use entity::ids::OrganizationId;
use entity::ids::UserId;
use entity::types::ApiTokenScope;
use serde::Serialize;

use crate::audit;
use crate::credentials::programs;
use crate::identity::Actor;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::identity::api_token::Fresh;
use crate::platform::idempotency::Claim;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::tokens::TokenError;
use crate::tokens::store;

/// Longest name, in characters.
const NAME_MOST: usize = 100;
/// How long a token lasts where nobody says.
const LASTS: TimeDelta = TimeDelta::days(90);
/// How long one may last.
const LASTS_MOST: TimeDelta = TimeDelta::days(366);
/// How many of one user may be in force, or have been made within a day.
const TOKENS_MOST: u64 = 20;
const DAY: TimeDelta = TimeDelta::days(1);

/// A token as asked for.
#[derive(Clone, Debug, Serialize)]
pub struct NewToken {
    /// What its user calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<ApiTokenScope>,
    /// The only organization in which it acts.
    pub organization: Option<OrganizationId>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Makes a token for whoever asks. Its text is told here and never again: a repeated request is answered without it.
///
/// # Errors
/// [`TokenError::Invalid`], [`TokenError::NotFound`] for an organization of others, [`TokenError::TooMany`],
/// [`TokenError::KeyReused`], [`TokenError::Denied`] for programs.
pub async fn create(
    ctx: &Ctx,
    new: &NewToken,
    key: Option<&str>,
) -> Result<(api_token::Model, Option<Fresh>), TokenError> {
    let user = signed_in(ctx)?;
    let now = ctx.now();
    let mut checks = Checks::new();
    checks.key(key);
    let name = checks.text("name", &new.name, NAME_MOST);
    checks.demand(!new.scopes.is_empty(), || {
        Refusal::of(Code::Required, "scopes")
    });
    let expires_at = new.expires_at.unwrap_or(now + LASTS);
    let (least, most) = (now + TimeDelta::minutes(1), now + LASTS_MOST);
    checks.demand((least..=most).contains(&expires_at), || {
        Refusal::of(Code::OutOfRange, "expiresAt")
            .with("least", least.format("%Y-%m-%dT%H:%MZ"))
            .with("most", most.format("%Y-%m-%dT%H:%MZ"))
    });
    checks.done().map_err(TokenError::Invalid)?;
    if let Some(organization) = new.organization
        && ctx.scope().role(organization).is_none()
    {
        return Err(TokenError::NotFound("organizationId"));
    }
    let mut scopes = new.scopes.clone();
    scopes.sort_unstable();
    scopes.dedup();
    let fresh = Fresh::make(&ctx.core().random)?;
    let row = api_token::Model {
        id: ApiTokenId(ctx.new_id()),
        user_id: user,
        organization_id: new.organization,
        name,
        prefix: fresh.prefix(),
        digest: fresh.digest(),
        scopes: serde_json::to_string(&scopes).map_err(|it| TokenError::Fault(it.to_string()))?,
        created_at: now,
        expires_at,
        revoked_at: None,
        last_used_at: None,
        last_used_address: None,
    };
    ctx.transaction(async |tx| {
        let claim = ctx.claim(tx, "createApiToken", key, new, row.id.0);
        match claim.await? {
            Claim::Go => {}
            Claim::Conflict => return Err(TokenError::KeyReused),
            Claim::Replay(known) => {
                let mut found = store::by_ids(&**tx, user, &[ApiTokenId(known)]).await?;
                let row = found.pop().ok_or(TokenError::NotFound("idempotencyKey"))?;
                return Ok((row, None));
            }
        }
        // Held, so that what is made at once is counted one after the other.
        store::lock_account(tx, user).await?;
        if store::count_recent(tx, user, now, now - DAY).await? >= TOKENS_MOST {
            return Err(TokenError::TooMany { most: TOKENS_MOST });
        }
        store::insert(tx, row.clone()).await?;
        audit::record(ctx, tx, programs::line("api_token.create", &row)).await?;
        Ok((row, Some(fresh)))
    })
    .await
}

/// Ends a token of whoever asks, at once. Ending it again changes nothing.
///
/// # Errors
/// [`TokenError::NotFound`], also for those of others; [`TokenError::Denied`] for programs.
pub async fn revoke(ctx: &Ctx, id: ApiTokenId) -> Result<api_token::Model, TokenError> {
    let user = signed_in(ctx)?;
    ctx.transaction(async |tx| {
        let held = store::lock(tx, user, id).await?;
        let held = held.ok_or(TokenError::NotFound("id"))?;
        if held.revoked_at.is_some() {
            return Ok(held);
        }
        let row = api_token::Model {
            revoked_at: Some(ctx.now()),
            ..held
        };
        store::update(tx, &row).await?;
        tx.ring(row.id.0);
        audit::record(ctx, tx, programs::line("api_token.revoke", &row)).await?;
        Ok(row)
    })
    .await
}

fn signed_in(ctx: &Ctx) -> Result<UserId, Denied> {
    match ctx.actor() {
        Actor::User { id, .. } => Ok(id),
        Actor::Token { .. } | Actor::Operator => Err(Denied::NotAllowed),
        Actor::Nobody => Err(Denied::SignedOut),
    }
}
