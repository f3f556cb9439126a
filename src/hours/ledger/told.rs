//! The events of a chain after a position, as other systems are told of them.
//!
//! Nothing of a person but keys; in which words and to whom is decided elsewhere.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::ids::AmendmentId;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::VolunteerId;
use entity::ledger_event;
use entity::ledger_head;
use entity::types::EntryKind;
use entity::types::EntryStatus;
use entity::types::EvidenceLevel;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;

use crate::hours::ledger::event::EventKind;
use crate::hours::ledger::event::Payload;

/// Something that happened to an entry, and how the entry stood after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Number in its chain.
    pub sequence: i64,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// What happened; `None` for what a later release records.
    pub kind: Option<EventKind>,
    /// To which entry.
    pub entry: EntryId,
    /// Its project.
    pub project: ProjectId,
    /// Who worked; `None` for a group.
    pub volunteer: Option<VolunteerId>,
    /// Its state.
    pub status: EntryStatus,
    /// How its time was told.
    pub entry_kind: EntryKind,
    /// What showed it.
    pub evidence: EvidenceLevel,
    /// Its first civil day.
    pub worked_on: NaiveDate,
    /// Minutes of each person.
    pub minutes: i32,
    /// Minutes of all its people together.
    pub total_minutes: i32,
    /// 1 unless a group.
    pub headcount: i32,
    /// Counts its changes.
    pub version: i32,
    /// The correction that it was about.
    pub amendment: Option<AmendmentId>,
}

/// The events of a chain after a position, in order, and the number of the last of them.
///
/// # Errors
/// [`DbErr`]; of an event that cannot be read its number.
pub async fn told_after(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    position: i64,
    limit: u64,
) -> Result<(Vec<Told>, i64), DbErr> {
    let rows = ledger_event::Entity::find()
        .filter(ledger_event::Column::OrganizationId.eq(organization))
        .filter(ledger_event::Column::Sequence.gt(position))
        .order_by_asc(ledger_event::Column::Sequence)
        .limit(limit)
        .all(conn)
        .await?;
    let reached = rows.last().map_or(position, |it| it.sequence);
    let told = rows.into_iter().filter_map(read);
    Ok((told.collect::<Result<_, _>>()?, reached))
}

fn read(row: ledger_event::Model) -> Option<Result<Told, DbErr>> {
    let entry = row.entry_id?;
    let unread = |cause| DbErr::Custom(format!("event {} of a ledger: {cause}", row.sequence));
    let payload: Payload = match serde_json::from_str(&row.payload) {
        Ok(payload) => payload,
        Err(cause) => return Some(Err(unread(cause))),
    };
    Some(Ok(Told {
        sequence: row.sequence,
        at: row.recorded_at,
        kind: EventKind::of_word(&row.kind),
        entry,
        project: ProjectId(payload.project),
        volunteer: payload.volunteer.map(VolunteerId),
        status: payload.status,
        entry_kind: payload.kind,
        evidence: payload.evidence,
        worked_on: payload.worked_on,
        minutes: payload.minutes,
        total_minutes: payload.total_minutes,
        headcount: payload.headcount,
        version: payload.version,
        amendment: payload.amendment.map(AmendmentId),
    }))
}

/// Number of the last event of a chain; 0 before the first.
///
/// # Errors
/// [`DbErr`].
pub async fn last(conn: &impl ConnectionTrait, organization: OrganizationId) -> Result<i64, DbErr> {
    let head = ledger_head::Entity::find_by_id(organization)
        .one(conn)
        .await?;
    Ok(head.map_or(0, |it| it.sequence))
}
