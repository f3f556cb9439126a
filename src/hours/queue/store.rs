//! Statements about entries that wait, and about selections of them.
//!
//! Nothing is decided here.

use std::collections::HashMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::approval_selection;
use entity::hour_entry;
use entity::hour_entry_amendment;
use entity::hour_entry_day;
use entity::ids::ApprovalSelectionId;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ids::PersonId;
use entity::ids::ProjectId;
use entity::ids::UserId;
use entity::ids::VolunteerId;
use entity::types::AmendmentStatus;
use entity::types::EntryStatus;
use entity::types::EvidenceLevel;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::FromQueryResult;
use sea_orm::IntoActiveModel;
use sea_orm::JoinType;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use sea_orm::Select;
use sea_orm::sea_query::CaseStatement;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::SimpleExpr;

use crate::hours::list::Key;
use crate::hours::list::Order;
use crate::hours::list::OrderField;
use crate::hours::queue::anomaly::Habit;
use crate::hours::queue::waiting::ProjectSum;
use crate::hours::state::RELEASED;
use crate::hours::store::entry_of_day;
use crate::identity::Scope;
use crate::platform::db::Tx;
use crate::platform::page::Page;

/// Rows of one statement.
const ROWS: usize = 1_000;
/// States of entries that were handed in and may count.
const HANDED_IN: [EntryStatus; 3] = [
    EntryStatus::Submitted,
    EntryStatus::Approved,
    EntryStatus::Returned,
];

/// A page of entries that fulfil a condition and may be seen, in the order in which the page is
/// walked, with one more where more lie beyond.
///
/// # Errors
/// [`DbErr`].
pub async fn rows(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    condition: Condition,
    order: Order,
    page: &Page<Key>,
) -> Result<Vec<hour_entry::Model>, DbErr> {
    let column = match order.field {
        OrderField::WorkedOn => hour_entry::Column::WorkedOn,
        OrderField::CreatedAt => hour_entry::Column::CreatedAt,
    };
    let columns = [column, hour_entry::Column::Id].map(|it| Expr::col((hour_entry::Entity, it)));
    page.narrow(chosen(scope, condition), &columns, order.direction, |key| {
        let first = match order.field {
            OrderField::WorkedOn => Expr::value(key.0.date_naive()),
            OrderField::CreatedAt => Expr::value(key.0),
        };
        vec![first, Expr::value(key.1)]
    })
    .all(conn)
    .await
}

/// Number of entries that fulfil a condition and may be seen.
///
/// # Errors
/// [`DbErr`].
pub async fn count(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    condition: Condition,
) -> Result<u64, DbErr> {
    chosen(scope, condition).count(conn).await
}

/// Entries and minutes of all their people by evidence, strongest last.
///
/// # Errors
/// [`DbErr`].
pub async fn by_evidence(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    condition: Condition,
) -> Result<Vec<(EvidenceLevel, i64, i64)>, DbErr> {
    chosen(scope, condition)
        .select_only()
        .column(hour_entry::Column::EvidenceLevel)
        .column_as(hour_entry::Column::Id.count(), "entries")
        .column_as(hour_entry::Column::TotalMinutes.sum(), "minutes")
        .group_by(hour_entry::Column::EvidenceLevel)
        .into_tuple()
        .all(conn)
        .await
}

/// Entries and minutes of all their people by project, and when the first was handed in.
///
/// # Errors
/// [`DbErr`].
pub async fn by_project(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    condition: Condition,
) -> Result<Vec<ProjectSum>, DbErr> {
    chosen(scope, condition)
        .select_only()
        .column(hour_entry::Column::ProjectId)
        .column_as(hour_entry::Column::Id.count(), "entries")
        .column_as(hour_entry::Column::TotalMinutes.sum(), "minutes")
        .column_as(hour_entry::Column::SubmittedAt.min(), "oldest")
        .group_by(hour_entry::Column::ProjectId)
        .into_model()
        .all(conn)
        .await
}

/// Approved entries whose correction waits.
#[must_use]
pub fn corrected(organization: OrganizationId) -> SimpleExpr {
    use hour_entry_amendment::Column as C;
    let waiting = hour_entry_amendment::Entity::find()
        .select_only()
        .column(C::EntryId)
        .filter(C::OrganizationId.eq(organization))
        .filter(C::Status.eq(AmendmentStatus::Pending))
        .into_query();
    hour_entry::Column::Id.in_subquery(waiting)
}

