//! Statements about entries, their days and the facts that a gate needs.
//!
//! Nothing is decided here. What people are engaged in is read in `engaged`.

use std::collections::HashMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::hour_entry;
use entity::hour_entry_day;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ids::PersonId;
use entity::ids::ProjectId;
use entity::ids::VolunteerId;
use entity::organization;
use entity::project;
use entity::reporting_period;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::ExprTrait;
use sea_orm::IntoActiveModel;
use sea_orm::Iterable;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::RelationDef;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::OnConflict;

use crate::hours::days::DayShare;
use crate::identity::Scope;
use crate::platform::db::Tx;
use crate::platform::feed;
use crate::platform::feed::Change;
use crate::platform::feed::Kind;

/// Rows of one statement: an entry has 29 values, and SQLite takes 32 766.
const ROWS: usize = 1_000;
/// Ids of one statement.
const IDS: usize = 10_000;

/// An organization that may be seen.
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

/// Projects that may be seen, by id.
///
/// # Errors
/// [`DbErr`].
pub async fn projects(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[ProjectId],
) -> Result<HashMap<ProjectId, project::Model>, DbErr> {
    let rows = project::Entity::find()
        .filter(project::Column::Id.is_in(ids.iter().copied()))
        .filter(scope.projects())
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|it| (it.id, it)).collect())
}

/// Organizations, whose zone and days of grace say where their months stand.
///
/// # Errors
/// [`DbErr`].
pub async fn terms(
    conn: &impl ConnectionTrait,
    ids: &[OrganizationId],
) -> Result<Vec<organization::Model>, DbErr> {
    organization::Entity::find()
        .filter(organization::Column::Id.is_in(ids.iter().copied()))
        .all(conn)
        .await
}

/// The same, held together with all others who write: whoever closes a month waits for them.
///
/// # Errors
/// [`DbErr`].
pub async fn hold_terms(
    tx: &Tx,
    ids: &[OrganizationId],
) -> Result<Vec<organization::Model>, DbErr> {
    organization::Entity::find()
        .filter(organization::Column::Id.is_in(ids.iter().copied()))
        .lock_shared()
        .all(&**tx)
        .await
}

/// What was said of some months of some organizations.
///
/// # Errors
/// [`DbErr`].
pub async fn periods(
    conn: &impl ConnectionTrait,
    organizations: &[OrganizationId],
    months: &[NaiveDate],
) -> Result<Vec<reporting_period::Model>, DbErr> {
    reporting_period::Entity::find()
        .filter(reporting_period::Column::OrganizationId.is_in(organizations.iter().copied()))
        .filter(reporting_period::Column::Month.is_in(months.iter().copied()))
        .all(conn)
        .await
}

/// Whether the actor certifies months of an organization.
///
/// # Errors
/// [`DbErr`].
pub async fn may_certify(
    tx: &Tx,
    scope: &Scope,
    organization: OrganizationId,
) -> Result<bool, DbErr> {
    let found = organization::Entity::find_by_id(organization)
        .filter(scope.certifiable_organizations())
        .one(&**tx)
        .await?;
    Ok(found.is_some())
}

/// Takes back that nobody worked in some months, since somebody did.
///
/// # Errors
/// [`DbErr`].
pub async fn undeclare_zero(
    tx: &Tx,
    organization: OrganizationId,
    months: &[NaiveDate],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    reporting_period::Entity::update_many()
        .col_expr(reporting_period::Column::DeclaredZero, Expr::value(false))
        .col_expr(
            reporting_period::Column::Version,
            Expr::col(reporting_period::Column::Version).add(1),
        )
        .col_expr(reporting_period::Column::UpdatedAt, Expr::value(now))
        .filter(reporting_period::Column::OrganizationId.eq(organization))
        .filter(reporting_period::Column::Month.is_in(months.iter().copied()))
        .filter(reporting_period::Column::DeclaredZero.eq(true))
        .exec(&**tx)
        .await?;
    let changed = periods(&**tx, &[organization], months).await?;
    let changes = changed.into_iter().map(|it| Change {
        kind: Kind::ReportingPeriod,
        record: it.id.0,
        audience: None,
        removed: false,
    });
    feed::append(tx, organization, now, changes);
    Ok(())
}

