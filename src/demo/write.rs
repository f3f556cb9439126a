//! Statements of the demonstration data: many rows in each.
//!
//! What the rows hold is decided elsewhere.

use chrono::DateTime;
use chrono::Utc;
use entity::hour_entry_day;
use entity::ledger_event;
use entity::ledger_head;
use entity::membership;
use entity::organization;
use entity::reference_load;
use entity::reporting_period;
use entity::role_grant;
use entity::schedule;
use entity::user_account;
use sea_orm::ActiveModelTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::Iterable;
use sea_orm::QuerySelect;
use sea_orm::sea_query::OnConflict;

use crate::contracts::said;
use crate::demo::agenda::Agenda;
use crate::demo::cast::House;
use crate::demo::contracts::Register;
use crate::demo::diary::Written;
use crate::demo::gauges::Gauges;
use crate::demo::people::Recruit;
use crate::demo::projects::Works;
use crate::platform::db::Tx;
use crate::volunteers;

/// Most parameters of one statement, far below what either database takes: larger statements are
/// no faster and stay prepared.
const PARAMETERS: usize = 10_000;

/// Whether nobody has an account and no organization exists.
///
/// # Errors
/// [`DbErr`].
pub async fn is_empty(conn: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let organization = organization::Entity::find().limit(1).one(conn).await?;
    let account = user_account::Entity::find().limit(1).one(conn).await?;
    Ok(organization.is_none() && account.is_none())
}

/// When the database was marked with a name; `None` where it is not.
///
/// # Errors
/// [`DbErr`].
pub async fn marked(
    conn: &impl ConnectionTrait,
    dataset: &str,
) -> Result<Option<DateTime<Utc>>, DbErr> {
    let held = reference_load::Entity::find_by_id(dataset.to_owned())
        .one(conn)
        .await?;
    Ok(held.map(|it| it.loaded_at))
}

/// Takes a mark away.
///
/// # Errors
/// [`DbErr`].
pub async fn unmark(tx: &Tx, dataset: &str) -> Result<(), DbErr> {
    reference_load::Entity::delete_by_id(dataset.to_owned())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Writes accounts with their platform roles.
///
/// # Errors
/// [`DbErr`].
pub async fn accounts(
    tx: &Tx,
    accounts: Vec<user_account::Model>,
    grants: Vec<role_grant::Model>,
) -> Result<(), DbErr> {
    rows(tx, accounts).await?;
    rows(tx, grants).await
}

/// Writes reports that make themselves.
///
/// # Errors
/// [`DbErr`].
pub async fn schedules(tx: &Tx, schedule: Option<schedule::Model>) -> Result<(), DbErr> {
    rows(tx, schedule.into_iter().collect()).await
}

/// Writes an organization with those who run it, its projects and its months.
///
/// # Errors
/// [`DbErr`].
pub async fn house(
    tx: &Tx,
    house: &House,
    works: &Works,
    months: Vec<reporting_period::Model>,
) -> Result<(), DbErr> {
    let memberships: Vec<membership::Model> = house.memberships.clone();
    rows(tx, vec![house.organization.clone()]).await?;
    rows(tx, house.accounts.clone()).await?;
    rows(tx, memberships).await?;
    rows(tx, works.projects.clone()).await?;
    rows(tx, works.tag_sets.clone()).await?;
    rows(tx, works.tag_shares.clone()).await?;
    rows(tx, months).await
}

/// Writes volunteers and the people behind them.
///
/// # Errors
/// [`DbErr`].
pub async fn volunteers(tx: &Tx, recruits: Vec<Recruit>) -> Result<(), DbErr> {
    let mut people = Vec::new();
    let mut records = Vec::with_capacity(recruits.len());
    for recruit in recruits {
        people.extend(recruit.person);
        records.push(recruit.volunteer);
    }
    let keys = volunteers::keys::of(records.iter()).collect();
    rows(tx, people).await?;
    rows(tx, records).await?;
    rows(tx, keys).await
}

/// Writes activities with their shifts and sign-ups.
///
/// # Errors
/// [`DbErr`].
pub async fn agenda(tx: &Tx, agenda: Agenda) -> Result<(), DbErr> {
    rows(tx, agenda.activities).await?;
    rows(tx, agenda.series).await?;
    rows(tx, agenda.shifts).await?;
    rows(tx, agenda.signups).await?;
    rows(tx, agenda.notifications).await
}

/// Writes what was aimed at and measured.
///
/// # Errors
/// [`DbErr`].
pub async fn gauges(tx: &Tx, gauges: Gauges) -> Result<(), DbErr> {
    rows(tx, gauges.baselines).await?;
    rows(tx, gauges.targets).await?;
    rows(tx, gauges.measurements).await
}

/// Writes the accreditation of an organization, its register of contracts and what happened under them.
///
/// # Errors
/// [`DbErr`].
pub async fn register(tx: &Tx, register: Register) -> Result<(), DbErr> {
    for accreditation in &register.accreditations {
        said::keep_accreditation(tx, accreditation).await?;
    }
    said::keep_contracts(tx, &register.contracts).await?;
    said::keep_incidents(tx, &register.incidents).await?;
    rows(tx, register.accreditations).await?;
    rows(tx, register.contracts).await?;
    rows(tx, register.incidents).await
}

/// Writes entries with their days.
///
/// # Errors
/// [`DbErr`].
pub async fn entries(tx: &Tx, written: Vec<Written>) -> Result<(), DbErr> {
    let mut entries = Vec::with_capacity(written.len());
    let mut days = Vec::with_capacity(written.len());
    for Written {
        entry,
        days: shares,
        ..
    } in written
    {
        days.extend(shares.into_iter().map(|share| hour_entry_day::Model {
            entry_id: entry.id,
            day: share.day,
            organization_id: entry.organization_id,
            person_id: entry.person_id,
            minutes: share.minutes,
        }));
        entries.push(entry);
    }
    rows(tx, entries).await?;
    rows(tx, days).await
}

/// Appends events that are bound already, the last of them the head.
///
/// # Errors
/// [`DbErr`].
pub async fn events(
    tx: &Tx,
    events: Vec<ledger_event::Model>,
    head: ledger_head::Model,
) -> Result<(), DbErr> {
    if events.is_empty() {
        return Ok(());
    }
    rows(tx, events).await?;
    ledger_head::Entity::insert(head.into_active_model())
        .on_conflict(
            OnConflict::column(ledger_head::Column::OrganizationId)
                .update_columns([ledger_head::Column::Sequence, ledger_head::Column::Hash])
                .to_owned(),
        )
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

async fn rows<M>(tx: &Tx, rows: Vec<M>) -> Result<(), DbErr>
where
    M: sea_orm::ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
    <M::Entity as EntityTrait>::ActiveModel: ActiveModelTrait<Entity = M::Entity> + Send,
{
    let columns = <M::Entity as EntityTrait>::Column::iter().count();
    let most = power_of_two_within(PARAMETERS / columns.max(1));
    let mut left = rows.into_iter();
    while left.len() > 0 {
        // Few lengths, so that few statements are prepared, and those again and again.
        let length = most.min(power_of_two_within(left.len()));
        let chunk: Vec<_> = left
            .by_ref()
            .take(length)
            .map(IntoActiveModel::into_active_model)
            .collect();
        <M::Entity as EntityTrait>::insert_many(chunk)
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

/// The largest power of two that is not larger; 1 at least.
fn power_of_two_within(count: usize) -> usize {
    1 << count.max(1).ilog2()
}
