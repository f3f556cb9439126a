//! The ledger: what happened to hours, in order, each event bound to the one before.
//!
//! One chain for each organization, numbered 1, 2, 3 … without a gap: whoever appends holds the
//! chain's head, so events commit in the order of their numbers. What happened is decided
//! elsewhere.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::SecondsFormat;
use chrono::Utc;
use entity::hour_entry;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ids::UserId;
use entity::ledger_event;
use entity::ledger_head;
use entity::types::EntryKind;
use entity::types::EntryStatus;
use entity::types::EvidenceLevel;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::sea_query::Expr;
use serde::Serialize;
use uuid::Uuid;

use crate::hours::days::DayShare;
use crate::platform::crypto::sha256;
use crate::platform::db::Tx;

/// What the first event follows.
const GENESIS: [u8; 32] = [0; 32];
/// Events of one statement: eight values each, below what either database takes.
const CHUNK: usize = 3_000;

/// What happened to an entry. Words of the stored chain: never renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// It was written.
    Created,
    /// It was changed.
    Changed,
    /// It was taken away.
    Deleted,
    /// It was handed in.
    Submitted,
    /// It was taken back.
    Withdrawn,
    /// It was approved.
    Approved,
    /// It was given back.
    Returned,
    /// It was refused.
    Rejected,
    /// It counts no more.
    Voided,
}

impl EventKind {
    /// The stored word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Created => "ENTRY_CREATED",
            Self::Changed => "ENTRY_CHANGED",
            Self::Deleted => "ENTRY_DELETED",
            Self::Submitted => "ENTRY_SUBMITTED",
            Self::Withdrawn => "ENTRY_WITHDRAWN",
            Self::Approved => "ENTRY_APPROVED",
            Self::Returned => "ENTRY_RETURNED",
            Self::Rejected => "ENTRY_REJECTED",
            Self::Voided => "ENTRY_VOIDED",
        }
    }
}

/// The entry as it stands after an event: what figures need, nothing of a person but keys.
///
/// Fields are written in alphabetical order, so that one content has one text.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Payload<'a> {
    actor: Option<String>,
    break_minutes: i32,
    days: Vec<(NaiveDate, i32)>,
    ended_at: Option<String>,
    ended_on: NaiveDate,
    evidence: EvidenceLevel,
    headcount: i32,
    kind: EntryKind,
    minutes: i32,
    person: Option<Uuid>,
    project: Uuid,
    started_at: Option<String>,
    status: EntryStatus,
    territory: Uuid,
    time_zone: &'a str,
    total_minutes: i32,
    version: i32,
    volunteer: Option<Uuid>,
    worked_on: NaiveDate,
}

/// Something that happened to an entry, not yet bound to a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// To which entry.
    pub entry: EntryId,
    /// Canonical JSON of the entry as it stands now.
    pub payload: String,
}

impl Event {
    /// What happened to an entry; `actor` is `None` for the operator.
    #[must_use]
    pub fn of(
        kind: EventKind,
        entry: &hour_entry::Model,
        days: &[DayShare],
        actor: Option<UserId>,
    ) -> Self {
        Self::by(kind, entry, days, actor.map(|it| it.to_string()))
    }

    /// The same, where it was done by somebody or something of this name: a user's id, or
    /// `rule:` with id and version of the rule that decided.
    #[must_use]
    pub fn by(
        kind: EventKind,
        entry: &hour_entry::Model,
        days: &[DayShare],
        actor: Option<String>,
    ) -> Self {
        let payload = Payload {
            actor,
            break_minutes: entry.break_minutes.0,
            days: days.iter().map(|it| (it.day, it.minutes.0)).collect(),
            ended_at: entry.ended_at.map(instant),
            ended_on: entry.ended_on,
            evidence: entry.evidence_level,
            headcount: entry.headcount,
            kind: entry.kind,
            minutes: entry.minutes.0,
            person: entry.person_id.map(|it| it.0),
            project: entry.project_id.0,
            started_at: entry.started_at.map(instant),
            status: entry.status,
            territory: entry.territory_id.0,
            time_zone: &entry.time_zone,
            total_minutes: entry.total_minutes.0,
            version: entry.version,
            volunteer: entry.volunteer_id.map(|it| it.0),
            worked_on: entry.worked_on,
        };
        Self {
            kind,
            entry: entry.id,
            payload: serde_json::to_string(&payload).unwrap_or_default(),
        }
    }
}

/// The last link of an organization's chain.
///
/// One that comes from [`lock`] is held until the transaction ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    organization: OrganizationId,
    sequence: i64,
    hash: Vec<u8>,
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

/// SHA-256 over the hash before and the event: organization, number, instant, kind, entry and
/// payload, one to a line. No part holds a line break, so one text has one reading.
fn digest(row: &ledger_event::Model) -> Vec<u8> {
    let entry = row.entry_id.map(|it| it.to_string()).unwrap_or_default();
    let text = [
        &row.organization_id.to_string(),
        &row.sequence.to_string(),
        &instant(row.recorded_at),
        &row.kind,
        &entry,
        &row.payload,
    ]
    .map(String::as_str)
    .join("\n");
    let mut bytes = row.previous_hash.clone();
    bytes.extend_from_slice(text.as_bytes());
    sha256(&bytes)
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
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

/// Appends events to a chain that is held, in the order given.
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
            .map(|it| chain.link(recorded_at, it).into_active_model())
            .collect();
        ledger_event::Entity::insert_many(rows)
            .exec_without_returning(&**tx)
            .await?;
    }
    ledger_head::Entity::update_many()
        .col_expr(ledger_head::Column::Sequence, Expr::value(chain.sequence))
        .col_expr(ledger_head::Column::Hash, Expr::value(chain.hash.clone()))
        .filter(ledger_head::Column::OrganizationId.eq(chain.organization))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Those of some entries that a user wrote or changed, by the ledger.
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
        .filter(
            ledger_event::Column::Kind
                .is_in([EventKind::Created, EventKind::Changed].map(EventKind::word)),
        )
        // The first member of the canonical text.
        .filter(ledger_event::Column::Payload.starts_with(format!("{{\"actor\":\"{user}\"")))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(found.into_iter().flatten().collect())
}

