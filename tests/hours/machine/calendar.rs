//! Work on the calendar of Morocco, reckoned as plainly as possible: the clock changes are a table.
//!
//! What becomes of it is in `model`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::DateTime;
use chrono::Datelike;
use chrono::NaiveDate;
use chrono::Utc;
use tiwizi::refusal::Code;

/// From which minute on local time is ahead of universal time by how many minutes.
static OFFSETS: LazyLock<Vec<(i64, i64)>> = LazyLock::new(|| {
    [
        ("2024-04-14T02:00:00Z", 60),
        ("2025-02-23T02:00:00Z", 0),
        ("2025-04-06T02:00:00Z", 60),
        ("2026-02-15T02:00:00Z", 0),
        ("2026-03-22T02:00:00Z", 60),
        ("2026-09-20T01:00:00Z", 0),
    ]
    .map(|(since, ahead)| (minute_of(since.parse().unwrap()), ahead))
    .to_vec()
});

/// When and how long, by minutes since the epoch or by day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    Interval {
        from: i64,
        to: i64,
        pause: i64,
    },
    Duration {
        day: NaiveDate,
        minutes: i64,
    },
    Group {
        day: NaiveDate,
        minutes: i64,
        heads: i64,
    },
}

/// What an entry says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Content {
    pub project: usize,
    pub work: Work,
}

/// The local day of a minute.
pub fn day_of(minute: i64) -> NaiveDate {
    let ahead = OFFSETS
        .iter()
        .rev()
        .find(|(since, _)| *since <= minute)
        .map_or(0, |(_, ahead)| *ahead);
    let days = (minute + ahead).div_euclid(1_440);
    NaiveDate::from_epoch_days(i32::try_from(days).unwrap()).unwrap()
}

pub fn minute_of(instant: DateTime<Utc>) -> i64 {
    instant.timestamp().div_euclid(60)
}

pub fn month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap()
}

impl Content {
    /// Minutes of each person, refused where they cannot be.
    fn net(&self) -> Result<i64, Code> {
        let (gross, pause) = match self.work {
            Work::Interval { from, to, pause } => (to - from, pause),
            Work::Duration { minutes, .. } | Work::Group { minutes, .. } => (minutes, 0),
        };
        match gross {
            ..=0 => Err(Code::NoDuration),
            1_441.. => Err(Code::EntryTooLong),
            _ if pause >= gross => Err(Code::BreakTooLong),
            _ => Ok(gross - pause),
        }
    }

    /// Whether it can be read at all.
    pub fn read(&self) -> Result<(), Vec<Code>> {
        self.net().map(drop).map_err(|it| vec![it])
    }

    pub fn total(&self) -> i64 {
        match self.work {
            Work::Group { minutes, heads, .. } => minutes * heads,
            _ => self.net().unwrap_or(0),
        }
    }

    /// First and last day.
    pub fn days(&self) -> (NaiveDate, NaiveDate) {
        match self.work {
            Work::Interval { from, to, .. } => (day_of(from), day_of(to - 1)),
            Work::Duration { day, .. } | Work::Group { day, .. } => (day, day),
        }
    }

    /// Minutes by day: presence lies on the day on which it was; of work with a
    /// break each day has its part, and what is missing goes where most was cut off.
    pub fn by_day(&self) -> BTreeMap<NaiveDate, i64> {
        let Work::Interval { from, to, .. } = self.work else {
            return BTreeMap::from([(self.days().0, self.total())]);
        };
        let mut present: BTreeMap<NaiveDate, i64> = BTreeMap::new();
        let mut minute = from;
        while minute < to {
            // Days begin and clocks change at quarters of an hour.
            let next = to.min(minute - minute % 15 + 15);
            *present.entry(day_of(minute)).or_default() += next - minute;
            minute = next;
        }
        let (net, gross) = (self.total(), to - from);
        let mut parts: Vec<(NaiveDate, i64, i64)> = present
            .into_iter()
            .map(|(day, it)| (day, net * it / gross, net * it % gross))
            .collect();
        for _ in parts.iter().map(|it| it.1).sum::<i64>()..net {
            let most = parts.iter().map(|it| it.2).max().unwrap();
            let part = parts.iter_mut().find(|it| it.2 == most).unwrap();
            *part = (part.0, part.1 + 1, -1);
        }
        parts
            .into_iter()
            .filter(|it| it.1 > 0)
            .map(|it| (it.0, it.1))
            .collect()
    }
}
