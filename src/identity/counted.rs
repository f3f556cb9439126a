//! Which rows may be counted, and which answers of counting may be seen.
//!
//! Rows that may be seen one by one are in `scope`.

use entity::hour_entry;
use entity::ids::OrganizationId;
use entity::indicator;
use entity::measurement;
use entity::organization;
use entity::project;
use entity::report_snapshot;
use entity::rollup_cell;
use entity::territory;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use sea_orm::sea_query::ExprTrait;

use crate::identity::error::Denied;
use crate::identity::permissions::Action;
use crate::identity::scope::Scope;

/// Which part of what was done in a territory an answer covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// All of it.
    Territory,
    /// Only what is of organizations that the caller belongs to, or of the one asked for.
    Organizations,
    /// What is of organizations that the caller belongs to, and all of the parts of the territory that they
    /// observe.
    Observed,
}

/// How much of a territory the actor observes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// All of it.
    Whole,
    /// A part: some of its versions, or whatever lies in what is observed where no territory is named.
    Part,
    /// Nothing of it.
    Nothing,
}

impl Scope {
    /// Which part of what was done in a territory may be counted, by how much of it the actor observes.
    ///
    /// # Errors
    /// [`Denied::NotAllowed`] where nothing may be counted: an answer would tell nothing as if it were all.
    pub fn coverage(&self, sight: Sight) -> Result<Coverage, Denied> {
        if self.is_everything() || sight == Sight::Whole {
            return Ok(Coverage::Territory);
        }
        let belongs = !self.organizations_where(Action::ReadFigures).is_empty();
        match (belongs, self.observed().is_empty()) {
            // In some of its versions it lay in what the actor observes: a part, and told as one.
            (false, false) if sight == Sight::Part => Ok(Coverage::Observed),
            (false, _) => Err(Denied::NotAllowed),
            (true, true) => Ok(Coverage::Organizations),
            (true, false) => Ok(Coverage::Observed),
        }
    }

    /// Rows of `territory` that are, or lie below, an observed one.
    #[must_use]
    pub fn observed_territories(&self) -> Condition {
        self.bounded(|any| any.add_option(self.within(territory::Column::Id)))
    }

    /// Rows of `hour_entry` that may be counted in figures: those of one's organizations, and all
    /// that were worked in an observed territory.
    #[must_use]
    pub fn figures(&self) -> Condition {
        self.bounded(|any| {
            any.add(
                hour_entry::Column::OrganizationId
                    .is_in(self.organizations_where(Action::ReadFigures)),
            )
            .add_option(self.within(hour_entry::Column::TerritoryId))
        })
    }

    /// Rows of `hour_entry` behind figures that may be listed one by one: those of organizations whose hours
    /// one reads. Observers count, and read none.
    #[must_use]
    pub fn listed_hours(&self) -> Condition {
        self.bounded(|any| {
            any.add(
                hour_entry::Column::OrganizationId
                    .is_in(self.organizations_where(Action::ReadHours)),
            )
        })
    }

    /// Whether the same lets hours of an organization through.
    #[must_use]
    pub fn lists_hours(&self, organization: OrganizationId) -> bool {
        self.is_everything() || self.allows(organization, Action::ReadHours)
    }

    /// Rows of `rollup_cell` that may be counted: those of hours that [`Self::figures`] lets through.
    #[must_use]
    pub fn cells(&self) -> Condition {
        self.bounded(|any| {
            any.add(
                rollup_cell::Column::OrganizationId
                    .is_in(self.organizations_where(Action::ReadFigures)),
            )
            .add_option(self.within(rollup_cell::Column::TerritoryId))
        })
    }

    /// Whether the same lets hours of an organization through, worked in an observed territory or not.
    #[must_use]
    pub fn counts(&self, organization: OrganizationId, observed: bool) -> bool {
        self.is_everything() || observed || self.allows(organization, Action::ReadFigures)
    }

    /// Rows of `indicator` that may be seen: the catalogue by everybody who has signed in, those of an
    /// organization by its members, and by whoever observes the country or a part of it, since
    /// measurements say nothing without them.
    #[must_use]
    pub fn indicators(&self) -> Condition {
        self.bounded(|any| {
            let any = any.add(indicator::Column::OrganizationId.is_null()).add(
                indicator::Column::OrganizationId
                    .is_in(self.organizations_where(Action::ReadOrganization)),
            );
            any.add_option(self.within(project::Column::TerritoryId).map(|within| {
                let owners = project::Entity::find()
                    .select_only()
                    .column(project::Column::OrganizationId)
                    .filter(within)
                    .into_query();
                indicator::Column::OrganizationId.in_subquery(owners)
            }))
        })
    }

    /// Rows of `measurement` that may be seen: figures, and nobody's name.
    #[must_use]
    pub fn measurements(&self) -> Condition {
        self.bounded(|any| {
            any.add(
                measurement::Column::OrganizationId
                    .is_in(self.organizations_where(Action::ReadFigures)),
            )
            .add_option(self.within(measurement::Column::TerritoryId))
        })
    }

    /// Rows of `project` whose aims may be seen: those whose measurements may be.
    #[must_use]
    pub fn measured_projects(&self) -> Condition {
        self.bounded(|any| {
            any.add(
                project::Column::OrganizationId
                    .is_in(self.organizations_where(Action::ReadFigures)),
            )
            .add_option(self.within(project::Column::TerritoryId))
        })
    }

    /// Rows of `organization` whose figures are answered for: one's own, and those seated in an
    /// observed territory.
    #[must_use]
    pub fn reporting_organizations(&self) -> Condition {
        self.bounded(|any| {
            any.add(organization::Column::Id.is_in(self.organizations_where(Action::ReadFigures)))
                .add_option(self.within(organization::Column::TerritoryId))
        })
    }

    /// Rows of `report_snapshot` that may be seen: those of organizations whose figures one reads, and
    /// those of observed territories, of all of them or of one that is answered for.
    #[must_use]
    pub fn snapshots(&self) -> Condition {
        self.bounded(|any| {
            let reporting = organization::Entity::find()
                .select_only()
                .column(organization::Column::Id)
                .filter(self.reporting_organizations())
                .into_query();
            let observed = self.within(territory::Column::Id).map(|within| {
                // An answer counts every version of the place: none may lie elsewhere.
                let elsewhere = territory::Entity::find()
                    .select_only()
                    .column(territory::Column::Code)
                    .filter(within.not())
                    .into_query();
                let whose = Condition::any()
                    .add(report_snapshot::Column::OrganizationId.is_null())
                    .add(report_snapshot::Column::OrganizationId.in_subquery(reporting));
                Condition::all()
                    .add(report_snapshot::Column::TerritoryCode.not_in_subquery(elsewhere))
                    .add(whose)
            });
            any.add(
                report_snapshot::Column::OrganizationId
                    .is_in(self.organizations_where(Action::ReadFigures)),
            )
            .add_option(observed)
        })
    }

    /// Rows of `organization` whose closed months the actor may certify: those seated in an observed
    /// territory; for the platform all.
    #[must_use]
    pub fn certifiable_organizations(&self) -> Condition {
        self.bounded(|any| any.add_option(self.within(organization::Column::TerritoryId)))
    }
}
