//! Keys that make a repeated creation have one effect.
//!
//! What was created is loaded by the area that created it.

use std::collections::BTreeMap;
use std::collections::HashMap;

use chrono::DateTime;
use chrono::Utc;
use entity::idempotency_key;
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use sea_orm::QuerySelect;
use sea_orm::TryInsertResult;
use uuid::Uuid;

use crate::platform::crypto::sha256;
use crate::platform::db::Tx;

/// Longest key accepted, in characters.
pub const KEY_MOST: usize = 200;

/// A key as a client sent it, with what it was sent for.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// Who sent it: keys of different senders never meet.
    pub actor: &'a str,
    /// The key.
    pub key: &'a str,
    /// Name of the operation.
    pub operation: &'a str,
    /// Canonical form of the input without the key.
    pub content: &'a [u8],
}

/// What a key means for this request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// New: do the work; it will be known by the id given to [`claim`].
    Go,
    /// Done before with the same content: answer with what was created then.
    Replay(Uuid),
    /// Used before for another operation or content.
    Conflict,
}

/// Claims a key for what is about to be created under `subject`, in the work's own transaction.
///
/// # Errors
/// [`DbErr`] of the database.
pub async fn claim(
    tx: &Tx,
    request: &Request<'_>,
    subject: Uuid,
    now: DateTime<Utc>,
) -> Result<Claim, DbErr> {
    // Insert first: of two simultaneous requests the second waits here for the first one's end.
    let inserted = idempotency_key::Entity::insert(idempotency_key::ActiveModel {
        actor: Set(request.actor.to_owned()),
        key: Set(request.key.to_owned()),
        operation: Set(request.operation.to_owned()),
        content_hash: Set(sha256(request.content)),
        subject_id: Set(subject),
        created_at: Set(now),
    })
    .on_conflict_do_nothing_on([idempotency_key::Column::Actor, idempotency_key::Column::Key])
    .exec_without_returning(&**tx)
    .await?;
    // A conflict shows itself as an insertion of no row.
    if matches!(inserted, TryInsertResult::Inserted(1..)) {
        return Ok(Claim::Go);
    }
    Ok(peek(&**tx, request).await?.unwrap_or(Claim::Conflict))
}

/// What a key that was claimed before means for this request; `None` for a new one. Nothing is claimed: for
/// whoever must work out at length what is about to be created, and need not do it twice.
///
/// # Errors
/// [`DbErr`] of the database.
pub async fn peek(
    conn: &impl ConnectionTrait,
    request: &Request<'_>,
) -> Result<Option<Claim>, DbErr> {
    let content_hash = sha256(request.content);
    let stored =
        idempotency_key::Entity::find_by_id((request.actor.to_owned(), request.key.to_owned()))
            .one(conn)
            .await?;
    Ok(stored.map(|it| {
        if it.operation == request.operation && it.content_hash == content_hash {
            Claim::Replay(it.subject_id)
        } else {
            Claim::Conflict
        }
    }))
}

/// Claims several keys of one sender at once, each for its own subject; the answers come in the
/// order of the requests. Of two requests with one key the first claims it.
///
/// # Errors
/// [`DbErr`] of the database.
pub async fn claim_many(
    tx: &Tx,
    requests: &[(Request<'_>, Uuid)],
    now: DateTime<Utc>,
) -> Result<Vec<Claim>, DbErr> {
    let Some((first, _)) = requests.first() else {
        return Ok(Vec::new());
    };
    // Always in the order of keys, so that two batches never wait for each other.
    let mut wanted = BTreeMap::new();
    for (request, subject) in requests {
        wanted
            .entry(request.key)
            .or_insert_with(|| idempotency_key::ActiveModel {
                actor: Set(request.actor.to_owned()),
                key: Set(request.key.to_owned()),
                operation: Set(request.operation.to_owned()),
                content_hash: Set(sha256(request.content)),
                subject_id: Set(*subject),
                created_at: Set(now),
            });
    }
    idempotency_key::Entity::insert_many(wanted.values().cloned())
        .on_conflict_do_nothing_on([idempotency_key::Column::Actor, idempotency_key::Column::Key])
        .exec_without_returning(&**tx)
        .await?;
    let stored: HashMap<String, idempotency_key::Model> = idempotency_key::Entity::find()
        .filter(idempotency_key::Column::Actor.eq(first.actor))
        .filter(idempotency_key::Column::Key.is_in(wanted.keys().copied()))
        .all(&**tx)
        .await?
        .into_iter()
        .map(|it| (it.key.clone(), it))
        .collect();
    Ok(requests
        .iter()
        .map(|(request, subject)| match stored.get(request.key) {
            Some(it) if it.subject_id == *subject => Claim::Go,
            Some(it)
                if it.operation == request.operation
                    && it.content_hash == sha256(request.content) =>
            {
                Claim::Replay(it.subject_id)
            }
            _ => Claim::Conflict,
        })
        .collect())
}

/// What some keys of a sender made, by key; those that made nothing are left out.
///
/// # Errors
/// [`DbErr`] of the database.
pub async fn subjects(
    conn: &impl ConnectionTrait,
    actor: &str,
    operation: &str,
    keys: &[&str],
) -> Result<Vec<(String, Uuid)>, DbErr> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    idempotency_key::Entity::find()
        .select_only()
        .column(idempotency_key::Column::Key)
        .column(idempotency_key::Column::SubjectId)
        .filter(idempotency_key::Column::Actor.eq(actor))
        .filter(idempotency_key::Column::Operation.eq(operation))
        .filter(idempotency_key::Column::Key.is_in(keys.iter().copied()))
        .into_tuple()
        .all(conn)
        .await
}

/// Gives keys back whose work was refused, so that a mended attempt may use them.
///
/// # Errors
/// [`DbErr`] of the database.
pub async fn release(tx: &Tx, actor: &str, keys: &[&str]) -> Result<(), DbErr> {
    if keys.is_empty() {
        return Ok(());
    }
    idempotency_key::Entity::delete_many()
        .filter(idempotency_key::Column::Actor.eq(actor))
        .filter(idempotency_key::Column::Key.is_in(keys.iter().copied()))
        .exec(&**tx)
        .await?;
    Ok(())
}
