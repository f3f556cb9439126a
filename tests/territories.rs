//! Territories and vocabularies: anyone finds any place, in any spelling, in the right version.
//!
//! What a list makes of places is tested beside `territories::edition`.

use serde_json::Value;
use serde_json::json;

use crate::support::app::App;
use crate::support::on_both_databases;

async fn ask(app: &App, query: &str) -> Value {
    app.graphql(None, query, json!({})).await.data()
}

async fn found(app: &App, search: &str) -> Vec<String> {
    let query = "query($search: String!) {
        territories(filter: {search: $search}, first: 100) { nodes { code } } }";
    let answer = app.graphql(None, query, json!({ "search": search })).await;
    let data = answer.data();
    let nodes = data["territories"]["nodes"].as_array().expect("nodes");
    nodes
        .iter()
        .map(|it| it["code"].as_str().expect("a code").to_owned())
        .collect()
}

on_both_databases! {
    async fn a_name_is_found_in_every_spelling_and_script(app: App) {
        let agadir = found(&app, "agadir").await;

        assert!(!agadir.is_empty());
        for spelling in ["AGADIR", "أكادير", "اكادير"] {
            assert_eq!(found(&app, spelling).await, agadir, "{spelling}");
        }
        // What holds no letter is in no name.
        assert!(found(&app, "%").await.is_empty());
        let ourir = found(&app, "AÏT OURIR").await;
        assert_eq!(ourir.len(), 1);
        assert_eq!(found(&app, "ait ourir").await, ourir);
    }
}

on_both_databases! {
    async fn children_sum_to_their_place(app: App) {
        let data = ask(&app, r#"{ territory(code: "MA") { population2014 population2024
            children(first: 100) { totalCount nodes { level population2014 population2024 } } } }"#)
            .await;

        let country = &data["territory"];
        assert_eq!(country["population2024"], 36_828_330);
        assert_eq!(country["children"]["totalCount"], 12);
        for year in ["population2014", "population2024"] {
            let regions = country["children"]["nodes"].as_array().expect("regions");
            let sum: i64 = regions.iter().filter_map(|it| it[year].as_i64()).sum();
            assert_eq!(country[year], sum);
        }
    }
}

on_both_databases! {
    async fn a_place_is_named_by_code_digits_or_id_and_knows_its_place(app: App) {
        let fields = "id code name(locale: \"ar\") nameFr nameEn isoCode validFrom validTo
            parent { code } ancestors { code }";
        let data = ask(&app, &format!(
            r#"{{ dotted: territory(code: "07.041") {{ {fields} }}
                digits: territory(code: "7041") {{ {fields} }}
                none: territory(code: "99.999") {{ code }} }}"#,
        )).await;
        let id = data["dotted"]["id"].as_str().expect("an id");
        let by_id = ask(&app, &format!(r#"{{ territory(id: "{id}") {{ {fields} }} }}"#)).await;

        let place = &data["dotted"];
        assert_eq!(place, &data["digits"]);
        assert_eq!(place, &by_id["territory"]);
        assert_eq!(data["none"], Value::Null);
        assert_eq!(place["name"], "الحوز");
        assert_eq!(place["nameEn"], place["nameFr"]);
        assert_eq!(place["validFrom"], Value::Null);
        assert_eq!(place["parent"]["code"], "07");
        assert_eq!(place["ancestors"], json!([{"code": "MA"}, {"code": "07"}]));
    }
}

