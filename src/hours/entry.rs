//! Hour entries: what a new one must say, parsed once, and what a stored one is.
//!
//! Whether the work is acceptable on its day is in `rules`, who may write it in `guard`.

use chrono::DateTime;
use chrono::DurationRound;
use chrono::NaiveDate;
use chrono::TimeDelta;
use chrono::Utc;
use entity::hour_entry;
use entity::ids::ProjectId;
use entity::ids::VolunteerId;
use entity::project;
use entity::types::EntryKind;
use entity::types::Minutes;
use entity::volunteer;

use crate::hours::error::HoursError;
use crate::hours::rules;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// Longest description, in characters.
pub const DESCRIPTION_MOST: usize = 2_000;
/// Most people of a group.
pub const HEADCOUNT_MOST: i64 = 10_000;

/// The parts of an entry as they come from outside; none of them checked.
#[derive(Clone, Debug)]
pub struct Fields {
    /// Who worked; absent for a group.
    pub volunteer: Option<VolunteerId>,
    /// What for.
    pub project: ProjectId,
    /// Start of an interval.
    pub started_at: Option<DateTime<Utc>>,
    /// End of an interval, exclusive.
    pub ended_at: Option<DateTime<Utc>>,
    /// Minutes of an interval that were no work.
    pub break_minutes: Option<i64>,
    /// Civil day of a duration or group.
    pub worked_on: Option<NaiveDate>,
    /// Minutes of a duration, or of each person of a group.
    pub minutes: Option<i64>,
    /// People of a group.
    pub headcount: Option<i64>,
    /// What was done.
    pub description: Option<String>,
    /// Where; absent for the place of the project.
    pub territory_code: Option<String>,
}

impl Fields {
    /// Work on a project, nothing else said yet.
    #[must_use]
    pub fn on(project: ProjectId) -> Self {
        Self {
            volunteer: None,
            project,
            started_at: None,
            ended_at: None,
            break_minutes: None,
            worked_on: None,
            minutes: None,
            headcount: None,
            description: None,
            territory_code: None,
        }
    }
}

/// When and how long somebody worked: exactly one of three ways to say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Work {
    /// From one instant to another, less breaks.
    Interval {
        /// Who.
        volunteer: VolunteerId,
        /// Start.
        started_at: DateTime<Utc>,
        /// End, exclusive.
        ended_at: DateTime<Utc>,
        /// Minutes between that were no work.
        break_minutes: Minutes,
    },
    /// Minutes on a day, without clock times: never checked for overlap.
    Duration {
        /// Who.
        volunteer: VolunteerId,
        /// The day.
        worked_on: NaiveDate,
        /// How long.
        minutes: Minutes,
    },
    /// The same minutes for each of several people who are not named.
    Group {
        /// The day.
        worked_on: NaiveDate,
        /// How long, each.
        minutes: Minutes,
        /// How many.
        headcount: i32,
    },
}

impl Work {
    /// The way it is said.
    #[must_use]
    pub fn kind(&self) -> EntryKind {
        match self {
            Self::Interval { .. } => EntryKind::Interval,
            Self::Duration { .. } => EntryKind::Duration,
            Self::Group { .. } => EntryKind::Group,
        }
    }

    /// Who worked; `None` for a group.
    #[must_use]
    pub fn volunteer(&self) -> Option<VolunteerId> {
        match self {
            Self::Interval { volunteer, .. } | Self::Duration { volunteer, .. } => Some(*volunteer),
            Self::Group { .. } => None,
        }
    }

    /// Start and end of an interval.
    #[must_use]
    pub fn span(&self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        match self {
            Self::Interval {
                started_at,
                ended_at,
                ..
            } => Some((*started_at, *ended_at)),
            Self::Duration { .. } | Self::Group { .. } => None,
        }
    }

    /// Minutes from start to end, breaks included.
    #[must_use]
    pub fn gross(&self) -> i64 {
        match self {
            // Whole minutes of the exact time; nothing is rounded up.
            Self::Interval {
                started_at,
                ended_at,
                ..
            } => (*ended_at - *started_at).num_minutes(),
            Self::Duration { minutes, .. } | Self::Group { minutes, .. } => i64::from(minutes.0),
        }
    }

