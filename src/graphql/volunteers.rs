//! Volunteers' records.
//!
//! Rules are in `volunteers`; hours are in `graphql/hours`.

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::MaybeUndefined;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::OrganizationId;
use entity::ids::VolunteerId;
use entity::volunteer;

use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::error::bad_input;
use crate::graphql::error::fault;
use crate::graphql::hours::entry::HourEntry;
use crate::graphql::hours::list::HourEntryFilter;
use crate::graphql::hours::list::HourEntryOrder;
use crate::graphql::hours::list::entries;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::patch::clearable;
use crate::graphql::patch::lasting;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::EmailAddress;
use crate::graphql::scalars::Locale;
use crate::graphql::scalars::PhoneNumber;
use crate::graphql::territories::Territory;
use crate::hours::list::Filter;
use crate::volunteers::VolunteerError;
use crate::volunteers::profile;
use crate::volunteers::profile::NewVolunteer;
use crate::volunteers::profile::VolunteerChanges;
use crate::volunteers::store;

const BY_NAME: &str = "volunteers.name.asc";

/// Sex as a person states it for statistics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::Sex")]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
}

/// A person's record in one organization. Personal data: seen by those who keep the organization's
/// volunteers and by the person, never by observers.
#[derive(Clone, Debug)]
pub struct Volunteer(pub volunteer::Model);

/// A person's record in one organization. Personal data: seen by those who keep the organization's
/// volunteers and by the person, never by observers.
#[Object]
impl Volunteer {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// The organization's own number; null where it has none.
    async fn reference(&self) -> Option<&str> {
        self.0.reference.as_deref()
    }

    /// The name in the script of a language.
    async fn display_name(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The language; that of the request by default.")] locale: Option<Locale>,
    ) -> Result<&str> {
        let locale = locale.map_or(gql.op()?.locale(), |it| it.0);
        Ok(locale.choose(&self.0.name, self.0.name_ar.as_deref(), None))
    }

    /// The name in Latin script, as written.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The name in Arabic script; null where none was given.
    async fn name_ar(&self) -> Option<&str> {
        self.0.name_ar.as_deref()
    }

    /// Sex as stated; null where not stated.
    async fn sex(&self) -> Option<Sex> {
        self.0.sex.map(Into::into)
    }

    /// Day of birth; null where unknown.
    async fn birth_date(&self) -> Option<Date> {
        self.0.birth_date.map(Date)
    }

    /// Address for letters; null where unknown.
    async fn email(&self) -> Option<EmailAddress> {
        self.0.email.clone().map(EmailAddress)
    }

    /// Telephone; null where unknown.
    async fn phone(&self) -> Option<PhoneNumber> {
        self.0.phone.clone().map(PhoneNumber)
    }

    /// Place of residence; null where unknown.
    async fn territory(&self, gql: &Context<'_>) -> Result<Option<Territory>> {
        match self.0.territory_id {
            Some(id) => Ok(loaders::one(gql, id).await?.map(Territory)),
            None => Ok(None),
        }
    }

    /// First day with the organization; null where unknown.
    async fn joined_on(&self) -> Option<Date> {
        self.0.joined_on.map(Date)
    }

    /// Whether the volunteer has an account.
    async fn has_account(&self) -> bool {
        self.0.user_id.is_some()
    }

    /// The organization.
    async fn organization(&self, gql: &Context<'_>) -> Result<Option<Organization>> {
        let found = loaders::one(gql, self.0.organization_id).await?;
        Ok(found.map(Organization))
    }

    /// Since when the record takes no new hours; null while it does.
    async fn archived_at(&self) -> Option<DateTime> {
        self.0.archived_at.map(DateTime)
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When the record was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// Its hour entries that the caller may see, newest work day first unless ordered otherwise.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is an argument of the field"
    )]
    async fn hour_entries(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which entries.")] filter: Option<HourEntryFilter>,
        #[graphql(desc = "The order; newest work day first by default.")] order_by: Option<
            HourEntryOrder,
        >,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<HourEntry>> {
        let within = Filter::of_volunteer(self.0.id);
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        entries(gql, within, filter, order_by, page).await
    }
}

/// Which volunteers to list; an absent part does not narrow.
#[derive(Debug, Default, InputObject)]
pub struct VolunteerFilter {
    /// Of this organization.
    organization_id: Option<ID>,
    /// With this in a name of either script, or with this reference.
    search: Option<String>,
    /// Only archived ones, or only those in use; all by default.
    archived: Option<bool>,
}

/// A new record.
#[derive(InputObject)]
struct CreateVolunteerInput {
    /// In which organization.
    organization_id: ID,
    /// The organization's own number, unique there.
    reference: Option<String>,
    /// Name; at most 200 characters.
    name: String,
    /// Name in Arabic script.
    name_ar: Option<String>,
    /// Sex as stated.
    sex: Option<Sex>,
    /// Day of birth.
    birth_date: Option<Date>,
    /// Code of the place of residence.
    territory_code: Option<String>,
    /// Address for letters.
    email: Option<EmailAddress>,
    /// Telephone.
    phone: Option<PhoneNumber>,
    /// First day with the organization.
    joined_on: Option<Date>,
    /// National identity number. It is not stored: a keyed hash ties the person's records of several
    /// organizations, so that people are counted once.
    national_id: Option<String>,
    /// Makes a repeated request have one effect.
    idempotency_key: Option<String>,
}

