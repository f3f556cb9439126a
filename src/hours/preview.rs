//! What would become of an entry: judged by the write itself, which is undone.
//!
//! Nothing stays written. How refusals are explained is in `explain`.

use std::collections::HashMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::ids::PersonId;

use crate::hours::batch::Item;
use crate::hours::batch::Mode;
use crate::hours::batch::Run;
use crate::hours::closed::Closed;
use crate::hours::days::Calendar;
use crate::hours::days::cut;
use crate::hours::engaged;
use crate::hours::entry::Work;
use crate::hours::error::HoursError;
use crate::hours::explain::Explained;
use crate::hours::explain::explain;
use crate::hours::guard;
use crate::hours::record;
use crate::hours::store;
use crate::identity::Ctx;
use crate::platform::zones;
use crate::platform::zones::Zone;
use crate::volunteers;

/// What would become of an entry.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// Why it would be refused; empty where it would be written.
    pub refusals: Vec<Explained>,
    /// Until when it may be written, where a deadline or an exception ends that.
    pub until: Option<DateTime<Utc>>,
    /// The zone that decides its days; `None` where the project cannot be seen.
    pub zone: Option<Zone>,
    /// Its civil days, in order.
    pub days: Vec<PreviewDay>,
    /// A change of clocks during the work or, without times, during its day.
    pub clock_change: Option<ClockChange>,
}

/// A civil day of an entry that is not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PreviewDay {
    /// The day.
    pub day: NaiveDate,
    /// Minutes of the entry, of all its people together.
    pub minutes: i64,
    /// Minutes of the person with this entry, in all organizations together; `None` for a group.
    pub person_minutes: Option<i64>,
    /// Minutes of the day itself: other than 1440 where clocks change.
    pub length: i64,
}

/// A change of clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockChange {
    /// When.
    pub at: DateTime<Utc>,
    /// Seconds by which local time was ahead of universal time before.
    pub before: i32,
    /// The same after.
    pub after: i32,
    /// Minutes of the day on which it happened.
    pub day_length: i64,
}

/// What would become of an entry if it were written now.
///
/// The write runs as it is, with every lock and constraint, and is undone: the answer is its own.
///
/// # Errors
/// A fault, and [`HoursError::Denied`] where nobody is signed in. Refusals are in the preview.
pub async fn preview(ctx: &Ctx, item: Item) -> Result<Preview, HoursError> {
    ctx.demand_signed_in()?;
    // A key would make it a repetition of what was written under it.
    let item = Item {
        idempotency_key: None,
        ..item
    };
    let project = item.entry.project;
    let mut found = store::projects(ctx.read(), ctx.scope(), &[project]).await?;
    let Some(project) = found.remove(&project) else {
        return refused(HoursError::NotFound { field: "projectId" });
    };
    let organization = project.organization_id;
    if !ctx.belongs(organization) {
        return refused(HoursError::NotFound { field: "projectId" });
    }
    let seat = store::terms(ctx.read(), &[organization]).await?;
    let seat = seat.first().ok_or(HoursError::Inconsistent(
        "a project without an organization",
    ))?;
    let zone = project.time_zone.as_deref().unwrap_or(&seat.time_zone);
    let zone = zones::parse(zone).ok_or(HoursError::Inconsistent("a time zone without a name"))?;
    let work = item.entry.work.clone();
    let calendar = cut(&work, &zone);

    let items = [item];
    let outcome =
        record::create_many(ctx, organization, &items, Mode::AllOrNothing, Run::Dry).await?;
    let mut preview = match outcome.into_iter().next() {
        Some(Ok(_)) => Preview::default(),
        Some(Err(error)) => refused(error)?,
        None => return Err(HoursError::Inconsistent("a batch without an outcome")),
    };
    if preview.refusals.is_empty() {
        let months = calendar.months();
        let closed = Closed::read(ctx, ctx.read(), &[organization], &months).await?;
        preview.until = closed.writable_until(organization, calendar.worked_on, calendar.ended_on);
    }
    preview.days = days(ctx, &work, &calendar, &zone).await?;
    let days = (calendar.worked_on, calendar.ended_on);
    preview.clock_change = clock_change(work.span(), days, &zone);
    preview.zone = Some(zone);
    Ok(preview)
}

/// A preview of what is refused before its days are known.
///
/// # Errors
/// The error itself where it is a fault.
pub fn refused(error: HoursError) -> Result<Preview, HoursError> {
    Ok(Preview {
        refusals: explain(error, None)?,
        ..Preview::default()
    })
}

async fn days(
    ctx: &Ctx,
    work: &Work,
    calendar: &Calendar,
    zone: &Zone,
) -> Result<Vec<PreviewDay>, HoursError> {
    let person = person(ctx, work).await?;
    let mut logged: HashMap<NaiveDate, i64> = HashMap::new();
    if let Some(person) = person {
        let span = (calendar.worked_on, calendar.ended_on);
        for (_, day, minutes) in
            engaged::minutes_by_day(ctx.core().db.system().read(), &[person], span, &[]).await?
        {
            logged.insert(day, minutes);
        }
    }
    Ok(calendar
        .days
        .iter()
        .map(|share| {
            let minutes = i64::from(share.minutes.0);
            let before = logged.get(&share.day).copied().unwrap_or_default();
            PreviewDay {
                day: share.day,
                minutes,
                person_minutes: person.map(|_| before.saturating_add(minutes)),
                length: zone.minutes_of_day(share.day),
            }
        })
        .collect())
}

/// The person whose days the actor may know: of a volunteer for whom they may write.
async fn person(ctx: &Ctx, work: &Work) -> Result<Option<PersonId>, HoursError> {
    let Some(volunteer) = work.volunteer() else {
        return Ok(None);
    };
    let found = volunteers::store::kept(ctx.read(), ctx.scope(), &[volunteer]).await?;
    Ok(found
        .get(&volunteer)
        .filter(|it| guard::demand_writer(ctx, it.organization_id, Some(volunteer)).is_ok())
        .map(|it| it.person_id))
}

/// The change of clocks during an interval or, without one, on the days of the work.
#[must_use]
pub fn clock_change(
    span: Option<(DateTime<Utc>, DateTime<Utc>)>,
    (first, last): (NaiveDate, NaiveDate),
    zone: &Zone,
) -> Option<ClockChange> {
    let next = last.succ_opt()?;
    let days = || (zone.start_of_day(first), zone.start_of_day(next));
    let (from, to) = span.unwrap_or_else(days);
    let (at, before, after) = zone.clock_change(from, to)?;
    Some(ClockChange {
        at,
        before,
        after,
        day_length: zone.minutes_of_day(zone.day_of(at)),
    })
}
