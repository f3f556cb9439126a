//! Sends what endpoints are to be told: to each in order, to several at once.
//!
//! A worker has an endpoint by a lease and by the number that came with it: of two workers only one writes down what became
//! of an attempt. One that dies after an endpoint took a message has it sent once more, under the same id.

use std::time::Duration;

use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;
use entity::types::NotificationKind;
use entity::types::WebhookDeliveryStatus;
use entity::types::WebhookEndpointStatus;
use entity::webhook_delivery;
use entity::webhook_endpoint;
use sea_orm::DbErr;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::webhooks::BELL;
use crate::webhooks::Dialer;
use crate::webhooks::dial::Message;
use crate::webhooks::dial::Outcome;
use crate::webhooks::event;
use crate::webhooks::gather::gather;
use crate::webhooks::retry::FAILING_MOST;
use crate::webhooks::retry::pause;
use crate::webhooks::secret;
use crate::webhooks::store;
use crate::webhooks::telling::tell;

/// How long a worker has an endpoint without saying more: several times what an attempt takes.
const LEASE: TimeDelta = TimeDelta::seconds(60);
/// How many endpoints are sent to at once by one process.
const AT_ONCE: usize = 32;
/// How many messages go to one endpoint before others have their turn.
const TURN: usize = 20;
/// How often it is looked without a sign whether something is to be sent.
const LOOK: Duration = Duration::from_secs(2);
/// What an endpoint answers that is gone for good.
const GONE: u16 = 410;
/// How many deliveries are taken away in one transaction.
const DROPPED: u64 = 1_000;

/// Passes changes on until `closing`.
pub async fn go_on(operator: &Ctx, dialer: &Dialer, closing: CancellationToken) {
    let mut bell = operator.core().db.wake().bells().listen(BELL);
    let mut going = JoinSet::new();
    let mut look = tokio::time::interval(LOOK);
    loop {
        tokio::select! {
            // What is under way has a lease, and goes out again under its id.
            () = closing.cancelled() => return,
            Some(_ended) = going.join_next() => {}
            () = bell.rung() => {}
            _ = look.tick() => {
                if let Err(cause) = gather(operator).await {
                    tracing::error!(%cause, "changes not passed on");
                }
            }
        }
        while going.len() < AT_ONCE {
            match take(operator).await {
                Ok(Some(taken)) => {
                    going.spawn(turn(operator.clone(), dialer.clone(), taken));
                }
                Ok(None) => break,
                Err(cause) => {
                    tracing::error!(%cause, "webhooks cannot be read");
                    break;
                }
            }
        }
    }
}

/// Passes on what happened until now, and sends what is due.
///
/// # Errors
/// [`DbErr`].
pub async fn all_due(operator: &Ctx, dialer: &Dialer) -> Result<(), DbErr> {
    gather(operator).await?;
    let mut going = JoinSet::new();
    loop {
        while going.len() < AT_ONCE {
            match take(operator).await? {
                Some(taken) => going.spawn(turn(operator.clone(), dialer.clone(), taken)),
                None => break,
            };
        }
        if going.join_next().await.is_none() {
            return Ok(());
        }
    }
}

/// Takes the next endpoint to which something is to be sent.
async fn take(operator: &Ctx) -> Result<Option<webhook_endpoint::Model>, DbErr> {
    // Most looks find nothing, and writers need not wait for that.
    if !store::any_due(operator.read(), operator.now()).await? {
        return Ok(None);
    }
    operator
        .transaction(async |tx| {
            let now = operator.now();
            let Some(held) = store::next_due(tx, now).await? else {
                return Ok(None);
            };
            let taken = webhook_endpoint::Model {
                leased_until: Some(now + LEASE),
                fence: held.fence.saturating_add(1),
                ..held
            };
            store::update(tx, &taken).await?;
            Ok(Some(taken))
        })
        .await
}

/// Sends some messages to an endpoint that was taken. What goes wrong in it is tried again when its lease is over.
/// A task of its own: whoever takes the next one must not wait for what this one holds.
async fn turn(operator: Ctx, dialer: Dialer, taken: webhook_endpoint::Model) {
    let id = taken.id;
    if let Err(cause) = turns(&operator, &dialer, taken).await {
        tracing::error!(webhook.id = %id, %cause, "a webhook was not worked off");
    }
}

async fn turns(
    operator: &Ctx,
    dialer: &Dialer,
    taken: webhook_endpoint::Model,
) -> Result<(), DbErr> {
    let mut endpoint = taken;
    for left in (0..TURN).rev() {
        let next = store::waiting(operator.read(), endpoint.id).await?;
        let outcome = match &next {
            Some(row) if row.next_attempt_at.is_some_and(|it| it <= operator.now()) => {
                Some(dialer.post(message(operator, &endpoint, row)).await)
            }
            _ => None,
        };
        let done = next.zip(outcome);
        let stays = if left == 0 {
            Lease::Over
        } else {
            Lease::GoesOn
        };
        let settled = operator
            .transaction(async |tx| settle(operator, tx, &endpoint, done, stays).await)
            .await?;
        match settled {
            Some(held) => endpoint = held,
            None => break,
        }
    }
    Ok(())
}

