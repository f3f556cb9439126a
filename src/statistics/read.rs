//! What anybody may read: editions and their rows, in order, with the names of places and programmes.
//!
//! Everything here was published; who asks makes no difference.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::DateTime;
use chrono::Utc;
use entity::statistics_cell;
use entity::statistics_edition;
use entity::territory;
use entity::types::StatisticsPart;
use entity::vocabulary_term;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;

use crate::platform::hex::hex;
use crate::statistics::frame::ALL;
use crate::statistics::frame::NONE;
use crate::statistics::period::Period;
use crate::statistics::store;
use crate::territories;
use crate::vocabularies;

/// The licence of the figures, by its SPDX name.
pub const LICENCE: &str = "CC-BY-4.0";
/// The text of the licence.
pub const LICENCE_URL: &str = "https://creativecommons.org/licenses/by/4.0/";

/// One edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    /// What it covers.
    pub period: Period,
    /// As it is stored.
    pub row: statistics_edition::Model,
}

/// One row of an edition.
#[derive(Clone, Debug)]
pub struct Row {
    /// As it is stored.
    pub cell: statistics_cell::Model,
    /// The place.
    pub territory: Arc<territory::Model>,
    /// The programme; `None` for the total and for work without one.
    pub term: Option<Arc<vocabulary_term::Model>>,
}

impl Edition {
    /// SHA-256 of its rows, in hexadecimal digits.
    #[must_use]
    pub fn digest(&self) -> String {
        hex(&self.row.digest)
    }

    /// When it was published.
    #[must_use]
    pub fn published_at(&self) -> DateTime<Utc> {
        self.row.published_at
    }
}

impl Row {
    /// Whether it is about all programmes together.
    #[must_use]
    pub fn is_total(&self) -> bool {
        self.cell.programme == ALL
    }

    /// Whether it is about work of projects without a programme.
    #[must_use]
    pub fn is_without_programme(&self) -> bool {
        self.cell.programme == NONE
    }

    /// Names of the counts that are kept back of a published row.
    #[must_use]
    pub fn withheld(&self) -> Vec<&'static str> {
        if self.cell.suppressed {
            return Vec::new();
        }
        let counts = [
            ("volunteers", self.cell.volunteers),
            ("organizations", self.cell.organizations),
            ("projects", self.cell.projects),
        ];
        let kept = counts.into_iter().filter(|(_, it)| it.is_none());
        kept.map(|(name, _)| name).collect()
    }
}

/// All editions, the newest first, the year before its quarters.
///
/// # Errors
/// [`DbErr`].
pub async fn editions(db: &impl ConnectionTrait) -> Result<Vec<Edition>, DbErr> {
    let found = store::editions(db).await?;
    let editions = found.into_iter().map(|row| Edition {
        period: Period::stored(row.year, row.quarter),
        row,
    });
    Ok(editions.collect())
}

/// The rows of an edition: all, or those of one territory and directly below it. The territory before
/// those below it, its own part after them; the total before programmes, work without one after them.
///
/// # Errors
/// [`DbErr`].
pub async fn rows(
    db: &impl ConnectionTrait,
    edition: &Edition,
    around: Option<&str>,
) -> Result<Vec<Row>, DbErr> {
    let cells = store::cells(db, edition.row.id, around).await?;
    let mut places: Vec<_> = cells.iter().map(|it| it.territory_id).collect();
    places.sort();
    places.dedup();
    let mut terms: Vec<_> = cells.iter().filter_map(|it| it.term_id).collect();
    terms.sort();
    terms.dedup();
    let places = territories::lookup::by_ids(db, &places).await?;
    let places: HashMap<_, _> = places.into_iter().map(|it| (it.id, Arc::new(it))).collect();
    let terms = vocabularies::lookup::by_ids(db, &terms).await?;
    let terms: HashMap<_, _> = terms.into_iter().map(|it| (it.id, Arc::new(it))).collect();
    let mut rows: Vec<Row> = cells
        .into_iter()
        .filter_map(|cell| {
            Some(Row {
                territory: places.get(&cell.territory_id)?.clone(),
                term: cell.term_id.and_then(|it| terms.get(&it).cloned()),
                cell,
            })
        })
        .collect();
    // Without the country, what lies above the territory that was named stands for it.
    let country = rows.iter().find_map(|it| {
        let whole = it.cell.part == StatisticsPart::Whole;
        match around {
            _ if it.cell.above_code.is_empty() => Some(it.cell.territory_code.clone()),
            Some(code) if whole && it.cell.territory_code == code => {
                Some(it.cell.above_code.clone())
            }
            _ => None,
        }
    });
    rows.sort_by_key(|it| order(it, country.as_deref()));
    Ok(rows)
}

type Order = (bool, String, bool, bool, String, u8, i32, String);

/// By region with its provinces, each before its parts; then by programme.
fn order(row: &Row, country: Option<&str>) -> Order {
    let cell = &row.cell;
    let own = cell.part == StatisticsPart::Own;
    let nation = Some(cell.territory_code.as_str()) == country;
    let region = nation || country.is_none_or(|it| it == cell.above_code);
    let top = if nation && !own {
        String::new()
    } else if region {
        cell.territory_code.clone()
    } else {
        cell.above_code.clone()
    };
    let kind = match cell.programme.as_str() {
        ALL => 0,
        NONE => 2,
        _ => 1,
    };
    let ordinal = row.term.as_ref().map_or(0, |it| it.ordinal);
    (
        nation && own,
        top,
        own,
        !region,
        cell.territory_code.clone(),
        kind,
        ordinal,
        cell.programme.clone(),
    )
}

/// Whether an edition has rows of a territory.
///
/// # Errors
/// [`DbErr`].
pub async fn has(
    db: &impl ConnectionTrait,
    edition: &Edition,
    territory: &str,
) -> Result<bool, DbErr> {
    store::has_place(db, edition.row.id, territory).await
}

/// Code of the country of an edition.
///
/// # Errors
/// [`DbErr`].
pub async fn country(
    db: &impl ConnectionTrait,
    edition: &Edition,
) -> Result<Option<String>, DbErr> {
    store::country(db, edition.row.id).await
}
