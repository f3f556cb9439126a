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
use crate::statistics::shape::Shape;
use crate::statistics::shape::YEAR;

/// The share of a protected value, in percent, by which the published figures must leave it open in
/// both directions; also the least that all but the two largest must have beside the largest.
pub const SHARE_PERCENT: i64 = 10;

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
    organizations: BTreeSet<OrganizationId>,
    projects: BTreeSet<ProjectId>,
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
        if let Some(person) = part.person {
            *self.people.entry(person).or_default() += part.minutes;
        }
        self.organizations.insert(part.organization);
        self.projects.insert(part.project);
    }

    fn join(&mut self, other: &Self) {
        self.minutes += other.minutes;
        for (person, minutes) in &other.people {
            *self.people.entry(*person).or_default() += minutes;
        }
        self.organizations.extend(&other.organizations);
        self.projects.extend(&other.projects);
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
    /// The second is the p-percent rule with p = [`SHARE_PERCENT`]; groups are among the rest.
    #[must_use]
    pub fn is_sensitive(&self, threshold: usize) -> bool {
        if self.people.len() < threshold {
            return true;
        }
        let (mut first, mut second) = (0, 0);
        for minutes in self.people.values() {
            if *minutes > first {
                (first, second) = (*minutes, first);
            } else if *minutes > second {
                second = *minutes;
            }
        }
        let rest = self.minutes - first - second;
        rest * 100 < first * SHARE_PERCENT
    }
}

/// The cells of one year, as far as they are or become published.
#[derive(Clone, Debug)]
pub struct Table {
    /// How cells lie in each other.
    pub shape: Shape,
    /// Fewer people than this are too few.
    threshold: usize,
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
            threshold,
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
        amount.is_some_and(|it| it.is_sensitive(self.threshold))
    }

    /// Whether cells together, of which only the sum could be known, say too much of few people.
    #[must_use]
    pub fn is_sensitive_together(&self, cells: &[Cell]) -> bool {
        let mut sum = Amount::default();
        for amount in cells.iter().filter_map(|it| self.amount(*it)) {
            sum.join(amount);
        }
        sum.is_sensitive(self.threshold)
    }

    /// Whether a count of a published cell is kept back.
    #[must_use]
    pub fn is_withheld(&self, cell: Cell, count: Count) -> bool {
        self.withheld.contains(&(cell, count))
    }

    /// Keeps back the counts of published cells by which the counts of a suppressed cell could be known.
    ///
    /// A part counts at most what its whole counts, and the whole at most the sum of its parts. A count is
    /// published only where it is above that of every suppressed cell and every withheld count within:
    /// then another table with the same published counts has one more in each of those.
    pub fn withhold_counts(&mut self) {
        for count in Count::ALL {
            let mut open: Vec<Cell> = self.suppressed.iter().copied().collect();
            let earlier = self.withheld.iter().filter(|(_, it)| *it == count);
            open.extend(earlier.map(|(cell, _)| *cell));
            while let Some(inner) = open.pop() {
                let within = self.amount(inner).map_or(0, |it| it.count(count));
                for outer in self.shape.containing(inner) {
                    let counted = self.amount(outer).map_or(0, |it| it.count(count));
                    let open_to = outer.slot == self.current && self.is_shown(outer);
                    if open_to && counted <= within && self.withheld.insert((outer, count)) {
                        open.push(outer);
                    }
                }
            }
        }
    }
}
