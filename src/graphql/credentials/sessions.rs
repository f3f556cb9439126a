//! Where an owner is signed in, and ending it.
//!
//! Only whoever owns a session sees it.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use async_graphql::dataloader::Loader;
use entity::ids::SessionId;
use entity::session;
use sea_orm::DbErr;

use crate::credentials::CredentialError;
use crate::credentials::sessions;
use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::error::fault;
use crate::graphql::loaders::Reader;
use crate::graphql::node::NodeId;
use crate::graphql::scalars::DateTime;
use crate::identity::Actor;
use crate::identity::store;
use crate::platform::page::Slice;

const NEWEST: &str = "sessions.id.desc";

/// A device that is signed in. Only its owner sees it.
#[derive(Clone, Debug)]
pub struct UserSession(pub session::Model);

/// A device that is signed in. Only its owner sees it.
#[Object]
impl UserSession {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// What the client calls itself, in few words, such as `Firefox, Android`; null where it says nothing. Its own word: a
    /// client can call itself anything.
    async fn device(&self) -> Option<&str> {
        self.0.device.as_deref()
    }

    /// The address of the network that it was last used from; null where none is known.
    async fn address(&self) -> Option<&str> {
        self.0.address.as_deref()
    }

    /// When it was signed in.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When tokens were last given out: it was in use then, and for no longer than an access token lasts after that.
    async fn last_used_at(&self) -> DateTime {
        DateTime(self.0.last_used_at.unwrap_or(self.0.created_at))
    }

    /// When it ends by itself unless it is used before.
    async fn expires_at(&self) -> DateTime {
        DateTime(self.0.expires_at)
    }

    /// When it ended; null while it goes on.
    async fn ended_at(&self) -> Option<DateTime> {
        self.0.ended_at.map(DateTime)
    }

    /// Whether it is that of this request.
    async fn is_current(&self, gql: &Context<'_>) -> Result<bool> {
        let of = gql.op()?.actor();
        Ok(matches!(of, Actor::User { session, .. } if session == self.0.id))
    }
}

/// The sessions of the caller that go on, those that began last first; none for a program, whatever it may do for them.
///
/// # Errors
/// A page that cannot be read, or a fault.
pub async fn session_page(
    gql: &Context<'_>,
    asked: &PageArguments,
) -> Result<Connection<UserSession>> {
    let ctx = gql.signed_in()?;
    let page = asked.page::<SessionId>(NEWEST)?;
    let person = ctx.actor().person();
    let slice = match person {
        Some(user) => store::sessions(ctx.read(), user, ctx.now(), &page).await,
        None => Ok(Slice {
            rows: Vec::new(),
            has_previous: false,
            has_next: false,
        }),
    };
    let slice = slice.map_err(|it| fault(ctx, &it))?;
    Ok(Connection::new(
        slice,
        NEWEST,
        |it| it.id,
        UserSession,
        total(ctx, move |ctx| async move {
            match person {
                Some(user) => store::count_sessions(ctx.read(), user, ctx.now()).await,
                None => Ok(0),
            }
        }),
    ))
}

/// A user's own sessions by id, also those that are over; none for a program, whatever it may do for them.
impl Loader<SessionId> for Reader {
    type Value = session::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        ids: &[SessionId],
    ) -> std::result::Result<HashMap<SessionId, session::Model>, Arc<DbErr>> {
        let Some(user) = self.ctx.actor().person() else {
            return Ok(HashMap::new());
        };
        let found = store::sessions_by_ids(self.ctx.read(), user, ids).await?;
        Ok(found.into_iter().map(|it| (it.id, it)).collect())
    }
}

/// Which session.
#[derive(InputObject)]
struct EndSessionInput {
    /// One of the caller's own sessions.
    id: ID,
}

/// The session that ended.
#[derive(SimpleObject)]
struct EndSessionPayload {
    /// The session; null when refused.
    session: Option<UserSession>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Which of the other sessions.
#[derive(Default, InputObject)]
struct EndOtherSessionsInput {
    /// Only those last used before this instant; all by default.
    last_used_before: Option<DateTime>,
}

/// How many sessions ended.
#[derive(SimpleObject)]
struct EndOtherSessionsPayload {
    /// Number of sessions that went on and have ended; null when refused.
    ended_count: Option<i32>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on sessions.
#[derive(Debug, Default)]
pub struct SessionMutations;

/// Acts on sessions.
#[Object]
impl SessionMutations {
    /// Ends one of the caller's own sessions at once: its access token is worth nothing from then on, and its sockets are
    /// closed.
    async fn end_session(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which session.")] input: EndSessionInput,
    ) -> Result<EndSessionPayload> {
        let ctx = gql.signed_in()?;
        let authenticator = gql.authenticator()?;
        let outcome = async {
            let id = SessionId::input(&input.id, "id");
            let id = id.map_err(|it| CredentialError::Invalid(vec![it]))?;
            sessions::end(ctx, authenticator, id).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        Ok(EndSessionPayload {
            session: done.map(UserSession),
            user_errors,
        })
    }

    /// Ends every session of the caller but that of the request, at once.
    async fn end_other_sessions(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which of them; all by default.")] input: Option<EndOtherSessionsInput>,
    ) -> Result<EndOtherSessionsPayload> {
        let ctx = gql.signed_in()?;
        let before = input.unwrap_or_default().last_used_before.map(|it| it.0);
        let outcome = sessions::end_others(ctx, gql.authenticator()?, before).await;
        let (done, user_errors) = answered(ctx, outcome)?;
        Ok(EndOtherSessionsPayload {
            ended_count: done.map(|it| i32::try_from(it).unwrap_or(i32::MAX)),
            user_errors,
        })
    }
}
