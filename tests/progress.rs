//! How far indicators have come: what is held against what, what is computed from hours, and which way it goes.
//!
//! How figures are recorded and decided on is in `impact`; the arithmetic without a database is tested beside the code.

use chrono::TimeDelta;
use serde_json::Value;
use serde_json::json;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::cast::REGION;
use crate::support::cast::codes;
use crate::support::on_both_databases;
use crate::support::statements::counted;

/// What an answer says of progress.
const TOLD: &str = "indicator { code } baseline { value } targetedBaseline { value } target { value } actual { value }
    targetedActual { value } measuredProjectCount targetedProjectCount comparedProjectCount reachedPercent status
    trend trendBasis trendGap periods { from to actual { value } targetedActual { value } target { value } }";

async fn made(cast: &Cast, code: &str, over_time: &str, over_place: &str) -> String {
    let input = json!({
        "organizationId": cast.organization.id, "code": code, "nameFr": code, "unit": "personnes",
        "valueType": "COUNT", "level": "OUTPUT", "overTime": over_time, "overPlace": over_place,
    });
    let made = cast
        .owner
        .done("createIndicator", input, "indicator { id }");
    text(&made.await["indicator"]["id"])
}

/// An indicator of the catalogue.
async fn of_catalogue(who: &Person, code: &str) -> String {
    let query =
        "query($code: String) { indicators(filter: { search: $code }) { nodes { id code } } }";
    let found = who.asks(query, json!({ "code": code })).await;
    let nodes = found["indicators"]["nodes"].as_array().unwrap().iter();
    let found: Vec<&Value> = nodes.filter(|it| it["code"] == code).collect();
    assert_eq!(found.len(), 1, "{code}");
    text(&found[0]["id"])
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// A project of the commune that ran for long.
async fn project(cast: &Cast, title: &str, occupation: Option<&str>) -> String {
    let input = json!({
        "organizationId": cast.organization.id, "title": title, "startsOn": "2009-01-01",
        "territoryCode": cast.organization.territory, "occupationCode": occupation,
    });
    let made = cast.owner.done("createProject", input, "project { id }");
    text(&made.await["project"]["id"])
}

/// Hours that count.
async fn works(cast: &Cast, project: &str, day: &str, minutes: u32) {
    let entry = cast.coordinator.logs(&cast.record, project, day, minutes);
    let entry = entry.await;
    cast.owner.approves(&[&entry]).await;
}

async fn aims(cast: &Cast, indicator: &str, project: &str, targets: &[(&str, &str, &str)]) {
    let targets = targets.iter();
    let targets = targets
        .map(|(from, to, value)| json!({ "from": from, "to": to, "value": { "value": value } }));
    let input = json!({
        "indicatorId": indicator, "projectId": project, "targets": targets.collect::<Vec<_>>(),
    });
    cast.owner
        .done("setTargets", input, "targets { from }")
        .await;
}

async fn stood(cast: &Cast, indicator: &str, project: &str, value: &str) {
    let input = json!({
        "indicatorId": indicator, "projectId": project, "measuredOn": "2026-01-01", "value": { "value": value },
    });
    cast.owner
        .done("setBaseline", input, "baseline { version }")
        .await;
}

/// Figures that count: project, first day, last day, value.
async fn measured(cast: &Cast, indicator: &str, figures: &[(&str, &str, &str, &str)]) {
    let figures = figures.iter().map(|(project, from, to, value)| {
        json!({
            "indicatorId": indicator, "projectId": project, "from": from, "to": to, "value": { "value": value },
        })
    });
    let input = json!({ "measurements": figures.collect::<Vec<_>>() });
    let selection = "results { measurement { id } userErrors { code } }";
    let payload = cast
        .coordinator
        .does("recordMeasurements", input, selection)
        .await;
    assert_eq!(codes(&payload), Vec::<String>::new(), "{payload:#}");
    let rows = payload["results"].as_array().unwrap().iter();
    let ids: Vec<&Value> = rows.map(|it| &it["measurement"]["id"]).collect();
    let approve = cast
        .owner
        .does("approveMeasurements", json!({ "ids": ids }), selection);
    assert_eq!(codes(&approve.await), Vec::<String>::new());
}

async fn told(who: &Person, input: Value) -> Value {
    let query = format!(
        "query($input: IndicatorProgressInput!) {{ indicatorProgress(input: $input) {{ {TOLD} }} }}"
    );
    who.asks(&query, json!({ "input": input })).await["indicatorProgress"].take()
}

/// Of the year, everywhere.
fn year(indicator: &str) -> Value {
    json!({ "indicatorId": indicator, "from": "2026-01-01", "to": "2026-12-31" })
}

/// The same as a row of the INDH report of the region.
async fn row(who: &Person, code: &str, as_of: Option<&Value>) -> Value {
    let query = format!(
        "query($input: IndhReportInput!) {{ indhReport(input: $input) {{ indicators {{ rows {{ {TOLD} }} }} }} }}"
    );
    let input = json!({
        "territoryCode": REGION, "from": "2026-01-01", "to": "2026-12-31", "asOf": as_of,
    });
    let found = who.asks(&query, json!({ "input": input })).await;
    let rows = found["indhReport"]["indicators"]["rows"].as_array();
    let mut rows = rows.unwrap().iter();
    let found = rows.find(|it| it["indicator"]["code"] == code);
    found.cloned().unwrap_or_default()
}

/// The value, the target, what is held against it, how far that is.
fn stand(told: &Value) -> Value {
    json!([
        told["actual"]["value"],
        told["target"]["value"],
        told["targetedActual"]["value"],
        told["reachedPercent"],
        told["status"],
    ])
}

fn counts(told: &Value) -> [i64; 3] {
    let of = |name: &str| told[name].as_i64().unwrap();
    [
        of("measuredProjectCount"),
        of("targetedProjectCount"),
        of("comparedProjectCount"),
    ]
}

fn trend(told: &Value) -> [&Value; 3] {
    [&told["trend"], &told["trendBasis"], &told["trendGap"]]
}

on_both_databases! {
    /// In August 7 and 9 stood; of September only the first project said anew what stands: 8, and 9 stands still. What is
    /// added up of each month is compared by the project that has said something of both.
    async fn a_project_that_has_said_nothing_yet_is_no_fall(app: App) {
        let cast = Cast::on(&app).await;
        let (first, second) = (project(&cast, "Puits", None).await, project(&cast, "Crèche", None).await);
        let input = json!({
            "organizationId": cast.organization.id, "code": "PLACES", "nameFr": "Places", "unit": "places", "valueType": "COUNT",
            "level": "OUTPUT", "reading": "CUMULATIVE", "overTime": "LAST", "overPlace": "SUM",
        });
        let stock = text(&cast.owner.done("createIndicator", input, "indicator { id }").await["indicator"]["id"]);
        let sums = made(&cast, "FORMES", "SUM", "SUM").await;
        for (id, early, late, later) in [(&stock, "7", "9", "8"), (&sums, "5", "90", "6")] {
            measured(&cast, id, &[
                (&first, "2026-08-01", "2026-08-31", early), (&second, "2026-08-01", "2026-08-31", late), (&first, "2026-09-01", "2026-09-30", later),
            ]).await;
        }
        let found = told(&cast.owner, year(&stock)).await;
        let periods = found["periods"].as_array().unwrap().iter();
        let periods: Vec<&Value> = periods.map(|it| &it["actual"]["value"]).collect();
        assert_eq!((periods, &found["actual"]["value"]), (vec![&json!("16"), &json!("17")], &json!("17")));
        assert_eq!(trend(&found), [&json!("UP"), &json!("VALUE"), &Value::Null]);
        let found = told(&cast.owner, year(&sums)).await;
        assert_eq!((&found["actual"]["value"], trend(&found)), (&json!("101"), [&json!("UP"), &json!("PER_DAY"), &Value::Null]));
        let other = made(&cast, "AUTRES", "SUM", "SUM").await;
        measured(&cast, &other, &[(&first, "2026-08-01", "2026-08-31", "1"), (&second, "2026-09-01", "2026-09-30", "1")]).await;
        assert_eq!(trend(&told(&cast.owner, year(&other)).await), [&Value::Null, &Value::Null, &json!("NOTHING_IN_COMMON")]);
    }

    async fn an_interval_of_more_than_twenty_years_is_refused(app: App) {
        let cast = Cast::on(&app).await;
        let id = of_catalogue(&cast.owner, "VOLUNTEER-VALUE").await;
        let query = "query($input: IndicatorProgressInput!) { indicatorProgress(input: $input) { status } }";
        for (to, is_refused) in [("9999-12-31", true), ("2025-12-31", true), ("2045-12-31", false), ("2046-01-01", true)] {
            let input = json!({ "indicatorId": id, "from": "2026-01-01", "to": to });
            let answer = cast.owner.tries(query, json!({ "input": input })).await;
            let told = answer.body["errors"][0]["message"].as_str();
            assert_eq!(told.is_some_and(|it| it.contains("2045-12-31")), is_refused, "{to}: {:#}", answer.body);
        }
    }

    /// One project of two aims at 100 and has 40, the other has 60 and aims at nothing: 40 of 100, beside 100 in all.
    async fn a_target_is_held_against_its_own_projects(app: App) {
        let cast = Cast::on(&app).await;
        let id = made(&cast, "TRAINED", "SUM", "SUM").await;
        let (aiming, other) = (&cast.project, &project(&cast, "Other", None).await);
        let (from, to) = ("2026-03-01", "2026-03-31");

        let nothing = told(&cast.owner, year(&id)).await;
        assert_eq!(stand(&nothing), json!([null, null, null, null, "NO_DATA"]));
        assert_eq!(counts(&nothing), [0, 0, 0]);
        measured(&cast, &id, &[(other, from, to, "60")]).await;
        stood(&cast, &id, other, "7").await;
        stood(&cast, &id, aiming, "5").await;
        let no_target = told(&cast.owner, year(&id)).await;
        assert_eq!(stand(&no_target), json!(["60", null, null, null, "NO_TARGET"]));
        assert_eq!((&no_target["baseline"]["value"], &no_target["targetedBaseline"]), (&json!("12"), &Value::Null));
        assert_eq!(counts(&no_target), [1, 0, 0]);

        aims(&cast, &id, aiming, &[(from, to, "100")]).await;
        let no_data = told(&cast.owner, year(&id)).await;
        assert_eq!(stand(&no_data), json!(["60", "100", null, null, "NO_DATA"]), "of the project with the target nothing is known");
        assert_eq!(counts(&no_data), [1, 1, 0]);
        assert_eq!(no_data["periods"], json!([
            { "from": from, "to": to, "actual": { "value": "60" }, "targetedActual": null, "target": { "value": "100" } },
        ]));

        measured(&cast, &id, &[(aiming, from, to, "40")]).await;
        for who in [&cast.owner, &cast.viewer, &cast.observer, &cast.admin] {
            let found = told(who, year(&id)).await;
            assert_eq!(stand(&found), json!(["100", "100", "40", "40", "OFF_TRACK"]));
            assert_eq!((&found["baseline"]["value"], &found["targetedBaseline"]["value"]), (&json!("12"), &json!("5")));
            assert_eq!(counts(&found), [2, 1, 1]);
            assert_eq!(found["periods"], json!([
                { "from": from, "to": to, "actual": { "value": "100" }, "targetedActual": { "value": "40" }, "target": { "value": "100" } },
            ]));
            assert_eq!(row(who, "TRAINED", None).await, found, "the report tells the same");
        }
    }

    /// Both projects have figures and targets, which do not become one: not comparable, one by one they are.
    async fn what_does_not_become_one_value_is_neither_without_data_nor_without_a_target(app: App) {
        let cast = Cast::on(&app).await;
        let id = made(&cast, "LEVEL", "LAST", "NONE").await;
        let other = project(&cast, "Other", None).await;
        let (from, to) = ("2026-03-01", "2026-03-31");
        let figures = [(cast.project.as_str(), from, to, "9"), (other.as_str(), from, to, "8")];
        measured(&cast, &id, &figures).await;
        assert_eq!(stand(&told(&cast.owner, year(&id)).await), json!([null, null, null, null, "NO_TARGET"]));

        aims(&cast, &id, &cast.project, &[(from, to, "10")]).await;
        let one = told(&cast.owner, year(&id)).await;
        assert_eq!(stand(&one), json!([null, "10", "9", "90", "ON_TRACK"]), "one project of two aims, and is held against its own");
        aims(&cast, &id, &other, &[(from, to, "10")]).await;
        let both = told(&cast.owner, year(&id)).await;
        assert_eq!(stand(&both), json!([null, null, null, null, "NOT_COMPARABLE"]));
        assert_eq!(counts(&both), [2, 2, 2]);
        let mut of_one = year(&id);
        of_one["projectId"] = json!(other);
        assert_eq!(stand(&told(&cast.owner, of_one).await), json!(["8", "10", "8", "80", "AT_RISK"]));
    }

    /// 95 minutes of the project that aims at 100, 40 of another: 135 in all, 95 % reached.
    async fn hours_are_held_against_the_targets_of_their_projects(app: App) {
        let cast = Cast::on(&app).await;
        let minutes = of_catalogue(&cast.owner, "VOLUNTEER-MINUTES").await;
        let people = of_catalogue(&cast.owner, "VOLUNTEERS").await;
        let other = project(&cast, "Other", None).await;
        let whole = ("2026-01-01", "2026-12-31");
        assert_eq!(stand(&told(&cast.owner, year(&minutes)).await), json!(["0", null, null, null, "NO_TARGET"]), "no hours are a figure");
        aims(&cast, &minutes, &cast.project, &[(whole.0, "2026-06-30", "60"), ("2026-07-01", whole.1, "40")]).await;
        aims(&cast, &people, &cast.project, &[(whole.0, whole.1, "2")]).await;
        assert_eq!(stand(&told(&cast.owner, year(&minutes)).await), json!(["0", "100", "0", "0", "OFF_TRACK"]));
        works(&cast, &cast.project, "2026-05-14", 95).await;
        works(&cast, &other, "2026-05-15", 40).await;
        cast.coordinator.logs(&cast.record, &cast.project, "2026-05-16", 300).await;

        for who in [&cast.owner, &cast.observer, &cast.admin] {
            let found = told(who, year(&minutes)).await;
            assert_eq!(stand(&found), json!(["135", "100", "95", "95", "ON_TRACK"]), "what waits does not count");
            assert_eq!(counts(&found), [2, 1, 1]);
            assert_eq!(trend(&found), [&Value::Null, &Value::Null, &json!("TOO_FEW_PERIODS")]);
            assert_eq!(row(who, "VOLUNTEER-MINUTES", None).await, found);
            let found = told(who, year(&people)).await;
            assert_eq!(stand(&found), json!(["1", "2", "1", "50", "OFF_TRACK"]));
            assert_eq!(row(who, "VOLUNTEERS", None).await, found);
        }
        let mut of_other = year(&minutes);
        of_other["projectId"] = json!(other);
        let found = told(&cast.owner, of_other).await;
        assert_eq!((stand(&found), counts(&found)), (json!(["40", null, null, null, "NO_TARGET"]), [1, 0, 0]));
        let mut days = year(&minutes);
        days["from"] = json!("2026-05-15");
        days["to"] = json!("2026-05-20");
        assert_eq!(told(&cast.owner, days).await["actual"]["value"], "40", "of some days of a month");
        // People of two projects with targets are no sum: how many of both are aimed at, nobody said.
        aims(&cast, &people, &other, &[(whole.0, whole.1, "2")]).await;
        let found = told(&cast.owner, year(&people)).await;
        assert_eq!(stand(&found), json!(["1", null, "1", null, "NOT_COMPARABLE"]), "the person is one in both");
        assert_eq!(stand(&told(&cast.outsider, year(&minutes)).await), json!(["0", null, null, null, "NO_TARGET"]));
    }

    /// What was known of hours then is told of then, also once they are void or more.
    async fn hours_as_of_an_earlier_instant_are_told(app: App) {
        let cast = Cast::on(&app).await;
        let minutes = of_catalogue(&cast.owner, "VOLUNTEER-MINUTES").await;
        let value = of_catalogue(&cast.owner, "VOLUNTEER-VALUE").await;
        for id in [&minutes, &value] {
            aims(&cast, id, &cast.project, &[("2026-01-01", "2026-12-31", "100")]).await;
        }
        works(&cast, &cast.project, "2026-05-14", 95).await;
        let input = json!({
            "report": "INDH", "territoryCode": REGION, "organizationId": cast.organization.id,
            "from": "2026-01-01", "to": "2026-12-31",
        });
        let frozen = cast.owner.done("createSnapshot", input.clone(), "snapshot { asOf content }").await["snapshot"].take();
        let document: Value = serde_json::from_str(frozen["content"].as_str().unwrap()).unwrap();
        let name = |it: &str| format!("indicators[VOLUNTEER-MINUTES].{it}");
        assert_eq!(document["form"], 4);
        assert_eq!(document["decimals"][name("actual")], "95");
        assert_eq!(document["decimals"][name("targetedActual")], "95");
        assert_eq!(document["figures"][name("targetedProjectCount")], 1);
        assert_eq!(document["texts"][name("status")], "ON_TRACK");
        assert_eq!(document["texts"][name("trendGap")], "TOO_FEW_PERIODS");
        app.advance(TimeDelta::minutes(1));
        works(&cast, &cast.project, "2026-05-20", 25).await;

        // 95 minutes at 17.92 an hour are 28.3733…, 120 minutes 35.84.
        for (code, then, now) in [("VOLUNTEER-MINUTES", "95", "120"), ("VOLUNTEER-VALUE", "28.37", "35.84")] {
            let past = row(&cast.observer, code, Some(&frozen["asOf"])).await;
            assert_eq!((&past["actual"]["value"], &past["targetedActual"]["value"]), (&json!(then), &json!(then)), "{code}");
            assert_eq!(row(&cast.observer, code, None).await["actual"]["value"], now, "{code}");
        }
        let mut again = input;
        again["asOf"] = frozen["asOf"].clone();
        let again = cast.owner.done("createSnapshot", again, "snapshot { content }").await;
        assert_eq!(again["snapshot"]["content"], frozen["content"], "the same question of then has the same answer");
    }

    /// 90 minutes without an occupation at 17.92 an hour are 26.88. 50 minutes of a teacher at 50.00 are 41.6666….
    /// Together 68.5466…, which is 68.55. The teacher's project aims at 50.00: 41.67 of it are 83.34 %.
    async fn the_value_of_work_is_that_of_the_report(app: App) {
        let cast = Cast::on(&app).await;
        let rate = json!({ "rates": [{
            "occupationCode": "23", "territoryCode": "07", "validFrom": "2026-03-10", "central": "50.00", "source": "a survey",
        }] });
        let selection = "results { userErrors { code } } userErrors { code }";
        let written = cast.admin.does("upsertWageRates", rate, selection).await;
        assert_eq!(codes(&written), Vec::<String>::new());
        let value = of_catalogue(&cast.owner, "VOLUNTEER-VALUE").await;
        let school = project(&cast, "School", Some("23")).await;
        works(&cast, &cast.project, "2026-03-14", 90).await;
        works(&cast, &school, "2026-03-15", 50).await;
        aims(&cast, &value, &school, &[("2026-01-01", "2026-12-31", "50.00")]).await;
        let query = "query($input: IndhReportInput!) { indhReport(input: $input) { valueOfWork { central } } }";

        for who in [&cast.owner, &cast.observer, &cast.admin] {
            let found = told(who, year(&value)).await;
            assert_eq!(stand(&found), json!(["68.55", "50", "41.67", "83.34", "AT_RISK"]));
            assert_eq!(counts(&found), [2, 1, 1]);
            assert_eq!(row(who, "VOLUNTEER-VALUE", None).await, found);
            // From the middle of a month, and over the day on which the rate begins.
            for (from, to) in [("2026-01-01", "2026-12-31"), ("2026-03-01", "2026-03-14"), ("2026-03-10", "2026-04-02"), ("2026-06-01", "2026-06-30")] {
                let mut input = json!({ "territoryCode": REGION, "from": from, "to": to });
                let report = who.asks(query, json!({ "input": input })).await;
                let central: rust_decimal::Decimal = report["indhReport"]["valueOfWork"]["central"].as_str().unwrap().parse().unwrap();
                input["indicatorId"] = json!(value);
                let told = told(who, input).await;
                assert_eq!(told["actual"]["value"], central.normalize().to_string(), "{from}");
            }
        }
        let mut of_school = year(&value);
        of_school["projectId"] = json!(school);
        assert_eq!(stand(&told(&cast.owner, of_school).await), json!(["41.67", "50", "41.67", "83.34", "AT_RISK"]));
        let query = "query($id: ID!) { indicator(id: $id) { nameAr nameFr nameEn unit valueType derived } }";
        let named = cast.owner.asks(query, json!({ "id": value })).await["indicator"].take();
        assert_eq!(named, json!({
            "nameAr": "قيمة العمل التطوعي (تكلفة الاستبدال)", "nameFr": "Valeur du travail bénévole (coût de remplacement)",
            "nameEn": "Value of volunteer work (replacement cost)", "unit": "MAD", "valueType": "MONEY", "derived": "VALUE",
        }));

        // Before 2009-07-01 no rate is known: no part of the value is told as the whole.
        let old = project(&cast, "Old", None).await;
        works(&cast, &old, "2009-06-30", 30).await;
        let ask = json!({ "indicatorId": value, "from": "2009-01-01", "to": "2009-12-31" });
        assert_eq!(stand(&told(&cast.owner, ask.clone()).await), json!([null, null, null, null, "NO_TARGET"]));
        aims(&cast, &value, &old, &[("2009-01-01", "2009-12-31", "100")]).await;
        assert_eq!(stand(&told(&cast.owner, ask).await), json!([null, "100", null, null, "NOT_COMPARABLE"]));
        let own = json!({ "measurements": [{
            "indicatorId": value, "projectId": school, "from": "2026-03-01", "to": "2026-03-31", "value": { "value": "1" },
        }] });
        assert_eq!(cast.coordinator.refused_each("recordMeasurements", own).await, ["INDICATOR_DERIVED"]);
    }

    /// 90 in the 90 days of the first quarter are one a day; 31 in April's 30 days are more, 30 in May's 31 less.
    async fn periods_of_other_length_are_compared_by_the_day_or_say_why_not(app: App) {
        let cast = Cast::on(&app).await;
        let (sum, most) = (made(&cast, "SUM", "SUM", "SUM").await, made(&cast, "MOST", "MAX", "SUM").await);
        let of = |value| (cast.project.as_str(), "2026-04-01", "2026-04-30", value);
        for id in [&sum, &most] {
            measured(&cast, id, &[(cast.project.as_str(), "2026-01-01", "2026-03-31", "90")]).await;
            assert_eq!(trend(&told(&cast.owner, year(id)).await), [&Value::Null, &Value::Null, &json!("TOO_FEW_PERIODS")]);
            measured(&cast, id, &[of("31")]).await;
        }
        assert_eq!(trend(&told(&cast.owner, year(&sum)).await), [&json!("UP"), &json!("PER_DAY"), &Value::Null]);
        assert_eq!(trend(&told(&cast.owner, year(&most)).await), [&Value::Null, &Value::Null, &json!("UNEQUAL_PERIODS")]);
        measured(&cast, &sum, &[(cast.project.as_str(), "2026-05-01", "2026-05-31", "30")]).await;
        assert_eq!(trend(&told(&cast.owner, year(&sum)).await), [&json!("DOWN"), &json!("PER_DAY"), &Value::Null]);
        measured(&cast, &sum, &[(cast.project.as_str(), "2026-08-01", "2026-08-31", "30")]).await;
        assert_eq!(trend(&told(&cast.owner, year(&sum)).await), [&Value::Null, &Value::Null, &json!("PERIODS_APART")]);
    }

    /// More projects and places with hours cost no more statements.
    async fn what_is_computed_from_hours_costs_the_same_whatever_their_projects(app: App) {
        let cast = Cast::on(&app).await;
        let value = of_catalogue(&cast.owner, "VOLUNTEER-VALUE").await;
        let mut costs = Vec::new();
        for titles in [&["A"][..], &["B", "C", "D"]] {
            for title in titles {
                let project = project(&cast, title, Some("23")).await;
                works(&cast, &project, "2026-03-15", 50).await;
                aims(&cast, &value, &project, &[("2026-01-01", "2026-12-31", "50")]).await;
            }
            // The first answer folds what was written.
            told(&cast.owner, year(&value)).await;
            let (_, cost) = counted(&app, told(&cast.owner, year(&value))).await;
            costs.push(cost);
        }

        assert_eq!(costs[0], costs[1], "more rows, more statements");
    }
}
