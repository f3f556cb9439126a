//! Acts on incidents.
//!
//! What they must be is in `contracts::incidents`.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::MaybeUndefined;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::ContractId;
use entity::ids::IncidentId;

use crate::contracts::ContractError;
use crate::contracts::incidents;
use crate::contracts::incidents::Told;
use crate::graphql::context::Gql;
use crate::graphql::contracts::incident::ContractIncident;
use crate::graphql::contracts::incident::ContractIncidentKind;
use crate::graphql::contracts::incident::ContractIncidentSeverity;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::error::changed_meanwhile;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::patch::clearable;
use crate::graphql::patch::lasting;
use crate::graphql::scalars::Date;

/// An incident: a new one without `id`, corrections of one with it. In corrections, what is absent stays, what is
/// null is cleared.
#[derive(InputObject)]
struct RecordIncidentInput {
    /// The incident that is corrected; a new one is recorded where it is absent.
    id: Option<ID>,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present one.
    expected_version: Option<i32>,
    /// Under which contract it happened; needed in a new one, and never changed. One that was recorded under
    /// another contract is taken back with `voidReason`, and recorded anew.
    contract_id: Option<ID>,
    /// The civil day on which it happened: a day from the first to the last one in force of the contract, and not
    /// in the future. Needed in a new one.
    day: Option<Date>,
    /// What happened. Needed in a new one.
    kind: Option<ContractIncidentKind>,
    /// How gravely the volunteer came to harm; null while not known.
    severity: MaybeUndefined<ContractIncidentSeverity>,
    /// Calendar days on which the volunteer could not work, that of the incident apart, 0 to 3650; null while not
    /// known. Temporary incapacity loses one or more, only permanent incapacity may lose some too.
    days_lost: MaybeUndefined<i32>,
    /// Day on which the insurer was told: from the day of the incident to the present one. Null where nobody did.
    declared_on: MaybeUndefined<Date>,
    /// The insurer's number of the case; at most 60 characters. With `declaredOn`.
    claim_number: MaybeUndefined<String>,
    /// What happened, in words; at most 1000 characters. Say no more of a person than is needed: whoever keeps the
    /// volunteers reads it. Needed in a new one.
    description: Option<String>,
    /// Why it was recorded in error: it stays, and counts nowhere; at most 500 characters. Null lets it count
    /// again.
    void_reason: MaybeUndefined<String>,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

/// The incident.
#[derive(SimpleObject)]
struct RecordIncidentPayload {
    /// The incident; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    incident: Option<ContractIncident>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on incidents.
#[derive(Debug, Default)]
pub struct IncidentMutations;

/// Acts on incidents.
#[Object]
impl IncidentMutations {
    /// Records an incident under a contract of contractual volunteering, corrects one, or takes one back. At most
    /// 100 for each contract. Nothing is sent to the insurer: that it was told is only noted. Needs a coordinator
    /// of the organization.
    async fn record_incident(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The incident.")] input: RecordIncidentInput,
    ) -> Result<RecordIncidentPayload> {
        let ctx = gql.signed_in()?;
        let id = input.id.as_ref().and_then(IncidentId::read);
        let outcome = async {
            let (new, key) = recorded(input)?;
            incidents::record(ctx, new, key.as_deref()).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        let incident = match id {
            Some(id) if changed_meanwhile(&user_errors) => loaders::one(gql, id).await?,
            _ => done,
        };
        Ok(RecordIncidentPayload {
            incident: incident.map(ContractIncident),
            user_errors,
        })
    }
}

fn recorded(
    input: RecordIncidentInput,
) -> std::result::Result<(incidents::Recorded, Option<String>), ContractError> {
    let new = incidents::Recorded {
        id: IncidentId::optional(input.id.as_ref(), "id")?,
        contract: ContractId::optional(input.contract_id.as_ref(), "contractId")?,
        expected: input.expected_version,
        told: Told {
            day: lasting(input.day, |it| it.0),
            kind: lasting(input.kind, Into::into),
            severity: clearable(input.severity, Into::into),
            days_lost: clearable(input.days_lost, |it| it),
            declared_on: clearable(input.declared_on, |it| it.0),
            claim_number: clearable(input.claim_number, |it| it),
            description: lasting(input.description, |it| it),
            void_reason: clearable(input.void_reason, |it| it),
        },
    };
    Ok((new, input.idempotency_key))
}
