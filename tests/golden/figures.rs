//! What the server answers to a question of a case, as figures by name.
//!
//! Nothing is worked out here: a figure is a field of the answer under a plain name, and rows of a breakdown are one
//! map by code or month. Expectations are held against it in `mod`.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use tiwizi::exports;
use tiwizi::exports::Format;
use tiwizi::platform::crypto::sha256;
use tiwizi::platform::hex::hex;
use tiwizi::platform::i18n::Locale;
use tiwizi::reports;
use tiwizi::reports::ReportName;

use crate::golden::case::Ask;
use crate::golden::case::Question;
use crate::golden::files;
use crate::golden::play::World;
use crate::golden::sections;
use crate::support::schemas::is_a_report;

/// Figures by name.
pub type Figures = Map<String, Value>;

const REPORT: &str = "query($input: IndhReportInput!) { indhReport(input: $input) {
    totals { minutes groupMinutes entries participations distinctVolunteers projects organizations }
    byProgramme { term { code } minutes entries distinctVolunteers
        byAxis { term { code } minutes touchedMinutes entries } }
    byTerritory { territory { code } minutes entries distinctVolunteers
        completeness { expected reporting declaredZero late } }
    completenessElsewhere { expected reporting declaredZero late }
    beneficiaries { direct { ...Benefit } indirect { ...Benefit } }
    indicators { totalCount rows { indicator { code } reachedPercent status
        actual { value denominator } target { value denominator } } }
    partners { totalCount otherMinutes rows { organization { slug } minutes projects distinctVolunteers } }
    budget { projects budgetedProjects otherCurrencyProjects amounts { ...Amounts }
        byProgramme { term { code } projects amounts { ...Amounts } } }
    comparison { previousPeriod { ...Compared } previousYear { ...Compared } }
    byMonth { month minutes entries distinctVolunteers } coverage
    completeness { expected reporting declaredZero late }
    valueOfWork { low central high gap statedIntervalMinutes byFallback { step minutes value }
        fullTimeEquivalents { basis hours workers } } } }
    fragment Benefit on BeneficiaryFigures { participations measurementCount pendingCount
        bySex { category participations } byMilieu { category participations } }
    fragment Amounts on BudgetAmounts { total indh others unstated indhPercent }
    fragment Compared on ComparedPeriod { from to coverage minutes { ...Change } entries { ...Change }
        participations { ...Change } distinctVolunteers { ...Change } projects { ...Change }
        organizations { ...Change } }
    fragment Change on ComparedFigure { before now difference percent }";

const GOALS: &str = "query($input: SdgReportInput!) { sdgReport(input: $input) {
    totals { minutes groupMinutes entries distinctVolunteers projects organizations } coverage
    byGoal { term { code } minutes touchedMinutes entries distinctVolunteers
        byTarget { term { code } minutes } }
    indicators { term { code } progress { indicator { code } baseline { value } target { value } actual { value }
        reachedPercent status pendingCount } }
    indicatorCount } }";

const PROGRESS: &str = "query($input: IndicatorProgressInput!) { indicatorProgress(input: $input) {
    baseline { value denominator } target { value denominator }
    targetedActual { value denominator } targetedBaseline { value denominator }
    actual { value denominator percent } reachedPercent status trend measurementCount pendingCount
    periods { from to actual { value denominator } target { value denominator } } } }";

const ENTRY: &str = "query($id: ID!) { node(id: $id) { ... on HourEntry {
    status minutes totalMinutes headcount workedOn endedOn days { day minutes }
    clockChange { offsetBefore offsetAfter } territory { code parent { code } } } } }";

const MEASUREMENT: &str = "query($id: ID!) { node(id: $id) { ... on Measurement {
    status value { value denominator percent } parts { dimension category value } } } }";

const FROZEN: &str =
    "query($id: ID!) { node(id: $id) { ... on ReportSnapshot { content sha256 } } }";

