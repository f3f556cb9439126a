//! The queue of what waits for a decision: filtered, ordered, paged by key, with its totals.
//!
//! One row of it is in `waiting`; deciding is in `approval`.

use std::sync::Arc;

use async_graphql::ComplexObject;
use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::VolunteerId;
use entity::organization;

use crate::graphql::connection::Connection;
use crate::graphql::connection::Edge;
use crate::graphql::connection::OrderDirection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::PageInfo;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::error::denied;
use crate::graphql::error::fault;
use crate::graphql::error::read;
use crate::graphql::hours::entry::EvidenceLevel;
use crate::graphql::hours::entry::HourEntryKind;
use crate::graphql::hours::list::DateRangeInput;
use crate::graphql::hours::list::HourEntryOrder;
use crate::graphql::hours::list::HourEntryOrderField;
use crate::graphql::hours::list::id;
use crate::graphql::hours::waiting::ApprovalAnomalyCode;
use crate::graphql::hours::waiting::ApprovalQueueItem;
use crate::graphql::node::NodeId;
use crate::graphql::reports::basis::Additivity;
use crate::graphql::reports::basis::DayRule;
use crate::graphql::reports::basis::StatusBasis;
use crate::graphql::reports::basis::TimeBasis;
use crate::graphql::reports::basis::WeekStart;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Minutes;
use crate::graphql::scalars::TimeZone;
use crate::hours::HoursError;
use crate::hours::list::Order;
use crate::hours::queue;
use crate::hours::queue::Filter;
use crate::hours::queue::Subject;
use crate::hours::queue::list::Sum;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::reports::additivity;

/// Entries and minutes of one evidence level.
#[derive(Clone, Debug, SimpleObject)]
pub struct ApprovalEvidenceTotal {
    /// How the entries came to be.
    pub(super) evidence_level: EvidenceLevel,
    /// How many entries.
    pub(super) entries: i64,
    /// Their minutes, all people together.
    pub(super) minutes: Minutes,
}

/// Entries and minutes with one anomaly; an entry with several counts in each.
#[derive(Clone, Debug, SimpleObject)]
pub struct ApprovalAnomalyTotal {
    /// What they have.
    code: ApprovalAnomalyCode,
    /// How many entries.
    entries: i64,
    /// Their minutes, all people together.
    minutes: Minutes,
}

/// Totals of a queue, all pages together.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct ApprovalQueueTotals {
    /// How many entries.
    entries: i64,
    /// Their minutes, all people together.
    minutes: Minutes,
    /// By evidence, weakest first; they sum to the totals.
    by_evidence: Vec<ApprovalEvidenceTotal>,
    /// Which hours are counted: those that were handed in or, of corrections, the approved ones as they
    /// stand.
    status_basis: Vec<StatusBasis>,
    /// How they are given to days.
    time_basis: TimeBasis,
    /// The instant of the answer.
    as_of: DateTime,
    /// For each breakdown, whether its rows may be added up.
    additivity: Vec<Additivity>,
    #[graphql(skip)]
    queue: Arc<Queue>,
}

/// Totals of a queue, all pages together.
#[ComplexObject]
impl ApprovalQueueTotals {
    /// By anomaly, where there are any. Each entry of the queue is judged for it.
    async fn by_anomaly(&self, gql: &Context<'_>) -> Result<Vec<ApprovalAnomalyTotal>> {
        let ctx = gql.op()?;
        let sums = queue::list::by_anomaly(ctx, &self.queue.place, &self.queue.filter).await;
        let sums = sums.map_err(|it| fault(ctx, &it))?;
        Ok(sums
            .into_iter()
            .map(|(code, sum)| ApprovalAnomalyTotal {
                code: code.into(),
                entries: sum.entries,
                minutes: Minutes(sum.minutes),
            })
            .collect())
    }
}

/// Which queue.
#[derive(Debug)]
struct Queue {
    place: organization::Model,
    filter: Filter,
}

/// One page of what waits for a decision.
pub struct ApprovalQueueItemConnection {
    page: Connection<ApprovalQueueItem>,
    queue: Arc<Queue>,
}

/// One page of what waits for a decision.
#[Object]
impl ApprovalQueueItemConnection {
    /// The rows with their places.
    async fn edges(&self, gql: &Context<'_>) -> Result<&[Edge<ApprovalQueueItem>]> {
        self.page.edges(gql).await
    }

    /// The rows.
    async fn nodes(&self, gql: &Context<'_>) -> Result<Vec<&ApprovalQueueItem>> {
        self.page.nodes(gql).await
    }

    /// Where the page stands in its list.
    async fn page_info(&self, gql: &Context<'_>) -> Result<PageInfo> {
        self.page.page_info(gql).await
    }

    /// Number of rows of the whole list, all pages together. Counted only when selected.
    async fn total_count(&self, gql: &Context<'_>) -> Result<i64> {
        self.page.total_count(gql).await
    }

    /// Totals of the whole list, all pages together. Counted only when selected.
    async fn totals(&self, gql: &Context<'_>) -> Result<ApprovalQueueTotals> {
        let ctx = gql.op()?;
        let sums = queue::list::by_evidence(ctx, &self.queue.place, &self.queue.filter).await;
        let sums = sums.map_err(|it| fault(ctx, &it))?;
        let sum = |of: fn(&Sum) -> i64| sums.iter().map(|(_, it)| of(it)).sum();
        Ok(ApprovalQueueTotals {
            entries: sum(|it| it.entries),
            minutes: Minutes(sum(|it| it.minutes)),
            by_evidence: sums
                .iter()
                .map(|(level, it)| ApprovalEvidenceTotal {
                    evidence_level: (*level).into(),
                    entries: it.entries,
                    minutes: Minutes(it.minutes),
                })
                .collect(),
            status_basis: status_basis(self.queue.filter.subject),
            time_basis: whole_entries(&self.queue.place.time_zone),
            as_of: DateTime(ctx.now()),
            additivity: additivity::of_queue().iter().map(Additivity::of).collect(),
            queue: Arc::clone(&self.queue),
        })
    }
}

