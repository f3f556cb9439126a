//! Splits whole numbers by shares so that the parts add up exactly.
//!
//! Method of the largest remainder. What the numbers and shares stand for is not known here.

use std::cmp::Reverse;

/// The whole, in millionths.
pub const WHOLE_PPM: i64 = 1_000_000;

/// Splits a total by shares in millionths: the parts sum to the total, each lies within one of
/// its exact share.
///
/// Units left over by rounding down go to the largest remainders; among equal ones to the part
/// named first, so callers give shares in a fixed order. Where the shares do not sum to the whole
/// the total is split in their proportion. No shares, or none above zero, give no parts.
#[must_use]
pub fn split(total: i64, shares_ppm: &[i64]) -> Vec<i64> {
    let whole: i128 = shares_ppm.iter().map(|it| i128::from((*it).max(0))).sum();
    if whole == 0 {
        return Vec::new();
    }
    let exact = shares_ppm
        .iter()
        .map(|it| i128::from(total) * i128::from((*it).max(0)));
    apportion(total, whole, exact)
}

/// Rounds exact fractions to whole units so that they sum to a rounded total: `numerators` over
/// `denominator`, which together make about `total`.
///
/// Used at the edge, where minutes are printed as decimal hours and the printed rows must add up
/// to the printed total.
#[must_use]
pub fn round_to_sum(total: i64, numerators: &[i64], denominator: i64) -> Vec<i64> {
    if denominator <= 0 {
        return Vec::new();
    }
    let exact = numerators.iter().map(|it| i128::from(*it));
    apportion(total, i128::from(denominator), exact)
}

/// As [`round_to_sum`], for numerators and denominators beyond 64 bits.
#[must_use]
pub fn round_large_to_sum(total: i64, numerators: &[i128], denominator: i128) -> Vec<i64> {
    if denominator <= 0 {
        return Vec::new();
    }
    apportion(total, denominator, numerators.iter().copied())
}

/// Floors every fraction, then hands the units that remain to the largest remainders.
fn apportion(total: i64, denominator: i128, numerators: impl Iterator<Item = i128>) -> Vec<i64> {
    let mut parts: Vec<(i64, i128)> = numerators
        .map(|it| {
            let floor = i64::try_from(it.div_euclid(denominator)).unwrap_or(i64::MAX);
            (floor, it.rem_euclid(denominator))
        })
        .collect();
    let given: i64 = parts.iter().map(|(floor, _)| *floor).sum();
    let missing = usize::try_from(total.saturating_sub(given)).unwrap_or_default();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    // Stable: of equal remainders the first part comes first.
    order.sort_by_key(|at| Reverse(parts.get(*at).map(|(_, remainder)| *remainder)));
    for at in order.into_iter().take(missing) {
        if let Some((part, _)) = parts.get_mut(at) {
            *part += 1;
        }
    }
    parts.into_iter().map(|(part, _)| part).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::WHOLE_PPM;
    use super::round_to_sum;
    use super::split;

    #[test]
    fn an_hour_in_thirds_is_twenty_minutes_each() {
        assert_eq!(split(60, &[333_333, 333_333, 333_334]), [20, 20, 20]);
    }

    #[test]
    fn a_minute_that_no_third_can_keep_goes_to_the_largest_remainder() {
        assert_eq!(split(100, &[333_333, 333_333, 333_334]), [33, 33, 34]);
        assert_eq!(split(1, &[400_000, 600_000]), [0, 1]);
    }

    #[test]
    fn of_equal_remainders_the_first_wins() {
        assert_eq!(split(1, &[500_000, 500_000]), [1, 0]);
        assert_eq!(
            split(5, &[250_000, 250_000, 250_000, 250_000]),
            [2, 1, 1, 1]
        );
    }

    #[test]
    fn three_times_twenty_minutes_print_as_one_hour() {
        // In hundredths of an hour: 33.3 each, 100 together.
        assert_eq!(round_to_sum(100, &[2_000, 2_000, 2_000], 60), [34, 33, 33]);
    }

    #[test]
    fn nothing_to_share_among_gives_no_parts() {
        assert!(split(60, &[]).is_empty());
        assert!(split(60, &[0]).is_empty());
    }

    proptest! {
        #[test]
        fn parts_sum_exactly_and_stay_within_one_of_their_share(
            total in 0_i64..10_000_000_000,
            weights in proptest::collection::vec(1_i64..1_000, 1..12),
        ) {
            // Shares as a project holds them: millionths that sum to the whole.
            let sum: i64 = weights.iter().sum();
            let mut shares: Vec<i64> = weights.iter().map(|it| it * WHOLE_PPM / sum).collect();
            shares[0] += WHOLE_PPM - shares.iter().sum::<i64>();

            let parts = split(total, &shares);

            prop_assert_eq!(parts.iter().sum::<i64>(), total);
            for (part, share) in parts.iter().zip(&shares) {
                let exact = i128::from(total) * i128::from(*share);
                let distance = i128::from(*part) * i128::from(WHOLE_PPM) - exact;
                prop_assert!(distance.abs() < i128::from(WHOLE_PPM));
            }
        }

        #[test]
        fn printed_hours_add_up_to_the_printed_total(
            minutes in proptest::collection::vec(0_i64..1_000_000, 0..40),
        ) {
            let total = minutes.iter().sum::<i64>() * 100;
            let printed = (total + 30) / 60;
            let scaled: Vec<i64> = minutes.iter().map(|it| it * 100).collect();

            let rows = round_to_sum(printed, &scaled, 60);

            prop_assert_eq!(rows.iter().sum::<i64>(), printed);
        }
    }
}
