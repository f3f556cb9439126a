//! `volunteerWorkReport`: volunteer work by the tables of the ILO.
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
use crate::graphql::reports::basis::AdditivityRule;
use crate::graphql::reports::basis::ReportHead;
use crate::graphql::reports::basis::StatusBasis;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Decimal;
use crate::graphql::scalars::Locale;
use crate::graphql::scalars::Minutes;
use crate::reports::OrganizationRef;
use crate::reports::ReportError;
use crate::reports::additivity::Additivity;
use crate::reports::volunteer_work;
use crate::reports::volunteer_work::Amounts;
use crate::reports::volunteer_work::Asked;
use crate::reports::volunteer_work::CENSUS;
use crate::reports::volunteer_work::VolunteerWork;

/// What the report of volunteer work is asked.
#[derive(Debug, InputObject)]
pub struct VolunteerWorkReportInput {
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
    /// As of which instant: the work that was known then is counted, people and places described as they are
    /// today. Now where absent.
    as_of: Option<DateTime>,
}

/// By what a table tells volunteer work apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "volunteer_work::Dimension")]
pub enum VolunteerWorkDimension {
    /// Sex, as records of the volunteers state it.
    Sex,
    /// Age reached in the calendar year of the work.
    Age,
    /// Major group of the occupation of the project's work, by ISCO-08.
    Occupation,
    /// Field of work of the project, else of its organization: section of ICNP/TSO, the United Nations' revision of
    /// ICNPO.
    Sector,
    /// Whether the commune of the work is urban or rural.
    Milieu,
}

/// Why people are not set against a population.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "volunteer_work::Gap")]
pub enum PopulationGap {
    /// Not all volunteers of the territory are counted: one organization, or those of the caller.
    PartOfTerritory,
    /// The census has no figure for the territory.
    NotPublished,
    /// The reference data hold no population by age.
    NoPopulationByAge,
}

/// Volunteer work of a territory by the tables of the ILO: people and minutes by sex, age, occupation, sector
/// and milieu. Work through organizations alone is recorded here; direct volunteer work is not.
pub struct VolunteerWorkReport(VolunteerWork);

/// Volunteer work of a territory by the tables of the ILO: people and minutes by sex, age, occupation, sector
/// and milieu. Work through organizations alone is recorded here; direct volunteer work is not.
#[Object]
impl VolunteerWorkReport {
    /// Of which hours it is.
    #[graphql(flatten)]
    async fn head(&self) -> ReportHead {
        ReportHead::of(&self.0.head)
    }

    /// The whole.
    async fn totals(&self) -> VolunteerWorkAmounts {
        VolunteerWorkAmounts(self.0.totals)
    }

    /// One table for each dimension, each with every category and last a row for what is not known.
    async fn tables(&self) -> Vec<VolunteerWorkTable> {
        let tables = self.0.tables.iter().cloned();
        tables.map(VolunteerWorkTable).collect()
    }

    /// Volunteers against those who live in the territory.
    async fn rate(&self) -> VolunteerRate {
        let rate = self.0.rate;
        let figure = |it: std::result::Result<i64, _>, scale| {
            it.ok()
                .map(|it| Decimal(rust_decimal::Decimal::new(it, scale)))
        };
        let gap = |it: std::result::Result<_, volunteer_work::Gap>| it.err().map(Into::into);
        VolunteerRate {
            census_year: CENSUS,
            inhabitants: rate.inhabitants,
            volunteers_per_thousand: figure(rate.per_thousand, 6),
            volunteers_per_thousand_gap: gap(rate.per_thousand),
            volunteer_rate_percent: figure(rate.of_working_age, 2),
            volunteer_rate_gap: gap(rate.of_working_age),
        }
    }
}

/// People and minutes.
pub struct VolunteerWorkAmounts(Amounts);

/// People and minutes.
#[Object]
impl VolunteerWorkAmounts {
    /// Distinct named people, whatever the number of their organizations. People of a group are not named
    /// and count none.
    async fn people(&self) -> i64 {
        self.0.people
    }

    /// Person-minutes: of a group, head-count × minutes.
    async fn minutes(&self) -> Minutes {
        Minutes(self.0.minutes)
    }

