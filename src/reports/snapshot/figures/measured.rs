//! What was measured, by name: how far indicators have come, and who benefits.
//!
//! Values of indicators are decimals; how they are put together is in `impact`.

use entity::indicator;
use entity::types::Dimension;
use sea_orm::ActiveEnum;

use crate::impact::answer::Progress;
use crate::impact::benefit::Beneficiaries;
use crate::impact::breakdown::Category;
use crate::impact::custom;
use crate::impact::progress;
use crate::impact::progress::Standing;
use crate::impact::trend::Basis;
use crate::impact::trend::Trend;
use crate::impact::trend::TrendGap;
use crate::impact::value::decimal;
use crate::impact::value::percent;
use crate::reports::snapshot::figures::Figures;

/// Names how far indicators have come.
pub(super) fn indicators<'a>(
    figures: &mut Figures,
    total: u64,
    rows: impl Iterator<Item = &'a Progress>,
) {
    figures.count("indicators", "totalCount", total);
    for row in rows {
        let name = format!("indicators[{}]", key(&row.indicator));
        value(figures, &name, "baseline", row.baseline);
        value(figures, &name, "target", row.target);
        value(figures, &name, "actual", row.actual);
        value(figures, &name, "targetedActual", row.targeted_actual);
        value(figures, &name, "targetedBaseline", row.targeted_baseline);
        figures.decimal(&name, "reachedPercent", row.reached);
        figures.text(&name, "status", standing(row.standing));
        match row.course {
            Ok(it) => {
                figures.text(&name, "trend", trend(it.trend));
                figures.text(&name, "trendBasis", basis(it.basis));
            }
            Err(it) => figures.text(&name, "trendGap", gap(it)),
        }
        figures.count(&name, "measuredProjectCount", row.measured_projects);
        figures.count(&name, "targetedProjectCount", row.targeted_projects);
        figures.count(&name, "comparedProjectCount", row.compared_projects);
        figures.count(&name, "measurementCount", row.measurements);
        figures.count(&name, "pendingCount", row.pending);
        for period in &row.periods {
            let name = format!("{name}.periods[{}/{}]", period.from, period.to);
            value(figures, &name, "actual", period.actual);
            value(figures, &name, "targetedActual", period.targeted);
            value(figures, &name, "target", period.target);
        }
        // Whoever reads a snapshot of a territory need not be one who may see an organization's own vocabulary.
        let own = custom::is_own(&row.indicator);
        let frozen = row.breakdowns().into_iter();
        for it in frozen.filter(|it| !own || it.dimension != Dimension::Custom) {
            for part in &it.categories {
                let row = format!("{name}.breakdowns[{}]", it.dimension.to_value());
                let category = format!("categories[{}]", part.category);
                value(figures, &row, &category, Some(part.figure));
            }
        }
    }
}

/// Names who benefits.
pub(super) fn beneficiaries(figures: &mut Figures, of: &Beneficiaries) {
    for (name, it) in [("direct", &of.direct), ("indirect", &of.indirect)] {
        let name = format!("beneficiaries.{name}");
        let whole = it.whole.map(|it| decimal(it.value));
        figures.decimal(&name, "participations", whole);
        let mut by = |dimension: &str, rows: &[Category]| {
            for row in rows {
                let name = format!("{name}.{dimension}[{}]", row.category);
                let value = Some(decimal(row.figure.value));
                figures.decimal(&name, "participations", value);
            }
        };
        by("bySex", &it.by_sex);
        by("byMilieu", &it.by_milieu);
        figures.count(&name, "measurementCount", it.measurements);
        figures.count(&name, "pendingCount", it.pending);
    }
}

fn value(figures: &mut Figures, row: &str, name: &str, of: Option<progress::Figure>) {
    let Some(it) = of else {
        return;
    };
    figures.decimal(row, name, Some(decimal(it.value)));
    if let Some(whole) = it.whole {
        let name = format!("{row}.{name}");
        figures.decimal(&name, "denominator", Some(decimal(whole)));
        figures.decimal(&name, "percent", percent(it.value, whole));
    }
}

/// Codes are those of the catalogue, or of one organization.
fn key(indicator: &indicator::Model) -> String {
    match indicator.organization_id {
        None => indicator.code.clone(),
        Some(organization) => format!("{}@{organization}", indicator.code),
    }
}

fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Achieved => "ACHIEVED",
        Standing::OnTrack => "ON_TRACK",
        Standing::AtRisk => "AT_RISK",
        Standing::OffTrack => "OFF_TRACK",
        Standing::NoTarget => "NO_TARGET",
        Standing::NoData => "NO_DATA",
        Standing::NotComparable => "NOT_COMPARABLE",
    }
}

fn trend(trend: Trend) -> &'static str {
    match trend {
        Trend::Up => "UP",
        Trend::Level => "LEVEL",
        Trend::Down => "DOWN",
    }
}

fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Value => "VALUE",
        Basis::PerDay => "PER_DAY",
    }
}

fn gap(gap: TrendGap) -> &'static str {
    match gap {
        TrendGap::TooFewPeriods => "TOO_FEW_PERIODS",
        TrendGap::PeriodsApart => "PERIODS_APART",
        TrendGap::UnequalPeriods => "UNEQUAL_PERIODS",
        TrendGap::NothingInCommon => "NOTHING_IN_COMMON",
    }
}
