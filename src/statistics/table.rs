//! What the cells of one year hold, which of them say too much of few people, and which are suppressed.
//!
//! Which others must be suppressed with them is decided in `protect`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use entity::ids::OrganizationId;
use entity::ids::PersonId;
use entity::ids::ProjectId;

use crate::statistics::shape::Cell;
use crate::statistics::shape::Direction;
use crate::statistics::shape::ROOT;
use crate::statistics::shape::Shape;
use crate::statistics::shape::TOTAL;
use crate::statistics::shape::YEAR;

/// The share of a protected value, in percent, by which the published figures must leave it open in
/// both directions; also the least that all but the two largest must have beside the largest.
pub const SHARE_PERCENT: i64 = 10;

/// The quarters and the year.
const SLOTS: usize = 5;

/// Columns of programmes with their shares of a project, in millionths.
pub type Mix = Vec<(usize, i64)>;

/// Work of one person, or of groups, for one project in one place, programme and quarter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// The quarter, 0 to 3.
    pub slot: u8,
    /// The smallest place.
    pub leaf: usize,
    /// The programme.
    pub column: usize,
    /// Whose; `None` for groups, whose people are not named.
    pub person: Option<PersonId>,
    /// Whether it is of groups of one or two people.
    pub is_few: bool,
    /// For which organization.
    pub organization: OrganizationId,
    /// For which project.
    pub project: ProjectId,
    /// How many minutes, above 0.
    pub minutes: i64,
}

/// What a cell holds.
#[derive(Clone, Debug, Default)]
pub struct Amount {
    /// Person-minutes, those of groups too.
    pub minutes: i64,
    people: BTreeMap<PersonId, i64>,
    groups: BTreeMap<(OrganizationId, ProjectId), Groups>,
    organizations: BTreeSet<OrganizationId>,
    projects: BTreeSet<ProjectId>,
}

/// Minutes of the groups of one project: who leads them knows them as one.
#[derive(Clone, Copy, Debug, Default)]
struct Groups {
    all: i64,
    /// Of groups of more than two people.
    many: i64,
}

/// What is counted in a cell beside its minutes: each once, so that counts do not add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Count {
    /// Distinct named people.
    Volunteers,
    /// Distinct organizations.
    Organizations,
    /// Distinct projects.
    Projects,
}

impl Count {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Volunteers, Self::Organizations, Self::Projects];
}

impl Amount {
    fn add(&mut self, part: &Contribution) {
        self.minutes += part.minutes;
        match part.person {
            Some(person) => *self.people.entry(person).or_default() += part.minutes,
            None => {
                let whose = (part.organization, part.project);
                let groups = self.groups.entry(whose).or_default();
                groups.all += part.minutes;
                groups.many += if part.is_few { 0 } else { part.minutes };
            }
        }
        self.organizations.insert(part.organization);
        self.projects.insert(part.project);
    }

    fn join(&mut self, other: &Self) {
        self.minutes += other.minutes;
        for (person, minutes) in &other.people {
            *self.people.entry(*person).or_default() += minutes;
        }
        for (whose, groups) in &other.groups {
            let own = self.groups.entry(*whose).or_default();
            own.all += groups.all;
            own.many += groups.many;
        }
    }

    /// Whose it is where one named person did all of it: they know it.
    #[must_use]
    pub fn sole(&self) -> Option<PersonId> {
        let mut people = self.people.keys();
        match (people.next(), people.next(), self.groups.is_empty()) {
            (Some(person), None, true) => Some(*person),
            _ => None,
        }
    }

    /// One of its counts.
    #[must_use]
    pub fn count(&self, count: Count) -> usize {
        match count {
            Count::Volunteers => self.people.len(),
            Count::Organizations => self.organizations.len(),
            Count::Projects => self.projects.len(),
        }
    }

    /// Whether it says too much of few people: fewer than `threshold` of them, or one so large that
    /// the second largest, who knows their own part, would know it nearly.
    ///
    /// The second is the p-percent rule with p = [`SHARE_PERCENT`]. The groups of a project are as one
    /// person in it, whom they neither hide nor expose; those of one or two people are never the rest.
    #[must_use]
    pub fn is_sensitive(&self, threshold: usize) -> bool {
        self.is_sensitive_without(threshold, None)
    }

