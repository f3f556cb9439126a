//! The statement of a volunteer as a file: the same figures in every format, for those who see it and nobody else.
//!
//! What a statement holds is tested in `statement`, how exports are followed and fetched in `exports`.

use std::io::Cursor;

use calamine::Reader;
use calamine::Xlsx;
use serde_json::Value;
use serde_json::json;

use crate::documents::reader::Pdf;
use crate::exports::fetched;
use crate::exports::worked_off;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::on_both_databases;
use crate::support::schemas::is_a_report;

const STATEMENT: &str = "query($input: VolunteerStatementInput!) { volunteerStatement(input: $input) {
    asOf firstDay lastDay totals { minutes pendingMinutes entries pendingEntries }
    rows { organization { name } project { title } month amounts { minutes pendingMinutes entries pendingEntries } }
    byMonth { month amounts { minutes pendingMinutes entries pendingEntries } }
    byOrganization { organization { name } amounts { minutes pendingMinutes entries pendingEntries } }
    byEvidence { evidenceLevel amounts { minutes pendingMinutes entries pendingEntries } }
    valueOfWork { central statedIntervalMinutes } } }";

fn input(record: &str, format: &str, locale: &str) -> Value {
    json!({ "volunteerId": record, "from": "2026-09-01", "to": "2026-11-30", "format": format, "locale": locale })
}

async fn file(
    app: &App,
    who: &Person,
    record: &str,
    format: &str,
    locale: &str,
) -> (Value, Vec<u8>) {
    let wanted = "exportJob { id report { name } statement { volunteer { id } from to asOf } format locale }";
    let asked = who
        .done(
            "requestStatementExport",
            input(record, format, locale),
            wanted,
        )
        .await;
    worked_off(app).await;
    let query = "query($id: ID!) { node(id: $id) { ... on ExportJob { artifact { url fileName expiresAt } failures { message } } } }";
    let made = who
        .asks(query, json!({ "id": asked["exportJob"]["id"] }))
        .await;
    let url = made["node"]["artifact"]["url"].as_str();
    let (status, _, bytes) = fetched(app, url.unwrap_or_else(|| panic!("{made:#}"))).await;
    assert_eq!(status, 200);
    let mut told = asked["exportJob"].clone();
    told["artifact"] = made["node"]["artifact"].clone();
    (told, bytes)
}

/// A row of GraphQL and a row of a file say the same.
#[track_caller]
fn same(row: &Value, amounts: &Value) {
    for name in ["minutes", "pendingMinutes", "entries", "pendingEntries"] {
        assert_eq!(row[name], amounts[name], "{name}: {row} and {amounts}");
    }
}

async fn given(cast: &Cast) {
    let one = cast
        .volunteer
        .logs(&cast.record, &cast.project, "2026-09-14", 95)
        .await;
    let other = cast
        .volunteer
        .logs(&cast.record, &cast.project, "2026-10-02", 31)
        .await;
    cast.coordinator.approves(&[&one, &other]).await;
    cast.volunteer
        .logs(&cast.record, &cast.project, "2026-10-03", 47)
        .await;
}

