//! The hours of one organization, day by day: who worked where, how long, and what became of it.
//!
//! Every entry keeps the rules: nobody is in two places at once, no day is fuller than allowed,
//! nothing lies in the future or outside its project. Rows are written elsewhere.

use chrono::DateTime;
use chrono::Days;
use chrono::NaiveDate;
use chrono::NaiveTime;
use chrono::TimeDelta;
use chrono::Utc;
use entity::hour_entry;
use entity::ids::EntryId;
use entity::ids::UserId;
use entity::project;
use entity::types::EntryKind;
use entity::types::EntryStatus;
use entity::types::EvidenceLevel;
use entity::types::Minutes;

use crate::demo::cast::House;
use crate::demo::cast::ZONE;
use crate::demo::dice::Dice;
use crate::demo::people::Hand;
use crate::demo::people::Hours;
use crate::demo::span::Month;
use crate::demo::span::Span;
use crate::demo::words;
use crate::hours::days;
use crate::hours::days::DayShare;
use crate::hours::entry::Work;
use crate::platform::crypto::sha256;
use crate::platform::zones::Zone;

/// An entry as it stands now, with what happened to it on the way, in order.
#[derive(Clone, Debug)]
pub struct Written {
    /// The row.
    pub entry: hour_entry::Model,
    /// Its minutes by day.
    pub days: Vec<DayShare>,
    /// From submission on; empty for a draft.
    pub acts: Vec<Act>,
}

/// One thing that happened to an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Act {
    /// When.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub by: UserId,
    /// What it became.
    pub status: EntryStatus,
}

/// The days of an organization, one after the other.
pub struct Diary<'a> {
    house: &'a House,
    span: Span,
    projects: &'a [project::Model],
    hands: &'a [Hand],
    zone: &'a Zone,
    dice: Dice,
    /// Days still to come.
    days: Box<dyn Iterator<Item = NaiveDate> + Send>,
    /// Entries of the whole span.
    entries: u64,
    /// Weight of the whole span, and of the days that are over.
    weight: u64,
    weight_over: u64,
    made: u64,
}

/// Half a day of somebody, in which at most one entry lies.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    Afternoon,
}

impl<'a> Diary<'a> {
    /// The diary of an organization that is to hold so many entries.
    #[must_use]
    pub fn new(
        seed: u64,
        span: &Span,
        house: &'a House,
        projects: &'a [project::Model],
        hands: &'a [Hand],
        zone: &'a Zone,
        entries: u64,
    ) -> Self {
        let part = u64::try_from(house.index).unwrap_or_default();
        Self {
            dice: Dice::of(seed, 3_000_000 + part),
            days: Box::new(span.days()),
            weight: span.days().map(|it| span.weight(house.index, it)).sum(),
            span: *span,
            weight_over: 0,
            made: 0,
            house,
            projects,
            hands,
            zone,
            entries,
        }
    }

    fn day(&mut self, day: NaiveDate) -> Vec<Written> {
        let weight = self.span.weight(self.house.index, day);
        self.weight_over += weight;
        let due = self.entries * self.weight_over / self.weight.max(1);
        let mut written = Vec::new();
        if weight == 0 {
            return written;
        }
        // Everybody once in the mornings, then once in the afternoons, from anywhere.
        let start = self.dice.below(self.hands.len());
        let around = |skip| self.hands.iter().cycle().skip(skip).take(self.hands.len());
        let mornings = around(start).map(|it| (it, Half::Morning));
        let afternoons = around(start).map(|it| (it, Half::Afternoon));
        let free: Box<dyn Iterator<Item = (&Hand, Half)>> = if self.dice.in_thousand(500) {
            Box::new(mornings.chain(afternoons))
        } else {
            Box::new(afternoons.chain(mornings))
        };
        for (hand, half) in free {
            if self.made >= due {
                break;
            }
            let fits = match hand.hours {
                Hours::Any => true,
                Hours::Mornings => half == Half::Morning,
                Hours::Afternoons => half == Half::Afternoon,
            };
            if fits && let Some(entry) = self.entry(day, *hand, half) {
                written.push(entry);
                self.made += 1;
            }
        }
        written
    }

