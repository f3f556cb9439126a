//! Recurrence rules of RFC 5545, expanded in local wall time.
//!
//! A weekly shift at nine stays at nine on the wall whatever the clocks do. The library counts on a
//! calendar without zones; instants come from `platform::zones`, whose data is current. What a
//! shift is, is in `shift`.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::NaiveDateTime;
use chrono::NaiveTime;
use chrono::Utc;
use rrule::RRule;
use rrule::RRuleSet;
use rrule::Tz;
use rrule::Unvalidated;

use crate::platform::zones::ClockChange;
use crate::platform::zones::Zone;

/// Most shifts of one series: a year of days.
pub const SHIFTS_MOST: usize = 366;

/// Most characters of a rule.
const RULE_MOST: usize = 500;

/// Shifts recur by days and more; several a day are written with `BYHOUR`.
const FREQUENCIES: [&str; 4] = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"];

/// Why a rule gives no series.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// It cannot be read, or says what series do not take.
    #[error("the rule cannot be read: {0:?}")]
    Unreadable(Unreadable),
    /// It has no end, or too many shifts.
    #[error("the rule has no end or gives too many shifts")]
    TooLong,
    /// The first shift is not one of the rule's.
    #[error("{0} is not a time of the rule")]
    FirstOutside(NaiveDateTime),
    /// The first shift lies over a clock change, so that its length on the wall is none.
    #[error("the clocks changed at {0}")]
    OverClockChange(NaiveDateTime),
}

/// What of a rule cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It has more than so many characters.
    TooLong(usize),
    /// It lacks a part that every rule has.
    Missing(&'static str),
    /// It ends by a count and on a day.
    TwoEnds,
    /// This part of it, in capitals as rules are read.
    Part(String),
}

/// One shift that a rule gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// When it starts.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// Its start on the clock on the wall.
    pub wall: NaiveDateTime,
    /// Whether its start is shown twice; the first of the two counts.
    pub repeated: bool,
}

/// What a rule gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expansion {
    /// The shifts, earliest first.
    pub occurrences: Vec<Occurrence>,
    /// Starts on the wall that do not exist, because clocks jumped over them. As RFC 5545 demands
    /// they are left out and not counted.
    pub skipped: Vec<NaiveDateTime>,
}

/// The shifts of a rule, from a first one on.
///
/// Each has the length of the first on the clock on the wall: a night shift from ten to six ends at
/// six, also when clocks change meanwhile.
///
/// # Errors
/// [`RuleError`].
pub fn expand(
    rule: &str,
    zone: &Zone,
    first: (DateTime<Utc>, DateTime<Utc>),
) -> Result<Expansion, RuleError> {
    let start = zone.local_time(first.0);
    let length = zone.local_time(first.1) - start;
    if length <= chrono::TimeDelta::zero() {
        return Err(RuleError::OverClockChange(start));
    }
    let (rules, bound) = parse(rule, zone, start)?;
    let mut expansion = Expansion::default();
    for wall in &rules.limit() {
        let wall = wall.naive_utc();
        if bound.ends_before(wall, expansion.occurrences.len()) {
            break;
        }
        if expansion.occurrences.is_empty() && expansion.skipped.is_empty() && wall != start {
            return Err(RuleError::FirstOutside(start));
        }
        if expansion.occurrences.len() + expansion.skipped.len() >= SHIFTS_MOST {
            return Err(RuleError::TooLong);
        }
        let far = |_| RuleError::TooLong;
        match zone.settled(wall).map_err(far)? {
            (_, Some(ClockChange::Gap)) => expansion.skipped.push(wall),
            (starts_at, change) => {
                let end = wall.checked_add_signed(length).ok_or(RuleError::TooLong)?;
                let (ends_at, _) = zone.settled(end).map_err(far)?;
                expansion.occurrences.push(Occurrence {
                    starts_at,
                    ends_at,
                    wall,
                    repeated: change.is_some(),
                });
            }
        }
    }
    match expansion.occurrences.first_mut() {
        None => return Err(RuleError::FirstOutside(start)),
        // Of a start that is shown twice, the one that was asked for.
        Some(it) => (it.starts_at, it.ends_at) = first,
    }
    Ok(expansion)
}

