//! Finds vocabularies and their terms.
//!
//! Those of the platform are public, those of organizations under the scope. Whoever names a vocabulary found
//! it under the scope, so that its terms need none; writing statements are in `store`.

use std::collections::BTreeMap;
use std::collections::HashMap;

use chrono::NaiveDate;
use entity::ids::OrganizationId;
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
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;
use sea_orm::sea_query::Query;

use crate::identity::Scope;
use crate::vocabularies::versions;

/// Vocabularies that may be seen, in order: those of the platform, and those of these organizations.
///
/// # Errors
/// [`DbErr`].
pub async fn vocabularies(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    organizations: &[OrganizationId],
) -> Result<Vec<vocabulary::Model>, DbErr> {
    let own = vocabulary::Column::OrganizationId.is_in(organizations.iter().copied());
    vocabulary::Entity::find()
        .filter(scope.vocabularies())
        .filter(vocabulary::Column::OrganizationId.is_null().or(own))
        .order_by_asc(vocabulary::Column::Ordinal)
        .order_by_asc(vocabulary::Column::Code)
        .all(conn)
        .await
}

/// The vocabulary of a code, where projects of an organization may be shared among its terms: one of the
/// platform, or the organization's own.
///
/// # Errors
/// [`DbErr`].
pub async fn of_projects(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    code: &str,
) -> Result<Option<vocabulary::Model>, DbErr> {
    let own = vocabulary::Column::OrganizationId.eq(organization);
    vocabulary::Entity::find_by_id(code.to_owned())
        .filter(vocabulary::Column::OrganizationId.is_null().or(own))
        .one(conn)
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
    // All versions: a term lies in whatever version of the one above is in force.
    let found = vocabulary_term::Entity::find()
        .filter(vocabulary_term::Column::Vocabulary.is_in(vocabularies))
        .all(conn)
        .await?;
    let mut lists: BTreeMap<String, Vec<vocabulary_term::Model>> = BTreeMap::new();
    for term in found {
        lists.entry(term.vocabulary.clone()).or_default().push(term);
    }
    let terms = lists.into_values().flat_map(versions::in_order);
    Ok(terms.filter(|it| versions::in_force(it, day)).collect())
}

/// Every version of the terms of one vocabulary, in order: for figures over any span of days.
///
/// # Errors
/// [`DbErr`].
pub async fn every(
    conn: &impl ConnectionTrait,
    vocabulary: &str,
) -> Result<Vec<vocabulary_term::Model>, DbErr> {
    let found = vocabulary_term::Entity::find()
        .filter(vocabulary_term::Column::Vocabulary.eq(vocabulary))
        .all(conn)
        .await?;
    Ok(versions::in_order(found))
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

/// Terms of one vocabulary by code, called as on a day: of one that ended before, its last version.
///
/// # Errors
/// [`DbErr`].
pub async fn called(
    conn: &impl ConnectionTrait,
    vocabulary: &str,
    codes: &[String],
    day: NaiveDate,
) -> Result<HashMap<String, vocabulary_term::Model>, DbErr> {
    let rows = vocabulary_term::Entity::find()
        .filter(vocabulary_term::Column::Vocabulary.eq(vocabulary))
        .filter(vocabulary_term::Column::Code.is_in(codes))
        .all(conn)
        .await?;
    let on = |code: &String| Some((code.clone(), versions::on(&rows, code, day)?.clone()));
    Ok(codes.iter().filter_map(on).collect())
}

/// Terms by id, in no order, for whoever found the ids in what may be seen.
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

/// Terms by id, in no order; those of vocabularies that may not be seen are left out.
///
/// # Errors
/// [`DbErr`].
pub async fn visible(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[TermId],
) -> Result<Vec<vocabulary_term::Model>, DbErr> {
    vocabulary_term::Entity::find()
        .filter(vocabulary_term::Column::Id.is_in(ids.iter().copied()))
        .filter(vocabulary_term::Column::Vocabulary.in_subquery(codes(scope)))
        .all(conn)
        .await
}

/// A subquery of the codes of the vocabularies that may be seen.
#[must_use]
pub fn codes(scope: &Scope) -> sea_orm::sea_query::SelectStatement {
    vocabulary::Entity::find()
        .select_only()
        .column(vocabulary::Column::Code)
        .filter(scope.vocabularies())
        .into_query()
}

/// Every version of the terms that these rows are versions of, the first version first.
///
/// # Errors
/// [`DbErr`].
pub async fn of_same_terms(
    conn: &impl ConnectionTrait,
    ids: &[TermId],
) -> Result<Vec<vocabulary_term::Model>, DbErr> {
    use vocabulary_term::Column as C;
    let asked = sea_orm::sea_query::Alias::new("asked");
    let same =
        |column: C| Expr::col((asked.clone(), column)).equals((vocabulary_term::Entity, column));
    let one_of = Query::select()
        .expr(Expr::value(1))
        .from_as(vocabulary_term::Entity, asked.clone())
        .and_where(same(C::Vocabulary))
        .and_where(same(C::Code))
        .and_where(Expr::col((asked.clone(), C::Id)).is_in(ids.iter().copied()))
        .to_owned();
    vocabulary_term::Entity::find()
        .filter(Expr::exists(one_of))
        .order_by_asc(C::ValidFrom)
        .order_by_asc(C::Id)
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
