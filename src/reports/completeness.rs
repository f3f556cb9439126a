//! Who has reported: before a total is read, what it rests on.
//!
//! Counted in organization-months. Hours themselves are not here.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;

use chrono::DateTime;
use chrono::Months;
use chrono::NaiveDate;
use chrono::Utc;
use entity::ids::OrganizationId;
use entity::ids::TerritoryId;
use entity::types::EntryStatus;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;

use crate::identity::Scope;
use crate::platform::zones::Zone;
use crate::reports::store;
use crate::reports::store::Seat;
use crate::rollups;
use crate::rollups::Folded;

/// How many organization-months were expected, and what became of them.
///
/// `expected` is `reporting + declaredZero + late`, and those of a month still running that have
/// said nothing yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Completeness {
    /// Organizations seated in the territory × months of the interval that have begun. A seat counts
    /// where it lay on the last day of the month. An organization is expected from the month in which it came to be here, or from the first
    /// month it told of, where that is earlier; and not after it was archived.
    pub expected: i64,
    /// Those with an entry handed in or counted, or attested as done with hours.
    pub reporting: i64,
    /// Those that stated that nobody worked.
    pub declared_zero: i64,
    /// Ended months with neither.
    pub late: i64,
}

/// Whose reporting is asked about.
#[derive(Clone, Debug)]
pub struct Reporters<'a> {
    /// Whose organizations may be seen.
    pub scope: &'a Scope,
    /// All versions of the territory.
    pub territories: &'a [TerritoryId],
    /// Only this one.
    pub organization: Option<OrganizationId>,
    /// States that count, beside those handed in.
    pub statuses: &'a [EntryStatus],
    /// First days of the months.
    pub months: &'a [NaiveDate],
    /// The zone in which months begin and end.
    pub zone: Zone,
    /// The instant of the answer.
    pub now: DateTime<Utc>,
    /// As it was known at an instant; `None` is the present.
    pub at: Option<DateTime<Utc>>,
    /// Whether roll-ups are up to date.
    pub folded: Folded,
}

/// What became of an organization-month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// An entry handed in or counted, or attested with hours.
    Reporting,
    /// Stated that nobody worked.
    DeclaredZero,
    /// Ended with neither.
    Late,
    /// Still running, with neither.
    Open,
}

/// An organization-month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Told {
    /// First day of the month.
    pub month: NaiveDate,
    /// The organization.
    pub organization_id: OrganizationId,
}

/// An organization-month that is expected, and what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Whose, and which.
    pub told: Told,
    /// What became of it.
    pub state: State,
    /// Where the organization had its seat on the last day of the month.
    pub seat: TerritoryId,
}

/// Every organization-month that is expected, the oldest first, and what became of it.
///
/// # Errors
/// [`DbErr`].
pub async fn states(
    db: &impl ConnectionTrait,
    asked: &Reporters<'_>,
) -> Result<Vec<Expected>, DbErr> {
    let today = asked.zone.day_of(asked.now);
    let begun: Vec<NaiveDate> = asked
        .months
        .iter()
        .copied()
        .filter(|it| *it <= today)
        .collect();
    let (Some(first), Some(last)) = (begun.first().copied(), begun.last().copied()) else {
        return Ok(Vec::new());
    };
    let seats = store::seats(db, asked).await?;
    let seats: Vec<&[Seat]> = seats.chunk_by(|one, other| one.id == other.id).collect();
    // Only of whoever came to be here after the first month it matters what they told of before.
    let second = first.checked_add_months(Months::new(1)).unwrap_or(first);
    let second = asked.zone.start_of_day(second);
    let (here, later): (Vec<&Seat>, Vec<&Seat>) = seats
        .iter()
        .filter_map(|it| it.first())
        .partition(|it| it.created_at < second);
    let ids = |seats: &[&Seat]| seats.iter().map(|it| it.id).collect::<Vec<_>>();
    let (here, later) = (ids(&here), ids(&later));
    let statuses = basis(asked.statuses);
    let known = (asked.at, asked.folded);
    let (within, until) = ((Some(first), last), (None, last));
    let mut worked = rollups::months_with(db, &here, &statuses, within, known).await?;
    let mut said = store::said(db, &here, within, asked.at).await?;
    if !later.is_empty() {
        worked.extend(rollups::months_with(db, &later, &statuses, until, known).await?);
        said.extend(store::said(db, &later, until, asked.at).await?);
    }
    let mut states = Vec::new();
    for month in begun {
        let next = month.checked_add_months(Months::new(1)).unwrap_or(month);
        for seat in seats.iter().filter_map(|it| seated(it, next)) {
            let worked = worked.get(&seat.id);
            let said = said.get(&seat.id);
            if !is_expected(asked, seat, month, next, worked, said) {
                continue;
            }
            let has_worked = worked.is_some_and(|it| it.contains(&month));
            let state = match said.and_then(|it| it.get(&month)) {
                _ if has_worked => State::Reporting,
                Some(word) if word.submitted && !word.declared_zero => State::Reporting,
                Some(word) if word.declared_zero => State::DeclaredZero,
                _ if next <= today => State::Late,
                _ => State::Open,
            };
            let organization_id = seat.id;
            states.push(Expected {
                told: Told {
                    month,
                    organization_id,
                },
                state,
                seat: seat.place,
            });
        }
    }
    states.sort_by_key(|it| it.told);
    Ok(states)
}

