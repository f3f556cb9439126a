//! What the operations of a batch touch: which entries, whose time, whose presence.
//!
//! It decides only which operations must wait for each other, never whether one is allowed: what
//! cannot be seen here is refused where it is carried out. The number of statements does not depend
//! on that of the operations.

use std::collections::BTreeSet;
use std::collections::HashMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::TimeDelta;
use chrono::Utc;
use entity::activity;
use entity::ids::ActivityId;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::ShiftId;
use entity::ids::VolunteerId;
use entity::shift;
use entity::volunteer;
use sea_orm::DbErr;
use uuid::Uuid;

use crate::activities::store as activities;
use crate::attendance::passing::Passing;
use crate::attendance::passing::Way;
use crate::attendance::token::FRESH;
use crate::attendance::token::Token;
use crate::hours::Item;
use crate::hours::Target;
use crate::hours::Work;
use crate::hours::change::Change;
use crate::hours::list;
use crate::hours::store;
use crate::identity::Ctx;
use crate::platform::zones;
use crate::platform::zones::Zone;
use crate::sync::operation::Act;
use crate::sync::operation::EntryRef;
use crate::sync::operation::Operation;
use crate::sync::waves::Time;
use crate::sync::waves::Touch;
use crate::volunteers;

/// What operations touch, in their order; `made` are the entries of creations that were done before,
/// `skew` is by how much the server's clock is ahead of the device's.
///
/// # Errors
/// [`DbErr`].
pub async fn touches(
    ctx: &Ctx,
    made: &HashMap<Uuid, EntryId>,
    skew: TimeDelta,
    operations: &[Operation],
) -> Result<Vec<Touch>, DbErr> {
    let mut known = Known::read(ctx, made, operations).await?;
    Ok(operations
        .iter()
        .map(|it| known.touch(ctx, made, skew, it))
        .collect())
}

/// An entry under the name by which all operations know it.
fn named(made: &HashMap<Uuid, EntryId>, entry: EntryRef) -> EntryRef {
    match entry {
        EntryRef::Made(id) => made.get(&id).copied().map_or(entry, EntryRef::Id),
        EntryRef::Id(_) => entry,
    }
}

/// Whose and when an entry may be, at any time of the batch.
#[derive(Clone)]
struct Held {
    volunteer: VolunteerId,
    days: (NaiveDate, NaiveDate),
    span: Option<(DateTime<Utc>, DateTime<Utc>)>,
    zone: Zone,
}

/// What is known of all that the operations name.
#[derive(Default)]
struct Known {
    held: HashMap<EntryRef, Held>,
    zones: HashMap<ProjectId, Zone>,
    volunteers: HashMap<VolunteerId, volunteer::Model>,
    own: HashMap<OrganizationId, VolunteerId>,
    shifts: HashMap<ShiftId, shift::Model>,
    activities: HashMap<ActivityId, activity::Model>,
}

