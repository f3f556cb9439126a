//! Corrections of approved entries: proposed, decided, and until then without effect.
//!
//! The entry keeps its id and counts as it was until the correction is approved; then one
//! transaction puts the new content in its place. Deciding passes `approve`, as for any entry.

use std::collections::HashMap;
use std::collections::HashSet;

use chrono::DateTime;
use chrono::Utc;
use entity::hour_entry;
use entity::hour_entry_amendment;
use entity::ids::AmendmentId;
use entity::ids::EntryId;
use entity::types::AmendmentStatus;
use sea_orm::ActiveModelTrait;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::QueryFilter;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::hours::change::Request;
use crate::hours::change::evidence_after;
use crate::hours::change::territory_after;
use crate::hours::days::Calendar;
use crate::hours::days::DayShare;
use crate::hours::days::cut;
use crate::hours::engaged;
use crate::hours::entry::Entry;
use crate::hours::entry::NewEntry;
use crate::hours::entry::Work;
use crate::hours::error::HoursError;
use crate::hours::guard;
use crate::hours::guard::Candidate;
use crate::hours::guard::Gate;
use crate::hours::held::Held;
use crate::hours::ledger;
use crate::hours::ledger::Chain;
use crate::hours::ledger::Event;
use crate::hours::ledger::EventKind;
use crate::hours::ledger::Proposal;
use crate::hours::list;
use crate::hours::place;
use crate::hours::place::Place;
use crate::hours::state::Act;
use crate::hours::store;
use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::platform::idempotency::Claim;
use crate::platform::zones;
use crate::platform::zones::Zone;
use crate::refusal::Checks;

/// Proposes a correction of an approved entry; the entry counts as it is until somebody else
/// approves the correction.
///
/// # Errors
/// [`HoursError::ReasonRequired`], the gate's refusal, [`HoursError::NothingChanged`], or that of a
/// rule for the corrected work.
pub async fn propose(
    ctx: &Ctx,
    request: &Request,
    reason: Option<&str>,
    key: Option<&str>,
) -> Result<Entry, HoursError> {
    ctx.demand_signed_in()?;
    let mut checks = Checks::new();
    checks.key(key);
    checks.done().map_err(HoursError::Invalid)?;
    let reason = guard::reason(reason)?;
    let Request {
        id,
        expected,
        change,
    } = request;
    let (id, expected) = (*id, *expected);
    ctx.transaction(async |tx| {
        let reason = reason.as_deref();
        let amendment_id = AmendmentId(ctx.new_id());
        let content = json!([id, expected, change.said(), reason]);
        match ctx
            .claim(tx, "hours.amend", key, &content, amendment_id.0)
            .await?
        {
            Claim::Go => {}
            Claim::Conflict => return Err(HoursError::IdempotencyConflict),
            Claim::Replay(_) => {
                let found = list::by_ids(&**tx, ctx.scope(), &[id]).await?.remove(&id);
                return found.ok_or(HoursError::NotFound { field: "id" });
            }
        }
        let old = Held::lock(ctx, tx, &[id])
            .await?
            .check(ctx, id, Act::Amend, expected, reason)?
            .clone();
        let own = place::own_codes(tx, [&old].into_iter()).await?;
        let own = own.get(&id).map(String::as_str);
        let entry = NewEntry::parse(&change.over(&old, own))?;
        let place = Place::find(ctx, tx, old.organization_id, [&entry].into_iter()).await?;
        let placed = place.lay(ctx, &entry)?;
        let new = placed.row();
        let amendment = hour_entry_amendment::Model {
            id: amendment_id,
            entry_id: id,
            organization_id: old.organization_id,
            status: AmendmentStatus::Pending,
            reason: reason.unwrap_or_default().to_owned(),
            project_id: new.project_id,
            territory_id: territory_after(&old, change, &placed),
            evidence_level: evidence_after(ctx, &old, &entry),
            started_at: new.started_at,
            ended_at: new.ended_at,
            break_minutes: new.break_minutes,
            time_zone: new.time_zone,
            worked_on: new.worked_on,
            ended_on: new.ended_on,
            minutes: new.minutes,
            headcount: new.headcount,
            total_minutes: new.total_minutes,
            description: new.description,
            created_by: ctx.actor().user(),
            created_at: ctx.now(),
            decided_by: None,
            decided_at: None,
            decision_reason: None,
        };
        let (mut after, days) = swapped(&old, &amendment, &placed.calendar.days);
        if same_content(&after, &old) {
            return Err(HoursError::NothingChanged);
        }
        let people: Vec<_> = old.person_id.into_iter().collect();
        engaged::lock_people(tx, &people).await?;
        let mut chain = ledger::lock(tx, old.organization_id).await?;
        let candidates = [placed.candidate(id, old.status)];
        let cap = place.organization.daily_cap_minutes;
        let mut gate = Gate::open(ctx, tx, old.organization_id, cap, &candidates, &[id]).await?;
        for candidate in &candidates {
            gate.admit(ctx, placed.zone, candidate)?;
        }
        // What stands now is the old content, one version on.
        after = hour_entry::Model {
            version: old.version.saturating_add(1),
            updated_at: ctx.now(),
            ..old
        };
        store::replace(tx, &[&after]).await?;
        hour_entry_amendment::Entity::insert(amendment.clone().into_active_model())
            .exec_without_returning(&**tx)
            .await?;
        let kept = store::days_of(&**tx, &[id]).await?;
        let kept = kept.get(&id).map(Vec::as_slice).unwrap_or_default();
        let proposal = Proposal {
            row: &amendment,
            days: &days,
        };
        let event = Event::of_amendment(
            &ctx.core().keys,
            EventKind::AmendmentProposed,
            (&after, kept),
            proposal,
            ctx.actor().user(),
            reason,
        );
        ledger::append(tx, &mut chain, ctx.now(), &[event]).await?;
        let line = Line {
            action: "hours.amend",
            organization: Some(after.organization_id),
            subject: ("HourEntry", Some(id.0)),
            details: Some(json!({ "version": after.version, "ledger": chain.sequence() })),
        };
        audit::record(ctx, tx, line).await?;
        Ok(after.into())
    })
    .await
}

