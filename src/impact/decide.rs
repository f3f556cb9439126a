//! Deciding on what was measured: somebody else approves it, or gives it back.
//!
//! Writing figures is in `measurement`.

use entity::ids::MeasurementId;
use entity::measurement;
use entity::types::MeasurementStatus;

use crate::audit;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::impact::error::ImpactError;
use crate::impact::measured;
use crate::impact::measurement::Became;
use crate::impact::measurement::line;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// What is decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It counts.
    Approve,
    /// It is given back with a reason; one that counted counts no more.
    Return(String),
}

/// Decides on one figure: how it stands now, and whether that is new.
///
/// # Errors
/// [`ImpactError::NotFound`], [`ImpactError::VersionConflict`]; [`ImpactError::Invalid`] for one's own
/// figure, another state, or without a reason; [`Denied`].
pub async fn decide(
    ctx: &Ctx,
    id: MeasurementId,
    expected: Option<i32>,
    decision: &Decision,
) -> Result<(measurement::Model, Became), ImpactError> {
    ctx.demand_signed_in()?;
    ctx.transaction(async |tx| {
        let held = measured::lock_measurement(tx, ctx.scope(), id).await?;
        let held = held.ok_or(ImpactError::NotFound("id"))?;
        ctx.demand(Action::DecideMeasurements, held.organization_id)
            .map_err(|_unseen| Denied::NotAllowed)?;
        if expected.is_some_and(|it| it != held.version) {
            return Err(ImpactError::VersionConflict {
                current: held.version,
            });
        }
        let (status, reason) = match decision {
            // Said twice it says the same.
            Decision::Approve if held.status == MeasurementStatus::Approved => {
                return Ok((held, Became::Unchanged));
            }
            Decision::Approve if held.status == MeasurementStatus::Returned => {
                return Err(Refusal::of(Code::MeasurementReturned, "id").into());
            }
            Decision::Approve => (MeasurementStatus::Approved, None),
            Decision::Return(reason) => {
                let mut checks = Checks::new();
                let reason = checks.prose("reason", reason, 500);
                checks.done().map_err(ImpactError::Invalid)?;
                if held.status == MeasurementStatus::Returned {
                    return Ok((held, Became::Unchanged));
                }
                (MeasurementStatus::Returned, Some(reason))
            }
        };
        if ctx.actor().user() == Some(held.recorded_by) && status == MeasurementStatus::Approved {
            return Err(Refusal::of(Code::SelfApproval, "id").into());
        }
        let row = measurement::Model {
            status,
            reason,
            decided_by: ctx.actor().user(),
            decided_at: Some(ctx.now()),
            version: held.version.saturating_add(1),
            updated_at: ctx.now(),
            ..held
        };
        measured::update_measurement(tx, &row).await?;
        let action = match status {
            MeasurementStatus::Approved => "measurement.approve",
            _ => "measurement.return",
        };
        audit::record(ctx, tx, line(action, &row)).await?;
        Ok((row, Became::Changed))
    })
    .await
}
