//! What an indicator should come to in a project: where it stood, and where it should stand.
//!
//! How far it has come is in `answer`.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entity::ids::IndicatorId;
use entity::ids::ProjectId;
use entity::ids::TargetId;
use entity::indicator;
use entity::indicator_baseline;
use entity::indicator_target;
use entity::project;
use rust_decimal::Decimal;

use crate::audit;
use crate::audit::Line;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::impact::error::ImpactError;
use crate::impact::rules;
use crate::impact::store;
use crate::platform::db::Tx;
use crate::projects;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// Most targets of an indicator in a project: ten years of months.
pub const TARGETS_MOST: usize = 120;

/// A value as asked for.
#[derive(Clone, Copy, Debug)]
pub struct NewValue {
    /// The value; of a part of a whole, the part.
    pub value: Decimal,
    /// The whole, where the value is a part of one.
    pub denominator: Option<Decimal>,
}

/// A target as asked for.
#[derive(Clone, Copy, Debug)]
pub struct NewTarget {
    /// First day of its period.
    pub from: NaiveDate,
    /// Last day of its period, inclusive.
    pub to: NaiveDate,
    /// What should be reached.
    pub value: NewValue,
}

/// Says where an indicator stood before a project, in the place of what was said before.
///
/// # Errors
/// [`ImpactError::NotFound`], [`ImpactError::VersionConflict`], [`ImpactError::Invalid`], [`Denied`].
pub async fn set_baseline(
    ctx: &Ctx,
    (indicator, project): (IndicatorId, ProjectId),
    measured_on: NaiveDate,
    given: NewValue,
    expected: Option<i32>,
) -> Result<indicator_baseline::Model, ImpactError> {
    ctx.demand_signed_in()?;
    ctx.transaction(async |tx| {
        let (of, project) = held(ctx, tx, Action::ManageIndicators, indicator, project).await?;
        let mut before = store::baselines(&**tx, of.id, &[project.id]).await?;
        let before = before.pop();
        let current = before.as_ref().map_or(0, |it| it.version);
        if expected.is_some_and(|it| it != current) {
            return Err(ImpactError::VersionConflict { current });
        }
        let mut checks = Checks::new();
        in_use(&mut checks, &of);
        checks.demand(measured_on <= ctx.today(), || {
            Refusal::of(Code::InFuture, "measuredOn").with("day", measured_on)
        });
        let value = rules::value(
            &mut checks,
            of.value_type,
            ("value", given.value),
            ("denominator", given.denominator),
        );
        checks.done().map_err(ImpactError::Invalid)?;
        let value = value.ok_or(ImpactError::NotFound("value"))?;
        let row = indicator_baseline::Model {
            indicator_id: of.id,
            project_id: project.id,
            measured_on,
            value: value.value,
            denominator: value.whole,
            version: current.saturating_add(1),
            updated_at: ctx.now(),
        };
        store::put_baseline(tx, row.clone()).await?;
        audit::record(ctx, tx, line("indicator.baseline", &of, &project)).await?;
        Ok(row)
    })
    .await
}

