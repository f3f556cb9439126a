//! `hoursReport`: any measure by any dimension, or by two that cross.
//!
//! Figures are worked out in `reports::hours`; here they are only put into types.

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::Value;
use async_graphql::resolver_utils::EnumType;
use async_graphql::resolver_utils::enum_value;

use crate::graphql::context::Gql;
use crate::graphql::error;
use crate::graphql::error::fault;
use crate::graphql::hours::entry::EvidenceLevel;
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::projects::Project;
use crate::graphql::reports::basis::Additivity;
use crate::graphql::reports::basis::ReportHead;
use crate::graphql::reports::basis::StatusBasis;
use crate::graphql::reports::basis::basis;
use crate::graphql::reports::figures::question;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Minutes;
use crate::graphql::territories::Territory;
use crate::graphql::vocabularies::VocabularyTerm;
use crate::reports::ReportError;
use crate::reports::explain::key::NONE;
use crate::reports::hours;
use crate::reports::hours::Label;
use crate::reports::indh::Measures;
use crate::rollups;
use crate::rollups::Member;

/// By what the rows or columns of the hours report are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "rollups::Dimension")]
pub enum HoursDimension {
    /// INDH programme of the project on the day of work; axes and smaller terms count under theirs.
    /// Minutes are shared out.
    Programme,
    /// Axis of an INDH programme, the term directly below it whatever the list calls it; smaller terms count under
    /// theirs, what is shared to a programme itself under the programme. Minutes are shared out.
    Axis,
    /// Sustainable development goal of the project on the day of work; targets count under theirs. Minutes are
    /// shared out.
    Goal,
    /// Target of a sustainable development goal; what is shared to a goal itself counts under the goal. Minutes are
    /// shared out.
    Target,
    /// Territory directly below the one asked for.
    Territory,
    /// Project.
    Project,
    /// Organization.
    Organization,
    /// Month of the day of work.
    Month,
    /// Quarter of the day of work.
    Quarter,
    /// Year of the day of work.
    Year,
    /// State of the entry.
    Status,
    /// What shows the work.
    Evidence,
}

/// What the hours report is asked.
#[derive(Debug, InputObject)]
pub struct HoursReportInput {
    /// Dotted code of the territory: `MA`, `07`, `07.041`. All below it is included.
    territory_code: String,
    /// First civil day of work.
    from: Date,
    /// Last civil day of work, inclusive.
    to: Date,
    /// By what rows are told apart.
    rows: HoursDimension,
    /// By what columns are told apart; rows alone where absent. Another than that of the rows.
    columns: Option<HoursDimension>,
    /// Only the hours of this organization.
    organization_id: Option<ID>,
    /// Which hours count. Only approved ones by default.
    #[graphql(default_with = "vec![StatusBasis::Approved]")]
    status_basis: Vec<StatusBasis>,
    /// As of which instant: what was known then is counted. Now where absent.
    as_of: Option<DateTime>,
}

/// Volunteer hours by one dimension, or by two that cross.
pub struct HoursReport(hours::HoursReport);

/// Volunteer hours by one dimension, or by two that cross. Minutes of the rows add up to the total, so
/// do those of the columns, and what crosses adds up to both, to the minute. Counts of people, projects
/// and organizations never do: they are counted anew in every field.
#[Object]
impl HoursReport {
    /// Of which hours it is.
    #[graphql(flatten)]
    async fn head(&self) -> ReportHead {
        ReportHead::of(&self.0.head)
    }

    /// By what rows are told apart.
    async fn row_dimension(&self) -> HoursDimension {
        self.0.rows.into()
    }

    /// By what columns are told apart; null where there are rows alone.
    async fn column_dimension(&self) -> Option<HoursDimension> {
        self.0.columns.map(Into::into)
    }

    /// The whole.
    async fn totals(&self) -> HoursMeasures {
        HoursMeasures(self.0.totals)
    }