    /// The same for whoever takes off what one person did here, in so many minutes.
    fn is_sensitive_without(&self, threshold: usize, known: Option<(PersonId, i64)>) -> bool {
        let people = self.people.iter().filter_map(|(person, minutes)| {
            let known = known.filter(|(it, _)| it == person);
            let left = minutes - known.map_or(0, |(_, it)| it);
            (left > 0).then_some((left, left))
        });
        let groups = self.groups.values().map(|it| (it.all, it.many));
        let mut count = 0_usize;
        // By all their minutes, each with those that count as rest.
        let (mut first, mut second) = ((0, 0), (0, 0));
        let mut rest = 0;
        let counted = people.inspect(|_| count += 1).chain(groups);
        for one in counted {
            rest += one.1;
            if one > first {
                (first, second) = (one, first);
            } else if one > second {
                second = one;
            }
        }
        rest -= first.1 + second.1;
        count < threshold || rest * 100 < first.0 * SHARE_PERCENT
    }
}

/// The cells of one year, as far as they are or become published.
#[derive(Clone, Debug)]
pub struct Table {
    /// How cells lie in each other.
    pub shape: Shape,
    /// Fewer people than this are too few, in each slot.
    thresholds: [usize; SLOTS],
    /// What is known of the projects of a place: which shares of work its programmes have.
    mixes: BTreeMap<(u8, usize), BTreeSet<Mix>>,
    /// The slot that is about to be published; those before it cannot change any more.
    current: u8,
    /// Cells that are not zero.
    amounts: BTreeMap<Cell, Amount>,
    suppressed: BTreeSet<Cell>,
    withheld: BTreeSet<(Cell, Count)>,
}

impl Table {
    /// The table before anything of `current` is suppressed. For a quarter it takes contributions of
    /// that quarter alone, for the year those of all four.
    #[must_use]
    pub fn of(
        shape: Shape,
        threshold: usize,
        current: u8,
        parts: impl IntoIterator<Item = Contribution>,
    ) -> Self {
        let mut amounts: BTreeMap<Cell, Amount> = BTreeMap::new();
        for part in parts {
            let own = Cell {
                slot: part.slot,
                node: part.leaf,
                column: part.column,
            };
            for cell in shape.containing(own) {
                if current == YEAR || cell.slot == current {
                    amounts.entry(cell).or_default().add(&part);
                }
            }
        }
        Self {
            shape,
            thresholds: [threshold; SLOTS],
            mixes: BTreeMap::new(),
            current,
            amounts,
            suppressed: BTreeSet::new(),
            withheld: BTreeSet::new(),
        }
    }

    /// Notes a cell of an earlier edition that was suppressed.
    pub fn was_suppressed(&mut self, cell: Cell) {
        self.suppressed.insert(cell);
    }

    /// Notes a count of an earlier edition that was withheld.
    pub fn was_withheld(&mut self, cell: Cell, count: Count) {
        self.withheld.insert((cell, count));
    }

    /// Judges an earlier quarter by the threshold by which it was published, and the year by the largest.
    pub fn was_published_by(&mut self, slot: u8, threshold: usize) {
        let year = self.threshold(YEAR).max(threshold);
        for (slot, threshold) in [(slot, threshold), (YEAR, year)] {
            if let Some(own) = self.thresholds.get_mut(usize::from(slot)) {
                *own = threshold;
            }
        }
    }

    fn threshold(&self, slot: u8) -> usize {
        let own = self.thresholds.get(usize::from(slot));
        own.copied().unwrap_or(usize::MAX)
    }

    /// Notes that in a place there is work that is shared among programmes like this.
    pub fn note_mix(&mut self, slot: u8, leaf: usize, mix: Mix) {
        self.mixes.entry((slot, leaf)).or_default().insert(mix);
    }

    /// How work of a place is shared among programmes, by quarter and place.
    pub fn mixes(&self) -> impl Iterator<Item = (&(u8, usize), &BTreeSet<Mix>)> {
        self.mixes.iter()
    }

    /// All published cells that are not zero, those of earlier editions too.
    pub fn shown(&self) -> impl Iterator<Item = Cell> {
        let all = self.amounts.keys().copied();
        all.filter(|it| !self.suppressed.contains(it))
    }

    /// Whether the year is among what is published.
    #[must_use]
    pub fn has_year(&self) -> bool {
        self.current == YEAR
    }

    /// The slot that is about to be published.
    #[must_use]
    pub fn current(&self) -> u8 {
        self.current
    }

    /// What a cell holds; `None` for nothing.
    #[must_use]
    pub fn amount(&self, cell: Cell) -> Option<&Amount> {
        self.amounts.get(&cell)
    }

    /// The minutes of a cell.
    #[must_use]
    pub fn minutes(&self, cell: Cell) -> i64 {
        self.amount(cell).map_or(0, |it| it.minutes)
    }