fn chosen(scope: &Scope, condition: Condition) -> Select<hour_entry::Entity> {
    hour_entry::Entity::find()
        .filter(scope.hours())
        .filter(condition)
}

/// Minutes of people on some days by organization.
///
/// # Errors
/// [`DbErr`].
pub async fn minutes_by_day(
    conn: &impl ConnectionTrait,
    people: &[PersonId],
    days: &[NaiveDate],
) -> Result<Vec<(PersonId, NaiveDate, OrganizationId, i64)>, DbErr> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    hour_entry_day::Entity::find()
        .select_only()
        .column(hour_entry_day::Column::PersonId)
        .column(hour_entry_day::Column::Day)
        .column(hour_entry_day::Column::OrganizationId)
        .column_as(hour_entry_day::Column::Minutes.sum(), "minutes")
        .join(JoinType::InnerJoin, entry_of_day())
        .filter(hour_entry_day::Column::PersonId.is_in(people.iter().copied()))
        .filter(hour_entry_day::Column::Day.is_in(days.iter().copied()))
        .filter(hour_entry::Column::Status.is_not_in(RELEASED))
        .group_by(hour_entry_day::Column::PersonId)
        .group_by(hour_entry_day::Column::Day)
        .group_by(hour_entry_day::Column::OrganizationId)
        .into_tuple()
        .all(conn)
        .await
}

/// Entries of people in one organization that touch one of some days, by person.
///
/// # Errors
/// [`DbErr`].
pub async fn on_days(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    organization: OrganizationId,
    people: &[PersonId],
    days: &[NaiveDate],
) -> Result<HashMap<PersonId, Vec<hour_entry::Model>>, DbErr> {
    if people.is_empty() {
        return Ok(HashMap::new());
    }
    let touching = hour_entry_day::Entity::find()
        .select_only()
        .column(hour_entry_day::Column::EntryId)
        .filter(hour_entry_day::Column::PersonId.is_in(people.iter().copied()))
        .filter(hour_entry_day::Column::Day.is_in(days.iter().copied()));
    let rows = hour_entry::Entity::find()
        .filter(hour_entry::Column::Id.in_subquery(touching.into_query()))
        .filter(hour_entry::Column::OrganizationId.eq(organization))
        .filter(hour_entry::Column::Status.is_not_in(RELEASED))
        .filter(scope.hours())
        .order_by_asc(hour_entry::Column::WorkedOn)
        .order_by_asc(hour_entry::Column::Id)
        .all(conn)
        .await?;
    let mut found: HashMap<PersonId, Vec<hour_entry::Model>> = HashMap::new();
    for row in rows {
        if let Some(person) = row.person_id {
            found.entry(person).or_default().push(row);
        }
    }
    Ok(found)
}

/// What makes two rows say the same: project, day, minutes and description.
pub type Saying = (ProjectId, NaiveDate, i32, Option<String>);

/// How many entries say the same.
#[derive(Debug, FromQueryResult)]
struct AlikeRow {
    project_id: ProjectId,
    worked_on: NaiveDate,
    minutes: i32,
    description: Option<String>,
    entries: i64,
    people: i64,
}

/// What several entries of some projects and days say alike: entries and people.
///
/// # Errors
/// [`DbErr`].
pub async fn alike(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    projects: &[ProjectId],
    days: &[NaiveDate],
) -> Result<HashMap<Saying, (i64, i64)>, DbErr> {
    let rows = saying(organization, projects, days)
        .column_as(hour_entry::Column::Id.count(), "entries")
        .column_as(Expr::cust("count(distinct person_id)"), "people")
        .into_model::<AlikeRow>()
        .all(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|it| {
            let saying = (it.project_id, it.worked_on, it.minutes, it.description);
            (saying, (it.entries, it.people))
        })
        .collect())
}

/// How many entries of one person say the same.
#[derive(Debug, FromQueryResult)]
struct RepeatedRow {
    project_id: ProjectId,
    worked_on: NaiveDate,
    minutes: i32,
    description: Option<String>,
    person_id: PersonId,
    entries: i64,
}

