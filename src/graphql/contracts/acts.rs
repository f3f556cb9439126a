//! Acts on accreditations and contracts.
//!
//! What they must be is in `contracts`.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::MaybeUndefined;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::AccreditationId;
use entity::ids::ContractId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::VolunteerId;

use crate::contracts::ContractError;
use crate::contracts::accreditations;
use crate::contracts::contract;
use crate::contracts::contract::Terms;
use crate::graphql::context::Gql;
use crate::graphql::contracts::accreditation::Accreditation;
use crate::graphql::contracts::contract::VolunteerContract;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::error::changed_meanwhile;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::patch::clearable;
use crate::graphql::patch::lasting;
use crate::graphql::scalars::CountryCode;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::Decimal;
use crate::graphql::scalars::Minutes;
use crate::platform::change::Change;

/// An accreditation: a new one without `id`, changes of one with it.
#[derive(InputObject)]
struct RecordAccreditationInput {
    /// Whose it is.
    organization_id: ID,
    /// The accreditation that changes; a new one is recorded where it is absent.
    id: Option<ID>,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present one.
    expected_version: Option<i32>,
    /// Its number, as the administration gave it; unique in the organization, at most 60 characters.
    number: String,
    /// First day on which it holds; not before 5 August 2021, when the law was published.
    from: Date,
    /// Last day on which it holds, inclusive, at most ten years after the first. Null or absent in a new one:
    /// no end is known. On a change absent leaves it, null clears it.
    until: MaybeUndefined<Date>,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

/// A contract: a new one without `id`, changes of one with it. In changes, what is absent stays, what is null is
/// cleared.
#[derive(InputObject)]
struct RecordContractInput {
    /// The contract that changes; a new one is entered in the register where it is absent.
    id: Option<ID>,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present one.
    expected_version: Option<i32>,
    /// Whose it is, in the register of the volunteer's organization; needed in a new one, and never changed. The
    /// volunteer must be 18 or more on the first day, and the day of birth be known (arts. 20 to 23).
    volunteer_id: Option<ID>,
    /// What the volunteer does; at most 500 characters. Needed in a new one.
    mission: Option<String>,
    /// Code of the place. Needed in a new one.
    territory_code: Option<String>,
    /// The project whose hours are given under it; all hours of the volunteer in the organization where null.
    project_id: MaybeUndefined<ID>,
    /// First day; not before 5 August 2021. A private organization must hold an accreditation on it (arts. 4, 8 to
    /// 19). Needed in a new one.
    from: Option<Date>,
    /// Last day agreed, inclusive; at most ten years after the first. Needed in a new one.
    until: Option<Date>,
    /// Minutes agreed for a week, 1 to 10080. Needed in a new one.
    weekly_minutes: Option<Minutes>,
    /// Who insures the volunteer; at most 200 characters. With `policyNumber`.
    insurer: MaybeUndefined<String>,
    /// Number of the insurance policy; at most 60 characters. With `insurer`.
    policy_number: MaybeUndefined<String>,
    /// Most that is paid back for expenses, in dirhams, two decimals at most.
    expense_ceiling: MaybeUndefined<Decimal>,
    /// Nationality of the volunteer, for the yearly report: `MA`.
    nationality: MaybeUndefined<CountryCode>,
    /// Day of the last signature: neither in the future nor after the first day. Needed in a new one.
    signed_on: Option<Date>,
    /// SHA-256 of the document, 64 hexadecimal digits. The document itself stays with the organization.
    document_sha256: MaybeUndefined<String>,
    /// Last day in force, where it ends before the day agreed: from the first day to the day before the last one
    /// agreed. A contract that was never carried out ends on its first day. Null takes an early end back.
    ended_on: MaybeUndefined<Date>,
    /// Why it ends early, needed with `endedOn`; at most 500 characters.
    end_reason: MaybeUndefined<String>,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

/// The accreditation.
#[derive(SimpleObject)]
struct RecordAccreditationPayload {
    /// The accreditation; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    accreditation: Option<Accreditation>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The contract.
#[derive(SimpleObject)]
struct RecordContractPayload {
    /// The contract; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    contract: Option<VolunteerContract>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on contracts.
#[derive(Debug, Default)]
pub struct ContractMutations;

/// Acts on contracts.
#[Object]
impl ContractMutations {
    /// Records an accreditation of an organization, or changes one: a withdrawn one gets its last day. Contracts
    /// that it covered stay, and the yearly report finds them. Needs an administrator of the organization.
    async fn record_accreditation(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The accreditation.")] input: RecordAccreditationInput,
    ) -> Result<RecordAccreditationPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let organization = OrganizationId::input(&input.organization_id, "organizationId")?;
            let new = accreditations::Recorded {
                organization,
                id: AccreditationId::optional(input.id.as_ref(), "id")?,
                expected: input.expected_version,
                number: input.number.clone(),
                from: input.from.0,
                until: clearable(input.until, |it| it.0),
            };
            accreditations::record(ctx, new, input.idempotency_key.as_deref()).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        let id = input.id.as_ref().and_then(AccreditationId::read);
        let accreditation = match id {
            Some(id) if changed_meanwhile(&user_errors) => loaders::one(gql, id).await?,
            _ => done,
        };
        Ok(RecordAccreditationPayload {
            accreditation: accreditation.map(Accreditation),
            user_errors,
        })
    }

