//! Keeps the keys under which records of one person meet, beside the records.
//!
//! What the keys say is in `likeness`, what is made of them in `duplicates`.

use entity::ids::VolunteerId;
use entity::volunteer;
use entity::volunteer_key;
use sea_orm::ColumnTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use sea_orm::sea_query::OnConflict;

use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::platform::editions::Edition;
use crate::volunteers::likeness;

/// Grows when the same record makes other keys.
const READING: u8 = 1;
/// Rows of one statement, far below what either database takes.
const ROWS: u64 = 1_000;

/// The keys of some records, as rows.
pub fn of<'a>(
    records: impl Iterator<Item = &'a volunteer::Model>,
) -> impl Iterator<Item = volunteer_key::Model> {
    records.flat_map(|record| {
        likeness::keys(record)
            .into_iter()
            .map(|key| volunteer_key::Model {
                organization_id: record.organization_id,
                key,
                volunteer_id: record.id,
            })
    })
}

/// Writes the keys of new records.
///
/// # Errors
/// [`DbErr`].
pub async fn insert(tx: &Tx, records: &[volunteer::Model]) -> Result<(), DbErr> {
    let rows: Vec<_> = of(records.iter())
        .map(IntoActiveModel::into_active_model)
        .collect();
    for chunk in rows.chunks(usize::try_from(ROWS).unwrap_or(usize::MAX)) {
        volunteer_key::Entity::insert_many(chunk.to_vec())
            // While all are written anew, another process may write those of a new record.
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

/// Replaces the keys of a record, where a change made others.
///
/// # Errors
/// [`DbErr`].
pub async fn replace(
    tx: &Tx,
    before: &volunteer::Model,
    after: &volunteer::Model,
) -> Result<(), DbErr> {
    if likeness::keys(before) == likeness::keys(after) {
        return Ok(());
    }
    volunteer_key::Entity::delete_many()
        .filter(volunteer_key::Column::VolunteerId.eq(after.id))
        .exec(&**tx)
        .await?;
    insert(tx, std::slice::from_ref(after)).await
}

/// Writes the keys of all records anew, where they were made in another way or not at all.
///
/// One statement when there is nothing to do; safe when several processes start at once.
///
/// # Errors
/// [`DbErr`]; nothing was written then.
pub async fn load(ctx: &Ctx) -> Result<(), DbErr> {
    let edition = Edition::of("volunteer-keys", READING, &[]);
    if edition.is_held(ctx.read()).await? {
        return Ok(());
    }
    ctx.transaction(async |tx| {
        if edition.lock(tx).await? {
            return Ok(());
        }
        volunteer_key::Entity::delete_many().exec(&**tx).await?;
        let mut after: Option<VolunteerId> = None;
        loop {
            let records = volunteer::Entity::find()
                .apply_if(after, |it, after| {
                    it.filter(volunteer::Column::Id.gt(after))
                })
                .order_by_asc(volunteer::Column::Id)
                .limit(ROWS)
                .all(&**tx)
                .await?;
            let Some(last) = records.last() else { break };
            after = Some(last.id);
            insert(tx, &records).await?;
        }
        edition.hold(tx, ctx.now()).await
    })
    .await
}
