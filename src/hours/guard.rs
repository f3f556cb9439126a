//! The one gate of every write: actor, state, version, month, rules, reasons.
//!
//! Creating, changing, importing and deciding pass it, one entry or many; what a client is told it
//! may do comes from it too. It changes nothing.

use std::collections::HashSet;

use chrono::NaiveDate;
use entity::hour_entry;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ids::PersonId;
use entity::ids::VolunteerId;
use entity::project;
use entity::types::EntryStatus;
use entity::types::Minutes;
use sea_orm::DbErr;

use crate::hours::closed::Closed;
use crate::hours::days::Calendar;
use crate::hours::engaged;
use crate::hours::entry::Work;
use crate::hours::error::HoursError;
use crate::hours::explain::Decision;
use crate::hours::explain::explain;
use crate::hours::rules;
use crate::hours::rules::Busy;
use crate::hours::rules::Logged;
use crate::hours::state::Act;
use crate::hours::state::Correction;
use crate::hours::state::Step;
use crate::hours::state::holds_time;
use crate::hours::state::step;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::platform::db::Tx;
use crate::platform::zones::Zone;
use crate::refusal::Checks;

/// Longest reason, in characters.
pub const REASON_MOST: usize = 1_000;

/// Who may write hours: the volunteer their own, a coordinator everybody's and those of groups.
///
/// # Errors
/// [`Denied`].
pub fn demand_writer(
    ctx: &Ctx,
    organization: OrganizationId,
    volunteer: Option<VolunteerId>,
) -> Result<(), Denied> {
    if is_own(ctx, volunteer) && ctx.may(Action::LogOwnHours, organization) {
        return Ok(());
    }
    ctx.demand(Action::LogHoursForOthers, organization)
}

/// Whether the actor is the volunteer.
#[must_use]
pub fn is_own(ctx: &Ctx, volunteer: Option<VolunteerId>) -> bool {
    volunteer.is_some_and(|it| ctx.scope().owns(it))
}

/// Everything beside the entry itself that decides whether an act is allowed.
#[derive(Clone, Debug)]
pub struct Attempt<'a> {
    /// The act.
    pub act: Act,
    /// The version that the actor saw, where they say so.
    pub expected: Option<i32>,
    /// Whether a correction of the entry waits for a decision.
    pub correction: Correction,
    /// Why, for acts that need a reason.
    pub reason: Option<&'a str>,
    /// Months that take no more writes.
    pub closed: &'a Closed,
    /// Entries that the actor wrote or changed at any time.
    pub written: &'a HashSet<EntryId>,
}

/// Whether an act on an entry is allowed, and where it leads.
///
/// # Errors
/// The first of: [`HoursError::ReasonRequired`], [`HoursError::Denied`], [`HoursError::Approved`] or
/// [`HoursError::WrongState`], [`HoursError::VersionConflict`], [`HoursError::PeriodClosed`],
/// [`HoursError::SelfApproval`].
pub fn check(
    ctx: &Ctx,
    entry: &hour_entry::Model,
    attempt: &Attempt<'_>,
) -> Result<Step, HoursError> {
    let act = attempt.act;
    if act.needs_reason() && attempt.reason.is_none() {
        return Err(HoursError::ReasonRequired);
    }
    if act.decides() {
        ctx.demand(Action::DecideHours, entry.organization_id)?;
    } else {
        demand_writer(ctx, entry.organization_id, entry.volunteer_id)?;
    }
    let Some(next) = step(entry.status, attempt.correction, act) else {
        return Err(match (entry.status, act) {
            (EntryStatus::Approved, Act::Edit | Act::Delete) => HoursError::Approved,
            (EntryStatus::Approved, Act::Amend) => HoursError::AmendmentPending,
            (status, _) => HoursError::WrongState { status },
        });
    };
    if attempt.expected.is_some_and(|it| it != entry.version) {
        return Err(HoursError::VersionConflict {
            current: entry.version,
        });
    }
    attempt
        .closed
        .demand_open(entry.organization_id, entry.worked_on, entry.ended_on)?;
    if act.decides() && took_part(ctx, entry, attempt.written) {
        return Err(HoursError::SelfApproval);
    }
    Ok(next)
}

