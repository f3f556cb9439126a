//! Letters that come from time to time: when they are due, and that each is asked for once.
//!
//! A round of an organization is taken by writing its week or month down in the transaction that asks for its letters, so that
//! however many instances look, one asks. What was missed is caught up once: only the last one is looked at.

use std::collections::BTreeMap;
use std::collections::HashMap;

use chrono::DateTime;
use chrono::Datelike;
use chrono::Days;
use chrono::Months;
use chrono::NaiveDate;
use chrono::NaiveTime;
use chrono::TimeDelta;
use chrono::Utc;
use entity::ids::OrganizationId;
use entity::organization;
use entity::types::LetterKind;
use sea_orm::DbErr;
use serde_json::json;

use crate::correspondence::missing;
use crate::correspondence::store;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::letters;
use crate::letters::Cause;
use crate::letters::asked;
use crate::platform::zones;
use crate::platform::zones::Zone;

/// At which hour of its zone a letter is due.
const HOUR: u32 = 8;
/// How many days before a month closes by itself it is told that nothing was said of it.
const BEFORE_CLOSING: u64 = 3;
/// How many days after its end, where months close only by hand.
const AFTER_END: u64 = 4;
/// For how many days after that, where a server was away.
const LATEST: TimeDelta = TimeDelta::days(20);
/// How many months back a reminder may lie: grace is at most 90 days.
const MONTHS_BACK: u32 = 4;

/// Asks for the letters that are due: how many. Where no mail server is set up none is, and no round is taken.
///
/// # Errors
/// [`DbErr`] where organizations cannot be read. One whose letters cannot be asked for holds up no other.
pub async fn ask_due(operator: &Ctx) -> Result<usize, DbErr> {
    if !operator.core().config.mail.is_set_up() {
        return Ok(0);
    }
    let places = store::organizations(operator.read()).await?;
    let weeks = taken(operator, LetterKind::WeeklyDigest).await?;
    let months = taken(operator, LetterKind::MissingMonth).await?;
    let now = operator.now();
    let mut asked = 0;
    for place in &places {
        let zone = zones::parse(&place.time_zone).unwrap_or_else(Zone::utc);
        let mut due = Vec::new();
        let (week, at) = last_monday(&zone, now);
        if place.created_at <= at && weeks.get(&place.id).is_none_or(|it| *it < week) {
            due.push((LetterKind::WeeklyDigest, week, at));
        }
        let month = due_month(&zone, place.grace_days, now);
        if let Some((month, at)) = month.filter(|(month, _)| {
            place.created_at < end_of(&zone, *month)
                && months.get(&place.id).is_none_or(|it| it < month)
        }) {
            due.push((LetterKind::MissingMonth, month, at));
        }
        for (kind, period, at) in due {
            match ask(operator, place, kind, period, at).await {
                Ok(more) => asked += more,
                Err(cause) => {
                    tracing::error!(organization.id = %place.id, ?kind, %cause, "letters not asked for");
                }
            }
        }
    }
    Ok(asked)
}

async fn taken(
    operator: &Ctx,
    kind: LetterKind,
) -> Result<HashMap<OrganizationId, NaiveDate>, DbErr> {
    let rows = letters::store::rounds(operator.read(), kind).await?;
    Ok(rows
        .into_iter()
        .map(|it| (it.organization_id, it.period))
        .collect())
}

/// Takes a round and asks for its letters.
async fn ask(
    operator: &Ctx,
    place: &organization::Model,
    kind: LetterKind,
    period: NaiveDate,
    at: DateTime<Utc>,
) -> Result<usize, DbErr> {
    operator
        .transaction(async |tx| {
            let now = operator.now();
            if !letters::store::take_round(tx, place.id, kind, period, now).await? {
                return Ok(0);
            }
            let (action, matter, needed) = match kind {
                LetterKind::MissingMonth => (
                    Action::SubmitPeriod,
                    json!({ "month": period }),
                    missing::is_missing(operator, &**tx, place, period).await?,
                ),
                _ => (
                    Action::DecideHours,
                    json!({ "week": period }),
                    store::anything_waits(&**tx, place.id).await?,
                ),
            };
            if !needed {
                return Ok(0);
            }
            let members = store::members_who(&**tx, place.id, action, at).await?;
            let cause = Cause {
                kind,
                organization: Some(place.id),
                subject: None,
                matter,
            };
            let letters: BTreeMap<_, _> =
                members.into_iter().map(|it| (it, cause.clone())).collect();
            asked::to_users(operator, tx, letters).await
        })
        .await
}