const DIFFERENCE: &str = "query($from: ID!, $to: ID) { snapshotDiff(from: $from, to: $to) {
    entryCount movedMinutes changes { figure before after } entries { difference } } }";

const OBSERVED: &str = "{ viewer { observedTerritories { code nameFr } } }";

/// The answer, or the code of the refusal.
pub async fn of(world: &World<'_>, question: &Question) -> Result<Figures, String> {
    let figures = match question.ask {
        Ask::Report => report(world, question).await?,
        Ask::Printed => printed(world, question).await,
        Ask::Goals => goals(world, question).await?,
        Ask::Progress => progress(world, question).await?,
        Ask::Entry => {
            let id = json!({ "id": world.id("entry", named(&question.of)) });
            entry(&asked(world, question, ENTRY, id, "node").await?)
        }
        Ask::Measurement => {
            let id = json!({ "id": world.id("measurement", named(&question.of)) });
            measurement(&asked(world, question, MEASUREMENT, id, "node").await?)
        }
        Ask::Frozen => {
            let id = json!({ "id": world.id("snapshot", named(&question.of)) });
            frozen(&asked(world, question, FROZEN, id, "node").await?)
        }
        Ask::Difference => {
            let with = question.with.as_ref();
            let ids = json!({ "from": world.id("snapshot", named(&question.of)),
                "to": with.map(|it| world.id("snapshot", it)) });
            difference(&asked(world, question, DIFFERENCE, ids, "snapshotDiff").await?)
        }
        Ask::Observed => {
            let viewer = asked(world, question, OBSERVED, json!({}), "viewer").await?;
            let places = &viewer["observedTerritories"];
            let places = by(places, "/code", |row| row["nameFr"].clone());
            Figures::from_iter([("places".to_owned(), places)])
        }
    };
    Ok(figures
        .into_iter()
        .map(|(name, figure)| (name, told(figure)))
        .collect())
}

/// What is null says so.
fn told(figure: Value) -> Value {
    match figure {
        Value::Null => json!("none"),
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(name, it)| (name, told(it)));
            Value::Object(fields.collect())
        }
        other => other,
    }
}

fn named(field: &Option<String>) -> &str {
    field.as_deref().expect("the question names it")
}

async fn asked(
    world: &World<'_>,
    question: &Question,
    query: &str,
    variables: Value,
    field: &str,
) -> Result<Value, String> {
    let who = question.by.as_deref().unwrap_or("administrator");
    let answer = world.person(who).tries(query, variables).await;
    if answer.error_code().is_empty() {
        Ok(answer.data()[field].take())
    } else {
        Err(answer.error_code().to_owned())
    }
}

/// What a report of a territory is asked.
fn of_territory(world: &World<'_>, question: &Question) -> Value {
    let organization = question.organization.as_ref();
    json!({ "territoryCode": question.territory, "from": question.from,
        "to": question.to, "asOf": question.as_of.map(|it| world.instant(it)),
        "organizationId": organization.map(|it| world.id("organization", it)),
        "statusBasis": question.statuses.clone().unwrap_or(vec!["APPROVED".to_owned()]) })
}

