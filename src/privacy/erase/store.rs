//! Statements that take from records and what stands beside them what says something of a person.
//!
//! Which values go is decided in `record`. Statements about accounts are in `account::store`, about files in `files::store`.

use chrono::NaiveDate;
use entity::certificate;
use entity::contract_incident;
use entity::erasure_request;
use entity::ids::ContractId;
use entity::ids::OrganizationId;
use entity::ids::PersonId;
use entity::ids::UserId;
use entity::ids::VolunteerId;
use entity::invitation;
use entity::national_id;
use entity::person;
use entity::volunteer;
use entity::volunteer_apart;
use entity::volunteer_contract;
use entity::volunteer_key;
use entity::volunteer_merge;
use sea_orm::ActiveModelTrait;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::ExprTrait;
use sea_orm::IntoActiveModel;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::Func;
use sea_orm::sea_query::SimpleExpr;

use crate::platform::db::Tx;

/// What a merge took, with nothing in it.
const NOTHING_TAKEN: &str = r#"{"fields":{},"account":null}"#;

fn none<T>() -> SimpleExpr
where
    Option<T>: Into<sea_orm::Value>,
{
    Expr::value(None::<T>)
}

/// The record that stands for one at the moment, and those that were merged into it.
///
/// # Errors
/// [`DbErr`].
pub async fn records_of(tx: &Tx, id: VolunteerId) -> Result<Vec<VolunteerId>, DbErr> {
    let mut standing = id;
    while let Some(into) = merged_into(tx, standing).await? {
        standing = into;
    }
    volunteer::Entity::find()
        .select_only()
        .column(volunteer::Column::Id)
        .filter(one_of(standing))
        .into_tuple()
        .all(&**tx)
        .await
}

/// The record that stands for one, first, and those that were merged into it, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn lock_records(tx: &Tx, id: VolunteerId) -> Result<Vec<volunteer::Model>, DbErr> {
    let mut standing = id;
    loop {
        while let Some(into) = merged_into(tx, standing).await? {
            standing = into;
        }
        let mut found = volunteer::Entity::find()
            .filter(one_of(standing))
            .order_by_asc(volunteer::Column::Id)
            .lock_exclusive()
            .all(&**tx)
            .await?;
        found.sort_by_key(|it| it.id != standing);
        // Merged itself before it was held: the next one stands for it.
        let stands = found.first().is_none_or(|it| it.merged_into_id.is_none());
        if stands {
            return Ok(found);
        }
    }
}

/// The record itself, and those that were merged into it.
fn one_of(standing: VolunteerId) -> Condition {
    Condition::any()
        .add(volunteer::Column::Id.eq(standing))
        .add(volunteer::Column::MergedIntoId.eq(standing))
}

async fn merged_into(tx: &Tx, id: VolunteerId) -> Result<Option<VolunteerId>, DbErr> {
    let found = volunteer::Entity::find_by_id(id).one(&**tx).await?;
    Ok(found.and_then(|it| it.merged_into_id))
}

/// The first days of every contract of some people, in all organizations: reports tell their ages on them.
///
/// # Errors
/// [`DbErr`].
pub async fn ages_told_on(tx: &Tx, people: &[PersonId]) -> Result<Vec<NaiveDate>, DbErr> {
    let records = volunteer::Entity::find()
        .select_only()
        .column(volunteer::Column::Id)
        .filter(volunteer::Column::PersonId.is_in(people.iter().copied()))
        .into_query();
    volunteer_contract::Entity::find()
        .select_only()
        .column(volunteer_contract::Column::FromDay)
        .filter(volunteer_contract::Column::VolunteerId.in_subquery(records))
        .into_tuple()
        .all(&**tx)
        .await
}

