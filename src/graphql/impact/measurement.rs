//! A measured value as clients see it, and the list of them.
//!
//! Writing and deciding is in `measurement_acts`.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use async_graphql::dataloader::Loader;
use entity::ids::IndicatorId;
use entity::ids::MeasurementId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::measurement;
use sea_orm::DbErr;

use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::error::fault;
use crate::graphql::identity::User;
use crate::graphql::impact::evidence;
use crate::graphql::impact::evidence::EvidenceFile;
use crate::graphql::impact::figure::IndicatorValue;
use crate::graphql::impact::indicator::Indicator;
use crate::graphql::impact::indicator::IndicatorDimension;
use crate::graphql::loaders;
use crate::graphql::loaders::Reader;
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::projects::Project;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Decimal;
use crate::graphql::territories::Territory;
use crate::impact::flagged;
use crate::impact::measured;
use crate::impact::measured::MeasurementFilter as Filter;
use crate::impact::rules;
use crate::impact::rules::Flag;
use crate::impact::value::decimal;

const NEWEST: &str = "measurements.id.desc";

/// How far a measurement has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::MeasurementStatus")]
pub enum MeasurementStatus {
    /// It waits for a decision.
    Submitted,
    /// It counts.
    Approved,
    /// It was given back to be corrected.
    Returned,
}

/// What is worth a second look before a figure is approved. It accuses nobody and refuses nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Flag")]
pub enum MeasurementFlag {
    /// Three times the latest approved value of before, or more.
    Leap,
    /// Nothing, where the latest approved value of before is something.
    FellToZero,
    /// The total of what adds up since the beginning is less than it was.
    CumulativeFell,
    /// A breakdown knows nothing of the total.
    NothingKnown,
}

impl MeasurementFlag {
    /// Flags as clients see them.
    pub fn all(flags: &[Flag]) -> Vec<Self> {
        flags.iter().copied().map(Into::into).collect()
    }
}

/// What was measured: one figure for an indicator, a project, a place and a period.
#[derive(Clone, Debug)]
pub struct Measurement(pub measurement::Model);

/// What was measured: one figure for an indicator, a project, a place and a period. It holds no names of
/// the people counted.
#[Object]
impl Measurement {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// The indicator.
    async fn indicator(&self, gql: &Context<'_>) -> Result<Option<Indicator>> {
        Ok(loaders::one(gql, self.0.indicator_id).await?.map(Indicator))
    }

    /// The project; null where the caller does not see it.
    async fn project(&self, gql: &Context<'_>) -> Result<Option<Project>> {
        Ok(loaders::one(gql, self.0.project_id).await?.map(Project))
    }

    /// The organization of the project; null where the caller does not see it.
    async fn organization(&self, gql: &Context<'_>) -> Result<Option<Organization>> {
        let found = loaders::one(gql, self.0.organization_id).await?;
        Ok(found.map(Organization))
    }

    /// The place.
    async fn territory(&self, gql: &Context<'_>) -> Result<Option<Territory>> {
        Ok(loaders::one(gql, self.0.territory_id).await?.map(Territory))
    }

    /// First day of the period.
    async fn from(&self) -> Date {
        Date(self.0.from_day)
    }

    /// Last day of the period, inclusive.
    async fn to(&self) -> Date {
        Date(self.0.to_day)
    }

    /// The value.
    async fn value(&self) -> IndicatorValue {
        IndicatorValue::of(self.0.value, self.0.denominator)
    }

    /// Its breakdowns. Each dimension adds up to the value; what is not known is named `UNKNOWN`.
    async fn parts(&self) -> Vec<MeasurementPart> {
        let shown = rules::told(&self.0).into_iter().map(|it| MeasurementPart {
            dimension: it.dimension.into(),
            category: it.category,
            value: Decimal(decimal(i128::from(it.value))),
            denominator: it.whole.map(|it| Decimal(decimal(i128::from(it)))),
        });
        shown.collect()
    }

    /// Files that show it, the first one first; at most 20.
    async fn evidence(&self, gql: &Context<'_>) -> Result<Vec<EvidenceFile>> {
        evidence::files(gql, self.0.id).await
    }

    /// What is worth a second look before it is approved, beside the latest approved figure of before of the
    /// same indicator, project and place. Nothing is refused for it.
    async fn flags(&self, gql: &Context<'_>) -> Result<Vec<MeasurementFlag>> {
        let found = loaders::one(gql, FlagsOf(self.0.id)).await?;
        Ok(MeasurementFlag::all(found.as_deref().unwrap_or_default()))
    }

