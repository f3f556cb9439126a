//! Statements about the sign-ups of somebody who is erased.
//!
//! What becomes of them is decided in `erasure`.

use chrono::DateTime;
use chrono::Utc;
use entity::ids::VolunteerId;
use entity::signup;
use sea_orm::ColumnTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;

use crate::activities::store::VALUES;
use crate::activities::store::note_signups;
use crate::platform::db::Tx;

/// All sign-ups of some records, in the order of ids.
///
/// # Errors
/// [`DbErr`].
pub async fn of_records(tx: &Tx, records: &[VolunteerId]) -> Result<Vec<signup::Model>, DbErr> {
    signup::Entity::find()
        .filter(signup::Column::VolunteerId.is_in(records.iter().copied()))
        .order_by_asc(signup::Column::Id)
        .all(&**tx)
        .await
}

/// Lets go of the texts of sign-ups.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_texts(
    tx: &Tx,
    signups: &[signup::Model],
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    for some in signups.chunks(VALUES) {
        signup::Entity::update_many()
            .col_expr(signup::Column::Note, Expr::value(None::<String>))
            .col_expr(signup::Column::CancelReason, Expr::value(None::<String>))
            .col_expr(signup::Column::UpdatedAt, Expr::value(at))
            .col_expr(
                signup::Column::Version,
                Expr::col(signup::Column::Version).add(1),
            )
            .filter(signup::Column::Id.is_in(some.iter().map(|it| it.id)))
            .exec(&**tx)
            .await?;
    }
    note_signups(tx, signups, at);
    Ok(())
}
