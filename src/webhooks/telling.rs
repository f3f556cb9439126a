//! Tells whoever looks after an endpoint that it takes nothing.
//!
//! Sentences are in `locales/`; when they are told is in `send`.

use std::collections::BTreeMap;

use entity::types::NotificationKind;
use entity::webhook_endpoint;
use reqwest::Url;
use sea_orm::DbErr;

use crate::identity::Ctx;
use crate::notifications;
use crate::notifications::Notice;
use crate::notifications::moment;
use crate::organizations;
use crate::platform::db::Tx;
use crate::platform::zones;

/// Tells the contact, in the transaction of what happened, unless they left the organization: which host, and since when
/// it fails.
///
/// # Errors
/// [`DbErr`].
pub(super) async fn tell(
    ctx: &Ctx,
    tx: &Tx,
    row: &webhook_endpoint::Model,
    kind: NotificationKind,
) -> Result<(), DbErr> {
    let contact = [row.contact_id];
    let members = organizations::store::members_among(tx, row.organization_id, &contact).await?;
    if members.is_empty() {
        return Ok(());
    }
    let host = Url::parse(&row.url).ok();
    let host = host.as_ref().and_then(Url::host_str).unwrap_or_default();
    let since = zones::country().local_time(row.failing_since.unwrap_or_else(|| ctx.now()));
    let values = BTreeMap::from([("title", host.to_owned()), ("starts", moment(since))]);
    let notice = Notice {
        user: row.contact_id,
        organization: Some(row.organization_id),
        kind,
        values,
        activity: None,
        shift: None,
        signup: None,
    };
    notifications::tell(ctx, tx, vec![notice]).await
}
