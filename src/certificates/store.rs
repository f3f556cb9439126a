//! Statements about certificates and the work behind them.
//!
//! Nothing is decided here. Lists take a scope; whoever has a code needs none.

use std::collections::BTreeSet;
use std::collections::HashMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::certificate;
use entity::hour_entry;
use entity::hour_entry_day;
use entity::ids::CertificateId;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::UserId;
use entity::ids::VolunteerId;
use entity::types::EntryStatus;
use entity::types::Minutes;
use entity::user_account;
use entity::volunteer;
use sea_orm::ActiveModelTrait;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::FromQueryResult;
use sea_orm::IntoActiveModel;
use sea_orm::IntoSimpleExpr;
use sea_orm::JoinType;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use sea_orm::Select;
use sea_orm::sea_query::Expr;

use crate::certificates::code::Code;
use crate::certificates::content::Worked;
use crate::hours::store::entry_of_day;
use crate::identity::Scope;
use crate::platform::db::Tx;
use crate::platform::page::Direction;
use crate::platform::page::Page;
use crate::platform::page::Slice;

/// How many later certificates are looked at for one that takes the place of another.
const LATER_MOST: u64 = 10;

/// Which certificates to list; an absent part does not narrow.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this organization.
    pub organization: Option<OrganizationId>,
    /// Of these records, which are of one person.
    pub volunteers: Option<Vec<VolunteerId>>,
    /// Only those taken back, or only those that are not.
    pub revoked: Option<bool>,
}

/// A place in the list.
pub type Place = (DateTime<Utc>, CertificateId);

/// Writes new ones.
///
/// # Errors
/// [`DbErr`].
pub async fn insert(tx: &Tx, rows: &[certificate::Model]) -> Result<(), DbErr> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.iter().cloned().map(IntoActiveModel::into_active_model);
    certificate::Entity::insert_many(rows)
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Writes one as it is now.
///
/// # Errors
/// [`DbErr`].
pub async fn update(tx: &Tx, row: &certificate::Model) -> Result<(), DbErr> {
    certificate::Entity::update(row.clone().into_active_model().reset_all())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Certificates that may be seen, by id.
///
/// # Errors
/// [`DbErr`].
pub async fn by_ids(
    db: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[CertificateId],
) -> Result<Vec<certificate::Model>, DbErr> {
    certificate::Entity::find()
        .filter(certificate::Column::Id.is_in(ids.iter().copied()))
        .filter(scope.certificates())
        .all(db)
        .await
}

/// One that may be seen, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn lock(
    tx: &Tx,
    scope: &Scope,
    id: CertificateId,
) -> Result<Option<certificate::Model>, DbErr> {
    certificate::Entity::find_by_id(id)
        .filter(scope.certificates())
        .lock_exclusive()
        .one(&**tx)
        .await
}

/// The certificate of a code: whoever has it may ask, whoever they are.
///
/// # Errors
/// [`DbErr`].
pub async fn by_code(
    db: &impl ConnectionTrait,
    code: &Code,
) -> Result<Option<certificate::Model>, DbErr> {
    certificate::Entity::find()
        .filter(certificate::Column::Code.eq(code.stored()))
        .one(db)
        .await
}

/// The name under which an organization last certified; `None` for one that never did. Whoever has a certificate may
/// ask.
///
/// # Errors
/// [`DbErr`].
pub async fn issuer_name(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Result<Option<String>, DbErr> {
    let newest = certificate::Entity::find()
        .filter(certificate::Column::OrganizationId.eq(organization))
        .order_by_desc(certificate::Column::CreatedAt)
        .order_by_desc(certificate::Column::Id)
        .one(db)
        .await?;
    Ok(newest.map(|it| it.organization_name))
}

/// A page of those that may be seen, the newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn list(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    page: &Page<Place>,
) -> Result<Slice<certificate::Model>, DbErr> {
    let columns = [
        certificate::Column::CreatedAt.into_simple_expr(),
        certificate::Column::Id.into_simple_expr(),
    ];
    let rows = page.narrow(
        select(scope, filter),
        &columns,
        Direction::Descending,
        |(at, id)| vec![Expr::value(*at), Expr::value(*id)],
    );
    Ok(page.slice(rows.all(db).await?))
}

/// How many there are.
///
/// # Errors
/// [`DbErr`].
pub async fn count(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
) -> Result<u64, DbErr> {
    select(scope, filter).count(db).await
}

fn select(scope: &Scope, filter: &Filter) -> Select<certificate::Entity> {
    let revoked = filter.revoked.map(|it| match it {
        true => certificate::Column::RevokedAt.is_not_null(),
        false => certificate::Column::RevokedAt.is_null(),
    });
    certificate::Entity::find()
        .filter(scope.certificates())
        .filter(Condition::all().add_option(revoked))
        .apply_if(filter.organization, |it, id| {
            it.filter(certificate::Column::OrganizationId.eq(id))
        })
        .apply_if(filter.volunteers.as_ref(), |it, ids| {
            it.filter(certificate::Column::VolunteerId.is_in(ids.iter().copied()))
        })
}