/// Minutes that are shared to a goal and to none of its targets stand under the code of the goal and `alone`.
async fn goals(world: &World<'_>, question: &Question) -> Result<Figures, String> {
    let input = json!({ "input": of_territory(world, question) });
    let it = asked(world, question, GOALS, input, "sdgReport").await?;
    let mut figures = Figures::new();
    for (name, field) in [
        ("minutes", "minutes"),
        ("group_minutes", "groupMinutes"),
        ("entries", "entries"),
        ("people", "distinctVolunteers"),
        ("projects", "projects"),
        ("organizations", "organizations"),
    ] {
        figures.insert(name.to_owned(), it["totals"][field].clone());
    }
    for (name, field) in [
        ("minutes", "minutes"),
        ("touched", "touchedMinutes"),
        ("entries", "entries"),
        ("people", "distinctVolunteers"),
    ] {
        let map = by(&it["byGoal"], "/term/code", |row| row[field].clone());
        figures.insert(format!("{name}_by_goal"), map);
    }
    let mut targets = Figures::new();
    for goal in it["byGoal"].as_array().expect("goals") {
        let code = goal["term"]["code"].as_str().unwrap_or("none");
        for target in goal["byTarget"].as_array().expect("targets") {
            let key = target["term"]["code"].as_str();
            let key = key.map_or_else(|| format!("{code} alone"), str::to_owned);
            targets.insert(key, target["minutes"].clone());
        }
    }
    figures.insert("minutes_by_target".to_owned(), Value::Object(targets));
    figures.insert("coverage".to_owned(), it["coverage"].clone());
    figures.insert("indicators".to_owned(), it["indicatorCount"].clone());
    let key = "/progress/indicator/code";
    for (name, at) in [
        ("serves", "/term/code"),
        ("baseline", "/progress/baseline/value"),
        ("target", "/progress/target/value"),
        ("actual", "/progress/actual/value"),
        ("reached_percent", "/progress/reachedPercent"),
        ("status", "/progress/status"),
        ("pending", "/progress/pendingCount"),
    ] {
        let map = by(&it["indicators"], key, |row| {
            row.pointer(at).cloned().unwrap_or_default()
        });
        figures.insert(format!("{name}_by_indicator"), map);
    }
    Ok(figures)
}

async fn report(world: &World<'_>, question: &Question) -> Result<Figures, String> {
    let input = of_territory(world, question);
    let asked_by = json!({ "input": input });
    let it = asked(world, question, REPORT, asked_by, "indhReport").await?;
    let who = world.person(question.by.as_deref().unwrap_or("administrator"));
    let in_files = files::differences(world, who, &input).await;
    assert!(in_files.is_empty(), "{}", in_files.join("\n"));
    let mut figures = Figures::new();
    for (name, field) in [
        ("minutes", "minutes"),
        ("group_minutes", "groupMinutes"),
        ("entries", "entries"),
        ("participations", "participations"),
        ("people", "distinctVolunteers"),
        ("projects", "projects"),
        ("organizations", "organizations"),
    ] {
        figures.insert(name.to_owned(), it["totals"][field].clone());
    }
    for (rows, name, key) in [
        ("byProgramme", "programme", "/term/code"),
        ("byTerritory", "place", "/territory/code"),
        ("byMonth", "month", "/month"),
    ] {
        for (figure, field) in [
            ("minutes", "minutes"),
            ("entries", "entries"),
            ("people", "distinctVolunteers"),
        ] {
            let map = by(&it[rows], key, |row| row[field].clone());
            figures.insert(format!("{figure}_by_{name}"), map);
        }
    }
    figures.insert("coverage".to_owned(), it["coverage"].clone());
    figures.extend(sections::axes(&it["byProgramme"]));
    figures.extend(sections::results(&it));
    figures.extend(sections::budget(&it["budget"]));
    figures.extend(sections::compared(&it["comparison"]));
    figures.insert("months".to_owned(), months(&it["completeness"]));
    let elsewhere = months(&it["completenessElsewhere"]);
    figures.insert("months_elsewhere".to_owned(), elsewhere);
    let places = by(&it["byTerritory"], "/territory/code", |row| {
        months(&row["completeness"])
    });
    figures.insert("months_by_place".to_owned(), places);
    let value = &it["valueOfWork"];
    for field in ["low", "central", "high", "gap"] {
        figures.insert(format!("value_{field}"), value[field].clone());
    }
    let stated = value["statedIntervalMinutes"].clone();
    figures.insert("minutes_with_stated_interval".to_owned(), stated);
    // Every step is named; those without minutes are left out, for they are worth nothing.
    let mut steps = value["byFallback"].clone();
    let all = steps.as_array_mut().expect("steps");
    let nothing = |it: &Value| it["minutes"] == 0;
    assert!(
        all.iter()
            .filter(|it| nothing(it))
            .all(|it| is_nothing(&it["value"]))
    );
    all.retain(|it| !nothing(it));
    for (name, field) in [("minutes", "minutes"), ("value", "value")] {
        let map = by(&steps, "/step", |row| row[field].clone());
        figures.insert(format!("{name}_by_rate"), map);
    }
    let workers = &value["fullTimeEquivalents"];
    for (name, field) in [
        ("full_time_hours", "hours"),
        ("full_time_workers", "workers"),
    ] {
        let map = by(workers, "/basis", |row| row[field].clone());
        figures.insert(name.to_owned(), map);
    }
    Ok(figures)
}

