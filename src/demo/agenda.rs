//! Activities of the first organization in the weeks to come, with shifts, sign-ups, a waiting
//! list and one that was cancelled.
//!
//! They have not begun, so there is no attendance and no hour of theirs.

use chrono::DateTime;
use chrono::Datelike;
use chrono::Days;
use chrono::NaiveDate;
use chrono::NaiveTime;
use chrono::Utc;
use chrono::Weekday;
use entity::activity;
use entity::ids::ActivityId;
use entity::ids::NotificationId;
use entity::ids::ShiftId;
use entity::ids::ShiftSeriesId;
use entity::ids::SignupId;
use entity::notification;
use entity::project;
use entity::shift;
use entity::shift_series;
use entity::signup;
use entity::types::AttendanceMode;
use entity::types::AutoClose;
use entity::types::NotificationKind;
use entity::types::PlanStatus;
use entity::types::SignupStatus;
use serde_json::json;

use crate::demo::cast::House;
use crate::demo::dice::Dice;
use crate::demo::people::Hand;
use crate::demo::span::Span;
use crate::demo::words::Pair;
use crate::notifications::moment;
use crate::platform::zones::Zone;

/// Weekly shifts of the series.
const WEEKS: u64 = 6;
/// Places of each of them.
const PLACES: usize = 6;

const MEALS: Pair = ("Distribution de repas", "توزيع الوجبات");
const CLEANING: Pair = ("Nettoyage du quartier", "تنظيف الحي");
const OUTING: Pair = ("Sortie en montagne", "رحلة إلى الجبل");
const STORM: &str = "Alerte météo";

/// The rows of an agenda.
#[derive(Debug, Default)]
pub struct Agenda {
    /// Activities.
    pub activities: Vec<activity::Model>,
    /// Series.
    pub series: Vec<shift_series::Model>,
    /// Shifts; the database counts their sign-ups.
    pub shifts: Vec<shift::Model>,
    /// Sign-ups.
    pub signups: Vec<signup::Model>,
    /// What the first volunteer was told.
    pub notifications: Vec<notification::Model>,
}

/// The agenda of an organization; empty for all but the first.
#[must_use]
pub fn agenda(
    seed: u64,
    span: &Span,
    house: &House,
    projects: &[project::Model],
    hands: &[Hand],
    zone: &Zone,
) -> Agenda {
    let [meals_of, cleaning_of, ..] = projects else {
        return Agenda::default();
    };
    if house.index != 0 {
        return Agenda::default();
    }
    let mut writer = Writer {
        dice: Dice::of(seed, 4_000_000),
        agenda: Agenda::default(),
        span,
        house,
        zone,
    };
    let saturday = next(span.today, Weekday::Sat);
    let meals = writer.activity(meals_of, MEALS);
    let series = writer.series(&meals, saturday);
    for week in 0..WEEKS {
        let day = saturday.checked_add_days(Days::new(7 * week));
        let shift = writer.shift(&meals, Some(series), day.unwrap_or(saturday), Some(PLACES));
        // The first week is full, later ones fill up.
        let from = usize::try_from(week).unwrap_or_default();
        for hand in hands.iter().skip(from * 3).take(PLACES - from) {
            writer.sign_up(&shift, hand, SignupStatus::Confirmed);
        }
    }
    let cleaning = writer.activity(cleaning_of, CLEANING);
    let shift = writer.shift(&cleaning, None, next(span.today, Weekday::Sun), Some(4));
    for (place, hand) in hands.iter().skip(1).take(6).enumerate() {
        let status = if place < 4 {
            SignupStatus::Confirmed
        } else {
            SignupStatus::Waitlisted
        };
        writer.sign_up(&shift, hand, status);
    }
    let outing = writer.activity(cleaning_of, OUTING);
    let day = next(saturday, Weekday::Wed);
    let shift = writer.shift(&outing, None, day, None);
    for hand in hands.iter().take(3) {
        writer.sign_up(&shift, hand, SignupStatus::Cancelled);
    }
    writer.call_off(&outing, &shift);
    writer.agenda.activities.extend([meals, cleaning]);
    writer.agenda
}

/// The next day of a weekday, a week away at most.
fn next(after: NaiveDate, weekday: Weekday) -> NaiveDate {
    after
        .iter_days()
        .skip(1)
        .take(7)
        .find(|it| it.weekday() == weekday)
        .unwrap_or(after)
}

struct Writer<'a> {
    dice: Dice,
    agenda: Agenda,
    span: &'a Span,
    house: &'a House,
    zone: &'a Zone,
}

