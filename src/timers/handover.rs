//! Hands timers over from one record of a person to another, when records are merged or parted.
//!
//! The entries that they became go over in `hours`. Which records are of one person is decided in
//! `duplicates`.

use entity::ids::TimerId;
use entity::ids::VolunteerId;
use entity::timer;
use entity::types::TimerStatus;
use entity::volunteer;
use sea_orm::ColumnTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;

use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::platform::feed;
use crate::platform::feed::Change;
use crate::platform::feed::Kind;
use crate::timers::store;

/// Ids of one statement, below what either database takes.
const IDS: usize = 10_000;

/// What became of timers that were to be handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handover {
    /// They went over.
    Moved(Vec<TimerId>),
    /// None: one of them runs, and so does another of the person.
    Clash,
}

/// All timers of a record, in the order of ids.
///
/// # Errors
/// [`DbErr`].
pub async fn all(tx: &Tx, record: VolunteerId) -> Result<Vec<timer::Model>, DbErr> {
    timer::Entity::find()
        .filter(timer::Column::VolunteerId.eq(record))
        .order_by_asc(timer::Column::Id)
        .all(&**tx)
        .await
}

/// Hands timers over to a record of the same organization; both records and the person are held.
///
/// # Errors
/// [`DbErr`].
pub async fn hand_over_in(
    ctx: &Ctx,
    tx: &Tx,
    timers: &[timer::Model],
    to: &volunteer::Model,
) -> Result<Handover, DbErr> {
    let moved: Vec<TimerId> = timers.iter().map(|it| it.id).collect();
    let runs = timers.iter().any(|it| it.status == TimerStatus::Running);
    if runs {
        let other = store::running_of(tx, to.person_id).await?;
        if other.is_some_and(|it| !moved.contains(&it.id)) {
            return Ok(Handover::Clash);
        }
    }
    for ids in moved.chunks(IDS) {
        timer::Entity::update_many()
            .col_expr(timer::Column::VolunteerId, Expr::value(to.id))
            .col_expr(timer::Column::PersonId, Expr::value(to.person_id))
            .col_expr(timer::Column::UpdatedAt, Expr::value(ctx.now()))
            .col_expr(
                timer::Column::Version,
                Expr::col(timer::Column::Version).add(1),
            )
            .filter(timer::Column::Id.is_in(ids.iter().copied()))
            .exec(&**tx)
            .await?;
    }
    for (removed, of) in [(true, None), (false, Some(to.id))] {
        let changes = timers.iter().map(|it| Change {
            kind: Kind::Timer,
            record: it.id.0,
            audience: Some(of.unwrap_or(it.volunteer_id).0),
            removed,
        });
        feed::append(tx, to.organization_id, ctx.now(), changes);
    }
    Ok(Handover::Moved(moved))
}
