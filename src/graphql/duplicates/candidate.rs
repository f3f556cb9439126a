//! Likely duplicates, and the lists of pairs and of merges.
//!
//! When two records are alike is said in `volunteers/likeness.rs`.

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::OrganizationId;
use entity::ids::VolunteerId;

use crate::duplicates::MergeError;
use crate::duplicates::find;
use crate::duplicates::find::Pair;
use crate::duplicates::pairs;
use crate::duplicates::pairs::Place;
use crate::duplicates::store;
use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::duplicates::merge::VolunteerMerge;
use crate::graphql::error::denied;
use crate::graphql::error::fault;
use crate::graphql::error::read;
use crate::graphql::node::NodeId;
use crate::graphql::volunteers::Volunteer;
use crate::identity::Denied;
use crate::volunteers::likeness::Confidence;
use crate::volunteers::likeness::Trait;

/// Name of the list of pairs.
const PAIRS: &str = "duplicates.pairs.asc";
/// Name of the list of merges.
const MERGES: &str = "duplicates.merges.desc";

/// How much speaks for one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Confidence")]
pub enum DuplicateConfidence {
    /// Like names, and a day of birth or a telephone beside them.
    Likely,
    /// The same name, and nothing against it; or like names with a telephone and another day of
    /// birth.
    Possible,
}

/// In what two records are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Trait")]
pub enum DuplicateReason {
    /// A name, in one script or the other, whatever the order of its words.
    SameName,
    /// Names that sound alike, also one in Latin and one in Arabic script.
    SimilarName,
    /// The day of birth.
    SameBirthDate,
    /// The telephone.
    SamePhone,
    /// The address for letters.
    SameEmail,
}

/// Two records that may be of one person: a hint for people, never a decision. Relatives share
/// telephones, and twins share days of birth.
#[derive(Clone, Debug, SimpleObject)]
pub struct DuplicateCandidate {
    /// The two records, the older one first.
    volunteers: Vec<Volunteer>,
    /// How much speaks for one person.
    confidence: DuplicateConfidence,
    /// What speaks for it, most telling first.
    reasons: Vec<DuplicateReason>,
}

impl From<Pair> for DuplicateCandidate {
    fn from(pair: Pair) -> Self {
        Self {
            volunteers: vec![Volunteer(pair.first), Volunteer(pair.second)],
            confidence: pair.likeness.confidence.into(),
            reasons: pair.likeness.traits.into_iter().map(Into::into).collect(),
        }
    }
}

/// Which pairs to list; an absent part does not narrow.
#[derive(Debug, Default, InputObject)]
pub struct DuplicateCandidateFilter {
    /// With this record in it.
    volunteer_id: Option<ID>,
    /// Only those that are likely, or only those that are possible.
    confidence: Option<DuplicateConfidence>,
}

/// Queries about records of one person.
#[derive(Debug, Default)]
pub struct DuplicateQueries;

/// Queries about records of one person.
#[Object]
impl DuplicateQueries {
    /// Pairs of records of an organization that may be of one person, likely ones first, for those who
    /// keep its volunteers; null for an organization that the caller does not belong to. Pairs that
    /// somebody said are two people do not come again.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is an argument of the field"
    )]
    async fn duplicate_candidates(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The organization.")] organization_id: ID,
        #[graphql(desc = "Which pairs; all by default.")] filter: Option<DuplicateCandidateFilter>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Option<Connection<DuplicateCandidate>>> {
        let ctx = gql.signed_in()?;
        let Some(organization) = OrganizationId::read(&organization_id) else {
            return Ok(None);
        };
        let filter = filter.unwrap_or_default();
        let filter = pairs::Filter {
            organization,
            of: VolunteerId::optional(filter.volunteer_id.as_ref(), "volunteerId")?,
            confidence: filter.confidence.map(Into::into),
        };
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        let page = asked.page::<Place>(PAIRS)?;
        let slice = match find::page(ctx, &filter, &page).await {
            Err(MergeError::Denied(Denied::Invisible)) => return Ok(None),
            Err(MergeError::Denied(it)) => return Err(denied(it)),
            outcome => read(ctx, outcome)?,
        };
        Ok(Some(Connection::new(
            slice,
            PAIRS,
            |it| Place::from(it),
            DuplicateCandidate::from,
            total(ctx, move |ctx| {
                let filter = filter.clone();
                async move { find::count(&ctx, &filter).await }
            }),
        )))
    }

    /// Merges of an organization's records, those taken back among them, newest first; none to those who
    /// do not see all its volunteers.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is an argument of the field"
    )]
    async fn volunteer_merges(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The organization.")] organization_id: ID,
        #[graphql(desc = "Only those with this record on one side or the other.")]
        volunteer_id: Option<ID>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<VolunteerMerge>> {
        let ctx = gql.signed_in()?;
        let organization = OrganizationId::input(&organization_id, "organizationId")?;
        let filter = store::MergeFilter {
            organization,
            of: VolunteerId::optional(volunteer_id.as_ref(), "volunteerId")?,
        };
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        let page = asked.page(MERGES)?;
        let slice = store::page(ctx.read(), ctx.scope(), &filter, &page).await;
        let slice = slice.map_err(|it| fault(ctx, &it))?;
        Ok(Connection::new(
            slice,
            MERGES,
            |it| it.id,
            VolunteerMerge,
            total(ctx, move |ctx| {
                let filter = filter.clone();
                async move { store::count(ctx.read(), ctx.scope(), &filter).await }
            }),
        ))
    }
}