impl Known {
    async fn read(
        ctx: &Ctx,
        made: &HashMap<Uuid, EntryId>,
        operations: &[Operation],
    ) -> Result<Self, DbErr> {
        let mut known = Self::default();
        let mut entries: BTreeSet<EntryId> = BTreeSet::new();
        let mut projects: BTreeSet<ProjectId> = BTreeSet::new();
        let mut records: BTreeSet<VolunteerId> = BTreeSet::new();
        let mut shifts: BTreeSet<ShiftId> = BTreeSet::new();
        for it in operations {
            if let Some(EntryRef::Id(id)) = it.act.entry().map(|it| named(made, it)) {
                entries.insert(id);
            }
            match &it.act {
                Act::Create(item) => {
                    projects.insert(item.entry.project);
                    records.extend(item.entry.work.volunteer());
                }
                Act::Change(_, _, change) => projects.extend(change.project),
                Act::Pass(_, passing) => {
                    shifts.extend(shift_of(ctx, passing));
                    records.extend(passing.volunteer);
                    if passing.volunteer.is_none() {
                        records.extend(ctx.scope().own_records().iter().copied());
                    }
                }
                Act::Delete(..) | Act::Submit(..) | Act::Withdraw(..) => {}
            }
        }
        let (conn, scope) = (ctx.read(), ctx.scope());
        if !entries.is_empty() {
            let ids: Vec<EntryId> = entries.into_iter().collect();
            for (id, entry) in list::by_ids(conn, scope, &ids).await? {
                let row = entry.row;
                records.extend(row.volunteer_id);
                let Some((volunteer, zone)) = row.volunteer_id.zip(zones::parse(&row.time_zone))
                else {
                    continue;
                };
                let held = Held {
                    volunteer,
                    days: (row.worked_on, row.ended_on),
                    span: row.started_at.zip(row.ended_at),
                    zone,
                };
                known.held.insert(EntryRef::Id(id), held);
            }
        }
        if !shifts.is_empty() {
            let ids: Vec<ShiftId> = shifts.into_iter().collect();
            let found = activities::shifts(conn, scope, &ids).await?;
            let kinds: BTreeSet<ActivityId> = found.iter().map(|it| it.activity_id).collect();
            let kinds: Vec<ActivityId> = kinds.into_iter().collect();
            let kinds = activities::activities(conn, scope, &kinds).await?;
            projects.extend(kinds.iter().map(|it| it.project_id));
            known.activities = kinds.into_iter().map(|it| (it.id, it)).collect();
            known.shifts = found.into_iter().map(|it| (it.id, it)).collect();
        }
        if !records.is_empty() {
            let ids: Vec<VolunteerId> = records.into_iter().collect();
            known.volunteers = volunteers::store::kept(conn, scope, &ids).await?;
            known.own = known
                .volunteers
                .values()
                .filter(|it| ctx.scope().owns(it.id))
                .map(|it| (it.organization_id, it.id))
                .collect();
        }
        if !projects.is_empty() {
            let ids: Vec<ProjectId> = projects.into_iter().collect();
            known.zones = zones_of(ctx, &ids).await?;
        }
        Ok(known)
    }

    fn touch(
        &mut self,
        ctx: &Ctx,
        made: &HashMap<Uuid, EntryId>,
        skew: TimeDelta,
        it: &Operation,
    ) -> Touch {
        let mut touch = Touch {
            kind: it.act.name(),
            client_id: it.client_id,
            entry: it.act.entry().map(|it| named(made, it)),
            presence: None,
            time: None,
        };
        match &it.act {
            Act::Create(item) => {
                let entry = named(made, EntryRef::Made(it.client_id));
                touch.entry = Some(entry);
                if let Some(held) = self.created(item) {
                    self.held.entry(entry).or_insert_with(|| held.clone());
                    // Whoever hands in at once is judged by the rules at once.
                    touch.time = self.time(&held, true, item.target == Target::Submitted);
                }
            }
            Act::Change(_, _, change) => touch.time = self.changed(touch.entry, change),
            Act::Delete(..) => touch.time = self.of_entry(touch.entry, true, false),
            Act::Submit(..) => touch.time = self.of_entry(touch.entry, false, true),
            // Drafts hold time like what was handed in.
            Act::Withdraw(..) => {}
            Act::Pass(way, passing) => {
                let at = it.client_time.checked_add_signed(skew);
                self.passes(ctx, &mut touch, (*way, passing), at);
            }
        }
        touch
    }

    fn time(&self, held: &Held, moves: bool, judged: bool) -> Option<Time> {
        let record = self.volunteers.get(&held.volunteer)?;
        Some(Time {
            person: record.person_id,
            volunteer: record.id,
            days: held.days,
            span: held.span,
            moves,
            judged,
        })
    }

    fn of_entry(&self, entry: Option<EntryRef>, moves: bool, judged: bool) -> Option<Time> {
        self.time(self.held.get(&entry?)?, moves, judged)
    }

