//! Statements of imports that are kept.
//!
//! Nothing is decided here.

use chrono::DateTime;
use chrono::Utc;
use entity::hour_entry;
use entity::ids::EntryId;
use entity::ids::ImportId;
use entity::ids::OrganizationId;
use entity::ids::VolunteerId;
use entity::import;
use entity::import_record;
use entity::import_refusal;
use entity::import_rejected;
use entity::import_source;
use entity::organization;
use entity::signup;
use entity::types::ImportStatus;
use entity::volunteer;
use entity::volunteer_contract;
use entity::volunteer_merge;
use sea_orm::ActiveModelTrait;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::IntoSimpleExpr;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use sea_orm::sea_query::Expr;

use crate::identity::Scope;
use crate::platform::db::Tx;
use crate::platform::page::Direction;
use crate::platform::page::Page;
use crate::platform::page::Slice;

/// Rows of one statement: seven values each, below what either database takes.
const CHUNK: usize = 3_000;

/// An organization, where it may be seen.
///
/// # Errors
/// [`DbErr`].
pub async fn organization(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    id: OrganizationId,
) -> Result<Option<organization::Model>, DbErr> {
    organization::Entity::find_by_id(id)
        .filter(scope.organizations())
        .one(conn)
        .await
}

/// Imports by id.
///
/// # Errors
/// [`DbErr`].
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[ImportId],
) -> Result<Vec<import::Model>, DbErr> {
    import::Entity::find()
        .filter(import::Column::Id.is_in(ids.iter().copied()))
        .filter(scope.imports())
        .all(conn)
        .await
}

/// One import, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn lock(tx: &Tx, scope: &Scope, id: ImportId) -> Result<Option<import::Model>, DbErr> {
    import::Entity::find_by_id(id)
        .filter(scope.imports())
        .lock_exclusive()
        .one(&**tx)
        .await
}

/// A page of an organization's imports, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn list(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    organization: OrganizationId,
    page: &Page<ImportId>,
) -> Result<Slice<import::Model>, DbErr> {
    let select = import::Entity::find()
        .filter(import::Column::OrganizationId.eq(organization))
        .filter(scope.imports());
    let columns = [import::Column::Id.into_simple_expr()];
    let rows = page
        .narrow(select, &columns, Direction::Descending, |id| {
            vec![Expr::value(*id)]
        })
        .all(conn)
        .await?;
    Ok(page.slice(rows))
}

/// How many imports an organization has.
///
/// # Errors
/// [`DbErr`].
pub async fn count(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    organization: OrganizationId,
) -> Result<u64, DbErr> {
    import::Entity::find()
        .filter(import::Column::OrganizationId.eq(organization))
        .filter(scope.imports())
        .count(conn)
        .await
}

/// A page of what is wrong with an import's rows, in the order of the file.
///
/// # Errors
/// [`DbErr`].
pub async fn refusals(
    conn: &impl ConnectionTrait,
    import: ImportId,
    page: &Page<i32>,
) -> Result<Slice<import_refusal::Model>, DbErr> {
    let select = import_refusal::Entity::find().filter(import_refusal::Column::ImportId.eq(import));
    let columns = [import_refusal::Column::Ordinal.into_simple_expr()];
    let rows = page
        .narrow(select, &columns, Direction::Ascending, |ordinal| {
            vec![Expr::value(*ordinal)]
        })
        .all(conn)
        .await?;
    Ok(page.slice(rows))
}

/// How much is wrong with an import's rows.
///
/// # Errors
/// [`DbErr`].
pub async fn count_refusals(conn: &impl ConnectionTrait, import: ImportId) -> Result<u64, DbErr> {
    import_refusal::Entity::find()
        .filter(import_refusal::Column::ImportId.eq(import))
        .count(conn)
        .await
}

/// All that is wrong with an import's rows, in the order of the file.
///
/// # Errors
/// [`DbErr`].
pub async fn all_refusals(
    conn: &impl ConnectionTrait,
    import: ImportId,
) -> Result<Vec<import_refusal::Model>, DbErr> {
    import_refusal::Entity::find()
        .filter(import_refusal::Column::ImportId.eq(import))
        .order_by_asc(import_refusal::Column::Ordinal)
        .all(conn)
        .await
}

/// The refused rows of an import.
///
/// # Errors
/// [`DbErr`].
pub async fn rejected(
    conn: &impl ConnectionTrait,
    import: ImportId,
) -> Result<Option<import_rejected::Model>, DbErr> {
    import_rejected::Entity::find_by_id(import).one(conn).await
}

/// The file of an import that waits.
///
/// # Errors
/// [`DbErr`].
pub async fn source(
    conn: &impl ConnectionTrait,
    import: ImportId,
) -> Result<Option<Vec<u8>>, DbErr> {
    let found = import_source::Entity::find_by_id(import).one(conn).await?;
    Ok(found.map(|it| it.content))
}

