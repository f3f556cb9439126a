//! Notifications: what users are told, kept as kind and values until they read it.
//!
//! Sentences are in `locales/`; who is told what is decided where it happens. Nothing is sent from
//! here.

pub mod store;

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use entity::ids::ActivityId;
use entity::ids::NotificationId;
use entity::ids::OrganizationId;
use entity::ids::ShiftId;
use entity::ids::SignupId;
use entity::ids::UserId;
use entity::notification;
use entity::types::NotificationKind;
use sea_orm::DbErr;

use crate::identity::Ctx;
use crate::identity::Denied;
use crate::platform::db::Tx;
use crate::platform::i18n::Locale;

/// One thing to tell one user.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Who is told.
    pub user: UserId,
    /// The organization it concerns, if any.
    pub organization: Option<OrganizationId>,
    /// What is told.
    pub kind: NotificationKind,
    /// The values of its sentence. `title` and `titleAr` are one value in two scripts.
    pub values: BTreeMap<&'static str, String>,
    /// The activity it concerns.
    pub activity: Option<ActivityId>,
    /// The shift it concerns.
    pub shift: Option<ShiftId>,
    /// The sign-up it concerns.
    pub signup: Option<SignupId>,
}

/// Why notifications could not be marked.
#[derive(Debug, thiserror::Error)]
pub enum NotificationError {
    /// Not allowed.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A fault of ours.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// A local time as sentences write it.
#[must_use]
pub fn moment(local: NaiveDateTime) -> String {
    local.format("%Y-%m-%d %H:%M").to_string()
}

/// Tells users, in the transaction of what happened.
///
/// # Errors
/// [`DbErr`].
pub async fn tell(ctx: &Ctx, tx: &Tx, notices: Vec<Notice>) -> Result<(), DbErr> {
    let mut rows = Vec::with_capacity(notices.len());
    for notice in notices {
        let params =
            serde_json::to_string(&notice.values).map_err(|it| DbErr::Custom(it.to_string()))?;
        rows.push(notification::Model {
            id: NotificationId(ctx.new_id()),
            user_id: notice.user,
            organization_id: notice.organization,
            kind: notice.kind,
            params,
            activity_id: notice.activity,
            shift_id: notice.shift,
            signup_id: notice.signup,
            created_at: ctx.now(),
            read_at: None,
        });
    }
    store::insert(tx, rows).await
}

/// Marks notifications of the actor as read: those named, or all. Gives how many were unread.
///
/// # Errors
/// [`Denied`].
pub async fn mark_read(
    ctx: &Ctx,
    ids: Option<&[NotificationId]>,
) -> Result<u64, NotificationError> {
    ctx.demand_signed_in()?;
    let Some(user) = ctx.actor().user() else {
        return Ok(0);
    };
    ctx.transaction(async |tx| Ok(store::mark_read(tx, user, ids, ctx.now()).await?))
        .await
}

/// The sentence of a notification in a language.
#[must_use]
pub fn sentence(told: &notification::Model, locale: Locale) -> String {
    let mut values: BTreeMap<String, String> =
        serde_json::from_str(&told.params).unwrap_or_default();
    let arabic = values.remove("titleAr");
    if let Some(title) = values.get_mut("title") {
        *title = locale.choose(title, arabic.as_deref(), None).to_owned();
    }
    let named: Vec<(&'static str, String)> = VALUES
        .iter()
        .filter_map(|name| Some((*name, values.remove(*name)?)))
        .collect();
    locale.sentence(key(told.kind), &named)
}

/// Every value that a sentence may name.
const VALUES: [&str; 4] = ["title", "starts", "ends", "reason"];

fn key(kind: NotificationKind) -> &'static str {
    match kind {
        NotificationKind::ActivityCancelled => "notification-activity-cancelled",
        NotificationKind::ShiftCancelled => "notification-shift-cancelled",
        NotificationKind::ShiftMoved => "notification-shift-moved",
        NotificationKind::SignupPromoted => "notification-signup-promoted",
        NotificationKind::SignedUp => "notification-signed-up",
        NotificationKind::SignupCancelled => "notification-signup-cancelled",
        NotificationKind::ScheduleFailed => "notification-schedule-failed",
        NotificationKind::ScheduleOverdue => "notification-schedule-overdue",
        NotificationKind::DeliveryFailed => "notification-delivery-failed",
        NotificationKind::WebhookFailing => "notification-webhook-failing",
        NotificationKind::WebhookDisabled => "notification-webhook-disabled",
        NotificationKind::HoursReturned => "notification-hours-returned",
        NotificationKind::ErasureRequested => "notification-erasure-requested",
        NotificationKind::ErasureApproved => "notification-erasure-approved",
        NotificationKind::ErasureRefused => "notification-erasure-refused",
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use entity::ids::NotificationId;
    use entity::ids::UserId;
    use entity::notification;
    use entity::types::NotificationKind;
    use sea_orm::Iterable;
    use uuid::Uuid;

    use super::sentence;
    use crate::platform::i18n::Locale;

    #[test]
    fn every_kind_has_a_whole_sentence_in_every_language() {
        let params = r#"{"title":"Plage","titleAr":"شاطئ","starts":"2026-11-28 09:00","ends":"2026-11-28 12:00","reason":"Pluie"}"#;
        for kind in NotificationKind::iter() {
            let told = notification::Model {
                id: NotificationId(Uuid::nil()),
                user_id: UserId(Uuid::nil()),
                organization_id: None,
                kind,
                params: params.to_owned(),
                activity_id: None,
                shift_id: None,
                signup_id: None,
                created_at: DateTime::UNIX_EPOCH,
                read_at: None,
            };
            for (locale, title) in [
                (Locale::Ar, "شاطئ"),
                (Locale::Fr, "Plage"),
                (Locale::En, "Plage"),
            ] {
                let text = sentence(&told, locale);
                assert!(
                    text.contains(title) && text.contains("2026-11-28"),
                    "{text}"
                );
                assert!(!text.contains('$'), "{text}");
            }
        }
    }
}
