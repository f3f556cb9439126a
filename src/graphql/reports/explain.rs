//! `explainCell`: the entries behind a number of a report, and those left out of it, by reason.
//!
//! What counts, and why something does not, is decided in `reports::explain`.

use std::sync::Arc;

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::TermId;

use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::counted;
use crate::graphql::context::Gql;
use crate::graphql::error;
use crate::graphql::hours::entry::HourEntryStatus;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::reports::basis::ReportHead;
use crate::graphql::reports::basis::StatusBasis;
use crate::graphql::reports::behind::CellEntry;
use crate::graphql::reports::behind::CellReason;
use crate::graphql::reports::behind::CellVerdict;
use crate::graphql::reports::behind::decimal;
use crate::graphql::reports::figures::question;
use crate::graphql::reports::hours::HoursDimension;
use crate::graphql::reports::hours::HoursMeasures;
use crate::graphql::reports::hours::key;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Decimal;
use crate::graphql::scalars::Minutes;
use crate::refusal::Refusal;
use crate::reports::ReportError;
use crate::reports::explain;
use crate::reports::explain::Explanation;
use crate::reports::explain::key::Coordinate;
use crate::reports::explain::key::Key;
use crate::reports::explain::key::NONE;
use crate::rollups::Dimension;
use crate::rollups::Lot;
use crate::rollups::Place;
use crate::rollups::Portion;

/// The order of the lists of entries.
const BY_DAY: &str = "cell.worked_on.asc";

/// One row or column of a report.
#[derive(Debug, InputObject)]
struct CellCoordinateInput {
    /// By what rows or columns are told apart.
    dimension: HoursDimension,
    /// Which one: the `key` that `hoursReport` returns for it. A programme, axis, goal or target may be named by its
    /// code (`PH3-P1`), where it is one that the dimension tells apart; a month, quarter or year as `2026-03`,
    /// `2026-Q1`, `2026`, as in the names of figures of snapshots. `NONE` for work without a term, or known of the
    /// territory asked for alone.
    key: String,
}

impl CellCoordinateInput {
    fn coordinate(self, at: usize) -> std::result::Result<Coordinate, Refusal> {
        let dimension: Dimension = self.dimension.into();
        let field = format!("cell.{at}.key");
        let id = ID(self.key.clone());
        let is_of_terms = dimension.vocabulary().is_some();
        let may_be_nothing = is_of_terms || dimension == Dimension::Territory;
        let key = match dimension {
            _ if may_be_nothing && self.key == NONE => Key::Nothing,
            Dimension::Project => Key::Project(ProjectId::input(&id, &field)?),
            Dimension::Organization => Key::Organization(OrganizationId::input(&id, &field)?),
            _ if is_of_terms => match TermId::read(&id) {
                Some(term) => Key::Term(term),
                None => Key::Text(self.key),
            },
            _ => Key::Text(self.key),
        };
        Ok(Coordinate { dimension, key })
    }
}

/// Which number is explained: the question of its report, and where it stands in it.
#[derive(Debug, InputObject)]
struct ExplainCellInput {
    /// Dotted code of the territory: `MA`, `07`, `07.041`. All below it is included.
    territory_code: String,
    /// First civil day of work.
    from: Date,
    /// Last civil day of work, inclusive.
    to: Date,
    /// Where the number stands: a row, a row and the column that crosses it, or programme, territory and month as in
    /// `crossings`. Empty for the total.
    #[graphql(default)]
    cell: Vec<CellCoordinateInput>,
    /// Only the hours of this organization.
    organization_id: Option<ID>,
    /// Which hours count. Only approved ones by default.
    #[graphql(default_with = "vec![StatusBasis::Approved]")]
    status_basis: Vec<StatusBasis>,
    /// As of which instant: what was known then is counted. Now where absent.
    as_of: Option<DateTime>,
}

/// A number of a report, with the entries behind it and those left out of it.
pub struct CellExplanation(Arc<Explanation>);

/// A number of a report, with the entries behind it and those left out of it. Looked at is all work of the
/// territory, the interval and the organization that you may count, of any state and any programme or goal,
/// where the rest of the row and column fits. Each minute of it counts, or is left out for one reason.
#[Object]
impl CellExplanation {
    /// Of which hours it is.
    #[graphql(flatten)]
    async fn head(&self) -> ReportHead {
        ReportHead::of(&self.0.head)
    }

    /// Where the number stands; empty for the total.
    async fn cell(&self) -> Vec<CellCoordinate> {
        let members = self.0.members.iter();
        members
            .map(|(dimension, member)| CellCoordinate {
                dimension: (*dimension).into(),
                key: key(member),
            })
            .collect()
    }

    /// What `hoursReport` prints there, figure by figure: with one coordinate in the row, with two where the
    /// first as a row crosses the second as a column.
    async fn measures(&self) -> HoursMeasures {
        HoursMeasures(self.0.measures)
    }

    /// The minutes before they are rounded: the sum of `minutesByShare` over all entries. `measures.minutes` is
    /// the whole number below or above it, so that all rows and columns of the report add up; equal to it
    /// where no programme or goal is told apart.
    async fn exact_minutes(&self, gql: &Context<'_>) -> Result<Decimal> {
        decimal(gql, self.0.sorted.counted.parts)
    }

