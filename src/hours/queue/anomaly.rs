//! What is worth a second look before hours are approved.
//!
//! Pure: the facts are gathered in `facts`. An anomaly accuses nobody and refuses nothing; what
//! refuses is in `hours/guard`. The thresholds are the constants of this file.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::NaiveTime;
use chrono::TimeDelta;
use chrono::Utc;
use entity::hour_entry;

use crate::platform::i18n::Locale;
use crate::platform::zones::Zone;

/// A day is near the cap from this share of it on, in percent.
pub const CAP_NEAR_PERCENT: i64 = 80;
/// So many people with the same row on one day are a crowd.
pub const IDENTICAL_PEOPLE: i64 = 5;
/// So many equal rows of one person on one day are a repetition.
pub const IDENTICAL_REPEATED: i64 = 2;
/// Days before now in which the habit of a volunteer shows.
pub const ROUND_DAYS: u64 = 90;
/// Fewer entries than this show no habit.
pub const ROUND_ENTRIES: i64 = 8;
/// From this share of whole hours on it is a habit, in percent.
pub const ROUND_PERCENT: i64 = 90;
/// Recorded more days than this after the last day of work is late.
pub const LATE_DAYS: i64 = 30;
/// When the night begins and ends, local time.
pub const NIGHT: (NaiveTime, NaiveTime) = (hour(0), hour(5));
/// So many minutes of the night make night work.
pub const NIGHT_MINUTES: i64 = 60;
/// An interval of so many minutes without a break is long.
pub const UNBROKEN_MINUTES: i32 = 480;
/// A group of so many people is large.
pub const GROUP_LARGE: i32 = 100;

const fn hour(hour: u32) -> NaiveTime {
    match NaiveTime::from_hms_opt(hour, 0, 0) {
        Some(time) => time,
        None => NaiveTime::MIN,
    }
}

/// What is worth a second look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AnomalyCode {
    /// A day of the person holds almost as much as one may.
    DailyCapNear,
    /// The same row for many people on one day, or twice for one.
    IdenticalRows,
    /// Almost all recent entries of the volunteer are whole hours.
    RoundNumberBias,
    /// Whoever asks wrote or changed it, so somebody else decides.
    EnteredByApprover,
    /// It was recorded long after the work.
    Late,
    /// A good part of it was done at night.
    Night,
    /// Many hours without a break.
    LongWithoutBreak,
    /// A head-count of many people whom nobody names.
    LargeGroup,
}

impl AnomalyCode {
    /// Every code.
    pub const ALL: [Self; 8] = [
        Self::DailyCapNear,
        Self::IdenticalRows,
        Self::RoundNumberBias,
        Self::EnteredByApprover,
        Self::Late,
        Self::Night,
        Self::LongWithoutBreak,
        Self::LargeGroup,
    ];

    /// Key of its sentence in `locales/`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::DailyCapNear => "anomaly-daily-cap-near",
            Self::IdenticalRows => "anomaly-identical-rows",
            Self::RoundNumberBias => "anomaly-round-number-bias",
            Self::EnteredByApprover => "anomaly-entered-by-approver",
            Self::Late => "anomaly-late",
            Self::Night => "anomaly-night",
            Self::LongWithoutBreak => "anomaly-long-without-break",
            Self::LargeGroup => "anomaly-large-group",
        }
    }
}

/// One thing that is worth a second look, with its figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anomaly {
    /// What.
    pub code: AnomalyCode,
    /// The day it concerns, where it concerns one.
    pub day: Option<NaiveDate>,
    /// Its figures by name.
    pub figures: Vec<(&'static str, i64)>,
}

