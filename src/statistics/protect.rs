//! Which cells of an edition are suppressed: those that say too much of few people, and as many others as
//! it takes that nobody can work those out again.
//!
//! What is too much is said in `table`. Everything published before stays as it is and counts as known.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::btree_map::Entry;

use crate::statistics::exchange;
use crate::statistics::exchange::Exchange;
use crate::statistics::exchange::Need;
use crate::statistics::ratios;
use crate::statistics::remainder;
use crate::statistics::shape::Cell;
use crate::statistics::shape::Direction;
use crate::statistics::shape::TOTAL;
use crate::statistics::shape::YEAR;
use crate::statistics::table::SHARE_PERCENT;
use crate::statistics::table::Table;
use crate::statistics::verify;

/// A cell could not be protected even with everything else suppressed; nothing may be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a cell cannot be protected: {0:?}")]
pub struct Unprotected(pub Cell);

/// Suppresses cells of the current slot until every suppressed cell of the table has a certificate, no
/// remainder is of too few people, and none follows by the shares of projects; then keeps back the counts
/// that would tell of them.
///
/// Deterministic, and it ends: each step suppresses something. As the last resort everything of the slot
/// is suppressed that can be, which tells nothing that was not known before.
///
/// # Errors
/// [`Unprotected`], which only a fault of ours can cause.
pub fn protect(table: &mut Table) -> Result<(), Unprotected> {
    let sensitive: Vec<Cell> = table
        .current_cells()
        .filter(|it| table.is_sensitive(*it) && table.may_suppress(*it))
        .collect();
    for cell in sensitive {
        table.suppress(cell);
    }
    let mut certified: BTreeMap<Cell, Vec<Exchange>> = BTreeMap::new();
    let mut open: Open = BTreeSet::new();
    let all: Vec<Cell> = table.suppressed().collect();
    open.extend(all.iter().map(|it| (Reverse(table.minutes(*it)), *it)));
    loop {
        while let Some((_, target)) = open.pop_first() {
            if let Entry::Vacant(place) = certified.entry(target) {
                place.insert(certificates(table, target, &mut open)?);
            }
        }
        let mut exposed = exposed(table);
        if exposed.is_empty() {
            exposed = told_by_shares(table);
        }
        if exposed.is_empty() {
            break;
        }
        for cell in exposed {
            suppress(table, cell, &mut open);
        }
    }
    for (target, exchanges) in &certified {
        if !exchanges.iter().all(|it| verify::holds(table, *target, it)) {
            return Err(Unprotected(*target));
        }
    }
    table.withhold_counts();
    Ok(())
}

/// Suppressed cells without a certificate, those of most minutes first.
type Open = BTreeSet<(Reverse<i64>, Cell)>;

/// Exchanges that move a cell, with what must be suppressed for them: one against everybody, and of a
/// sensitive cell others against each who alone fills a cell of that one, and so knows it.
fn certificates(
    table: &mut Table,
    target: Cell,
    open: &mut Open,
) -> Result<Vec<Exchange>, Unprotected> {
    let need = need(table, target);
    let mut found = vec![certificate(table, target, need, open)?];
    if table.is_sensitive(target) {
        let moves = found.iter().flat_map(|it| &it.moves);
        let mut knowing: BTreeSet<_> = moves.filter_map(|it| table.sole(it.0)).collect();
        if let Some(own) = table.sole(target) {
            knowing.remove(&own);
        }
        for person in knowing {
            match exchange::cheapest(table, target, Need::Any, Some(person)) {
                Some(against) => {
                    take(table, &against, open);
                    found.push(against);
                }
                // What the quarters say, by thresholds of theirs, a year cannot take back.
                None if table.has_year() => {}
                None => return Err(Unprotected(target)),
            }
        }
    }
    Ok(found)
}

