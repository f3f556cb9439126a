//! What the product must answer, written a second time, as plainly as possible: minutes are marked
//! one by one.
//!
//! It shares no rule with the product, only the words for states, acts and refusals.

use std::collections::BTreeSet;
use std::collections::HashMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::ids::EntryId;
use entity::types::EntryStatus;
use tiwizi::hours::state::Act;
use tiwizi::refusal::Code;

use crate::hours::machine::calendar::Content;
use crate::hours::machine::calendar::Work;
use crate::hours::machine::calendar::day_of;
use crate::hours::machine::calendar::minute_of;
use crate::hours::machine::calendar::month;

/// Most minutes of a person on a day, by the organization that writes.
pub const CAPS: [i64; 2] = [960, 1_440];
/// Days of 23 hours.
const SHORT: [&str; 2] = ["2025-04-06", "2026-03-22"];
/// First minute that can be marked: 2025-01-01 at UTC.
const ORIGIN: i64 = 28_928_160;
/// Minutes that can be marked.
const SPAN: usize = 1_100_000;

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Who {
    Owner,
    Coordinator,
    /// Works as a volunteer too, and coordinates in both organizations.
    Colleague,
    Volunteer,
    Second,
    Viewer,
    /// Owns the other organization.
    Outsider,
}

impl Who {
    pub const ALL: [Self; 7] = [
        Self::Owner,
        Self::Coordinator,
        Self::Colleague,
        Self::Volunteer,
        Self::Second,
        Self::Viewer,
        Self::Outsider,
    ];

    fn belongs(self, organization: usize) -> bool {
        self == Self::Colleague || (self == Self::Outsider) == (organization == 1)
    }

    fn coordinates(self, organization: usize) -> bool {
        self.belongs(organization) && !matches!(self, Self::Volunteer | Self::Second | Self::Viewer)
    }

    fn reads_all(self, organization: usize) -> bool {
        self.belongs(organization) && !matches!(self, Self::Volunteer | Self::Second)
    }

    /// Whose record of the first organization is theirs.
    fn record(self) -> Option<usize> {
        match self {
            Self::Volunteer => Some(0),
            Self::Second => Some(1),
            Self::Colleague => Some(2),
            _ => None,
        }
    }

    fn owns(self, organization: usize, person: Option<usize>) -> bool {
        organization == 0 && person.is_some() && self.record() == person
    }
}

/// An entry.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: EntryId,
    pub organization: usize,
    pub person: Option<usize>,
    pub content: Content,
    pub status: EntryStatus,
    pub version: i32,
    pub correction: Option<Content>,
    pub gone: bool,
    /// The day on which it first was said to begin.
    pub day: NaiveDate,
    writers: BTreeSet<Who>,
}

/// What is seen of an entry after an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub status: EntryStatus,
    pub version: i32,
    pub minutes: i64,
    pub days: (NaiveDate, NaiveDate),
}

/// Accepted, or refused with codes.
pub type Answer = Result<Option<Seen>, Vec<Code>>;

/// A month that was closed.
#[derive(Clone, Copy, Debug)]
struct Month {
    certified: Option<DateTime<Utc>>,
}

/// Leave to write in a closed month.
#[derive(Clone, Copy, Debug)]
struct Exception {
    who: Who,
    of: (usize, NaiveDate),
    granted_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
}

/// A project of the first or second organization, with its dates.
#[derive(Clone, Copy, Debug)]
pub struct Project {
    pub organization: usize,
    pub from: NaiveDate,
    pub to: Option<NaiveDate>,
}

/// Everything that decides.
pub struct Model {
    pub now: DateTime<Utc>,
    pub projects: Vec<Project>,
    pub entries: Vec<Entry>,
    busy: Vec<Vec<bool>>,
    minutes: HashMap<(usize, NaiveDate), i64>,
    months: HashMap<(usize, NaiveDate), Month>,
    exceptions: Vec<Exception>,
}

impl Entry {
    fn holds(&self) -> bool {
        !self.gone && !matches!(self.status, EntryStatus::Rejected | EntryStatus::Voided)
    }

    pub fn seen(&self) -> Seen {
        Seen {
            status: self.status,
            version: self.version,
            minutes: self.content.total(),
            days: self.content.days(),
        }
    }

