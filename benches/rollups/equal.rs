//! Holds the answer against the direct statement, in every figure and to the minute.
//!
//! Minutes of the statement are exact, in millionths; those of the answer are rounded so that all that it prints
//! adds up. Nothing is timed here.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;

use serde_json::Value;
use tiwizi::apportionment::allocation::WHOLE_PPM;

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

/// Minutes of each crossing: the whole number below or above what is exact, so that programmes, and regions in
/// each month, come to what the report prints of them.
fn minutes(ours: &[Value], theirs: &HashMap<Key, &Direct>, report: &Value) {
    let part = i128::from(WHOLE_PPM);
    let mut regions: BTreeMap<(String, String), (i64, i128)> = BTreeMap::new();
    let mut programmes: BTreeMap<Option<String>, i64> = BTreeMap::new();
    let mut months: BTreeMap<String, i64> = BTreeMap::new();
    for row in ours {
        let key = key(row);
        let (minutes, exact) = (number(&row["minutes"]), i128::from(theirs[&key].parts));
        let apart = i128::from(minutes) * part - exact;
        assert!(apart.abs() < part, "less than a minute apart: {row}");
        let region = regions.entry((key.0.clone(), key.1)).or_default();
        region.0 += minutes;
        region.1 += exact;
        *programmes.entry(key.2).or_default() += minutes;
        *months.entry(key.0).or_default() += minutes;
    }
    for (region, (minutes, exact)) in &regions {
        assert_eq!(i128::from(*minutes) * part, *exact, "exactly {region:?}");
    }
    for row in list(report, "byProgramme") {
        let minutes = programmes.remove(&text(&row["term"]["code"]));
        assert_eq!(
            number(&row["minutes"]),
            minutes.unwrap_or_default(),
            "{row}"
        );
    }
    let whole: i64 = months.values().sum();
    assert_eq!(number(&report["totals"]["minutes"]), whole, "the year");
    for row in list(report, "byMonth") {
        let minutes = months.remove(&text(&row["month"]).unwrap_or_default());
        assert_eq!(
            number(&row["minutes"]),
            minutes.unwrap_or_default(),
            "{row}"
        );
    }
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
