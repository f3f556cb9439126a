//! Statements about the work of one person: records, and entries by day.
//!
//! Whose they may be is the scope's word; how they stood earlier is read from the ledger.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::hour_entry;
use entity::hour_entry_day;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ids::PersonId;
use entity::ids::ProjectId;
use entity::ids::TerritoryId;
use entity::types::EntryStatus;
use entity::types::EvidenceLevel;
use entity::types::Minutes;
use entity::volunteer;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::FromQueryResult;
use sea_orm::JoinType;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::sea_query::ExprTrait;

use crate::hours::ledger;
use crate::hours::store::entry_of_day;
use crate::identity::Scope;
use crate::reports::statement::COUNTED;
use crate::reports::statement::PENDING;

/// An entry with its days of the interval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// The entry.
    pub entry: EntryId,
    /// Who worked.
    pub person: Option<PersonId>,
    /// The organization.
    pub organization: OrganizationId,
    /// The project.
    pub project: ProjectId,
    /// Where the work was done.
    pub territory: TerritoryId,
    /// The state.
    pub status: EntryStatus,
    /// What shows it.
    pub evidence: EvidenceLevel,
    /// Minutes by civil day, in order.
    pub days: Vec<(NaiveDate, i64)>,
}

/// The records whose hours stand in the statement of one.
pub async fn records(
    db: &impl ConnectionTrait,
    scope: &Scope,
    of: &volunteer::Model,
) -> Result<Vec<volunteer::Model>, DbErr> {
    volunteer::Entity::find()
        .filter(scope.stated_records(of))
        .order_by_asc(volunteer::Column::Id)
        .all(db)
        .await
}

#[derive(FromQueryResult)]
struct Row {
    entry_id: EntryId,
    person_id: Option<PersonId>,
    organization_id: OrganizationId,
    project_id: ProjectId,
    territory_id: TerritoryId,
    status: EntryStatus,
    evidence_level: EvidenceLevel,
    day: NaiveDate,
    minutes: Minutes,
}

/// The work of records in an interval, as known at an instant; `None` is now. In the order of the entries.
pub async fn works(
    db: &impl ConnectionTrait,
    records: &[volunteer::Model],
    (from, to): (NaiveDate, NaiveDate),
    at: Option<DateTime<Utc>>,
) -> Result<Vec<Work>, DbErr> {
    let ids = records.iter().map(|it| it.id);
    let of = Condition::all().add(hour_entry::Column::VolunteerId.is_in(ids));
    let Some(at) = at else {
        return of_now(db, of, (from, to)).await;
    };
    let organizations: BTreeSet<OrganizationId> =
        records.iter().map(|it| it.organization_id).collect();
    let mut moved = ledger::positions(db, at).await?;
    moved.retain(|it| organizations.contains(&it.organization_id));
    let aside = moved.iter().map(|it| it.organization_id);
    let still = of
        .clone()
        .add(hour_entry::Column::OrganizationId.is_not_in(aside));
    let mut works = of_now(db, still, (from, to)).await?;
    for chain in moved {
        let (organization, until) = (chain.organization_id, chain.sequence);
        let untouched = of
            .clone()
            .add(hour_entry::Column::OrganizationId.eq(organization))
            .add(ledger::touched_after(until).not());
        works.extend(of_now(db, untouched, (from, to)).await?);
        let people: BTreeSet<PersonId> = records
            .iter()
            .filter(|it| it.organization_id == organization)
            .map(|it| it.person_id)
            .collect();
        let stood = ledger::stood(db, organization, until).await?;
        let stood = stood
            .into_iter()
            .filter(|it| it.person.is_some_and(|it| people.contains(&it)))
            .filter(|it| is_told(it.status))
            .map(|it| Work {
                entry: it.entry,
                person: it.person,
                organization,
                project: it.project,
                territory: it.territory,
                status: it.status,
                evidence: it.evidence,
                days: it
                    .days
                    .iter()
                    .filter(|(day, _)| (from..=to).contains(day))
                    .map(|(day, minutes)| (*day, i64::from(*minutes)))
                    .collect(),
            })
            .filter(|it| !it.days.is_empty());
        works.extend(stood);
    }
    works.sort_by_key(|it| it.entry);
    Ok(works)
}

fn is_told(status: EntryStatus) -> bool {
    COUNTED.contains(&status) || PENDING.contains(&status)
}

/// The entries of now that meet a condition on `hour_entry`, with their days of an interval.
async fn of_now(
    db: &impl ConnectionTrait,
    condition: Condition,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<Work>, DbErr> {
    let rows = hour_entry_day::Entity::find()
        .select_only()
        .columns([
            hour_entry_day::Column::EntryId,
            hour_entry_day::Column::Day,
            hour_entry_day::Column::Minutes,
        ])
        .columns([
            hour_entry::Column::PersonId,
            hour_entry::Column::OrganizationId,
            hour_entry::Column::ProjectId,
            hour_entry::Column::TerritoryId,
            hour_entry::Column::Status,
            hour_entry::Column::EvidenceLevel,
        ])
        .join(JoinType::InnerJoin, entry_of_day())
        .filter(condition)
        .filter(hour_entry::Column::Status.is_in(COUNTED.into_iter().chain(PENDING)))
        // Along the index of the entries of a volunteer.
        .filter(hour_entry::Column::WorkedOn.lte(to))
        .filter(hour_entry::Column::EndedOn.gte(from))
        .filter(hour_entry_day::Column::Day.between(from, to))
        .order_by_asc(hour_entry_day::Column::EntryId)
        .order_by_asc(hour_entry_day::Column::Day)
        .into_model::<Row>()
        .all(db)
        .await?;
    let mut works: BTreeMap<EntryId, Work> = BTreeMap::new();
    for row in rows {
        let work = works.entry(row.entry_id).or_insert_with(|| Work {
            entry: row.entry_id,
            person: row.person_id,
            organization: row.organization_id,
            project: row.project_id,
            territory: row.territory_id,
            status: row.status,
            evidence: row.evidence_level,
            days: Vec::new(),
        });
        work.days.push((row.day, i64::from(row.minutes.0)));
    }
    Ok(works.into_values().collect())
}