    fn visible(&self, who: Who) -> bool {
        !self.gone && (who.reads_all(self.organization) || who.owns(self.organization, self.person))
    }
}

impl Model {
    pub fn new(now: DateTime<Utc>, people: usize, projects: Vec<Project>) -> Self {
        Self {
            now,
            projects,
            entries: Vec::new(),
            busy: vec![vec![false; SPAN]; people],
            minutes: HashMap::new(),
            months: HashMap::new(),
            exceptions: Vec::new(),
        }
    }

    /// Writes a new entry, whose id the product gave.
    pub fn create(
        &mut self,
        who: Who,
        person: Option<usize>,
        content: Content,
        submitted: bool,
        id: EntryId,
    ) -> Answer {
        let organization = self.projects[content.project].organization;
        self.place(who, organization, person, &content)?;
        self.admit(who, organization, person, &content)?;
        self.hold(person, &content, true);
        let entry = Entry {
            id,
            organization,
            person,
            content,
            status: if submitted {
                EntryStatus::Submitted
            } else {
                EntryStatus::Draft
            },
            version: 1,
            correction: None,
            gone: false,
            day: content.days().0,
            writers: BTreeSet::from([who]),
        };
        let seen = entry.seen();
        self.entries.push(entry);
        Ok(Some(seen))
    }

    /// Changes what a draft or returned entry says.
    pub fn change(
        &mut self,
        who: Who,
        at: usize,
        expected: Option<i32>,
        content: Content,
    ) -> Answer {
        let old = self.entries[at].clone();
        self.allow(who, &old, Act::Edit, expected, false)?;
        content.read()?;
        self.place(who, old.organization, old.person, &content)?;
        self.hold(old.person, &old.content, false);
        if let Err(refused) = self.admit(who, old.organization, old.person, &content) {
            self.hold(old.person, &old.content, true);
            return Err(refused);
        }
        self.hold(old.person, &content, true);
        let entry = &mut self.entries[at];
        entry.content = content;
        entry.version += 1;
        entry.writers.insert(who);
        Ok(Some(entry.seen()))
    }

    /// Takes a draft away.
    pub fn delete(&mut self, who: Who, at: usize, expected: Option<i32>) -> Answer {
        let old = self.entries[at].clone();
        self.allow(who, &old, Act::Delete, expected, false)?;
        self.hold(old.person, &old.content, false);
        self.entries[at].gone = true;
        Ok(None)
    }

    /// Proposes a correction.
    pub fn amend(
        &mut self,
        who: Who,
        at: usize,
        expected: Option<i32>,
        content: Content,
        reason: bool,
    ) -> Answer {
        let old = self.entries[at].clone();
        self.allow(who, &old, Act::Amend, expected, reason)?;
        content.read()?;
        self.place(who, old.organization, old.person, &content)?;
        if content == old.content {
            return Err(vec![Code::NothingChanged]);
        }
        self.hold(old.person, &old.content, false);
        let admitted = self.admit(who, old.organization, old.person, &content);
        self.hold(old.person, &old.content, true);
        admitted?;
        let entry = &mut self.entries[at];
        entry.correction = Some(content);
        entry.version += 1;
        entry.writers.insert(who);
        Ok(Some(entry.seen()))
    }

    /// Submits, withdraws, decides.
    pub fn act(
        &mut self,
        who: Who,
        act: Act,
        at: usize,
        expected: Option<i32>,
        reason: bool,
    ) -> Answer {
        let old = self.entries[at].clone();
        let next = self.allow(who, &old, act, expected, reason)?;
        if old.status == EntryStatus::Approved
            && let Some(content) = old.correction
        {
            if act == Act::Approve {
                self.hold(old.person, &old.content, false);
                if let Err(refused) = self.admit(who, old.organization, old.person, &content) {
                    self.hold(old.person, &old.content, true);
                    return Err(refused);
                }
                self.hold(old.person, &content, true);
                self.entries[at].content = content;
            }
            let entry = &mut self.entries[at];
            entry.correction = None;
            entry.version += 1;
            if act != Act::Void {
                return Ok(Some(entry.seen()));
            }
        }
        let entry = &mut self.entries[at];
        entry.status = next;
        entry.version += 1;
        let entry = entry.clone();
        if !entry.holds() {
            self.hold(entry.person, &entry.content, false);
        }
        Ok(Some(entry.seen()))
    }

