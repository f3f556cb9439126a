//! Statements about the texts of entries.
//!
//! Nothing is decided here; other statements about entries are in `hours::store`.

use entity::hour_entry;
use entity::hour_entry_amendment;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ids::VolunteerId;
use entity::ledger_event;
use entity::ledger_note;
use sea_orm::ActiveModelTrait;
use sea_orm::ColumnTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;

use crate::platform::db::Tx;

/// The next entries of some records, in the order of ids, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn lock_after(
    tx: &Tx,
    records: &[VolunteerId],
    after: Option<EntryId>,
    limit: u64,
) -> Result<Vec<hour_entry::Model>, DbErr> {
    hour_entry::Entity::find()
        .filter(hour_entry::Column::VolunteerId.is_in(records.iter().copied()))
        .apply_if(after, |it, after| {
            it.filter(hour_entry::Column::Id.gt(after))
        })
        .order_by_asc(hour_entry::Column::Id)
        .limit(limit)
        .lock_exclusive()
        .all(&**tx)
        .await
}

/// Every correction of some entries, the first one first.
///
/// # Errors
/// [`DbErr`].
pub async fn amendments_of(
    tx: &Tx,
    entries: &[EntryId],
) -> Result<Vec<hour_entry_amendment::Model>, DbErr> {
    hour_entry_amendment::Entity::find()
        .filter(hour_entry_amendment::Column::EntryId.is_in(entries.iter().copied()))
        .order_by_asc(hour_entry_amendment::Column::Id)
        .lock_exclusive()
        .all(&**tx)
        .await
}

/// Writes a correction that is held as it is now.
///
/// # Errors
/// [`DbErr`].
pub async fn replace_amendment(tx: &Tx, row: &hour_entry_amendment::Model) -> Result<(), DbErr> {
    hour_entry_amendment::Entity::update(row.clone().into_active_model().reset_all())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Lets go of the reasons that were given for what happened to some entries. The chain keeps their digests.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_notes(
    tx: &Tx,
    organization: OrganizationId,
    entries: &[EntryId],
) -> Result<(), DbErr> {
    let events = ledger_event::Entity::find()
        .select_only()
        .column(ledger_event::Column::Sequence)
        .filter(ledger_event::Column::OrganizationId.eq(organization))
        .filter(ledger_event::Column::EntryId.is_in(entries.iter().copied()))
        .into_query();
    ledger_note::Entity::delete_many()
        .filter(ledger_note::Column::OrganizationId.eq(organization))
        .filter(ledger_note::Column::Sequence.in_subquery(events))
        .exec(&**tx)
        .await?;
    Ok(())
}
