//! Gathers what a decision needs to know about entries that wait: why it would be refused, the
//! person's days, what else is there, what is worth a second look.
//!
//! The number of statements does not depend on the number of entries. Refusals come from the gate
//! of the decision itself, `hours/guard`.

use std::collections::BTreeSet;
use std::collections::HashMap;
use std::collections::HashSet;

use chrono::Days;
use chrono::NaiveDate;
use entity::hour_entry;
use entity::ids::EntryId;
use entity::ids::PersonId;
use entity::ids::VolunteerId;
use entity::organization;
use entity::types::EntryStatus;
use sea_orm::DbErr;

use crate::hours::amend;
use crate::hours::closed::Closed;
use crate::hours::days::DayShare;
use crate::hours::days::months_between;
use crate::hours::entry::Entry;
use crate::hours::error::HoursError;
use crate::hours::guard;
use crate::hours::guard::Attempt;
use crate::hours::ledger;
use crate::hours::queue::anomaly;
use crate::hours::queue::anomaly::Alike;
use crate::hours::queue::anomaly::Anomaly;
use crate::hours::queue::anomaly::Around;
use crate::hours::queue::anomaly::DayTotal;
use crate::hours::queue::anomaly::Habit;
use crate::hours::queue::anomaly::ROUND_DAYS;
use crate::hours::queue::store;
use crate::hours::queue::store::Saying;
use crate::hours::rules::DAY_MINUTES_MOST;
use crate::hours::state::Act;
use crate::hours::state::Correction;
use crate::hours::store as entries;
use crate::identity::Ctx;
use crate::platform::zones;
use crate::platform::zones::Zone;
use crate::refusal::Refusal;
use crate::refusal::Refuse;

/// Another entry of the same person.
#[derive(Clone, Debug, PartialEq)]
pub struct Beside {
    /// The other.
    pub entry: Entry,
    /// Whether the two share an instant; otherwise only a day.
    pub overlaps: bool,
}

/// An entry that waits for a decision, with what is known around it.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    /// The entry.
    pub entry: Entry,
    /// The same as its correction proposes it, where a correction is what waits.
    pub proposed: Option<hour_entry::Model>,
    /// Why approving it would be refused now; `None` where it would not.
    pub refusal: Option<Refusal>,
    /// The person's minutes on each of its days; empty for a group.
    pub days: Vec<DayTotal>,
    /// The most of one day, in minutes.
    pub cap: i64,
    /// What is worth a second look.
    pub anomalies: Vec<Anomaly>,
    /// Other entries of the person in the organization that touch its days, once asked for.
    pub beside: Vec<Beside>,
}

impl Waiting {
    /// What is decided on: the entry, or what its correction proposes.
    #[must_use]
    pub fn judged(&self) -> &hour_entry::Model {
        self.proposed.as_ref().unwrap_or(&self.entry.row)
    }
}

/// Gathers what is known around entries of one organization, in their order.
///
/// # Errors
/// [`DbErr`].
pub async fn gather(
    ctx: &Ctx,
    organization: &organization::Model,
    rows: Vec<hour_entry::Model>,
) -> Result<Vec<Waiting>, DbErr> {
    let known = Known::about(ctx, organization, &rows).await?;
    Ok(rows
        .into_iter()
        .map(|row| known.waiting(ctx, row))
        .collect())
}

/// Adds the other entries of the people that touch the same days.
///
/// # Errors
/// [`DbErr`].
pub async fn look_beside(
    ctx: &Ctx,
    organization: &organization::Model,
    waiting: &mut [Waiting],
) -> Result<(), DbErr> {
    let people = distinct(waiting.iter().filter_map(|it| it.judged().person_id));
    let days = distinct(
        waiting
            .iter()
            .flat_map(|it| it.days.iter())
            .map(|it| it.day),
    );
    let found = store::on_days(ctx.read(), ctx.scope(), organization.id, &people, &days).await?;
    for it in waiting {
        let row = it.judged();
        let others = row.person_id.and_then(|it| found.get(&it));
        let beside = others
            .into_iter()
            .flatten()
            .filter(|other| other.id != row.id)
            .filter(|other| row.worked_on <= other.ended_on && other.worked_on <= row.ended_on)
            .map(|other| Beside {
                overlaps: overlap(row, other),
                entry: Entry::from(other.clone()),
            })
            .collect();
        it.beside = beside;
    }
    Ok(())
}

