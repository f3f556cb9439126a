//! Reads entries: one by id, a page of a filtered list, the days of several.
//!
//! Totals are in `reports`; what may be done to an entry is in `guard`.

use std::collections::HashMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::NaiveTime;
use chrono::Utc;
use entity::hour_entry;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::VolunteerId;
use entity::project;
use entity::territory;
use entity::territory_ancestor;
use entity::types::EntryKind;
use entity::types::EntryStatus;
use entity::volunteer;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use sea_orm::Select;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::Query;
use sea_orm::sea_query::SimpleExpr;
use serde::Deserialize;
use serde::Serialize;

use crate::hours::entry::Entry;
use crate::identity::Scope;
use crate::platform::page::Direction;
use crate::platform::page::Page;
use crate::platform::page::Slice;

/// Which entries; an absent part does not narrow. Kept as JSON with what asked for it: members are added, never
/// renamed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Filter {
    /// Of this organization.
    pub organization: Option<OrganizationId>,
    /// On this project.
    pub project: Option<ProjectId>,
    /// Of this volunteer.
    pub volunteer: Option<VolunteerId>,
    /// In one of these states.
    pub status: Option<Vec<EntryStatus>>,
    /// Of one of these kinds.
    pub kind: Option<Vec<EntryKind>>,
    /// Begun on this day or later.
    pub worked_from: Option<NaiveDate>,
    /// Begun on this day or earlier.
    pub worked_to: Option<NaiveDate>,
    /// Worked in this territory or below it.
    pub territory_code: Option<String>,
    /// Written at this instant or later, whenever the work was.
    pub recorded_from: Option<DateTime<Utc>>,
    /// Written before this instant.
    pub recorded_to: Option<DateTime<Utc>>,
}

impl Filter {
    /// All of an organization.
    #[must_use]
    pub fn of_organization(id: OrganizationId) -> Self {
        Self {
            organization: Some(id),
            ..Self::default()
        }
    }

    /// All on a project.
    #[must_use]
    pub fn of_project(id: ProjectId) -> Self {
        Self {
            project: Some(id),
            ..Self::default()
        }
    }

    /// All of a volunteer.
    #[must_use]
    pub fn of_volunteer(id: VolunteerId) -> Self {
        Self {
            volunteer: Some(id),
            ..Self::default()
        }
    }

    fn condition(&self) -> Condition {
        use hour_entry::Column as C;
        Condition::all()
            .add_option(self.organization.map(|it| C::OrganizationId.eq(it)))
            .add_option(self.project.map(|it| C::ProjectId.eq(it)))
            .add_option(self.volunteer.map(|it| C::VolunteerId.eq(it)))
            .add_option(self.status.clone().map(|it| C::Status.is_in(it)))
            .add_option(self.kind.clone().map(|it| C::Kind.is_in(it)))
            .add_option(self.worked_from.map(|it| C::WorkedOn.gte(it)))
            .add_option(self.worked_to.map(|it| C::WorkedOn.lte(it)))
            .add_option(self.territory_code.as_deref().map(within))
            .add_option(self.recorded_from.map(|it| C::CreatedAt.gte(it)))
            .add_option(self.recorded_to.map(|it| C::CreatedAt.lt(it)))
    }
}

/// Entries whose place is that of a code or lies below it.
fn within(code: &str) -> SimpleExpr {
    let versions = territory::Entity::find()
        .select_only()
        .column(territory::Column::Id)
        .filter(territory::Column::Code.eq(code))
        .into_query();
    let below = Query::select()
        .column(territory_ancestor::Column::TerritoryId)
        .from(territory_ancestor::Entity)
        .and_where(territory_ancestor::Column::AncestorId.in_subquery(versions))
        .to_owned();
    hour_entry::Column::TerritoryId.in_subquery(below)
}

/// What a list is ordered by; the id decides between equals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderField {
    /// Day on which the work began.
    WorkedOn,
    /// When the entry was written.
    CreatedAt,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// By what.
    pub field: OrderField,
    /// Which way.
    pub direction: Direction,
}

impl Order {
    /// Name of the list in this order, to which its cursors belong.
    #[must_use]
    pub fn name(self) -> &'static str {
        match (self.field, self.direction) {
            (OrderField::WorkedOn, Direction::Ascending) => "hours.worked_on.asc",
            (OrderField::WorkedOn, Direction::Descending) => "hours.worked_on.desc",
            (OrderField::CreatedAt, Direction::Ascending) => "hours.created_at.asc",
            (OrderField::CreatedAt, Direction::Descending) => "hours.created_at.desc",
        }
    }

    /// The place of an entry in a list of this order.
    #[must_use]
    pub fn key(self, entry: &hour_entry::Model) -> Key {
        match self.field {
            OrderField::WorkedOn => (entry.worked_on.and_time(NaiveTime::MIN).and_utc(), entry.id),
            OrderField::CreatedAt => (entry.created_at, entry.id),
        }
    }
}

/// The place of an entry in a list.
pub type Key = (DateTime<Utc>, EntryId);

/// What is read along with entries, in the same statement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Along {
    /// Their volunteers.
    pub volunteer: bool,
    /// Their projects.
    pub project: bool,
}

