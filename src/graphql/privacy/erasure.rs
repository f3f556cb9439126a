//! Requests that personal data be erased, and the acts on them.
//!
//! Who may is decided in `privacy`.

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
use entity::erasure_request;
use entity::ids::ErasureId;
use entity::ids::OrganizationId;
use entity::ids::VolunteerId;
use sea_orm::DbErr;

use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::error::changed_meanwhile;
use crate::graphql::error::fault;
use crate::graphql::loaders;
use crate::graphql::loaders::Reader;
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::scalars::DateTime;
use crate::graphql::volunteers::Volunteer;
use crate::identity::Action;
use crate::privacy::requests;
use crate::privacy::requests::Asked;
use crate::privacy::requests::Decision;
use crate::privacy::store;

/// The order of the list.
const NEWEST: &str = "erasure_requests.id.desc";

/// How far a request of erasure has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::ErasureStatus")]
pub enum ErasureStatus {
    /// It was asked for, and nobody has decided.
    Requested,
    /// It was approved, and is carried out when its waiting time is over.
    Approved,
    /// It was refused, with a reason.
    Refused,
    /// It was taken back, or an organization took the holder of the account in again before it was carried out.
    Withdrawn,
    /// It was carried out: nothing brings back what was erased.
    Done,
}

/// What becomes of a request of erasure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "requests::Verdict")]
pub enum ErasureVerdict {
    /// The data is erased once the waiting time is over.
    Approve,
    /// It is kept, for a reason.
    Refuse,
}

/// A request that the personal data of a record, or of an account, be erased. Seen by those who administer the
/// organization, by whoever asked, and by whose data it is.
#[derive(Clone, Debug)]
pub struct ErasureRequest(pub erasure_request::Model);

/// A request that the personal data of a record, or of an account, be erased. Seen by those who administer the
/// organization, by whoever asked, and by whose data it is.
#[Object]
impl ErasureRequest {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// The organization of the record; null of an account, and where the caller does not see it.
    async fn organization(&self, gql: &Context<'_>) -> Result<Option<Organization>> {
        match self.0.organization_id {
            Some(id) => Ok(loaders::one(gql, id).await?.map(Organization)),
            None => Ok(None),
        }
    }

    /// The record; null of an account, and where the caller does not see it, as once it was erased.
    async fn volunteer(&self, gql: &Context<'_>) -> Result<Option<Volunteer>> {
        match self.0.volunteer_id {
            Some(id) => Ok(loaders::one(gql, id).await?.map(Volunteer)),
            None => Ok(None),
        }
    }

    /// How far it has come.
    async fn status(&self) -> ErasureStatus {
        self.0.status.into()
    }

    /// Why, where it was said; null once it is done, and for administrators of the platform unless it is about an account.
    async fn reason(&self, gql: &Context<'_>) -> Result<Option<&str>> {
        let told = self.is_told(gql)?;
        Ok(self.0.reason.as_deref().filter(|_| told))
    }

    /// Whether whoever asks wrote it down.
    async fn is_own(&self, gql: &Context<'_>) -> Result<bool> {
        let user = gql.op()?.actor().user();
        Ok(user.is_some() && self.0.requested_by == user)
    }

    /// When it was written down.
    async fn requested_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was decided; null while nobody has.
    async fn decided_at(&self) -> Option<DateTime> {
        self.0.decided_at.map(DateTime)
    }

    /// Why it was decided so; as `reason`.
    async fn decision_reason(&self, gql: &Context<'_>) -> Result<Option<&str>> {
        let told = self.is_told(gql)?;
        Ok(self.0.decision_reason.as_deref().filter(|_| told))
    }

    /// While nobody has decided: by when it should be carried out, ten days after it was written down (law 09-08, article 8).
    /// Once it is approved: from when on it is carried out. Null where it was refused or taken back.
    async fn due_at(&self) -> Option<DateTime> {
        self.0.due_at.map(DateTime)
    }

