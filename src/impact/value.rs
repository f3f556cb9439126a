//! A measured value: exact, in millionths, and where it is a part of a whole, with the whole.
//!
//! What values of an indicator may be is in `rules`.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// Millionths in one.
pub const ONE: i64 = 1_000_000;

/// A value in millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// The value; of a part of a whole, the part.
    pub value: i64,
    /// The whole, where the value is a part of one.
    pub whole: Option<i64>,
}

/// Millionths of a decimal number; `None` for more than six decimals, and beyond nine million million.
#[must_use]
pub fn millionths(number: Decimal) -> Option<i64> {
    number
        .checked_mul(Decimal::from(ONE))
        .filter(|it| it.fract().is_zero())
        .and_then(|it| it.to_i64())
}

/// The decimal number of millionths, without zeros at its end.
#[must_use]
pub fn decimal(millionths: i128) -> Decimal {
    Decimal::try_from_i128_with_scale(millionths, 6).map_or(Decimal::MAX, |it| it.normalize())
}

/// What `part` is of `whole` in percent, to two decimals, half away from nothing; `None` of nothing.
#[must_use]
pub fn percent(part: i128, whole: i128) -> Option<Decimal> {
    if whole == 0 {
        return None;
    }
    let part = Decimal::try_from_i128_with_scale(part, 6).ok()?;
    let whole = Decimal::try_from_i128_with_scale(whole, 6).ok()?;
    let share = part.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole)?;
    let strategy = rust_decimal::RoundingStrategy::MidpointAwayFromZero;
    Some(share.round_dp_with_strategy(2, strategy).normalize())
}

#[cfg(test)]
mod tests {
    use super::decimal;
    use super::millionths;
    use super::percent;

    #[test]
    fn numbers_are_kept_to_the_millionth_and_no_further() {
        let read = |it: &str| millionths(it.parse().unwrap());

        assert_eq!(read("12.5"), Some(12_500_000));
        assert_eq!(read("-0.000001"), Some(-1));
        assert_eq!(read("0.0000001"), None);
        assert_eq!(read("99999999999999"), None);
        assert_eq!(decimal(12_500_000).to_string(), "12.5");
        assert_eq!(decimal(3_000_000).to_string(), "3");
    }

    #[test]
    fn shares_are_rounded_once_half_away_from_nothing() {
        assert_eq!(percent(1, 3).unwrap().to_string(), "33.33");
        assert_eq!(percent(2, 3).unwrap().to_string(), "66.67");
        assert_eq!(percent(1, 8).unwrap().to_string(), "12.5");
        assert_eq!(percent(5, 0), None);
    }
}