    fn entry(&mut self, day: NaiveDate, hand: Hand, half: Half) -> Option<Written> {
        let work = self.work(day, hand, half);
        let calendar = days::cut(&work, self.zone);
        let open: Vec<&project::Model> = self
            .projects
            .iter()
            .filter(|it| {
                it.starts_on <= day && it.ends_on.is_none_or(|last| calendar.ended_on <= last)
            })
            .collect();
        let project = *open.get(self.dice.below(open.len()))?;
        let (kind, interval, break_minutes, headcount) = match work {
            Work::Interval {
                started_at,
                ended_at,
                break_minutes,
                ..
            } => (
                EntryKind::Interval,
                Some((started_at, ended_at)),
                break_minutes,
                1,
            ),
            Work::Duration { .. } => (EntryKind::Duration, None, Minutes(0), 1),
            Work::Group { headcount, .. } => (EntryKind::Group, None, Minutes(0), headcount),
        };
        let group = kind == EntryKind::Group;
        let writes = hand.writes && !group;
        let by = match &self.house.volunteer {
            Some(volunteer) if writes => volunteer.id,
            _ => self.house.field,
        };
        let evening = evening(day);
        let done = interval.map_or(evening, |(_, end)| end.max(evening));
        let created_at = self.later(done, 240);
        let id = EntryId(self.dice.key(created_at));
        let imported = !writes && !group && self.dice.in_thousand(80);
        let acts = self.acts(day, created_at, by);
        let last = acts.last();
        let submitted = acts.first();
        let decided = acts.get(1..).and_then(<[Act]>::last);
        let status = last.map_or(EntryStatus::Draft, |it| it.status);
        let reasoned = matches!(
            status,
            EntryStatus::Returned | EntryStatus::Rejected | EntryStatus::Voided
        );
        let described = self.dice.in_thousand(600);
        let entry = hour_entry::Model {
            id,
            organization_id: self.house.organization.id,
            project_id: project.id,
            volunteer_id: Some(hand.volunteer).filter(|_| !group),
            person_id: Some(hand.person).filter(|_| !group),
            territory_id: project.territory_id,
            kind,
            status,
            evidence_level: match (writes, imported) {
                (true, _) => EvidenceLevel::SelfDeclared,
                (false, true) => EvidenceLevel::Imported,
                (false, false) => EvidenceLevel::CoordinatorAttested,
            },
            started_at: interval.map(|(start, _)| start),
            ended_at: interval.map(|(_, end)| end),
            break_minutes,
            time_zone: ZONE.to_owned(),
            worked_on: calendar.worked_on,
            ended_on: calendar.ended_on,
            minutes: work.minutes(),
            headcount,
            total_minutes: work.total_minutes(),
            description: described.then(|| self.dice.pick(&words::DEEDS).to_owned()),
            decision_reason: reasoned.then(|| self.dice.pick(&words::REASONS).to_owned()),
            import_key: imported.then(|| sha256(id.0.as_bytes())),
            created_by: Some(by),
            submitted_by: submitted.map(|it| it.by),
            submitted_at: submitted.map(|it| it.at),
            decided_by: decided.map(|it| it.by),
            decided_at: decided.map(|it| it.at),
            version: 1 + i32::try_from(acts.len()).unwrap_or_default(),
            created_at,
            updated_at: last.map_or(created_at, |it| it.at),
        };
        Some(Written {
            entry,
            days: calendar.days,
            acts,
        })
    }

