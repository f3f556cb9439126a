//! Statements about what people agreed to.
//!
//! Nothing is decided here. Whoever asks has seen the record or the account before.

use std::collections::HashMap;
use std::collections::HashSet;

use chrono::DateTime;
use chrono::Utc;
use entity::consent;
use entity::ids::ConsentId;
use entity::ids::UserId;
use entity::ids::VolunteerId;
use entity::types::ConsentDecision;
use entity::types::ConsentPurpose;
use entity::volunteer;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::ExprTrait;
use sea_orm::IntoActiveModel;
use sea_orm::JoinType;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::RelationDef;
use sea_orm::Select;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::Query;
use sea_orm::sea_query::SelectStatement;

use crate::platform::db::Tx;

/// Ids of one statement.
const IDS: usize = 10_000;

/// Writes what somebody said.
///
/// # Errors
/// [`DbErr`].
pub async fn insert(tx: &Tx, row: &consent::Model) -> Result<(), DbErr> {
    consent::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// One by id.
///
/// # Errors
/// [`DbErr`].
pub async fn by_id(
    conn: &impl ConnectionTrait,
    id: ConsentId,
) -> Result<Option<consent::Model>, DbErr> {
    consent::Entity::find_by_id(id).one(conn).await
}

/// What was said about some records, of each also what was said about those that were merged into it; newest first, the
/// last `most` words of each.
///
/// # Errors
/// [`DbErr`].
pub async fn of_volunteers(
    conn: &impl ConnectionTrait,
    ids: &[VolunteerId],
    most: u64,
) -> Result<HashMap<VolunteerId, Vec<consent::Model>>, DbErr> {
    let mut found: HashMap<VolunteerId, Vec<consent::Model>> = HashMap::new();
    for ids in ids.chunks(IDS) {
        let merged: Vec<(VolunteerId, Option<VolunteerId>)> = volunteer::Entity::find()
            .select_only()
            .columns([volunteer::Column::Id, volunteer::Column::MergedIntoId])
            .filter(volunteer::Column::MergedIntoId.is_in(ids.iter().copied()))
            .into_tuple()
            .all(conn)
            .await?;
        let into: HashMap<VolunteerId, VolunteerId> = merged
            .into_iter()
            .filter_map(|(id, kept)| Some((id, kept?)))
            .collect();
        let all = ids.iter().copied().chain(into.keys().copied());
        let rows = consent::Entity::find()
            .filter(consent::Column::Id.in_subquery(last(all, most)))
            .order_by_desc(consent::Column::DecidedAt)
            .order_by_desc(consent::Column::Id)
            .all(conn)
            .await?;
        for row in rows {
            let Some(about) = row.volunteer_id else {
                continue;
            };
            let asked = ids.contains(&about).then_some(about);
            for record in asked.into_iter().chain(into.get(&about).copied()) {
                let said = found.entry(record).or_default();
                if u64::try_from(said.len()).is_ok_and(|it| it < most) {
                    said.push(row.clone());
                }
            }
        }
    }
    Ok(found)
}

/// The last words about each of some records.
fn last(records: impl Iterator<Item = VolunteerId>, most: u64) -> SelectStatement {
    let place = "row_number() over (partition by volunteer_id order by decided_at desc, id desc)";
    let placed = Query::select()
        .column(consent::Column::Id)
        .expr_as(Expr::cust(place), "place")
        .from(consent::Entity)
        .and_where(consent::Column::VolunteerId.is_in(records))
        .to_owned();
    Query::select()
        .column(consent::Column::Id)
        .from_subquery(placed, "placed")
        .and_where(Expr::col("place").lte(most))
        .to_owned()
}

/// How many words about a record, or about an account, were written down since an instant.
///
/// # Errors
/// [`DbErr`].
pub async fn count_since(
    tx: &Tx,
    about: &consent::Model,
    since: DateTime<Utc>,
) -> Result<u64, DbErr> {
    words_about(about)
        .filter(consent::Column::RecordedAt.gt(since))
        .count(&**tx)
        .await
}

/// What holds of a purpose, for the record or the account that a word is about.
///
/// # Errors
/// [`DbErr`].
pub async fn last_word(tx: &Tx, about: &consent::Model) -> Result<Option<ConsentDecision>, DbErr> {
    words_about(about)
        .select_only()
        .column(consent::Column::Decision)
        .filter(consent::Column::Purpose.eq(about.purpose))
        .order_by_desc(consent::Column::DecidedAt)
        .order_by_desc(consent::Column::Id)
        .into_tuple()
        .one(&**tx)
        .await
}

fn words_about(word: &consent::Model) -> Select<consent::Entity> {
    consent::Entity::find().filter(match word.volunteer_id {
        Some(record) => consent::Column::VolunteerId.eq(record),
        None => consent::Column::UserId.eq(word.user_id),
    })
}

/// What was said about an account: the last `most` words, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn of_user(
    conn: &impl ConnectionTrait,
    user: UserId,
    most: u64,
) -> Result<Vec<consent::Model>, DbErr> {
    consent::Entity::find()
        .filter(consent::Column::UserId.eq(user))
        .order_by_desc(consent::Column::DecidedAt)
        .order_by_desc(consent::Column::Id)
        .limit(most)
        .all(conn)
        .await
}

