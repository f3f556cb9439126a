//! What was measured: one figure for an indicator, a project, a place and a period.
//!
//! What a value must be is in `rules`; deciding on it in `decide`.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::ids::IndicatorId;
use entity::ids::MeasurementId;
use entity::ids::ProjectId;
use entity::ids::TerritoryId;
use entity::measurement;
use entity::project;
use entity::types::MeasurementStatus;
use sea_orm::DbErr;

use crate::audit;
use crate::audit::Line;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::impact::custom;
use crate::impact::error::ImpactError;
use crate::impact::goals;
use crate::impact::goals::NewValue;
use crate::impact::measured;
use crate::impact::parts;
use crate::impact::parts::NewPart;
use crate::impact::rules;
use crate::impact::rules::Flag;
use crate::impact::value::Measured;
use crate::platform::db::Tx;
use crate::projects;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::territories::lookup;

/// Most figures of one batch.
pub const BATCH_MOST: usize = 100;

/// A figure as asked for.
#[derive(Clone, Debug)]
pub struct NewMeasurement {
    /// The indicator.
    pub indicator: IndicatorId,
    /// The project.
    pub project: ProjectId,
    /// Code of the place; that of the project where absent.
    pub territory_code: Option<String>,
    /// First day of the period.
    pub from: NaiveDate,
    /// Last day of the period, inclusive.
    pub to: NaiveDate,
    /// The value.
    pub value: NewValue,
    /// Its breakdowns.
    pub parts: Vec<NewPart>,
    /// What is to be said of it.
    pub note: Option<String>,
    /// The version that the caller saw, where the figure is there already.
    pub expected: Option<i32>,
}

/// How a batch is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mode {
    /// All of it, or nothing.
    pub atomic: bool,
    /// Nothing is written: what would be.
    pub dry_run: bool,
}

/// What a figure became, or would become in a dry run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Became {
    /// It is new.
    Created,
    /// It says something else, or stands otherwise.
    Changed,
    /// It was so before.
    Unchanged,
}

/// What became of a figure.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The figure as it is, or would be.
    pub row: measurement::Model,
    /// What it became.
    pub became: Became,
    /// What is worth a second look.
    pub flags: Vec<Flag>,
}

/// Writes figures, each in the place of what was said of the same indicator, project, place and period;
/// the same again changes nothing. They wait for somebody else to approve them.
///
/// # Errors
/// One outcome for each, in order; a fault of ours for all.
pub async fn record(
    ctx: &Ctx,
    batch: &[NewMeasurement],
    mode: Mode,
) -> Result<Vec<Result<Recorded, ImpactError>>, ImpactError> {
    ctx.demand_signed_in()?;
    if !mode.atomic && !mode.dry_run {
        let mut outcomes = Vec::with_capacity(batch.len());
        for new in batch {
            outcomes.push(ctx.transaction(async |tx| one(ctx, tx, new).await).await);
        }
        return Ok(outcomes);
    }
    // In one order, so that batches that meet wait for each other and not in a circle.
    let projects: BTreeSet<ProjectId> = batch.iter().map(|it| it.project).collect();
    let together = ctx
        .transaction(async |tx| {
            for project in projects {
                projects::store::lock(tx, ctx.scope(), project).await?;
            }
            let mut outcomes = Vec::with_capacity(batch.len());
            for new in batch {
                outcomes.push(one(ctx, tx, new).await);
            }
            if mode.dry_run || outcomes.iter().any(Result::is_err) {
                return Err(Undone::As(outcomes));
            }
            Ok(outcomes)
        })
        .await;
    match together {
        Ok(outcomes) => Ok(outcomes),
        Err(Undone::Fault(cause)) => Err(cause.into()),
        Err(Undone::As(outcomes)) if !mode.atomic || outcomes.iter().all(Result::is_ok) => {
            Ok(outcomes)
        }
        // What was fine by itself was not written either, or would not be, and says so.
        Err(Undone::As(outcomes)) => Ok(outcomes
            .into_iter()
            .map(|it| it.and_then(|_| Err(Refusal::new(Code::BatchUndone).into())))
            .collect()),
    }
}

/// A transaction that was taken back, with what it would have done.
enum Undone {
    As(Vec<Result<Recorded, ImpactError>>),
    Fault(DbErr),
}

impl From<DbErr> for Undone {
    fn from(cause: DbErr) -> Self {
        Self::Fault(cause)
    }
}

