//! What operations cost in statements, whatever the number of rows they return.
//!
//! Times are measured by `cargo bench`, not here.

use serde_json::json;

use crate::support::app::App;
use crate::support::on_both_databases;
use crate::support::statements::counted;

on_both_databases! {
    /// A page of places with what is above each of them.
    async fn places_come_with_all_above_them(app: App) {
        let query = "query($first: Int!) { territories(first: $first) {
            nodes { code parent { code } ancestors { code } } pageInfo { hasNextPage } totalCount } }";
        let mut costs = Vec::new();

        for first in [2, 50] {
            let (answer, cost) = counted(&app, app.graphql(None, query, json!({ "first": first }))).await;
            assert_eq!(answer.data()["territories"]["nodes"].as_array().unwrap().len(), first);
            costs.push(cost);
        }

        assert_eq!(costs[0], costs[1], "more rows, more statements");
        assert!(costs[1] <= 5, "{costs:?}");
    }
}