    /// When it was carried out; null while it is not.
    async fn done_at(&self) -> Option<DateTime> {
        self.0.done_at.map(DateTime)
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

impl ErasureRequest {
    /// Whether the caller may read what people wrote: whoever keeps the platform sees that it exists, and no more.
    fn is_told(&self, gql: &Context<'_>) -> Result<bool> {
        let ctx = gql.op()?;
        let user = ctx.actor().user();
        let own = user.is_some() && self.0.requested_by == user;
        let administers = match self.0.organization_id {
            Some(id) => ctx.may(Action::ManageOrganization, id),
            None => true,
        };
        let about = self.0.volunteer_id.is_some_and(|it| ctx.scope().owns(it));
        Ok(own || administers || about)
    }
}

/// Which requests to list; an absent part does not narrow.
#[derive(Debug, Default, InputObject)]
struct ErasureRequestFilter {
    /// Of this organization.
    organization_id: Option<ID>,
    /// In one of these states.
    status: Option<Vec<ErasureStatus>>,
}

/// Queries of requests of erasure.
#[derive(Debug, Default)]
pub struct ErasureQueries;

/// Queries of requests of erasure.
#[Object]
impl ErasureQueries {
    /// Requests of erasure that the caller may see, newest first.
    async fn erasure_requests(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which ones; all by default.")] filter: Option<ErasureRequestFilter>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<ErasureRequest>> {
        let ctx = gql.signed_in()?;
        let filter = filter.unwrap_or_default();
        let organization =
            OrganizationId::optional(filter.organization_id.as_ref(), "organizationId")?;
        let status = filter.status;
        let filter = store::Filter {
            organization,
            status: status.map(|it| it.into_iter().map(Into::into).collect()),
        };
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        let page = asked.page::<ErasureId>(NEWEST)?;
        let slice = store::list(ctx.read(), ctx, &filter, &page).await;
        let slice = slice.map_err(|it| fault(ctx, &it))?;
        Ok(Connection::new(
            slice,
            NEWEST,
            |it| it.id,
            ErasureRequest,
            total(ctx, move |ctx| {
                let filter = filter.clone();
                async move { store::count(ctx.read(), &ctx, &filter).await }
            }),
        ))
    }
}

/// What is to be erased.
#[derive(InputObject)]
struct RequestErasureInput {
    /// The record: one's own, or one of an organization that one administers, whose person asked for it. Absent, the
    /// account of whoever asks, which no organization may have any more.
    volunteer_id: Option<ID>,
    /// Why; at most 1000 characters. It is erased with the rest.
    reason: Option<String>,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

/// The request.
#[derive(SimpleObject)]
struct RequestErasurePayload {
    /// The request; null when refused.
    erasure_request: Option<ErasureRequest>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// What becomes of a request.
#[derive(InputObject)]
struct DecideErasureInput {
    /// The request.
    id: ID,
    /// Yes or no.
    verdict: ErasureVerdict,
    /// Why; needed where it is refused, at most 1000 characters.
    reason: Option<String>,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present one.
    expected_version: Option<i32>,
}

/// The request.
#[derive(SimpleObject)]
struct DecideErasurePayload {
    /// The request; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    erasure_request: Option<ErasureRequest>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// A request to take back.
#[derive(InputObject)]
struct WithdrawErasureInput {
    /// The request.
    id: ID,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present one.
    expected_version: Option<i32>,
}

/// The request.
#[derive(SimpleObject)]
struct WithdrawErasurePayload {
    /// The request; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    erasure_request: Option<ErasureRequest>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on requests of erasure.
#[derive(Debug, Default)]
pub struct ErasureMutations;

/// Acts on requests of erasure.
#[Object]
impl ErasureMutations {
    /// Asks for personal data to be erased: of a record, by the person themself or by an administrator of the
    /// organization who was asked; or of one's own account. Who administers the organization decides on a record, who
    /// administers the platform on an account.
    async fn request_erasure(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "What is to be erased.")] input: RequestErasureInput,
    ) -> Result<RequestErasurePayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let asked = Asked {
                volunteer: VolunteerId::optional(input.volunteer_id.as_ref(), "volunteerId")?,
                reason: input.reason.clone(),
            };
            requests::request(ctx, &asked, input.idempotency_key.as_deref()).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        Ok(RequestErasurePayload {
            erasure_request: done.map(ErasureRequest),
            user_errors,
        })
    }

    /// Decides on a request. What is approved is carried out once the waiting time that the server is set to
    /// (`privacy.erasure_waiting_days`) is over: names, contact, day of birth, numbers and texts of the person go, in every
    /// table and file; minutes, days, projects, sex and the year of birth stay, so that figures stay.
    async fn decide_erasure(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The decision.")] input: DecideErasureInput,
    ) -> Result<DecideErasurePayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let decision = Decision {
                id: ErasureId::input(&input.id, "id")?,
                verdict: input.verdict.into(),
                reason: input.reason.clone(),
                expected: input.expected_version,
            };
            requests::decide(ctx, &decision).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        let erasure_request = present(gql, &input.id, done, &user_errors).await?;
        Ok(DecideErasurePayload {
            erasure_request,
            user_errors,
        })
    }

    /// Takes a request back that is not carried out: whoever wrote it down, or whose data it is.
    async fn withdraw_erasure(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The request.")] input: WithdrawErasureInput,
    ) -> Result<WithdrawErasurePayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let id = ErasureId::input(&input.id, "id")?;
            requests::withdraw(ctx, id, input.expected_version).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        let erasure_request = present(gql, &input.id, done, &user_errors).await?;
        Ok(WithdrawErasurePayload {
            erasure_request,
            user_errors,
        })
    }
}

async fn present(
    gql: &Context<'_>,
    id: &ID,
    done: Option<erasure_request::Model>,
    errors: &[UserError],
) -> Result<Option<ErasureRequest>> {
    let row = match ErasureId::read(id) {
        Some(id) if changed_meanwhile(errors) => loaders::one(gql, id).await?,
        _ => done,
    };
    Ok(row.map(ErasureRequest))
}

/// Requests of erasure by id.
impl Loader<ErasureId> for Reader {
    type Value = erasure_request::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        ids: &[ErasureId],
    ) -> std::result::Result<HashMap<ErasureId, erasure_request::Model>, Arc<DbErr>> {
        let found = store::by_ids(self.ctx.read(), &self.ctx, ids).await?;
        Ok(found.into_iter().map(|it| (it.id, it)).collect())
    }
}
