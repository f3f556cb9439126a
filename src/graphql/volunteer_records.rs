//! Acts on volunteers' records: create, change, archive.
//!
//! What they must hold is in `volunteers/profile.rs`.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::MaybeUndefined;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::OrganizationId;
use entity::ids::VolunteerId;

use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::node::NodeId;
use crate::graphql::patch::clearable;
use crate::graphql::patch::lasting;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::EmailAddress;
use crate::graphql::scalars::PhoneNumber;
use crate::graphql::volunteers::Sex;
use crate::graphql::volunteers::Volunteer;
use crate::graphql::volunteers::present;
use crate::volunteers::profile;
use crate::volunteers::profile::NewVolunteer;
use crate::volunteers::profile::VolunteerChanges;

/// A new record.
#[derive(InputObject)]
struct CreateVolunteerInput {
    /// In which organization.
    organization_id: ID,
    /// The organization's own number for the volunteer, unique in it; at most 60 characters.
    reference: Option<String>,
    /// Name; at most 200 characters.
    name: String,
    /// Name in Arabic script; at most 200 characters.
    name_ar: Option<String>,
    /// Sex as stated.
    sex: Option<Sex>,
    /// Day of birth.
    birth_date: Option<Date>,
    /// Code of the territory where the volunteer lives.
    territory_code: Option<String>,
    /// Address for letters.
    email: Option<EmailAddress>,
    /// Telephone; a number without a country is Moroccan.
    phone: Option<PhoneNumber>,
    /// First day with the organization.
    joined_on: Option<Date>,
    /// National identity number. A keyed hash of it ties together what one person does in several organizations, so that
    /// distinct people are counted once. The number itself is not stored, unless the installation is authorized to
    /// keep it: then sealed, for `revealNationalId` alone.
    #[graphql(secret)]
    national_id: Option<String>,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

/// Changes of a record: what is absent stays, what is null is cleared.
#[derive(InputObject)]
struct UpdateVolunteerInput {
    /// The volunteer.
    id: ID,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present
    /// one.
    expected_version: Option<i32>,
    /// The organization's own number for the volunteer, unique in it; at most 60 characters.
    reference: MaybeUndefined<String>,
    /// Name; at most 200 characters.
    name: Option<String>,
    /// Name in Arabic script; at most 200 characters.
    name_ar: MaybeUndefined<String>,
    /// Sex as stated.
    sex: MaybeUndefined<Sex>,
    /// Day of birth.
    birth_date: MaybeUndefined<Date>,
    /// Code of the territory where the volunteer lives.
    territory_code: MaybeUndefined<String>,
    /// Address for letters.
    email: MaybeUndefined<EmailAddress>,
    /// Telephone; a number without a country is Moroccan.
    phone: MaybeUndefined<PhoneNumber>,
    /// First day with the organization.
    joined_on: MaybeUndefined<Date>,
}

/// Whose record is archived.
#[derive(InputObject)]
struct ArchiveVolunteerInput {
    /// The volunteer.
    id: ID,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present
    /// one.
    expected_version: Option<i32>,
}

/// The new record.
#[derive(SimpleObject)]
struct CreateVolunteerPayload {
    /// The volunteer; null when refused.
    volunteer: Option<Volunteer>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The record after the changes.
#[derive(SimpleObject)]
struct UpdateVolunteerPayload {
    /// The volunteer; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    volunteer: Option<Volunteer>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The archived record.
#[derive(SimpleObject)]
struct ArchiveVolunteerPayload {
    /// The volunteer; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    volunteer: Option<Volunteer>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on volunteers' records.
#[derive(Debug, Default)]
pub struct VolunteerMutations;

/// Acts on volunteers' records.
#[Object]
impl VolunteerMutations {
    /// Creates a volunteer's record. Needs a coordinator of the organization.
    async fn create_volunteer(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The new record.")] input: CreateVolunteerInput,
    ) -> Result<CreateVolunteerPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let organization = OrganizationId::input(&input.organization_id, "organizationId")?;
            let new = NewVolunteer {
                reference: input.reference,
                name: input.name,
                name_ar: input.name_ar,
                sex: input.sex.map(Into::into),
                birth_date: input.birth_date.map(|it| it.0),
                territory_code: input.territory_code,
                email: input.email.map(|it| it.0),
                phone: input.phone.map(|it| it.0),
                joined_on: input.joined_on.map(|it| it.0),
                national_id: input.national_id,
            };
            profile::create(ctx, organization, new, input.idempotency_key.as_deref()).await
        };
        let (volunteer, user_errors) = answered(ctx, outcome.await)?;
        Ok(CreateVolunteerPayload {
            volunteer: volunteer.map(Volunteer),
            user_errors,
        })
    }

    /// Changes a volunteer's record. Needs a coordinator of the organization.
    async fn update_volunteer(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The changes.")] input: UpdateVolunteerInput,
    ) -> Result<UpdateVolunteerPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let id = VolunteerId::input(&input.id, "id")?;
            let changes = VolunteerChanges {
                reference: clearable(input.reference, |it| it),
                name: lasting(input.name, |it| it),
                name_ar: clearable(input.name_ar, |it| it),
                sex: clearable(input.sex, Into::into),
                birth_date: clearable(input.birth_date, |it| it.0),
                territory_code: clearable(input.territory_code, |it| it),
                email: clearable(input.email, |it| it.0),
                phone: clearable(input.phone, |it| it.0),
                joined_on: clearable(input.joined_on, |it| it.0),
            };
            profile::update(ctx, id, input.expected_version, changes).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        Ok(UpdateVolunteerPayload {
            volunteer: present(gql, &input.id, done, &user_errors).await?,
            user_errors,
        })
    }

    /// Archives a volunteer's record: its hours stay and count, new ones are refused. Needs a
    /// coordinator of the organization.
    async fn archive_volunteer(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Whose record.")] input: ArchiveVolunteerInput,
    ) -> Result<ArchiveVolunteerPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let id = VolunteerId::input(&input.id, "id")?;
            profile::archive(ctx, id, input.expected_version).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        Ok(ArchiveVolunteerPayload {
            volunteer: present(gql, &input.id, done, &user_errors).await?,
            user_errors,
        })
    }
}
