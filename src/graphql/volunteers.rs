//! Volunteers' records: one, a list.
//!
//! What changes them is in `volunteer_records`, rules in `volunteers`; hours are in `graphql/hours`.

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use entity::ids::OrganizationId;
use entity::ids::VolunteerId;
use entity::volunteer;

use crate::graphql::connection::Connection;
use crate::graphql::connection::OrderDirection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::searched;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::changed_meanwhile;
use crate::graphql::error::fault;
use crate::graphql::hours::entry::HourEntry;
use crate::graphql::hours::list::HourEntryFilter;
use crate::graphql::hours::list::HourEntryOrder;
use crate::graphql::hours::list::entries;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::privacy::consent::Consent;
use crate::graphql::privacy::consent::ConsentsOf;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::EmailAddress;
use crate::graphql::scalars::Locale;
use crate::graphql::scalars::PhoneNumber;
use crate::graphql::territories::Territory;
use crate::hours::list::Filter;
use crate::identity::Action;
use crate::volunteers::store;

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
        let locale = gql.spoken(locale)?;
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

    /// Sex as stated; null where not stated, and for administrators of the platform.
    async fn sex(&self, gql: &Context<'_>) -> Result<Option<Sex>> {
        Ok(self.personal(gql)?.and_then(|it| it.sex).map(Into::into))
    }

    /// Day of birth; null where unknown, and for administrators of the platform.
    async fn birth_date(&self, gql: &Context<'_>) -> Result<Option<Date>> {
        Ok(self.personal(gql)?.and_then(|it| it.birth_date).map(Date))
    }

    /// Address for letters; null where unknown, and for administrators of the platform.
    async fn email(&self, gql: &Context<'_>) -> Result<Option<EmailAddress>> {
        let email = self.personal(gql)?.and_then(|it| it.email.clone());
        Ok(email.map(EmailAddress))
    }

    /// Telephone in international form; null where unknown, and for administrators of the platform.
    async fn phone(&self, gql: &Context<'_>) -> Result<Option<PhoneNumber>> {
        let phone = self.personal(gql)?.and_then(|it| it.phone.clone());
        Ok(phone.map(PhoneNumber))
    }

    /// Place of residence; null where unknown, and for administrators of the platform.
    async fn territory(&self, gql: &Context<'_>) -> Result<Option<Territory>> {
        match self.personal(gql)?.and_then(|it| it.territory_id) {
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

    /// Since when the record says nothing of a person: its personal data was erased; null while it does.
    async fn erased_at(&self) -> Option<DateTime> {
        self.0.erased_at.map(DateTime)
    }

    /// The record of the same person that took this one over; null unless it was merged. Whoever names
    /// this one is understood to mean that one.
    async fn merged_into(&self, gql: &Context<'_>) -> Result<Option<Volunteer>> {
        match self.0.merged_into_id {
            Some(id) => Ok(loaders::one(gql, id).await?.map(Volunteer)),
            None => Ok(None),
        }
    }

    /// What the person agreed to and took back, the last 100 words, newest first: the first of each purpose holds. Empty
    /// for administrators of the platform.
    async fn consents(&self, gql: &Context<'_>) -> Result<Vec<Consent>> {
        let Some(record) = self.personal(gql)? else {
            return Ok(Vec::new());
        };
        let found = loaders::one(gql, ConsentsOf(record.id)).await?;
        Ok(found.into_iter().flatten().map(Consent).collect())
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

impl Volunteer {
    /// The record, where its personal data may be seen: whoever keeps the platform sees that it
    /// exists, and no more.
    fn personal(&self, gql: &Context<'_>) -> Result<Option<&volunteer::Model>> {
        let (ctx, record) = (gql.op()?, &self.0);
        let own = ctx.scope().owns(record.id);
        let seen = own || ctx.may(Action::ReadVolunteers, record.organization_id);
        if seen && !own {
            ctx.notes().opened(record.organization_id, record.id);
        }
        Ok(seen.then_some(record))
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

/// What a list of volunteers is ordered by; the id decides between equals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "store::By")]
pub enum VolunteerOrderField {
    /// The name in Latin script.
    Name,
    /// When the record was made.
    CreatedAt,
}

/// The order of a list of volunteers.
#[derive(Clone, Copy, Debug, InputObject)]
pub struct VolunteerOrder {
    /// By what.
    field: VolunteerOrderField,
    /// Which way.
    #[graphql(default_with = "OrderDirection::Ascending")]
    direction: OrderDirection,
}

impl Default for VolunteerOrder {
    fn default() -> Self {
        Self {
            field: VolunteerOrderField::Name,
            direction: OrderDirection::Ascending,
        }
    }
}

/// A page of volunteers.
///
/// # Errors
/// A cursor or size that cannot be; a fault of ours.
pub async fn volunteer_page(
    gql: &Context<'_>,
    filter: store::Filter,
    order: Option<VolunteerOrder>,
    asked: &PageArguments,
) -> Result<Connection<Volunteer>> {
    let ctx = gql.signed_in()?;
    let order = order.unwrap_or_default();
    let name = match (order.field, order.direction) {
        (VolunteerOrderField::Name, OrderDirection::Ascending) => "volunteers.name.asc",
        (VolunteerOrderField::Name, OrderDirection::Descending) => "volunteers.name.desc",
        (VolunteerOrderField::CreatedAt, OrderDirection::Ascending) => "volunteers.created.asc",
        (VolunteerOrderField::CreatedAt, OrderDirection::Descending) => "volunteers.created.desc",
    };
    let order = store::Order {
        by: order.field.into(),
        direction: order.direction.into(),
    };
    let page = asked.page::<store::Place>(name)?;
    let slice = store::list(ctx.read(), ctx.scope(), &filter, order, &page).await;
    let slice = slice.map_err(|it| fault(ctx, &it))?;
    Ok(Connection::new(
        slice,
        name,
        |it| store::Place::from(it),
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

    /// Records that the caller may see, by name unless ordered otherwise.
    #[expect(
        clippy::too_many_arguments,
        reason = "each is an argument of the field"
    )]
    async fn volunteers(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which ones; all by default.")] filter: Option<VolunteerFilter>,
        #[graphql(desc = "The order; by name by default.")] order_by: Option<VolunteerOrder>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<Volunteer>> {
        let filter = filter.unwrap_or_default();
        let organization =
            OrganizationId::optional(filter.organization_id.as_ref(), "organizationId")?;
        let filter = store::Filter {
            organization,
            search: searched(filter.search)?,
            archived: filter.archived,
        };
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        volunteer_page(gql, filter, order_by, &asked).await
    }
}

/// The record after an act, or as it is where it changed meanwhile.
///
/// # Errors
/// A fault of ours.
pub(super) async fn present(
    gql: &Context<'_>,
    id: &ID,
    done: Option<volunteer::Model>,
    errors: &[UserError],
) -> Result<Option<Volunteer>> {
    match VolunteerId::read(id) {
        Some(id) if changed_meanwhile(errors) => Ok(loaders::one(gql, id).await?.map(Volunteer)),
        _ => Ok(done.map(Volunteer)),
    }
}
