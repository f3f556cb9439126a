//! Statements of the sections of the INDH report that are asked for apart.
//!
//! Whose rows they may be is the scope's word; hours are read in `rollups`, measurements in `impact`.

use std::collections::HashMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::organization;
use entity::project;
use entity::territory_ancestor;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::FromQueryResult;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;

use crate::identity::Scope;
use crate::rollups::Asked;

/// What a project costs, and when it runs.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Costing {
    /// The project.
    pub id: ProjectId,
    /// Last day, inclusive.
    pub ends_on: Option<NaiveDate>,
    /// Budget, in hundredths.
    pub budget_minor: Option<i64>,
    /// What the INDH pays of it, in hundredths.
    pub budget_indh_minor: Option<i64>,
    /// ISO 4217.
    pub currency: String,
}

/// The projects of a territory that may be counted, whose dates touch the interval, and that were known at an
/// instant.
pub async fn costings(
    db: &impl ConnectionTrait,
    asked: &Asked<'_>,
    at: Option<DateTime<Utc>>,
) -> Result<Vec<Costing>, DbErr> {
    let below = territory_ancestor::Entity::find()
        .select_only()
        .column(territory_ancestor::Column::TerritoryId)
        .filter(territory_ancestor::Column::AncestorId.is_in(asked.territories.iter().copied()))
        .into_query();
    let running = Condition::any()
        .add(project::Column::EndsOn.is_null())
        .add(project::Column::EndsOn.gte(asked.from));
    project::Entity::find()
        .select_only()
        .columns([
            project::Column::Id,
            project::Column::EndsOn,
            project::Column::BudgetMinor,
            project::Column::BudgetIndhMinor,
            project::Column::Currency,
        ])
        .filter(asked.scope.measured_projects())
        .filter(project::Column::TerritoryId.in_subquery(below))
        .filter(project::Column::StartsOn.lte(asked.to))
        .filter(running)
        .filter(
            Condition::all()
                .add_option(
                    asked
                        .organization
                        .map(|it| project::Column::OrganizationId.eq(it)),
                )
                .add_option(at.map(|at| project::Column::CreatedAt.lte(at))),
        )
        .order_by_asc(project::Column::Id)
        .into_model::<Costing>()
        .all(db)
        .await
}

/// Organizations that may be seen, by id.
pub async fn organizations(
    db: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[OrganizationId],
) -> Result<HashMap<OrganizationId, organization::Model>, DbErr> {
    let found = organization::Entity::find()
        .filter(scope.organizations())
        .filter(organization::Column::Id.is_in(ids.iter().copied()))
        .all(db)
        .await?;
    Ok(found.into_iter().map(|it| (it.id, it)).collect())
}
