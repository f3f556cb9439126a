//! Statements about attendance.
//!
//! Nothing is decided here; pages are in `lists`.

use chrono::DateTime;
use chrono::Utc;
use entity::activity;
use entity::attendance;
use entity::hour_entry;
use entity::ids::AttendanceId;
use entity::ids::EntryId;
use entity::ids::ShiftId;
use entity::ids::SignupId;
use entity::ids::VolunteerId;
use entity::shift;
use entity::signup;
use entity::types::AttendanceMode;
use entity::types::AttendanceStatus;
use entity::types::EntryStatus;
use entity::types::PlanStatus;
use entity::types::SignupStatus;
use entity::volunteer;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::FromQueryResult;
use sea_orm::IntoActiveModel;
use sea_orm::Iterable;
use sea_orm::JoinType;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;
use sea_orm::sea_query::OnConflict;

use crate::activities::store::note_shifts;
use crate::activities::store::note_signups;
use crate::identity::Scope;
use crate::platform::db::Tx;

/// Values of one statement, below what either database takes.
const VALUES: usize = 10_000;
/// Rows of one statement: twenty-one values each.
const ROWS: usize = 500;

/// Attendances by id.
///
/// # Errors
/// [`DbErr`].
pub async fn by_ids(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    ids: &[AttendanceId],
) -> Result<Vec<attendance::Model>, DbErr> {
    let mut found = Vec::new();
    for ids in ids.chunks(VALUES) {
        let rows = attendance::Entity::find()
            .filter(attendance::Column::Id.is_in(ids.iter().copied()))
            .filter(scope.attendances())
            .all(conn)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// The attendances of some records in some shifts.
///
/// # Errors
/// [`DbErr`].
pub async fn of_records(
    conn: &impl ConnectionTrait,
    shifts: &[ShiftId],
    records: &[VolunteerId],
) -> Result<Vec<attendance::Model>, DbErr> {
    let mut found = Vec::new();
    for records in records.chunks(VALUES) {
        let rows = attendance::Entity::find()
            .filter(attendance::Column::ShiftId.is_in(shifts.iter().copied()))
            .filter(attendance::Column::VolunteerId.is_in(records.iter().copied()))
            .all(conn)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// The sign-ups with a place, or that had one, of some records for some shifts.
///
/// # Errors
/// [`DbErr`].
pub async fn places(
    tx: &Tx,
    shifts: &[ShiftId],
    records: &[VolunteerId],
) -> Result<Vec<signup::Model>, DbErr> {
    let mut found = Vec::new();
    for records in records.chunks(VALUES) {
        let rows = signup::Entity::find()
            .filter(signup::Column::ShiftId.is_in(shifts.iter().copied()))
            .filter(signup::Column::VolunteerId.is_in(records.iter().copied()))
            .filter(signup::Column::Status.is_in([
                SignupStatus::Confirmed,
                SignupStatus::Attended,
                SignupStatus::NoShow,
            ]))
            .all(&**tx)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// Which of some entries stand: neither rejected nor voided nor gone.
///
/// # Errors
/// [`DbErr`].
pub async fn standing(tx: &Tx, entries: &[EntryId]) -> Result<Vec<EntryId>, DbErr> {
    let mut found = Vec::new();
    for entries in entries.chunks(VALUES) {
        let rows: Vec<EntryId> = hour_entry::Entity::find()
            .select_only()
            .column(hour_entry::Column::Id)
            .filter(hour_entry::Column::Id.is_in(entries.iter().copied()))
            .filter(
                hour_entry::Column::Status.is_not_in([EntryStatus::Rejected, EntryStatus::Voided]),
            )
            .into_tuple()
            .all(&**tx)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// Those of a shift who came and have not left, and those who have a place and were not seen.
///
/// # Errors
/// [`DbErr`].
pub async fn expected(tx: &Tx, shift: ShiftId) -> Result<Vec<VolunteerId>, DbErr> {
    let mut found: Vec<VolunteerId> = attendance::Entity::find()
        .select_only()
        .column(attendance::Column::VolunteerId)
        .filter(attendance::Column::ShiftId.eq(shift))
        .filter(attendance::Column::Status.eq(AttendanceStatus::Present))
        .order_by_asc(attendance::Column::Id)
        .into_tuple()
        .all(&**tx)
        .await?;
    let seated: Vec<VolunteerId> = signup::Entity::find()
        .select_only()
        .column(signup::Column::VolunteerId)
        .filter(signup::Column::ShiftId.eq(shift))
        .filter(signup::Column::Status.eq(SignupStatus::Confirmed))
        .order_by_asc(signup::Column::Id)
        .into_tuple()
        .all(&**tx)
        .await?;
    found.extend(seated);
    Ok(found)
}

/// Whether anybody was seen in a shift.
///
/// # Errors
/// [`DbErr`].
pub async fn anybody(tx: &Tx, shift: ShiftId) -> Result<bool, DbErr> {
    let one = attendance::Entity::find()
        .filter(attendance::Column::ShiftId.eq(shift))
        .filter(attendance::Column::Status.ne(AttendanceStatus::NoShow))
        .limit(1)
        .one(&**tx)
        .await?;
    Ok(one.is_some())
}

/// A shift that is over and was not closed.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct Ended {
    /// The shift.
    pub id: ShiftId,
    /// When it ended.
    pub ends_at: DateTime<Utc>,
    /// How its minutes are measured.
    pub attendance_mode: AttendanceMode,
    /// How long people may still check out.
    pub close_after_minutes: i32,
}

/// Shifts that are over and were not closed, those that ended first; after one of them where given.
/// Whether each is due is for the rules: the two databases add minutes to instants differently.
///
/// # Errors
/// [`DbErr`].
pub async fn ended(
    conn: &impl ConnectionTrait,
    now: DateTime<Utc>,
    after: Option<(DateTime<Utc>, ShiftId)>,
    limit: u64,
) -> Result<Vec<Ended>, DbErr> {
    shift::Entity::find()
        .select_only()
        .column(shift::Column::Id)
        .column(shift::Column::EndsAt)
        .column(activity::Column::AttendanceMode)
        .column(activity::Column::CloseAfterMinutes)
        .join(
            JoinType::InnerJoin,
            shift::Entity::belongs_to(activity::Entity)
                .from(shift::Column::ActivityId)
                .to(activity::Column::Id)
                .into(),
        )
        .filter(shift::Column::AttendanceClosedAt.is_null())
        .filter(shift::Column::Status.eq(PlanStatus::Planned))
        .filter(shift::Column::EndsAt.lte(now))
        .apply_if(after, |it, (end, id)| {
            it.filter(
                Expr::tuple([
                    Expr::col(shift::Column::EndsAt.as_column_ref()),
                    Expr::col(shift::Column::Id.as_column_ref()),
                ])
                .gt(Expr::tuple([Expr::value(end), Expr::value(id)])),
            )
        })
        .order_by_asc(shift::Column::EndsAt)
        .order_by_asc(shift::Column::Id)
        .limit(limit)
        .into_model()
        .all(conn)
        .await
}

/// Writes attendances, new ones and old ones.
///
/// # Errors
/// [`DbErr`].
pub async fn put(tx: &Tx, rows: &[attendance::Model]) -> Result<(), DbErr> {
    let kept = [
        attendance::Column::Id,
        attendance::Column::OrganizationId,
        attendance::Column::ShiftId,
        attendance::Column::VolunteerId,
        attendance::Column::CreatedAt,
    ];
    let changing = attendance::Column::iter().filter(|it| {
        kept.iter()
            .all(|kept| std::mem::discriminant(kept) != std::mem::discriminant(it))
    });
    let changing: Vec<attendance::Column> = changing.collect();
    for chunk in rows.chunks(ROWS) {
        let rows = chunk.iter().cloned().map(|it| it.into_active_model());
        attendance::Entity::insert_many(rows)
            .on_conflict(
                OnConflict::column(attendance::Column::Id)
                    .update_columns(changing.clone())
                    .to_owned(),
            )
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

/// Says of sign-ups what attendance showed.
///
/// # Errors
/// [`DbErr`].
pub async fn stamp_signups(
    tx: &Tx,
    signups: &[signup::Model],
    status: SignupStatus,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    let ids: Vec<SignupId> = signups.iter().map(|it| it.id).collect();
    for ids in ids.chunks(VALUES) {
        signup::Entity::update_many()
            .col_expr(signup::Column::Status, Expr::value(status))
            .col_expr(signup::Column::UpdatedAt, Expr::value(at))
            .col_expr(
                signup::Column::Version,
                Expr::col(signup::Column::Version).add(1),
            )
            .filter(signup::Column::Id.is_in(ids.iter().copied()))
            .exec(&**tx)
            .await?;
    }
    note_signups(tx, signups, at);
    Ok(())
}

/// Closes the attendance of a shift.
///
/// # Errors
/// [`DbErr`].
pub async fn close(tx: &Tx, shift: &shift::Model, at: DateTime<Utc>) -> Result<(), DbErr> {
    shift::Entity::update_many()
        .col_expr(shift::Column::AttendanceClosedAt, Expr::value(at))
        .filter(shift::Column::Id.eq(shift.id))
        .exec(&**tx)
        .await?;
    note_shifts(tx, std::slice::from_ref(shift), |_| at);
    Ok(())
}

/// All attendances of a record, in the order of ids.
///
/// # Errors
/// [`DbErr`].
pub async fn of_record(tx: &Tx, record: VolunteerId) -> Result<Vec<attendance::Model>, DbErr> {
    attendance::Entity::find()
        .filter(attendance::Column::VolunteerId.eq(record))
        .order_by_asc(attendance::Column::Id)
        .all(&**tx)
        .await
}

/// Lets go of the remarks of attendances.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_reasons(tx: &Tx, ids: &[AttendanceId], at: DateTime<Utc>) -> Result<(), DbErr> {
    for ids in ids.chunks(VALUES) {
        attendance::Entity::update_many()
            .col_expr(attendance::Column::Reason, Expr::value(None::<String>))
            .col_expr(attendance::Column::UpdatedAt, Expr::value(at))
            .col_expr(
                attendance::Column::Version,
                Expr::col(attendance::Column::Version).add(1),
            )
            .filter(attendance::Column::Id.is_in(ids.iter().copied()))
            .exec(&**tx)
            .await?;
    }
    Ok(())
}

/// Gives attendances to another record of the person.
///
/// # Errors
/// [`DbErr`].
pub async fn give(
    tx: &Tx,
    ids: &[AttendanceId],
    to: &volunteer::Model,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    for ids in ids.chunks(VALUES) {
        attendance::Entity::update_many()
            .col_expr(attendance::Column::VolunteerId, Expr::value(to.id))
            .col_expr(attendance::Column::PersonId, Expr::value(to.person_id))
            .col_expr(attendance::Column::UpdatedAt, Expr::value(at))
            .col_expr(
                attendance::Column::Version,
                Expr::col(attendance::Column::Version).add(1),
            )
            .filter(attendance::Column::Id.is_in(ids.iter().copied()))
            .exec(&**tx)
            .await?;
    }
    Ok(())
}
