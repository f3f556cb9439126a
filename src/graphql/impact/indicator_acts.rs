//! Acts on indicators: create, change.
//!
//! What they should reach is in `goals`; rules in `impact`.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::MaybeUndefined;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::IndicatorId;
use entity::ids::OrganizationId;

use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::error::changed_meanwhile;
use crate::graphql::impact::indicator::Indicator;
use crate::graphql::impact::indicator::IndicatorDimension;
use crate::graphql::impact::indicator::IndicatorDirection;
use crate::graphql::impact::indicator::IndicatorReading;
use crate::graphql::impact::indicator::IndicatorValueType;
use crate::graphql::impact::indicator::PlaceAggregation;
use crate::graphql::impact::indicator::ResultLevel;
use crate::graphql::impact::indicator::TimeAggregation;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::patch::clearable;
use crate::graphql::patch::lasting;
use crate::impact::indicator as indicators;
use crate::impact::indicator::IndicatorChanges;
use crate::impact::indicator::Links;
use crate::impact::indicator::NewIndicator;

/// A new indicator.
#[derive(InputObject)]
struct CreateIndicatorInput {
    /// Whose it is.
    organization_id: ID,
    /// Its short name, unique in the organization: letters, digits, `-`, `_`, `.`; at most 40. None of the
    /// catalogue's, and none that begins with `INDH-`, which are kept for it.
    code: String,
    /// Name in French; at most 300 characters.
    name_fr: String,
    /// Name in Arabic; at most 300 characters.
    name_ar: Option<String>,
    /// Name in English; at most 300 characters.
    name_en: Option<String>,
    /// What is counted, as people write it; at most 40 characters.
    unit: String,
    /// What its values are.
    value_type: IndicatorValueType,
    /// Which way is better; `INCREASE` by default.
    direction: Option<IndicatorDirection>,
    /// Where in the chain of results it stands.
    level: ResultLevel,
    /// What a value says; `PERIODIC` by default.
    reading: Option<IndicatorReading>,
    /// How values become one over time. Percentages and yes or no are not added.
    over_time: TimeAggregation,
    /// How values become one over places and projects. Percentages and yes or no are not added.
    over_place: PlaceAggregation,
    /// By what its totals may be broken down; none by default.
    dimensions: Option<Vec<IndicatorDimension>>,
    /// Code of a vocabulary, of the platform or the organization's own, whose terms are one dimension more:
    /// `CUSTOM`, which needs not be named beside.
    vocabulary: Option<String>,
    /// Code of the INDH programme or axis it serves.
    programme_code: Option<String>,
    /// Code of the goal of sustainable development it serves.
    sdg_code: Option<String>,
    /// Code in the IRIS+ catalogue: two capital letters and four digits, as in `OI1166`.
    iris_code: Option<String>,
    /// Where its definition comes from; at most 500 characters.
    source: Option<String>,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

/// Changes of an indicator: what is absent stays, what is null is cleared. What it measures stays as it
/// was created.
#[derive(InputObject)]
struct UpdateIndicatorInput {
    /// The indicator.
    id: ID,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present
    /// one.
    expected_version: Option<i32>,
    /// Name in French; at most 300 characters.
    name_fr: Option<String>,
    /// Name in Arabic; at most 300 characters.
    name_ar: MaybeUndefined<String>,
    /// Name in English; at most 300 characters.
    name_en: MaybeUndefined<String>,
    /// What is counted, as people write it; at most 40 characters.
    unit: Option<String>,
    /// Code of the INDH programme or axis it serves.
    programme_code: MaybeUndefined<String>,
    /// Code of the goal of sustainable development it serves.
    sdg_code: MaybeUndefined<String>,
    /// Code in the IRIS+ catalogue: two capital letters and four digits, as in `OI1166`.
    iris_code: MaybeUndefined<String>,
    /// Where its definition comes from; at most 500 characters.
    source: MaybeUndefined<String>,
    /// Whether nothing new is measured.
    archived: Option<bool>,
}

/// The new indicator.
#[derive(SimpleObject)]
struct CreateIndicatorPayload {
    /// The indicator; null when refused.
    indicator: Option<Indicator>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The indicator after the changes.
#[derive(SimpleObject)]
struct UpdateIndicatorPayload {
    /// The indicator; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    indicator: Option<Indicator>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on indicators.
#[derive(Debug, Default)]
pub struct IndicatorMutations;

/// Acts on indicators.
#[Object]
impl IndicatorMutations {
    /// Creates an indicator of an organization. Needs an administrator of it.
    async fn create_indicator(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The new indicator.")] input: CreateIndicatorInput,
    ) -> Result<CreateIndicatorPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let organization = OrganizationId::input(&input.organization_id, "organizationId")?;
            let dimensions = input.dimensions.unwrap_or_default();
            let new = NewIndicator {
                code: input.code,
                name_fr: input.name_fr,
                name_ar: input.name_ar,
                name_en: input.name_en,
                unit: input.unit,
                value_type: input.value_type.into(),
                direction: input
                    .direction
                    .unwrap_or(IndicatorDirection::Increase)
                    .into(),
                level: input.level.into(),
                reading: input.reading.unwrap_or(IndicatorReading::Periodic).into(),
                over_time: input.over_time.into(),
                over_place: input.over_place.into(),
                dimensions: dimensions.into_iter().map(Into::into).collect(),
                vocabulary: input.vocabulary,
                links: Links {
                    programme_code: input.programme_code,
                    sdg_code: input.sdg_code,
                    iris_code: input.iris_code,
                    source: input.source,
                },
            };
            indicators::create(ctx, organization, new, input.idempotency_key.as_deref()).await
        };
        let (indicator, user_errors) = answered(ctx, outcome.await)?;
        Ok(CreateIndicatorPayload {
            indicator: indicator.map(Indicator),
            user_errors,
        })
    }

    /// Changes an indicator of an organization. Needs an administrator of it.
    async fn update_indicator(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The changes.")] input: UpdateIndicatorInput,
    ) -> Result<UpdateIndicatorPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let id = IndicatorId::input(&input.id, "id")?;
            let changes = IndicatorChanges {
                name_fr: lasting(input.name_fr, |it| it),
                name_ar: clearable(input.name_ar, |it| it),
                name_en: clearable(input.name_en, |it| it),
                unit: lasting(input.unit, |it| it),
                programme_code: clearable(input.programme_code, |it| it),
                sdg_code: clearable(input.sdg_code, |it| it),
                iris_code: clearable(input.iris_code, |it| it),
                source: clearable(input.source, |it| it),
                archived: lasting(input.archived, |it| it),
            };
            indicators::update(ctx, id, input.expected_version, changes).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        let shown = match IndicatorId::read(&input.id) {
            Some(id) if changed_meanwhile(&user_errors) => loaders::one(gql, id).await?,
            _ => done,
        };
        Ok(UpdateIndicatorPayload {
            indicator: shown.map(Indicator),
            user_errors,
        })
    }
}
