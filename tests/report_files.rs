//! Every report as a file: what it answers over GraphQL stands in JSON and in CSV, figure by figure, and printed hours
//! add up.
//!
//! The files of the INDH report are held against its answers in `golden`; how files are made and fetched is tested in
//! `exports`, what reports answer with each of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_graphql::ID;
use entity::ids::OrganizationId;
use entity::types::EntryStatus;
use entity::types::Role;
use rust_decimal::Decimal;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use tiwizi::exports;
use tiwizi::exports::Format;
use tiwizi::exports::request::ExportRequest;
use tiwizi::exports::table::Table;
use tiwizi::graphql::node::NodeId;
use tiwizi::identity::Actor;
use tiwizi::identity::Ctx;
use tiwizi::identity::Scope;
use tiwizi::platform::i18n::Locale;
use tiwizi::reports;
use tiwizi::reports::Asking;
use tiwizi::reports::OrganizationRef;
use tiwizi::reports::ReportName;
use tiwizi::rollups::Dimension;

use crate::frozen::answered;
use crate::frozen::approved;
use crate::frozen::asked;
use crate::frozen::contracted;
use crate::frozen::worked;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::cast::REGION;
use crate::support::on_both_databases;
use crate::support::schemas::is_a_report;

const REPORTS: [&str; 5] = [
    "SDG",
    "HOURS",
    "VOLUNTEER_WORK",
    "DATA_QUALITY",
    "CONTRACTUAL_VOLUNTEERING",
];

/// Codes of closed sets, of which people read the words in CSV.
const WORDS: [(&str, &str); 7] = [
    ("valueOfWork", "method"),
    ("valueOfWork", "gap"),
    ("rate", "volunteersPerThousandGap"),
    ("rate", "volunteerRateGap"),
    ("measures", "unit"),
    ("indicators", "status"),
    ("measures", "status"),
];

/// The same question as `requestExport` takes it.
pub fn wanted(question: &Value) -> Value {
    let mut report = question.clone();
    report["name"] = report["report"].take();
    report.as_object_mut().unwrap().remove("report");
    report
}

/// The name and the bytes of the file of a report.
async fn file(app: &App, who: &Person, report: &Value, format: &str) -> (String, Vec<u8>) {
    let input = json!({ "report": report, "format": format, "locale": "en" });
    let made = who.done("requestExport", input, "exportJob { id }").await;
    while app.parts.work_once().await.unwrap() {}
    let query = "query($id: ID!) { node(id: $id) { ... on ExportJob { artifact { url fileName } failures { message } } } }";
    let made = who
        .asks(query, json!({ "id": made["exportJob"]["id"] }))
        .await;
    let file = &made["node"]["artifact"];
    let url = file["url"].as_str().unwrap_or_else(|| panic!("{made:#}"));
    // The tests' server listens elsewhere than its public address says.
    let path = &url[url.find("/files/").unwrap()..];
    let answer = app
        .http()
        .get(format!("{}{path}", app.url))
        .send()
        .await
        .unwrap();
    let name = file["fileName"].as_str().unwrap().to_owned();
    (name, answer.bytes().await.unwrap().to_vec())
}

async fn json_of(app: &App, who: &Person, report: &Value) -> Value {
    let (_, bytes) = file(app, who, report, "JSON").await;
    let file = serde_json::from_slice(&bytes).unwrap();
    is_a_report(&file);
    file
}

/// The order of sections and columns: no format tells it but CSV, which has the words of a language.
async fn layout(app: &App, report: &Value) -> Table {
    laid_out(app, report, Locale::En).await
}

/// A report as a table in a language.
pub async fn laid_out(app: &App, report: &Value, locale: Locale) -> Table {
    let text = |field: &str| report[field].as_str().unwrap();
    let span = (text("from").parse().unwrap(), text("to").parse().unwrap());
    let dimension = |field: &str| report[field].as_str().and_then(Dimension::of_word);
    let organization = report["organizationId"].as_str();
    let organization = organization.and_then(|it| OrganizationId::read(&ID(it.to_owned())));
    let asking = Asking {
        organization: organization.map(OrganizationRef::Id),
        rows: dimension("rows"),
        columns: dimension("columns"),
        ..Asking::of(
            ReportName::of_word(text("name")).unwrap(),
            text("territoryCode"),
            span,
        )
    };
    let ctx = match organization {
        // Who keeps the volunteers is told more of contracts than whoever has the machine.
        Some(id) => Ctx::new(
            Arc::clone(&app.parts.core),
            Actor::Operator,
            Scope::of(vec![(id, Role::Owner)], Vec::new(), Vec::new()),
            Locale::En,
            "test",
        ),
        None => app.parts.operator(Locale::En),
    };
    let answer = reports::answer(&ctx, &asking).await.unwrap();
    exports::table(&answer, locale).unwrap()
}