/// What people said more than once about some projects and days.
///
/// # Errors
/// [`DbErr`].
pub async fn repeated(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    projects: &[ProjectId],
    days: &[NaiveDate],
    people: &[PersonId],
) -> Result<HashMap<(PersonId, Saying), i64>, DbErr> {
    let rows = saying(organization, projects, days)
        .filter(hour_entry::Column::PersonId.is_in(people.iter().copied()))
        .column(hour_entry::Column::PersonId)
        .column_as(hour_entry::Column::Id.count(), "entries")
        .group_by(hour_entry::Column::PersonId)
        .into_model::<RepeatedRow>()
        .all(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|it| {
            let saying = (it.project_id, it.worked_on, it.minutes, it.description);
            ((it.person_id, saying), it.entries)
        })
        .collect())
}

fn saying(
    organization: OrganizationId,
    projects: &[ProjectId],
    days: &[NaiveDate],
) -> Select<hour_entry::Entity> {
    use hour_entry::Column as C;
    let mut select = hour_entry::Entity::find()
        .select_only()
        .filter(C::OrganizationId.eq(organization))
        .filter(C::ProjectId.is_in(projects.iter().copied()))
        .filter(C::WorkedOn.is_in(days.iter().copied()))
        .filter(C::Status.is_in(HANDED_IN))
        .filter(C::PersonId.is_not_null())
        .having(Expr::cust("count(*) > 1"));
    for column in [C::ProjectId, C::WorkedOn, C::Minutes, C::Description] {
        select = select.column(column).group_by(column);
    }
    select
}

/// How volunteers wrote hours from a day on.
///
/// # Errors
/// [`DbErr`].
pub async fn habits(
    conn: &impl ConnectionTrait,
    volunteers: &[VolunteerId],
    from: NaiveDate,
) -> Result<HashMap<VolunteerId, Habit>, DbErr> {
    if volunteers.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(VolunteerId, i64, i64)> = hour_entry::Entity::find()
        .select_only()
        .column(hour_entry::Column::VolunteerId)
        .column_as(hour_entry::Column::Id.count(), "entries")
        .column_as(
            Expr::cust("sum(case when minutes % 60 = 0 then 1 else 0 end)"),
            "whole_hours",
        )
        .filter(hour_entry::Column::VolunteerId.is_in(volunteers.iter().copied()))
        .filter(hour_entry::Column::WorkedOn.gte(from))
        .filter(hour_entry::Column::Status.is_in(HANDED_IN))
        .group_by(hour_entry::Column::VolunteerId)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(volunteer, entries, whole_hours)| {
            let habit = Habit {
                entries,
                whole_hours,
            };
            (volunteer, habit)
        })
        .collect())
}

/// Gives entries that are held a reason each, with one statement for all of them.
///
/// # Errors
/// [`DbErr`].
pub async fn give_reasons(tx: &Tx, reasons: &[(EntryId, Option<String>)]) -> Result<(), DbErr> {
    for reasons in reasons.chunks(ROWS) {
        let mut each = CaseStatement::new();
        for (id, reason) in reasons {
            each = each.case(hour_entry::Column::Id.eq(*id), reason.clone());
        }
        hour_entry::Entity::update_many()
            .col_expr(hour_entry::Column::DecisionReason, each.into())
            .filter(hour_entry::Column::Id.is_in(reasons.iter().map(|(id, _)| *id)))
            .exec(&**tx)
            .await?;
    }
    Ok(())
}

/// Keeps a selection, and forgets those of the same person whose time is over.
///
/// # Errors
/// [`DbErr`].
pub async fn keep(
    tx: &Tx,
    selection: &approval_selection::Model,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    approval_selection::Entity::delete_many()
        .filter(approval_selection::Column::UserId.eq(selection.user_id))
        .filter(approval_selection::Column::ExpiresAt.lt(now))
        .exec(&**tx)
        .await?;
    approval_selection::Entity::insert(selection.clone().into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// A selection of a person.
///
/// # Errors
/// [`DbErr`].
pub async fn selection(
    conn: &impl ConnectionTrait,
    user: UserId,
    id: ApprovalSelectionId,
) -> Result<Option<approval_selection::Model>, DbErr> {
    approval_selection::Entity::find_by_id(id)
        .filter(approval_selection::Column::UserId.eq(user))
        .one(conn)
        .await
}