    /// Minutes that were not worked.
    #[must_use]
    pub fn break_minutes(&self) -> Minutes {
        match self {
            Self::Interval { break_minutes, .. } => *break_minutes,
            Self::Duration { .. } | Self::Group { .. } => Minutes(0),
        }
    }

    /// Minutes of work of each person.
    #[must_use]
    pub fn minutes(&self) -> Minutes {
        let net = self.gross() - i64::from(self.break_minutes().0);
        Minutes(i32::try_from(net).unwrap_or(i32::MAX))
    }

    /// How many people worked.
    #[must_use]
    pub fn headcount(&self) -> i32 {
        match self {
            Self::Group { headcount, .. } => *headcount,
            Self::Interval { .. } | Self::Duration { .. } => 1,
        }
    }

    /// Minutes of work of all people together.
    #[must_use]
    pub fn total_minutes(&self) -> Minutes {
        Minutes(self.minutes().0.saturating_mul(self.headcount()))
    }
}

/// An entry that says one thing and says it fully.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEntry {
    /// What for.
    pub project: ProjectId,
    /// When and how long.
    pub work: Work,
    /// What was done.
    pub description: Option<String>,
    /// Where; absent for the place of the project.
    pub territory_code: Option<String>,
}

impl NewEntry {
    /// Reads the parts of an entry.
    ///
    /// # Errors
    /// [`HoursError::Invalid`] with everything that is missing, contradictory or out of bounds, each
    /// with its field.
    pub fn parse(fields: &Fields) -> Result<Self, HoursError> {
        let mut checks = Checks::new();
        let description = checks.optional_prose(
            "description",
            fields.description.as_deref(),
            DESCRIPTION_MOST,
        );
        let territory_code =
            checks.optional_text("territoryCode", fields.territory_code.as_deref(), 32);
        let work = work(&mut checks, fields);
        if let Some(refusal) = work.as_ref().and_then(|it| rules::length(it).err()) {
            checks.refuse(refusal);
        }
        checks.done().map_err(HoursError::Invalid)?;
        let Some(work) = work else {
            return Err(HoursError::Invalid(vec![Refusal::new(Code::Required)]));
        };
        Ok(Self {
            project: fields.project,
            work,
            description,
            territory_code,
        })
    }
}

/// The one way in which the fields say when and how long; what stands in its way is refused.
fn work(checks: &mut Checks, fields: &Fields) -> Option<Work> {
    let of_interval = [
        ("startedAt", fields.started_at.is_some()),
        ("endedAt", fields.ended_at.is_some()),
        ("breakMinutes", fields.break_minutes.is_some()),
    ];
    let of_day = [
        ("workedOn", fields.worked_on.is_some()),
        ("minutes", fields.minutes.is_some()),
        ("headcount", fields.headcount.is_some()),
    ];
    let clocked = of_interval.iter().any(|(_, given)| *given);
    if clocked {
        let before = given(&of_interval);
        for (field, _) in of_day.iter().filter(|(_, given)| *given) {
            checks.refuse(contradiction(field, &before));
        }
        return interval(checks, fields);
    }
    if fields.headcount.is_some() {
        if fields.volunteer.is_some() {
            checks.refuse(contradiction("volunteerId", "headcount"));
        }
        return group(checks, fields);
    }
    let volunteer = required(checks, "volunteerId", fields.volunteer);
    let worked_on = required(checks, "workedOn", fields.worked_on);
    let minutes = required(checks, "minutes", fields.minutes);
    Some(Work::Duration {
        volunteer: volunteer?,
        worked_on: worked_on?,
        minutes: whole(minutes?),
    })
}

fn interval(checks: &mut Checks, fields: &Fields) -> Option<Work> {
    let volunteer = required(checks, "volunteerId", fields.volunteer);
    let started_at = required(checks, "startedAt", fields.started_at);
    let ended_at = required(checks, "endedAt", fields.ended_at);
    let break_minutes = fields.break_minutes.unwrap_or(0);
    checks.demand(break_minutes >= 0, || {
        Refusal::of(Code::OutOfRange, "breakMinutes")
            .with("least", 0)
            .with("most", rules::ENTRY_MINUTES_MOST)
    });
    Some(Work::Interval {
        volunteer: volunteer?,
        started_at: stored(started_at?),
        ended_at: stored(ended_at?),
        break_minutes: whole(break_minutes.max(0)),
    })
}

