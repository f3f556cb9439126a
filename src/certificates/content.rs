//! What is certified: minutes, days and projects of approved work, and a digest of all of it.
//!
//! Pure. The same function says what was certified and what the hours say later, so that both can be compared.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt::Write;

use chrono::NaiveDate;
use entity::ids::EntryId;
use entity::ids::ProjectId;
use serde::Deserialize;
use serde::Serialize;

use crate::platform::crypto::sha256;

/// Changes whenever the same work is written otherwise.
const FORM: &str = "1";

/// Approved minutes of one entry on one civil day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Worked {
    /// The entry.
    pub entry: EntryId,
    /// Its project.
    pub project: ProjectId,
    /// The day.
    pub day: NaiveDate,
    /// The minutes.
    pub minutes: i64,
}

/// What hours of an interval come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certified {
    /// All minutes.
    pub minutes: i64,
    /// Entries with a minute in the interval.
    pub entries: usize,
    /// First day with work.
    pub first_day: NaiveDate,
    /// Last day with work.
    pub last_day: NaiveDate,
    /// Minutes by project, in the order in which the projects came to be; they add up to all.
    pub projects: Vec<(ProjectId, i64)>,
    /// SHA-256 of the work, entry by entry and day by day.
    pub digest: Vec<u8>,
}

/// Adds work up; `None` where there is none.
#[must_use]
pub fn certified(work: impl IntoIterator<Item = Worked>) -> Option<Certified> {
    // In an order of its own: databases differ in theirs.
    let work: BTreeSet<Worked> = work.into_iter().collect();
    let mut projects: BTreeMap<ProjectId, i64> = BTreeMap::new();
    let mut text = format!("{FORM}\n");
    for it in &work {
        *projects.entry(it.project).or_default() += it.minutes;
        // Writing to a text cannot fail.
        let _infallible = writeln!(
            text,
            "{} {} {} {}",
            it.entry, it.project, it.day, it.minutes
        );
    }
    let entries: BTreeSet<EntryId> = work.iter().map(|it| it.entry).collect();
    Some(Certified {
        minutes: work.iter().map(|it| it.minutes).sum(),
        entries: entries.len(),
        first_day: work.iter().map(|it| it.day).min()?,
        last_day: work.iter().map(|it| it.day).max()?,
        projects: projects.into_iter().collect(),
        digest: sha256(text.as_bytes()),
    })
}

/// Minutes of a project, with its titles when they were certified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Share {
    /// The project.
    pub project: ProjectId,
    /// Its title in Latin script.
    pub title: String,
    /// Its title in Arabic script.
    pub title_ar: Option<String>,
    /// Approved minutes.
    pub minutes: i64,
}

/// Projects as they are kept.
#[must_use]
pub fn write(shares: &[Share]) -> String {
    serde_json::to_string(shares).unwrap_or_default()
}

/// Projects as they were kept.
#[must_use]
pub fn read(text: &str) -> Vec<Share> {
    serde_json::from_str(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn worked(entry: u128, project: u128, day: u64, minutes: i64) -> Worked {
        let first: NaiveDate = "2026-01-01".parse().unwrap();
        Worked {
            entry: EntryId(Uuid::from_u128(entry)),
            project: ProjectId(Uuid::from_u128(project)),
            day: first + chrono::Days::new(day),
            minutes,
        }
    }

    #[test]
    fn nothing_is_no_certificate() {
        assert_eq!(certified([]), None);
    }

    #[test]
    fn a_night_is_one_entry_on_two_days() {
        let all = certified([worked(1, 1, 0, 90), worked(1, 1, 1, 50)]).unwrap();

        assert_eq!((all.minutes, all.entries, all.projects.len()), (140, 1, 1));
        assert!(all.first_day < all.last_day);
    }

    proptest! {
        #[test]
        fn projects_add_up_and_every_change_is_noticed(
            given in prop::collection::btree_map((0_u128..9, 0_u64..30), (0_u128..3, 1_i64..600), 1..20),
            at in any::<prop::sample::Index>(),
            more in 1_i64..60,
        ) {
            let work: Vec<Worked> = given
                .iter()
                .map(|((entry, day), (project, minutes))| worked(*entry, *project, *day, *minutes))
                .collect();
            let all = certified(work.clone()).unwrap();
            prop_assert_eq!(all.projects.iter().map(|it| it.1).sum::<i64>(), all.minutes);

            let mut turned = work.clone();
            turned.reverse();
            prop_assert_eq!(&certified(turned).unwrap(), &all);
            let mut longer = work.clone();
            longer[at.index(work.len())].minutes += more;
            prop_assert_ne!(&certified(longer).unwrap().digest, &all.digest);
            let mut fewer = work.clone();
            fewer.remove(at.index(work.len()));
            prop_assert_ne!(certified(fewer).map(|it| it.digest), Some(all.digest));
        }
    }
}
