//! Two hundred small data sets, published quarter by quarter and as a year, and attacked.
//!
//! The attack is in `attack`; that of the demonstration data in `demo`.

use entity::ids::OrganizationId;
use entity::ids::PersonId;
use entity::ids::ProjectId;
use microlp::OptimizationDirection;
use rand::Rng;
use rand::SeedableRng;
use rand::rngs::StdRng;
use tiwizi::statistics::protect;
use tiwizi::statistics::shape::Cell;
use tiwizi::statistics::shape::ROOT;
use tiwizi::statistics::shape::Shape;
use tiwizi::statistics::shape::TOTAL;
use tiwizi::statistics::shape::YEAR;
use tiwizi::statistics::table::Contribution;
use tiwizi::statistics::table::Count;
use tiwizi::statistics::table::Table;
use uuid::Uuid;

use crate::statistics::attack::Attack;
use crate::statistics::attack::Row;
use crate::statistics::attack::exact;

const SETS: u64 = 200;
/// Linear programs work with fractions.
const TOLERANCE: f64 = 1e-4;

/// How people and projects of a data set lie.
#[derive(Clone, Copy)]
enum Kind {
    /// People in several places and programmes, projects too.
    Mixed,
    /// As it mostly is: each project in one place and one or two programmes, each person near it.
    Local,
}

/// A place among others as a number of the width of ids.
fn wide(at: usize) -> u128 {
    u128::try_from(at).expect("a number of this size")
}

/// The year of a data set with everything that is published of it.
fn published(seed: u64) -> Table {
    let (shape, threshold, parts) = set(seed);
    year(&shape, [threshold; 5], &parts)
}

fn set(seed: u64) -> (Shape, usize, Vec<Contribution>) {
    let kind = if seed.is_multiple_of(2) {
        Kind::Mixed
    } else {
        Kind::Local
    };
    made(seed, kind)
}

fn made(seed: u64, kind: Kind) -> (Shape, usize, Vec<Contribution>) {
    let mut dice = StdRng::seed_from_u64(seed);
    let programmes = dice.random_range(2..=3);
    let mut shape = Shape::of(programmes);
    // What is known of the country alone, and regions with what is known of them alone.
    let mut leaves = vec![shape.add(ROOT)];
    for _ in 0..dice.random_range(2..=3) {
        let region = shape.add(ROOT);
        for _ in 0..dice.random_range(2..=4) {
            leaves.push(shape.add(region));
        }
    }
    let people = dice.random_range(6..60_u128);
    let parts = dice.random_range(20..260);
    let threshold = dice.random_range(3..=6);
    // Some do far more than others, and some places are busier than others.
    let steep = dice.random_range(1..=4);
    let parts: Vec<Contribution> = (0..parts)
        .map(|_| {
            let person = dice
                .random_range(0..people)
                .min(dice.random_range(0..people));
            let place = dice
                .random_range(0..leaves.len())
                .min(dice.random_range(0..leaves.len()));
            let column = dice.random_range(1..=programmes);
            let (person, organization) = match kind {
                Kind::Mixed => (person, person % 7),
                Kind::Local => {
                    let project = wide(place) * 4 + wide(column) / 2;
                    (wide(place) * 1_000 + person % 30, project)
                }
            };
            Contribution {
                slot: dice.random_range(0..YEAR),
                leaf: leaves[place],
                column,
                person: dice
                    .random_bool(0.95)
                    .then(|| PersonId(Uuid::from_u128(person))),
                is_few: person % 3 == 0,
                organization: OrganizationId(Uuid::from_u128(organization)),
                project: ProjectId(Uuid::from_u128(organization * 2 + person % 2)),
                minutes: dice.random_range(1..=10_i64).pow(steep),
            }
        })
        .collect();
    (shape, threshold, parts)
}

