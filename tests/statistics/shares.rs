//! Attacks by whoever knows how each project is shared among programmes: shares are public, and fixed.
//!
//! The attack that knows the sums of cells alone is in `attack`.

use std::collections::BTreeMap;

use entity::ids::OrganizationId;
use entity::ids::PersonId;
use entity::ids::ProjectId;
use microlp::ComparisonOp;
use microlp::OptimizationDirection;
use microlp::Problem;
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

use crate::statistics::attack::exact;

/// A project in a place: its shares in tenths by programme from the first on, and its people.
struct Project {
    leaf: usize,
    tenths: Vec<i64>,
    people: std::ops::Range<u128>,
}

/// Minutes of each person; whole tenths, so that nothing is rounded.
type Minutes<'a> = &'a mut dyn FnMut() -> i64;

fn work(slot: u8, project: &Project, number: u128, minutes: Minutes<'_>) -> Vec<Contribution> {
    let mut parts = Vec::new();
    for person in project.people.clone() {
        let tenth = minutes();
        for (column, share) in (1..).zip(&project.tenths) {
            if *share > 0 {
                parts.push(Contribution {
                    slot,
                    leaf: project.leaf,
                    column,
                    person: Some(PersonId(Uuid::from_u128(person))),
                    is_few: false,
                    organization: OrganizationId(Uuid::from_u128(number)),
                    project: ProjectId(Uuid::from_u128(number)),
                    minutes: tenth * share,
                });
            }
        }
    }
    parts
}

fn noted(table: &mut Table, slot: u8, projects: &[Project]) {
    for project in projects {
        let mix = (1..).zip(&project.tenths).filter(|(_, it)| **it > 0);
        table.note_mix(
            slot,
            project.leaf,
            mix.map(|(at, it)| (at, it * 100_000)).collect(),
        );
    }
}

/// Bounds of a cell for whoever solves for the minutes of each mix in each place and quarter, knowing
/// nothing else of them: all numbers, or one.
fn follows(table: &Table, target: Cell, projects: &[(u8, &Project)]) -> bool {
    let mut unknowns: BTreeMap<(u8, usize, Vec<i64>), f64> = BTreeMap::new();
    let within = |cell: Cell, slot: u8, project: &Project| {
        let when = cell.slot == slot || cell.slot == YEAR;
        let place = table.shape.path(project.leaf).contains(&cell.node);
        let share = match cell.column {
            TOTAL => 10,
            column => project.tenths.get(column - 1).copied().unwrap_or_default(),
        };
        if when && place { share } else { 0 }
    };
    for (slot, project) in projects {
        let key = (*slot, project.leaf, project.tenths.clone());
        unknowns.insert(key, exact(within(target, *slot, project)));
    }
    let mut problem = Problem::new(OptimizationDirection::Maximize);
    let free = (f64::NEG_INFINITY, f64::INFINITY);
    let variables: Vec<_> = unknowns
        .iter()
        .map(|(key, weight)| (key.clone(), problem.add_var(*weight, free)))
        .collect();
    for cell in table.shown() {
        let left: Vec<_> = variables
            .iter()
            .filter_map(|((slot, leaf, tenths), it)| {
                let project = Project {
                    leaf: *leaf,
                    tenths: tenths.clone(),
                    people: 0..0,
                };
                let share = within(cell, *slot, &project);
                (share > 0).then_some((*it, exact(share)))
            })
            .collect();
        problem.add_constraint(left, ComparisonOp::Eq, exact(table.minutes(cell)));
    }
    match problem.solve() {
        Ok(_) => true,
        Err(microlp::Error::Unbounded) => false,
        Err(other) => panic!("{target:?}: {other}"),
    }
}

