//! The program as operators run it: arguments, variables and files in; lines, files and exit codes
//! out.
//!
//! What imports and reports mean is tested in their areas, what the server answers over HTTP.

mod commands;
mod doctor;
mod keys;
mod marks;
mod server;
mod settings;
mod usage;

use crate::support::databases::Database;
use crate::support::databases::Engine;
use crate::support::program::Program;

/// The program on a database of its own, up to date or without any table; `None` where PostgreSQL is
/// not installed. The database lives as long as the test holds it.
async fn on(engine: Engine, made: Made) -> Option<(Program, Database)> {
    let database = match made {
        Made::Migrated => Database::migrated(engine).await?,
        Made::Empty => Database::empty(engine).await?,
    };
    let program = Program::within(database.folder.path())
        .with("TIWIZI_DATABASE_URL", &database.url)
        .with("TIWIZI_BIND", "127.0.0.1:0");
    Some((program, database))
}

/// In which state a test finds its database.
#[derive(Clone, Copy)]
enum Made {
    /// Tables and reference lists.
    Migrated,
    /// Nothing.
    Empty,
}

/// Names of what lies in the folder of a database.
fn files(database: &Database) -> Vec<String> {
    let listed = std::fs::read_dir(database.folder.path()).expect("a folder");
    let mut names: Vec<_> = listed
        .map(|it| {
            it.expect("an entry")
                .file_name()
                .into_string()
                .expect("UTF-8")
        })
        .collect();
    names.sort();
    names
}

/// Runs a test of the program on both databases, each time on one of its own.
macro_rules! of_the_program {
    ($($(#[$meta:meta])* async fn $name:ident($program:ident: Program, $database:ident: $made:ident)
        $body:block)*) => {$(
        mod $name {
            use super::*;

            $(#[$meta])*
            async fn test($program: Program, $database: &Database) $body

            async fn run(engine: Engine) {
                if let Some((program, database)) = on(engine, Made::$made).await {
                    test(program, &database).await;
                    database.drop_now().await;
                }
            }

            #[tokio::test]
            async fn sqlite() {
                run(Engine::Sqlite).await;
            }

            #[tokio::test]
            async fn postgres() {
                run(Engine::Postgres).await;
            }
        }
    )*};
}
use of_the_program;
