//! Holds the files of a report against its answer over GraphQL, figure by figure: what is asked for by name in a
//! query stands in CSV and JSON as it was answered.
//!
//! Whether the figures are right is worked out by hand in the cases.

use std::collections::BTreeMap;

use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use tiwizi::platform::i18n::Locale;

use crate::golden::play::World;
use crate::support::cast::Person;

const SECTIONS: &str = "query($input: IndhReportInput!) { indhReport(input: $input) {
    asOf totals { minutes }
    budget { budgetedProjects amounts { ...Amounts } byProgramme { term { code } projects amounts { ...Amounts } } }
    comparison { previousPeriod { ...Compared } previousYear { ...Compared } }
    beneficiaries { direct { ...Benefit } indirect { ...Benefit } }
    indicators { rows { indicator { code unit } baseline { value denominator } target { value denominator }
        actual { value denominator } targetedActual { value denominator } measuredProjectCount targetedProjectCount
        comparedProjectCount reachedPercent status } }
    partners { rows { organization { slug } minutes projects distinctVolunteers } } } }
    fragment Amounts on BudgetAmounts { total indh others unstated indhPercent }
    fragment Benefit on BeneficiaryFigures { participations
        bySex { category participations } byMilieu { category participations } }
    fragment Compared on ComparedPeriod { from to minutes { ...Change } entries { ...Change }
        participations { ...Change } distinctVolunteers { ...Change } projects { ...Change }
        organizations { ...Change } }
    fragment Change on ComparedFigure { before now difference percent }";

/// Apart, since a query may cost no more than it may.
const CROSSINGS: &str = "query($input: IndhReportInput!) { indhReport(input: $input) { crossings {
    month territoryCode programmeCode minutes touchedMinutes entries distinctVolunteers projects } } }";

/// Each section with its title in English and its columns in their order; of those in brackets the words of the
/// language stand in CSV.
const LAYOUT: [(&str, &str, &str); 6] = [
    (
        "crossings",
        "report-crossings",
        "month territoryCode (territory) termCode (term) minutes hours touchedMinutes entries distinctVolunteers \
         projects",
    ),
    (
        "budget",
        "report-budget",
        "termCode (term) projects total indh others unstated indhPercent",
    ),
    (
        "comparison",
        "report-comparison",
        "(period) from to (measure) before now difference percent",
    ),
    (
        "beneficiaries",
        "report-beneficiaries",
        "(kind) dimension category participations",
    ),
    (
        "indicators",
        "report-indicators",
        "code organizationKey (indicator) unit baseline target actual targetedBaseline targetedActual measuredProjectCount targetedProjectCount \
         comparedProjectCount reachedPercent (status)",
    ),
    (
        "partners",
        "report-partners",
        "slug (organization) minutes projects distinctVolunteers",
    ),
];

