//! Statements that write shifts and sign-ups.
//!
//! Nothing is decided here; what is read and held is in `store`.

use chrono::DateTime;
use chrono::Utc;
use entity::ids::ShiftId;
use entity::ids::SignupId;
use entity::shift;
use entity::signup;
use entity::types::PlanStatus;
use entity::types::SignupStatus;
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::NotSet;
use sea_orm::ColumnTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::QueryFilter;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;

use crate::activities::store::LIVE;
use crate::activities::store::VALUES;
use crate::platform::db::Tx;

/// Rows of one insert.
const ROWS: usize = 500;

/// Writes new shifts. Their counts begin at zero and are kept by the database.
///
/// # Errors
/// [`DbErr`].
pub async fn insert_shifts(tx: &Tx, shifts: &[shift::Model]) -> Result<(), DbErr> {
    for chunk in shifts.chunks(ROWS) {
        let rows = chunk
            .iter()
            .cloned()
            .map(IntoActiveModel::into_active_model);
        shift::Entity::insert_many(rows)
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

/// Replaces a shift, its counts excepted: those are the database's.
///
/// # Errors
/// [`DbErr`]; `shift_capacity` where more places are taken than the capacity has.
pub async fn replace_shift(tx: &Tx, shift: &shift::Model) -> Result<(), DbErr> {
    let mut row = shift.clone().into_active_model().reset_all();
    row.confirmed_count = NotSet;
    row.waitlisted_count = NotSet;
    shift::Entity::update(row).exec(&**tx).await?;
    Ok(())
}

/// Cancels shifts.
///
/// # Errors
/// [`DbErr`].
pub async fn cancel_shifts(
    tx: &Tx,
    ids: &[ShiftId],
    reason: &str,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    for ids in ids.chunks(VALUES) {
        shift::Entity::update_many()
            .col_expr(shift::Column::Status, Expr::value(PlanStatus::Cancelled))
            .col_expr(shift::Column::CancelReason, Expr::value(reason))
            .col_expr(shift::Column::CancelledAt, Expr::value(at))
            .col_expr(shift::Column::UpdatedAt, Expr::value(at))
            .col_expr(
                shift::Column::Version,
                Expr::col(shift::Column::Version).add(1),
            )
            .filter(shift::Column::Id.is_in(ids.iter().copied()))
            .exec(&**tx)
            .await?;
    }
    Ok(())
}

/// Takes sign-ups back.
///
/// # Errors
/// [`DbErr`].
pub async fn cancel_signups(
    tx: &Tx,
    ids: &[SignupId],
    reason: Option<&str>,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    for ids in ids.chunks(VALUES) {
        signup::Entity::update_many()
            .col_expr(signup::Column::Status, Expr::value(SignupStatus::Cancelled))
            .col_expr(signup::Column::CancelReason, Expr::value(reason))
            .col_expr(signup::Column::CancelledAt, Expr::value(at))
            .col_expr(signup::Column::UpdatedAt, Expr::value(at))
            .col_expr(
                signup::Column::Version,
                Expr::col(signup::Column::Version).add(1),
            )
            .filter(signup::Column::Id.is_in(ids.iter().copied()))
            .exec(&**tx)
            .await?;
    }
    Ok(())
}

/// Gives places to waiting sign-ups.
///
/// # Errors
/// [`DbErr`]; `shift_capacity` and `signup_overlap` where no place may be given.
pub async fn confirm(tx: &Tx, ids: &[SignupId], at: DateTime<Utc>) -> Result<(), DbErr> {
    for ids in ids.chunks(VALUES) {
        signup::Entity::update_many()
            .col_expr(signup::Column::Status, Expr::value(SignupStatus::Confirmed))
            .col_expr(signup::Column::ConfirmedAt, Expr::value(at))
            .col_expr(signup::Column::UpdatedAt, Expr::value(at))
            .col_expr(
                signup::Column::Version,
                Expr::col(signup::Column::Version).add(1),
            )
            .filter(signup::Column::Id.is_in(ids.iter().copied()))
            .exec(&**tx)
            .await?;
    }
    Ok(())
}

/// Moves the live sign-ups of a shift to its new times.
///
/// # Errors
/// [`DbErr`]; `signup_overlap` where somebody has a place elsewhere then.
pub async fn move_signups(tx: &Tx, shift: &shift::Model) -> Result<(), DbErr> {
    signup::Entity::update_many()
        .col_expr(signup::Column::StartsAt, Expr::value(shift.starts_at))
        .col_expr(signup::Column::EndsAt, Expr::value(shift.ends_at))
        .filter(signup::Column::ShiftId.eq(shift.id))
        .filter(signup::Column::Status.is_in(LIVE))
        .exec(&**tx)
        .await?;
    Ok(())
}