on_both_databases! {
    async fn a_file_says_what_the_statement_says(app: App) {
        let cast = Cast::on(&app).await;
        given(&cast).await;
        let asked = json!({ "input": { "volunteerId": cast.record, "from": "2026-09-01", "to": "2026-11-30" } });
        let mut answer = cast.volunteer.asks(STATEMENT, asked).await;
        let answer = answer["volunteerStatement"].take();

        let (job, json) = file(&app, &cast.volunteer, &cast.record, "JSON", "en").await;

        assert_eq!((&job["report"], &job["format"], &job["locale"]), (&Value::Null, &json!("JSON"), &json!("en")));
        assert_eq!(job["statement"], json!({ "volunteer": { "id": cast.record }, "from": "2026-09-01", "to": "2026-11-30", "asOf": null }));
        assert_eq!(job["artifact"]["fileName"], "statement-2026-09-01-2026-11-30-en.json");
        assert!(job["artifact"]["expiresAt"].as_str().unwrap().starts_with("2026-11-05"), "kept for three days: {job}");
        let document: Value = serde_json::from_slice(&json).unwrap();
        is_a_report(&document);
        assert_eq!(document["totals"][0]["minutes"], 126);
        same(&document["totals"][0], &answer["totals"]);
        assert_eq!((&document["totals"][0]["firstDay"], &document["totals"][0]["lastDay"]), (&answer["firstDay"], &answer["lastDay"]));
        for (section, rows) in [("byProject", "rows"), ("byMonth", "byMonth"), ("byOrganization", "byOrganization"), ("byEvidence", "byEvidence")] {
            let (written, told) = (document[section].as_array().unwrap(), answer[rows].as_array().unwrap());
            assert_eq!(written.len(), told.len(), "{section}");
            for (written, told) in written.iter().zip(told) {
                same(written, &told["amounts"]);
                for (name, value) in [("month", &told["month"]), ("evidenceLevel", &told["evidenceLevel"]),
                    ("organization", &told["organization"]["name"]), ("project", &told["project"]["title"])]
                {
                    assert!(value.is_null() || written[name] == *value, "{section}.{name}: {written} and {told}");
                }
            }
        }
        assert_eq!(document["valueOfWork"][0]["statedIntervalMinutes"], answer["valueOfWork"]["statedIntervalMinutes"]);
        let central = &answer["valueOfWork"]["central"];
        assert_eq!(document["valueOfWork"][0]["central"], *central);
    }

    async fn every_format_and_language_says_the_same(app: App) {
        let cast = Cast::on(&app).await;
        given(&cast).await;

        let (_, csv) = file(&app, &cast.owner, &cast.record, "CSV", "fr").await;
        let (_, book) = file(&app, &cast.owner, &cast.record, "XLSX", "ar").await;
        let (job, pdf) = file(&app, &cast.owner, &cast.record, "PDF", "fr").await;

        let csv = String::from_utf8(csv).unwrap();
        assert!(csv.contains("Relevé d’heures de bénévolat") && csv.contains("126,2.10,47,2,1,2026-09-14,2026-10-02"), "{csv}");
        let mut book = Xlsx::new(Cursor::new(book)).unwrap();
        let name = book.sheet_names()[1].clone();
        let totals = book.worksheet_range(&name).unwrap();
        let figures: Vec<String> = totals.rows().next_back().unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(figures[..5], ["126", "2.1", "47", "2", "1"], "{figures:?}");
        let pdf = Pdf::read(&pdf);
        assert!(pdf.told().contains("126") && pdf.language() == "fr", "{}", pdf.told());
        assert_eq!(job["artifact"]["fileName"], "statement-2026-09-01-2026-11-30-fr.pdf");
    }

    async fn nobody_else_has_it(app: App) {
        let cast = Cast::on(&app).await;
        given(&cast).await;

        for other in [&cast.outsider, &cast.observer] {
            let refused = other.does("requestStatementExport", input(&cast.record, "PDF", "fr"), "exportJob { id } userErrors { code path }").await;
            assert_eq!(refused["exportJob"], Value::Null);
            assert_eq!(refused["userErrors"], json!([{ "code": "NOT_FOUND", "path": ["volunteerId"] }]));
        }
        let nobody = cast.owner.does("requestStatementExport", input("zz", "PDF", "fr"), "exportJob { id } userErrors { code path }").await;
        assert_eq!(nobody["userErrors"], json!([{ "code": "NOT_FOUND", "path": ["volunteerId"] }]));
        let mut backwards = input(&cast.record, "PDF", "fr");
        backwards["to"] = json!("2026-08-01");
        let refused = cast.owner.does("requestStatementExport", backwards, "exportJob { id } userErrors { path }").await;
        assert_eq!(refused["exportJob"], Value::Null);
        // One request, sent twice, is one file.
        let mut keyed = input(&cast.record, "CSV", "fr");
        keyed["idempotencyKey"] = json!("statement");
        let first = cast.owner.done("requestStatementExport", keyed.clone(), "exportJob { id }").await;
        let again = cast.owner.done("requestStatementExport", keyed, "exportJob { id }").await;
        assert_eq!(first, again);
    }
}