fn message(
    operator: &Ctx,
    endpoint: &webhook_endpoint::Model,
    row: &webhook_delivery::Model,
) -> Message {
    let now = operator.now();
    let body = event::body(row);
    Message {
        url: endpoint.url.clone(),
        id: row.id.to_string(),
        timestamp: now.timestamp(),
        signatures: secret::signatures(&operator.core().keys, endpoint, row.id.0, now, &body),
        body,
    }
}

/// Whether the worker goes on with the endpoint where more is due.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lease {
    GoesOn,
    Over,
}

/// Writes down what became of an attempt, and when the next one is due. The endpoint as it is now where the worker goes on
/// with it; `None` where it has it no longer.
async fn settle(
    operator: &Ctx,
    tx: &Tx,
    taken: &webhook_endpoint::Model,
    done: Option<(webhook_delivery::Model, Outcome)>,
    lease: Lease,
) -> Result<Option<webhook_endpoint::Model>, DbErr> {
    let Some(held) = store::hold(tx, taken.id).await? else {
        return Ok(None);
    };
    if held.fence != taken.fence {
        return Ok(None);
    }
    let now = operator.now();
    let mut endpoint = held;
    if let Some((row, outcome)) = done {
        // As it is now: somebody may have asked for it again meanwhile.
        if let Some(row) = store::delivery(&**tx, row.id).await? {
            let row = attempted(row, outcome, now);
            store::update_delivery(tx, &row).await?;
            endpoint = judged(operator, tx, endpoint, &row, outcome).await?;
        }
    }
    let next = store::waiting(&**tx, endpoint.id).await?;
    let due = next.and_then(|it| it.next_attempt_at);
    let goes_on = lease == Lease::GoesOn
        && endpoint.status == WebhookEndpointStatus::Active
        && due.is_some_and(|it| it <= now);
    let endpoint = webhook_endpoint::Model {
        // Behind others that are due as well.
        due_at: due.map(|it| it.max(now)),
        leased_until: goes_on.then(|| now + LEASE),
        ..endpoint
    };
    store::update(tx, &endpoint).await?;
    Ok(goes_on.then_some(endpoint))
}

/// A delivery after an attempt.
fn attempted(
    row: webhook_delivery::Model,
    outcome: Outcome,
    now: DateTime<Utc>,
) -> webhook_delivery::Model {
    let attempts = row.attempts.saturating_add(1);
    match outcome {
        Outcome::Taken(status) => webhook_delivery::Model {
            status: WebhookDeliveryStatus::Delivered,
            attempts,
            response_status: Some(i32::from(status)),
            failure: None,
            next_attempt_at: None,
            delivered_at: Some(now),
            ..row
        },
        Outcome::Failed(failure, status) => {
            let again = pause(attempts).map(|it| now + it);
            webhook_delivery::Model {
                status: match again {
                    Some(_) => WebhookDeliveryStatus::Pending,
                    None => WebhookDeliveryStatus::Dead,
                },
                attempts,
                response_status: status.map(i32::from),
                failure: Some(failure),
                next_attempt_at: again,
                ..row
            }
        }
    }
}

/// An endpoint after an attempt: how long it fails, whether that is enough, and whether somebody is told.
async fn judged(
    operator: &Ctx,
    tx: &Tx,
    held: webhook_endpoint::Model,
    row: &webhook_delivery::Model,
    outcome: Outcome,
) -> Result<webhook_endpoint::Model, DbErr> {
    let now = operator.now();
    let Outcome::Failed(_, status) = outcome else {
        return Ok(webhook_endpoint::Model {
            failing_since: None,
            told_at: None,
            ..held
        });
    };
    let since = held.failing_since.unwrap_or(now);
    let failing = webhook_endpoint::Model {
        failing_since: Some(since),
        ..held
    };
    // Days without an event are none in which it failed: it takes an event that was given up, too.
    let is_given_up = row.status == WebhookDeliveryStatus::Dead;
    let over = status == Some(GONE) || (is_given_up && now - since >= FAILING_MOST);
    if over && failing.status != WebhookEndpointStatus::Ended {
        tell(operator, tx, &failing, NotificationKind::WebhookDisabled).await?;
        return Ok(webhook_endpoint::Model {
            status: WebhookEndpointStatus::Disabled,
            told_at: Some(now),
            ..failing
        });
    }
    if is_given_up && failing.told_at.is_none() {
        tell(operator, tx, &failing, NotificationKind::WebhookFailing).await?;
        return Ok(webhook_endpoint::Model {
            told_at: Some(now),
            ..failing
        });
    }
    Ok(failing)
}

/// Lets go of what endpoints were told longer ago than the settings say, and of what those were told that were taken
/// away: how many deliveries. Some at a time, so that nobody waits for it.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_old(operator: &Ctx) -> Result<u64, DbErr> {
    let kept = TimeDelta::days(operator.core().config.webhooks.kept_days);
    let before = operator.now() - kept;
    let mut all = 0;
    loop {
        let dropped = operator
            .transaction(async |tx| store::drop_deliveries(tx, before, DROPPED).await)
            .await?;
        all += dropped;
        if dropped < DROPPED {
            return Ok(all);
        }
    }
}
