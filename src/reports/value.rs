//! What the work of a report is worth, held against the minutes that it counts.
//!
//! The work is gathered and valued in `valuation`; which hours count is the word of `rollups`.

use sea_orm::ConnectionTrait;

use crate::reports::error::ReportError;
use crate::reports::foot;
use crate::rollups::Asked;
use crate::valuation::full_time;
use crate::valuation::full_time::Equivalents;
use crate::valuation::rules::Valuation;
use crate::valuation::work::Priced;

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
    let valuation = Priced::of(db, asked).await?.value(|_| true);
    let minutes = valuation.by_step.iter().map(|it| it.minutes);
    foot::check("valueOfWork", total, minutes)?;
    Ok(ValueOfWork {
        full_time: full_time::equivalents(total, asked.from, asked.to)?,
        valuation,
    })
}
