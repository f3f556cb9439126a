//! A merge: which record took over which, what went over, and whether it still holds.
//!
//! What merges and takes back is in `acts`.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::dataloader::Loader;
use entity::ids::MergeId;
use entity::volunteer_merge;
use sea_orm::DbErr;

use crate::duplicates::store;
use crate::graphql::identity::User;
use crate::graphql::loaders;
use crate::graphql::loaders::Reader;
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::scalars::DateTime;
use crate::graphql::volunteers::Volunteer;

/// One record of a person took over another. Seen by those who see the organization's volunteers.
#[derive(Clone, Debug)]
pub struct VolunteerMerge(pub volunteer_merge::Model);

/// One record of a person took over another. Seen by those who see the organization's volunteers.
#[Object]
impl VolunteerMerge {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// The organization of both records.
    async fn organization(&self, gql: &Context<'_>) -> Result<Option<Organization>> {
        let found = loaders::one(gql, self.0.organization_id).await?;
        Ok(found.map(Organization))
    }

    /// The record that stays.
    async fn kept(&self, gql: &Context<'_>) -> Result<Option<Volunteer>> {
        Ok(loaders::one(gql, self.0.kept_id).await?.map(Volunteer))
    }

    /// The record that was taken over. It takes no hours of its own; whoever names it is understood
    /// to mean the kept one.
    async fn merged(&self, gql: &Context<'_>) -> Result<Option<Volunteer>> {
        Ok(loaders::one(gql, self.0.merged_id).await?.map(Volunteer))
    }

    /// Hour entries that went over to the kept record.
    async fn moved_entries(&self) -> i32 {
        self.0.moved_entries
    }

    /// Hour entries that stayed where they were, since their months are closed: with the merged record
    /// while the merge holds, with the kept one where it was taken back. While there are any, figures
    /// over their months and others count two people. They go over when the merge is asked for again
    /// under an exception to those months.
    async fn stayed_entries(&self) -> i32 {
        self.0.stayed_entries
    }

    /// Why they were merged; null where nobody said it.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// Who merged them; null for the operator of the server, and for an account that the caller may
    /// not see.
    async fn merged_by(&self, gql: &Context<'_>) -> Result<Option<User>> {
        match self.0.merged_by {
            Some(id) => Ok(loaders::one(gql, id).await?.map(User)),
            None => Ok(None),
        }
    }

    /// When they were merged.
    async fn merged_at(&self) -> DateTime {
        DateTime(self.0.merged_at)
    }

    /// Who took it back; null while it holds, for the operator of the server, and for an account that
    /// the caller may not see.
    async fn undone_by(&self, gql: &Context<'_>) -> Result<Option<User>> {
        match self.0.undone_by {
            Some(id) => Ok(loaders::one(gql, id).await?.map(User)),
            None => Ok(None),
        }
    }

    /// When the merge was taken back; null while it holds.
    async fn undone_at(&self) -> Option<DateTime> {
        self.0.undone_at.map(DateTime)
    }

    /// Why it was taken back; null while it holds.
    async fn undo_reason(&self) -> Option<&str> {
        self.0.undo_reason.as_deref()
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// Merges by id, at most one statement a level.
impl Loader<MergeId> for Reader {
    type Value = volunteer_merge::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        ids: &[MergeId],
    ) -> Result<HashMap<MergeId, volunteer_merge::Model>, Arc<DbErr>> {
        let found = store::by_ids(self.ctx.read(), self.ctx.scope(), ids).await?;
        Ok(found.into_iter().map(|it| (it.id, it)).collect())
    }
}