/// What a check of a chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every event follows the one before it, and the head is the last.
    Whole {
        /// Number of the last event.
        sequence: i64,
        /// Its hash.
        hash: Vec<u8>,
    },
    /// The chain is broken.
    Broken {
        /// Number of the first event that does not fit.
        sequence: i64,
        /// What does not fit.
        fault: Fault,
    },
}

/// What does not fit in a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// An event is missing before it.
    Gap,
    /// It does not name the hash of the event before it.
    Link,
    /// Its content is not what its hash was made of.
    Content,
    /// The head does not name the last event.
    Head,
}

/// Recomputes the chain of an organization, a few thousand events at a time.
///
/// # Errors
/// [`DbErr`].
pub async fn verify(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Result<Verdict, DbErr> {
    let mut chain = Chain::begin(organization);
    loop {
        let rows = ledger_event::Entity::find()
            .filter(ledger_event::Column::OrganizationId.eq(organization))
            .filter(ledger_event::Column::Sequence.gt(chain.sequence))
            .order_by_asc(ledger_event::Column::Sequence)
            .limit(u64::try_from(CHUNK).unwrap_or(u64::MAX))
            .all(conn)
            .await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            if let Some(fault) = misfit(&chain, &row) {
                return Ok(Verdict::Broken {
                    sequence: row.sequence,
                    fault,
                });
            }
            chain.sequence = row.sequence;
            chain.hash = row.hash;
        }
    }
    let head = ledger_head::Entity::find_by_id(organization)
        .one(conn)
        .await?;
    let named = head.is_some_and(|it| it == chain.head());
    if named || chain.sequence == 0 {
        Ok(Verdict::Whole {
            sequence: chain.sequence,
            hash: chain.hash,
        })
    } else {
        Ok(Verdict::Broken {
            sequence: chain.sequence,
            fault: Fault::Head,
        })
    }
}

fn misfit(chain: &Chain, row: &ledger_event::Model) -> Option<Fault> {
    if row.sequence != chain.sequence.saturating_add(1) {
        Some(Fault::Gap)
    } else if row.previous_hash != chain.hash {
        Some(Fault::Link)
    } else if row.hash != digest(row) {
        Some(Fault::Content)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use chrono::Utc;
    use entity::ids::EntryId;
    use entity::ids::OrganizationId;
    use entity::ledger_event;
    use uuid::Uuid;

    use super::Chain;
    use super::Event;
    use super::EventKind;
    use super::Fault;
    use super::misfit;

    const ORGANIZATION: OrganizationId = OrganizationId(Uuid::from_u128(1));

    fn now() -> DateTime<Utc> {
        "2026-11-02T09:00:00.123456Z".parse().unwrap()
    }

    fn event(number: u128) -> Event {
        Event {
            kind: EventKind::Created,
            entry: EntryId(Uuid::from_u128(number)),
            payload: format!("{{\"minutes\":{number}}}"),
        }
    }

    fn three() -> (Chain, Vec<ledger_event::Model>) {
        let mut chain = Chain::begin(ORGANIZATION);
        let rows = (1..=3).map(|it| chain.link(now(), &event(it))).collect();
        (chain, rows)
    }

    fn first_misfit(rows: &[ledger_event::Model]) -> Option<(i64, Fault)> {
        let mut chain = Chain::begin(ORGANIZATION);
        rows.iter().find_map(|row| {
            let found = misfit(&chain, row).map(|it| (row.sequence, it));
            chain.sequence = row.sequence;
            chain.hash.clone_from(&row.hash);
            found
        })
    }

    #[test]
    fn events_are_numbered_without_a_gap_and_name_the_one_before() {
        let (chain, rows) = three();

        assert_eq!(
            rows.iter().map(|it| it.sequence).collect::<Vec<_>>(),
            [1, 2, 3]
        );
        assert!(rows.windows(2).all(|it| it[1].previous_hash == it[0].hash));
        assert_eq!(chain.head().hash, rows[2].hash);
        assert_eq!(first_misfit(&rows), None);
    }

    #[test]
    fn every_part_of_an_event_is_bound() {
        let changes: [fn(&mut ledger_event::Model); 6] = [
            |it| it.payload = it.payload.replace('2', "9"),
            |it| it.kind = "ENTRY_APPROVED".to_owned(),
            |it| it.entry_id = None,
            |it| it.recorded_at += chrono::TimeDelta::microseconds(1),
            |it| it.organization_id = OrganizationId(Uuid::from_u128(2)),
            |it| it.hash[0] ^= 1,
        ];
        for change in changes {
            let (_, mut rows) = three();
            change(&mut rows[1]);
            assert_eq!(first_misfit(&rows), Some((2, Fault::Content)));
        }
    }

    #[test]
    fn what_is_left_out_or_put_elsewhere_shows() {
        let (_, mut rows) = three();
        rows.remove(1);
        assert_eq!(first_misfit(&rows), Some((3, Fault::Gap)));

        let (_, mut rows) = three();
        rows[1].previous_hash = vec![0; 32];
        assert_eq!(first_misfit(&rows), Some((2, Fault::Link)));
    }
}
