//! `jobProgress`.
//!
//! How an export reads is in `graphql::exports`; bells are in `platform::bell`.

use std::time::Duration;

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::Result;
use async_graphql::SimpleObject;
use async_graphql::Subscription;
use entity::ids::JobId;
use entity::job;
use futures_util::Stream;
use futures_util::stream;

use crate::graphql::context::Gql;
use crate::graphql::context::Watch;
use crate::graphql::error::denied;
use crate::graphql::error::fault;
use crate::graphql::exports::export::ExportJob;
use crate::graphql::node::NodeId;
use crate::graphql::subscription::going::lost;
use crate::identity::Denied;
use crate::jobs::JobError;
use crate::jobs::queue;
use crate::platform::bell::Listener;

/// How often it is looked at without a sign.
const LOOK: Duration = Duration::from_secs(5);

/// Work in the background has come further, or to an end.
#[derive(SimpleObject)]
pub struct JobProgress {
    /// The work as it is now.
    export_job: ExportJob,
}

/// Following work in the background.
#[derive(Default)]
pub struct JobSubscriptions;

#[Subscription]
impl JobSubscriptions {
    /// Tells how far an export has come: first as it is, then whenever it has changed. Completes once
    /// it has come to an end.
    async fn job_progress(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The export.")] id: ID,
    ) -> Result<impl Stream<Item = Result<JobProgress>> + use<>> {
        let ctx = gql.signed_in()?;
        let id = JobId::read(&id).ok_or_else(|| denied(Denied::Invisible))?;
        let mut following = Following {
            id,
            // Before it is read: what changes in between rings.
            bell: ctx.core().db.wake().bells().listen(id.0),
            watch: gql.watch()?,
            told: 0,
            over: false,
        };
        // Whoever may not see it learns so at once.
        let first = following.look().await?;
        let going = stream::unfold((following, first), |(mut following, first)| async move {
            let event = match first {
                Some(event) => Ok(event),
                None => following.next().await?,
            };
            following.over |= event.is_err();
            Some((event, (following, None)))
        });
        Ok(going)
    }
}

struct Following {
    id: JobId,
    bell: Listener,
    watch: Watch,
    /// The version that was told last.
    told: i32,
    over: bool,
}

impl Following {
    async fn next(&mut self) -> Option<Result<JobProgress>> {
        while !self.over {
            // What a process writes that this one does not hear of is seen all the same.
            let _rung = tokio::time::timeout(LOOK, self.bell.rung()).await;
            match self.look().await {
                Ok(None) => {}
                Ok(Some(event)) => return Some(Ok(event)),
                Err(error) => return Some(Err(error)),
            }
        }
        None
    }

    /// The work, where it has changed since it was told, under what its follower may see now.
    async fn look(&mut self) -> Result<Option<JobProgress>> {
        let ctx = match self.watch.look_again().await {
            Ok(ctx) => ctx,
            Err(cause) => return Err(lost(self.watch.ctx(), &cause)),
        };
        let row = match queue::visible(ctx, self.id).await {
            Ok(row) => row,
            Err(JobError::NotFound) => return Err(denied(Denied::Invisible)),
            Err(cause) => return Err(fault(ctx, &cause)),
        };
        if row.version == self.told {
            return Ok(None);
        }
        self.told = row.version;
        self.over = ended(&row);
        Ok(Some(JobProgress {
            export_job: ExportJob(row),
        }))
    }
}

fn ended(row: &job::Model) -> bool {
    row.finished_at.is_some()
}