fn certificate(
    table: &mut Table,
    target: Cell,
    need: Need,
    open: &mut Open,
) -> Result<Exchange, Unprotected> {
    let found = match exchange::cheapest(table, target, need, None) {
        Some(found) => found,
        None => {
            suppress_all(table, open);
            let strict = exchange::cheapest(table, target, need, None);
            // Of an earlier edition, by another rule.
            let least = strict.or_else(|| exchange::cheapest(table, target, Need::Any, None));
            least.ok_or(Unprotected(target))?
        }
    };
    take(table, &found, open);
    Ok(found)
}

/// Suppresses what an exchange moves.
fn take(table: &mut Table, exchange: &Exchange, open: &mut Open) {
    for (cell, _) in &exchange.moves {
        suppress(table, *cell, open);
    }
}

/// Cells to suppress so that no sensitive one follows for whoever knows how projects are shared among
/// programmes: programmes of the places around it; those of the whole slot; in the end everything.
fn told_by_shares(table: &Table) -> BTreeSet<Cell> {
    let told = ratios::told(table);
    let mut found = BTreeSet::new();
    for target in &told {
        let parent = table.shape.parent(target.node).unwrap_or(target.node);
        let places = table.shape.below(parent).iter().chain([&parent]);
        for node in places {
            found.extend(table.shape.programmes().map(|column| Cell {
                slot: table.current(),
                node: *node,
                column,
            }));
        }
    }
    found.retain(|it| table.may_suppress(*it));
    if found.is_empty() && !told.is_empty() {
        found.extend(table.current_cells().filter(|it| table.may_suppress(*it)));
        if found.iter().any(|it| it.column != TOTAL) {
            found.retain(|it| it.column != TOTAL);
        }
    }
    found
}

fn suppress(table: &mut Table, cell: Cell, open: &mut Open) {
    if !table.is_suppressed(cell) {
        table.suppress(cell);
        open.insert((Reverse(table.minutes(cell)), cell));
    }
}

fn suppress_all(table: &mut Table, open: &mut Open) {
    let rest: Vec<Cell> = table
        .current_cells()
        .filter(|it| table.may_suppress(*it))
        .collect();
    for cell in rest {
        suppress(table, cell, open);
    }
}

/// How far a suppressed cell must be open: a sensitive one by a share of it both ways, others at all.
///
/// Downwards no further than its largest part goes: everybody knows that the others are not zero either.
fn need(table: &Table, cell: Cell) -> Need {
    let share = |minutes: i64| {
        let share = (minutes * SHARE_PERCENT + 99) / 100;
        Need::Both {
            up: share.max(1),
            down: share.max(1).min(table.largest_part(cell) - 1),
        }
    };
    if !table.is_sensitive(cell) {
        return Need::Any;
    }
    if cell.slot != YEAR {
        return share(table.minutes(cell));
    }
    // The sum of quarters is as open as they are. Each has been protected by itself, the largest by the
    // most; where one is published, what is left of the year is the others.
    let quarters = table.shape.parts(cell, Direction::Time);
    let mut largest = 0;
    for quarter in quarters {
        if table.is_shown(quarter) || (table.is_suppressed(quarter) && !table.is_sensitive(quarter))
        {
            return Need::Any;
        }
        largest = largest.max(table.minutes(quarter));
    }
    share(largest)
}