    /// When and how long somebody works in half a day.
    fn work(&mut self, day: NaiveDate, hand: Hand, half: Half) -> Work {
        let dice = &mut self.dice;
        let mut quarters = |least, most| 15 * dice.between(least, most);
        let length = match half {
            Half::Morning => quarters(4, 12),
            Half::Afternoon => quarters(4, 16),
        };
        let start = match half {
            Half::Morning => quarters(32, 38),
            Half::Afternoon => quarters(56, 62),
        };
        let pause = if length >= 150 { quarters(0, 2) } else { 0 };
        let chance = dice.between(1, 1_000);
        if chance <= 70 && !hand.writes {
            return Work::Group {
                worked_on: day,
                minutes: Minutes(length),
                headcount: dice.between(5, 40),
            };
        }
        // Rarely a night's watch, which belongs to two days.
        let two_days_on = day.checked_add_days(Days::new(2));
        let over = two_days_on.is_some_and(|it| it <= self.span.today);
        let watch = half == Half::Afternoon && chance > 992 && over;
        let start = if watch { 22 * 60 } else { start };
        let length = if watch { 180 } else { length };
        // What ends today may lie in the future: only its day is told.
        let told = chance <= 420 || day == self.span.today;
        let interval = self.interval(day, start, length).filter(|_| !told);
        match interval {
            Some((started_at, ended_at)) => Work::Interval {
                volunteer: hand.volunteer,
                started_at,
                ended_at,
                break_minutes: Minutes(pause),
            },
            None => Work::Duration {
                volunteer: hand.volunteer,
                worked_on: day,
                minutes: Minutes(length),
            },
        }
    }

    /// The instants of a stretch that begins so many minutes after midnight; none where clocks
    /// change over its beginning.
    fn interval(
        &self,
        day: NaiveDate,
        start: i32,
        length: i32,
    ) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let local = day.and_time(NaiveTime::MIN) + TimeDelta::minutes(i64::from(start));
        let start = self.zone.instant_of(local).ok()?;
        Some((start, start + TimeDelta::minutes(i64::from(length))))
    }

    /// What happens to an entry after it is written.
    fn acts(&mut self, day: NaiveDate, created_at: DateTime<Utc>, by: UserId) -> Vec<Act> {
        let attested = self.span.month(self.house.index, day) == Month::Attested;
        let chance = self.dice.between(1, 100);
        let fate = match (attested, chance) {
            (true, 1..=94) | (false, 1..=58) => EntryStatus::Approved,
            (true, 95..=97) | (false, 59..=61) => EntryStatus::Voided,
            (true, _) | (false, 62..=64) => EntryStatus::Rejected,
            (false, 65..=70) => EntryStatus::Returned,
            (false, 71..=78) => EntryStatus::Draft,
            (false, _) => EntryStatus::Submitted,
        };
        if fate == EntryStatus::Draft {
            return Vec::new();
        }
        let submitted = Act {
            at: self.later(created_at, 60),
            by,
            status: EntryStatus::Submitted,
        };
        let decided_at = submitted.at + self.minutes(60, 6 * 24 * 60);
        if fate == EntryStatus::Submitted || decided_at > self.span.now {
            return vec![submitted];
        }
        let decider = if self.dice.in_thousand(700) {
            self.house.coordinator
        } else {
            self.house.owner
        };
        let decided = |status| Act {
            at: decided_at,
            by: decider,
            status,
        };
        if fate != EntryStatus::Voided {
            return vec![submitted, decided(fate)];
        }
        let mut acts = vec![submitted, decided(EntryStatus::Approved)];
        let voided_at = decided_at + self.minutes(60, 10 * 24 * 60);
        if voided_at <= self.span.now {
            acts.push(Act {
                at: voided_at,
                by: self.house.owner,
                status: EntryStatus::Voided,
            });
        }
        acts
    }

    fn minutes(&mut self, least: i32, most: i32) -> TimeDelta {
        TimeDelta::minutes(i64::from(self.dice.between(least, most)))
    }

    /// At most so many minutes later, and not after now.
    fn later(&mut self, than: DateTime<Utc>, most: i32) -> DateTime<Utc> {
        (than + self.minutes(1, most)).min(self.span.now)
    }
}

/// Each day with the instant before which everything told so far has happened, or will be told
/// already: nothing of a later day is written down before its evening.
impl Iterator for Diary<'_> {
    type Item = (DateTime<Utc>, Vec<Written>);

    fn next(&mut self) -> Option<Self::Item> {
        let day = self.days.next()?;
        let evening = evening(day) + TimeDelta::days(1);
        Some((evening.min(self.span.now), self.day(day)))
    }
}

/// From when on the work of a day is written down.
fn evening(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(20)
}
