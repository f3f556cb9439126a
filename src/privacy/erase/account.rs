//! What an account says of its holder: address, name, password, devices, what they were told and sent.
//!
//! The key of the account stays, so that the trail and the ledger still say that two things were done by one person.

mod store;

use entity::ids::UserId;

use crate::audit;
use crate::audit::Line;
use crate::credentials::programs;
use crate::hours::erasure::BLANK;
use crate::identity::Ctx;
use crate::identity::hashing;
use crate::identity::session;
use crate::identity::store::Spared;
use crate::letters;
use crate::platform::db::Tx;
use crate::privacy::erase::files;
use crate::privacy::erase::store as beside;
use crate::privacy::error::PrivacyError;

/// Takes it away: nobody signs in under it any more.
pub(super) async fn erase(ctx: &Ctx, tx: &Tx, user: UserId) -> Result<(), PrivacyError> {
    let Some(before) = store::lock_account(tx, user).await? else {
        return Ok(());
    };
    let fault = |it: &dyn std::error::Error| PrivacyError::Fault(it.to_string());
    let recipient = letters::asked::recipient(ctx.core(), &before.email);
    // A password that nobody knows.
    let password = ctx.core().random.text::<32>().map_err(|it| fault(&it))?;
    let password_hash = hashing::hash(ctx.core(), password)
        .await
        .map_err(|it| fault(&it))?;
    let now = ctx.now();
    store::put_account(
        tx,
        entity::user_account::Model {
            email: format!("erased-{user}@erased.invalid"),
            display_name: BLANK.to_owned(),
            password_hash,
            version: before.version.saturating_add(1),
            updated_at: now,
            disabled_at: before.disabled_at.or(Some(now)),
            ..before.clone()
        },
    )
    .await?;
    session::end_all(tx, user, Spared::default(), now).await?;
    programs::end_all(ctx, tx, user).await?;
    store::forget_sessions(tx, user).await?;
    store::forget_told(tx, user, &recipient).await?;
    store::forget_asked(tx, user, &before.email, now).await?;
    beside::forget_reasons(tx, &[], Some(user)).await?;
    let line = Line::of_account("account.erase", user);
    audit::record_about(ctx, tx, line, user).await?;
    // That line first: the database lets nothing of the trail go without it.
    audit::store::forget_origins(tx, user).await?;
    // Files of the trail that is so no more.
    files::erase_trails(ctx, tx, user).await?;
    Ok(())
}
