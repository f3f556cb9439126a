//! What work is worth: rates that are data, the chain of fall-backs, full-time equivalents.
//!
//! The arithmetic without a database is tested beside the code.

use entity::audit_event;
use sea_orm::ColumnTrait;
use sea_orm::EntityTrait;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use serde_json::Value;
use serde_json::json;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::cast::REGION;
use crate::support::cast::codes;
use crate::support::on_both_databases;

const WRITTEN: &str = "results { wageRate { kind occupationCode territoryCode validFrom validTo low central high version }
    userErrors { code path } } userErrors { code path }";

const VALUE: &str =
    "query($input: IndhReportInput!) { indhReport(input: $input) { totals { minutes } valueOfWork {
    low central high gap currency method statedIntervalMinutes byFallback { step minutes value }
    fullTimeEquivalents { basis hoursPerYear hours workers } } } }";

/// A project of the commune that ran for long.
async fn project(cast: &Cast, title: &str, occupation: Option<&str>) -> String {
    let input = json!({
        "organizationId": cast.organization.id, "title": title, "startsOn": "2009-01-01",
        "territoryCode": cast.organization.territory, "occupationCode": occupation,
    });
    let made = cast
        .owner
        .done("createProject", input, "project { id occupationCode }")
        .await;
    assert_eq!(made["project"]["occupationCode"], json!(occupation));
    made["project"]["id"].as_str().unwrap().to_owned()
}

/// Hours that count.
async fn works(cast: &Cast, project: &str, day: &str, minutes: u32) {
    let entry = cast
        .coordinator
        .logs(&cast.record, project, day, minutes)
        .await;
    cast.owner.approves(&[&entry]).await;
}

fn rate(occupation: Option<&str>, territory: Option<&str>, from: &str, central: &str) -> Value {
    json!({
        "occupationCode": occupation, "territoryCode": territory, "validFrom": from, "central": central,
        "source": "a survey", "url": "https://example.org/wages",
    })
}

async fn upserted(cast: &Cast, rates: &[Value]) -> Vec<Value> {
    let input = json!({ "rates": rates });
    let payload = cast.admin.does("upsertWageRates", input, WRITTEN).await;
    assert_eq!(codes(&payload), Vec::<String>::new(), "{payload:#}");
    payload["results"].as_array().unwrap().clone()
}

async fn value(who: &Person, from: &str, to: &str) -> Value {
    let input = json!({ "territoryCode": REGION, "from": from, "to": to });
    let mut data = who.asks(VALUE, json!({ "input": input })).await;
    data["indhReport"]["valueOfWork"].take()
}

/// Steps with minutes: step, minutes, value.
fn steps(value: &Value) -> Vec<(String, i64, Value)> {
    let rows = value["byFallback"].as_array().unwrap();
    assert_eq!(rows.len(), 6, "every step is named");
    rows.iter()
        .map(|it| {
            let step = it["step"].as_str().unwrap().to_owned();
            (step, it["minutes"].as_i64().unwrap(), it["value"].clone())
        })
        .filter(|it| it.1 > 0)
        .collect()
}

fn step(name: &str, minutes: i64, value: &str) -> (String, i64, Value) {
    (name.to_owned(), minutes, json!(value))
}

