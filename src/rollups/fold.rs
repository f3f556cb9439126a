//! Folding: brings the cells up to the heads of the chains.
//!
//! What an event touches is counted anew from the entries, so that a cell is right whatever happened
//! before, and a fold that was interrupted is taken up again.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashSet;
use std::time::Duration;

use chrono::Days;
use chrono::Months;
use chrono::NaiveDate;
use entity::hour_entry;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::TerritoryId;
use entity::rollup_cell;
use entity::types::EntryStatus;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;

use crate::hours::days::month_of;
use crate::hours::ledger;
use crate::platform::db::Db;
use crate::platform::db::Tx;
use crate::rollups::basis;
use crate::rollups::cell;
use crate::rollups::cell::Cells;
use crate::rollups::cell::Key;
use crate::rollups::number::Numbers;
use crate::rollups::share::Shares;
use crate::rollups::shelf;
use crate::rollups::store;
use crate::rollups::store::Due;
use crate::rollups::work;
use crate::rollups::work::Said;

/// Projects of one statement.
const PROJECTS: usize = 1_000;
/// Months and states whose sheets are taken away one by one; beyond that all are.
const SHEETS_MOST: usize = 100;
/// So long a report waits for its turn to write; then it is answered from the events themselves.
const PATIENCE: Duration = Duration::from_secs(2);
/// So long a command waits.
const LEISURE: Duration = Duration::from_secs(600);
/// Every day that either database knows.
pub(super) const ALWAYS: (NaiveDate, NaiveDate) = match (
    NaiveDate::from_ymd_opt(1, 1, 1),
    NaiveDate::from_ymd_opt(9999, 12, 31),
) {
    (Some(first), Some(last)) => (first, last),
    _ => (NaiveDate::MIN, NaiveDate::MAX),
};

/// Whether cells are up to the heads of the chains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Folded {
    /// Everything that is there is in.
    All,
    /// Some chains are ahead.
    Behind,
}

/// Whether cells are up to the heads of the chains in the state that `db` sees.
///
/// # Errors
/// [`DbErr`].
pub async fn standing(db: &impl ConnectionTrait) -> Result<Folded, DbErr> {
    let is_due = !store::due(db, None, 1).await?.is_empty() || store::is_stale(db).await?;
    Ok(if is_due { Folded::Behind } else { Folded::All })
}

/// Folds what is missing, as far as its turn comes: others may append meanwhile, or fold.
///
/// # Errors
/// [`DbErr`]; what was folded until then stays.
pub async fn fold(db: &Db) -> Result<(), DbErr> {
    fold_telling(db, |_, _| ()).await
}

/// The same, and tells after each chain how many of how many are folded.
///
/// # Errors
/// As of [`fold`].
pub async fn fold_telling(db: &Db, tell: impl Fn(usize, usize)) -> Result<(), DbErr> {
    if standing(db.system().read()).await? == Folded::All {
        return Ok(());
    }
    // Each chain once: who appends all the time does not keep a report from its answer.
    let due = store::due(db.system().read(), None, u64::from(u32::MAX)).await?;
    for (folded, chain) in due.iter().enumerate() {
        tell(folded, due.len());
        let Some(tx) = begin(db).await? else {
            return Ok(());
        };
        fold_one(&tx, chain.organization_id).await?;
        tx.commit().await?;
    }
    let Some(tx) = begin(db).await? else {
        return Ok(());
    };
    fold_shares(&tx).await?;
    tx.commit().await
}

/// A transaction that sees one state of everything and folds alone, if its turn comes soon.
pub(super) async fn begin(db: &Db) -> Result<Option<Tx>, DbErr> {
    db.system().begin_alone("rollup_mark", PATIENCE).await
}

/// The same for whoever can wait.
pub(super) async fn begin_at_last(db: &Db) -> Result<Tx, DbErr> {
    let begun = db.system().begin_alone("rollup_mark", LEISURE).await?;
    begun.ok_or_else(|| DbErr::Custom("somebody else folds for very long".to_owned()))
}

/// Folds what is missing of one chain, and of shares.
pub(super) async fn fold_one(tx: &Tx, organization: OrganizationId) -> Result<(), DbErr> {
    for due in store::due(&**tx, Some(organization), 1).await? {
        fold_chain(tx, &due).await?;
    }
    fold_shares(tx).await
}

async fn fold_chain(tx: &Tx, due: &Due) -> Result<(), DbErr> {
    let organization = due.organization_id;
    let touched = Condition::all()
        .add(hour_entry::Column::OrganizationId.eq(organization))
        .add(ledger::touched_after(due.mark));
    let now = work::of_now(&**tx, touched, ALWAYS).await?;
    let before = ledger::stood(&**tx, organization, due.mark).await?;
    let before = before.iter().map(|it| Said::of(organization, it));
    let mut parts: BTreeSet<(ProjectId, NaiveDate)> = BTreeSet::new();
    for said in now.into_iter().chain(before) {
        let months = said.days().map(month_of);
        parts.extend(months.map(|it| (said.project(), it)));
    }
    recount(tx, &parts).await?;
    let months: BTreeSet<NaiveDate> = parts.iter().map(|(_, month)| *month).collect();
    let months: Vec<NaiveDate> = months.into_iter().collect();
    store::renew_months(tx, organization, &months).await?;
    store::mark(tx, organization, due.head).await
}

