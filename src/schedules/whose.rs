//! Whose schedules somebody may see.
//!
//! A scope does not know whose it is, so that this stands beside it.

use entity::ids::UserId;
use entity::schedule;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::sea_query::Expr;

use crate::identity::Ctx;

/// Whose schedules somebody may see: their own; everybody's for administrators of the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Everybody's.
    Everybody,
    /// Those of a user.
    Of(UserId),
    /// Nobody's.
    Nobody,
}

impl Whose {
    /// Those that the actor may see. Schedules are for people who have signed in: to a program they do not exist, by
    /// whatever way it asks.
    #[must_use]
    pub fn of(ctx: &Ctx) -> Self {
        if ctx.actor().token().is_some() {
            return Self::Nobody;
        }
        match ctx.actor().user() {
            _ if ctx.scope().lets_all_through() => Self::Everybody,
            Some(user) => Self::Of(user),
            None => Self::Nobody,
        }
    }

    /// Rows of `schedule` that may be seen.
    #[must_use]
    pub fn schedules(self) -> Condition {
        match self {
            Self::Everybody => Condition::all(),
            Self::Of(user) => Condition::all().add(schedule::Column::OwnerId.eq(user)),
            Self::Nobody => Condition::all().add(Expr::value(false)),
        }
    }
}
