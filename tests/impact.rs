//! What work changes: indicators, what they should reach, what was measured, how far that is.
//!
//! The arithmetic without a database is tested beside the code.

use futures_util::future::join_all;
use serde_json::Value;
use serde_json::json;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::cast::REGION;
use crate::support::on_both_databases;
use crate::support::statements::counted;

const WRITTEN: &str = "results { measurement { id status version value { value denominator percent } parts { dimension category value } } \
    flags userErrors { code path } }";

fn people(cast: &Cast, code: &str) -> Value {
    json!({
        "organizationId": cast.organization.id, "code": code, "nameFr": "Personnes formées", "nameAr": "أشخاص",
        "unit": "personnes", "valueType": "COUNT", "level": "OUTPUT", "overTime": "SUM", "overPlace": "SUM",
        "dimensions": ["SEX"], "programmeCode": "PH3-P3",
    })
}

async fn created(cast: &Cast, input: Value) -> String {
    let made = cast
        .owner
        .done("createIndicator", input, "indicator { id }")
        .await;
    made["indicator"]["id"].as_str().unwrap().to_owned()
}

fn figure(cast: &Cast, indicator: &str, month: u32, value: &str) -> Value {
    let days = if [1, 3, 5, 7, 8, 10].contains(&month) {
        31
    } else if month == 2 {
        28
    } else {
        30
    };
    json!({
        "indicatorId": indicator, "projectId": cast.project, "value": { "value": value },
        "from": format!("2026-{month:02}-01"), "to": format!("2026-{month:02}-{days}"),
    })
}

async fn records(who: &Person, figures: &[Value]) -> Vec<Value> {
    let payload = who
        .does(
            "recordMeasurements",
            json!({ "measurements": figures }),
            WRITTEN,
        )
        .await;
    payload["results"].as_array().unwrap().clone()
}

/// Writes figures as the coordinator, approves them as the owner.
async fn approved(cast: &Cast, figures: &[Value]) -> Vec<String> {
    let written = records(&cast.coordinator, figures).await;
    let ids: Vec<String> = written
        .iter()
        .map(|it| it["measurement"]["id"].as_str().unwrap().to_owned())
        .collect();
    let payload = cast
        .owner
        .does("approveMeasurements", json!({ "ids": ids }), WRITTEN)
        .await;
    for it in payload["results"].as_array().unwrap() {
        assert_eq!(it["measurement"]["status"], "APPROVED", "{payload:#}");
    }
    ids
}

async fn progress(who: &Person, indicator: &str) -> Value {
    let query = "query($input: IndicatorProgressInput!) { indicatorProgress(input: $input) { baseline { value } target { value }
        actual { value percent } reachedPercent status trend onTrackPercent atRiskPercent measurementCount pendingCount
        periods { from to actual { value } target { value } } } }";
    let input = json!({ "indicatorId": indicator, "from": "2026-01-01", "to": "2026-12-31" });
    who.asks(query, json!({ "input": input })).await["indicatorProgress"].take()
}

/// What was measured, whole and by category.
async fn broken_down(who: &Person, indicator: &str) -> Value {
    let query = "query($input: IndicatorProgressInput!) { indicatorProgress(input: $input) { actual { value }
        breakdowns { dimension categories { category value { value } } } } }";
    let input = json!({ "indicatorId": indicator, "from": "2026-01-01", "to": "2026-12-31" });
    who.asks(query, json!({ "input": input })).await["indicatorProgress"].take()
}

fn category(category: &str, value: &str) -> Value {
    json!({ "category": category, "value": { "value": value } })
}

/// A vocabulary of the organization: one theme since January, one since May.
async fn themes(cast: &Cast) -> String {
    let input = json!({ "organizationId": cast.organization.id, "code": "THEMES", "nameFr": "Thèmes", "levels": ["THEME"] });
    let made = cast
        .owner
        .done("createVocabulary", input, "vocabulary { code }")
        .await;
    let vocabulary = made["vocabulary"]["code"].as_str().unwrap().to_owned();
    let term = |code: &str, from: &str| json!({ "code": code, "level": "THEME", "nameFr": code, "validFrom": from });
    let terms = [term("WATER", "2026-01-01"), term("LATE", "2026-05-01")];
    let input = json!({ "vocabulary": vocabulary, "terms": terms });
    let selection = "userErrors { code } results { userErrors { code } }";
    let done = cast
        .owner
        .does("upsertVocabularyTerms", input, selection)
        .await;
    let fine = json!({ "userErrors": [], "results": [{ "userErrors": [] }, { "userErrors": [] }] });
    assert_eq!(done, fine);
    vocabulary
}

fn codes(results: &[Value]) -> Vec<Vec<&str>> {
    let of = |it: &'_ Value| it["userErrors"].as_array().unwrap().len();
    assert!(results.iter().all(|it| of(it) < 10));
    results
        .iter()
        .map(|it| {
            it["userErrors"]
                .as_array()
                .unwrap()
                .iter()
                .map(|it| it["code"].as_str().unwrap())
                .collect()
        })
        .collect()
}

