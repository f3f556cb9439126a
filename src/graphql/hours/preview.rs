//! `previewHourEntry`: what would become of an entry, before it is written.
//!
//! It is judged in `hours`.

use async_graphql::Context;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;

use crate::graphql::context::Gql;
use crate::graphql::error::fault;
use crate::graphql::hours::decision::DecisionLift;
use crate::graphql::hours::input::CreateHourEntryInput;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Minutes;
use crate::graphql::scalars::TimeZone;
use crate::hours::explain::Explained;
use crate::hours::preview;
use crate::hours::preview::Preview;
use crate::hours::preview::PreviewDay;
use crate::identity::Ctx;
use crate::platform::zones::Zone;
use crate::refusal::Code;

/// Why an entry would be refused, and who can lift that.
#[derive(Clone, Debug, SimpleObject)]
pub struct HourEntryRefusal {
    /// What clients branch on.
    code: Code,
    /// The sentence to show, in the language of the request.
    message: String,
    /// The field of the input it concerns, outermost first; empty for the whole.
    path: Vec<String>,
    /// Stable name of the rule that refuses.
    rule: String,
    /// Since when the rule refuses, such as when the month was closed; null where there is no such
    /// instant.
    since: Option<DateTime>,
    /// Who can lift it; null where nobody can.
    lifted_by: Option<DecisionLift>,
}

impl HourEntryRefusal {
    fn new(ctx: &Ctx, it: Explained) -> Self {
        Self {
            code: it.refusal.code,
            message: it.refusal.message(ctx.locale()),
            rule: it.refusal.code.rule().to_owned(),
            path: it.refusal.path,
            since: it.since.map(DateTime),
            lifted_by: it.lift.map(Into::into),
        }
    }
}

/// A civil day of an entry that is not written.
#[derive(Clone, Debug, SimpleObject)]
pub struct HourEntryPreviewDay {
    /// The day, where the work is done.
    day: Date,
    /// Minutes of the entry on that day, of all its people together.
    minutes: Minutes,
    /// Minutes of the person on that day with this entry, in all organizations together; null for
    /// a group, and for whom the caller may not write hours.
    person_minutes: Option<Minutes>,
    /// Minutes of the day itself: 1440, or 1500 or 1380 where clocks change.
    day_minutes: Minutes,
}

impl From<PreviewDay> for HourEntryPreviewDay {
    fn from(it: PreviewDay) -> Self {
        Self {
            day: Date(it.day),
            minutes: Minutes(it.minutes),
            person_minutes: it.person_minutes.map(Minutes),
            day_minutes: Minutes(it.length),
        }
    }
}

/// A change of clocks during the work.
#[derive(Clone, Debug, SimpleObject)]
pub struct HourEntryClockChange {
    /// When clocks changed.
    at: DateTime,
    /// Minutes by which local time was ahead of universal time before.
    offset_before: i32,
    /// Minutes by which local time is ahead of universal time after.
    offset_after: i32,
    /// The sentence to show, in the language of the request.
    message: String,
}

impl HourEntryClockChange {
    /// A change of clocks on the clock of the place, in the caller's language.
    pub(super) fn new(ctx: &Ctx, zone: &Zone, it: preview::ClockChange) -> Self {
        let key = if it.after < it.before {
            "clocks-back"
        } else {
            "clocks-forward"
        };
        let wall = zone.local_time(it.at).format("%Y-%m-%d %H:%M");
        let minutes = it.after.abs_diff(it.before) / 60;
        let values = [
            ("minutes", minutes.to_string()),
            ("at", wall.to_string()),
            ("day", it.day_length.to_string()),
        ];
        Self {
            at: DateTime(it.at),
            offset_before: it.before / 60,
            offset_after: it.after / 60,
            message: ctx.locale().sentence(key, &values),
        }
    }
}

/// What would become of an entry if it were written now.
#[derive(Clone, Debug, SimpleObject)]
pub struct HourEntryPreview {
    /// Whether it would be written.
    allowed: bool,
    /// Why it would be refused, as the write would say it; empty when allowed.
    refusals: Vec<HourEntryRefusal>,
    /// Until when it may be written, where that ends by itself: the deadline of the month, or the
    /// end of an exception for the caller.
    until: Option<DateTime>,
    /// The zone that decides its days: that of the project, or of the organization. Null where the
    /// project cannot be seen or the input cannot be read.
    time_zone: Option<TimeZone>,
    /// Its minutes by civil day, in order, refused or not; empty where the input cannot be read.
    days: Vec<HourEntryPreviewDay>,
    /// The change of clocks during the work or, without times, on its day; null without one.
    clock_change: Option<HourEntryClockChange>,
}

impl HourEntryPreview {
    fn new(ctx: &Ctx, it: Preview) -> Self {
        let change = it.zone.as_ref().zip(it.clock_change);
        Self {
            allowed: it.refusals.is_empty(),
            clock_change: change.map(|(zone, it)| HourEntryClockChange::new(ctx, zone, it)),
            time_zone: it.zone.map(|it| TimeZone(it.name().to_owned())),
            refusals: it
                .refusals
                .into_iter()
                .map(|it| HourEntryRefusal::new(ctx, it))
                .collect(),
            until: it.until.map(DateTime),
            days: it.days.into_iter().map(Into::into).collect(),
        }
    }
}

/// Queries about entries that are not written.
#[derive(Default)]
pub struct PreviewQueries;

#[Object]
impl PreviewQueries {
    /// What `createHourEntry` would do with an input: judged by the same rules, and nothing is
    /// written. Its idempotency key does not count.
    async fn preview_hour_entry(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The entry.")] input: CreateHourEntryInput,
    ) -> Result<HourEntryPreview> {
        let ctx = gql.signed_in()?;
        let outcome = match input.item() {
            Ok(item) => preview::preview(ctx, item).await,
            Err(error) => preview::refused(error),
        };
        let preview = outcome.map_err(|it| fault(ctx, &it))?;
        Ok(HourEntryPreview::new(ctx, preview))
    }
}
