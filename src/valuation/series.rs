//! Rates in order: each ends where the next one of the same kind, occupation and place begins.
//!
//! Who may write them, and what they must be, is in `rates`.

use std::collections::BTreeMap;
use std::collections::HashMap;

use chrono::NaiveDate;
use entity::ids::WageRateId;
use entity::types::WageKind;
use entity::wage_rate;
use sea_orm::DbErr;

use crate::platform::db::Tx;
use crate::valuation::store;

/// One place of the table: kind, occupation, territory, first day.
pub type Cell = (WageKind, Option<String>, Option<String>, NaiveDate);

/// Rates in the order of their cells: those that follow each other in time stand together.
#[derive(Clone, Debug, Default)]
pub struct Series(BTreeMap<Cell, wage_rate::Model>);

/// Where a rate stands in the table.
#[must_use]
pub fn cell(row: &wage_rate::Model) -> Cell {
    (
        row.kind,
        row.occupation_code.clone(),
        row.territory_code.clone(),
        row.valid_from,
    )
}

impl Series {
    /// These rates.
    #[must_use]
    pub fn of(rows: &[wage_rate::Model]) -> Self {
        Self(rows.iter().map(|it| (cell(it), it.clone())).collect())
    }

    /// The rate in the place of another one.
    #[must_use]
    pub fn at(&self, row: &wage_rate::Model) -> Option<&wage_rate::Model> {
        self.0.get(&cell(row))
    }

    /// Puts a rate into its place. The one that was there keeps its id and counts a change, if it says
    /// something else.
    pub fn put(&mut self, row: wage_rate::Model) -> wage_rate::Model {
        let row = match self.at(&row) {
            None => row,
            Some(before) if same(before, &row) => before.clone(),
            Some(before) => wage_rate::Model {
                id: before.id,
                version: before.version.saturating_add(1),
                created_at: before.created_at,
                ..row
            },
        };
        self.0.insert(cell(&row), row.clone());
        row
    }

    /// Ends each rate where the next one of the same kind, occupation and place begins.
    fn ended(self) -> Vec<wage_rate::Model> {
        let mut rows: Vec<wage_rate::Model> = self.0.into_values().collect();
        let follows: Vec<Option<NaiveDate>> = rows
            .iter()
            .zip(rows.iter().skip(1).map(Some).chain([None]))
            .map(|(row, next)| {
                let (kind, occupation, place, _) = cell(row);
                let next = next.filter(|it| {
                    (it.kind, &it.occupation_code, &it.territory_code)
                        == (kind, &occupation, &place)
                });
                next.map(|it| it.valid_from)
            })
            .collect();
        for (row, end) in rows.iter_mut().zip(follows) {
            row.valid_to = end;
        }
        rows
    }
}

/// Whether two rates of one cell say the same.
fn same(one: &wage_rate::Model, other: &wage_rate::Model) -> bool {
    let says = |it: &wage_rate::Model| {
        (
            (it.low_minor, it.central_minor, it.high_minor),
            (it.source.clone(), it.url.clone()),
        )
    };
    says(one) == says(other)
}

/// Writes what is new or different in a table that the transaction holds, and where each rate ends now.
///
/// # Errors
/// [`DbErr`].
pub async fn save(tx: &Tx, held: &[wage_rate::Model], series: Series) -> Result<(), DbErr> {
    let held: HashMap<WageRateId, &wage_rate::Model> = held.iter().map(|it| (it.id, it)).collect();
    let mut new = Vec::new();
    for row in series.ended() {
        match held.get(&row.id) {
            None => new.push(row),
            Some(before) if **before == row => {}
            Some(_) => store::update(tx, &row).await?,
        }
    }
    store::insert(tx, &new).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::valuation::table::tests::a_minimum;
    use crate::valuation::table::tests::a_rate;
    use crate::valuation::table::tests::day;

    #[test]
    fn a_rate_ends_where_the_next_one_of_its_series_begins() {
        let rows = [
            a_rate("23", "", "2026-01-01", 7_000),
            a_minimum("2026-01-01", 1_792),
            a_rate("23", "07", "2025-03-01", 7_000),
            a_minimum("2025-01-01", 1_710),
            a_rate("23", "", "2025-01-01", 6_500),
        ];
        let ended = Series::of(&rows).ended();

        let ends: Vec<_> = ended.iter().filter_map(|it| it.valid_to).collect();
        assert_eq!(ends, [day("2026-01-01"), day("2026-01-01")]);
        assert_eq!(ended.len(), 5);
    }

    #[test]
    fn what_says_the_same_is_no_change() {
        let held = a_rate("23", "", "2025-01-01", 6_500);
        let mut series = Series::of(std::slice::from_ref(&held));

        assert_eq!(series.put(held.clone()).version, 1);
        let other = a_rate("23", "", "2025-01-01", 6_600);
        assert_eq!(series.put(other).version, 2);
    }
}