impl Anomaly {
    fn of(code: AnomalyCode, figures: &[(&'static str, i64)]) -> Self {
        Self {
            code,
            day: None,
            figures: figures.to_vec(),
        }
    }

    /// The sentence in a language.
    #[must_use]
    pub fn message(&self, locale: Locale) -> String {
        let mut values: Vec<(&'static str, String)> = self
            .figures
            .iter()
            .map(|(name, value)| (*name, value.to_string()))
            .collect();
        values.extend(self.day.map(|it| ("day", it.to_string())));
        locale.sentence(self.code.key(), &values)
    }
}

/// The person's minutes on one day of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayTotal {
    /// The day.
    pub day: NaiveDate,
    /// In the entry's organization, the entry included.
    pub minutes: i64,
    /// In all other organizations together; where is nobody's business here.
    pub elsewhere: i64,
}

/// How often a row stands there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Alike {
    /// Entries that say the same on the day.
    pub entries: i64,
    /// People they are of.
    pub people: i64,
    /// Those of the same person.
    pub own: i64,
}

/// How a volunteer writes hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Habit {
    /// Entries of late.
    pub entries: i64,
    /// Those of whole hours.
    pub whole_hours: i64,
}

/// What is known around an entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Around<'a> {
    /// The person's minutes on each of its days; empty for a group.
    pub days: &'a [DayTotal],
    /// The most of one day, in minutes.
    pub cap: i64,
    /// Rows that say the same.
    pub alike: Alike,
    /// How the volunteer writes hours.
    pub habit: Habit,
    /// Whether whoever asks wrote or changed it.
    pub written: bool,
    /// The zone of the entry.
    pub zone: &'a Zone,
}

