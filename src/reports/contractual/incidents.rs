//! How incidents of a year are counted: pure.
//!
//! By kind and by severity alone: by sex, nationality or mission a figure would tell of the health of somebody who
//! can be found. What is answered is in `answer`.

use entity::types::IncidentKind;
use entity::types::IncidentSeverity;
use sea_orm::Iterable;

use crate::contracts::said::Incident;
use crate::reports::contractual::answer::IncidentAmounts;
use crate::reports::contractual::answer::IncidentDetail;
use crate::reports::contractual::answer::Incidents;
use crate::reports::error::ReportError;
use crate::reports::foot;

/// Counts incidents; those that were taken back count nowhere.
pub(super) fn put(incidents: &[Incident]) -> Result<Incidents, ReportError> {
    let counting = || incidents.iter().filter(|it| !it.void);
    let total = amounts(counting());
    let by_kind: Vec<(IncidentKind, IncidentAmounts)> = IncidentKind::iter()
        .map(|kind| (kind, amounts(counting().filter(|it| it.kind == kind))))
        .collect();
    let severities = IncidentSeverity::iter().map(Some).chain([None]);
    let by_severity: Vec<(Option<IncidentSeverity>, IncidentAmounts)> = severities
        .map(|severity| {
            let own = counting().filter(|it| it.severity == severity);
            (severity, amounts(own))
        })
        .collect();
    held("incidentsByKind", &total, by_kind.iter().map(|it| it.1))?;
    let rows = by_severity.iter().map(|it| it.1);
    held("incidentsBySeverity", &total, rows)?;
    Ok(Incidents {
        incidents: total.incidents,
        declared: total.declared,
        detail: Some(IncidentDetail {
            days_lost: total.days_lost,
            by_kind,
            by_severity,
        }),
    })
}

fn amounts<'a>(incidents: impl Iterator<Item = &'a Incident>) -> IncidentAmounts {
    incidents.fold(IncidentAmounts::default(), |sum, it| IncidentAmounts {
        incidents: sum.incidents + 1,
        declared: sum.declared + i64::from(it.declared),
        days_lost: sum.days_lost + i64::from(it.days_lost.unwrap_or_default()),
    })
}

fn held(
    name: &'static str,
    total: &IncidentAmounts,
    rows: impl Iterator<Item = IncidentAmounts> + Clone,
) -> Result<(), ReportError> {
    let each = |of: fn(&IncidentAmounts) -> i64| {
        let rows = rows.clone();
        foot::check(name, of(total), rows.map(|it| of(&it)))
    };
    each(|it| it.incidents)?;
    each(|it| it.declared)?;
    each(|it| it.days_lost)
}