/// How a rule ends.
#[derive(Clone, Copy, Debug)]
enum Bound {
    Count(usize),
    Until(NaiveDateTime),
}

impl Bound {
    fn ends_before(self, wall: NaiveDateTime, given: usize) -> bool {
        match self {
            Self::Count(count) => given >= count,
            Self::Until(last) => wall > last,
        }
    }
}

/// The rule without its end, and its end: what is skipped must not be counted, which the library
/// cannot know.
fn parse(rule: &str, zone: &Zone, start: NaiveDateTime) -> Result<(RRuleSet, Bound), RuleError> {
    let unreadable = |part: &str| RuleError::Unreadable(Unreadable::Part(part.to_owned()));
    let text = rule.trim().to_ascii_uppercase();
    let text = text.strip_prefix("RRULE:").unwrap_or(&text);
    if text.chars().count() > RULE_MOST {
        return Err(RuleError::Unreadable(Unreadable::TooLong(RULE_MOST)));
    }
    let (mut bound, mut rest, mut frequency) = (None, Vec::new(), None);
    for part in text.split(';').filter(|it| !it.is_empty()) {
        let (name, value) = part.split_once('=').ok_or_else(|| unreadable(part))?;
        let end = match name {
            "COUNT" => {
                let count = value.parse().ok().filter(|it| *it >= 1);
                Bound::Count(count.ok_or_else(|| unreadable(part))?)
            }
            "UNTIL" => Bound::Until(until(value, zone).ok_or_else(|| unreadable(part))?),
            _ => {
                if name == "FREQ" {
                    frequency = Some(value);
                }
                rest.push(part);
                continue;
            }
        };
        if bound.replace(end).is_some() {
            return Err(RuleError::Unreadable(Unreadable::TwoEnds));
        }
    }
    let frequency = frequency.ok_or(RuleError::Unreadable(Unreadable::Missing("FREQ")))?;
    if !FREQUENCIES.contains(&frequency) {
        return Err(unreadable(&format!("FREQ={frequency}")));
    }
    let bound = bound.ok_or(RuleError::TooLong)?;
    let read = |text: &str| text.parse::<RRule<Unvalidated>>();
    let whole = rest.join(";");
    let rule = read(&whole).map_err(|_unread| {
        // The library tells the cause in English only: the part itself is known in any language.
        let alone = |it: &&&str| read(&format!("FREQ={frequency};{it}")).is_err();
        let parts = rest.iter().filter(|it| !it.starts_with("FREQ="));
        unreadable(parts.clone().find(alone).unwrap_or(&whole.as_str()))
    })?;
    // Wall time in the clothes of universal time: the library's own zone data stays out.
    let rules = rule.build(start.and_utc().with_timezone(&Tz::UTC));
    Ok((rules.map_err(|_unread| unreadable(&whole))?, bound))
}

/// The last wall time that belongs to a rule: an instant in universal time, a wall time, or a whole
/// day.
fn until(value: &str, zone: &Zone) -> Option<NaiveDateTime> {
    if let Some(instant) = value.strip_suffix('Z') {
        let instant = NaiveDateTime::parse_from_str(instant, "%Y%m%dT%H%M%S").ok()?;
        return Some(zone.local_time(instant.and_utc()));
    }
    if value.len() == 8 {
        let day = NaiveDate::parse_from_str(value, "%Y%m%d").ok()?;
        return Some(day.and_time(NaiveTime::from_hms_opt(23, 59, 59)?));
    }
    NaiveDateTime::parse_from_str(value, "%Y%m%dT%H%M%S").ok()
}

#[cfg(test)]
mod tests;
