//! Figures of a territory and an interval: from sheets where everything in whole months is asked for,
//! else from cells, and from entries for the months of which only a part is.
//!
//! Who may ask is decided by whoever asks; the scope filters all the same.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use chrono::DateTime;
use chrono::Days;
use chrono::Months as MonthsLater;
use chrono::NaiveDate;
use chrono::Utc;
use entity::hour_entry;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::TerritoryId;
use entity::rollup_cell;
use entity::types::EntryStatus;
use roaring::RoaringBitmap;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;

use crate::hours::days::months_between;
use crate::identity::Scope;
use crate::rollups::basis;
use crate::rollups::cell;
use crate::rollups::cell::Cells;
use crate::rollups::fold::Folded;
use crate::rollups::number::Numbers;
use crate::rollups::past;
use crate::rollups::share::Programmes;
use crate::rollups::share::Shares;
use crate::rollups::sheet;
use crate::rollups::store;
use crate::rollups::tally::Layout;
use crate::rollups::tally::Tally;
use crate::rollups::work;
use crate::rollups::work::Said;

/// Months of one statement over cells.
pub(super) const MONTHS: usize = 12;

/// Which figures.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// Whose hours may be counted.
    pub scope: &'a Scope,
    /// All versions of the territory.
    pub territories: &'a [TerritoryId],
    /// Whether the scope lets everything through that was worked there.
    pub whole: bool,
    /// Only hours of this organization.
    pub organization: Option<OrganizationId>,
    /// First day.
    pub from: NaiveDate,
    /// Last day, inclusive.
    pub to: NaiveDate,
    /// Which states.
    pub statuses: &'a [EntryStatus],
    /// Days on which months are cut besides, for whoever tells the days on either side apart.
    pub cuts: &'a [NaiveDate],
    /// As they were known at an instant; `None` is now.
    pub at: Option<DateTime<Utc>>,
    /// Whether cells are up to date.
    pub folded: Folded,
}

/// Figures of an interval.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// The whole interval.
    pub tally: Tally,
    /// The figures of each month with hours.
    pub by_month: BTreeMap<NaiveDate, Arc<Tally>>,
}

/// What is made of cells, in whatever portions they come.
pub(super) trait Collect {
    /// Adds cells, and the shares that they were cut by.
    fn add(&mut self, cells: &Cells, shares: &Shares);
}

/// Figures by month, under construction.
#[derive(Debug)]
struct ByMonth {
    layout: Layout,
    /// The first day that counts.
    from: NaiveDate,
    months: BTreeMap<NaiveDate, Arc<Tally>>,
}

impl Collect for ByMonth {
    fn add(&mut self, cells: &Cells, shares: &Shares) {
        for (key, cell) in cells {
            let tally = Arc::make_mut(self.months.entry(key.month).or_default());
            tally.add((key, cell), key.month.max(self.from), shares, &self.layout);
        }
    }
}

/// What was worked, by project.
#[derive(Clone, Debug, Default)]
pub struct Worked {
    /// Person-minutes by project and place, cut where months begin, where shares of the project change, and where it
    /// was asked: each with the first day of its part, which may lie before the interval.
    pub minutes: BTreeMap<(ProjectId, TerritoryId, NaiveDate), i64>,
    /// Numbers of the distinct named people of each project.
    people: BTreeMap<ProjectId, RoaringBitmap>,
}

impl Worked {
    /// Person-minutes of the projects that count.
    #[must_use]
    pub fn minutes_of(&self, counts: impl Fn(ProjectId) -> bool) -> i64 {
        let of = self.minutes.iter().filter(|((it, ..), _)| counts(*it));
        of.map(|(_, minutes)| minutes).sum()
    }

    /// Distinct named people of the projects that count, of all of them together.
    #[must_use]
    pub fn volunteers_of(&self, counts: impl Fn(ProjectId) -> bool) -> i64 {
        let of = self.people.iter().filter(|(it, _)| counts(**it));
        let together = of.fold(RoaringBitmap::new(), |all, (_, it)| all | it);
        i64::try_from(together.len()).unwrap_or(i64::MAX)
    }

    /// The projects with hours.
    pub fn projects(&self) -> impl Iterator<Item = ProjectId> {
        self.people.keys().copied()
    }
}

impl Collect for Worked {
    fn add(&mut self, cells: &Cells, _: &Shares) {
        for (key, cell) in cells {
            let of = (key.project, key.territory, key.segment);
            *self.minutes.entry(of).or_default() += cell.minutes;
            *self.people.entry(key.project).or_default() |= &cell.people;
        }
    }
}

