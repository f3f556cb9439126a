//! Acts on webhooks.
//!
//! Rules are in `webhooks`.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::MaybeUndefined;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::OrganizationId;
use entity::ids::WebhookDeliveryId;
use entity::ids::WebhookEndpointId;
use entity::webhook_endpoint;

use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::error::changed_meanwhile;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::patch::clearable;
use crate::graphql::patch::lasting;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Url;
use crate::graphql::webhooks::endpoint::WebhookDelivery;
use crate::graphql::webhooks::endpoint::WebhookEndpoint;
use crate::graphql::webhooks::endpoint::WebhookEventType;
use crate::identity::Ctx;
use crate::refusal::Refusal;
use crate::webhooks::WebhookError;
use crate::webhooks::again;
use crate::webhooks::again::Again;
use crate::webhooks::endpoint;
use crate::webhooks::endpoint::EndpointChanges;
use crate::webhooks::endpoint::NewEndpoint;

/// Another system that is to be told of changes.
#[derive(Debug, InputObject)]
struct CreateWebhookEndpointInput {
    /// Of which organization.
    organization_id: ID,
    /// Where it is told: a URL that begins with `https://`, of a host that everybody reaches; at most 2,000 characters.
    url: Url,
    /// What it is for; at most 200 characters.
    description: Option<String>,
    /// The events that it is told of; all by default.
    #[graphql(default)]
    events: Vec<WebhookEventType>,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

/// What changes of a webhook; what is absent stays.
#[derive(Debug, InputObject)]
struct UpdateWebhookEndpointInput {
    /// The webhook.
    id: ID,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present
    /// one.
    expected_version: Option<i32>,
    /// Where it is told. What waits is sent there at once.
    url: Option<Url>,
    /// What it is for; null for nothing.
    description: MaybeUndefined<String>,
    /// The events that it is told of from now on, all of them; empty for every event.
    events: Option<Vec<WebhookEventType>>,
    /// Whether it is told: `false` lets it wait, `true` lets it go on, after it was disabled, too.
    enabled: Option<bool>,
}

/// A webhook that is to have another secret.
#[derive(InputObject)]
struct RotateWebhookSecretInput {
    /// The webhook.
    id: ID,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present
    /// one.
    expected_version: Option<i32>,
    /// Makes a repeated request have one effect, and tells the secret again whose answer was lost; at most 200 characters.
    idempotency_key: Option<String>,
}

/// A webhook that is to be told of nothing more.
#[derive(InputObject)]
struct DeleteWebhookEndpointInput {
    /// The webhook.
    id: ID,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present
    /// one.
    expected_version: Option<i32>,
}

/// Events that are to be sent again. What is said narrows together; something must be.
#[derive(InputObject)]
struct ReplayWebhookDeliveriesInput {
    /// The webhook.
    id: ID,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present
    /// one.
    expected_version: Option<i32>,
    /// These deliveries; at most 100.
    delivery_ids: Option<Vec<ID>>,
    /// Those of this number and later ones.
    from_sequence: Option<i64>,
    /// Those of what happened at this instant or later.
    happened_from: Option<DateTime>,
    /// Only those that are `DEAD`.
    #[graphql(default)]
    only_dead: bool,
}

/// A webhook that is to be tried.
#[derive(InputObject)]
struct SendWebhookTestInput {
    /// The webhook.
    id: ID,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

/// The webhook that was created.
#[derive(SimpleObject)]
struct CreateWebhookEndpointPayload {
    /// The webhook; null when refused.
    webhook_endpoint: Option<WebhookEndpoint>,
    /// What its messages are signed with, `whsec_` and 32 bytes in Base64. Shown here alone; null when refused.
    secret: Option<String>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The webhook after it changed.
#[derive(SimpleObject)]
struct UpdateWebhookEndpointPayload {
    /// The webhook; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    webhook_endpoint: Option<WebhookEndpoint>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The webhook with its new secret.
#[derive(SimpleObject)]
struct RotateWebhookSecretPayload {
    /// The webhook; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    webhook_endpoint: Option<WebhookEndpoint>,
    /// What its messages are signed with from now on. Shown here alone; null when refused.
    secret: Option<String>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The webhook that is no more.
#[derive(SimpleObject)]
struct DeleteWebhookEndpointPayload {
    /// Its id; null when refused.
    deleted_id: Option<ID>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// What is sent again.
#[derive(SimpleObject)]
struct ReplayWebhookDeliveriesPayload {
    /// The webhook; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    webhook_endpoint: Option<WebhookEndpoint>,
    /// How many deliveries are sent again; what waits already is not among them. Null when refused.
    replayed: Option<i64>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The test that is under way.
#[derive(SimpleObject)]
struct SendWebhookTestPayload {
    /// What is sent; null when refused.
    delivery: Option<WebhookDelivery>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on webhooks.
#[derive(Debug, Default)]
pub struct WebhookMutations;

/// Acts on webhooks.
#[Object]
impl WebhookMutations {
    /// Has another system told of changes in an organization from now on, in order, signed by the scheme of Standard
    /// Webhooks. For owners and administrators; an organization has at most 20.
    async fn create_webhook_endpoint(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The other system.")] input: CreateWebhookEndpointInput,
    ) -> Result<CreateWebhookEndpointPayload> {
        let ctx = gql.signed_in()?;
        let outcome = created(ctx, input).await;
        let (done, user_errors) = answered(ctx, outcome)?;
        let (row, secret) = done.unzip();
        Ok(CreateWebhookEndpointPayload {
            webhook_endpoint: row.map(WebhookEndpoint),
            secret,
            user_errors,
        })
    }

