//! `contractualVolunteeringReport`: contracts of a year, the volunteers under them, and their hours.
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
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::reports::basis::AdditivityRule;
use crate::graphql::reports::basis::ReportHead;
use crate::graphql::reports::contractual_incidents::ContractualIncidents;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Locale;
use crate::graphql::scalars::Minutes;
use crate::reports::OrganizationRef;
use crate::reports::ReportError;
use crate::reports::additivity::Additivity;
use crate::reports::contractual;
use crate::reports::contractual::Asked;
use crate::reports::contractual::Contractual;

/// What the report of contractual volunteering is asked: one organization, or those of a territory.
#[derive(Debug, InputObject)]
pub struct ContractualVolunteeringReportInput {
    /// The contracts of this organization. Give this, `territoryCode` or both.
    organization_id: Option<ID>,
    /// The contracts of the organizations seated in the territory of this code, all below it included. With
    /// `organizationId`, those of that organization where it is seated there.
    territory_code: Option<String>,
    /// Calendar year, from 2021, when the law was published, to the present one.
    year: i32,
    /// As of which instant: what was recorded then is counted. Now where absent. Sex and day of birth are told as
    /// they are known now.
    as_of: Option<DateTime>,
}

/// By what a table tells contracts apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "contractual::Dimension")]
pub enum ContractualDimension {
    /// Sex, as records of the volunteers state it.
    Sex,
    /// Age on the first day of the year on which the volunteer had a contract in force.
    Age,
    /// Nationality, as the volunteer's latest contract of the year states it.
    Nationality,
    /// Place of the contract.
    Place,
    /// How the accreditation of the organization stands on the last day of the year, or on that of the answer.
    Accreditation,
    /// Mission of the contract.
    Mission,
}

/// Something about a contract that is missing or does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "contractual::Finding")]
pub enum ContractualFindingKind {
    /// No insurance policy is recorded.
    WithoutInsurance,
    /// The document is not known by its digest.
    WithoutDocument,
    /// No nationality is recorded.
    WithoutNationality,
    /// The day of birth is not known any more.
    AgeUnknown,
    /// By the day of birth as it is recorded now, the volunteer was younger than 18 on the first day.
    UnderAge,
    /// The organization is private and has no accreditation on the first day.
    WithoutAccreditation,
    /// The volunteer has another contract for the same mission at the same time.
    Overlapping,
    /// No approved hours were given under it in the year.
    WithoutHours,
}

/// Contractual volunteering of a year (Moroccan law 06-18). It claims no legal compliance: what the yearly report
/// must hold is set by a regulation whose text was not found, and here stands what is recorded.
pub struct ContractualVolunteeringReport(Contractual);

/// Contractual volunteering of a year (Moroccan law 06-18). It claims no legal compliance: what the yearly report
/// must hold is set by a regulation whose text was not found, and here stands what is recorded.
#[Object]
impl ContractualVolunteeringReport {
    /// Of which hours it is; of one organization, the territory is that of its seat.
    #[graphql(flatten)]
    async fn head(&self) -> ReportHead {
        ReportHead::of(&self.0.head)
    }

    /// The organization asked about; null where a territory was.
    async fn organization(&self) -> Option<Organization> {
        self.0.head.organization.clone().map(Organization)
    }

    /// The calendar year.
    async fn year(&self) -> i32 {
        self.0.year
    }

    /// The whole.
    async fn totals(&self) -> ContractualTotals {
        let totals = self.0.figures.totals;
        ContractualTotals {
            organizations: totals.organizations,
            in_force: totals.amounts.contracts,
            begun: totals.begun,
            ended: totals.ended,
            terminated_early: totals.terminated,
            volunteers: totals.amounts.volunteers,
            minutes: Minutes(totals.amounts.minutes),
        }
    }

    /// One table for each dimension, last of each what is not known. The one by mission is shown for one
    /// organization, to those who read its figures: missions are free texts.
    async fn tables(&self) -> Vec<ContractualTable> {
        let tables = self.0.figures.tables.iter().cloned();
        tables.map(ContractualTable).collect()
    }

    /// What happened under contracts in the year. Counts alone, by kind and by severity: who it happened to is told
    /// by no report.
    async fn incidents(&self) -> ContractualIncidents {
        ContractualIncidents(self.0.figures.incidents.clone())
    }

