//! What an account says of its holder, section by section.
//!
//! Records are in `gather`, statements in `store`.

use entity::api_token;
use entity::device;
use entity::email_verification;
use entity::identity_link;
use entity::ids::UserId;
use entity::letter;
use entity::notification;
use entity::session;
use sea_orm::ConnectionTrait;
use serde_json::Value;
use serde_json::json;

use crate::consents;
use crate::identity::api_token::scopes;
use crate::privacy::access::archive::Archive;
use crate::privacy::access::gather::GatherError;
use crate::privacy::access::gather::WORDS_MOST;
use crate::privacy::access::gather::instant;
use crate::privacy::access::gather::names;
use crate::privacy::access::gather::section;
use crate::privacy::access::said::consent;
use crate::privacy::access::store;

/// Adds the sections of an account.
pub(super) async fn of(
    db: &impl ConnectionTrait,
    user: UserId,
    archive: &mut Archive,
) -> Result<(), GatherError> {
    let rows = store::account(db, user).await?.map(|it| {
        json!({
            "email": it.email, "displayName": it.display_name, "language": it.locale,
            "createdAt": instant(it.created_at), "disabledAt": it.disabled_at.map(instant),
        })
    });
    archive.section("account", &Vec::from_iter(rows))?;
    archive.begin_section("memberships")?;
    let (mut after, mut first) = (None, true);
    loop {
        let rows = store::memberships(db, user, after).await?;
        let Some(last) = rows.last() else { break };
        after = Some(last.id);
        let names = names(db, Vec::from_iter(rows.iter().map(|it| it.organization_id))).await?;
        let told = rows.iter().map(|it| {
            json!({
                "organization": names.get(&it.organization_id), "role": it.role,
                "since": instant(it.created_at), "endedAt": it.ended_at.map(instant),
            })
        });
        archive.rows(&Vec::from_iter(told), first)?;
        first = false;
    }
    archive.end_section()?;
    let told = |it: &session::Model| {
        json!({
            "createdAt": instant(it.created_at), "expiresAt": instant(it.expires_at),
            "endedAt": it.ended_at.map(instant), "device": it.device, "address": it.address,
            "lastUsedAt": it.last_used_at.map(instant),
        })
    };
    let rows = (store::sessions(user), session::Column::Id);
    section(db, archive, "sessions", rows, told).await?;
    let told = |it: &api_token::Model| {
        json!({
            "name": it.name, "scopes": scopes(it), "createdAt": instant(it.created_at),
            "expiresAt": instant(it.expires_at), "revokedAt": it.revoked_at.map(instant),
            "lastUsedAt": it.last_used_at.map(instant), "lastUsedAddress": it.last_used_address,
        })
    };
    let rows = (store::tokens(user), api_token::Column::Id);
    section(db, archive, "api-tokens", rows, told).await?;
    let told = |it: &identity_link::Model| {
        json!({
            "provider": it.provider, "createdAt": instant(it.created_at),
            "lastUsedAt": it.last_used_at.map(instant), "endedAt": it.ended_at.map(instant),
        })
    };
    let rows = (store::identities(user), identity_link::Column::Id);
    section(db, archive, "linked-identities", rows, told).await?;
    let told = |it: &email_verification::Model| {
        json!({
            "email": it.email, "previous": it.previous, "createdAt": instant(it.created_at),
            "expiresAt": instant(it.expires_at), "usedAt": it.used_at.map(instant),
        })
    };
    let rows = (store::verifications(user), email_verification::Column::Id);
    section(db, archive, "email-verifications", rows, told).await?;
    let told = |it: &device::Model| {
        json!({
            "device": it.id, "firstSeenAt": instant(it.first_seen_at),
            "lastSeenAt": instant(it.last_seen_at), "clockSkewMilliseconds": it.clock_skew_ms,
        })
    };
    let rows = (store::devices(user), device::Column::Id);
    section(db, archive, "devices", rows, told).await?;
    let told = |it: &notification::Model| {
        let said: Value = serde_json::from_str(&it.params).unwrap_or_default();
        json!({
            "kind": it.kind, "createdAt": instant(it.created_at), "readAt": it.read_at.map(instant),
            "values": said,
        })
    };
    let rows = (store::notifications(user), notification::Column::Id);
    section(db, archive, "notifications", rows, told).await?;
    let told = |it: &letter::Model| {
        json!({
            "kind": it.kind, "createdAt": instant(it.created_at), "sentAt": it.sent_at.map(instant),
            "droppedAt": it.dropped_at.map(instant),
        })
    };
    let rows = (store::letters(user), letter::Column::Id);
    section(db, archive, "letters", rows, told).await?;
    let said = consents::store::of_user(db, user, WORDS_MOST).await?;
    archive.section(
        "account-consents",
        &Vec::from_iter(said.iter().map(|it| consent(it, Some(user)))),
    )?;
    Ok(())
}
