//! When a schedule is due: cron expressions on the clocks of a zone, and months that have ended.
//!
//! Pure: what was asked for already, and whether a month is closed, is known elsewhere. Expressions are read
//! in local time without a zone; `platform::zones` makes instants of it.

use chrono::DateTime;
use chrono::Datelike;
use chrono::Days;
use chrono::Months;
use chrono::NaiveDate;
use chrono::NaiveTime;
use chrono::TimeDelta;
use chrono::Utc;
use croner::Cron;
use croner::parser::CronParser;
use croner::parser::Seconds;
use croner::parser::Year;

use crate::platform::zones::Zone;

/// Most characters of an expression.
pub const CRON_MOST: usize = 100;
/// How many missed ticks are kept in the history; of more the latest.
pub const MISSED_MOST: usize = 1_000;
/// Latest day of a month on which a report waits for its closing: every month has it.
pub const LATEST_DAY_MOST: i32 = 28;
/// At which hour of that day it waits no longer.
const LATEST_HOUR: u32 = 6;
/// Further than this no clock jumps: as far around a local time others may come before it.
const JUMP: TimeDelta = TimeDelta::hours(3);

/// Why an expression is none for a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It does not have five fields that can be read.
    Fields,
    /// Its first field is not one minute: it would be due more than once in an hour.
    Minute,
    /// No day fulfils it.
    Never,
}

/// A cron expression of five fields with one minute, so that it is due once in an hour at most.
#[derive(Clone, Debug)]
pub struct Expression(Box<Cron>);

impl Expression {
    /// Reads an expression: minute, hour, day of the month, month, day of the week. Where both days are
    /// given, either is enough.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn read(text: &str) -> Result<Self, Unfit> {
        let mut fields = text.split_whitespace();
        let minute = fields.next().ok_or(Unfit::Fields)?;
        // A `+` would make both days count: one more meaning that no other cron has.
        if fields.count() != 4 || text.len() > CRON_MOST || text.contains('+') {
            return Err(Unfit::Fields);
        }
        let parser = CronParser::builder()
            .seconds(Seconds::Disallowed)
            .year(Year::Disallowed)
            .build();
        let Ok(cron) = parser.parse(text) else {
            return Err(Unfit::Fields);
        };
        if minute.parse::<u8>().is_err() {
            return Err(Unfit::Minute);
        }
        let expression = Self(Box::new(cron));
        // Leap days come again within eight years, also around a century without one.
        let begin = NaiveDate::from_ymd_opt(2096, 3, 1).unwrap_or_default();
        let found = expression
            .0
            .find_next_occurrence(&begin.and_time(NaiveTime::MIN), true);
        match found {
            Ok(_) => Ok(expression),
            Err(_) => Err(Unfit::Never),
        }
    }

    /// The first instant after another at which it is due in a zone; `None` beyond the years that can be
    /// reckoned.
    ///
    /// A local time that clocks jump over is due as much later as they jump; one that they show twice is due
    /// the first time. Local times that fall together by this are one instant.
    #[must_use]
    pub fn next(&self, zone: &Zone, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut local = zone.local_time(after) - JUMP;
        let mut found: Option<(chrono::NaiveDateTime, DateTime<Utc>)> = None;
        loop {
            local = self.0.find_next_occurrence(&local, false).ok()?;
            // Where clocks change, a later local time can be an earlier instant.
            if found.is_some_and(|(first, _)| local > first + JUMP) {
                return found.map(|it| it.1);
            }
            let Ok((instant, _)) = zone.settled(local) else {
                return found.map(|it| it.1);
            };
            if instant > after {
                found = match found {
                    None => Some((local, instant)),
                    Some((first, known)) => Some((first, known.min(instant))),
                };
            }
        }
    }
}

/// When a schedule is due.
#[derive(Clone, Debug)]
pub enum Cadence {
    /// By an expression.
    Cron(Expression),
    /// When a month has ended and is closed; at the latest on a day of the next month.
    MonthlyAfterClosing {
        /// That day.
        latest_day: u32,
    },
}

