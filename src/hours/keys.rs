//! Idempotency keys of a batch: a repeated attempt gets the answer of the first.
//!
//! How keys are kept is in `platform/idempotency`.

use entity::ids::EntryId;
use sea_orm::DbErr;
use uuid::Uuid;

use crate::hours::batch::Item;
use crate::hours::batch::Outcome;
use crate::hours::batch::Recorded;
use crate::hours::error::HoursError;
use crate::hours::list;
use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::platform::idempotency;
use crate::platform::idempotency::Claim;

/// Name under which idempotency keys of entries are kept.
const OPERATION: &str = "hours.create";

/// What the idempotency key of each item means; an item without one goes ahead.
///
/// # Errors
/// [`DbErr`].
pub async fn claim(
    ctx: &Ctx,
    tx: &Tx,
    items: &[Item],
    ids: &[EntryId],
) -> Result<Vec<Claim>, DbErr> {
    let actor = ctx.sender();
    let contents: Vec<Vec<u8>> = items
        .iter()
        .map(|it| match it.idempotency_key {
            Some(_) => it.content(),
            None => Vec::new(),
        })
        .collect();
    let requests: Vec<(idempotency::Request<'_>, Uuid)> = items
        .iter()
        .zip(ids)
        .zip(&contents)
        .filter_map(|((item, id), content)| {
            let request = idempotency::Request {
                actor: &actor,
                key: item.idempotency_key.as_deref()?,
                operation: OPERATION,
                content,
            };
            Some((request, id.0))
        })
        .collect();
    let mut answers = idempotency::claim_many(tx, &requests, ctx.now())
        .await?
        .into_iter();
    Ok(items
        .iter()
        .map(|it| match it.idempotency_key {
            Some(_) => answers.next().unwrap_or(Claim::Conflict),
            None => Claim::Go,
        })
        .collect())
}

/// Answers repeated attempts with what became of the first.
///
/// # Errors
/// [`DbErr`].
pub async fn replay(
    ctx: &Ctx,
    tx: &Tx,
    replays: &[(usize, EntryId)],
    outcomes: &mut [Outcome],
) -> Result<(), DbErr> {
    if replays.is_empty() {
        return Ok(());
    }
    let ids: Vec<EntryId> = replays.iter().map(|(_, id)| *id).collect();
    let entries = list::by_ids(&**tx, ctx.scope(), &ids).await?;
    for (at, id) in replays {
        if let Some(outcome) = outcomes.get_mut(*at) {
            *outcome = match entries.get(id) {
                Some(entry) => Ok(Recorded::Replayed(entry.clone())),
                None => Err(HoursError::NotFound { field: "" }),
            };
        }
    }
    Ok(())
}

/// Gives back the keys of refused attempts.
///
/// # Errors
/// [`DbErr`].
pub async fn release(
    ctx: &Ctx,
    tx: &Tx,
    items: &[Item],
    claims: &[Claim],
    outcomes: &[Outcome],
) -> Result<(), DbErr> {
    let refused: Vec<&str> = items
        .iter()
        .zip(claims)
        .zip(outcomes)
        .filter(|((_, claim), outcome)| **claim == Claim::Go && outcome.is_err())
        .filter_map(|((item, _), _)| item.idempotency_key.as_deref())
        .collect();
    idempotency::release(tx, &ctx.sender(), &refused).await
}
