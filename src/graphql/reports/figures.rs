//! `indhReport`: hours by programme, territory and month.
//!
//! Figures are worked out in `reports`; here they are only put into types.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Lookahead;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::OrganizationId;
use entity::types;
use sea_orm::Iterable;

use crate::graphql::context::Gql;
use crate::graphql::error;
use crate::graphql::hours::entry::EvidenceLevel;
use crate::graphql::node::NodeId;
use crate::graphql::reports::basis::Additivity;
use crate::graphql::reports::basis::ReportHead;
use crate::graphql::reports::basis::StatusBasis;
use crate::graphql::reports::budget::IndhBudget;
use crate::graphql::reports::comparison::IndhComparison;
use crate::graphql::reports::completeness::ReportCompleteness;
use crate::graphql::reports::crossings::IndhCrossing;
use crate::graphql::reports::programme::IndhProgrammeRow;
use crate::graphql::reports::results::IndhBeneficiaries;
use crate::graphql::reports::results::IndhIndicators;
use crate::graphql::reports::results::IndhPartners;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Minutes;
use crate::graphql::scalars::Month;
use crate::graphql::territories::Territory;
use crate::graphql::valuation::value::ValueOfWork;
use crate::reports;
use crate::reports::OrganizationRef;
use crate::reports::Question;
use crate::reports::ReportError;
use crate::reports::ReportName;
use crate::reports::Section;
use crate::reports::Valued;
use crate::reports::evidence::Levels;
use crate::reports::indh;

/// What the INDH report is asked.
#[derive(Debug, InputObject)]
pub struct IndhReportInput {
    /// Dotted code of the territory: `MA`, `07`, `07.041`. All below it is included.
    territory_code: String,
    /// First civil day of work.
    from: Date,
    /// Last civil day of work, inclusive.
    to: Date,
    /// Only the hours of this organization.
    organization_id: Option<ID>,
    /// Which hours count. Only approved ones by default.
    #[graphql(default_with = "vec![StatusBasis::Approved]")]
    status_basis: Vec<StatusBasis>,
    /// As of which instant: what was known then is counted. Now where absent.
    as_of: Option<DateTime>,
}

impl IndhReportInput {
    fn question(self, valued: Valued) -> std::result::Result<Question, ReportError> {
        let span = (self.from, self.to);
        let which = (self.organization_id, self.status_basis, self.as_of);
        let question = question(self.territory_code, span, which)?;
        Ok(Question { valued, ..question })
    }
}

/// The question of a territory and an interval: of which organization, which hours count, and as of when.
pub(super) fn question(
    territory_code: String,
    (from, to): (Date, Date),
    (organization, statuses, as_of): (Option<ID>, Vec<StatusBasis>, Option<DateTime>),
) -> std::result::Result<Question, ReportError> {
    let organization = organization
        .map(|it| OrganizationId::input(&it, "organizationId"))
        .transpose()
        .map_err(|refusal| ReportError::Invalid(vec![refusal]))?
        .map(OrganizationRef::Id);
    Ok(Question {
        name: ReportName::Indh,
        territory_code,
        from: from.0,
        to: to.0,
        organization,
        status_basis: statuses.into_iter().map(Into::into).collect(),
        as_of: as_of.map(|it| it.0),
        valued: Valued::No,
    })
}

/// Volunteer hours by INDH programme, territory and month.
pub struct IndhReport(indh::IndhReport);

/// Volunteer hours by INDH programme, territory and month. Every breakdown of minutes adds up to
/// the total, to the minute.
#[Object]
impl IndhReport {
    /// Of which hours it is.
    #[graphql(flatten)]
    async fn head(&self) -> ReportHead {
        ReportHead::of(&self.0.head)
    }

    /// The whole.
    async fn totals(&self) -> ReportTotals {
        ReportTotals {
            measures: self.0.totals,
            by_evidence: self.0.by_evidence.clone(),
        }
    }

    /// By programme of the project on the day of work, in the order of the vocabulary; axes and
    /// smaller terms count under their programme. Minutes are shared by largest remainder; people
    /// and projects count in every programme they touch. Work of projects without a programme
    /// comes last.
    async fn by_programme(&self) -> Vec<IndhProgrammeRow> {
        let rows = self.0.by_programme.iter().cloned();
        rows.map(IndhProgrammeRow).collect()
    }

    /// By territory directly below, those with hours only, by code. Work recorded at the level
    /// asked for itself comes last, under the territory asked for.
    async fn by_territory(&self) -> Vec<ReportTerritoryRow> {
        let rows = self.0.by_territory.iter().cloned();
        rows.map(ReportTerritoryRow).collect()
    }

    /// Every month that the interval touches, in order, those without hours too.
    async fn by_month(&self) -> Vec<ReportMonthRow> {
        let rows = self.0.by_month.iter().cloned();
        rows.map(ReportMonthRow).collect()
    }

