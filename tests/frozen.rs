//! Frozen answers of every report: figure by figure what the report answers, whoever may read it, and what changed since
//! through what.
//!
//! What of a snapshot is the same for all reports is tested in `snapshots`.

use std::collections::BTreeMap;

use async_graphql::ID;
use chrono::TimeDelta;
use entity::ids::OrganizationId;
use entity::ids::SnapshotId;
use entity::ids::UserId;
use entity::report_snapshot;
use rust_decimal::Decimal;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use serde_json::Value;
use serde_json::json;
use tiwizi::graphql::node::NodeId;
use tiwizi::graphql::node::split;
use tiwizi::platform::crypto::sha256;
use tiwizi::platform::hex::hex;
use tiwizi::platform::i18n::Locale;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::cast::REGION;
use crate::support::on_both_databases;
use crate::support::statements::counted;

const FIELDS: &str =
    "snapshot { id report content sha256 asOf rowDimension columnDimension organization { id } }";
const DIFF: &str = "query($from: ID!, $to: ID) { snapshotDiff(from: $from, to: $to) {
    changeCount entryCount movedMinutes changes { figure kind before after writtenBefore writtenAfter }
    entries { difference hourEntry { id } } contractCount contracts { id } measurementCount measurements { id } } }";

const EVIDENCE: &str = "byEvidence { evidenceLevel minutes }";
const WORTH: &str = "valueOfWork { method currency lowHundredths: low centralHundredths: central highHundredths: high
    statedIntervalMinutes byFallback { step minutes valueHundredths: value }
    fullTimeEquivalents { basis hoursHundredths: hours workersHundredths: workers } }";
const PROGRESS: &str = "indicator { code organization { id } } baseline { value denominator percent }
    target { value denominator percent } actual { value denominator percent } reachedPercent status trend
    targetedActual { value denominator percent } targetedBaseline { value denominator percent } trendBasis trendGap
    measuredProjectCount targetedProjectCount comparedProjectCount measurementCount pendingCount
    periods { from to actual { value denominator percent } targetedActual { value denominator percent } target { value denominator percent } }
    breakdowns { dimension categories { category value { value denominator percent } } }";
const MONTHS: &str = "expected reporting declaredZero late";
const TOTALS: &str =
    "totals { minutes groupMinutes entries participations distinctVolunteers projects organizations
    byEvidence { evidenceLevel minutes entries participations } }";

/// Every report, as it is frozen of the organization.
const REPORTS: [&str; 6] = [
    "INDH",
    "SDG",
    "HOURS",
    "VOLUNTEER_WORK",
    "CONTRACTUAL_VOLUNTEERING",
    "DATA_QUALITY",
];

pub fn asked(report: &str, territory: &str, organization: Option<&str>) -> Value {
    let mut input = json!({ "report": report, "territoryCode": territory, "from": "2026-01-01",
        "to": "2026-12-31", "organizationId": organization });
    if report == "HOURS" {
        input["rows"] = json!("PROJECT");
        input["columns"] = json!("EVIDENCE");
    }
    input
}

/// The same question as the report itself takes it.
fn question(input: &Value) -> Value {
    let mut question = input.clone();
    let fields = question.as_object_mut().unwrap();
    fields.remove("report");
    if input["report"] == "CONTRACTUAL_VOLUNTEERING" {
        fields.remove("from");
        fields.remove("to");
        fields.insert("year".to_owned(), json!(2026));
    }
    question
}

async fn frozen(who: &Person, input: Value) -> Value {
    who.done("createSnapshot", input, FIELDS).await["snapshot"].take()
}

async fn difference(who: &Person, from: &Value) -> Value {
    who.asks(DIFF, json!({ "from": from["id"], "to": null }))
        .await["snapshotDiff"]
        .take()
}

fn document(snapshot: &Value) -> Value {
    serde_json::from_str(snapshot["content"].as_str().unwrap()).unwrap()
}

/// All figures of a document, as they are written.
fn figures(snapshot: &Value) -> BTreeMap<String, String> {
    let document = document(snapshot);
    let mut figures = BTreeMap::new();
    for member in ["figures", "decimals", "texts"] {
        for (name, it) in document[member].as_object().unwrap() {
            let text = it.as_str().map_or_else(|| it.to_string(), str::to_owned);
            assert!(figures.insert(name.clone(), text).is_none(), "{name} twice");
        }
    }
    figures
}

