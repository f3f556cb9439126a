//! Makes accounts and gives their owners roles of the platform, each with its line in the trail.
//!
//! Whoever makes one themselves signs up in `sign_in`; roles in organizations are in `organizations`.

use entity::ids::TerritoryId;
use entity::ids::UserId;
use entity::types::PlatformRole;
use entity::user_account;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::identity::Ctx;
use crate::identity::IdentityError;
use crate::identity::account;
use crate::identity::account::NewAccount;
use crate::platform::db::Tx;

/// Makes an account.
///
/// # Errors
/// [`IdentityError::Taken`].
pub async fn create(
    ctx: &Ctx,
    tx: &Tx,
    new: NewAccount,
) -> Result<user_account::Model, IdentityError> {
    let account = account::create(ctx, tx, new).await?;
    let line = Line::of_account("account.create", account.id);
    audit::record_about(ctx, tx, line, account.id).await?;
    Ok(account)
}

/// Gives the owner of an account a role of the platform; over a territory, where it is that of an observer.
///
/// # Errors
/// A fault of ours only.
pub async fn grant(
    ctx: &Ctx,
    tx: &Tx,
    user: UserId,
    role: PlatformRole,
    territory: Option<TerritoryId>,
) -> Result<(), IdentityError> {
    account::grant(ctx, tx, user, role, territory).await?;
    let line = Line {
        details: Some(json!({ "role": role, "territory": territory })),
        ..Line::of_account("account.grant", user)
    };
    audit::record_about(ctx, tx, line, user).await?;
    Ok(())
}
