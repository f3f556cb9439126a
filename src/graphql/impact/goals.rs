//! What an indicator should come to in a project: its baseline and its targets.
//!
//! Rules are in `impact::goals`.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::IndicatorId;
use entity::ids::ProjectId;
use entity::indicator_baseline;
use entity::indicator_target;

use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::impact::figure::IndicatorValue;
use crate::graphql::impact::figure::IndicatorValueInput;
use crate::graphql::node::NodeId;
use crate::graphql::scalars::Date;
use crate::impact::goals;
use crate::impact::goals::NewTarget;

/// Where an indicator stood before a project.
#[derive(SimpleObject)]
pub struct IndicatorBaseline {
    /// The day of the value.
    measured_on: Date,
    /// The value.
    value: IndicatorValue,
    /// Counts the changes; for `expectedVersion`.
    version: i32,
}

impl From<indicator_baseline::Model> for IndicatorBaseline {
    fn from(it: indicator_baseline::Model) -> Self {
        Self {
            measured_on: Date(it.measured_on),
            value: IndicatorValue::of(it.value, it.denominator),
            version: it.version,
        }
    }
}

/// What an indicator should reach in a period.
#[derive(SimpleObject)]
pub struct IndicatorTarget {
    /// First day of the period.
    from: Date,
    /// Last day of the period, inclusive.
    to: Date,
    /// The value.
    value: IndicatorValue,
}

impl From<indicator_target::Model> for IndicatorTarget {
    fn from(it: indicator_target::Model) -> Self {
        Self {
            from: Date(it.from_day),
            to: Date(it.to_day),
            value: IndicatorValue::of(it.value, it.denominator),
        }
    }
}

/// Where an indicator stood before a project.
#[derive(InputObject)]
struct SetBaselineInput {
    /// The indicator.
    indicator_id: ID,
    /// The project.
    project_id: ID,
    /// The day of the value; not in the future.
    measured_on: Date,
    /// The value.
    value: IndicatorValueInput,
    /// The version that the caller saw, 0 for none; refused with `VERSION_CONFLICT` where it is not the
    /// present one.
    expected_version: Option<i32>,
}

/// What an indicator should reach in a period.
#[derive(InputObject)]
struct IndicatorTargetInput {
    /// First day of the period.
    from: Date,
    /// Last day of the period, inclusive.
    to: Date,
    /// The value.
    value: IndicatorValueInput,
}

/// What an indicator should reach in a project.
#[derive(InputObject)]
struct SetTargetsInput {
    /// The indicator.
    indicator_id: ID,
    /// The project.
    project_id: ID,
    /// Period by period, without overlaps, at most 120; they take the place of all that were there.
    targets: Vec<IndicatorTargetInput>,
}

/// The baseline as it is now.
#[derive(SimpleObject)]
struct SetBaselinePayload {
    /// The baseline; null when refused.
    baseline: Option<IndicatorBaseline>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The targets as they are now.
#[derive(SimpleObject)]
struct SetTargetsPayload {
    /// The targets, by first day; null when refused.
    targets: Option<Vec<IndicatorTarget>>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on what indicators should come to.
#[derive(Debug, Default)]
pub struct GoalMutations;

/// Acts on what indicators should come to.
#[Object]
impl GoalMutations {
    /// Says where an indicator stood before a project. Needs an administrator of the organization.
    async fn set_baseline(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The baseline.")] input: SetBaselineInput,
    ) -> Result<SetBaselinePayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let indicator = IndicatorId::input(&input.indicator_id, "indicatorId")?;
            let project = ProjectId::input(&input.project_id, "projectId")?;
            let (day, value) = (input.measured_on.0, input.value.into());
            goals::set_baseline(
                ctx,
                (indicator, project),
                day,
                value,
                input.expected_version,
            )
            .await
        };
        let (baseline, user_errors) = answered(ctx, outcome.await)?;
        Ok(SetBaselinePayload {
            baseline: baseline.map(Into::into),
            user_errors,
        })
    }

    /// Says what an indicator should reach in a project, period by period, in the place of what was said
    /// before. Needs an administrator of the organization.
    async fn set_targets(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The targets.")] input: SetTargetsInput,
    ) -> Result<SetTargetsPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let indicator = IndicatorId::input(&input.indicator_id, "indicatorId")?;
            let project = ProjectId::input(&input.project_id, "projectId")?;
            let targets: Vec<NewTarget> = input
                .targets
                .into_iter()
                .map(|it| NewTarget {
                    from: it.from.0,
                    to: it.to.0,
                    value: it.value.into(),
                })
                .collect();
            goals::set_targets(ctx, (indicator, project), &targets).await
        };
        let (targets, user_errors) = answered(ctx, outcome.await)?;
        Ok(SetTargetsPayload {
            targets: targets.map(|it| it.into_iter().map(Into::into).collect()),
            user_errors,
        })
    }
}
