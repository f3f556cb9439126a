//! Statements about accreditations and contracts.
//!
//! Nothing is decided here; which rows may be seen is the scope's word. How they stood earlier is in `said`.

use chrono::NaiveDate;
use entity::accreditation;
use entity::ids::AccreditationId;
use entity::ids::ContractId;
use entity::ids::OrganizationId;
use entity::ids::VolunteerId;
use entity::organization;
use entity::volunteer_contract;
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
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use sea_orm::Select;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;
use sea_orm::sea_query::LockType;

use crate::contracts::rules::Status;
use crate::identity::Scope;
use crate::platform::db::Tx;
use crate::platform::page::Direction;
use crate::platform::page::Page;
use crate::platform::page::Slice;

/// Values of one statement, below what either database takes.
const VALUES: usize = 10_000;

/// Which contracts of a register to list; an absent part does not narrow.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Of this organization.
    pub organization: OrganizationId,
    /// Of this volunteer.
    pub volunteer: Option<VolunteerId>,
    /// In force on this day.
    pub in_force_on: Option<NaiveDate>,
    /// In one of these states.
    pub status: Option<Vec<Status>>,
    /// The day on which states are told.
    pub today: NaiveDate,
}

/// A place in a register: year, number, and the contract.
pub type Place = (i32, i32, ContractId);

/// Holds the register of an organization until the transaction ends: nobody else enters a contract or an
/// accreditation meanwhile. Rows that refer to the organization can be written all the same.
///
/// # Errors
/// [`DbErr`].
pub async fn hold_register(
    tx: &Tx,
    id: OrganizationId,
) -> Result<Option<organization::Model>, DbErr> {
    organization::Entity::find_by_id(id)
        .lock(LockType::NoKeyUpdate)
        .one(&**tx)
        .await
}

/// The last number of a year in a register; 0 before the first.
///
/// # Errors
/// [`DbErr`].
pub async fn last_number(tx: &Tx, id: OrganizationId, year: i32) -> Result<i32, DbErr> {
    let last: Option<Option<i32>> = volunteer_contract::Entity::find()
        .select_only()
        .column_as(volunteer_contract::Column::RegisterNumber.max(), "last")
        .filter(volunteer_contract::Column::OrganizationId.eq(id))
        .filter(volunteer_contract::Column::RegisterYear.eq(year))
        .into_tuple()
        .one(&**tx)
        .await?;
    Ok(last.flatten().unwrap_or_default())
}

/// Accreditations that may be seen, by id.
///
/// # Errors
/// [`DbErr`].
pub async fn accreditations(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[AccreditationId],
) -> Result<Vec<accreditation::Model>, DbErr> {
    accreditation::Entity::find()
        .filter(accreditation::Column::Id.is_in(ids.iter().copied()))
        .filter(scope.accreditations())
        .all(conn)
        .await
}