/// The entry as it stands once the correction is approved, with its days.
fn swapped(
    old: &hour_entry::Model,
    amendment: &hour_entry_amendment::Model,
    days: &[DayShare],
) -> (hour_entry::Model, Vec<DayShare>) {
    let new = hour_entry::Model {
        project_id: amendment.project_id,
        territory_id: amendment.territory_id,
        evidence_level: amendment.evidence_level,
        started_at: amendment.started_at,
        ended_at: amendment.ended_at,
        break_minutes: amendment.break_minutes,
        time_zone: amendment.time_zone.clone(),
        worked_on: amendment.worked_on,
        ended_on: amendment.ended_on,
        minutes: amendment.minutes,
        headcount: amendment.headcount,
        total_minutes: amendment.total_minutes,
        description: amendment.description.clone(),
        ..old.clone()
    };
    (new, days.to_vec())
}

/// The entry as it would stand with its correction, and its days then.
///
/// # Errors
/// [`HoursError::Inconsistent`] where what is stored cannot be read.
pub fn proposed(
    entry: &hour_entry::Model,
    amendment: &hour_entry_amendment::Model,
) -> Result<(hour_entry::Model, Vec<DayShare>), HoursError> {
    let calendar = calendar(entry, amendment)?;
    Ok(swapped(entry, amendment, &calendar.days))
}

fn same_content(one: &hour_entry::Model, other: &hour_entry::Model) -> bool {
    // All but the evidence, which follows from the rest.
    hour_entry::Model {
        evidence_level: other.evidence_level,
        ..one.clone()
    } == *other
}

/// The corrections of some entries that wait for a decision.
///
/// # Errors
/// [`DbErr`].
pub async fn pending(
    conn: &impl ConnectionTrait,
    entries: &[EntryId],
) -> Result<HashMap<EntryId, hour_entry_amendment::Model>, DbErr> {
    let rows = hour_entry_amendment::Entity::find()
        .filter(hour_entry_amendment::Column::EntryId.is_in(entries.iter().copied()))
        .filter(hour_entry_amendment::Column::Status.eq(AmendmentStatus::Pending))
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|it| (it.entry_id, it)).collect())
}

/// The days of a correction, as its zone cuts them.
///
/// # Errors
/// [`HoursError::Inconsistent`] where what is stored cannot be read.
pub fn calendar(
    entry: &hour_entry::Model,
    amendment: &hour_entry_amendment::Model,
) -> Result<Calendar, HoursError> {
    let (work, zone) = work(entry, amendment)?;
    Ok(cut(&work, &zone))
}

fn work(
    entry: &hour_entry::Model,
    amendment: &hour_entry_amendment::Model,
) -> Result<(Work, Zone), HoursError> {
    let (proposed, _) = swapped(entry, amendment, &[]);
    let parsed = NewEntry::parse(&Entry::fields(&proposed))
        .map_err(|_refused| HoursError::Inconsistent("a correction that says nothing"))?;
    let zone = zones::parse(&amendment.time_zone)
        .ok_or(HoursError::Inconsistent("a time zone without a name"))?;
    Ok((parsed.work, zone))
}

