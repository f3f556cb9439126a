//! An attack on what is published: bounds of every suppressed value by linear programming.
//!
//! It knows the published rows, how they add up, and nothing of how cells were chosen: no line of it comes
//! from the code that it attacks.

use std::collections::BTreeMap;

use microlp::ComparisonOp;
use microlp::OptimizationDirection;
use microlp::Problem;

/// Kinds of figures in a row: minutes add up, the others count each once.
pub const FIGURES: [&str; 4] = ["minutes", "volunteers", "organizations", "projects"];

/// One published row.
#[derive(Clone, Debug)]
pub struct Row {
    /// `2026-Q1`, or `2026` for the year.
    pub edition: String,
    /// The place, and the place above it.
    pub place: String,
    pub above: Option<String>,
    /// The programme, or `TOTAL`.
    pub programme: String,
    /// Whether the row says that it is suppressed.
    pub suppressed: bool,
    /// The figures as in [`FIGURES`]; `None` where they are suppressed or kept back.
    pub figures: [Option<i64>; 4],
}

/// What can be known of one value.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    pub least: f64,
    pub most: f64,
}

/// A sum that everybody knows: the parts make the whole.
#[derive(Clone, Debug)]
struct Sum {
    whole: usize,
    parts: Vec<usize>,
    /// Whether it is known that nothing is in two parts.
    adds_up: bool,
}

/// The attack on one kind of figure.
pub struct Attack {
    figure: usize,
    values: Vec<Option<i64>>,
    sums: Vec<Sum>,
    /// For each value, where it is.
    places: Vec<String>,
    /// Sets of unknown values that depend on each other, by value.
    parts: Vec<usize>,
}

impl Attack {
    /// Takes in the published rows.
    pub fn on(rows: &[Row], figure: usize) -> Self {
        let key =
            |edition: &str, place: &str, programme: &str| format!("{edition} {place} {programme}");
        let at: BTreeMap<String, usize> = rows
            .iter()
            .enumerate()
            .map(|(at, it)| (key(&it.edition, &it.place, &it.programme), at))
            .collect();
        assert_eq!(at.len(), rows.len(), "a row stands twice");
        let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (own, row) in rows.iter().enumerate() {
            if let Some(above) = &row.above {
                let whole = key(&row.edition, above, &row.programme);
                groups
                    .entry(format!("place {whole}"))
                    .or_default()
                    .push(own);
            }
            if row.programme != "TOTAL" {
                let whole = key(&row.edition, &row.place, "TOTAL");
                groups
                    .entry(format!("programme {whole}"))
                    .or_default()
                    .push(own);
            }
            if let Some((year, _)) = row.edition.split_once("-Q") {
                let whole = key(year, &row.place, &row.programme);
                if at.contains_key(&whole) {
                    groups.entry(format!("time {whole}")).or_default().push(own);
                }
            }
        }
        let sums: Vec<Sum> = groups
            .into_iter()
            .map(|(name, parts)| {
                let (_, whole) = name.split_once(' ').expect("a direction");
                Sum {
                    whole: at[whole],
                    parts,
                    adds_up: figure == 0,
                }
            })
            .collect();
        let mut sums = sums;
        let values: Vec<Option<i64>> = rows.iter().map(|it| it.figures[figure]).collect();
        // What minutes give is exact: whatever is published must be so.
        for sum in sums.iter().filter(|_| figure == 0) {
            let parts: Option<i64> = sum.parts.iter().map(|it| values[*it]).sum();
            if let (Some(whole), Some(parts)) = (values[sum.whole], parts) {
                assert_eq!(whole, parts, "does not foot: {}", rows[sum.whole].place);
            }
        }
        if figure > 0 {
            see_what_adds_up(rows, &values, &mut sums);
        }
        let parts = connected(&values, &sums);
        let places = at
            .iter()
            .fold(vec![String::new(); rows.len()], |mut all, (name, at)| {
                all[*at].clone_from(name);
                all
            });
        Self {
            figure,
            values,
            sums,
            places,
            parts,
        }
    }

    /// Values that are not published.
    pub fn unknown(&self) -> Vec<usize> {
        (0..self.values.len())
            .filter(|it| self.values[*it].is_none())
            .collect()
    }

    /// Where a value is.
    pub fn name(&self, at: usize) -> String {
        format!("{} of {}", FIGURES[self.figure], self.places[at])
    }

