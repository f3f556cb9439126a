//! Who is told of a request of erasure: those who decide, once it is asked for; whoever asked and whose data it is, once it
//! is decided.
//!
//! Nobody is named, and no reason is repeated: the request has them. The letter is written in `correspondence::erasure`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use entity::erasure_request;
use entity::ids::UserId;
use entity::types::ErasureStatus;
use entity::types::LetterKind;
use entity::types::NotificationKind;
use sea_orm::DbErr;
use serde_json::json;

use crate::identity::Ctx;
use crate::letters::asked;
use crate::letters::asked::Cause;
use crate::notifications;
use crate::notifications::Notice;
use crate::platform::db::Tx;
use crate::platform::zones;
use crate::privacy::store;

/// Tells those who decide of a new request.
///
/// # Errors
/// [`DbErr`].
pub(super) async fn requested(
    ctx: &Ctx,
    tx: &Tx,
    row: &erasure_request::Model,
) -> Result<(), DbErr> {
    let deciders = store::deciders(tx, row.organization_id).await?;
    let deciders = deciders.into_iter().collect();
    notify(ctx, tx, row, NotificationKind::ErasureRequested, &deciders).await
}

/// Tells whoever asked, and whose data it is, what was decided.
///
/// # Errors
/// [`DbErr`].
pub(super) async fn decided(ctx: &Ctx, tx: &Tx, row: &erasure_request::Model) -> Result<(), DbErr> {
    let kind = match row.status {
        ErasureStatus::Approved => NotificationKind::ErasureApproved,
        _ => NotificationKind::ErasureRefused,
    };
    let mut concerned = BTreeSet::from_iter(row.user_id);
    if let Some(volunteer) = row.volunteer_id {
        concerned.extend(store::account_of(tx, volunteer).await?);
    }
    if let Some(by) = row.requested_by
        && store::is_part(tx, row.organization_id, by).await?
    {
        concerned.insert(by);
    }
    notify(ctx, tx, row, kind, &concerned).await?;
    let letters = others(ctx, &concerned).map(|user| {
        let cause = Cause {
            kind: LetterKind::ErasureDecided,
            organization: row.organization_id,
            subject: Some(row.id.0),
            matter: json!({}),
        };
        (user, cause)
    });
    asked::to_users(ctx, tx, letters.collect()).await?;
    Ok(())
}

/// Those who did not do it themselves.
fn others(ctx: &Ctx, users: &BTreeSet<UserId>) -> impl Iterator<Item = UserId> {
    let by = ctx.actor().user();
    users.iter().copied().filter(move |it| Some(*it) != by)
}

async fn notify(
    ctx: &Ctx,
    tx: &Tx,
    row: &erasure_request::Model,
    kind: NotificationKind,
    users: &BTreeSet<UserId>,
) -> Result<(), DbErr> {
    let place = match row.organization_id {
        Some(id) => store::place(tx, id).await?,
        None => None,
    };
    let (title, title_ar) = match place {
        Some(it) => (it.name, it.name_ar),
        // The account itself.
        None => (ctx.core().config.public_url.clone(), None),
    };
    let day = |at| zones::country().day_of(at).to_string();
    let mut values = BTreeMap::from([
        ("title", title),
        ("starts", day(row.created_at)),
        ("ends", row.due_at.map(day).unwrap_or_default()),
    ]);
    values.extend(title_ar.map(|it| ("titleAr", it)));
    let notices = others(ctx, users).map(|user| Notice {
        user,
        organization: row.organization_id,
        kind,
        values: values.clone(),
        activity: None,
        shift: None,
        signup: None,
    });
    notifications::tell(ctx, tx, notices.collect()).await
}