impl Writer<'_> {
    fn activity(&mut self, project: &project::Model, title: Pair) -> activity::Model {
        activity::Model {
            id: ActivityId(self.dice.key(self.span.now)),
            organization_id: self.house.organization.id,
            project_id: project.id,
            title: title.0.to_owned(),
            title_ar: Some(title.1.to_owned()),
            description: None,
            place: None,
            territory_id: None,
            time_zone: None,
            status: PlanStatus::Planned,
            cancel_reason: None,
            cancelled_at: None,
            attendance_mode: AttendanceMode::CheckInAndOut,
            auto_close: AutoClose::CreditShiftEnd,
            auto_close_minutes: None,
            check_in_before_minutes: 30,
            check_in_after_minutes: 60,
            late_in_tolerance_minutes: 5,
            early_out_tolerance_minutes: 5,
            close_after_minutes: 120,
            latitude_micro: None,
            longitude_micro: None,
            radius_metres: None,
            created_by: Some(self.house.coordinator),
            version: 1,
            created_at: self.span.now,
            updated_at: self.span.now,
        }
    }

    fn series(&mut self, activity: &activity::Model, first: NaiveDate) -> ShiftSeriesId {
        let id = ShiftSeriesId(self.dice.key(self.span.now));
        self.agenda.series.push(shift_series::Model {
            id,
            organization_id: activity.organization_id,
            activity_id: activity.id,
            rule: format!("FREQ=WEEKLY;COUNT={WEEKS}"),
            first_start: first.and_time(hour(9)),
            time_zone: self.zone.name().to_owned(),
            minutes: 180,
            created_by: activity.created_by,
            created_at: self.span.now,
        });
        id
    }

    /// A shift from nine to twelve.
    fn shift(
        &mut self,
        activity: &activity::Model,
        series: Option<ShiftSeriesId>,
        day: NaiveDate,
        places: Option<usize>,
    ) -> shift::Model {
        let shift = shift::Model {
            id: ShiftId(self.dice.key(self.span.now)),
            organization_id: activity.organization_id,
            activity_id: activity.id,
            series_id: series,
            starts_at: self.instant(day, 9),
            ends_at: self.instant(day, 12),
            time_zone: self.zone.name().to_owned(),
            capacity: places.and_then(|it| i32::try_from(it).ok()),
            break_minutes: 0,
            status: PlanStatus::Planned,
            cancel_reason: None,
            cancelled_at: None,
            attendance_closed_at: None,
            confirmed_count: 0,
            waitlisted_count: 0,
            version: 1,
            created_at: self.span.now,
            updated_at: self.span.now,
        };
        self.agenda.shifts.push(shift.clone());
        shift
    }

    fn sign_up(&mut self, shift: &shift::Model, hand: &Hand, status: SignupStatus) {
        let now = self.span.now;
        let waits = status == SignupStatus::Waitlisted;
        let off = status == SignupStatus::Cancelled;
        self.agenda.signups.push(signup::Model {
            id: SignupId(self.dice.key(now)),
            organization_id: shift.organization_id,
            shift_id: shift.id,
            volunteer_id: hand.volunteer,
            person_id: hand.person,
            starts_at: shift.starts_at,
            ends_at: shift.ends_at,
            status,
            waiting_since: waits.then_some(now),
            confirmed_at: (!waits).then_some(now),
            cancelled_at: off.then_some(now),
            cancel_reason: off.then(|| STORM.to_owned()),
            note: None,
            created_by: Some(self.house.coordinator),
            version: 1,
            created_at: now,
            updated_at: now,
        });
    }

    /// Cancels an activity with its only shift, and tells the first volunteer.
    fn call_off(&mut self, activity: &activity::Model, shift: &shift::Model) {
        let now = self.span.now;
        for it in &mut self.agenda.shifts {
            if it.id == shift.id {
                it.status = PlanStatus::Cancelled;
                it.cancel_reason = Some(STORM.to_owned());
                it.cancelled_at = Some(now);
            }
        }
        self.agenda.activities.push(activity::Model {
            status: PlanStatus::Cancelled,
            cancel_reason: Some(STORM.to_owned()),
            cancelled_at: Some(now),
            ..activity.clone()
        });
        let Some(account) = &self.house.volunteer else {
            return;
        };
        let params = json!({
            "title": OUTING.0, "titleAr": OUTING.1, "reason": STORM,
            "starts": moment(self.zone.local_time(shift.starts_at)),
            "ends": moment(self.zone.local_time(shift.ends_at)),
        });
        self.agenda.notifications.push(notification::Model {
            id: NotificationId(self.dice.key(now)),
            user_id: account.id,
            organization_id: Some(activity.organization_id),
            kind: NotificationKind::ActivityCancelled,
            params: params.to_string(),
            activity_id: Some(activity.id),
            shift_id: Some(shift.id),
            signup_id: None,
            created_at: now,
            read_at: None,
        });
    }

    fn instant(&self, day: NaiveDate, at: u32) -> DateTime<Utc> {
        let local = day.and_time(hour(at));
        self.zone
            .settled(local)
            .map_or_else(|_far| local.and_utc(), |it| it.0)
    }
}

fn hour(hour: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or(NaiveTime::MIN)
}
