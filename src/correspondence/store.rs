//! Statements for letters that come from time to time.
//!
//! Nothing is decided here. Organizations are read for all who belong to them: what each reader may see is looked at when a
//! letter is sent.

use chrono::DateTime;
use chrono::Months;
use chrono::NaiveDate;
use chrono::Utc;
use entity::erasure_request;
use entity::hour_entry;
use entity::ids::ErasureId;
use entity::ids::OrganizationId;
use entity::ids::UserId;
use entity::membership;
use entity::organization;
use entity::types::EntryStatus;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;

use crate::identity::Action;
use crate::identity::Scope;
use crate::identity::permissions::roles_with;

/// Organizations that go on.
///
/// # Errors
/// [`DbErr`].
pub async fn organizations(conn: &impl ConnectionTrait) -> Result<Vec<organization::Model>, DbErr> {
    organization::Entity::find()
        .filter(organization::Column::ArchivedAt.is_null())
        .order_by_asc(organization::Column::Id)
        .all(conn)
        .await
}

/// Members of an organization since before an instant, whose role includes an action.
///
/// # Errors
/// [`DbErr`].
pub async fn members_who(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    action: Action,
    before: DateTime<Utc>,
) -> Result<Vec<UserId>, DbErr> {
    membership::Entity::find()
        .select_only()
        .column(membership::Column::UserId)
        .filter(membership::Column::OrganizationId.eq(organization))
        .filter(membership::Column::EndedAt.is_null())
        .filter(membership::Column::CreatedAt.lte(before))
        .filter(membership::Column::Role.is_in(roles_with(action)))
        .into_tuple()
        .all(conn)
        .await
}

/// Whether anything waits for a decision in an organization.
///
/// # Errors
/// [`DbErr`].
pub async fn anything_waits(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Result<bool, DbErr> {
    let found = hour_entry::Entity::find()
        .filter(hour_entry::Column::OrganizationId.eq(organization))
        .filter(hour_entry::Column::Status.eq(EntryStatus::Submitted))
        .limit(1)
        .one(conn)
        .await?;
    Ok(found.is_some())
}

/// Whether an organization has hours of a month that were handed in or count.
///
/// # Errors
/// [`DbErr`].
pub async fn has_hours(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    month: NaiveDate,
) -> Result<bool, DbErr> {
    let next = month.checked_add_months(Months::new(1)).unwrap_or(month);
    let found = hour_entry::Entity::find()
        .filter(hour_entry::Column::OrganizationId.eq(organization))
        .filter(hour_entry::Column::Status.is_in([EntryStatus::Submitted, EntryStatus::Approved]))
        .filter(hour_entry::Column::WorkedOn.lt(next))
        .filter(hour_entry::Column::EndedOn.gte(month))
        .limit(1)
        .one(conn)
        .await?;
    Ok(found.is_some())
}

/// A request of erasure that a reader asked for, or that is about their data.
///
/// # Errors
/// [`DbErr`].
pub async fn erasure(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    reader: UserId,
    id: ErasureId,
) -> Result<Option<erasure_request::Model>, DbErr> {
    use erasure_request::Column as C;
    let own = Condition::any()
        .add(C::RequestedBy.eq(reader))
        .add(C::UserId.eq(reader))
        .add(C::VolunteerId.is_in(scope.own_records().iter().copied()));
    erasure_request::Entity::find_by_id(id)
        .filter(own)
        .one(conn)
        .await
}