    /// Closes a month by hand.
    pub fn close(
        &mut self,
        who: Who,
        organization: usize,
        month: NaiveDate,
    ) -> Result<(), Vec<Code>> {
        self.manage(who, organization)?;
        if month + chrono::Months::new(1) > day_of(minute_of(self.now)) {
            return Err(vec![Code::PeriodRunning]);
        }
        if self.months.contains_key(&(organization, month)) {
            return Err(vec![Code::PeriodClosed]);
        }
        self.months
            .insert((organization, month), Month { certified: None });
        Ok(())
    }

    /// Certifies a month, by the operator.
    pub fn certify(&mut self, organization: usize, month: NaiveDate) -> Result<(), Vec<Code>> {
        let now = self.now;
        match self.months.get_mut(&(organization, month)) {
            None => Err(vec![Code::PeriodNotClosed]),
            Some(Month { certified: Some(_) }) => Err(vec![Code::PeriodCertified]),
            Some(month) => {
                month.certified = Some(now);
                Ok(())
            }
        }
    }

    /// Lets somebody write in a closed month; `by` is `None` for the operator.
    pub fn except(
        &mut self,
        by: Option<Who>,
        of: (usize, NaiveDate),
        who: Who,
        ends_at: DateTime<Utc>,
    ) -> Result<(), Vec<Code>> {
        let found = self.months.get(&of);
        if let Some(by) = by {
            if !by.belongs(of.0) {
                return Err(vec![Code::NotFound]);
            }
            if found.is_some_and(|it| it.certified.is_some()) {
                return Err(vec![Code::Forbidden]);
            }
            self.manage(by, of.0)?;
        }
        if found.is_none() {
            return Err(vec![Code::PeriodNotClosed]);
        }
        if !who.belongs(of.0) {
            return Err(vec![Code::NotFound]);
        }
        let granted_at = self.now;
        self.exceptions.push(Exception {
            who,
            of,
            granted_at,
            ends_at,
        });
        Ok(())
    }

    /// Closed months of an organization, in order.
    pub fn closed(&self, organization: usize) -> Vec<NaiveDate> {
        let mut months: Vec<NaiveDate> = self
            .months
            .keys()
            .filter(|(it, _)| *it == organization)
            .map(|(_, month)| *month)
            .collect();
        months.sort_unstable();
        months
    }

    /// Where an act would lead, whoever does it.
    pub fn leads(entry: &Entry, act: Act) -> Option<EntryStatus> {
        use EntryStatus as S;
        let corrected = entry.correction.is_some();
        let (from, to): (&[S], S) = match act {
            Act::Edit => (&[S::Draft, S::Returned], entry.status),
            Act::Delete => (&[S::Draft], entry.status),
            Act::Submit => (&[S::Draft, S::Returned], S::Submitted),
            Act::Withdraw => (&[S::Submitted], S::Draft),
            Act::Approve => (&[S::Submitted], S::Approved),
            Act::Return => (&[S::Submitted], S::Returned),
            Act::Reject => (&[S::Submitted], S::Rejected),
            Act::Void => (&[S::Approved], S::Voided),
            Act::Amend if corrected => (&[], S::Approved),
            Act::Amend => (&[S::Approved], S::Approved),
        };
        let settles = matches!(
            act,
            Act::Withdraw | Act::Approve | Act::Return | Act::Reject
        );
        if corrected && settles {
            return Some(entry.status);
        }
        from.contains(&entry.status).then_some(to)
    }

    fn manage(&self, who: Who, organization: usize) -> Result<(), Vec<Code>> {
        let owner = if organization == 0 {
            Who::Owner
        } else {
            Who::Outsider
        };
        match who {
            it if it == owner => Ok(()),
            it if it.belongs(organization) => Err(vec![Code::Forbidden]),
            _ => Err(vec![Code::NotFound]),
        }
    }

