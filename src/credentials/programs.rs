//! What becomes of programs that act for an account: the lines of the trail about their tokens, and the end of all of them.
//!
//! How one token is made and ended by its user is in `tokens`.

use entity::api_token;
use entity::ids::UserId;
use sea_orm::DbErr;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::identity;
use crate::identity::Ctx;
use crate::platform::db::Tx;

/// A line of the trail about a token. What its user calls it may name people, and stays where it is.
#[must_use]
pub fn line(action: &'static str, row: &api_token::Model) -> Line {
    Line {
        action,
        organization: row.organization_id,
        subject: ("ApiToken", Some(row.id.0)),
        details: Some(json!({
            "prefix": row.prefix, "scopes": identity::api_token::scopes(row), "expiresAt": row.expires_at,
        })),
    }
}

/// Ends every token of an account at once, also where it is being used.
///
/// # Errors
/// [`DbErr`].
pub async fn end_all(ctx: &Ctx, tx: &Tx, user: UserId) -> Result<(), DbErr> {
    for token in identity::api_token::end_all(tx, user, ctx.now()).await? {
        audit::record_about(ctx, tx, line("api_token.revoke", &token), user).await?;
    }
    Ok(())
}
