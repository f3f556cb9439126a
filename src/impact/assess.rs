//! How far an indicator has come by what is known of it: all that was measured, and beside its targets what was
//! measured of the projects that have some.
//!
//! Pure. What is known is found in `answer` and `overview`; how values become one figure is in `progress`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::ids::ProjectId;
use entity::ids::TerritoryId;
use entity::indicator;
use entity::measurement;
use entity::types::Dimension;
use entity::types::Direction;
use entity::types::OverTime;
use entity::types::Reading;
use uuid::Uuid;

use crate::identity::Coverage;
use crate::impact::answer::Progress;
use crate::impact::answer::Told;
use crate::impact::hours::Hours;
use crate::impact::progress;
use crate::impact::progress::Figure;
use crate::impact::progress::Grounds;
use crate::impact::progress::Period;
use crate::impact::progress::Point;
use crate::impact::trend;
use crate::impact::trend::Spell;
use crate::impact::value::Measured;

/// What is known of an indicator in an interval.
pub(super) struct Known<'a> {
    /// What it aims at.
    pub aimed: Aims,
    /// Approved figures that count.
    pub measured: Vec<measurement::Model>,
    /// By what they may be told.
    pub dimensions: Vec<Dimension>,
    /// Figures of the interval that do not count yet.
    pub pending: usize,
    /// Approved hours, where it is computed from them and they may be counted.
    pub hours: Option<&'a Hours>,
    /// Only of this project.
    pub project: Option<ProjectId>,
}

/// What is aimed at.
#[derive(Default)]
pub(super) struct Aims {
    /// What should be reached in periods within the interval.
    pub targets: Vec<Point>,
    /// Where projects stood before.
    pub baselines: Vec<Point>,
}

impl Known<'_> {
    /// The figure of the projects that count.
    fn figure(
        &self,
        of: &indicator::Model,
        points: &[Point],
        counts: &dyn Fn(ProjectId) -> bool,
    ) -> Option<Figure> {
        match of.derived {
            None => progress::figure(of, &of_projects(points, counts)),
            Some(derived) => {
                let asked = |id: ProjectId| self.project.is_none_or(|it| it == id) && counts(id);
                self.hours?.figure(derived, &asked)
            }
        }
    }

    /// The projects of which something is known.
    fn projects(&self, of: &indicator::Model) -> BTreeSet<ProjectId> {
        match of.derived {
            None => self.measured.iter().map(|it| it.project_id).collect(),
            Some(_) => {
                let worked = self.hours.map(Hours::projects).unwrap_or_default();
                let asked = |it: &ProjectId| self.project.is_none_or(|id| id == *it);
                worked.into_iter().filter(asked).collect()
            }
        }
    }
}

/// How far an indicator has come by what is known of it.
pub(super) fn assess(
    of: indicator::Model,
    from: NaiveDate,
    known: Known<'_>,
    (coverage, as_of): (Coverage, DateTime<Utc>),
) -> Progress {
    let points: Vec<Point> = known.measured.iter().map(point).collect();
    let aimed = &known.aimed;
    let targeted: BTreeSet<ProjectId> = aimed.targets.iter().map(|it| it.project).collect();
    let measured = known.projects(&of);
    let compared = measured.intersection(&targeted).count();
    let aims = |id: ProjectId| targeted.contains(&id);
    let actual = known.figure(&of, &points, &|_| true);
    // Only projects that aim at something are measured by it.
    let targeted_actual = match targeted.is_empty() {
        true => None,
        false => known.figure(&of, &points, &aims),
    };
    let targeted_baseline = progress::figure(&of, &of_projects(&aimed.baselines, &aims));
    let target = progress::figure(&of, &aimed.targets);
    // A start beside a sum of periods would be taken away once where it stands in each.
    let several = aimed.targets.iter().any(|it| {
        aimed
            .targets
            .iter()
            .any(|other| it.project == other.project && it.from != other.from)
    });
    let sums = of.over_time == OverTime::Sum && of.reading == Reading::Periodic && several;
    let start = targeted_baseline.filter(|_| !sums && starts(&of));
    let reached = targeted_actual
        .zip(target)
        .and_then(|(actual, target)| progress::reached(&of, start, target, actual));
    let grounds = match of.derived {
        None => Grounds {
            measured: !points.is_empty(),
            targeted: !targeted.is_empty(),
            compared: compared > 0,
        },
        // Where hours may be counted, no hours are a figure, too.
        Some(_) => Grounds {
            measured: known.hours.is_some(),
            targeted: !targeted.is_empty(),
            compared: known.hours.is_some() && !targeted.is_empty(),
        },
    };
    let spells = spells(&of, &points, from);
    let periods = periods(&of, &spells, &aimed.targets);
    Progress {
        standing: progress::standing(reached, grounds),
        course: trend::trend(&of, &spells),
        baseline: progress::figure(&of, &aimed.baselines),
        targeted_baseline,
        indicator: of,
        target,
        actual,
        targeted_actual,
        reached,
        periods,
        told: Told {
            measured: known.measured,
            dimensions: known.dimensions,
        },
        measured_projects: measured.len(),
        targeted_projects: targeted.len(),
        compared_projects: compared,
        measurements: points.len(),
        pending: known.pending,
        coverage,
        as_of,
    }
}

