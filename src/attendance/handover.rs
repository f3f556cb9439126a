//! Hands what is known of a person's presence over from one record to another, when records are
//! merged or parted.
//!
//! Hours and sign-ups go over in `hours` and `activities`. Which records are of one person is decided
//! in `duplicates`.

use std::collections::HashSet;

use entity::attendance;
use entity::ids::AttendanceId;
use entity::ids::ShiftId;
use entity::ids::VolunteerId;
use entity::volunteer;
use sea_orm::ColumnTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;

use crate::attendance::store::VALUES;
use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::platform::feed;
use crate::platform::feed::Change;
use crate::platform::feed::Kind;

/// All attendances of a record, in the order of ids.
///
/// # Errors
/// [`DbErr`].
pub async fn all(tx: &Tx, record: VolunteerId) -> Result<Vec<attendance::Model>, DbErr> {
    attendance::Entity::find()
        .filter(attendance::Column::VolunteerId.eq(record))
        .order_by_asc(attendance::Column::Id)
        .all(&**tx)
        .await
}

/// Hands attendances over to a record of the same organization; both records are held. One of a shift
/// in which the other record was seen, too, stays: which went over.
///
/// # Errors
/// [`DbErr`].
pub async fn hand_over_in(
    ctx: &Ctx,
    tx: &Tx,
    attendances: &[attendance::Model],
    to: &volunteer::Model,
) -> Result<Vec<AttendanceId>, DbErr> {
    let own: HashSet<ShiftId> = all(tx, to.id)
        .await?
        .into_iter()
        .map(|it| it.shift_id)
        .collect();
    let going: Vec<&attendance::Model> = attendances
        .iter()
        .filter(|it| !own.contains(&it.shift_id))
        .collect();
    let moved: Vec<AttendanceId> = going.iter().map(|it| it.id).collect();
    for ids in moved.chunks(VALUES) {
        attendance::Entity::update_many()
            .col_expr(attendance::Column::VolunteerId, Expr::value(to.id))
            .col_expr(attendance::Column::PersonId, Expr::value(to.person_id))
            .col_expr(attendance::Column::UpdatedAt, Expr::value(ctx.now()))
            .col_expr(
                attendance::Column::Version,
                Expr::col(attendance::Column::Version).add(1),
            )
            .filter(attendance::Column::Id.is_in(ids.iter().copied()))
            .exec(&**tx)
            .await?;
    }
    for (removed, of) in [(true, None), (false, Some(to.id))] {
        let changes = going.iter().map(|it| Change {
            kind: Kind::Attendance,
            record: it.id.0,
            audience: Some(of.unwrap_or(it.volunteer_id).0),
            removed,
        });
        feed::append(tx, to.organization_id, ctx.now(), changes);
    }
    Ok(moved)
}