on_both_databases! {
    /// The example of `docs/valuation.md`: a night over New Year, 90 minutes before it at 17.10 and 50 after it
    /// at 17.92.
    async fn a_night_over_a_rise_is_worth_each_part_at_its_own_rate(app: App) {
        let cast = Cast::on(&app).await;
        let night = project(&cast, "Night", None).await;
        let input = json!({
            "volunteerId": cast.record, "projectId": night, "description": "watch",
            // In Casablanca, an hour ahead then: from 22:30 to 00:50.
            "startedAt": "2025-12-31T21:30:00Z", "endedAt": "2025-12-31T23:50:00Z", "submit": true,
        });
        let entry = cast.coordinator.done("createHourEntry", input, "hourEntry { id }").await;
        cast.owner.approves(&[entry["hourEntry"]["id"].as_str().unwrap()]).await;

        for who in [&cast.owner, &cast.observer, &cast.admin] {
            let told = value(who, "2025-12-31", "2026-01-01").await;
            assert_eq!(steps(&told), [step("MINIMUM_WAGE", 140, "40.58")]);
            assert_eq!((&told["low"], &told["central"], &told["high"]), (&json!("40.58"), &json!("40.58"), &json!("40.58")));
            assert_eq!((&told["currency"], &told["method"], &told["gap"]), (&json!("MAD"), &json!("ILO_REPLACEMENT_COST_1"), &Value::Null));
            // 2,288 × 2 / 365 = 12.536… hours, of which 140 minutes are 0.186…
            assert_eq!(told["fullTimeEquivalents"], json!([
                { "basis": "LEGAL_MA", "hoursPerYear": 2288, "hours": "12.54", "workers": "0.19" },
                { "basis": "HCP_2019", "hoursPerYear": 1480, "hours": "8.11", "workers": "0.29" },
            ]));
        }
        let before = value(&cast.owner, "2025-12-01", "2025-12-31").await;
        assert_eq!(steps(&before), [step("MINIMUM_WAGE", 90, "25.65")]);
        let after = value(&cast.owner, "2026-01-01", "2026-01-31").await;
        assert_eq!(steps(&after), [step("MINIMUM_WAGE", 50, "14.93")]);
        // A member who may not count hours has no value either.
        let input = json!({ "input": { "territoryCode": REGION, "from": "2025-12-31", "to": "2026-01-01" } });
        assert_eq!(cast.volunteer.tries(VALUE, input).await.error_code(), "FORBIDDEN");
    }

    /// Each minute takes the nearest rate of its day; rows add up to the whole.
    async fn work_takes_the_nearest_rate_that_is_in_force(app: App) {
        let cast = Cast::on(&app).await;
        let teaching = project(&cast, "School", Some("23")).await;
        let health = project(&cast, "Clinic", Some("22")).await;
        let labour = project(&cast, "Trees", Some("92")).await;
        let other = project(&cast, "Other", None).await;
        for (project, minutes) in [(&teaching, 20), (&health, 20), (&labour, 20), (&other, 20)] {
            works(&cast, project, "2026-03-15", minutes).await;
            works(&cast, project, "2026-03-16", minutes).await;
        }
        let input = json!({
            "projectId": teaching, "workedOn": "2026-03-16", "minutes": 20, "headcount": 3,
            "description": "parents", "submit": true,
        });
        let group = cast.coordinator.done("createHourEntry", input, "hourEntry { id }").await;
        cast.owner.approves(&[group["hourEntry"]["id"].as_str().unwrap()]).await;
        let told = value(&cast.owner, "2026-03-01", "2026-03-31").await;
        assert_eq!(steps(&told), [step("MINIMUM_WAGE", 220, "65.71")], "220 × 17.92 / 60");

        let mut region = rate(Some("2"), Some("07"), "2026-01-01", "40");
        (region["low"], region["high"]) = (json!("30.00"), json!("60.5"));
        let rates = [
            rate(Some("23"), Some("07.041"), "2026-03-16", "50.00"),
            region,
            rate(Some("9"), None, "2026-01-01", "18.50"),
            rate(None, Some("MA"), "2025-06-01", "25"),
        ];
        let written = upserted(&cast, &rates).await;
        assert_eq!(written[3]["wageRate"]["territoryCode"], Value::Null, "the country is no narrower place");
        let told = value(&cast.owner, "2026-03-01", "2026-03-31").await;
        assert_eq!(steps(&told), [
            // 20 + 3 × 20 minutes of the 16th at 50.
            step("OCCUPATION_PROVINCE", 80, "66.67"),
            // 20 of teachers and 40 of nurses at 40.
            step("OCCUPATION_REGION", 60, "40.00"),
            step("OCCUPATION_COUNTRY", 40, "12.33"),
            step("ALL_OCCUPATIONS", 40, "16.67"),
        ]);
        // 66.6666… + 40 + 12.3333… + 16.6666… = 135.6666…
        assert_eq!(told["central"], "135.67");
        // 80 × 17.92 + 60 × 30 + 40 × 17.92 + 40 × 17.92, by 60: 77.7866…
        assert_eq!(told["low"], "77.79");
        // 80 × 50 + 60 × 60.5 + 40 × 18.5 + 40 × 25, by 60: 156.1666…
        assert_eq!((&told["high"], &told["statedIntervalMinutes"]), (&json!("156.17"), &json!(60)));

        // The work of a project follows what is said of its occupation.
        let input = json!({ "id": teaching, "occupationCode": null });
        cast.owner.done("updateProject", input, "project { occupationCode }").await;
        let told = value(&cast.owner, "2026-03-01", "2026-03-31").await;
        assert_eq!(steps(&told)[2], step("ALL_OCCUPATIONS", 140, "58.33"));
    }

    async fn where_no_rate_is_known_there_is_no_value_and_a_reason(app: App) {
        let cast = Cast::on(&app).await;
        let old = project(&cast, "Old", None).await;
        works(&cast, &old, "2009-06-30", 30).await;
        works(&cast, &old, "2009-07-01", 60).await;

        let told = value(&cast.owner, "2009-06-01", "2009-07-31").await;

        assert_eq!(steps(&told), [step("MINIMUM_WAGE", 60, "10.64"), ("NO_RATE".to_owned(), 30, Value::Null)]);
        assert_eq!((&told["low"], &told["central"], &told["high"], &told["gap"]), (&Value::Null, &Value::Null, &Value::Null, &json!("NO_RATE")));
        let nothing = value(&cast.owner, "2011-06-01", "2011-07-31").await;
        assert_eq!((&nothing["central"], &nothing["gap"]), (&json!("0.00"), &Value::Null), "no work is worth nothing");
    }

    async fn administrators_of_the_platform_write_rates_and_nobody_else(app: App) {
        let cast = Cast::on(&app).await;
        let batch = json!({ "rates": [rate(Some("23"), None, "2026-01-01", "50")] });
        for who in [&cast.owner, &cast.observer, &cast.outsider, &cast.volunteer] {
            assert_eq!(who.refused("upsertWageRates", batch.clone()).await, ["FORBIDDEN"]);
        }
        let query = "{ wageRates { totalCount } }";
        assert_eq!(cast.volunteer.asks(query, json!({})).await["wageRates"]["totalCount"], 11, "those that came with the program");
        assert_eq!(cast.nobody.tries(query, json!({})).await.error_code(), "UNAUTHENTICATED");

        let written = upserted(&cast, &[rate(Some("23"), Some("07"), "2026-07-01", "52.5"), rate(Some("23"), Some("07"), "2026-01-01", "50")]).await;
        assert_eq!(written[0]["wageRate"], json!({
            "kind": "WAGE", "occupationCode": "23", "territoryCode": "07", "validFrom": "2026-07-01", "validTo": null,
            "low": null, "central": "52.50", "high": null, "version": 1,
        }));
        assert_eq!((&written[1]["wageRate"]["validFrom"], &written[1]["wageRate"]["validTo"]), (&json!("2026-01-01"), &json!("2026-07-01")));
        // The same again is no change, another amount is one.
        let mut again = rate(Some("23"), Some("07"), "2026-01-01", "50.00");
        assert_eq!(upserted(&cast, &[again.clone()]).await[0]["wageRate"]["version"], 1);
        again["central"] = json!("51");
        assert_eq!(upserted(&cast, &[again.clone()]).await[0]["wageRate"]["version"], 2);
        again["expectedVersion"] = json!(1);
        assert_eq!(cast.admin.refused_each("upsertWageRates", json!({ "rates": [again] })).await, ["VERSION_CONFLICT"]);
        // One between two ends the one before, and is ended by the one after.
        let between = upserted(&cast, &[rate(Some("23"), Some("07"), "2026-04-01", "51.5")]).await;
        assert_eq!(between[0]["wageRate"]["validTo"], "2026-07-01");
        // A decree that the program does not know yet.
        let mut decree = rate(None, None, "2027-01-01", "18.50");
        decree["kind"] = json!("MINIMUM_WAGE");
        upserted(&cast, &[decree]).await;
        let lines = audit_event::Entity::find().filter(audit_event::Column::Action.eq("wage_rate.upsert"));
        assert_eq!(lines.count(app.parts.core.db.system().read()).await.unwrap(), 5);
    }

    async fn a_batch_is_written_as_a_whole_or_not_at_all(app: App) {
        let cast = Cast::on(&app).await;
        let with = |field: &str, value: Value| {
            let mut it = rate(Some("23"), Some("07"), "2026-01-01", "50");
            it[field] = value;
            it
        };
        let mut upside_down = with("low", json!("51"));
        upside_down["high"] = json!("49.99");
        let mut slipped = rate(None, None, "2026-05-01", "179.2");
        slipped["kind"] = json!("MINIMUM_WAGE");
        let batch = [
            rate(Some("22"), None, "2026-01-01", "50"),
            with("occupationCode", json!("99")),
            with("territoryCode", json!("99")),
            with("territoryCode", json!(cast.organization.territory)),
            with("central", json!("0")),
            with("central", json!("17.925")),
            with("central", json!("10000.01")),
            with("low", json!("40")),
            upside_down,
            with("source", json!(" ")),
            with("url", json!("javascript:alert(1)")),
            with("kind", json!("MINIMUM_WAGE")),
            rate(Some("22"), None, "2026-01-01", "60"),
            rate(Some("23"), None, "1926-01-01", "50"),
            slipped,
        ];

        let payload = cast.admin.does("upsertWageRates", json!({ "rates": batch }), WRITTEN).await;

        let told: Vec<Vec<(&str, &str)>> = payload["results"].as_array().unwrap().iter().map(|it| {
            assert_eq!(it["wageRate"], Value::Null);
            let errors = it["userErrors"].as_array().unwrap().iter();
            errors.map(|it| (it["code"].as_str().unwrap(), it["path"][0].as_str().unwrap_or(""))).collect()
        }).collect();
        assert_eq!(told, [
            vec![("BATCH_UNDONE", "")],
            vec![("UNKNOWN_TERM", "occupationCode")],
            vec![("UNKNOWN_TERRITORY", "territoryCode")],
            vec![("UNKNOWN_VALUE", "territoryCode")],
            vec![("OUT_OF_RANGE", "central")],
            vec![("INVALID_FORMAT", "central")],
            vec![("OUT_OF_RANGE", "central")],
            vec![("REQUIRED", "high")],
            vec![("OUT_OF_RANGE", "low"), ("OUT_OF_RANGE", "high")],
            vec![("REQUIRED", "source")],
            vec![("INVALID_FORMAT", "url")],
            vec![("CONTRADICTION", "occupationCode"), ("CONTRADICTION", "territoryCode")],
            vec![("TAKEN", "validFrom")],
            vec![("OUT_OF_RANGE", "validFrom")],
            vec![("OUT_OF_RANGE", "central")],
        ]);
        let query = "{ wageRates(filter: { kind: WAGE }) { totalCount } }";
        assert_eq!(cast.admin.asks(query, json!({})).await["wageRates"]["totalCount"], 0);
        let many: Vec<Value> = (0..501).map(|_| rate(None, None, "2026-01-01", "20")).collect();
        let payload = cast.admin.does("upsertWageRates", json!({ "rates": many }), WRITTEN).await;
        assert_eq!(codes(&payload), ["TOO_LONG"]);
        assert_eq!(cast.admin.refused("upsertWageRates", json!({ "rates": [] })).await, ["REQUIRED"]);
    }

    async fn a_request_that_is_sent_twice_has_one_effect(app: App) {
        let cast = Cast::on(&app).await;
        let mut input = json!({ "rates": [rate(Some("23"), None, "2026-01-01", "50")], "idempotencyKey": "wages-1" });
        let first = cast.admin.does("upsertWageRates", input.clone(), WRITTEN).await;
        upserted(&cast, &[rate(Some("23"), None, "2026-01-01", "55")]).await;

        let again = cast.admin.does("upsertWageRates", input.clone(), WRITTEN).await;

        assert_eq!(first["results"][0]["wageRate"]["central"], "50.00");
        assert_eq!(again["results"][0]["wageRate"]["central"], "55.00", "as it is now: the late copy undoes nothing");
        input["rates"][0]["central"] = json!("60");
        assert_eq!(cast.admin.refused("upsertWageRates", input).await, ["IDEMPOTENCY_CONFLICT"]);
    }

    async fn rates_are_listed_by_what_work_may_take(app: App) {
        let cast = Cast::on(&app).await;
        upserted(&cast, &[
            rate(Some("23"), Some("07.041"), "2026-03-01", "50"),
            rate(Some("2"), Some("07"), "2026-02-01", "45"),
            rate(Some("23"), Some("06"), "2026-02-15", "49"),
            rate(Some("92"), None, "2026-02-20", "18"),
        ]).await;
        for field in ["occupationCode", "territoryCode"] {
            let filter = json!({ "filter": { field: "2".repeat(100_000) } });
            let answer = cast.volunteer.tries("query($filter: WageRateFilter) { wageRates(filter: $filter) { totalCount } }", filter).await;
            assert_eq!(answer.error_code(), "BAD_USER_INPUT", "{field}");
        }
        let query = "query($filter: WageRateFilter, $first: Int, $after: String) { wageRates(filter: $filter, first: $first, after: $after) {
            totalCount pageInfo { hasNextPage endCursor } nodes { id central } } }";
        let found = async |filter: Value| -> Vec<String> {
            let data = cast.volunteer.asks(query, json!({ "filter": filter })).await;
            let nodes = data["wageRates"]["nodes"].as_array().unwrap();
            nodes.iter().map(|it| it["central"].as_str().unwrap().to_owned()).collect()
        };

        let day = "2026-03-10";
        let here = json!({ "occupationCode": "23", "territoryCode": cast.organization.territory, "on": day });
        assert_eq!(found(here).await, ["50.00", "45.00", "17.92"]);
        assert_eq!(found(json!({ "occupationCode": "92", "kind": "WAGE" })).await, ["18.00"]);
        assert_eq!(found(json!({ "territoryCode": "06", "on": "2025-06-01" })).await, ["17.10"]);

        let page = json!({ "first": 10, "after": null });
        let first = cast.volunteer.asks(query, page).await;
        assert_eq!((&first["wageRates"]["totalCount"], &first["wageRates"]["pageInfo"]["hasNextPage"]), (&json!(15), &json!(true)));
        let page = json!({ "first": 10, "after": first["wageRates"]["pageInfo"]["endCursor"] });
        let rest = cast.volunteer.asks(query, page).await;
        assert_eq!(rest["wageRates"]["nodes"].as_array().unwrap().len(), 5);
        assert_eq!(rest["wageRates"]["nodes"][4]["central"], "10.64", "the oldest comes last");
        let node = "query($id: ID!) { node(id: $id) { ... on WageRate { central currency source } } }";
        let id = json!({ "id": rest["wageRates"]["nodes"][4]["id"] });
        assert_eq!(cast.volunteer.asks(node, id.clone()).await["node"]["central"], "10.64");
        assert_eq!(cast.nobody.asks(node, id).await["node"], Value::Null);
    }

    async fn an_occupation_is_one_of_the_classification_and_no_share(app: App) {
        let cast = Cast::on(&app).await;
        for code in ["99", "2341", "23456"] {
            let input = json!({ "id": cast.project, "occupationCode": code });
            let refused = cast.owner.refused("updateProject", input).await;
            assert!(refused.contains(&"UNKNOWN_TERM".to_owned()), "{code}: {refused:?}");
        }
        let input = json!({ "id": cast.project, "occupationCode": " 23 " });
        let changed = cast.owner.done("updateProject", input, "project { occupationCode version }").await;
        assert_eq!(changed["project"], json!({ "occupationCode": "23", "version": 2 }));
        let input = json!({ "projectId": cast.project, "vocabulary": "ISCO08", "shares": [{ "termCode": "23", "percent": "100" }] });
        assert_eq!(cast.owner.refused("setTagAllocations", input).await, ["UNKNOWN_TERM"]);
        let query = r#"{ vocabularies { code terms { code level parent { code } name(locale: "en") } } }"#;
        let data = cast.nobody.asks(query, json!({})).await;
        let terms = data["vocabularies"][2]["terms"].as_array().unwrap().clone();
        assert_eq!((&data["vocabularies"][2]["code"], terms.len()), (&json!("ISCO08"), 53));
        let teachers = terms.iter().find(|it| it["code"] == "23").unwrap();
        assert_eq!(teachers, &json!({ "code": "23", "level": "SUB_MAJOR", "parent": { "code": "2" }, "name": "Teaching Professionals" }));
    }
}
