//! Sheets: figures of a territory, a month and a state, kept so that a national report reads a handful
//! of rows.
//!
//! A sheet holds all that was worked there, so that only whoever may count everything is answered from
//! one. Folding takes it away when a cell below changes.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::LazyLock;

use chrono::NaiveDate;
use entity::ids::TerritoryId;
use entity::rollup_cell;
use entity::rollup_sheet;
use entity::types::EntryStatus;
use moka::sync::Cache;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;

use crate::platform::crypto::sha256;
use crate::platform::db::Db;
use crate::rollups::basis;
use crate::rollups::cell::Cells;
use crate::rollups::figures;
use crate::rollups::figures::MONTHS;
use crate::rollups::figures::months_of;
use crate::rollups::fold;
use crate::rollups::fold::Folded;
use crate::rollups::shelf;
use crate::rollups::shelf::LABEL;
use crate::rollups::store;
use crate::rollups::tally::Layout;
use crate::rollups::tally::Tally;

/// Changes with what a sheet holds: one of another form is no sheet.
const FORM: u8 = 4;
/// So many bytes of sheets are kept opened: by their closed length, those of some six years of the whole country.
const OPENED_MOST: u64 = 32 * 1024 * 1024;

/// Sheets that were opened, by label. A label holds a digest of its sheet, so that what is found here is what
/// the sheet says, whoever wrote it and whatever became of it since.
static OPENED: LazyLock<Cache<Vec<u8>, Arc<Opened>>> = LazyLock::new(|| {
    Cache::builder()
        .max_capacity(OPENED_MOST)
        .weigher(|_, it: &Arc<Opened>| it.bytes)
        .build()
});

/// A sheet that was opened.
#[derive(Debug)]
struct Opened {
    tally: Arc<Tally>,
    /// Its length, closed.
    bytes: u32,
}

/// The sheets of a territory, by month; those of another form are left out.
pub(super) async fn read(
    db: &impl ConnectionTrait,
    territory: TerritoryId,
    interval: (NaiveDate, NaiveDate),
    statuses: &[EntryStatus],
) -> Result<BTreeMap<NaiveDate, Vec<Arc<Tally>>>, DbErr> {
    let mut found: BTreeMap<NaiveDate, Vec<Arc<Tally>>> = BTreeMap::new();
    let mut closed: BTreeSet<NaiveDate> = BTreeSet::new();
    let mut opened = Vec::new();
    for it in shelf::labels(db, territory, interval, statuses).await? {
        match OPENED.get(&it.label) {
            Some(known) => opened.push((it.month, Arc::clone(&known.tally))),
            None => {
                closed.insert(it.month);
            }
        }
    }
    // A month is read as a whole.
    opened.retain(|(month, _)| !closed.contains(month));
    if !closed.is_empty() {
        let closed: Vec<NaiveDate> = closed.into_iter().collect();
        for row in shelf::sheets(db, territory, &closed, statuses).await? {
            let Some(tally) = open(&row.content).map(Arc::new) else {
                continue;
            };
            opened.push((row.month, Arc::clone(&tally)));
            let bytes = u32::try_from(row.content.len()).unwrap_or(u32::MAX);
            if let Some((label, _)) = row.content.split_at_checked(LABEL) {
                OPENED.insert(label.to_vec(), Arc::new(Opened { tally, bytes }));
            }
        }
    }
    for (month, tally) in opened {
        found.entry(month).or_default().push(tally);
    }
    Ok(found)
}

/// Makes the sheets of a territory that are missing for an interval, where cells are up to date.
///
/// # Errors
/// [`DbErr`].
pub async fn refresh(
    db: &Db,
    territory: TerritoryId,
    (from, to): (NaiveDate, NaiveDate),
    statuses: &[EntryStatus],
) -> Result<(), DbErr> {
    let (whole, _) = months_of((from, to), &[]);
    let (Some(first), Some(last)) = (whole.first(), whole.last()) else {
        return Ok(());
    };
    let interval = (*first, *last);
    let missing = missing(db.system().read(), territory, interval, statuses, &whole).await?;
    if missing.is_empty() {
        return Ok(());
    }
    // A year at a time, so that what was made stays when whoever asked goes away.
    for whole in whole.chunks(MONTHS) {
        // They save time only: nobody waits long for them.
        let Some(tx) = fold::begin(db).await? else {
            return Ok(());
        };
        if fold::standing(&*tx).await? == Folded::Behind {
            return Ok(());
        }
        // Others may have been here while we waited.
        let missing = self::missing(&*tx, territory, interval, statuses, whole).await?;
        let layout = figures::layout(&*tx, &[territory]).await?;
        for (month, status) in missing {
            let tally = add_up(&*tx, territory, (month, status), &layout).await?;
            let content = close(&tally)?;
            let sheet = rollup_sheet::Model {
                territory_id: territory,
                month,
                status,
                content,
            };
            shelf::replace(&tx, sheet).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

async fn missing(
    db: &impl ConnectionTrait,
    territory: TerritoryId,
    interval: (NaiveDate, NaiveDate),
    statuses: &[EntryStatus],
    whole: &[NaiveDate],
) -> Result<Vec<(NaiveDate, EntryStatus)>, DbErr> {
    let held = shelf::labels(db, territory, interval, statuses).await?;
    let is_held = |month: NaiveDate, status: EntryStatus| {
        let mut of = held.iter();
        of.any(|it| it.month == month && it.status == status && it.label.first() == Some(&FORM))
    };
    Ok(whole
        .iter()
        .flat_map(|month| statuses.iter().map(|status| (*month, *status)))
        .filter(|(month, status)| !is_held(*month, *status))
        .collect())
}

/// The figures of a sheet, from the cells.
pub(super) async fn add_up(
    db: &impl ConnectionTrait,
    territory: TerritoryId,
    (month, status): (NaiveDate, EntryStatus),
    layout: &Layout,
) -> Result<Tally, DbErr> {
    let condition = Condition::all()
        .add(rollup_cell::Column::TerritoryId.in_subquery(basis::below(&[territory])))
        .add(rollup_cell::Column::Month.eq(month))
        .add(rollup_cell::Column::Status.eq(status));
    let cells: Cells = store::cells(db, condition).await?;
    let shares = figures::shares(db, &cells, None).await?;
    let mut tally = Tally::default();
    for (key, cell) in &cells {
        tally.add((key, cell), month, &shares, layout);
    }
    Ok(tally)
}

fn close(tally: &Tally) -> Result<Vec<u8>, DbErr> {
    let written = postcard::to_extend(tally, Vec::new());
    let written =
        written.map_err(|cause| DbErr::Custom(format!("a sheet cannot be kept: {cause}")))?;
    let mut content = vec![FORM];
    content.extend(sha256(&written));
    content.extend(written);
    Ok(content)
}

pub(super) fn open(content: &[u8]) -> Option<Tally> {
    let (label, written) = content.split_at_checked(LABEL)?;
    let (form, digest) = label.split_first()?;
    if *form != FORM || sha256(written) != digest {
        return None;
    }
    postcard::from_bytes(written).ok()
}
