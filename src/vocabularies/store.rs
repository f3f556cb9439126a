//! Statements that write vocabularies and their terms.
//!
//! It decides nothing; those that find them are in `lookup`.

use entity::ids::OrganizationId;
use entity::organization;
use entity::vocabulary;
use entity::vocabulary_term;
use sea_orm::ActiveModelTrait;
use sea_orm::ColumnTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;

use crate::identity::Scope;
use crate::platform::db::Tx;
use crate::vocabularies::INDH;

/// Rows of one statement, far below what either database takes.
const ROWS: usize = 500;

/// Holds a vocabulary that may be seen until the transaction ends: whoever writes a term may end another one.
///
/// # Errors
/// [`DbErr`].
pub async fn lock(tx: &Tx, scope: &Scope, code: &str) -> Result<Option<vocabulary::Model>, DbErr> {
    vocabulary::Entity::find_by_id(code.to_owned())
        .filter(scope.vocabularies())
        .lock_exclusive()
        .one(&**tx)
        .await
}

/// Holds the list of vocabularies until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn lock_all(tx: &Tx) -> Result<(), DbErr> {
    // A row that is always there stands for the table.
    let held = vocabulary::Entity::find_by_id(INDH.to_owned())
        .lock_exclusive()
        .one(&**tx)
        .await?;
    // Without it nobody would wait for anybody.
    held.map(|_| ())
        .ok_or_else(|| DbErr::RecordNotFound(INDH.to_owned()))
}

/// Every version of the terms of a vocabulary.
///
/// # Errors
/// [`DbErr`].
pub async fn terms(tx: &Tx, vocabulary: &str) -> Result<Vec<vocabulary_term::Model>, DbErr> {
    vocabulary_term::Entity::find()
        .filter(vocabulary_term::Column::Vocabulary.eq(vocabulary))
        .all(&**tx)
        .await
}

/// An organization that may be seen.
///
/// # Errors
/// [`DbErr`].
pub async fn organization(
    tx: &Tx,
    scope: &Scope,
    id: OrganizationId,
) -> Result<Option<organization::Model>, DbErr> {
    organization::Entity::find_by_id(id)
        .filter(scope.organizations())
        .one(&**tx)
        .await
}

/// How many vocabularies an organization has; `None` is the platform.
///
/// # Errors
/// [`DbErr`].
pub async fn count(tx: &Tx, organization: Option<OrganizationId>) -> Result<u64, DbErr> {
    let of = match organization {
        Some(id) => vocabulary::Column::OrganizationId.eq(id),
        None => vocabulary::Column::OrganizationId.is_null(),
    };
    vocabulary::Entity::find().filter(of).count(&**tx).await
}

/// The vocabulary of a code.
///
/// # Errors
/// [`DbErr`].
pub async fn by_code(tx: &Tx, code: &str) -> Result<Option<vocabulary::Model>, DbErr> {
    vocabulary::Entity::find_by_id(code.to_owned())
        .one(&**tx)
        .await
}

/// The place of a vocabulary behind all others.
///
/// # Errors
/// [`DbErr`].
pub async fn next_ordinal(tx: &Tx) -> Result<i32, DbErr> {
    let last = vocabulary::Entity::find()
        .order_by_desc(vocabulary::Column::Ordinal)
        .one(&tx.beyond())
        .await?;
    Ok(last.map_or(1, |it| it.ordinal.saturating_add(1)))
}

/// Writes a new vocabulary.
///
/// # Errors
/// [`DbErr`].
pub async fn insert(tx: &Tx, row: &vocabulary::Model) -> Result<(), DbErr> {
    vocabulary::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Writes new terms, those above before those below.
///
/// # Errors
/// [`DbErr`].
pub async fn insert_terms(tx: &Tx, rows: &[vocabulary_term::Model]) -> Result<(), DbErr> {
    for rows in rows.chunks(ROWS) {
        let rows = rows.iter().map(|it| it.clone().into_active_model());
        vocabulary_term::Entity::insert_many(rows)
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

/// Writes a term as it is now.
///
/// # Errors
/// [`DbErr`].
pub async fn update_term(tx: &Tx, row: &vocabulary_term::Model) -> Result<(), DbErr> {
    vocabulary_term::Entity::update(row.clone().into_active_model().reset_all())
        .exec(&**tx)
        .await?;
    Ok(())
}
