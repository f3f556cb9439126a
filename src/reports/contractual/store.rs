//! Statements of the report of contractual volunteering: organizations, volunteers, their work.
//!
//! Which organizations are reported is the scope's word; all else follows from their contracts.

use std::collections::BTreeSet;
use std::collections::HashMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::ids::OrganizationId;
use entity::ids::TerritoryId;
use entity::ids::VolunteerId;
use entity::organization;
use entity::territory_ancestor;
use entity::volunteer;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;

use crate::contracts::said::Contract;
use crate::duplicates::store as merges;
use crate::identity::Scope;
use crate::reports::statement::COUNTED;
use crate::reports::statement::store as statement;
use crate::reports::statement::store::Work;

/// Records of one statement.
const RECORDS: usize = 5_000;

/// The organizations seated in a territory whose figures may be asked for, or one of them.
pub async fn organizations(
    db: &impl ConnectionTrait,
    scope: &Scope,
    territories: &[TerritoryId],
    one: Option<OrganizationId>,
) -> Result<Vec<organization::Model>, DbErr> {
    let below = territory_ancestor::Entity::find()
        .select_only()
        .column(territory_ancestor::Column::TerritoryId)
        .filter(territory_ancestor::Column::AncestorId.is_in(territories.iter().copied()))
        .into_query();
    organization::Entity::find()
        .filter(scope.reporting_organizations())
        .filter(organization::Column::TerritoryId.in_subquery(below))
        .apply_if(one, |it, one| it.filter(organization::Column::Id.eq(one)))
        .order_by_asc(organization::Column::Id)
        .all(db)
        .await
}

/// The records that were merged, at whatever remove, into one that a contract is of, each with that one; as the
/// merges stood at an instant, `None` is now.
pub async fn merged(
    db: &impl ConnectionTrait,
    contracts: &[Contract],
    at: Option<DateTime<Utc>>,
) -> Result<HashMap<VolunteerId, VolunteerId>, DbErr> {
    let own: BTreeSet<OrganizationId> = contracts.iter().map(|it| it.organization).collect();
    let own: Vec<OrganizationId> = own.into_iter().collect();
    let under: BTreeSet<VolunteerId> = contracts.iter().map(|it| it.volunteer).collect();
    let steps = merges::steps_at(db, &own, at).await?;
    let end = |record: &VolunteerId| {
        let mut now = *record;
        // No chain is longer than all steps together.
        for _ in 0..steps.len() {
            match steps.get(&now) {
                Some(next) => now = *next,
                None => break,
            }
        }
        now
    };
    Ok(steps
        .keys()
        .map(|it| (*it, end(it)))
        .filter(|(_, kept)| under.contains(kept))
        .collect())
}

/// The records that contracts are of, and those that were merged into them: some hours stay with these.
pub async fn volunteers(
    db: &impl ConnectionTrait,
    contracts: &[Contract],
    merged: &HashMap<VolunteerId, VolunteerId>,
) -> Result<Vec<volunteer::Model>, DbErr> {
    let under = contracts.iter().map(|it| it.volunteer);
    let ids: BTreeSet<VolunteerId> = under.chain(merged.keys().copied()).collect();
    let ids: Vec<VolunteerId> = ids.into_iter().collect();
    let mut found = Vec::new();
    for ids in ids.chunks(RECORDS) {
        let rows = volunteer::Entity::find()
            .filter(volunteer::Column::Id.is_in(ids.iter().copied()))
            .order_by_asc(volunteer::Column::Id)
            .all(db)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// Their approved work of an interval, as known at an instant; `None` is now.
pub async fn works(
    db: &impl ConnectionTrait,
    records: &[volunteer::Model],
    days: (NaiveDate, NaiveDate),
    at: Option<DateTime<Utc>>,
) -> Result<Vec<Work>, DbErr> {
    let mut found = Vec::new();
    for records in records.chunks(RECORDS) {
        found.extend(statement::works(db, records, days, at).await?);
    }
    found.retain(|it| COUNTED.contains(&it.status));
    // Two records of one person in two pieces would bring the past of that person twice.
    found.sort_by_key(|it| it.entry);
    found.dedup_by_key(|it| it.entry);
    Ok(found)
}
