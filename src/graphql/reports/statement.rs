//! `volunteerStatement`: what one volunteer gave, by project and month.
//!
//! Figures are worked out in `reports`; here they are only put into types.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use entity::ids::OrganizationId;
use entity::ids::VolunteerId;
use entity::vocabulary_term;

use crate::graphql::context::Gql;
use crate::graphql::error;
use crate::graphql::hours::entry::EvidenceLevel;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::projects::Project;
use crate::graphql::reports::basis::Additivity;
use crate::graphql::reports::basis::StatusBasis;
use crate::graphql::reports::basis::TimeBasis;
use crate::graphql::reports::basis::basis;
use crate::graphql::reports::figures::ReportEvidenceMinutes;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Minutes;
use crate::graphql::scalars::Month;
use crate::graphql::valuation::value::ValueOfWork;
use crate::graphql::vocabularies::VocabularyTerm;
use crate::graphql::volunteers::Volunteer;
use crate::reports::ReportError;
use crate::reports::Valued;
use crate::reports::statement;
use crate::reports::statement::Amounts;
use crate::reports::statement::Asked;
use crate::reports::statement::Statement;

/// What a statement is asked.
#[derive(Debug, InputObject)]
pub struct VolunteerStatementInput {
    /// The volunteer. A record that was merged stands for the one that took it over.
    volunteer_id: ID,
    /// First civil day of work.
    from: Date,
    /// Last civil day of work, inclusive.
    to: Date,
    /// As of which instant: what was known then is counted. Now where absent.
    as_of: Option<DateTime>,
}

/// What one volunteer gave, by project and month. The person sees what they gave to every organization in
/// which their account has a record; others see what was given to the organization whose hours they read,
/// and nothing else. Work in groups, of which nobody is named, is no one's.
pub struct VolunteerStatement(Statement);

/// What one volunteer gave, by project and month. The person sees what they gave to every organization in
/// which their account has a record; others see what was given to the organization whose hours they read,
/// and nothing else. Work in groups, of which nobody is named, is no one's.
#[Object]
impl VolunteerStatement {
    /// The record that stands for the person.
    async fn volunteer(&self) -> Volunteer {
        Volunteer(self.0.volunteer.clone())
    }

    /// First day that counts.
    async fn from(&self) -> Date {
        Date(self.0.from)
    }

    /// Last day that counts, inclusive.
    async fn to(&self) -> Date {
        Date(self.0.to)
    }

    /// How days and months are cut. The zone is that of the organization, or of the country where there
    /// are several.
    async fn time_basis(&self) -> TimeBasis {
        TimeBasis::of(&self.0.time_basis)
    }

    /// Which hours count as given.
    async fn status_basis(&self) -> Vec<StatusBasis> {
        statement::COUNTED.into_iter().filter_map(basis).collect()
    }

    /// Which hours are told apart as pending.
    async fn pending_basis(&self) -> Vec<StatusBasis> {
        statement::PENDING.into_iter().filter_map(basis).collect()
    }

    /// As of when.
    async fn as_of(&self) -> DateTime {
        DateTime(self.0.as_of)
    }

    /// The whole: the sum of the rows, in each of the breakdowns.
    async fn totals(&self) -> StatementAmounts {
        StatementAmounts(self.0.rows.totals)
    }

    /// First day with approved work; null where there is none.
    async fn first_day(&self) -> Option<Date> {
        self.0.rows.first_day.map(Date)
    }

    /// Last day with approved work; null where there is none.
    async fn last_day(&self) -> Option<Date> {
        self.0.rows.last_day.map(Date)
    }

    /// By project and month: months with work alone, of each project in order.
    async fn rows(&self) -> Vec<StatementRow> {
        let rows = self.0.rows.rows.iter();
        rows.map(|it| StatementRow {
            occupation: self.0.occupations.get(&it.project).cloned(),
            row: it.clone(),
        })
        .collect()
    }

    /// Every month of the interval, in order.
    async fn by_month(&self) -> Vec<StatementMonthRow> {
        let rows = self.0.rows.by_month.iter();
        rows.map(|it| StatementMonthRow {
            month: it.month,
            amounts: it.amounts,
        })
        .collect()
    }

    /// By organization.
    async fn by_organization(&self) -> Vec<StatementOrganizationRow> {
        let rows = self.0.rows.by_organization.iter();
        rows.map(|it| StatementOrganizationRow {
            organization: it.organization,
            amounts: it.amounts,
        })
        .collect()
    }

    /// By what shows the work, every level, the weakest first.
    async fn by_evidence(&self) -> Vec<StatementEvidenceRow> {
        let rows = self.0.rows.by_evidence.iter();
        rows.map(|it| StatementEvidenceRow {
            level: it.level.into(),
            amounts: it.amounts,
        })
        .collect()
    }

    /// What the approved work is worth. Worked out only where it is asked for.
    async fn value_of_work(&self) -> Option<ValueOfWork> {
        self.0.value_of_work.clone().map(ValueOfWork)
    }

