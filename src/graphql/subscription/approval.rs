//! `approvalQueueChanged`.
//!
//! Deciding is in `graphql::hours::approval`.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::Result;
use async_graphql::SimpleObject;
use async_graphql::Subscription;
use entity::feed;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::types::EntryStatus;
use futures_util::Stream;

use crate::graphql::context::Gql;
use crate::graphql::error::fault;
use crate::graphql::subscription::going::Telling;
use crate::graphql::subscription::going::followed;
use crate::graphql::subscription::going::going;
use crate::hours::list;
use crate::hours::list::Filter;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::platform::feed::Kind;

/// What waits for a decision has changed: ask for it again.
#[derive(SimpleObject)]
pub struct ApprovalQueueChange {
    /// Number of entries that are handed in and wait for a decision.
    waiting: i64,
}

/// Tells of what waits.
pub struct Queue {
    organization: OrganizationId,
    waiting: i64,
}

impl Telling for Queue {
    type Event = ApprovalQueueChange;

    const KIND: Kind = Kind::HourEntry;

    fn allows(ctx: &Ctx, organization: OrganizationId) -> bool {
        ctx.may(Action::DecideHours, organization)
    }

    async fn tell(&mut self, ctx: &Ctx, rows: &[feed::Model]) -> Result<Vec<ApprovalQueueChange>> {
        let ids: Vec<EntryId> = rows.iter().map(|it| EntryId(it.record_id)).collect();
        let found = list::by_ids(ctx.read(), ctx.scope(), &ids)
            .await
            .map_err(|it| fault(ctx, &it))?;
        let waiting = waiting(ctx, self.organization).await?;
        // Entries can take each other's place, and corrections of approved ones wait too.
        let same =
            waiting == self.waiting && found.values().all(|it| it.row.status == EntryStatus::Draft);
        self.waiting = waiting;
        Ok(if same {
            Vec::new()
        } else {
            vec![ApprovalQueueChange { waiting }]
        })
    }
}

async fn waiting(ctx: &Ctx, organization: OrganizationId) -> Result<i64> {
    let filter = Filter {
        status: Some(vec![EntryStatus::Submitted]),
        ..Filter::of_organization(organization)
    };
    let count = list::count(ctx.read(), ctx.scope(), &filter).await;
    let count = count.map_err(|it| fault(ctx, &it))?;
    Ok(i64::try_from(count).unwrap_or(i64::MAX))
}

/// Following what waits for a decision.
#[derive(Default)]
pub struct ApprovalSubscriptions;

#[Subscription]
impl ApprovalSubscriptions {
    /// Tells when what waits for a decision in an organization may have changed; several changes at
    /// once are one event. For those who decide there.
    async fn approval_queue_changed(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The organization.")] organization_id: ID,
    ) -> Result<impl Stream<Item = Result<ApprovalQueueChange>> + use<>> {
        let organization = followed::<Queue>(gql, &organization_id)?;
        let waiting = waiting(gql.op()?, organization).await?;
        let telling = Queue {
            organization,
            waiting,
        };
        going(gql, organization, telling).await
    }
}
