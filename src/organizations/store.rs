//! Statements about organizations, memberships and invitations.
//!
//! Nothing is decided here.

use chrono::DateTime;
use chrono::Utc;
use entity::ids::InvitationId;
use entity::ids::MembershipId;
use entity::ids::OrganizationId;
use entity::ids::UserId;
use entity::invitation;
use entity::membership;
use entity::organization;
use entity::territory_ancestor;
use entity::types::OrganizationKind;
use entity::types::Role;
use entity::user_account;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoSimpleExpr;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use sea_orm::Select;
use sea_orm::sea_query::Expr;

use crate::identity::Scope;
use crate::platform::db::Tx;
use crate::platform::page::Direction;
use crate::platform::page::Page;
use crate::platform::page::Slice;
use crate::platform::text::needle;

/// Which organizations to list; an absent part does not narrow.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// With this in a name of either script or in the short name, whatever accents, hamza forms or
    /// case.
    pub search: Option<String>,
    /// Of this kind.
    pub kind: Option<OrganizationKind>,
    /// Seated in the territory of this code or below.
    pub territory_code: Option<String>,
}

/// A place in the list by name.
pub type ByName = (String, OrganizationId);

/// One organization by id.
///
/// # Errors
/// [`DbErr`].
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[OrganizationId],
) -> Result<Vec<organization::Model>, DbErr> {
    organization::Entity::find()
        .filter(organization::Column::Id.is_in(ids.iter().copied()))
        .filter(scope.organizations())
        .all(conn)
        .await
}

/// One organization by its short name.
///
/// # Errors
/// [`DbErr`].
pub async fn by_slug(
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

/// Every organization that may be seen with its short name, in the order of names; only the one of a
/// short name where it is given.
///
/// # Errors
/// [`DbErr`].
pub async fn slugs(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    only: Option<&str>,
) -> Result<Vec<(OrganizationId, String)>, DbErr> {
    organization::Entity::find()
        .select_only()
        .column(organization::Column::Id)
        .column(organization::Column::Slug)
        .filter(scope.organizations())
        .apply_if(only, |it, slug| {
            it.filter(organization::Column::Slug.eq(slug))
        })
        .order_by_asc(organization::Column::Slug)
        .into_tuple()
        .all(conn)
        .await
}

/// One organization, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn lock(
    tx: &Tx,
    scope: &Scope,
    id: OrganizationId,
) -> Result<Option<organization::Model>, DbErr> {
    organization::Entity::find_by_id(id)
        .filter(scope.organizations())
        .lock_exclusive()
        .one(&**tx)
        .await
}

/// Those of some users who belong to an organization.
///
/// # Errors
/// [`DbErr`].
pub async fn members_among(
    tx: &Tx,
    organization: OrganizationId,
    users: &[UserId],
) -> Result<Vec<UserId>, DbErr> {
    let rows = membership::Entity::find()
        .filter(membership::Column::OrganizationId.eq(organization))
        .filter(membership::Column::UserId.is_in(users.iter().copied()))
        .filter(membership::Column::EndedAt.is_null())
        .all(&**tx)
        .await?;
    Ok(rows.into_iter().map(|it| it.user_id).collect())
}

/// Waits until nobody else changes who belongs to an organization.
///
/// # Errors
/// [`DbErr`].
pub async fn hold(tx: &Tx, id: OrganizationId) -> Result<(), DbErr> {
    organization::Entity::find_by_id(id)
        .lock_exclusive()
        .one(&**tx)
        .await?;
    Ok(())
}

/// A page of organizations by name.
///
/// # Errors
/// [`DbErr`].
pub async fn list(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    page: &Page<ByName>,
) -> Result<Slice<organization::Model>, DbErr> {
    let columns = [
        organization::Column::Name.into_simple_expr(),
        organization::Column::Id.into_simple_expr(),
    ];
    let rows = page
        .narrow(
            select(scope, filter),
            &columns,
            Direction::Ascending,
            |key| vec![Expr::value(key.0.clone()), Expr::value(key.1)],
        )
        .all(conn)
        .await?;
    Ok(page.slice(rows))
}

/// How many organizations a list has.
///
/// # Errors
/// [`DbErr`].
pub async fn count(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
) -> Result<u64, DbErr> {
    select(scope, filter).count(conn).await
}

fn select(scope: &Scope, filter: &Filter) -> Select<organization::Entity> {
    organization::Entity::find()
        .filter(scope.organizations())
        .filter(organization::Column::ArchivedAt.is_null())
        .apply_if(filter.kind, |it, kind| {
            it.filter(organization::Column::Kind.eq(kind))
        })
        .apply_if(filter.search.as_deref(), |it, search| {
            it.filter(organization::Column::SearchKey.contains(needle(search)))
        })
        .apply_if(filter.territory_code.as_deref(), |it, code| {
            it.filter(organization::Column::TerritoryId.in_subquery(below(code)))
        })
}

fn below(code: &str) -> sea_orm::sea_query::SelectStatement {
    territory_ancestor::Entity::find()
        .select_only()
        .column(territory_ancestor::Column::TerritoryId)
        .filter(
            territory_ancestor::Column::AncestorId.in_subquery(
                entity::territory::Entity::find()
                    .select_only()
                    .column(entity::territory::Column::Id)
                    .filter(entity::territory::Column::Code.eq(code))
                    .into_query(),
            ),
        )
        .into_query()
}

