//! The entries behind one field of a table, and those left out of it, page by page.
//!
//! How many there are is counted in `field`, from cells; what became of one is in `verdict`. Of now entries come from their table, of earlier from
//! the ledger where something happened to them since.

use std::collections::BTreeSet;
use std::collections::HashMap;

use chrono::NaiveDate;
use entity::hour_entry;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::types::EntryStatus;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::sea_query::ExprTrait;

use crate::hours::ledger;
use crate::platform::page::From;
use crate::platform::page::Page;
use crate::platform::page::Slice;
use crate::rollups::basis;
use crate::rollups::field::EVERY;
use crate::rollups::field::Field;
use crate::rollups::field::Lot;
use crate::rollups::field::Portion;
use crate::rollups::figures::Asked;
use crate::rollups::figures::in_entries;
use crate::rollups::past::Places;
use crate::rollups::share::Shares;
use crate::rollups::work;
use crate::rollups::work::Place;
use crate::rollups::work::Said;

/// Entries of one statement where shares decide which of them belong.
const BATCH: u64 = 500;
/// Projects by which one statement is narrowed.
const PROJECTS: usize = 5_000;

/// An entry, with what of it is in a lot of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behind {
    /// The entry.
    pub entry: EntryId,
    /// Its organization.
    pub organization: OrganizationId,
    /// Its state, as it was known.
    pub status: EntryStatus,
    /// Its days in the lot, in order.
    pub days: Vec<DayBehind>,
}

/// What of one day of an entry is in a lot of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayBehind {
    /// The day.
    pub day: NaiveDate,
    /// Person-minutes, before any is shared out.
    pub minutes: i64,
    /// The share of them that counts, in parts of [`PARTS`](crate::rollups::PARTS); 0 of what is left out.
    pub share: i128,
}

impl Behind {
    /// Its person-minutes, before any is shared out.
    #[must_use]
    pub fn minutes(&self) -> i64 {
        self.days.iter().map(|it| it.minutes).sum()
    }

    /// Its person-minutes by share, in parts of [`PARTS`](crate::rollups::PARTS).
    #[must_use]
    pub fn parts(&self) -> i128 {
        self.days.iter().map(DayBehind::parts).sum()
    }
}

impl DayBehind {
    /// Its person-minutes by share, in parts of [`PARTS`](crate::rollups::PARTS).
    #[must_use]
    pub fn parts(&self) -> i128 {
        i128::from(self.minutes) * self.share
    }
}

/// What of an entry is in a lot of a field; `None` where nothing is.
pub(super) fn weigh(field: &Field, mut said: Said, shares: &Shares, lot: Lot) -> Option<Behind> {
    if !said.within(field.from, field.to) || !field.holds_entry(&said) {
        return None;
    }
    let (organization, _, status) = said.place();
    let mut days = Vec::new();
    for (day, minutes) in said.worked() {
        let share = field.share(shares, said.project(), *day);
        if field.lot(status, share) == lot {
            days.push(DayBehind {
                day: *day,
                minutes: *minutes,
                share: share.filter(|_| lot == Lot::Counted).unwrap_or_default(),
            });
        }
    }
    (!days.is_empty()).then(|| Behind {
        entry: said.entry(),
        organization,
        status,
        days,
    })
}

/// The shares of the projects of entries, as known when asked; nothing is read where none are needed.
pub(super) async fn shares(
    db: &impl ConnectionTrait,
    asked: &Asked<'_>,
    field: &Field,
    of: impl Iterator<Item = ProjectId>,
) -> Result<Shares, DbErr> {
    if !field.is_shared() {
        return Ok(Shares::default());
    }
    let projects: BTreeSet<ProjectId> = of.collect();
    let projects: Vec<ProjectId> = projects.into_iter().collect();
    let (sets, parts) = basis::shares(db, &projects).await?;
    Ok(Shares::known(sets, &parts, asked.at))
}

/// A page under construction, of entries that come in any order: no more than twice as many are held.
struct Window<'a> {
    page: &'a Page<Place>,
    rows: Vec<(Place, Behind)>,
}

impl Window<'_> {
    fn add(&mut self, place: Place, behind: Behind) {
        let is_beyond = match &self.page.from {
            From::Start(Some(key)) => place > *key,
            From::End(Some(key)) => place < *key,
            From::Start(None) | From::End(None) => true,
        };
        if is_beyond {
            self.rows.push((place, behind));
            if self.rows.len() > 2 * self.most() {
                self.cut();
            }
        }
    }

    /// With one more, that shows whether more lie beyond.
    fn most(&self) -> usize {
        usize::try_from(self.page.limit.saturating_add(1)).unwrap_or(usize::MAX)
    }

    fn cut(&mut self) {
        self.rows.sort_by_key(|it| it.0);
        if matches!(self.page.from, From::End(_)) {
            self.rows.reverse();
        }
        let most = self.most();
        self.rows.truncate(most);
    }

    fn done(mut self) -> Slice<(Place, Behind)> {
        self.cut();
        self.page.slice(self.rows)
    }
}