fn group(checks: &mut Checks, fields: &Fields) -> Option<Work> {
    let worked_on = required(checks, "workedOn", fields.worked_on);
    let minutes = required(checks, "minutes", fields.minutes);
    let headcount = fields
        .headcount
        .filter(|it| (1..=HEADCOUNT_MOST).contains(it))
        .and_then(|it| i32::try_from(it).ok());
    checks.demand(headcount.is_some(), || {
        Refusal::of(Code::OutOfRange, "headcount")
            .with("least", 1)
            .with("most", HEADCOUNT_MOST)
    });
    Some(Work::Group {
        worked_on: worked_on?,
        minutes: whole(minutes?),
        headcount: headcount?,
    })
}

fn required<T>(checks: &mut Checks, field: &str, value: Option<T>) -> Option<T> {
    checks.demand(value.is_some(), || Refusal::of(Code::Required, field));
    value
}

fn contradiction(field: &str, other: &str) -> Refusal {
    Refusal::of(Code::Contradiction, field).with("detail", format!("{field}, {other}"))
}

fn given(fields: &[(&str, bool)]) -> String {
    let named: Vec<&str> = fields
        .iter()
        .filter(|(_, given)| *given)
        .map(|(name, _)| *name)
        .collect();
    named.join(", ")
}

/// Beyond what a column holds it is refused for its length anyway.
fn whole(minutes: i64) -> Minutes {
    Minutes(i32::try_from(minutes).unwrap_or(if minutes < 0 { i32::MIN } else { i32::MAX }))
}

/// As columns hold it: whole microseconds.
fn stored(instant: DateTime<Utc>) -> DateTime<Utc> {
    instant
        .duration_trunc(TimeDelta::microseconds(1))
        .unwrap_or(instant)
}

/// An entry as it is stored, with what was read along with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The row.
    pub row: hour_entry::Model,
    /// The volunteer, where it was read along.
    pub volunteer: Option<volunteer::Model>,
    /// The project, where it was read along.
    pub project: Option<project::Model>,
}

impl From<hour_entry::Model> for Entry {
    fn from(row: hour_entry::Model) -> Self {
        Self {
            row,
            volunteer: None,
            project: None,
        }
    }
}

