//! Hands sign-ups over from one record of a person to another, when records are merged or parted.
//!
//! Places and counts stay: the same person has them. Which records are of one person is decided in
//! `duplicates`.

use std::collections::HashSet;

use entity::ids::ShiftId;
use entity::ids::SignupId;
use entity::ids::VolunteerId;
use entity::signup;
use entity::types::SignupStatus;
use entity::volunteer;
use sea_orm::ColumnTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;

use crate::activities::store;
use crate::activities::store::LIVE;
use crate::activities::store::VALUES;
use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::platform::feed;
use crate::platform::feed::Change;
use crate::platform::feed::Kind;

/// What became of sign-ups that were to be handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handover {
    /// Those that went over. One for a shift that is past, in which the other record has a place or
    /// had one, stayed.
    Moved(Vec<SignupId>),
    /// None: this one lies ahead, and the other record is signed up for the same time.
    Clash(Box<signup::Model>),
}

/// All sign-ups of a record, in the order of ids.
///
/// # Errors
/// [`DbErr`].
pub async fn all(tx: &Tx, record: VolunteerId) -> Result<Vec<signup::Model>, DbErr> {
    signup::Entity::find()
        .filter(signup::Column::VolunteerId.eq(record))
        .order_by_asc(signup::Column::Id)
        .all(&**tx)
        .await
}

/// Hands sign-ups over to a record of the same organization; both records are held.
///
/// # Errors
/// [`DbErr`].
pub async fn hand_over_in(
    ctx: &Ctx,
    tx: &Tx,
    signups: &[signup::Model],
    to: &volunteer::Model,
) -> Result<Handover, DbErr> {
    let own: HashSet<ShiftId> = all(tx, to.id)
        .await?
        .into_iter()
        .filter(|it| it.status != SignupStatus::Cancelled)
        .map(|it| it.shift_id)
        .collect();
    let seated = || {
        signups
            .iter()
            .filter(|it| it.status == SignupStatus::Confirmed)
    };
    let first = seated().map(|it| it.starts_at).min();
    let busy = match (first, seated().map(|it| it.ends_at).max()) {
        (Some(from), Some(to_end)) => store::busy(tx, &[to.person_id], (from, to_end)).await?,
        _ => Vec::new(),
    };
    let going: HashSet<SignupId> = signups.iter().map(|it| it.id).collect();
    let mut moved = Vec::with_capacity(signups.len());
    for it in signups {
        let twice = it.status != SignupStatus::Cancelled && own.contains(&it.shift_id);
        let overlaps = it.status == SignupStatus::Confirmed
            && busy.iter().any(|other| {
                !going.contains(&other.id)
                    && other.starts_at < it.ends_at
                    && other.ends_at > it.starts_at
            });
        if !twice && !overlaps {
            moved.push(it.id);
        } else if LIVE.contains(&it.status) && it.ends_at > ctx.now() {
            return Ok(Handover::Clash(Box::new(it.clone())));
        }
    }
    for ids in moved.chunks(VALUES) {
        signup::Entity::update_many()
            .col_expr(signup::Column::VolunteerId, Expr::value(to.id))
            .col_expr(signup::Column::PersonId, Expr::value(to.person_id))
            .col_expr(signup::Column::UpdatedAt, Expr::value(ctx.now()))
            .col_expr(
                signup::Column::Version,
                Expr::col(signup::Column::Version).add(1),
            )
            .filter(signup::Column::Id.is_in(ids.iter().copied()))
            .exec(&**tx)
            .await?;
    }
    // Whoever follows both records loses them first and has them again.
    for (removed, of) in [(true, None), (false, Some(to.id))] {
        let going = signups.iter().filter(|it| moved.contains(&it.id));
        let changes = going.map(|it| Change {
            kind: Kind::Signup,
            record: it.id.0,
            audience: Some(of.unwrap_or(it.volunteer_id).0),
            removed,
        });
        feed::append(tx, to.organization_id, ctx.now(), changes);
    }
    Ok(Handover::Moved(moved))
}
