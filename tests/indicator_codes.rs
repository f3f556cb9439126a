//! Codes of indicators: their own, and those of other catalogues.
//!
//! What an indicator measures is in `impact`.

use serde_json::Value;
use serde_json::json;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::REGION;
use crate::support::on_both_databases;

on_both_databases! {
    /// An indicator of one's own cannot look like one of INDH's; those of the catalogue are measured as before.
    async fn codes_of_the_catalogue_are_kept_for_it(app: App) {
        let cast = Cast::on(&app).await;
        let selection = "indicator { code } userErrors { code path rule message }";
        for code in ["INDH-JOBS", "indh-jobs", "INDH-OURS", "VOLUNTEERS"] {
            let told = cast.owner.does("createIndicator", cast.indicator(json!({ "code": code })), selection).await;
            let refused = &told["userErrors"][0];
            assert_eq!(
                (&told["indicator"], &refused["code"], &refused["path"], &refused["rule"]),
                (&Value::Null, &json!("CODE_RESERVED"), &json!(["code"]), &json!("indicator.reserved_code")),
            );
            let message = refused["message"].as_str().expect("a sentence");
            assert!(message.contains(code) && message.contains("choose another code"), "{message}");
        }
        for code in ["JOBS", "OUR-INDH-JOBS"] {
            cast.owner.done("createIndicator", cast.indicator(json!({ "code": code })), "indicator { code }").await;
        }
        let listed = "{ indicators(filter: { search: \"INDH-JOBS\" }) { nodes { id code organization { slug } } } }";
        let listed = cast.owner.asks(listed, json!({})).await;
        let nodes = listed["indicators"]["nodes"].as_array().expect("nodes");
        let found = nodes.iter().find(|it| it["code"] == "INDH-JOBS").expect("the one of the catalogue");
        assert_eq!(found["organization"], Value::Null);
        let figure = json!({
            "indicatorId": found["id"], "projectId": cast.project, "from": "2026-01-01", "to": "2026-01-31", "value": { "value": "3" },
        });
        let written = cast.coordinator.does(
            "recordMeasurements", json!({ "measurements": [figure] }), "results { measurement { status } userErrors { code } }",
        ).await;
        assert_eq!(written["results"][0]["measurement"]["status"], "SUBMITTED", "{written:#}");
    }

    async fn codes_of_iris_are_written_as_its_catalogue_writes_them(app: App) {
        let cast = Cast::on(&app).await;
        let selection = "indicator { id irisCode version } userErrors { code path message }";
        for code in ["oi1166", "OI116", "OI-1166", "volunteer hours"] {
            let told = cast.owner.does("createIndicator", cast.indicator(json!({ "irisCode": code })), selection).await;
            let refused = &told["userErrors"][0];
            assert_eq!((&refused["code"], &refused["path"]), (&json!("INVALID_FORMAT"), &json!(["irisCode"])));
            let message = refused["message"].as_str().expect("a sentence");
            assert!(message.contains(code) && message.contains("such as OI1166"), "{message}");
        }
        let made = cast.owner.done("createIndicator", cast.indicator(json!({ "irisCode": " OI1166 " })), selection).await;
        assert_eq!(made["indicator"]["irisCode"], "OI1166");
        let id = made["indicator"]["id"].clone();
        let change = async |to: Value| {
            let input = json!({ "id": id, "irisCode": to });
            cast.owner.does("updateIndicator", input, selection).await
        };
        assert_eq!(change(json!("OI11")).await["userErrors"][0]["code"], "INVALID_FORMAT");
        assert_eq!(change(json!("PI4060")).await["indicator"]["irisCode"], "PI4060");
        assert_eq!(change(json!(" ")).await["indicator"]["irisCode"], Value::Null);
    }

    /// What the catalogue serves is a goal or target that there is, and stands there in the report by goals.
    async fn indicators_of_the_catalogue_say_what_they_serve(app: App) {
        let cast = Cast::on(&app).await;
        let listed = "{ indicators(first: 100) { nodes { id code sdgCode irisCode } } }";
        let listed = cast.owner.asks(listed, json!({})).await;
        let nodes = listed["indicators"]["nodes"].as_array().expect("nodes");
        let named = |field: &str| -> Vec<(&str, &str)> {
            let named = nodes.iter().filter_map(|it| Some((it["code"].as_str()?, it[field].as_str()?)));
            named.collect()
        };
        assert_eq!(named("sdgCode"), [
            ("INDH-ELECTRICITY", "7.1"), ("INDH-JOBS", "8"), ("INDH-PRESCHOOL-PLACES", "4.2"), ("INDH-PRESCHOOL-UNITS", "4.2"),
            ("INDH-ROADS", "9.1"), ("INDH-TRAINED", "4.4"), ("INDH-WATER", "6.1"),
        ]);
        assert_eq!(named("irisCode"), [("VOLUNTEER-MINUTES", "OI1166")]);
        let water = nodes.iter().find(|it| it["code"] == "INDH-WATER").expect("water");
        let jobs = nodes.iter().find(|it| it["code"] == "INDH-JOBS").expect("jobs");
        let figure = |of: &Value| json!({
            "indicatorId": of["id"], "projectId": cast.project, "from": "2026-01-01", "to": "2026-01-31", "value": { "value": "30" },
        });
        let input = json!({ "measurements": [figure(jobs), figure(water)] });
        let written = cast.coordinator.does("recordMeasurements", input, "results { measurement { id } }").await;
        let ids: Vec<&Value> = written["results"].as_array().expect("results").iter().map(|it| &it["measurement"]["id"]).collect();
        cast.owner.does("approveMeasurements", json!({ "ids": ids }), "results { userErrors { code } }").await;

        let query = "query($input: SdgReportInput!) { sdgReport(input: $input) { indicators { term { code } progress { indicator { code } actual { value } } } } }";
        let input = json!({ "territoryCode": REGION, "from": "2026-01-01", "to": "2026-12-31" });
        let told = cast.observer.asks(query, json!({ "input": input })).await;

        let row = |term: &str, indicator: &str| json!({
            "term": { "code": term }, "progress": { "indicator": { "code": indicator }, "actual": { "value": "30" } },
        });
        assert_eq!(told["sdgReport"]["indicators"], json!([row("6.1", "INDH-WATER"), row("8", "INDH-JOBS")]));
    }
}
