//! Many at once: exactly one wins where only one may, and nobody is turned away by a fault.
//!
//! What one caller alone may do is in the journeys.

use futures_util::future::join_all;
use tiwizi::platform::clock::Clock;

use crate::support::app::opening;
use crate::support::app::settings;
use crate::support::databases::Database;
use crate::support::databases::Engine;

/// Instances that are rolled out together find the same empty database.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn instances_that_start_together_migrate_one_empty_database() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(database) = Database::empty(engine).await else {
            continue;
        };
        let starts = (0..6).map(|_| {
            let config = settings(&database);
            tokio::spawn(tiwizi::app::App::start(config, Clock::fixed(opening())))
        });

        for started in join_all(starts).await {
            let app = started.expect("no panic").expect("a start");
            let pending = app.core.db.pending_migrations().await.expect("an answer");
            assert_eq!(pending, Vec::<String>::new(), "{engine:?}");
        }
        database.drop_now().await;
    }
}
