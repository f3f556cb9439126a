//! An indicator as clients see it, and the list of them.
//!
//! What changes them is in `indicator_acts`.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::dataloader::Loader;
use entity::ids::IndicatorId;
use entity::ids::OrganizationId;
use entity::indicator;
use sea_orm::DbErr;

use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::searched;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::error::fault;
use crate::graphql::loaders;
use crate::graphql::loaders::Reader;
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Locale;
use crate::impact::rules;
use crate::impact::store;
use crate::impact::store::IndicatorFilter as Filter;

const BY_CODE: &str = "indicators.code.asc";

/// What the values of an indicator are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::ValueType")]
pub enum IndicatorValueType {
    /// A whole number of things or people.
    Count,
    /// A number with up to six decimals.
    Decimal,
    /// An amount of money, to two decimals.
    Money,
    /// A part of a whole: numerator and denominator are both kept.
    Percentage,
    /// Yes (1) or no (0).
    YesNo,
}

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::Direction")]
pub enum IndicatorDirection {
    /// More is better.
    Increase,
    /// Less is better.
    Decrease,
}

/// Where in the chain of results an indicator stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::ResultLevel")]
pub enum ResultLevel {
    /// What is put in: money, people, hours.
    Input,
    /// What is done.
    Activity,
    /// What comes of it at once.
    Output,
    /// What it changes for people.
    Outcome,
    /// What it changes in the long run.
    Impact,
}

/// What a value says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::Reading")]
pub enum IndicatorReading {
    /// What happened in its period.
    Periodic,
    /// What has come together since the beginning, as of the end of its period.
    Cumulative,
}

/// How the values of one place become one value over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::OverTime")]
pub enum TimeAggregation {
    /// They are added.
    Sum,
    /// The latest counts.
    Last,
    /// Their mean; of percentages, parts and wholes are added.
    Average,
    /// The smallest counts.
    Min,
    /// The largest counts.
    Max,
    /// They do not become one.
    None,
}

/// How the values of several places or projects become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::OverPlace")]
pub enum PlaceAggregation {
    /// They are added.
    Sum,
    /// Their mean; of percentages, parts and wholes are added.
    Average,
    /// The smallest counts.
    Min,
    /// The largest counts.
    Max,
    /// They do not become one.
    None,
}

/// What an indicator is computed from, where nobody measures it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::Derived")]
pub enum IndicatorDerivation {
    /// Distinct people with approved hours.
    Volunteers,
    /// Approved minutes of work.
    Minutes,
    /// What the approved work is worth at replacement cost, in Moroccan dirhams: `central` of `indhReport { valueOfWork }`
    /// for the same hours, which tells its lower and upper end too. Null where some minutes have no rate.
    Value,
}

/// By what a total may be broken down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::Dimension")]
pub enum IndicatorDimension {
    /// Sex: `FEMALE`, `MALE`, `UNKNOWN`.
    Sex,
    /// Age: `UNDER_15`, `FROM_15_TO_24`, `FROM_25_TO_34`, `FROM_35_TO_54`, `FROM_55`, `UNKNOWN`.
    AgeBand,
    /// Urban or rural: `URBAN`, `RURAL`, `UNKNOWN`.
    Milieu,
    /// With or without a disability: `WITH`, `WITHOUT`, `UNKNOWN`.
    Disability,
    /// The `vocabulary` of the indicator: the codes of its terms in force on the last day of the period, and
    /// `UNKNOWN`.
    Custom,
}

/// What is measured, and how its values become one.
#[derive(Clone, Debug)]
pub struct Indicator(pub indicator::Model);

/// What is measured, and how its values become one.
#[Object]
impl Indicator {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Whose it is; null for those of the catalogue, which everybody may use.
    async fn organization(&self, gql: &Context<'_>) -> Result<Option<Organization>> {
        match self.0.organization_id {
            Some(id) => Ok(loaders::one(gql, id).await?.map(Organization)),
            None => Ok(None),
        }
    }

    /// Its short name, unique among those of its owner.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// The name in a language; the French one where there is none.
    async fn name(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The language; that of the request by default.")] locale: Option<Locale>,
    ) -> Result<&str> {
        let row = &self.0;
        let (arabic, english) = (row.name_ar.as_deref(), row.name_en.as_deref());
        Ok(gql.spoken(locale)?.choose(&row.name_fr, arabic, english))
    }

    /// The name in French.
    async fn name_fr(&self) -> &str {
        &self.0.name_fr
    }

    /// The name in Arabic.
    async fn name_ar(&self) -> Option<&str> {
        self.0.name_ar.as_deref()
    }

    /// The name in English.
    async fn name_en(&self) -> Option<&str> {
        self.0.name_en.as_deref()
    }

