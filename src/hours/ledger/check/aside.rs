//! What a look at single rows does not notice: instants in another form, rows in nobody's list.
//!
//! Whether each row is what its event says is compared in `rows`.

use std::collections::HashSet;

use entity::hour_entry;
use entity::hour_entry_amendment;
use entity::hour_entry_day;
use entity::ids::AmendmentId;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ledger_checkpoint;
use entity::ledger_note;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DatabaseTransaction;
use sea_orm::DbBackend;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use sea_orm::QuerySelect;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;
use sea_orm::sea_query::SimpleExpr;

use crate::hours::ledger::chain::Chain;
use crate::hours::ledger::check::Fault;
use crate::hours::ledger::check::found::Found;
use crate::hours::ledger::check::rows::first_of_last;

/// Columns of an entry that hold instants.
const OF_ENTRY: [&str; 6] = [
    "started_at",
    "ended_at",
    "submitted_at",
    "decided_at",
    "created_at",
    "updated_at",
];

/// Columns of a correction that hold instants.
const OF_AMENDMENT: [&str; 4] = ["started_at", "ended_at", "created_at", "decided_at"];

/// Columns of an entry, or of a correction, that hold civil days.
const DAYS: [&str; 2] = ["worked_on", "ended_on"];

/// As SQL: whether the text of an instant is not in the one form in which SQLite gets it from us.
pub(super) fn no_instant_of_ours(column: &str) -> String {
    let second = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]";
    format!(
        "not ({column} glob '{second}+00:00' or ({column} glob '{second}.[0-9]*+00:00' \
         and substr({column}, 21, length({column}) - 26) not glob '*[^0-9]*'))"
    )
}

/// As SQL: the same of a civil day.
fn no_day_of_ours(column: &str) -> String {
    format!("{column} not glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'")
}

fn odd(instants: &[&str], days: &[&str]) -> Condition {
    let instants = instants.iter().map(|it| no_instant_of_ours(it));
    instants
        .chain(days.iter().map(|it| no_day_of_ours(it)))
        .fold(Condition::any(), |all, it| all.add(Expr::cust(it)))
}

/// Nothing beside the chains names an event or an entry that is not there: a row that was moved to
/// an organization that does not exist would be in no list that is checked.
pub(super) async fn strays(
    tx: &DatabaseTransaction,
    chain: &Chain,
    found: &mut Found,
) -> Result<(), DbErr> {
    let here = |column: SimpleExpr, table: &str| {
        Condition::any()
            .add(column.eq(chain.organization))
            .add(Expr::cust(format!(
                "not exists (select 1 from organization where id = {table}.organization_id)"
            )))
    };
    let no_event = |table: &str| {
        Expr::cust(format!(
            "not exists (select 1 from ledger_event event \
             where event.organization_id = {table}.organization_id \
             and event.sequence = {table}.sequence)"
        ))
    };
    let mark: Option<Option<i64>> = ledger_checkpoint::Entity::find()
        .select_only()
        .column_as(ledger_checkpoint::Column::Sequence.min(), "first")
        .filter(here(
            Expr::col(ledger_checkpoint::Column::OrganizationId),
            "ledger_checkpoint",
        ))
        .filter(no_event("ledger_checkpoint"))
        .into_tuple()
        .one(tx)
        .await?;
    if let Some(sequence) = mark.flatten() {
        found.add(sequence, Fault::Checkpoint);
    }
    let note: Option<Option<i64>> = ledger_note::Entity::find()
        .select_only()
        .column_as(ledger_note::Column::Sequence.min(), "first")
        .filter(here(
            Expr::col(ledger_note::Column::OrganizationId),
            "ledger_note",
        ))
        .filter(no_event("ledger_note"))
        .into_tuple()
        .one(tx)
        .await?;
    if let Some(sequence) = note.flatten() {
        found.add(sequence, Fault::Note);
    }
    let astray = hour_entry_amendment::Entity::find()
        .filter(here(
            Expr::col(hour_entry_amendment::Column::OrganizationId),
            "hour_entry_amendment",
        ))
        .filter(Expr::cust(
            "not exists (select 1 from hour_entry entry \
             where entry.id = hour_entry_amendment.entry_id \
             and entry.organization_id = hour_entry_amendment.organization_id)",
        ))
        .count(tx)
        .await?;
    // Where its entry is known, its events have named it already.
    if astray > 0 {
        found.add(chain.sequence, Fault::Amendment);
    }
    Ok(())
}

/// No instant and no day of an entry or a checkpoint is written in another form than ours: SQLite
/// keeps both as text and reads several forms alike.
pub(super) async fn forms(
    tx: &DatabaseTransaction,
    chain: &Chain,
    found: &mut Found,
) -> Result<(), DbErr> {
    if tx.get_database_backend() == DbBackend::Postgres {
        return Ok(());
    }
    let organization = chain.organization;
    let mut entries: Vec<EntryId> = hour_entry::Entity::find()
        .select_only()
        .column(hour_entry::Column::Id)
        .filter(hour_entry::Column::OrganizationId.eq(organization))
        .filter(odd(&OF_ENTRY, &DAYS))
        .into_tuple()
        .all(tx)
        .await?;
    let days: Vec<EntryId> = hour_entry_day::Entity::find()
        .select_only()
        .column(hour_entry_day::Column::EntryId)
        .filter(hour_entry_day::Column::OrganizationId.eq(organization))
        .filter(odd(&[], &["day"]))
        .into_tuple()
        .all(tx)
        .await?;
    entries.extend(days);
    if let Some(sequence) = first_of_last(tx, &entries).await? {
        found.add(sequence, Fault::Entry);
    }
    let mark: Option<Option<i64>> = ledger_checkpoint::Entity::find()
        .select_only()
        .column_as(ledger_checkpoint::Column::Sequence.min(), "first")
        .filter(ledger_checkpoint::Column::OrganizationId.eq(organization))
        .filter(odd(&["signed_at"], &[]))
        .into_tuple()
        .one(tx)
        .await?;
    if let Some(sequence) = mark.flatten() {
        found.add(sequence, Fault::Checkpoint);
    }
    Ok(())
}

/// Corrections with such an instant or day.
pub(super) async fn odd_amendments(
    tx: &DatabaseTransaction,
    organization: OrganizationId,
) -> Result<HashSet<AmendmentId>, DbErr> {
    if tx.get_database_backend() == DbBackend::Postgres {
        return Ok(HashSet::new());
    }
    let ids: Vec<AmendmentId> = hour_entry_amendment::Entity::find()
        .select_only()
        .column(hour_entry_amendment::Column::Id)
        .filter(hour_entry_amendment::Column::OrganizationId.eq(organization))
        .filter(odd(&OF_AMENDMENT, &DAYS))
        .into_tuple()
        .all(tx)
        .await?;
    Ok(ids.into_iter().collect())
}
