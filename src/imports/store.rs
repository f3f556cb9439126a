//! Statements of the imports: names and codes of a file to keys.
//!
//! Everything that writes is with the areas.

use entity::ids::OrganizationId;
use entity::organization;
use entity::project;
use entity::volunteer;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;

use crate::identity::Scope;

/// The organization of a short name, where it may be seen.
pub async fn organization(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    slug: &str,
) -> Result<Option<organization::Model>, DbErr> {
    organization::Entity::find()
        .filter(organization::Column::Slug.eq(slug))
        .filter(scope.organizations())
        .one(conn)
        .await
}

/// An organization's volunteers with these numbers.
pub async fn by_references(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    organization: OrganizationId,
    references: &[&str],
) -> Result<Vec<volunteer::Model>, DbErr> {
    if references.is_empty() {
        return Ok(Vec::new());
    }
    volunteer::Entity::find()
        .filter(volunteer::Column::OrganizationId.eq(organization))
        .filter(volunteer::Column::Reference.is_in(references.iter().copied()))
        .filter(scope.volunteers())
        .all(conn)
        .await
}

/// All of an organization's volunteers.
pub async fn volunteers(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    organization: OrganizationId,
) -> Result<Vec<volunteer::Model>, DbErr> {
    volunteer::Entity::find()
        .filter(volunteer::Column::OrganizationId.eq(organization))
        .filter(scope.volunteers())
        .all(conn)
        .await
}

/// An organization's projects with these codes.
pub async fn by_project_codes(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    organization: OrganizationId,
    codes: &[&str],
) -> Result<Vec<project::Model>, DbErr> {
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    project::Entity::find()
        .filter(project::Column::OrganizationId.eq(organization))
        .filter(project::Column::Code.is_in(codes.iter().copied()))
        .filter(scope.projects())
        .all(conn)
        .await
}
