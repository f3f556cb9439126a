//! Rounds fractions that flow from node to node so that as much comes to each node as leaves it.
//!
//! Michael Bacharach, "Matrix rounding problems", Management Science 12 (1966); Lawrence Cox, "A constructive
//! procedure for unbiased controlled rounding", Journal of the American Statistical Association 82 (1987). A single
//! table is laid out as such a flow in `controlled`.

use std::collections::HashMap;
use std::collections::HashSet;
use std::collections::VecDeque;

/// Where flows meet. As much comes to each node as leaves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Node(usize);

/// Fractions that flow from node to node, over one denominator: a field flows from its row to its column, a row
/// from the whole to its fields, a column from its fields to the whole. Tables that share their rows, and rows
/// that lie in others, are flows, too; so that all of them can be rounded at once.
#[derive(Clone, Debug)]
pub struct Flow {
    pipes: Vec<Pipe>,
    nodes: usize,
    denominator: i128,
}

/// What flows from one node to another.
#[derive(Clone, Copy, Debug)]
struct Pipe {
    from: Node,
    to: Node,
    /// The whole number below it.
    below: i128,
    /// What it is above that: the denominator at most.
    above: i128,
    /// What it should come to above that, 0 or 1.
    wish: Option<i128>,
}

/// Pipes that are not whole numbers, by the nodes at their ends.
type Links = HashMap<Node, Vec<usize>>;

impl Flow {
    /// No flow yet, of fractions over a denominator of at least 1.
    #[must_use]
    pub fn new(denominator: i128) -> Self {
        Self {
            pipes: Vec::new(),
            nodes: 0,
            denominator: denominator.max(1),
        }
    }

    /// One more node.
    pub fn node(&mut self) -> Node {
        self.nodes += 1;
        Node(self.nodes)
    }

    /// One more pipe, by the numerator of what flows through it; gives its place among them.
    pub fn pipe(&mut self, from: Node, to: Node, numerator: i128) -> usize {
        self.pipes.push(Pipe {
            from,
            to,
            below: numerator.div_euclid(self.denominator),
            above: numerator.rem_euclid(self.denominator),
            wish: None,
        });
        self.pipes.len() - 1
    }

    /// Says which of the whole numbers next to it a pipe should come to, where all the rest allows. Others are no
    /// wish.
    pub fn wish(&mut self, pipe: usize, whole: i64) {
        if let Some(pipe) = self.pipes.get_mut(pipe) {
            let above = i128::from(whole) - pipe.below;
            let is_next = pipe.above != 0 && (0..=1).contains(&above);
            pipe.wish = is_next.then_some(above);
        }
    }

    /// Rounds what flows through each pipe, in their order, so that as much comes to each node as leaves it.
    ///
    /// There always is such a flow; one with all wishes not always. The same flow gives the same numbers.
    #[must_use]
    pub fn round(mut self) -> Vec<i64> {
        let mut links = Links::new();
        for (at, pipe) in self.pipes.iter().enumerate() {
            if pipe.above != 0 {
                links.entry(pipe.from).or_default().push(at);
                links.entry(pipe.to).or_default().push(at);
            }
        }
        let mut open = links.clone();
        for start in 0..self.pipes.len() {
            while self.is_open(start) {
                let Some(cycle) = self.cycle(&mut open, start) else {
                    break;
                };
                self.shift(&cycle);
            }
        }
        self.steer(&links);
        let pipes = self.pipes.iter();
        pipes
            .map(|it| {
                // One that could not be moved, where nodes do not balance, goes to the nearer number.
                let up = i128::from(it.above * 2 >= self.denominator);
                i64::try_from(it.below + up).unwrap_or(i64::MAX)
            })
            .collect()
    }

    fn is_open(&self, at: usize) -> bool {
        let pipe = self.pipes.get(at);
        pipe.is_some_and(|it| it.above != 0 && it.above != self.denominator)
    }

    /// A round trip over open pipes: each by its place, and whether it is gone along. As much comes to each node
    /// as leaves it, so that whoever comes by one open pipe can leave by another.
    fn cycle(&self, open: &mut Links, start: usize) -> Option<Vec<(usize, bool)>> {
        let first = self.pipes.get(start)?;
        let (mut at, mut came) = (first.to, start);
        let mut way = vec![(start, true)];
        let mut met: HashMap<Node, usize> = HashMap::from([(first.from, 0), (at, 1)]);
        loop {
            let links = open.get_mut(&at)?;
            links.retain(|it| self.is_open(*it));
            let next = *links.iter().find(|it| **it != came)?;
            let pipe = self.pipes.get(next)?;
            let along = pipe.from == at;
            at = if along { pipe.to } else { pipe.from };
            came = next;
            way.push((next, along));
            if let Some(first) = met.get(&at) {
                return Some(way.split_off(*first));
            }
            met.insert(at, way.len());
        }
    }

    /// Lets more flow along a round trip, or less, until a pipe is whole: the shorter way of the two.
    fn shift(&mut self, cycle: &[(usize, bool)]) {
        let room = |more: bool| {
            let each = cycle.iter().filter_map(|(at, along)| {
                let above = self.pipes.get(*at)?.above;
                Some(if *along == more {
                    self.denominator - above
                } else {
                    above
                })
            });
            each.min().unwrap_or_default()
        };
        let (more, less) = (room(true), room(false));
        self.lead(cycle, if more <= less { more } else { -less });
    }

