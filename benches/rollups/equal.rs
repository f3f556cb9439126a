//! Holds the answer against the direct statement, in every figure and to the minute.
//!
//! Minutes of the statement are exact, in millionths; they are rounded as the product rounds. Nothing is
//! timed here.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;

use serde_json::Value;
use tiwizi::impact::allocation::WHOLE_PPM;
use tiwizi::impact::controlled;
use tiwizi::impact::controlled::Field;

use crate::Direct;

/// What a row is of: month, territory, programme.
type Key = (String, String, Option<String>);

/// Ends the program where any figure differs; gives the number of rows.
pub fn check(direct: &[Direct], report: &Value) -> usize {
    let ours = list(report, "crossings");
    let theirs: HashMap<Key, &Direct> = direct
        .iter()
        .map(|it| {
            let key = (it.month.clone(), it.territory.clone(), it.programme.clone());
            (key, it)
        })
        .collect();
    let keys: BTreeSet<Key> = ours.iter().map(key).collect();
    assert_eq!(keys.len(), ours.len(), "each once");
    assert_eq!(
        keys,
        theirs.keys().cloned().collect(),
        "the same programmes, regions and months"
    );
    for row in ours {
        let theirs = theirs[&key(row)];
        let counted = [
            "touchedMinutes",
            "entries",
            "distinctVolunteers",
            "projects",
        ]
        .map(|it| number(&row[it]));
        let expected = [
            theirs.minutes,
            theirs.entries,
            theirs.people,
            theirs.projects,
        ];
        assert_eq!(counted, expected, "{row}");
    }
    minutes(ours, &theirs, report);
    ours.len()
}

/// Minutes of each month, rounded as a table of programmes by regions.
fn minutes(ours: &[Value], theirs: &HashMap<Key, &Direct>, report: &Value) {
    let programmes = order(report, "byProgramme", |it| text(&it["term"]["code"]));
    let regions = order(report, "byTerritory", |it| text(&it["territory"]["code"]));
    let mut months: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
    for row in ours {
        months.entry(key(row).0).or_default().push(row);
    }
    let mut whole = 0;
    for (month, rows) in &months {
        let fields: Vec<Field> = rows
            .iter()
            .map(|row| {
                let key = key(row);
                Field {
                    row: programmes[&key.2],
                    column: regions[&Some(key.1.clone())],
                    numerator: i128::from(theirs[&key].parts),
                }
            })
            .collect();
        let rounded = controlled::round(&fields, i128::from(WHOLE_PPM));
        let shown: Vec<i64> = rows.iter().map(|it| number(&it["minutes"])).collect();
        assert_eq!(shown, rounded, "minutes of {month}");
        // Exactly, before anything is rounded.
        let exact: i128 = fields.iter().map(|it| it.numerator).sum();
        let total = i128::from(rounded.iter().sum::<i64>());
        assert_eq!(exact, total * i128::from(WHOLE_PPM), "the whole of {month}");
        whole += rounded.iter().sum::<i64>();
    }
    assert_eq!(number(&report["totals"]["minutes"]), whole, "the year");
    for row in list(report, "byMonth") {
        let of_month = months.get(&text(&row["month"]).unwrap_or_default());
        let rows = of_month.map(Vec::as_slice).unwrap_or_default();
        let sum: i64 = rows.iter().map(|it| number(&it["minutes"])).sum();
        assert_eq!(number(&row["minutes"]), sum, "{row}");
    }
}

fn order(
    report: &Value,
    breakdown: &str,
    of: fn(&Value) -> Option<String>,
) -> HashMap<Option<String>, usize> {
    list(report, breakdown).iter().map(of).zip(0..).collect()
}

fn list<'a>(report: &'a Value, of: &str) -> &'a [Value] {
    report[of]
        .as_array()
        .unwrap_or_else(|| panic!("no {of}: {report}"))
}

fn key(row: &Value) -> Key {
    let of = |it: &str| text(&row[it]);
    (
        of("month").unwrap_or_default(),
        of("territoryCode").unwrap_or_default(),
        of("programmeCode"),
    )
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn number(value: &Value) -> i64 {
    value
        .as_i64()
        .unwrap_or_else(|| panic!("no number: {value}"))
}
