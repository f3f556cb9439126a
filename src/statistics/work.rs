//! From approved work to contributions: in which published place it was, and for which programmes.
//!
//! What finds the work is `worked`; how whole minutes are shared is `apportionment::allocation`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use entity::ids::OrganizationId;
use entity::ids::PersonId;
use entity::ids::ProjectId;
use entity::ids::TagSetId;
use entity::ids::TermId;
use entity::ids::TerritoryId;
use entity::tag_share;
use entity::territory;
use entity::types::TerritoryLevel;
use entity::vocabulary_term;

use crate::apportionment::allocation;
use crate::rollups;
use crate::rollups::PROGRAMME;
use crate::statistics::frame::NONE;
use crate::statistics::frame::Place;
use crate::statistics::ratios;
use crate::statistics::worked::Worked;

/// Work in a published place, for one programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// The smallest published place.
    pub place: Place,
    /// Code of the programme.
    pub programme: String,
    /// How its project is shared among programmes, as `ratios` writes it.
    pub mix: Arc<str>,
    /// Whose; `None` for groups.
    pub person: Option<PersonId>,
    /// Whether it is of groups of one or two people.
    pub is_few: bool,
    /// For which organization.
    pub organization: OrganizationId,
    /// For which project.
    pub project: ProjectId,
    /// Person-minutes, above 0.
    pub minutes: i64,
}

/// The places that have rows.
#[derive(Debug)]
pub struct Places {
    /// Code of the country.
    pub country: String,
    by_id: HashMap<TerritoryId, Place>,
    /// Versions by code, the oldest first.
    versions: BTreeMap<String, Vec<territory::Model>>,
}

impl Places {
    /// Reads the tree: the country, its regions, their provinces and prefectures. Work in anything smaller
    /// counts there, work of a region alone in a row of its own. `None` where there is no country.
    #[must_use]
    pub fn of(territories: Vec<territory::Model>) -> Option<Self> {
        let by_id: HashMap<TerritoryId, &territory::Model> =
            territories.iter().map(|it| (it.id, it)).collect();
        let country = territories
            .iter()
            .find(|it| it.level == TerritoryLevel::Country)?
            .code
            .clone();
        let place = |of: &territory::Model| {
            let (mut region, mut province) = (None, None);
            let mut at = Some(of);
            while let Some(here) = at {
                match here.level {
                    TerritoryLevel::Region => region = Some(here.code.as_str()),
                    TerritoryLevel::Prefecture | TerritoryLevel::Province => {
                        province = Some(here.code.as_str());
                    }
                    _ => {}
                }
                at = here.parent_id.and_then(|it| by_id.get(&it).copied());
            }
            match (region, province) {
                (region, Some(province)) => Place::whole(region.unwrap_or(&country), province),
                (Some(region), None) => Place::own(region),
                (None, None) => Place::own(&country),
            }
        };
        let by_id = territories.iter().map(|it| (it.id, place(it))).collect();
        let mut versions: BTreeMap<String, Vec<territory::Model>> = BTreeMap::new();
        for territory in territories {
            let of = versions.entry(territory.code.clone()).or_default();
            of.push(territory);
        }
        Some(Self {
            country,
            by_id,
            versions,
        })
    }

    /// The rows of an edition that ends on a day, whether anybody worked there or not.
    #[must_use]
    pub fn in_force(&self, day: NaiveDate) -> BTreeSet<Place> {
        let mut found = BTreeSet::from([Place::own(&self.country)]);
        for territory in self.versions.values().flatten() {
            let over = territory.valid_to.is_some_and(|it| it <= day);
            if over || territory.valid_from > day {
                continue;
            }
            if territory.level == TerritoryLevel::Region {
                found.insert(Place::whole(&self.country, &territory.code));
            }
            let published = matches!(
                territory.level,
                TerritoryLevel::Region | TerritoryLevel::Prefecture | TerritoryLevel::Province
            );
            found.extend(self.by_id.get(&territory.id).filter(|_| published).cloned());
        }
        found
    }

