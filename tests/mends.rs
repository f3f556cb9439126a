//! Refusals say what would be taken instead, and why; errors of a query say where they are.
//!
//! That no sentence is missing in a language is held in `architecture`.

use serde_json::Value;
use serde_json::json;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::cast::REGION;
use crate::support::on_both_databases;

/// The user errors of a mutation, as `path: CODE message`.
async fn told(who: &Person, mutation: &str, input: Value) -> Vec<String> {
    let errors = "userErrors { code path message }";
    let selection = if mutation == "recordMeasurements" {
        format!("results {{ {errors} }}")
    } else {
        errors.to_owned()
    };
    let payload = who.does(mutation, input, &selection).await;
    let of = |it: &Value| it["userErrors"].as_array().cloned().unwrap_or_default();
    let results = payload["results"].as_array().cloned().unwrap_or_default();
    let errors = results
        .iter()
        .flat_map(of)
        .chain(of(&payload))
        .collect::<Vec<_>>();
    let one = |it: &Value| {
        let path: Vec<&str> = it["path"]
            .as_array()
            .expect("a path")
            .iter()
            .map(|it| it.as_str().expect("a name"))
            .collect();
        let text = |name: &str| it[name].as_str().expect("a text").to_owned();
        format!("{}: {} {}", path.join("."), text("code"), text("message"))
    };
    errors.iter().map(one).collect()
}