impl ByMonth {
    /// Adds the figures of a month, which are shared with whoever else reads them until others come to them.
    fn beside(&mut self, month: NaiveDate, tally: Arc<Tally>) {
        match self.months.entry(month) {
            Entry::Vacant(none) => {
                none.insert(tally);
            }
            Entry::Occupied(mut held) => Arc::make_mut(held.get_mut()).beside(&tally),
        }
    }

    fn done(self) -> Figures {
        let mut months = self.months.values();
        let mut tally = months
            .next()
            .map(|it| Tally::from_month(it))
            .unwrap_or_default();
        for month in months {
            tally.then(month);
        }
        Figures {
            tally,
            by_month: self.months,
        }
    }
}

/// Works the figures out, as they are in the state that `db` sees.
///
/// # Errors
/// [`DbErr`].
pub async fn figures(db: &impl ConnectionTrait, asked: &Asked<'_>) -> Result<Figures, DbErr> {
    let mut by_month = ByMonth {
        layout: layout(db, asked.territories).await?,
        from: asked.from,
        months: BTreeMap::new(),
    };
    let mut left: BTreeSet<NaiveDate> = months(asked).0.into_iter().collect();
    if let (true, None, None, Folded::All, [territory]) = (
        asked.whole,
        asked.organization,
        asked.at,
        asked.folded,
        asked.territories,
    ) && let (Some(first), Some(last)) = (left.first().copied(), left.last().copied())
    {
        let found = sheet::read(db, *territory, (first, last), asked.statuses).await?;
        for (month, tallies) in found {
            // Months of which a sheet is missing are added up from cells.
            if tallies.len() == asked.statuses.len() {
                left.remove(&month);
                for tally in tallies {
                    by_month.beside(month, tally);
                }
            }
        }
    }
    let left: Vec<NaiveDate> = left.into_iter().collect();
    collect(db, asked, &left, &mut by_month).await?;
    Ok(by_month.done())
}

/// What was worked, by project, and minutes by place and part of a month.
///
/// # Errors
/// [`DbErr`].
pub async fn worked(db: &impl ConnectionTrait, asked: &Asked<'_>) -> Result<Worked, DbErr> {
    let mut worked = Worked::default();
    collect_all(db, asked, &mut worked).await?;
    Ok(worked)
}

/// Hands all cells of what is asked for over.
pub(super) async fn collect_all(
    db: &impl ConnectionTrait,
    asked: &Asked<'_>,
    into: &mut impl Collect,
) -> Result<(), DbErr> {
    collect(db, asked, &months(asked).0, into).await
}

/// Hands the cells of what is asked for over, those of `whole` months from where they are kept.
async fn collect(
    db: &impl ConnectionTrait,
    asked: &Asked<'_>,
    whole: &[NaiveDate],
    into: &mut impl Collect,
) -> Result<(), DbErr> {
    if asked.at.is_some() || asked.folded == Folded::Behind {
        return past::collect(db, asked, into).await;
    }
    for chunk in whole.chunks(MONTHS) {
        let condition = in_cells(asked).add(rollup_cell::Column::Month.is_in(chunk.to_vec()));
        let cells = store::cells(db, condition).await?;
        into.add(&cells, &shares(db, &cells, None).await?);
    }
    let mut numbers = Numbers::default();
    for month in months(asked).1 {
        let condition = in_entries(asked);
        let (cells, shares) = of_part(db, asked, &mut numbers, month, condition).await?;
        into.add(&cells, &shares);
    }
    Ok(())
}

/// The months in which organizations have entries of some states, those between two at least, as known at an
/// instant; `None` is now.
///
/// # Errors
/// [`DbErr`].
pub async fn months_with(
    db: &impl ConnectionTrait,
    organizations: &[OrganizationId],
    statuses: &[EntryStatus],
    between: (Option<NaiveDate>, NaiveDate),
    (at, folded): (Option<DateTime<Utc>>, Folded),
) -> Result<BTreeMap<OrganizationId, BTreeSet<NaiveDate>>, DbErr> {
    if at.is_some() || folded == Folded::Behind {
        return past::months_with(db, organizations, statuses, between, at).await;
    }
    store::months_with(db, organizations, statuses, between).await
}

/// By what cells of territories are laid out.
pub(super) async fn layout(
    db: &impl ConnectionTrait,
    territories: &[TerritoryId],
) -> Result<Layout, DbErr> {
    Ok(Layout {
        places: basis::places(db, territories).await?,
        programmes: Programmes::of(&basis::programmes(db).await?),
    })
}