/// Entries that some imported rows have become already.
///
/// # Errors
/// [`DbErr`].
pub async fn by_import_keys(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    keys: &[Vec<u8>],
) -> Result<HashMap<Vec<u8>, EntryId>, DbErr> {
    let mut found = HashMap::new();
    for keys in keys.chunks(IDS) {
        let rows: Vec<(Vec<u8>, EntryId)> = hour_entry::Entity::find()
            .select_only()
            .column(hour_entry::Column::ImportKey)
            .column(hour_entry::Column::Id)
            .filter(hour_entry::Column::OrganizationId.eq(organization))
            .filter(hour_entry::Column::ImportKey.is_in(keys.iter().cloned()))
            .into_tuple()
            .all(conn)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// Writes entries with their days.
///
/// # Errors
/// [`DbErr`]; the database refuses a second interval of one person at the same time.
pub async fn insert(tx: &Tx, entries: &[(&hour_entry::Model, &[DayShare])]) -> Result<(), DbErr> {
    for chunk in entries.chunks(ROWS) {
        let rows = chunk
            .iter()
            .map(|(it, _)| (*it).clone().into_active_model());
        hour_entry::Entity::insert_many(rows)
            .exec_without_returning(&**tx)
            .await?;
    }
    insert_days(tx, entries).await
}

/// Writes the days of entries.
///
/// # Errors
/// [`DbErr`].
pub async fn insert_days(
    tx: &Tx,
    entries: &[(&hour_entry::Model, &[DayShare])],
) -> Result<(), DbErr> {
    let rows: Vec<hour_entry_day::ActiveModel> = entries
        .iter()
        .flat_map(|(entry, days)| {
            days.iter().map(|share| {
                hour_entry_day::Model {
                    entry_id: entry.id,
                    day: share.day,
                    organization_id: entry.organization_id,
                    person_id: entry.person_id,
                    minutes: share.minutes,
                }
                .into_active_model()
            })
        })
        .collect();
    for chunk in rows.chunks(ROWS) {
        hour_entry_day::Entity::insert_many(chunk.to_vec())
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

/// Holds entries that may be seen until the transaction ends, in the order of ids.
///
/// # Errors
/// [`DbErr`].
pub async fn lock(
    tx: &Tx,
    scope: &Scope,
    ids: &[EntryId],
) -> Result<HashMap<EntryId, hour_entry::Model>, DbErr> {
    let rows = hour_entry::Entity::find()
        .filter(hour_entry::Column::Id.is_in(ids.iter().copied()))
        .filter(scope.hours())
        .order_by_asc(hour_entry::Column::Id)
        .lock_exclusive()
        .all(&**tx)
        .await?;
    Ok(rows.into_iter().map(|it| (it.id, it)).collect())
}

/// All entries of a record that may be seen, held until the transaction ends, in the order of ids.
///
/// # Errors
/// [`DbErr`].
pub async fn lock_of(
    tx: &Tx,
    scope: &Scope,
    record: VolunteerId,
) -> Result<Vec<hour_entry::Model>, DbErr> {
    hour_entry::Entity::find()
        .filter(hour_entry::Column::VolunteerId.eq(record))
        .filter(scope.hours())
        .order_by_asc(hour_entry::Column::Id)
        .lock_exclusive()
        .all(&**tx)
        .await
}

/// The same, only held: what they say is read once nobody writes for the record any more.
///
/// # Errors
/// [`DbErr`].
pub async fn hold_of(tx: &Tx, scope: &Scope, record: VolunteerId) -> Result<(), DbErr> {
    hour_entry::Entity::find()
        .select_only()
        .column(hour_entry::Column::Id)
        .filter(hour_entry::Column::VolunteerId.eq(record))
        .filter(scope.hours())
        .order_by_asc(hour_entry::Column::Id)
        .lock_exclusive()
        .into_tuple::<EntryId>()
        .all(&**tx)
        .await?;
    Ok(())
}

/// Days of entries, in order.
///
/// # Errors
/// [`DbErr`].
pub async fn days_of(
    conn: &impl ConnectionTrait,
    ids: &[EntryId],
) -> Result<HashMap<EntryId, Vec<DayShare>>, DbErr> {
    let mut found: HashMap<EntryId, Vec<DayShare>> = HashMap::new();
    for ids in ids.chunks(IDS) {
        let rows = hour_entry_day::Entity::find()
            .filter(hour_entry_day::Column::EntryId.is_in(ids.iter().copied()))
            .order_by_asc(hour_entry_day::Column::Day)
            .all(conn)
            .await?;
        for row in rows {
            found.entry(row.entry_id).or_default().push(DayShare {
                day: row.day,
                minutes: row.minutes,
            });
        }
    }
    Ok(found)
}

/// Replaces entries that are held.
///
/// # Errors
/// [`DbErr`]; the database refuses a second interval of one person at the same time.
pub async fn replace(tx: &Tx, entries: &[&hour_entry::Model]) -> Result<(), DbErr> {
    let changing = hour_entry::Column::iter().filter(|it| !matches!(it, hour_entry::Column::Id));
    let in_place = OnConflict::column(hour_entry::Column::Id)
        .update_columns(changing)
        .to_owned();
    for chunk in entries.chunks(ROWS) {
        let rows = chunk.iter().map(|it| (*it).clone().into_active_model());
        hour_entry::Entity::insert_many(rows)
            .on_conflict(in_place.clone())
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

/// Gives the days of entries to a person.
///
/// # Errors
/// [`DbErr`].
pub async fn give_days(tx: &Tx, ids: &[EntryId], person: PersonId) -> Result<(), DbErr> {
    for ids in ids.chunks(IDS) {
        hour_entry_day::Entity::update_many()
            .col_expr(hour_entry_day::Column::PersonId, Expr::value(person))
            .filter(hour_entry_day::Column::EntryId.is_in(ids.iter().copied()))
            .exec(&**tx)
            .await?;
    }
    Ok(())
}

/// Removes the days of entries.
///
/// # Errors
/// [`DbErr`].
pub async fn delete_days(tx: &Tx, ids: &[EntryId]) -> Result<(), DbErr> {
    for ids in ids.chunks(IDS) {
        hour_entry_day::Entity::delete_many()
            .filter(hour_entry_day::Column::EntryId.is_in(ids.iter().copied()))
            .exec(&**tx)
            .await?;
    }
    Ok(())
}

/// Removes entries and their days.
///
/// # Errors
/// [`DbErr`].
pub async fn delete(tx: &Tx, ids: &[EntryId]) -> Result<(), DbErr> {
    for ids in ids.chunks(IDS) {
        hour_entry::Entity::delete_many()
            .filter(hour_entry::Column::Id.is_in(ids.iter().copied()))
            .exec(&**tx)
            .await?;
    }
    Ok(())
}

/// What an act changes in all entries that it passes.
#[derive(Clone, Debug)]
pub struct Stamp {
    /// Values by column.
    pub columns: Vec<(hour_entry::Column, sea_orm::Value)>,
    /// When.
    pub now: DateTime<Utc>,
}

/// Gives entries that are held the same new values.
///
/// # Errors
/// [`DbErr`].
pub async fn stamp(tx: &Tx, ids: &[EntryId], stamp: &Stamp) -> Result<(), DbErr> {
    for ids in ids.chunks(IDS) {
        let mut update = hour_entry::Entity::update_many()
            .col_expr(
                hour_entry::Column::Version,
                Expr::col(hour_entry::Column::Version).add(1),
            )
            .col_expr(hour_entry::Column::UpdatedAt, Expr::value(stamp.now));
        for (column, value) in &stamp.columns {
            update = update.col_expr(*column, Expr::value(value.clone()));
        }
        update
            .filter(hour_entry::Column::Id.is_in(ids.iter().copied()))
            .exec(&**tx)
            .await?;
    }
    Ok(())
}

/// From a day to its entry.
#[must_use]
pub fn entry_of_day() -> RelationDef {
    hour_entry_day::Entity::belongs_to(hour_entry::Entity)
        .from(hour_entry_day::Column::EntryId)
        .to(hour_entry::Column::Id)
        .into()
}
