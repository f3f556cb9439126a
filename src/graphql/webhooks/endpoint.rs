//! Where other systems are told of changes, and what each was told.
//!
//! Acts on them are in `acts`.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::dataloader::Loader;
use entity::ids::OrganizationId;
use entity::ids::WebhookEndpointId;
use entity::webhook_delivery;
use entity::webhook_endpoint;
use sea_orm::DbErr;

use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::error::fault;
use crate::graphql::error::read;
use crate::graphql::identity::User;
use crate::graphql::loaders;
use crate::graphql::loaders::Reader;
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Url;
use crate::webhooks;
use crate::webhooks::event::chosen;
use crate::webhooks::store;
use crate::webhooks::store::Filter;

/// Order of the list of endpoints.
const NEWEST: &str = "webhooks.id.desc";
/// Order of the list of deliveries.
const LAST: &str = "webhook_deliveries.sequence.desc";

/// An event that other systems can be told of; in messages as `hour_entry.approved`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "crate::webhooks::EventType")]
pub enum WebhookEventType {
    /// `hour_entry.created`: an hour entry was written.
    HourEntryCreated,
    /// `hour_entry.updated`: it was changed before it was decided on.
    HourEntryUpdated,
    /// `hour_entry.deleted`: it was taken away before it was decided on.
    HourEntryDeleted,
    /// `hour_entry.submitted`: it was handed in.
    HourEntrySubmitted,
    /// `hour_entry.withdrawn`: it was taken back.
    HourEntryWithdrawn,
    /// `hour_entry.approved`: it was approved.
    HourEntryApproved,
    /// `hour_entry.returned`: it was given back.
    HourEntryReturned,
    /// `hour_entry.rejected`: it was refused.
    HourEntryRejected,
    /// `hour_entry.amended`: a correction of it was approved.
    HourEntryAmended,
    /// `hour_entry.voided`: it counts no more.
    HourEntryVoided,
    /// `hour_entry.reassigned`: it went over to another record of the same person, or back.
    HourEntryReassigned,
    /// `period.submitted`: a month was attested.
    PeriodSubmitted,
    /// `period.closed`: a month was closed by hand. One that the days of grace close is told by no event.
    PeriodClosed,
    /// `period.certified`: a month was certified.
    PeriodCertified,
    /// `export.succeeded`: a file was made that somebody of the organization asked for, by hand or by a schedule.
    ExportSucceeded,
    /// `export.failed`: such a file was not made.
    ExportFailed,
    /// `certificate.issued`: hours were certified.
    CertificateIssued,
    /// `certificate.superseded`: the hours behind a certificate changed.
    CertificateSuperseded,
    /// `certificate.revoked`: a certificate was taken back.
    CertificateRevoked,
    /// `webhook.test`: somebody tries the webhook. It is told whatever was chosen.
    Test,
}

/// Whether a webhook is told of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::WebhookEndpointStatus")]
pub enum WebhookEndpointStatus {
    /// It is.
    Active,
    /// What happens is kept for it, and sent in order when it is enabled again.
    Paused,
    /// It took nothing for five days, or answered 410: nothing is kept for it until it is enabled again.
    Disabled,
    /// It was deleted.
    Ended,
}

/// How far an event has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::WebhookDeliveryStatus")]
pub enum WebhookDeliveryStatus {
    /// It waits for its first or next attempt, or for an event before it.
    Pending,
    /// The other system took it.
    Delivered,
    /// No attempt in about a day succeeded: later events go on; it can be sent again.
    Dead,
}

/// Why an attempt failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::WebhookFailure")]
pub enum WebhookFailure {
    /// The answer was none of 2xx.
    Status,
    /// The answer pointed elsewhere; redirects are not followed.
    Redirect,
    /// There was no answer within 15 seconds.
    TimedOut,
    /// There was no connection: no such host, nobody listens, or its certificate is not valid.
    Unreachable,
    /// The host leads to an address to which nothing is sent.
    AddressRefused,
}

/// Where another system is told of changes in an organization. Only owners and administrators of it see it.
#[derive(Clone, Debug)]
pub struct WebhookEndpoint(pub webhook_endpoint::Model);

/// Where another system is told of changes in an organization. Only owners and administrators of it see it.
#[Object]
impl WebhookEndpoint {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Whose changes it is told of.
    async fn organization(&self, gql: &Context<'_>) -> Result<Option<Organization>> {
        let found = loaders::one(gql, self.0.organization_id).await?;
        Ok(found.map(Organization))
    }

    /// Where it is told.
    async fn url(&self) -> Url {
        Url(self.0.url.clone())
    }

    /// What it is for; null where nobody said so.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// The events that it is told of; empty for all.
    async fn events(&self) -> Vec<WebhookEventType> {
        let chosen = chosen(&self.0.events).unwrap_or_default();
        chosen.into_iter().map(Into::into).collect()
    }

    /// Whether it is told.
    async fn status(&self) -> WebhookEndpointStatus {
        self.0.status.into()
    }

    /// Since when every attempt failed; null where the last one did not.
    async fn failing_since(&self) -> Option<DateTime> {
        self.0.failing_since.map(DateTime)
    }