    /// The minutes of the largest part of a cell that has no parts itself.
    #[must_use]
    pub fn largest_part(&self, cell: Cell) -> i64 {
        let mut parts = Vec::new();
        for direction in Direction::ALL {
            parts = self.shape.parts(cell, direction);
            if !parts.is_empty() {
                break;
            }
        }
        match parts.into_iter().map(|it| self.largest_part(it)).max() {
            Some(largest) => largest,
            None => self.minutes(cell),
        }
    }

    /// Cells of the current slot that are not zero.
    pub fn current_cells(&self) -> impl Iterator<Item = Cell> {
        let current = self.current;
        self.amounts
            .keys()
            .copied()
            .filter(move |it| it.slot == current)
    }

    /// All suppressed cells, those of earlier editions too.
    pub fn suppressed(&self) -> impl Iterator<Item = Cell> {
        self.suppressed.iter().copied()
    }

    /// Whether a cell is suppressed.
    #[must_use]
    pub fn is_suppressed(&self, cell: Cell) -> bool {
        self.suppressed.contains(&cell)
    }

    /// Whether a cell with something in it is published.
    #[must_use]
    pub fn is_shown(&self, cell: Cell) -> bool {
        self.amounts.contains_key(&cell) && !self.is_suppressed(cell)
    }

    /// Whether a cell can still be suppressed, with an effect: a year whose quarters are all published
    /// is their sum, whatever is said of it.
    #[must_use]
    pub fn may_suppress(&self, cell: Cell) -> bool {
        cell.slot == self.current
            && self.is_shown(cell)
            && (cell.slot != YEAR || {
                let mut quarters = self.shape.parts(cell, Direction::Time).into_iter();
                quarters.any(|it| self.is_suppressed(it))
            })
    }

    /// Suppresses a cell of the current slot.
    pub fn suppress(&mut self, cell: Cell) {
        self.suppressed.insert(cell);
    }

    /// Whether what a cell holds says too much of few people.
    #[must_use]
    pub fn is_sensitive(&self, cell: Cell) -> bool {
        let amount = self.amount(cell);
        amount.is_some_and(|it| it.is_sensitive(self.threshold(cell.slot)))
    }

    /// The person who alone did all that a cell holds, and so knows it.
    #[must_use]
    pub fn sole(&self, cell: Cell) -> Option<PersonId> {
        self.amount(cell)?.sole()
    }

    /// Whether cells together, of which only the sum could be known, say too much of few people: to
    /// everybody, or to one who alone fills some of them and takes those off.
    #[must_use]
    pub fn is_sensitive_together(&self, cells: &[Cell]) -> bool {
        let mut sum = Amount::default();
        let mut threshold = 0;
        let mut known: BTreeMap<PersonId, (usize, i64)> = BTreeMap::new();
        let mut filled = 0;
        for cell in cells {
            let Some(amount) = self.amount(*cell) else {
                continue;
            };
            sum.join(amount);
            threshold = threshold.max(self.threshold(cell.slot));
            filled += 1;
            if let Some(person) = amount.sole() {
                let known = known.entry(person).or_default();
                known.0 += 1;
                known.1 += amount.minutes;
            }
        }
        // Where nothing is left for them, it is their own.
        sum.is_sensitive(threshold)
            || known.into_iter().any(|(person, (cells, minutes))| {
                cells < filled && sum.is_sensitive_without(threshold, Some((person, minutes)))
            })
    }

    /// Whether a count of a published cell is kept back.
    #[must_use]
    pub fn is_withheld(&self, cell: Cell, count: Count) -> bool {
        self.withheld.contains(&(cell, count))
    }

    /// Keeps back the counts of published cells by which the counts of a suppressed cell could be known.
    ///
    /// Those of every cell in which a suppressed one lies: a project has mostly one place and one
    /// programme, and many people too, so that counts add up, and published sums show where they do. But
    /// the people of the whole country are counted where they are more than those of every suppressed cell
    /// and every withheld count within: then another table has one more in each of those.
    pub fn withhold_counts(&mut self) {
        for count in Count::ALL {
            let mut open: Vec<Cell> = self.suppressed.iter().copied().collect();
            let earlier = self.withheld.iter().filter(|(_, it)| *it == count);
            open.extend(earlier.map(|(cell, _)| *cell));
            while let Some(inner) = open.pop() {
                let within = self.amount(inner).map_or(0, |it| it.count(count));
                for outer in self.shape.containing(inner) {
                    let counted = self.amount(outer).map_or(0, |it| it.count(count));
                    let is_top = outer.node == ROOT && outer.column == TOTAL;
                    let tells = count != Count::Volunteers || !is_top || counted <= within;
                    let open_to = outer.slot == self.current && self.is_shown(outer);
                    if open_to && tells && self.withheld.insert((outer, count)) {
                        open.push(outer);
                    }
                }
            }
        }
    }
}
