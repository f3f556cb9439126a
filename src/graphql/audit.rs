//! The audit trail: who did what, when, from where, through what, to what.
//!
//! What is told is decided where it is done; whose lines are seen, in `identity::scope`.

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
use entity::audit_event;
use entity::ids::AuditEventId;
use entity::ids::OrganizationId;
use entity::ids::UserId;
use sea_orm::DbErr;

use crate::audit::actions;
use crate::audit::changes;
use crate::audit::store;
use crate::audit::store::Filter;
use crate::graphql::api_tokens::ApiToken;
use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::error::fault;
use crate::graphql::identity::User;
use crate::graphql::loaders;
use crate::graphql::loaders::Reader;
use crate::graphql::node::NodeId;
use crate::graphql::node::named;
use crate::graphql::node::split;
use crate::graphql::nodes::Node;
use crate::graphql::nodes::find;
use crate::graphql::organizations::Organization;
use crate::graphql::scalars::DateTime;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::shortened;

/// Order of the list.
const NEWEST: &str = "audit_events.id.desc";
/// Most actions of a filter.
const ACTIONS_MOST: usize = 50;

/// What became of an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum AuditOutcome {
    /// It was done.
    Done,
    /// It was refused: whoever asked may not, or did not prove who they are.
    Refused,
}

impl AuditOutcome {
    fn word(self) -> &'static str {
        match self {
            Self::Done => "DONE",
            Self::Refused => "REFUSED",
        }
    }
}

/// Through what somebody acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum AuditThrough {
    /// A session of a user.
    Session,
    /// An API token of a user.
    ApiToken,
    /// The command line of the server, or work that is due by the clock.
    Operator,
    /// Nothing: nobody was signed in, as in a sign-in that failed, or a link that was opened.
    Nothing,
}

/// Where a request came from, as far as the server believes what it is told.
#[derive(Clone, Debug, SimpleObject)]
pub struct AuditOrigin {
    /// The network address of the client; null where none is known.
    address: Option<String>,
    /// What the client calls itself, its first 200 characters: its own word. Null where it says nothing.
    user_agent: Option<String>,
}

/// What an act changed, or says of itself. Of people it says ids and no names.
#[derive(Clone, Debug, SimpleObject)]
pub struct AuditChange {
    /// What changed.
    field: String,
    /// What it was before, as JSON; null where it was nothing, and for what only says more of the act.
    before: Option<String>,
    /// What it became, as JSON; null where it is nothing any more.
    after: Option<String>,
}

/// A line of the audit trail. It is never changed, and kept for `audit.kept_days`. Owners and administrators see those of
/// their organization, everybody what they did and what was done with their account.
#[derive(Clone, Debug)]
pub struct AuditEvent(pub audit_event::Model);

/// A line of the audit trail. It is never changed, and kept for `audit.kept_days`. Owners and administrators see those of
/// their organization, everybody what they did and what was done with their account.
#[Object]
impl AuditEvent {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// What was done, as `noun.verb`: `membership.role`, `volunteer.read`. The words are in `docs/audit.md`; more may come.
    async fn action(&self) -> &str {
        &self.0.action
    }

    /// When.
    async fn at(&self) -> DateTime {
        DateTime(self.0.recorded_at)
    }

    /// Who; null where nobody was signed in, for the server itself, and where the caller does not see them.
    async fn actor(&self, gql: &Context<'_>) -> Result<Option<User>> {
        match self.0.user_id {
            Some(id) => Ok(loaders::one(gql, id).await?.map(User)),
            None => Ok(None),
        }
    }

    /// Through what.
    async fn through(&self) -> AuditThrough {
        match self.0.actor_kind.as_str() {
            "USER" => AuditThrough::Session,
            "TOKEN" => AuditThrough::ApiToken,
            "OPERATOR" => AuditThrough::Operator,
            _ => AuditThrough::Nothing,
        }
    }

    /// The API token through which; null where it was none, and for those of others.
    async fn api_token(&self, gql: &Context<'_>) -> Result<Option<ApiToken>> {
        match self.0.api_token_id {
            Some(id) => Ok(loaders::one(gql, id).await?.map(ApiToken)),
            None => Ok(None),
        }
    }

    /// From where; null for what the server did by itself.
    async fn from(&self) -> Option<AuditOrigin> {
        let origin = AuditOrigin {
            address: self.0.address.clone(),
            user_agent: self.0.agent.clone(),
        };
        let known = origin.address.is_some() || origin.user_agent.is_some();
        known.then_some(origin)
    }

    /// The organization it happened in; null where it was in none, and where the caller does not see it.
    async fn organization(&self, gql: &Context<'_>) -> Result<Option<Organization>> {
        match self.0.organization_id {
            Some(id) => Ok(loaders::one(gql, id).await?.map(Organization)),
            None => Ok(None),
        }
    }

    /// The kind of what it was done to: `Project`, `Membership`, `Operation`.
    async fn subject_type(&self) -> &str {
        &self.0.subject_type
    }

