//! Whose jobs somebody may see.
//!
//! A scope does not know whose it is, so that this stands beside it.

use entity::ids::ApiTokenId;
use entity::ids::UserId;
use entity::job;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::sea_query::Expr;

use crate::identity::Ctx;

/// Whose jobs somebody may see: their own; everybody's for administrators of the platform, who run again
/// what failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Everybody's.
    Everybody,
    /// Those of a user.
    Of(UserId),
    /// Those that were asked for through a token: what its user asked for otherwise may show more than it may.
    Through(ApiTokenId),
    /// Nobody's.
    Nobody,
}

impl Whose {
    /// Those that the actor may see.
    #[must_use]
    pub fn of(ctx: &Ctx) -> Self {
        if let Some(token) = ctx.actor().token() {
            return Self::Through(token);
        }
        match ctx.actor().user() {
            _ if ctx.scope().lets_all_through() => Self::Everybody,
            Some(user) => Self::Of(user),
            None => Self::Nobody,
        }
    }

    /// Rows of `job` that may be seen.
    #[must_use]
    pub fn jobs(self) -> Condition {
        match self {
            Self::Everybody => Condition::all(),
            Self::Of(user) => Condition::all().add(job::Column::RequestedBy.eq(user)),
            Self::Through(token) => Condition::all().add(job::Column::ApiTokenId.eq(token)),
            Self::Nobody => Condition::all().add(Expr::value(false)),
        }
    }
}
