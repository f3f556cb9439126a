//! Hands entries over from one record of a person to another, when records are merged or parted.
//!
//! Minutes, days and states stay; whose they are changes, and each entry gets a new version and an
//! event in the ledger. Which records are of one person is decided in `duplicates`.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::hour_entry;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ids::PersonId;
use entity::volunteer;

use crate::hours::before::Before;
use crate::hours::closed::Closed;
use crate::hours::days::months_between;
use crate::hours::engaged;
use crate::hours::error::HoursError;
use crate::hours::guard::Gate;
use crate::hours::ledger;
use crate::hours::ledger::Event;
use crate::hours::ledger::EventKind;
use crate::hours::record::unless_overlapping;
use crate::hours::store;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::platform::feed;
use crate::platform::feed::Change;
use crate::platform::feed::Kind;

/// What became of entries that were to be handed over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Handover {
    /// Those that went over.
    pub moved: Vec<EntryId>,
    /// Those that stayed, since their months are closed to the actor.
    pub stayed: Vec<EntryId>,
}

/// Hands entries of one organization over to a record, in an open transaction in which they and the
/// records are held. An entry of a month that is closed to the actor stays where it is.
///
/// # Errors
/// [`HoursError::Denied`]; [`HoursError::Overlap`] or [`HoursError::DailyCap`] where the person would
/// have done two things at a time, or more in a day than the cap: then nothing goes over. A fault.
pub async fn hand_over_in(
    ctx: &Ctx,
    tx: &Tx,
    entries: &[hour_entry::Model],
    to: &volunteer::Model,
    reason: Option<&str>,
) -> Result<Handover, HoursError> {
    let organization = to.organization_id;
    ctx.demand(Action::LogHoursForOthers, organization)?;
    let (going, stayed) = part(ctx, tx, organization, entries).await?;
    let moved: Vec<EntryId> = going.iter().map(|it| it.id).collect();
    if going.is_empty() {
        return Ok(Handover { moved, stayed });
    }
    let mut people: Vec<PersonId> = going.iter().filter_map(|it| it.person_id).collect();
    people.push(to.person_id);
    engaged::lock_people(tx, &people).await?;
    let mut chain = ledger::lock(tx, organization).await?;
    admit(ctx, tx, organization, &going, &moved, to).await?;
    let rows: Vec<hour_entry::Model> = going
        .iter()
        .map(|old| hour_entry::Model {
            volunteer_id: Some(to.id),
            person_id: Some(to.person_id),
            version: old.version.saturating_add(1),
            updated_at: ctx.now(),
            ..(*old).clone()
        })
        .collect();
    let replaced: Vec<&hour_entry::Model> = rows.iter().collect();
    if !unless_overlapping(tx, async || store::replace(tx, &replaced).await).await? {
        return Err(HoursError::Overlap { other: None });
    }
    store::give_days(tx, &moved, to.person_id).await?;
    let days = store::days_of(&**tx, &moved).await?;
    let (keys, actor) = (&ctx.core().keys, ctx.actor().user());
    let events: Vec<Event> = rows
        .iter()
        .map(|row| {
            let days = days.get(&row.id).map(Vec::as_slice).unwrap_or_default();
            Event::of(keys, EventKind::HandedOver, row, days, actor, reason)
        })
        .collect();
    // Whoever follows the other record has them no longer; whoever follows both loses them first and
    // has them again by the ledger.
    let gone = going.iter().map(|it| Change {
        kind: Kind::HourEntry,
        record: it.id.0,
        audience: it.volunteer_id.map(|it| it.0),
        removed: true,
    });
    feed::append(tx, organization, ctx.now(), gone);
    ledger::append(tx, &mut chain, ctx.now(), &events).await?;
    Ok(Handover { moved, stayed })
}

/// The entries that the actor may write, and the others.
async fn part<'a>(
    ctx: &Ctx,
    tx: &Tx,
    organization: OrganizationId,
    entries: &'a [hour_entry::Model],
) -> Result<(Vec<&'a hour_entry::Model>, Vec<EntryId>), HoursError> {
    let months: BTreeSet<NaiveDate> = entries
        .iter()
        .flat_map(|it| months_between(it.worked_on, it.ended_on))
        .collect();
    let months: Vec<NaiveDate> = months.into_iter().collect();
    let closed = Closed::hold(ctx, tx, &[organization], &months).await?;
    let (mut going, mut stayed) = (Vec::new(), Vec::new());
    for it in entries {
        match closed.demand_open(organization, it.worked_on, it.ended_on) {
            Ok(()) => going.push(it),
            Err(HoursError::PeriodClosed { .. }) => stayed.push(it.id),
            Err(error) => return Err(error),
        }
    }
    Ok((going, stayed))
}

/// Demands that all of it fits into the days of the person.
async fn admit(
    ctx: &Ctx,
    tx: &Tx,
    organization: OrganizationId,
    going: &[&hour_entry::Model],
    ids: &[EntryId],
    to: &volunteer::Model,
) -> Result<(), HoursError> {
    let terms = store::terms(&**tx, &[organization]).await?;
    let cap = terms.first().map(|it| it.daily_cap_minutes);
    let cap = cap.ok_or(HoursError::Inconsistent("no organization"))?;
    let held = going
        .iter()
        .map(|it| Before::of(it))
        .collect::<Result<Vec<_>, _>>()?;
    let candidates: Vec<_> = held
        .iter()
        .map(|it| it.candidate_of(Some(to.person_id)))
        .collect();
    let mut gate = Gate::open(ctx, tx, organization, cap, &candidates, ids).await?;
    for (it, candidate) in held.iter().zip(&candidates) {
        gate.admit(ctx, &it.zone, candidate)?;
    }
    Ok(())
}
