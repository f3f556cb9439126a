//! The server itself: it answers, says that it is well, and ends cleanly.
//!
//! What it answers is tested area by area.

use chrono::TimeDelta;
use sea_orm::ConnectionTrait;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::support::app::App;
use crate::support::on_both_databases;

on_both_databases! {
    async fn a_started_server_has_an_up_to_date_database(app: App) {
        let pending = app.parts.core.db.pending_migrations().await.unwrap();

        assert_eq!(pending, Vec::<String>::new());
    }

    /// Whoever runs the server learns from outside that it can be used.
    async fn a_server_says_that_it_is_ready(app: App) {
        for path in ["/healthz", "/readyz", "/metrics", "/schema.graphql", "/schemas/report.json"] {
            let response = app.http().get(format!("{}{path}", app.url)).send().await.unwrap();

            assert_eq!(response.status(), 200, "{path}");
        }
    }

    /// With zone data that is too old, hours of Morocco are wrong: which one it has is told outside.
    async fn a_ready_server_names_its_zone_data(app: App) {
        assert_eq!(readiness(&app).await, (200, well()));
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

on_both_databases! {
    /// A balancer sends nobody to a server whose database went back behind it.
    async fn a_server_with_missing_migrations_is_not_ready(app: App) {
        let tx = app.begin().await;
        let last = "delete from seaql_migrations where version = \
                    (select max(version) from seaql_migrations)";
        tx.execute_unprepared(last).await.unwrap();
        tx.commit().await.unwrap();

        let (status, said) = readiness(&app).await;

        assert_eq!((status, said.as_str()), (503, "the database is not up to date: run tiwizi migrate\n"));
    }

    /// Where this process does the chores, it is not well without them.
    async fn a_server_whose_worker_has_stopped_is_not_ready(app: App) {
        let closing = CancellationToken::new();
        closing.cancel();
        app.parts.clone().chores(closing).await;
        app.advance(TimeDelta::seconds(50));
        let busy = readiness(&app).await;

        app.advance(TimeDelta::seconds(20));

        assert_eq!(busy, (200, well()));
        let (status, said) = readiness(&app).await;
        assert_eq!((status, said.as_str()), (503, "the worker has stopped: restart the server\n"));
    }

    /// Where others do the chores, nobody waits for them here.
    async fn a_server_without_a_worker_is_ready(app: App) {
        app.advance(TimeDelta::days(1));

        assert_eq!(readiness(&app).await, (200, well()));
    }
}

/// What a server says that is ready.
fn well() -> String {
    format!(
        "ready\ntzdata {}\n",
        tiwizi::platform::zones::data_version()
    )
}

async fn readiness(app: &App) -> (u16, String) {
    let response = app
        .http()
        .get(format!("{}/readyz", app.url))
        .send()
        .await
        .unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}
