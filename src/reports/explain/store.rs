//! Statements about what a number may be asked of: whether a project or an organization is known.
//!
//! Entries are read in `rollups`.

use entity::hour_entry;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::organization;
use entity::project;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use sea_orm::QuerySelect;

use crate::identity::Scope;

/// Whether figures of a project may be read, or hours of it counted. One that is not there looks the same
/// as one that may not be known.
pub async fn is_project_known(
    db: &impl ConnectionTrait,
    scope: &Scope,
    id: ProjectId,
) -> Result<bool, DbErr> {
    let found = project::Entity::find_by_id(id)
        .filter(scope.measured_projects())
        .one(db)
        .await?;
    match found {
        Some(_) => Ok(true),
        None => is_worked(db, scope, hour_entry::Column::ProjectId.eq(id).into()).await,
    }
}

/// The same of an organization.
pub async fn is_organization_known(
    db: &impl ConnectionTrait,
    scope: &Scope,
    id: OrganizationId,
) -> Result<bool, DbErr> {
    let found = organization::Entity::find_by_id(id)
        .filter(scope.reporting_organizations())
        .one(db)
        .await?;
    match found {
        Some(_) => Ok(true),
        None => is_worked(db, scope, hour_entry::Column::OrganizationId.eq(id).into()).await,
    }
}

/// Whether hours that may be counted meet a condition.
async fn is_worked(db: &impl ConnectionTrait, scope: &Scope, of: Condition) -> Result<bool, DbErr> {
    let found = hour_entry::Entity::find()
        .filter(scope.figures())
        .filter(of)
        .limit(1)
        .one(db)
        .await?;
    Ok(found.is_some())
}
