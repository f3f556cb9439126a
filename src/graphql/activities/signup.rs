//! Sign-ups: one, pages of them, and the acts on them.
//!
//! Rules are in `activities`; what attendance says of them is in `graphql/hours`.

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::ShiftId;
use entity::ids::SignupId;
use entity::ids::VolunteerId;
use entity::signup;

use crate::activities::lists;
use crate::activities::lists::SignupFilter;
use crate::activities::signup as signups;
use crate::activities::signup::NewSignup;
use crate::graphql::activities::loaders::PositionOf;
use crate::graphql::activities::shift::Shift;
use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::error::changed_meanwhile;
use crate::graphql::error::fault;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::scalars::DateTime;
use crate::graphql::volunteers::Volunteer;
use crate::refusal::Refusal;

const AS_MADE: &str = "signups.id.asc";

/// Where a volunteer's sign-up for a shift stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::SignupStatus")]
pub enum SignupStatus {
    /// The volunteer has a place.
    Confirmed,
    /// The shift was full; the volunteer waits for a place.
    Waitlisted,
    /// Taken back by the volunteer or a coordinator, or the shift was cancelled.
    Cancelled,
    /// Attendance showed that the volunteer was there.
    Attended,
    /// The volunteer had a place and did not come.
    NoShow,
}

/// A volunteer's place in a shift or in its waiting list. It makes no hours: attendance does.
#[derive(Clone, Debug)]
pub struct Signup(pub signup::Model);

/// A volunteer's place in a shift or in its waiting list. It makes no hours: attendance does.
#[Object]
impl Signup {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// The shift.
    async fn shift(&self, gql: &Context<'_>) -> Result<Option<Shift>> {
        Ok(loaders::one(gql, self.0.shift_id).await?.map(Shift))
    }

    /// The volunteer.
    async fn volunteer(&self, gql: &Context<'_>) -> Result<Option<Volunteer>> {
        Ok(loaders::one(gql, self.0.volunteer_id).await?.map(Volunteer))
    }

    /// Where it stands.
    async fn status(&self) -> SignupStatus {
        self.0.status.into()
    }

    /// Place in the waiting list, counted from 1; null for whoever does not wait.
    async fn position(&self, gql: &Context<'_>) -> Result<Option<i32>> {
        if self.0.status != entity::types::SignupStatus::Waitlisted {
            return Ok(None);
        }
        let asked = PositionOf {
            shift: self.0.shift_id,
            signup: self.0.id,
        };
        loaders::one(gql, asked).await
    }

    /// What the volunteer or a coordinator noted; null where nothing was.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// Since when the volunteer waited; null where a place was free at once.
    async fn waiting_since(&self) -> Option<DateTime> {
        self.0.waiting_since.map(DateTime)
    }

    /// When the place was given; null while the volunteer waits.
    async fn confirmed_at(&self) -> Option<DateTime> {
        self.0.confirmed_at.map(DateTime)
    }

    /// When it was taken back; null while it holds.
    async fn cancelled_at(&self) -> Option<DateTime> {
        self.0.cancelled_at.map(DateTime)
    }

    /// Why it was taken back; null where nothing was said.
    async fn cancel_reason(&self) -> Option<&str> {
        self.0.cancel_reason.as_deref()
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }
}

/// A page of sign-ups.
///
/// # Errors
/// A cursor or size that cannot be; a fault of ours.
pub(super) async fn signup_page(
    gql: &Context<'_>,
    filter: SignupFilter,
    asked: &PageArguments,
) -> Result<Connection<Signup>> {
    let ctx = gql.signed_in()?;
    let page = asked.page::<SignupId>(AS_MADE)?;
    let slice = lists::signups(ctx.read(), ctx.scope(), &filter, &page).await;
    let slice = slice.map_err(|it| fault(ctx, &it))?;
    Ok(Connection::new(
        slice,
        AS_MADE,
        |it| it.id,
        Signup,
        total(ctx, move |ctx| {
            let filter = filter.clone();
            async move { lists::count_signups(ctx.read(), ctx.scope(), &filter).await }
        }),
    ))
}

/// A volunteer for a shift.
#[derive(InputObject)]
struct SignUpForShiftInput {
    /// The shift.
    shift_id: ID,
    /// Who; the caller's own record in the organization by default.
    volunteer_id: Option<ID>,
    /// What the coordinators should know; at most 1,000 characters.
    note: Option<String>,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

/// A sign-up to take back.
#[derive(InputObject)]
struct CancelSignupInput {
    /// The sign-up.
    id: ID,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present
    /// one.
    expected_version: Option<i32>,
    /// Why; at most 1,000 characters.
    reason: Option<String>,
}

/// The new sign-up.
#[derive(SimpleObject)]
struct SignUpForShiftPayload {
    /// The sign-up: `CONFIRMED`, or `WAITLISTED` where the shift is full; null when refused.
    signup: Option<Signup>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The sign-up that was taken back.
#[derive(SimpleObject)]
struct CancelSignupPayload {
    /// The sign-up; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    signup: Option<Signup>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on sign-ups.
#[derive(Debug, Default)]
pub struct SignupMutations;

/// Acts on sign-ups.
#[Object]
impl SignupMutations {
    /// Signs a volunteer up for a shift that has not begun: a place where one is free, else the end
    /// of the waiting list. Volunteers sign themselves up, coordinators anybody of their
    /// organization. Nobody has two places at the same time.
    async fn sign_up_for_shift(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The shift and the volunteer.")] input: SignUpForShiftInput,
    ) -> Result<SignUpForShiftPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let volunteer = match &input.volunteer_id {
                Some(id) => Some(VolunteerId::input(id, "volunteerId")?),
                None => None,
            };
            let new = NewSignup {
                shift: ShiftId::input(&input.shift_id, "shiftId")?,
                volunteer,
                note: input.note,
            };
            signups::sign_up(ctx, new, input.idempotency_key.as_deref()).await
        };
        let (signup, user_errors) = answered(ctx, outcome.await)?;
        Ok(SignUpForShiftPayload {
            signup: signup.map(Signup),
            user_errors,
        })
    }

    /// Takes a sign-up back before the shift begins. Its place goes at once to whoever waits
    /// longest, and they are told. Volunteers take back their own, coordinators anybody's.
    async fn cancel_signup(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The sign-up.")] input: CancelSignupInput,
    ) -> Result<CancelSignupPayload> {
        let ctx = gql.signed_in()?;
        let id: Result<SignupId, Refusal> = SignupId::input(&input.id, "id");
        let outcome = async {
            let reason = input.reason.as_deref();
            signups::cancel(ctx, id.clone()?, input.expected_version, reason).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        let signup = match (done, id) {
            (Some(done), _) => Some(done),
            (None, Ok(id)) if changed_meanwhile(&user_errors) => loaders::one(gql, id).await?,
            _ => None,
        };
        Ok(CancelSignupPayload {
            signup: signup.map(Signup),
            user_errors,
        })
    }
}