/// The year, each of its editions published by a threshold.
pub fn year(shape: &Shape, thresholds: [usize; 5], parts: &[Contribution]) -> Table {
    let quarters: Vec<Table> = (0..YEAR)
        .map(|slot| {
            let own = parts.iter().copied().filter(|it| it.slot == slot);
            let threshold = thresholds[usize::from(slot)];
            let mut table = Table::of(shape.clone(), threshold, slot, own);
            protect::protect(&mut table).expect("a protected quarter");
            table
        })
        .collect();
    let last = thresholds[usize::from(YEAR)];
    let mut year = Table::of(shape.clone(), last, YEAR, parts.iter().copied());
    for quarter in quarters {
        year.was_published_by(
            quarter.current(),
            thresholds[usize::from(quarter.current())],
        );
        for cell in quarter.suppressed() {
            year.was_suppressed(cell);
        }
        for cell in quarter.current_cells() {
            for count in Count::ALL {
                if quarter.is_withheld(cell, count) {
                    year.was_withheld(cell, count);
                }
            }
        }
    }
    protect::protect(&mut year).expect("a protected year");
    year
}

/// Every cell, zeros too, and the row that is published of it.
fn rows(table: &Table) -> (Vec<Cell>, Vec<Row>) {
    let mut cells = Vec::new();
    for slot in 0..=YEAR {
        for node in table.shape.nodes() {
            for column in [TOTAL].into_iter().chain(table.shape.programmes()) {
                cells.push(Cell { slot, node, column });
            }
        }
    }
    let rows = cells.iter().map(|cell| {
        let suppressed = table.is_suppressed(*cell);
        let count = |count| {
            let kept = suppressed || table.is_withheld(*cell, count);
            let counted = table.amount(*cell).map_or(0, |it| it.count(count));
            (!kept).then(|| i64::try_from(counted).expect("a count"))
        };
        Row {
            edition: if cell.slot == YEAR {
                "2026".to_owned()
            } else {
                format!("2026-Q{}", cell.slot + 1)
            },
            place: cell.node.to_string(),
            above: table.shape.parent(cell.node).map(|it| it.to_string()),
            programme: if cell.column == TOTAL {
                "TOTAL".to_owned()
            } else {
                cell.column.to_string()
            },
            suppressed,
            figures: [
                (!suppressed).then_some(table.minutes(*cell)),
                count(Count::Volunteers),
                count(Count::Organizations),
                count(Count::Projects),
            ],
        }
    });
    let rows = rows.collect();
    (cells, rows)
}

#[test]
fn no_suppressed_minutes_of_small_data_sets_can_be_derived() {
    let (mut shown, mut suppressed, mut sensitive) = (0, 0, 0);
    for seed in 0..SETS {
        let table = published(seed);
        let (cells, rows) = rows(&table);
        let attack = Attack::on(&rows, 0);
        shown += cells.iter().filter(|it| table.is_shown(**it)).count();
        for at in attack.unknown() {
            let cell = cells[at];
            let truth = exact(table.minutes(cell));
            let what = format!("set {seed}, {}, truly {truth}", attack.name(at));
            suppressed += 1;
            let most = attack.bound(at, OptimizationDirection::Maximize);
            assert!(
                most >= truth - TOLERANCE,
                "{what}: the attack is wrong, at most {most}"
            );
            if table.is_sensitive(cell) && cell.slot != YEAR {
                sensitive += 1;
                let least = attack.bound(at, OptimizationDirection::Minimize);
                assert!(most >= truth * 1.1 - TOLERANCE, "{what}: at most {most}");
                // That none of its parts is zero is known, so that only the largest can go far.
                let open = truth - exact(table.largest_part(cell)) + 1.0;
                assert!(
                    least <= (truth * 0.9).max(open) + TOLERANCE,
                    "{what}: at least {least}"
                );
            }
            let open = most >= truth + 1.0 - TOLERANCE
                || attack.bound(at, OptimizationDirection::Minimize) <= truth - 1.0 + TOLERANCE;
            assert!(open, "{what}: derived");
        }
    }
    // The sets are of the kind that is hard: there is much of each.
    assert!(
        shown > 2_000 && suppressed > 2_000 && sensitive > 1_000,
        "{shown} {suppressed} {sensitive}"
    );
}

