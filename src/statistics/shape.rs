//! The shape of what is published of one year: places within places, programmes, quarters.
//!
//! Cells are addressed here and hold nothing; what they hold is in `table`.

use std::ops::RangeInclusive;

/// The slot of the whole year, after those of its four quarters.
pub const YEAR: u8 = 4;
/// The column of all programmes together.
pub const TOTAL: usize = 0;
/// The node of the whole country.
pub const ROOT: usize = 0;

/// The address of one cell. A smaller cell lies in a larger one in up to three directions: its place in
/// the place above, its programme in the total, its quarter in the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// 0 to 3, a quarter, or [`YEAR`].
    pub slot: u8,
    /// A place, [`ROOT`] the country.
    pub node: usize,
    /// A programme, or [`TOTAL`].
    pub column: usize,
}

/// A direction in which cells add up to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The places directly below one.
    Place,
    /// The programmes of a total.
    Programme,
    /// The quarters of a year.
    Time,
}

impl Direction {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Place, Self::Programme, Self::Time];
}

/// Places as a tree, and the number of programmes.
#[derive(Clone, Debug)]
pub struct Shape {
    parents: Vec<Option<usize>>,
    below: Vec<Vec<usize>>,
    columns: usize,
}

impl Shape {
    /// A country without places below it, with so many programmes.
    #[must_use]
    pub fn of(columns: usize) -> Self {
        Self {
            parents: vec![None],
            below: vec![Vec::new()],
            columns,
        }
    }

    /// Puts a place below another, and gives its node. Work that is known of the place above and of none
    /// below it needs a node of its own there, so that places below add up.
    pub fn add(&mut self, parent: usize) -> usize {
        let node = self.parents.len();
        self.parents.push(Some(parent));
        self.below.push(Vec::new());
        if let Some(below) = self.below.get_mut(parent) {
            below.push(node);
        }
        node
    }

    /// All nodes, each place before those below it.
    #[must_use]
    pub fn nodes(&self) -> std::ops::Range<usize> {
        0..self.parents.len()
    }

    /// The columns of the programmes.
    #[must_use]
    pub fn programmes(&self) -> RangeInclusive<usize> {
        1..=self.columns
    }

    /// The place directly above.
    #[must_use]
    pub fn parent(&self, node: usize) -> Option<usize> {
        self.parents.get(node).copied().flatten()
    }

    /// The places directly below.
    #[must_use]
    pub fn below(&self, node: usize) -> &[usize] {
        self.below.get(node).map_or(&[], Vec::as_slice)
    }

    /// A place and all above it, up to the country.
    #[must_use]
    pub fn path(&self, node: usize) -> Vec<usize> {
        let mut path = vec![node];
        let mut at = node;
        while let Some(parent) = self.parent(at) {
            path.push(parent);
            at = parent;
        }
        path
    }

    /// The places at or below one that have none below them.
    #[must_use]
    pub fn leaves(&self, node: usize) -> Vec<usize> {
        let mut leaves = Vec::new();
        let mut open = vec![node];
        while let Some(at) = open.pop() {
            match self.below(at) {
                [] => leaves.push(at),
                below => open.extend(below.iter().rev()),
            }
        }
        leaves
    }

    /// The cells that add up to a cell in a direction; none where it has no parts there.
    #[must_use]
    pub fn parts(&self, cell: Cell, direction: Direction) -> Vec<Cell> {
        match direction {
            Direction::Place => {
                let below = self.below(cell.node).iter();
                below.map(|it| Cell { node: *it, ..cell }).collect()
            }
            Direction::Programme if cell.column == TOTAL => self
                .programmes()
                .map(|column| Cell { column, ..cell })
                .collect(),
            Direction::Time if cell.slot == YEAR => {
                (0..YEAR).map(|slot| Cell { slot, ..cell }).collect()
            }
            Direction::Programme | Direction::Time => Vec::new(),
        }
    }

    /// The cell of which a cell is directly a part in a direction.
    #[must_use]
    pub fn whole(&self, cell: Cell, direction: Direction) -> Option<Cell> {
        match direction {
            Direction::Place => self.parent(cell.node).map(|node| Cell { node, ..cell }),
            Direction::Programme => (cell.column != TOTAL).then_some(Cell {
                column: TOTAL,
                ..cell
            }),
            Direction::Time => (cell.slot != YEAR).then_some(Cell { slot: YEAR, ..cell }),
        }
    }

    /// A cell and all in which it lies.
    #[must_use]
    pub fn containing(&self, cell: Cell) -> Vec<Cell> {
        let mut found = Vec::new();
        let columns = if cell.column == TOTAL {
            vec![TOTAL]
        } else {
            vec![cell.column, TOTAL]
        };
        let slots = if cell.slot == YEAR {
            vec![YEAR]
        } else {
            vec![cell.slot, YEAR]
        };
        for node in self.path(cell.node) {
            for column in &columns {
                for slot in &slots {
                    found.push(Cell {
                        slot: *slot,
                        node,
                        column: *column,
                    });
                }
            }
        }
        found
    }
}
