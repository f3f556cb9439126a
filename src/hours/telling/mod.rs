//! Who is told that hours came back: whoever they are of, and whoever wrote them.
//!
//! What is decided is in `approve`; sentences are in `locales/`, and what a letter says is made when it is sent.

pub mod store;

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use entity::hour_entry;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::UserId;
use entity::ids::VolunteerId;
use entity::types::LetterKind;
use entity::types::NotificationKind;
use sea_orm::DbErr;
use serde_json::json;

use crate::identity::Ctx;
use crate::letters::Cause;
use crate::letters::asked;
use crate::notifications;
use crate::notifications::Notice;
use crate::organizations;
use crate::platform::db::Tx;

/// Tells of entries that were returned: each user once for all of theirs, whoever returned them left out.
pub(super) async fn returned(
    ctx: &Ctx,
    tx: &Tx,
    entries: &[&hour_entry::Model],
) -> Result<(), DbErr> {
    let volunteers: BTreeSet<VolunteerId> =
        entries.iter().filter_map(|it| it.volunteer_id).collect();
    let volunteers: Vec<VolunteerId> = volunteers.into_iter().collect();
    let accounts = store::accounts(tx, &volunteers).await?;
    let mut concerned: BTreeMap<OrganizationId, BTreeSet<UserId>> = BTreeMap::new();
    let whose = |entry: &hour_entry::Model| {
        let own = entry.volunteer_id.and_then(|it| accounts.get(&it).copied());
        let users = [own, entry.created_by].into_iter().flatten();
        let others = users.filter(|it| Some(*it) != ctx.actor().user());
        others.collect::<BTreeSet<UserId>>()
    };
    for entry in entries {
        let of = concerned.entry(entry.organization_id).or_default();
        of.extend(whose(entry));
    }
    // Whoever left the organization is told of nothing there.
    for (organization, users) in &mut concerned {
        let asked: Vec<UserId> = users.iter().copied().collect();
        let members = organizations::store::members_among(tx, *organization, &asked).await?;
        users.retain(|it| members.contains(it));
    }
    let mut told: BTreeMap<UserId, Vec<&hour_entry::Model>> = BTreeMap::new();
    for entry in entries {
        for user in whose(entry) {
            if concerned
                .get(&entry.organization_id)
                .is_some_and(|it| it.contains(&user))
            {
                told.entry(user).or_default().push(entry);
            }
        }
    }
    notify(ctx, tx, &told).await?;
    let letters = told.iter().map(|(user, entries)| {
        let ids: Vec<_> = entries.iter().map(|it| it.id).collect();
        let cause = Cause {
            kind: LetterKind::HoursReturned,
            organization: entries.first().map(|it| it.organization_id),
            subject: None,
            matter: json!({ "entries": ids }),
        };
        (*user, cause)
    });
    asked::to_users(ctx, tx, letters.collect()).await?;
    Ok(())
}

async fn notify(
    ctx: &Ctx,
    tx: &Tx,
    told: &BTreeMap<UserId, Vec<&hour_entry::Model>>,
) -> Result<(), DbErr> {
    let projects: BTreeSet<ProjectId> = told
        .values()
        .filter_map(|it| it.first())
        .map(|it| it.project_id)
        .collect();
    let projects: Vec<ProjectId> = projects.into_iter().collect();
    let titles = store::titles(tx, &projects).await?;
    let mut notices = Vec::with_capacity(told.len());
    for (user, entries) in told {
        let Some(first) = entries.first() else {
            continue;
        };
        let (title, title_ar) = titles.get(&first.project_id).cloned().unwrap_or_default();
        let from = entries.iter().map(|it| it.worked_on).min();
        let to = entries.iter().map(|it| it.worked_on).max();
        let mut values = BTreeMap::from([
            ("title", title),
            ("starts", from.unwrap_or(first.worked_on).to_string()),
            ("ends", to.unwrap_or(first.worked_on).to_string()),
            ("reason", first.decision_reason.clone().unwrap_or_default()),
        ]);
        values.extend(title_ar.map(|it| ("titleAr", it)));
        notices.push(Notice {
            user: *user,
            organization: Some(first.organization_id),
            kind: NotificationKind::HoursReturned,
            values,
            activity: None,
            shift: None,
            signup: None,
        });
    }
    notifications::tell(ctx, tx, notices).await
}
