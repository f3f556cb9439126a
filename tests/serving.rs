//! The server itself: it answers, says that it is well, and ends cleanly.
//!
//! What it answers is tested area by area.

use serde_json::json;

use crate::support::app::App;
use crate::support::on_both_databases;

on_both_databases! {
    async fn a_started_server_has_an_up_to_date_database(app: App) {
        let pending = app.parts.core.db.pending_migrations().await.unwrap();

        assert_eq!(pending, Vec::<String>::new());
    }

    /// Whoever runs the server learns from outside that it can be used.
    async fn a_server_says_that_it_is_ready(app: App) {
        for path in ["/healthz", "/readyz", "/metrics", "/schema.graphql"] {
            let response = app.http().get(format!("{}{path}", app.url)).send().await.unwrap();

            assert_eq!(response.status(), 200, "{path}");
        }
    }

    /// With zone data that is too old, hours of Morocco are wrong: which one it has is told outside.
    async fn a_ready_server_names_its_zone_data(app: App) {
        let response = app.http().get(format!("{}/readyz", app.url)).send().await.unwrap();

        let said = response.text().await.unwrap();
        let version = tiwizi::platform::zones::data_version();
        assert!(said.starts_with("ready\n") && said.contains(&format!("tzdata {version}")), "{said}");
    }

    /// The reference lists are there from the start, for anyone.
    async fn territories_are_there_from_the_start(app: App) {
        let query = "{ territories(first: 1) { totalCount } }";

        let answer = app.graphql(None, query, json!({})).await;

        assert_eq!(answer.status, 200);
        assert!(answer.headers.contains_key("x-request-id"));
        let total = answer.data()["territories"]["totalCount"].as_i64().unwrap();
        assert!(total > 1_500, "{total}");
    }
}