/// What of the files is other than answered, by section; nothing where all is the same.
pub async fn differences(world: &World<'_>, who: &Person, input: &Value) -> Vec<String> {
    let asked = json!({ "input": input });
    let mut answer = who.asks(SECTIONS, asked.clone()).await["indhReport"].take();
    let crossings = who.asks(CROSSINGS, asked).await["indhReport"].take();
    answer["crossings"] = crossings["crossings"].clone();
    let json: Value = serde_json::from_slice(&file(world, who, input, "JSON").await).unwrap();
    let csv = sections(&file(world, who, input, "CSV").await);

    let mut told = Vec::new();
    let as_of = &json["parameters"]["asOf"];
    if *as_of != answer["asOf"] {
        told.push(format!(
            "asOf: {} answered, {as_of} in the file",
            answer["asOf"]
        ));
    }
    for (key, title, columns) in LAYOUT {
        let rows = expected(key, &answer);
        let stored = json[key].as_array().cloned().unwrap_or_default();
        let written = csv.get(&Locale::En.sentence::<&str>(title, &[]));
        let written = written.cloned().unwrap_or_default();
        if (stored.len(), written.len()) != (rows.len(), rows.len()) {
            let counts = (rows.len(), stored.len(), written.len());
            told.push(format!(
                "{key}: rows answered, in JSON and in CSV: {counts:?}"
            ));
            continue;
        }
        for ((row, stored), written) in rows.iter().zip(&stored).zip(&written) {
            for (name, figure) in row {
                if stored[name] != *figure {
                    told.push(format!(
                        "{key}.{name}: {figure} answered, {} in JSON",
                        stored[name]
                    ));
                }
            }
            for (name, cell) in columns.split(' ').zip(written) {
                let figure = stored.get(name).map(text);
                // Words of a language are none of the answer.
                if !name.starts_with('(') && figure.as_deref() != Some(cell.as_str()) {
                    told.push(format!("{key}.{name}: {figure:?} in JSON, {cell} in CSV"));
                }
            }
        }
    }
    let printed: i64 = json["crossings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| hundredths(&it["hours"]))
        .sum();
    if printed != hundredths(&json["totals"][0]["hours"]) {
        told.push(format!("crossings.hours add up to {printed} hundredths"));
    }
    told
}

/// The rows of a section as the file must have them, by what was answered.
fn expected(section: &str, answer: &Value) -> Vec<Map<String, Value>> {
    let rows = |it: &Value| it.as_array().cloned().unwrap_or_default();
    let found: Vec<Value> = match section {
        "crossings" => rows(&answer["crossings"])
            .into_iter()
            .map(|mut it| {
                it["termCode"] = it["programmeCode"].take();
                it.as_object_mut().unwrap().remove("programmeCode");
                it
            })
            .collect(),
        "budget" => {
            let whole = json!({ "term": null, "projects": answer["budget"]["budgetedProjects"],
                "amounts": answer["budget"]["amounts"] });
            let all = rows(&answer["budget"]["byProgramme"])
                .into_iter()
                .chain([whole]);
            all.map(|it| {
                let mut row = it["amounts"].clone();
                row["termCode"] = it["term"]["code"].clone();
                row["projects"] = it["projects"].clone();
                row
            })
            .collect()
        }
        "comparison" => [
            ("PREVIOUS_PERIOD", "previousPeriod"),
            ("PREVIOUS_YEAR", "previousYear"),
        ]
        .iter()
        .filter(|(_, field)| !answer["comparison"][field].is_null())
        .flat_map(|(period, field)| {
            let other = &answer["comparison"][field];
            let measures = [
                "minutes",
                "entries",
                "participations",
                "distinctVolunteers",
                "projects",
                "organizations",
            ];
            measures.map(|measure| {
                let mut row = other[measure].clone();
                row["period"] = json!(period);
                row["from"] = other["from"].clone();
                row["to"] = other["to"].clone();
                row["measure"] = json!(measure);
                row
            })
        })
        .collect(),
        "beneficiaries" => [("DIRECT", "direct"), ("INDIRECT", "indirect")]
            .iter()
            .flat_map(|(kind, field)| {
                let of = &answer["beneficiaries"][field];
                let mut all = vec![json!({ "kind": kind, "dimension": null, "category": null,
                    "participations": of["participations"] })];
                for (dimension, field) in [("SEX", "bySex"), ("MILIEU", "byMilieu")] {
                    all.extend(rows(&of[field]).into_iter().map(|it| {
                        json!({ "kind": kind, "dimension": dimension, "category": it["category"],
                            "participations": it["participations"] })
                    }));
                }
                all
            })
            .collect(),
        "indicators" => rows(&answer["indicators"]["rows"])
            .into_iter()
            .map(|it| {
                json!({ "code": it["indicator"]["code"], "unit": it["indicator"]["unit"],
                    "baseline": of_whole(&it["baseline"]), "target": of_whole(&it["target"]),
                    "actual": of_whole(&it["actual"]), "targetedActual": of_whole(&it["targetedActual"]),
                    "measuredProjectCount": it["measuredProjectCount"], "targetedProjectCount": it["targetedProjectCount"],
                    "comparedProjectCount": it["comparedProjectCount"], "reachedPercent": it["reachedPercent"],
                    "status": it["status"] })
            })
            .collect(),
        "partners" => rows(&answer["partners"]["rows"])
            .into_iter()
            .map(|mut it| {
                it["slug"] = it["organization"]["slug"].take();
                it.as_object_mut().unwrap().remove("organization");
                it
            })
            .collect(),
        other => panic!("no rule for {other}"),
    };
    found
        .into_iter()
        .map(|it| it.as_object().unwrap().clone())
        .collect()
}

/// A value as files print it: of a part of a whole, both.
fn of_whole(value: &Value) -> Value {
    match (value["value"].as_str(), value["denominator"].as_str()) {
        (Some(value), Some(whole)) => json!(format!("{value}/{whole}")),
        (Some(value), None) => json!(value),
        _ => Value::Null,
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn hundredths(hours: &Value) -> i64 {
    hours.as_str().unwrap().replace('.', "").parse().unwrap()
}

/// The rows of a file in CSV by the title of their section, without titles and headers.
fn sections(csv: &[u8]) -> BTreeMap<String, Vec<Vec<String>>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(csv);
    let lines = reader
        .records()
        .map(|it| it.unwrap().iter().map(str::to_owned).collect());
    let lines: Vec<Vec<String>> = lines.collect();
    let blocks = lines.split(|it| *it == [""]).skip(1);
    blocks
        .map(|it| (it[0][0].clone(), it[2..].to_vec()))
        .collect()
}

/// The file of a report, asked for and fetched as clients do.
async fn file(world: &World<'_>, who: &Person, input: &Value, format: &str) -> Vec<u8> {
    let mut report = input.clone();
    report["name"] = json!("INDH");
    let input = json!({ "report": report, "format": format, "locale": "en" });
    let asked = who.done("requestExport", input, "exportJob { id }").await;
    while world.app.parts.work_once().await.unwrap() {}
    let query = "query($id: ID!) { node(id: $id) { ... on ExportJob { artifact { url } failures { message } } } }";
    let made = who
        .asks(query, json!({ "id": asked["exportJob"]["id"] }))
        .await;
    let url = made["node"]["artifact"]["url"]
        .as_str()
        .unwrap_or_else(|| panic!("{made:#}"));
    // The tests' server listens elsewhere than its public address says.
    let path = &url[url.find("/files/").unwrap()..];
    let answer = world
        .app
        .http()
        .get(format!("{}{path}", world.app.url))
        .send()
        .await
        .unwrap();
    answer.bytes().await.unwrap().to_vec()
}
