//! Entries of hours as files: the list that somebody sees, whole, in every format, however long it is.
//!
//! How exports are followed, called off and fetched is tested in `exports`.

use std::collections::BTreeMap;
use std::io::Cursor;

use async_graphql::ID;
use calamine::Data;
use calamine::Reader;
use calamine::Xlsx;
use entity::ids::EntryId;
use serde_json::Value;
use serde_json::json;
use tiwizi::graphql::node::NodeId;

use crate::exports::fetched;
use crate::exports::worked_off;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::on_both_databases;
use crate::support::schemas::is_a_report;
use crate::support::statements::counted;

const JOB: &str = "exportJob { id report { name } hourEntries { organization { slug } workedFrom status territoryCode } format }";

/// The name of the file and what is in it.
async fn file(app: &App, who: &Person, filter: &Value, format: &str) -> (String, Vec<u8>) {
    let input = json!({ "filter": filter, "format": format, "locale": "en" });
    let asked = who.done("requestHourEntriesExport", input, JOB).await;
    worked_off(app).await;
    let query = "query($id: ID!) { node(id: $id) { ... on ExportJob { artifact { url fileName } failures { message } } } }";
    let made = who
        .asks(query, json!({ "id": asked["exportJob"]["id"] }))
        .await;
    let made = &made["node"]["artifact"];
    let (status, _, bytes) = fetched(app, made["url"].as_str().unwrap()).await;
    assert_eq!(status, 200);
    (made["fileName"].as_str().unwrap().to_owned(), bytes)
}

async fn lines(app: &App, who: &Person, filter: &Value) -> Vec<Value> {
    let (_, bytes) = file(app, who, filter, "JSON").await;
    let mut document: Value = serde_json::from_slice(&bytes).unwrap();
    let Value::Array(lines) = document["hourEntries"].take() else {
        panic!("{document:#}");
    };
    lines
}

