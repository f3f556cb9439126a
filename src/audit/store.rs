//! Statements about the audit trail.
//!
//! Whose lines are seen is decided by `Scope`, and by whose account they concern.

use chrono::DateTime;
use chrono::Utc;
use entity::audit_event;
use entity::audit_horizon;
use entity::ids::AuditEventId;
use entity::ids::OrganizationId;
use entity::ids::UserId;
use sea_orm::ActiveModelTrait;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbBackend;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::IntoSimpleExpr;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::Select;
use sea_orm::sea_query::Expr;
use uuid::Uuid;

use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::platform::page::Direction;
use crate::platform::page::Page;
use crate::platform::page::Slice;

/// Which lines to list; an absent part does not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Filter {
    /// Of this organization.
    pub organization: Option<OrganizationId>,
    /// Of one of these actions.
    pub actions: Option<Vec<String>>,
    /// By this user, or a program of theirs.
    pub actor: Option<UserId>,
    /// Done to this.
    pub subject: Option<Uuid>,
    /// At this instant or later.
    pub from: Option<DateTime<Utc>>,
    /// Before this instant.
    pub to: Option<DateTime<Utc>>,
    /// Done, or refused.
    pub outcome: Option<String>,
    /// Only what the reader did, and what was done with their account.
    #[serde(default)]
    pub own: bool,
}

/// Lines that may be seen, by id.
///
/// # Errors
/// [`DbErr`].
pub async fn by_ids(ctx: &Ctx, ids: &[AuditEventId]) -> Result<Vec<audit_event::Model>, DbErr> {
    seen(ctx)
        .filter(audit_event::Column::Id.is_in(ids.iter().copied()))
        .all(ctx.read())
        .await
}

/// A page of the lines that may be seen, newest first: ids follow the time.
///
/// # Errors
/// [`DbErr`].
pub async fn list(
    conn: &impl ConnectionTrait,
    ctx: &Ctx,
    filter: &Filter,
    page: &Page<AuditEventId>,
) -> Result<Slice<audit_event::Model>, DbErr> {
    let columns = [audit_event::Column::Id.into_simple_expr()];
    let rows = page.narrow(
        narrowed(ctx, filter),
        &columns,
        Direction::Descending,
        |key| vec![Expr::value(*key)],
    );
    Ok(page.slice(rows.all(conn).await?))
}

/// How many there are.
///
/// # Errors
/// [`DbErr`].
pub async fn count(conn: &impl ConnectionTrait, ctx: &Ctx, filter: &Filter) -> Result<u64, DbErr> {
    narrowed(ctx, filter).count(conn).await
}

fn seen(ctx: &Ctx) -> Select<audit_event::Entity> {
    let visible = ctx.scope().audit(ctx.actor().user());
    audit_event::Entity::find().filter(visible)
}

fn narrowed(ctx: &Ctx, filter: &Filter) -> Select<audit_event::Entity> {
    use audit_event::Column as C;
    let own = filter.own.then(|| {
        let reader = ctx.actor().user().map(|it| it.0).unwrap_or_default();
        Condition::any()
            .add(C::UserId.eq(reader))
            .add(C::AccountId.eq(reader))
    });
    let narrow = Condition::all()
        .add_option(filter.organization.map(|it| C::OrganizationId.eq(it)))
        .add_option(filter.actions.as_ref().map(|it| C::Action.is_in(it)))
        .add_option(filter.actor.map(|it| C::UserId.eq(it)))
        .add_option(filter.subject.map(|it| C::SubjectId.eq(it)))
        .add_option(filter.from.map(|it| C::RecordedAt.gte(it)))
        .add_option(filter.to.map(|it| C::RecordedAt.lt(it)))
        .add_option(filter.outcome.as_ref().map(|it| C::Outcome.eq(it)))
        .add_option(own);
    seen(ctx).filter(narrow)
}

/// Writes down until when lines are let go, and lets some of them go: how many. The database lets none go without the
/// first, and none that is younger.
///
/// # Errors
/// [`DbErr`].
pub async fn forget(tx: &Tx, horizon: audit_horizon::Model, most: u64) -> Result<u64, DbErr> {
    let ids: Vec<AuditEventId> = audit_event::Entity::find()
        .select_only()
        .column(audit_event::Column::Id)
        .filter(audit_event::Column::RecordedAt.lt(horizon.until))
        .order_by_asc(audit_event::Column::RecordedAt)
        .limit(most)
        .into_tuple()
        .all(&**tx)
        .await?;
    if ids.is_empty() {
        return Ok(0);
    }
    audit_horizon::Entity::insert(horizon.into_active_model().reset_all())
        .exec_without_returning(&**tx)
        .await?;
    let postgres = tx.get_database_backend() == DbBackend::Postgres;
    if postgres {
        // The owner of the table lacks the right at all other times.
        tx.execute_unprepared("grant delete on audit_event to current_user")
            .await?;
    }
    let gone = audit_event::Entity::delete_many()
        .filter(audit_event::Column::Id.is_in(ids))
        .exec(&**tx)
        .await?;
    if postgres {
        tx.execute_unprepared("revoke delete on audit_event from current_user")
            .await?;
    }
    Ok(gone.rows_affected)
}

/// Lets go of where the acts of an account that was erased came from, and those that were tried with it by nobody who is
/// known. The database lets nothing else of a line change, and this after the line of the erasure alone.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_origins(tx: &Tx, user: UserId) -> Result<(), DbErr> {
    use audit_event::Column as C;
    let postgres = tx.get_database_backend() == DbBackend::Postgres;
    if postgres {
        // The owner of the table lacks the right at all other times.
        tx.execute_unprepared("grant update (address, agent) on audit_event to current_user")
            .await?;
    }
    audit_event::Entity::update_many()
        .col_expr(C::Address, Expr::value(None::<String>))
        .col_expr(C::Agent, Expr::value(None::<String>))
        .filter(
            Condition::any().add(C::UserId.eq(user)).add(
                Condition::all()
                    .add(C::UserId.is_null())
                    .add(C::AccountId.eq(user)),
            ),
        )
        .exec(&**tx)
        .await?;
    if postgres {
        tx.execute_unprepared("revoke update (address, agent) on audit_event from current_user")
            .await?;
    }
    Ok(())
}
