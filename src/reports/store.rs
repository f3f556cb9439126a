//! Statements of the reports: few, each over sets, never row by row.
//!
//! Hours are read in `rollups`; whose rows they may be is the scope's word.

use std::collections::BTreeMap;
use std::collections::HashSet;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::hour_entry;
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
use sea_orm::ExprTrait;
use sea_orm::FromQueryResult;
use sea_orm::JoinType;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use sea_orm::sea_query::Expr;

use crate::identity::Scope;
use crate::reports::completeness::Reporters;
use crate::reports::completeness::Word;
use crate::reports::question::OrganizationRef;
use crate::reports::question::Question;

/// Ids of one statement.
const IDS: usize = 10_000;
/// The versions of a seat, beside the one that an organization was given.
const VERSION: &str = "version";

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

/// Those of these territories that are, or lie below, one of those.
pub async fn lying_within(
    db: &impl ConnectionTrait,
    these: &[TerritoryId],
    those: &[TerritoryId],
) -> Result<HashSet<TerritoryId>, DbErr> {
    let found: Vec<TerritoryId> = territory_ancestor::Entity::find()
        .select_only()
        .column(territory_ancestor::Column::TerritoryId)
        .distinct()
        .filter(territory_ancestor::Column::TerritoryId.is_in(these.iter().copied()))
        .filter(territory_ancestor::Column::AncestorId.is_in(those.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(found.into_iter().collect())
}

/// Whether anything in the states of a question was worked in its interval in one of these territories, or
/// below.
pub async fn is_worked_in(
    db: &impl ConnectionTrait,
    territories: &[TerritoryId],
    question: &Question,
) -> Result<bool, DbErr> {
    let below = territory_ancestor::Entity::find()
        .select_only()
        .column(territory_ancestor::Column::TerritoryId)
        .filter(territory_ancestor::Column::AncestorId.is_in(territories.iter().copied()))
        .into_query();
    let found = hour_entry::Entity::find()
        .filter(hour_entry::Column::TerritoryId.in_subquery(below))
        .filter(hour_entry::Column::Status.is_in(question.status_basis.iter().copied()))
        .filter(hour_entry::Column::WorkedOn.lte(question.to))
        .filter(hour_entry::Column::EndedOn.gte(question.from))
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

/// An organization that is expected to report, and one version of its seat.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Seat {
    /// The organization.
    pub id: OrganizationId,
    /// Since when it is here.
    pub created_at: DateTime<Utc>,
    /// Since when it is no more.
    pub archived_at: Option<DateTime<Utc>>,
    /// The seat in this version.
    pub place: TerritoryId,
    /// First day of the version.
    pub valid_from: NaiveDate,
    /// Whether the seat lies in the territory in this version.
    pub inside: bool,
}

/// The organizations seated in a territory that may be counted, each with all versions of its seat, in
/// order: a seat may lie in the territory in some of them only.
pub async fn seats(db: &impl ConnectionTrait, asked: &Reporters<'_>) -> Result<Vec<Seat>, DbErr> {
    let below = territory_ancestor::Entity::find()
        .select_only()
        .column(territory_ancestor::Column::TerritoryId)
        .filter(territory_ancestor::Column::AncestorId.is_in(asked.territories.iter().copied()))
        .into_query();
    let codes = territory::Entity::find()
        .select_only()
        .column(territory::Column::Code)
        .filter(territory::Column::Id.in_subquery(below.clone()))
        .into_query();
    let seat = organization::Entity::belongs_to(territory::Entity)
        .from(organization::Column::TerritoryId)
        .to(territory::Column::Id);
    let versions = territory::Entity::belongs_to(territory::Entity)
        .from(territory::Column::Code)
        .to(territory::Column::Code);
    let of_version = |column| Expr::col((VERSION, column));
    organization::Entity::find()
        .select_only()
        .columns([
            organization::Column::Id,
            organization::Column::CreatedAt,
            organization::Column::ArchivedAt,
        ])
        .expr_as(of_version(territory::Column::Id), "place")
        .expr_as(of_version(territory::Column::ValidFrom), "valid_from")
        .expr_as(
            of_version(territory::Column::Id).in_subquery(below),
            "inside",
        )
        .join(JoinType::InnerJoin, seat.into())
        .join_as(JoinType::InnerJoin, versions.into(), VERSION)
        .filter(territory::Column::Code.in_subquery(codes))
        .filter(
            Condition::all()
                .add(asked.scope.reporting_organizations())
                .add_option(asked.organization.map(|it| organization::Column::Id.eq(it))),
        )
        .order_by_asc(organization::Column::Id)
        .order_by_asc(of_version(territory::Column::ValidFrom))
        .into_model::<Seat>()
        .all(db)
        .await
}

/// What organizations had said of the months between two up to an instant; `None` is now.
pub async fn said(
    db: &impl ConnectionTrait,
    organizations: &[OrganizationId],
    (first, last): (Option<NaiveDate>, NaiveDate),
    at: Option<DateTime<Utc>>,
) -> Result<BTreeMap<OrganizationId, BTreeMap<NaiveDate, Word>>, DbErr> {
    let mut words: BTreeMap<OrganizationId, BTreeMap<NaiveDate, Word>> = BTreeMap::new();
    for chunk in organizations.chunks(IDS) {
        let found = reporting_period_said::Entity::find()
            .filter(reporting_period_said::Column::OrganizationId.is_in(chunk.iter().copied()))
            .filter(
                Condition::all()
                    .add_option(first.map(|it| reporting_period_said::Column::Month.gte(it)))
                    .add(reporting_period_said::Column::Month.lte(last))
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