/// Whether the actor did the work, wrote the entry or changed it. The operator never did: what
/// they decide is decided at the server itself.
fn took_part(ctx: &Ctx, entry: &hour_entry::Model, written: &HashSet<EntryId>) -> bool {
    let Some(user) = ctx.actor().user() else {
        return false;
    };
    entry.created_by == Some(user) || is_own(ctx, entry.volunteer_id) || written.contains(&entry.id)
}

/// Whether the actor may change an entry now; the same gate as the change itself.
///
/// # Errors
/// A fault.
pub fn can_edit(
    ctx: &Ctx,
    entry: &hour_entry::Model,
    closed: &Closed,
) -> Result<Decision, HoursError> {
    let attempt = Attempt {
        act: Act::Edit,
        expected: None,
        // It decides nothing about an edit: an approved entry is never edited.
        correction: Correction::None,
        reason: None,
        closed,
        written: &HashSet::new(),
    };
    match check(ctx, entry, &attempt) {
        Ok(_) => Ok(Decision {
            refusal: None,
            until: closed.writable_until(entry.organization_id, entry.worked_on, entry.ended_on),
        }),
        Err(error) => {
            // What is to be amended or voided instead is refused by a closed month, too.
            let month = closed.demand_open(entry.organization_id, entry.worked_on, entry.ended_on);
            let error = match (error, month) {
                (HoursError::Approved, Err(closed)) => closed,
                (error, _) => error,
            };
            Ok(Decision {
                refusal: explain(error, Some(entry))?.into_iter().next(),
                until: None,
            })
        }
    }
}

/// A reason as given: `None` for a blank one.
///
/// # Errors
/// [`HoursError::Invalid`] for one that is too long.
pub fn reason(text: Option<&str>) -> Result<Option<String>, HoursError> {
    let mut checks = Checks::new();
    let reason = checks.optional_prose("reason", text, REASON_MOST);
    checks.done().map_err(HoursError::Invalid)?;
    Ok(reason)
}

/// Work that is about to be written, with all that the gate judges it by.
#[derive(Clone, Debug)]
pub struct Candidate<'a> {
    /// Its id, old or new.
    pub id: EntryId,
    /// The person behind the volunteer; `None` for a group.
    pub person: Option<PersonId>,
    /// When and how long.
    pub work: &'a Work,
    /// The same on the calendar.
    pub calendar: &'a Calendar,
    /// The state in which it will stand.
    pub status: EntryStatus,
}

/// The gate of a batch of work in one organization. Opened after the people were locked: what it
/// knows stays true until the transaction ends.
#[derive(Debug)]
pub struct Gate {
    organization: OrganizationId,
    cap: Minutes,
    closed: Closed,
    zero: HashSet<NaiveDate>,
    logged: Logged,
}

