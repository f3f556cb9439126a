//! What operations cost that compute much, and that nobody else waits for them.
//!
//! Bounds of documents are tested with the gate, points in `graphql_over_http`.

use serde_json::Value;
use serde_json::json;

use crate::support::app::Answer;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::on_both_databases;

/// What `getIntrospectionQuery` of graphql-js 16.15 asks with every option, and so every client.
const DESCRIPTION: &str = include_str!("samples/description.graphql");

fn requested(answer: &Answer) -> u64 {
    let cost = &answer.body["extensions"]["cost"]["requested"];
    cost.as_u64().unwrap_or_else(|| panic!("{cost}"))
}

/// So many checks of the ledger in one operation.
fn checks(many: usize) -> String {
    let fields: String = (0..many)
        .map(|it| format!("c{it}: verifyLedger(organizationId: $id) {{ whole }} "))
        .collect();
    format!("query Checks($id: ID!) {{ {fields} }}")
}

on_both_databases! {
    /// However it is written, and whoever asks: it is made once.
    async fn the_schema_is_described_for_what_it_costs(app: App) {
        let cast = Cast::on(&app).await;

        let first = app.graphql(Some(cast.owner.token()), DESCRIPTION, json!({})).await;
        assert!((1_000..3_000).contains(&requested(&first)), "{}", requested(&first));
        let types = &first.body["data"]["__schema"]["types"];
        assert!(types.as_array().unwrap().len() > 100);
        let spread = DESCRIPTION.replace(' ', "\n  ");
        let again = app.graphql(Some(cast.outsider.token()), &spread, json!({})).await;
        assert_eq!(first.body, again.body);

        // Variables and names of operations are part of the question.
        let two = "query A($all: Boolean = false) { __type(name: \"Query\") { name fields(includeDeprecated: $all) { name } } } \
                   query B { __schema { queryType { name } } }";
        for (name, variables, member) in [
            ("A", json!({}), "__type"),
            ("A", json!({"all": true}), "__type"),
            ("B", json!({}), "__schema"),
            ("A", json!({}), "__type"),
        ] {
            let body = json!({"query": two, "operationName": name, "variables": variables});
            let sent = app.http().post(format!("{}/graphql", app.url)).json(&body).send().await;
            let body: Value = sent.unwrap().json().await.unwrap();
            assert!(body["data"][member].is_object(), "{body}");
        }

        let often = "{ a: __schema { queryType { name } } b: __schema { queryType { name } } }";
        let refused = app.graphql(Some(cast.owner.token()), often, json!({})).await;
        assert_eq!(refused.error_code(), "QUERY_TOO_COMPLEX");
        assert!(requested(&refused) > 0);
    }

    async fn what_computes_much_costs_what_it_takes(app: App) {
        let cast = Cast::on(&app).await;
        let ask = async |many: usize| {
            let id = json!({"id": cast.organization.id});
            app.graphql(Some(cast.owner.token()), &checks(many), id).await
        };

        let one = ask(1).await;
        assert!(requested(&one) >= 500, "{}", requested(&one));
        let five = ask(5).await;
        assert_eq!(requested(&five), 5 * requested(&one));
        assert!(five.data()["c4"]["whole"].as_bool().unwrap());

        let six = ask(6).await;
        assert_eq!(six.error_code(), "QUERY_TOO_COMPLEX");
        assert_eq!(requested(&six), 6 * requested(&one));
        assert_eq!(six.body["extensions"]["cost"]["limit"], 10_000);
    }

    /// Those of one client wait for each other.
    async fn many_at_once_are_all_answered(app: App) {
        let cast = Cast::on(&app).await;

        let asked = (0..12).map(|_| {
            let (app, id) = (app.clone(), json!({"id": cast.organization.id}));
            let token = cast.owner.token().to_owned();
            tokio::spawn(async move { app.graphql(Some(&token), &checks(2), id).await.data() })
        });
        for answer in asked.collect::<Vec<_>>() {
            assert_eq!(answer.await.unwrap()["c1"]["whole"], true);
        }
    }
}