/// The shares of the projects of cells, as known at an instant.
pub(super) async fn shares(
    db: &impl ConnectionTrait,
    cells: &Cells,
    at: Option<DateTime<Utc>>,
) -> Result<Shares, DbErr> {
    let projects: BTreeSet<ProjectId> = cells.keys().map(|it| it.project).collect();
    let projects: Vec<ProjectId> = projects.into_iter().collect();
    shares_of(db, &projects, at).await
}

/// The shares of projects, as known at an instant; `None` is now.
///
/// # Errors
/// [`DbErr`].
pub async fn shares_of(
    db: &impl ConnectionTrait,
    projects: &[ProjectId],
    at: Option<DateTime<Utc>>,
) -> Result<Shares, DbErr> {
    let (sets, parts) = basis::shares(db, projects).await?;
    Ok(Shares::known(sets, &parts, at))
}

/// Cells of what is asked for of a month of which only a part is, counted from entries that meet a
/// condition, and the shares that they were cut by.
pub(super) async fn of_part(
    db: &impl ConnectionTrait,
    asked: &Asked<'_>,
    numbers: &mut Numbers,
    month: NaiveDate,
    condition: Condition,
) -> Result<(Cells, Shares), DbErr> {
    let said = work::of_now(db, condition, (month, last_of_month(month))).await?;
    let (mut cells, shares) = counted(db, asked, numbers, said).await?;
    // An entry over the end of a month is met here and in the other one.
    cells.retain(|key, _| key.month == month);
    Ok((cells, shares))
}

/// Cells of entries, their days within the interval, and the shares that they were cut by.
pub(super) async fn counted(
    db: &impl ConnectionTrait,
    asked: &Asked<'_>,
    numbers: &mut Numbers,
    mut said: Vec<Said>,
) -> Result<(Cells, Shares), DbErr> {
    said.retain_mut(|it| it.within(asked.from, asked.to));
    let projects: BTreeSet<ProjectId> = said.iter().map(Said::project).collect();
    let projects: Vec<ProjectId> = projects.into_iter().collect();
    let (sets, parts) = basis::shares(db, &projects).await?;
    let shares = Shares::known(sets, &parts, asked.at).cut(asked.cuts);
    let ids = said.iter().flat_map(Said::ids).collect();
    numbers.meet(db, ids).await?;
    let mut cells = Cells::new();
    for said in said {
        cell::add(&mut cells, &said.numbered(numbers), &shares);
    }
    Ok((cells, shares))
}

/// The months that are asked for as a whole, and the first days of those of which only a part is, or
/// that are cut.
pub(super) fn months(asked: &Asked<'_>) -> (Vec<NaiveDate>, Vec<NaiveDate>) {
    months_of((asked.from, asked.to), asked.cuts)
}

/// The same of an interval.
pub(super) fn months_of(
    (from, to): (NaiveDate, NaiveDate),
    cuts: &[NaiveDate],
) -> (Vec<NaiveDate>, Vec<NaiveDate>) {
    months_between(from, to).into_iter().partition(|month| {
        let last = last_of_month(*month);
        let is_cut = cuts.iter().any(|it| month < it && *it <= last);
        *month >= from && last <= to && !is_cut
    })
}

/// The last day of the month that begins on a day.
pub(super) fn last_of_month(first: NaiveDate) -> NaiveDate {
    let next = first.checked_add_months(MonthsLater::new(1));
    next.and_then(|it| it.checked_sub_days(Days::new(1)))
        .unwrap_or(NaiveDate::MAX)
}

/// Which cells are counted.
pub(super) fn in_cells(asked: &Asked<'_>) -> Condition {
    let statuses = asked.statuses.iter().copied();
    let below = basis::below(asked.territories);
    Condition::all()
        .add(asked.scope.cells())
        .add(rollup_cell::Column::TerritoryId.in_subquery(below))
        .add(rollup_cell::Column::Status.is_in(statuses))
        .add_option(
            asked
                .organization
                .map(|it| rollup_cell::Column::OrganizationId.eq(it)),
        )
}

/// Which entries are counted.
pub(super) fn in_entries(asked: &Asked<'_>) -> Condition {
    let statuses = asked.statuses.iter().copied();
    let below = basis::below(asked.territories);
    Condition::all()
        .add(asked.scope.figures())
        .add(hour_entry::Column::TerritoryId.in_subquery(below))
        .add(hour_entry::Column::Status.is_in(statuses))
        .add_option(
            asked
                .organization
                .map(|it| hour_entry::Column::OrganizationId.eq(it)),
        )
}
