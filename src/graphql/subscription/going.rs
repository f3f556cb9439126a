//! A stream over the feed of an organization, under the scope that its follower has now.
//!
//! Which rows become which events is with each subscription.

use std::collections::VecDeque;

use async_graphql::Context;
use async_graphql::Error;
use async_graphql::ID;
use async_graphql::Result;
use entity::feed;
use entity::ids::OrganizationId;
use futures_util::Stream;
use futures_util::stream;

use crate::graphql::context::Gql;
use crate::graphql::context::Watch;
use crate::graphql::error::denied;
use crate::graphql::error::fault;
use crate::graphql::error::unauthenticated;
use crate::graphql::node::NodeId;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::identity::IdentityError;
use crate::platform::feed::Kind;
use crate::platform::wake::Follower;

/// Rows that become events under one look at who follows.
const CHUNK: usize = 50;

/// What becomes of rows.
pub trait Telling: Send + 'static {
    /// An event.
    type Event: Send;

    /// The kind of records that it is about.
    const KIND: Kind;

    /// Whether somebody may follow an organization.
    fn allows(ctx: &Ctx, organization: OrganizationId) -> bool;

    /// The events of some rows that somebody may see now.
    fn tell(
        &mut self,
        ctx: &Ctx,
        rows: &[feed::Model],
    ) -> impl Future<Output = Result<Vec<Self::Event>>> + Send;
}

struct Going<T: Telling> {
    telling: T,
    watch: Watch,
    follower: Follower,
    rows: VecDeque<feed::Model>,
    ready: VecDeque<T::Event>,
    over: bool,
}

/// The organization of a global id, where the caller may follow it.
///
/// # Errors
/// `UNAUTHENTICATED`; `FORBIDDEN` also for one that does not exist.
pub fn followed<T: Telling>(gql: &Context<'_>, id: &ID) -> Result<OrganizationId> {
    let ctx = gql.signed_in()?;
    OrganizationId::read(id)
        .filter(|it| T::allows(ctx, *it))
        .ok_or_else(|| denied(Denied::Invisible))
}

/// The events of an organization from now on.
///
/// # Errors
/// A fault of ours.
pub async fn going<T: Telling>(
    gql: &Context<'_>,
    organization: OrganizationId,
    telling: T,
) -> Result<impl Stream<Item = Result<T::Event>> + use<T>> {
    let ctx = gql.op()?;
    let follower = ctx.core().db.wake().follow(ctx.read(), organization).await;
    let going = Going {
        telling,
        watch: gql.watch()?,
        follower: follower.map_err(|it| fault(ctx, &it))?,
        rows: VecDeque::new(),
        ready: VecDeque::new(),
        over: false,
    };
    Ok(stream::unfold(going, |mut going| async move {
        let event = going.next().await?;
        Some((event, going))
    }))
}

impl<T: Telling> Going<T> {
    async fn next(&mut self) -> Option<Result<T::Event>> {
        if self.over {
            return None;
        }
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(Ok(event));
            }
            if let Err(error) = self.look().await {
                self.over = true;
                return Some(Err(error));
            }
        }
    }

    /// Makes the next events, or none; waits where nothing has changed.
    async fn look(&mut self) -> Result<()> {
        if self.rows.is_empty() {
            let read = self.follower.next(self.watch.ctx().read()).await;
            let read = read.map_err(|it| fault(self.watch.ctx(), &it))?;
            // Somebody may have been removed: that ends the stream even if nothing else happens.
            let kinds = [T::KIND, Kind::Membership].map(Kind::word);
            self.rows = read
                .into_iter()
                .filter(|it| kinds.contains(&it.kind.as_str()))
                .collect();
            if self.rows.is_empty() {
                return Ok(());
            }
        }
        let ctx = match self.watch.look_again().await {
            Ok(ctx) => ctx,
            Err(cause) => return Err(lost(self.watch.ctx(), &cause)),
        };
        if !T::allows(ctx, self.follower.organization()) {
            return Err(denied(Denied::Invisible));
        }
        let many = self.rows.len().min(CHUNK);
        let rows: Vec<feed::Model> = self
            .rows
            .drain(..many)
            .filter(|it| it.kind == T::KIND.word())
            .collect();
        if !rows.is_empty() {
            self.ready = self.telling.tell(ctx, &rows).await?.into();
        }
        Ok(())
    }
}

/// Why a stream ends when whoever follows is looked at again.
pub fn lost(ctx: &Ctx, cause: &IdentityError) -> Error {
    match cause {
        IdentityError::Session => unauthenticated(),
        fault_of_ours => fault(ctx, fault_of_ours),
    }
}