#[test]
fn no_suppressed_count_of_small_data_sets_can_be_derived() {
    let mut tried = 0;
    for seed in (0..SETS).step_by(3) {
        let table = published(seed);
        let (cells, rows) = rows(&table);
        for (figure, count) in (1..).zip(Count::ALL) {
            let attack = Attack::on(&rows, figure);
            for at in attack.unknown() {
                let counted = table.amount(cells[at]).map_or(0, |it| it.count(count));
                let truth = exact(i64::try_from(counted).expect("a count"));
                let most = attack.bound(at, OptimizationDirection::Maximize);
                tried += 1;
                let open = most >= truth + 1.0 - TOLERANCE
                    || attack.bound(at, OptimizationDirection::Minimize) <= truth - 1.0 + TOLERANCE;
                assert!(
                    open,
                    "set {seed}, {}, truly {truth}: derived",
                    attack.name(at)
                );
            }
        }
    }
    assert!(tried > 1_000, "{tried}");
}

/// The attack itself is worth something: where only what is small is suppressed, it finds nearly all.
#[test]
fn without_complementary_suppression_the_attack_succeeds() {
    let mut derived = 0;
    for seed in 0..10 {
        let table = published(seed);
        let (cells, mut rows) = rows(&table);
        for (row, cell) in rows.iter_mut().zip(&cells) {
            row.suppressed = table.is_sensitive(*cell);
            row.figures[0] = (!row.suppressed).then_some(table.minutes(*cell));
        }
        let attack = Attack::on(&rows, 0);
        let found = attack.unknown().into_iter().filter(|at| {
            let bounds = attack.bounds(*at);
            bounds.most - bounds.least < TOLERANCE
        });
        derived += found.count();
    }
    assert!(derived > 20, "{derived}");
}

/// Whoever alone fills suppressed cells knows them, and may take them off.
#[test]
fn no_sensitive_minutes_can_be_derived_by_one_who_fills_a_cell_alone() {
    let mut tried = 0;
    for seed in (0..SETS).step_by(8) {
        let table = published(seed);
        let (cells, rows) = rows(&table);
        let kept = cells.iter().filter(|it| table.is_suppressed(**it));
        let mut knowing: Vec<PersonId> = kept.filter_map(|it| table.sole(*it)).collect();
        knowing.sort();
        knowing.dedup();
        for person in knowing.into_iter().take(4) {
            let mut rows = rows.clone();
            for (row, cell) in rows.iter_mut().zip(&cells) {
                if row.suppressed && table.sole(*cell) == Some(person) {
                    (row.suppressed, row.figures[0]) = (false, Some(table.minutes(*cell)));
                }
            }
            let attack = Attack::on(&rows, 0);
            for at in attack.unknown() {
                let cell = cells[at];
                if !table.is_sensitive(cell) || cell.slot == YEAR {
                    continue;
                }
                tried += 1;
                let found = attack.bounds(at);
                let truth = table.minutes(cell);
                assert!(
                    found.most - found.least > 1.0 - TOLERANCE,
                    "set {seed}, {}, truly {truth}: derived by {person:?}",
                    attack.name(at)
                );
            }
        }
    }
    assert!(tried > 500, "{tried}");
}

/// A threshold that is raised or lowered within a year judges what is published from then on.
#[test]
fn a_threshold_may_change_within_a_year() {
    for (seed, thresholds) in (0..20).flat_map(|seed| {
        [
            [3, 3, 6, 6, 6],
            [6, 6, 3, 3, 3],
            [4, 4, 4, 4, 8],
            [8, 4, 4, 4, 4],
        ]
        .map(|it| (seed, it))
    }) {
        let (shape, _, parts) = set(seed);
        let table = year(&shape, thresholds, &parts);
        let (cells, rows) = rows(&table);
        let largest = thresholds.iter().max().copied().unwrap_or_default();
        for cell in &cells {
            let Some(amount) = table.amount(*cell).filter(|_| table.is_shown(*cell)) else {
                continue;
            };
            let parts = (0..YEAR).map(|slot| Cell { slot, ..*cell });
            let follows = cell.slot == YEAR && !parts.into_iter().any(|it| table.is_suppressed(it));
            let least = if cell.slot == YEAR {
                largest
            } else {
                thresholds[usize::from(cell.slot)]
            };
            let people = amount.count(Count::Volunteers);
            assert!(
                people >= least || follows,
                "set {seed}, {cell:?}: {people} people"
            );
        }
        let attack = Attack::on(&rows, 0);
        for at in attack.unknown() {
            let found = attack.bounds(at);
            assert!(
                found.most - found.least > 1.0 - TOLERANCE,
                "set {seed}, {thresholds:?}, {}: derived",
                attack.name(at)
            );
        }
    }
}