/// Writes a record that is held as it is now.
///
/// # Errors
/// [`DbErr`].
pub async fn put_record(tx: &Tx, row: volunteer::Model) -> Result<(), DbErr> {
    volunteer::Entity::update(row.into_active_model().reset_all())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Lets go of the keys by which records meet, and of who was said to be somebody else.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_likeness(tx: &Tx, ids: &[VolunteerId]) -> Result<(), DbErr> {
    volunteer_key::Entity::delete_many()
        .filter(volunteer_key::Column::VolunteerId.is_in(ids.iter().copied()))
        .exec(&**tx)
        .await?;
    volunteer_apart::Entity::delete_many()
        .filter(
            Condition::any()
                .add(volunteer_apart::Column::FirstId.is_in(ids.iter().copied()))
                .add(volunteer_apart::Column::SecondId.is_in(ids.iter().copied())),
        )
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Lets go of former values that merges remember, and of their reasons.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_merges(tx: &Tx, ids: &[VolunteerId]) -> Result<(), DbErr> {
    volunteer_merge::Entity::update_many()
        .col_expr(volunteer_merge::Column::Taken, Expr::value(NOTHING_TAKEN))
        .col_expr(volunteer_merge::Column::Reason, none::<String>())
        .col_expr(volunteer_merge::Column::UndoReason, none::<String>())
        .filter(
            Condition::any()
                .add(volunteer_merge::Column::KeptId.is_in(ids.iter().copied()))
                .add(volunteer_merge::Column::MergedId.is_in(ids.iter().copied())),
        )
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Lets go of the national identity numbers that are kept of some records, and of their hashes of people of whom no other
/// record says anything.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_numbers(
    tx: &Tx,
    people: &[PersonId],
    ids: &[VolunteerId],
) -> Result<(), DbErr> {
    national_id::Entity::delete_many()
        .filter(national_id::Column::VolunteerId.is_in(ids.iter().copied()))
        .exec(&**tx)
        .await?;
    let known = volunteer::Entity::find()
        .select_only()
        .column(volunteer::Column::PersonId)
        .filter(volunteer::Column::PersonId.is_in(people.iter().copied()))
        .filter(volunteer::Column::Id.is_not_in(ids.iter().copied()))
        .filter(volunteer::Column::ErasedAt.is_null())
        .into_query();
    person::Entity::update_many()
        .col_expr(person::Column::NationalIdHash, none::<Vec<u8>>())
        .filter(person::Column::Id.is_in(people.iter().copied()))
        .filter(person::Column::Id.not_in_subquery(known))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// The contracts of some records, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn contracts(
    tx: &Tx,
    ids: &[VolunteerId],
) -> Result<Vec<volunteer_contract::Model>, DbErr> {
    volunteer_contract::Entity::find()
        .filter(volunteer_contract::Column::VolunteerId.is_in(ids.iter().copied()))
        .order_by_asc(volunteer_contract::Column::Id)
        .lock_exclusive()
        .all(&**tx)
        .await
}

/// Writes a contract that is held as it is now.
///
/// # Errors
/// [`DbErr`].
pub async fn put_contract(tx: &Tx, row: volunteer_contract::Model) -> Result<(), DbErr> {
    volunteer_contract::Entity::update(row.into_active_model().reset_all())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// What happened under a contract, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn incidents(
    tx: &Tx,
    contract: ContractId,
) -> Result<Vec<contract_incident::Model>, DbErr> {
    contract_incident::Entity::find()
        .filter(contract_incident::Column::ContractId.eq(contract))
        .order_by_asc(contract_incident::Column::Id)
        .lock_exclusive()
        .all(&**tx)
        .await
}

/// Writes an incident that is held as it is now.
///
/// # Errors
/// [`DbErr`].
pub async fn put_incident(tx: &Tx, row: contract_incident::Model) -> Result<(), DbErr> {
    contract_incident::Entity::update(row.into_active_model().reset_all())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// The certificates of some records, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn certificates(tx: &Tx, ids: &[VolunteerId]) -> Result<Vec<certificate::Model>, DbErr> {
    certificate::Entity::find()
        .filter(certificate::Column::VolunteerId.is_in(ids.iter().copied()))
        .order_by_asc(certificate::Column::Id)
        .lock_exclusive()
        .all(&**tx)
        .await
}

/// Writes a certificate that is held as it is now.
///
/// # Errors
/// [`DbErr`].
pub async fn put_certificate(tx: &Tx, row: certificate::Model) -> Result<(), DbErr> {
    certificate::Entity::update(row.into_active_model().reset_all())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Lets go of invitations to some records, and of those to their addresses in the organization.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_invitations(
    tx: &Tx,
    organization: OrganizationId,
    ids: &[VolunteerId],
    addresses: &[String],
) -> Result<(), DbErr> {
    let address = SimpleExpr::from(Func::lower(Expr::col(invitation::Column::Email)));
    invitation::Entity::delete_many()
        .filter(invitation::Column::OrganizationId.eq(organization))
        .filter(
            Condition::any()
                .add(invitation::Column::VolunteerId.is_in(ids.iter().copied()))
                .add(address.is_in(addresses.iter().cloned())),
        )
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Lets go of the reasons of requests about some records, and about an account.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_reasons(
    tx: &Tx,
    ids: &[VolunteerId],
    user: Option<UserId>,
) -> Result<(), DbErr> {
    erasure_request::Entity::update_many()
        .col_expr(erasure_request::Column::Reason, none::<String>())
        .col_expr(erasure_request::Column::DecisionReason, none::<String>())
        .filter(
            Condition::any()
                .add(erasure_request::Column::VolunteerId.is_in(ids.iter().copied()))
                .add_option(user.map(|it| erasure_request::Column::UserId.eq(it))),
        )
        .exec(&**tx)
        .await?;
    Ok(())
}
