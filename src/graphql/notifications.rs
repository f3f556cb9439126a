//! Notifications: what the viewer was told, and marking it as read.
//!
//! Who is told what is decided in the areas; sentences are in `locales/`.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use async_graphql::dataloader::Loader;
use entity::ids::NotificationId;
use entity::notification;
use entity::types::ApiTokenScope;
use sea_orm::DbErr;

use crate::graphql::activities::activity::Activity;
use crate::graphql::activities::shift::Shift;
use crate::graphql::activities::signup::Signup;
use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::error::fault;
use crate::graphql::loaders;
use crate::graphql::loaders::Reader;
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Locale;
use crate::notifications;
use crate::notifications::store;
use crate::refusal::Code;
use crate::refusal::Refusal;

const NEWEST: &str = "notifications.id.desc";
/// Most ids of one request.
const IDS_MOST: usize = 1_000;

/// What a user is told. More kinds may come: show the message of an unknown one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::NotificationKind")]
pub enum NotificationKind {
    /// An activity they had a place in, or waited for, does not take place.
    ActivityCancelled,
    /// A shift they had a place in, or waited for, does not take place.
    ShiftCancelled,
    /// A shift they had a place in, or waited for, has other times.
    ShiftMoved,
    /// A place became free, and it is theirs.
    SignupPromoted,
    /// Somebody else signed them up for a shift.
    SignedUp,
    /// Somebody else took their sign-up back.
    SignupCancelled,
    /// A report of their schedule was not made: `runs` of the schedule says why.
    ScheduleFailed,
    /// A report of their schedule is not made an hour after it was asked for.
    ScheduleOverdue,
    /// A report of their schedule did not arrive where it goes: `deliveries` of the run says why.
    DeliveryFailed,
    /// A webhook that they look after takes nothing: its `deliveries` say why.
    WebhookFailing,
    /// A webhook that they look after takes nothing for too long, or is gone, and is told of nothing more.
    WebhookDisabled,
    /// Hours of theirs, or that they wrote, were returned: the entries say why. One notification tells of all that were
    /// returned at once, with the reason of the first.
    HoursReturned,
    /// Somebody asked that personal data be erased, and they may decide: `erasureRequests` has it.
    ErasureRequested,
    /// The erasure that they asked for, or of their own data, was approved: it can be taken back until it is due.
    ErasureApproved,
    /// The erasure that they asked for, or of their own data, was refused: the request has the reason.
    ErasureRefused,
}

/// Something a user was told. Only they see it.
#[derive(Clone, Debug)]
pub struct Notification(pub notification::Model);

/// Something a user was told. Only they see it.
#[Object]
impl Notification {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// What it is about.
    async fn kind(&self) -> NotificationKind {
        self.0.kind.into()
    }

    /// The sentence to show, in a language.
    async fn message(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The language; that of the request by default.")] locale: Option<Locale>,
    ) -> Result<String> {
        Ok(notifications::sentence(&self.0, gql.spoken(locale)?))
    }

    /// The organization it concerns; null where it concerns none, or one that is no longer seen.
    async fn organization(&self, gql: &Context<'_>) -> Result<Option<Organization>> {
        match self.0.organization_id {
            Some(id) => Ok(loaders::one(gql, id).await?.map(Organization)),
            None => Ok(None),
        }
    }

    /// The activity it concerns; null where it concerns none, or one that is no longer seen.
    async fn activity(&self, gql: &Context<'_>) -> Result<Option<Activity>> {
        match self.0.activity_id {
            Some(id) => Ok(loaders::one(gql, id).await?.map(Activity)),
            None => Ok(None),
        }
    }

    /// The shift it concerns; null where it concerns none, or one that is no longer seen.
    async fn shift(&self, gql: &Context<'_>) -> Result<Option<Shift>> {
        match self.0.shift_id {
            Some(id) => Ok(loaders::one(gql, id).await?.map(Shift)),
            None => Ok(None),
        }
    }

