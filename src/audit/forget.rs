//! Letting go of what the trail has kept for as long as it is to be kept.
//!
//! How long that is, is a setting; what may not go is held by the database.

use chrono::TimeDelta;
use entity::audit_horizon;
use sea_orm::DbErr;

use crate::audit::store;
use crate::identity::Ctx;

/// Lines of one transaction.
const PART: u64 = 1_000;
/// Transactions of one look, so that nobody waits for long.
const PARTS_MOST: usize = 20;

/// Lets go of lines that were kept long enough: how many.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_old(operator: &Ctx) -> Result<u64, DbErr> {
    let days = operator.core().config.audit.kept_days;
    let until = operator.now() - TimeDelta::days(days);
    let mut gone = 0;
    for _ in 0..PARTS_MOST {
        let part = operator
            .transaction(async |tx| {
                let horizon = audit_horizon::Model {
                    id: operator.new_id(),
                    until,
                    recorded_at: operator.now(),
                };
                store::forget(tx, horizon, PART).await
            })
            .await?;
        gone += part;
        if part < PART {
            break;
        }
    }
    Ok(gone)
}