    /// What was said of it.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// How far it has come.
    async fn status(&self) -> MeasurementStatus {
        self.0.status.into()
    }

    /// Who wrote its present value; null where the caller does not see them.
    async fn recorded_by(&self, gql: &Context<'_>) -> Result<Option<User>> {
        Ok(loaders::one(gql, self.0.recorded_by).await?.map(User))
    }

    /// Who decided last; null while nobody has, and where the caller does not see them.
    async fn decided_by(&self, gql: &Context<'_>) -> Result<Option<User>> {
        match self.0.decided_by {
            Some(id) => Ok(loaders::one(gql, id).await?.map(User)),
            None => Ok(None),
        }
    }

    /// When that was; null while nobody has.
    async fn decided_at(&self) -> Option<DateTime> {
        self.0.decided_at.map(DateTime)
    }

    /// Why it was given back; null while it is not.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// When it was first written.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// One part of a measured total.
#[derive(Clone, Debug, SimpleObject)]
pub struct MeasurementPart {
    /// By what the total is broken down.
    dimension: IndicatorDimension,
    /// Which part: a word of the dimension; of `CUSTOM`, the code of a term.
    category: String,
    /// The value; of a percentage, the part.
    value: Decimal,
    /// The whole of a percentage; null for others.
    denominator: Option<Decimal>,
}

/// Measurements by id, at most one statement a level.
impl Loader<MeasurementId> for Reader {
    type Value = measurement::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        ids: &[MeasurementId],
    ) -> std::result::Result<HashMap<MeasurementId, measurement::Model>, Arc<DbErr>> {
        let found = measured::measurements(self.ctx.read(), self.ctx.scope(), ids).await?;
        Ok(found.into_iter().map(|it| (it.id, it)).collect())
    }
}

/// Asks for what is worth a second look of a measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FlagsOf(pub MeasurementId);

/// What is worth a second look of measurements, three statements a level.
impl Loader<FlagsOf> for Reader {
    type Value = Arc<[Flag]>;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        asked: &[FlagsOf],
    ) -> std::result::Result<HashMap<FlagsOf, Arc<[Flag]>>, Arc<DbErr>> {
        let ids: Vec<MeasurementId> = asked.iter().map(|it| it.0).collect();
        let found = flagged::flags(&self.ctx, &ids).await?;
        Ok(found
            .into_iter()
            .map(|(id, flags)| (FlagsOf(id), flags.into()))
            .collect())
    }
}

/// Which measurements to list; an absent part does not narrow.
#[derive(Debug, Default, InputObject)]
pub struct MeasurementFilter {
    /// Of this organization.
    organization_id: Option<ID>,
    /// Of this project.
    project_id: Option<ID>,
    /// Of this indicator.
    indicator_id: Option<ID>,
    /// In these states.
    status: Option<Vec<MeasurementStatus>>,
    /// With a period that begins on this day or later.
    from: Option<Date>,
    /// With a period that ends on this day or earlier.
    to: Option<Date>,
}

/// Queries of measurements.
#[derive(Debug, Default)]
pub struct MeasurementQueries;

/// Queries of measurements.
#[Object]
impl MeasurementQueries {
    /// Measurements that the caller may see, newest first: those of organizations whose figures they may
    /// read, and all of a territory that they observe.
    async fn measurements(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which ones; all by default.")] filter: Option<MeasurementFilter>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<Measurement>> {
        let ctx = gql.signed_in()?;
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        let page = asked.page::<MeasurementId>(NEWEST)?;
        let filter = filter.unwrap_or_default();
        let status = filter.status;
        let filter = Filter {
            organization: OrganizationId::optional(
                filter.organization_id.as_ref(),
                "organizationId",
            )?,
            project: ProjectId::optional(filter.project_id.as_ref(), "projectId")?,
            indicator: IndicatorId::optional(filter.indicator_id.as_ref(), "indicatorId")?,
            status: status.map(|it| it.into_iter().map(Into::into).collect()),
            within: None,
            from: filter.from.map(|it| it.0),
            to: filter.to.map(|it| it.0),
        };
        let slice = measured::list_measurements(ctx.read(), ctx.scope(), &filter, &page).await;
        Ok(Connection::new(
            slice.map_err(|it| fault(ctx, &it))?,
            NEWEST,
            |it| it.id,
            Measurement,
            total(ctx, move |ctx| {
                let filter = filter.clone();
                async move { measured::count_measurements(ctx.read(), ctx.scope(), &filter).await }
            }),
        ))
    }
}