    /// Rows in order. Every month, quarter, year, state and level of evidence that was asked for, those
    /// without work too; of others those with work.
    async fn rows(&self) -> Vec<HoursReportRow> {
        let mut crossings: Vec<Vec<hours::Crossing>> = vec![Vec::new(); self.0.by_row.len()];
        for crossing in &self.0.crossings {
            if let Some(of_row) = crossings.get_mut(crossing.row) {
                of_row.push(*crossing);
            }
        }
        let columns = &self.0.by_column;
        let key = |at: usize| columns.get(at).map(|it| it.label.member.clone());
        self.0
            .by_row
            .iter()
            .zip(crossings)
            .map(|(line, crossings)| HoursReportRow {
                line: line.clone(),
                cells: crossings
                    .into_iter()
                    .filter_map(|it| Some((key(it.column)?, it.measures)))
                    .collect(),
            })
            .collect()
    }

    /// Columns in order, as the rows are; none where there are rows alone.
    async fn columns(&self) -> Vec<HoursReportColumn> {
        self.0
            .by_column
            .iter()
            .cloned()
            .map(HoursReportColumn)
            .collect()
    }

    /// For each dimension and measure, whether rows may be added up.
    async fn additivity(&self) -> Vec<Additivity> {
        self.0.additivity.iter().map(Additivity::of).collect()
    }
}

/// What is counted in a field of the hours report.
pub struct HoursMeasures(pub(super) Measures);

/// What is counted in a field of the hours report.
#[Object]
impl HoursMeasures {
    /// Person-minutes: of a group, head-count × minutes; by share where programmes or goals are told
    /// apart.
    async fn minutes(&self) -> Minutes {
        Minutes(self.0.minutes)
    }

    /// Person-minutes of all work that the field touches, whatever the share.
    async fn touched_minutes(&self) -> Minutes {
        Minutes(self.0.touched_minutes)
    }

    /// Hour entries with a minute in it.
    async fn entries(&self) -> i64 {
        self.0.entries
    }

    /// Head-counts of these entries: 1 each, of a group all its people.
    async fn participations(&self) -> i64 {
        self.0.participations
    }

    /// Distinct named people. People of a group are not named and count none.
    async fn distinct_volunteers(&self) -> i64 {
        self.0.distinct_volunteers
    }

    /// Distinct projects.
    async fn projects(&self) -> i64 {
        self.0.projects
    }

    /// Distinct organizations.
    async fn organizations(&self) -> i64 {
        self.0.organizations
    }
}

/// A row of the hours report.
pub struct HoursReportRow {
    line: hours::Line,
    cells: Vec<(Member, Measures)>,
}

/// A row of the hours report.
#[Object]
impl HoursReportRow {
    /// What it stands for.
    async fn member(&self) -> HoursMember {
        HoursMember(self.line.label.clone())
    }

    /// The row as a whole.
    async fn measures(&self) -> HoursMeasures {
        HoursMeasures(self.line.measures)
    }

    /// Where it crosses columns, in their order; those with work only.
    async fn cells(&self) -> Vec<HoursReportCell> {
        let cells = self.cells.iter();
        cells
            .map(|(column, measures)| HoursReportCell {
                column: column.clone(),
                measures: *measures,
            })
            .collect()
    }
}

/// A column of the hours report as a whole.
pub struct HoursReportColumn(hours::Line);

/// A column of the hours report as a whole.
#[Object]
impl HoursReportColumn {
    /// What it stands for.
    async fn member(&self) -> HoursMember {
        HoursMember(self.0.label.clone())
    }

    /// The column as a whole.
    async fn measures(&self) -> HoursMeasures {
        HoursMeasures(self.0.measures)
    }
}

/// Where a row and a column cross.
pub struct HoursReportCell {
    column: Member,
    measures: Measures,
}

/// Where a row and a column cross.
#[Object]
impl HoursReportCell {
    /// Key of the column.
    async fn column_key(&self) -> String {
        key(&self.column)
    }

    /// What is counted there.
    async fn measures(&self) -> HoursMeasures {
        HoursMeasures(self.measures)
    }
}

/// What a row or a column stands for; one of its things, by the dimension.
pub struct HoursMember(Label);

/// What a row or a column stands for: one of the things below, by the dimension.
#[Object]
impl HoursMember {
    /// Key among the members of the dimension, the same in every answer: the id of the first version of a
    /// term, that of a project or an organization, the code of a territory, the first day of a span, the name of a state or level;
    /// `NONE` for work without a term, and for work known of the territory asked for alone. `crossings` of `indhReport`
    /// tell the same as `programmeKey` and `territoryKey`.
    async fn key(&self) -> String {
        key(&self.0.member)
    }