    /// What is counted, as people write it: `personnes`, `km`.
    async fn unit(&self) -> &str {
        &self.0.unit
    }

    /// What its values are.
    async fn value_type(&self) -> IndicatorValueType {
        self.0.value_type.into()
    }

    /// Which way is better.
    async fn direction(&self) -> IndicatorDirection {
        self.0.direction.into()
    }

    /// Where in the chain of results it stands.
    async fn level(&self) -> ResultLevel {
        self.0.level.into()
    }

    /// What a value says.
    async fn reading(&self) -> IndicatorReading {
        self.0.reading.into()
    }

    /// How values become one over time.
    async fn over_time(&self) -> TimeAggregation {
        self.0.over_time.into()
    }

    /// How values become one over places and projects.
    async fn over_place(&self) -> PlaceAggregation {
        self.0.over_place.into()
    }

    /// By what its totals may be broken down.
    async fn dimensions(&self) -> Vec<IndicatorDimension> {
        let dimensions = rules::dimensions(&self.0);
        dimensions.into_iter().map(Into::into).collect()
    }

    /// Code of the vocabulary whose terms are the dimension `CUSTOM`; null where it has none.
    async fn vocabulary(&self) -> Option<&str> {
        self.0.vocabulary.as_deref()
    }

    /// What it is computed from; null where it is measured.
    async fn derived(&self) -> Option<IndicatorDerivation> {
        self.0.derived.map(Into::into)
    }

    /// Code of the INDH programme or axis it serves.
    async fn programme_code(&self) -> Option<&str> {
        self.0.programme_code.as_deref()
    }

    /// Code of the goal of sustainable development it serves.
    async fn sdg_code(&self) -> Option<&str> {
        self.0.sdg_code.as_deref()
    }

    /// Code in the IRIS+ catalogue, as `OI1166`.
    async fn iris_code(&self) -> Option<&str> {
        self.0.iris_code.as_deref()
    }

    /// Where its definition comes from.
    async fn source(&self) -> Option<&str> {
        self.0.source.as_deref()
    }

    /// Since when nothing new is measured; null while it is in use.
    async fn archived_at(&self) -> Option<DateTime> {
        self.0.archived_at.map(DateTime)
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// Indicators by id, at most one statement a level.
impl Loader<IndicatorId> for Reader {
    type Value = indicator::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        ids: &[IndicatorId],
    ) -> std::result::Result<HashMap<IndicatorId, indicator::Model>, Arc<DbErr>> {
        let found = store::indicators(self.ctx.read(), self.ctx.scope(), ids).await?;
        Ok(found.into_iter().map(|it| (it.id, it)).collect())
    }
}

/// Which indicators to list; an absent part does not narrow.
#[derive(Debug, Default, InputObject)]
pub struct IndicatorFilter {
    /// Those of this organization, and those of the catalogue beside them.
    organization_id: Option<ID>,
    /// With this in a name of any language, or at the beginning of the code.
    search: Option<String>,
    /// Serving this INDH programme or axis.
    programme_code: Option<String>,
    /// Whether nothing new is measured.
    archived: Option<bool>,
}

/// Queries of indicators.
#[derive(Debug, Default)]
pub struct IndicatorQueries;

/// Queries of indicators.
#[Object]
impl IndicatorQueries {
    /// One indicator; null when there is none or the caller may not see it.
    async fn indicator(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Result<Option<Indicator>> {
        gql.signed_in()?;
        match IndicatorId::read(&id) {
            Some(id) => Ok(loaders::one(gql, id).await?.map(Indicator)),
            None => Ok(None),
        }
    }

    /// Indicators of the catalogue and of the organizations that the caller may see, by code.
    async fn indicators(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which ones; all by default.")] filter: Option<IndicatorFilter>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<Indicator>> {
        let ctx = gql.signed_in()?;
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        let page = asked.page::<(String, IndicatorId)>(BY_CODE)?;
        let filter = filter.unwrap_or_default();
        let filter = Filter {
            organization: OrganizationId::optional(
                filter.organization_id.as_ref(),
                "organizationId",
            )?,
            search: searched(filter.search)?,
            programme_code: filter.programme_code,
            archived: filter.archived,
        };
        let slice = store::list_indicators(ctx.read(), ctx.scope(), &filter, &page).await;
        Ok(Connection::new(
            slice.map_err(|it| fault(ctx, &it))?,
            BY_CODE,
            |it| (it.code.clone(), it.id),
            Indicator,
            total(ctx, move |ctx| {
                let filter = filter.clone();
                async move { store::count_indicators(ctx.read(), ctx.scope(), &filter).await }
            }),
        ))
    }
}
