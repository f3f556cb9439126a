//! The rows of a statement: minutes by project and month, and the same by month, organization and evidence.
//!
//! Pure. Which work it is, is the word of `store`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::types::EntryStatus;
use entity::types::EvidenceLevel;
use sea_orm::Iterable;

use crate::hours::days::month_of;
use crate::reports::additivity::Additivity;
use crate::reports::additivity::Dimension;
use crate::reports::additivity::Measure;
use crate::reports::additivity::Rule;
use crate::reports::error::ReportError;
use crate::reports::evidence::Levels;
use crate::reports::foot;
use crate::reports::statement::COUNTED;
use crate::reports::statement::PENDING;
use crate::reports::statement::store::Work;

/// What stands in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amounts {
    /// Approved minutes.
    pub minutes: i64,
    /// Minutes that were handed in and wait for a decision; not among `minutes`.
    pub pending_minutes: i64,
    /// Approved entries with a minute in the row.
    pub entries: i64,
    /// Entries that wait, with a minute in the row.
    pub pending_entries: i64,
}

/// One project in one month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The organization of the project.
    pub organization: OrganizationId,
    /// The project.
    pub project: ProjectId,
    /// First day of the month.
    pub month: NaiveDate,
    /// Its amounts.
    pub amounts: Amounts,
    /// Its approved minutes by what shows them.
    pub levels: Levels,
}

/// One month, all projects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthRow {
    /// Its first day.
    pub month: NaiveDate,
    /// Its amounts.
    pub amounts: Amounts,
}

/// One organization, the whole interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrganizationRow {
    /// The organization.
    pub organization: OrganizationId,
    /// Its amounts.
    pub amounts: Amounts,
}

/// One evidence level, the whole interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EvidenceRow {
    /// What shows the work.
    pub level: EvidenceLevel,
    /// Its amounts.
    pub amounts: Amounts,
}

/// All rows of a statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// The whole.
    pub totals: Amounts,
    /// First day with approved work.
    pub first_day: Option<NaiveDate>,
    /// Last day with approved work.
    pub last_day: Option<NaiveDate>,
    /// By project and month: organization, then project in the order in which the projects came to be,
    /// then month.
    pub rows: Vec<Row>,
    /// Every month of the interval, in order.
    pub by_month: Vec<MonthRow>,
    /// By organization.
    pub by_organization: Vec<OrganizationRow>,
    /// By what shows the work, every level, the weakest first.
    pub by_evidence: Vec<EvidenceRow>,
}

/// A row under construction: entries are counted once, however many of their days it holds.
#[derive(Debug, Default)]
struct Sum {
    amounts: Amounts,
    levels: Levels,
    entries: BTreeSet<EntryId>,
}

impl Sum {
    fn add(&mut self, work: &Work, minutes: i64) {
        let first = self.entries.insert(work.entry);
        let it = &mut self.amounts;
        if COUNTED.contains(&work.status) {
            it.minutes += minutes;
            it.entries += i64::from(first);
            *self.levels.entry(work.evidence).or_default() += minutes;
        } else if PENDING.contains(&work.status) {
            it.pending_minutes += minutes;
            it.pending_entries += i64::from(first);
        }
    }
}

/// Puts work into rows and holds every breakdown against the total.
///
/// # Errors
/// [`ReportError::DoesNotFoot`].
pub(super) fn put(works: &[Work], months: &[NaiveDate]) -> Result<Rows, ReportError> {
    let mut total = Sum::default();
    let mut cells: BTreeMap<(OrganizationId, ProjectId, NaiveDate), Sum> = BTreeMap::new();
    let mut by_month: BTreeMap<NaiveDate, Sum> = BTreeMap::new();
    let mut by_organization: BTreeMap<OrganizationId, Sum> = BTreeMap::new();
    let mut by_evidence: BTreeMap<EvidenceLevel, Sum> = BTreeMap::new();
    let mut worked: BTreeSet<NaiveDate> = BTreeSet::new();
    for work in works {
        for (day, minutes) in &work.days {
            let month = month_of(*day);
            let key = (work.organization, work.project, month);
            total.add(work, *minutes);
            cells.entry(key).or_default().add(work, *minutes);
            by_month.entry(month).or_default().add(work, *minutes);
            let of = by_organization.entry(work.organization).or_default();
            of.add(work, *minutes);
            let of = by_evidence.entry(work.evidence).or_default();
            of.add(work, *minutes);
            if work.status == EntryStatus::Approved {
                worked.insert(*day);
            }
        }
    }
    let amounts = |it: Option<&Sum>| it.map(|it| it.amounts).unwrap_or_default();
    let rows = Rows {
        totals: total.amounts,
        first_day: worked.first().copied(),
        last_day: worked.last().copied(),
        by_month: months
            .iter()
            .map(|month| MonthRow {
                month: *month,
                amounts: amounts(by_month.get(month)),
            })
            .collect(),
        by_organization: by_organization
            .iter()
            .map(|(organization, sum)| OrganizationRow {
                organization: *organization,
                amounts: sum.amounts,
            })
            .collect(),
        by_evidence: EvidenceLevel::iter()
            .map(|level| EvidenceRow {
                level,
                amounts: amounts(by_evidence.get(&level)),
            })
            .collect(),
        rows: cells
            .into_iter()
            .map(|((organization, project, month), sum)| Row {
                organization,
                project,
                month,
                amounts: sum.amounts,
                levels: sum.levels,
            })
            .collect(),
    };
    held(&rows)?;
    Ok(rows)
}

