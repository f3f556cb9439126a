//! The trail that takes no line of what was done, so that nothing that is done stays.
//!
//! What is refused is written down all the same.

use sea_orm::ConnectionTrait;
use sea_orm::DbBackend;

use crate::support::app::App;

const SEALED_ON_POSTGRES: [&str; 2] = [
    "create function sealed() returns trigger language plpgsql as \
     $$ begin raise exception 'sealed'; end $$",
    "create trigger sealed before insert on audit_event for each row when (new.outcome = 'DONE') \
     execute function sealed()",
];

const SEALED_ON_SQLITE: [&str; 1] = [
    "create trigger sealed before insert on audit_event when new.outcome = 'DONE' \
     begin select raise(abort, 'sealed'); end",
];

/// Undoes from now on whatever would succeed.
pub async fn seal(app: &App) {
    let tx = app.begin().await;
    let statements: &[&str] = match app.parts.core.db.backend() {
        DbBackend::Postgres => &SEALED_ON_POSTGRES,
        _ => &SEALED_ON_SQLITE,
    };
    for statement in statements {
        let done = tx.execute_unprepared(statement).await;
        done.expect("a trigger");
    }
    tx.commit().await.expect("committed");
}
