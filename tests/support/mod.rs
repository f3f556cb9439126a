//! What the tests stand on: databases, a running server, and a cast that uses it.
//!
//! No behaviour is tested here.

pub mod app;
pub mod bucket;
pub mod cast;
pub mod databases;
pub mod hooks;
pub mod mail;
pub mod planted;
pub mod program;
pub mod provider;
pub mod records;
pub mod schemas;
pub mod sdl;
pub mod socket;
pub mod statements;

/// Runs a test once on SQLite and once on PostgreSQL, each time against a server of its own.
///
/// The test appears as `name::sqlite` and `name::postgres`.
macro_rules! on_both_databases {
    ($($(#[$meta:meta])* async fn $name:ident($app:ident: App) $body:block)*) => {$(
        mod $name {
            use super::*;

            $(#[$meta])*
            async fn test($app: App) $body

            #[tokio::test]
            async fn sqlite() {
                App::run_on($crate::support::databases::Engine::Sqlite, test).await;
            }

            #[tokio::test]
            async fn postgres() {
                App::run_on($crate::support::databases::Engine::Postgres, test).await;
            }
        }
    )*};
}
pub(crate) use on_both_databases;