/// What ends a correction.
#[derive(Clone, Copy, Debug)]
pub struct Settling<'a> {
    /// What is done.
    pub act: Act,
    /// Why, where a reason is given.
    pub reason: Option<&'a str>,
    /// When.
    pub now: DateTime<Utc>,
}

/// Ends the correction of an entry that is held together with its person and its chain: puts it in
/// the entry's place, or lets it go. The entry is changed to what it is from now on.
///
/// # Errors
/// [`HoursError::Overlap`], [`HoursError::DailyCap`], [`HoursError::PeriodClosed`] for a correction
/// that is no longer possible; a fault.
pub async fn settle(
    ctx: &Ctx,
    tx: &Tx,
    chain: &mut Chain,
    entry: &mut hour_entry::Model,
    amendment: &hour_entry_amendment::Model,
    settling: Settling<'_>,
) -> Result<(), HoursError> {
    let Settling { act, reason, now } = settling;
    let (status, kind) = match act {
        Act::Approve => (AmendmentStatus::Approved, EventKind::AmendmentApproved),
        Act::Return => (AmendmentStatus::Returned, EventKind::AmendmentReturned),
        Act::Reject => (AmendmentStatus::Rejected, EventKind::AmendmentRejected),
        _ => (AmendmentStatus::Withdrawn, EventKind::AmendmentWithdrawn),
    };
    let (work, zone) = work(entry, amendment)?;
    let calendar = cut(&work, &zone);
    let actor = ctx.actor().user();
    let mut row = entry.clone();
    if act == Act::Approve {
        let organization = store::organization(&**tx, ctx.scope(), row.organization_id)
            .await?
            .ok_or(HoursError::NotFound { field: "ids" })?;
        let candidates = [Candidate {
            id: row.id,
            person: row.person_id,
            work: &work,
            calendar: &calendar,
            status: row.status,
        }];
        let cap = organization.daily_cap_minutes;
        let mut gate =
            Gate::open(ctx, tx, row.organization_id, cap, &candidates, &[row.id]).await?;
        for candidate in &candidates {
            gate.admit(ctx, &zone, candidate)?;
        }
        (row, _) = swapped(&row, amendment, &[]);
        row.decided_by = actor;
        row.decided_at = Some(now);
        let zero = gate.declared_zero([&calendar].into_iter());
        if !zero.is_empty() {
            store::undeclare_zero(tx, row.organization_id, &zero, now).await?;
        }
    }
    row.version = row.version.saturating_add(1);
    row.updated_at = now;
    store::replace(tx, &[&row]).await?;
    if act == Act::Approve {
        store::delete_days(tx, &[row.id]).await?;
        store::insert_days(tx, &[(&row, &calendar.days)]).await?;
    }
    let ended = hour_entry_amendment::Model {
        status,
        decided_by: actor,
        decided_at: Some(now),
        decision_reason: reason.map(str::to_owned),
        ..amendment.clone()
    };
    let mut columns = ended.clone().into_active_model().reset_all();
    columns.id = sea_orm::ActiveValue::NotSet;
    hour_entry_amendment::Entity::update_many()
        .set(columns)
        .filter(hour_entry_amendment::Column::Id.eq(ended.id))
        .exec(&**tx)
        .await?;
    let kept = store::days_of(&**tx, &[row.id]).await?;
    let kept = kept.get(&row.id).map(Vec::as_slice).unwrap_or_default();
    let proposal = Proposal {
        row: &ended,
        days: &calendar.days,
    };
    let keys = &ctx.core().keys;
    let event = Event::of_amendment(keys, kind, (&row, kept), proposal, actor, reason);
    ledger::append(tx, chain, now, &[event]).await?;
    *entry = row;
    Ok(())
}

/// Those of some entries whose corrections an act would decide.
#[must_use]
pub fn concerned(act: Act, rows: &HashMap<EntryId, hour_entry::Model>) -> Vec<EntryId> {
    use entity::types::EntryStatus::Approved;
    let settles = act.decides() || act == Act::Withdraw;
    let ids: HashSet<EntryId> = rows
        .values()
        .filter(|it| settles && it.status == Approved)
        .map(|it| it.id)
        .collect();
    let mut ids: Vec<EntryId> = ids.into_iter().collect();
    ids.sort_unstable();
    ids
}