fn rows(section: &Value) -> Vec<Map<String, Value>> {
    let rows = section.as_array().into_iter().flatten();
    rows.map(|it| it.as_object().unwrap().clone()).collect()
}

/// The figures of a file by the names that snapshots give them.
fn figures(json: &Value) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for (section, of) in json.as_object().unwrap() {
        if ["report", "parameters"].contains(&section.as_str()) {
            continue;
        }
        for row in rows(of) {
            let text = |field: &str, none: &str| {
                row[field]
                    .as_str()
                    .map_or_else(|| none.to_owned(), str::to_owned)
            };
            let goal = || text("termCode", "NONE");
            let name = match section.as_str() {
                "totals" | "completeness" | "rate" | "incidents" | "valueOfWork" => section.clone(),
                "byGoal" => format!("byGoal[{}]", goal()),
                "byTarget" => format!(
                    "byGoal[{}].byTarget[{}]",
                    goal(),
                    text("targetCode", "NONE")
                ),
                "byEvidence" => format!("byEvidence[{}]", text("evidenceLevel", "")),
                "rows" | "columns" => format!("{section}[{}]", text("key", "")),
                "cells" => format!("cells[{},{}]", text("rowKey", ""), text("columnKey", "")),
                "measures" | "indicators" => format!("{section}[{}]", text("code", "")),
                "indicatorCategories" => {
                    format!(
                        "indicators[{}].breakdowns[{}]",
                        text("code", ""),
                        text("dimension", "")
                    )
                }
                "findings" => format!("findings[{}]", text("kind", "")),
                "incidentsByKind" => format!("incidents.byKind[{}]", text("kind", "")),
                "incidentsBySeverity" => {
                    format!("incidents.bySeverity[{}]", text("severity", "UNKNOWN"))
                }
                "valueByFallback" => format!("valueOfWork.byFallback[{}]", text("step", "")),
                "fullTimeEquivalents" => {
                    format!("valueOfWork.fullTimeEquivalents[{}]", text("basis", ""))
                }
                // Free texts are in no snapshot.
                "byMission" => continue,
                by => format!("{by}[{}]", text("code", "UNKNOWN")),
            };
            for (field, value) in &row {
                let (field, scale) = match (section.as_str(), field.as_str()) {
                    ("valueOfWork", "low" | "central" | "high")
                    | ("valueByFallback", "value")
                    | ("fullTimeEquivalents", "hours" | "workers") => {
                        (format!("{field}Hundredths"), Decimal::ONE_HUNDRED)
                    }
                    ("indicatorCategories", "value") => (
                        format!("categories[{}]", text("category", "")),
                        Decimal::ONE,
                    ),
                    ("indicatorCategories", _) => continue,
                    (_, "selfDeclaredMinutes") => level("SELF_DECLARED"),
                    (_, "coordinatorAttestedMinutes") => level("COORDINATOR_ATTESTED"),
                    (_, "importedMinutes") => level("IMPORTED"),
                    (_, "checkedInMinutes") => level("CHECKED_IN"),
                    (_, "checkedInAndOutMinutes") => level("CHECKED_IN_AND_OUT"),
                    // Of a target the name, of an indicator what it aims at.
                    ("byTarget", "target") => continue,
                    (_, field) => (field.to_owned(), Decimal::ONE),
                };
                let text = match value {
                    Value::Null => continue,
                    Value::String(text) => match text.parse::<Decimal>() {
                        Ok(it) => (it * scale).normalize().to_string(),
                        Err(_) => text.clone(),
                    },
                    other => other.to_string(),
                };
                let before = found.insert(format!("{name}.{field}"), text);
                assert_eq!(before, None, "{name}.{field} twice");
            }
        }
    }
    found
}

fn level(level: &str) -> (String, Decimal) {
    (format!("byEvidence[{level}].minutes"), Decimal::ONE)
}