    /// Changes a webhook, lets it wait, or lets it go on. Whoever does is told when it fails.
    async fn update_webhook_endpoint(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "What changes.")] input: UpdateWebhookEndpointInput,
    ) -> Result<UpdateWebhookEndpointPayload> {
        let ctx = gql.signed_in()?;
        let changes = EndpointChanges {
            url: lasting(input.url, |it| it.0),
            description: clearable(input.description, |it| it),
            events: lasting(input.events, kinds),
            enabled: lasting(input.enabled, |it| it),
        };
        let outcome = match named(&input.id) {
            Ok(id) => endpoint::update(ctx, id, input.expected_version, changes).await,
            Err(cause) => Err(cause),
        };
        let (row, user_errors) = answered(ctx, outcome)?;
        Ok(UpdateWebhookEndpointPayload {
            webhook_endpoint: present(gql, &input.id, row, &user_errors).await?,
            user_errors,
        })
    }

    /// Gives a webhook another secret. For 24 hours messages are signed with the one before, too, so that the other
    /// system can be changed meanwhile; a second rotation within them ends that one. Give an `idempotencyKey`, so that a
    /// request whose answer was lost is none.
    async fn rotate_webhook_secret(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The webhook.")] input: RotateWebhookSecretInput,
    ) -> Result<RotateWebhookSecretPayload> {
        let ctx = gql.signed_in()?;
        let outcome = match named(&input.id) {
            Ok(id) => {
                let key = input.idempotency_key.as_deref();
                endpoint::rotate(ctx, id, input.expected_version, key).await
            }
            Err(cause) => Err(cause),
        };
        let (done, user_errors) = answered(ctx, outcome)?;
        let (row, secret) = done.unzip();
        Ok(RotateWebhookSecretPayload {
            webhook_endpoint: present(gql, &input.id, row, &user_errors).await?,
            secret,
            user_errors,
        })
    }