/// A page of those who belong to an organization, oldest membership first.
///
/// # Errors
/// [`DbErr`].
pub async fn members(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    page: &Page<MembershipId>,
) -> Result<Slice<membership::Model>, DbErr> {
    let columns = [membership::Column::Id.into_simple_expr()];
    let rows = page
        .narrow(
            in_force(organization),
            &columns,
            Direction::Ascending,
            |key| vec![Expr::value(*key)],
        )
        .all(conn)
        .await?;
    Ok(page.slice(rows))
}

/// How many belong to an organization.
///
/// # Errors
/// [`DbErr`].
pub async fn count_members(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Result<u64, DbErr> {
    in_force(organization).count(conn).await
}

fn in_force(organization: OrganizationId) -> Select<membership::Entity> {
    membership::Entity::find()
        .filter(membership::Column::OrganizationId.eq(organization))
        .filter(membership::Column::EndedAt.is_null())
}

/// A membership in force.
///
/// # Errors
/// [`DbErr`].
pub async fn membership(
    conn: &impl ConnectionTrait,
    id: MembershipId,
) -> Result<Option<membership::Model>, DbErr> {
    membership::Entity::find_by_id(id)
        .filter(membership::Column::EndedAt.is_null())
        .one(conn)
        .await
}

/// A user's membership in force in one organization.
///
/// # Errors
/// [`DbErr`].
pub async fn member(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    user: UserId,
) -> Result<Option<membership::Model>, DbErr> {
    in_force(organization)
        .filter(membership::Column::UserId.eq(user))
        .one(conn)
        .await
}

/// Memberships by id: one's own, and those of organizations whose members one may see.
///
/// # Errors
/// [`DbErr`].
pub async fn memberships(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    own: Option<UserId>,
    ids: &[MembershipId],
) -> Result<Vec<membership::Model>, DbErr> {
    membership::Entity::find()
        .filter(membership::Column::Id.is_in(ids.iter().copied()))
        .filter(membership::Column::EndedAt.is_null())
        .filter(
            scope
                .members()
                .add_option(own.map(|it| membership::Column::UserId.eq(it))),
        )
        .all(conn)
        .await
}

/// A user's memberships in force, oldest first.
///
/// # Errors
/// [`DbErr`].
pub async fn memberships_of(
    conn: &impl ConnectionTrait,
    user: UserId,
) -> Result<Vec<membership::Model>, DbErr> {
    membership::Entity::find()
        .filter(membership::Column::UserId.eq(user))
        .filter(membership::Column::EndedAt.is_null())
        .order_by_asc(membership::Column::Id)
        .all(conn)
        .await
}

/// How many owners an organization has.
///
/// # Errors
/// [`DbErr`].
pub async fn owners(tx: &Tx, organization: OrganizationId) -> Result<u64, DbErr> {
    in_force(organization)
        .filter(membership::Column::Role.eq(Role::Owner))
        .count(&**tx)
        .await
}

/// An invitation by id.
///
/// # Errors
/// [`DbErr`].
pub async fn invitation(tx: &Tx, id: InvitationId) -> Result<Option<invitation::Model>, DbErr> {
    invitation::Entity::find_by_id(id).one(&**tx).await
}

/// An invitation that can be accepted, by id.
///
/// # Errors
/// [`DbErr`].
pub async fn open_invitation(
    conn: &impl ConnectionTrait,
    id: InvitationId,
    now: DateTime<Utc>,
) -> Result<Option<invitation::Model>, DbErr> {
    invitation::Entity::find_by_id(id)
        .filter(invitation::Column::AcceptedAt.is_null())
        .filter(invitation::Column::ExpiresAt.gt(now))
        .one(conn)
        .await
}

/// An open invitation by the digest of its token, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn lock_invitation(tx: &Tx, digest: &[u8]) -> Result<Option<invitation::Model>, DbErr> {
    invitation::Entity::find()
        .filter(invitation::Column::Digest.eq(digest.to_vec()))
        .filter(invitation::Column::AcceptedAt.is_null())
        .lock_exclusive()
        .one(&**tx)
        .await
}

/// Users by id: oneself, and whoever belongs or belonged to an organization whose members one may
/// see.
///
/// # Errors
/// [`DbErr`].
pub async fn users(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    own: Option<UserId>,
    ids: &[UserId],
) -> Result<Vec<user_account::Model>, DbErr> {
    let mut seen = Condition::any()
        .add_option(own.map(|it| user_account::Column::Id.eq(it)))
        .add(
            user_account::Column::Id.in_subquery(
                membership::Entity::find()
                    .select_only()
                    .column(membership::Column::UserId)
                    .filter(scope.members())
                    .into_query(),
            ),
        );
    if scope.is_everything() {
        seen = Condition::all();
    }
    user_account::Entity::find()
        .filter(user_account::Column::Id.is_in(ids.iter().copied()))
        .filter(seen)
        .all(conn)
        .await
}
