//! Statements about projects and their shares.
//!
//! Nothing is decided here.

use chrono::Datelike;
use chrono::NaiveDate;
use entity::hour_entry;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::TagSetId;
use entity::organization;
use entity::project;
use entity::reporting_period;
use entity::tag_set;
use entity::tag_share;
use entity::territory;
use entity::territory_ancestor;
use entity::types::EntryStatus;
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
use sea_orm::sea_query::ExprTrait;

use crate::identity::Scope;
use crate::platform::db::Tx;
use crate::platform::page::Direction;
use crate::platform::page::Page;
use crate::platform::page::Slice;
use crate::platform::text::needle;
use crate::vocabularies;

/// Values of one statement, below what either database takes.
const VALUES: usize = 10_000;

/// Which projects to list; an absent part does not narrow.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this organization.
    pub organization: Option<OrganizationId>,
    /// With this in a title of either script, or with this code.
    pub search: Option<String>,
    /// In the territory of this code or below.
    pub territory_code: Option<String>,
    /// Running on a day, or not.
    pub running: Option<Running>,
}

/// Whether projects take work on a day: within their dates and not archived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Running {
    /// They do.
    On(NaiveDate),
    /// They do not.
    NotOn(NaiveDate),
}

/// A place in the list by title.
pub type ByTitle = (String, ProjectId);

/// A tag set with its shares.
pub type Shares = (tag_set::Model, Vec<tag_share::Model>);

/// Projects by id.
///
/// # Errors
/// [`DbErr`].
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[ProjectId],
) -> Result<Vec<project::Model>, DbErr> {
    let mut found = Vec::new();
    for ids in ids.chunks(VALUES) {
        let rows = project::Entity::find()
            .filter(project::Column::Id.is_in(ids.iter().copied()))
            .filter(scope.projects())
            .all(conn)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// The project of an organization with its own code, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn lock_by_code(
    tx: &Tx,
    organization: OrganizationId,
    code: &str,
) -> Result<Option<project::Model>, DbErr> {
    project::Entity::find()
        .filter(project::Column::OrganizationId.eq(organization))
        .filter(project::Column::Code.eq(code))
        .lock_exclusive()
        .one(&**tx)
        .await
}

/// One project, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn lock(tx: &Tx, scope: &Scope, id: ProjectId) -> Result<Option<project::Model>, DbErr> {
    project::Entity::find_by_id(id)
        .filter(scope.projects())
        .lock_exclusive()
        .one(&**tx)
        .await
}