/// Writes a new import with its file.
///
/// # Errors
/// [`DbErr`].
pub async fn insert(tx: &Tx, row: &import::Model, content: Vec<u8>) -> Result<(), DbErr> {
    import::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    let source = import_source::Model {
        import_id: row.id,
        content,
    };
    import_source::Entity::insert(source.into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Writes an import as it is now.
///
/// # Errors
/// [`DbErr`].
pub async fn update(tx: &Tx, row: &import::Model) -> Result<(), DbErr> {
    import::Entity::update(row.clone().into_active_model().reset_all())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Lets go of an import's file, once it is committed or over.
///
/// # Errors
/// [`DbErr`].
pub async fn drop_source(tx: &Tx, import: ImportId) -> Result<(), DbErr> {
    import_source::Entity::delete_by_id(import)
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Lets go of the refused rows of imports that were committed before an instant; gives of how many.
///
/// # Errors
/// [`DbErr`].
pub async fn drop_rejected(tx: &Tx, until: DateTime<Utc>) -> Result<u64, DbErr> {
    let committed = import::Entity::find()
        .select_only()
        .column(import::Column::Id)
        .filter(import::Column::CommittedAt.lt(until))
        .into_query();
    let dropped = import_rejected::Entity::delete_many()
        .filter(import_rejected::Column::ImportId.in_subquery(committed))
        .exec(&**tx)
        .await?;
    Ok(dropped.rows_affected)
}

/// Imports that were brought before an instant and still wait, oldest first.
///
/// # Errors
/// [`DbErr`].
pub async fn waiting(
    conn: &impl ConnectionTrait,
    until: DateTime<Utc>,
    most: u64,
) -> Result<Vec<ImportId>, DbErr> {
    import::Entity::find()
        .select_only()
        .column(import::Column::Id)
        .filter(import::Column::Status.eq(ImportStatus::DryRun))
        .filter(import::Column::CreatedAt.lt(until))
        .order_by_asc(import::Column::Id)
        .limit(most)
        .into_tuple()
        .all(conn)
        .await
}

/// Writes what is wrong with an import's rows and the refused rows themselves, in place of what was
/// said before.
///
/// # Errors
/// [`DbErr`].
pub async fn replace_refusals(
    tx: &Tx,
    import: ImportId,
    refusals: Vec<import_refusal::Model>,
    rejected: Option<import_rejected::Model>,
) -> Result<(), DbErr> {
    import_rejected::Entity::delete_by_id(import)
        .exec(&**tx)
        .await?;
    if let Some(rejected) = rejected {
        import_rejected::Entity::insert(rejected.into_active_model())
            .exec_without_returning(&**tx)
            .await?;
    }
    import_refusal::Entity::delete_many()
        .filter(import_refusal::Column::ImportId.eq(import))
        .exec(&**tx)
        .await?;
    for chunk in refusals.chunks(CHUNK) {
        let rows = chunk
            .iter()
            .cloned()
            .map(IntoActiveModel::into_active_model);
        import_refusal::Entity::insert_many(rows)
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

/// Writes what an import wrote.
///
/// # Errors
/// [`DbErr`].
pub async fn insert_records(tx: &Tx, records: Vec<import_record::Model>) -> Result<(), DbErr> {
    for chunk in records.chunks(CHUNK) {
        let rows = chunk
            .iter()
            .cloned()
            .map(IntoActiveModel::into_active_model);
        import_record::Entity::insert_many(rows)
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

/// What an import wrote, in the order of the file.
///
/// # Errors
/// [`DbErr`].
pub async fn records(tx: &Tx, import: ImportId) -> Result<Vec<import_record::Model>, DbErr> {
    import_record::Entity::find()
        .filter(import_record::Column::ImportId.eq(import))
        .order_by_asc(import_record::Column::Line)
        .all(&**tx)
        .await
}

/// Forgets what an import wrote: it is taken back.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_records(tx: &Tx, import: ImportId) -> Result<(), DbErr> {
    import_record::Entity::delete_many()
        .filter(import_record::Column::ImportId.eq(import))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Entries by id, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn lock_entries(tx: &Tx, ids: &[EntryId]) -> Result<Vec<hour_entry::Model>, DbErr> {
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(CHUNK) {
        let rows = hour_entry::Entity::find()
            .filter(hour_entry::Column::Id.is_in(ids.iter().copied()))
            .order_by_asc(hour_entry::Column::Id)
            .lock_exclusive()
            .all(&**tx)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// Volunteers by id, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn lock_volunteers(tx: &Tx, ids: &[VolunteerId]) -> Result<Vec<volunteer::Model>, DbErr> {
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(CHUNK) {
        let rows = volunteer::Entity::find()
            .filter(volunteer::Column::Id.is_in(ids.iter().copied()))
            .order_by_asc(volunteer::Column::Id)
            .lock_exclusive()
            .all(&**tx)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// Of some volunteers those who have hours or places in shifts, or took over another record.
///
/// # Errors
/// [`DbErr`].
pub async fn in_use(tx: &Tx, ids: &[VolunteerId]) -> Result<Vec<VolunteerId>, DbErr> {
    let mut found = Vec::new();
    for ids in ids.chunks(CHUNK) {
        let working: Vec<VolunteerId> = hour_entry::Entity::find()
            .select_only()
            .distinct()
            .column(hour_entry::Column::VolunteerId)
            .filter(hour_entry::Column::VolunteerId.is_in(ids.iter().copied()))
            .into_tuple()
            .all(&**tx)
            .await?;
        let seated: Vec<VolunteerId> = signup::Entity::find()
            .select_only()
            .distinct()
            .column(signup::Column::VolunteerId)
            .filter(signup::Column::VolunteerId.is_in(ids.iter().copied()))
            .into_tuple()
            .all(&**tx)
            .await?;
        let took_over: Vec<VolunteerId> = volunteer_merge::Entity::find()
            .select_only()
            .distinct()
            .column(volunteer_merge::Column::KeptId)
            .filter(volunteer_merge::Column::KeptId.is_in(ids.iter().copied()))
            .into_tuple()
            .all(&**tx)
            .await?;
        let contracted: Vec<VolunteerId> = volunteer_contract::Entity::find()
            .select_only()
            .distinct()
            .column(volunteer_contract::Column::VolunteerId)
            .filter(volunteer_contract::Column::VolunteerId.is_in(ids.iter().copied()))
            .into_tuple()
            .all(&**tx)
            .await?;
        found.extend(working);
        found.extend(contracted);
        found.extend(seated);
        found.extend(took_over);
    }
    Ok(found)
}