/// Entries as GraphQL tells them, by their keys.
async fn listed(who: &Person, filter: &Value) -> BTreeMap<String, Value> {
    let query = "query($filter: HourEntryFilter, $after: String) { hourEntries(first: 100, after: $after, filter: $filter) {
        nodes { id workedOn endedOn kind status minutes totalMinutes headcount breakMinutes evidenceLevel description
            startedAt endedAt createdAt volunteer { displayName } project { title } territory { code } }
        pageInfo { hasNextPage endCursor } } }";
    let mut found = BTreeMap::new();
    let mut after = Value::Null;
    loop {
        let page = who
            .asks(query, json!({ "filter": filter, "after": after }))
            .await;
        let page = &page["hourEntries"];
        for it in page["nodes"].as_array().unwrap() {
            let id = ID(it["id"].as_str().unwrap().to_owned());
            found.insert(EntryId::read(&id).unwrap().to_string(), it.clone());
        }
        if page["pageInfo"]["hasNextPage"] != true {
            return found;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

/// 1 minute each, so many on each of some days.
async fn many(cast: &Cast, of_each_day: usize, days: usize) {
    for day in 1..=days {
        let entry = json!({
            "volunteerId": cast.record, "projectId": cast.project, "workedOn": format!("2026-10-{day:02}"), "minutes": 1,
        });
        let entries: Vec<Value> = (0..of_each_day).map(|_| entry.clone()).collect();
        let made = cast
            .coordinator
            .does(
                "createHourEntries",
                json!({ "entries": entries }),
                "results { userErrors { code } }",
            )
            .await;
        for it in made["results"].as_array().unwrap() {
            assert_eq!(it["userErrors"], json!([]));
        }
    }
}

on_both_databases! {
    async fn a_file_holds_what_the_list_tells(app: App) {
        let cast = Cast::on(&app).await;
        let approved = cast.volunteer.logs(&cast.record, &cast.project, "2026-10-14", 95).await;
        cast.coordinator.approves(&[&approved]).await;
        cast.volunteer.logs(&cast.record, &cast.project, "2026-10-15", 31).await;
        let night = json!({
            "volunteerId": cast.record, "projectId": cast.project, "startedAt": "2026-10-16T22:30:00Z",
            "endedAt": "2026-10-17T01:00:00Z", "breakMinutes": 10, "description": "=1+1",
        });
        cast.volunteer.done("createHourEntry", night, "hourEntry { id }").await;
        let group = json!({ "projectId": cast.project, "workedOn": "2026-10-18", "minutes": 60, "headcount": 7 });
        cast.coordinator.done("createHourEntry", group, "hourEntry { id }").await;
        let filter = json!({ "organizationId": cast.organization.id });

        let (name, json) = file(&app, &cast.coordinator, &filter, "JSON").await;

        assert_eq!(name, "hour-entries-2026-11-02-en.json");
        let document: Value = serde_json::from_slice(&json).unwrap();
        is_a_report(&document);
        let told = listed(&cast.coordinator, &filter).await;
        let lines = document["hourEntries"].as_array().unwrap();
        assert_eq!((lines.len(), told.len()), (4, 4));
        for line in lines {
            let it = &told[line["entry"].as_str().unwrap()];
            for field in ["workedOn", "endedOn", "kind", "status", "minutes", "totalMinutes", "headcount", "breakMinutes",
                "evidenceLevel", "description", "startedAt", "endedAt", "createdAt"]
            {
                assert_eq!(line[field], it[field], "{field}");
            }
            assert_eq!(line["volunteerName"], it["volunteer"]["displayName"]);
            assert_eq!(line["projectTitle"], it["project"]["title"]);
            assert_eq!(line["territoryCode"], it["territory"]["code"]);
        }
        let total: i64 = lines.iter().map(|it| it["totalMinutes"].as_i64().unwrap()).sum();
        assert_eq!(document["totals"], json!([{ "entries": 4, "totalMinutes": total }]));
        assert_eq!(total, 95 + 31 + 140 + 420);
        assert_eq!(document["parameters"]["asOf"], "2026-11-02T09:00:00Z");
    }

    async fn every_format_has_the_same_lines(app: App) {
        let cast = Cast::on(&app).await;
        cast.volunteer.logs(&cast.record, &cast.project, "2026-10-14", 95).await;
        let formula = json!({
            "volunteerId": cast.record, "projectId": cast.project, "workedOn": "2026-10-15", "minutes": 31, "description": "=1+1",
        });
        cast.volunteer.done("createHourEntry", formula, "hourEntry { id }").await;
        let filter = json!({ "workedOn": { "from": "2026-10-01" } });
        let lines = lines(&app, &cast.coordinator, &filter).await;

        let (_, csv) = file(&app, &cast.coordinator, &filter, "CSV").await;
        let (_, book) = file(&app, &cast.coordinator, &filter, "XLSX").await;

        let mut csv = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(csv.as_slice());
        let csv: Vec<Vec<String>> = csv.records().map(|it| it.unwrap().iter().map(str::to_owned).collect()).collect();
        let mut book = Xlsx::new(Cursor::new(book)).unwrap();
        let sheet = book.worksheet_range("Hour entries").unwrap();
        let sheet: Vec<&[Data]> = sheet.rows().collect();
        // Below the lines a workbook has what they add up to.
        assert_eq!(sheet.len(), 2 + lines.len());
        for (place, line) in lines.iter().enumerate() {
            let record = &csv[csv.len() - lines.len() + place];
            let row = sheet[1 + place];
            assert_eq!(record[0], line["entry"].as_str().unwrap());
            assert_eq!(row[0], Data::String(record[0].clone()));
            assert_eq!(record[18], line["totalMinutes"].to_string());
            assert_eq!(row[18], Data::Float(line["totalMinutes"].as_f64().unwrap()));
        }
        assert_eq!((csv.last().unwrap()[21].as_str(), &sheet[2][21]), ("'=1+1", &Data::String("=1+1".to_owned())));
        assert_eq!(sheet[3][18], Data::Float(126.0));
    }

    async fn a_file_is_as_long_as_the_list(app: App) {
        let cast = Cast::on(&app).await;
        many(&cast, 100, 23).await;
        let filter = json!({ "organizationId": cast.organization.id });
        let input = json!({ "filter": filter, "format": "JSON" });
        cast.coordinator.done("requestHourEntriesExport", input, JOB).await;

        let ((), statements) = counted(&app, async { worked_off(&app).await; }).await;

        assert!(statements < 60, "{statements}");
        let lines = lines(&app, &cast.coordinator, &filter).await;
        let mut keys: Vec<&str> = lines.iter().map(|it| it["entry"].as_str().unwrap()).collect();
        let days: Vec<&str> = lines.iter().map(|it| it["workedOn"].as_str().unwrap()).collect();
        assert!(days.is_sorted());
        keys.sort_unstable();
        keys.dedup();
        assert_eq!((lines.len(), keys.len()), (2_300, 2_300));
    }

    async fn a_file_holds_what_its_reader_may_see_and_nothing_else(app: App) {
        let cast = Cast::on(&app).await;
        let own = cast.volunteer.logs(&cast.record, &cast.project, "2026-10-14", 95).await;
        let other = cast.owner.enrols(&cast.organization, "Salma Other").await;
        cast.coordinator.drafts(&other, &cast.project, "2026-10-14", 30).await;
        let all = json!({});

        for (who, seen) in [(&cast.coordinator, 2), (&cast.volunteer, 1), (&cast.outsider, 0), (&cast.observer, 0)] {
            assert_eq!(lines(&app, who, &all).await.len(), seen);
        }

        let id = EntryId::read(&ID(own)).unwrap().to_string();
        assert_eq!(lines(&app, &cast.volunteer, &all).await[0]["entry"], id);
        for (filter, path) in [
            (json!({ "organizationId": cast.organization.id }), "organizationId"),
            (json!({ "projectId": cast.project }), "projectId"),
            (json!({ "volunteerId": cast.record }), "volunteerId"),
        ] {
            let input = json!({ "filter": filter, "format": "CSV" });
            let told = cast.outsider.does("requestHourEntriesExport", input, "userErrors { code path }").await;
            assert_eq!(told["userErrors"], json!([{ "code": "NOT_FOUND", "path": ["filter", path] }]));
        }
        let nowhere = json!({ "filter": { "territoryCode": "99.9" }, "format": "CSV" });
        let told = cast.owner.does("requestHourEntriesExport", nowhere, "userErrors { code path }").await;
        assert_eq!(told["userErrors"], json!([{ "code": "UNKNOWN_TERRITORY", "path": ["filter", "territoryCode"] }]));
    }

    async fn a_key_asks_once_and_the_job_says_what_was_asked(app: App) {
        let cast = Cast::on(&app).await;
        let filter = json!({
            "organizationId": cast.organization.id, "status": ["APPROVED"], "workedOn": { "from": "2026-01-01" },
        });
        let input = json!({ "filter": filter, "format": "CSV", "idempotencyKey": "once" });

        let first = cast.owner.done("requestHourEntriesExport", input.clone(), JOB).await;
        let again = cast.owner.done("requestHourEntriesExport", input.clone(), JOB).await;

        assert_eq!(first, again);
        let job = &first["exportJob"];
        let expected = json!({
            "organization": { "slug": cast.organization.slug }, "workedFrom": "2026-01-01", "status": ["APPROVED"], "territoryCode": null,
        });
        assert_eq!((&job["hourEntries"], &job["report"], &job["format"]), (&expected, &Value::Null, &json!("CSV")));
        let other = json!({ "filter": filter, "format": "XLSX", "idempotencyKey": "once" });
        assert_eq!(cast.owner.refused("requestHourEntriesExport", other).await, ["IDEMPOTENCY_CONFLICT"]);
    }
}
