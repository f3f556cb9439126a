//! Entries as roll-ups count them: who, where, for what, and how many minutes on which day.
//!
//! Entries of now come from their table, those of earlier from the ledger.

use std::collections::HashMap;

use chrono::NaiveDate;
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
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::FromQueryResult;
use sea_orm::QueryFilter;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use sea_orm::Select;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;

use crate::hours::ledger::Stood;
use crate::platform::page::Direction;
use crate::platform::page::Page;
use crate::rollups::moved::Stand;
use crate::rollups::number::Numbers;

/// An entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Work {
    /// The organization.
    pub organization: OrganizationId,
    /// Its number.
    pub organization_number: u32,
    /// The project.
    pub project: ProjectId,
    /// Its number.
    pub project_number: u32,
    /// The place.
    pub territory: TerritoryId,
    /// The state.
    pub status: EntryStatus,
    /// What shows it.
    pub evidence: EvidenceLevel,
    /// Number of who worked; `None` for a group.
    pub person: Option<u32>,
    /// 1 unless a group.
    pub headcount: i32,
    /// Person-minutes by civil day, in order.
    pub days: Vec<(NaiveDate, i64)>,
}

/// What an entry says before its ids have numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    entry: EntryId,
    organization: OrganizationId,
    project: ProjectId,
    territory: TerritoryId,
    status: EntryStatus,
    evidence: EvidenceLevel,
    person: Option<PersonId>,
    headcount: i32,
    days: Vec<(NaiveDate, i64)>,
}

#[derive(FromQueryResult)]
struct Row {
    id: EntryId,
    organization_id: OrganizationId,
    project_id: ProjectId,
    territory_id: TerritoryId,
    status: EntryStatus,
    evidence_level: EvidenceLevel,
    person_id: Option<PersonId>,
    headcount: i32,
    worked_on: NaiveDate,
    ended_on: NaiveDate,
    total_minutes: Minutes,
}

impl Said {
    /// An entry as it stood.
    #[must_use]
    pub fn of(organization: OrganizationId, stood: &Stood) -> Self {
        Self {
            entry: stood.entry,
            organization,
            project: stood.project,
            territory: stood.territory,
            status: stood.status,
            evidence: stood.evidence,
            person: stood.person,
            headcount: stood.headcount,
            days: (stood.days.iter())
                .map(|(day, minutes)| (*day, i64::from(*minutes)))
                .collect(),
        }
    }

    /// The project.
    #[must_use]
    pub fn project(&self) -> ProjectId {
        self.project
    }

    /// The organization, place and state, for whoever filters.
    #[must_use]
    pub fn place(&self) -> (OrganizationId, TerritoryId, EntryStatus) {
        (self.organization, self.territory, self.status)
    }

    /// The entry.
    #[must_use]
    pub fn entry(&self) -> EntryId {
        self.entry
    }

    /// How it counts.
    #[must_use]
    pub fn stand(&self) -> Stand {
        Stand {
            project: self.project,
            territory: self.territory,
            status: self.status,
            evidence: self.evidence,
            minutes: self.days.iter().map(|(_, minutes)| minutes).sum(),
        }
    }

    /// Its person-minutes by civil day, in order.
    #[must_use]
    pub fn worked(&self) -> &[(NaiveDate, i64)] {
        &self.days
    }

    /// Its civil days.
    pub fn days(&self) -> impl Iterator<Item = NaiveDate> {
        self.days.iter().map(|(day, _)| *day)
    }

    /// Leaves the days of an interval only. Says whether any is left.
    pub fn within(&mut self, from: NaiveDate, to: NaiveDate) -> bool {
        self.days.retain(|(day, _)| from <= *day && *day <= to);
        !self.days.is_empty()
    }

    /// Its ids, to be given numbers.
    pub fn ids(&self) -> impl Iterator<Item = uuid::Uuid> {
        let person = self.person.map(|it| it.0);
        [self.organization.0, self.project.0]
            .into_iter()
            .chain(person)
    }

    /// The entry, with numbers.
    #[must_use]
    pub fn numbered(self, numbers: &mut Numbers) -> Work {
        Work {
            organization: self.organization,
            organization_number: numbers.number(self.organization.0),
            project: self.project,
            project_number: numbers.number(self.project.0),
            territory: self.territory,
            status: self.status,
            evidence: self.evidence,
            person: self.person.map(|it| numbers.number(it.0)),
            headcount: self.headcount,
            days: self.days,
        }
    }
}