    /// Person-minutes of all work that was looked at: `touchedMinutes` and those of `leftOut` add up to it.
    async fn considered_minutes(&self) -> Minutes {
        Minutes(self.0.sorted.lots.values().map(|it| it.minutes).sum())
    }

    /// The entries behind the number, in the order of their first day; those of organizations whose hours
    /// you may see one by one. How many there are in all is in `measures`.
    async fn entries(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<CellEntry>> {
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        entries(gql, &self.0, Lot::Counted, &asked).await
    }

    /// What was left out, by reason, those reasons that occur. Whoever may ask the report sees how many entries
    /// and minutes each state holds that does not count, rejected and voided ones too: observers, who may ask for
    /// figures of other states as well, learn so how much of the work was looked at and not approved. They are
    /// figures and name nobody; entries are listed to those alone who may see them one by one.
    async fn left_out(&self) -> Vec<CellLeftOut> {
        let lots = self.0.sorted.lots.iter();
        lots.filter_map(|(lot, portion)| {
            Some(CellLeftOut {
                explanation: Arc::clone(&self.0),
                reason: CellReason::of(*lot)?,
                lot: *lot,
                portion: portion.clone(),
            })
        })
        .collect()
    }

    /// What became of one entry: whether it is in the number, and why not; null where there is no such
    /// entry, or where you may not see it.
    async fn entry(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The entry.")] id: ID,
    ) -> Result<Option<CellVerdict>> {
        let ctx = gql.op()?;
        let Some(id) = EntryId::read(&id) else {
            return Ok(None);
        };
        let Some(entry) = loaders::one(gql, id).await? else {
            return Ok(None);
        };
        let of = (entry.row.id, entry.row.organization_id);
        let verdict = error::read(ctx, self.0.entry(ctx, of).await)?;
        Ok(Some(CellVerdict { entry, verdict }))
    }
}

/// A page of the entries of one lot.
async fn entries(
    gql: &Context<'_>,
    explanation: &Explanation,
    lot: Lot,
    asked: &PageArguments,
) -> Result<Connection<CellEntry>> {
    let ctx = gql.op()?;
    let page = asked.page::<Place>(BY_DAY)?;
    let slice = explanation.entries(ctx, lot, &page).await;
    Ok(Connection::new(
        error::read(ctx, slice)?,
        BY_DAY,
        |it| it.0,
        |(_, behind)| CellEntry(behind),
        counted(explanation.portion(lot).listed),
    ))
}

/// Where a number stands: a row or a column of a report.
#[derive(Clone, Debug, SimpleObject)]
pub struct CellCoordinate {
    /// By what rows or columns are told apart.
    dimension: HoursDimension,
    /// Which one, as `hoursReport` returns it.
    key: String,
}

/// Work that is not in a number for one reason.
pub struct CellLeftOut {
    explanation: Arc<Explanation>,
    reason: CellReason,
    lot: Lot,
    portion: Portion,
}

/// Work that is not in a number for one reason.
#[Object]
impl CellLeftOut {
    /// The reason; the same for observers as for members of the organizations.
    async fn reason(&self) -> CellReason {
        self.reason
    }

    /// The state that does not count, as it was at the instant of the answer; null for other reasons.
    async fn status(&self) -> Option<HourEntryStatus> {
        match self.lot {
            Lot::Status(status) => Some(status.into()),
            _ => None,
        }
    }

    /// How many entries have work that was left out for it. An entry over midnight, of a project whose shares
    /// change at that midnight, may be here with one day and count with the other.
    async fn entry_count(&self) -> i64 {
        self.portion.entries
    }

    /// Their person-minutes that were left out for it, within the interval, the row and the column.
    async fn minutes(&self) -> Minutes {
        Minutes(self.portion.minutes)
    }

    /// These entries, in the order of their first day; those of organizations whose hours you may see one by
    /// one.
    async fn entries(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<CellEntry>> {
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        entries(gql, &self.explanation, self.lot, &asked).await
    }
}

/// What is asked about numbers.
#[derive(Default)]
pub struct ExplainQueries;

#[Object]
impl ExplainQueries {
    /// A number of `hoursReport` or `indhReport` with the entries behind it, those left out of it by reason, and
    /// what became of any one entry. Whoever may ask the report may ask for the counts; entries are listed to
    /// those who may see them one by one.
    async fn explain_cell(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The question of the report, and where the number stands in it.")]
        input: ExplainCellInput,
    ) -> Result<CellExplanation> {
        let ctx = gql.signed_in()?;
        let span = (input.from, input.to);
        let which = (input.organization_id, input.status_basis, input.as_of);
        let coordinates = input.cell.into_iter().enumerate();
        let coordinates: std::result::Result<Vec<Coordinate>, Refusal> =
            coordinates.map(|(at, it)| it.coordinate(at)).collect();
        let outcome = match (question(input.territory_code, span, which), coordinates) {
            (Ok(question), Ok(cell)) => explain::answer(ctx, &question, &cell).await,
            (Err(refused), _) => Err(refused),
            (_, Err(refusal)) => Err(ReportError::Invalid(vec![refusal])),
        };
        match outcome {
            Err(ReportError::Denied(denied)) => Err(error::denied(denied)),
            outcome => error::read(ctx, outcome).map(Arc::new).map(CellExplanation),
        }
    }
}