    /// Until when messages are signed with the secret before, too; null where there is none.
    async fn previous_secret_until(&self, gql: &Context<'_>) -> Result<Option<DateTime>> {
        let now = gql.op()?.now();
        let until = self.0.previous_until.filter(|it| *it > now);
        Ok(until.map(DateTime))
    }

    /// Number of the last event that was kept for it; 0 before the first.
    async fn last_sequence(&self) -> i64 {
        self.0.sequence
    }

    /// What it was told and will be, the latest first.
    async fn deliveries(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which ones; all by default.")] filter: Option<WebhookDeliveryFilter>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<WebhookDelivery>> {
        let ctx = gql.op()?;
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        let page = asked.page::<i64>(LAST)?;
        let status = filter.and_then(|it| it.status);
        let filter = Filter {
            status: status.map(|it| it.into_iter().map(Into::into).collect()),
        };
        let endpoint = self.0.id;
        let slice = store::deliveries(ctx.read(), endpoint, &filter, &page).await;
        Ok(Connection::new(
            slice.map_err(|it| fault(ctx, &it))?,
            LAST,
            |it| it.sequence,
            WebhookDelivery,
            total(ctx, move |ctx| {
                let filter = filter.clone();
                async move { store::count_deliveries(ctx.read(), endpoint, &filter).await }
            }),
        ))
    }

    /// Who is told when it fails: whoever created or last changed it; null where the caller does not see them.
    async fn contact(&self, gql: &Context<'_>) -> Result<Option<User>> {
        Ok(loaders::one(gql, self.0.contact_id).await?.map(User))
    }

    /// When it was created.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When somebody last changed it.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// An event that another system is told of.
#[derive(Clone, Debug)]
pub struct WebhookDelivery(pub webhook_delivery::Model);

/// An event that another system is told of, in all its attempts. Kept for a while, to be sent again.
#[Object]
impl WebhookDelivery {
    /// Global id.
    async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// What messages have as `webhook-id`, in every attempt.
    async fn message_id(&self) -> String {
        self.0.id.to_string()
    }

    /// The event; null for what only a later release knows.
    async fn event(&self) -> Option<WebhookEventType> {
        webhooks::EventType::of_name(&self.0.event).map(Into::into)
    }

    /// 1, 2, 3 … of its webhook, without a gap.
    async fn sequence(&self) -> i64 {
        self.0.sequence
    }

    /// The text of its messages, as JSON.
    async fn payload(&self) -> String {
        webhooks::event::body(&self.0)
    }

    /// When it happened.
    async fn happened_at(&self) -> DateTime {
        DateTime(self.0.happened_at)
    }

    /// How far it has come.
    async fn status(&self) -> WebhookDeliveryStatus {
        self.0.status.into()
    }

    /// How often it was tried since it was last asked for.
    async fn attempts(&self) -> i32 {
        self.0.attempts
    }

    /// HTTP status of the last answer; null where there was none.
    async fn response_status(&self) -> Option<i32> {
        self.0.response_status
    }

    /// Why the last attempt failed; null where it did not.
    async fn failure(&self) -> Option<WebhookFailure> {
        self.0.failure.map(Into::into)
    }

    /// When it is tried next, at the earliest; null where it is not.
    async fn next_attempt_at(&self) -> Option<DateTime> {
        self.0.next_attempt_at.map(DateTime)
    }

    /// When it was last taken; null where it never was.
    async fn delivered_at(&self) -> Option<DateTime> {
        self.0.delivered_at.map(DateTime)
    }
}

/// Endpoints by id, at most one statement a level.
impl Loader<WebhookEndpointId> for Reader {
    type Value = webhook_endpoint::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        ids: &[WebhookEndpointId],
    ) -> std::result::Result<HashMap<WebhookEndpointId, webhook_endpoint::Model>, Arc<DbErr>> {
        let found = store::by_ids(self.ctx.read(), self.ctx.scope(), ids).await?;
        Ok(found.into_iter().map(|it| (it.id, it)).collect())
    }
}

/// Which deliveries to list; an absent part does not narrow.
#[derive(Debug, Default, InputObject)]
pub struct WebhookDeliveryFilter {
    /// How far they have come.
    status: Option<Vec<WebhookDeliveryStatus>>,
}

/// Queries of webhooks.
#[derive(Debug, Default)]
pub struct WebhookQueries;

/// Queries of webhooks.
#[Object]
impl WebhookQueries {
    /// The webhooks of an organization, newest first. For its owners and administrators.
    async fn webhook_endpoints(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Of which organization.")] organization_id: ID,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<WebhookEndpoint>> {
        let ctx = gql.signed_in()?;
        let organization = OrganizationId::input(&organization_id, "organizationId")?;
        let may = webhooks::endpoint::demand(ctx, organization, "organizationId");
        read(ctx, may)?;
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        let page = asked.page::<WebhookEndpointId>(NEWEST)?;
        let slice = store::list(ctx.read(), ctx.scope(), organization, &page).await;
        Ok(Connection::new(
            slice.map_err(|it| fault(ctx, &it))?,
            NEWEST,
            |it| it.id,
            WebhookEndpoint,
            total(ctx, move |ctx| async move {
                store::count(ctx.read(), ctx.scope(), organization).await
            }),
        ))
    }
}
