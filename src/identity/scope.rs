//! The row filter: which rows an actor may see, for lists, reports, exports and counts alike.
//!
//! Statements of every area take it; nobody writes a filter of their own.

mod lists;
mod rights;

use entity::activity;
use entity::attendance;
use entity::hour_entry;
use entity::ids::OrganizationId;
use entity::ids::TerritoryId;
use entity::ids::VolunteerId;
use entity::membership;
use entity::organization;
use entity::project;
use entity::shift;
use entity::signup;
use entity::territory_ancestor;
use entity::timer;
use entity::types::Role;
use entity::volunteer;
use entity::volunteer_merge;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use sea_orm::sea_query::Expr;

use crate::identity::permissions::Action;
use crate::identity::permissions::allows;
use crate::identity::rights::Rights;

/// What an actor may see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Everything: the operator and administrators of the platform.
    everything: Everything,
    /// Roles in organizations.
    roles: Vec<(OrganizationId, Role)>,
    /// The actor's own records as a volunteer.
    own: Vec<VolunteerId>,
    /// Records of which the certificates are the actor's: their own, and those in organizations that they left.
    certified: Vec<VolunteerId>,
    /// Territories whose figures the actor observes, in all their versions, with all below them.
    observed: Vec<TerritoryId>,
    /// Whether a role is not there as long as the actor has no second factor.
    withheld: bool,
    /// What of it is left to a program with a token; all of it to people.
    rights: Option<Rights>,
    /// Whether rows are filtered.
    filter: Filter,
}

/// Whether a scope filters rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Filter {
    #[default]
    On,
    /// As if every statement had forgotten it: for tests of what stands behind it.
    Removed,
}

/// Whether a scope has no bounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Everything {
    #[default]
    No,
    Yes,
}

impl Scope {
    /// The scope without bounds.
    #[must_use]
    pub fn everything() -> Self {
        Self {
            everything: Everything::Yes,
            ..Self::default()
        }
    }

    /// The scope of somebody with these roles, records and observed territories.
    #[must_use]
    pub fn of(
        roles: Vec<(OrganizationId, Role)>,
        own: Vec<VolunteerId>,
        observed: Vec<TerritoryId>,
    ) -> Self {
        Self {
            everything: Everything::No,
            roles,
            certified: own.clone(),
            own,
            observed,
            withheld: false,
            rights: None,
            filter: Filter::On,
        }
    }

    /// The same scope of somebody who has a role that is not there without a second factor.
    #[must_use]
    pub fn withholding(self) -> Self {
        Self {
            withheld: true,
            ..self
        }
    }

    /// What of it is left to a program with a token.
    #[must_use]
    pub fn within_rights(self, rights: Rights) -> Self {
        Self {
            rights: Some(rights),
            ..self
        }
    }

    /// Whether a role is not there as long as the actor has no second factor.
    #[must_use]
    pub fn is_withheld(&self) -> bool {
        self.withheld
    }

    /// The rights of the token by which the actor acts; `None` for people.
    #[must_use]
    pub fn rights(&self) -> Option<&Rights> {
        self.rights.as_ref()
    }

    /// Whether an action is allowed in an organization.
    #[must_use]
    pub fn allows(&self, organization: OrganizationId, action: Action) -> bool {
        self.grants(action) && self.role(organization).is_some_and(|it| allows(it, action))
    }

    fn grants(&self, action: Action) -> bool {
        self.rights.as_ref().is_none_or(|it| it.grant(action))
    }

    /// Whether people may be told of at all: a token needs the scope for it.
    #[must_use]
    pub fn reads_people(&self) -> bool {
        self.grants(Action::ReadVolunteers)
    }

    /// The actor's own records, where the token by which they act, if any, lets them do this.
    fn own_where(&self, action: Action) -> impl Iterator<Item = VolunteerId> {
        let granted = self.grants(action);
        self.own.iter().copied().filter(move |_| granted)
    }

    /// The same scope without its row filter: what may be done stays decided. For tests alone.
    #[must_use]
    pub(super) fn without_filter(mut self) -> Self {
        self.filter = Filter::Removed;
        self
    }

    /// Whether no row is kept from the actor here. Whoever filters beside a scope asks this, and whoever decides
    /// [`Self::is_everything`].
    #[must_use]
    pub fn lets_all_through(&self) -> bool {
        self.is_everything() || self.filter == Filter::Removed
    }

