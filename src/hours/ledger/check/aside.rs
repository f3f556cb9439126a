//! What a look at single rows does not notice: instants in another form, rows in nobody's list.
//!
//! Whether each row is what its event says is compared in `rows`.

use entity::hour_entry;
use entity::hour_entry_amendment;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ledger_checkpoint;
use entity::ledger_note;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DatabaseTransaction;
use sea_orm::DbBackend;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use sea_orm::QuerySelect;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;
use sea_orm::sea_query::SimpleExpr;

use crate::hours::ledger::check::Fault;
use crate::hours::ledger::check::Halt;
use crate::hours::ledger::check::rows::last_of;

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

/// As SQL: whether the text of an instant is not in the one form in which SQLite gets it from us.
pub(super) fn not_our_form(column: &str) -> String {
    let day = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]";
    format!("{column} not glob '{day}T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]*+00:00'")
}

/// Nothing beside the chains names an event or an entry that is not there: a row that was moved to
/// an organization that does not exist would be in no list that is checked.
pub(super) async fn strays(
    tx: &DatabaseTransaction,
    organization: OrganizationId,
) -> Result<(), Halt> {
    let here = |column: SimpleExpr, table: &str| {
        Condition::any()
            .add(column.eq(organization))
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
    let mark: Option<i64> = ledger_checkpoint::Entity::find()
        .select_only()
        .column(ledger_checkpoint::Column::Sequence)
        .filter(here(
            Expr::col(ledger_checkpoint::Column::OrganizationId),
            "ledger_checkpoint",
        ))
        .filter(no_event("ledger_checkpoint"))
        .limit(1)
        .into_tuple()
        .one(tx)
        .await?;
    if let Some(sequence) = mark {
        return Err(Halt::Broken(sequence, Fault::Checkpoint));
    }
    let note: Option<i64> = ledger_note::Entity::find()
        .select_only()
        .column(ledger_note::Column::Sequence)
        .filter(here(
            Expr::col(ledger_note::Column::OrganizationId),
            "ledger_note",
        ))
        .filter(no_event("ledger_note"))
        .limit(1)
        .into_tuple()
        .one(tx)
        .await?;
    if let Some(sequence) = note {
        return Err(Halt::Broken(sequence, Fault::Note));
    }
    let astray: Option<EntryId> = hour_entry_amendment::Entity::find()
        .select_only()
        .column(hour_entry_amendment::Column::EntryId)
        .filter(here(
            Expr::col(hour_entry_amendment::Column::OrganizationId),
            "hour_entry_amendment",
        ))
        .filter(Expr::cust(
            "not exists (select 1 from hour_entry entry \
             where entry.id = hour_entry_amendment.entry_id \
             and entry.organization_id = hour_entry_amendment.organization_id)",
        ))
        .limit(1)
        .into_tuple()
        .one(tx)
        .await?;
    match astray {
        None => Ok(()),
        Some(id) => Err(Halt::Broken(last_of(tx, id).await?, Fault::Amendment)),
    }
}

/// No instant beside the chain is written in another form than ours: SQLite reads several forms
/// alike.
pub(super) async fn forms(
    tx: &DatabaseTransaction,
    organization: OrganizationId,
) -> Result<(), Halt> {
    if tx.get_database_backend() == DbBackend::Postgres {
        return Ok(());
    }
    let odd = |columns: &[&str]| {
        let odd = columns.iter().map(|it| Expr::cust(not_our_form(it)));
        odd.fold(Condition::any(), Condition::add)
    };
    let entry: Option<EntryId> = hour_entry::Entity::find()
        .select_only()
        .column(hour_entry::Column::Id)
        .filter(hour_entry::Column::OrganizationId.eq(organization))
        .filter(odd(&OF_ENTRY))
        .limit(1)
        .into_tuple()
        .one(tx)
        .await?;
    if let Some(id) = entry {
        return Err(Halt::Broken(last_of(tx, id).await?, Fault::Entry));
    }
    let amendment: Option<EntryId> = hour_entry_amendment::Entity::find()
        .select_only()
        .column(hour_entry_amendment::Column::EntryId)
        .filter(hour_entry_amendment::Column::OrganizationId.eq(organization))
        .filter(odd(&OF_AMENDMENT))
        .limit(1)
        .into_tuple()
        .one(tx)
        .await?;
    if let Some(id) = amendment {
        return Err(Halt::Broken(last_of(tx, id).await?, Fault::Amendment));
    }
    let mark: Option<i64> = ledger_checkpoint::Entity::find()
        .select_only()
        .column(ledger_checkpoint::Column::Sequence)
        .filter(ledger_checkpoint::Column::OrganizationId.eq(organization))
        .filter(odd(&["signed_at"]))
        .limit(1)
        .into_tuple()
        .one(tx)
        .await?;
    match mark {
        None => Ok(()),
        Some(sequence) => Err(Halt::Broken(sequence, Fault::Checkpoint)),
    }
}
