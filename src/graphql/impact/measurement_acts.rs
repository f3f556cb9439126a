//! Acts on measurements: write a batch, approve, give back.
//!
//! What a value must be is in `impact::rules`.

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::IndicatorId;
use entity::ids::MeasurementId;
use entity::ids::ProjectId;
use futures_util::future::try_join_all;

use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::error::changed_meanwhile;
use crate::graphql::error::fault;
use crate::graphql::error::user_errors;
use crate::graphql::impact::figure::IndicatorValueInput;
use crate::graphql::impact::indicator::IndicatorDimension;
use crate::graphql::impact::measurement::FlagsOf;
use crate::graphql::impact::measurement::Measurement;
use crate::graphql::impact::measurement::MeasurementFlag;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::Decimal;
use crate::impact::ImpactError;
use crate::impact::decide;
use crate::impact::decide::Decision;
use crate::impact::measurement;
use crate::impact::measurement::BATCH_MOST;
use crate::impact::measurement::Became;
use crate::impact::measurement::Mode;
use crate::impact::measurement::NewMeasurement;
use crate::impact::rules::NewPart;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// One part of a measured total.
#[derive(InputObject)]
struct MeasurementPartInput {
    /// By what the total is broken down: one of the dimensions of the indicator.
    dimension: IndicatorDimension,
    /// Which part: a word of the dimension; of `CUSTOM`, the code of a term of the indicator's vocabulary in force
    /// on the last day of the period, or `UNKNOWN`.
    category: String,
    /// The value; of a percentage, the part.
    value: Decimal,
    /// The whole of a percentage, which must be given; for others it must be left out.
    denominator: Option<Decimal>,
}

/// A figure for an indicator, a project, a place and a period.
#[derive(InputObject)]
struct MeasurementInput {
    /// The indicator.
    indicator_id: ID,
    /// The project.
    project_id: ID,
    /// Code of the place, that of the project or one below it; that of the project by default.
    territory_code: Option<String>,
    /// First day of the period.
    from: Date,
    /// Last day of the period, inclusive; not in the future.
    to: Date,
    /// The value. Nothing (0) is a value, and not the same as no figure.
    value: IndicatorValueInput,
    /// Its breakdowns, at most 120 parts. Each dimension that is named must add up to the value, of a percentage also
    /// to its whole: name what is not known `UNKNOWN`.
    parts: Option<Vec<MeasurementPartInput>>,
    /// What is to be said of it; at most 1,000 characters.
    note: Option<String>,
    /// The version that the caller saw, where the figure is there already; refused with
    /// `VERSION_CONFLICT` where it is not the present one.
    expected_version: Option<i32>,
}

/// Figures to write.
#[derive(InputObject)]
struct RecordMeasurementsInput {
    /// The figures, at most 100.
    measurements: Vec<MeasurementInput>,
    /// Whether all of them are written or none; otherwise each stands alone.
    atomic: Option<bool>,
    /// Whether nothing is written, to see what would be: the results say the same of each figure as they
    /// would if it were meant, without the figure itself.
    dry_run: Option<bool>,
}

/// Figures to approve.
#[derive(InputObject)]
struct ApproveMeasurementsInput {
    /// The measurements, at most 100.
    ids: Vec<ID>,
    /// The versions that the caller saw, one for each id.
    expected_versions: Option<Vec<i32>>,
}

/// Figures to give back.
#[derive(InputObject)]
struct ReturnMeasurementsInput {
    /// The measurements, at most 100.
    ids: Vec<ID>,
    /// The versions that the caller saw, one for each id.
    expected_versions: Option<Vec<i32>>,
    /// Why, for whoever wrote them; at most 500 characters.
    reason: String,
}

/// What a figure became, or would become in a dry run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Became")]
enum MeasurementChange {
    /// It is new.
    Created,
    /// It says something else, or was decided on.
    Changed,
    /// It was so before.
    Unchanged,
}

/// What became of one figure.
#[derive(SimpleObject)]
struct MeasurementResult {
    /// The figure; null when refused, and where nothing is written. Of approving and giving back it stands
    /// here with `VERSION_CONFLICT` too, as it is now.
    measurement: Option<Measurement>,
    /// What it became, or would become where nothing is written; null when refused.
    change: Option<MeasurementChange>,
    /// What is worth a second look, also where nothing is written; of approving and giving back, as it is
    /// afterwards.
    flags: Vec<MeasurementFlag>,
    /// Why nothing was done; empty when it was, or would be.
    user_errors: Vec<UserError>,
}

/// What became of the figures.
#[derive(SimpleObject)]
struct RecordMeasurementsPayload {
    /// One result for each figure, in order.
    results: Vec<MeasurementResult>,
}

/// What became of the figures.
#[derive(SimpleObject)]
struct ApproveMeasurementsPayload {
    /// One result for each id, in order.
    results: Vec<MeasurementResult>,
}

/// What became of the figures.
#[derive(SimpleObject)]
struct ReturnMeasurementsPayload {
    /// One result for each id, in order.
    results: Vec<MeasurementResult>,
}

/// Acts on measurements.
#[derive(Debug, Default)]
pub struct MeasurementMutations;

