//! A proof that an event is in the ledger: checked with nothing but the published key.
//!
//! It holds the event, the digests of those between it and the next checkpoint, and the checkpoint;
//! of other entries it tells nothing. `docs/ledger.md` says how to check one.

use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ledger_checkpoint;
use entity::ledger_event;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;

use crate::hours::ledger::chain;
use crate::hours::ledger::checkpoint;
use crate::platform::crypto::sha256;

/// Most events between an event and its checkpoint that one proof holds: 2 MB of digests.
const EVENTS_MOST: i64 = 65_536;
/// Events of one statement.
const PART: u64 = 2_000;

/// A proof that the last event of an entry is in its organization's chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The event.
    pub event: ledger_event::Model,
    /// The text that stands for it, whose SHA-256 the chain binds.
    pub text: String,
    /// SHA-256 of the texts of the events after it, up to the checkpoint.
    pub following: Vec<Vec<u8>>,
    /// The checkpoint.
    pub checkpoint: ledger_checkpoint::Model,
    /// What is signed.
    pub signed_text: String,
}

/// The proof of the last event of an entry; `None` until a checkpoint covers it, and where more events
/// lie between than a proof holds, as after a large import: its next event has one again.
///
/// # Errors
/// [`DbErr`].
pub async fn prove(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    entry: EntryId,
) -> Result<Option<Proof>, DbErr> {
    let event = ledger_event::Entity::find()
        .filter(ledger_event::Column::OrganizationId.eq(organization))
        .filter(ledger_event::Column::EntryId.eq(entry))
        .order_by_desc(ledger_event::Column::Sequence)
        .one(conn)
        .await?;
    let Some(event) = event else { return Ok(None) };
    let Some(mark) = checkpoint::covering(conn, organization, event.sequence).await? else {
        return Ok(None);
    };
    if mark.sequence.saturating_sub(event.sequence) > EVENTS_MOST {
        return Ok(None);
    }
    let mut following = Vec::new();
    let mut after = event.sequence;
    while after < mark.sequence {
        let part = ledger_event::Entity::find()
            .filter(ledger_event::Column::OrganizationId.eq(organization))
            .filter(ledger_event::Column::Sequence.gt(after))
            .filter(ledger_event::Column::Sequence.lte(mark.sequence))
            .order_by_asc(ledger_event::Column::Sequence)
            .limit(PART)
            .all(conn)
            .await?;
        let Some(last) = part.last() else {
            return Ok(None);
        };
        after = last.sequence;
        following.extend(part.iter().map(|it| sha256(chain::text(it).as_bytes())));
    }
    Ok(Some(Proof {
        text: chain::text(&event),
        following,
        signed_text: checkpoint::text(&mark),
        checkpoint: mark,
        event,
    }))
}