    fn created(&self, item: &Item) -> Option<Held> {
        let zone = self.zones.get(&item.entry.project)?.clone();
        let work = &item.entry.work;
        let days = match work {
            Work::Interval {
                started_at,
                ended_at,
                ..
            } => (zone.day_of(*started_at), zone.day_of(*ended_at)),
            Work::Duration { worked_on, .. } | Work::Group { worked_on, .. } => {
                (*worked_on, *worked_on)
            }
        };
        Some(Held {
            volunteer: work.volunteer()?,
            days,
            span: work.span(),
            zone,
        })
    }

    /// What an entry held and may hold after a change, which may be refused.
    fn changed(&mut self, entry: Option<EntryRef>, change: &Change) -> Option<Time> {
        let mut held = self.held.get(&entry?)?.clone();
        if let Some(zone) = change.project.and_then(|it| self.zones.get(&it)) {
            held.zone = zone.clone();
        }
        if let Some((from, to)) = held.span {
            let given = [change.started_at, change.ended_at];
            let from = given.into_iter().flatten().fold(from, DateTime::min);
            let to = given.into_iter().flatten().fold(to, DateTime::max);
            held.span = Some((from, to));
        }
        let clocked = held.span.map(|(from, to)| [from, to]);
        let days = clocked
            .into_iter()
            .flatten()
            .map(|it| held.zone.day_of(it))
            .chain(change.worked_on);
        let (first, last) = held.days;
        held.days = days.fold((first, last), |(first, last), it| {
            (first.min(it), last.max(it))
        });
        let time = self.time(&held, true, false);
        self.held.insert(entry?, held);
        time
    }

    fn passes(
        &self,
        ctx: &Ctx,
        touch: &mut Touch,
        (way, passing): (Way, &Passing),
        at: Option<DateTime<Utc>>,
    ) {
        let found = shift_of(ctx, passing).and_then(|it| self.shifts.get(&it));
        let Some(shift) = found else {
            return;
        };
        let own = self.own.get(&shift.organization_id).copied();
        let Some(volunteer) = passing.volunteer.or(own) else {
            return;
        };
        // Of a record that was merged the one that took it over is meant.
        let record = self.volunteers.get(&volunteer);
        touch.presence = Some((shift.id, record.map_or(volunteer, |it| it.id)));
        if way == Way::In && shift.attendance_closed_at.is_none() {
            // Hours follow only when they leave, or when the shift is closed.
            return;
        }
        // Nothing counts before the shift, and nothing after they left.
        let left = at.and_then(|it| it.checked_add_signed(FRESH));
        let span = (
            shift.starts_at,
            shift.ends_at.max(left.unwrap_or(shift.ends_at)),
        );
        let zone = self
            .activities
            .get(&shift.activity_id)
            .and_then(|it| self.zones.get(&it.project_id));
        if let Some(zone) = zone {
            let held = Held {
                volunteer,
                days: (zone.day_of(span.0), zone.day_of(span.1)),
                span: Some(span),
                zone: zone.clone(),
            };
            touch.time = self.time(&held, true, true);
        }
    }
}

fn shift_of(ctx: &Ctx, passing: &Passing) -> Option<ShiftId> {
    let token = passing.token.as_deref();
    let scanned = token.and_then(|it| Token::read(&ctx.core().keys, it));
    scanned.map(|it| it.shift).or(passing.shift)
}

/// The zones by which the days of projects are reckoned: their own, else those of their organizations.
async fn zones_of(ctx: &Ctx, ids: &[ProjectId]) -> Result<HashMap<ProjectId, Zone>, DbErr> {
    let projects = store::projects(ctx.read(), ctx.scope(), ids).await?;
    let organizations: BTreeSet<OrganizationId> =
        projects.values().map(|it| it.organization_id).collect();
    let organizations: Vec<OrganizationId> = organizations.into_iter().collect();
    let terms = store::terms(ctx.read(), &organizations).await?;
    let general: HashMap<OrganizationId, String> =
        terms.into_iter().map(|it| (it.id, it.time_zone)).collect();
    Ok(projects
        .into_values()
        .filter_map(|it| {
            let name = it.time_zone.as_deref();
            let name = name.or(general.get(&it.organization_id).map(String::as_str))?;
            Some((it.id, zones::parse(name)?))
        })
        .collect())
}