/// Accreditations of organizations that may be seen, the first one first.
///
/// # Errors
/// [`DbErr`].
pub async fn accreditations_of(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    organizations: &[OrganizationId],
) -> Result<Vec<accreditation::Model>, DbErr> {
    let mut found = Vec::new();
    for ids in organizations.chunks(VALUES) {
        let rows = accreditation::Entity::find()
            .filter(accreditation::Column::OrganizationId.is_in(ids.iter().copied()))
            .filter(scope.accreditations())
            .order_by_asc(accreditation::Column::ValidFrom)
            .order_by_asc(accreditation::Column::Id)
            .all(conn)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// Every accreditation of an organization, whose register is held.
///
/// # Errors
/// [`DbErr`].
pub async fn accreditations_in(
    tx: &Tx,
    organization: OrganizationId,
) -> Result<Vec<accreditation::Model>, DbErr> {
    accreditation::Entity::find()
        .filter(accreditation::Column::OrganizationId.eq(organization))
        .order_by_asc(accreditation::Column::ValidFrom)
        .all(&**tx)
        .await
}

/// Writes a new accreditation.
///
/// # Errors
/// [`DbErr`].
pub async fn insert_accreditation(tx: &Tx, row: &accreditation::Model) -> Result<(), DbErr> {
    accreditation::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Writes an accreditation as it is now.
///
/// # Errors
/// [`DbErr`].
pub async fn update_accreditation(tx: &Tx, row: &accreditation::Model) -> Result<(), DbErr> {
    accreditation::Entity::update(row.clone().into_active_model().reset_all())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Contracts that may be seen, by id.
///
/// # Errors
/// [`DbErr`].
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[ContractId],
) -> Result<Vec<volunteer_contract::Model>, DbErr> {
    volunteer_contract::Entity::find()
        .filter(volunteer_contract::Column::Id.is_in(ids.iter().copied()))
        .filter(scope.contracts())
        .all(conn)
        .await
}

/// One contract that may be seen, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn lock(
    tx: &Tx,
    scope: &Scope,
    id: ContractId,
) -> Result<Option<volunteer_contract::Model>, DbErr> {
    volunteer_contract::Entity::find_by_id(id)
        .filter(scope.contracts())
        .lock_exclusive()
        .one(&**tx)
        .await
}

/// The contracts of a record, held until the transaction ends, in the order of ids.
///
/// # Errors
/// [`DbErr`].
pub async fn lock_of(
    tx: &Tx,
    volunteer: VolunteerId,
) -> Result<Vec<volunteer_contract::Model>, DbErr> {
    volunteer_contract::Entity::find()
        .filter(volunteer_contract::Column::VolunteerId.eq(volunteer))
        .order_by_asc(volunteer_contract::Column::Id)
        .lock_exclusive()
        .all(&**tx)
        .await
}

/// The contracts of a record, in the order of the register.
///
/// # Errors
/// [`DbErr`].
pub async fn of_record(
    tx: &Tx,
    volunteer: VolunteerId,
) -> Result<Vec<volunteer_contract::Model>, DbErr> {
    volunteer_contract::Entity::find()
        .filter(volunteer_contract::Column::VolunteerId.eq(volunteer))
        .order_by_asc(volunteer_contract::Column::RegisterYear)
        .order_by_asc(volunteer_contract::Column::RegisterNumber)
        .all(&**tx)
        .await
}

/// Writes a new contract.
///
/// # Errors
/// [`DbErr`].
pub async fn insert(tx: &Tx, row: &volunteer_contract::Model) -> Result<(), DbErr> {
    volunteer_contract::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Writes a contract as it is now.
///
/// # Errors
/// [`DbErr`].
pub async fn update(tx: &Tx, row: &volunteer_contract::Model) -> Result<(), DbErr> {
    volunteer_contract::Entity::update(row.clone().into_active_model().reset_all())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// A page of a register, by year and number.
///
/// # Errors
/// [`DbErr`].
pub async fn list(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    page: &Page<Place>,
) -> Result<Slice<volunteer_contract::Model>, DbErr> {
    let columns = [
        volunteer_contract::Column::RegisterYear.into_simple_expr(),
        volunteer_contract::Column::RegisterNumber.into_simple_expr(),
        volunteer_contract::Column::Id.into_simple_expr(),
    ];
    let select = page.narrow(
        select(scope, filter),
        &columns,
        Direction::Ascending,
        |(year, number, id)| vec![Expr::value(*year), Expr::value(*number), Expr::value(*id)],
    );
    Ok(page.slice(select.all(conn).await?))
}

/// How many contracts a list has.
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

fn select(scope: &Scope, filter: &Filter) -> Select<volunteer_contract::Entity> {
    volunteer_contract::Entity::find()
        .filter(scope.contracts())
        .filter(volunteer_contract::Column::OrganizationId.eq(filter.organization))
        .apply_if(filter.volunteer, |it, volunteer| {
            it.filter(volunteer_contract::Column::VolunteerId.eq(volunteer))
        })
        .apply_if(filter.in_force_on, |it, day| it.filter(in_force(day)))
        .apply_if(filter.status.as_ref(), |it, states| {
            let any = Condition::any().add(Expr::value(false));
            let of = |any: Condition, state: &Status| any.add(stands(*state, filter.today));
            it.filter(states.iter().fold(any, of))
        })
}

fn last_day() -> sea_orm::sea_query::SimpleExpr {
    let (ended, until) = (
        volunteer_contract::Column::EndedOn.into_simple_expr(),
        volunteer_contract::Column::UntilDay.into_simple_expr(),
    );
    sea_orm::sea_query::Func::coalesce([ended, until]).into()
}

fn in_force(day: NaiveDate) -> Condition {
    Condition::all()
        .add(volunteer_contract::Column::FromDay.lte(day))
        .add(last_day().gte(day))
}

fn stands(status: Status, today: NaiveDate) -> Condition {
    let over = Condition::all().add(last_day().lt(today));
    match status {
        Status::Upcoming => Condition::all().add(volunteer_contract::Column::FromDay.gt(today)),
        Status::Active => in_force(today),
        Status::Ended => over.add(volunteer_contract::Column::EndedOn.is_null()),
        Status::Terminated => over.add(volunteer_contract::Column::EndedOn.is_not_null()),
    }
}

/// What some organizations' contracts are now, for figures.
///
/// # Errors
/// [`DbErr`].
pub async fn of_organizations(
    conn: &impl ConnectionTrait,
    organizations: &[OrganizationId],
) -> Result<Vec<volunteer_contract::Model>, DbErr> {
    let mut found = Vec::new();
    for ids in organizations.chunks(VALUES) {
        let rows = volunteer_contract::Entity::find()
            .filter(volunteer_contract::Column::OrganizationId.is_in(ids.iter().copied()))
            .order_by_asc(volunteer_contract::Column::Id)
            .all(conn)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}