fn months(it: &Value) -> Value {
    json!({ "expected": it["expected"], "reporting": it["reporting"],
        "declared_zero": it["declaredZero"], "late": it["late"] })
}

fn is_nothing(value: &Value) -> bool {
    value.is_null() || value == "0.00"
}

/// Rows as a map: each key once.
pub fn by(rows: &Value, key: &str, figure: impl Fn(&Value) -> Value) -> Value {
    let mut map = Figures::new();
    for row in rows.as_array().expect("rows") {
        let key = row.pointer(key).and_then(Value::as_str).unwrap_or("none");
        let before = map.insert(key.to_owned(), figure(row));
        assert_eq!(before, None, "two rows of {key}");
    }
    Value::Object(map)
}

/// Hours as `tiwizi report --format json` prints them.
async fn printed(world: &World<'_>, question: &Question) -> Figures {
    let day = |it: &Option<String>| named(it).parse().expect("a day");
    let span = (day(&question.from), day(&question.to));
    let asked = reports::Asking::of(ReportName::Indh, named(&question.territory), span);
    let ctx = world.app.parts.operator(Locale::En);
    let answer = reports::answer(&ctx, &asked).await.expect("an answer");
    let mut json = Vec::new();
    exports::write(&answer, Format::Json, Locale::En, &mut json).expect("a file");
    let file: Value = serde_json::from_slice(&json).expect("JSON");
    is_a_report(&file);
    let mut figures = Figures::new();
    figures.insert("hours".to_owned(), file["totals"][0]["hours"].clone());
    for (section, name, key) in [
        ("byProgramme", "programme", "/termCode"),
        ("byTerritory", "place", "/territoryCode"),
        ("byMonth", "month", "/month"),
    ] {
        let map = by(&file[section], key, |row| row["hours"].clone());
        figures.insert(format!("hours_by_{name}"), map);
    }
    figures
}

async fn progress(world: &World<'_>, question: &Question) -> Result<Figures, String> {
    let project = question.project.as_ref();
    let organization = question.organization.as_ref();
    let input = json!({ "indicatorId": world.id("indicator", named(&question.indicator)),
        "from": question.from, "to": question.to, "territoryCode": question.territory,
        "projectId": project.map(|it| world.id("project", it)),
        "organizationId": organization.map(|it| world.id("organization", it)) });
    let variables = json!({ "input": input });
    let it = asked(world, question, PROGRESS, variables, "indicatorProgress").await?;
    let mut figures = Figures::new();
    for (name, field) in [
        ("actual", "actual"),
        ("target", "target"),
        ("baseline", "baseline"),
        ("targeted_actual", "targetedActual"),
        ("targeted_baseline", "targetedBaseline"),
    ] {
        figures.insert(name.to_owned(), part_of_whole(&it[field]));
    }
    for (name, value) in [
        ("percent", &it["actual"]["percent"]),
        ("reached_percent", &it["reachedPercent"]),
        ("status", &it["status"]),
        ("trend", &it["trend"]),
        ("figures", &it["measurementCount"]),
        ("pending", &it["pendingCount"]),
    ] {
        figures.insert(name.to_owned(), value.clone());
    }
    for name in ["actual", "target"] {
        let rows = it["periods"].as_array().expect("periods").iter();
        let rows = rows.map(|row| {
            let text = |it: &Value| it.as_str().expect("a day").to_owned();
            let key = format!("{} {}", text(&row["from"]), text(&row["to"]));
            (key, part_of_whole(&row[name]))
        });
        figures.insert(format!("{name}_by_period"), Value::Object(rows.collect()));
    }
    Ok(figures)
}