fn overlap(one: &hour_entry::Model, other: &hour_entry::Model) -> bool {
    let spans = one
        .started_at
        .zip(one.ended_at)
        .zip(other.started_at.zip(other.ended_at));
    spans.is_some_and(|((from, to), (since, until))| from < until && since < to)
}

/// What is known around the entries of a page.
struct Known {
    cap: i64,
    days: HashMap<EntryId, Vec<DayShare>>,
    proposed: HashMap<EntryId, (hour_entry::Model, Vec<DayShare>)>,
    minutes: HashMap<(PersonId, NaiveDate), DayTotal>,
    alike: HashMap<Saying, (i64, i64)>,
    repeated: HashMap<(PersonId, Saying), i64>,
    habits: HashMap<VolunteerId, Habit>,
    written: HashSet<EntryId>,
    closed: Closed,
    zones: HashMap<String, Zone>,
}

impl Known {
    async fn about(
        ctx: &Ctx,
        own: &organization::Model,
        rows: &[hour_entry::Model],
    ) -> Result<Self, DbErr> {
        let conn = ctx.read();
        let mut known = Self {
            cap: i64::from(own.daily_cap_minutes.0.min(DAY_MINUTES_MOST)),
            days: HashMap::new(),
            proposed: HashMap::new(),
            minutes: HashMap::new(),
            alike: HashMap::new(),
            repeated: HashMap::new(),
            habits: HashMap::new(),
            written: HashSet::new(),
            closed: Closed::default(),
            zones: HashMap::new(),
        };
        if rows.is_empty() {
            return Ok(known);
        }
        let ids: Vec<EntryId> = rows.iter().map(|it| it.id).collect();
        known.proposed = proposals(ctx, rows).await?;
        let both = || {
            let proposed = known.proposed.values().map(|(row, _)| row);
            rows.iter().chain(proposed)
        };
        let people = distinct(rows.iter().filter_map(|it| it.person_id));
        let volunteers = distinct(rows.iter().filter_map(|it| it.volunteer_id));
        let projects = distinct(both().map(|it| it.project_id));
        let begun = distinct(both().map(|it| it.worked_on));
        let touched = distinct(both().flat_map(|it| [it.worked_on, it.ended_on]));
        let months = both().flat_map(|it| months_between(it.worked_on, it.ended_on));
        let months = distinct(months);

        known.days = entries::days_of(conn, &ids).await?;
        // What people do elsewhere is added up, and not told apart.
        let everybody = ctx.core().db.system().read();
        let minutes = store::minutes_by_day(everybody, &people, &touched).await?;
        for (person, day, at, minutes) in minutes {
            let total = known.minutes.entry((person, day)).or_insert(DayTotal {
                day,
                minutes: 0,
                elsewhere: 0,
            });
            if at == own.id {
                total.minutes = total.minutes.saturating_add(minutes);
            } else {
                total.elsewhere = total.elsewhere.saturating_add(minutes);
            }
        }
        known.alike = store::alike(conn, own.id, &projects, &begun).await?;
        known.repeated = store::repeated(conn, own.id, &projects, &begun, &people).await?;
        let zone = zones::parse(&own.time_zone).unwrap_or_else(Zone::utc);
        let from = zone.day_of(ctx.now()) - Days::new(ROUND_DAYS);
        known.habits = store::habits(conn, &volunteers, from).await?;
        if let Some(user) = ctx.actor().user() {
            let written = ledger::written_by(conn, &ids, user).await?;
            known.written = written.into_iter().collect();
        }
        known.closed = Closed::read(ctx, conn, &[own.id], &months).await?;
        let names: BTreeSet<String> = both().map(|it| it.time_zone.clone()).collect();
        known.zones = names
            .into_iter()
            .map(|it| (it.clone(), zones::parse(&it).unwrap_or_else(Zone::utc)))
            .collect();
        Ok(known)
    }