/// What of an indicator is told beside what it has come to.
fn is_beside(name: &str) -> bool {
    let told = [
        ".trend",
        ".measurementCount",
        ".pendingCount",
        ".totalCount",
        ".periods[",
    ];
    name.starts_with("indicators") && told.iter().any(|it| name.contains(it))
}

/// A name without the organization that an indicator is of.
fn without_owner(name: &str) -> String {
    match name.split_once('@') {
        Some((code, rest)) => format!("{code}{}", &rest[rest.find(']').unwrap()..]),
        None => name.to_owned(),
    }
}

/// Rows of a file in CSV, section by section in order, with title and headers.
fn blocks(csv: &[u8]) -> Vec<Vec<Vec<String>>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(&csv[3..]);
    let lines = reader
        .records()
        .map(|it| it.unwrap().iter().map(str::to_owned).collect());
    let lines: Vec<Vec<String>> = lines.collect();
    lines
        .split(|it| *it == [""])
        .map(<[Vec<String>]>::to_vec)
        .collect()
}

/// What of CSV is other than JSON says.
fn differences(layout: &Table, json: &Value, csv: &[u8]) -> Vec<String> {
    let mut told = Vec::new();
    let blocks = blocks(csv);
    if blocks.len() != layout.sections.len() + 1 {
        told.push(format!("{} blocks", blocks.len()));
    }
    for (section, block) in layout.sections.iter().zip(&blocks[1..]) {
        let rows = rows(&json[section.key]);
        let headers: Vec<&String> = section.columns.iter().map(|it| &it.header).collect();
        if block[0] != [section.title.clone()] || block[1].iter().collect::<Vec<_>>() != headers {
            told.push(format!("{}: {:?}", section.key, &block[..2]));
        }
        if block.len() != rows.len() + 2 {
            told.push(format!(
                "{}: {} rows in JSON, {} in CSV",
                section.key,
                rows.len(),
                block.len()
            ));
        }
        for (row, cells) in rows.iter().zip(&block[2..]) {
            for (column, cell) in section.columns.iter().zip(cells) {
                let text = match &row[column.key] {
                    Value::Null => String::new(),
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                let is_same =
                    *cell == text || (text.starts_with('=') && *cell == format!("'{text}"));
                let is_code = WORDS.contains(&(section.key, column.key));
                if !is_code && !is_same {
                    told.push(format!(
                        "{}.{}: {text} in JSON, {cell} in CSV",
                        section.key, column.key
                    ));
                }
            }
        }
    }
    told
}

fn hundredths(row: &Map<String, Value>) -> i64 {
    row["hours"]
        .as_str()
        .unwrap()
        .replace('.', "")
        .parse()
        .unwrap()
}

fn sum(rows: &[Map<String, Value>]) -> i64 {
    rows.iter().map(hundredths).sum()
}

on_both_databases! {
    /// Asked for by a member of one organization and by an observer of the region.
    async fn every_report_is_written_figure_by_figure(app: App) {
        let cast = Cast::on(&app).await;
        worked(&cast).await;
        for report in REPORTS {
            for (who, question) in [
                (&cast.owner, asked(report, &cast.organization.territory, Some(&cast.organization.id))),
                (&cast.observer, asked(report, REGION, None)),
            ] {
                let wanted = wanted(&question);
                let json = json_of(&app, who, &wanted).await;
                let (_, csv) = file(&app, who, &wanted, "CSV").await;

                assert_eq!(json["report"], report);
                let expected = answered(who, &question).await;
                let found = figures(&json);
                assert!(expected.len() > 10, "{report}: {expected:?}");
                for (name, value) in expected.iter().filter(|it| !is_beside(it.0)) {
                    let name = without_owner(name);
                    assert_eq!(found.get(&name), Some(value), "{report} {name}");
                }
                let layout = layout(&app, &wanted).await;
                assert_eq!(differences(&layout, &json, &csv), [""; 0], "{report}");
                let whole = hundredths(&rows(&json["totals"])[0]);
                for (section, of) in json.as_object().unwrap() {
                    let rows = rows(of);
                    if section != "fullTimeEquivalents" && rows.first().is_some_and(|it| it.contains_key("hours")) {
                        assert_eq!(sum(&rows), whole, "{report} {section}");
                    }
                }
            }
        }
    }

    /// Hours of rows, of columns and of what crosses add up, to the hundredth.
    async fn hours_that_cross_add_up(app: App) {
        let cast = Cast::on(&app).await;
        worked(&cast).await;
        for (day, minutes) in [("2026-01-05", 7), ("2026-01-19", 20), ("2026-02-03", 11), ("2026-08-21", 50)] {
            approved(&cast, day, minutes).await;
        }
        for (rows_by, columns_by) in [("MONTH", "GOAL"), ("TARGET", "QUARTER"), ("PROGRAMME", "MONTH"), ("TERRITORY", "STATUS"), ("ORGANIZATION", "AXIS")] {
            let report = json!({ "name": "HOURS", "territoryCode": REGION, "from": "2026-01-01", "to": "2026-12-31",
                "rows": rows_by, "columns": columns_by });
            let (name, bytes) = file(&app, &cast.observer, &report, "JSON").await;
            let json: Value = serde_json::from_slice(&bytes).unwrap();
            let expected = format!("hours-{rows_by}-{columns_by}-{REGION}-2026-01-01-2026-12-31-en.json");
            assert_eq!(name.to_lowercase(), expected.to_lowercase());
            let parameters = &json["parameters"];
            assert_eq!((&parameters["rowDimension"], &parameters["columnDimension"]), (&json!(rows_by), &json!(columns_by)));
            let whole = hundredths(&rows(&json["totals"])[0]);
            assert_eq!(whole, (161 + 7 + 20 + 11 + 50) * 100 / 60, "{rows_by}");
            let cells = rows(&json["cells"]);
            for (section, key) in [("rows", "rowKey"), ("columns", "columnKey")] {
                let lines = rows(&json[section]);
                assert_eq!(sum(&lines), whole, "{rows_by} × {columns_by}");
                for line in &lines {
                    let of: Vec<_> = cells.iter().filter(|it| it[key] == line["key"]).cloned().collect();
                    assert_eq!(sum(&of), hundredths(line), "{rows_by} × {columns_by}: {line:?}");
                    let exact = line["minutes"].as_i64().unwrap() * 100;
                    assert!((exact - hundredths(line) * 60).abs() < 60, "{line:?}");
                }
            }
        }
        let json = json_of(&app, &cast.observer, &wanted(&asked("SDG", REGION, None))).await;
        for goal in rows(&json["byGoal"]) {
            let of: Vec<_> = rows(&json["byTarget"]).into_iter().filter(|it| it["termCode"] == goal["termCode"]).collect();
            assert_eq!(sum(&of), hundredths(&goal), "{goal:?}");
        }
    }

    /// Whoever has a file and whoever has a snapshot can see that they have the same figures, in any language.
    async fn a_file_has_the_digest_of_the_snapshot(app: App) {
        let cast = Cast::on(&app).await;
        worked(&cast).await;
        contracted(&cast, "Meals").await;
        for report in REPORTS.into_iter().chain(["INDH"]) {
            let question = asked(report, REGION, None);
            let made = cast.observer.done("createSnapshot", question.clone(), "snapshot { sha256 }").await;
            let digest = &made["snapshot"]["sha256"];

            let json = json_of(&app, &cast.observer, &wanted(&question)).await;

            assert_eq!(&json["parameters"]["sha256"], digest, "{report}");
            let (_, csv) = file(&app, &cast.observer, &wanted(&question), "CSV").await;
            assert!(String::from_utf8(csv).unwrap().contains(digest.as_str().unwrap()), "{report}");
        }
    }

    /// What people wrote is run by no spreadsheet, and stands in JSON as they wrote it.
    async fn a_name_that_begins_like_a_formula_is_defused(app: App) {
        let cast = Cast::on(&app).await;
        worked(&cast).await;
        let formula = "=HYPERLINK(\"https://example.org\")";
        contracted(&cast, formula).await;
        let input = json!({ "id": cast.project, "title": formula });
        cast.owner.done("updateProject", input, "project { id }").await;
        for (report, section) in [("HOURS", "rows"), ("CONTRACTUAL_VOLUNTEERING", "byMission")] {
            let wanted = wanted(&asked(report, &cast.organization.territory, Some(&cast.organization.id)));
            let json = json_of(&app, &cast.owner, &wanted).await;
            let (_, csv) = file(&app, &cast.owner, &wanted, "CSV").await;

            assert!(rows(&json[section]).iter().any(|it| it["name"] == formula), "{json:#}");
            let cells: Vec<String> = blocks(&csv).into_iter().flatten().flatten().collect();
            assert!(cells.contains(&format!("'{formula}")), "{cells:?}");
            assert!(!cells.iter().any(|it| it.starts_with('=')), "{cells:?}");
        }
        // Missions may name people: an observer's file has none.
        let json = json_of(&app, &cast.observer, &wanted(&asked("CONTRACTUAL_VOLUNTEERING", REGION, None))).await;
        assert_eq!(json.get("byMission"), None);
    }

    /// Files tell what happened under contracts as the report does: all of it to those who keep the volunteers, and to
    /// others that it did.
    async fn incidents_are_told_to_those_whom_the_report_tells(app: App) {
        let cast = Cast::on(&app).await;
        worked(&cast).await;
        let input = json!({ "contractId": contracted(&cast, "Meals").await, "day": "2026-04-10", "kind": "ACCIDENT",
            "severity": "TEMPORARY_INCAPACITY", "daysLost": 5, "description": "fell from a ladder" });
        cast.owner.done("recordIncident", input, "incident { id }").await;
        let query = "query($input: ContractualVolunteeringReportInput!) { contractualVolunteeringReport(input: $input) {
            incidents { incidents declared daysLost byKind { kind name(locale: \"en\") incidents declared daysLost }
            bySeverity { severity name(locale: \"en\") incidents declared daysLost } } } }";
        let of_one = json!({ "input": { "organizationId": cast.organization.id, "year": 2026 } });
        for (who, is_told) in [(&cast.owner, true), (&cast.observer, false)] {
            let answer = who.asks(query, of_one.clone()).await["contractualVolunteeringReport"]["incidents"].take();
            let wanted = wanted(&asked("CONTRACTUAL_VOLUNTEERING", &cast.organization.territory, Some(&cast.organization.id)));
            let json = json_of(&app, who, &wanted).await;
            let (_, csv) = file(&app, who, &wanted, "CSV").await;

            let whole = json!({ "incidents": answer["incidents"], "declared": answer["declared"], "daysLost": answer["daysLost"] });
            assert_eq!((&whole["incidents"], whole["daysLost"].is_null()), (&json!(1), !is_told), "{}", who.email);
            assert_eq!(json["incidents"], json!([whole]), "{}", who.email);
            for (section, breakdown) in [("incidentsByKind", "byKind"), ("incidentsBySeverity", "bySeverity")] {
                assert_eq!(json.get(section), Some(&answer[breakdown]).filter(|it| !it.is_null()), "{}", who.email);
                assert_eq!(json.get(section).is_some(), is_told, "{}", who.email);
            }
            assert_eq!(String::from_utf8(csv).unwrap().contains("Accident at work"), is_told, "{}", who.email);
        }
    }

    /// Every report takes an instant; the territory may be left out where the organization says it.
    async fn a_file_of_any_report_is_of_its_instant(app: App) {
        let cast = Cast::on(&app).await;
        worked(&cast).await;
        app.advance(chrono::TimeDelta::minutes(1));
        let instant = app.parts.core.clock.now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        app.advance(chrono::TimeDelta::minutes(1));
        approved(&cast, "2026-06-10", 30).await;
        for report in REPORTS {
            let mut wanted = wanted(&asked(report, &cast.organization.territory, Some(&cast.organization.id)));
            let now = json_of(&app, &cast.owner, &wanted).await;
            wanted["asOf"] = json!(instant);
            let (name, bytes) = file(&app, &cast.owner, &wanted, "JSON").await;
            let then: Value = serde_json::from_slice(&bytes).unwrap();

            let minutes = |it: &Value| it["totals"][0]["minutes"].clone();
            assert_eq!((minutes(&now), minutes(&then)), (json!(191), json!(161)), "{report}");
            assert_eq!(then["parameters"]["asOf"], json!(instant), "{report}");
            let begins = report.to_lowercase().replace('_', "-");
            assert!(name.starts_with(&begins) && name.contains("-as-of-"), "{name}");
            wanted["territoryCode"] = json!(null);
            let place = match report {
                "DATA_QUALITY" => "MA",
                "CONTRACTUAL_VOLUNTEERING" => cast.organization.territory.as_str(),
                _ => {
                    let input = json!({ "report": wanted, "format": "CSV" });
                    assert_eq!(cast.owner.refused("requestExport", input).await, ["REQUIRED"]);
                    continue;
                }
            };
            let whole = json_of(&app, &cast.owner, &wanted).await;
            assert_eq!(whole["parameters"]["territoryCode"], json!(place), "{report}");
        }
    }

    /// What a report is not asked is refused before anything is queued, with the field and what it takes.
    async fn what_a_report_does_not_take_is_refused(app: App) {
        let cast = Cast::on(&app).await;
        let refused = async |report: &str, changes: Value| {
            let mut wanted = wanted(&asked(report, &cast.organization.territory, Some(&cast.organization.id)));
            for (field, value) in changes.as_object().unwrap() {
                wanted[field] = value.clone();
            }
            let input = json!({ "report": wanted, "format": "CSV" });
            let payload = cast.owner.does("requestExport", input, "userErrors { code path }").await;
            let errors = payload["userErrors"].as_array().unwrap().clone();
            let told = errors.iter().map(|it| {
                let path: Vec<&str> = it["path"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
                format!("{} {}", it["code"].as_str().unwrap(), path.join("."))
            });
            told.collect::<Vec<String>>()
        };
        assert_eq!(refused("HOURS", json!({ "rows": null })).await, ["REQUIRED report.rows"]);
        assert_eq!(refused("HOURS", json!({ "columns": "PROJECT" })).await, ["SAME_DIMENSION report.columns"]);
        assert_eq!(refused("SDG", json!({ "rows": "MONTH", "columns": "PROJECT" })).await, ["QUESTION_UNFIT report.rows", "QUESTION_UNFIT report.columns"]);
        assert_eq!(refused("DATA_QUALITY", json!({ "statusBasis": ["DRAFT"] })).await, ["QUESTION_UNFIT report.statusBasis"]);
        assert_eq!(refused("CONTRACTUAL_VOLUNTEERING", json!({ "to": "2026-06-30" })).await, ["QUESTION_UNFIT report.to"]);
        for report in REPORTS {
            let wanted = wanted(&asked(report, &cast.organization.territory, Some(&cast.organization.id)));
            let input = json!({ "report": wanted, "format": "CSV" });
            for who in [&cast.volunteer, &cast.outsider] {
                let refused = who.refused("requestExport", input.clone()).await;
                assert!(["FORBIDDEN", "NOT_FOUND"].contains(&refused[0].as_str()), "{report}: {refused:?}");
            }
        }
        let list = "{ exportJobs { totalCount } }";
        assert_eq!(cast.owner.asks(list, json!({})).await["exportJobs"]["totalCount"], 0);
    }

    /// What was asked is told as it was asked.
    async fn an_export_tells_its_dimensions(app: App) {
        let cast = Cast::on(&app).await;
        let input = json!({ "report": wanted(&asked("HOURS", REGION, None)), "format": "CSV" });
        let selection = "exportJob { report { name territoryCode rows columns } }";
        let made = cast.observer.done("requestExport", input, selection).await;
        let told = json!({ "name": "HOURS", "territoryCode": REGION, "rows": "PROJECT", "columns": "EVIDENCE" });
        assert_eq!(made["exportJob"]["report"], told);
    }
}

/// What waited while the program was brought up to date is carried out, and the keys of repeated requests still hold.
#[test]
fn a_request_without_dimensions_is_kept_as_it_always_was() {
    let request = ExportRequest {
        name: ReportName::Indh,
        territory_code: Some("07".to_owned()),
        from: "2026-01-01".parse().unwrap(),
        to: "2026-12-31".parse().unwrap(),
        organization: None,
        status_basis: vec![EntryStatus::Approved],
        as_of: None,
        rows: None,
        columns: None,
        format: Format::Csv,
        locale: Locale::Fr,
    };

    let kept = serde_json::to_value(&request).unwrap();

    let members: Vec<&String> = kept.as_object().unwrap().keys().collect();
    let mut expected = [
        "name",
        "territory_code",
        "from",
        "to",
        "organization",
        "status_basis",
        "format",
        "locale",
    ];
    expected.sort_unstable();
    let mut found: Vec<&str> = members.iter().map(|it| it.as_str()).collect();
    found.sort_unstable();
    assert_eq!(found, expected);
    assert_eq!(kept["territory_code"], "07");
    let again: ExportRequest = serde_json::from_value(kept).unwrap();
    assert_eq!(again, request);
}