    /// The sign-up it concerns; null where it concerns none, or one that is no longer seen.
    async fn signup(&self, gql: &Context<'_>) -> Result<Option<Signup>> {
        match self.0.signup_id {
            Some(id) => Ok(loaders::one(gql, id).await?.map(Signup)),
            None => Ok(None),
        }
    }

    /// When it was told.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was marked as read; null while it is not.
    async fn read_at(&self) -> Option<DateTime> {
        self.0.read_at.map(DateTime)
    }
}

/// A page of what the caller was told.
///
/// # Errors
/// A cursor or size that cannot be; a fault of ours.
pub(super) async fn notification_page(
    gql: &Context<'_>,
    unread: Option<bool>,
    asked: &PageArguments,
) -> Result<Connection<Notification>> {
    let ctx = gql.signed_in()?;
    let page = asked.page::<NotificationId>(NEWEST)?;
    let Some(user) = ctx.actor().user() else {
        return Err(Refusal::new(Code::Forbidden).into());
    };
    let slice = store::list(ctx.read(), user, unread, &page).await;
    let slice = slice.map_err(|it| fault(ctx, &it))?;
    Ok(Connection::new(
        slice,
        NEWEST,
        |it| it.id,
        Notification,
        total(ctx, move |ctx| async move {
            store::count(ctx.read(), user, unread).await
        }),
    ))
}

/// A notification of the caller.
///
/// # Errors
/// A fault of ours.
pub(super) async fn own(gql: &Context<'_>, id: NotificationId) -> Result<Option<Notification>> {
    let found = loaders::one(gql, id).await?;
    Ok(found.map(Notification))
}

/// A user's own notifications by id; for a program where it may read the account.
impl Loader<NotificationId> for Reader {
    type Value = notification::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        ids: &[NotificationId],
    ) -> std::result::Result<HashMap<NotificationId, notification::Model>, Arc<DbErr>> {
        let rights = self.ctx.scope().rights();
        let may = rights.is_none_or(|it| it.has(ApiTokenScope::AccountRead));
        let Some(user) = self.ctx.actor().user().filter(|_| may) else {
            return Ok(HashMap::new());
        };
        let found = store::by_ids(self.ctx.read(), user, ids).await?;
        Ok(found.into_iter().map(|it| (it.id, it)).collect())
    }
}

/// What was read.
#[derive(Default, InputObject)]
struct MarkNotificationsReadInput {
    /// The notifications, at most 1,000; all unread ones by default. Those of others are passed over.
    ids: Option<Vec<ID>>,
}

/// What was marked.
#[derive(SimpleObject)]
struct MarkNotificationsReadPayload {
    /// Number of notifications that were unread and are no longer.
    marked_count: i64,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<crate::graphql::error::UserError>,
}

/// Acts on notifications.
#[derive(Debug, Default)]
pub struct NotificationMutations;

/// Acts on notifications.
#[Object]
impl NotificationMutations {
    /// Marks notifications of the caller as read.
    async fn mark_notifications_read(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which ones.")] input: MarkNotificationsReadInput,
    ) -> Result<MarkNotificationsReadPayload> {
        let ctx = gql.signed_in()?;
        let ids: Option<Vec<NotificationId>> = input
            .ids
            .map(|ids| ids.iter().filter_map(NotificationId::read).collect());
        if ids.as_ref().is_some_and(|it| it.len() > IDS_MOST) {
            let refusal = Refusal::of(Code::TooLong, "ids");
            return Err(refusal.with("most", IDS_MOST).into());
        }
        let marked = notifications::mark_read(ctx, ids.as_deref()).await;
        let marked = marked.map_err(|it| fault(ctx, &it))?;
        Ok(MarkNotificationsReadPayload {
            marked_count: i64::try_from(marked).unwrap_or(i64::MAX),
            user_errors: Vec::new(),
        })
    }
}