/// Cells to suppress so that no remainder is of too few people: for each that is, the part taken off with
/// the fewest minutes that makes it enough, or else the whole.
fn exposed(table: &Table) -> BTreeSet<Cell> {
    let mut found = BTreeSet::new();
    let shown: Vec<Cell> = table
        .current_cells()
        .filter(|it| table.is_shown(*it))
        .collect();
    for whole in shown {
        for remainder in remainder::of(table, whole) {
            if !table.is_sensitive_together(&remainder.left) {
                continue;
            }
            let mut parts: Vec<Cell> = remainder.taken.clone();
            parts.retain(|it| table.may_suppress(*it));
            parts.sort_by_key(|it| (table.minutes(*it), *it));
            let enough = parts.iter().find(|it| {
                let mut together = remainder.left.clone();
                together.push(**it);
                !table.is_sensitive_together(&together)
            });
            let whole = Some(whole).filter(|it| table.may_suppress(*it));
            // Where nothing can be suppressed, the remainder follows from earlier editions already.
            found.extend(enough.copied().or(whole).or(parts.first().copied()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use entity::ids::OrganizationId;
    use entity::ids::PersonId;
    use entity::ids::ProjectId;
    use uuid::Uuid;

    use super::*;
    use crate::statistics::shape::ROOT;
    use crate::statistics::shape::Shape;
    use crate::statistics::table::Contribution;
    use crate::statistics::table::Count;

    /// Work of so many people, each with an hour, for an organization of that number.
    fn work(leaf: usize, column: usize, people: std::ops::Range<u128>) -> Vec<Contribution> {
        let part = |person| Contribution {
            slot: 0,
            leaf,
            column,
            person: Some(PersonId(Uuid::from_u128(person))),
            is_few: false,
            organization: OrganizationId(Uuid::from_u128(1)),
            project: ProjectId(Uuid::from_u128(1)),
            minutes: 60,
        };
        people.map(part).collect()
    }

    fn cell(node: usize, column: usize) -> Cell {
        Cell {
            slot: 0,
            node,
            column,
        }
    }

    /// A country of three places and two programmes.
    fn three_places() -> (Shape, [usize; 3]) {
        let mut shape = Shape::of(2);
        let places = [(); 3].map(|()| shape.add(ROOT));
        (shape, places)
    }

    #[test]
    fn where_there_are_people_enough_everything_is_published() {
        let (shape, [a, b, c]) = three_places();
        let parts = [a, b, c].map(|it| [work(it, 1, 0..9), work(it, 2, 9..20)].concat());
        let mut table = Table::of(shape, 5, 0, parts.concat());

        protect(&mut table).unwrap();

        assert_eq!(table.suppressed().count(), 0);
    }

    #[test]
    fn a_small_cell_takes_three_others_with_it() {
        let (shape, [a, b, c]) = three_places();
        let parts = [
            work(a, 1, 0..2),
            work(a, 2, 0..9),
            work(b, 1, 10..30),
            work(b, 2, 10..30),
            work(c, 1, 30..40),
            work(c, 2, 30..39),
        ];
        let mut table = Table::of(shape, 5, 0, parts.concat());

        protect(&mut table).unwrap();

        // Rows and columns could be subtracted otherwise; the cheapest partner is the third place.
        let suppressed: Vec<Cell> = table.suppressed().collect();
        assert_eq!(suppressed, [cell(a, 1), cell(a, 2), cell(c, 1), cell(c, 2)]);
        assert!(table.is_shown(cell(ROOT, TOTAL)) && table.is_shown(cell(a, TOTAL)));
    }

    #[test]
    fn two_small_cells_do_not_hide_each_other() {
        let (shape, [a, b, c]) = three_places();
        let parts = [
            work(a, 1, 0..1),
            work(b, 1, 1..2),
            work(c, 1, 10..20),
            work(a, 2, 0..1),
            work(b, 2, 1..2),
            work(c, 2, 10..20),
        ];
        let mut table = Table::of(shape, 5, 0, parts.concat());

        protect(&mut table).unwrap();

        // Together they are of two people, each of whom knows their own part.
        for column in [1, 2, TOTAL] {
            assert!(table.is_suppressed(cell(c, column)), "{column}");
        }
        assert!(table.is_shown(cell(ROOT, TOTAL)));
    }

    #[test]
    fn one_who_did_nearly_all_is_protected_among_many() {
        let (shape, [a, b, c]) = three_places();
        let mut most = work(a, 1, 0..1);
        most[0].minutes = 60_000;
        let parts = [
            most,
            work(a, 1, 1..9),
            work(b, 1, 10..30),
            work(c, 1, 10..30),
        ];
        let mut table = Table::of(shape, 5, 0, parts.concat());

        protect(&mut table).unwrap();

        assert!(table.is_suppressed(cell(a, 1)) && table.is_suppressed(cell(ROOT, TOTAL)));
    }

    #[test]
    fn work_of_groups_alone_is_of_nobody_known() {
        let (shape, [a, b, _]) = three_places();
        let mut group = work(a, 1, 0..1);
        group[0].person = None;
        let parts = [group, work(a, 2, 0..9), work(b, 1, 0..9), work(b, 2, 0..9)];
        let mut table = Table::of(shape, 5, 0, parts.concat());

        protect(&mut table).unwrap();

        assert!(table.is_suppressed(cell(a, 1)));
    }

    #[test]
    fn a_group_neither_hides_a_person_nor_stands_out_alone() {
        let (shape, [a, b, c]) = three_places();
        let group = |leaf, is_few, minutes| {
            let mut group = work(leaf, 1, 0..1);
            (group[0].person, group[0].is_few, group[0].minutes) = (None, is_few, minutes);
            group
        };
        let parts = [
            // One who did far more than the rest, beside a group of two people.
            work(a, 1, 0..9)
                .into_iter()
                .map(|it| Contribution {
                    minutes: if it.person == Some(PersonId(Uuid::from_u128(0))) {
                        6_000
                    } else {
                        60
                    },
                    ..it
                })
                .collect(),
            group(a, true, 9_000),
            // A group that did nearly everything.
            work(b, 1, 10..20),
            group(b, false, 60_000),
            // Groups among many.
            work(c, 1, 20..40),
            group(c, false, 600),
        ];
        let table = Table::of(shape, 5, 0, parts.concat());

        assert!(table.is_sensitive(cell(a, 1)) && table.is_sensitive(cell(b, 1)));
        assert!(!table.is_sensitive(cell(c, 1)));
    }

    #[test]
    fn one_who_fills_a_cell_alone_does_not_find_the_others() {
        let (shape, [a, b, c]) = three_places();
        let parts = [
            work(a, 1, 0..1),
            work(a, 2, 1..5),
            work(b, 1, 11..15),
            work(b, 2, 20..26),
            work(c, 1, 30..40),
            work(c, 2, 40..50),
        ];
        let mut table = Table::of(shape, 5, 0, parts.concat());

        protect(&mut table).unwrap();

        // With the rows of both places published, who is alone in one would subtract: the place of four
        // more, or the programme.
        let open = [(a, TOTAL), (c, 1), (c, 2)];
        assert!(
            open.iter()
                .any(|(node, column)| table.is_suppressed(cell(*node, *column)))
        );
        for target in [cell(a, 2), cell(b, 1)] {
            let own = table.sole(cell(a, 1));
            let found = exchange::cheapest(&table, target, Need::Any, own).unwrap();
            assert!(found.moves.iter().all(|(it, _)| table.is_suppressed(*it)));
        }
    }

    #[test]
    fn a_count_that_tells_of_a_suppressed_cell_is_kept_back() {
        let (shape, [a, b, _]) = three_places();
        let mut other = work(b, 2, 10..30);
        other.iter_mut().for_each(|it| {
            it.organization = OrganizationId(Uuid::from_u128(2));
        });
        let parts = [
            work(a, 1, 0..2),
            work(a, 2, 0..9),
            work(b, 1, 10..30),
            other,
        ];
        let mut table = Table::of(shape, 5, 0, parts.concat());

        protect(&mut table).unwrap();

        // The row of the first place is of one organization, and so would be its suppressed cells.
        assert!(table.is_withheld(cell(a, TOTAL), Count::Organizations));
        // Programmes of other places might be seen to share no project.
        assert!(table.is_withheld(cell(ROOT, TOTAL), Count::Organizations));
        // One programme counts as many people as the whole, and is kept back itself.
        assert!(table.is_withheld(cell(ROOT, TOTAL), Count::Volunteers));
    }
}
