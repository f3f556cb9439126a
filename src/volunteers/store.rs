//! Statements about volunteers.
//!
//! Nothing is decided here.

use std::collections::HashMap;

use chrono::DateTime;
use chrono::Utc;
use entity::ids::OrganizationId;
use entity::ids::PersonId;
use entity::ids::VolunteerId;
use entity::national_id;
use entity::person;
use entity::volunteer;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
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
use sea_orm::Select;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;
use sea_orm::sea_query::LockType;
use serde::Deserialize;
use serde::Serialize;

use crate::identity::Scope;
use crate::platform::db::Tx;
use crate::platform::page::Direction;
use crate::platform::page::Page;
use crate::platform::page::Slice;
use crate::platform::text::needle;

/// Values of one statement, below what either database takes.
const VALUES: usize = 10_000;
/// How often a record is looked for in place of another: a merge redirects what was merged before, so
/// more steps than one are those of a merge or its undoing meanwhile.
const STEPS: usize = 4;

/// Which volunteers to list; an absent part does not narrow.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this organization.
    pub organization: Option<OrganizationId>,
    /// With this in a name of either script, or with this reference.
    pub search: Option<String>,
    /// Only archived ones, or only those in use.
    pub archived: Option<bool>,
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The name as written.
    Name,
    /// When the record was made.
    CreatedAt,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// By what.
    pub by: By,
    /// Which way.
    pub direction: Direction,
}

/// A place in a list, whatever its order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    name: String,
    created_at: DateTime<Utc>,
    id: VolunteerId,
}

impl From<&volunteer::Model> for Place {
    fn from(record: &volunteer::Model) -> Self {
        Self {
            name: record.name.clone(),
            created_at: record.created_at,
            id: record.id,
        }
    }
}

