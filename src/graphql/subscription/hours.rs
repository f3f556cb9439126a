//! `hourEntryChanged`.
//!
//! How an entry reads is in `graphql::hours::entry`.

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::Result;
use async_graphql::SimpleObject;
use async_graphql::Subscription;
use entity::feed;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::VolunteerId;
use futures_util::Stream;

use crate::graphql::error::denied;
use crate::graphql::error::fault;
use crate::graphql::hours::entry::HourEntry;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::subscription::going::Telling;
use crate::graphql::subscription::going::followed;
use crate::graphql::subscription::going::going;
use crate::hours::list;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::platform::feed::Kind;

/// What happened to a record. Changes in quick succession are told as one, so a client takes an
/// update of what it does not know as an addition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ChangeEvent {
    /// It was written and has not changed since.
    Added,
    /// It has changed.
    Updated,
    /// It is gone.
    Removed,
}

/// A change of an hour entry.
#[derive(SimpleObject)]
pub struct HourEntryChange {
    /// What happened.
    event: ChangeEvent,
    /// The entry's global id.
    id: ID,
    /// The entry as it is now; null when it is gone.
    hour_entry: Option<HourEntry>,
}

/// Tells of entries.
pub struct Entries {
    organization: OrganizationId,
    project: Option<ProjectId>,
}

impl Telling for Entries {
    type Event = HourEntryChange;

    const KIND: Kind = Kind::HourEntry;

    fn allows(ctx: &Ctx, organization: OrganizationId) -> bool {
        ctx.belongs(organization)
    }

    async fn tell(&mut self, ctx: &Ctx, rows: &[feed::Model]) -> Result<Vec<HourEntryChange>> {
        let ids: Vec<EntryId> = rows.iter().map(|it| EntryId(it.record_id)).collect();
        let mut found = list::by_ids(ctx.read(), ctx.scope(), &ids)
            .await
            .map_err(|it| fault(ctx, &it))?;
        let reads_all =
            ctx.scope().is_everything() || ctx.may(Action::ReadHours, self.organization);
        let mut changes = Vec::new();
        for row in rows {
            let id = EntryId(row.record_id);
            // Taken out: a record with several audiences has several rows.
            match found.remove(&id) {
                Some(entry) if self.project.is_some_and(|it| it != entry.row.project_id) => {}
                Some(entry) => changes.push(HourEntryChange {
                    event: if entry.row.version == 1 {
                        ChangeEvent::Added
                    } else {
                        ChangeEvent::Updated
                    },
                    id: id.global(),
                    hour_entry: Some(HourEntry(entry)),
                }),
                None if row.removed
                    && (reads_all || ctx.scope().owns(VolunteerId(row.audience))) =>
                {
                    changes.push(HourEntryChange {
                        event: ChangeEvent::Removed,
                        id: id.global(),
                        hour_entry: None,
                    });
                }
                // Not to be seen, or removed meanwhile, which is told next.
                None => {}
            }
        }
        Ok(changes)
    }
}

/// Following hours.
#[derive(Default)]
pub struct HourSubscriptions;

#[Subscription]
impl HourSubscriptions {
    /// Changes of hour entries that the caller may see, from now on: coordinators follow everybody's,
    /// volunteers their own. Ends with an error when the caller may not follow them any more.
    async fn hour_entry_changed(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The organization.")] organization_id: ID,
        #[graphql(
            desc = "Only entries of this project. That an entry is gone is told whatever its project was."
        )]
        project_id: Option<ID>,
    ) -> Result<impl Stream<Item = Result<HourEntryChange>> + use<>> {
        let organization = followed::<Entries>(gql, &organization_id)?;
        let project = match project_id {
            Some(id) => Some(project_of(gql, organization, &id).await?),
            None => None,
        };
        let telling = Entries {
            organization,
            project,
        };
        going(gql, organization, telling).await
    }
}

async fn project_of(gql: &Context<'_>, organization: OrganizationId, id: &ID) -> Result<ProjectId> {
    let found = match ProjectId::read(id) {
        Some(id) => loaders::one(gql, id).await?,
        None => None,
    };
    match found {
        Some(project) if project.organization_id == organization => Ok(project.id),
        _ => Err(denied(Denied::Invisible)),
    }
}
