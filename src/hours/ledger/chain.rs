//! The chain of an organization: each event bound to the one before, numbered without a gap.
//!
//! Whoever appends holds the chain's head, so events commit in the order of their numbers. What an
//! event says is in `event`, whether a chain is whole in `check`.

use chrono::DateTime;
use chrono::Utc;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ids::UserId;
use entity::ledger_event;
use entity::ledger_head;
use entity::ledger_note;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::QueryFilter;
use sea_orm::QuerySelect;
use sea_orm::sea_query::Expr;

use crate::hours::ledger::event::Event;
use crate::hours::ledger::event::EventKind;
use crate::hours::ledger::event::instant;
use crate::platform::crypto::sha256;
use crate::platform::db::Tx;
use crate::platform::feed;
use crate::platform::feed::Change;
use crate::platform::feed::Kind;

/// What the first event follows.
const GENESIS: [u8; 32] = [0; 32];
/// Events of one statement: eight values each, below what either database takes.
pub(super) const CHUNK: usize = 3_000;

/// The last link of an organization's chain.
///
/// One that comes from [`lock`] is held until the transaction ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    pub(super) organization: OrganizationId,
    pub(super) sequence: i64,
    pub(super) hash: Vec<u8>,
}

impl Chain {
    /// The chain of an organization to which nothing has happened.
    #[must_use]
    pub fn begin(organization: OrganizationId) -> Self {
        Self {
            organization,
            sequence: 0,
            hash: GENESIS.to_vec(),
        }
    }

    /// Number of its last event; 0 before the first.
    #[must_use]
    pub fn sequence(&self) -> i64 {
        self.sequence
    }

    /// Binds an event to the chain and moves on: the row to store.
    pub fn link(&mut self, recorded_at: DateTime<Utc>, event: &Event) -> ledger_event::Model {
        let row = ledger_event::Model {
            organization_id: self.organization,
            sequence: self.sequence.saturating_add(1),
            recorded_at,
            kind: event.kind.word().to_owned(),
            entry_id: Some(event.entry),
            payload: event.payload.clone(),
            previous_hash: self.hash.clone(),
            hash: Vec::new(),
        };
        let row = ledger_event::Model {
            hash: digest(&row),
            ..row
        };
        self.sequence = row.sequence;
        self.hash.clone_from(&row.hash);
        row
    }

    /// The row of `ledger_head` that belongs to it.
    #[must_use]
    pub fn head(&self) -> ledger_head::Model {
        ledger_head::Model {
            organization_id: self.organization,
            sequence: self.sequence,
            hash: self.hash.clone(),
        }
    }
}

/// The text that stands for an event: organization, number, instant, kind, entry and payload, one to
/// a line. No part holds a line break, so one text has one reading.
pub(super) fn text(row: &ledger_event::Model) -> String {
    let entry = row.entry_id.map(|it| it.to_string()).unwrap_or_default();
    [
        &row.organization_id.to_string(),
        &row.sequence.to_string(),
        &instant(row.recorded_at),
        &row.kind,
        &entry,
        &row.payload,
    ]
    .map(String::as_str)
    .join("\n")
}

/// SHA-256 over the hash before and the SHA-256 of the event's text: whoever checks a link needs the
/// digests of the other events only, not what they say.
pub(super) fn digest(row: &ledger_event::Model) -> Vec<u8> {
    bound(&row.previous_hash, &sha256(text(row).as_bytes()))
}

/// The hash of an event whose text has this digest, after that hash.
pub(super) fn bound(previous: &[u8], digest: &[u8]) -> Vec<u8> {
    sha256(&[previous, digest].concat())
}

/// Holds the chain of an organization until the transaction ends: nobody else appends meanwhile.
///
/// Taken after the people concerned, never before: everybody queues in the same order.
///
/// # Errors
/// [`DbErr`].
pub async fn lock(tx: &Tx, organization: OrganizationId) -> Result<Chain, DbErr> {
    if let Some(chain) = held(tx, organization).await? {
        return Ok(chain);
    }
    // Two first writers meet here: the second waits for the first and finds its row.
    ledger_head::Entity::insert(Chain::begin(organization).head().into_active_model())
        .on_conflict_do_nothing_on([ledger_head::Column::OrganizationId])
        .exec_without_returning(&**tx)
        .await?;
    held(tx, organization)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("ledger_head".to_owned()))
}

async fn held(tx: &Tx, organization: OrganizationId) -> Result<Option<Chain>, DbErr> {
    let head = ledger_head::Entity::find_by_id(organization)
        .lock_exclusive()
        .one(&**tx)
        .await?;
    Ok(head.map(|it| Chain {
        organization,
        sequence: it.sequence,
        hash: it.hash,
    }))
}

/// Appends events to a chain that is held, in the order given, and passes the entries on to the
/// devices that were away.
///
/// # Errors
/// [`DbErr`].
pub async fn append(
    tx: &Tx,
    chain: &mut Chain,
    recorded_at: DateTime<Utc>,
    events: &[Event],
) -> Result<(), DbErr> {
    if events.is_empty() {
        return Ok(());
    }
    for events in events.chunks(CHUNK) {
        let rows: Vec<_> = events
            .iter()
            .map(|it| chain.link(recorded_at, it))
            .collect();
        let notes: Vec<_> = rows
            .iter()
            .zip(events)
            .filter_map(|(row, event)| {
                let note = ledger_note::Model {
                    organization_id: row.organization_id,
                    sequence: row.sequence,
                    text: event.note.clone()?,
                };
                Some(note.into_active_model())
            })
            .collect();
        let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
        ledger_event::Entity::insert_many(rows)
            .exec_without_returning(&**tx)
            .await?;
        if !notes.is_empty() {
            ledger_note::Entity::insert_many(notes)
                .exec_without_returning(&**tx)
                .await?;
        }
    }
    ledger_head::Entity::update_many()
        .col_expr(ledger_head::Column::Sequence, Expr::value(chain.sequence))
        .col_expr(ledger_head::Column::Hash, Expr::value(chain.hash.clone()))
        .filter(ledger_head::Column::OrganizationId.eq(chain.organization))
        .exec(&**tx)
        .await?;
    let changes = events.iter().map(|it| Change {
        kind: Kind::HourEntry,
        record: it.entry.0,
        audience: it.volunteer.map(|it| it.0),
        removed: it.kind == EventKind::Deleted,
    });
    feed::append(tx, chain.organization, recorded_at, changes);
    Ok(())
}

/// What somebody does who has written what an entry says.
const WRITING: [EventKind; 3] = [
    EventKind::Created,
    EventKind::Changed,
    EventKind::AmendmentProposed,
];

/// Those of some entries that a user wrote, changed or proposed to correct, by the ledger.
///
/// # Errors
/// [`DbErr`].
pub async fn written_by(
    conn: &impl ConnectionTrait,
    entries: &[EntryId],
    user: UserId,
) -> Result<Vec<EntryId>, DbErr> {
    let found: Vec<Option<EntryId>> = ledger_event::Entity::find()
        .select_only()
        .column(ledger_event::Column::EntryId)
        .distinct()
        .filter(ledger_event::Column::EntryId.is_in(entries.iter().copied()))
        .filter(ledger_event::Column::Kind.is_in(WRITING.map(EventKind::word)))
        // The first member of the canonical text.
        .filter(ledger_event::Column::Payload.starts_with(format!("{{\"actor\":\"{user}\"")))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(found.into_iter().flatten().collect())
}