    /// Of these, minutes of groups: by sex and age they stand in the row of what is not known.
    async fn group_minutes(&self) -> Minutes {
        Minutes(self.0.group_minutes)
    }
}

/// Volunteer work by one dimension.
pub struct VolunteerWorkTable(volunteer_work::Table);

/// Volunteer work by one dimension.
#[Object]
impl VolunteerWorkTable {
    /// By what.
    async fn dimension(&self) -> VolunteerWorkDimension {
        self.0.dimension.into()
    }

    /// Whether minutes of the rows sum to the total: they always do.
    async fn additivity_of_minutes(&self) -> AdditivityRule {
        Additivity::Additive.into()
    }

    /// Whether people of the rows sum to the total. Where they do not, somebody may stand in several rows.
    async fn additivity_of_people(&self) -> AdditivityRule {
        self.0.dimension.people().into()
    }

    /// Every category in the order of its classification, those without work too; last what is not known.
    async fn rows(&self) -> Vec<VolunteerWorkRow> {
        let rows = self.0.rows.iter().cloned();
        rows.map(VolunteerWorkRow).collect()
    }
}

/// Volunteer work of one category.
pub struct VolunteerWorkRow(volunteer_work::Row);

/// Volunteer work of one category.
#[Object]
impl VolunteerWorkRow {
    /// Code of the category: `FEMALE`, `MALE`; `0-14` to `55-64`, `65+`; a digit of ISCO-08; a letter of
    /// ICNP/TSO; `URBAN`, `RURAL`. Null for what is not known.
    async fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// What it is called in a language.
    async fn name(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The language; that of the request by default.")] locale: Option<Locale>,
    ) -> Result<String> {
        Ok(self.0.label.words(gql.spoken(locale)?))
    }

    /// What was counted.
    async fn amounts(&self) -> VolunteerWorkAmounts {
        VolunteerWorkAmounts(self.0.amounts)
    }
}

/// Distinct named volunteers against those who live in the territory.
#[derive(SimpleObject)]
pub struct VolunteerRate {
    /// Year of the census.
    census_year: i32,
    /// Inhabitants of the territory in that census, of every age; null where it has no figure.
    inhabitants: Option<i32>,
    /// Volunteers for 1,000 inhabitants, rounded once to six decimals and always with six, so that one volunteer
    /// of the whole country shows (`0.000027`); null where it cannot be said.
    volunteers_per_thousand: Option<Decimal>,
    /// Why it cannot; null where it is said.
    volunteers_per_thousand_gap: Option<PopulationGap>,
    /// The rate of the ILO: volunteers by the population aged 15 and above, in percent to two decimals; null
    /// where it cannot be said.
    volunteer_rate_percent: Option<Decimal>,
    /// Why it cannot; null where it is said.
    volunteer_rate_gap: Option<PopulationGap>,
}

/// What is asked of volunteer work.
#[derive(Default)]
pub struct VolunteerWorkQueries;

#[Object]
impl VolunteerWorkQueries {
    /// Volunteer work by the tables of the ILO: people and minutes by sex, age, occupation, sector and milieu.
    /// Observers ask for their territory or one below; members get the part of their organizations. Its total
    /// is that of the INDH report.
    async fn volunteer_work_report(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Territory, interval, and which hours count.")]
        input: VolunteerWorkReportInput,
    ) -> Result<VolunteerWorkReport> {
        let ctx = gql.signed_in()?;
        let organization =
            OrganizationId::optional(input.organization_id.as_ref(), "organizationId")?;
        let asked = Asked {
            territory_code: input.territory_code,
            from: input.from.0,
            to: input.to.0,
            organization: organization.map(OrganizationRef::Id),
            status_basis: input.status_basis.into_iter().map(Into::into).collect(),
            as_of: input.as_of.map(|it| it.0),
        };
        match volunteer_work::answer(ctx, asked).await {
            Err(ReportError::Denied(denied)) => Err(error::denied(denied)),
            outcome => error::read(ctx, outcome).map(VolunteerWorkReport),
        }
    }
}