    /// Rows with those above them.
    #[must_use]
    pub fn with_those_above(&self, rows: impl IntoIterator<Item = Place>) -> BTreeSet<Place> {
        let mut found = BTreeSet::new();
        for row in rows {
            if row.above != self.country {
                found.insert(Place::whole(&self.country, &row.above));
            }
            found.insert(row);
        }
        found
    }

    /// The territory of a code in its last version that had begun by a day, else its first one.
    #[must_use]
    pub fn version(&self, code: &str, day: NaiveDate) -> Option<TerritoryId> {
        let versions = self.versions.get(code)?;
        let begun = versions.iter().rev().find(|it| it.valid_from <= day);
        begun.or(versions.first()).map(|it| it.id)
    }
}

/// The programmes that have columns.
#[derive(Debug)]
pub struct Programmes {
    terms: Vec<vocabulary_term::Model>,
    by_id: HashMap<TermId, usize>,
    above: rollups::Programmes,
}

impl Programmes {
    /// Of all terms of the vocabulary, in its order.
    #[must_use]
    pub fn of(terms: Vec<vocabulary_term::Model>) -> Self {
        let by_id = terms.iter().enumerate().map(|(at, it)| (it.id, at));
        Self {
            by_id: by_id.collect(),
            above: rollups::Programmes::of(&terms),
            terms,
        }
    }

    /// Codes of the programmes in force on some day of an interval, and [`NONE`].
    #[must_use]
    pub fn in_force(&self, from: NaiveDate, to: NaiveDate) -> BTreeSet<String> {
        let known = self.terms.iter().filter(|it| {
            it.level == PROGRAMME && it.valid_from <= to && it.valid_to.is_none_or(|end| end > from)
        });
        let codes = known.map(|it| it.code.clone());
        codes.chain([NONE.to_owned()]).collect()
    }

    /// The programme of a code in its last version that had begun by a day.
    #[must_use]
    pub fn version(&self, code: &str, day: NaiveDate) -> Option<TermId> {
        let mut versions = self.terms.iter().rev().filter(|it| it.code == code);
        versions.find(|it| it.valid_from <= day).map(|it| it.id)
    }

    /// The shares of each tag set by programme, in the order of the vocabulary.
    #[must_use]
    pub fn shares(&self, shares: &[tag_share::Model]) -> HashMap<TagSetId, BTreeMap<usize, i64>> {
        let mut sets: HashMap<TagSetId, Vec<(TermId, i64)>> = HashMap::new();
        for share in shares {
            let set = sets.entry(share.tag_set_id).or_default();
            set.push((share.term_id, i64::from(share.share_ppm)));
        }
        let placed = |(term, ppm): (TermId, i64)| Some((*self.by_id.get(&term)?, ppm));
        sets.into_iter()
            .map(|(set, shares)| {
                let gathered = self.above.gather(&shares);
                (set, gathered.into_iter().filter_map(placed).collect())
            })
            .collect()
    }

    fn code(&self, at: usize) -> String {
        self.terms
            .get(at)
            .map_or_else(|| NONE.to_owned(), |it| it.code.clone())
    }
}

