//! Statements about accounts, their sessions and attempts to sign in.
//!
//! Nothing is decided here. Those about memberships are with the organizations.

use entity::ids::UserId;
use entity::membership;
use entity::organization;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;

/// Names of the organizations that a user belongs to, in both scripts.
///
/// # Errors
/// [`DbErr`].
pub async fn names_of_organizations(
    conn: &impl ConnectionTrait,
    user: UserId,
) -> Result<Vec<String>, DbErr> {
    let among = membership::Entity::find()
        .select_only()
        .column(membership::Column::OrganizationId)
        .filter(membership::Column::UserId.eq(user))
        .filter(membership::Column::EndedAt.is_null());
    let rows = organization::Entity::find()
        .filter(organization::Column::Id.in_subquery(among.into_query()))
        .all(conn)
        .await?;
    let names = rows.into_iter();
    let names = names.flat_map(|it| [Some(it.name), it.name_ar, Some(it.slug)]);
    Ok(names.flatten().collect())
}