    /// By month, territory directly below and programme where the three cross: those with work only, by
    /// month, each in the order of its own rows. Minutes are shared so that those of a month add up, to the
    /// minute, to the month, and those of a territory in it to the territory. A programme of all
    /// months may differ from its row in `byProgramme`, which is rounded for itself, by up to a minute each
    /// month.
    async fn crossings(&self, gql: &Context<'_>) -> Result<Vec<IndhCrossing>> {
        let ctx = gql.op()?;
        let rows = error::read(ctx, self.0.crossings.rows())?;
        Ok(rows.into_iter().map(IndhCrossing).collect())
    }

    /// What the work is worth, and how many full-time workers it makes.
    async fn value_of_work(&self) -> Option<ValueOfWork> {
        self.0.value_of_work.clone().map(ValueOfWork)
    }

    /// Who has reported, in organization-months.
    async fn completeness(&self) -> ReportCompleteness {
        self.0.completeness.into()
    }

    /// Of `completeness`, the organizations seated in places that have no row in `byTerritory`, because nothing
    /// was worked there. With the `completeness` of all rows it adds up to that of the whole.
    async fn completeness_elsewhere(&self) -> ReportCompleteness {
        self.0.completeness_elsewhere.into()
    }

    /// The headline against the period before and against the same period of the year before, with the same
    /// `statusBasis` and `asOf`.
    async fn comparison(&self) -> Option<IndhComparison> {
        self.0.comparison.clone().map(IndhComparison)
    }

    /// What the projects in the territory cost whose dates touch the interval, and what of it the INDH pays.
    async fn budget(&self) -> Option<IndhBudget> {
        self.0.budget.clone().map(IndhBudget)
    }

    /// Who benefits, directly and indirectly, by sex and milieu.
    async fn beneficiaries(&self) -> Option<IndhBeneficiaries> {
        self.0.beneficiaries.clone().map(IndhBeneficiaries)
    }

    /// How far indicators have come: baseline, target, actual.
    async fn indicators(&self) -> Option<IndhIndicators> {
        self.0.indicators.clone().map(IndhIndicators)
    }

    /// Organizations with hours in the territory.
    async fn partners(&self) -> Option<IndhPartners> {
        self.0.partners.clone().map(IndhPartners)
    }

    /// For each dimension and measure, whether rows may be added up.
    async fn additivity(&self) -> Vec<Additivity> {
        self.0.additivity.iter().map(Additivity::of).collect()
    }
}

/// The whole of a report.
pub struct ReportTotals {
    measures: indh::Measures,
    by_evidence: Vec<indh::EvidenceRow>,
}

impl ReportTotals {
    pub(super) fn of(measures: indh::Measures, by_evidence: Vec<indh::EvidenceRow>) -> Self {
        Self {
            measures,
            by_evidence,
        }
    }
}

/// The whole of a report.
#[Object]
impl ReportTotals {
    /// Person-minutes: of a group, head-count × minutes.
    async fn minutes(&self) -> Minutes {
        Minutes(self.measures.minutes)
    }

    /// Of these, person-minutes of groups.
    async fn group_minutes(&self) -> Minutes {
        Minutes(self.measures.group_minutes)
    }

    /// Hour entries with a minute in the interval.
    async fn entries(&self) -> i64 {
        self.measures.entries
    }

    /// Head-counts of these entries: 1 each, of a group all its people. Whoever came twice counts
    /// twice.
    async fn participations(&self) -> i64 {
        self.measures.participations
    }

    /// Distinct named people, whatever the number of their organizations. People of a group are
    /// not named and count none.
    async fn distinct_volunteers(&self) -> i64 {
        self.measures.distinct_volunteers
    }

    /// Distinct projects with hours.
    async fn projects(&self) -> i64 {
        self.measures.projects
    }

    /// Distinct organizations with hours.
    async fn organizations(&self) -> i64 {
        self.measures.organizations
    }

    /// By what shows the work, every level, the weakest first. Minutes, entries and participations
    /// add up to the totals.
    async fn by_evidence(&self) -> Vec<ReportEvidenceRow> {
        let rows = self.by_evidence.iter();
        rows.map(|it| ReportEvidenceRow {
            evidence_level: it.level.into(),
            minutes: Minutes(it.minutes),
            entries: it.entries,
            participations: it.participations,
        })
        .collect()
    }
}

/// Figures of one evidence level.
#[derive(SimpleObject)]
pub struct ReportEvidenceRow {
    /// What shows the work.
    evidence_level: EvidenceLevel,
    /// Person-minutes.
    minutes: Minutes,
    /// Hour entries.
    entries: i64,
    /// Head-counts of these entries.
    participations: i64,
}

