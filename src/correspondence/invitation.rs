//! An invitation: to which organization, by whom, as what, until when, and what accepts it.
//!
//! It goes to an address that an account may have or not; what accepts it follows from the keys and is kept nowhere.

use entity::ids::InvitationId;
use entity::letter;
use entity::types::Role;
use serde::Deserialize;

use crate::correspondence::send::Reader;
use crate::correspondence::send::Said;
use crate::correspondence::words;
use crate::hours;
use crate::identity::Ctx;
use crate::jobs::Failed;
use crate::letters;
use crate::letters::page::Block;
use crate::letters::page::tame;
use crate::organizations;
use crate::organizations::membership;
use crate::platform::i18n::Locale;

/// Most characters of a name that a stranger reads.
const NAME_MOST: usize = 80;

#[derive(Debug, Default, Deserialize)]
struct Matter {
    #[serde(default)]
    locale: Option<Locale>,
}

/// `inviter` is whoever invites: it is sent for them, to somebody else.
pub(super) async fn said(
    ctx: &Ctx,
    row: &letter::Model,
    inviter: &Reader,
) -> Result<Option<Said>, Failed> {
    let Some(id) = row.subject_id.map(InvitationId) else {
        return Ok(None);
    };
    let found = organizations::store::open_invitation(ctx.read(), id, ctx.now()).await?;
    let Some(invitation) = found else {
        return Ok(None);
    };
    // Whoever left the organization invites nobody to it.
    let place =
        hours::store::organization(ctx.read(), ctx.scope(), invitation.organization_id).await?;
    let Some(place) = place.filter(|it| it.archived_at.is_none()) else {
        return Ok(None);
    };
    let matter: Matter = serde_json::from_str(&row.matter).unwrap_or_default();
    let account = letters::store::account_of(ctx.read(), &invitation.email).await?;
    if account.as_ref().is_some_and(|it| it.disabled_at.is_some()) {
        return Ok(None);
    }
    let theirs = account.and_then(|it| Locale::parse(&it.locale));
    let locale = matter.locale.or(theirs).unwrap_or(inviter.locale);
    let config = &ctx.core().config;
    let token = membership::token(ctx.core(), id);
    let values = [
        ("organization", shown(&words::organization(&place, locale))),
        ("inviter", shown(&inviter.account.display_name)),
        ("role", words::say(locale, role(invitation.role))),
        ("until", words::instant(invitation.expires_at)),
        ("address", invitation.email.clone()),
        ("site", config.public_url.clone()),
    ];
    let say = |key: &str| locale.sentence(key, &values);
    let mut blocks = vec![
        Block::Text(say("letter-invitation-what")),
        Block::Text(say("letter-invitation-until")),
    ];
    blocks.extend(link(
        &config.mail.invitation_url,
        &token,
        say("letter-invitation-open"),
    ));
    blocks.push(Block::Text(say("letter-invitation-code")));
    blocks.push(Block::Code(token));
    blocks.push(Block::Text(say("letter-invitation-ignore")));
    Ok(Some(Said {
        address: invitation.email.clone(),
        locale,
        subject: say("letter-invitation-subject"),
        blocks,
    }))
}

/// The link of a setting with a token in it; nothing where none is set.
pub(super) fn link(setting: &str, token: &str, label: String) -> Option<Block> {
    (!setting.is_empty()).then(|| Block::Link {
        url: setting.replace("{token}", token),
        label,
    })
}

/// A name of a stranger: short, and no address that a mail program would make a link of.
fn shown(name: &str) -> String {
    let name = tame(name).replace("://", " ").replace('@', " ");
    // A dot between letters makes an address of two words.
    let mut apart = String::with_capacity(name.len());
    let mut signs = name.chars().peekable();
    while let Some(sign) = signs.next() {
        apart.push(sign);
        if sign == '.' && signs.peek().is_some_and(|it| it.is_alphanumeric()) {
            apart.push(' ');
        }
    }
    apart.chars().take(NAME_MOST).collect()
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Owner => "letter-role-owner",
        Role::Admin => "letter-role-admin",
        Role::Coordinator => "letter-role-coordinator",
        Role::Viewer => "letter-role-viewer",
        Role::Volunteer => "letter-role-volunteer",
    }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn names_of_strangers_are_short_and_lead_nowhere() {
        assert_eq!(shown("http://evil.example"), "http evil. example");
        assert_eq!(shown("a@evil.example/prize"), "a evil. example/prize");
        assert_eq!(shown(&"a".repeat(200)).len(), 80);
        assert_eq!(shown("A\r\nBcc: b\u{202e}c"), "A  Bcc: bc");
    }
}