/// Two provinces of one project each, published in the first quarter and too small in the second: the
/// first would tell their ratios, and two sums of the second then both.
#[test]
fn a_suppressed_total_does_not_follow_by_ratios_of_an_earlier_quarter() {
    let mut shape = Shape::of(2);
    let (one, two) = (shape.add(ROOT), shape.add(ROOT));
    let places = [
        shape.add(one),
        shape.add(one),
        shape.add(one),
        shape.add(two),
    ];
    let project = |at: usize, tenths: [i64; 2], people| Project {
        leaf: places[at],
        tenths: tenths.to_vec(),
        people,
    };
    let mut dice = StdRng::seed_from_u64(4);
    let mut minutes = || dice.random_range(5..60);
    for (slot, small) in [(0, [8, 9]), (1, [3, 4])] {
        let projects = [
            project(0, [6, 4], 0..small[0]),
            project(1, [2, 8], 100..100 + small[1]),
            project(2, [5, 5], 200..236),
            project(3, [4, 6], 300..336),
        ];
        let parts: Vec<Contribution> = (0..)
            .zip(&projects)
            .flat_map(|(number, it)| work(slot, it, number, &mut minutes))
            .collect();
        let mut table = Table::of(shape.clone(), 5, slot, parts);
        noted(&mut table, slot, &projects);

        protect::protect(&mut table).unwrap();

        let known: Vec<_> = projects.iter().map(|it| (slot, it)).collect();
        let kept: Vec<Cell> = table.suppressed().collect();
        assert_eq!(kept.is_empty(), slot == 0, "{kept:?}");
        for cell in kept.into_iter().filter(|it| table.is_sensitive(*it)) {
            assert!(!follows(&table, cell, &known), "{cell:?}");
        }
    }
}

/// Small countries with projects of known shares, quarter by quarter and as a year.
#[test]
fn no_sensitive_minutes_follow_from_known_shares() {
    let (mut tried, mut shown) = (0, 0);
    for seed in 0..40 {
        let mut dice = StdRng::seed_from_u64(seed);
        let programmes = dice.random_range(2..=4);
        let mut shape = Shape::of(programmes);
        let mut leaves = vec![shape.add(ROOT)];
        for _ in 0..2 {
            let region = shape.add(ROOT);
            for _ in 0..dice.random_range(2..=3) {
                leaves.push(shape.add(region));
            }
        }
        let mut projects: Vec<(u8, Project)> = Vec::new();
        for slot in 0..YEAR {
            let mut next = 0;
            for leaf in &leaves {
                for _ in 0..dice.random_range(1..=3) {
                    let mut tenths = vec![0; programmes];
                    let one = dice.random_range(0..programmes);
                    tenths[one] = dice.random_range(1..=10);
                    let other = (one + dice.random_range(1..programmes)) % programmes;
                    tenths[other] += 10 - tenths[one];
                    let people = [2, 4, 9, 15, 30][dice.random_range(0..5)];
                    let people = next..next + people;
                    next = people.end;
                    projects.push((
                        slot,
                        Project {
                            leaf: *leaf,
                            tenths,
                            people,
                        },
                    ));
                }
            }
        }
        let parts: Vec<Contribution> = (0..)
            .zip(&projects)
            .flat_map(|(number, (slot, it))| {
                work(*slot, it, number, &mut || dice.random_range(5..60))
            })
            .collect();
        let mut year = Table::of(shape.clone(), 5, YEAR, parts.clone());
        for slot in 0..YEAR {
            let own = parts.iter().copied().filter(|it| it.slot == slot);
            let mut table = Table::of(shape.clone(), 5, slot, own);
            for (_, project) in projects.iter().filter(|it| it.0 == slot) {
                noted(&mut table, slot, std::slice::from_ref(project));
                noted(&mut year, slot, std::slice::from_ref(project));
            }
            protect::protect(&mut table).unwrap();
            for cell in table.suppressed() {
                year.was_suppressed(cell);
            }
            for cell in table.current_cells() {
                for count in Count::ALL
                    .into_iter()
                    .filter(|it| table.is_withheld(cell, *it))
                {
                    year.was_withheld(cell, count);
                }
            }
        }
        protect::protect(&mut year).unwrap();
        shown += year.shown().count();
        let known: Vec<_> = projects.iter().map(|(slot, it)| (*slot, it)).collect();
        for cell in year.suppressed().filter(|it| year.is_sensitive(*it)) {
            tried += 1;
            assert!(!follows(&year, cell, &known), "set {seed}, {cell:?}");
        }
    }
    assert!(tried > 300 && shown > 500, "{tried} {shown}");
}
