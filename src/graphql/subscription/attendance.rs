//! `attendanceChanged`.
//!
//! How an attendance reads is in `graphql::attendance`.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::Result;
use async_graphql::SimpleObject;
use async_graphql::Subscription;
use entity::feed;
use entity::ids::AttendanceId;
use entity::ids::OrganizationId;
use entity::ids::ShiftId;
use futures_util::Stream;

use crate::attendance::store;
use crate::graphql::attendance::record::Attendance;
use crate::graphql::error::denied;
use crate::graphql::error::fault;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::subscription::going::Telling;
use crate::graphql::subscription::going::followed;
use crate::graphql::subscription::going::going;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::platform::feed::Kind;

/// Somebody came or left, or something was said of their presence.
#[derive(SimpleObject)]
pub struct AttendanceChange {
    /// The attendance as it is now.
    attendance: Attendance,
}

/// Tells of attendance.
pub struct Presence {
    shift: Option<ShiftId>,
}

impl Telling for Presence {
    type Event = AttendanceChange;

    const KIND: Kind = Kind::Attendance;

    fn allows(ctx: &Ctx, organization: OrganizationId) -> bool {
        ctx.belongs(organization)
    }

    async fn tell(&mut self, ctx: &Ctx, rows: &[feed::Model]) -> Result<Vec<AttendanceChange>> {
        let ids: Vec<AttendanceId> = rows.iter().map(|it| AttendanceId(it.record_id)).collect();
        let found = store::by_ids(ctx.read(), ctx.scope(), &ids).await;
        let mut found = found.map_err(|it| fault(ctx, &it))?;
        found.retain(|it| self.shift.is_none_or(|shift| shift == it.shift_id));
        // In the order in which they were written.
        found.sort_by_key(|it| ids.iter().position(|id| *id == it.id));
        Ok(found
            .into_iter()
            .map(|it| AttendanceChange {
                attendance: Attendance(it),
            })
            .collect())
    }
}

/// Following attendance.
#[derive(Default)]
pub struct AttendanceSubscriptions;

#[Subscription]
impl AttendanceSubscriptions {
    /// Tells who comes and leaves, as far as the caller may see it: coordinators follow everybody,
    /// volunteers themselves.
    async fn attendance_changed(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The organization.")] organization_id: ID,
        #[graphql(desc = "Only of this shift.")] shift_id: Option<ID>,
    ) -> Result<impl Stream<Item = Result<AttendanceChange>> + use<>> {
        let organization = followed::<Presence>(gql, &organization_id)?;
        let shift = match shift_id {
            Some(id) => Some(shift_of(gql, organization, &id).await?),
            None => None,
        };
        going(gql, organization, Presence { shift }).await
    }
}

async fn shift_of(gql: &Context<'_>, organization: OrganizationId, id: &ID) -> Result<ShiftId> {
    let found = match ShiftId::read(id) {
        Some(id) => loaders::one(gql, id).await?,
        None => None,
    };
    match found {
        Some(shift) if shift.organization_id == organization => Ok(shift.id),
        _ => Err(denied(Denied::Invisible)),
    }
}
