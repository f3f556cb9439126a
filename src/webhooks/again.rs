//! Sends again what an endpoint was told, and tries an endpoint.
//!
//! Under which id something is sent does not change by that.

use chrono::DateTime;
use chrono::Utc;
use entity::ids::WebhookDeliveryId;
use entity::ids::WebhookEndpointId;
use entity::types::WebhookEndpointStatus;
use entity::webhook_delivery;
use entity::webhook_endpoint;
use sea_orm::ColumnTrait;
use sea_orm::Condition;

use crate::identity::Ctx;
use crate::platform::idempotency::Claim;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::webhooks::BELL;
use crate::webhooks::EventType;
use crate::webhooks::WebhookError;
use crate::webhooks::endpoint::held;
use crate::webhooks::endpoint::record;
use crate::webhooks::event::Event;
use crate::webhooks::gather;
use crate::webhooks::passed;
use crate::webhooks::store;

/// Most deliveries that are named at once.
const NAMED_MOST: usize = 100;

/// What is to be sent again: what came to an end, taken or dead.
#[derive(Clone, Debug, Default)]
pub struct Again {
    /// These.
    pub deliveries: Vec<WebhookDeliveryId>,
    /// All from this number on.
    pub from_sequence: Option<i64>,
    /// All that happened at this instant or after it.
    pub happened_from: Option<DateTime<Utc>>,
    /// Those alone that no attempt brought.
    pub dead: bool,
}

/// Has deliveries of an endpoint sent again, in their order: the endpoint, and how many. What waits anyway is not counted
/// among them, and need not wait any longer. However many there are, it is one statement.
///
/// # Errors
/// [`WebhookError::NotFound`], [`WebhookError::VersionConflict`], [`WebhookError::Disabled`],
/// [`WebhookError::Invalid`].
pub async fn replay(
    ctx: &Ctx,
    id: WebhookEndpointId,
    expected: Option<i32>,
    again: &Again,
) -> Result<(webhook_endpoint::Model, u64), WebhookError> {
    use webhook_delivery::Column;
    ctx.demand_signed_in()?;
    let mut checks = Checks::new();
    checks.demand(again.deliveries.len() <= NAMED_MOST, || {
        Refusal::of(Code::WrongCount, "deliveryIds")
            .with("least", 1)
            .with("most", NAMED_MOST)
    });
    let says = !again.deliveries.is_empty()
        || again.from_sequence.is_some()
        || again.happened_from.is_some()
        || again.dead;
    checks.demand(says, || Refusal::of(Code::Required, "deliveryIds"));
    checks.demand(again.from_sequence.is_none_or(|it| it >= 1), || {
        Refusal::of(Code::OutOfRange, "fromSequence")
    });
    checks.done().map_err(WebhookError::Invalid)?;
    let named = (!again.deliveries.is_empty()).then(|| {
        let named = again.deliveries.iter().copied();
        Column::Id.is_in(named)
    });
    let which = Condition::all()
        .add_option(named)
        .add_option(again.from_sequence.map(|it| Column::Sequence.gte(it)))
        .add_option(again.happened_from.map(|it| Column::HappenedAt.gte(it)))
        .add_option(
            again
                .dead
                .then(|| Column::Status.eq(entity::types::WebhookDeliveryStatus::Dead)),
        );
    ctx.transaction(async |tx| {
        let held = held(ctx, tx, id, expected).await?;
        if held.status == WebhookEndpointStatus::Disabled {
            return Err(WebhookError::Disabled);
        }
        let found = store::deliveries_by_ids(&**tx, held.id, &again.deliveries).await?;
        let missing = again
            .deliveries
            .iter()
            .any(|asked| !found.iter().any(|it| it.id == *asked));
        if missing {
            return Err(WebhookError::NotFound("deliveryIds"));
        }
        let now = ctx.now();
        let count = store::again(tx, held.id, which, now).await?;
        let Some(next) = store::waiting(&**tx, held.id).await? else {
            return Ok((held, count));
        };
        let next = webhook_delivery::Model {
            next_attempt_at: Some(now),
            ..next
        };
        store::update_delivery(tx, &next).await?;
        let row = webhook_endpoint::Model {
            due_at: next.next_attempt_at,
            ..held
        };
        store::update(tx, &row).await?;
        record(ctx, tx, "webhook.replay", &row).await?;
        tx.ring(BELL);
        Ok((row, count))
    })
    .await
}

/// Tells an endpoint that somebody tries it, behind what waits for it.
///
/// # Errors
/// [`WebhookError::NotFound`], [`WebhookError::Disabled`], [`WebhookError::KeyReused`], [`WebhookError::Invalid`].
pub async fn test(
    ctx: &Ctx,
    id: WebhookEndpointId,
    key: Option<&str>,
) -> Result<webhook_delivery::Model, WebhookError> {
    ctx.demand_signed_in()?;
    let mut checks = Checks::new();
    checks.key(key);
    checks.done().map_err(WebhookError::Invalid)?;
    ctx.transaction(async |tx| {
        let held = held(ctx, tx, id, None).await?;
        if held.status == WebhookEndpointStatus::Disabled {
            return Err(WebhookError::Disabled);
        }
        let event = Event {
            kind: EventType::Test,
            at: ctx.now(),
            data: passed::test(held.organization_id, held.id.0),
        };
        let row = gather::delivery(ctx, &held, held.sequence.saturating_add(1), &event);
        let claim = ctx.claim(tx, "sendWebhookTest", key, &id, row.id.0);
        match claim.await? {
            Claim::Go => {}
            Claim::Conflict => return Err(WebhookError::KeyReused),
            Claim::Replay(known) => {
                let known = [WebhookDeliveryId(known)];
                let mut found = store::deliveries_by_ids(&**tx, held.id, &known).await?;
                return found.pop().ok_or(WebhookError::NotFound("idempotencyKey"));
            }
        }
        let endpoint = gather::put(tx, held, vec![row.clone()]).await?;
        record(ctx, tx, "webhook.test", &endpoint).await?;
        Ok(row)
    })
    .await
}
