//! Lists of entries, filtered, ordered, paged by key.
//!
//! One function for the list of all, of an organization, of a project and of a volunteer.

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use chrono::NaiveDate;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::VolunteerId;
use uuid::Uuid;

use crate::graphql::connection::Connection;
use crate::graphql::connection::OrderDirection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::error::fault;
use crate::graphql::hours::entry::HourEntry;
use crate::graphql::hours::entry::HourEntryKind;
use crate::graphql::hours::entry::HourEntryStatus;
use crate::graphql::node::NodeId;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::hours::list;
use crate::hours::list::Along;
use crate::hours::list::Filter;
use crate::hours::list::Order;

/// A span of civil days, both ends inclusive.
#[derive(Clone, Copy, Debug, InputObject)]
pub struct DateRangeInput {
    /// First day; without it, all earlier ones.
    from: Option<Date>,
    /// Last day; without it, all later ones.
    to: Option<Date>,
}

impl DateRangeInput {
    /// First and last day, where given.
    #[must_use]
    pub fn ends(self) -> (Option<NaiveDate>, Option<NaiveDate>) {
        (self.from.map(|it| it.0), self.to.map(|it| it.0))
    }
}

/// A span of time, without its end.
#[derive(Clone, Copy, Debug, InputObject)]
pub struct InstantRangeInput {
    /// First instant; without it, all earlier ones.
    from: Option<DateTime>,
    /// The end, which does not belong to it; without it, all later ones.
    to: Option<DateTime>,
}

/// Which entries; what is left out does not narrow.
#[derive(Clone, Debug, Default, InputObject)]
pub struct HourEntryFilter {
    /// Of this organization.
    organization_id: Option<ID>,
    /// On this project.
    project_id: Option<ID>,
    /// Of this volunteer.
    volunteer_id: Option<ID>,
    /// In one of these states.
    status: Option<Vec<HourEntryStatus>>,
    /// Of one of these kinds.
    kind: Option<Vec<HourEntryKind>>,
    /// Begun on one of these civil days.
    worked_on: Option<DateRangeInput>,
    /// Worked in the territory of this code or below it.
    territory_code: Option<String>,
    /// Written within this span, whenever the work was: what came in late is found by it.
    recorded_at: Option<InstantRangeInput>,
}

impl HourEntryFilter {
    /// Which entries, of all that may be seen.
    #[must_use]
    pub fn of_all(self) -> Filter {
        self.within(Filter::default())
    }

    /// Narrows `within` further; where both name something, both must hold.
    fn within(self, within: Filter) -> Filter {
        let days = self.worked_on;
        Filter {
            organization: both(
                within.organization,
                self.organization_id.as_ref().map(id::<OrganizationId>),
                OrganizationId(Uuid::nil()),
            ),
            project: both(
                within.project,
                self.project_id.as_ref().map(id::<ProjectId>),
                ProjectId(Uuid::nil()),
            ),
            volunteer: both(
                within.volunteer,
                self.volunteer_id.as_ref().map(id::<VolunteerId>),
                VolunteerId(Uuid::nil()),
            ),
            status: self
                .status
                .map(|it| it.into_iter().map(Into::into).collect()),
            kind: self.kind.map(|it| it.into_iter().map(Into::into).collect()),
            worked_from: days.and_then(|it| it.from).map(|it| it.0),
            worked_to: days.and_then(|it| it.to).map(|it| it.0),
            territory_code: self.territory_code,
            recorded_from: self.recorded_at.and_then(|it| it.from).map(|it| it.0),
            recorded_to: self.recorded_at.and_then(|it| it.to).map(|it| it.0),
        }
    }
}

/// An id that cannot be read names nothing, like one of something that does not exist.
pub(super) fn id<T: NodeId>(id: &ID) -> T {
    T::read(id).unwrap_or_else(|| T::of(Uuid::nil()))
}

/// What two conditions agree on: `nothing` where they differ.
fn both<T: PartialEq>(one: Option<T>, other: Option<T>, nothing: T) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) if one != other => Some(nothing),
        (one, other) => one.or(other),
    }
}

/// What a list of entries is ordered by; the id decides between equals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "list::OrderField")]
pub enum HourEntryOrderField {
    /// Civil day on which the work began.
    WorkedOn,
    /// When the entry was written.
    CreatedAt,
}

/// The order of a list of entries.
#[derive(Clone, Copy, Debug, InputObject)]
pub struct HourEntryOrder {
    /// By what.
    field: HourEntryOrderField,
    /// Which way.
    direction: OrderDirection,
}

impl HourEntryOrder {
    /// The same for the area.
    #[must_use]
    pub fn order(self) -> Order {
        Order {
            field: self.field.into(),
            direction: self.direction.into(),
        }
    }
}

impl Default for HourEntryOrder {
    fn default() -> Self {
        Self {
            field: HourEntryOrderField::WorkedOn,
            direction: OrderDirection::Descending,
        }
    }
}

/// The page of entries that a field of `gql` asks for, within some condition that its parent sets.
///
/// Volunteers and projects that the selection names are read by the same statement.
///
/// # Errors
/// `UNAUTHENTICATED`, `BAD_USER_INPUT` for page arguments that cannot be, a fault.
pub async fn entries(
    gql: &Context<'_>,
    within: Filter,
    filter: Option<HourEntryFilter>,
    order: Option<HourEntryOrder>,
    page: PageArguments,
) -> Result<Connection<HourEntry>> {
    let ctx = gql.signed_in()?;
    let order = order.unwrap_or_default().order();
    let filter = filter.unwrap_or_default().within(within);
    let page = page.page(order.name())?;
    let selected = |name: &str| {
        let ahead = gql.look_ahead();
        let nodes = ahead.field("nodes").field(name).exists();
        nodes || ahead.field("edges").field("node").field(name).exists()
    };
    let along = Along {
        volunteer: selected("volunteer"),
        project: selected("project"),
    };
    let slice = list::page(ctx.read(), ctx.scope(), &filter, order, &page, along)
        .await
        .map_err(|it| fault(ctx, &it))?;
    Ok(Connection::new(
        slice,
        order.name(),
        |it| order.key(&it.row),
        HourEntry,
        total(ctx, move |ctx| {
            let filter = filter.clone();
            async move { list::count(ctx.read(), ctx.scope(), &filter).await }
        }),
    ))
}

/// Queries about many entries.
#[derive(Default)]
pub struct EntryListQueries;

#[Object]
impl EntryListQueries {
    /// Hour entries that the caller may see, newest work day first unless ordered otherwise.
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
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        entries(gql, Filter::default(), filter, order_by, page).await
    }
}
