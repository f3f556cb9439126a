//! The rates that the binary carries: the minimum wage, by the decrees that set it.
//!
//! Sources are in `data/SOURCES.md`.

use chrono::NaiveDate;
use entity::ids::WageRateId;
use entity::types::WageKind;
use entity::wage_rate;
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::identity::Ctx;
use crate::platform::editions::Edition;
use crate::refusal::Checks;
use crate::valuation::error::ValuationError;
use crate::valuation::rates;
use crate::valuation::series;
use crate::valuation::series::Series;
use crate::valuation::store;

const RATES: &str = include_str!("../../data/wages.csv");
/// Changes when the same list becomes other rows.
const READING: u8 = 1;

#[derive(Deserialize)]
struct Line {
    kind: WageKind,
    occupation_code: Option<String>,
    territory_code: Option<String>,
    valid_from: NaiveDate,
    // As texts: read as numbers they would become binary fractions.
    low: Option<String>,
    central: String,
    high: Option<String>,
    source: String,
    url: Option<String>,
}

/// Loads the rates, where the database holds another edition or none. What an administrator wrote stays,
/// and so does a rate that a later edition leaves out.
///
/// # Errors
/// [`ValuationError`] when the list is at fault or the database refuses; nothing was written then.
pub async fn load(ctx: &Ctx) -> Result<(), ValuationError> {
    let edition = Edition::of("wages", READING, &[RATES]);
    if edition.is_held(ctx.read()).await? {
        return Ok(());
    }
    let lines = lines(ctx)?;
    ctx.transaction(async |tx| {
        if edition.lock(tx).await? {
            return Ok(());
        }
        store::lock(tx).await?;
        let held = store::all(&**tx).await?;
        let mut series = Series::of(&held);
        for line in lines {
            let by_hand = series.at(&line).is_some_and(|it| it.changed_by.is_some());
            if !by_hand {
                series.put(line);
            }
        }
        series::save(tx, &held, series).await?;
        edition.hold(tx, ctx.now()).await?;
        Ok(())
    })
    .await
}

fn lines(ctx: &Ctx) -> Result<Vec<wage_rate::Model>, ValuationError> {
    let mut rows = Vec::new();
    for line in csv::Reader::from_reader(RATES.as_bytes()).deserialize() {
        let line: Line = line?;
        let mut checks = Checks::new();
        let amount = |checks: &mut Checks, field, text: &str| {
            let read = Decimal::from_str_exact(text).unwrap_or_default();
            rates::minor(checks, field, read, rates::MOST_MINOR)
        };
        let central_minor = amount(&mut checks, "central", &line.central);
        let low_minor = line.low.and_then(|it| amount(&mut checks, "low", &it));
        let high_minor = line.high.and_then(|it| amount(&mut checks, "high", &it));
        checks.done().map_err(ValuationError::Invalid)?;
        rows.push(wage_rate::Model {
            id: WageRateId(ctx.new_id()),
            kind: line.kind,
            occupation_code: line.occupation_code,
            territory_code: line.territory_code,
            valid_from: line.valid_from,
            valid_to: None,
            low_minor,
            // One that could not be read was refused above.
            central_minor: central_minor.unwrap_or_default(),
            high_minor,
            source: line.source,
            url: line.url,
            changed_by: None,
            version: 1,
            created_at: ctx.now(),
            updated_at: ctx.now(),
        });
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_minimum_wage_is_more_than_the_one_before() {
        let lines: Vec<Line> = csv::Reader::from_reader(RATES.as_bytes())
            .deserialize()
            .collect::<Result<_, _>>()
            .unwrap();
        let amount = |it: &Line| it.central.parse::<Decimal>().unwrap();
        for pair in lines.windows(2) {
            assert!(pair[0].valid_from < pair[1].valid_from);
            assert!(amount(&pair[0]) < amount(&pair[1]), "{}", pair[1].central);
        }
        for line in &lines {
            assert_eq!(line.kind, WageKind::MinimumWage);
            assert!(line.occupation_code.is_none() && line.territory_code.is_none());
            assert!(line.low.is_none() && line.high.is_none() && line.url.is_none());
            assert!(amount(line).scale() <= 2 && !line.source.is_empty());
        }
        assert_eq!(lines.len(), 11);
    }
}