fn of_projects(points: &[Point], counts: &dyn Fn(ProjectId) -> bool) -> Vec<Point> {
    let these = points.iter().filter(|it| counts(it.project));
    these.copied().collect()
}

/// Whether the way to a target begins at the baseline: what happens in periods begins anew in each,
/// unless it should fall.
fn starts(of: &indicator::Model) -> bool {
    of.direction == Direction::Decrease || of.reading == Reading::Cumulative
}

/// A target or a baseline: of a project, at no place of its own.
pub(super) fn aim(
    project: ProjectId,
    (from, to): (NaiveDate, NaiveDate),
    (value, whole): (i64, Option<i64>),
) -> Point {
    Point {
        project,
        territory: TerritoryId(Uuid::nil()),
        from,
        to,
        measured: Measured { value, whole },
    }
}

/// A measurement.
pub(super) fn point(it: &measurement::Model) -> Point {
    Point {
        project: it.project_id,
        territory: it.territory_id,
        from: it.from_day,
        to: it.to_day,
        measured: Measured {
            value: it.value,
            whole: it.denominator,
        },
    }
}

/// What is told of each period within the interval that something was measured of, the earliest first. What has come
/// together since the beginning stands where it was said last, in each place of each project.
fn spells(of: &indicator::Model, points: &[Point], begins: NaiveDate) -> Vec<Spell> {
    let mut all: BTreeMap<(NaiveDate, NaiveDate), Vec<Point>> = BTreeMap::new();
    for point in points.iter().filter(|it| it.from >= begins) {
        all.entry((point.to, point.from)).or_default().push(*point);
    }
    let spells = all.into_iter().map(|((to, from), measured)| Spell {
        from,
        to,
        points: match of.reading {
            Reading::Periodic => measured,
            Reading::Cumulative => points.iter().copied().filter(|it| it.to <= to).collect(),
        },
    });
    spells.collect()
}

/// The figures of each period, of those with targets alone too.
fn periods(of: &indicator::Model, spells: &[Spell], targets: &[Point]) -> Vec<Period> {
    let mut all: BTreeMap<(NaiveDate, NaiveDate), (&[Point], Vec<Point>)> = BTreeMap::new();
    for it in spells {
        all.entry((it.to, it.from)).or_default().0 = &it.points;
    }
    for target in targets {
        let (_, aimed) = all.entry((target.to, target.from)).or_default();
        aimed.push(*target);
    }
    all.into_iter()
        .map(|((to, from), (points, targets))| {
            let aims: BTreeSet<ProjectId> = targets.iter().map(|it| it.project).collect();
            let targeted = of_projects(points, &|id: ProjectId| aims.contains(&id));
            Period {
                from,
                to,
                actual: progress::figure(of, points),
                targeted: progress::figure(of, &targeted),
                target: progress::figure(of, &targets),
            }
        })
        .collect()
}
