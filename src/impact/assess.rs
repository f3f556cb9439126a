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
    let spans = spans(&aimed.targets);
    let measured = known.projects(&of);
    let aims = |id: ProjectId| spans.contains_key(&id);
    let actual = known.figure(&of, &points, &|_| true);
    // Only projects that aim at something are measured by it, and by what they did in its days.
    let in_time = points.iter().copied().filter(|it| in_time(&of, &spans, it));
    let in_time: Vec<Point> = in_time.collect();
    let compared: BTreeSet<ProjectId> = match of.derived {
        None => in_time.iter().map(|it| it.project).collect(),
        Some(_) => measured.iter().copied().filter(|it| aims(*it)).collect(),
    };
    let targeted_actual = match spans.is_empty() {
        true => None,
        false => known.figure(&of, &in_time, &aims),
    };
    let targeted_baseline = progress::figure(&of, &of_projects(&aimed.baselines, &aims));
    let target = progress::figure(&of, &aimed.targets);
    // A start beside a sum of periods would be taken away once where it stands in each.
    let several = aimed.targets.len() > spans.len();
    let sums = of.over_time == OverTime::Sum && of.reading == Reading::Periodic && several;
    let begun: BTreeSet<ProjectId> = aimed.baselines.iter().map(|it| it.project).collect();
    // A start of some of them says nothing of where all began.
    let all_begun = spans.keys().all(|it| begun.contains(it));
    let start = targeted_baseline.filter(|_| all_begun && !sums && starts(&of));
    // Where less is better, who has said nothing yet would have reached the most.
    let complete = of.direction == Direction::Increase
        || of.derived.is_some()
        || are_measured(&of, &in_time, &aimed.targets);
    let reached = targeted_actual
        .filter(|_| complete)
        .zip(target)
        .and_then(|(actual, target)| progress::reached(&of, start, target, actual));
    let grounds = match of.derived {
        None => Grounds {
            measured: !points.is_empty(),
            targeted: !spans.is_empty(),
            compared: !compared.is_empty(),
        },
        // Where hours may be counted, no hours are a figure, too.
        Some(_) => Grounds {
            measured: known.hours.is_some(),
            targeted: !spans.is_empty(),
            compared: known.hours.is_some() && !spans.is_empty(),
        },
    };
    let ends = ends(&points, from);
    let periods = periods(&of, &points, &ends, &aimed.targets);
    let spells: Vec<Spell> = compared_ends(&ends)
        .into_iter()
        .map(|it| spell(&of, &points, it))
        .collect();
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
        targeted_projects: spans.len(),
        compared_projects: compared.len(),
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

/// A period by its last and its first day: in the order in which periods are told.
type Days = (NaiveDate, NaiveDate);

/// From the first to the last day of the targets of each project.
fn spans(targets: &[Point]) -> BTreeMap<ProjectId, Days> {
    let mut spans: BTreeMap<ProjectId, Days> = BTreeMap::new();
    for it in targets {
        let (to, from) = spans.entry(it.project).or_insert((it.to, it.from));
        (*to, *from) = (it.to.max(*to), it.from.min(*from));
    }
    spans
}

/// Whether a value is one of a project's targets' days. What has come together since the beginning may have been said before.
fn in_time(of: &indicator::Model, spans: &BTreeMap<ProjectId, Days>, it: &Point) -> bool {
    let begun = |from| it.from >= from || of.reading == Reading::Cumulative;
    let span = spans.get(&it.project);
    span.is_some_and(|(to, from)| begun(*from) && it.to <= *to)
}

/// Whether something was measured of what each target is about.
fn are_measured(of: &indicator::Model, points: &[Point], targets: &[Point]) -> bool {
    let mut known: BTreeMap<ProjectId, Vec<Days>> = BTreeMap::new();
    for it in points {
        known.entry(it.project).or_default().push((it.to, it.from));
    }
    targets.iter().all(|target| {
        let begun = |from| from >= target.from || of.reading == Reading::Cumulative;
        let of_it = known.get(&target.project);
        let mut days = of_it.into_iter().flatten();
        days.any(|(to, from)| begun(*from) && *to <= target.to)
    })
}

/// The periods within the interval that something was measured of.
fn ends(points: &[Point], begins: NaiveDate) -> BTreeSet<Days> {
    let inside = points.iter().filter(|it| it.from >= begins);
    inside.map(|it| (it.to, it.from)).collect()
}

/// Those of which a trend may be told: the last one and those that end right before it; where there are none, the one before.
fn compared_ends(ends: &BTreeSet<Days>) -> Vec<Days> {
    let Some(last) = ends.last() else {
        return Vec::new();
    };
    let others = || ends.iter().copied().filter(|it| it != last);
    let mut compared: Vec<Days> = others()
        .filter(|(to, _)| to.succ_opt() == Some(last.1))
        .collect();
    if compared.is_empty() {
        compared.extend(others().next_back());
    }
    compared.push(*last);
    compared
}

/// What is known of a period. What has come together since the beginning stands where it was said last, in each place of
/// each project.
fn spell(of: &indicator::Model, points: &[Point], (to, from): Days) -> Spell {
    let counts = |it: &&Point| match of.reading {
        Reading::Periodic => (it.to, it.from) == (to, from),
        Reading::Cumulative => it.to <= to,
    };
    let points = points.iter().filter(counts);
    Spell {
        from,
        to,
        points: points.copied().collect(),
    }
}

/// The figures of each period, of those with targets alone too.
fn periods(
    of: &indicator::Model,
    points: &[Point],
    ends: &BTreeSet<Days>,
    targets: &[Point],
) -> Vec<Period> {
    let mut aimed: BTreeMap<Days, Vec<Point>> = BTreeMap::new();
    for it in targets {
        aimed.entry((it.to, it.from)).or_default().push(*it);
    }
    let mut measured: BTreeMap<Days, Vec<Point>> = BTreeMap::new();
    for it in points {
        measured.entry((it.to, it.from)).or_default().push(*it);
    }
    // The last value of each place of each project, as far as periods have come.
    let mut stands: BTreeMap<(ProjectId, TerritoryId), Point> = BTreeMap::new();
    let mut told = Vec::new();
    let all: BTreeSet<Days> = measured.keys().chain(aimed.keys()).copied().collect();
    for days in all {
        let mut here = measured.remove(&days).unwrap_or_default();
        for it in &here {
            stands.insert((it.project, it.territory), *it);
        }
        if !ends.contains(&days) && !aimed.contains_key(&days) {
            // Before the interval.
            continue;
        }
        if of.reading == Reading::Cumulative && !here.is_empty() {
            here = stands.values().copied().collect();
        }
        let targets = aimed.remove(&days).unwrap_or_default();
        let aims: BTreeSet<ProjectId> = targets.iter().map(|it| it.project).collect();
        let targeted = of_projects(&here, &|id: ProjectId| aims.contains(&id));
        told.push(Period {
            from: days.1,
            to: days.0,
            actual: progress::figure(of, &here),
            targeted: progress::figure(of, &targeted),
            target: progress::figure(of, &targets),
        });
    }
    told
}
