//! Minutes of rows by what shows the work: every row of a breakdown foots by it, too.
//!
//! The rows themselves are put together in the reports.

use std::collections::BTreeMap;

use entity::types::EvidenceLevel;

use crate::reports::error::ReportError;
use crate::reports::foot;

/// Minutes by what shows them, the weakest first; a level that is missing has none.
pub type Levels = BTreeMap<EvidenceLevel, i64>;

/// Holds levels against the minutes of their row, and those of all rows of a breakdown against those of the whole.
///
/// # Errors
/// [`ReportError::DoesNotFoot`].
pub(super) fn check<'a>(
    whole: &Levels,
    rows: impl Iterator<Item = (i64, &'a Levels)>,
) -> Result<(), ReportError> {
    let mut sums = Levels::new();
    for (minutes, levels) in rows {
        foot::check("byEvidence", minutes, levels.values().copied())?;
        for (level, minutes) in levels {
            *sums.entry(*level).or_default() += minutes;
        }
    }
    for (level, sum) in sums {
        let whole = whole.get(&level).copied().unwrap_or_default();
        foot::check("byEvidence", whole, [sum].into_iter())?;
    }
    Ok(())
}
