//! Statements about likely duplicates and merges.
//!
//! Nothing is decided here.

use std::collections::BTreeSet;
use std::collections::HashMap;

use chrono::DateTime;
use chrono::Utc;
use entity::ids::InvitationId;
use entity::ids::MergeId;
use entity::ids::OrganizationId;
use entity::ids::PersonId;
use entity::ids::VolunteerId;
use entity::invitation;
use entity::person;
use entity::volunteer;
use entity::volunteer_apart;
use entity::volunteer_merge;
use entity::volunteer_merge_record;
use sea_orm::ActiveModelTrait;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::IntoSimpleExpr;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use sea_orm::Select;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;
use sea_orm::sea_query::OnConflict;
use uuid::Uuid;

use crate::identity::Scope;
use crate::platform::db::Tx;
use crate::platform::page::Direction;
use crate::platform::page::Page;
use crate::platform::page::Slice;

/// Rows of one statement: three values each, below what either database takes.
const ROWS: usize = 5_000;

/// The people behind some records, and whether a national identity number is known of each.
///
/// # Errors
/// [`DbErr`].
pub async fn identified(tx: &Tx, people: &[PersonId]) -> Result<Vec<(PersonId, bool)>, DbErr> {
    let rows = person::Entity::find()
        .filter(person::Column::Id.is_in(people.iter().copied()))
        .all(&**tx)
        .await?;
    Ok(rows
        .into_iter()
        .map(|it| (it.id, it.national_id_hash.is_some()))
        .collect())
}

/// Lets what was merged into one record be merged into another.
///
/// # Errors
/// [`DbErr`].
pub async fn redirect(tx: &Tx, from: VolunteerId, to: VolunteerId) -> Result<(), DbErr> {
    volunteer::Entity::update_many()
        .col_expr(volunteer::Column::MergedIntoId, Expr::value(to))
        .filter(volunteer::Column::MergedIntoId.eq(from))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Lets what was merged into a record before that was merged itself be merged into it again, and what was
/// merged into these, to the end of the chain.
///
/// # Errors
/// [`DbErr`].
pub async fn redirect_back(tx: &Tx, to: VolunteerId) -> Result<(), DbErr> {
    let mut behind: BTreeSet<VolunteerId> = BTreeSet::new();
    let mut next = vec![to];
    while !next.is_empty() {
        let merged: Vec<VolunteerId> = volunteer_merge::Entity::find()
            .select_only()
            .column(volunteer_merge::Column::MergedId)
            .filter(volunteer_merge::Column::KeptId.is_in(next))
            .filter(volunteer_merge::Column::UndoneAt.is_null())
            .into_tuple()
            .all(&**tx)
            .await?;
        next = merged.into_iter().filter(|it| behind.insert(*it)).collect();
    }
    volunteer::Entity::update_many()
        .col_expr(volunteer::Column::MergedIntoId, Expr::value(to))
        .filter(volunteer::Column::Id.is_in(behind))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Into which record each one was merged at an instant, one step each; `None` is now. Merges that were taken
/// back by then are none.
///
/// # Errors
/// [`DbErr`].
pub async fn steps_at(
    conn: &impl ConnectionTrait,
    organizations: &[OrganizationId],
    at: Option<DateTime<Utc>>,
) -> Result<HashMap<VolunteerId, VolunteerId>, DbErr> {
    let mut steps = HashMap::new();
    for ids in organizations.chunks(ROWS) {
        let held = match at {
            None => Condition::all().add(volunteer_merge::Column::UndoneAt.is_null()),
            Some(at) => Condition::all()
                .add(volunteer_merge::Column::MergedAt.lte(at))
                .add(
                    volunteer_merge::Column::UndoneAt
                        .is_null()
                        .or(volunteer_merge::Column::UndoneAt.gt(at)),
                ),
        };
        let rows: Vec<(VolunteerId, VolunteerId)> = volunteer_merge::Entity::find()
            .select_only()
            .columns([
                volunteer_merge::Column::MergedId,
                volunteer_merge::Column::KeptId,
            ])
            .filter(volunteer_merge::Column::OrganizationId.is_in(ids.iter().copied()))
            .filter(held)
            .into_tuple()
            .all(conn)
            .await?;
        steps.extend(rows);
    }
    Ok(steps)
}

/// Lets the open invitations to take over one record be for another; which.
///
/// # Errors
/// [`DbErr`].
pub async fn hand_invitations_over(
    tx: &Tx,
    from: VolunteerId,
    to: VolunteerId,
    only: Option<&[Uuid]>,
    now: DateTime<Utc>,
) -> Result<Vec<InvitationId>, DbErr> {
    let open: Vec<InvitationId> = invitation::Entity::find()
        .select_only()
        .column(invitation::Column::Id)
        .filter(invitation::Column::VolunteerId.eq(from))
        .filter(invitation::Column::AcceptedAt.is_null())
        .filter(invitation::Column::ExpiresAt.gt(now))
        .apply_if(only, |it, ids| {
            it.filter(invitation::Column::Id.is_in(ids.iter().copied()))
        })
        .into_tuple()
        .all(&**tx)
        .await?;
    if !open.is_empty() {
        invitation::Entity::update_many()
            .col_expr(invitation::Column::VolunteerId, Expr::value(to))
            .filter(invitation::Column::Id.is_in(open.iter().copied()))
            .exec(&**tx)
            .await?;
    }
    Ok(open)
}

/// Merges by id.
///
/// # Errors
/// [`DbErr`].
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[MergeId],
) -> Result<Vec<volunteer_merge::Model>, DbErr> {
    volunteer_merge::Entity::find()
        .filter(volunteer_merge::Column::Id.is_in(ids.iter().copied()))
        .filter(scope.merges())
        .all(conn)
        .await
}

/// One merge, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn lock(
    tx: &Tx,
    scope: &Scope,
    id: MergeId,
) -> Result<Option<volunteer_merge::Model>, DbErr> {
    volunteer_merge::Entity::find_by_id(id)
        .filter(scope.merges())
        .lock_exclusive()
        .one(&**tx)
        .await
}

