//! Keys that make a repeated creation have one effect.
//!
//! What was created is loaded by the area that created it.

use chrono::DateTime;
use chrono::Utc;
use entity::idempotency_key;
use sea_orm::ActiveValue::Set;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::TryInsertResult;
use uuid::Uuid;

use crate::platform::crypto::sha256;
use crate::platform::db::Tx;

/// Longest key accepted, in bytes.
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
    let content_hash = sha256(request.content);
    // Insert first: of two simultaneous requests the second waits here for the first one's end.
    let inserted = idempotency_key::Entity::insert(idempotency_key::ActiveModel {
        actor: Set(request.actor.to_owned()),
        key: Set(request.key.to_owned()),
        operation: Set(request.operation.to_owned()),
        content_hash: Set(content_hash.clone()),
        subject_id: Set(subject),
        created_at: Set(now),
    })
    .on_conflict_do_nothing_on([idempotency_key::Column::Actor, idempotency_key::Column::Key])
    .exec_without_returning(&**tx)
    .await?;
    if matches!(inserted, TryInsertResult::Inserted(_)) {
        return Ok(Claim::Go);
    }
    let stored =
        idempotency_key::Entity::find_by_id((request.actor.to_owned(), request.key.to_owned()))
            .one(&**tx)
            .await?;
    Ok(match stored {
        Some(it) if it.operation == request.operation && it.content_hash == content_hash => {
            Claim::Replay(it.subject_id)
        }
        _ => Claim::Conflict,
    })
}
