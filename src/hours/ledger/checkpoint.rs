//! Checkpoints: the state of a chain, signed, so that a whole chain cannot be written anew.
//!
//! How a third party checks a signature is described in `docs/ledger.md`.

use std::collections::HashMap;

use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;
use entity::ids::OrganizationId;
use entity::ledger_checkpoint;
use entity::ledger_event;
use entity::ledger_head;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::FromQueryResult;
use sea_orm::IntoActiveModel;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::Select;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;
use sea_orm::sea_query::OnConflict;
use sea_orm::sea_query::Query;
use sea_orm::sea_query::SelectStatement;
use sea_orm::sea_query::SimpleExpr;

use ledger_checkpoint::Column as Mark;
use ledger_head::Column as Head;

use crate::hours::ledger::event::instant;
use crate::identity::Ctx;
use crate::platform::crypto::KeyError;
use crate::platform::crypto::Keys;
use crate::platform::db::Tx;
use crate::platform::hex::hex;
use crate::platform::page::Direction;
use crate::platform::page::Page;
use crate::platform::page::Slice;

/// First line of what is signed, so that a signature made for something else is none here.
const TITLE: &str = "tiwizi ledger checkpoint 2";
/// First line of those that do not name the checkpoint before them.
const UNBOUND: &str = "tiwizi ledger checkpoint 1";
/// Hours after which a chain that has moved on is signed again: under a day, so that a late round
/// still keeps "at least daily".
const HOURS: i64 = 20;
/// Events after which a chain is signed again, however young its last checkpoint.
const EVENTS: i64 = 10_000;
/// Rows of one statement.
pub(super) const PART: u64 = 1_000;

/// Why chains could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The database.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// The key.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// The text that is signed: title, organization, number, hash, instant, key and number of the
/// checkpoint before, one to a line.
#[must_use]
pub fn text(mark: &ledger_checkpoint::Model) -> String {
    let title = match mark.previous_sequence {
        Some(_) => TITLE,
        None => UNBOUND,
    };
    let mut lines = vec![
        title.to_owned(),
        mark.organization_id.to_string(),
        mark.sequence.to_string(),
        hex(&mark.hash),
        instant(mark.signed_at),
        mark.key_id.clone(),
    ];
    lines.extend(mark.previous_sequence.map(|it| it.to_string()));
    lines.join("\n")
}

/// Whether a checkpoint is signed by the key that it names, of those of this installation.
pub(super) fn is_signed(keys: &Keys, mark: &ledger_checkpoint::Model) -> bool {
    keys.signed(&mark.key_id, text(mark).as_bytes(), &mark.signature)
}

#[derive(FromQueryResult)]
struct Due {
    organization_id: OrganizationId,
    sequence: i64,
    hash: Vec<u8>,
}

/// Signs every chain that has moved on since its last checkpoint, unless that is younger than a day
/// and near;
/// how many were signed. Asked again it changes nothing.
///
/// # Errors
/// [`SignError`].
pub async fn sign_due(ctx: &Ctx) -> Result<u64, SignError> {
    sign_unless(ctx, young(ctx.now())).await
}

/// Signs every chain that has moved on since its last checkpoint, however young that is; how many were
/// signed.
///
/// # Errors
/// [`SignError`].
pub async fn sign_now(ctx: &Ctx) -> Result<u64, SignError> {
    sign_unless(ctx, of_the_last_event()).await
}

/// Signs every chain but those of which such a checkpoint exists.
async fn sign_unless(ctx: &Ctx, signed_already: SelectStatement) -> Result<u64, SignError> {
    let now = ctx.now();
    let mut signed = 0;
    let mut after: Option<OrganizationId> = None;
    loop {
        let mut page = ledger_head::Entity::find()
            .filter(ledger_head::Column::Sequence.gt(0))
            .filter(Expr::exists(signed_already.clone()).not())
            .order_by_asc(ledger_head::Column::OrganizationId)
            .limit(PART);
        if let Some(after) = after {
            page = page.filter(ledger_head::Column::OrganizationId.gt(after));
        }
        let due = page.into_model::<Due>().all(ctx.read()).await?;
        let Some(last) = due.last() else {
            return Ok(signed);
        };
        after = Some(last.organization_id);
        signed += ctx
            .transaction(async |tx| sign(ctx, tx, due, now).await)
            .await?;
    }
}

/// Signs states of chains, each bound to the checkpoint before it; how many.
async fn sign(ctx: &Ctx, tx: &Tx, due: Vec<Due>, now: DateTime<Utc>) -> Result<u64, SignError> {
    let before = latest(&**tx, due.iter().map(|it| it.organization_id)).await?;
    let keys = &ctx.core().keys;
    let mut marks = Vec::with_capacity(due.len());
    for it in due {
        let previous = before.get(&it.organization_id).copied().unwrap_or_default();
        // Another instance has signed meanwhile.
        if previous >= it.sequence {
            continue;
        }
        let mark = ledger_checkpoint::Model {
            organization_id: it.organization_id,
            sequence: it.sequence,
            hash: it.hash,
            signed_at: now,
            key_id: keys.key_id().to_owned(),
            signature: Vec::new(),
            previous_sequence: Some(previous),
        };
        let signature = keys.sign(text(&mark).as_bytes())?;
        marks.push(ledger_checkpoint::Model { signature, ..mark }.into_active_model());
    }
    if marks.is_empty() {
        return Ok(0);
    }
    // In PostgreSQL another instance may sign beside: of two that follow the same one, one stays.
    Ok(ledger_checkpoint::Entity::insert_many(marks)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(&**tx)
        .await?)
}

