//! Minutes of rows by what shows the work: every row of a breakdown foots by it, too.
//!
//! The rows themselves are put together in `indh`.

use std::collections::BTreeMap;
use std::collections::HashMap;

use entity::ids::TagSetId;
use entity::types::EvidenceLevel;
use sea_orm::ActiveEnum;
use sea_orm::Iterable;

use crate::impact::allocation;
use crate::reports::store::Line;

/// Minutes by what shows them, the weakest first; a level that is missing has none.
pub type Levels = BTreeMap<EvidenceLevel, i64>;

/// Minutes by evidence level of each row of a part, by the row's label.
pub(super) fn by_key<'a>(lines: &'a [Line], part: &str) -> HashMap<&'a str, Levels> {
    let mut found: HashMap<&str, Levels> = HashMap::new();
    for line in lines.iter().filter(|it| it.part == part) {
        if let Some((label, level)) = read(line) {
            *found.entry(label).or_default().entry(level).or_default() += line.minutes;
        }
    }
    found
}

/// Minutes by evidence level of each tag set.
pub(super) fn by_set(lines: &[Line]) -> HashMap<TagSetId, Levels> {
    let mut found: HashMap<TagSetId, Levels> = HashMap::new();
    for line in lines.iter().filter(|it| it.part == "SET_EVIDENCE") {
        if let (Some(set), Some((_, level))) = (line.tag_set_id, read(line)) {
            *found.entry(set).or_default().entry(level).or_default() += line.minutes;
        }
    }
    found
}

/// Shares minutes of a programme among levels as those of its tag set are shared: by largest remainder,
/// so that they sum to the minutes. A level may differ by a minute between programmes and the whole.
pub(super) fn share(minutes: i64, shown: &Levels, into: &mut Levels) {
    let weights: Vec<i64> = shown.values().copied().collect();
    for (level, part) in shown.keys().zip(allocation::split(minutes, &weights)) {
        *into.entry(*level).or_default() += part;
    }
}

/// The label of a row and the level of a line.
fn read(line: &Line) -> Option<(&str, EvidenceLevel)> {
    let (label, word) = line.label.as_deref()?.rsplit_once(' ')?;
    let level = EvidenceLevel::iter().find(|it| it.to_value() == word)?;
    Some((label, level))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn levels_of_a_share_sum_to_the_share(
            weights in prop::collection::vec(0_i64..100_000, 5), minutes in 0_i64..1_000_000,
        ) {
            prop_assume!(weights.iter().sum::<i64>() > 0);
            let shown: Levels = EvidenceLevel::iter().zip(weights).collect();
            let mut levels = Levels::new();
            share(minutes, &shown, &mut levels);
            prop_assert_eq!(levels.values().sum::<i64>(), minutes);
            prop_assert!(levels.values().all(|it| *it >= 0));
        }
    }
}
