//! What imports keep of files goes after a while: refused rows hold every column of the file, whatever
//! it is, and a file that nobody commits holds everybody in it.
//!
//! It is done from time to time by the server itself. Sums, the refusals and the trail stay.

use chrono::TimeDelta;
use entity::ids::ImportId;
use entity::import;
use entity::types::ImportStatus;

use crate::audit;
use crate::identity::Ctx;
use crate::imports::error::ImportError;
use crate::imports::stored::start::line;
use crate::imports::stored::store;
use crate::platform::db::Tx;

/// Days for which refused rows and files that wait are kept. Whoever corrects rows does so within
/// the month in which the file was brought; later a file of then would meet other hours, and is
/// better brought again.
pub const KEPT_DAYS: i64 = 30;

/// Waiting imports that are asked for at once.
const TOGETHER: u64 = 100;

/// Lets go of what is older: the refused rows of committed imports, and dry runs with their files,
/// which are over from then on. Gives how many imports lost something.
///
/// # Errors
/// A fault in finding them, or in one of them; the next time tries again.
pub async fn forget_old(ctx: &Ctx) -> Result<u64, ImportError> {
    let until = ctx.now() - TimeDelta::days(KEPT_DAYS);
    let mut forgotten = ctx
        .transaction(async |tx| store::drop_rejected(tx, until).await)
        .await?;
    loop {
        let waiting = store::waiting(ctx.read(), until, TOGETHER).await?;
        if waiting.is_empty() {
            return Ok(forgotten);
        }
        for id in waiting {
            let gone = ctx
                .transaction(async |tx| give_up(ctx, tx, id).await)
                .await?;
            forgotten = forgotten.saturating_add(u64::from(gone));
        }
    }
}

/// Ends a dry run; `false` where somebody committed it or gave it up meanwhile.
///
/// # Errors
/// A fault.
pub async fn give_up(ctx: &Ctx, tx: &Tx, id: ImportId) -> Result<bool, ImportError> {
    let held = store::lock(tx, ctx.scope(), id).await?;
    let Some(held) = held.filter(|it| it.status == ImportStatus::DryRun) else {
        return Ok(false);
    };
    let now = ctx.now();
    let done = import::Model {
        status: ImportStatus::RolledBack,
        rolled_back_at: Some(now),
        version: held.version.saturating_add(1),
        updated_at: now,
        ..held
    };
    store::replace_refusals(tx, id, Vec::new(), None).await?;
    store::drop_source(tx, id).await?;
    store::update(tx, &done).await?;
    audit::record(ctx, tx, line("import.expire", &done)).await?;
    Ok(true)
}
