//! Incidents under contracts, one by one and as a list.
//!
//! What records them is in `incident_acts`.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::dataloader::Loader;
use entity::contract_incident;
use entity::ids::ContractId;
use entity::ids::IncidentId;
use entity::ids::OrganizationId;
use sea_orm::DbErr;

use crate::contracts::incidents::store;
use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::contracts::contract::VolunteerContract;
use crate::graphql::error::fault;
use crate::graphql::identity::User;
use crate::graphql::loaders;
use crate::graphql::loaders::Reader;
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;

const BY_DAY: &str = "contracts.incidents.day.desc";

/// What happened under a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::IncidentKind")]
pub enum ContractIncidentKind {
    /// The volunteer came to harm while at work.
    Accident,
    /// The volunteer came to harm on the way to or from the work.
    CommutingAccident,
    /// An illness that the work brought about or made worse.
    Illness,
    /// Things were damaged, lost or stolen.
    Damage,
    /// Somebody else came to harm: civil liability.
    ThirdPartyHarm,
    /// Violence, threats or harassment.
    Harassment,
    /// A dispute between the volunteer and the organization.
    Dispute,
    /// Anything else.
    Other,
}

/// How gravely the volunteer came to harm, in the classes of labour statistics (resolution of the 16th
/// International Conference of Labour Statisticians, 1998).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::IncidentSeverity")]
pub enum ContractIncidentSeverity {
    /// The volunteer came to no harm.
    NoHarm,
    /// Harm without a day lost after that of the incident.
    NoLostTime,
    /// Unable to work for a time, from the day after: one lost day or more.
    TemporaryIncapacity,
    /// Never again able to work as before.
    PermanentIncapacity,
    /// The volunteer died of it.
    Fatal,
}

/// Something that happened under a contract of contractual volunteering: what an insurer is told of, and what the
/// yearly report counts. It may tell of health and of quarrels: seen by those who keep the organization's
/// volunteers, and by nobody else, neither the volunteer nor administrators of the platform.
#[derive(Clone, Debug)]
pub struct ContractIncident(pub contract_incident::Model);

/// Something that happened under a contract of contractual volunteering: what an insurer is told of, and what the
/// yearly report counts. It may tell of health and of quarrels: seen by those who keep the organization's
/// volunteers, and by nobody else, neither the volunteer nor administrators of the platform.
#[Object]
impl ContractIncident {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// The organization of the contract.
    async fn organization(&self, gql: &Context<'_>) -> Result<Option<Organization>> {
        let found = loaders::one(gql, self.0.organization_id).await?;
        Ok(found.map(Organization))
    }

    /// Under which contract it happened; its volunteer is whom it happened to.
    async fn contract(&self, gql: &Context<'_>) -> Result<Option<VolunteerContract>> {
        let found = loaders::one(gql, self.0.contract_id).await?;
        Ok(found.map(VolunteerContract))
    }

    /// The civil day on which it happened.
    async fn day(&self) -> Date {
        Date(self.0.day)
    }

    /// What happened.
    async fn kind(&self) -> ContractIncidentKind {
        self.0.kind.into()
    }

    /// How gravely the volunteer came to harm; null while not known.
    async fn severity(&self) -> Option<ContractIncidentSeverity> {
        self.0.severity.map(Into::into)
    }

    /// Calendar days on which the volunteer could not work, that of the incident apart; null while not known.
    async fn days_lost(&self) -> Option<i32> {
        self.0.days_lost
    }

    /// Day on which the insurer was told; null where nobody did.
    async fn declared_on(&self) -> Option<Date> {
        self.0.declared_on.map(Date)
    }

    /// The insurer's number of the case; null where not recorded.
    async fn claim_number(&self) -> Option<&str> {
        self.0.claim_number.as_deref()
    }

    /// What happened, in words.
    async fn description(&self) -> &str {
        &self.0.description
    }

    /// Why it was recorded in error and counts nowhere; null while it counts.
    async fn void_reason(&self) -> Option<&str> {
        self.0.void_reason.as_deref()
    }

    /// Who recorded it first; null where the caller does not see them.
    async fn recorded_by(&self, gql: &Context<'_>) -> Result<Option<User>> {
        match self.0.recorded_by {
            Some(id) => Ok(loaders::one(gql, id).await?.map(User)),
            None => Ok(None),
        }
    }

    /// When it was recorded first.
    async fn recorded_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// Counts the corrections; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// Which incidents to list; an absent part does not narrow.
#[derive(Debug, Default, InputObject)]
pub struct ContractIncidentFilter {
    /// Only those under this contract.
    contract_id: Option<ID>,
    /// Only those of these kinds.
    kinds: Option<Vec<ContractIncidentKind>>,
    /// Only those of this day and later.
    from: Option<Date>,
    /// Only those of this day and earlier.
    to: Option<Date>,
    /// Only those that the insurer was told of, or only the others.
    declared: Option<bool>,
    /// Only those that were taken back, or only those that count.
    void: Option<bool>,
}

/// A page of the incidents of an organization.
///
/// # Errors
/// A cursor or size that cannot be, a contract's id that is none; a fault of ours.
pub async fn incident_page(
    gql: &Context<'_>,
    organization: OrganizationId,
    filter: Option<ContractIncidentFilter>,
    asked: &PageArguments,
) -> Result<Connection<ContractIncident>> {
    let ctx = gql.op()?;
    let asked_for = filter.unwrap_or_default();
    let kinds = asked_for.kinds;
    let filter = store::Filter {
        organization,
        contract: ContractId::optional(asked_for.contract_id.as_ref(), "contractId")?,
        kinds: kinds.map(|it| it.into_iter().map(Into::into).collect()),
        from: asked_for.from.map(|it| it.0),
        to: asked_for.to.map(|it| it.0),
        declared: asked_for.declared,
        void: asked_for.void,
    };
    let page = asked.page::<store::Place>(BY_DAY)?;
    let slice = store::list(ctx.read(), ctx.scope(), &filter, &page).await;
    let slice = slice.map_err(|it| fault(ctx, &it))?;
    Ok(Connection::new(
        slice,
        BY_DAY,
        |it| (it.day, it.id),
        ContractIncident,
        total(ctx, move |ctx| {
            let filter = filter.clone();
            async move { store::count(ctx.read(), ctx.scope(), &filter).await }
        }),
    ))
}

/// Incidents by id, at most one statement a level.
impl Loader<IncidentId> for Reader {
    type Value = contract_incident::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        ids: &[IncidentId],
    ) -> std::result::Result<HashMap<IncidentId, contract_incident::Model>, Arc<DbErr>> {
        let found = store::by_ids(self.ctx.read(), self.ctx.scope(), ids).await?;
        Ok(found.into_iter().map(|it| (it.id, it)).collect())
    }
}

/// Asks for the incidents under a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IncidentsOf(pub ContractId);

/// Incidents under contracts, the first one first.
impl Loader<IncidentsOf> for Reader {
    type Value = Vec<contract_incident::Model>;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        asked: &[IncidentsOf],
    ) -> std::result::Result<HashMap<IncidentsOf, Self::Value>, Arc<DbErr>> {
        let ids: Vec<ContractId> = asked.iter().map(|it| it.0).collect();
        let found = store::of_contracts(self.ctx.read(), self.ctx.scope(), &ids).await?;
        let mut of: HashMap<IncidentsOf, Vec<contract_incident::Model>> = HashMap::new();
        for row in found {
            of.entry(IncidentsOf(row.contract_id))
                .or_default()
                .push(row);
        }
        Ok(of)
    }
}
