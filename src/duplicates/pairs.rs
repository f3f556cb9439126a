//! Statements about pairs of records that share a key.
//!
//! Nothing is decided here: who may see them is demanded in `find`.

use entity::ids::OrganizationId;
use entity::ids::VolunteerId;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::FromQueryResult;
use sea_orm::Statement;
use sea_orm::Value;
use serde::Deserialize;
use serde::Serialize;

use crate::platform::page::From;
use crate::platform::page::Page;
use crate::volunteers::likeness::Confidence;

/// Organizations of one statement.
const IDS: usize = 10_000;

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
    /// 0 for what is likely, 1 for what is possible.
    pub doubt: i32,
    /// The older record.
    pub first: VolunteerId,
    /// The younger record.
    pub second: VolunteerId,
}

/// How a confidence is ordered: likely ones first.
#[must_use]
pub fn doubt(confidence: Confidence) -> i32 {
    match confidence {
        Confidence::Likely => 0,
        Confidence::Possible => 1,
    }
}

/// A pair of records that may be of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Found {
    /// 0 for what is likely, 1 for what is possible.
    pub doubt: i32,
    /// The record with the smaller id: the older one.
    pub first_id: VolunteerId,
    /// The other record.
    pub second_id: VolunteerId,
}

/// Pairs of records of organizations that share a key. A name alone counts unless the days of birth differ;
/// a key of another kind than `n` counts more, unless they do. What more than fifty records share tells
/// nobody apart, and would make as many pairs as its square. `these` says which organizations: `= $1`.
fn pairs(these: &str) -> String {
    format!(
        "\
select one.volunteer_id as first_id, other.volunteer_id as second_id, \
  case when max(case when one.key like 'n|%' then 0 else 1 end) = 1 \
    and (a.birth_date is null or b.birth_date is null or a.birth_date = b.birth_date) \
  then 0 else 1 end as doubt \
from volunteer_key one \
join volunteer_key other on other.organization_id = one.organization_id and other.key = one.key \
  and other.volunteer_id > one.volunteer_id \
join volunteer a on a.id = one.volunteer_id \
join volunteer b on b.id = other.volunteer_id \
join (select organization_id, key from volunteer_key where organization_id {these} \
  group by organization_id, key having count(*) between 2 and 50) shared \
  on shared.organization_id = one.organization_id and shared.key = one.key \
where one.organization_id {these} \
  and a.merged_into_id is null and b.merged_into_id is null \
  and (a.archived_at is null or b.archived_at is null) \
  and not exists (select 1 from volunteer_apart apart \
    where apart.first_id = one.volunteer_id and apart.second_id = other.volunteer_id) \
  and not exists (select 1 from person p join person q on q.id = b.person_id \
    where p.id = a.person_id and p.national_id_hash is not null and q.national_id_hash is not null) \
group by one.volunteer_id, other.volunteer_id, a.birth_date, b.birth_date \
having max(case when one.key like 'n|%' then 0 else 1 end) = 1 \
  or a.birth_date is null or b.birth_date is null or a.birth_date = b.birth_date"
    )
}

/// The pairs of a page, and one more where more lie beyond.
///
/// # Errors
/// [`DbErr`].
pub async fn page(
    conn: &impl ConnectionTrait,
    filter: &Filter,
    page: &Page<Place>,
) -> Result<Vec<Found>, DbErr> {
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
    let limit = page.limit.saturating_add(1);
    text.push_str(&format!(
        " order by doubt {order}, first_id {order}, second_id {order} limit {limit}"
    ));
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), text, values);
    Found::find_by_statement(statement).all(conn).await
}

/// How many pairs a list has.
///
/// # Errors
/// [`DbErr`].
pub async fn count(conn: &impl ConnectionTrait, filter: &Filter) -> Result<u64, DbErr> {
    let (text, values) = narrowed(filter);
    let text = format!("select count(*) as pairs from ({text}) listed");
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), text, values);
    let Some(row) = conn.query_one_raw(statement).await? else {
        return Ok(0);
    };
    let pairs: i64 = row.try_get("", "pairs")?;
    Ok(u64::try_from(pairs).unwrap_or_default())
}

/// How many records in use of organizations stand in a pair.
///
/// # Errors
/// [`DbErr`].
pub async fn records(
    conn: &impl ConnectionTrait,
    organizations: &[OrganizationId],
) -> Result<i64, DbErr> {
    let mut sum = 0;
    for ids in organizations.chunks(IDS) {
        let marks: Vec<String> = (1..=ids.len()).map(|it| format!("${it}")).collect();
        let pairs = pairs(&format!("in ({})", marks.join(", ")));
        let text = format!(
            "with pair as ({pairs}) select count(*) as records from volunteer \
             where archived_at is null and merged_into_id is null and id in \
               (select first_id from pair union select second_id from pair)"
        );
        let values = ids.iter().map(|it| Value::from(*it));
        let statement = Statement::from_sql_and_values(conn.get_database_backend(), text, values);
        if let Some(row) = conn.query_one_raw(statement).await? {
            sum += row.try_get::<i64>("", "records")?;
        }
    }
    Ok(sum)
}

/// The pairs of a filter, as a text with its values.
fn narrowed(filter: &Filter) -> (String, Vec<Value>) {
    let mut values: Vec<Value> = vec![filter.organization.into()];
    let mut text = format!(
        "select doubt, first_id, second_id from ({}) pair where 1 = 1",
        pairs("= $1")
    );
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