/// Which hours a queue counts.
pub(super) fn status_basis(subject: Subject) -> Vec<StatusBasis> {
    vec![match subject {
        Subject::Entries => StatusBasis::Submitted,
        Subject::Corrections => StatusBasis::Approved,
    }]
}

/// A queue cuts no entry: a decision is on the whole of it.
pub(super) fn whole_entries(zone: &str) -> TimeBasis {
    TimeBasis {
        zone: TimeZone(zone.to_owned()),
        week_start: WeekStart::Monday,
        day_rule: DayRule::WholeByFirstDay,
    }
}

/// A span of minutes, both ends inclusive.
#[derive(Clone, Copy, Debug, InputObject)]
pub struct MinutesRangeInput {
    /// The fewest; without it, no lower bound.
    pub at_least: Option<Minutes>,
    /// The most; without it, no upper bound.
    pub at_most: Option<Minutes>,
}

/// Which of the entries that wait; what is left out does not narrow.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ApprovalQueueFilter {
    /// Corrections of approved entries instead of entries that were handed in; false by default.
    /// They are narrowed by the entries as they stand, and judged by what they propose.
    corrections: Option<bool>,
    /// On this project.
    project_id: Option<ID>,
    /// Of this volunteer.
    volunteer_id: Option<ID>,
    /// Begun on one of these civil days.
    worked_on: Option<DateRangeInput>,
    /// That came to be in one of these ways.
    evidence_levels: Option<Vec<EvidenceLevel>>,
    /// Of one of these kinds.
    kinds: Option<Vec<HourEntryKind>>,
    /// Of so many minutes, for each person.
    minutes: Option<MinutesRangeInput>,
    /// With at least one of these anomalies.
    anomalies: Option<Vec<ApprovalAnomalyCode>>,
    /// With any anomaly, or with none at all.
    anomalous: Option<bool>,
    /// That the caller may approve now, or may not: their own work and what they wrote, closed
    /// months.
    decidable: Option<bool>,
}

impl ApprovalQueueFilter {
    /// The same for the area.
    #[must_use]
    pub fn within(self, organization: OrganizationId) -> Filter {
        let (worked_from, worked_to) = self.worked_on.map_or((None, None), DateRangeInput::ends);
        Filter {
            subject: match self.corrections {
                Some(true) => Subject::Corrections,
                Some(false) | None => Subject::Entries,
            },
            project: self.project_id.as_ref().map(id::<ProjectId>),
            volunteer: self.volunteer_id.as_ref().map(id::<VolunteerId>),
            worked_from,
            worked_to,
            evidence: converted(self.evidence_levels),
            kind: converted(self.kinds),
            minutes_least: self.minutes.and_then(|it| it.at_least).map(|it| it.0),
            minutes_most: self.minutes.and_then(|it| it.at_most).map(|it| it.0),
            anomalies: converted(self.anomalies),
            anomalous: self.anomalous,
            decidable: self.decidable,
            ..Filter::of(organization)
        }
    }
}

fn converted<T, U: From<T>>(given: Option<Vec<T>>) -> Option<Vec<U>> {
    given.map(|it| it.into_iter().map(U::from).collect())
}

/// Queries about what waits for a decision.
#[derive(Default)]
pub struct QueueQueries;

#[Object]
impl QueueQueries {
    /// What waits for a decision in an organization, oldest work first unless ordered otherwise,
    /// for those who decide there; null for an organization that the caller does not belong to.
    /// At most 100 a page.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is an argument of the field"
    )]
    async fn approval_queue(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The organization.")] organization_id: ID,
        #[graphql(desc = "Which entries.")] filter: Option<ApprovalQueueFilter>,
        #[graphql(desc = "The order; oldest work day first by default.")] order_by: Option<
            HourEntryOrder,
        >,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Option<ApprovalQueueItemConnection>> {
        let ctx = gql.signed_in()?;
        let Some(organization) = OrganizationId::read(&organization_id) else {
            return Ok(None);
        };
        let place = match queue::list::place(ctx, organization).await {
            Err(HoursError::NotFound { .. } | HoursError::Denied(Denied::Invisible)) => {
                return Ok(None);
            }
            Err(HoursError::Denied(it)) => return Err(denied(it)),
            it => read(ctx, it)?,
        };
        let order = order_by.map_or(
            Order {
                field: HourEntryOrderField::WorkedOn.into(),
                direction: OrderDirection::Ascending.into(),
            },
            HourEntryOrder::order,
        );
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        let name = format!("queue.{}", order.name());
        let page = asked.page(&name)?;
        let filter = filter.unwrap_or_default().within(organization);
        let slice = queue::list::page(ctx, &place, &filter, order, &page).await;
        let slice = slice.map_err(|it| fault(ctx, &it))?;
        let queue = Arc::new(Queue { place, filter });
        let counted = Arc::clone(&queue);
        let page = Connection::new(
            slice,
            &name,
            |it| order.key(&it.entry.row),
            ApprovalQueueItem,
            total(ctx, move |ctx: Ctx| {
                let queue = Arc::clone(&counted);
                async move { queue::list::count(&ctx, &queue.place, &queue.filter).await }
            }),
        );
        Ok(Some(ApprovalQueueItemConnection { page, queue }))
    }
}