/// Every breakdown adds up to the total, approved and pending apart.
fn held(rows: &Rows) -> Result<(), ReportError> {
    let whole = rows.totals;
    let each = |name, of: &dyn Fn(&Amounts) -> i64| {
        let total = of(&whole);
        foot::check(name, total, rows.rows.iter().map(|it| of(&it.amounts)))?;
        let months = rows.by_month.iter();
        foot::check(name, total, months.map(|it| of(&it.amounts)))?;
        let organizations = rows.by_organization.iter();
        foot::check(name, total, organizations.map(|it| of(&it.amounts)))?;
        let levels = rows.by_evidence.iter();
        foot::check(name, total, levels.map(|it| of(&it.amounts)))
    };
    each("minutes", &|it| it.minutes)?;
    each("pendingMinutes", &|it| it.pending_minutes)?;
    for row in &rows.rows {
        let levels = row.levels.values().copied();
        foot::check("byEvidence", row.amounts.minutes, levels)?;
    }
    Ok(())
}

/// What a statement allows: an entry over midnight at the end of a month stands in two months.
pub(super) fn additivity() -> Vec<Rule> {
    let rule = |dimension, measure| Rule {
        dimension,
        measure,
        additivity: match (dimension, measure) {
            (_, Measure::Minutes) | (Dimension::Evidence, _) => Additivity::Additive,
            _ => Additivity::Distinct,
        },
    };
    [Dimension::Month, Dimension::Evidence]
        .into_iter()
        .flat_map(|it| [rule(it, Measure::Minutes), rule(it, Measure::Entries)])
        .collect()
}

#[cfg(test)]
mod tests {
    use entity::ids::TerritoryId;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::hours::days::months_between;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn id(number: u8) -> Uuid {
        Uuid::from_u128(u128::from(number))
    }

    fn work(entry: u8, project: u8, status: EntryStatus, days: &[(&str, i64)]) -> Work {
        Work {
            person: None,
            entry: EntryId(id(entry)),
            organization: OrganizationId(id(project % 2)),
            project: ProjectId(id(project)),
            territory: TerritoryId(id(0)),
            status,
            evidence: EvidenceLevel::Imported,
            days: days.iter().map(|(on, it)| (day(on), *it)).collect(),
        }
    }

    #[test]
    fn a_night_over_the_end_of_a_month_is_one_entry_in_two_months() {
        let night = [("2026-01-31", 90), ("2026-02-01", 50)];
        let works = [work(1, 1, EntryStatus::Approved, &night)];
        let months = months_between(day("2026-01-31"), day("2026-02-28"));

        let rows = put(&works, &months).unwrap();

        assert_eq!((rows.totals.minutes, rows.totals.entries), (140, 1));
        let months = rows.by_month.iter().map(|it| it.amounts);
        let months: Vec<_> = months.map(|it| (it.minutes, it.entries)).collect();
        assert_eq!(months, [(90, 1), (50, 1)]);
        assert_eq!(rows.rows.len(), 2);
    }

    #[test]
    fn what_waits_is_told_apart() {
        let works = [
            work(1, 1, EntryStatus::Approved, &[("2026-01-02", 30)]),
            work(2, 1, EntryStatus::Submitted, &[("2026-01-01", 45)]),
        ];

        let rows = put(&works, &[day("2026-01-01")]).unwrap();

        assert_eq!(
            rows.totals,
            Amounts {
                minutes: 30,
                pending_minutes: 45,
                entries: 1,
                pending_entries: 1,
            }
        );
        // The day of what may yet be refused is no day of work.
        assert_eq!(rows.first_day, Some(day("2026-01-02")));
    }

    proptest! {
        #[test]
        fn every_breakdown_foots_whatever_was_worked(
            given in prop::collection::vec((0_u8..40, 0_u8..6, any::<bool>(), 0_u64..120, 1_i64..600), 0..60)
        ) {
            let from = day("2026-01-01");
            let works: Vec<Work> = given
                .iter()
                .map(|(entry, project, approved, after, minutes)| Work {
                    days: vec![(from + chrono::Days::new(*after), *minutes)],
                    ..work(*entry, *project, match approved {
                        true => EntryStatus::Approved,
                        false => EntryStatus::Submitted,
                    }, &[])
                })
                .collect();
            let months = months_between(from, day("2026-05-01"));

            let rows = put(&works, &months).unwrap();

            let of = |wanted: bool| given.iter().filter(|it| it.2 == wanted).map(|it| it.4).sum::<i64>();
            prop_assert_eq!(rows.totals.minutes, of(true));
            prop_assert_eq!(rows.totals.pending_minutes, of(false));
            prop_assert_eq!(rows.rows.iter().map(|it| it.amounts.minutes).sum::<i64>(), of(true));
            prop_assert_eq!(rows.by_month.iter().map(|it| it.amounts.pending_minutes).sum::<i64>(), of(false));
        }
    }
}
