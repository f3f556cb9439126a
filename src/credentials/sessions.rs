//! Sessions of an owner: going on, listing, ending.
//!
//! How tokens are made and checked is in `identity/session.rs`.

use chrono::DateTime;
use chrono::Utc;
use entity::ids::SessionId;
use entity::ids::UserId;
use entity::session;
use serde_json::Value;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::credentials::CredentialError;
use crate::identity::Actor;
use crate::identity::Authenticator;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::identity::IdentityError;
use crate::identity::store;
use crate::identity::store::Spared;
use crate::identity::tokens::Refreshed;
use crate::identity::tokens::Tokens;
use crate::letters::safety;
use crate::letters::safety::Safety;

/// Exchanges a refresh token for the next pair. One that was used before ends its session, and its owner is told.
///
/// # Errors
/// [`IdentityError::Session`] for an unknown or used token or an ended session.
pub async fn refresh(
    ctx: &Ctx,
    authenticator: &Authenticator,
    token: &str,
) -> Result<Tokens, CredentialError> {
    let refreshed: Result<_, CredentialError> = ctx
        .transaction(async |tx| {
            let refreshed = authenticator.refresh(ctx, tx, token).await?;
            if let Refreshed::Stolen { user, session } = refreshed {
                let line = line("session.stolen", user, Some(session), None);
                audit::record_about(ctx, tx, line, user).await?;
                safety::tell(ctx, tx, user, Safety::SessionStolen).await?;
            }
            Ok(refreshed)
        })
        .await;
    match refreshed? {
        Refreshed::Next(tokens) => Ok(tokens),
        Refreshed::Over | Refreshed::Stolen { .. } => Err(IdentityError::Session.into()),
    }
}

/// Ends the session of the request, or that of a refresh token. Nothing to end is no error.
///
/// # Errors
/// A fault of ours only.
pub async fn sign_out(
    ctx: &Ctx,
    authenticator: &Authenticator,
    refresh_token: Option<&str>,
) -> Result<(), CredentialError> {
    let session = match (refresh_token, ctx.actor()) {
        (Some(token), _) => authenticator.session_of(token).await?,
        (None, Actor::User { session, .. }) => Some(session),
        (None, Actor::Token { .. } | Actor::Operator | Actor::Nobody) => None,
    };
    let Some(session) = session else {
        return Ok(());
    };
    ctx.transaction(async |tx| {
        let found = store::session(&**tx, session).await?;
        if let Some(session) = found.filter(|it| it.ended_at.is_none()) {
            authenticator.end(tx, session.id).await?;
            let line = line("session.end", session.user_id, Some(session.id), None);
            audit::record_about(ctx, tx, line, session.user_id).await?;
        }
        Ok(())
    })
    .await
}

/// Ends one of the actor's own sessions, at once; one that has ended stays ended.
///
/// # Errors
/// [`CredentialError::NoSession`] for one that never was or is somebody else's.
pub async fn end(
    ctx: &Ctx,
    authenticator: &Authenticator,
    id: SessionId,
) -> Result<session::Model, CredentialError> {
    let user = ctx.actor().user().ok_or(Denied::SignedOut)?;
    ctx.transaction(async |tx| {
        let mut found = store::sessions_by_ids(&**tx, user, &[id]).await?;
        let mut session = found.pop().ok_or(CredentialError::NoSession)?;
        if session.ended_at.is_none() {
            authenticator.end(tx, id).await?;
            let line = line("session.end", user, Some(id), None);
            audit::record_about(ctx, tx, line, user).await?;
            session.ended_at = Some(ctx.now());
        }
        Ok(session)
    })
    .await
}

/// Ends all sessions of the actor but the present one, or those of them last used before an instant: how many.
///
/// # Errors
/// [`Denied::SignedOut`].
pub async fn end_others(
    ctx: &Ctx,
    authenticator: &Authenticator,
    before: Option<DateTime<Utc>>,
) -> Result<usize, CredentialError> {
    let Actor::User { id: user, session } = ctx.actor() else {
        return Err(Denied::SignedOut.into());
    };
    ctx.transaction(async |tx| {
        let but = Spared {
            session: Some(session),
            used_since: before,
        };
        let ended = authenticator.end_all(tx, user, but).await?;
        let details = json!({ "ended": ended });
        let line = line("session.end_others", user, None, Some(details));
        audit::record_about(ctx, tx, line, user).await?;
        Ok(ended)
    })
    .await
}

fn line(
    action: &'static str,
    user: UserId,
    session: Option<SessionId>,
    details: Option<Value>,
) -> Line {
    let subject = match session {
        Some(session) => ("UserSession", Some(session.0)),
        None => ("User", Some(user.0)),
    };
    Line {
        action,
        organization: None,
        subject,
        details,
    }
}
