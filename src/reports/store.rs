//! Statements of the reports: few, each over sets, never row by row.
//!
//! Hours are read in `rollups`; whose rows they may be is the scope's word.

use std::collections::BTreeMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::ids::OrganizationId;
use entity::ids::TerritoryId;
use entity::organization;
use entity::reporting_period_said;
use entity::territory;
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
use crate::reports::completeness::Reporters;
use crate::reports::completeness::Word;
use crate::reports::question::OrganizationRef;

/// Ids of one statement.
const IDS: usize = 10_000;

/// The versions of a territory that were in force on some day of an interval, newest first.
pub async fn versions(
    db: &impl ConnectionTrait,
    code: &str,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<territory::Model>, DbErr> {
    territory::Entity::find()
        .filter(territory::Column::Code.eq(code))
        .filter(territory::Column::ValidFrom.lte(to))
        .filter(
            Condition::any()
                .add(territory::Column::ValidTo.is_null())
                .add(territory::Column::ValidTo.gt(from)),
        )
        .order_by_desc(territory::Column::ValidFrom)
        .all(db)
        .await
}

/// Territories by code in the version that was in force last before a day.
pub async fn by_codes(
    db: &impl ConnectionTrait,
    codes: &[String],
    to: NaiveDate,
) -> Result<Vec<territory::Model>, DbErr> {
    territory::Entity::find()
        .filter(territory::Column::Code.is_in(codes.iter().map(String::as_str)))
        .filter(territory::Column::ValidFrom.lte(to))
        .order_by_asc(territory::Column::Code)
        .order_by_asc(territory::Column::ValidFrom)
        .all(db)
        .await
}

/// Whether one of these territories is, or lies below, one of those.
pub async fn lies_within(
    db: &impl ConnectionTrait,
    these: &[TerritoryId],
    those: &[TerritoryId],
) -> Result<bool, DbErr> {
    let found = territory_ancestor::Entity::find()
        .filter(territory_ancestor::Column::TerritoryId.is_in(these.iter().copied()))
        .filter(territory_ancestor::Column::AncestorId.is_in(those.iter().copied()))
        .limit(1)
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// One organization, where its figures may be asked for.
pub async fn organization(
    db: &impl ConnectionTrait,
    scope: &Scope,
    named: &OrganizationRef,
) -> Result<Option<organization::Model>, DbErr> {
    let named = match named {
        OrganizationRef::Id(id) => organization::Column::Id.eq(*id),
        OrganizationRef::Slug(slug) => organization::Column::Slug.eq(slug),
    };
    organization::Entity::find()
        .filter(named)
        .filter(scope.reporting_organizations())
        .one(db)
        .await
}

/// An organization that is expected to report.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Seat {
    /// The organization.
    pub id: OrganizationId,
    /// Since when it is here.
    pub created_at: DateTime<Utc>,
    /// Since when it is no more.
    pub archived_at: Option<DateTime<Utc>>,
}

/// The organizations seated in a territory that may be counted.
pub async fn seats(db: &impl ConnectionTrait, asked: &Reporters<'_>) -> Result<Vec<Seat>, DbErr> {
    let below = territory_ancestor::Entity::find()
        .select_only()
        .column(territory_ancestor::Column::TerritoryId)
        .filter(territory_ancestor::Column::AncestorId.is_in(asked.territories.iter().copied()))
        .into_query();
    organization::Entity::find()
        .select_only()
        .columns([
            organization::Column::Id,
            organization::Column::CreatedAt,
            organization::Column::ArchivedAt,
        ])
        .filter(organization::Column::TerritoryId.in_subquery(below))
        .filter(
            Condition::all()
                .add(asked.scope.reporting_organizations())
                .add_option(asked.organization.map(|it| organization::Column::Id.eq(it))),
        )
        .into_model::<Seat>()
        .all(db)
        .await
}

/// What organizations had said of their months up to an instant; `None` is now.
pub async fn said(
    db: &impl ConnectionTrait,
    organizations: &[OrganizationId],
    at: Option<DateTime<Utc>>,
) -> Result<BTreeMap<OrganizationId, BTreeMap<NaiveDate, Word>>, DbErr> {
    let mut words: BTreeMap<OrganizationId, BTreeMap<NaiveDate, Word>> = BTreeMap::new();
    for chunk in organizations.chunks(IDS) {
        let found = reporting_period_said::Entity::find()
            .filter(reporting_period_said::Column::OrganizationId.is_in(chunk.iter().copied()))
            .filter(
                Condition::all()
                    .add_option(at.map(|at| reporting_period_said::Column::SaidAt.lte(at))),
            )
            .order_by_asc(reporting_period_said::Column::Id)
            .all(db)
            .await?;
        for row in found {
            // The last word counts.
            words.entry(row.organization_id).or_default().insert(
                row.month,
                Word {
                    submitted: row.submitted,
                    declared_zero: row.declared_zero,
                },
            );
        }
    }
    Ok(words)
}
