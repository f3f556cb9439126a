//! How many statements an operation costs, whatever it returns.
//!
//! The bounds are in `budgets`.

use crate::support::app::App;

/// Runs an act and gives what it returned and the number of statements that it took.
pub async fn counted<T>(app: &App, act: impl Future<Output = T>) -> (T, u64) {
    let before = app.parts.core.db.statements();
    let done = act.await;
    (done, app.parts.core.db.statements() - before)
}