on_both_databases! {
    async fn pages_walk_the_whole_list_once_in_both_directions(app: App) {
        let query = "query($first: Int, $after: String, $last: Int, $before: String) {
            territories(filter: {level: PROVINCE}, first: $first, after: $after, last: $last,
                before: $before) { totalCount nodes { code }
                pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";
        let mut forward = Vec::new();
        let mut variables = json!({ "first": 25 });
        loop {
            let page = app.graphql(None, query, variables).await.data()["territories"].take();
            forward.extend(page["nodes"].as_array().expect("nodes").clone());
            if page["pageInfo"]["hasNextPage"] == false {
                assert_eq!(page["totalCount"], 62);
                break;
            }
            variables = json!({ "first": 25, "after": page["pageInfo"]["endCursor"] });
        }
        let mut backward = Vec::new();
        let mut variables = json!({ "last": 25 });
        loop {
            let page = app.graphql(None, query, variables).await.data()["territories"].take();
            let mut nodes = page["nodes"].as_array().expect("nodes").clone();
            nodes.extend(backward);
            backward = nodes;
            if page["pageInfo"]["hasPreviousPage"] == false {
                break;
            }
            variables = json!({ "last": 25, "before": page["pageInfo"]["startCursor"] });
        }

        assert_eq!(forward.len(), 62);
        assert_eq!(forward, backward);
    }
}

on_both_databases! {
    async fn lists_narrow_by_level_place_and_milieu(app: App) {
        let count = async |filter: &str| {
            let query = format!("{{ territories(filter: {{{filter}}}, first: 1) {{ totalCount }} }}");
            ask(&app, &query).await["territories"]["totalCount"].as_i64()
        };

        assert_eq!(count("").await, Some(1_640));
        assert_eq!(count("level: COMMUNE, milieu: RURAL").await, Some(1_282));
        assert_eq!(count(r#"level: PREFECTURE_ARRONDISSEMENTS, parentCode: "06.141""#).await, Some(8));
        assert_eq!(count(r#"parentCode: "06.141""#).await, Some(2));
        assert_eq!(count(r#"parentCode: "no such code""#).await, Some(0));
        assert_eq!(count(r#"search: "%""#).await, Some(0));
    }
}

on_both_databases! {
    async fn terms_are_those_of_their_day(app: App) {
        let query = r#"{ vocabularies { code name(locale: "en") now: terms { code level parent { code } }
            then: terms(on: "2012-06-01") { code } } }"#;
        let data = ask(&app, query).await;

        let codes = |list: &Value| -> Vec<String> {
            let list = list.as_array().expect("terms");
            list.iter().map(|it| it["code"].as_str().expect("a code").to_owned()).collect()
        };
        let (indh, sdg) = (&data["vocabularies"][0], &data["vocabularies"][1]);
        assert_eq!(indh["code"], "INDH");
        assert!(codes(&indh["now"]).iter().all(|it| it.starts_with("PH3")));
        assert!(codes(&indh["then"]).iter().all(|it| it.starts_with("PH2")));
        assert_eq!(sdg["name"], "Sustainable Development Goals");
        // Targets stand behind their goal.
        assert_eq!(codes(&sdg["now"]).len(), 17 + 169);
        assert_eq!(codes(&sdg["now"])[..9], ["1", "1.1", "1.2", "1.3", "1.4", "1.5", "1.a", "1.b", "2"]);
        let goals = sdg["now"].as_array().unwrap().iter().filter(|it| it["level"] == "GOAL");
        assert_eq!(goals.count(), 17);
        let target = sdg["now"].as_array().unwrap().iter().find(|it| it["code"] == "13.a").unwrap();
        assert_eq!((&target["level"], &target["parent"]["code"]), (&json!("TARGET"), &json!("13")));
    }
}

on_both_databases! {
    async fn a_level_of_parents_and_children_costs_a_statement_each(app: App) {
        let query = r#"{ territory(code: "MA") { children(first: 12) { nodes { parent { code }
            ancestors { code } children(first: 20) { nodes { code parent { nameFr } } } } } } }"#;
        ask(&app, query).await;
        let before = app.parts.core.db.statements();

        ask(&app, query).await;

        // The country; its children; their parent, chains (two statements) and children; parents.
        let statements = app.parts.core.db.statements() - before;
        assert!(statements <= 8, "{statements} statements");
    }
}