async fn one(ctx: &Ctx, tx: &Tx, new: &NewMeasurement) -> Result<Recorded, ImpactError> {
    let user = ctx.actor().user().ok_or(Denied::SignedOut)?;
    let (of, project) = goals::held(
        ctx,
        tx,
        Action::RecordMeasurements,
        new.indicator,
        new.project,
    )
    .await?;
    let mut checks = Checks::new();
    goals::in_use(&mut checks, &of);
    checks.demand(of.derived.is_none(), || {
        Refusal::of(Code::IndicatorDerived, "indicatorId")
    });
    goals::period(&mut checks, &project, (new.from, new.to), &str::to_owned);
    checks.demand(new.to <= ctx.today(), || {
        Refusal::of(Code::InFuture, "to").with("day", new.to)
    });
    let measured = rules::value(
        &mut checks,
        of.value_type,
        ("value", new.value.value),
        ("denominator", new.value.denominator),
    );
    let terms = custom::terms(&**tx, &of, &new.parts, new.to).await?;
    let parts = parts::parts(&mut checks, &of, measured, (&new.parts, &terms));
    let note = checks.optional_prose("note", new.note.as_deref(), 1_000);
    let territory = place(tx, &mut checks, &project, new).await?;
    let others = match territory {
        Some(_) => measured::neighbours(tx, of.id, project.id).await?,
        None => Vec::new(),
    };
    let here = |it: &&measurement::Model| Some(it.territory_id) == territory;
    let same =
        |it: &&measurement::Model| here(it) && it.from_day == new.from && it.to_day == new.to;
    let before = others.iter().find(same).cloned();
    // What was given back counts nowhere, and stands in nobody's way.
    let at_once: Vec<&measurement::Model> = others
        .iter()
        .filter(|it| !same(it) && it.status != MeasurementStatus::Returned)
        .filter(|it| it.from_day <= new.to && it.to_day >= new.from)
        .collect();
    let places: Vec<TerritoryId> = at_once.iter().map(|it| it.territory_id).collect();
    // A place within another one is counted there already.
    let in_line = match territory {
        Some(territory) if !places.is_empty() => {
            measured::in_line(&**tx, territory, &places).await?
        }
        _ => Vec::new(),
    };
    let across = at_once
        .into_iter()
        .find(|it| in_line.contains(&it.territory_id));
    if let Some(across) = across {
        checks.refuse(
            Refusal::of(Code::MeasurementOverlap, "from")
                .with("from", across.from_day)
                .with("to", across.to_day),
        );
    }
    checks.done().map_err(ImpactError::Invalid)?;
    // Both were refused above where they are not there.
    let (Some(measured), Some(territory)) = (measured, territory) else {
        return Err(ImpactError::NotFound("value"));
    };
    let last = others
        .iter()
        .filter(here)
        .rfind(|it| it.to_day < new.from && it.status == MeasurementStatus::Approved);
    let last = last.map(|it| Measured {
        value: it.value,
        whole: it.denominator,
    });
    let flags = rules::flags(&of, measured, last, &parts);
    let now = ctx.now();
    let row = measurement::Model {
        id: MeasurementId(ctx.new_id()),
        indicator_id: of.id,
        project_id: project.id,
        organization_id: project.organization_id,
        territory_id: territory,
        from_day: new.from,
        to_day: new.to,
        value: measured.value,
        denominator: measured.whole,
        parts: serde_json::json!(parts).to_string(),
        note,
        status: MeasurementStatus::Submitted,
        recorded_by: user,
        decided_by: None,
        decided_at: None,
        reason: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let (row, became) = match before {
        None if new.expected.is_some() => {
            return Err(ImpactError::VersionConflict { current: 0 });
        }
        None => {
            measured::insert_measurement(tx, row.clone()).await?;
            (row, Became::Created)
        }
        Some(before) => {
            if new.expected.is_some_and(|it| it != before.version) {
                return Err(ImpactError::VersionConflict {
                    current: before.version,
                });
            }
            let says = |it: &measurement::Model| {
                (it.value, it.denominator, it.parts.clone(), it.note.clone())
            };
            if says(&before) == says(&row) && before.status != MeasurementStatus::Returned {
                return Ok(Recorded {
                    row: before,
                    became: Became::Unchanged,
                    flags,
                });
            }
            if before.status == MeasurementStatus::Approved {
                return Err(Refusal::of(Code::MeasurementApproved, "value").into());
            }
            let row = measurement::Model {
                id: before.id,
                version: before.version.saturating_add(1),
                created_at: before.created_at,
                ..row
            };
            measured::update_measurement(tx, &row).await?;
            (row, Became::Changed)
        }
    };
    audit::record(ctx, tx, line("measurement.record", &row)).await?;
    Ok(Recorded { row, became, flags })
}

/// The place of a figure: the project's, or one below it.
async fn place(
    tx: &Tx,
    checks: &mut Checks,
    project: &project::Model,
    new: &NewMeasurement,
) -> Result<Option<TerritoryId>, ImpactError> {
    let Some(code) = new.territory_code.as_deref() else {
        return Ok(Some(project.territory_id));
    };
    let refusal = || Refusal::of(Code::UnknownTerritory, "territoryCode").with("value", code);
    let Some(found) = lookup::by_code(&**tx, code, new.to).await? else {
        checks.refuse(refusal());
        return Ok(None);
    };
    // By any version: the project keeps the one that was in force when it was written.
    let of_project = lookup::by_ids(&**tx, &[project.territory_id]).await?;
    let mut above = Vec::new();
    for it in of_project {
        above.extend(measured::versions(&**tx, &it.code).await?);
    }
    let within = measured::lies_below(&**tx, found.id, &above).await?;
    checks.demand(within, || Refusal::of(Code::OutsidePlace, "territoryCode"));
    Ok(Some(found.id))
}

pub(super) fn line(action: &'static str, row: &measurement::Model) -> Line {
    Line {
        action,
        organization: Some(row.organization_id),
        subject: ("Measurement", Some(row.id.0)),
        details: None,
    }
}