on_both_databases! {
    async fn the_catalogue_is_ready_to_use_and_an_organization_has_its_own(app: App) {
        let cast = Cast::on(&app).await;
        let own = created(&cast, people(&cast, "FORMES")).await;
        let list = "query($search: String) { indicators(first: 100, filter: { search: $search }) { totalCount nodes { id code name organization { slug } } } }";
        let found = async |who: &Person, search: Option<&str>| -> Vec<String> {
            let data = who.asks(list, json!({ "search": search })).await;
            let nodes = data["indicators"]["nodes"].as_array().unwrap();
            nodes.iter().map(|it| it["code"].as_str().unwrap().to_owned()).collect()
        };

        let all = found(&cast.owner, None).await;
        assert!(all.contains(&"INDH-JOBS".to_owned()) && all.contains(&"FORMES".to_owned()), "{all:?}");
        assert_eq!(found(&cast.volunteer, Some("emplois CREES")).await, ["INDH-JOBS"]);
        assert_eq!(found(&cast.volunteer, Some("الشغل")).await, ["INDH-JOBS"]);
        assert!(!found(&cast.outsider, None).await.contains(&"FORMES".to_owned()));
        assert!(found(&cast.observer, None).await.contains(&"FORMES".to_owned()), "of a project of the region");
        let query = "query($id: ID!) { indicator(id: $id) { code } }";
        assert_eq!(cast.outsider.asks(query, json!({ "id": own })).await["indicator"], Value::Null);
        assert_eq!(cast.nobody.tries(list, json!({})).await.error_code(), "UNAUTHENTICATED");
    }

    async fn an_indicator_that_would_not_add_up_is_refused(app: App) {
        let cast = Cast::on(&app).await;
        let mut share = people(&cast, "SHARE");
        share["valueType"] = json!("PERCENTAGE");
        assert_eq!(cast.owner.refused("createIndicator", share.clone()).await, ["CONTRADICTION"]);
        share["overTime"] = json!("AVERAGE");
        assert_eq!(cast.owner.refused("createIndicator", share).await, ["CONTRADICTION"]);
        let mut unknown = people(&cast, "a b");
        unknown["programmeCode"] = json!("PH9");
        assert_eq!(cast.owner.refused("createIndicator", unknown.clone()).await, ["INVALID_FORMAT"]);
        unknown["code"] = json!("ab");
        assert_eq!(cast.owner.refused("createIndicator", unknown).await, ["UNKNOWN_TERM"]);
        for (who, code) in [(&cast.coordinator, "FORBIDDEN"), (&cast.observer, "NOT_FOUND"), (&cast.outsider, "NOT_FOUND")] {
            assert_eq!(who.refused("createIndicator", people(&cast, "X")).await, [code]);
        }
        let id = created(&cast, people(&cast, "X")).await;
        assert_eq!(cast.owner.refused("createIndicator", people(&cast, "X")).await, ["TAKEN"]);
        let mut keyed = people(&cast, "Y");
        keyed["idempotencyKey"] = json!("y");
        assert_eq!(created(&cast, keyed.clone()).await, created(&cast, keyed).await);

        let changed = cast.owner.done("updateIndicator", json!({ "id": id, "nameEn": "Trained", "nameAr": null }), "indicator { nameFr nameAr nameEn version }").await;
        assert_eq!(changed["indicator"], json!({ "nameFr": "Personnes formées", "nameAr": null, "nameEn": "Trained", "version": 2 }));
        let stale = json!({ "id": id, "expectedVersion": 1, "unit": "x" });
        assert_eq!(cast.owner.refused("updateIndicator", stale).await, ["VERSION_CONFLICT"]);
        let list = "{ indicators(filter: { search: \"INDH-JOBS\" }) { nodes { id } } }";
        let jobs = cast.owner.asks(list, json!({})).await["indicators"]["nodes"][0]["id"].clone();
        assert_eq!(cast.owner.refused("updateIndicator", json!({ "id": jobs, "unit": "x" })).await, ["FORBIDDEN"]);
        cast.owner.done("updateIndicator", json!({ "id": id, "archived": true }), "indicator { archivedAt }").await;
        let late = records(&cast.coordinator, &[figure(&cast, &id, 1, "1")]).await;
        assert_eq!(codes(&late), [["ARCHIVED"]]);
    }

    /// 40 in March and 35 in June, of 100 that should be reached: three quarters.
    async fn progress_is_what_was_approved_beside_what_should_be_reached(app: App) {
        let cast = Cast::on(&app).await;
        let id = created(&cast, people(&cast, "FORMES")).await;
        assert_eq!(progress(&cast.owner, &id).await["status"], "NO_DATA");
        let target = |from: &str, to: &str, value: &str| json!({ "from": from, "to": to, "value": { "value": value } });
        let targets = json!({
            "indicatorId": id, "projectId": cast.project,
            "targets": [target("2026-07-01", "2026-12-31", "60"), target("2026-01-01", "2026-06-30", "40")],
        });
        let set = cast.owner.done("setTargets", targets, "targets { from value { value } }").await;
        assert_eq!(set["targets"][0], json!({ "from": "2026-01-01", "value": { "value": "40" } }));
        let baseline = json!({
            "indicatorId": id, "projectId": cast.project, "measuredOn": "2026-01-01", "value": { "value": "10" }, "expectedVersion": 0,
        });
        cast.owner.done("setBaseline", baseline.clone(), "baseline { version }").await;
        assert_eq!(cast.owner.refused("setBaseline", baseline).await, ["VERSION_CONFLICT"]);
        approved(&cast, &[figure(&cast, &id, 3, "40"), figure(&cast, &id, 6, "35")]).await;
        records(&cast.coordinator, &[figure(&cast, &id, 7, "900")]).await;

        for who in [&cast.owner, &cast.viewer, &cast.observer, &cast.admin] {
            let told = progress(who, &id).await;
            assert_eq!(told["actual"]["value"], "75");
            assert_eq!((&told["baseline"]["value"], &told["target"]["value"]), (&json!("10"), &json!("100")));
            assert_eq!((&told["reachedPercent"], &told["status"], &told["trend"]), (&json!("75"), &json!("AT_RISK"), &Value::Null), "March and June are no neighbours");
            assert_eq!((&told["onTrackPercent"], &told["atRiskPercent"]), (&json!(90), &json!(60)));
            assert_eq!((&told["measurementCount"], &told["pendingCount"]), (&json!(2), &json!(1)), "what waits does not count");
            assert_eq!(told["periods"].as_array().unwrap().len(), 4, "{told:#}");
        }
        approved(&cast, &[figure(&cast, &id, 7, "25")]).await;
        let told = progress(&cast.owner, &id).await;
        assert_eq!((&told["reachedPercent"], &told["status"], &told["trend"]), (&json!("100"), &json!("ACHIEVED"), &json!("DOWN")), "from June to July");
    }

    /// Who may count nothing of what is asked about is refused, as by reports; who may count a part is told so.
    async fn a_part_is_not_told_as_the_whole(app: App) {
        let cast = Cast::on(&app).await;
        let entry = cast.volunteer.logs(&cast.record, &cast.project, "2026-10-14", 95).await;
        cast.coordinator.approves(&[&entry]).await;
        let measured = created(&cast, people(&cast, "FORMES")).await;
        approved(&cast, &[figure(&cast, &measured, 3, "40")]).await;
        let catalogue = "{ indicators(filter: { search: \"VOLUNTEER-MINUTES\" }) { nodes { id } } }";
        let hours = cast.owner.asks(catalogue, json!({})).await["indicators"]["nodes"][0]["id"].as_str().unwrap().to_owned();
        let query = "query($input: IndicatorProgressInput!) { indicatorProgress(input: $input) { coverage actual { value } } }";
        let report = "query($input: IndhReportInput!) { indhReport(input: $input) { coverage } }";
        let ask = async |who: &Person, indicator: &str, code: Option<&str>, organization: Option<&str>| {
            let input = json!({ "indicatorId": indicator, "from": "2026-01-01", "to": "2026-12-31", "territoryCode": code, "organizationId": organization });
            who.tries(query, json!({ "input": input })).await
        };
        let own = Some(cast.organization.id.as_str());
        for (indicator, value) in [(&measured, "40"), (&hours, "95")] {
            for (who, code, organization, coverage) in [
                (&cast.admin, Some("MA"), None, "TERRITORY"),
                (&cast.observer, Some(REGION), None, "TERRITORY"),
                (&cast.observer, None, None, "OBSERVED"),
                (&cast.observer, Some(REGION), own, "ORGANIZATIONS"),
                (&cast.viewer, Some("MA"), None, "ORGANIZATIONS"),
                (&cast.owner, Some("MA"), own, "ORGANIZATIONS"),
                (&cast.owner, None, None, "ORGANIZATIONS"),
            ] {
                let told = ask(who, indicator, code, organization).await.data();
                assert_eq!(told["indicatorProgress"], json!({ "coverage": coverage, "actual": { "value": value } }), "{code:?}");
                if let Some(code) = code {
                    let input = json!({ "territoryCode": code, "from": "2026-01-01", "to": "2026-12-31", "organizationId": organization });
                    let told = who.tries(report, json!({ "input": input })).await.data();
                    assert_eq!(told["indhReport"]["coverage"], coverage, "as reports: {code}");
                }
            }
            for (who, code, organization) in [
                (&cast.observer, Some("MA"), None),
                (&cast.observer, Some("08"), None),
                (&cast.observer, Some("08"), own),
                (&cast.volunteer, Some("MA"), None),
                (&cast.volunteer, Some("MA"), own),
                (&cast.volunteer, None, None),
            ] {
                assert_eq!(ask(who, indicator, code, organization).await.error_code(), "FORBIDDEN", "{code:?}");
            }
        }
        assert_eq!(ask(&cast.outsider, &hours, Some("MA"), own).await.error_code(), "BAD_USER_INPUT");
        let input = json!({ "indicatorId": hours, "from": "2026-01-01", "to": "2026-12-31", "projectId": cast.project });
        let told = cast.outsider.asks(query, json!({ "input": input })).await;
        assert_eq!(told["indicatorProgress"]["actual"], Value::Null, "what may not be counted is not nothing");
        let told = ask(&cast.outsider, &hours, Some("08"), None).await.data();
        assert_eq!(told["indicatorProgress"], json!({ "coverage": "ORGANIZATIONS", "actual": { "value": "0" } }));
    }

    /// A commune's figure within that of its province is there already.
    async fn a_place_within_another_does_not_count_again(app: App) {
        let cast = Cast::on(&app).await;
        let id = created(&cast, people(&cast, "FORMES")).await;
        let input = json!({
            "organizationId": cast.organization.id, "title": "Region", "code": "R", "startsOn": "2026-01-01",
            "endsOn": "2026-12-31", "territoryCode": REGION,
        });
        let wide = cast.owner.done("createProject", input, "project { id }").await["project"]["id"].clone();
        let at = |code: &str, month: u32, value: &str| {
            let mut it = figure(&cast, &id, month, value);
            it["projectId"] = wide.clone();
            it["territoryCode"] = json!(code);
            it
        };
        let written = records(&cast.coordinator, &[at(REGION, 3, "100"), at(&cast.organization.territory, 3, "40")]).await;
        assert_eq!(codes(&written), [vec![], vec!["MEASUREMENT_OVERLAP"]]);
        let first = written[0]["measurement"]["id"].clone();
        cast.owner.does("returnMeasurements", json!({ "ids": [first], "reason": "by commune" }), WRITTEN).await;
        let below = [at(&cast.organization.territory, 3, "40")];
        assert_eq!(codes(&records(&cast.coordinator, &below).await), [Vec::<&str>::new()], "what was given back stands in nobody's way");
        assert_eq!(codes(&records(&cast.coordinator, &[at(REGION, 3, "100")]).await), [["MEASUREMENT_OVERLAP"]]);
        approved(&cast, &below).await;
        let query = "query($input: IndicatorProgressInput!) { indicatorProgress(input: $input) { actual { value } } }";
        for (who, code) in [(&cast.observer, REGION), (&cast.observer, cast.organization.territory.as_str()), (&cast.owner, "MA")] {
            let input = json!({ "indicatorId": id, "from": "2026-01-01", "to": "2026-12-31", "territoryCode": code });
            let told = who.tries(query, json!({ "input": input })).await;
            assert_eq!(told.data()["indicatorProgress"]["actual"]["value"], "40", "{code}");
        }
    }

    /// What has come together since the beginning is known until it is measured again.
    async fn cumulative_figures_are_carried_forward(app: App) {
        let cast = Cast::on(&app).await;
        let mut places = people(&cast, "PLACES");
        places["reading"] = json!("CUMULATIVE");
        assert_eq!(cast.owner.refused("createIndicator", places.clone()).await, ["CONTRADICTION"]);
        places["overTime"] = json!("LAST");
        let id = created(&cast, places).await;
        approved(&cast, &[figure(&cast, &id, 2, "100"), figure(&cast, &id, 5, "130")]).await;
        let query = "query($input: IndicatorProgressInput!) { indicatorProgress(input: $input) { actual { value } periods { from } } }";
        let input = json!({ "indicatorId": id, "from": "2026-07-01", "to": "2026-12-31" });
        let told = cast.owner.asks(query, json!({ "input": input })).await;
        assert_eq!(told["indicatorProgress"], json!({ "actual": { "value": "130" }, "periods": [] }));
    }

    /// From 100 to 50, at 75: half the way.
    async fn what_should_fall_is_told_from_where_it_stood(app: App) {
        let cast = Cast::on(&app).await;
        let mut falling = people(&cast, "FALLING");
        falling["direction"] = json!("DECREASE");
        falling["overTime"] = json!("LAST");
        let id = created(&cast, falling).await;
        let value = |it: &str| json!({ "value": it });
        let baseline = json!({ "indicatorId": id, "projectId": cast.project, "measuredOn": "2026-01-01", "value": value("100") });
        cast.owner.done("setBaseline", baseline, "baseline { version }").await;
        let target = json!({ "from": "2026-01-01", "to": "2026-12-31", "value": value("50") });
        let targets = json!({ "indicatorId": id, "projectId": cast.project, "targets": [target] });
        cast.owner.done("setTargets", targets, "targets { from }").await;
        approved(&cast, &[figure(&cast, &id, 3, "75")]).await;

        assert_eq!(progress(&cast.owner, &id).await["reachedPercent"], "50");
        cast.owner.done("updateProject", json!({ "id": cast.project, "archived": true }), "project { archivedAt }").await;
        assert_eq!(codes(&records(&cast.coordinator, &[figure(&cast, &id, 4, "1")]).await), [["ARCHIVED"]]);
    }

    /// Batches over the same projects, in whatever order, have no circle to wait in.
    async fn batches_that_meet_wait_for_each_other(app: App) {
        let cast = Cast::on(&app).await;
        let id = created(&cast, people(&cast, "FORMES")).await;
        let other = cast.owner.opens_project(&cast.organization, "Other").await;
        let at = |project: &str, month: u32| {
            let mut it = figure(&cast, &id, month, "5");
            it["projectId"] = json!(project);
            it
        };
        let send = async |month: u32, turned: bool| {
            let mut figures = vec![at(&cast.project, month), at(&other, month)];
            if turned {
                figures.reverse();
            }
            let input = json!({ "measurements": figures, "atomic": true });
            let payload = cast.coordinator.does("recordMeasurements", input, WRITTEN).await;
            payload["results"].as_array().unwrap().clone()
        };
        let sent = join_all((0..16_u32).map(|number| send(number % 8 + 1, number % 2 == 0))).await;
        assert!(sent.iter().all(|it| codes(it) == [Vec::<&str>::new(), Vec::new()]), "{sent:#?}");
    }

    /// 9 of 10 and 10 of 90 are 19 of 100, and not half of 90 % and 11 %.
    async fn percentages_of_different_wholes_are_weighed(app: App) {
        let cast = Cast::on(&app).await;
        let mut share = people(&cast, "ACHEVES");
        share["valueType"] = json!("PERCENTAGE");
        share["dimensions"] = json!([]);
        share["overTime"] = json!("AVERAGE");
        share["overPlace"] = json!("AVERAGE");
        let id = created(&cast, share).await;
        let part = |month, value: &str, whole: &str| {
            let mut it = figure(&cast, &id, month, value);
            it["value"]["denominator"] = json!(whole);
            it
        };
        approved(&cast, &[part(1, "9", "10"), part(2, "10", "90")]).await;

        assert_eq!(progress(&cast.owner, &id).await["actual"]["percent"], "19");
        let refused = records(&cast.coordinator, &[figure(&cast, &id, 3, "1"), part(3, "3", "2"), part(3, "1", "0")]).await;
        assert_eq!(codes(&refused), [["REQUIRED"], ["OUT_OF_RANGE"], ["OUT_OF_RANGE"]]);
    }

    async fn what_cannot_be_is_refused_with_its_field(app: App) {
        let cast = Cast::on(&app).await;
        let id = created(&cast, people(&cast, "FORMES")).await;
        let with = |name: &str, value: Value| {
            let mut it = figure(&cast, &id, 3, "10");
            it[name] = value;
            it
        };
        let part = |category: &str, value: &str| json!({ "dimension": "SEX", "category": category, "value": value });
        let cases = [
            (figure(&cast, &id, 3, "1.5"), "INVALID_FORMAT", "value"),
            (figure(&cast, &id, 3, "-1"), "OUT_OF_RANGE", "value"),
            (with("to", json!("2026-02-28")), "OUT_OF_RANGE", "to"),
            (with("to", json!("2026-11-03")), "IN_FUTURE", "to"),
            (with("from", json!("2025-12-31")), "OUTSIDE_PROJECT", "from"),
            (with("territoryCode", json!("99")), "UNKNOWN_TERRITORY", "territoryCode"),
            (with("territoryCode", json!("01")), "OUTSIDE_PLACE", "territoryCode"),
            (with("parts", json!([part("FEMALE", "4"), part("MALE", "5")])), "PARTS_NOT_WHOLE", "parts"),
            (with("parts", json!([part("WOMEN", "10")])), "UNKNOWN_VALUE", "parts.0.category"),
            (with("parts", json!([{ "dimension": "MILIEU", "category": "URBAN", "value": "10" }])), "UNKNOWN_VALUE", "parts.0.dimension"),
            (with("parts", json!([part("MALE", "5"), part("MALE", "5")])), "TAKEN", "parts.1.category"),
            (with("projectId", json!(id)), "NOT_FOUND", "projectId"),
            (with("note", json!("x".repeat(1_001))), "TOO_LONG", "note"),
            (with("expectedVersion", json!(1)), "VERSION_CONFLICT", "expectedVersion"),
        ];
        let figures: Vec<Value> = cases.iter().map(|it| it.0.clone()).collect();
        let refused = records(&cast.coordinator, &figures).await;
        for (result, (sent, code, field)) in refused.iter().zip(&cases) {
            assert_eq!(result["userErrors"][0]["code"], *code, "{sent}: {result:#}");
            let path: Vec<&str> = result["userErrors"][0]["path"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
            assert_eq!(path.join("."), *field, "{sent}");
        }
        let list = "{ measurements { totalCount } }";
        assert_eq!(cast.owner.asks(list, json!({})).await["measurements"]["totalCount"], 0);
        let fine = with("parts", json!([part("MALE", "4"), part("UNKNOWN", "1"), part("FEMALE", "5")]));
        let written = records(&cast.coordinator, &[fine]).await;
        assert_eq!(written[0]["measurement"]["parts"].as_array().unwrap().len(), 3);
        let across = with("to", json!("2026-04-15"));
        assert_eq!(codes(&records(&cast.coordinator, &[across]).await), [["MEASUREMENT_OVERLAP"]]);
        let derived = cast.owner.asks("{ indicators(filter: { search: \"VOLUNTEERS\" }) { nodes { id } } }", json!({})).await;
        let derived = derived["indicators"]["nodes"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(codes(&records(&cast.coordinator, &[figure(&cast, &derived, 5, "1")]).await), [["INDICATOR_DERIVED"]]);
        for (who, code) in [(&cast.viewer, "FORBIDDEN"), (&cast.volunteer, "FORBIDDEN"), (&cast.observer, "FORBIDDEN"), (&cast.outsider, "NOT_FOUND")] {
            assert_eq!(codes(&records(who, &[figure(&cast, &id, 5, "1")]).await), [[code]]);
        }
    }

    async fn a_figure_counts_once_and_only_when_somebody_else_approved_it(app: App) {
        let cast = Cast::on(&app).await;
        let id = created(&cast, people(&cast, "FORMES")).await;
        let first = records(&cast.coordinator, &[figure(&cast, &id, 3, "10")]).await;
        let again = records(&cast.coordinator, &[figure(&cast, &id, 3, "10")]).await;
        assert_eq!(first[0]["measurement"], again[0]["measurement"], "the same again changes nothing");
        let measured = first[0]["measurement"]["id"].as_str().unwrap().to_owned();
        let act = async |who: &Person, mutation: &str, more: Value| {
            let mut input = json!({ "ids": [measured] });
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            who.does(mutation, input, WRITTEN).await["results"].as_array().unwrap().clone()
        };

        assert_eq!(codes(&act(&cast.coordinator, "approveMeasurements", json!({})).await), [["SELF_APPROVAL"]]);
        assert_eq!(codes(&act(&cast.viewer, "approveMeasurements", json!({})).await), [["FORBIDDEN"]]);
        assert_eq!(codes(&act(&cast.outsider, "approveMeasurements", json!({})).await), [["NOT_FOUND"]]);
        assert_eq!(codes(&act(&cast.owner, "approveMeasurements", json!({ "expectedVersions": [7] })).await), [["VERSION_CONFLICT"]]);
        let done = act(&cast.owner, "approveMeasurements", json!({ "expectedVersions": [1] })).await;
        assert_eq!(done[0]["measurement"]["status"], "APPROVED");
        assert_eq!(codes(&act(&cast.owner, "approveMeasurements", json!({})).await), [Vec::<&str>::new()], "said twice");
        assert_eq!(codes(&records(&cast.coordinator, &[figure(&cast, &id, 3, "11")]).await), [["MEASUREMENT_APPROVED"]]);
        assert_eq!(progress(&cast.owner, &id).await["actual"]["value"], "10");

        assert_eq!(codes(&act(&cast.owner, "returnMeasurements", json!({ "reason": " " })).await), [["REQUIRED"]]);
        let back = act(&cast.owner, "returnMeasurements", json!({ "reason": "count again" })).await;
        assert_eq!(back[0]["measurement"]["status"], "RETURNED");
        assert_eq!(progress(&cast.owner, &id).await["actual"], Value::Null);
        assert_eq!(codes(&act(&cast.owner, "approveMeasurements", json!({})).await), [["MEASUREMENT_RETURNED"]]);
        let anew = records(&cast.coordinator, &[figure(&cast, &id, 3, "11")]).await;
        assert_eq!(anew[0]["measurement"]["id"], measured.as_str());
        act(&cast.owner, "approveMeasurements", json!({})).await;
        assert_eq!(progress(&cast.owner, &id).await["actual"]["value"], "11");
    }

    async fn a_batch_is_tried_out_or_written_as_a_whole_where_that_is_asked_for(app: App) {
        let cast = Cast::on(&app).await;
        let id = created(&cast, people(&cast, "FORMES")).await;
        approved(&cast, &[figure(&cast, &id, 1, "10")]).await;
        let batch = [figure(&cast, &id, 2, "30"), figure(&cast, &id, 3, "-1"), figure(&cast, &id, 4, "0")];
        let send = async |atomic: bool, dry: bool, figures: &[Value]| {
            let input = json!({ "measurements": figures, "atomic": atomic, "dryRun": dry });
            cast.coordinator.does("recordMeasurements", input, WRITTEN).await["results"].as_array().unwrap().clone()
        };
        let count = async || cast.owner.asks("{ measurements { totalCount } }", json!({})).await["measurements"]["totalCount"].clone();

        let tried = send(false, true, &batch).await;
        assert_eq!(codes(&tried), [vec![], vec!["OUT_OF_RANGE"], vec![]]);
        assert_eq!((&tried[0]["flags"], &tried[2]["flags"]), (&json!(["LEAP"]), &json!(["FELL_TO_ZERO"])));
        assert_eq!(tried[0]["measurement"], Value::Null);
        assert_eq!(count().await, 1);
        assert_eq!(codes(&send(true, false, &batch).await), [["BATCH_UNDONE"], ["OUT_OF_RANGE"], ["BATCH_UNDONE"]]);
        assert_eq!(count().await, 1);
        let mut stray = batch[2].clone();
        stray["indicatorId"] = json!("x");
        assert_eq!(codes(&send(true, false, &[batch[0].clone(), stray]).await), [["BATCH_UNDONE"], ["NOT_FOUND"]]);
        assert_eq!(count().await, 1);
        assert_eq!(codes(&send(false, false, &batch).await), [vec![], vec!["OUT_OF_RANGE"], vec![]]);
        assert_eq!(count().await, 3);
        let many: Vec<Value> = (0..101).map(|_| batch[0].clone()).collect();
        let answer = cast.coordinator.tries(
            "mutation($input: RecordMeasurementsInput!) { recordMeasurements(input: $input) { results { flags } } }",
            json!({ "input": { "measurements": many } }),
        ).await;
        assert_eq!(answer.error_code(), "BAD_USER_INPUT");
    }

    async fn figures_sent_at_once_are_one(app: App) {
        let cast = Cast::on(&app).await;
        let id = created(&cast, people(&cast, "FORMES")).await;
        let sent = join_all((0..16).map(|number| {
            let figures = [figure(&cast, &id, 3, &number.to_string())];
            let who = &cast.coordinator;
            async move { records(who, &figures).await }
        })).await;

        assert!(sent.iter().all(|it| codes(it) == [Vec::<&str>::new()]), "{sent:#?}");
        let query = "{ measurements { totalCount nodes { version } } }";
        let seen = cast.owner.asks(query, json!({})).await;
        assert_eq!(seen["measurements"]["totalCount"], 1);
    }

    /// What volunteers gave needs no second count.
    async fn indicators_of_hours_follow_the_hours(app: App) {
        let cast = Cast::on(&app).await;
        let entry = cast.volunteer.logs(&cast.record, &cast.project, "2026-10-14", 95).await;
        cast.volunteer.logs(&cast.record, &cast.project, "2026-10-15", 40).await;
        cast.coordinator.approves(&[&entry]).await;
        for (code, value) in [("VOLUNTEER-MINUTES", "95"), ("VOLUNTEERS", "1")] {
            let query = "query($code: String) { indicators(filter: { search: $code }) { nodes { id code } } }";
            let found = cast.observer.asks(query, json!({ "code": code })).await;
            let nodes = found["indicators"]["nodes"].as_array().unwrap().clone();
            let id = nodes.iter().find(|it| it["code"] == code).unwrap()["id"].as_str().unwrap().to_owned();
            for who in [&cast.observer, &cast.owner] {
                assert_eq!(progress(who, &id).await["actual"]["value"], value, "{code}");
            }
            assert_eq!(progress(&cast.outsider, &id).await["actual"]["value"], "0", "{code}");
            let within = json!({ "indicatorId": id, "from": "2026-10-01", "to": "2026-10-31", "territoryCode": REGION, "projectId": cast.project });
            let query = "query($input: IndicatorProgressInput!) { indicatorProgress(input: $input) { actual { value } } }";
            let told = cast.owner.asks(query, json!({ "input": within })).await;
            assert_eq!(told["indicatorProgress"]["actual"]["value"], value);
        }
    }

    /// March: 10, of them 6 on water. April: 7, of which nothing is told. May: 20, 15 on water and 5 on a theme
    /// that began in May. 21 + 5 + 11 that are not known are 37.
    async fn totals_are_broken_down_by_a_vocabulary_of_the_organization(app: App) {
        let cast = Cast::on(&app).await;
        let themes = themes(&cast).await;
        let mut input = people(&cast, "FORMES");
        input["vocabulary"] = json!(themes);
        let id = created(&cast, input).await;
        let query = "query($id: ID!) { indicator(id: $id) { vocabulary dimensions } }";
        let told = cast.owner.asks(query, json!({ "id": id })).await;
        assert_eq!(told["indicator"], json!({ "vocabulary": themes, "dimensions": ["SEX", "CUSTOM"] }));

        let by = |parts: &[(&str, &str, &str)]| -> Value {
            let rows = parts.iter().map(|(dimension, category, value)| json!({ "dimension": dimension, "category": category, "value": value }));
            rows.collect()
        };
        let with = |month, value: &str, parts: &[(&str, &str, &str)]| {
            let mut it = figure(&cast, &id, month, value);
            it["parts"] = by(parts);
            it
        };
        for (parts, code, path) in [
            (&[("CUSTOM", "WATER", "6"), ("CUSTOM", "LATE", "4")][..], "UNKNOWN_CATEGORY", json!(["parts", "1", "category"])),
            (&[("CUSTOM", "FEMALE", "10")][..], "UNKNOWN_CATEGORY", json!(["parts", "0", "category"])),
            (&[("CUSTOM", "WATER", "6"), ("CUSTOM", "WATER", "4")][..], "TAKEN", json!(["parts", "1", "category"])),
            (&[("CUSTOM", "WATER", "6"), ("CUSTOM", "UNKNOWN", "3")][..], "PARTS_NOT_WHOLE", json!(["parts"])),
            (&[("SEX", "WATER", "10")][..], "UNKNOWN_VALUE", json!(["parts", "0", "category"])),
        ] {
            let refused = records(&cast.coordinator, &[with(3, "10", parts)]).await;
            let first = &refused[0]["userErrors"][0];
            assert_eq!((&first["code"], &first["path"]), (&json!(code), &path), "{refused:#?}");
        }
        let late = json!({ "measurements": [with(3, "10", &[("CUSTOM", "LATE", "10")])] });
        let refused = cast.coordinator.does("recordMeasurements", late, "results { userErrors { rule message } }").await;
        let told = &refused["results"][0]["userErrors"][0];
        assert_eq!(told["rule"], "measurement.category");
        let message = told["message"].as_str().unwrap();
        assert!(["al-amal:THEMES", "LATE", "2026-03-31", "UNKNOWN"].iter().all(|it| message.contains(it)), "{message}");

        let figures = [
            with(3, "10", &[("CUSTOM", "WATER", "6"), ("CUSTOM", "UNKNOWN", "4"), ("SEX", "FEMALE", "10")]),
            figure(&cast, &id, 4, "7"),
            with(5, "20", &[("CUSTOM", "WATER", "15"), ("CUSTOM", "LATE", "5")]),
        ];
        approved(&cast, &figures).await;
        records(&cast.coordinator, &[with(6, "9", &[("CUSTOM", "WATER", "9")])]).await;
        let by_sex = json!({ "dimension": "SEX", "categories": [category("FEMALE", "10"), category("MALE", "0"), category("UNKNOWN", "27")] });
        let by_theme = json!({ "dimension": "CUSTOM", "categories": [category("LATE", "5"), category("WATER", "21"), category("UNKNOWN", "11")] });
        for who in [&cast.owner, &cast.coordinator] {
            let whole = json!({ "actual": { "value": "37" }, "breakdowns": [by_sex, by_theme] });
            assert_eq!(broken_down(who, &id).await, whole, "what waits does not count");
        }
        // Observers count its figures, and see nothing of how the organization divides its work.
        let told = broken_down(&cast.observer, &id).await;
        assert_eq!(told, json!({ "actual": { "value": "37" }, "breakdowns": [by_sex] }));
        let told = cast.observer.asks(query, json!({ "id": id })).await;
        assert_eq!(told["indicator"], json!({ "vocabulary": null, "dimensions": ["SEX"] }));
        let list = "{ measurements { nodes { parts { dimension } } } }";
        let told = cast.observer.asks(list, json!({})).await;
        let told = told["measurements"]["nodes"].to_string();
        assert!(told.contains("SEX") && !told.contains("CUSTOM"), "{told}");
        // Another name for the same code is the same term.
        let renamed = json!({ "vocabulary": themes, "terms": [{ "code": "WATER", "level": "THEME", "nameFr": "Eaux", "validFrom": "2026-12-01" }] });
        let done = cast.owner.does("upsertVocabularyTerms", renamed, "userErrors { code } results { userErrors { code } }").await;
        assert_eq!(done, json!({ "userErrors": [], "results": [{ "userErrors": [] }] }));
        assert_eq!(broken_down(&cast.owner, &id).await["breakdowns"][1]["categories"][1], category("WATER", "21"));
    }

    async fn a_vocabulary_is_the_platform_s_or_the_organization_s(app: App) {
        let cast = Cast::on(&app).await;
        let themes = themes(&cast).await;
        let mut input = people(&cast, "SECTORS");
        input["dimensions"] = json!(["CUSTOM"]);
        assert_eq!(cast.owner.refused("createIndicator", input.clone()).await, ["REQUIRED"]);
        input["vocabulary"] = json!("NOWHERE");
        assert_eq!(cast.owner.refused("createIndicator", input.clone()).await, ["UNKNOWN_VALUE"]);
        let found = cast.outsider.asks("{ viewer { memberships { organization { id } } } }", json!({})).await;
        let mut theirs = input.clone();
        theirs["organizationId"] = found["viewer"]["memberships"][0]["organization"]["id"].clone();
        theirs["vocabulary"] = json!(themes);
        assert_eq!(cast.outsider.refused("createIndicator", theirs).await, ["UNKNOWN_VALUE"], "it is of another organization");
        input["vocabulary"] = json!("ICNP_TSO");
        input["overPlace"] = json!("MAX");
        let id = created(&cast, input).await;
        let with = |month, value: &str| {
            let mut it = figure(&cast, &id, month, value);
            it["parts"] = json!([{ "dimension": "CUSTOM", "category": "A", "value": value }]);
            it
        };
        approved(&cast, &[with(3, "5")]).await;
        let told = broken_down(&cast.owner, &id).await;
        assert_eq!(told["breakdowns"], json!([{ "dimension": "CUSTOM", "categories": [category("A", "5"), category("UNKNOWN", "0")] }]));
        approved(&cast, &[with(4, "8")]).await;
        let told = broken_down(&cast.owner, &id).await;
        let whole = json!([{ "dimension": "CUSTOM", "categories": [category("A", "13"), category("UNKNOWN", "0")] }]);
        assert_eq!(told, json!({ "actual": { "value": "13" }, "breakdowns": whole }), "the largest of one place is that of the place");
    }

    /// 6 of 8 women and 3 of 12 men are 9 of 20. In April 1 of 10 is known of nobody.
    async fn percentages_are_broken_down_by_part_and_whole(app: App) {
        let cast = Cast::on(&app).await;
        let mut share = people(&cast, "ACHEVES");
        share["valueType"] = json!("PERCENTAGE");
        share["overTime"] = json!("AVERAGE");
        share["overPlace"] = json!("AVERAGE");
        let id = created(&cast, share).await;
        let with = |parts: &[(&str, &str, Option<&str>)]| {
            let mut it = figure(&cast, &id, 3, "9");
            it["value"]["denominator"] = json!("20");
            let rows = parts.iter().map(|(category, value, whole)| json!({
                "dimension": "SEX", "category": category, "value": value, "denominator": whole,
            }));
            it["parts"] = rows.collect();
            it
        };
        let women = ("FEMALE", "6", Some("8"));
        let refused = records(&cast.coordinator, &[
            with(&[women, ("MALE", "3", None)]), with(&[women, ("MALE", "3", Some("2"))]),
            with(&[women, ("MALE", "3", Some("11"))]), with(&[women, ("MALE", "2", Some("12"))]),
        ]).await;
        assert_eq!(codes(&refused), [vec!["REQUIRED"], vec!["OUT_OF_RANGE"], vec!["PARTS_NOT_WHOLE"], vec!["PARTS_NOT_WHOLE"]]);
        assert_eq!(refused[0]["userErrors"][0]["path"], json!(["parts", "1", "denominator"]));
        let mut april = figure(&cast, &id, 4, "1");
        april["value"]["denominator"] = json!("10");
        let ids = approved(&cast, &[with(&[women, ("MALE", "3", Some("12"))]), april]).await;
        let list = "{ measurements { nodes { id parts { category value denominator } } } }";
        let listed = cast.owner.asks(list, json!({})).await;
        let march = listed["measurements"]["nodes"].as_array().unwrap().iter().find(|it| it["id"] == ids[0].as_str()).unwrap().clone();
        assert_eq!(march["parts"][0], json!({ "category": "FEMALE", "value": "6", "denominator": "8" }));
        let query = "query($input: IndicatorProgressInput!) { indicatorProgress(input: $input) { breakdowns { categories { category value { value denominator percent } } } } }";
        let input = json!({ "indicatorId": id, "from": "2026-01-01", "to": "2026-12-31" });
        let told = cast.owner.asks(query, json!({ "input": input })).await;
        let share = |category: &str, value: &str, whole: &str, percent: &str| json!({
            "category": category, "value": { "value": value, "denominator": whole, "percent": percent },
        });
        assert_eq!(told["indicatorProgress"]["breakdowns"], json!([{ "categories": [
            share("FEMALE", "6", "8", "75"), share("MALE", "3", "12", "25"), share("UNKNOWN", "1", "10", "10"),
        ] }]));
    }

    async fn a_page_of_measurements_costs_as_much_however_long_it_is(app: App) {
        let cast = Cast::on(&app).await;
        let id = created(&cast, people(&cast, "FORMES")).await;
        let figures: Vec<Value> = (1..=10).map(|month| figure(&cast, &id, month, "5")).collect();
        approved(&cast, &figures).await;
        let query = "query($first: Int!) { measurements(first: $first) { nodes { value { value } indicator { name } project { title }
            territory { name } recordedBy { displayName } decidedBy { displayName } } } }";

        let (_, cost_of_few) = counted(&app, cast.owner.asks(query, json!({ "first": 2 }))).await;
        let (many, cost) = counted(&app, cast.owner.asks(query, json!({ "first": 10 }))).await;

        assert_eq!(many["measurements"]["nodes"].as_array().unwrap().len(), 10);
        assert!(many["measurements"]["nodes"][0]["recordedBy"]["displayName"].is_string());
        assert_eq!(cost, cost_of_few, "more rows, more statements");
        assert!(cost <= 6, "{cost} statements: who asks, the page, indicators, projects, places, users");
    }
}
