//! Which part of what was done an answer about an indicator covers, and who gets none.
//!
//! The decision is that of reports, in `identity::counted`; the figures are in `answer`.

use std::collections::HashSet;

use entity::hour_entry;
use entity::ids::ProjectId;
use entity::ids::TerritoryId;
use entity::indicator;
use entity::measurement;
use entity::organization;
use entity::project;
use entity::territory;
use entity::types::EntryStatus;
use entity::types::Reading;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;

use crate::identity::Coverage;
use crate::identity::Scope;
use crate::identity::Sight;
use crate::impact::answer::ProgressQuestion;
use crate::impact::error::ImpactError;
use crate::impact::measured::below;

/// Which part the answer to a question covers; `code` is that of its territory, as the territory writes it. Whether
/// something lies elsewhere than observed is asked of `everybody`'s rows: it is not the actor's to see.
///
/// # Errors
/// [`crate::identity::Denied`] where the actor may count nothing of it, [`ImpactError::NotFound`] for an
/// organization that is not answered for.
pub(super) async fn coverage(
    (db, everybody): (&impl ConnectionTrait, &impl ConnectionTrait),
    scope: &Scope,
    (of, question): (&indicator::Model, &ProgressQuestion),
    code: Option<&str>,
) -> Result<Coverage, ImpactError> {
    let sight = match code {
        _ if scope.is_everything() => Sight::Whole,
        Some(code) => sight((db, everybody), scope, (of, question), code).await?,
        None if scope.observed().is_empty() => Sight::Nothing,
        None => Sight::Part,
    };
    let visible = scope.coverage(sight)?;
    let Some(organization) = question.organization else {
        return Ok(visible);
    };
    let found = organization::Entity::find_by_id(organization)
        .filter(scope.reporting_organizations())
        .one(db)
        .await?;
    match found {
        Some(_) => Ok(Coverage::Organizations),
        None => Err(ImpactError::NotFound("organizationId")),
    }
}

/// How much of a territory the actor observes in an interval.
async fn sight(
    (db, everybody): (&impl ConnectionTrait, &impl ConnectionTrait),
    scope: &Scope,
    (of, question): (&indicator::Model, &ProgressQuestion),
    code: &str,
) -> Result<Sight, DbErr> {
    let versions = territory::Entity::find().filter(territory::Column::Code.eq(code));
    let observed: Vec<TerritoryId> = versions
        .clone()
        .select_only()
        .column(territory::Column::Id)
        .filter(scope.observed_territories())
        .into_tuple()
        .all(db)
        .await?;
    let observed: HashSet<TerritoryId> = observed.into_iter().collect();
    let versions = versions.all(db).await?;
    let in_force = |it: &&territory::Model| {
        it.valid_from <= question.to && it.valid_to.is_none_or(|end| end > question.from)
    };
    let mut in_force = versions.iter().filter(in_force);
    if in_force.clone().all(|it| observed.contains(&it.id)) {
        // What another version holds of the interval, elsewhere than observed, would be missing.
        let others = versions.iter().filter(|it| !observed.contains(&it.id));
        let others: Vec<TerritoryId> = others.map(|it| it.id).collect();
        return Ok(
            match others.is_empty() || !holds(everybody, &others, of, question).await? {
                true => Sight::Whole,
                false => Sight::Part,
            },
        );
    }
    Ok(match in_force.any(|it| observed.contains(&it.id)) {
        true => Sight::Part,
        false => Sight::Nothing,
    })
}

/// Whether something of an indicator in an interval lies in one of some territories, or below.
async fn holds(
    db: &impl ConnectionTrait,
    territories: &[TerritoryId],
    of: &indicator::Model,
    question: &ProgressQuestion,
) -> Result<bool, DbErr> {
    if of.derived.is_some() {
        let found = hour_entry::Entity::find()
            .filter(hour_entry::Column::TerritoryId.in_subquery(below(territories)))
            .filter(hour_entry::Column::Status.eq(EntryStatus::Approved))
            .filter(hour_entry::Column::WorkedOn.lte(question.to))
            .filter(hour_entry::Column::EndedOn.gte(question.from))
            .limit(1)
            .one(db)
            .await?;
        return Ok(found.is_some());
    }
    let periodic = (of.reading == Reading::Periodic).then_some(question.from);
    let found = measurement::Entity::find()
        .filter(measurement::Column::TerritoryId.in_subquery(below(territories)))
        .filter(measurement::Column::IndicatorId.eq(of.id))
        .filter(measurement::Column::ToDay.lte(question.to))
        .apply_if(periodic, |it, day| {
            it.filter(measurement::Column::FromDay.gte(day))
        })
        .limit(1)
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// Whether figures of a project may be counted wherever they are.
///
/// # Errors
/// [`DbErr`].
pub(super) async fn counts_project(
    db: &impl ConnectionTrait,
    scope: &Scope,
    id: ProjectId,
) -> Result<bool, DbErr> {
    let found = project::Entity::find_by_id(id)
        .filter(scope.measured_projects())
        .one(db)
        .await?;
    Ok(found.is_some())
}