/// The entries of now with a day in an interval that meet a condition on `hour_entry`, each with all its
/// days.
///
/// # Errors
/// [`DbErr`].
pub async fn of_now(
    db: &impl ConnectionTrait,
    condition: Condition,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<Said>, DbErr> {
    let within = Condition::all()
        .add(condition)
        .add(hour_entry::Column::WorkedOn.lte(to))
        .add(hour_entry::Column::EndedOn.gte(from));
    let rows = rows(within.clone()).into_model::<Row>().all(db).await?;
    // Only the few over midnight have days to be looked up.
    let mut days = Days::new();
    if rows.iter().any(|it| it.worked_on != it.ended_on) {
        let over_midnight = hour_entry::Entity::find()
            .select_only()
            .column(hour_entry::Column::Id)
            .filter(within)
            .filter(
                Expr::col(hour_entry::Column::WorkedOn).ne(Expr::col(hour_entry::Column::EndedOn)),
            )
            .into_query();
        let found = hour_entry_day::Entity::find()
            .filter(hour_entry_day::Column::EntryId.in_subquery(over_midnight))
            .all(db)
            .await?;
        days = by_entry(found);
    }
    Ok(rows.into_iter().map(|it| it.said(&mut days)).collect())
}

/// Where an entry stands in the order of its first day; the id decides between equals.
pub type Place = (NaiveDate, EntryId);

/// A page of the entries of now that meet a condition on `hour_entry`, each with its place and all its days:
/// as many as the page has, and one more where there are more, in the order in which the page is walked.
///
/// # Errors
/// [`DbErr`].
pub async fn page_of_now(
    db: &impl ConnectionTrait,
    condition: Condition,
    page: &Page<Place>,
) -> Result<Vec<(Place, Said)>, DbErr> {
    let columns = [hour_entry::Column::WorkedOn, hour_entry::Column::Id]
        .map(|it| Expr::col((hour_entry::Entity, it)));
    let select = page.narrow(
        rows(condition),
        &columns,
        Direction::Ascending,
        |(day, id)| vec![Expr::value(*day), Expr::value(*id)],
    );
    let rows = select.into_model::<Row>().all(db).await?;
    let nights = rows.iter().filter(|it| it.worked_on != it.ended_on);
    let nights: Vec<EntryId> = nights.map(|it| it.id).collect();
    let mut days = Days::new();
    if !nights.is_empty() {
        let found = hour_entry_day::Entity::find()
            .filter(hour_entry_day::Column::EntryId.is_in(nights))
            .all(db)
            .await?;
        days = by_entry(found);
    }
    let placed = rows.into_iter().map(|it| {
        let place = (it.worked_on, it.id);
        (place, it.said(&mut days))
    });
    Ok(placed.collect())
}

fn rows(condition: Condition) -> Select<hour_entry::Entity> {
    hour_entry::Entity::find()
        .select_only()
        .columns([
            hour_entry::Column::Id,
            hour_entry::Column::OrganizationId,
            hour_entry::Column::ProjectId,
            hour_entry::Column::TerritoryId,
            hour_entry::Column::Status,
            hour_entry::Column::EvidenceLevel,
            hour_entry::Column::PersonId,
            hour_entry::Column::Headcount,
            hour_entry::Column::WorkedOn,
            hour_entry::Column::EndedOn,
            hour_entry::Column::TotalMinutes,
        ])
        .filter(condition)
}

/// Person-minutes by civil day, of entries that have several days.
type Days = HashMap<EntryId, Vec<(NaiveDate, i64)>>;

fn by_entry(found: Vec<hour_entry_day::Model>) -> Days {
    let mut days = Days::new();
    for it in found {
        let held = days.entry(it.entry_id).or_default();
        held.push((it.day, i64::from(it.minutes.0)));
    }
    days
}

impl Row {
    fn said(self, days: &mut Days) -> Said {
        Said {
            entry: self.id,
            organization: self.organization_id,
            project: self.project_id,
            territory: self.territory_id,
            status: self.status,
            evidence: self.evidence_level,
            person: self.person_id,
            headcount: self.headcount,
            days: match days.remove(&self.id) {
                Some(mut held) => {
                    held.sort_unstable();
                    held
                }
                None => vec![(self.worked_on, i64::from(self.total_minutes.0))],
            },
        }
    }
}