impl Gate {
    /// Gathers what people have logged around some candidates; `except` are the
    /// entries that are changed: see [`Gate::put_back`].
    ///
    /// # Errors
    /// [`DbErr`].
    pub async fn open(
        ctx: &Ctx,
        tx: &Tx,
        organization: OrganizationId,
        cap: Minutes,
        candidates: &[Candidate<'_>],
        except: &[EntryId],
    ) -> Result<Self, DbErr> {
        let months: HashSet<NaiveDate> = candidates
            .iter()
            .flat_map(|it| it.calendar.months())
            .collect();
        let months: Vec<NaiveDate> = months.into_iter().collect();
        let closed = Closed::hold(ctx, tx, &[organization], &months).await?;
        let mut gate = Self {
            organization,
            cap,
            zero: closed
                .months()
                .filter(|(_, it)| it.declared_zero)
                .map(|((_, month), _)| month)
                .collect(),
            closed,
            logged: Logged::default(),
        };
        let people: Vec<PersonId> = candidates.iter().filter_map(|it| it.person).collect();
        let days = candidates
            .iter()
            .filter(|it| it.person.is_some())
            .flat_map(|it| [it.calendar.worked_on, it.calendar.ended_on]);
        if let (Some(first), Some(last)) = (days.clone().min(), days.max()) {
            let minutes =
                engaged::minutes_by_day(&tx.beyond(), &people, (first, last), except).await?;
            for (person, day, minutes) in minutes {
                gate.logged.add(person, day, minutes);
            }
        }
        let spans = candidates.iter().filter_map(|it| it.work.span());
        let first = spans.clone().map(|(from, _)| from).min();
        if let (Some(from), Some(to)) = (first, spans.map(|(_, to)| to).max()) {
            for (person, busy) in engaged::busy(&tx.beyond(), &people, (from, to), except).await? {
                gate.logged.hold(person, busy);
            }
        }
        Ok(gate)
    }

    /// Lets work in, and remembers it for the next of the batch.
    ///
    /// # Errors
    /// [`HoursError::PeriodClosed`], [`HoursError::Overlap`], [`HoursError::DailyCap`].
    pub fn admit(
        &mut self,
        ctx: &Ctx,
        zone: &Zone,
        candidate: &Candidate<'_>,
    ) -> Result<(), HoursError> {
        let calendar = candidate.calendar;
        self.closed
            .demand_open(self.organization, calendar.worked_on, calendar.ended_on)?;
        let Some(person) = candidate.person.filter(|_| holds_time(candidate.status)) else {
            return Ok(());
        };
        let span = candidate.work.span();
        if let Some((from, to)) = span
            && let Some(other) = self.logged.overlap(person, from, to)
        {
            return Err(self.overlap(ctx, zone, other));
        }
        self.logged.within_cap(person, calendar, self.cap, zone)?;
        self.hold(person, candidate);
        Ok(())
    }

    fn hold(&mut self, person: PersonId, candidate: &Candidate<'_>) {
        for share in &candidate.calendar.days {
            self.logged
                .add(person, share.day, i64::from(share.minutes.0));
        }
        if let (Some((started_at, ended_at)), Some(volunteer)) =
            (candidate.work.span(), candidate.work.volunteer())
        {
            let busy = Busy {
                entry: candidate.id,
                organization: self.organization,
                volunteer,
                started_at,
                ended_at,
            };
            self.logged.hold(person, busy);
        }
    }

    /// Puts back what an entry held before a change that was not let in, or is not yet judged.
    pub fn put_back(&mut self, old: &Candidate<'_>) {
        if let Some(person) = old.person.filter(|_| holds_time(old.status)) {
            self.hold(person, old);
        }
    }

    /// Frees what an entry holds, so that its change is judged without it.
    pub fn release(&mut self, old: &Candidate<'_>) {
        let Some(person) = old.person.filter(|_| holds_time(old.status)) else {
            return;
        };
        for share in &old.calendar.days {
            self.logged
                .add(person, share.day, -i64::from(share.minutes.0));
        }
        self.logged.release(person, old.id);
    }

    /// Months of some calendars that were declared to be without work.
    #[must_use]
    pub fn declared_zero<'a>(
        &self,
        calendars: impl Iterator<Item = &'a Calendar>,
    ) -> Vec<NaiveDate> {
        let touched: HashSet<NaiveDate> = calendars.flat_map(Calendar::months).collect();
        self.zero.intersection(&touched).copied().collect()
    }

    /// The times of another organization's entry are nobody's business here.
    fn overlap(&self, ctx: &Ctx, zone: &Zone, other: Busy) -> HoursError {
        let visible = ctx.scope().is_everything()
            || other.organization == self.organization
            || ctx.may(Action::ReadHours, other.organization)
            || ctx.scope().owns(other.volunteer);
        HoursError::Overlap {
            other: visible.then(|| {
                (
                    zone.local_time(other.started_at),
                    zone.local_time(other.ended_at),
                )
            }),
        }
    }
}

/// Rules that need nothing but the work, its project and the time.
///
/// # Errors
/// [`HoursError::InFuture`], [`HoursError::OutsideProject`].
pub fn judge(
    ctx: &Ctx,
    work: &Work,
    calendar: &Calendar,
    zone: &Zone,
    project: &project::Model,
) -> Result<(), HoursError> {
    rules::past(work, calendar, zone, ctx.now())?;
    rules::within_project(calendar, project.starts_on, project.ends_on)
}
