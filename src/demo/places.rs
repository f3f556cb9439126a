//! Where organizations have their seat and projects are done.
//!
//! Everything is taken from the reference lists; nothing is invented here.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::ids::IndicatorId;
use entity::ids::TermId;
use entity::ids::TerritoryId;
use entity::types::TerritoryLevel;
use sea_orm::ConnectionTrait;

use crate::demo::error::DemoError;
use crate::impact::store;
use crate::platform::page::Page;
use crate::territories::lookup;
use crate::territories::lookup::Filter;
use crate::vocabularies;
use crate::vocabularies::INDH;
use crate::vocabularies::SDG;

/// Provinces and prefectures of the country, at most.
const PROVINCES: u64 = 1_000;

/// A province or prefecture with its communes.
#[derive(Clone, Debug)]
pub struct Province {
    /// Its code.
    pub code: String,
    /// Its version of today.
    pub id: TerritoryId,
    /// Its communes.
    pub communes: Vec<TerritoryId>,
}

/// What the reference lists hold.
pub struct Places {
    /// Provinces and prefectures that have communes, by code.
    pub provinces: Vec<Province>,
    /// Terms by vocabulary and code.
    pub terms: HashMap<(&'static str, String), TermId>,
    /// Indicators of the catalogue by code.
    pub indicators: HashMap<String, IndicatorId>,
    /// What the observer observes.
    pub observed: TerritoryId,
}

/// Finds the places and terms in force on a day.
///
/// # Errors
/// [`DemoError::NoReference`] when the lists were not loaded.
pub async fn find(conn: &impl ConnectionTrait, day: NaiveDate) -> Result<Places, DemoError> {
    let mut provinces = Vec::new();
    for level in [TerritoryLevel::Prefecture, TerritoryLevel::Province] {
        let filter = Filter {
            level: Some(level),
            ..Filter::default()
        };
        let found = lookup::search(conn, &filter, day, &Page::first(PROVINCES)).await?;
        provinces.extend(found.rows);
    }
    let ids: Vec<TerritoryId> = provinces.iter().map(|it| it.id).collect();
    let mut below = lookup::children_of(conn, &ids).await?;
    let mut provinces: Vec<Province> = provinces
        .into_iter()
        .map(|it| Province {
            code: it.code,
            id: it.id,
            communes: below
                .remove(&it.id)
                .unwrap_or_default()
                .into_iter()
                .filter(|it| it.valid_from <= day && it.valid_to.is_none_or(|end| day < end))
                .map(|it| it.id)
                .collect(),
        })
        .filter(|it| !it.communes.is_empty())
        .collect();
    provinces.sort_by(|one, other| one.code.cmp(&other.code));
    let mut terms = HashMap::new();
    for vocabulary in [INDH, SDG] {
        for term in vocabularies::lookup::list(conn, &[vocabulary.to_owned()], day).await? {
            terms.insert((vocabulary, term.code), term.id);
        }
    }
    let observed = lookup::by_code(conn, "07", day)
        .await?
        .ok_or_else(|| DemoError::NoReference("territory 07".to_owned()))?;
    let indicators = store::catalogue(conn).await?;
    let indicators = indicators.into_iter().map(|it| (it.code, it.id));
    Ok(Places {
        provinces,
        terms,
        indicators: indicators.collect(),
        observed: observed.id,
    })
}