/// Volunteers by id.
///
/// # Errors
/// [`DbErr`].
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[VolunteerId],
) -> Result<Vec<volunteer::Model>, DbErr> {
    let mut found = Vec::new();
    for ids in ids.chunks(VALUES) {
        let rows = volunteer::Entity::find()
            .filter(volunteer::Column::Id.is_in(ids.iter().copied()))
            .filter(scope.volunteers())
            .all(conn)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// Volunteers that may be seen by the ids asked for: a record that was merged is answered by the one
/// that took it over, since devices and files go on naming it.
///
/// # Errors
/// [`DbErr`].
pub async fn kept(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[VolunteerId],
) -> Result<HashMap<VolunteerId, volunteer::Model>, DbErr> {
    let asked = by_ids(conn, scope, ids).await?;
    taken_over(conn, scope, asked).await
}

/// A record that stands, and those that were merged into it.
///
/// # Errors
/// [`DbErr`].
pub async fn together(
    db: &impl ConnectionTrait,
    id: VolunteerId,
) -> Result<Vec<VolunteerId>, DbErr> {
    volunteer::Entity::find()
        .select_only()
        .column(volunteer::Column::Id)
        .filter(
            Condition::any()
                .add(volunteer::Column::Id.eq(id))
                .add(volunteer::Column::MergedIntoId.eq(id)),
        )
        .into_tuple()
        .all(db)
        .await
}

/// As [`kept`], for a write: until the transaction ends nobody merges what is answered. Others may hold it
/// together. One statement where none of them was merged.
///
/// # Errors
/// [`DbErr`].
pub async fn hold_kept(
    tx: &Tx,
    scope: &Scope,
    ids: &[VolunteerId],
) -> Result<HashMap<VolunteerId, volunteer::Model>, DbErr> {
    let scope = &scope.naming();
    let mut found = HashMap::new();
    // What is asked for, and the record that is looked for in its place.
    let mut names: Vec<(VolunteerId, VolunteerId)> = ids.iter().map(|it| (*it, *it)).collect();
    for _ in 0..STEPS {
        let wanted: Vec<VolunteerId> = names.iter().map(|(_, now)| *now).collect();
        let standing = hold_standing(tx, scope, &wanted).await?;
        let (here, merged): (Vec<_>, Vec<_>) = names
            .into_iter()
            .partition(|(_, now)| standing.contains_key(now));
        found.extend(
            here.into_iter()
                .filter_map(|(asked, now)| Some((asked, standing.get(&now)?.clone()))),
        );
        if merged.is_empty() {
            break;
        }
        let gone: Vec<VolunteerId> = merged.iter().map(|(_, now)| *now).collect();
        let gone = by_ids(&**tx, scope, &gone).await?;
        let into: HashMap<VolunteerId, VolunteerId> = gone
            .into_iter()
            .map(|it| (it.id, it.merged_into_id.unwrap_or(it.id)))
            .collect();
        names = merged
            .into_iter()
            .filter_map(|(asked, now)| Some((asked, *into.get(&now)?)))
            .collect();
    }
    Ok(found)
}

/// Those of some records that were not merged, held together with others who write.
async fn hold_standing(
    tx: &Tx,
    scope: &Scope,
    ids: &[VolunteerId],
) -> Result<HashMap<VolunteerId, volunteer::Model>, DbErr> {
    let mut found = HashMap::new();
    for ids in ids.chunks(VALUES) {
        let rows = volunteer::Entity::find()
            .filter(volunteer::Column::Id.is_in(ids.iter().copied()))
            .filter(volunteer::Column::MergedIntoId.is_null())
            .filter(scope.volunteers())
            .order_by_asc(volunteer::Column::Id)
            // What a row that refers to them takes anyway.
            .lock(LockType::KeyShare)
            .all(&**tx)
            .await?;
        found.extend(rows.into_iter().map(|it| (it.id, it)));
    }
    Ok(found)
}

async fn taken_over(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    asked: Vec<volunteer::Model>,
) -> Result<HashMap<VolunteerId, volunteer::Model>, DbErr> {
    let over: Vec<VolunteerId> = asked.iter().filter_map(|it| it.merged_into_id).collect();
    let over = by_ids(conn, scope, &over).await?;
    let over: HashMap<VolunteerId, volunteer::Model> =
        over.into_iter().map(|it| (it.id, it)).collect();
    Ok(asked
        .into_iter()
        .filter_map(|it| match it.merged_into_id {
            Some(kept) => Some((it.id, over.get(&kept)?.clone())),
            None => Some((it.id, it)),
        })
        .collect())
}

/// The volunteer of an organization with its own reference, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn lock_by_reference(
    tx: &Tx,
    organization: OrganizationId,
    reference: &str,
) -> Result<Option<volunteer::Model>, DbErr> {
    volunteer::Entity::find()
        .filter(volunteer::Column::OrganizationId.eq(organization))
        .filter(volunteer::Column::Reference.eq(reference))
        .lock_exclusive()
        .one(&**tx)
        .await
}

/// One volunteer, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn lock(
    tx: &Tx,
    scope: &Scope,
    id: VolunteerId,
) -> Result<Option<volunteer::Model>, DbErr> {
    volunteer::Entity::find_by_id(id)
        .filter(scope.volunteers())
        .lock_exclusive()
        .one(&**tx)
        .await
}

/// Whether an organization has a record of a person.
///
/// # Errors
/// [`DbErr`].
pub async fn has_person(
    tx: &Tx,
    organization: OrganizationId,
    person: PersonId,
) -> Result<bool, DbErr> {
    let found = volunteer::Entity::find()
        .filter(volunteer::Column::PersonId.eq(person))
        .filter(volunteer::Column::OrganizationId.eq(organization))
        .count(&**tx)
        .await?;
    Ok(found > 0)
}