/// A page of projects by title.
///
/// # Errors
/// [`DbErr`].
pub async fn list(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    page: &Page<ByTitle>,
) -> Result<Slice<project::Model>, DbErr> {
    let columns = [
        project::Column::Title.into_simple_expr(),
        project::Column::Id.into_simple_expr(),
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

/// How many projects a list has.
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

fn select(scope: &Scope, filter: &Filter) -> Select<project::Entity> {
    project::Entity::find()
        .filter(scope.projects())
        .apply_if(filter.organization, |it, organization| {
            it.filter(project::Column::OrganizationId.eq(organization))
        })
        .apply_if(filter.search.as_deref(), |it, search| {
            it.filter(
                project::Column::SearchKey
                    .contains(needle(search))
                    .or(project::Column::Code.eq(search.trim())),
            )
        })
        .apply_if(filter.running, |it, running| {
            it.filter(match running {
                Running::On(day) => Condition::all()
                    .add(project::Column::ArchivedAt.is_null())
                    .add(project::Column::StartsOn.lte(day))
                    .add(
                        project::Column::EndsOn
                            .is_null()
                            .or(project::Column::EndsOn.gte(day)),
                    ),
                Running::NotOn(day) => Condition::any()
                    .add(project::Column::ArchivedAt.is_not_null())
                    .add(project::Column::StartsOn.gt(day))
                    .add(project::Column::EndsOn.lt(day)),
            })
        })
        .apply_if(filter.territory_code.as_deref(), |it, code| {
            let places = territory::Entity::find()
                .select_only()
                .column(territory::Column::Id)
                .filter(territory::Column::Code.eq(code))
                .into_query();
            let below = territory_ancestor::Entity::find()
                .select_only()
                .column(territory_ancestor::Column::TerritoryId)
                .filter(territory_ancestor::Column::AncestorId.in_subquery(places))
                .into_query();
            it.filter(project::Column::TerritoryId.in_subquery(below))
        })
}

/// The tag sets of projects in force on a day, with their shares: two statements for any number. Those of
/// vocabularies that may not be seen are left out.
///
/// # Errors
/// [`DbErr`].
pub async fn shares_on(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    projects: &[ProjectId],
    day: NaiveDate,
) -> Result<Vec<Shares>, DbErr> {
    let vocabularies = vocabularies::lookup::codes(scope);
    let sets = tag_set::Entity::find()
        .filter(tag_set::Column::ProjectId.is_in(projects.iter().copied()))
        .filter(tag_set::Column::Vocabulary.in_subquery(vocabularies))
        .filter(tag_set::Column::ValidFrom.lte(day))
        .filter(
            tag_set::Column::ValidTo
                .is_null()
                .or(tag_set::Column::ValidTo.gt(day)),
        )
        .order_by_asc(tag_set::Column::Vocabulary)
        .all(conn)
        .await?;
    let ids: Vec<TagSetId> = sets.iter().map(|it| it.id).collect();
    let mut shares = tag_share::Entity::find()
        .filter(tag_share::Column::TagSetId.is_in(ids))
        .order_by_desc(tag_share::Column::SharePpm)
        .order_by_asc(tag_share::Column::TermId)
        .all(conn)
        .await?;
    Ok(sets
        .into_iter()
        .map(|set| {
            let own = shares
                .extract_if(.., |it| it.tag_set_id == set.id)
                .collect();
            (set, own)
        })
        .collect())
}

/// The tag sets of a project in a vocabulary, oldest first.
///
/// # Errors
/// [`DbErr`].
pub async fn tag_sets(
    tx: &Tx,
    project: ProjectId,
    vocabulary: &str,
) -> Result<Vec<tag_set::Model>, DbErr> {
    tag_set::Entity::find()
        .filter(tag_set::Column::ProjectId.eq(project))
        .filter(tag_set::Column::Vocabulary.eq(vocabulary))
        // Without those that were replaced on their first day.
        .filter(
            tag_set::Column::ValidTo
                .is_null()
                .or(Expr::col(tag_set::Column::ValidTo).gt(Expr::col(tag_set::Column::ValidFrom))),
        )
        .order_by_asc(tag_set::Column::ValidFrom)
        .all(&**tx)
        .await
}

/// The shares of a tag set.
///
/// # Errors
/// [`DbErr`].
pub async fn shares_of(tx: &Tx, set: TagSetId) -> Result<Vec<tag_share::Model>, DbErr> {
    tag_share::Entity::find()
        .filter(tag_share::Column::TagSetId.eq(set))
        .all(&**tx)
        .await
}

/// The organization of a project, and what was said of its months from that of a day on.
///
/// # Errors
/// [`DbErr`].
pub async fn months_since(
    tx: &Tx,
    organization: OrganizationId,
    from: NaiveDate,
) -> Result<(Option<organization::Model>, Vec<reporting_period::Model>), DbErr> {
    let said = reporting_period::Entity::find()
        .filter(reporting_period::Column::OrganizationId.eq(organization))
        .filter(reporting_period::Column::Month.gte(from.with_day(1).unwrap_or(from)))
        .all(&**tx)
        .await?;
    let found = organization::Entity::find_by_id(organization)
        .one(&**tx)
        .await?;
    Ok((found, said))
}

/// The first day of work of a project from one day up to another, which does not count.
///
/// # Errors
/// [`DbErr`].
pub async fn first_hours(
    tx: &Tx,
    project: ProjectId,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Option<NaiveDate>, DbErr> {
    let found = hour_entry::Entity::find()
        .filter(hour_entry::Column::ProjectId.eq(project))
        .filter(hour_entry::Column::EndedOn.gte(from))
        .filter(hour_entry::Column::WorkedOn.lt(to))
        .filter(hour_entry::Column::Status.is_not_in([EntryStatus::Rejected, EntryStatus::Voided]))
        .order_by_asc(hour_entry::Column::WorkedOn)
        .limit(1)
        .one(&**tx)
        .await?;
    Ok(found.map(|it| Ord::max(it.worked_on, from)))
}
