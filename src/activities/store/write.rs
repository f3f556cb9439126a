//! Statements that write shifts and sign-ups.
//!
//! Nothing is decided here; what is read and held is in `store`. Each statement notes what it changes
//! for the devices that were away: a sign-up also changes the counts of its shift.

use chrono::DateTime;
use chrono::Utc;
use entity::ids::ShiftId;
use entity::ids::SignupId;
use entity::shift;
use entity::signup;
use entity::types::PlanStatus;
use entity::types::SignupStatus;
use entity::volunteer;
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
use crate::platform::feed;
use crate::platform::feed::Kind;

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
    note_shifts(tx, shifts, |it| it.created_at);
    Ok(())
}

/// Writes a new sign-up.
///
/// # Errors
/// [`DbErr`]; `signup_once` and `signup_overlap` where the person has a place already.
pub async fn insert_signup(tx: &Tx, signup: &signup::Model) -> Result<(), DbErr> {
    signup::Entity::insert(signup.clone().into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    note_signups(tx, std::slice::from_ref(signup), signup.created_at);
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
    note_shifts(tx, std::slice::from_ref(shift), |it| it.updated_at);
    Ok(())
}

/// Cancels shifts.
///
/// # Errors
/// [`DbErr`].
pub async fn cancel_shifts(
    tx: &Tx,
    shifts: &[shift::Model],
    reason: &str,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    let ids: Vec<ShiftId> = shifts.iter().map(|it| it.id).collect();
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
    note_shifts(tx, shifts, |_| at);
    Ok(())
}

/// Takes sign-ups back.
///
/// # Errors
/// [`DbErr`].
pub async fn cancel_signups(
    tx: &Tx,
    signups: &[signup::Model],
    reason: Option<&str>,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    let ids: Vec<SignupId> = signups.iter().map(|it| it.id).collect();
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
    note_signups(tx, signups, at);
    Ok(())
}

/// Gives places to waiting sign-ups.
///
/// # Errors
/// [`DbErr`]; `shift_capacity` and `signup_overlap` where no place may be given.
pub async fn confirm(tx: &Tx, signups: &[signup::Model], at: DateTime<Utc>) -> Result<(), DbErr> {
    let ids: Vec<SignupId> = signups.iter().map(|it| it.id).collect();
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
    note_signups(tx, signups, at);
    Ok(())
}

/// Moves the live sign-ups of a shift, which are given, to its new times.
///
/// # Errors
/// [`DbErr`]; `signup_overlap` where somebody has a place elsewhere then.
pub async fn move_signups(
    tx: &Tx,
    shift: &shift::Model,
    signups: &[signup::Model],
) -> Result<(), DbErr> {
    signup::Entity::update_many()
        .col_expr(signup::Column::StartsAt, Expr::value(shift.starts_at))
        .col_expr(signup::Column::EndsAt, Expr::value(shift.ends_at))
        .filter(signup::Column::ShiftId.eq(shift.id))
        .filter(signup::Column::Status.is_in(LIVE))
        .exec(&**tx)
        .await?;
    note_signups(tx, signups, shift.updated_at);
    Ok(())
}

/// Notes that shifts have changed.
pub fn note_shifts(tx: &Tx, shifts: &[shift::Model], at: impl Fn(&shift::Model) -> DateTime<Utc>) {
    for it in shifts {
        let change = feed::Change::of(Kind::Shift, it.id.0, None);
        feed::append(tx, it.organization_id, at(it), [change]);
    }
}

/// Notes that sign-ups have changed, and with them the counts of their shifts.
pub fn note_signups(tx: &Tx, signups: &[signup::Model], at: DateTime<Utc>) {
    for it in signups {
        let own = feed::Change::of(Kind::Signup, it.id.0, Some(it.volunteer_id.0));
        let counts = feed::Change::of(Kind::Shift, it.shift_id.0, None);
        feed::append(tx, it.organization_id, at, [own, counts]);
    }
}

/// Gives sign-ups to another record of the person.
///
/// # Errors
/// [`DbErr`]; `signup_once` and `signup_overlap` where it has one then.
pub async fn give_signups(
    tx: &Tx,
    ids: &[SignupId],
    to: &volunteer::Model,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    for ids in ids.chunks(VALUES) {
        signup::Entity::update_many()
            .col_expr(signup::Column::VolunteerId, Expr::value(to.id))
            .col_expr(signup::Column::PersonId, Expr::value(to.person_id))
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