/// A value as one reads it: `12`, or `9 of 10`.
fn part_of_whole(it: &Value) -> Value {
    match (it["value"].as_str(), it["denominator"].as_str()) {
        (Some(value), Some(whole)) => json!(format!("{value} of {whole}")),
        (Some(value), None) => json!(value),
        (None, _) => Value::Null,
    }
}

fn entry(it: &Value) -> Figures {
    let mut figures = Figures::new();
    for (name, field) in [
        ("status", "/status"),
        ("minutes", "/minutes"),
        ("person_minutes", "/totalMinutes"),
        ("headcount", "/headcount"),
        ("worked_on", "/workedOn"),
        ("ended_on", "/endedOn"),
        ("clocks_before", "/clockChange/offsetBefore"),
        ("clocks_after", "/clockChange/offsetAfter"),
        ("place", "/territory/code"),
        ("place_above", "/territory/parent/code"),
    ] {
        let value = it.pointer(field).cloned().unwrap_or_default();
        figures.insert(name.to_owned(), value);
    }
    let days = by(&it["days"], "/day", |row| row["minutes"].clone());
    figures.insert("minutes_by_day".to_owned(), days);
    figures
}

/// Figures under the names of the document; they are read from its bytes, whose hash is worked out again.
fn frozen(it: &Value) -> Figures {
    let content = it["content"].as_str().expect("a document");
    assert_eq!(it["sha256"], hex(&sha256(content.as_bytes())));
    let mut document: Value = serde_json::from_str(content).expect("JSON");
    match document["figures"].take() {
        Value::Object(figures) => figures,
        other => panic!("figures: {other}"),
    }
}

/// The name of a figure without the key of an organization, which no case can know.
fn unkeyed(name: &str) -> String {
    match name
        .strip_prefix("partners[")
        .and_then(|it| it.split_once(']'))
    {
        Some((_, rest)) => format!("partners[*]{rest}"),
        None => name.to_owned(),
    }
}

fn difference(it: &Value) -> Figures {
    let changes = it["changes"].as_array().expect("changes").iter();
    let changes = changes.map(|row| {
        let name = unkeyed(row["figure"].as_str().expect("a name"));
        let change = format!("{} to {}", row["before"], row["after"]);
        (name, json!(change))
    });
    let entries = it["entries"].as_array().expect("entries").iter();
    let moved: Vec<Value> = entries.map(|row| row["difference"].clone()).collect();
    Figures::from_iter([
        ("entries".to_owned(), it["entryCount"].clone()),
        ("minutes".to_owned(), it["movedMinutes"].clone()),
        ("by_entry".to_owned(), json!(moved)),
        ("changes".to_owned(), Value::Object(changes.collect())),
    ])
}

fn measurement(it: &Value) -> Figures {
    let mut figures = Figures::new();
    figures.insert("status".to_owned(), it["status"].clone());
    figures.insert("value".to_owned(), part_of_whole(&it["value"]));
    figures.insert("percent".to_owned(), it["value"]["percent"].clone());
    let mut parts = Figures::new();
    for row in it["parts"].as_array().expect("parts") {
        let text = |it: &Value| it.as_str().expect("a word").to_owned();
        let key = format!("{} {}", text(&row["dimension"]), text(&row["category"]));
        parts.insert(key, row["value"].clone());
    }
    figures.insert("parts".to_owned(), Value::Object(parts));
    figures
}
