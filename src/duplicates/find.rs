//! Likely duplicates of an organization: pairs of records that share a key, most telling first.
//!
//! What is alike is compared in `volunteers/likeness.rs`; pairs that somebody said are two people do
//! not come again, nor do those of two national identity numbers.

use std::collections::HashMap;

use entity::ids::OrganizationId;
use entity::ids::VolunteerId;
use entity::volunteer;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::FromQueryResult;
use sea_orm::Statement;
use sea_orm::Value;
use serde::Deserialize;
use serde::Serialize;

use crate::duplicates::store::Found;
use crate::identity::Ctx;
use crate::platform::page::From;
use crate::platform::page::Page;
use crate::platform::page::Slice;
use crate::volunteers;
use crate::volunteers::likeness;
use crate::volunteers::likeness::Confidence;
use crate::volunteers::likeness::Likeness;

/// Two records that may be of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The older record.
    pub first: volunteer::Model,
    /// The younger record.
    pub second: volunteer::Model,
    /// What speaks for one person.
    pub likeness: Likeness,
}

/// Which pairs to list; an absent part does not narrow.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Of this organization.
    pub organization: OrganizationId,
    /// With this record in it.
    pub of: Option<VolunteerId>,
    /// Only those that are likely, or only those that are possible.
    pub confidence: Option<Confidence>,
}

/// A place in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    doubt: i32,
    first: VolunteerId,
    second: VolunteerId,
}

impl std::convert::From<&Pair> for Place {
    fn from(pair: &Pair) -> Self {
        Self {
            doubt: doubt(pair.likeness.confidence),
            first: pair.first.id,
            second: pair.second.id,
        }
    }
}

fn doubt(confidence: Confidence) -> i32 {
    match confidence {
        Confidence::Likely => 0,
        Confidence::Possible => 1,
    }
}

/// Pairs of records of `$1` that share a key. A name alone counts unless the days of birth differ; a
/// key of another kind than `n` counts more, unless they do.
const PAIRS: &str = "\
select one.volunteer_id as first_id, other.volunteer_id as second_id, \
  case when max(case when one.key like 'n|%' then 0 else 1 end) = 1 \
    and (a.birth_date is null or b.birth_date is null or a.birth_date = b.birth_date) \
  then 0 else 1 end as doubt \
from volunteer_key one \
join volunteer_key other on other.organization_id = one.organization_id and other.key = one.key \
  and other.volunteer_id > one.volunteer_id \
join volunteer a on a.id = one.volunteer_id \
join volunteer b on b.id = other.volunteer_id \
where one.organization_id = $1 \
  and a.merged_into_id is null and b.merged_into_id is null \
  and (a.archived_at is null or b.archived_at is null) \
  and not exists (select 1 from volunteer_apart apart \
    where apart.first_id = one.volunteer_id and apart.second_id = other.volunteer_id) \
  and not exists (select 1 from person p join person q on q.id = b.person_id \
    where p.id = a.person_id and p.national_id_hash is not null and q.national_id_hash is not null) \
group by one.volunteer_id, other.volunteer_id, a.birth_date, b.birth_date \
having max(case when one.key like 'n|%' then 0 else 1 end) = 1 \
  or a.birth_date is null or b.birth_date is null or a.birth_date = b.birth_date";

/// A page of pairs of an organization whose records the actor keeps; the caller has demanded that.
///
/// # Errors
/// [`DbErr`].
pub async fn page(ctx: &Ctx, filter: &Filter, page: &Page<Place>) -> Result<Slice<Pair>, DbErr> {
    let (key, compare, order) = match &page.from {
        From::Start(key) => (key, '>', "asc"),
        From::End(key) => (key, '<', "desc"),
    };
    let (mut text, mut values) = narrowed(filter);
    if let Some(key) = key {
        let at = values.len();
        text.push_str(&format!(
            " and (doubt, first_id, second_id) {compare} (${}, ${}, ${})",
            at + 1,
            at + 2,
            at + 3
        ));
        let place: [Value; 3] = [key.doubt.into(), key.first.into(), key.second.into()];
        values.extend(place);
    }
    // One more shows whether more lie beyond.
    let limit = page.limit.saturating_add(1);
    text.push_str(&format!(
        " order by doubt {order}, first_id {order}, second_id {order} limit {limit}"
    ));
    let conn = ctx.read();
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), text, values);
    let found = Found::find_by_statement(statement).all(conn).await?;
    let slice = page.slice(found);
    let ids: Vec<VolunteerId> = slice
        .rows
        .iter()
        .flat_map(|it| [it.first_id, it.second_id])
        .collect();
    let records = volunteers::store::by_ids(conn, ctx.scope(), &ids).await?;
    let records: HashMap<VolunteerId, volunteer::Model> =
        records.into_iter().map(|it| (it.id, it)).collect();
    let pairs = slice.rows.iter().filter_map(|it| {
        let (first, second) = (records.get(&it.first_id)?, records.get(&it.second_id)?);
        Some(Pair {
            likeness: likeness::compare(first, second)?,
            first: first.clone(),
            second: second.clone(),
        })
    });
    Ok(Slice {
        rows: pairs.collect(),
        has_previous: slice.has_previous,
        has_next: slice.has_next,
    })
}

/// How many pairs a list has.
///
/// # Errors
/// [`DbErr`].
pub async fn count(ctx: &Ctx, filter: &Filter) -> Result<u64, DbErr> {
    let (text, values) = narrowed(filter);
    let text = format!("select count(*) as pairs from ({text}) listed");
    let conn = ctx.read();
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), text, values);
    let Some(row) = conn.query_one_raw(statement).await? else {
        return Ok(0);
    };
    let pairs: i64 = row.try_get("", "pairs")?;
    Ok(u64::try_from(pairs).unwrap_or_default())
}

/// The pairs of a filter, as a text with its values.
fn narrowed(filter: &Filter) -> (String, Vec<Value>) {
    let mut values: Vec<Value> = vec![filter.organization.into()];
    let mut text = format!("select doubt, first_id, second_id from ({PAIRS}) pair where 1 = 1");
    if let Some(record) = filter.of {
        values.push(record.into());
        let at = values.len();
        text.push_str(&format!(" and (first_id = ${at} or second_id = ${at})"));
    }
    if let Some(confidence) = filter.confidence {
        values.push(doubt(confidence).into());
        text.push_str(&format!(" and doubt = ${}", values.len()));
    }
    (text, values)
}
