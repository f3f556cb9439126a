//! Contracts of contractual volunteering, one by one and as a register.
//!
//! What enters and changes them is in `acts`.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::dataloader::Loader;
use entity::ids::ContractId;
use entity::ids::OrganizationId;
use entity::ids::VolunteerId;
use entity::volunteer_contract;
use sea_orm::DbErr;

use crate::contracts::rules;
use crate::contracts::rules::number;
use crate::contracts::store;
use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::contracts::incident::ContractIncident;
use crate::graphql::contracts::incident::IncidentsOf;
use crate::graphql::error::fault;
use crate::graphql::loaders;
use crate::graphql::loaders::Reader;
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::projects::Project;
use crate::graphql::scalars::CountryCode;
use crate::graphql::scalars::CurrencyCode;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Decimal;
use crate::graphql::scalars::Minutes;
use crate::graphql::territories::Territory;
use crate::graphql::volunteers::Volunteer;
use crate::identity::Action;
use crate::projects::money;

const REGISTER: &str = "contracts.register.asc";

/// Where a contract stands today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "rules::Status")]
pub enum VolunteerContractStatus {
    /// Its first day lies ahead.
    Upcoming,
    /// It is in force.
    Active,
    /// It ended on the day agreed.
    Ended,
    /// It ended before the day agreed.
    Terminated,
}

/// A written contract of a volunteer with the organization, as its register has it (contractual volunteering,
/// Moroccan law 06-18, art. 2). Not an employment contract (art. 5). The document stays with the organization.
/// Personal data: seen by those who keep the organization's volunteers and by the volunteer, never by observers.
#[derive(Clone, Debug)]
pub struct VolunteerContract(pub volunteer_contract::Model);

/// A written contract of a volunteer with the organization, as its register has it (contractual volunteering,
/// Moroccan law 06-18, art. 2). Not an employment contract (art. 5). The document stays with the organization.
/// Personal data: seen by those who keep the organization's volunteers and by the volunteer, never by observers.
#[Object]
impl VolunteerContract {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Its number in the register of the organization: the year in which it was entered, and a number without
    /// gaps: `2026-0007`. It never changes.
    async fn number(&self) -> String {
        number(&self.0)
    }

    /// In whose register it stands.
    async fn organization(&self, gql: &Context<'_>) -> Result<Option<Organization>> {
        let found = loaders::one(gql, self.0.organization_id).await?;
        Ok(found.map(Organization))
    }

    /// Whose it is.
    async fn volunteer(&self, gql: &Context<'_>) -> Result<Option<Volunteer>> {
        Ok(loaders::one(gql, self.0.volunteer_id).await?.map(Volunteer))
    }

    /// What the volunteer does.
    async fn mission(&self) -> &str {
        &self.0.mission
    }

    /// Where.
    async fn territory(&self, gql: &Context<'_>) -> Result<Option<Territory>> {
        Ok(loaders::one(gql, self.0.territory_id).await?.map(Territory))
    }

    /// The project whose hours are given under it; null where all hours of the volunteer in the organization
    /// are.
    async fn project(&self, gql: &Context<'_>) -> Result<Option<Project>> {
        match self.0.project_id {
            Some(id) => Ok(loaders::one(gql, id).await?.map(Project)),
            None => Ok(None),
        }
    }

    /// First day.
    async fn from(&self) -> Date {
        Date(self.0.from_day)
    }

    /// Last day agreed, inclusive.
    async fn until(&self) -> Date {
        Date(self.0.until_day)
    }

    /// Last day on which it is in force, inclusive: `endedOn`, or the day agreed.
    async fn last_day(&self) -> Date {
        Date(rules::last_day(&self.0))
    }

    /// Where it stands today.
    async fn status(&self, gql: &Context<'_>) -> Result<VolunteerContractStatus> {
        Ok(rules::status(&self.0, gql.op()?.today()).into())
    }

    /// Minutes agreed for a week.
    async fn weekly_minutes(&self) -> Minutes {
        Minutes(i64::from(self.0.weekly_minutes.0))
    }

    /// Who insures the volunteer; null where not recorded.
    async fn insurer(&self) -> Option<&str> {
        self.0.insurer.as_deref()
    }

    /// Number of the insurance policy; null where not recorded, and for administrators of the platform.
    async fn policy_number(&self, gql: &Context<'_>) -> Result<Option<&str>> {
        let row = self.personal(gql)?;
        Ok(row.and_then(|it| it.policy_number.as_deref()))
    }

    /// Most that is paid back for expenses; null where nothing is recorded.
    async fn expense_ceiling(&self) -> Option<Decimal> {
        let minor = self.0.expense_ceiling_minor;
        minor.map(|it| Decimal(rust_decimal::Decimal::new(it, 2)))
    }