/// Counts projects anew whose shares changed.
pub(super) async fn fold_shares(tx: &Tx) -> Result<(), DbErr> {
    let stale = store::stale(&**tx).await?;
    let Some(last) = stale.last() else {
        return Ok(());
    };
    let projects: BTreeSet<ProjectId> = stale.iter().map(|it| it.project_id).collect();
    let projects: Vec<ProjectId> = projects.into_iter().collect();
    for chunk in projects.chunks(PROJECTS) {
        let of_projects = rollup_cell::Column::ProjectId.is_in(chunk.iter().copied());
        let cells = store::cells(&**tx, Condition::all().add(of_projects)).await?;
        let parts = cells.keys().map(|it| (it.project, it.month)).collect();
        recount(tx, &parts).await?;
        // Shares change figures by programme where no cell changes.
        discard(tx, cells.keys()).await?;
    }
    store::folded_shares(tx, last.id).await
}

/// Counts projects and months anew, and writes what differs.
async fn recount(tx: &Tx, parts: &BTreeSet<(ProjectId, NaiveDate)>) -> Result<(), DbErr> {
    let mut projects: Vec<ProjectId> = parts.iter().map(|(project, _)| *project).collect();
    projects.dedup();
    for chunk in projects.chunks(PROJECTS) {
        let (Some(first), Some(last)) = (chunk.first(), chunk.last()) else {
            continue;
        };
        let within = (*first, NaiveDate::MIN)..=(*last, NaiveDate::MAX);
        let wanted: HashSet<(ProjectId, NaiveDate)> = parts.range(within).copied().collect();
        let held = held(tx, chunk, &wanted).await?;
        let counted = count(tx, chunk, &wanted).await?;
        let gone: Vec<Key> = held
            .iter()
            .filter(|(key, cell)| counted.get(key) != Some(cell))
            .map(|(key, _)| *key)
            .collect();
        let new: Vec<_> = counted
            .iter()
            .filter(|(key, cell)| held.get(key) != Some(cell))
            .collect();
        store::remove(tx, &gone).await?;
        store::insert(tx, &new).await?;
        discard(tx, gone.iter().chain(new.iter().map(|(key, _)| *key))).await?;
    }
    Ok(())
}

/// The stored cells of projects and months.
async fn held(
    tx: &Tx,
    projects: &[ProjectId],
    wanted: &HashSet<(ProjectId, NaiveDate)>,
) -> Result<Cells, DbErr> {
    let (from, to) = span(wanted);
    let condition = Condition::all()
        .add(rollup_cell::Column::ProjectId.is_in(projects.iter().copied()))
        .add(rollup_cell::Column::Month.between(from, to));
    let mut cells = store::cells(&**tx, condition).await?;
    cells.retain(|key, _| wanted.contains(&(key.project, key.month)));
    Ok(cells)
}

/// The cells of projects and months, counted from the entries.
pub(super) async fn count(
    tx: &Tx,
    projects: &[ProjectId],
    wanted: &HashSet<(ProjectId, NaiveDate)>,
) -> Result<Cells, DbErr> {
    let (from, to) = span(wanted);
    let last = to.checked_add_months(Months::new(1));
    let last = last.and_then(|it| it.checked_sub_days(Days::new(1)));
    let of_projects = hour_entry::Column::ProjectId.is_in(projects.iter().copied());
    let said = work::of_now(
        &**tx,
        Condition::all().add(of_projects),
        (from, last.unwrap_or(to)),
    )
    .await?;
    let mut numbers = Numbers::give(tx, said.iter().flat_map(Said::ids).collect()).await?;
    let (sets, shares) = basis::shares(&**tx, projects).await?;
    let shares = Shares::known(sets, &shares, None);
    let mut cells = Cells::new();
    for said in said {
        cell::add(&mut cells, &said.numbered(&mut numbers), &shares);
    }
    cells.retain(|key, _| wanted.contains(&(key.project, key.month)));
    Ok(cells)
}

fn span(wanted: &HashSet<(ProjectId, NaiveDate)>) -> (NaiveDate, NaiveDate) {
    let months = || wanted.iter().map(|(_, month)| *month);
    let from = months().min().unwrap_or(NaiveDate::MIN);
    (from, months().max().unwrap_or(from))
}

/// Takes away the sheets that cells were added up in.
async fn discard<'a>(tx: &Tx, keys: impl Iterator<Item = &'a Key>) -> Result<(), DbErr> {
    let mut sheets: BTreeMap<(NaiveDate, EntryStatus), BTreeSet<TerritoryId>> = BTreeMap::new();
    for key in keys {
        let places = sheets.entry((key.month, key.status)).or_default();
        places.insert(key.territory);
    }
    if sheets.len() > SHEETS_MOST {
        return shelf::discard_all(tx).await;
    }
    for (sheet, places) in sheets {
        let places: Vec<TerritoryId> = places.into_iter().collect();
        shelf::discard(tx, sheet, &places).await?;
    }
    Ok(())
}
