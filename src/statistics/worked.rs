//! Approved work as it stood at an instant: what an edition is made of.
//!
//! How entries stood is known to the ledger; how work is shared and counted is in `work`. No scope: what
//! is read here counts everything for everybody, and leaves only through cells that were published.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::ids::OrganizationId;
use entity::ids::PersonId;
use entity::ids::ProjectId;
use entity::ids::TagSetId;
use entity::ids::TerritoryId;
use entity::tag_set;
use entity::types::EntryStatus;
use sea_orm::ActiveEnum;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::FromQueryResult;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::Statement;

use crate::hours::ledger;
use crate::vocabularies::INDH;

/// Ids of one statement: both databases take so many values.
const PART: usize = 500;
/// Groups of so many people are few.
const FEW: i32 = 2;

/// Whose work, for what and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Whose {
    /// `None` for groups.
    pub person: Option<PersonId>,
    /// Whether it is of groups of one or two people.
    pub is_few: bool,
    /// For which project.
    pub project: ProjectId,
    /// Of which organization.
    pub organization: OrganizationId,
    /// Where.
    pub territory: TerritoryId,
    /// The shares in force on the day; `None` for a project without.
    pub tag_set: Option<TagSetId>,
}

/// Approved work of one person, or of groups, for one project in one territory.
#[derive(Clone, Copy, Debug)]
pub struct Worked {
    /// Whose.
    pub whose: Whose,
    /// Person-minutes.
    pub minutes: i64,
}

#[derive(FromQueryResult)]
struct Found {
    person_id: Option<PersonId>,
    few: i32,
    project_id: ProjectId,
    organization_id: OrganizationId,
    territory_id: TerritoryId,
    tag_set_id: Option<TagSetId>,
    minutes: i64,
}

/// Approved work of an interval of days as it stood at an instant, added up as far as cells need it, by
/// shares that were known then. Of two records of one person that were merged by then, one person's.
///
/// Entries of chains to which something happened since are read from the ledger, as in reports as of an
/// instant; where an edition is made on its day, these are few.
///
/// # Errors
/// [`DbErr`].
pub async fn worked(
    db: &impl ConnectionTrait,
    (from, to): (NaiveDate, NaiveDate),
    at: DateTime<Utc>,
) -> Result<Vec<Worked>, DbErr> {
    let since = "select organization_id from ledger_event where recorded_at > $4";
    let still = format!("hour_entry.organization_id not in ({since})");
    let mut found = approved(db, (from, to), at, &still, None).await?;
    let mut stood = Vec::new();
    for chain in ledger::positions(db, at).await? {
        let untouched = "hour_entry.organization_id = $5 and not exists ( \
            select 1 from ledger_event later where later.entry_id = hour_entry.id \
              and later.sequence > $6)";
        let position = (chain.organization_id, chain.sequence);
        found.extend(approved(db, (from, to), at, untouched, Some(position)).await?);
        let entries = ledger::stood(db, chain.organization_id, chain.sequence).await?;
        let approved = entries
            .into_iter()
            .filter(|it| it.status == EntryStatus::Approved);
        stood.extend(approved.map(|it| (chain.organization_id, it)));
    }
    let projects: BTreeSet<ProjectId> = stood.iter().map(|(_, it)| it.project).collect();
    let sets = sets(db, &projects, at).await?;
    for (organization, entry) in stood {
        for (day, minutes) in &entry.days {
            if *minutes > 0 && (from..=to).contains(day) {
                let mut known = sets.get(&entry.project).into_iter().flatten();
                // The last that had begun.
                let tag_set = known.rfind(|it| it.0 <= *day);
                found.push(Worked {
                    whose: Whose {
                        person: entry.person,
                        is_few: entry.person.is_none() && entry.headcount <= FEW,
                        project: entry.project,
                        organization,
                        territory: entry.territory,
                        tag_set: tag_set.map(|it| it.1),
                    },
                    minutes: i64::from(*minutes),
                });
            }
        }
    }
    let people = People::merged_by(db, at).await?;
    let mut sums: BTreeMap<Whose, i64> = BTreeMap::new();
    for mut one in found {
        one.whose.person = one.whose.person.map(|it| people.one(it));
        *sums.entry(one.whose).or_default() += one.minutes;
    }
    let sums = sums.into_iter();
    Ok(sums
        .map(|(whose, minutes)| Worked { whose, minutes })
        .collect())
}