/// Later ones that were not taken back, of these records of one person, by the same organization, over the same
/// interval or a longer one; the newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn later(
    db: &impl ConnectionTrait,
    than: &certificate::Model,
    records: &[VolunteerId],
) -> Result<Vec<certificate::Model>, DbErr> {
    certificate::Entity::find()
        .filter(certificate::Column::OrganizationId.eq(than.organization_id))
        .filter(certificate::Column::VolunteerId.is_in(records.iter().copied()))
        .filter(certificate::Column::FromDay.lte(than.from_day))
        .filter(certificate::Column::ToDay.gte(than.to_day))
        .filter(certificate::Column::RevokedAt.is_null())
        .filter(certificate::Column::Id.gt(than.id))
        .order_by_desc(certificate::Column::Id)
        .limit(LATER_MOST)
        .all(db)
        .await
}

/// The records of one person each: what was asked for with the record that took it over, and all that were merged
/// into that one. Each is named with the record that stands for the person.
///
/// # Errors
/// [`DbErr`].
pub async fn together(
    db: &impl ConnectionTrait,
    ids: &[VolunteerId],
) -> Result<HashMap<VolunteerId, VolunteerId>, DbErr> {
    let asked = standing(db, volunteer::Column::Id.is_in(ids.iter().copied())).await?;
    let kept: BTreeSet<VolunteerId> = asked.values().copied().collect();
    let mut all = asked;
    let merged = volunteer::Column::MergedIntoId.is_in(kept.iter().copied());
    all.extend(standing(db, merged).await?);
    all.extend(kept.into_iter().map(|it| (it, it)));
    Ok(all)
}

async fn standing(
    db: &impl ConnectionTrait,
    which: impl sea_orm::sea_query::IntoCondition,
) -> Result<HashMap<VolunteerId, VolunteerId>, DbErr> {
    let rows: Vec<(VolunteerId, Option<VolunteerId>)> = volunteer::Entity::find()
        .select_only()
        .column(volunteer::Column::Id)
        .column(volunteer::Column::MergedIntoId)
        .filter(which.into_condition())
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, into)| (id, into.unwrap_or(id)))
        .collect())
}

/// What holders chose to be shown of certificates of these records, the earliest choice first.
///
/// # Errors
/// [`DbErr`].
pub async fn choices(
    db: &impl ConnectionTrait,
    records: &[VolunteerId],
) -> Result<Vec<(VolunteerId, String)>, DbErr> {
    certificate::Entity::find()
        .select_only()
        .columns([
            certificate::Column::VolunteerId,
            certificate::Column::Chosen,
        ])
        .filter(certificate::Column::VolunteerId.is_in(records.iter().copied()))
        .filter(certificate::Column::Chosen.is_not_null())
        .order_by_asc(certificate::Column::ChosenAt)
        .order_by_asc(certificate::Column::Id)
        .into_tuple()
        .all(db)
        .await
}

#[derive(FromQueryResult)]
struct Row {
    volunteer_id: VolunteerId,
    entry_id: EntryId,
    project_id: ProjectId,
    day: NaiveDate,
    minutes: Minutes,
}

/// Approved work of records in an interval, each with its record. Work in groups, of which nobody is named, is of no
/// record.
///
/// # Errors
/// [`DbErr`].
pub async fn works(
    db: &impl ConnectionTrait,
    records: &[VolunteerId],
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<(VolunteerId, Worked)>, DbErr> {
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let rows = hour_entry_day::Entity::find()
        .select_only()
        .columns([
            hour_entry_day::Column::EntryId,
            hour_entry_day::Column::Day,
            hour_entry_day::Column::Minutes,
        ])
        .columns([
            hour_entry::Column::VolunteerId,
            hour_entry::Column::ProjectId,
        ])
        .join(JoinType::InnerJoin, entry_of_day())
        .filter(hour_entry::Column::VolunteerId.is_in(records.iter().copied()))
        .filter(hour_entry::Column::Status.eq(EntryStatus::Approved))
        // Along the index of the entries of a volunteer.
        .filter(hour_entry::Column::WorkedOn.lte(to))
        .filter(hour_entry::Column::EndedOn.gte(from))
        .filter(hour_entry_day::Column::Day.between(from, to))
        .into_model::<Row>()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|it| {
            let worked = Worked {
                entry: it.entry_id,
                project: it.project_id,
                day: it.day,
                minutes: i64::from(it.minutes.0),
            };
            (it.volunteer_id, worked)
        })
        .collect())
}

/// In which language accounts are spoken to.
///
/// # Errors
/// [`DbErr`].
pub async fn languages(
    db: &impl ConnectionTrait,
    users: &[UserId],
) -> Result<HashMap<UserId, String>, DbErr> {
    if users.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(UserId, String)> = user_account::Entity::find()
        .select_only()
        .column(user_account::Column::Id)
        .column(user_account::Column::Locale)
        .filter(user_account::Column::Id.is_in(users.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}