/// The merge that holds of a merged record, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn standing(
    tx: &Tx,
    merged: VolunteerId,
) -> Result<Option<volunteer_merge::Model>, DbErr> {
    volunteer_merge::Entity::find()
        .filter(volunteer_merge::Column::MergedId.eq(merged))
        .filter(volunteer_merge::Column::UndoneAt.is_null())
        .lock_exclusive()
        .one(&**tx)
        .await
}

/// Writes a merge.
///
/// # Errors
/// [`DbErr`].
pub async fn insert(tx: &Tx, merge: &volunteer_merge::Model) -> Result<(), DbErr> {
    volunteer_merge::Entity::insert(merge.clone().into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Replaces a merge.
///
/// # Errors
/// [`DbErr`].
pub async fn replace(tx: &Tx, merge: &volunteer_merge::Model) -> Result<(), DbErr> {
    volunteer_merge::Entity::update(merge.clone().into_active_model().reset_all())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Remembers what a merge moved; what it moved before stays remembered.
///
/// # Errors
/// [`DbErr`].
pub async fn remember(
    tx: &Tx,
    merge: MergeId,
    moved: impl Iterator<Item = (&'static str, Uuid)>,
) -> Result<(), DbErr> {
    let rows: Vec<_> = moved
        .map(|(kind, subject_id)| {
            volunteer_merge_record::Model {
                merge_id: merge,
                subject_id,
                kind: kind.to_owned(),
            }
            .into_active_model()
        })
        .collect();
    for chunk in rows.chunks(ROWS) {
        volunteer_merge_record::Entity::insert_many(chunk.to_vec())
            .on_conflict_do_nothing_on([
                volunteer_merge_record::Column::MergeId,
                volunteer_merge_record::Column::SubjectId,
            ])
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

/// What a merge moved.
///
/// # Errors
/// [`DbErr`].
pub async fn remembered(
    tx: &Tx,
    merge: MergeId,
) -> Result<Vec<volunteer_merge_record::Model>, DbErr> {
    volunteer_merge_record::Entity::find()
        .filter(volunteer_merge_record::Column::MergeId.eq(merge))
        .all(&**tx)
        .await
}

/// A page of the merges of an organization, newest first; of one record where one is named.
///
/// # Errors
/// [`DbErr`].
pub async fn page(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &MergeFilter,
    page: &Page<MergeId>,
) -> Result<Slice<volunteer_merge::Model>, DbErr> {
    let columns = [volunteer_merge::Column::Id.into_simple_expr()];
    let select = page.narrow(
        merges(scope, filter),
        &columns,
        Direction::Descending,
        |key| vec![Expr::value(*key)],
    );
    Ok(page.slice(select.all(conn).await?))
}

/// How many merges a list has.
///
/// # Errors
/// [`DbErr`].
pub async fn count(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &MergeFilter,
) -> Result<u64, DbErr> {
    merges(scope, filter).count(conn).await
}

/// Which merges to list.
#[derive(Clone, Debug)]
pub struct MergeFilter {
    /// Of this organization.
    pub organization: OrganizationId,
    /// With this record on one side or the other.
    pub of: Option<VolunteerId>,
}

fn merges(scope: &Scope, filter: &MergeFilter) -> Select<volunteer_merge::Entity> {
    volunteer_merge::Entity::find()
        .filter(scope.merges())
        .filter(volunteer_merge::Column::OrganizationId.eq(filter.organization))
        .apply_if(filter.of, |it, record| {
            it.filter(
                volunteer_merge::Column::KeptId
                    .eq(record)
                    .or(volunteer_merge::Column::MergedId.eq(record)),
            )
        })
}

/// Remembers that two records are of two people, the smaller id first.
///
/// # Errors
/// [`DbErr`].
pub async fn set_apart(tx: &Tx, pair: volunteer_apart::Model) -> Result<(), DbErr> {
    volunteer_apart::Entity::insert(pair.into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Forgets that two records are of two people.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_apart(
    tx: &Tx,
    (first, second): (VolunteerId, VolunteerId),
) -> Result<(), DbErr> {
    volunteer_apart::Entity::delete_by_id((first, second))
        .exec(&**tx)
        .await?;
    Ok(())
}