/// The answer of a report to the question, its figures by the names that snapshots give them.
pub async fn answered(who: &Person, input: &Value) -> BTreeMap<String, String> {
    let (field, kind, selection) = match input["report"].as_str().unwrap() {
        "INDH" => ("indhReport", "IndhReportInput", format!("{TOTALS}
            byProgramme {{ term {{ code }} minutes touchedMinutes entries distinctVolunteers projects {EVIDENCE}
                byAxis {{ term {{ code }} minutes touchedMinutes entries distinctVolunteers projects }} }}
            byTerritory {{ territory {{ code }} minutes entries distinctVolunteers projects {EVIDENCE} completeness {{ {MONTHS} }} }}
            byMonth {{ month minutes entries distinctVolunteers projects {EVIDENCE} }}
            crossings {{ month territoryCode programmeCode minutes touchedMinutes entries distinctVolunteers projects }}
            completeness {{ {MONTHS} }} completenessElsewhere {{ {MONTHS} }}
            comparison {{ previousPeriod {{ ...compared }} previousYear {{ ...compared }} }}
            budget {{ projects budgetedProjects otherCurrencyProjects amounts {{ ...amounts }}
                byProgramme {{ term {{ code }} projects amounts {{ ...amounts }} }} }}
            beneficiaries {{ direct {{ ...benefit }} indirect {{ ...benefit }} }}
            indicators {{ totalCount rows {{ {PROGRESS} }} }}
            partners {{ totalCount otherMinutes rows {{ organization {{ id }} minutes projects distinctVolunteers }} }} {WORTH}")),
        "SDG" => ("sdgReport", "SdgReportInput", format!("{TOTALS}
            byGoal {{ term {{ code }} minutes groupMinutes touchedMinutes entries distinctVolunteers projects organizations {EVIDENCE}
                byTarget {{ term {{ code }} minutes groupMinutes touchedMinutes entries distinctVolunteers projects organizations {EVIDENCE} }} }}
            completeness {{ {MONTHS} }} indicatorCount indicators {{ progress {{ {PROGRESS} }} }} {WORTH}")),
        "HOURS" => ("hoursReport", "HoursReportInput", "totals { ...hours }
            rows { member { key } measures { ...hours } cells { columnKey measures { ...hours } } }
            columns { member { key } measures { ...hours } }".to_owned()),
        "VOLUNTEER_WORK" => ("volunteerWorkReport", "VolunteerWorkReportInput", "totals { people minutes groupMinutes }
            tables { dimension rows { code amounts { people minutes groupMinutes } } }
            rate { censusYear inhabitants volunteersPerThousand volunteersPerThousandGap volunteerRatePercent volunteerRateGap }".to_owned()),
        "CONTRACTUAL_VOLUNTEERING" => ("contractualVolunteeringReport", "ContractualVolunteeringReportInput",
            "totals { organizations inForce begun ended terminatedEarly volunteers minutes }
            tables { dimension rows { code contracts volunteers minutes } } findings { kind contracts }
            incidents { incidents declared }".to_owned()),
        "DATA_QUALITY" => ("dataQualityReport", "DataQualityReportInput", format!("minutes
            byEvidence {{ evidenceLevel minutes percent }} completeness {{ {MONTHS} }}
            measures {{ code numerator denominator percent thresholdPercent status }}")),
        other => panic!("{other}"),
    };
    const FRAGMENTS: [(&str, &str); 4] = [
        ("compared", "fragment compared on ComparedPeriod { from to minutes { ...change } entries { ...change } participations { ...change }
            distinctVolunteers { ...change } projects { ...change } organizations { ...change } }
            fragment change on ComparedFigure { before difference percent }"),
        ("amounts", "fragment amounts on BudgetAmounts { totalHundredths: total indhHundredths: indh
            othersHundredths: others unstatedHundredths: unstated indhPercent }"),
        ("benefit", "fragment benefit on BeneficiaryFigures { participations bySex { category participations }
            byMilieu { category participations } measurementCount pendingCount }"),
        ("hours", "fragment hours on HoursMeasures { minutes touchedMinutes entries participations
            distinctVolunteers projects organizations }"),
    ];
    let mut query =
        format!("query($input: {kind}!) {{ {field}(input: $input) {{ {selection} }} }}");
    for (name, fragment) in FRAGMENTS {
        if query.contains(&format!("...{name} ")) || query.contains(&format!("...{name} }}")) {
            query.push_str(fragment);
        }
    }
    let mut answer = who.asks(&query, json!({ "input": question(input) })).await[field].take();
    named_alike(&mut answer);
    let mut found = BTreeMap::new();
    flatten(String::new(), &answer, &mut found);
    found
}

/// What reports call otherwise than snapshots, or have at another place.
fn named_alike(answer: &mut Value) {
    if let Some(rows) = answer["totals"]
        .as_object_mut()
        .and_then(|it| it.remove("byEvidence"))
    {
        answer["byEvidence"] = rows;
    }
    if let Some(minutes) = answer.as_object_mut().unwrap().remove("minutes") {
        answer["totals"] = json!({ "minutes": minutes });
    }
    if let Some(count) = answer.as_object_mut().unwrap().remove("indicatorCount") {
        let rows: Vec<Value> = answer["indicators"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["progress"].clone())
            .collect();
        answer["indicators"] = json!({ "totalCount": count, "rows": rows });
    }
    if let Some(tables) = answer.as_object_mut().unwrap().remove("tables") {
        for table in tables.as_array().unwrap() {
            let dimension = table["dimension"].as_str().unwrap().to_lowercase();
            let (first, rest) = dimension.split_at(1);
            // Missions are free texts, and frozen nowhere.
            if dimension != "mission" {
                answer[format!("by{}{rest}", first.to_uppercase())] = table["rows"].clone();
            }
        }
    }
    let rows = answer
        .get("rows")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let mut cells = Vec::new();
    for row in &rows {
        for cell in row["cells"].as_array().unwrap() {
            let (row, column) = (plain(&row["member"]["key"]), plain(&cell["columnKey"]));
            cells.push(json!({ "member": { "key": format!("{row},{column}") }, "measures": cell["measures"] }));
        }
    }
    if !rows.is_empty() {
        answer["cells"] = json!(cells);
    }
}

/// A key as snapshots write it: ids as they are.
fn plain(key: &Value) -> String {
    let text = key.as_str().unwrap();
    split(&ID(text.to_owned())).map_or_else(|| text.to_owned(), |(_, id)| id.to_string())
}

fn flatten(name: String, value: &Value, found: &mut BTreeMap<String, String>) {
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            for (field, value) in fields {
                let name = match (field.as_str(), name.as_str()) {
                    ("amounts" | "measures", name) if !name.is_empty() => name.to_owned(),
                    ("cells", name) if !name.is_empty() => continue,
                    ("rows", name) if !name.is_empty() => name.to_owned(),
                    ("value", name) => name.to_owned(),
                    (field, "") => field.to_owned(),
                    (field, name) => format!("{name}.{field}"),
                };
                flatten(name, value, found);
            }
        }
        Value::Array(rows) => {
            for row in rows {
                let mut row = row.clone();
                let key = key(row.as_object_mut().unwrap());
                flatten(format!("{name}[{key}]"), &row, found);
            }
        }
        Value::String(text) => {
            let text = match text.parse::<Decimal>() {
                Ok(it) if name.ends_with("Hundredths") => {
                    (it * Decimal::ONE_HUNDRED).normalize().to_string()
                }
                Ok(it) => it.normalize().to_string(),
                Err(_) => text.clone(),
            };
            found.insert(name, text);
        }
        other => {
            found.insert(name, other.to_string());
        }
    }
}

/// Takes out of a row what tells it apart.
fn key(row: &mut serde_json::Map<String, Value>) -> String {
    let mut take = |field: &str| row.remove(field);
    let word = |it: Value, none: &str| it.as_str().map_or_else(|| none.to_owned(), str::to_owned);
    if let Some(place) = take("territoryCode") {
        let (month, programme) = (take("month").unwrap(), take("programmeCode").unwrap());
        return format!(
            "{},{},{}",
            word(month, ""),
            word(place, ""),
            word(programme, "NONE")
        );
    }
    if let Some(it) = take("indicator") {
        let code = word(it["code"].clone(), "");
        return match &it["organization"]["id"] {
            Value::Null => code,
            id => format!("{code}@{}", plain(id)),
        };
    }
    for field in ["term", "territory"] {
        if let Some(it) = take(field) {
            return word(it["code"].clone(), "NONE");
        }
    }
    if let Some(it) = take("organization") {
        return plain(&it["id"]);
    }
    if let Some(it) = take("member") {
        return plain(&it["key"]);
    }
    if let Some(from) = take("from") {
        return format!("{}/{}", word(from, ""), word(take("to").unwrap(), ""));
    }
    for field in [
        "month",
        "evidenceLevel",
        "category",
        "dimension",
        "step",
        "basis",
        "kind",
        "code",
    ] {
        if let Some(it) = take(field) {
            return word(it, "UNKNOWN");
        }
    }
    panic!("a row without a key: {row:?}")
}

/// An hour of a day, handed in and approved.
pub async fn approved(cast: &Cast, on: &str, minutes: u32) -> String {
    let entry = cast
        .coordinator
        .logs(&cast.record, &cast.project, on, minutes)
        .await;
    cast.owner.approves(&[&entry]).await;
    entry
}

/// A figure of an indicator in a month of thirty days, approved.
async fn measured(cast: &Cast, indicator: &str, month: &str, value: &str) -> String {
    let selection = "results { measurement { id } userErrors { code } }";
    let input = json!({ "measurements": [{ "indicatorId": indicator, "projectId": cast.project,
        "from": format!("2026-{month}-01"), "to": format!("2026-{month}-30"), "value": { "value": value } }] });
    let made = cast
        .coordinator
        .does("recordMeasurements", input, selection)
        .await;
    let id = made["results"][0]["measurement"]["id"]
        .as_str()
        .expect("a measurement")
        .to_owned();
    cast.owner
        .does("approveMeasurements", json!({ "ids": [id] }), selection)
        .await;
    id
}

pub async fn contracted(cast: &Cast, mission: &str) -> String {
    let input = json!({ "volunteerId": cast.record, "mission": mission, "territoryCode": cast.organization.territory,
        "from": "2026-03-01", "until": "2026-12-31", "weeklyMinutes": 240, "signedOn": "2026-02-20" });
    let made = cast
        .owner
        .done("recordContract", input, "contract { id }")
        .await;
    made["contract"]["id"].as_str().unwrap().to_owned()
}

/// Something of everything that reports tell. Gives an indicator of the organization that serves a goal.
pub async fn worked(cast: &Cast) -> String {
    for (vocabulary, shares) in [
        (
            "INDH",
            json!([{ "termCode": "PH3-P1", "percent": "33.3333" }, { "termCode": "PH3-P4", "percent": "66.6667" }]),
        ),
        (
            "SDG",
            json!([{ "termCode": "4.1", "percent": "50" }, { "termCode": "6", "percent": "50" }]),
        ),
    ] {
        let input = json!({ "projectId": cast.project, "vocabulary": vocabulary, "shares": shares, "validFrom": "2026-01-01" });
        cast.owner
            .done("setTagAllocations", input, "project { id }")
            .await;
    }
    let input = json!({ "id": cast.record, "birthDate": "1990-03-08", "sex": "FEMALE" });
    cast.owner
        .done("updateVolunteer", input, "volunteer { id }")
        .await;
    let input = json!({ "organizationId": cast.organization.id, "number": "12/2026", "from": "2026-01-01" });
    cast.owner
        .done("recordAccreditation", input, "accreditation { id }")
        .await;
    contracted(cast, "Lessons").await;
    let input = json!({ "organizationId": cast.organization.id, "code": "PUPILS", "nameFr": "Élèves", "unit": "élèves",
        "valueType": "COUNT", "level": "OUTPUT", "overTime": "SUM", "overPlace": "SUM", "sdgCode": "4.1", "dimensions": ["SEX"] });
    let made = cast
        .owner
        .done("createIndicator", input, "indicator { id }")
        .await;
    let indicator = made["indicator"]["id"].as_str().unwrap().to_owned();
    let input = json!({ "indicatorId": indicator, "projectId": cast.project,
        "targets": [{ "from": "2026-01-01", "to": "2026-12-31", "value": { "value": "80" } }] });
    cast.owner
        .done("setTargets", input, "targets { from }")
        .await;
    measured(cast, &indicator, "04", "25").await;
    let query = "{ indicators(first: 100, filter: { search: \"INDH-BENEFICIARIES-DIRECT\" }) { nodes { id } } }";
    let found = cast.owner.asks(query, json!({})).await;
    let benefit = found["indicators"]["nodes"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    measured(cast, &benefit, "04", "120").await;
    approved(cast, "2026-03-10", 61).await;
    approved(cast, "2026-04-10", 100).await;
    cast.coordinator
        .logs(&cast.record, &cast.project, "2026-05-10", 600)
        .await;
    indicator
}

/// What measures of the INDH report snapshots hold beside what it shows of rows.
fn is_beside(name: &str) -> bool {
    let told = ["groupMinutes", "participations", "organizations"];
    told.iter().any(|it| name.ends_with(it))
}

/// The row of a snapshot as it is kept, with other content.
fn kept(
    cast: &Cast,
    app: &App,
    like: &Value,
    content: String,
    as_of: chrono::DateTime<chrono::Utc>,
) -> report_snapshot::Model {
    let ctx = app.parts.operator(Locale::En);
    let document = document(like);
    let day = |field: &str| document[field].as_str().unwrap().parse().unwrap();
    report_snapshot::Model {
        id: SnapshotId(ctx.new_id()),
        title: None,
        report: "INDH".to_owned(),
        territory_code: document["territory"].as_str().unwrap().to_owned(),
        territory_id: entity::ids::TerritoryId(uuid::Uuid::nil()),
        organization_id: OrganizationId::read(&ID(cast.organization.id.clone())),
        from_day: day("from"),
        to_day: day("to"),
        status_basis: document["statusBasis"].to_string(),
        as_of,
        sha256: sha256(content.as_bytes()),
        content,
        row_dimension: None,
        column_dimension: None,
        created_by: UserId::read(&ID(cast.owner.id.clone())),
        created_at: as_of,
    }
}

on_both_databases! {
    /// Frozen by a member of one organization and by an observer of the region, every report says what it answers.
    async fn every_report_is_frozen_figure_by_figure(app: App) {
        let cast = Cast::on(&app).await;
        worked(&cast).await;
        for report in REPORTS {
            for (who, input) in [
                (&cast.owner, asked(report, &cast.organization.territory, Some(&cast.organization.id))),
                (&cast.observer, asked(report, REGION, None)),
            ] {
                let snapshot = frozen(who, input.clone()).await;
                let content = snapshot["content"].as_str().unwrap();
                assert_eq!(snapshot["sha256"], json!(hex(&sha256(content.as_bytes()))), "{report}");
                // Sorted members, no white space: read and written again by anybody it is the same.
                let again: Value = serde_json::from_str(content).unwrap();
                assert_eq!(serde_json::to_string(&again).unwrap(), content, "{report}");
                assert_eq!((&again["form"], &again["report"]), (&json!(4), &json!(report)));
                let (found, expected) = (figures(&snapshot), answered(who, &input).await);
                assert!(expected.len() > 10, "{report}: {expected:?}");
                for (name, value) in &expected {
                    assert_eq!(found.get(name), Some(value), "{report} {name}");
                }
                let beside: Vec<_> = found.keys().filter(|it| !expected.contains_key(*it)).collect();
                assert!(beside.iter().all(|it| matches!(report, "INDH" | "SDG" | "HOURS") && is_beside(it)), "{report}: {beside:?}");
                assert!(!content.contains("Lessons"), "missions may name people");
                let since = difference(who, &snapshot).await;
                assert_eq!((&since["changes"], &since["entryCount"], &since["contractCount"], &since["measurementCount"]),
                    (&json!([]), &json!(0), &json!(0), &json!(0)), "{report}");
            }
        }
    }

    /// A request that comes twice has one effect, for every report; another question under the same key is refused.
    async fn a_repeated_request_freezes_once(app: App) {
        let cast = Cast::on(&app).await;
        worked(&cast).await;
        for report in REPORTS {
            let mut input = asked(report, &cast.organization.territory, Some(&cast.organization.id));
            input["idempotencyKey"] = json!(report);
            let first = frozen(&cast.owner, input.clone()).await;
            assert_eq!(frozen(&cast.owner, input.clone()).await["id"], first["id"], "{report}");
            let filter = json!({ "filter": { "report": report } });
            let list = "query($filter: ReportSnapshotFilter) { reportSnapshots(filter: $filter) { nodes { id report } totalCount } }";
            let listed = cast.owner.asks(list, filter).await["reportSnapshots"].take();
            assert_eq!(listed, json!({ "nodes": [{ "id": first["id"], "report": report }], "totalCount": 1 }));
        }
        let mut input = asked("HOURS", &cast.organization.territory, Some(&cast.organization.id));
        input["idempotencyKey"] = json!("HOURS");
        input["columns"] = json!("MONTH");
        assert_eq!(cast.owner.refused("createSnapshot", input.clone()).await, ["IDEMPOTENCY_CONFLICT"]);
        input["idempotencyKey"] = json!(null);
        let other = frozen(&cast.owner, input.clone()).await;
        assert_eq!((&other["rowDimension"], &other["columnDimension"]), (&json!("PROJECT"), &json!("MONTH")));
        assert_eq!(figures(&other)["columns[2026-04].minutes"], "100");
        input["columns"] = json!("EVIDENCE");
        let one = frozen(&cast.owner, input).await;
        // Dimensions are a part of the question.
        let mixed = cast.owner.tries(DIFF, json!({ "from": one["id"], "to": other["id"] })).await;
        assert_eq!(mixed.body["errors"][0]["extensions"]["rule"], "report.snapshot");
    }

    /// What happened since is told with the entry, the contract and the measurement that did it; what was known before
    /// is answered with the same bytes.
    async fn what_moved_figures_is_named(app: App) {
        let cast = Cast::on(&app).await;
        let indicator = worked(&cast).await;
        let input = |report| asked(report, &cast.organization.territory, Some(&cast.organization.id));
        let mut snapshots = Vec::new();
        for report in REPORTS {
            snapshots.push((report, frozen(&cast.owner, input(report)).await));
        }
        app.advance(TimeDelta::minutes(1));
        let entry = approved(&cast, "2026-06-10", 30).await;
        let contract = contracted(&cast, "Trees").await;
        let measurement = measured(&cast, &indicator, "06", "12").await;

        for (report, snapshot) in snapshots {
            let since = difference(&cast.owner, &snapshot).await;
            let change = |name: &str| {
                let all = since["changes"].as_array().unwrap();
                let found = all.iter().find(|it| it["figure"] == name);
                found.map(|it| (it["kind"].clone(), it["before"].clone(), it["after"].clone(), it["writtenBefore"].clone(), it["writtenAfter"].clone()))
            };
            let whole = |before: i64, after: i64| Some((json!("WHOLE"), json!(before), json!(after), json!(before.to_string()), json!(after.to_string())));
            assert_eq!(change("totals.minutes"), whole(161, 191), "{report}");
            match report {
                "CONTRACTUAL_VOLUNTEERING" => {
                    assert_eq!((&since["entryCount"], &since["entries"]), (&json!(0), &json!([])));
                    assert_eq!((&since["contractCount"], &since["contracts"]), (&json!(1), &json!([{ "id": contract }])));
                    assert_eq!(change("totals.inForce"), whole(1, 2));
                }
                _ => {
                    assert_eq!((&since["entryCount"], &since["movedMinutes"]), (&json!(1), &json!(30)), "{report}");
                    assert_eq!(since["entries"], json!([{ "difference": 30, "hourEntry": { "id": entry } }]), "{report}");
                    assert_eq!(since["contractCount"], json!(0));
                }
            }
            if matches!(report, "INDH" | "SDG") {
                assert_eq!(since["measurements"], json!([{ "id": measurement }]), "{report}");
                let of = plain(&json!(cast.organization.id));
                let name = format!("indicators[PUPILS@{of}].actual");
                assert_eq!(change(&name), Some((json!("DECIMAL"), json!(null), json!(null), json!("25"), json!("37"))), "{report}");
                let name = format!("indicators[PUPILS@{of}].reachedPercent");
                assert_eq!(change(&name), Some((json!("DECIMAL"), json!(null), json!(null), json!("31.25"), json!("46.25"))), "{report}");
            } else {
                assert_eq!(since["measurementCount"], json!(0), "{report}");
            }
            let mut past = input(report);
            past["asOf"] = snapshot["asOf"].clone();
            let again = frozen(&cast.owner, past).await;
            assert_eq!((&again["content"], &again["sha256"]), (&snapshot["content"], &snapshot["sha256"]), "{report}");
        }
    }

    /// A snapshot of the second form, as it was stored: it is read, and compared in what it tells.
    async fn a_snapshot_of_an_earlier_form_is_read_and_compared(app: App) {
        let cast = Cast::on(&app).await;
        worked(&cast).await;
        let input = asked("INDH", &cast.organization.territory, Some(&cast.organization.id));
        let now = frozen(&cast.owner, input).await;
        let mut old = document(&now);
        let early = |name: &str| {
            let later = ["].byEvidence[", "].completeness.", "completenessElsewhere", "beneficiaries", "comparison", "crossings", "indicators",
                "partners", "byFallback", "fullTime", "statedInterval"];
            !(later.iter().any(|it| name.contains(it)) || name.starts_with("budget.byProgramme") && name.ends_with("projects"))
        };
        old["figures"].as_object_mut().unwrap().retain(|name, _| early(name));
        let members = old.as_object_mut().unwrap();
        for later in ["columns", "decimals", "rows", "texts"] {
            members.remove(later);
        }
        old["form"] = json!(2);
        let content = serde_json::to_string(&old).unwrap();
        let ctx = app.parts.operator(Locale::En);
        let query = "query($id: ID!) { node(id: $id) { ... on ReportSnapshot { territory { id } asOf content sha256 } } }";
        let seen = cast.owner.asks(query, json!({ "id": now["id"] })).await["node"].take();
        let territory = entity::ids::TerritoryId::read(&ID(seen["territory"]["id"].as_str().unwrap().to_owned())).unwrap();
        let as_of = seen["asOf"].as_str().unwrap().parse().unwrap();
        let row = report_snapshot::Model { territory_id: territory, ..kept(&cast, &app, &now, content.clone(), as_of) };
        let id = row.id.global();
        ctx.transaction(async |tx| report_snapshot::Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await).await.unwrap();

        let read = cast.owner.asks(query, json!({ "id": id })).await["node"].take();
        assert_eq!((&read["content"], &read["sha256"]), (&json!(content), &json!(hex(&sha256(content.as_bytes())))));
        let same = difference(&cast.owner, &json!({ "id": id })).await;
        assert_eq!((&same["changes"], &same["changeCount"]), (&json!([]), &json!(0)));
        let between = cast.owner.asks(DIFF, json!({ "from": id, "to": now["id"] })).await;
        assert_eq!(between["snapshotDiff"]["changes"], json!([]));

        app.advance(TimeDelta::minutes(1));
        let entry = approved(&cast, "2026-06-10", 30).await;
        let since = difference(&cast.owner, &json!({ "id": id })).await;
        let changed: Vec<&str> = since["changes"].as_array().unwrap().iter().map(|it| it["figure"].as_str().unwrap()).collect();
        assert!(changed.contains(&"totals.minutes") && changed.contains(&"valueOfWork.centralHundredths"), "{changed:?}");
        assert!(changed.iter().all(|it| early(it)), "{changed:?}");
        assert_eq!(since["entries"], json!([{ "difference": 30, "hourEntry": { "id": entry } }]));
    }

    /// Whoever may ask a report of a whole territory or of one organization may freeze it; whoever may ask it may read it.
    async fn a_frozen_report_is_for_those_who_may_ask_it(app: App) {
        let cast = Cast::on(&app).await;
        worked(&cast).await;
        let query = "query($id: ID!) { node(id: $id) { ... on ReportSnapshot { content } } }";
        for report in REPORTS {
            let of_one = frozen(&cast.owner, asked(report, &cast.organization.territory, Some(&cast.organization.id))).await;
            let of_region = frozen(&cast.observer, asked(report, REGION, None)).await;
            let read = async |who: &Person, snapshot: &Value| {
                let found = who.tries(query, json!({ "id": snapshot["id"] })).await;
                let node = found.body["data"]["node"].is_object();
                let compared = who.tries(DIFF, json!({ "from": snapshot["id"], "to": null })).await;
                assert_eq!(compared.body["data"].is_object(), node, "{report}: {:#}", compared.body);
                node
            };
            for (who, one, region) in [
                (&cast.owner, true, false), (&cast.coordinator, true, false), (&cast.observer, true, true),
                (&cast.admin, true, true), (&cast.volunteer, false, false), (&cast.outsider, false, false), (&cast.nobody, false, false),
            ] {
                assert_eq!(read(who, &of_one).await, one, "{report} of the organization to {}", who.email);
                assert_eq!(read(who, &of_region).await, region, "{report} of the region to {}", who.email);
            }
            assert_eq!(cast.owner.refused("createSnapshot", asked(report, REGION, None)).await, ["REQUIRED"], "{report}");
            for who in [&cast.volunteer, &cast.outsider] {
                let input = asked(report, &cast.organization.territory, Some(&cast.organization.id));
                let refused = who.refused("createSnapshot", input).await;
                assert!(["FORBIDDEN", "NOT_FOUND"].contains(&refused[0].as_str()), "{report}: {refused:?}");
            }
        }
    }

    /// What a report is not asked is refused, with the field and what it takes.
    async fn what_a_report_does_not_take_is_refused(app: App) {
        let cast = Cast::on(&app).await;
        let input = |report: &str| asked(report, &cast.organization.territory, Some(&cast.organization.id));
        let refused = async |report: &str, changes: Value| {
            let mut input = input(report);
            for (field, value) in changes.as_object().unwrap() {
                input[field] = value.clone();
            }
            let payload = cast.owner.does("createSnapshot", input, "userErrors { code path message }").await;
            let errors = payload["userErrors"].as_array().unwrap().clone();
            let told: Vec<String> = errors.iter().map(|it| format!("{} {}", it["code"].as_str().unwrap(), it["path"][0].as_str().unwrap())).collect();
            (told, errors.first().map(|it| it["message"].as_str().unwrap().to_owned()).unwrap_or_default())
        };
        assert_eq!(refused("HOURS", json!({ "rows": null })).await.0, ["REQUIRED rows"]);
        assert_eq!(refused("HOURS", json!({ "columns": "PROJECT" })).await.0, ["SAME_DIMENSION columns"]);
        let (told, message) = refused("INDH", json!({ "rows": "MONTH", "columns": "PROJECT" })).await;
        assert_eq!(told, ["QUESTION_UNFIT rows", "QUESTION_UNFIT columns"]);
        assert!(message.contains("null") && message.contains("MONTH"), "{message}");
        for report in ["DATA_QUALITY", "CONTRACTUAL_VOLUNTEERING"] {
            let (told, message) = refused(report, json!({ "statusBasis": ["SUBMITTED"] })).await;
            assert_eq!(told, ["QUESTION_UNFIT statusBasis"]);
            assert!(message.contains("APPROVED") && message.contains("SUBMITTED"), "{message}");
        }
        let (told, message) = refused("CONTRACTUAL_VOLUNTEERING", json!({ "to": "2026-06-30" })).await;
        assert_eq!(told, ["QUESTION_UNFIT to"]);
        assert!(message.contains("2026-12-31"), "{message}");
        assert_eq!(refused("CONTRACTUAL_VOLUNTEERING", json!({ "from": "2019-01-01", "to": "2019-12-31" })).await.0, ["OUT_OF_RANGE from"]);
        for report in ["INDH", "SDG", "HOURS", "VOLUNTEER_WORK"] {
            assert_eq!(refused(report, json!({ "territoryCode": null })).await.0, ["REQUIRED territoryCode"], "{report}");
        }
        // Of these the organization says it.
        for (report, place) in [("DATA_QUALITY", "MA"), ("CONTRACTUAL_VOLUNTEERING", cast.organization.territory.as_str())] {
            let mut input = input(report);
            input["territoryCode"] = json!(null);
            assert_eq!(document(&frozen(&cast.owner, input).await)["territory"], json!(place));
        }
    }

    /// Contracts follow their organization: a snapshot by the organization alone is asked again where it has its seat now.
    async fn contracts_are_found_again_after_a_move(app: App) {
        let cast = Cast::on(&app).await;
        worked(&cast).await;
        let mut input = asked("CONTRACTUAL_VOLUNTEERING", &cast.organization.territory, Some(&cast.organization.id));
        input["territoryCode"] = json!(null);
        input["idempotencyKey"] = json!("year");
        let before = frozen(&cast.owner, input.clone()).await;
        app.advance(TimeDelta::minutes(1));
        let moved = json!({ "id": cast.organization.id, "territoryCode": REGION });
        cast.owner.done("updateOrganization", moved, "organization { id }").await;

        assert_eq!(frozen(&cast.owner, input.clone()).await["id"], before["id"], "the same request, whatever the seat");
        let since = difference(&cast.owner, &before).await;
        assert_eq!((&since["changes"], &since["contractCount"]), (&json!([]), &json!(0)));
        let contract = contracted(&cast, "Trees").await;
        let since = difference(&cast.owner, &before).await;
        assert_eq!(since["contracts"], json!([{ "id": contract }]));

        app.advance(TimeDelta::minutes(1));
        input["idempotencyKey"] = json!(null);
        let after = frozen(&cast.owner, input).await;
        assert_eq!(document(&after)["territory"], json!(REGION));
        let between = cast.owner.asks(DIFF, json!({ "from": before["id"], "to": after["id"] })).await;
        assert_eq!(between["snapshotDiff"]["changes"], since["changes"]);
        assert_eq!(between["snapshotDiff"]["contracts"], json!([{ "id": contract }]));
    }

    /// An incident moves figures, and its contract is named; one that was taken back moved none.
    async fn contracts_with_other_incidents_are_named(app: App) {
        let cast = Cast::on(&app).await;
        worked(&cast).await;
        let contract = contracted(&cast, "Trees").await;
        let before = frozen(&cast.owner, asked("CONTRACTUAL_VOLUNTEERING", &cast.organization.territory, Some(&cast.organization.id))).await;
        app.advance(TimeDelta::minutes(1));
        let input = json!({ "contractId": contract, "day": "2026-04-10", "kind": "ACCIDENT", "description": "fell" });
        let incident = cast.owner.done("recordIncident", input, "incident { id }").await["incident"]["id"].take();

        let since = difference(&cast.owner, &before).await;
        assert_eq!((&since["contractCount"], &since["contracts"]), (&json!(1), &json!([{ "id": contract }])));
        let changed: Vec<&str> = since["changes"].as_array().unwrap().iter().map(|it| it["figure"].as_str().unwrap()).collect();
        assert!(changed.contains(&"incidents.incidents"), "{changed:?}");
        assert!(changed.iter().all(|it| it.starts_with("incidents")), "{changed:?}");

        app.advance(TimeDelta::minutes(1));
        let void = json!({ "id": incident, "voidReason": "of somebody else" });
        cast.owner.done("recordIncident", void, "incident { id }").await;
        let since = difference(&cast.owner, &before).await;
        assert_eq!((&since["changes"], &since["contractCount"]), (&json!([]), &json!(0)));
    }

    /// What adds up since the beginning counts however long ago it was measured, of indicators that the report tells.
    async fn measurements_are_those_of_indicators_that_are_told(app: App) {
        let cast = Cast::on(&app).await;
        let input = json!({ "organizationId": cast.organization.id, "code": "PLACES", "nameFr": "Places", "unit": "places",
            "valueType": "COUNT", "level": "OUTPUT", "overTime": "LAST", "overPlace": "SUM", "reading": "CUMULATIVE" });
        let made = cast.owner.done("createIndicator", input, "indicator { id }").await;
        let indicator = made["indicator"]["id"].as_str().unwrap();
        let mut input = asked("INDH", &cast.organization.territory, Some(&cast.organization.id));
        input["from"] = json!("2026-07-01");
        let before = frozen(&cast.owner, input).await;
        app.advance(TimeDelta::minutes(1));
        let measurement = measured(&cast, indicator, "04", "25").await;

        let since = difference(&cast.owner, &before).await;
        assert_eq!((&since["changes"], &since["measurementCount"]), (&json!([]), &json!(0)), "not told of these months");

        let input = json!({ "indicatorId": indicator, "projectId": cast.project,
            "targets": [{ "from": "2026-07-01", "to": "2026-12-31", "value": { "value": "80" } }] });
        cast.owner.done("setTargets", input, "targets { from }").await;
        let since = difference(&cast.owner, &before).await;
        assert_eq!(since["measurements"], json!([{ "id": measurement }]));
        // A figure that was not there before has a kind of its own all the same.
        let name = format!("indicators[PLACES@{}].actual", plain(&json!(cast.organization.id)));
        let actual = since["changes"].as_array().unwrap().iter().find(|it| it["figure"] == json!(name)).cloned();
        assert_eq!(actual, Some(json!({ "figure": name, "kind": "DECIMAL", "before": null, "after": null,
            "writtenBefore": null, "writtenAfter": "25" })));
    }

    /// Contents are long: they are read where they are asked for, all in one statement.
    async fn contents_are_read_where_they_are_asked_for(app: App) {
        let cast = Cast::on(&app).await;
        let list = |fields: &str| format!("{{ reportSnapshots(first: 100) {{ nodes {{ {fields} }} }} }}");
        for number in 1..=3_usize {
            let snapshot = frozen(&cast.owner, asked("SDG", &cast.organization.territory, Some(&cast.organization.id))).await;
            let (_, without) = counted(&app, cast.owner.asks(&list("id title sha256"), json!({}))).await;
            let (listed, with) = counted(&app, cast.owner.asks(&list("id title sha256 content"), json!({}))).await;
            assert_eq!(with, without + 1, "{number}");
            let nodes = listed["reportSnapshots"]["nodes"].as_array().unwrap();
            assert_eq!(nodes.len(), number);
            assert_eq!(nodes.iter().find(|it| it["id"] == snapshot["id"]).unwrap()["content"], snapshot["content"]);
            app.advance(TimeDelta::minutes(1));
        }
    }

    /// More hours cost no more statements, frozen or compared.
    async fn more_hours_cost_no_more_statements(app: App) {
        let cast = Cast::on(&app).await;
        worked(&cast).await;
        let mut costs: Vec<Vec<u64>> = Vec::new();
        let mut before: BTreeMap<&str, Value> = BTreeMap::new();
        for round in 1..=3_u32 {
            app.advance(TimeDelta::minutes(1));
            let mut cost = Vec::new();
            for report in REPORTS {
                let input = asked(report, &cast.organization.territory, Some(&cast.organization.id));
                let (snapshot, freezing) = counted(&app, frozen(&cast.owner, input)).await;
                cost.push(freezing);
                if let Some(earlier) = before.insert(report, snapshot) {
                    let (since, comparing) = counted(&app, difference(&cast.owner, &earlier)).await;
                    let moved = if report == "CONTRACTUAL_VOLUNTEERING" { 0 } else { (round - 1) * 2 };
                    assert_eq!(since["entryCount"], json!(moved), "{report}");
                    cost.push(comparing);
                }
            }
            costs.push(cost);
            for number in 0..round * 2 {
                approved(&cast, &format!("2026-0{}-1{number}", 6 + round), 30).await;
            }
        }
        // The first round had nothing to be compared with.
        assert_eq!(costs[1], costs[2], "more rows, more statements");
        assert!(costs[2].iter().all(|it| *it <= 90), "{costs:?}");
    }
}