/// Everything about an entry that is worth a second look, in the order of the codes.
#[must_use]
pub fn judge(entry: &hour_entry::Model, around: &Around<'_>) -> Vec<Anomaly> {
    [
        cap_near(around),
        identical(around.alike),
        round_numbers(around.habit),
        around
            .written
            .then(|| Anomaly::of(AnomalyCode::EnteredByApprover, &[])),
        late(entry, around.zone),
        night(entry, around.zone),
        unbroken(entry),
        (entry.headcount >= GROUP_LARGE).then(|| {
            let people = ("people", i64::from(entry.headcount));
            Anomaly::of(AnomalyCode::LargeGroup, &[people])
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn cap_near(around: &Around<'_>) -> Option<Anomaly> {
    let longest = around
        .days
        .iter()
        .max_by_key(|it| it.minutes.saturating_add(it.elsewhere))?;
    let minutes = longest.minutes.saturating_add(longest.elsewhere);
    let near = minutes.saturating_mul(100) >= around.cap.saturating_mul(CAP_NEAR_PERCENT);
    near.then(|| Anomaly {
        day: Some(longest.day),
        ..Anomaly::of(
            AnomalyCode::DailyCapNear,
            &[("minutes", minutes), ("cap", around.cap)],
        )
    })
}

fn identical(alike: Alike) -> Option<Anomaly> {
    let found = alike.people >= IDENTICAL_PEOPLE || alike.own >= IDENTICAL_REPEATED;
    let figures = [
        ("entries", alike.entries),
        ("people", alike.people),
        ("own", alike.own),
    ];
    found.then(|| Anomaly::of(AnomalyCode::IdenticalRows, &figures))
}

fn round_numbers(habit: Habit) -> Option<Anomaly> {
    let bias = habit.entries >= ROUND_ENTRIES
        && habit.whole_hours.saturating_mul(100) >= habit.entries.saturating_mul(ROUND_PERCENT);
    let figures = [
        ("entries", habit.entries),
        ("wholeHours", habit.whole_hours),
        ("days", i64::try_from(ROUND_DAYS).unwrap_or(i64::MAX)),
    ];
    bias.then(|| Anomaly::of(AnomalyCode::RoundNumberBias, &figures))
}

fn late(entry: &hour_entry::Model, zone: &Zone) -> Option<Anomaly> {
    let days = (zone.day_of(entry.created_at) - entry.ended_on).num_days();
    (days > LATE_DAYS).then(|| Anomaly::of(AnomalyCode::Late, &[("days", days)]))
}

fn unbroken(entry: &hour_entry::Model) -> Option<Anomaly> {
    let long = entry.started_at.is_some()
        && entry.break_minutes.0 == 0
        && entry.minutes.0 >= UNBROKEN_MINUTES;
    long.then(|| {
        let minutes = ("minutes", i64::from(entry.minutes.0));
        Anomaly::of(AnomalyCode::LongWithoutBreak, &[minutes])
    })
}

fn night(entry: &hour_entry::Model, zone: &Zone) -> Option<Anomaly> {
    let minutes = night_minutes(zone, entry.started_at?, entry.ended_at?);
    (minutes >= NIGHT_MINUTES).then(|| Anomaly::of(AnomalyCode::Night, &[("minutes", minutes)]))
}

/// Minutes of an interval that lie in the night, by the clock on the wall.
fn night_minutes(zone: &Zone, started_at: DateTime<Utc>, ended_at: DateTime<Utc>) -> i64 {
    let (from, to) = (zone.local_time(started_at), zone.local_time(ended_at));
    let mut total = TimeDelta::zero();
    for day in [Some(from.date()), from.date().succ_opt()]
        .into_iter()
        .flatten()
    {
        let begins = day.and_time(NIGHT.0).max(from);
        let ends = day.and_time(NIGHT.1).min(to);
        total += (ends - begins).max(TimeDelta::zero());
    }
    total.num_minutes()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use chrono::NaiveDate;
    use chrono::Utc;

    use super::Alike;
    use super::Anomaly;
    use super::AnomalyCode;
    use super::Around;
    use super::DayTotal;
    use super::Habit;
    use super::cap_near;
    use super::identical;
    use super::night_minutes;
    use super::round_numbers;
    use crate::platform::i18n::Locale;
    use crate::platform::zones;

    fn instant(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_is_near_its_cap_from_four_fifths_on_work_elsewhere_included() {
        let zone = zones::parse("Africa/Casablanca").unwrap();
        for (minutes, elsewhere, near) in [(575, 0, false), (576, 0, true), (300, 276, true)] {
            let days = [DayTotal {
                day: NaiveDate::from_ymd_opt(2026, 3, 14).unwrap(),
                minutes,
                elsewhere,
            }];
            let around = Around {
                days: &days,
                cap: 720,
                alike: Alike::default(),
                habit: Habit::default(),
                written: false,
                zone: &zone,
            };
            assert_eq!(cap_near(&around).is_some(), near, "{minutes} {elsewhere}");
        }
    }

    #[test]
    fn five_people_or_one_person_twice_with_the_same_row_show() {
        for (people, own, shows) in [(4, 1, false), (5, 1, true), (1, 2, true)] {
            let alike = Alike {
                entries: people,
                people,
                own,
            };
            assert_eq!(identical(alike).is_some(), shows, "{people} {own}");
        }
    }

    #[test]
    fn nine_whole_hours_of_ten_are_a_habit_seven_of_seven_are_none() {
        for (entries, whole_hours, shows) in [(7, 7, false), (10, 8, false), (10, 9, true)] {
            let habit = Habit {
                entries,
                whole_hours,
            };
            assert_eq!(round_numbers(habit).is_some(), shows, "{entries}");
        }
    }

    #[test]
    fn the_night_is_that_of_the_clock_on_the_wall() {
        let zone = zones::parse("Africa/Casablanca").unwrap();
        // An hour ahead of UTC in that October.
        for (from, to, minutes) in [
            ("2025-10-14T08:00:00Z", "2025-10-14T16:00:00Z", 0),
            ("2025-10-14T21:00:00Z", "2025-10-15T01:00:00Z", 120),
            ("2025-10-14T20:00:00Z", "2025-10-15T06:00:00Z", 300),
            ("2025-10-15T03:30:00Z", "2025-10-15T05:00:00Z", 30),
        ] {
            assert_eq!(night_minutes(&zone, instant(from), instant(to)), minutes);
        }
    }

    #[test]
    fn every_anomaly_has_a_sentence_in_every_language() {
        for locale in Locale::ALL {
            for code in AnomalyCode::ALL {
                let names = [
                    "minutes",
                    "cap",
                    "entries",
                    "people",
                    "own",
                    "wholeHours",
                    "days",
                ];
                let anomaly = Anomaly {
                    code,
                    day: NaiveDate::from_ymd_opt(2026, 3, 14),
                    figures: names.map(|it| (it, 7)).to_vec(),
                };
                let sentence = anomaly.message(locale);
                assert_ne!(sentence, code.key(), "{locale:?}");
            }
        }
    }
}