/// Those of some records for which a purpose was taken back: the last word about them, or about the record that stands
/// for them now, is no. Reads a word or two of each, however many there are.
///
/// # Errors
/// [`DbErr`].
pub async fn withdrawn(
    conn: &impl ConnectionTrait,
    purpose: ConsentPurpose,
    records: &[VolunteerId],
) -> Result<HashSet<VolunteerId>, DbErr> {
    let mut found = HashSet::new();
    for ids in records.chunks(IDS) {
        let known: Vec<(VolunteerId, Option<VolunteerId>)> = volunteer::Entity::find()
            .select_only()
            .columns([volunteer::Column::Id, volunteer::Column::MergedIntoId])
            .filter(volunteer::Column::Id.is_in(ids.iter().copied()))
            .into_tuple()
            .all(conn)
            .await?;
        let stands: HashMap<VolunteerId, VolunteerId> = known
            .into_iter()
            .filter_map(|(id, kept)| Some((id, kept?)))
            .collect();
        let asked: HashSet<VolunteerId> = ids
            .iter()
            .map(|it| stands.get(it).copied().unwrap_or(*it))
            .collect();
        let said: Vec<(VolunteerId, ConsentDecision)> = consent::Entity::find()
            .select_only()
            .expr(Expr::cust(
                "coalesce(volunteer.merged_into_id, volunteer.id)",
            ))
            .column(consent::Column::Decision)
            .join(JoinType::InnerJoin, record_of_consent())
            .filter(consent::Column::Purpose.eq(purpose))
            .filter(Expr::cust(
                "not exists (select 1 from consent later where later.volunteer_id = consent.volunteer_id \
                 and later.purpose = consent.purpose \
                 and (later.decided_at, later.id) > (consent.decided_at, consent.id))",
            ))
            .filter(
                Condition::any()
                    .add(volunteer::Column::Id.is_in(asked.iter().copied()))
                    .add(volunteer::Column::MergedIntoId.is_in(asked.iter().copied())),
            )
            .order_by_desc(consent::Column::DecidedAt)
            .order_by_desc(consent::Column::Id)
            .into_tuple()
            .all(conn)
            .await?;
        let mut last: HashMap<VolunteerId, ConsentDecision> = HashMap::new();
        for (record, decision) in said {
            last.entry(record).or_insert(decision);
        }
        let is_no = |id: &VolunteerId| {
            last.get(stands.get(id).unwrap_or(id)) == Some(&ConsentDecision::Withdrawn)
        };
        found.extend(ids.iter().copied().filter(is_no));
    }
    Ok(found)
}

fn record_of_consent() -> RelationDef {
    consent::Entity::belongs_to(volunteer::Entity)
        .from(consent::Column::VolunteerId)
        .to(volunteer::Column::Id)
        .into()
}