    /// The global id of what it was done to, whether it is still there or not; null where it was no single thing.
    async fn subject_id(&self) -> Option<ID> {
        let key = self.0.subject_id?;
        Some(named(&self.0.subject_type, key))
    }

    /// What it was done to; null where it was no single thing, where it is gone, and where the caller does not see it.
    async fn subject(&self, gql: &Context<'_>) -> Result<Option<Node>> {
        match self.0.subject_id {
            Some(key) => Box::pin(find(gql, &named(&self.0.subject_type, key))).await,
            None => Ok(None),
        }
    }

    /// What became of it.
    async fn outcome(&self) -> AuditOutcome {
        match self.0.outcome.as_str() {
            "REFUSED" => AuditOutcome::Refused,
            _ => AuditOutcome::Done,
        }
    }

    /// What changed, field by field, and what else the act says of itself.
    async fn changes(&self) -> Vec<AuditChange> {
        let told = changes::of(self.0.details.as_deref());
        told.into_iter()
            .map(|it| AuditChange {
                field: it.field,
                before: it.before,
                after: it.after,
            })
            .collect()
    }
}

/// Lines by id, those that the caller may see.
impl Loader<AuditEventId> for Reader {
    type Value = audit_event::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        ids: &[AuditEventId],
    ) -> std::result::Result<HashMap<AuditEventId, audit_event::Model>, Arc<DbErr>> {
        let found = store::by_ids(&self.ctx, ids).await?;
        Ok(found.into_iter().map(|it| (it.id, it)).collect())
    }
}

/// Which lines to list; an absent part does not narrow.
#[derive(Debug, Default, InputObject)]
pub struct AuditEventFilter {
    /// Of this organization.
    organization_id: Option<ID>,
    /// Of one of these actions, such as `membership.role`; at most 50. What is none of them is refused; all are listed in
    /// `docs/audit.md`.
    actions: Option<Vec<String>>,
    /// By this user, or a program of theirs.
    actor_id: Option<ID>,
    /// Done to this: the global id of anything.
    subject_id: Option<ID>,
    /// At this instant or later.
    from: Option<DateTime>,
    /// Before this instant.
    to: Option<DateTime>,
    /// Done, or refused.
    outcome: Option<AuditOutcome>,
    /// Only what the caller did, and what was done with their account.
    #[graphql(default)]
    own: bool,
}

impl AuditEventFilter {
    /// The filter in terms of the area.
    ///
    /// # Errors
    /// What is no global id, too many actions, and what is none.
    pub fn read(self) -> std::result::Result<Filter, Refusal> {
        let organization = self.organization_id.as_ref();
        let actor = self.actor_id.as_ref();
        if self
            .actions
            .as_ref()
            .is_some_and(|it| it.len() > ACTIONS_MOST)
        {
            return Err(Refusal::of(Code::TooLong, "actions").with("most", ACTIONS_MOST));
        }
        let mut given = self.actions.iter().flatten().enumerate();
        if let Some((number, unknown)) = given.find(|(_, it)| !actions::is_known(it)) {
            let field = format!("actions.{number}");
            let known = actions::nearest(&shortened(unknown.clone())).join(", ");
            return Err(Refusal::of(Code::UnknownValue, &field).with("known", known));
        }
        let subject = match &self.subject_id {
            Some(id) => {
                let (_, key) = split(id).ok_or_else(|| Refusal::of(Code::NotFound, "subjectId"))?;
                Some(key)
            }
            None => None,
        };
        Ok(Filter {
            organization: organization
                .map(|it| OrganizationId::input(it, "organizationId"))
                .transpose()?,
            actions: self.actions,
            actor: actor.map(|it| UserId::input(it, "actorId")).transpose()?,
            subject,
            from: self.from.map(|it| it.0),
            to: self.to.map(|it| it.0),
            outcome: self.outcome.map(|it| it.word().to_owned()),
            own: self.own,
        })
    }
}

/// Queries of the audit trail.
#[derive(Debug, Default)]
pub struct AuditQueries;

/// Queries of the audit trail.
#[Object]
impl AuditQueries {
    /// Lines of the audit trail, newest first: of the organizations that the caller owns or administers, what they did, and
    /// what was done with their account; for administrators of the platform all.
    async fn audit_events(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which lines; all that the caller may see by default.")] filter: Option<
            AuditEventFilter,
        >,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<AuditEvent>> {
        let ctx = gql.signed_in()?;
        let filter = filter.unwrap_or_default().read()?;
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        let page = asked.page::<AuditEventId>(NEWEST)?;
        let slice = store::list(ctx.read(), ctx, &filter, &page).await;
        Ok(Connection::new(
            slice.map_err(|it| fault(ctx, &it))?,
            NEWEST,
            |it| it.id,
            AuditEvent,
            total(ctx, move |ctx| {
                let filter = filter.clone();
                async move { store::count(ctx.read(), &ctx, &filter).await }
            }),
        ))
    }
}
