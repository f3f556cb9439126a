//! A cell: what was worked for one project at one place in a part of a month.
//!
//! How cells add up to figures is in `tally`; where they are kept, in `store`.

use std::collections::HashMap;

use chrono::Datelike;
use chrono::NaiveDate;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::TerritoryId;
use entity::types::EntryStatus;
use entity::types::EvidenceLevel;
use roaring::RoaringBitmap;

use crate::rollups::share::Shares;
use crate::rollups::work::Work;

/// What one cell stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The project.
    pub project: ProjectId,
    /// First day of the month.
    pub month: NaiveDate,
    /// First day of the part of the month in which the shares of the project are the same.
    pub segment: NaiveDate,
    /// The place, in the version of the days.
    pub territory: TerritoryId,
    /// State of the entries.
    pub status: EntryStatus,
    /// What shows the work.
    pub evidence: EvidenceLevel,
}

/// A cell. Everything in it adds up over cells but `entries` and `participations`, which hold an entry
/// over midnight in each cell of its days: less `carried` they do.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// The organization of the project.
    pub organization: OrganizationId,
    /// Its number in bitmaps.
    pub organization_number: u32,
    /// The number of the project in bitmaps.
    pub project_number: u32,
    /// Person-minutes.
    pub minutes: i64,
    /// Of these, minutes of groups.
    pub group_minutes: i64,
    /// Entries with a minute in it.
    pub entries: i64,
    /// Head-counts of these.
    pub participations: i64,
    /// Entries that have a minute in the segment before, too. Such an entry is of one person.
    pub carried: i64,
    /// Numbers of the distinct named people.
    pub people: RoaringBitmap,
}

/// Cells under construction.
pub type Cells = HashMap<Key, Cell>;

/// Adds an entry to the cells of its days.
pub fn add(cells: &mut Cells, work: &Work, shares: &Shares) {
    let mut before: Option<NaiveDate> = None;
    for (day, minutes) in &work.days {
        let segment = shares.segment(work.project, *day);
        let key = Key {
            project: work.project,
            month: first_of_month(*day),
            segment,
            territory: work.territory,
            status: work.status,
            evidence: work.evidence,
        };
        let cell = cells.entry(key).or_insert_with(|| Cell {
            organization: work.organization,
            organization_number: work.organization_number,
            project_number: work.project_number,
            minutes: 0,
            group_minutes: 0,
            entries: 0,
            participations: 0,
            carried: 0,
            people: RoaringBitmap::new(),
        });
        cell.minutes += minutes;
        match work.person {
            Some(number) => {
                cell.people.insert(number);
            }
            None => cell.group_minutes += minutes,
        }
        if before != Some(segment) {
            cell.entries += 1;
            cell.participations += i64::from(work.headcount);
            cell.carried += i64::from(before.is_some());
        }
        before = Some(segment);
    }
}

/// The first day of a day's month.
#[must_use]
pub fn first_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}