/// Acts on measurements.
#[Object]
impl MeasurementMutations {
    /// Writes what was measured, each figure in the place of what was said of the same indicator, project,
    /// place and period; the same again changes nothing. Figures wait for somebody else to approve them.
    async fn record_measurements(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The figures.")] input: RecordMeasurementsInput,
    ) -> Result<RecordMeasurementsPayload> {
        let ctx = gql.signed_in()?;
        few(input.measurements.len(), "measurements")?;
        let read: Vec<std::result::Result<NewMeasurement, Refusal>> =
            input.measurements.into_iter().map(figure).collect();
        let fine: Vec<NewMeasurement> = read.iter().filter_map(|it| it.clone().ok()).collect();
        let mode = Mode {
            atomic: input.atomic == Some(true),
            dry_run: input.dry_run == Some(true),
        };
        // One that names what is not there undoes the others as well.
        let unread = fine.len() < read.len();
        let mode = Mode {
            dry_run: mode.dry_run || (mode.atomic && unread),
            ..mode
        };
        let outcomes = measurement::record(ctx, &fine, mode).await;
        let mut outcomes = outcomes.map_err(|it| fault(ctx, &it))?.into_iter();
        let undone = mode.atomic && unread;
        let mut results = Vec::with_capacity(read.len());
        for it in read {
            let outcome = match it {
                Err(refusal) => Err(refusal.into()),
                Ok(_) => match outcomes.next() {
                    Some(Ok(_)) if undone => Err(Refusal::new(Code::BatchUndone).into()),
                    Some(outcome) => outcome,
                    None => Err(ImpactError::NotFound("id")),
                },
            };
            results.push(match outcome {
                Ok(done) => MeasurementResult {
                    measurement: (!mode.dry_run).then_some(Measurement(done.row)),
                    change: Some(done.became.into()),
                    flags: MeasurementFlag::all(&done.flags),
                    user_errors: Vec::new(),
                },
                Err(error) => MeasurementResult {
                    measurement: None,
                    change: None,
                    flags: Vec::new(),
                    user_errors: user_errors(ctx, &error)?,
                },
            });
        }
        Ok(RecordMeasurementsPayload { results })
    }

    /// Approves figures: from now on they count. Nobody approves what they wrote themselves.
    async fn approve_measurements(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The measurements.")] input: ApproveMeasurementsInput,
    ) -> Result<ApproveMeasurementsPayload> {
        let results = decided(gql, &input.ids, input.expected_versions, Decision::Approve).await?;
        Ok(ApproveMeasurementsPayload { results })
    }

    /// Gives figures back with a reason; those that counted count no more, until they are written anew and
    /// approved.
    async fn return_measurements(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The measurements and the reason.")] input: ReturnMeasurementsInput,
    ) -> Result<ReturnMeasurementsPayload> {
        let decision = Decision::Return(input.reason);
        let results = decided(gql, &input.ids, input.expected_versions, decision).await?;
        Ok(ReturnMeasurementsPayload { results })
    }
}

fn few(count: usize, field: &str) -> Result<()> {
    if count > BATCH_MOST {
        let refusal = Refusal::of(Code::TooLong, field);
        return Err(refusal.with("most", BATCH_MOST).into());
    }
    Ok(())
}

fn figure(input: MeasurementInput) -> std::result::Result<NewMeasurement, Refusal> {
    let parts = input.parts.unwrap_or_default();
    Ok(NewMeasurement {
        indicator: IndicatorId::input(&input.indicator_id, "indicatorId")?,
        project: ProjectId::input(&input.project_id, "projectId")?,
        territory_code: input.territory_code,
        from: input.from.0,
        to: input.to.0,
        value: input.value.into(),
        parts: parts
            .into_iter()
            .map(|it| NewPart {
                dimension: it.dimension.into(),
                category: it.category,
                value: it.value.0,
                denominator: it.denominator.map(|it| it.0),
            })
            .collect(),
        note: input.note,
        expected: input.expected_version,
    })
}

async fn decided(
    gql: &Context<'_>,
    ids: &[ID],
    expected: Option<Vec<i32>>,
    decision: Decision,
) -> Result<Vec<MeasurementResult>> {
    let ctx = gql.signed_in()?;
    few(ids.len(), "ids")?;
    if expected.as_ref().is_some_and(|it| it.len() != ids.len()) {
        let refusal = Refusal::of(Code::CountDiffers, "expectedVersions");
        return Err(refusal.with("other", "ids").with("count", ids.len()).into());
    }
    let mut done = Vec::with_capacity(ids.len());
    for (at, id) in ids.iter().enumerate() {
        let expected = expected.as_ref().and_then(|it| it.get(at).copied());
        let outcome = match MeasurementId::input(id, "id") {
            Ok(id) => decide::decide(ctx, id, expected, &decision).await,
            Err(refusal) => Err(refusal.into()),
        };
        done.push((id, answered(ctx, outcome)?));
    }
    let shown = done
        .into_iter()
        .map(|(id, (decided, user_errors))| async move {
            let (row, became) = decided.unzip();
            let row = match MeasurementId::read(id) {
                Some(id) if changed_meanwhile(&user_errors) => loaders::one(gql, id).await?,
                _ => row,
            };
            // Of what was decided together each is seen beside what was approved before it.
            let flags = match &row {
                Some(row) => loaders::one(gql, FlagsOf(row.id)).await?,
                None => None,
            };
            Ok::<_, async_graphql::Error>(MeasurementResult {
                measurement: row.map(Measurement),
                change: became.map(Into::into),
                flags: MeasurementFlag::all(flags.as_deref().unwrap_or_default()),
                user_errors,
            })
        });
    try_join_all(shown).await
}
