//! What changed since a device last asked, deletions included.
//!
//! The order of changes is that of `platform::feed`; what each record is now is read by whoever
//! answers.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use entity::feed;
use entity::ids::OrganizationId;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use uuid::Uuid;

use crate::identity::Action;
use crate::identity::Ctx;
use crate::platform::feed::Kind;
use crate::sync::cursor::Cursor;
use crate::sync::cursor::Position;
use crate::sync::cursor::view;

/// A record that changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Its kind.
    pub kind: Kind,
    /// Its key.
    pub record: Uuid,
    /// Whether it is gone.
    pub removed: bool,
}

/// Some of the changes, and where to go on.
#[derive(Clone, Debug)]
pub struct Stretch {
    /// Organizations of which the device is to drop everything it holds, before it applies the
    /// changes: it may no longer see them, or sees them with other eyes.
    pub forget: Vec<OrganizationId>,
    /// The changes, each record once.
    pub changes: Vec<Changed>,
    /// What to ask with next.
    pub cursor: String,
    /// Whether more have changed already.
    pub has_more: bool,
}

/// The changes after a cursor, at most `limit`; from the start without one. `None` for a text that is
/// no cursor of the actor's.
///
/// # Errors
/// [`DbErr`].
pub async fn since(
    ctx: &Ctx,
    cursor: Option<&str>,
    only: Option<OrganizationId>,
    limit: u64,
) -> Result<Option<Stretch>, DbErr> {
    let mut cursor = match cursor {
        None => Cursor {
            reader: ctx.sender(),
            read: BTreeMap::new(),
        },
        Some(text) => match Cursor::read(ctx, text) {
            Some(cursor) => cursor,
            None => return Ok(None),
        },
    };
    let mut visible: BTreeSet<OrganizationId> = ctx
        .scope()
        .organizations_where(Action::ReadOrganization)
        .into_iter()
        .collect();
    if ctx.scope().is_everything() {
        visible.extend(only);
    }
    let mut forget: Vec<OrganizationId> = Vec::new();
    cursor.read.retain(|organization, _| {
        let kept = visible.contains(organization) || ctx.scope().is_everything();
        if !kept {
            forget.push(*organization);
        }
        kept
    });
    let asked: Vec<OrganizationId> = visible
        .into_iter()
        .filter(|it| only.is_none_or(|only| only == *it))
        .collect();
    for organization in &asked {
        let view = view(ctx, *organization);
        let position = cursor.read.entry(*organization).or_default();
        if position.view != view {
            if !position.view.is_empty() {
                forget.push(*organization);
            }
            *position = Position { sequence: 0, view };
        }
    }
    let mut after = Condition::any();
    for organization in &asked {
        let position = cursor.read.get(organization).map_or(0, |it| it.sequence);
        after = after.add(
            Condition::all()
                .add(feed::Column::OrganizationId.eq(*organization))
                .add(feed::Column::Sequence.gt(position)),
        );
    }
    let mut rows = Vec::new();
    if !asked.is_empty() {
        rows = feed::Entity::find()
            .filter(ctx.scope().changes(ctx.actor().user()))
            .filter(after)
            .order_by_asc(feed::Column::OrganizationId)
            .order_by_asc(feed::Column::Sequence)
            .limit(limit.saturating_add(1))
            .all(ctx.read())
            .await?;
    }
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = rows.len() > most;
    rows.truncate(most);
    let mut changes = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(position) = cursor.read.get_mut(&row.organization_id) {
            position.sequence = row.sequence;
        }
        // A kind that this version does not know is of no use to its clients either.
        if let Some(kind) = Kind::of_word(&row.kind) {
            changes.push(Changed {
                kind,
                record: row.record_id,
                removed: row.removed,
            });
        }
    }
    Ok(Some(Stretch {
        forget,
        changes,
        cursor: cursor.text(ctx),
        has_more,
    }))
}
