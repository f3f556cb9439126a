//! `completeness`: who has reported of a territory, and who is late.
//!
//! Counted in `reports`.

use std::collections::BTreeMap;

use async_graphql::Context;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::OrganizationId;
use futures_util::future::try_join_all;

use crate::graphql::context::Gql;
use crate::graphql::error;
use crate::graphql::loaders;
use crate::graphql::organizations::Organization;
use crate::graphql::reports::basis::Additivity;
use crate::graphql::reports::basis::ReportCoverage;
use crate::graphql::reports::basis::StatusBasis;
use crate::graphql::reports::basis::TimeBasis;
use crate::graphql::reports::basis::basis;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Month;
use crate::graphql::territories::Territory;
use crate::reports;
use crate::reports::ReportError;
use crate::reports::Reported;
use crate::reports::completeness;
use crate::reports::completeness::Told;

/// Who has reported, in organization-months of the organizations seated in the territory.
/// Months that still run and of which nothing was said are expected, and neither reporting nor
/// late.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct ReportCompleteness {
    /// Organizations × months begun. An organization is expected from the month in which it came
    /// to be here, or of which it first told, until it was archived.
    expected: i64,
    /// Those with an entry handed in or counted, or attested with hours.
    reporting: i64,
    /// Those that stated that nobody worked.
    declared_zero: i64,
    /// Ended months with neither.
    late: i64,
}

impl From<completeness::Completeness> for ReportCompleteness {
    fn from(it: completeness::Completeness) -> Self {
        Self {
            expected: it.expected,
            reporting: it.reporting,
            declared_zero: it.declared_zero,
            late: it.late,
        }
    }
}

/// Whose reporting is asked about.
#[derive(Debug, InputObject)]
pub struct CompletenessInput {
    /// Dotted code of the territory: `MA`, `07`, `07.041`. Organizations seated there or below are
    /// counted.
    territory_code: String,
    /// First civil day; its month is counted as a whole.
    from: Date,
    /// Last civil day; its month is counted as a whole.
    to: Date,
    /// As it was known at this instant; now where absent.
    as_of: Option<DateTime>,
}

/// Who has reported of a territory, in organization-months.
pub struct CompletenessReport(Reported);

/// Who has reported of a territory, in organization-months: the same counts that stand in its
/// reports.
#[Object]
impl CompletenessReport {
    /// The territory asked about, in its newest version of the interval.
    async fn territory(&self) -> Territory {
        Territory(self.0.territory.clone())
    }

    /// Whether all organizations of the territory are counted, or those of which the caller may
    /// read figures.
    async fn coverage(&self) -> ReportCoverage {
        self.0.coverage.into()
    }

    /// Organizations × months begun. An organization is expected from the month in which it came
    /// to be here, or of which it first told, until it was archived.
    async fn expected(&self) -> i64 {
        self.0.counts.expected
    }

    /// Those with an entry handed in or counted, or attested with hours.
    async fn reporting(&self) -> i64 {
        self.0.counts.reporting
    }

    /// Those that stated that nobody worked.
    async fn declared_zero(&self) -> i64 {
        self.0.counts.declared_zero
    }

    /// Ended months with neither.
    async fn late(&self) -> i64 {
        self.0.counts.late
    }

    /// Organizations that reported, as far as the caller sees them: of the 500 oldest such months.
    async fn reporting_organizations(
        &self,
        gql: &Context<'_>,
    ) -> Result<Vec<ReportingOrganization>> {
        by_organization(gql, &self.0.reporting).await
    }

    /// Organizations that stated that nobody worked, as far as the caller sees them: of the 500 oldest
    /// such months.
    async fn declared_zero_organizations(
        &self,
        gql: &Context<'_>,
    ) -> Result<Vec<ReportingOrganization>> {
        by_organization(gql, &self.0.declared_zero).await
    }

    /// Organizations with late months, as far as the caller sees them: of the 500 oldest late
    /// months.
    async fn late_organizations(&self, gql: &Context<'_>) -> Result<Vec<LateOrganization>> {
        let found = by_organization(gql, &self.0.late).await?;
        Ok(found
            .into_iter()
            .map(|it| LateOrganization {
                organization: it.organization,
                months: it.months,
            })
            .collect())
    }

    /// How months are cut.
    async fn time_basis(&self) -> TimeBasis {
        TimeBasis::of(&self.0.time_basis)
    }

    /// Which hours make an organization report.
    async fn status_basis(&self) -> Vec<StatusBasis> {
        let states = self.0.status_basis.iter().copied();
        states.filter_map(basis).collect()
    }

    /// For each dimension, whether the counts may be added up.
    async fn additivity(&self) -> Vec<Additivity> {
        self.0.additivity.iter().map(Additivity::of).collect()
    }

    /// As of when.
    async fn as_of(&self) -> DateTime {
        DateTime(self.0.as_of)
    }
}

/// Organizations with their months, those that the caller may see.
async fn by_organization(gql: &Context<'_>, told: &[Told]) -> Result<Vec<ReportingOrganization>> {
    let mut months: BTreeMap<OrganizationId, Vec<Month>> = BTreeMap::new();
    for it in told {
        let of = months.entry(it.organization_id).or_default();
        of.push(Month(it.month));
    }
    let found = try_join_all(months.keys().map(|it| loaders::one(gql, *it))).await?;
    Ok(found
        .into_iter()
        .flatten()
        .map(|it| ReportingOrganization {
            months: months.remove(&it.id).unwrap_or_default(),
            organization: Organization(it),
        })
        .collect())
}

/// An organization with the months of which it told.
#[derive(SimpleObject)]
pub struct ReportingOrganization {
    /// The organization.
    organization: Organization,
    /// The months, the oldest first.
    months: Vec<Month>,
}

/// An organization with late months.
#[derive(SimpleObject)]
pub struct LateOrganization {
    /// The organization.
    organization: Organization,
    /// Its late months, the oldest first.
    months: Vec<Month>,
}

/// What is asked of completeness.
#[derive(Default)]
pub struct CompletenessQueries;

#[Object]
impl CompletenessQueries {
    /// Who has reported of a territory: expected, reporting, declared zero, late, and who is late.
    /// Observers ask for their territory or one below; members get the part of their organizations.
    async fn completeness(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Territory and interval.")] input: CompletenessInput,
    ) -> Result<CompletenessReport> {
        let ctx = gql.signed_in()?;
        let span = (input.from.0, input.to.0);
        let as_of = input.as_of.map(|it| it.0);
        match reports::answer_completeness(ctx, input.territory_code, span, as_of).await {
            Err(ReportError::Denied(denied)) => Err(error::denied(denied)),
            outcome => error::read(ctx, outcome).map(CompletenessReport),
        }
    }
}
