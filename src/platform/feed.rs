//! What changed, in an order that a cursor neither misses nor repeats.
//!
//! One row for each record and audience, moved to the end whenever the record changes: the feed
//! never outgrows the data, and what was deleted stays as a mark. Changes are noted as they happen and
//! written at the commit, which holds the heads of the organizations for that moment alone: numbers
//! become visible in their order, and nobody waits for anything else while they hold a head. Who may
//! read what is decided by the readers.

use std::collections::BTreeMap;
use std::collections::HashMap;

use chrono::DateTime;
use chrono::Utc;
use entity::feed;
use entity::ids::OrganizationId;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbBackend;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::Statement;
use sea_orm::sea_query::OnConflict;
use uuid::Uuid;

use crate::platform::db::Tx;
use crate::platform::wake::CHANNEL;

/// Rows of one statement: seven values each, below what either database takes.
const CHUNK: usize = 3_000;

/// What kind of record changed. Words of stored rows: never renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The organization itself.
    Organization,
    /// Somebody's role in it.
    Membership,
    /// A volunteer's record.
    Volunteer,
    /// A project.
    Project,
    /// A month.
    ReportingPeriod,
    /// An hour entry.
    HourEntry,
    /// What is known of a volunteer's presence in a shift.
    Attendance,
    /// A timer.
    Timer,
    /// What volunteers do within a project.
    Activity,
    /// A time at which they do it.
    Shift,
    /// A volunteer's place in a shift, or in its waiting list.
    Signup,
    /// What a user is told.
    Notification,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::Organization,
        Self::Membership,
        Self::Volunteer,
        Self::Project,
        Self::ReportingPeriod,
        Self::HourEntry,
        Self::Attendance,
        Self::Timer,
        Self::Activity,
        Self::Shift,
        Self::Signup,
        Self::Notification,
    ];

    /// Those that concern everybody who belongs to an organization.
    pub const OF_MEMBERS: [Self; 5] = [
        Self::Organization,
        Self::Project,
        Self::ReportingPeriod,
        Self::Activity,
        Self::Shift,
    ];

    /// The stored word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Organization => "ORGANIZATION",
            Self::Membership => "MEMBERSHIP",
            Self::Volunteer => "VOLUNTEER",
            Self::Project => "PROJECT",
            Self::ReportingPeriod => "REPORTING_PERIOD",
            Self::HourEntry => "HOUR_ENTRY",
            Self::Attendance => "ATTENDANCE",
            Self::Timer => "TIMER",
            Self::Activity => "ACTIVITY",
            Self::Shift => "SHIFT",
            Self::Signup => "SIGNUP",
            Self::Notification => "NOTIFICATION",
        }
    }

    /// The kind of a stored word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// A record that changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its kind.
    pub kind: Kind,
    /// The record.
    pub record: Uuid,
    /// The volunteer or user whom it concerns; `None` when it concerns the whole organization.
    pub audience: Option<Uuid>,
    /// Whether it is gone for this audience.
    pub removed: bool,
}

impl Change {
    /// A record as it is now, for those whom it concerns.
    #[must_use]
    pub fn of(kind: Kind, record: Uuid, audience: Option<Uuid>) -> Self {
        Self {
            kind,
            record,
            audience,
            removed: false,
        }
    }
}

/// A change that a transaction has noted, of which organization, and when.
#[derive(Clone, Copy, Debug)]
pub struct Noted {
    organization: OrganizationId,
    change: Change,
    at: DateTime<Utc>,
}

/// Notes changes of an organization, in the transaction of the changes: they are written at its
/// commit.
pub fn append(
    tx: &Tx,
    organization: OrganizationId,
    now: DateTime<Utc>,
    changes: impl IntoIterator<Item = Change>,
) {
    let noted = changes.into_iter().map(|change| Noted {
        organization,
        change,
        at: now,
    });
    tx.noted(|all| all.extend(noted));
}

/// Notes that records went over from one audience to another. Whoever follows both loses them first
/// and has them again.
pub fn hand_over(
    tx: &Tx,
    organization: OrganizationId,
    now: DateTime<Utc>,
    (kind, records): (Kind, &[Uuid]),
    (from, to): (Uuid, Uuid),
) {
    for (audience, removed) in [(from, true), (to, false)] {
        let changes = records.iter().map(|record| Change {
            kind,
            record: *record,
            audience: Some(audience),
            removed,
        });
        append(tx, organization, now, changes);
    }
}

/// How far a transaction has noted changes, for [`forget`].
#[must_use]
pub fn place(tx: &Tx) -> usize {
    tx.noted(|all| all.len())
}

/// Takes back what was noted after a place, with the savepoint that was taken there.
pub fn forget(tx: &Tx, place: usize) {
    tx.noted(|all| all.truncate(place));
}

