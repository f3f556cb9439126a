//! What the work of a report is worth: its minutes by occupation, place and days of one rate, handed to the
//! valuer.
//!
//! The rule is in `valuation`; which hours count is the word of `rollups`.

use std::collections::HashMap;

use entity::ids::ProjectId;
use entity::ids::TerritoryId;
use entity::project;
use entity::territory;
use entity::territory_ancestor;
use entity::types::TerritoryLevel;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use sea_orm::QuerySelect;

use crate::reports::error::ReportError;
use crate::reports::foot;
use crate::rollups;
use crate::rollups::Asked;
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

/// Values the work of a report.
///
/// # Errors
/// [`ReportError::DoesNotFoot`] where other minutes were valued than the report counts; faults of ours.
pub async fn of_work(
    db: &impl ConnectionTrait,
    asked: &Asked<'_>,
    total: i64,
) -> Result<ValueOfWork, ReportError> {
    let table = Table::of(&valuation::store::all(db).await?);
    let cuts = table.changes(asked.from, asked.to);
    let asked = Asked {
        cuts: &cuts,
        ..asked.clone()
    };
    let worked = rollups::worked(db, &asked).await?;
    let places = places(db, worked.keys().map(|(_, place, _)| *place)).await?;
    let occupations = occupations(db, worked.keys().map(|(project, _, _)| *project)).await?;
    let none = Codes::default();
    let works = worked.iter().map(|((project, place, day), minutes)| {
        let codes = places.get(place).unwrap_or(&none);
        Work {
            occupation: occupations.get(project).map(String::as_str),
            place: Place {
                province: codes.province.as_deref(),
                region: codes.region.as_deref(),
            },
            // A part of a month may begin before the interval.
            day: Ord::max(*day, asked.from),
            minutes: *minutes,
        }
    });
    let valuation = rules::value(&table, works);
    let minutes = valuation.by_step.iter().map(|it| it.minutes);
    foot::check("valueOfWork", total, minutes)?;
    Ok(ValueOfWork {
        full_time: full_time::equivalents(total, asked.from, asked.to)?,
        valuation,
    })
}

/// The occupations of projects that have one.
async fn occupations(
    db: &impl ConnectionTrait,
    ids: impl Iterator<Item = ProjectId>,
) -> Result<HashMap<ProjectId, String>, DbErr> {
    let mut ids: Vec<ProjectId> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    let mut found = HashMap::new();
    for ids in ids.chunks(IDS) {
        let rows: Vec<(ProjectId, String)> = project::Entity::find()
            .select_only()
            .columns([project::Column::Id, project::Column::OccupationCode])
            .filter(project::Column::Id.is_in(ids.iter().copied()))
            .filter(project::Column::OccupationCode.is_not_null())
            .into_tuple()
            .all(db)
            .await?;
        found.extend(rows);
    }
    Ok(found)
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