    /// Enters a contract of contractual volunteering in the register of the organization, changes one, or ends it
    /// early. It gets the next number of the year. Nothing here says that the law is kept: what a contract must
    /// hold is set by rules that this server does not know in full. Needs a coordinator of the organization.
    async fn record_contract(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The contract.")] input: RecordContractInput,
    ) -> Result<RecordContractPayload> {
        let ctx = gql.signed_in()?;
        let id = input.id.as_ref().and_then(ContractId::read);
        let outcome = async {
            let (new, key) = recorded(input)?;
            contract::record(ctx, new, key.as_deref()).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        let contract = match id {
            Some(id) if changed_meanwhile(&user_errors) => loaders::one(gql, id).await?,
            _ => done,
        };
        Ok(RecordContractPayload {
            contract: contract.map(VolunteerContract),
            user_errors,
        })
    }
}

fn recorded(
    input: RecordContractInput,
) -> std::result::Result<(contract::Recorded, Option<String>), ContractError> {
    let id = ContractId::optional(input.id.as_ref(), "id")?;
    let volunteer = VolunteerId::optional(input.volunteer_id.as_ref(), "volunteerId")?;
    let project = match input.project_id {
        MaybeUndefined::Value(it) => Change::To(Some(ProjectId::input(&it, "projectId")?)),
        MaybeUndefined::Null => Change::To(None),
        MaybeUndefined::Undefined => Change::Keep,
    };
    let terms = Terms {
        mission: lasting(input.mission, |it| it),
        territory_code: lasting(input.territory_code, |it| it),
        project,
        from: lasting(input.from, |it| it.0),
        until: lasting(input.until, |it| it.0),
        weekly_minutes: lasting(input.weekly_minutes, |it| it.0),
        insurer: clearable(input.insurer, |it| it),
        policy_number: clearable(input.policy_number, |it| it),
        expense_ceiling: clearable(input.expense_ceiling, |it| it.0),
        nationality: clearable(input.nationality, |it| it.0),
        signed_on: lasting(input.signed_on, |it| it.0),
        document_sha256: clearable(input.document_sha256, |it| it),
        ended_on: clearable(input.ended_on, |it| it.0),
        end_reason: clearable(input.end_reason, |it| it),
    };
    let new = contract::Recorded {
        id,
        volunteer,
        expected: input.expected_version,
        terms,
    };
    Ok((new, input.idempotency_key))
}