/// A page of the entries that may be seen: one statement, whatever is read along.
///
/// # Errors
/// [`DbErr`].
pub async fn page(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    order: Order,
    page: &Page<Key>,
    along: Along,
) -> Result<Slice<Entry>, DbErr> {
    let column = match order.field {
        OrderField::WorkedOn => hour_entry::Column::WorkedOn,
        OrderField::CreatedAt => hour_entry::Column::CreatedAt,
    };
    let columns = [column, hour_entry::Column::Id].map(|it| Expr::col((hour_entry::Entity, it)));
    let select = page.narrow(chosen(scope, filter), &columns, order.direction, |key| {
        let first = match order.field {
            OrderField::WorkedOn => Expr::value(key.0.date_naive()),
            OrderField::CreatedAt => Expr::value(key.0),
        };
        vec![first, Expr::value(key.1)]
    });
    Ok(page.slice(read(conn, scope, select, along).await?))
}

/// The place of an entry among those of its organization: by the day on which it began.
pub type Place = (NaiveDate, EntryId);

/// The place of an entry.
#[must_use]
pub fn place(entry: &hour_entry::Model) -> Place {
    (entry.worked_on, entry.id)
}

/// The organizations of the entries that may be seen, in order.
///
/// # Errors
/// [`DbErr`].
pub async fn organizations(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
) -> Result<Vec<OrganizationId>, DbErr> {
    chosen(scope, filter)
        .select_only()
        .column(hour_entry::Column::OrganizationId)
        .distinct()
        .order_by_asc(hour_entry::Column::OrganizationId)
        .into_tuple()
        .all(conn)
        .await
}

/// A page of the same entries, of one of their organizations, for whoever reads all of them, with their volunteers and
/// projects. Each page begins where an index finds it, however long the list.
///
/// # Errors
/// [`DbErr`].
pub async fn walk(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    organization: OrganizationId,
    page: &Page<Place>,
) -> Result<Slice<Entry>, DbErr> {
    let columns = [hour_entry::Column::WorkedOn, hour_entry::Column::Id]
        .map(|it| Expr::col((hour_entry::Entity, it)));
    let select = hour_entry::Entity::find()
        .filter(scope.hours_of(organization))
        .filter(filter.condition());
    let select = page.narrow(select, &columns, Direction::Ascending, |(day, id)| {
        vec![Expr::value(*day), Expr::value(*id)]
    });
    let along = Along {
        volunteer: true,
        project: true,
    };
    Ok(page.slice(read(conn, scope, select, along).await?))
}

/// How many entries may be seen, and the minutes of all people in them.
///
/// # Errors
/// [`DbErr`].
pub async fn totals(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
) -> Result<(i64, i64), DbErr> {
    let found: Option<(i64, Option<i64>)> = chosen(scope, filter)
        .select_only()
        .column_as(hour_entry::Column::Id.count(), "entries")
        .column_as(hour_entry::Column::TotalMinutes.sum(), "minutes")
        .into_tuple()
        .one(conn)
        .await?;
    let (entries, minutes) = found.unwrap_or_default();
    Ok((entries, minutes.unwrap_or_default()))
}

/// Number of the entries that may be seen.
///
/// # Errors
/// [`DbErr`].
pub async fn count(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
) -> Result<u64, DbErr> {
    chosen(scope, filter).count(conn).await
}

/// Entries that may be seen, by id.
///
/// # Errors
/// [`DbErr`].
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[EntryId],
) -> Result<HashMap<EntryId, Entry>, DbErr> {
    let rows = hour_entry::Entity::find()
        .filter(hour_entry::Column::Id.is_in(ids.iter().copied()))
        .filter(scope.hours())
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|it| (it.id, it.into())).collect())
}

fn chosen(scope: &Scope, filter: &Filter) -> Select<hour_entry::Entity> {
    hour_entry::Entity::find()
        .filter(scope.hours())
        .filter(filter.condition())
}

async fn read(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    select: Select<hour_entry::Entity>,
    along: Along,
) -> Result<Vec<Entry>, DbErr> {
    // A program may read hours and not whose they are.
    let volunteer = along.volunteer && scope.reads_people();
    let rows: Vec<_> = match (volunteer, along.project) {
        (false, false) => {
            let rows = select.all(conn).await?;
            return Ok(rows.into_iter().map(Into::into).collect());
        }
        (true, false) => select
            .find_also_related(volunteer::Entity)
            .all(conn)
            .await?
            .into_iter()
            .map(|(row, volunteer)| (row, volunteer, None))
            .collect(),
        (false, true) => select
            .find_also_related(project::Entity)
            .all(conn)
            .await?
            .into_iter()
            .map(|(row, project)| (row, None, project))
            .collect(),
        (true, true) => {
            select
                .find_also_related(volunteer::Entity)
                .find_also_related(project::Entity)
                .all(conn)
                .await?
        }
    };
    Ok(rows
        .into_iter()
        .map(|(row, volunteer, project)| Entry {
            row,
            volunteer,
            project,
        })
        .collect())
}