    fn allow(
        &self,
        who: Who,
        entry: &Entry,
        act: Act,
        expected: Option<i32>,
        reason: bool,
    ) -> Result<EntryStatus, Vec<Code>> {
        let judges = matches!(act, Act::Approve | Act::Return | Act::Reject | Act::Void);
        let own = who.owns(entry.organization, entry.person);
        if !entry.visible(who) {
            return Err(vec![Code::NotFound]);
        }
        if matches!(act, Act::Return | Act::Reject | Act::Void | Act::Amend) && !reason {
            return Err(vec![Code::ReasonRequired]);
        }
        if !(who.coordinates(entry.organization) || own && !judges) {
            return Err(vec![Code::Forbidden]);
        }
        let Some(next) = Self::leads(entry, act) else {
            return Err(vec![match (entry.status, act) {
                (EntryStatus::Approved, Act::Edit | Act::Delete) => Code::EntryApproved,
                (EntryStatus::Approved, Act::Amend) => Code::AmendmentPending,
                _ => Code::WrongState,
            }]);
        };
        if expected.is_some_and(|it| it != entry.version) {
            return Err(vec![Code::VersionConflict]);
        }
        self.open(who, entry.organization, &entry.content)?;
        if judges && (own || entry.writers.contains(&who)) {
            return Err(vec![Code::SelfApproval]);
        }
        Ok(next)
    }

    /// What is judged without looking at other entries.
    fn place(
        &self,
        who: Who,
        organization: usize,
        person: Option<usize>,
        content: &Content,
    ) -> Result<(), Vec<Code>> {
        let (first, last) = content.days();
        let project = self.projects[content.project];
        let own = who.owns(organization, person);
        let future = match content.work {
            Work::Interval { to, .. } => to * 60 > self.now.timestamp(),
            _ => last > day_of(minute_of(self.now)),
        };
        let known = who.belongs(organization) && project.organization == organization;
        let seen = person.is_none() || own || who.reads_all(organization);
        let refused = if !known || !seen {
            Code::NotFound
        } else if !own && !who.coordinates(organization) {
            Code::Forbidden
        } else if future {
            Code::InFuture
        } else if first < project.from || project.to.is_some_and(|it| first > it) {
            Code::OutsideProject
        } else {
            return Ok(());
        };
        Err(vec![refused])
    }

    fn admit(
        &self,
        who: Who,
        organization: usize,
        person: Option<usize>,
        content: &Content,
    ) -> Result<(), Vec<Code>> {
        self.open(who, organization, content)?;
        let Some(person) = person else { return Ok(()) };
        if let Work::Interval { from, to, .. } = content.work
            && self.busy[person][slot(from)..slot(to)].contains(&true)
        {
            return Err(vec![Code::EntryOverlap]);
        }
        let full = |(day, minutes): (NaiveDate, i64)| {
            // An hour fewer where clocks go forward.
            let short = SHORT.contains(&day.to_string().as_str());
            let cap = CAPS[organization].min(if short { 1_380 } else { 1_440 });
            self.minutes.get(&(person, day)).copied().unwrap_or(0) + minutes > cap
        };
        if content.by_day().into_iter().any(full) {
            return Err(vec![Code::DailyCapExceeded]);
        }
        Ok(())
    }

    fn open(&self, who: Who, organization: usize, content: &Content) -> Result<(), Vec<Code>> {
        let (first, last) = content.days();
        for of in [month(first), month(last)].map(|it| (organization, it)) {
            let Some(month) = self.months.get(&of) else {
                continue;
            };
            let excepted = self.exceptions.iter().any(|it| {
                it.who == who
                    && it.of == of
                    && it.ends_at > self.now
                    && month.certified.is_none_or(|at| at <= it.granted_at)
            });
            if !excepted {
                return Err(vec![Code::PeriodClosed]);
            }
        }
        Ok(())
    }

    /// Marks the time of a person, or frees it.
    fn hold(&mut self, person: Option<usize>, content: &Content, held: bool) {
        let Some(person) = person else { return };
        if let Work::Interval { from, to, .. } = content.work {
            self.busy[person][slot(from)..slot(to)].fill(held);
        }
        for (day, minutes) in content.by_day() {
            let sign = if held { 1 } else { -1 };
            *self.minutes.entry((person, day)).or_default() += sign * minutes;
        }
    }
}

fn slot(minute: i64) -> usize {
    usize::try_from(minute - ORIGIN).unwrap()
}