/// Changes of a record: absent leaves a value as it is, null clears it.
#[derive(InputObject)]
struct UpdateVolunteerInput {
    /// Which one.
    id: ID,
    /// The version that the caller saw.
    expected_version: Option<i32>,
    /// The organization's own number.
    reference: MaybeUndefined<String>,
    /// Name.
    name: Option<String>,
    /// Name in Arabic script.
    name_ar: MaybeUndefined<String>,
    /// Sex as stated.
    sex: MaybeUndefined<Sex>,
    /// Day of birth.
    birth_date: MaybeUndefined<Date>,
    /// Code of the place of residence.
    territory_code: MaybeUndefined<String>,
    /// Address for letters.
    email: MaybeUndefined<EmailAddress>,
    /// Telephone.
    phone: MaybeUndefined<PhoneNumber>,
    /// First day with the organization.
    joined_on: MaybeUndefined<Date>,
}

/// A record to archive.
#[derive(InputObject)]
struct ArchiveVolunteerInput {
    /// Which one.
    id: ID,
    /// The version that the caller saw.
    expected_version: Option<i32>,
}

/// The record after the act.
#[derive(SimpleObject)]
struct VolunteerPayload {
    /// The record; null when refused.
    volunteer: Option<Volunteer>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// A page of volunteers.
///
/// # Errors
/// A cursor or size that cannot be; a fault of ours.
pub async fn volunteer_page(
    gql: &Context<'_>,
    filter: store::Filter,
    asked: &PageArguments,
) -> Result<Connection<Volunteer>> {
    let ctx = gql.signed_in()?;
    let page = asked.page::<store::ByName>(BY_NAME)?;
    let slice = store::list(ctx.read(), ctx.scope(), &filter, &page).await;
    let slice = slice.map_err(|it| fault(ctx, &it))?;
    Ok(Connection::new(
        slice,
        BY_NAME,
        |it| (it.name.clone(), it.id),
        Volunteer,
        total(ctx, move |ctx| {
            let filter = filter.clone();
            async move { store::count(ctx.read(), ctx.scope(), &filter).await }
        }),
    ))
}

/// Queries of volunteers.
#[derive(Debug, Default)]
pub struct VolunteerQueries;

/// Queries of volunteers.
#[Object]
impl VolunteerQueries {
    /// One record; null when there is none or the caller may not see it.
    async fn volunteer(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Result<Option<Volunteer>> {
        gql.signed_in()?;
        match VolunteerId::read(&id) {
            Some(id) => Ok(loaders::one(gql, id).await?.map(Volunteer)),
            None => Ok(None),
        }
    }

    /// Records that the caller may see, by name.
    async fn volunteers(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which ones; all by default.")] filter: Option<VolunteerFilter>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<Volunteer>> {
        let filter = filter.unwrap_or_default();
        let organization =
            match filter.organization_id {
                Some(id) => Some(OrganizationId::read(&id).ok_or_else(|| {
                    bad_input("`organizationId` is not the id of an organization.")
                })?),
                None => None,
            };
        let filter = store::Filter {
            organization,
            search: filter.search,
            archived: filter.archived,
        };
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        volunteer_page(gql, filter, &asked).await
    }
}

/// Acts on volunteers' records.
#[derive(Debug, Default)]
pub struct VolunteerMutations;

/// Acts on volunteers' records.
#[Object]
impl VolunteerMutations {
    /// Creates a record.
    async fn create_volunteer(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The new record.")] input: CreateVolunteerInput,
    ) -> Result<VolunteerPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let organization = read_id::<OrganizationId>(&input.organization_id, "organizationId")?;
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
        payload(gql, outcome.await)
    }

    /// Changes a record.
    async fn update_volunteer(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "What changes.")] input: UpdateVolunteerInput,
    ) -> Result<VolunteerPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let id = read_id::<VolunteerId>(&input.id, "id")?;
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
        payload(gql, outcome.await)
    }

    /// Archives a record: its hours stay, new ones are refused.
    async fn archive_volunteer(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which one.")] input: ArchiveVolunteerInput,
    ) -> Result<VolunteerPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let id = read_id::<VolunteerId>(&input.id, "id")?;
            profile::archive(ctx, id, input.expected_version).await
        };
        payload(gql, outcome.await)
    }
}

fn payload(
    gql: &Context<'_>,
    outcome: std::result::Result<volunteer::Model, VolunteerError>,
) -> Result<VolunteerPayload> {
    let (volunteer, user_errors) = answered(gql.op()?, outcome)?;
    Ok(VolunteerPayload {
        volunteer: volunteer.map(Volunteer),
        user_errors,
    })
}

fn read_id<T: NodeId>(id: &ID, field: &'static str) -> std::result::Result<T, VolunteerError> {
    T::read(id).ok_or(VolunteerError::NotFound(field))
}
