//! Secrets of second factors that another key sealed are sealed with the key of today.
//!
//! Whoever uses a code has theirs sealed anew by that; here it is done for all. When it is asked for is said in `app`.

use entity::ids::UserId;

use crate::credentials::CredentialError;
use crate::credentials::factor::place;
use crate::credentials::store;
use crate::identity::Ctx;
use crate::platform::vault::VaultError;

/// Rows of one transaction.
const TOGETHER: u64 = 500;

/// Seals secrets anew that another key sealed, after this account: how many, how many cannot be opened, and the last one
/// that was looked at; `None` at the end.
///
/// # Errors
/// A fault.
pub async fn seal_anew(
    operator: &Ctx,
    after: Option<UserId>,
) -> Result<Option<(u64, u64, UserId)>, CredentialError> {
    let core = operator.core();
    let vault = core.keys.vault();
    operator
        .transaction(async |tx| {
            let rows = store::sealed_before(tx, &vault.beginning(), after, TOGETHER).await?;
            let Some(last) = rows.last().map(|it| it.user_id) else {
                return Ok(None);
            };
            let (mut done, mut left) = (0, 0);
            for row in rows {
                match vault.seal_anew(&core.random, place(row.user_id), &row.secret) {
                    Ok(Some(secret)) => done += store::put_secret(tx, &row, secret).await?,
                    Ok(None) => {}
                    Err(VaultError::NoRandomness(cause)) => {
                        return Err(VaultError::from(cause).into());
                    }
                    Err(cause) => {
                        tracing::warn!(user.id = %row.user_id, %cause, "a secret cannot be opened");
                        left += 1;
                    }
                }
            }
            Ok(Some((done, left, last)))
        })
        .await
}
