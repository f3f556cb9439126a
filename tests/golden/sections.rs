//! Sections of the INDH report as figures by name: axes, comparison, budgets, people who benefit.
//!
//! The other figures are in `figures`; nothing is worked out here either.

use serde_json::Value;
use serde_json::json;

use crate::golden::figures::Figures;
use crate::golden::figures::by;

/// Figures of axes by code; what is shared to a programme itself under `PH3-P1 itself`.
pub fn axes(programmes: &Value) -> Figures {
    let mut maps = [
        ("minutes_by_axis", "minutes"),
        ("touched_minutes_by_axis", "touchedMinutes"),
        ("entries_by_axis", "entries"),
    ]
    .map(|(name, field)| (name, field, Figures::new()));
    for programme in programmes.as_array().expect("rows") {
        let code = |row: &Value| {
            let code = row.pointer("/term/code").and_then(Value::as_str);
            code.map(str::to_owned)
        };
        let of = code(programme).unwrap_or("none".to_owned());
        for axis in programme["byAxis"].as_array().expect("rows") {
            let name = code(axis).unwrap_or(format!("{of} itself"));
            for (_, field, map) in &mut maps {
                let before = map.insert(name.clone(), axis[*field].clone());
                assert_eq!(before, None, "two rows of {name}");
            }
        }
    }
    let maps = maps.map(|(name, _, map)| (name.to_owned(), Value::Object(map)));
    maps.into_iter().collect()
}

/// The headline against other periods: `minutes_against_period = { before, now, difference, percent }`.
pub fn compared(comparison: &Value) -> Figures {
    let mut figures = Figures::new();
    for (name, field) in [("period", "previousPeriod"), ("year", "previousYear")] {
        let other = &comparison[field];
        let days = match other["from"].as_str().zip(other["to"].as_str()) {
            Some((from, to)) => json!(format!("{from} {to}")),
            None => Value::Null,
        };
        figures.insert(format!("previous_{name}"), days);
        for (measure, field) in [
            ("minutes", "minutes"),
            ("entries", "entries"),
            ("participations", "participations"),
            ("people", "distinctVolunteers"),
            ("projects", "projects"),
            ("organizations", "organizations"),
        ] {
            figures.insert(format!("{measure}_against_{name}"), other[field].clone());
        }
    }
    figures
}

/// Projects, budgets and who pays, of all and by programme.
pub fn budget(of: &Value) -> Figures {
    let mut figures = Figures::new();
    for (name, field) in [
        ("running_projects", "projects"),
        ("budgeted_projects", "budgetedProjects"),
        ("projects_in_other_currency", "otherCurrencyProjects"),
    ] {
        figures.insert(name.to_owned(), of[field].clone());
    }
    for (name, field) in [
        ("budget", "total"),
        ("budget_indh", "indh"),
        ("budget_others", "others"),
        ("budget_unstated", "unstated"),
        ("budget_indh_percent", "indhPercent"),
    ] {
        figures.insert(name.to_owned(), of["amounts"][field].clone());
        let map = by(&of["byProgramme"], "/term/code", |row| {
            row["amounts"][field].clone()
        });
        figures.insert(format!("{name}_by_programme"), map);
    }
    figures
}

/// Who benefits, how far indicators have come, and who works.
pub fn results(report: &Value) -> Figures {
    let mut figures = Figures::new();
    for kind in ["direct", "indirect"] {
        let of = &report["beneficiaries"][kind];
        for (name, field) in [
            ("beneficiaries", "participations"),
            ("beneficiary_figures", "measurementCount"),
            ("beneficiary_figures_pending", "pendingCount"),
        ] {
            figures.insert(format!("{kind}_{name}"), of[field].clone());
        }
        for (name, field) in [("sex", "bySex"), ("milieu", "byMilieu")] {
            let map = by(&of[field], "/category", |row| row["participations"].clone());
            figures.insert(format!("{kind}_beneficiaries_by_{name}"), map);
        }
    }
    let rows = &report["indicators"]["rows"];
    for (name, field) in [
        ("actual", "/actual/value"),
        ("target", "/target/value"),
        ("reached", "/reachedPercent"),
        ("standing", "/status"),
    ] {
        let map = by(rows, "/indicator/code", |row| {
            row.pointer(field).cloned().unwrap_or_default()
        });
        figures.insert(format!("{name}_by_indicator"), map);
    }
    let partners = &report["partners"];
    figures.insert("partners".to_owned(), partners["totalCount"].clone());
    let map = by(&partners["rows"], "/organization/slug", |row| {
        row["minutes"].clone()
    });
    figures.insert("minutes_by_partner".to_owned(), map);
    figures
}