on_both_databases! {
    async fn values_that_an_indicator_does_not_take_are_refused_with_those_that_it_takes(app: App) {
        let cast = Cast::on(&app).await;
        let average = json!({ "overTime": "AVERAGE", "overPlace": "AVERAGE" });
        for (kind, value, expected) in [
            ("COUNT", json!({ "value": "1.5" }),
                "value: INVALID_FORMAT This is not a valid value: 1.5. The indicator counts: give a whole number, such as 12."),
            ("COUNT", json!({ "value": "1", "denominator": "2" }),
                "denominator: CONTRADICTION These values exclude each other: value, denominator. Only an indicator of the type PERCENTAGE has a whole: leave it out."),
            ("MONEY", json!({ "value": "1.005" }),
                "value: INVALID_FORMAT This is not a valid value: 1.005. Give an amount with two decimals at most, such as 1250.50."),
            ("YES_NO", json!({ "value": "2" }),
                "value: INVALID_FORMAT This is not a valid value: 2. Give 1 for yes or 0 for no."),
            ("DECIMAL", json!({ "value": "0.0000001" }),
                "value: INVALID_FORMAT This is not a valid value: 0.0000001. Give a number with six decimals at most, below 9000000000000, such as 12.5."),
            ("PERCENTAGE", json!({ "value": "1" }),
                "denominator: REQUIRED Give a value. A PERCENTAGE is a part of a whole: give the part as value and the whole as denominator."),
        ] {
            let mut input = cast.indicator(json!({ "code": format!("{kind}-{}", value.as_object().expect("fields").len()), "valueType": kind }));
            input.as_object_mut().expect("fields").extend(average.as_object().expect("fields").clone());
            let made = cast.owner.done("createIndicator", input, "indicator { id }").await;
            let figure = json!({
                "indicatorId": made["indicator"]["id"], "projectId": cast.project, "from": "2026-01-01", "to": "2026-01-31", "value": value,
            });
            assert_eq!(told(&cast.coordinator, "recordMeasurements", json!({ "measurements": [figure] })).await, [expected], "{kind}");
        }
    }

    async fn an_indicator_that_cannot_be_is_refused_with_one_that_can(app: App) {
        let cast = Cast::on(&app).await;
        let refused = async |more: Value| told(&cast.owner, "createIndicator", cast.indicator(more)).await;

        assert_eq!(refused(json!({ "code": "formés" })).await,
            ["code: INVALID_FORMAT This is not a valid value: formés. Take letters from A to Z, digits, -, _ and . alone, such as JOBS-2026."]);
        assert_eq!(refused(json!({ "valueType": "YES_NO" })).await, [
            "valueType: CONTRADICTION These values exclude each other: valueType, SUM. What is PERCENTAGE or YES_NO is never added: \
             take others for overTime and overPlace than SUM, such as AVERAGE.",
        ]);
        assert_eq!(refused(json!({ "reading": "CUMULATIVE" })).await, [
            "overTime: CONTRADICTION These values exclude each other: CUMULATIVE, overTime. A CUMULATIVE value holds all that came before it: \
             take LAST for overTime.",
        ]);
        // What the sentence proposes is taken.
        cast.owner.done("createIndicator", cast.indicator(json!({ "code": "JOBS-2026", "reading": "CUMULATIVE", "overTime": "LAST" })),
            "indicator { code }").await;
    }

    async fn shares_that_would_rewrite_the_past_are_refused_with_the_reason(app: App) {
        let cast = Cast::on(&app).await;
        let shares = |code: &str, from: Option<&str>| json!({
            "projectId": cast.project, "vocabulary": "INDH", "shares": [{ "termCode": code, "percent": "100" }], "validFrom": from,
        });
        cast.owner.done("setTagAllocations", shares("PH3-P4", None), "project { id }").await;
        cast.owner.done("setTagAllocations", shares("PH3-P3", Some("2026-06-01")), "project { id }").await;

        let refused = told(&cast.owner, "setTagAllocations", shares("PH3-P4", Some("2026-05-01"))).await;
        assert_eq!(refused, [
            "validFrom: OUT_OF_RANGE It must lie between 2026-06-02 and 9999-12-31. New shares follow those laid down last, which \
             begin on 2026-06-01: figures of before stay as they were. Give 2026-06-02 or a later day.",
        ]);
        cast.owner.done("setTagAllocations", shares("PH3-P4", Some("2026-06-02")), "project { id }").await;
        let entry = cast.volunteer.logs(&cast.record, &cast.project, "2026-09-14", 60).await;
        cast.coordinator.approves(&[&entry]).await;
        cast.owner.done("closePeriod", json!({ "organizationId": cast.organization.id, "month": "2026-09" }), "reportingPeriod { status }").await;
        let refused = told(&cast.owner, "setTagAllocations", shares("PH3-P3", Some("2026-09-01"))).await;
        assert_eq!(refused, [
            "validFrom: PERIOD_CLOSED 2026-09 is closed for the organization. Its hours keep the shares that they were closed with: \
             give a day after the last closed month with hours of the project.",
        ]);
        cast.owner.done("setTagAllocations", shares("PH3-P3", Some("2026-10-01")), "project { id }").await;
    }

    async fn what_cannot_be_frozen_is_refused_with_the_reason(app: App) {
        let cast = Cast::on(&app).await;
        let asked = |more: Value| {
            let mut input = json!({
                "report": "INDH", "territoryCode": "MA", "from": "2026-01-01", "to": "2026-03-31", "organizationId": cast.organization.id,
            });
            input.as_object_mut().expect("fields").extend(more.as_object().expect("fields").clone());
            input
        };
        for (more, expected) in [
            (json!({ "title": " " }), "title: REQUIRED Give a value. A title may be left out, but not blank."),
            (json!({ "report": "HOURS" }),
                "rows: REQUIRED Give a value. The report HOURS is told by rows: name a dimension, such as PROGRAMME or MONTH."),
            (json!({ "territoryCode": null }),
                "territoryCode: REQUIRED Give a value. Name a territory by its code, such as MA, 07 or 07.041. Only CONTRACTUAL_VOLUNTEERING \
                 and DATA_QUALITY go without, where an organization is named."),
            (json!({ "territoryCode": "  " }),
                "territoryCode: REQUIRED Give a value. Name a territory by its code, such as MA, 07 or 07.041. Only CONTRACTUAL_VOLUNTEERING \
                 and DATA_QUALITY go without, where an organization is named."),
            (json!({ "organizationId": null }),
                "organizationId: REQUIRED Give a value. You may not count all of this territory, and an answer of some organizations is not \
                 frozen: name one whose figures you may read."),
        ] {
            assert_eq!(told(&cast.owner, "createSnapshot", asked(more)).await, [expected]);
        }
        let fine = asked(json!({ "report": "HOURS", "rows": "MONTH", "title": "Quarter" }));
        cast.owner.done("createSnapshot", fine, "snapshot { id }").await;
    }

    /// Where an error is stands in `path`, as in every answer of GraphQL: by the name that the caller gave the field.
    async fn what_may_not_be_asked_says_where_it_was_asked(app: App) {
        let cast = Cast::on(&app).await;
        let of = json!({ "territoryCode": REGION, "from": "2026-01-01", "to": "2026-03-31" });
        let reports = ["IndhReport", "SdgReport", "VolunteerWorkReport", "DataQualityReport"];
        for report in reports {
            let (first, rest) = report.split_at(1);
            let field = format!("{}{rest}", first.to_lowercase());
            let query = format!("query($input: {report}Input!) {{ asked: {field}(input: $input) {{ asOf }} }}");
            let answer = cast.volunteer.tries(&query, json!({ "input": of })).await;
            assert_eq!(answer.error_code(), "FORBIDDEN", "{report}");
            assert_eq!(answer.body["errors"][0]["path"], json!(["asked"]), "{report}: {:#}", answer.body);
        }
        for field in ["approvalQueue", "duplicateCandidates"] {
            let query = format!("query($id: ID!) {{ {field}(organizationId: $id) {{ totalCount }} }}");
            let answer = cast.volunteer.tries(&query, json!({ "id": cast.organization.id })).await;
            assert_eq!(answer.error_code(), "FORBIDDEN", "{field}");
            assert_eq!(answer.body["errors"][0]["path"], json!([field]), "{:#}", answer.body);
        }
    }
}
