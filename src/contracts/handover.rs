//! Hands contracts over from one record of a person to another, when records are merged or parted.
//!
//! They keep their numbers in the register, and what happened under them. Which records are of one person is decided in `duplicates`.

use entity::ids::ContractId;
use entity::volunteer;
use entity::volunteer_contract;
use sea_orm::DbErr;

use crate::contracts::said;
use crate::contracts::store;
use crate::identity::Ctx;
use crate::platform::db::Tx;

/// Hands contracts over to a record of the same organization; both records and the contracts are held.
///
/// Two contracts of one mission at the same time are no reason to refuse: both were signed, and the report
/// finds them.
///
/// # Errors
/// [`DbErr`].
pub async fn hand_over_in(
    ctx: &Ctx,
    tx: &Tx,
    contracts: Vec<volunteer_contract::Model>,
    to: &volunteer::Model,
) -> Result<Vec<ContractId>, DbErr> {
    let mut moved = Vec::with_capacity(contracts.len());
    for before in contracts {
        let after = volunteer_contract::Model {
            volunteer_id: to.id,
            version: before.version.saturating_add(1),
            updated_at: ctx.now(),
            ..before
        };
        store::update(tx, &after).await?;
        moved.push(after);
    }
    said::keep_contracts(tx, &moved).await?;
    Ok(moved.iter().map(|it| it.id).collect())
}