/// Writes what was noted, organization by organization in the order of their ids: everybody queues in
/// the same order. Changes keep the order in which they were noted; a record that was noted twice has
/// one row, and the last word counts.
///
/// # Errors
/// [`DbErr`].
pub(super) async fn write(tx: &Tx, noted: Vec<Noted>) -> Result<(), DbErr> {
    let mut organizations: BTreeMap<OrganizationId, HashMap<_, (usize, Noted)>> = BTreeMap::new();
    for (place, it) in noted.into_iter().enumerate() {
        let change = it.change;
        let audience = change.audience.unwrap_or(Uuid::nil());
        let rows = organizations.entry(it.organization).or_default();
        rows.insert((change.kind, change.record, audience), (place, it));
    }
    for (organization, rows) in organizations {
        let mut rows: Vec<_> = rows.into_iter().collect();
        rows.sort_unstable_by_key(|(_, (place, _))| *place);
        let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        let end = advance(tx, organization, count).await?;
        let rows: Vec<_> = rows
            .into_iter()
            .zip(end - count + 1..)
            .map(|(((kind, record_id, audience), (_, noted)), sequence)| {
                feed::Model {
                    organization_id: organization,
                    kind: kind.word().to_owned(),
                    record_id,
                    audience,
                    sequence,
                    changed_at: noted.at,
                    removed: noted.change.removed,
                }
                .into_active_model()
            })
            .collect();
        for chunk in rows.chunks(CHUNK) {
            feed::Entity::insert_many(chunk.to_vec())
                .on_conflict(
                    OnConflict::columns([
                        feed::Column::OrganizationId,
                        feed::Column::Kind,
                        feed::Column::RecordId,
                        feed::Column::Audience,
                    ])
                    .update_columns([
                        feed::Column::Sequence,
                        feed::Column::ChangedAt,
                        feed::Column::Removed,
                    ])
                    .to_owned(),
                )
                .exec_without_returning(&**tx)
                .await?;
        }
    }
    Ok(())
}

/// Moves the head of an organization on and holds it until the transaction ends: its new number.
async fn advance(tx: &Tx, organization: OrganizationId, by: i64) -> Result<i64, DbErr> {
    let moved = "insert into feed_head (organization_id, sequence) values ($1, $2) \
         on conflict (organization_id) do update \
         set sequence = feed_head.sequence + excluded.sequence returning organization_id, sequence";
    let text = match tx.get_database_backend() {
        // Sent at the commit, once for each organization of a transaction.
        DbBackend::Postgres => format!(
            "with moved as ({moved}) select sequence, \
             cast(pg_notify('{CHANNEL}', cast(organization_id as text)) as text) from moved"
        ),
        _ => moved.to_owned(),
    };
    tx.touch(organization);
    let statement = Statement::from_sql_and_values(
        tx.get_database_backend(),
        text,
        [organization.0.into(), by.into()],
    );
    let row = tx
        .query_one_raw(statement)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("feed_head".to_owned()))?;
    row.try_get("", "sequence")
}

/// The number of the last change of an organization; 0 before the first.
///
/// # Errors
/// [`DbErr`].
pub async fn head(conn: &impl ConnectionTrait, organization: OrganizationId) -> Result<i64, DbErr> {
    let statement = Statement::from_sql_and_values(
        conn.get_database_backend(),
        "select sequence from feed_head where organization_id = $1",
        [organization.0.into()],
    );
    match conn.query_one_raw(statement).await? {
        Some(row) => row.try_get("", "sequence"),
        None => Ok(0),
    }
}

/// Changes of an organization after a number, in their order.
///
/// # Errors
/// [`DbErr`].
pub async fn after(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    sequence: i64,
    limit: u64,
) -> Result<Vec<feed::Model>, DbErr> {
    feed::Entity::find()
        .filter(feed::Column::OrganizationId.eq(organization))
        .filter(feed::Column::Sequence.gt(sequence))
        .order_by_asc(feed::Column::Sequence)
        .limit(limit)
        .all(conn)
        .await
}

/// Puts every record into the feed as if it had last changed when it did: for data that were written
/// past it, all at once, into an empty database.
///
/// # Errors
/// [`DbErr`].
pub async fn fill(tx: &Tx) -> Result<(), DbErr> {
    let (nobody, no) = match tx.get_database_backend() {
        DbBackend::Postgres => ("'00000000-0000-0000-0000-000000000000'::uuid", "false"),
        _ => ("x'00000000000000000000000000000000'", "0"),
    };
    let at = "updated_at";
    let known = [
        (Kind::Organization, "organization", "id", nobody, at),
        (Kind::Project, "project", "organization_id", nobody, at),
        (Kind::Volunteer, "volunteer", "organization_id", "id", at),
        (
            Kind::Membership,
            "membership",
            "organization_id",
            nobody,
            at,
        ),
        (
            Kind::ReportingPeriod,
            "reporting_period",
            "organization_id",
            nobody,
            at,
        ),
        (
            Kind::HourEntry,
            "hour_entry",
            "organization_id",
            "volunteer_id",
            at,
        ),
        (Kind::Timer, "timer", "organization_id", "volunteer_id", at),
        (Kind::Activity, "activity", "organization_id", nobody, at),
        (Kind::Shift, "shift", "organization_id", nobody, at),
        (
            Kind::Signup,
            "signup",
            "organization_id",
            "volunteer_id",
            at,
        ),
        (
            Kind::Attendance,
            "attendance",
            "organization_id",
            "volunteer_id",
            at,
        ),
        (
            Kind::Notification,
            "notification",
            "organization_id",
            "user_id",
            "coalesce(read_at, created_at)",
        ),
    ]
    .map(|(kind, table, organization, audience, at)| {
        let kind = kind.word();
        // What is told by no organization is in no organization's feed.
        format!(
            "select {organization} as organization_id, '{kind}' as kind, id as record_id, \
             coalesce({audience}, {nobody}) as audience, {at} as changed_at from {table} \
             where {organization} is not null"
        )
    })
    .join(" union all ");
    tx.execute_unprepared("delete from feed").await?;
    tx.execute_unprepared(&format!(
        "insert into feed \
         (organization_id, kind, record_id, audience, sequence, changed_at, removed) \
         select organization_id, kind, record_id, audience, row_number() over \
         (partition by organization_id order by changed_at, record_id), changed_at, {no} \
         from ({known}) known"
    ))
    .await?;
    tx.execute_unprepared("delete from feed_head").await?;
    tx.execute_unprepared(
        "insert into feed_head (organization_id, sequence) \
         select organization_id, max(sequence) from feed group by organization_id",
    )
    .await?;
    Ok(())
}
