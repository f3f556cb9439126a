//! Changes or takes away one entry that was not decided yet.
//!
//! New entries are in `record`, decisions in `approve`.

use std::collections::HashSet;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::hour_entry;
use entity::ids::EntryId;
use entity::ids::ProjectId;
use entity::types::EvidenceLevel;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::hours::amend;
use crate::hours::days::DayShare;
use crate::hours::days::months_between;
use crate::hours::entry::Entry;
use crate::hours::entry::Fields;
use crate::hours::entry::NewEntry;
use crate::hours::error::HoursError;
use crate::hours::guard;
use crate::hours::guard::Attempt;
use crate::hours::guard::Closed;
use crate::hours::guard::Gate;
use crate::hours::ledger;
use crate::hours::ledger::Event;
use crate::hours::ledger::EventKind;
use crate::hours::place::Place;
use crate::hours::record;
use crate::hours::state::Act;
use crate::hours::state::Correction;
use crate::hours::store;
use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::platform::db::violates;

/// New values of some parts of an entry; an absent part stays as it is. Who worked stays, and the
/// way in which the work is said.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// What for.
    pub project: Option<ProjectId>,
    /// Start of an interval.
    pub started_at: Option<DateTime<Utc>>,
    /// End of an interval, exclusive.
    pub ended_at: Option<DateTime<Utc>>,
    /// Minutes of an interval that were no work.
    pub break_minutes: Option<i64>,
    /// Civil day of a duration or group.
    pub worked_on: Option<NaiveDate>,
    /// Minutes of a duration, or of each person of a group.
    pub minutes: Option<i64>,
    /// People of a group.
    pub headcount: Option<i64>,
    /// What was done; `Some(None)` takes it away.
    pub description: Option<Option<String>>,
    /// Where; `Some(None)` for the place of the project.
    pub territory_code: Option<Option<String>>,
}

impl Change {
    /// The parts of an entry with this change.
    pub(super) fn over(&self, row: &hour_entry::Model) -> Fields {
        let old = Entry::fields(row);
        Fields {
            volunteer: old.volunteer,
            project: self.project.unwrap_or(old.project),
            started_at: self.started_at.or(old.started_at),
            ended_at: self.ended_at.or(old.ended_at),
            break_minutes: self.break_minutes.or(old.break_minutes),
            worked_on: self.worked_on.or(old.worked_on),
            minutes: self.minutes.or(old.minutes),
            headcount: self.headcount.or(old.headcount),
            description: self.description.clone().unwrap_or(old.description),
            territory_code: self.territory_code.clone().flatten(),
        }
    }
}

