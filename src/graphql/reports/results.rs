//! `indhReport { beneficiaries indicators partners }`: who benefits, how far indicators have come, and who works.
//!
//! Figures are worked out in `impact` and `reports`; here they are only put into types.

use async_graphql::Object;
use async_graphql::SimpleObject;

use crate::graphql::impact::progress::IndicatorProgress;
use crate::graphql::organizations::Organization;
use crate::graphql::scalars::Decimal;
use crate::graphql::scalars::Minutes;
use crate::impact::benefit;
use crate::impact::breakdown::Category;
use crate::impact::overview;
use crate::impact::value::decimal;
use crate::reports::indh::partners;

/// Who benefits.
pub struct IndhBeneficiaries(pub(super) benefit::Beneficiaries);

/// Who benefits, by the approved figures of the indicators `INDH-BENEFICIARIES-DIRECT` and `INDH-BENEFICIARIES-INDIRECT`
/// in the territory whose periods lie within the interval. They are participations: who benefits from two projects
/// counts twice.
#[Object]
impl IndhBeneficiaries {
    /// People who benefit themselves.
    async fn direct(&self) -> BeneficiaryFigures {
        BeneficiaryFigures(self.0.direct.clone())
    }

    /// People who benefit through others.
    async fn indirect(&self) -> BeneficiaryFigures {
        BeneficiaryFigures(self.0.indirect.clone())
    }
}

/// People who benefit, as they were measured.
pub struct BeneficiaryFigures(benefit::Benefited);

/// People who benefit, as they were measured.
#[Object]
impl BeneficiaryFigures {
    /// How many, by the aggregation rules of the indicator; null where nothing was approved.
    async fn participations(&self) -> Option<Decimal> {
        self.0.whole.map(|it| Decimal(decimal(it.value)))
    }

    /// By sex, every category; what figures do not tell comes last as `UNKNOWN`, so that they add up. None where
    /// nothing was approved.
    async fn by_sex(&self) -> Vec<BeneficiaryCategory> {
        self.0.by_sex.iter().map(BeneficiaryCategory::of).collect()
    }

    /// By milieu, urban or rural; as `bySex`.
    async fn by_milieu(&self) -> Vec<BeneficiaryCategory> {
        let rows = self.0.by_milieu.iter();
        rows.map(BeneficiaryCategory::of).collect()
    }

    /// How many approved figures it rests on.
    async fn measurement_count(&self) -> i32 {
        i32::try_from(self.0.measurements).unwrap_or(i32::MAX)
    }

    /// How many figures do not count, since they wait for a decision or were given back.
    async fn pending_count(&self) -> i32 {
        i32::try_from(self.0.pending).unwrap_or(i32::MAX)
    }
}

/// A part of those who benefit.
#[derive(SimpleObject)]
pub struct BeneficiaryCategory {
    /// A word of the dimension: `FEMALE`, `MALE`; `URBAN`, `RURAL`; `UNKNOWN`.
    category: String,
    /// How many.
    participations: Decimal,
}

impl BeneficiaryCategory {
    fn of(it: &Category) -> Self {
        Self {
            category: it.category.clone(),
            participations: Decimal(decimal(it.figure.value)),
        }
    }
}

/// How far indicators have come.
pub struct IndhIndicators(pub(super) overview::Overview);

/// Indicators with a measurement or a target in the territory whose period lies within the interval.
#[Object]
impl IndhIndicators {
    /// How many there are.
    async fn total_count(&self) -> i64 {
        i64::try_from(self.0.total).unwrap_or(i64::MAX)
    }

    /// The first hundred by code, each as `indicatorProgress` answers of the same territory and interval. Figures
    /// count that were approved by `asOf`, and hours as they were known then; targets and rates are those of now.
    async fn rows(&self) -> Vec<IndicatorProgress> {
        let rows = self.0.rows.iter().cloned();
        rows.map(IndicatorProgress::from).collect()
    }
}

/// Organizations with hours.
pub struct IndhPartners(pub(super) partners::Partners);

/// Organizations with hours in the territory.
#[Object]
impl IndhPartners {
    /// How many there are.
    async fn total_count(&self) -> i64 {
        self.0.total
    }

    /// The first hundred, those with most minutes first. Their minutes and `otherMinutes` add up to the total.
    async fn rows(&self) -> Vec<IndhPartnerRow> {
        self.0.rows.iter().cloned().map(IndhPartnerRow).collect()
    }

    /// Person-minutes of the organizations that are not listed.
    async fn other_minutes(&self) -> Minutes {
        Minutes(self.0.other_minutes)
    }
}

/// An organization with hours.
pub struct IndhPartnerRow(partners::PartnerRow);

/// An organization with hours.
#[Object]
impl IndhPartnerRow {
    /// The organization; null where you may count it and not see it.
    async fn organization(&self) -> Option<Organization> {
        self.0.organization.clone().map(Organization)
    }

    /// Person-minutes.
    async fn minutes(&self) -> Minutes {
        Minutes(self.0.measures.minutes)
    }

    /// Distinct projects with hours.
    async fn projects(&self) -> i64 {
        self.0.measures.projects
    }

    /// Distinct named people.
    async fn distinct_volunteers(&self) -> i64 {
        self.0.measures.distinct_volunteers
    }
}