    fn lead(&mut self, way: &[(usize, bool)], by: i128) {
        for (at, along) in way {
            if let Some(pipe) = self.pipes.get_mut(*at) {
                pipe.above += if *along { by } else { -by };
            }
        }
    }

    /// Leads pipes to what they should come to, one after the other, so that all stay neighbours of what they
    /// were, and those that have come to what they should stay there.
    fn steer(&mut self, links: &Links) {
        for at in 0..self.pipes.len() {
            let Some(pipe) = self.pipes.get(at).copied() else {
                break;
            };
            let now = pipe.above / self.denominator;
            let Some(wish) = pipe.wish.filter(|it| *it != now) else {
                continue;
            };
            let more = wish > now;
            let ends = if more {
                (pipe.to, pipe.from)
            } else {
                (pipe.from, pipe.to)
            };
            if let Some(mut way) = self.way(links, ends, at) {
                way.push((at, more));
                self.lead(&way, self.denominator);
            }
        }
    }

    /// The shortest way from a node to another on which one more may flow, other than by one pipe.
    fn way(
        &self,
        links: &Links,
        (from, to): (Node, Node),
        but: usize,
    ) -> Option<Vec<(usize, bool)>> {
        let mut came: HashMap<Node, (usize, bool, Node)> = HashMap::new();
        let mut met = HashSet::from([from]);
        let mut next = VecDeque::from([from]);
        while let Some(at) = next.pop_front() {
            for link in links.get(&at).into_iter().flatten() {
                let Some(pipe) = self.pipes.get(*link).filter(|_| *link != but) else {
                    continue;
                };
                let along = pipe.from == at;
                let other = if along { pipe.to } else { pipe.from };
                if self.has_room(pipe, along) && met.insert(other) {
                    came.insert(other, (*link, along, at));
                    next.push_back(other);
                }
            }
        }
        let (mut way, mut here) = (Vec::new(), to);
        while here != from {
            let (pipe, along, before) = *came.get(&here)?;
            way.push((pipe, along));
            here = before;
        }
        Some(way)
    }

    /// Whether one more, or one less, may flow through a rounded pipe that was a fraction.
    fn has_room(&self, pipe: &Pipe, more: bool) -> bool {
        let now = pipe.above / self.denominator;
        let end = pipe.wish.unwrap_or(i128::from(more));
        if more { now < end } else { now > end }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn two_tables_that_share_their_rows_come_to_the_same_rows(
            work in proptest::collection::vec((0_usize..4, 0_usize..3, 0_usize..3, 1_i128..2_000), 1..14),
            shares in proptest::collection::vec(0_i128..=100, 4),
        ) {
            // Each piece of work is of two rows, by a share, and in one column of either table.
            let share = |row: usize| shares[row];
            let mut exact = [0_i128; 5];
            let (mut left, mut right) = (HashMap::new(), HashMap::new());
            for (row, one, other, minutes) in &work {
                for (row, part) in [(*row, share(*row)), (row + 1, 100 - share(*row))] {
                    exact[row] += minutes * part;
                    *left.entry((*one, row)).or_insert(0) += minutes * part;
                    *right.entry((row, *other)).or_insert(0) += minutes * part;
                }
            }
            let mut flow = Flow::new(100);
            let whole = flow.node();
            let lines = |flow: &mut Flow, most: usize| (0..most).map(|_| flow.node()).collect::<Vec<_>>();
            let (ones, others) = (lines(&mut flow, 3), lines(&mut flow, 3));
            let (come, go) = (lines(&mut flow, 5), lines(&mut flow, 5));
            let rows: Vec<usize> = (0..5).map(|it| flow.pipe(come[it], go[it], exact[it])).collect();
            let mut fields = Vec::new();
            for ((column, row), part) in &left {
                fields.push((flow.pipe(ones[*column], come[*row], *part), *row, *part));
            }
            for ((row, column), part) in &right {
                fields.push((flow.pipe(go[*row], others[*column], *part), *row, *part));
            }
            for column in 0..3 {
                let sum = |of: fn(&(usize, usize, usize, i128)) -> usize| {
                    let of_column = work.iter().filter(|it| of(it) == column);
                    of_column.map(|it| it.3 * 100).sum::<i128>()
                };
                flow.pipe(whole, ones[column], sum(|it| it.1));
                flow.pipe(others[column], whole, sum(|it| it.2));
            }

            let rounded = flow.round();

            let near = |whole: i64, exact: i128| (i128::from(whole) * 100 - exact).abs() < 100;
            for (at, _, part) in &fields {
                prop_assert!(near(rounded[*at], *part));
            }
            let minutes: i128 = work.iter().map(|it| it.3).sum();
            let mut sum = 0;
            for (row, at) in rows.iter().enumerate() {
                prop_assert!(near(rounded[*at], exact[row]));
                let of_row = fields.iter().filter(|it| it.1 == row);
                prop_assert_eq!(of_row.map(|it| rounded[it.0]).sum::<i64>(), rounded[*at] * 2);
                sum += i128::from(rounded[*at]);
            }
            prop_assert_eq!(sum, minutes);
        }
    }
}
