//! Finds vocabularies and their terms.
//!
//! All of it is public: no scope.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::ids::TermId;
use entity::vocabulary;
use entity::vocabulary_term;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;

/// Every vocabulary, in order.
///
/// # Errors
/// [`DbErr`].
pub async fn vocabularies(conn: &impl ConnectionTrait) -> Result<Vec<vocabulary::Model>, DbErr> {
    vocabulary::Entity::find()
        .order_by_asc(vocabulary::Column::Ordinal)
        .all(conn)
        .await
}

/// The terms of vocabularies in force on a day, in order: those above before those below.
///
/// # Errors
/// [`DbErr`].
pub async fn list(
    conn: &impl ConnectionTrait,
    vocabularies: &[String],
    day: NaiveDate,
) -> Result<Vec<vocabulary_term::Model>, DbErr> {
    vocabulary_term::Entity::find()
        .filter(vocabulary_term::Column::Vocabulary.is_in(vocabularies))
        .filter(in_force(day))
        .order_by_asc(vocabulary_term::Column::Vocabulary)
        .order_by_asc(vocabulary_term::Column::Ordinal)
        .all(conn)
        .await
}

/// Every version of the terms of one vocabulary, in order: for figures over any span of days.
///
/// # Errors
/// [`DbErr`].
pub async fn every(
    conn: &impl ConnectionTrait,
    vocabulary: &str,
) -> Result<Vec<vocabulary_term::Model>, DbErr> {
    vocabulary_term::Entity::find()
        .filter(vocabulary_term::Column::Vocabulary.eq(vocabulary))
        .order_by_asc(vocabulary_term::Column::Ordinal)
        .order_by_asc(vocabulary_term::Column::ValidFrom)
        .all(conn)
        .await
}

/// Terms of one vocabulary in force on a day, by code.
///
/// # Errors
/// [`DbErr`].
pub async fn by_codes(
    conn: &impl ConnectionTrait,
    vocabulary: &str,
    codes: &[String],
    day: NaiveDate,
) -> Result<HashMap<String, vocabulary_term::Model>, DbErr> {
    let found = vocabulary_term::Entity::find()
        .filter(vocabulary_term::Column::Vocabulary.eq(vocabulary))
        .filter(vocabulary_term::Column::Code.is_in(codes))
        .filter(in_force(day))
        .all(conn)
        .await?;
    Ok(found.into_iter().map(|it| (it.code.clone(), it)).collect())
}

/// Terms by id, in no order.
///
/// # Errors
/// [`DbErr`].
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    ids: &[TermId],
) -> Result<Vec<vocabulary_term::Model>, DbErr> {
    vocabulary_term::Entity::find()
        .filter(vocabulary_term::Column::Id.is_in(ids.iter().copied()))
        .all(conn)
        .await
}

fn in_force(day: NaiveDate) -> Condition {
    Condition::all()
        .add(vocabulary_term::Column::ValidFrom.lte(day))
        .add(
            Condition::any()
                .add(vocabulary_term::Column::ValidTo.is_null())
                .add(vocabulary_term::Column::ValidTo.gt(day)),
        )
}