/// Approved work of entries that meet a condition, which may name a chain and a position in it.
///
/// An entry of one day has all its minutes on it; only entries over midnight are looked up by day.
async fn approved(
    db: &impl ConnectionTrait,
    (from, to): (NaiveDate, NaiveDate),
    at: DateTime<Utc>,
    condition: &str,
    position: Option<(OrganizationId, i64)>,
) -> Result<Vec<Worked>, DbErr> {
    let sql = format!(
        "select person_id, few, project_id, organization_id, territory_id, tag_set_id, \
           cast(sum(minutes) as bigint) as minutes \
         from ( \
           select counted.*, (select known.id from tag_set known \
             where known.project_id = counted.project_id and known.vocabulary = '{INDH}' \
               and known.created_at <= $4 and known.valid_from <= counted.day \
             order by known.valid_from desc, known.created_at desc, known.id desc limit 1 \
             ) as tag_set_id \
           from ( \
             select person_id, case when person_id is null and headcount <= {FEW} then 1 else 0 end \
                 as few, project_id, organization_id, territory_id, worked_on as day, \
               total_minutes as minutes \
             from hour_entry \
             where status = $1 and worked_on between $2 and $3 and worked_on = ended_on \
               and {condition} \
             union all \
             select hour_entry.person_id, \
               case when hour_entry.person_id is null and headcount <= {FEW} then 1 else 0 end, \
               project_id, hour_entry.organization_id, territory_id, day, hour_entry_day.minutes \
             from hour_entry join hour_entry_day on hour_entry_day.entry_id = hour_entry.id \
             where status = $1 and worked_on <> ended_on and worked_on <= $3 \
               and day between $2 and $3 and {condition}) counted \
           where minutes > 0) tagged \
         group by person_id, few, project_id, organization_id, territory_id, tag_set_id"
    );
    let mut values: Vec<sea_orm::Value> = vec![
        EntryStatus::Approved.to_value().into(),
        from.into(),
        to.into(),
        at.into(),
    ];
    if let Some((organization, sequence)) = position {
        values.extend([organization.into(), sequence.into()]);
    }
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    let found = Found::find_by_statement(statement).all(db).await?;
    let worked = found.into_iter().map(|it| Worked {
        whose: Whose {
            person: it.person_id,
            is_few: it.few == 1,
            project: it.project_id,
            organization: it.organization_id,
            territory: it.territory_id,
            tag_set: it.tag_set_id,
        },
        minutes: it.minutes,
    });
    Ok(worked.collect())
}

/// The shares of projects that were known at an instant, by their first day; of those of one day the last
/// written holds.
async fn sets(
    db: &impl ConnectionTrait,
    projects: &BTreeSet<ProjectId>,
    at: DateTime<Utc>,
) -> Result<HashMap<ProjectId, Vec<(NaiveDate, TagSetId)>>, DbErr> {
    let projects: Vec<ProjectId> = projects.iter().copied().collect();
    let mut found: HashMap<ProjectId, Vec<(NaiveDate, TagSetId)>> = HashMap::new();
    for projects in projects.chunks(PART) {
        let sets = tag_set::Entity::find()
            .filter(tag_set::Column::ProjectId.is_in(projects.iter().copied()))
            .filter(tag_set::Column::Vocabulary.eq(INDH))
            .filter(tag_set::Column::CreatedAt.lte(at))
            .order_by_asc(tag_set::Column::ValidFrom)
            .order_by_asc(tag_set::Column::CreatedAt)
            .order_by_asc(tag_set::Column::Id)
            .all(db)
            .await?;
        for set in sets {
            let own = found.entry(set.project_id).or_default();
            own.push((set.valid_from, set.id));
        }
    }
    Ok(found)
}

#[derive(FromQueryResult)]
struct Pair {
    kept: PersonId,
    merged: PersonId,
}

/// Which ids are of one person: entries of closed months, and what was kept of earlier quarters, still
/// have the id of a record that was merged into another.
#[derive(Debug, Default)]
pub struct People {
    /// Each id with a smaller one of the same person.
    same: BTreeMap<PersonId, PersonId>,
}

impl People {
    /// By the merges that stood at an instant.
    ///
    /// # Errors
    /// [`DbErr`].
    pub async fn merged_by(db: &impl ConnectionTrait, at: DateTime<Utc>) -> Result<Self, DbErr> {
        let sql = "select kept.person_id as kept, merged.person_id as merged \
             from volunteer_merge \
             join volunteer kept on kept.id = volunteer_merge.kept_id \
             join volunteer merged on merged.id = volunteer_merge.merged_id \
             where merged_at <= $1 and (undone_at is null or undone_at > $1) \
               and kept.person_id <> merged.person_id";
        let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [at.into()]);
        let mut people = Self::default();
        for pair in Pair::find_by_statement(statement).all(db).await? {
            people.join(pair.kept, pair.merged);
        }
        Ok(people)
    }

    fn join(&mut self, one: PersonId, other: PersonId) {
        let (one, other) = (self.one(one), self.one(other));
        if one != other {
            self.same.insert(one.max(other), one.min(other));
        }
    }

    /// The id that stands for a person.
    #[must_use]
    pub fn one(&self, person: PersonId) -> PersonId {
        let mut at = person;
        while let Some(other) = self.same.get(&at) {
            at = *other;
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn merges_of_merges_are_one_person() {
        let person = |number| PersonId(Uuid::from_u128(number));
        let mut people = People::default();

        for (kept, merged) in [(5, 3), (9, 7), (3, 9), (7, 5)] {
            people.join(person(kept), person(merged));
        }

        assert!(
            [3, 5, 7, 9]
                .iter()
                .all(|it| people.one(person(*it)) == person(3))
        );
        assert_eq!(people.one(person(4)), person(4));
    }
}
