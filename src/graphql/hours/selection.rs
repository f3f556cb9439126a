//! Selecting all that fits a filter, to decide on exactly what was counted.
//!
//! The decision itself is one of those in `approval`.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::OrganizationId;

use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::error::user_errors;
use crate::graphql::hours::queue::ApprovalEvidenceTotal;
use crate::graphql::hours::queue::ApprovalQueueFilter;
use crate::graphql::hours::queue::status_basis;
use crate::graphql::hours::queue::whole_entries;
use crate::graphql::node::NodeId;
use crate::graphql::reports::basis::StatusBasis;
use crate::graphql::reports::basis::TimeBasis;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Minutes;
use crate::hours::HoursError;
use crate::hours::queue::Subject;
use crate::hours::queue::selection;
use crate::hours::queue::selection::ByEvidence;
use crate::hours::queue::selection::Preview;
use crate::hours::queue::selection::Summary;
use crate::identity::Ctx;
use crate::refusal::Code;

/// What to select.
#[derive(Debug, InputObject)]
struct PreviewApprovalInput {
    /// In which organization.
    organization_id: ID,
    /// Which of the entries that wait there; all without it.
    filter: Option<ApprovalQueueFilter>,
}

/// Entries that fit a filter, as they were counted.
#[derive(Clone, Debug, SimpleObject)]
pub struct ApprovalPreview {
    /// Stands for exactly these entries in these versions; for the caller alone.
    token: String,
    /// How many entries; `expectedCount` of the decision.
    count: i64,
    /// Their minutes, all people together.
    minutes: Minutes,
    /// By evidence, weakest first; they sum to count and minutes.
    by_evidence: Vec<ApprovalEvidenceTotal>,
    /// Which hours are counted: those that were handed in or, of corrections, the approved ones as they
    /// stand.
    status_basis: Vec<StatusBasis>,
    /// How they are given to days.
    time_basis: TimeBasis,
    /// The instant of the count.
    as_of: DateTime,
    /// How many of them the caller could not approve now: their own work, what they wrote, closed
    /// months.
    not_decidable: i64,
    /// Until when the token may be used: half an hour.
    expires_at: DateTime,
}

impl ApprovalPreview {
    fn of(preview: Preview, subject: Subject) -> Self {
        Self {
            by_evidence: evidence(&preview.by_evidence),
            status_basis: status_basis(subject),
            time_basis: whole_entries(&preview.zone),
            as_of: DateTime(preview.as_of),
            token: preview.token,
            count: number(preview.entries),
            minutes: Minutes(preview.minutes),
            not_decidable: number(preview.refusable),
            expires_at: DateTime(preview.expires_at),
        }
    }
}

fn evidence(sums: &ByEvidence) -> Vec<ApprovalEvidenceTotal> {
    sums.iter()
        .map(|(level, sum)| ApprovalEvidenceTotal {
            evidence_level: (*level).into(),
            entries: sum.entries,
            minutes: Minutes(sum.minutes),
        })
        .collect()
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The selection.
#[derive(SimpleObject)]
struct PreviewApprovalPayload {
    /// What was counted; null when refused.
    preview: Option<ApprovalPreview>,
    /// Why nothing was counted; empty when it was.
    user_errors: Vec<UserError>,
}

/// An entry of a selection that was refused.
#[derive(Clone, Debug, SimpleObject)]
pub struct RefusedHourEntry {
    /// The entry.
    id: ID,
    /// Why.
    user_errors: Vec<UserError>,
}

/// How many entries of a selection were refused for one reason.
#[derive(Clone, Debug, SimpleObject)]
pub struct RefusalCount {
    /// Why.
    code: Code,
    /// How many.
    count: i64,
}

/// What became of a selection.
#[derive(Clone, Debug, SimpleObject)]
pub struct HourEntrySelectionResult {
    /// How many entries it holds.
    count: i64,
    /// On how many of them it was done.
    done: i64,
    /// Minutes of those, all people together.
    minutes: Minutes,
    /// By evidence, weakest first; they sum to done and minutes.
    by_evidence: Vec<ApprovalEvidenceTotal>,
    /// Entries on which it was not done, the first 500 of them: whoever wrote them decides not, or
    /// they have changed since.
    refused: Vec<RefusedHourEntry>,
    /// How many were refused, by reason.
    refused_by: Vec<RefusalCount>,
}

impl HourEntrySelectionResult {
    /// A summary in the caller's language.
    ///
    /// # Errors
    /// A fault of ours.
    pub fn new(ctx: &Ctx, summary: &Summary) -> Result<Self> {
        let refused = summary.refused.iter().map(|(id, error)| {
            Ok(RefusedHourEntry {
                id: id.global(),
                user_errors: user_errors(ctx, error)?,
            })
        });
        let counts = summary.refused_by.values();
        Ok(Self {
            count: number(summary.entries),
            done: number(summary.done),
            minutes: Minutes(summary.minutes),
            by_evidence: evidence(&summary.by_evidence),
            refused: refused.collect::<Result<_>>()?,
            refused_by: counts
                .map(|(code, count)| RefusalCount {
                    code: *code,
                    count: number(*count),
                })
                .collect(),
        })
    }
}

/// Acts on selections.
#[derive(Default)]
pub struct SelectionMutations;

#[Object]
impl SelectionMutations {
    /// Counts all that waits for a decision and fits a filter, at most 20000 entries, and keeps it
    /// for half an hour: `approveHourEntries`, `returnHourEntries` and `rejectHourEntries` take the
    /// token and decide on exactly these entries. What has changed since is refused one by one; what
    /// has come since is not swept in.
    async fn preview_approval(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "What to select.")] input: PreviewApprovalInput,
    ) -> Result<PreviewApprovalPayload> {
        let ctx = gql.signed_in()?;
        let mut subject = Subject::Entries;
        let outcome = match OrganizationId::input(&input.organization_id, "organizationId") {
            Ok(organization) => {
                let filter = input.filter.unwrap_or_default().within(organization);
                subject = filter.subject;
                selection::preview(ctx, &filter).await
            }
            Err(refusal) => Err(HoursError::Invalid(vec![refusal])),
        };
        let (preview, user_errors) = answered(ctx, outcome)?;
        Ok(PreviewApprovalPayload {
            preview: preview.map(|it| ApprovalPreview::of(it, subject)),
            user_errors,
        })
    }
}
