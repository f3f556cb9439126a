//! What changed since a device last asked.
//!
//! In which order, and who may see it, is decided in `sync`.

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::ActivityId;
use entity::ids::AttendanceId;
use entity::ids::EntryId;
use entity::ids::MembershipId;
use entity::ids::NotificationId;
use entity::ids::OrganizationId;
use entity::ids::PeriodId;
use entity::ids::ProjectId;
use entity::ids::ShiftId;
use entity::ids::SignupId;
use entity::ids::TimerId;
use entity::ids::VolunteerId;

use crate::graphql::context::Gql;
use crate::graphql::error::fault;
use crate::graphql::error::out_of_range;
use crate::graphql::node::NodeId;
use crate::graphql::nodes;
use crate::graphql::nodes::Node;
use crate::graphql::scalars::DateTime;
use crate::platform::feed::Kind;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::sync;
use crate::sync::Changed;

/// Changes of one answer, where a client asks for no other number.
const CHANGES_DEFAULT: u64 = 100;
/// Most changes of one answer.
const CHANGES_MOST: u64 = 100;

/// What kind of thing changed. More kinds may come: leave out what you do not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Kind")]
pub enum SyncKind {
    /// The organization itself.
    Organization,
    /// Somebody's role in it.
    Membership,
    /// A volunteer's record.
    Volunteer,
    /// A project.
    Project,
    /// A month.
    ReportingPeriod,
    /// An hour entry.
    HourEntry,
    /// What is known of a volunteer's presence in a shift.
    Attendance,
    /// A timer.
    Timer,
    /// What volunteers do within a project.
    Activity,
    /// A time at which they do it; its counts of sign-ups are part of it.
    Shift,
    /// A volunteer's place in a shift, or in its waiting list.
    Signup,
    /// What the caller is told; nobody else's.
    Notification,
}

/// Something that changed since a device last asked.
pub struct SyncChange(Changed);

/// Something that changed since a device last asked.
#[Object]
impl SyncChange {
    /// What kind of thing.
    async fn kind(&self) -> SyncKind {
        self.0.kind.into()
    }

    /// Its global id.
    async fn id(&self) -> ID {
        global(self.0)
    }

    /// Whether it is gone: drop it.
    async fn removed(&self) -> bool {
        self.0.removed
    }

    /// The thing as it is now, which may be newer than the change; null when it is gone.
    async fn node(&self, gql: &Context<'_>) -> Result<Option<Node>> {
        if self.0.removed {
            return Ok(None);
        }
        nodes::find(gql, &global(self.0)).await
    }
}

fn global(changed: Changed) -> ID {
    let key = changed.record;
    match changed.kind {
        Kind::Organization => OrganizationId(key).global(),
        Kind::Membership => MembershipId(key).global(),
        Kind::Volunteer => VolunteerId(key).global(),
        Kind::Project => ProjectId(key).global(),
        Kind::ReportingPeriod => PeriodId(key).global(),
        Kind::HourEntry => EntryId(key).global(),
        Kind::Attendance => AttendanceId(key).global(),
        Kind::Timer => TimerId(key).global(),
        Kind::Activity => ActivityId(key).global(),
        Kind::Shift => ShiftId(key).global(),
        Kind::Signup => SignupId(key).global(),
        Kind::Notification => NotificationId(key).global(),
    }
}

/// What changed, and where to go on.
#[derive(SimpleObject)]
struct SyncChanges {
    /// Organizations of which to drop everything that the device holds, before applying the changes:
    /// the caller no longer belongs to them, or sees them with other rights.
    forget: Vec<ID>,
    /// The changes, at most 100, each thing once. Apply them in order, after `forget`.
    changes: Vec<SyncChange>,
    /// What to give as `since` the next time. Keep it with the data, and only once these changes are
    /// applied.
    cursor: String,
    /// Whether more has changed already: ask again at once.
    has_more: bool,
    /// The server's clock.
    server_time: DateTime,
}

/// Queries of devices that were away.
#[derive(Default)]
pub struct SyncQueries;

#[Object]
impl SyncQueries {
    /// Everything in the caller's sight that changed since a cursor, deletions included. No change is
    /// missed, whoever writes meanwhile; a thing that changes again comes again.
    async fn sync_changes(
        &self,
        gql: &Context<'_>,
        #[graphql(
            desc = "The `cursor` of the answer before; everything from the start without it."
        )]
        since: Option<String>,
        #[graphql(
            desc = "Only what belongs to this organization. Administrators of the platform, who \
                    belong to none, must name one."
        )]
        organization_id: Option<ID>,
        #[graphql(desc = "At most this many changes, 1 to 100; 100 by default.")] first: Option<
            i32,
        >,
    ) -> Result<SyncChanges> {
        let ctx = gql.signed_in()?;
        let limit = match first {
            None => CHANGES_DEFAULT,
            Some(asked) => u64::try_from(asked)
                .ok()
                .filter(|it| (1..=CHANGES_MOST).contains(it))
                .ok_or_else(|| out_of_range("first", 1, CHANGES_MOST))?,
        };
        // One that cannot be read names nothing, like one of something that is not there.
        let nothing = OrganizationId(uuid::Uuid::nil());
        let only = organization_id.map(|it| OrganizationId::read(&it).unwrap_or(nothing));
        let stretch = sync::since(ctx, since.as_deref(), only, limit)
            .await
            .map_err(|it| fault(ctx, &it))?
            .ok_or_else(|| Refusal::of(Code::ForeignCursor, "since"))?;
        Ok(SyncChanges {
            forget: stretch.forget.into_iter().map(NodeId::global).collect(),
            changes: stretch.changes.into_iter().map(SyncChange).collect(),
            cursor: stretch.cursor,
            has_more: stretch.has_more,
            server_time: DateTime(ctx.now()),
        })
    }
}