/// Numbers of the last checkpoints of some organizations.
async fn latest(
    conn: &impl ConnectionTrait,
    organizations: impl Iterator<Item = OrganizationId>,
) -> Result<HashMap<OrganizationId, i64>, DbErr> {
    let found: Vec<(OrganizationId, i64)> = ledger_checkpoint::Entity::find()
        .select_only()
        .column(ledger_checkpoint::Column::OrganizationId)
        .column_as(ledger_checkpoint::Column::Sequence.max(), "last")
        .filter(ledger_checkpoint::Column::OrganizationId.is_in(organizations))
        .group_by(ledger_checkpoint::Column::OrganizationId)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(found.into_iter().collect())
}

/// The checkpoints that make another one needless: of the present head, or not yet a day old and
/// not far behind it.
fn young(now: DateTime<Utc>) -> SelectStatement {
    let since = Expr::value(now - TimeDelta::hours(HOURS));
    let near = mark(Mark::Sequence).gt(head(Head::Sequence).sub(EVENTS));
    let known = mark(Mark::Sequence).eq(head(Head::Sequence));
    of_the_chain(known.or(mark(Mark::SignedAt).gt(since).and(near)))
}

/// The checkpoint of the last event of a chain.
fn of_the_last_event() -> SelectStatement {
    of_the_chain(mark(Mark::Sequence).eq(head(Head::Sequence)))
}

/// Checkpoints of the chain in question that fulfil a condition.
fn of_the_chain(condition: SimpleExpr) -> SelectStatement {
    Query::select()
        .expr(Expr::val(1))
        .from(ledger_checkpoint::Entity)
        .and_where(mark(Mark::OrganizationId).eq(head(Head::OrganizationId)))
        .and_where(condition)
        .to_owned()
}

fn mark(column: Mark) -> SimpleExpr {
    Expr::col((ledger_checkpoint::Entity, column))
}

fn head(column: Head) -> SimpleExpr {
    Expr::col((ledger_head::Entity, column))
}

/// The next checkpoints of an organization, oldest first, each with the hash of the event that it
/// names.
pub(super) async fn after(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    after: i64,
    most: u64,
) -> Result<Vec<(ledger_checkpoint::Model, Option<Vec<u8>>)>, DbErr> {
    let marks = of(organization)
        .filter(ledger_checkpoint::Column::Sequence.gt(after))
        .order_by_asc(ledger_checkpoint::Column::Sequence)
        .limit(most)
        .all(conn)
        .await?;
    let hashes: Vec<(i64, Vec<u8>)> = ledger_event::Entity::find()
        .select_only()
        .column(ledger_event::Column::Sequence)
        .column(ledger_event::Column::Hash)
        .filter(ledger_event::Column::OrganizationId.eq(organization))
        .filter(ledger_event::Column::Sequence.is_in(marks.iter().map(|it| it.sequence)))
        .into_tuple()
        .all(conn)
        .await?;
    let mut hashes: HashMap<i64, Vec<u8>> = hashes.into_iter().collect();
    Ok(marks
        .into_iter()
        .map(|it| {
            let hash = hashes.remove(&it.sequence);
            (it, hash)
        })
        .collect())
}

/// The number of the next checkpoint, of one whose other columns cannot be read.
pub(super) async fn number_after(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    after: i64,
) -> Result<i64, DbErr> {
    let next: Option<Option<i64>> = of(organization)
        .select_only()
        .column_as(ledger_checkpoint::Column::Sequence.min(), "next")
        .filter(ledger_checkpoint::Column::Sequence.gt(after))
        .into_tuple()
        .one(conn)
        .await?;
    Ok(next.flatten().unwrap_or(after))
}

/// The first checkpoint of an organization that covers an event.
pub(super) async fn covering(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    sequence: i64,
) -> Result<Option<ledger_checkpoint::Model>, DbErr> {
    of(organization)
        .filter(ledger_checkpoint::Column::Sequence.gte(sequence))
        .order_by_asc(ledger_checkpoint::Column::Sequence)
        .one(conn)
        .await
}

/// How many checkpoints an organization has.
///
/// # Errors
/// [`DbErr`].
pub async fn count(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Result<u64, DbErr> {
    of(organization).count(conn).await
}

fn of(organization: OrganizationId) -> Select<ledger_checkpoint::Entity> {
    ledger_checkpoint::Entity::find()
        .filter(ledger_checkpoint::Column::OrganizationId.eq(organization))
}

/// A page of the checkpoints of an organization, newest first.
///
/// # Errors
/// [`DbErr`].
pub async fn page(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    page: &Page<i64>,
) -> Result<Slice<ledger_checkpoint::Model>, DbErr> {
    let columns = [Expr::col(ledger_checkpoint::Column::Sequence)];
    let select = page.narrow(of(organization), &columns, Direction::Descending, |it| {
        vec![Expr::value(*it)]
    });
    Ok(page.slice(select.all(conn).await?))
}
