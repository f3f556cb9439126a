//! Shares of projects: how much of each serves which term.
//!
//! Rules are in `projects/tags.rs`.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use chrono::NaiveDate;
use entity::ids::ProjectId;
use entity::ids::TermId;

use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::loaders;
use crate::graphql::loaders::SharesOf;
use crate::graphql::node::NodeId;
use crate::graphql::projects::Project;
use crate::graphql::projects::present;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::Decimal;
use crate::graphql::vocabularies::VocabularyTerm;
use crate::projects::tags;
use crate::projects::tags::NewShares;

/// How much of a project serves a term.
pub struct TagAllocation {
    vocabulary: String,
    term: TermId,
    share_ppm: i32,
    valid_from: Option<Date>,
}

/// How much of a project serves a term. The shares of one vocabulary sum to exactly 100 %.
#[Object]
impl TagAllocation {
    /// Code of the vocabulary.
    async fn vocabulary(&self) -> &str {
        &self.vocabulary
    }

    /// The term.
    async fn term(&self, gql: &Context<'_>) -> Result<Option<VocabularyTerm>> {
        Ok(loaders::one(gql, self.term).await?.map(VocabularyTerm))
    }

    /// The share in percent, to four decimals.
    async fn percent(&self) -> Decimal {
        Decimal(tags::percent(self.share_ppm))
    }

    /// First day of this share; null where it has held from the beginning.
    async fn valid_from(&self) -> Option<Date> {
        self.valid_from
    }
}

/// The shares of a project on a day, by vocabulary and largest first.
///
/// # Errors
/// A fault of ours.
pub async fn allocations(
    gql: &Context<'_>,
    project: ProjectId,
    day: NaiveDate,
    vocabulary: Option<&str>,
) -> Result<Vec<TagAllocation>> {
    let sets = loaders::one(gql, SharesOf { project, day }).await?;
    Ok(sets
        .iter()
        .flat_map(|sets| sets.iter())
        .filter(|(set, _)| vocabulary.is_none_or(|it| it == set.vocabulary))
        .flat_map(|(set, shares)| shares.iter().map(move |share| (set, share)))
        .map(|(set, share)| TagAllocation {
            vocabulary: set.vocabulary.clone(),
            term: share.term_id,
            share_ppm: share.share_ppm,
            valid_from: (set.valid_from > tags::ALWAYS).then_some(Date(set.valid_from)),
        })
        .collect())
}

/// The share of a term.
#[derive(InputObject)]
pub struct ShareInput {
    /// Code of the term.
    term_code: String,
    /// The share in percent, to four decimals.
    percent: Decimal,
}

/// The shares of one vocabulary: together exactly 100 %.
#[derive(InputObject)]
pub struct TagAllocationInput {
    /// Code of the vocabulary: `INDH`, `SDG`.
    pub(super) vocabulary: String,
    /// The shares.
    pub(super) shares: Vec<ShareInput>,
}

/// New shares of a project in one vocabulary.
#[derive(InputObject)]
pub struct SetTagAllocationsInput {
    /// Which project.
    project_id: ID,
    /// The version that the caller saw.
    expected_version: Option<i32>,
    /// Code of the vocabulary: `INDH`, `SDG`.
    vocabulary: String,
    /// The shares: together exactly 100 %.
    shares: Vec<ShareInput>,
    /// First day of the new shares. The past keeps its shares, and hours of a
    /// closed month are never shared otherwise. Absent: from the beginning for the
    /// first shares of a project, from today on for later ones.
    valid_from: Option<Date>,
}

/// The project with its new shares.
#[derive(SimpleObject)]
struct SetTagAllocationsPayload {
    /// The project; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    project: Option<Project>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on shares.
#[derive(Debug, Default)]
pub struct TagAllocationMutations;

/// Acts on shares.
#[Object]
impl TagAllocationMutations {
    /// Sets what a project serves in one vocabulary, from a day on.
    async fn set_tag_allocations(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which project, and its shares.")] input: SetTagAllocationsInput,
    ) -> Result<SetTagAllocationsPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let id = ProjectId::input(&input.project_id, "projectId")?;
            let valid_from = input.valid_from.map(|it| it.0);
            let shares = new_shares(input.vocabulary, input.shares, valid_from);
            tags::set(ctx, id, input.expected_version, shares).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        Ok(SetTagAllocationsPayload {
            project: present(gql, &input.project_id, done, &user_errors).await?,
            user_errors,
        })
    }
}

/// Shares as the area takes them.
pub(super) fn new_shares(
    vocabulary: String,
    shares: Vec<ShareInput>,
    valid_from: Option<NaiveDate>,
) -> NewShares {
    NewShares {
        vocabulary,
        shares: shares
            .into_iter()
            .map(|it| (it.term_code, it.percent.0))
            .collect(),
        valid_from,
    }
}