    fn waiting(&self, ctx: &Ctx, row: hour_entry::Model) -> Waiting {
        let proposed = self.proposed.get(&row.id).map(|(it, _)| it.clone());
        let judged = proposed.as_ref().unwrap_or(&row);
        let days = self.totals(&row);
        let utc = Zone::utc();
        let saying = (
            judged.project_id,
            judged.worked_on,
            judged.minutes.0,
            judged.description.clone(),
        );
        let (entries, people) = self.alike.get(&saying).copied().unwrap_or_default();
        let own = row
            .person_id
            .and_then(|it| self.repeated.get(&(it, saying)));
        let around = Around {
            days: &days,
            cap: self.cap,
            alike: Alike {
                entries,
                people,
                own: own.copied().unwrap_or(1),
            },
            habit: row
                .volunteer_id
                .and_then(|it| self.habits.get(&it))
                .copied()
                .unwrap_or_default(),
            written: self.wrote(ctx, &row),
            zone: self.zones.get(&judged.time_zone).unwrap_or(&utc),
        };
        let anomalies = anomaly::judge(judged, &around);
        Waiting {
            refusal: self.refusal(ctx, &row, proposed.as_ref(), &days),
            anomalies,
            days,
            cap: self.cap,
            beside: Vec::new(),
            proposed,
            entry: Entry::from(row),
        }
    }

    /// The person's days; with a correction, as they would be with it.
    fn totals(&self, row: &hour_entry::Model) -> Vec<DayTotal> {
        let Some(person) = row.person_id else {
            return Vec::new();
        };
        let stands = self.days.get(&row.id).map(Vec::as_slice);
        let stands = stands.unwrap_or_default();
        let total = |day: NaiveDate| {
            let none = DayTotal {
                day,
                minutes: 0,
                elsewhere: 0,
            };
            self.minutes.get(&(person, day)).copied().unwrap_or(none)
        };
        let Some((_, proposed)) = self.proposed.get(&row.id) else {
            return stands.iter().map(|it| total(it.day)).collect();
        };
        let of_day = |days: &[DayShare], day: NaiveDate| -> i64 {
            let shares = days.iter().filter(|it| it.day == day);
            shares.map(|it| i64::from(it.minutes.0)).sum()
        };
        let with = |share: &DayShare| {
            let total = total(share.day);
            let gained = i64::from(share.minutes.0).saturating_sub(of_day(stands, share.day));
            DayTotal {
                minutes: total.minutes.saturating_add(gained),
                ..total
            }
        };
        proposed.iter().map(with).collect()
    }

    fn wrote(&self, ctx: &Ctx, row: &hour_entry::Model) -> bool {
        let user = ctx.actor().user();
        user.is_some() && (row.created_by == user || self.written.contains(&row.id))
    }

    /// Why approving would be refused now, by the gate of the approval itself. A correction meets
    /// the gate with the months of what it proposes, too, and with the cap of its days.
    fn refusal(
        &self,
        ctx: &Ctx,
        row: &hour_entry::Model,
        proposed: Option<&hour_entry::Model>,
        days: &[DayTotal],
    ) -> Option<Refusal> {
        let attempt = Attempt {
            act: Act::Approve,
            expected: None,
            correction: Correction::of(proposed),
            reason: None,
            closed: &self.closed,
            written: &self.written,
        };
        let gate = |it: &hour_entry::Model| guard::check(ctx, it, &attempt).err();
        let cap = |_: &hour_entry::Model| {
            let planned = |it: &DayTotal| it.minutes.saturating_add(it.elsewhere);
            let full = days.iter().find(|it| planned(it) > self.cap)?;
            Some(HoursError::DailyCap {
                day: full.day,
                planned: planned(full),
                cap: self.cap,
            })
        };
        gate(row)
            .or_else(|| proposed.and_then(gate))
            .or_else(|| proposed.and_then(cap))
            .and_then(|it| it.refusals())
            .and_then(|it| it.into_iter().next())
    }
}

/// What the corrections of approved entries propose.
async fn proposals(
    ctx: &Ctx,
    rows: &[hour_entry::Model],
) -> Result<HashMap<EntryId, (hour_entry::Model, Vec<DayShare>)>, DbErr> {
    let approved = rows.iter().filter(|it| it.status == EntryStatus::Approved);
    let ids: Vec<EntryId> = approved.map(|it| it.id).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let pending = amend::pending(ctx.read(), &ids).await?;
    Ok(rows
        .iter()
        .filter_map(|row| {
            let proposed = amend::proposed(row, pending.get(&row.id)?).ok()?;
            Some((row.id, proposed))
        })
        .collect())
}

fn distinct<T: Ord>(values: impl Iterator<Item = T>) -> Vec<T> {
    let values: BTreeSet<T> = values.collect();
    values.into_iter().collect()
}