    /// The same scope with the certificates of these records, whatever became of the membership. Nothing else of them
    /// is seen.
    #[must_use]
    pub fn with_certificates_of(mut self, records: Vec<VolunteerId>) -> Self {
        self.certified.extend(records);
        self
    }

    /// Whether it has no bounds.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.everything == Everything::Yes
    }

    /// The role in an organization.
    #[must_use]
    pub fn role(&self, organization: OrganizationId) -> Option<Role> {
        self.roles
            .iter()
            .find(|(id, _)| *id == organization)
            .map(|(_, role)| *role)
    }

    /// Whether a record is the actor's own.
    #[must_use]
    pub fn owns(&self, volunteer: VolunteerId) -> bool {
        self.own.contains(&volunteer)
    }

    /// The actor's own records as a volunteer.
    #[must_use]
    pub fn own_records(&self) -> &[VolunteerId] {
        &self.own
    }

    /// Whether the certificates of a record are the actor's, who may have left the organization.
    #[must_use]
    pub fn holds_certificates_of(&self, volunteer: VolunteerId) -> bool {
        self.certified.contains(&volunteer)
    }

    /// Territories whose figures the actor observes, in all their versions.
    #[must_use]
    pub fn observed(&self) -> &[TerritoryId] {
        &self.observed
    }

    fn certified_where(&self) -> impl Iterator<Item = VolunteerId> {
        let granted = self.grants(Action::ReadVolunteers);
        self.certified.iter().copied().filter(move |_| granted)
    }

    /// Organizations in which an action is allowed.
    #[must_use]
    pub fn organizations_where(&self, action: Action) -> Vec<OrganizationId> {
        self.roles
            .iter()
            .filter(|(_, role)| self.grants(action) && allows(*role, action))
            .map(|(id, _)| *id)
            .collect()
    }

    /// Rows of `organization` that may be seen: one's own, and those seated in an observed
    /// territory.
    #[must_use]
    pub fn organizations(&self) -> Condition {
        self.bounded(|any| {
            any.add(
                organization::Column::Id.is_in(self.organizations_where(Action::ReadOrganization)),
            )
            .add_option(self.within(organization::Column::TerritoryId))
        })
    }

    /// Rows of `membership` that may be seen. One's own come on top: a scope does not know whose it
    /// is.
    #[must_use]
    pub fn members(&self) -> Condition {
        match self.lets_all_through() {
            // Also of an `any`, so that one's own can be added.
            true => Condition::any().add(Expr::value(true)),
            false => Condition::any().add(Expr::value(false)).add(
                membership::Column::OrganizationId
                    .is_in(self.organizations_where(Action::ReadMembers)),
            ),
        }
    }

    /// Rows of `project` that may be seen.
    #[must_use]
    pub fn projects(&self) -> Condition {
        self.bounded(|any| {
            any.add(
                project::Column::OrganizationId
                    .is_in(self.organizations_where(Action::ReadOrganization)),
            )
            .add_option(self.within(project::Column::TerritoryId))
        })
    }

    /// Rows of `volunteer` that may be seen: personal data, so never an observer's, nor of a token without the scope.
    #[must_use]
    pub fn volunteers(&self) -> Condition {
        self.bounded(|any| {
            any.add(
                volunteer::Column::OrganizationId
                    .is_in(self.organizations_where(Action::ReadVolunteers)),
            )
            .add(volunteer::Column::Id.is_in(self.own_where(Action::ReadVolunteers)))
        })
    }

    /// The scope by which an act finds what it names: a token that may write hours need not read whose they are, and is
    /// told nothing of them.
    #[must_use]
    pub fn naming(&self) -> Self {
        Self {
            rights: None,
            ..self.clone()
        }
    }

    /// Rows of `volunteer_merge` that may be seen: by those who see all records of the organization.
    #[must_use]
    pub fn merges(&self) -> Condition {
        self.bounded(|any| {
            any.add(
                volunteer_merge::Column::OrganizationId
                    .is_in(self.organizations_where(Action::ReadVolunteers)),
            )
        })
    }

    /// Rows of `activity` that may be seen: those of the projects that may be seen.
    #[must_use]
    pub fn activities(&self) -> Condition {
        self.bounded(|any| {
            any.add(
                activity::Column::OrganizationId
                    .is_in(self.organizations_where(Action::ReadOrganization)),
            )
            .add_option(
                self.of_observed_projects()
                    .map(|it| activity::Column::ProjectId.in_subquery(it)),
            )
        })
    }

    /// Rows of `shift` that may be seen: those of the activities that may be seen.
    #[must_use]
    pub fn shifts(&self) -> Condition {
        self.bounded(|any| {
            any.add(
                shift::Column::OrganizationId
                    .is_in(self.organizations_where(Action::ReadOrganization)),
            )
            .add_option(self.of_observed_projects().map(|projects| {
                let activities = activity::Entity::find()
                    .select_only()
                    .column(activity::Column::Id)
                    .filter(activity::Column::ProjectId.in_subquery(projects))
                    .into_query();
                shift::Column::ActivityId.in_subquery(activities)
            }))
        })
    }

    /// Rows of `signup` that may be seen: personal data, so never an observer's.
    #[must_use]
    pub fn signups(&self) -> Condition {
        self.bounded(|any| {
            any.add(
                signup::Column::OrganizationId
                    .is_in(self.organizations_where(Action::ReadVolunteers)),
            )
            .add(signup::Column::VolunteerId.is_in(self.own_where(Action::ReadVolunteers)))
        })
    }

    /// Rows of `attendance` that may be seen: personal data, so never an observer's.
    #[must_use]
    pub fn attendances(&self) -> Condition {
        self.bounded(|any| {
            any.add(
                attendance::Column::OrganizationId
                    .is_in(self.organizations_where(Action::ReadVolunteers)),
            )
            .add(attendance::Column::VolunteerId.is_in(self.own_where(Action::ReadVolunteers)))
        })
    }

    /// Rows of `hour_entry` that may be seen one by one: personal data, so never an observer's.
    #[must_use]
    pub fn hours(&self) -> Condition {
        self.bounded(|any| {
            any.add(
                hour_entry::Column::OrganizationId
                    .is_in(self.organizations_where(Action::ReadHours)),
            )
            .add(hour_entry::Column::VolunteerId.is_in(self.own_where(Action::ReadHours)))
        })
    }

    /// The same rows of one organization, in words that an index answers: where all of them may be seen, whose they are
    /// is not looked at.
    #[must_use]
    pub fn hours_of(&self, organization: OrganizationId) -> Condition {
        let of = Condition::all().add(hour_entry::Column::OrganizationId.eq(organization));
        let all = self.lets_all_through()
            || (self.organizations_where(Action::ReadHours)).contains(&organization);
        if all { of } else { of.add(self.hours()) }
    }

    /// Rows of `timer` that may be seen: as the hours that they become.
    #[must_use]
    pub fn timers(&self) -> Condition {
        self.bounded(|any| {
            any.add(
                timer::Column::OrganizationId.is_in(self.organizations_where(Action::ReadHours)),
            )
            .add(timer::Column::VolunteerId.is_in(self.own_where(Action::ReadHours)))
        })
    }

    pub(super) fn bounded(&self, bounds: impl FnOnce(Condition) -> Condition) -> Condition {
        match self.lets_all_through() {
            true => Condition::all(),
            // An empty `any` would let everything through: the constant keeps it shut.
            false => bounds(Condition::any().add(Expr::value(false))),
        }
    }

    pub(super) fn of_observed_projects(&self) -> Option<sea_orm::sea_query::SelectStatement> {
        let within = self.within(project::Column::TerritoryId)?;
        let projects = project::Entity::find()
            .select_only()
            .column(project::Column::Id)
            .filter(within)
            .into_query();
        Some(projects)
    }

    pub(super) fn within(
        &self,
        column: impl ColumnTrait,
    ) -> Option<sea_orm::sea_query::SimpleExpr> {
        if self.observed.is_empty() {
            return None;
        }
        let below = territory_ancestor::Entity::find()
            .select_only()
            .column(territory_ancestor::Column::TerritoryId)
            .filter(territory_ancestor::Column::AncestorId.is_in(self.observed.iter().copied()))
            .into_query();
        Some(column.in_subquery(below))
    }
}