impl Cadence {
    /// The first tick after an instant. Those of months are the instants at which the next month begins.
    #[must_use]
    pub fn next(&self, zone: &Zone, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::Cron(expression) => expression.next(zone, after),
            Self::MonthlyAfterClosing { .. } => {
                let first = zone.day_of(after).with_day(1)?;
                let next = first.checked_add_months(Months::new(1))?;
                let tick = zone.start_of_day(next);
                (tick > after).then_some(tick)
            }
        }
    }

    /// The ticks from one on, itself included, up to an instant; the latest, where there are very many.
    #[must_use]
    pub fn ticks(&self, zone: &Zone, from: DateTime<Utc>, to: DateTime<Utc>) -> Ticks {
        let mut known = std::collections::VecDeque::new();
        let mut tick = Some(from);
        while let Some(at) = tick.filter(|it| *it <= to) {
            if known.len() > MISSED_MOST {
                known.pop_front();
            }
            known.push_back(at);
            tick = self.next(zone, at);
        }
        Ticks {
            due: known.into(),
            next: tick,
        }
    }

    /// When a tick of a month waits for its closing no longer; of others the tick itself.
    #[must_use]
    pub fn latest(&self, zone: &Zone, tick: DateTime<Utc>) -> DateTime<Utc> {
        let Self::MonthlyAfterClosing { latest_day } = self else {
            return tick;
        };
        let days = Days::new(u64::from(latest_day.saturating_sub(1)));
        let day = zone.day_of(tick).checked_add_days(days);
        let local = day.and_then(|it| it.and_hms_opt(LATEST_HOUR, 0, 0));
        let instant = local.and_then(|it| zone.settled(it).ok());
        instant.map_or(tick, |it| it.0)
    }
}

/// Ticks of a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticks {
    /// Those that have come, oldest first.
    pub due: Vec<DateTime<Utc>>,
    /// The first that has not.
    pub next: Option<DateTime<Utc>>,
}

