//! `dataQualityReport`: how far figures can be trusted.
//!
//! Figures are worked out in `reports`; here they are only put into types.

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::OrganizationId;

use crate::graphql::context::Gql;
use crate::graphql::error;
use crate::graphql::hours::entry::EvidenceLevel;
use crate::graphql::node::NodeId;
use crate::graphql::reports::basis::ReportHead;
use crate::graphql::reports::completeness::ReportCompleteness;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Decimal;
use crate::graphql::scalars::Locale;
use crate::graphql::scalars::Minutes;
use crate::reports::OrganizationRef;
use crate::reports::ReportError;
use crate::reports::quality;
use crate::reports::quality::Asked;
use crate::reports::quality::DataQuality;
use crate::reports::quality::Measure;

/// Whose figures are looked at: of a territory, of an organization, or of an organization in a territory.
#[derive(Debug, InputObject)]
pub struct DataQualityReportInput {
    /// Dotted code of the territory, all below it included. May be absent where an organization is named:
    /// then all its hours are looked at.
    territory_code: Option<String>,
    /// Only what is of this organization.
    organization_id: Option<ID>,
    /// First civil day of work.
    from: Date,
    /// Last civil day of work, inclusive.
    to: Date,
    /// As of which instant: the work that was known then is looked at, records and pairs of them as they are
    /// today. Now where absent.
    as_of: Option<DateTime>,
}

/// What is measured: each the share of what is wrong or missing, so that less is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "quality::Code")]
pub enum DataQualityMeasureCode {
    /// Minutes that nobody but the volunteer says.
    SelfDeclared,
    /// Entries recorded long after the work.
    Late,
    /// Entries of whole hours.
    WholeHours,
    /// Minutes at a place above a commune.
    WithoutPlace,
    /// Minutes of projects without an occupation.
    WithoutOccupation,
    /// Minutes of projects that had no shares in a programme of INDH on the day of work.
    WithoutProgramme,
    /// Projects with such minutes.
    ProjectsWithoutProgramme,
    /// People whose sex is not known.
    WithoutSex,
    /// People whose year of birth is not known.
    WithoutBirthYear,
    /// Records in use that may be of the same person as another, and that nobody has decided on.
    PossibleDuplicates,
    /// Ended months of organizations that told nothing.
    MonthsLate,
    /// Entries that wait for a decision.
    Waiting,
    /// Of the entries that wait, those that are worth a second look.
    Anomalous,
    /// Entries that were corrected after they had been approved, or voided.
    Corrected,
}

/// What numerator and denominator of a measure count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "quality::Unit")]
pub enum DataQualityUnit {
    /// Person-minutes.
    Minutes,
    /// Hour entries.
    Entries,
    /// Projects.
    Projects,
    /// Distinct named people.
    People,
    /// Records of volunteers.
    Records,
    /// Organizations × months.
    OrganizationMonths,
}

/// Whether a measure keeps to its threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "quality::Status")]
pub enum DataQualityStatus {
    /// It does.
    Met,
    /// It does not.
    NotMet,
    /// There is nothing to be measured.
    NotMeasured,
}

/// How far figures can be trusted: what shows them, what they lack, who is missing.
pub struct DataQualityReport(DataQuality);

/// How far figures can be trusted: what shows them, what they lack, who is missing.
#[Object]
impl DataQualityReport {
    /// Of which hours it is.
    #[graphql(flatten)]
    async fn head(&self) -> ReportHead {
        ReportHead::of(&self.0.head)
    }

    /// Approved person-minutes of the interval: the total of the INDH report.
    async fn minutes(&self) -> Minutes {
        Minutes(self.0.minutes)
    }

    /// The same by what shows them, every level, the weakest first; they add up to `minutes`.
    async fn by_evidence(&self) -> Vec<DataQualityEvidenceRow> {
        let whole = self.0.minutes;
        let rows = self.0.by_evidence.iter();
        rows.map(|(level, minutes)| DataQualityEvidenceRow {
            evidence_level: (*level).into(),
            minutes: Minutes(*minutes),
            percent: quality::percent(*minutes, whole).map(hundredths),
        })
        .collect()
    }

    /// Who has reported, declared zero, and is late: organizations seated in the territory.
    async fn completeness(&self) -> ReportCompleteness {
        self.0.completeness.into()
    }

    /// Every measure, always all of them, in the same order.
    async fn measures(&self) -> Vec<DataQualityMeasure> {
        let measures = self.0.measures.iter().copied();
        measures.map(DataQualityMeasure).collect()
    }
}

/// Minutes of one evidence level.
#[derive(SimpleObject)]
pub struct DataQualityEvidenceRow {
    /// What shows the work.
    evidence_level: EvidenceLevel,
    /// Person-minutes.
    minutes: Minutes,
    /// Their share, in percent, rounded once to two decimals; null where there are no minutes at all.
    percent: Option<Decimal>,
}

/// One measure of quality.
pub struct DataQualityMeasure(Measure);

/// One measure of quality.
#[Object]
impl DataQualityMeasure {
    /// What is measured.
    async fn code(&self) -> DataQualityMeasureCode {
        self.0.code.into()
    }

    /// The rule in words: what is counted, of what.
    async fn rule(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The language; that of the request by default.")] locale: Option<Locale>,
    ) -> Result<String> {
        Ok(self.0.code.rule(gql.spoken(locale)?))
    }

    /// What numerator and denominator count.
    async fn unit(&self) -> DataQualityUnit {
        self.0.code.unit().into()
    }

    /// Of how many it holds.
    async fn numerator(&self) -> i64 {
        self.0.numerator
    }

    /// Of how many in all.
    async fn denominator(&self) -> i64 {
        self.0.denominator
    }

    /// The share in percent, rounded once to two decimals; null where the denominator is 0.
    async fn percent(&self) -> Option<Decimal> {
        self.0.percent().map(hundredths)
    }

    /// At most so many percent keep to the threshold.
    async fn threshold_percent(&self) -> i64 {
        self.0.code.most_percent()
    }

    /// Whether it keeps to the threshold: by the exact share, not by the rounded one.
    async fn status(&self) -> DataQualityStatus {
        self.0.status().into()
    }
}

fn hundredths(figure: i64) -> Decimal {
    Decimal(rust_decimal::Decimal::new(figure, 2))
}

/// What is asked of quality.
#[derive(Default)]
pub struct DataQualityQueries;

#[Object]
impl DataQualityQueries {
    /// How far figures can be trusted: each measure with what was counted, its rule in words, a threshold and
    /// whether it is kept. Observers ask for their territory or one below; members get the part of their
    /// organizations.
    async fn data_quality_report(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Territory or organization, and interval.")] input: DataQualityReportInput,
    ) -> Result<DataQualityReport> {
        let ctx = gql.signed_in()?;
        let organization =
            OrganizationId::optional(input.organization_id.as_ref(), "organizationId")?;
        let asked = Asked {
            territory_code: input.territory_code,
            organization: organization.map(OrganizationRef::Id),
            from: input.from.0,
            to: input.to.0,
            as_of: input.as_of.map(|it| it.0),
        };
        match quality::answer(ctx, asked).await {
            Err(ReportError::Denied(denied)) => Err(error::denied(denied)),
            outcome => error::read(ctx, outcome).map(DataQualityReport),
        }
    }
}
