//! What is worth a second look of measured figures reaches whoever decides on them.
//!
//! Which figures are worth it is tested beside the rules; how figures are written is in `impact`.

use serde_json::Value;
use serde_json::json;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::on_both_databases;
use crate::support::statements::counted;

const WAITING: &str = "{ measurements(first: 20, filter: { status: [SUBMITTED] }) { nodes { id from flags value { value } } } }";

async fn people(cast: &Cast, more: Value) -> String {
    let mut input = json!({
        "organizationId": cast.organization.id, "code": "FORMES", "nameFr": "Personnes formées",
        "unit": "personnes", "valueType": "COUNT", "level": "OUTPUT", "overTime": "SUM", "overPlace": "SUM",
        "dimensions": ["SEX"],
    });
    let given = more.as_object().expect("fields").clone();
    input.as_object_mut().expect("fields").extend(given);
    let made = cast
        .owner
        .done("createIndicator", input, "indicator { id }")
        .await;
    made["indicator"]["id"].as_str().expect("an id").to_owned()
}

fn figure(cast: &Cast, indicator: &str, month: u32, value: &str) -> Value {
    json!({
        "indicatorId": indicator, "projectId": cast.project, "value": { "value": value },
        "from": format!("2026-{month:02}-01"), "to": format!("2026-{month:02}-28"),
    })
}

async fn records(cast: &Cast, figures: &[Value]) -> Vec<Value> {
    let input = json!({ "measurements": figures });
    let selection = "results { measurement { id flags } flags userErrors { code path message } }";
    let payload = cast
        .coordinator
        .does("recordMeasurements", input, selection)
        .await;
    payload["results"].as_array().expect("results").clone()
}

async fn decides(who: &Person, act: &str, input: Value) -> Vec<Value> {
    let selection =
        "results { measurement { id status flags } flags userErrors { code path message } }";
    let payload = who.does(act, input, selection).await;
    payload["results"].as_array().expect("results").clone()
}

fn ids(results: &[Value]) -> Vec<&str> {
    let id = |it: &'_ Value| it["measurement"]["id"].is_string();
    assert!(results.iter().all(id), "{results:#?}");
    results
        .iter()
        .map(|it| it["measurement"]["id"].as_str().expect("an id"))
        .collect()
}

async fn waiting(who: &Person) -> Vec<(String, Value)> {
    let data = who.asks(WAITING, json!({})).await;
    let nodes = data["measurements"]["nodes"].as_array().expect("nodes");
    let mut seen: Vec<(String, Value)> = nodes
        .iter()
        .map(|it| {
            (
                it["from"].as_str().expect("a day").to_owned(),
                it["flags"].clone(),
            )
        })
        .collect();
    seen.sort_by(|one, other| one.0.cmp(&other.0));
    seen
}