/// Changes an entry that is a draft or was given back.
///
/// # Errors
/// [`HoursError`]: the gate's refusal, or that of a rule for the changed work.
pub async fn update(
    ctx: &Ctx,
    id: EntryId,
    expected: Option<i32>,
    change: &Change,
) -> Result<Entry, HoursError> {
    ctx.demand_signed_in()?;
    ctx.transaction(async |tx| {
        let old = held(ctx, tx, id, Act::Edit, expected, None).await?;
        let entry = NewEntry::parse(&change.over(&old))?;
        let place = Place::find(ctx, tx, old.organization_id, [&entry].into_iter()).await?;
        let placed = place.lay(ctx, &entry)?;
        let stays = change.territory_code.is_none()
            && placed.project.id == old.project_id
            && placed.calendar.worked_on == old.worked_on;
        let row = hour_entry::Model {
            id,
            status: old.status,
            territory_id: if stays {
                old.territory_id
            } else {
                placed.territory
            },
            evidence_level: match old.evidence_level {
                EvidenceLevel::SelfDeclared | EvidenceLevel::CoordinatorAttested => {
                    record::evidence(ctx, &entry)
                }
                other => other,
            },
            decision_reason: old.decision_reason.clone(),
            import_key: old.import_key.clone(),
            created_by: old.created_by,
            submitted_by: old.submitted_by,
            submitted_at: old.submitted_at,
            decided_by: old.decided_by,
            decided_at: old.decided_at,
            version: old.version.saturating_add(1),
            created_at: old.created_at,
            updated_at: ctx.now(),
            ..placed.row()
        };
        let people: Vec<_> = row.person_id.into_iter().collect();
        store::lock_people(tx, &people).await?;
        let mut chain = ledger::lock(tx, row.organization_id).await?;
        let candidate = placed.candidate(id, row.status);
        let cap = place.organization.daily_cap_minutes;
        let candidates = [candidate.clone()];
        let mut gate = Gate::open(tx, row.organization_id, cap, &candidates, Some(id)).await?;
        gate.admit(ctx, placed.zone, &candidate)?;
        store::replace(tx, &row).await.map_err(|it| {
            if violates(&it, &[record::OVERLAP]) {
                HoursError::Overlap { other: None }
            } else {
                it.into()
            }
        })?;
        let days: &[DayShare] = &placed.calendar.days;
        store::delete_days(tx, id).await?;
        store::insert_days(tx, &[(&row, days)]).await?;
        let zero = gate.declared_zero([&placed.calendar].into_iter());
        if !zero.is_empty() {
            store::undeclare_zero(tx, row.organization_id, &zero, ctx.now()).await?;
        }
        let (keys, actor) = (&ctx.core().keys, ctx.actor().user());
        let event = Event::of(keys, EventKind::Changed, &row, days, actor, None);
        ledger::append(tx, &mut chain, ctx.now(), &[event]).await?;
        let line = Line {
            action: "hours.update",
            organization: Some(row.organization_id),
            subject: ("HourEntry", Some(id.0)),
            details: Some(json!({ "version": row.version, "ledger": chain.sequence() })),
        };
        audit::record(ctx, tx, line).await?;
        Ok(row.into())
    })
    .await
}

/// Takes a draft away. The ledger keeps that it was there.
///
/// # Errors
/// [`HoursError`]: the gate's refusal.
pub async fn delete(ctx: &Ctx, id: EntryId, expected: Option<i32>) -> Result<EntryId, HoursError> {
    ctx.demand_signed_in()?;
    ctx.transaction(async |tx| {
        let row = held(ctx, tx, id, Act::Delete, expected, None).await?;
        let mut chain = ledger::lock(tx, row.organization_id).await?;
        store::delete(tx, id).await?;
        let (keys, actor) = (&ctx.core().keys, ctx.actor().user());
        let event = Event::of(keys, EventKind::Deleted, &row, &[], actor, None);
        ledger::append(tx, &mut chain, ctx.now(), &[event]).await?;
        let line = Line {
            action: "hours.delete",
            organization: Some(row.organization_id),
            subject: ("HourEntry", Some(id.0)),
            details: Some(json!({ "ledger": chain.sequence() })),
        };
        audit::record(ctx, tx, line).await?;
        Ok(id)
    })
    .await
}

/// The entry, held until the transaction ends, if the act on it is allowed.
pub(super) async fn held(
    ctx: &Ctx,
    tx: &Tx,
    id: EntryId,
    act: Act,
    expected: Option<i32>,
    reason: Option<&str>,
) -> Result<hour_entry::Model, HoursError> {
    let row = store::lock(tx, ctx.scope(), &[id])
        .await?
        .remove(&id)
        .ok_or(HoursError::NotFound { field: "id" })?;
    let months = months_between(row.worked_on, row.ended_on);
    let periods = store::periods(&**tx, &[row.organization_id], &months).await?;
    let waiting = amend::pending(&**tx, &[id]).await?;
    let attempt = Attempt {
        act,
        expected,
        correction: Correction::of(waiting.get(&id)),
        reason,
        closed: &Closed::among(&periods),
        written: &HashSet::new(),
    };
    guard::check(ctx, &row, &attempt)?;
    Ok(row)
}