/// Minutes of one evidence level within a row.
#[derive(SimpleObject)]
pub struct ReportEvidenceMinutes {
    /// What shows the work.
    evidence_level: EvidenceLevel,
    /// Person-minutes.
    minutes: Minutes,
}

impl ReportEvidenceMinutes {
    pub(super) fn of(levels: &Levels) -> Vec<Self> {
        types::EvidenceLevel::iter()
            .map(|level| Self {
                evidence_level: level.into(),
                minutes: Minutes(levels.get(&level).copied().unwrap_or_default()),
            })
            .collect()
    }
}

/// Figures of one territory.
pub struct ReportTerritoryRow(indh::TerritoryRow);

/// Figures of one territory.
#[Object]
impl ReportTerritoryRow {
    /// The territory.
    async fn territory(&self) -> Territory {
        Territory(self.0.territory.clone())
    }

    /// Person-minutes.
    async fn minutes(&self) -> Minutes {
        Minutes(self.0.measures.minutes)
    }

    /// Hour entries.
    async fn entries(&self) -> i64 {
        self.0.measures.entries
    }

    /// Distinct named people.
    async fn distinct_volunteers(&self) -> i64 {
        self.0.measures.distinct_volunteers
    }

    /// Distinct projects.
    async fn projects(&self) -> i64 {
        self.0.measures.projects
    }

    /// Who has reported, in organization-months of the organizations that had their seat here on the last day
    /// of the month, wherever they worked. With `completenessElsewhere` the rows add up to the whole.
    async fn completeness(&self) -> ReportCompleteness {
        self.0.completeness.into()
    }

    /// Person-minutes by what shows the work, every level, the weakest first; they add up to `minutes`.
    async fn by_evidence(&self) -> Vec<ReportEvidenceMinutes> {
        ReportEvidenceMinutes::of(&self.0.levels)
    }
}

/// Figures of one month.
pub struct ReportMonthRow(indh::MonthRow);

/// Figures of one month.
#[Object]
impl ReportMonthRow {
    /// The month.
    async fn month(&self) -> Month {
        Month(self.0.month)
    }

    /// Person-minutes.
    async fn minutes(&self) -> Minutes {
        Minutes(self.0.measures.minutes)
    }

    /// Hour entries; one over midnight at the end of a month counts in both.
    async fn entries(&self) -> i64 {
        self.0.measures.entries
    }

    /// Distinct named people.
    async fn distinct_volunteers(&self) -> i64 {
        self.0.measures.distinct_volunteers
    }

    /// Distinct projects.
    async fn projects(&self) -> i64 {
        self.0.measures.projects
    }

    /// Person-minutes by what shows the work, every level, the weakest first; they add up to `minutes`.
    async fn by_evidence(&self) -> Vec<ReportEvidenceMinutes> {
        ReportEvidenceMinutes::of(&self.0.levels)
    }
}

/// The fields that show a section, each with those on the way to it.
fn fields(section: Section) -> &'static [&'static [&'static str]] {
    match section {
        Section::Completeness => &[
            &["completeness"],
            &["completenessElsewhere"],
            &["byTerritory", "completeness"],
        ],
        Section::Comparison => &[&["comparison"]],
        Section::Beneficiaries => &[&["beneficiaries"]],
        Section::Indicators => &[&["indicators"]],
        Section::Budget => &[&["budget"]],
        Section::Partners => &[&["partners"]],
    }
}

fn looked_at<'a>(whole: Lookahead<'a>, names: &[&str]) -> Lookahead<'a> {
    names.iter().fold(whole, |of, name| of.field(name))
}

/// What reports answer.
#[derive(Default)]
pub struct ReportQueries;

#[Object]
impl ReportQueries {
    /// Volunteer hours by INDH programme, territory and month, with completeness. Observers ask
    /// for their territory or one below; members get the part of their organizations.
    async fn indh_report(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Territory, interval, and which hours count.")] input: IndhReportInput,
    ) -> Result<IndhReport> {
        let ctx = gql.signed_in()?;
        // It costs more than all the rest, and is seldom asked for.
        let valued = match gql.look_ahead().field("valueOfWork").exists() {
            true => Valued::Yes,
            false => Valued::No,
        };
        let mut sections = Section::ALL.to_vec();
        sections.retain(|it| {
            let mut shown = fields(*it).iter();
            shown.any(|names| looked_at(gql.look_ahead(), names).exists())
        });
        let outcome = match input.question(valued) {
            Ok(question) => reports::answer_indh_with(ctx, &question, &sections).await,
            Err(refused) => Err(refused),
        };
        match outcome {
            Err(ReportError::Denied(denied)) => Err(error::denied(denied)),
            outcome => error::read(ctx, outcome).map(IndhReport),
        }
    }
}