    /// For each dimension, which measures may be added up.
    async fn additivity(&self) -> Vec<Additivity> {
        self.0.additivity.iter().map(Additivity::of).collect()
    }
}

/// Amounts of a statement.
pub struct StatementAmounts(Amounts);

/// Amounts of a statement.
#[Object]
impl StatementAmounts {
    /// Approved minutes, each on the civil day on which it was worked.
    async fn minutes(&self) -> Minutes {
        Minutes(self.0.minutes)
    }

    /// Minutes that were handed in and wait for a decision; not among `minutes`.
    async fn pending_minutes(&self) -> Minutes {
        Minutes(self.0.pending_minutes)
    }

    /// Approved hour entries.
    async fn entries(&self) -> i64 {
        self.0.entries
    }

    /// Hour entries that wait for a decision.
    async fn pending_entries(&self) -> i64 {
        self.0.pending_entries
    }
}

/// What was given to one project in one month.
pub struct StatementRow {
    row: statement::Row,
    occupation: Option<vocabulary_term::Model>,
}

/// What was given to one project in one month.
#[Object]
impl StatementRow {
    /// The organization; null where the caller may not see it.
    async fn organization(&self, gql: &Context<'_>) -> Result<Option<Organization>> {
        let found = loaders::one(gql, self.row.organization).await?;
        Ok(found.map(Organization))
    }

    /// The project; null where the caller may not see it.
    async fn project(&self, gql: &Context<'_>) -> Result<Option<Project>> {
        Ok(loaders::one(gql, self.row.project).await?.map(Project))
    }

    /// The occupation of the work, by ISCO-08, as the project says it today; null where it says none.
    async fn occupation(&self) -> Option<VocabularyTerm> {
        self.occupation.clone().map(VocabularyTerm)
    }

    /// The month.
    async fn month(&self) -> Month {
        Month(self.row.month)
    }

    /// Its amounts. An entry over midnight at the end of a month counts in both.
    async fn amounts(&self) -> StatementAmounts {
        StatementAmounts(self.row.amounts)
    }

    /// Approved minutes by what shows the work, every level, the weakest first; they add up to the
    /// approved minutes of the row.
    async fn by_evidence(&self) -> Vec<ReportEvidenceMinutes> {
        ReportEvidenceMinutes::of(&self.row.levels)
    }
}

/// What was given in one month.
pub struct StatementMonthRow {
    month: chrono::NaiveDate,
    amounts: Amounts,
}

/// What was given in one month.
#[Object]
impl StatementMonthRow {
    /// The month.
    async fn month(&self) -> Month {
        Month(self.month)
    }

    /// Its amounts. An entry over midnight at the end of a month counts in both.
    async fn amounts(&self) -> StatementAmounts {
        StatementAmounts(self.amounts)
    }
}

/// What was given to one organization.
pub struct StatementOrganizationRow {
    organization: OrganizationId,
    amounts: Amounts,
}

/// What was given to one organization.
#[Object]
impl StatementOrganizationRow {
    /// The organization; null where the caller may not see it.
    async fn organization(&self, gql: &Context<'_>) -> Result<Option<Organization>> {
        let found = loaders::one(gql, self.organization).await?;
        Ok(found.map(Organization))
    }

    /// Its amounts.
    async fn amounts(&self) -> StatementAmounts {
        StatementAmounts(self.amounts)
    }
}

/// What one evidence level shows.
pub struct StatementEvidenceRow {
    level: EvidenceLevel,
    amounts: Amounts,
}

/// What one evidence level shows.
#[Object]
impl StatementEvidenceRow {
    /// What shows the work.
    async fn evidence_level(&self) -> EvidenceLevel {
        self.level
    }

    /// Its amounts.
    async fn amounts(&self) -> StatementAmounts {
        StatementAmounts(self.amounts)
    }
}

/// What is asked of statements.
#[derive(Default)]
pub struct StatementQueries;

#[Object]
impl StatementQueries {
    /// What one volunteer gave, by project and month, approved hours and pending ones apart. For the person,
    /// of all their organizations; for whoever reads the hours of an organization, of that one.
    async fn volunteer_statement(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The volunteer and the interval.")] input: VolunteerStatementInput,
    ) -> Result<VolunteerStatement> {
        let ctx = gql.signed_in()?;
        // It costs more than all the rest, and is seldom asked for.
        let valued = match gql.look_ahead().field("valueOfWork").exists() {
            true => Valued::Yes,
            false => Valued::No,
        };
        let asked = Asked {
            volunteer: VolunteerId::input(&input.volunteer_id, "volunteerId")?,
            from: input.from.0,
            to: input.to.0,
            as_of: input.as_of.map(|it| it.0),
            valued,
        };
        match statement::answer(ctx, &asked).await {
            Err(ReportError::Denied(denied)) => Err(error::denied(denied)),
            outcome => error::read(ctx, outcome).map(VolunteerStatement),
        }
    }
}