/// The seat of an organization in the version of the last day before this one, where it lies in the
/// territory then: an organization-month counts in one province, whatever moved within the month.
fn seated(versions: &[Seat], next: NaiveDate) -> Option<&Seat> {
    let version = versions.iter().rfind(|it| it.valid_from < next);
    version.or(versions.first()).filter(|it| it.inside)
}

/// What an organization said of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// Whether it was attested.
    pub submitted: bool,
    /// Whether it was stated that nobody worked.
    pub declared_zero: bool,
}

fn is_expected(
    asked: &Reporters<'_>,
    seat: &Seat,
    month: NaiveDate,
    next: NaiveDate,
    worked: Option<&BTreeSet<NaiveDate>>,
    said: Option<&BTreeMap<NaiveDate, Word>>,
) -> bool {
    let first_worked = worked.and_then(|it| it.first());
    let first_said = said
        .into_iter()
        .flatten()
        .find(|(_, word)| word.submitted)
        .map(|(month, _)| month);
    let begun = seat.created_at < asked.zone.start_of_day(next)
        || first_worked.is_some_and(|it| *it < next)
        || first_said.is_some_and(|it| *it < next);
    // Who was archived later was there still.
    let archived = seat
        .archived_at
        .filter(|it| asked.at.is_none_or(|at| *it <= at));
    // Who came later was not known yet.
    let known = asked.at.is_none_or(|at| seat.created_at <= at);
    known && begun && archived.is_none_or(|it| it >= asked.zone.start_of_day(month))
}

impl Completeness {
    fn add(&mut self, state: State) {
        self.expected += 1;
        match state {
            State::Reporting => self.reporting += 1,
            State::DeclaredZero => self.declared_zero += 1,
            State::Late => self.late += 1,
            State::Open => {}
        }
    }
}

/// Counts organization-months.
#[must_use]
pub fn count(states: &[Expected]) -> Completeness {
    let mut sum = Completeness::default();
    for it in states {
        sum.add(it.state);
    }
    sum
}

/// Counts organization-months by the place of each seat that `places` tells; those it does not know under
/// `None`.
#[must_use]
pub fn by_place(
    states: &[Expected],
    places: &HashMap<TerritoryId, String>,
) -> BTreeMap<Option<String>, Completeness> {
    let mut counts: BTreeMap<Option<String>, Completeness> = BTreeMap::new();
    for it in states {
        let place = places.get(&it.seat).cloned();
        counts.entry(place).or_default().add(it.state);
    }
    counts
}

/// The oldest organization-months in a state, at most so many.
#[must_use]
pub fn told(states: &[Expected], state: State, most: usize) -> Vec<Told> {
    states
        .iter()
        .filter(|it| it.state == state)
        .map(|it| it.told)
        .take(most)
        .collect()
}

/// States of hours that make an organization report: handed in, counted, and those asked for.
#[must_use]
pub fn basis(asked: &[EntryStatus]) -> Vec<EntryStatus> {
    let mut statuses = asked.to_vec();
    statuses.extend([EntryStatus::Submitted, EntryStatus::Approved]);
    statuses.sort();
    statuses.dedup();
    statuses
}