impl Entry {
    /// The parts of it as they were given, for a change of some of them.
    #[must_use]
    pub fn fields(row: &hour_entry::Model) -> Fields {
        let clocked = row.kind == EntryKind::Interval;
        let group = row.kind == EntryKind::Group;
        Fields {
            volunteer: row.volunteer_id,
            project: row.project_id,
            started_at: row.started_at,
            ended_at: row.ended_at,
            break_minutes: clocked.then(|| i64::from(row.break_minutes.0)),
            worked_on: (!clocked).then_some(row.worked_on),
            minutes: (!clocked).then(|| i64::from(row.minutes.0)),
            headcount: group.then(|| i64::from(row.headcount)),
            description: row.description.clone(),
            territory_code: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use chrono::Utc;
    use entity::ids::ProjectId;
    use entity::ids::VolunteerId;
    use entity::types::Minutes;
    use uuid::Uuid;

    use super::Fields;
    use super::NewEntry;
    use super::Work;
    use crate::hours::error::HoursError;
    use crate::refusal::Code;

    fn at(text: &str) -> Option<DateTime<Utc>> {
        Some(text.parse().unwrap())
    }

    fn fields() -> Fields {
        Fields {
            volunteer: Some(VolunteerId(Uuid::from_u128(1))),
            ..Fields::on(ProjectId(Uuid::from_u128(2)))
        }
    }

    fn duration(minutes: i64) -> Fields {
        Fields {
            worked_on: "2026-03-14".parse().ok(),
            minutes: Some(minutes),
            ..fields()
        }
    }

    fn interval(from: &str, to: &str) -> Fields {
        Fields {
            started_at: at(from),
            ended_at: at(to),
            ..fields()
        }
    }

    fn refused(fields: &Fields) -> Vec<(Code, String)> {
        match NewEntry::parse(fields) {
            Err(HoursError::Invalid(refusals)) => refusals
                .iter()
                .map(|it| (it.code, it.path.join(".")))
                .collect(),
            other => panic!("accepted: {other:?}"),
        }
    }

    #[test]
    fn minutes_of_an_interval_are_whole_minutes_of_exact_time_less_the_break() {
        for (to, pause, expected) in [
            ("2026-03-14T11:30:00Z", 0, 150),
            ("2026-03-14T11:30:59.999999Z", 0, 150),
            ("2026-03-14T11:30:00Z", 30, 120),
            ("2026-03-15T09:00:00Z", 0, 1440),
        ] {
            let entry = NewEntry::parse(&Fields {
                break_minutes: Some(pause),
                ..interval("2026-03-14T09:00:00Z", to)
            })
            .unwrap();
            assert_eq!(entry.work.minutes(), Minutes(expected), "{to}");
        }
    }

    #[test]
    fn a_group_counts_minutes_of_all() {
        let entry = NewEntry::parse(&Fields {
            volunteer: None,
            headcount: Some(12),
            ..duration(45)
        })
        .unwrap();

        assert_eq!(entry.work.total_minutes(), Minutes(540));
        assert!(matches!(entry.work, Work::Group { headcount: 12, .. }));
    }

    #[test]
    fn each_wrong_length_has_its_own_code() {
        let one = |code, field: &str| vec![(code, field.to_owned())];
        let nine = "2026-03-14T09:00:00Z";
        let broken = |minutes| Fields {
            break_minutes: Some(minutes),
            ..interval(nine, "2026-03-14T10:00:00Z")
        };
        for (fields, expected) in [
            (duration(0), one(Code::NoDuration, "minutes")),
            (duration(-5), one(Code::NoDuration, "minutes")),
            (duration(i64::MIN), one(Code::NoDuration, "minutes")),
            (duration(1441), one(Code::EntryTooLong, "minutes")),
            (duration(i64::MAX), one(Code::EntryTooLong, "minutes")),
            (interval(nine, nine), one(Code::NoDuration, "endedAt")),
            (
                interval(nine, "2026-03-14T08:00:00Z"),
                one(Code::NoDuration, "endedAt"),
            ),
            (
                interval(nine, "2026-03-14T09:00:59Z"),
                one(Code::NoDuration, "endedAt"),
            ),
            (
                interval(nine, "2026-03-15T09:01:00Z"),
                one(Code::EntryTooLong, "endedAt"),
            ),
            (broken(60), one(Code::BreakTooLong, "breakMinutes")),
            (broken(600), one(Code::BreakTooLong, "breakMinutes")),
            (broken(-1), one(Code::OutOfRange, "breakMinutes")),
        ] {
            assert_eq!(refused(&fields), expected, "{fields:?}");
        }
    }

    #[test]
    fn fields_of_two_kinds_contradict_each_other() {
        let both = Fields {
            worked_on: "2026-03-14".parse().ok(),
            minutes: Some(60),
            ..interval("2026-03-14T09:00:00Z", "2026-03-14T10:00:00Z")
        };

        assert_eq!(
            refused(&both),
            [
                (Code::Contradiction, "workedOn".to_owned()),
                (Code::Contradiction, "minutes".to_owned())
            ]
        );
        assert_eq!(
            refused(&Fields {
                headcount: Some(3),
                ..duration(60)
            }),
            [(Code::Contradiction, "volunteerId".to_owned())]
        );
        assert!(
            refused(&Fields {
                break_minutes: Some(5),
                ..duration(60)
            })
            .contains(&(Code::Contradiction, "minutes".to_owned()))
        );
    }

    #[test]
    fn everything_that_is_missing_is_named() {
        assert_eq!(
            refused(&Fields {
                volunteer: None,
                ..fields()
            }),
            [
                (Code::Required, "volunteerId".to_owned()),
                (Code::Required, "workedOn".to_owned()),
                (Code::Required, "minutes".to_owned())
            ]
        );
        assert_eq!(
            refused(&Fields {
                started_at: at("2026-03-14T09:00:00Z"),
                ..fields()
            }),
            [(Code::Required, "endedAt".to_owned())]
        );
    }

    #[test]
    fn a_group_has_people() {
        for headcount in [0, -1, 10_001, i64::MAX] {
            let fields = Fields {
                volunteer: None,
                headcount: Some(headcount),
                ..duration(60)
            };
            assert_eq!(
                refused(&fields),
                [(Code::OutOfRange, "headcount".to_owned())]
            );
        }
    }
}
