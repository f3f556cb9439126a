//! Statements about what cells are cut and laid out by: shares, programmes and places.
//!
//! Cells themselves are in `store`.

use std::collections::HashMap;
use std::collections::HashSet;

use chrono::DateTime;
use chrono::Utc;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::TerritoryId;
use entity::ledger_head;
use entity::project;
use entity::rollup_stale;
use entity::tag_set;
use entity::tag_share;
use entity::territory_ancestor;
use entity::vocabulary_term;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::FromQueryResult;
use sea_orm::QueryFilter;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use sea_orm::Statement;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;
use sea_orm::sea_query::Query;
use sea_orm::sea_query::SelectStatement;

use crate::rollups::store::IDS;
use crate::rollups::store::head;
use crate::vocabularies::INDH;
use crate::vocabularies::lookup;

/// All shares of projects, those that were replaced too.
pub async fn shares(
    db: &impl ConnectionTrait,
    projects: &[ProjectId],
) -> Result<(Vec<tag_set::Model>, Vec<tag_share::Model>), DbErr> {
    let (mut sets, mut shares) = (Vec::new(), Vec::new());
    for chunk in projects.chunks(IDS) {
        let found =
            tag_set::Entity::find().filter(tag_set::Column::ProjectId.is_in(chunk.iter().copied()));
        let of_sets = found
            .clone()
            .select_only()
            .column(tag_set::Column::Id)
            .into_query();
        sets.extend(found.all(db).await?);
        shares.extend(
            tag_share::Entity::find()
                .filter(tag_share::Column::TagSetId.in_subquery(of_sets))
                .all(db)
                .await?,
        );
    }
    Ok((sets, shares))
}

/// Every term of the programmes, in the order of the list.
pub async fn programmes(db: &impl ConnectionTrait) -> Result<Vec<vocabulary_term::Model>, DbErr> {
    lookup::every(db, INDH).await
}

#[derive(FromQueryResult)]
struct Place {
    territory_id: TerritoryId,
    code: String,
}

/// The code of the place directly below one of these territories to which each territory further down
/// belongs.
///
/// # Errors
/// [`DbErr`].
pub async fn places(
    db: &impl ConnectionTrait,
    territories: &[TerritoryId],
) -> Result<HashMap<TerritoryId, String>, DbErr> {
    let marks: Vec<String> = (1..=territories.len()).map(|it| format!("${it}")).collect();
    let marks = marks.join(", ");
    // Where two lead to the same place, the prefecture of arrondissements gives way.
    let sql = format!(
        "select below.territory_id, \
           substr(min(case when child.level = 'PREFECTURE_ARRONDISSEMENTS' then '1' else '0' end \
             || child.code), 2) as code \
         from territory child \
         join territory_ancestor below on below.ancestor_id = child.id \
         where child.parent_id in ({marks}) or child.alternate_parent_id in ({marks}) \
         group by below.territory_id"
    );
    let values = territories.iter().map(|it| sea_orm::Value::from(*it));
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    let found = Place::find_by_statement(statement).all(db).await?;
    Ok(found
        .into_iter()
        .map(|it| (it.territory_id, it.code))
        .collect())
}

/// A subquery of the territories that are, or lie below, these.
#[must_use]
pub fn below(territories: &[TerritoryId]) -> SelectStatement {
    Query::select()
        .column(territory_ancestor::Column::TerritoryId)
        .from(territory_ancestor::Entity)
        .and_where(
            Expr::col(territory_ancestor::Column::AncestorId).is_in(territories.iter().copied()),
        )
        .to_owned()
}

/// The territories that are, or lie below, these.
pub async fn below_ids(
    db: &impl ConnectionTrait,
    territories: &[TerritoryId],
) -> Result<HashSet<TerritoryId>, DbErr> {
    let found = territory_ancestor::Entity::find()
        .filter(territory_ancestor::Column::AncestorId.is_in(territories.iter().copied()))
        .all(db)
        .await?;
    Ok(found.into_iter().map(|it| it.territory_id).collect())
}

#[derive(FromQueryResult)]
struct Chain {
    organization_id: OrganizationId,
    sequence: i64,
}

/// Organizations with projects whose shares changed after an instant, or are not folded yet, with the
/// heads of their chains.
pub async fn shared_since(
    db: &impl ConnectionTrait,
    at: Option<DateTime<Utc>>,
) -> Result<Vec<(OrganizationId, i64)>, DbErr> {
    let column = |it| Expr::col((project::Entity, it));
    let stale = Query::select()
        .column(rollup_stale::Column::ProjectId)
        .from(rollup_stale::Entity)
        .to_owned();
    let later = at.map(|at| {
        let later = Query::select()
            .column(tag_set::Column::ProjectId)
            .from(tag_set::Entity)
            .and_where(Expr::col(tag_set::Column::CreatedAt).gt(at))
            .to_owned();
        column(project::Column::Id).in_subquery(later)
    });
    let select = Query::select()
        .distinct()
        .expr_as(head(ledger_head::Column::OrganizationId), "organization_id")
        .expr_as(head(ledger_head::Column::Sequence), "sequence")
        .from(ledger_head::Entity)
        .inner_join(
            project::Entity,
            head(ledger_head::Column::OrganizationId)
                .equals((project::Entity, project::Column::OrganizationId)),
        )
        .cond_where(
            Condition::any()
                .add(column(project::Column::Id).in_subquery(stale))
                .add_option(later),
        )
        .to_owned();
    let found = Chain::find_by_statement(db.get_database_backend().build(&select))
        .all(db)
        .await?;
    Ok(found
        .into_iter()
        .map(|it| (it.organization_id, it.sequence))
        .collect())
}
