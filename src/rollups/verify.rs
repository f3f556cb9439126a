//! Holds every cell and sheet against the entries.
//!
//! Nothing is mended here without being asked: a difference is a fault of ours.

use std::collections::BTreeSet;
use std::collections::HashSet;

use chrono::NaiveDate;
use entity::hour_entry;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::TerritoryId;
use entity::rollup_cell;
use entity::types::EntryStatus;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::DbErr;

use crate::hours::days::month_of;
use crate::platform::db::Db;
use crate::platform::db::Tx;
use crate::rollups::cell::Cell;
use crate::rollups::cell::Key;
use crate::rollups::figures;
use crate::rollups::fold;
use crate::rollups::fold::ALWAYS;
use crate::rollups::sheet;
use crate::rollups::shelf;
use crate::rollups::store;
use crate::rollups::work;
use crate::rollups::work::Said;

/// Differences that are named; the others are counted.
const NAMED_MOST: usize = 100;

/// A figure that is not what entries say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// A cell.
    Cell {
        /// The organization.
        organization: OrganizationId,
        /// The project.
        project: ProjectId,
        /// First day of the month.
        month: NaiveDate,
        /// State of the entries.
        status: EntryStatus,
        /// Minutes that are kept.
        kept: i64,
        /// Minutes that entries say.
        counted: i64,
    },
    /// A sheet.
    Sheet {
        /// The territory.
        territory: TerritoryId,
        /// First day of the month.
        month: NaiveDate,
        /// State of the entries.
        status: EntryStatus,
    },
}

/// What was held against the entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Number of cells.
    pub cells: u64,
    /// Number of sheets.
    pub sheets: u64,
    /// Number of differences.
    pub different: u64,
    /// The first hundred of them.
    pub differences: Vec<Difference>,
}

impl Verified {
    fn note(&mut self, difference: Difference) {
        self.different += 1;
        if self.differences.len() < NAMED_MOST {
            self.differences.push(difference);
        }
    }
}

/// Folds what is missing, then counts everything anew and compares, one organization at a time.
///
/// # Errors
/// [`DbErr`].
pub async fn verify(db: &Db) -> Result<Verified, DbErr> {
    let mut verified = Verified::default();
    fold::fold(db).await?;
    for organization in store::organizations(db.system().read()).await? {
        // Nobody folds meanwhile, so that what is compared is of one state.
        let tx = fold::begin_at_last(db).await?;
        fold::fold_one(&tx, organization).await?;
        compare(&tx, organization, &mut verified).await?;
        tx.commit().await?;
    }
    let tx = fold::begin_at_last(db).await?;
    fold::fold_shares(&tx).await?;
    for row in shelf::all_sheets(&*tx).await? {
        let layout = figures::layout(&*tx, &[row.territory_id]).await?;
        let sheet = (row.month, row.status);
        let counted = sheet::add_up(&*tx, row.territory_id, sheet, &layout).await?;
        verified.sheets += 1;
        if sheet::open(&row.content) != Some(counted) {
            verified.note(Difference::Sheet {
                territory: row.territory_id,
                month: row.month,
                status: row.status,
            });
        }
    }
    tx.commit().await?;
    Ok(verified)
}

async fn compare(
    tx: &Tx,
    organization: OrganizationId,
    verified: &mut Verified,
) -> Result<(), DbErr> {
    let of_organization = rollup_cell::Column::OrganizationId.eq(organization);
    let kept = store::cells(&**tx, Condition::all().add(of_organization)).await?;
    let of_organization = hour_entry::Column::OrganizationId.eq(organization);
    let said = work::of_now(&**tx, Condition::all().add(of_organization), ALWAYS).await?;
    let projects: BTreeSet<ProjectId> = said.iter().map(Said::project).collect();
    let projects: Vec<ProjectId> = projects.into_iter().collect();
    let wanted: HashSet<(ProjectId, NaiveDate)> = said
        .iter()
        .flat_map(|it| it.days().map(|day| (it.project(), month_of(day))))
        .collect();
    drop(said);
    let counted = fold::count(tx, &projects, &wanted).await?;
    let keys: BTreeSet<&Key> = kept.keys().chain(counted.keys()).collect();
    let minutes = |cell: Option<&Cell>| cell.map_or(0, |it| it.minutes);
    for key in keys {
        verified.cells += 1;
        let (kept, counted) = (kept.get(key), counted.get(key));
        if kept != counted {
            verified.note(Difference::Cell {
                organization,
                project: key.project,
                month: key.month,
                status: key.status,
                kept: minutes(kept),
                counted: minutes(counted),
            });
        }
    }
    Ok(())
}

/// Takes everything away and counts it anew.
///
/// # Errors
/// [`DbErr`].
pub async fn rebuild(db: &Db) -> Result<(), DbErr> {
    let tx = fold::begin_at_last(db).await?;
    store::forget(&tx).await?;
    tx.commit().await?;
    fold::fold(db).await?;
    Ok(())
}
