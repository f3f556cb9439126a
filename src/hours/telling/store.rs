//! Statements about entries that were returned, and about whom they concern.
//!
//! Nothing is decided here.

use std::collections::HashMap;

use entity::hour_entry;
use entity::ids::EntryId;
use entity::ids::ProjectId;
use entity::ids::UserId;
use entity::ids::VolunteerId;
use entity::project;
use entity::types::EntryStatus;
use entity::volunteer;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;

use crate::identity::Scope;
use crate::platform::db::Tx;

/// Titles of projects, in both scripts.
///
/// # Errors
/// [`DbErr`].
pub async fn titles(
    tx: &Tx,
    ids: &[ProjectId],
) -> Result<HashMap<ProjectId, (String, Option<String>)>, DbErr> {
    let rows: Vec<(ProjectId, String, Option<String>)> = project::Entity::find()
        .select_only()
        .columns([
            project::Column::Id,
            project::Column::Title,
            project::Column::TitleAr,
        ])
        .filter(project::Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(&**tx)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, title, ar)| (id, (title, ar)))
        .collect())
}

/// The accounts of volunteers who have one.
///
/// # Errors
/// [`DbErr`].
pub async fn accounts(tx: &Tx, ids: &[VolunteerId]) -> Result<HashMap<VolunteerId, UserId>, DbErr> {
    let rows: Vec<(VolunteerId, Option<UserId>)> = volunteer::Entity::find()
        .select_only()
        .columns([volunteer::Column::Id, volunteer::Column::UserId])
        .filter(volunteer::Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(&**tx)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, user)| Some((id, user?)))
        .collect())
}

/// Those of some entries that may be seen and are returned, the oldest work first.
///
/// # Errors
/// [`DbErr`].
pub async fn returned(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[EntryId],
) -> Result<Vec<hour_entry::Model>, DbErr> {
    hour_entry::Entity::find()
        .filter(hour_entry::Column::Id.is_in(ids.iter().copied()))
        .filter(hour_entry::Column::Status.eq(EntryStatus::Returned))
        .filter(scope.hours())
        .order_by_asc(hour_entry::Column::WorkedOn)
        .order_by_asc(hour_entry::Column::Id)
        .all(conn)
        .await
}
