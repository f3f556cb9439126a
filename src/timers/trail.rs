//! What every act on a timer leaves behind: a line in the audit trail, a change in the feed.
//!
//! What becomes of hours is in their ledger.

use entity::timer;
use sea_orm::DbErr;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::platform::feed;
use crate::platform::feed::Change;
use crate::platform::feed::Kind;

/// Writes both, at the end of the act.
///
/// # Errors
/// [`DbErr`].
pub async fn leave(
    ctx: &Ctx,
    tx: &Tx,
    action: &'static str,
    timer: &timer::Model,
) -> Result<(), DbErr> {
    let line = Line {
        action,
        organization: Some(timer.organization_id),
        subject: ("Timer", Some(timer.id.0)),
        details: Some(json!({
            "status": timer.status,
            "review": timer.review,
            "refusal": timer.refusal,
            "entry": timer.entry_id,
        })),
    };
    audit::record(ctx, tx, line).await?;
    let change = Change {
        kind: Kind::Timer,
        record: timer.id.0,
        audience: Some(timer.volunteer_id.0),
        removed: false,
    };
    feed::append(tx, timer.organization_id, ctx.now(), [change]);
    Ok(())
}
