//! Statements about incidents.
//!
//! Nothing is decided here; which rows may be seen is the scope's word. How they stood earlier is in `said`.

use chrono::NaiveDate;
use entity::contract_incident;
use entity::ids::ContractId;
use entity::ids::IncidentId;
use entity::ids::OrganizationId;
use entity::types::IncidentKind;
use sea_orm::ActiveModelTrait;
use sea_orm::ColumnTrait;
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

use crate::identity::Scope;
use crate::platform::db::Tx;
use crate::platform::page::Direction;
use crate::platform::page::Page;
use crate::platform::page::Slice;

/// Values of one statement, below what either database takes.
const VALUES: usize = 10_000;

/// Which incidents of an organization to list; an absent part does not narrow.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Of this organization.
    pub organization: OrganizationId,
    /// Under this contract.
    pub contract: Option<ContractId>,
    /// Of one of these kinds.
    pub kinds: Option<Vec<IncidentKind>>,
    /// On or after this day.
    pub from: Option<NaiveDate>,
    /// On or before this day.
    pub to: Option<NaiveDate>,
    /// Whether the insurer was told.
    pub declared: Option<bool>,
    /// Whether it was taken back.
    pub void: Option<bool>,
}

/// A place in the list: day and incident.
pub type Place = (NaiveDate, IncidentId);

/// Incidents that may be seen, by id.
///
/// # Errors
/// [`DbErr`].
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[IncidentId],
) -> Result<Vec<contract_incident::Model>, DbErr> {
    contract_incident::Entity::find()
        .filter(contract_incident::Column::Id.is_in(ids.iter().copied()))
        .filter(scope.incidents())
        .all(conn)
        .await
}

/// One incident that may be seen, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn lock(
    tx: &Tx,
    scope: &Scope,
    id: IncidentId,
) -> Result<Option<contract_incident::Model>, DbErr> {
    contract_incident::Entity::find_by_id(id)
        .filter(scope.incidents())
        .lock_exclusive()
        .one(&**tx)
        .await
}

/// The incidents of contracts that may be seen, the first one first.
///
/// # Errors
/// [`DbErr`].
pub async fn of_contracts(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    contracts: &[ContractId],
) -> Result<Vec<contract_incident::Model>, DbErr> {
    let mut found = Vec::new();
    for ids in contracts.chunks(VALUES) {
        let rows = contract_incident::Entity::find()
            .filter(contract_incident::Column::ContractId.is_in(ids.iter().copied()))
            .filter(scope.incidents())
            .order_by_asc(contract_incident::Column::Day)
            .order_by_asc(contract_incident::Column::Id)
            .all(conn)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// How many incidents a contract has, those taken back included; the contract is held.
///
/// # Errors
/// [`DbErr`].
pub async fn count_of(tx: &Tx, contract: ContractId) -> Result<u64, DbErr> {
    contract_incident::Entity::find()
        .filter(contract_incident::Column::ContractId.eq(contract))
        .count(&**tx)
        .await
}

/// A day outside an interval on which something that counts happened under a contract; the contract is held.
///
/// # Errors
/// [`DbErr`].
pub async fn outside(
    tx: &Tx,
    contract: ContractId,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Option<NaiveDate>, DbErr> {
    let found = contract_incident::Entity::find()
        .filter(contract_incident::Column::ContractId.eq(contract))
        .filter(contract_incident::Column::VoidReason.is_null())
        .filter(contract_incident::Column::Day.not_between(from, to))
        .order_by_asc(contract_incident::Column::Day)
        .one(&**tx)
        .await?;
    Ok(found.map(|it| it.day))
}

/// Writes a new incident.
///
/// # Errors
/// [`DbErr`].
pub async fn insert(tx: &Tx, row: &contract_incident::Model) -> Result<(), DbErr> {
    contract_incident::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Writes an incident as it is now.
///
/// # Errors
/// [`DbErr`].
pub async fn update(tx: &Tx, row: &contract_incident::Model) -> Result<(), DbErr> {
    contract_incident::Entity::update(row.clone().into_active_model().reset_all())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// A page of the incidents of an organization, newest day first.
///
/// # Errors
/// [`DbErr`].
pub async fn list(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    page: &Page<Place>,
) -> Result<Slice<contract_incident::Model>, DbErr> {
    let columns = [
        contract_incident::Column::Day.into_simple_expr(),
        contract_incident::Column::Id.into_simple_expr(),
    ];
    let select = page.narrow(
        select(scope, filter),
        &columns,
        Direction::Descending,
        |(day, id)| vec![Expr::value(*day), Expr::value(*id)],
    );
    Ok(page.slice(select.all(conn).await?))
}

/// How many incidents a list has.
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

fn select(scope: &Scope, filter: &Filter) -> Select<contract_incident::Entity> {
    use contract_incident::Column;
    let is = |column: Column, given: bool| match given {
        true => column.is_not_null(),
        false => column.is_null(),
    };
    contract_incident::Entity::find()
        .filter(scope.incidents())
        .filter(Column::OrganizationId.eq(filter.organization))
        .apply_if(filter.contract, |it, contract| {
            it.filter(Column::ContractId.eq(contract))
        })
        .apply_if(filter.kinds.as_ref(), |it, kinds| {
            it.filter(Column::Kind.is_in(kinds.iter().copied()))
        })
        .apply_if(filter.from, |it, day| it.filter(Column::Day.gte(day)))
        .apply_if(filter.to, |it, day| it.filter(Column::Day.lte(day)))
        .apply_if(filter.declared, |it, given| {
            it.filter(is(Column::DeclaredOn, given))
        })
        .apply_if(filter.void, |it, given| {
            it.filter(is(Column::VoidReason, given))
        })
}

/// What happened in some organizations in an interval, for figures.
///
/// # Errors
/// [`DbErr`].
pub async fn of_organizations(
    conn: &impl ConnectionTrait,
    organizations: &[OrganizationId],
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<contract_incident::Model>, DbErr> {
    let mut found = Vec::new();
    for ids in organizations.chunks(VALUES) {
        let rows = contract_incident::Entity::find()
            .filter(contract_incident::Column::OrganizationId.is_in(ids.iter().copied()))
            .filter(contract_incident::Column::Day.between(from, to))
            .order_by_asc(contract_incident::Column::Id)
            .all(conn)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}