    /// Deletes a webhook, with what it was told. Its secret is worth nothing from then on.
    async fn delete_webhook_endpoint(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The webhook.")] input: DeleteWebhookEndpointInput,
    ) -> Result<DeleteWebhookEndpointPayload> {
        let ctx = gql.signed_in()?;
        let outcome = match named(&input.id) {
            Ok(id) => endpoint::delete(ctx, id, input.expected_version).await,
            Err(cause) => Err(cause),
        };
        let (id, user_errors) = answered(ctx, outcome)?;
        Ok(DeleteWebhookEndpointPayload {
            deleted_id: id.map(NodeId::global),
            user_errors,
        })
    }

    /// Sends events again that were taken or given up, each under its id and its number, in their order, before what
    /// waits.
    async fn replay_webhook_deliveries(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The webhook, and which events.")] input: ReplayWebhookDeliveriesInput,
    ) -> Result<ReplayWebhookDeliveriesPayload> {
        let ctx = gql.signed_in()?;
        let id = input.id.clone();
        let outcome = replayed(ctx, input).await;
        let (done, user_errors) = answered(ctx, outcome)?;
        let (row, count) = done.unzip();
        Ok(ReplayWebhookDeliveriesPayload {
            webhook_endpoint: present(gql, &id, row, &user_errors).await?,
            replayed: count.map(|it| i64::try_from(it).unwrap_or(i64::MAX)),
            user_errors,
        })
    }

    /// Tells a webhook that somebody tries it, behind what waits for it.
    async fn send_webhook_test(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The webhook.")] input: SendWebhookTestInput,
    ) -> Result<SendWebhookTestPayload> {
        let ctx = gql.signed_in()?;
        let key = input.idempotency_key.as_deref();
        let outcome = match named(&input.id) {
            Ok(id) => again::test(ctx, id, key).await,
            Err(cause) => Err(cause),
        };
        let (row, user_errors) = answered(ctx, outcome)?;
        Ok(SendWebhookTestPayload {
            delivery: row.map(WebhookDelivery),
            user_errors,
        })
    }
}

type Outcome<T> = std::result::Result<T, WebhookError>;

fn named(id: &ID) -> Outcome<WebhookEndpointId> {
    WebhookEndpointId::input(id, "id").map_err(invalid)
}

fn invalid(refusal: Refusal) -> WebhookError {
    WebhookError::Invalid(vec![refusal])
}

fn kinds(events: Vec<WebhookEventType>) -> Vec<crate::webhooks::EventType> {
    events.into_iter().map(Into::into).collect()
}

async fn created(
    ctx: &Ctx,
    input: CreateWebhookEndpointInput,
) -> Outcome<(webhook_endpoint::Model, String)> {
    let organization = OrganizationId::input(&input.organization_id, "organizationId");
    let new = NewEndpoint {
        organization: organization.map_err(invalid)?,
        url: input.url.0,
        description: input.description,
        events: kinds(input.events),
    };
    endpoint::create(ctx, &new, input.idempotency_key.as_deref()).await
}

async fn replayed(
    ctx: &Ctx,
    input: ReplayWebhookDeliveriesInput,
) -> Outcome<(webhook_endpoint::Model, u64)> {
    let id = named(&input.id)?;
    let named = input.delivery_ids.unwrap_or_default();
    let named = named
        .iter()
        .map(|it| WebhookDeliveryId::input(it, "deliveryIds"));
    let what = Again {
        deliveries: named.collect::<Result<_, Refusal>>().map_err(invalid)?,
        from_sequence: input.from_sequence,
        happened_from: input.happened_from.map(|it| it.0),
        dead: input.only_dead,
    };
    again::replay(ctx, id, input.expected_version, &what).await
}

/// A webhook after an act, or as it is now where it changed meanwhile.
async fn present(
    gql: &Context<'_>,
    id: &ID,
    done: Option<webhook_endpoint::Model>,
    errors: &[UserError],
) -> Result<Option<WebhookEndpoint>> {
    let row = match WebhookEndpointId::read(id) {
        Some(id) if changed_meanwhile(errors) => loaders::one(gql, id).await?,
        _ => done,
    };
    Ok(row.map(WebhookEndpoint))
}
