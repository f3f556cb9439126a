//! Minutes of rows by what shows the work: every row of a breakdown foots by it, too.
//!
//! The rows themselves are put together in `indh`.

use std::collections::BTreeMap;

use entity::types::EvidenceLevel;

use crate::impact::allocation;

/// Minutes by what shows them, the weakest first; a level that is missing has none.
pub type Levels = BTreeMap<EvidenceLevel, i64>;

/// Shares minutes among levels in proportion to weights: by largest remainder, so that they sum to the
/// minutes. A level may differ by a minute between programmes and the whole.
pub(super) fn share(minutes: i64, weights: &Levels) -> Levels {
    let parts: Vec<i64> = weights.values().copied().collect();
    let levels = weights.keys().copied();
    levels.zip(allocation::split(minutes, &parts)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sea_orm::Iterable;

    use super::*;

    proptest! {
        #[test]
        fn levels_of_a_share_sum_to_the_share(
            weights in prop::collection::vec(0_i64..100_000, 5), minutes in 0_i64..1_000_000,
        ) {
            prop_assume!(weights.iter().sum::<i64>() > 0);
            let shown: Levels = EvidenceLevel::iter().zip(weights).collect();
            let levels = share(minutes, &shown);
            prop_assert_eq!(levels.values().sum::<i64>(), minutes);
            prop_assert!(levels.values().all(|it| *it >= 0));
        }
    }
}