/// Shares work among programmes. Within a place the minutes of a tag set are shared as in the reports, by
/// largest remainder of their sum; whose minutes they are follows that, to the minute.
#[must_use]
pub fn shared(
    places: &Places,
    programmes: &Programmes,
    shares: &HashMap<TagSetId, BTreeMap<usize, i64>>,
    work: Vec<Worked>,
) -> Vec<Shared> {
    let mut groups: BTreeMap<(Place, Option<TagSetId>), Vec<Worked>> = BTreeMap::new();
    for one in work {
        if let Some(place) = places.by_id.get(&one.whose.territory) {
            let set = one.whose.tag_set.filter(|it| shares.contains_key(it));
            groups.entry((place.clone(), set)).or_default().push(one);
        }
    }
    let mut found = Vec::new();
    for ((place, set), mut work) in groups {
        work.sort_by_key(|it| {
            let whose = (it.whose.person, it.whose.project, it.whose.organization);
            let where_else = (it.whose.territory, it.whose.is_few, it.whose.tag_set);
            (std::cmp::Reverse(it.minutes), whose, where_else)
        });
        let none = BTreeMap::from([(usize::MAX, allocation::WHOLE_PPM)]);
        let columns = set.and_then(|it| shares.get(&it)).unwrap_or(&none);
        let ppm: Vec<i64> = columns.values().copied().collect();
        let codes: Vec<String> = columns.keys().map(|it| programmes.code(*it)).collect();
        let mix = codes.iter().map(String::as_str).zip(ppm.iter().copied());
        let mix: Arc<str> = ratios::written(mix).into();
        let parts = apportioned(&work, &ppm);
        for (one, parts) in work.iter().zip(parts) {
            for (code, minutes) in codes.iter().zip(parts) {
                if minutes > 0 {
                    found.push(Shared {
                        place: place.clone(),
                        programme: code.clone(),
                        mix: Arc::clone(&mix),
                        person: one.whose.person,
                        is_few: one.whose.is_few,
                        organization: one.whose.organization,
                        project: one.whose.project,
                        minutes,
                    });
                }
            }
        }
    }
    found
}

/// Splits each piece of work by shares, so that the pieces add up to the split of their sum.
fn apportioned(work: &[Worked], ppm: &[i64]) -> Vec<Vec<i64>> {
    let mut parts: Vec<Vec<i64>> = work
        .iter()
        .map(|it| allocation::split(it.minutes, ppm))
        .collect();
    let total = work.iter().map(|it| it.minutes).sum();
    // What each programme is short of; together nothing.
    let mut short = allocation::split(total, ppm);
    for part in &parts {
        for (short, minutes) in short.iter_mut().zip(part) {
            *short -= minutes;
        }
    }
    // Each piece gives a minute at a time, the largest first; it lacks less than one for each piece.
    let mut moved = true;
    while moved {
        moved = false;
        for part in &mut parts {
            let to = short.iter().position(|it| *it > 0);
            let mut pairs = short.iter().zip(part.iter());
            let from = pairs.position(|(short, minutes)| *short < 0 && *minutes > 0);
            let (Some(to), Some(from)) = (to, from) else {
                continue;
            };
            for (at, by) in [(to, 1), (from, -1)] {
                if let (Some(minutes), Some(short)) = (part.get_mut(at), short.get_mut(at)) {
                    *minutes += by;
                    *short -= by;
                }
            }
            moved = true;
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::statistics::worked::Whose;

    fn worked(minutes: i64) -> Worked {
        Worked {
            whose: Whose {
                person: Some(PersonId(Uuid::nil())),
                is_few: false,
                project: ProjectId(Uuid::nil()),
                organization: OrganizationId(Uuid::nil()),
                territory: TerritoryId(Uuid::nil()),
                tag_set: None,
            },
            minutes,
        }
    }

    #[test]
    fn pieces_add_up_to_themselves_and_to_the_split_of_their_sum() {
        let work: Vec<Worked> = (1..200).map(|it| worked(it * 7 % 91 + 1)).collect();
        let total: i64 = work.iter().map(|it| it.minutes).sum();
        for ppm in [
            vec![1_000_000],
            vec![500_000, 500_000],
            vec![333_333, 333_333, 333_334],
            vec![10, 999_990],
        ] {
            let parts = apportioned(&work, &ppm);

            for (one, parts) in work.iter().zip(&parts) {
                assert_eq!(parts.iter().sum::<i64>(), one.minutes);
                assert!(parts.iter().all(|it| *it >= 0));
            }
            let sums: Vec<i64> = (0..ppm.len())
                .map(|at| parts.iter().map(|it| it[at]).sum())
                .collect();
            assert_eq!(sums, allocation::split(total, &ppm));
        }
    }
}
