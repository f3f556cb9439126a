//! Corrections of approved entries.
//!
//! Approving, returning, rejecting and withdrawing them is in `approval`, as for entries.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::hour_entry_amendment;
use entity::ids::EntryId;

use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::fault;
use crate::graphql::hours::entry::EvidenceLevel;
use crate::graphql::hours::entry::HourEntry;
use crate::graphql::hours::entry::HourEntryDay;
use crate::graphql::hours::input::HourEntryChanges;
use crate::graphql::hours::write::HourEntryResult;
use crate::graphql::identity::User;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::projects::Project;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Minutes;
use crate::graphql::territories::Territory;
use crate::hours;
use crate::hours::Entry;
use crate::hours::HoursError;
use crate::hours::change::Request;

/// A proposed correction of an approved entry. Until it is approved, the entry counts as it is.
pub struct HourEntryAmendment {
    /// The entry that it corrects.
    pub entry: Entry,
    /// What is stored.
    pub row: hour_entry_amendment::Model,
}

/// A proposed correction of an approved entry. Until it is approved, the entry counts as it is.
#[Object]
impl HourEntryAmendment {
    /// Identifies the correction.
    async fn id(&self) -> ID {
        self.row.id.global()
    }

    /// Why the entry is to be corrected.
    async fn reason(&self) -> &str {
        &self.row.reason
    }

    /// Who proposed it; null for the operator of the server, and for somebody the caller may not
    /// see.
    async fn proposed_by(&self, gql: &Context<'_>) -> Result<Option<User>> {
        match self.row.created_by {
            Some(id) => Ok(loaders::one(gql, id).await?.map(User)),
            None => Ok(None),
        }
    }

    /// When it was proposed.
    async fn proposed_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// The project that it proposes.
    async fn project(&self, gql: &Context<'_>) -> Result<Option<Project>> {
        Ok(loaders::one(gql, self.row.project_id).await?.map(Project))
    }

    /// The place that it proposes.
    async fn territory(&self, gql: &Context<'_>) -> Result<Option<Territory>> {
        let found = loaders::one(gql, self.row.territory_id).await?;
        Ok(found.map(Territory))
    }

    /// Civil day on which the work began.
    async fn worked_on(&self) -> Date {
        Date(self.row.worked_on)
    }

    /// When the work began; null unless an interval.
    async fn started_at(&self) -> Option<DateTime> {
        self.row.started_at.map(DateTime)
    }

    /// When the work ended, exclusive; null unless an interval.
    async fn ended_at(&self) -> Option<DateTime> {
        self.row.ended_at.map(DateTime)
    }

    /// Minutes of an interval that were no work.
    async fn break_minutes(&self) -> Minutes {
        Minutes(i64::from(self.row.break_minutes.0))
    }

    /// Minutes of work of each person.
    async fn minutes(&self) -> Minutes {
        Minutes(i64::from(self.row.minutes.0))
    }

    /// How many people worked; 1 unless a group.
    async fn headcount(&self) -> i32 {
        self.row.headcount
    }

    /// Minutes of work of all people together.
    async fn total_minutes(&self) -> Minutes {
        Minutes(i64::from(self.row.total_minutes.0))
    }

    /// What was done.
    async fn description(&self) -> Option<&str> {
        self.row.description.as_deref()
    }

    /// How the corrected work comes to be known.
    async fn evidence_level(&self) -> EvidenceLevel {
        self.row.evidence_level.into()
    }

    /// Its minutes by civil day; they sum to `totalMinutes`.
    async fn days(&self, gql: &Context<'_>) -> Result<Vec<HourEntryDay>> {
        let ctx = gql.op()?;
        let calendar = hours::amend::calendar(&self.entry.row, &self.row);
        let calendar = calendar.map_err(|it| fault(ctx, &it))?;
        Ok(calendar.days.iter().map(HourEntryDay::of).collect())
    }
}

/// A correction of an approved entry. What is left out stays; who worked and the kind of the entry
/// stay too.
#[derive(Debug, InputObject)]
struct AmendHourEntryInput {
    /// The entry.
    id: ID,
    /// Why it is to be corrected; at most 1000 characters.
    reason: String,
    /// The version that was seen; refused when the entry has changed since.
    expected_version: Option<i32>,
    /// Makes a repetition harmless: the same key with the same correction answers with the entry and
    /// proposes nothing again. At most 200 characters.
    idempotency_key: Option<String>,
    /// Its new values.
    #[graphql(flatten)]
    changes: HourEntryChanges,
}

/// The entry with its proposed correction.
#[derive(SimpleObject)]
struct AmendHourEntryPayload {
    /// The entry, which counts as it was, also when another version was expected; null when refused
    /// otherwise.
    hour_entry: Option<HourEntry>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on corrections.
#[derive(Default)]
pub struct AmendmentMutations;

#[Object]
impl AmendmentMutations {
    /// Proposes a correction of an approved entry. The entry counts as it is until somebody else
    /// approves the correction with `approveHourEntries`; then the correction takes its place.
    async fn amend_hour_entry(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The entry, its new values and the reason.")] input: AmendHourEntryInput,
    ) -> Result<AmendHourEntryPayload> {
        let ctx = gql.signed_in()?;
        let parsed = EntryId::input(&input.id, "id")
            .map_err(|it| HoursError::Invalid(vec![it]))
            .and_then(|id| Ok((id, input.changes.change()?)));
        let outcome = match parsed {
            Ok((id, change)) => {
                let request = Request {
                    id,
                    expected: input.expected_version,
                    change,
                };
                let key = input.idempotency_key.as_deref();
                hours::amend::propose(ctx, &request, Some(&input.reason), key).await
            }
            Err(error) => Err(error),
        };
        let result = HourEntryResult::of(gql, EntryId::read(&input.id), outcome).await?;
        Ok(AmendHourEntryPayload {
            hour_entry: result.hour_entry,
            user_errors: result.user_errors,
        })
    }
}