/// Removes records, and the people behind them that no record is left of and no national identity
/// number is known of.
///
/// # Errors
/// [`DbErr`], also where something points to one of them.
pub async fn remove(tx: &Tx, records: &[volunteer::Model]) -> Result<(), DbErr> {
    for chunk in records.chunks(VALUES) {
        volunteer::Entity::delete_many()
            .filter(volunteer::Column::Id.is_in(chunk.iter().map(|it| it.id)))
            .exec(&**tx)
            .await?;
        let known = volunteer::Entity::find()
            .select_only()
            .column(volunteer::Column::PersonId)
            .filter(volunteer::Column::PersonId.is_in(chunk.iter().map(|it| it.person_id)))
            .into_query();
        person::Entity::delete_many()
            .filter(person::Column::Id.is_in(chunk.iter().map(|it| it.person_id)))
            .filter(person::Column::NationalIdHash.is_null())
            .filter(person::Column::Id.not_in_subquery(known))
            .exec(&tx.beyond())
            .await?;
    }
    Ok(())
}

/// Writes the number of a record.
///
/// # Errors
/// [`DbErr`].
pub async fn keep_number(tx: &Tx, row: national_id::Model) -> Result<(), DbErr> {
    national_id::Entity::insert(row.into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// The numbers that are kept of some records.
///
/// # Errors
/// [`DbErr`].
pub async fn numbers(
    conn: &impl ConnectionTrait,
    ids: &[VolunteerId],
) -> Result<Vec<national_id::Model>, DbErr> {
    national_id::Entity::find()
        .filter(national_id::Column::VolunteerId.is_in(ids.iter().copied()))
        .all(conn)
        .await
}

/// Organizations of which numbers are kept.
///
/// # Errors
/// [`DbErr`].
pub async fn keeping_numbers(tx: &Tx) -> Result<Vec<OrganizationId>, DbErr> {
    national_id::Entity::find()
        .select_only()
        .column(national_id::Column::OrganizationId)
        .distinct()
        .order_by_asc(national_id::Column::OrganizationId)
        .into_tuple()
        .all(&**tx)
        .await
}

/// Forgets every number of an organization: how many.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_numbers(tx: &Tx, organization: OrganizationId) -> Result<u64, DbErr> {
    let gone = national_id::Entity::delete_many()
        .filter(national_id::Column::OrganizationId.eq(organization))
        .exec(&**tx)
        .await?;
    Ok(gone.rows_affected)
}

/// A page of volunteers.
///
/// # Errors
/// [`DbErr`].
pub async fn list(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    order: Order,
    page: &Page<Place>,
) -> Result<Slice<volunteer::Model>, DbErr> {
    let column = match order.by {
        By::Name => volunteer::Column::Name,
        By::CreatedAt => volunteer::Column::CreatedAt,
    };
    let columns = [
        column.into_simple_expr(),
        volunteer::Column::Id.into_simple_expr(),
    ];
    let rows = page
        .narrow(select(scope, filter), &columns, order.direction, |place| {
            let first = match order.by {
                By::Name => Expr::value(place.name.clone()),
                By::CreatedAt => Expr::value(place.created_at),
            };
            vec![first, Expr::value(place.id)]
        })
        .all(conn)
        .await?;
    Ok(page.slice(rows))
}

/// How many volunteers a list has.
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

fn select(scope: &Scope, filter: &Filter) -> Select<volunteer::Entity> {
    volunteer::Entity::find()
        .filter(scope.volunteers())
        .apply_if(filter.organization, |it, organization| {
            it.filter(volunteer::Column::OrganizationId.eq(organization))
        })
        .apply_if(filter.archived, |it, archived| {
            it.filter(if archived {
                volunteer::Column::ArchivedAt.is_not_null()
            } else {
                volunteer::Column::ArchivedAt.is_null()
            })
        })
        .apply_if(filter.search.as_deref(), |it, search| {
            it.filter(
                volunteer::Column::SearchKey
                    .contains(needle(search))
                    .or(volunteer::Column::Reference.eq(search.trim())),
            )
        })
}
