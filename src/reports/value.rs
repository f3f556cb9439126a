//! What the work of a report is worth: its minutes by occupation, place and days of one rate, handed to the
//! valuer.
//!
//! The rule is in `valuation`; which hours count is the word of `rollups`.

use sea_orm::ConnectionTrait;

use crate::reports::error::ReportError;
use crate::reports::foot;
use crate::reports::store;
use crate::reports::store::PricedPlace;
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
    let places = store::priced_places(db, worked.keys().map(|(_, place, _)| *place)).await?;
    let occupations = store::occupations(db, worked.keys().map(|(project, _, _)| *project)).await?;
    let none = PricedPlace::default();
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
