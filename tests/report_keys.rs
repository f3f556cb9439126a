//! Rows of one report are found again in another: keys for programs, codes for people.
//!
//! What the rows count is tested with each report.

use std::collections::BTreeSet;

use serde_json::Value;
use serde_json::json;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::REGION;
use crate::support::on_both_databases;

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

on_both_databases! {
    async fn crossings_and_members_have_the_same_keys_and_codes(app: App) {
        let cast = Cast::on(&app).await;
        let without = cast.owner.opens_project(&cast.organization, "Other").await;
        let shares = json!([{ "termCode": "PH3-P3", "percent": "60" }, { "termCode": "PH3-P4", "percent": "40" }]);
        let input = json!({ "projectId": cast.project, "vocabulary": "INDH", "shares": shares });
        cast.owner.done("setTagAllocations", input, "project { id }").await;
        for (project, day, minutes) in [(&cast.project, "2026-03-14", 100), (&without, "2026-03-15", 7)] {
            let entry = cast.volunteer.logs(&cast.record, project, day, minutes).await;
            cast.coordinator.approves(&[&entry]).await;
        }
        let span = json!({ "territoryCode": REGION, "from": "2026-03-01", "to": "2026-03-31" });
        let with = |more: Value| {
            let mut input = span.clone();
            input.as_object_mut().expect("fields").extend(more.as_object().expect("fields").clone());
            json!({ "input": input })
        };

        let query = "query($input: IndhReportInput!) { indhReport(input: $input) { crossings {
            month minutes territoryCode territoryKey programmeCode programmeKey } } }";
        let told = cast.observer.asks(query, with(json!({}))).await;
        let crossings = told["indhReport"]["crossings"].as_array().expect("rows");
        let query = "query($input: HoursReportInput!) { hoursReport(input: $input) {
            rows { member { key code term { code } } cells { columnKey measures { minutes } } } columns { member { key code territory { code } } } } }";
        let told = cast.observer.asks(query, with(json!({ "rows": "PROGRAMME", "columns": "TERRITORY" }))).await;
        let report = &told["hoursReport"];

        let members = |of: &Value| -> BTreeSet<(String, String)> {
            let lines = of.as_array().expect("lines").iter();
            lines.map(|it| (text(&it["member"]["key"]), text(&it["member"]["code"]))).collect()
        };
        let crossed = |key: &str, code: &str| -> BTreeSet<(String, String)> {
            crossings.iter().map(|it| (text(&it[key]), text(&it[code]))).collect()
        };
        assert_eq!(crossings.len(), 3, "{crossings:#?}");
        assert_eq!(crossed("programmeKey", "programmeCode"), members(&report["rows"]));
        assert_eq!(crossed("territoryKey", "territoryCode"), members(&report["columns"]));
        let codes: BTreeSet<String> = crossed("programmeKey", "programmeCode").into_iter().map(|it| it.1).collect();
        assert_eq!(codes, ["", "PH3-P3", "PH3-P4"].map(str::to_owned).into(), "work without a programme has no code");
        for row in report["rows"].as_array().expect("rows") {
            assert_eq!(row["member"]["code"], row["member"]["term"]["code"]);
        }

        // A number is explained by the keys of either, and of terms by their code.
        let query = "query($input: ExplainCellInput!) { explainCell(input: $input) { measures { minutes } } }";
        for crossing in crossings {
            let term = match &crossing["programmeCode"] {
                Value::Null => &crossing["programmeKey"],
                code => code,
            };
            for programme in [&crossing["programmeKey"], term] {
                let cell = json!([
                    { "dimension": "PROGRAMME", "key": programme },
                    { "dimension": "TERRITORY", "key": crossing["territoryKey"] },
                    { "dimension": "MONTH", "key": crossing["month"] },
                ]);
                let told = cast.observer.asks(query, with(json!({ "cell": cell }))).await;
                assert_eq!(told["explainCell"]["measures"]["minutes"], crossing["minutes"], "{crossing:#}");
            }
        }
    }
}