/// The month that a tick of months is about: the one that ends with it.
#[must_use]
pub fn month_of(zone: &Zone, tick: DateTime<Utc>) -> NaiveDate {
    let day = zone.day_of(tick);
    let month = day.with_day(1).unwrap_or(day);
    month.checked_sub_months(Months::new(1)).unwrap_or(month)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use chrono::Utc;

    use super::Cadence;
    use super::Expression;
    use super::Unfit;
    use super::month_of;
    use crate::platform::zones;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// The ticks after an instant, as many as are expected.
    fn ticks(zone: &str, cron: &str, after: &str, count: usize) -> Vec<String> {
        let zone = zones::parse(zone).unwrap();
        let cron = Expression::read(cron).unwrap();
        let mut last = at(after);
        let mut found = Vec::new();
        for _ in 0..count {
            last = cron.next(&zone, last).unwrap();
            found.push(last.format("%Y-%m-%dT%H:%MZ").to_string());
        }
        found
    }

    #[test]
    fn ticks_keep_to_the_clocks_of_the_place() {
        const RABAT: &str = "Africa/Casablanca";
        const PARIS: &str = "Europe/Paris";
        for (zone, cron, after, expected) in [
            // Ramadan 2026: clocks go back on 15 February at 03:00 and forward on 22 March at 02:00.
            (
                RABAT,
                "0 7 * * *",
                "2026-02-13T12:00:00Z",
                &[
                    "2026-02-14T06:00Z",
                    "2026-02-15T07:00Z",
                    "2026-02-16T07:00Z",
                ][..],
            ),
            (
                RABAT,
                "0 7 * * *",
                "2026-03-20T12:00:00Z",
                &[
                    "2026-03-21T07:00Z",
                    "2026-03-22T06:00Z",
                    "2026-03-23T06:00Z",
                ],
            ),
            // 02:30 is shown twice on 15 February: the first time counts, and only that.
            (
                RABAT,
                "30 2 * * *",
                "2026-02-14T12:00:00Z",
                &["2026-02-15T01:30Z", "2026-02-16T02:30Z"],
            ),
            // Asked between the two times at which clocks show it.
            (
                RABAT,
                "30 2 * * *",
                "2026-02-15T02:10:00Z",
                &["2026-02-16T02:30Z"],
            ),
            // Clocks jump over 02:30 on 22 March: it is due an hour later by the clock.
            (
                RABAT,
                "30 2 * * *",
                "2026-03-21T12:00:00Z",
                &["2026-03-22T02:30Z", "2026-03-23T01:30Z"],
            ),
            // Every hour: 02:00, which is skipped, falls together with 03:00.
            (
                RABAT,
                "0 * * * *",
                "2026-03-22T00:30:00Z",
                &[
                    "2026-03-22T01:00Z",
                    "2026-03-22T02:00Z",
                    "2026-03-22T03:00Z",
                ],
            ),
            // Every hour: the hour that is shown twice is due once.
            (
                RABAT,
                "0 * * * *",
                "2026-02-15T00:30:00Z",
                &["2026-02-15T01:00Z", "2026-02-15T03:00Z"],
            ),
            // The return to universal time on 20 September 2026, for good.
            (
                RABAT,
                "0 7 1 * *",
                "2026-08-15T00:00:00Z",
                &[
                    "2026-09-01T06:00Z",
                    "2026-10-01T07:00Z",
                    "2026-11-01T07:00Z",
                ],
            ),
            (
                RABAT,
                "0 7 1 3,4,7 *",
                "2027-01-15T00:00:00Z",
                &[
                    "2027-03-01T07:00Z",
                    "2027-04-01T07:00Z",
                    "2027-07-01T07:00Z",
                ],
            ),
            // Paris: forward on 29 March at 02:00, back on 25 October at 03:00.
            (
                PARIS,
                "30 2 * * *",
                "2026-03-28T12:00:00Z",
                &["2026-03-29T01:30Z", "2026-03-30T00:30Z"],
            ),
            (
                PARIS,
                "30 2 * * *",
                "2026-10-24T12:00:00Z",
                &["2026-10-25T00:30Z", "2026-10-26T01:30Z"],
            ),
            (
                PARIS,
                "30 2-3 * * *",
                "2026-03-29T00:00:00Z",
                &[
                    "2026-03-29T01:30Z",
                    "2026-03-30T00:30Z",
                    "2026-03-30T01:30Z",
                ],
            ),
            // Names, last days and weekdays.
            (
                PARIS,
                "0 8 L * *",
                "2028-02-01T00:00:00Z",
                &["2028-02-29T07:00Z", "2028-03-31T06:00Z"],
            ),
            (
                PARIS,
                "15 6 * * MON",
                "2026-11-02T09:00:00Z",
                &["2026-11-09T05:15Z", "2026-11-16T05:15Z"],
            ),
        ] {
            assert_eq!(
                ticks(zone, cron, after, expected.len()),
                expected,
                "{zone} {cron} after {after}"
            );
        }
    }

    #[test]
    fn only_what_is_due_once_an_hour_at_most_is_read() {
        for (text, unfit) in [
            ("", Unfit::Fields),
            ("0 7 * *", Unfit::Fields),
            ("0 0 7 * * *", Unfit::Fields),
            ("@hourly", Unfit::Fields),
            ("0 25 * * *", Unfit::Fields),
            ("0 7 * * someday", Unfit::Fields),
            ("0 7 1 * +1", Unfit::Fields),
            ("* * * * *", Unfit::Minute),
            ("*/5 7 * * *", Unfit::Minute),
            ("0,30 7 * * *", Unfit::Minute),
            ("0-5 7 1 * *", Unfit::Minute),
            ("0 7 30 2 *", Unfit::Never),
        ] {
            assert_eq!(Expression::read(text).unwrap_err(), unfit, "{text}");
        }
        for text in ["0 * * * *", "59 23 29 2 *", "0 7 1 * *", " 5  4 * * 1-5 "] {
            assert!(Expression::read(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn missed_ticks_are_told_oldest_first_with_the_one_that_follows() {
        let zone = zones::parse("Africa/Casablanca").unwrap();
        let cadence = Cadence::Cron(Expression::read("0 7 * * *").unwrap());

        let ticks = cadence.ticks(
            &zone,
            at("2026-11-03T07:00:00Z"),
            at("2026-11-05T07:00:00Z"),
        );

        let days = ["03", "04", "05"].map(|it| at(&format!("2026-11-{it}T07:00:00Z")));
        assert_eq!(ticks.due, days);
        assert_eq!(ticks.next, Some(at("2026-11-06T07:00:00Z")));
        let years = cadence.ticks(
            &zone,
            at("2020-01-01T07:00:00Z"),
            at("2026-11-05T07:00:00Z"),
        );
        assert_eq!((years.due.len(), years.due.last()), (1_001, days.last()));
    }

    #[test]
    fn a_month_is_due_when_the_next_begins_and_waits_until_a_day() {
        let zone = zones::parse("Africa/Casablanca").unwrap();
        let cadence = Cadence::MonthlyAfterClosing { latest_day: 10 };
        let tick = cadence.next(&zone, at("2026-08-20T00:00:00Z")).unwrap();

        assert_eq!(tick, at("2026-08-31T23:00:00Z"));
        assert_eq!(month_of(&zone, tick).to_string(), "2026-08-01");
        assert_eq!(cadence.latest(&zone, tick), at("2026-09-10T05:00:00Z"));
        // Clocks have gone back in between.
        let next = cadence.next(&zone, tick).unwrap();
        assert_eq!(next, at("2026-10-01T00:00:00Z"));
        assert_eq!(cadence.latest(&zone, next), at("2026-10-10T06:00:00Z"));
    }
}