    /// The currency of `expenseCeiling`.
    async fn currency(&self) -> CurrencyCode {
        CurrencyCode(money::CURRENCY.to_owned())
    }

    /// Nationality of the volunteer, as the contract states it; null where not recorded, and for administrators
    /// of the platform.
    async fn nationality(&self, gql: &Context<'_>) -> Result<Option<CountryCode>> {
        let row = self.personal(gql)?;
        Ok(row.and_then(|it| it.nationality.clone()).map(CountryCode))
    }

    /// Day of the last signature.
    async fn signed_on(&self) -> Date {
        Date(self.0.signed_on)
    }

    /// SHA-256 of the document, in hexadecimal; null where not recorded. The document itself is not kept here.
    async fn document_sha256(&self) -> Option<String> {
        let bytes = self.0.document_sha256.as_ref()?;
        Some(bytes.iter().map(|it| format!("{it:02x}")).collect())
    }

    /// Last day in force, where it ended before the day agreed; null otherwise.
    async fn ended_on(&self) -> Option<Date> {
        self.0.ended_on.map(Date)
    }

    /// Why it ended early; null otherwise, and for administrators of the platform.
    async fn end_reason(&self, gql: &Context<'_>) -> Result<Option<&str>> {
        let row = self.personal(gql)?;
        Ok(row.and_then(|it| it.end_reason.as_deref()))
    }

    /// What happened under it, the first one first, those taken back included; at most 100. Null for whoever does
    /// not keep the organization's volunteers, the volunteer included.
    async fn incidents(&self, gql: &Context<'_>) -> Result<Option<Vec<ContractIncident>>> {
        let ctx = gql.op()?;
        if !ctx.may(Action::ManageVolunteers, self.0.organization_id) {
            return Ok(None);
        }
        let found = loaders::one(gql, IncidentsOf(self.0.id)).await?;
        let found = found.into_iter().flatten();
        Ok(Some(found.map(ContractIncident).collect()))
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was entered in the register.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }
}

impl VolunteerContract {
    /// The contract, where its personal data may be seen: whoever keeps the platform sees that it exists.
    fn personal(&self, gql: &Context<'_>) -> Result<Option<&volunteer_contract::Model>> {
        let (ctx, row) = (gql.op()?, &self.0);
        let seen = ctx.scope().owns(row.volunteer_id)
            || ctx.may(Action::ManageVolunteers, row.organization_id);
        Ok(seen.then_some(row))
    }
}

/// Which contracts to list; an absent part does not narrow.
#[derive(Debug, Default, InputObject)]
pub struct VolunteerContractFilter {
    /// Only those of this volunteer.
    volunteer_id: Option<ID>,
    /// Only those in force on this day.
    in_force_on: Option<Date>,
    /// Only those that stand so today.
    status: Option<Vec<VolunteerContractStatus>>,
}

/// A page of the register of an organization.
///
/// # Errors
/// A cursor or size that cannot be, a volunteer's id that is none; a fault of ours.
pub async fn contract_page(
    gql: &Context<'_>,
    organization: OrganizationId,
    filter: Option<VolunteerContractFilter>,
    asked: &PageArguments,
) -> Result<Connection<VolunteerContract>> {
    let ctx = gql.op()?;
    let asked_for = filter.unwrap_or_default();
    let volunteer = VolunteerId::optional(asked_for.volunteer_id.as_ref(), "volunteerId")?;
    let states = asked_for.status;
    let filter = store::Filter {
        organization,
        volunteer,
        in_force_on: asked_for.in_force_on.map(|it| it.0),
        status: states.map(|it| it.into_iter().map(Into::into).collect()),
        today: ctx.today(),
    };
    let page = asked.page::<store::Place>(REGISTER)?;
    let slice = store::list(ctx.read(), ctx.scope(), &filter, &page).await;
    let slice = slice.map_err(|it| fault(ctx, &it))?;
    Ok(Connection::new(
        slice,
        REGISTER,
        |it| (it.register_year, it.register_number, it.id),
        VolunteerContract,
        total(ctx, move |ctx| {
            let filter = filter.clone();
            async move { store::count(ctx.read(), ctx.scope(), &filter).await }
        }),
    ))
}

/// Contracts by id, at most one statement a level.
impl Loader<ContractId> for Reader {
    type Value = volunteer_contract::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        ids: &[ContractId],
    ) -> std::result::Result<HashMap<ContractId, volunteer_contract::Model>, Arc<DbErr>> {
        let found = store::by_ids(self.ctx.read(), self.ctx.scope(), ids).await?;
        Ok(found.into_iter().map(|it| (it.id, it)).collect())
    }
}
