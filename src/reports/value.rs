//! What the work of a report is worth: its minutes by occupation, place and segment of days, handed to the
//! valuer.
//!
//! The rule is in `valuation`; which rows count is said in `store`.

use std::collections::HashMap;
use std::fmt::Write;

use chrono::NaiveDate;
use entity::ids::TerritoryId;
use entity::territory;
use entity::territory_ancestor;
use entity::types::TerritoryLevel;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::FromQueryResult;
use sea_orm::QueryFilter;
use sea_orm::Statement;

use crate::reports::error::ReportError;
use crate::reports::foot;
use crate::reports::store;
use crate::reports::store::Rows;
use crate::valuation;
use crate::valuation::full_time;
use crate::valuation::full_time::Equivalents;
use crate::valuation::rules;
use crate::valuation::rules::Valuation;
use crate::valuation::rules::Work;
use crate::valuation::table::Place;
use crate::valuation::table::Table;

/// Ids of one statement, below what either database takes.
const IDS: usize = 10_000;

/// What work is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueOfWork {
    /// At replacement cost.
    pub valuation: Valuation,
    /// In full-time workers, by every basis.
    pub full_time: Vec<Equivalents>,
}

/// Minutes of one occupation at one place between two changes of a rate.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
struct Cell {
    occupation_code: Option<String>,
    territory_id: TerritoryId,
    /// How many changes of rates lie before these days.
    segment: i64,
    minutes: i64,
}

/// Values the work of a report.
///
/// # Errors
/// [`ReportError::DoesNotFoot`] where other minutes were valued than the report counts; faults of ours.
pub async fn of_work(
    db: &impl ConnectionTrait,
    rows: &Rows<'_>,
    total: i64,
) -> Result<ValueOfWork, ReportError> {
    let table = Table::of(&valuation::store::all(db).await?);
    let changes = table.changes(rows.from, rows.to);
    let cells = cells(db, rows, &changes).await?;
    let places = places(db, cells.iter().map(|it| it.territory_id)).await?;
    let none = Codes::default();
    let works = cells.iter().map(|cell| {
        let codes = places.get(&cell.territory_id).unwrap_or(&none);
        let begun = usize::try_from(cell.segment).ok();
        let begun = begun.and_then(|it| it.checked_sub(1));
        Work {
            occupation: cell.occupation_code.as_deref(),
            place: Place {
                province: codes.province.as_deref(),
                region: codes.region.as_deref(),
            },
            day: begun
                .and_then(|it| changes.get(it).copied())
                .unwrap_or(rows.from),
            minutes: cell.minutes,
        }
    });
    let valuation = rules::value(&table, works);
    let minutes = valuation.by_step.iter().map(|it| it.minutes);
    foot::check("valueOfWork", total, minutes)?;
    Ok(ValueOfWork {
        full_time: full_time::equivalents(total, rows.from, rows.to)?,
        valuation,
    })
}

/// The work that counts, in one statement: by occupation and place, cut where a rate changes.
async fn cells(
    db: &impl ConnectionTrait,
    rows: &Rows<'_>,
    changes: &[NaiveDate],
) -> Result<Vec<Cell>, DbErr> {
    let (base, values) = store::base(rows);
    let mut values = values.0;
    let mut segment = "0".to_owned();
    for change in changes {
        values.push((*change).into());
        let mark = values.len();
        // Writing to memory does not fail.
        let _written = write!(
            segment,
            " + case when counted.day >= ${mark} then 1 else 0 end"
        );
    }
    let sql = format!(
        "select occupation_code, territory_id, segment, cast(sum(minutes) as bigint) as minutes \
         from (select project.occupation_code, counted.territory_id, counted.minutes, \
             cast({segment} as bigint) as segment \
           from ({base}) counted left join project on project.id = counted.project_id) work \
         group by occupation_code, territory_id, segment"
    );
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Cell::find_by_statement(statement).all(db).await
}

/// Codes of the places that rates are of.
#[derive(Clone, Debug, Default)]
struct Codes {
    province: Option<String>,
    region: Option<String>,
}

/// The province and the region of each territory.
async fn places(
    db: &impl ConnectionTrait,
    ids: impl Iterator<Item = TerritoryId>,
) -> Result<HashMap<TerritoryId, Codes>, DbErr> {
    let mut ids: Vec<TerritoryId> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    let mut found: HashMap<TerritoryId, Codes> = HashMap::new();
    let priced = [
        TerritoryLevel::Region,
        TerritoryLevel::Prefecture,
        TerritoryLevel::Province,
    ];
    let above: HashMap<TerritoryId, territory::Model> = territory::Entity::find()
        .filter(territory::Column::Level.is_in(priced))
        .all(db)
        .await?
        .into_iter()
        .map(|it| (it.id, it))
        .collect();
    for ids in ids.chunks(IDS) {
        let links = territory_ancestor::Entity::find()
            .filter(territory_ancestor::Column::TerritoryId.is_in(ids.iter().copied()))
            .all(db)
            .await?;
        for link in links {
            let Some(place) = above.get(&link.ancestor_id) else {
                continue;
            };
            let codes = found.entry(link.territory_id).or_default();
            let code = match place.level {
                TerritoryLevel::Region => &mut codes.region,
                _ => &mut codes.province,
            };
            *code = Some(place.code.clone());
        }
    }
    Ok(found)
}
