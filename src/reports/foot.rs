//! Printed rows add up to the printed total, or nothing is answered.
//!
//! How minutes are shared out is in `apportionment::allocation`.

use crate::reports::error::ReportError;

/// Holds rows against their total.
///
/// # Errors
/// [`ReportError::DoesNotFoot`] with both sums.
pub fn check(
    breakdown: &'static str,
    total: i64,
    rows: impl Iterator<Item = i64>,
) -> Result<(), ReportError> {
    let sum: i64 = rows.sum();
    if sum == total {
        Ok(())
    } else {
        Err(ReportError::DoesNotFoot {
            breakdown,
            sum,
            total,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn rows_that_miss_a_minute_are_not_printed() {
        assert!(check("byMonth", 100, [33, 33, 34].into_iter()).is_ok());
        assert!(check("byMonth", 100, [33, 33, 33].into_iter()).is_err());
    }
}
