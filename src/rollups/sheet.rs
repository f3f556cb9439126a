//! Sheets: figures of a territory, a month and a state, kept so that a national report reads a handful
//! of rows.
//!
//! A sheet holds all that was worked there, so that only whoever may count everything is answered from
//! one. Folding takes it away when a cell below changes.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entity::ids::TerritoryId;
use entity::rollup_cell;
use entity::rollup_sheet;
use entity::types::EntryStatus;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;

use crate::platform::db::Db;
use crate::rollups::basis;
use crate::rollups::cell::Cells;
use crate::rollups::figures;
use crate::rollups::figures::MONTHS;
use crate::rollups::figures::months_of;
use crate::rollups::fold;
use crate::rollups::fold::Folded;
use crate::rollups::shelf;
use crate::rollups::store;
use crate::rollups::tally::Layout;
use crate::rollups::tally::Tally;

/// Changes with what a sheet holds: one of another form is no sheet.
const FORM: u8 = 3;

/// The sheets of a territory, by month; those of another form are left out.
pub(super) async fn read(
    db: &impl ConnectionTrait,
    territory: TerritoryId,
    interval: (NaiveDate, NaiveDate),
    statuses: &[EntryStatus],
) -> Result<BTreeMap<NaiveDate, Vec<Tally>>, DbErr> {
    let mut found: BTreeMap<NaiveDate, Vec<Tally>> = BTreeMap::new();
    for row in shelf::sheets(db, territory, interval, statuses).await? {
        if let Some(tally) = open(&row.content) {
            found.entry(row.month).or_default().push(tally);
        }
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
    let missing = missing(db.read(), territory, interval, statuses, &whole).await?;
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
    let held = shelf::sheets(db, territory, interval, statuses).await?;
    let is_held = |month: NaiveDate, status: EntryStatus| {
        let mut of = held.iter();
        of.any(|it| it.month == month && it.status == status && open(&it.content).is_some())
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
    let content = postcard::to_extend(tally, vec![FORM]);
    content.map_err(|cause| DbErr::Custom(format!("a sheet cannot be kept: {cause}")))
}

pub(super) fn open(content: &[u8]) -> Option<Tally> {
    let (form, rest) = content.split_first()?;
    if *form != FORM {
        return None;
    }
    postcard::from_bytes(rest).ok()
}
