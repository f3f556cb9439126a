//! What people are engaged in already, in all organizations together: what a gate judges new work by.
//!
//! Whether more fits beside it is said in `rules`.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::hour_entry;
use entity::hour_entry_day;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ids::PersonId;
use entity::ids::VolunteerId;
use entity::types::EntryKind;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::FromQueryResult;
use sea_orm::JoinType;
use sea_orm::QueryFilter;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;

use crate::hours::rules::Busy;
use crate::hours::state::RELEASED;
use crate::hours::store::entry_of_day;

pub use crate::volunteers::person::hold as lock_people;

/// People of one statement.
const IDS: usize = 10_000;

/// What is read of an interval that holds somebody's time.
#[derive(FromQueryResult)]
struct BusyRow {
    id: EntryId,
    person_id: PersonId,
    organization_id: OrganizationId,
    volunteer_id: VolunteerId,
    started_at: DateTime<Utc>,
    ended_at: DateTime<Utc>,
}

/// Intervals of people that touch a span of time, whatever organization they belong to; without
/// some entries. Reads along `hour_entry_by_person`.
///
/// # Errors
/// [`DbErr`].
pub async fn busy(
    conn: &impl ConnectionTrait,
    people: &[PersonId],
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    except: &[EntryId],
) -> Result<Vec<(PersonId, Busy)>, DbErr> {
    let mut found = Vec::new();
    for people in people.chunks(IDS) {
        let rows = hour_entry::Entity::find()
            .select_only()
            .column(hour_entry::Column::PersonId)
            .column(hour_entry::Column::Id)
            .column(hour_entry::Column::OrganizationId)
            .column(hour_entry::Column::VolunteerId)
            .column(hour_entry::Column::StartedAt)
            .column(hour_entry::Column::EndedAt)
            .filter(hour_entry::Column::PersonId.is_in(people.iter().copied()))
            .filter(hour_entry::Column::StartedAt.lt(to))
            .filter(hour_entry::Column::EndedAt.gt(from))
            .filter(hour_entry::Column::Kind.eq(EntryKind::Interval))
            .filter(hour_entry::Column::Status.is_not_in(RELEASED))
            .apply_if((!except.is_empty()).then_some(except), |it, ids| {
                it.filter(hour_entry::Column::Id.is_not_in(ids.iter().copied()))
            })
            .into_model::<BusyRow>()
            .all(conn)
            .await?;
        for row in rows {
            let busy = Busy {
                entry: row.id,
                organization: row.organization_id,
                volunteer: row.volunteer_id,
                started_at: row.started_at,
                ended_at: row.ended_at,
            };
            found.push((row.person_id, busy));
        }
    }
    Ok(found)
}

/// Minutes of people on each day of a span, both ends inclusive, in all organizations together;
/// without some entries. Reads along `hour_entry_day_by_person`.
///
/// # Errors
/// [`DbErr`].
pub async fn minutes_by_day(
    conn: &impl ConnectionTrait,
    people: &[PersonId],
    (from, to): (NaiveDate, NaiveDate),
    except: &[EntryId],
) -> Result<Vec<(PersonId, NaiveDate, i64)>, DbErr> {
    let mut found = Vec::new();
    for people in people.chunks(IDS) {
        let rows: Vec<(PersonId, NaiveDate, i64)> = hour_entry_day::Entity::find()
            .select_only()
            .column(hour_entry_day::Column::PersonId)
            .column(hour_entry_day::Column::Day)
            .column_as(hour_entry_day::Column::Minutes.sum(), "minutes")
            .join(JoinType::InnerJoin, entry_of_day())
            .filter(hour_entry_day::Column::PersonId.is_in(people.iter().copied()))
            .filter(hour_entry_day::Column::Day.between(from, to))
            .filter(hour_entry::Column::Status.is_not_in(RELEASED))
            .apply_if((!except.is_empty()).then_some(except), |it, ids| {
                it.filter(hour_entry::Column::Id.is_not_in(ids.iter().copied()))
            })
            .group_by(hour_entry_day::Column::PersonId)
            .group_by(hour_entry_day::Column::Day)
            .into_tuple()
            .all(conn)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}