on_both_databases! {
    /// Ten times what it was: whoever wrote it is told, and so is whoever decides, before and after.
    async fn an_outlier_is_seen_by_whoever_decides_on_it(app: App) {
        let cast = Cast::on(&app).await;
        let id = people(&cast, json!({})).await;
        let first = records(&cast, &[figure(&cast, &id, 1, "10")]).await;
        assert_eq!(first[0]["flags"], json!([]), "nothing was approved before it");
        decides(&cast.owner, "approveMeasurements", json!({ "ids": ids(&first) })).await;

        let written = records(&cast, &[figure(&cast, &id, 2, "100"), figure(&cast, &id, 3, "12"), figure(&cast, &id, 4, "0")]).await;
        for (result, flags) in written.iter().zip([json!(["LEAP"]), json!([]), json!(["FELL_TO_ZERO"])]) {
            assert_eq!((&result["flags"], &result["measurement"]["flags"]), (&flags, &flags));
        }
        let seen = [("2026-02-01", json!(["LEAP"])), ("2026-03-01", json!([])), ("2026-04-01", json!(["FELL_TO_ZERO"]))];
        let seen = seen.map(|(day, flags)| (day.to_owned(), flags)).to_vec();
        for who in [&cast.owner, &cast.viewer, &cast.observer] {
            assert_eq!(waiting(who).await, seen);
        }
        assert_eq!(waiting(&cast.outsider).await, []);

        // Nothing is refused for a flag; what was refused for something else shows none.
        let own = decides(&cast.coordinator, "approveMeasurements", json!({ "ids": ids(&written[..1]) })).await;
        assert_eq!((&own[0]["userErrors"][0]["code"], &own[0]["flags"]), (&json!("SELF_APPROVAL"), &json!([])));
        let done = decides(&cast.owner, "approveMeasurements", json!({ "ids": ids(&written[..1]) })).await;
        assert_eq!(done[0]["measurement"]["status"], "APPROVED", "{done:#?}");
        assert_eq!((&done[0]["flags"], &done[0]["measurement"]["flags"]), (&json!(["LEAP"]), &json!(["LEAP"])));

        // From now on what comes after is seen beside it: 12 is fine after 100, and 400 is not.
        records(&cast, &[figure(&cast, &id, 5, "400")]).await;
        assert_eq!(waiting(&cast.owner).await.last().expect("one"), &("2026-05-01".to_owned(), json!(["LEAP"])));
        let back = decides(&cast.owner, "returnMeasurements", json!({ "ids": ids(&done), "reason": "ten times too many" })).await;
        assert_eq!(back[0]["measurement"]["flags"], json!(["LEAP"]));
        let changed = decides(&cast.owner, "approveMeasurements", json!({ "ids": ids(&written[1..2]), "expectedVersions": [9] })).await;
        assert_eq!((&changed[0]["userErrors"][0]["code"], &changed[0]["flags"]), (&json!("VERSION_CONFLICT"), &json!([])));
    }

    /// Each figure beside those of its own indicator, project and place, and by the rules of its indicator.
    async fn figures_are_seen_beside_their_own_kind(app: App) {
        let cast = Cast::on(&app).await;
        let id = people(&cast, json!({})).await;
        let since = people(&cast, json!({ "code": "PLACES", "reading": "CUMULATIVE", "overTime": "LAST" })).await;
        let other = cast.owner.opens_project(&cast.organization, "Other").await;
        let of_other = |month, value| {
            let mut it = figure(&cast, &id, month, value);
            it["projectId"] = json!(other);
            it
        };
        let first = [figure(&cast, &id, 1, "10"), figure(&cast, &since, 1, "50"), of_other(1, "1000")];
        let first = records(&cast, &first).await;
        decides(&cast.owner, "approveMeasurements", json!({ "ids": ids(&first) })).await;

        let unknown = json!([{ "dimension": "SEX", "category": "UNKNOWN", "value": "11" }]);
        let mut unknown_sex = figure(&cast, &id, 2, "11");
        unknown_sex["parts"] = unknown;
        let written = records(&cast, &[unknown_sex, figure(&cast, &since, 2, "49"), of_other(2, "1100")]).await;

        let flags: Vec<&Value> = written.iter().map(|it| &it["measurement"]["flags"]).collect();
        assert_eq!(flags, [&json!(["NOTHING_KNOWN"]), &json!(["CUMULATIVE_FELL"]), &json!([])]);
    }

    async fn flags_of_a_page_cost_as_much_however_long_it_is(app: App) {
        let cast = Cast::on(&app).await;
        let id = people(&cast, json!({})).await;
        let figures: Vec<Value> = (1..=10).map(|month| figure(&cast, &id, month, "5")).collect();
        let written = records(&cast, &figures).await;
        decides(&cast.owner, "approveMeasurements", json!({ "ids": ids(&written)[..5] })).await;
        let query = "query($first: Int!) { measurements(first: $first) { nodes { flags } } }";

        let (_, cost_of_few) = counted(&app, cast.owner.asks(query, json!({ "first": 2 }))).await;
        let (many, cost) = counted(&app, cast.owner.asks(query, json!({ "first": 10 }))).await;

        assert_eq!(many["measurements"]["nodes"].as_array().expect("nodes").len(), 10);
        assert_eq!(cost, cost_of_few, "more rows, more statements");
        assert!(cost <= 6, "{cost} statements: who asks, the page, and three for the flags");
    }

    /// A dry run says of each figure what the real one says of it, and writes nothing.
    async fn what_is_tried_out_is_told_as_what_is_meant(app: App) {
        let cast = Cast::on(&app).await;
        let id = people(&cast, json!({})).await;
        let first = records(&cast, &[figure(&cast, &id, 1, "10"), figure(&cast, &id, 2, "20")]).await;
        decides(&cast.owner, "approveMeasurements", json!({ "ids": ids(&first)[..1] })).await;
        let mut stray = figure(&cast, &id, 7, "1");
        stray["indicatorId"] = json!("x");
        let batch = [
            figure(&cast, &id, 1, "10"), figure(&cast, &id, 1, "11"), figure(&cast, &id, 2, "20"), figure(&cast, &id, 2, "21"),
            figure(&cast, &id, 3, "30"), figure(&cast, &id, 3, "31"), figure(&cast, &id, 4, "-1"), stray,
        ];
        let told = async |figures: &[Value], atomic: bool, dry: bool| -> Value {
            let input = json!({ "measurements": figures, "atomic": atomic, "dryRun": dry });
            let selection = "results { change flags userErrors { code path message } }";
            cast.coordinator.does("recordMeasurements", input, selection).await["results"].take()
        };
        let stands = async || {
            let query = "{ measurements(first: 20) { nodes { id version value { value } } } }";
            cast.owner.asks(query, json!({})).await
        };
        let before = stands().await;

        let tried = told(&batch, false, true).await;
        let undone = told(&batch, true, true).await;
        assert_eq!(stands().await, before, "nothing is written");
        assert_eq!(told(&batch, true, false).await, undone);
        assert_eq!(stands().await, before, "one refused figure undoes all");
        let meant = told(&batch, false, false).await;

        assert_eq!(tried, meant);
        let of = |results: &Value, field: &str| -> Vec<Value> {
            let results = results.as_array().expect("results");
            results.iter().map(|it| it.pointer(field).cloned().unwrap_or_default()).collect()
        };
        let changes = ["UNCHANGED", "", "UNCHANGED", "CHANGED", "CREATED", "CHANGED", "", ""];
        let changes = changes.map(|it| if it.is_empty() { Value::Null } else { json!(it) });
        assert_eq!(of(&meant, "/change"), changes);
        let codes = of(&meant, "/userErrors/0/code");
        assert_eq!(codes[1], "MEASUREMENT_APPROVED");
        assert_eq!(codes[6..], [json!("OUT_OF_RANGE"), json!("NOT_FOUND")]);
        assert_eq!(of(&undone, "/change"), vec![Value::Null; batch.len()]);
        assert_eq!(of(&undone, "/userErrors/0/code")[0], "BATCH_UNDONE");

        // All of it fine: tried as a whole and meant as a whole say the same, too.
        let fine = [figure(&cast, &id, 5, "100"), figure(&cast, &id, 2, "22")];
        let tried = told(&fine, true, true).await;
        assert_eq!(told(&fine, true, false).await, tried);
        assert_eq!(of(&tried, "/change"), [json!("CREATED"), json!("CHANGED")]);
        assert_eq!(tried[0]["flags"], json!(["LEAP"]));
        let said = |payload: &Value| payload["results"][0]["change"].clone();
        for change in ["CHANGED", "UNCHANGED"] {
            let input = json!({ "ids": ids(&first)[1..] });
            let done = cast.owner.does("approveMeasurements", input, "results { change userErrors { code } }").await;
            assert_eq!(said(&done), change, "{done:#}");
        }
    }
}