/// A page of the entries of one lot of a field that the asking scope lists one by one, in the order of their
/// first day. `portion` is the lot as it was counted.
///
/// # Errors
/// [`DbErr`].
pub async fn behind(
    db: &impl ConnectionTrait,
    asked: &Asked<'_>,
    field: &Field,
    (lot, portion): (Lot, &Portion),
    page: &Page<Place>,
) -> Result<Slice<(Place, Behind)>, DbErr> {
    let mut window = Window {
        page,
        rows: Vec::new(),
    };
    if portion.listed == 0 {
        return Ok(window.done());
    }
    if matches!(lot, Lot::RecordedLater | Lot::CorrectedLater) {
        later(db, asked, field, |of, it| {
            if of == lot && asked.scope.lists_hours(it.organization) {
                window.add(place(&it), it);
            }
        })
        .await?;
        return Ok(window.done());
    }
    let statuses = field.states(lot);
    let asked = &field.narrow(asked, &statuses);
    let projects = Some(&portion.projects).filter(|it| field.is_shared() && it.len() <= PROJECTS);
    let stored = in_entries(asked)
        .add(asked.scope.listed_hours())
        .add(field.entries(projects));
    let Some(at) = asked.at else {
        from_table(db, asked, field, (lot, stored), &mut window).await?;
        return Ok(window.done());
    };
    let places = Places::of(db, asked).await?;
    let chains = ledger::positions(db, at).await?;
    let aside = chains.iter().map(|it| it.organization_id);
    let settled = stored
        .clone()
        .add(hour_entry::Column::OrganizationId.is_not_in(aside));
    from_table(db, asked, field, (lot, settled), &mut window).await?;
    for chain in chains {
        let organization = chain.organization_id;
        if !asked.scope.lists_hours(organization) || !places.concern(asked, organization) {
            continue;
        }
        let untouched = stored
            .clone()
            .add(hour_entry::Column::OrganizationId.eq(organization))
            .add(ledger::touched_after(chain.sequence).not());
        from_table(db, asked, field, (lot, untouched), &mut window).await?;
        let stood = ledger::stood(db, organization, chain.sequence).await?;
        let stood = stood.iter().map(|it| Said::of(organization, it));
        let stood: Vec<Said> = stood.filter(|it| places.count(asked, it)).collect();
        let shares = shares(db, asked, field, stood.iter().map(Said::project)).await?;
        for said in stood {
            let first = said.days().next();
            if let (Some(behind), Some(first)) = (weigh(field, said, &shares, lot), first) {
                window.add((first, behind.entry), behind);
            }
        }
    }
    Ok(window.done())
}

/// Where an entry stands in a list of what came later: by the first of its days that is in it.
fn place(behind: &Behind) -> Place {
    let first = behind.days.first().map_or(NaiveDate::MIN, |it| it.day);
    (first, behind.entry)
}

/// Adds entries of the table that meet a condition, portion by portion, until a page is full.
async fn from_table(
    db: &impl ConnectionTrait,
    asked: &Asked<'_>,
    field: &Field,
    (lot, condition): (Lot, Condition),
    window: &mut Window<'_>,
) -> Result<(), DbErr> {
    let mut walk = window.page.clone();
    if field.is_shared() {
        walk.limit = std::cmp::max(walk.limit, BATCH);
    }
    let mut added = 0;
    loop {
        let batch = work::page_of_now(db, condition.clone(), &walk).await?;
        let is_last = u64::try_from(batch.len()).is_ok_and(|it| it <= walk.limit);
        let Some(end) = batch.last().map(|it| it.0) else {
            return Ok(());
        };
        let projects = batch.iter().map(|(_, said)| said.project());
        let shares = shares(db, asked, field, projects).await?;
        for (place, said) in batch {
            if let Some(behind) = weigh(field, said, &shares, lot) {
                window.add(place, behind);
                added += 1;
            }
        }
        if is_last || added > window.page.limit {
            return Ok(());
        }
        walk.from = match walk.from {
            From::Start(_) => From::Start(Some(end)),
            From::End(_) => From::End(Some(end)),
        };
    }
}

/// Hands over what would count in a field by what is known now, and was not among what the field might
/// count at the instant asked about; nothing where no instant is.
///
/// # Errors
/// [`DbErr`].
pub(super) async fn later(
    db: &impl ConnectionTrait,
    asked: &Asked<'_>,
    field: &Field,
    mut each: impl FnMut(Lot, Behind),
) -> Result<(), DbErr> {
    let Some(at) = asked.at else {
        return Ok(());
    };
    let now = Asked {
        at: None,
        ..field.narrow(asked, field.statuses())
    };
    let then = field.narrow(asked, &EVERY);
    let places = Places::of(db, asked).await?;
    for chain in ledger::positions(db, at).await? {
        let organization = chain.organization_id;
        if !places.concern(&now, organization) {
            continue;
        }
        let touched = in_entries(&now)
            .add(field.entries(None))
            .add(hour_entry::Column::OrganizationId.eq(organization))
            .add(ledger::touched_after(chain.sequence));
        let touched = work::of_now(db, touched, (field.from, field.to)).await?;
        if touched.is_empty() {
            continue;
        }
        let stood = ledger::stood(db, organization, chain.sequence).await?;
        let stood = stood.iter().map(|it| Said::of(organization, it));
        let known: HashMap<EntryId, bool> = stood
            .map(|it| (it.entry(), might_count(field, &places, &then, it)))
            .collect();
        let shares = shares(db, &now, field, touched.iter().map(Said::project)).await?;
        for said in touched {
            let lot = match known.get(&said.entry()) {
                None => Lot::RecordedLater,
                Some(false) => Lot::CorrectedLater,
                Some(true) => continue,
            };
            if let Some(mut behind) = weigh(field, said, &shares, Lot::Counted) {
                // By what was known then nothing of it counts.
                for day in &mut behind.days {
                    day.share = 0;
                }
                each(lot, behind);
            }
        }
    }
    Ok(())
}

/// Whether an entry is work that a field might count, whatever its state and share.
fn might_count(field: &Field, places: &Places, asked: &Asked<'_>, mut said: Said) -> bool {
    places.count(asked, &said) && said.within(field.from, field.to) && field.holds_entry(&said)
}