/// Says what an indicator should reach in a project, period by period, in the place of all that was said
/// before.
///
/// # Errors
/// [`ImpactError::NotFound`], [`ImpactError::Invalid`], [`Denied`].
pub async fn set_targets(
    ctx: &Ctx,
    (indicator, project): (IndicatorId, ProjectId),
    given: &[NewTarget],
) -> Result<Vec<indicator_target::Model>, ImpactError> {
    ctx.demand_signed_in()?;
    ctx.transaction(async |tx| {
        let (of, project) = held(ctx, tx, Action::ManageIndicators, indicator, project).await?;
        let mut checks = Checks::new();
        in_use(&mut checks, &of);
        checks.demand(given.len() <= TARGETS_MOST, || {
            Refusal::of(Code::TooLong, "targets").with("most", TARGETS_MOST)
        });
        let mut rows = Vec::new();
        let mut ends: BTreeMap<NaiveDate, NaiveDate> = BTreeMap::new();
        for (at, target) in given.iter().enumerate().take(TARGETS_MOST) {
            let field = |name: &str| format!("targets.{at}.{name}");
            period(&mut checks, &project, (target.from, target.to), &field);
            let overlaps = ends
                .iter()
                .any(|(from, to)| *from <= target.to && *to >= target.from);
            checks.demand(!overlaps, || {
                Refusal::of(Code::MeasurementOverlap, &field("from"))
                    .with("from", target.from)
                    .with("to", target.to)
            });
            ends.insert(target.from, target.to);
            let value = rules::value(
                &mut checks,
                of.value_type,
                (&field("value"), target.value.value),
                (&field("denominator"), target.value.denominator),
            );
            if let Some(value) = value {
                rows.push(indicator_target::Model {
                    id: TargetId(ctx.new_id()),
                    indicator_id: of.id,
                    project_id: project.id,
                    from_day: target.from,
                    to_day: target.to,
                    value: value.value,
                    denominator: value.whole,
                    created_at: ctx.now(),
                });
            }
        }
        checks.done().map_err(ImpactError::Invalid)?;
        rows.sort_by_key(|it| it.from_day);
        store::put_targets(tx, of.id, project.id, rows.clone()).await?;
        audit::record(ctx, tx, line("indicator.targets", &of, &project)).await?;
        Ok(rows)
    })
    .await
}

/// The indicator and the project, held, where the actor may do this there.
pub(super) async fn held(
    ctx: &Ctx,
    tx: &Tx,
    action: Action,
    indicator: IndicatorId,
    project: ProjectId,
) -> Result<(indicator::Model, project::Model), ImpactError> {
    let found = projects::store::lock(tx, ctx.scope(), project).await?;
    let project = found.ok_or(ImpactError::NotFound("projectId"))?;
    // Observers see projects, and may not write to them.
    ctx.demand(action, project.organization_id)
        .map_err(|_unseen| Denied::NotAllowed)?;
    if project.archived_at.is_some() {
        return Err(Refusal::of(Code::Archived, "projectId").into());
    }
    let found = store::indicators(&**tx, ctx.scope(), &[indicator]).await?;
    let of = found
        .into_iter()
        .find(|it| {
            it.organization_id
                .is_none_or(|it| it == project.organization_id)
        })
        .ok_or(ImpactError::NotFound("indicatorId"))?;
    Ok((of, project))
}

/// Refuses an indicator that is out of use.
pub(super) fn in_use(checks: &mut Checks, of: &indicator::Model) {
    checks.demand(of.archived_at.is_none(), || {
        Refusal::of(Code::Archived, "indicatorId")
    });
}

/// Refuses a period that ends before it begins, or lies outside the project.
pub(super) fn period(
    checks: &mut Checks,
    project: &project::Model,
    (from, to): (NaiveDate, NaiveDate),
    field: &impl Fn(&str) -> String,
) {
    checks.demand(to >= from, || {
        Refusal::of(Code::OutOfRange, &field("to"))
            .with("least", from)
            .with("most", "9999-12-31")
    });
    let last = project.ends_on.unwrap_or(NaiveDate::MAX);
    for (name, day) in [("from", from), ("to", to)] {
        checks.demand(day >= project.starts_on && day <= last, || {
            Refusal::of(Code::OutsideProject, &field(name))
                .with("day", day)
                .with("from", project.starts_on)
                .with(
                    "to",
                    project
                        .ends_on
                        .map_or_else(|| "…".to_owned(), |it| it.to_string()),
                )
        });
    }
}

fn line(action: &'static str, of: &indicator::Model, project: &project::Model) -> Line {
    Line {
        action,
        organization: Some(project.organization_id),
        subject: ("Indicator", Some(of.id.0)),
        details: Some(serde_json::json!({ "project": project.id.0 })),
    }
}