/// The last Monday at eight, and its day.
fn last_monday(zone: &Zone, now: DateTime<Utc>) -> (NaiveDate, DateTime<Utc>) {
    let today = zone.day_of(now);
    let back = u64::from(today.weekday().num_days_from_monday());
    let monday = today.checked_sub_days(Days::new(back)).unwrap_or(today);
    let at = eight(zone, monday);
    if at <= now {
        return (monday, at);
    }
    let before = monday.checked_sub_days(Days::new(7)).unwrap_or(monday);
    (before, eight(zone, before))
}

/// The latest month of which it is due to say that nothing was said, and since when it is.
fn due_month(
    zone: &Zone,
    grace: Option<i32>,
    now: DateTime<Utc>,
) -> Option<(NaiveDate, DateTime<Utc>)> {
    let first = zone.day_of(now).with_day(1)?;
    (0..=MONTHS_BACK).find_map(|back| {
        let month = first.checked_sub_months(Months::new(back))?;
        let next = month.checked_add_months(Months::new(1))?;
        let (at, until) = match grace {
            Some(days) => {
                let days = Days::new(u64::try_from(days).unwrap_or_default());
                let closes = next.checked_add_days(days)?;
                let day = closes.checked_sub_days(Days::new(BEFORE_CLOSING))?;
                (eight(zone, day), zone.start_of_day(closes))
            }
            None => {
                let at = eight(zone, next.checked_add_days(Days::new(AFTER_END))?);
                (at, at + LATEST)
            }
        };
        (at <= now && now < until).then_some((month, at))
    })
}

fn end_of(zone: &Zone, month: NaiveDate) -> DateTime<Utc> {
    let next = month.checked_add_months(Months::new(1)).unwrap_or(month);
    zone.start_of_day(next)
}

/// Eight in the morning of a day; where clocks leave it out, the beginning of the day.
fn eight(zone: &Zone, day: NaiveDate) -> DateTime<Utc> {
    let time = NaiveTime::from_hms_opt(HOUR, 0, 0).unwrap_or_default();
    zone.instant_of(day.and_time(time))
        .unwrap_or_else(|_change| zone.start_of_day(day))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use chrono::Utc;

    use super::due_month;
    use super::last_monday;
    use crate::platform::zones;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_week_begins_on_monday_at_eight_where_the_organization_is() {
        let paris = zones::parse("Europe/Paris").unwrap();
        for (now, day) in [
            ("2026-11-02T06:59:59Z", "2026-10-26"),
            ("2026-11-02T07:00:00Z", "2026-11-02"),
            ("2026-11-08T23:30:00Z", "2026-11-02"),
            ("2026-11-09T07:00:00Z", "2026-11-09"),
        ] {
            assert_eq!(last_monday(&paris, at(now)).0.to_string(), day, "{now}");
        }
    }

    #[test]
    fn a_reminder_comes_before_a_month_closes_or_after_it_ended() {
        let utc = zones::Zone::utc();
        for (grace, now, month) in [
            (Some(10), "2026-11-08T07:59:59Z", None),
            (Some(10), "2026-11-08T08:00:00Z", Some("2026-10-01")),
            (Some(10), "2026-11-10T23:59:59Z", Some("2026-10-01")),
            (Some(10), "2026-11-11T00:00:00Z", None),
            (Some(0), "2026-10-29T08:00:00Z", Some("2026-10-01")),
            (Some(0), "2026-11-01T08:00:00Z", None),
            (Some(90), "2027-01-27T08:00:00Z", Some("2026-10-01")),
            (None, "2026-11-05T07:00:00Z", None),
            (None, "2026-11-05T08:00:00Z", Some("2026-10-01")),
            (None, "2026-11-25T08:00:00Z", None),
        ] {
            let found = due_month(&utc, grace, at(now)).map(|it| it.0.to_string());
            assert_eq!(found.as_deref(), month, "{grace:?} {now}");
        }
    }
}