    /// Every finding, with the number of contracts in force in the year that it holds of.
    async fn findings(&self) -> Vec<ContractualFinding> {
        let findings = self.0.figures.findings.iter();
        findings
            .map(|(kind, contracts)| ContractualFinding {
                kind: (*kind).into(),
                contracts: *contracts,
            })
            .collect()
    }
}

/// Contracts of the year.
#[derive(SimpleObject)]
pub struct ContractualTotals {
    /// Organizations with a contract in force on some day of the year.
    organizations: i64,
    /// Contracts in force on some day of the year.
    in_force: i64,
    /// Of these, contracts whose first day lies in the year.
    begun: i64,
    /// Of these, contracts that ended in the year on the day agreed; that day is over.
    ended: i64,
    /// Of these, contracts that ended in the year before the day agreed; their last day is over.
    terminated_early: i64,
    /// Distinct people with a contract in force on some day of the year.
    volunteers: i64,
    /// Approved minutes that these volunteers gave to the organization on days within a contract, on its project
    /// where it names one. A minute counts once, however many contracts there are.
    minutes: Minutes,
}

/// Contracts by one dimension.
pub struct ContractualTable(contractual::Table);

/// Contracts by one dimension.
#[Object]
impl ContractualTable {
    /// By what.
    async fn dimension(&self) -> ContractualDimension {
        self.0.dimension.into()
    }

    /// Whether contracts and minutes of the rows sum to the total: they always do.
    async fn additivity_of_contracts_and_minutes(&self) -> AdditivityRule {
        Additivity::Additive.into()
    }

    /// Whether volunteers of the rows sum to the total. Where they do not, somebody may stand in several rows.
    async fn additivity_of_volunteers(&self) -> AdditivityRule {
        self.0.dimension.volunteers().into()
    }

    /// Its categories, and last what is not known. Of missions the 100 with most contracts, and the others
    /// together.
    async fn rows(&self) -> Vec<ContractualRow> {
        let rows = self.0.rows.iter().cloned();
        rows.map(ContractualRow).collect()
    }
}

/// Contracts of one category.
pub struct ContractualRow(contractual::Row);

/// Contracts of one category.
#[Object]
impl ContractualRow {
    /// Code of the category: `FEMALE`, `MALE`; `0-17` to `55-64`, `65+`; a country; a territory; `VALID`,
    /// `NOT_NEEDED`, `EXPIRED`, `NONE`. Null for what is not known, and for missions.
    async fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// What it is called in a language; of a country its code, of a mission its text.
    async fn name(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The language; that of the request by default.")] locale: Option<Locale>,
    ) -> Result<String> {
        Ok(self.0.label.words(gql.spoken(locale)?))
    }

    /// Contracts in force on some day of the year.
    async fn contracts(&self) -> i64 {
        self.0.amounts.contracts
    }

    /// Distinct people under them.
    async fn volunteers(&self) -> i64 {
        self.0.amounts.volunteers
    }

    /// Approved minutes given under them.
    async fn minutes(&self) -> Minutes {
        Minutes(self.0.amounts.minutes)
    }
}

/// A finding.
#[derive(SimpleObject)]
pub struct ContractualFinding {
    /// What it is.
    kind: ContractualFindingKind,
    /// Contracts that it holds of.
    contracts: i64,
}

/// What is asked of contractual volunteering.
#[derive(Default)]
pub struct ContractualQueries;

#[Object]
impl ContractualQueries {
    /// Contractual volunteering of a calendar year: contracts, the volunteers under them by sex, age and
    /// nationality, their hours, and what is missing. Of one organization for whoever reads its figures; of the
    /// organizations seated in a territory for whoever observes it, and for members of theirs. It claims no legal
    /// compliance: the regulation that sets what such a report must hold was not found.
    async fn contractual_volunteering_report(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Whose contracts, and which year.")]
        input: ContractualVolunteeringReportInput,
    ) -> Result<ContractualVolunteeringReport> {
        let ctx = gql.signed_in()?;
        let organization =
            OrganizationId::optional(input.organization_id.as_ref(), "organizationId")?;
        let asked = Asked {
            organization: organization.map(OrganizationRef::Id),
            territory_code: input.territory_code,
            year: input.year,
            as_of: input.as_of.map(|it| it.0),
        };
        match contractual::answer(ctx, asked).await {
            Err(ReportError::Denied(denied)) => Err(error::denied(denied)),
            outcome => error::read(ctx, outcome).map(ContractualVolunteeringReport),
        }
    }
}