    /// Code by which people know it, as `programmeCode` and `territoryCode` of `crossings` of `indhReport`: of a term, called
    /// as on the last day, and of a territory, also of that asked for; null for work without a term, and for what has no code.
    async fn code(&self) -> Option<&str> {
        let term = self.0.term.as_ref().map(|it| it.code.as_str());
        term.or_else(|| self.0.territory.as_ref().map(|it| it.code.as_str()))
    }

    /// The programme or goal, called as on the last day; null for work of projects without one.
    async fn term(&self) -> Option<VocabularyTerm> {
        self.0.term.clone().map(VocabularyTerm)
    }

    /// The territory: that asked for, where more is not known of the work.
    async fn territory(&self) -> Option<Territory> {
        self.0.territory.clone().map(Territory)
    }

    /// The project; null where you may count it and not see it.
    async fn project(&self, gql: &Context<'_>) -> Result<Option<Project>> {
        let Member::Project(id) = self.0.member else {
            return Ok(None);
        };
        let ctx = gql.op()?;
        let found = gql.reader()?.load_one(id).await;
        let found = found.map_err(|it| fault(ctx, it.as_ref()))?;
        Ok(found.map(Project))
    }

    /// The organization; null where you may count it and not see it.
    async fn organization(&self, gql: &Context<'_>) -> Result<Option<Organization>> {
        let Member::Organization(id) = self.0.member else {
            return Ok(None);
        };
        let ctx = gql.op()?;
        let found = gql.reader()?.load_one(id).await;
        let found = found.map_err(|it| fault(ctx, it.as_ref()))?;
        Ok(found.map(Organization))
    }

    /// First day of a month, quarter or year.
    async fn from(&self) -> Option<Date> {
        match self.0.member {
            Member::Span(first) => Some(Date(first)),
            _ => None,
        }
    }

    /// Its last day, within the interval.
    async fn to(&self) -> Option<Date> {
        self.0.last.map(Date)
    }

    /// The state of entries.
    async fn status(&self) -> Option<StatusBasis> {
        match self.0.member {
            Member::Status(status) => basis(status),
            _ => None,
        }
    }

    /// What shows the work.
    async fn evidence_level(&self) -> Option<EvidenceLevel> {
        match self.0.member {
            Member::Evidence(level) => Some(level.into()),
            _ => None,
        }
    }
}

/// The key of a member among those of its dimension.
pub(super) fn key(member: &Member) -> String {
    match member {
        Member::Whole => "ALL".to_owned(),
        Member::Term(term) => term.map_or_else(|| NONE.to_owned(), |it| it.global().0),
        Member::Place(code) => code.clone().unwrap_or_else(|| NONE.to_owned()),
        Member::Project(id) => id.global().0,
        Member::Organization(id) => id.global().0,
        Member::Span(first) => first.to_string(),
        Member::Status(status) => basis(*status).map(name).unwrap_or_default(),
        Member::Evidence(level) => name(EvidenceLevel::from(*level)),
    }
}

/// The name of an enum value as clients read it.
fn name(value: impl EnumType) -> String {
    match enum_value(value) {
        Value::Enum(name) => name.to_string(),
        other => other.to_string(),
    }
}

/// Hours by any dimension.
#[derive(Default)]
pub struct HoursReportQueries;

#[Object]
impl HoursReportQueries {
    /// Volunteer hours of a territory and an interval by one dimension, or by two that cross. Observers
    /// ask for their territory or one below; members get the part of their organizations.
    async fn hours_report(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Territory, interval, dimensions, and which hours count.")]
        input: HoursReportInput,
    ) -> Result<HoursReport> {
        let ctx = gql.signed_in()?;
        let dimensions = (input.rows.into(), input.columns.map(Into::into));
        let span = (input.from, input.to);
        let which = (input.organization_id, input.status_basis, input.as_of);
        let outcome = match question(input.territory_code, span, which) {
            Ok(question) => hours::answer(ctx, &question, dimensions).await,
            Err(refused) => Err(refused),
        };
        match outcome {
            Err(ReportError::Denied(denied)) => Err(error::denied(denied)),
            outcome => error::read(ctx, outcome).map(HoursReport),
        }
    }
}