    /// The least or the most that a value can be.
    pub fn bound(&self, target: usize, direction: OptimizationDirection) -> f64 {
        let mut problem = Problem::new(direction);
        let mut variables = BTreeMap::new();
        // Whoever reads "suppressed" knows that it is not zero; people of groups are not named.
        let least = if self.figure == 1 { 0.0 } else { 1.0 };
        for at in self.unknown() {
            if self.parts[at] == self.parts[target] {
                let weight = if at == target { 1.0 } else { 0.0 };
                variables.insert(at, problem.add_var(weight, (least, f64::INFINITY)));
            }
        }
        let known = |at: usize| exact(self.values[at].unwrap_or_default());
        for sum in &self.sums {
            let touches = |it: &usize| variables.contains_key(it);
            if !touches(&sum.whole) && !sum.parts.iter().any(touches) {
                continue;
            }
            let mut left = Vec::new();
            let mut right = 0.0;
            for part in &sum.parts {
                match variables.get(part) {
                    Some(it) => left.push((*it, 1.0)),
                    None => right -= known(*part),
                }
            }
            match variables.get(&sum.whole) {
                Some(it) => left.push((*it, -1.0)),
                None => right += known(sum.whole),
            }
            if sum.adds_up {
                problem.add_constraint(left.iter().copied(), ComparisonOp::Eq, right);
                continue;
            }
            problem.add_constraint(left.iter().copied(), ComparisonOp::Ge, right);
            for part in &sum.parts {
                match (variables.get(part), variables.get(&sum.whole)) {
                    (Some(part), Some(whole)) => {
                        problem.add_constraint(
                            [(*part, 1.0), (*whole, -1.0)],
                            ComparisonOp::Le,
                            0.0,
                        );
                    }
                    (Some(part), None) => {
                        problem.add_constraint([(*part, 1.0)], ComparisonOp::Le, known(sum.whole));
                    }
                    (None, Some(whole)) => {
                        problem.add_constraint([(*whole, 1.0)], ComparisonOp::Ge, known(*part));
                    }
                    (None, None) => {}
                }
            }
        }
        match problem.solve() {
            Ok(outcome) => outcome.solution().expect("a solution").objective(),
            Err(microlp::Error::Unbounded) => f64::INFINITY,
            Err(other) => panic!("{}: {other}", self.name(target)),
        }
    }

    /// Both bounds of a value.
    pub fn bounds(&self, target: usize) -> Bounds {
        Bounds {
            least: self.bound(target, OptimizationDirection::Minimize),
            most: self.bound(target, OptimizationDirection::Maximize),
        }
    }
}

/// Which sums of counts add up: where a published sum equals its published parts, nothing is in two of
/// them. Nor is it then in anything smaller: programmes that share no project in the country share none in
/// a province, places that share none share none of one programme.
fn see_what_adds_up(rows: &[Row], values: &[Option<i64>], sums: &mut [Sum]) {
    let above: BTreeMap<&str, &str> = rows
        .iter()
        .filter_map(|it| Some((it.place.as_str(), it.above.as_deref()?)))
        .collect();
    let lies_in = |place: &str, whole: &str| {
        let mut at = Some(place);
        while let Some(here) = at.filter(|it| *it != whole) {
            at = above.get(here).copied();
        }
        at.is_some()
    };
    let kind = |sum: &Sum| {
        let (whole, part) = (&rows[sum.whole], &rows[sum.parts[0]]);
        (
            whole.edition != part.edition,
            whole.place != part.place,
            whole.programme != part.programme,
        )
    };
    let seen: Vec<Sum> = sums
        .iter()
        .filter(|sum| {
            let parts: Option<i64> = sum.parts.iter().map(|it| values[*it]).sum();
            parts.is_some_and(|it| it > 0) && parts == values[sum.whole]
        })
        .cloned()
        .collect();
    for sum in sums {
        let own = &rows[sum.whole];
        sum.adds_up = seen.iter().any(|known| {
            let whole = &rows[known.whole];
            let (time, place, _) = kind(known);
            let programme = whole.programme == "TOTAL" || whole.programme == own.programme;
            let when = own.edition == whole.edition || own.edition.starts_with(&whole.edition);
            let at = if place {
                own.place == whole.place
            } else {
                lies_in(&own.place, &whole.place)
            };
            kind(sum) == kind(known)
                && programme
                && at
                && (when || (!time && own.edition == whole.edition))
        });
    }
}

/// For each value the smallest unknown one that it depends on.
fn connected(values: &[Option<i64>], sums: &[Sum]) -> Vec<usize> {
    let mut parts: Vec<usize> = (0..values.len()).collect();
    loop {
        let before = parts.clone();
        for sum in sums {
            let members: Vec<usize> = sum
                .parts
                .iter()
                .chain([&sum.whole])
                .copied()
                .filter(|it| values[*it].is_none())
                .collect();
            let least: Option<usize> = members.iter().map(|it| parts[*it]).min();
            for member in members {
                parts[member] = least.expect("a member");
            }
        }
        if parts == before {
            return parts;
        }
    }
}

/// A whole number as the fraction that linear programs work with.
pub fn exact(number: i64) -> f64 {
    f64::from(i32::try_from(number).expect("a number of this size"))
}
