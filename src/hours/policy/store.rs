//! Statements about rules of approval and what they decided.
//!
//! Nothing is decided here.

use std::collections::HashMap;

use entity::approval_decision;
use entity::approval_rule;
use entity::ids::ApprovalRuleId;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ids::UserId;
use entity::ids::VolunteerId;
use entity::volunteer;
use sea_orm::ActiveModelTrait;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;

use crate::hours::policy::rules::Rule;
use crate::identity::Ctx;
use crate::platform::db::Tx;

/// Rows of one statement: a decision has nine values.
const ROWS: usize = 3_000;
/// Most rules of one organization.
pub const RULES_MOST: u64 = 100;

/// Rules of an organization that are in force, oldest first.
///
/// # Errors
/// [`DbErr`].
pub async fn in_force(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Result<Vec<Rule>, DbErr> {
    let rows = approval_rule::Entity::find()
        .filter(approval_rule::Column::OrganizationId.eq(organization))
        .filter(approval_rule::Column::ArchivedAt.is_null())
        .order_by_asc(approval_rule::Column::Id)
        .limit(RULES_MOST)
        .all(conn)
        .await?;
    Ok(rows.iter().filter_map(Rule::read).collect())
}

/// All rules of organizations, archived ones included, oldest first.
///
/// # Errors
/// [`DbErr`].
pub async fn of_organizations(
    conn: &impl ConnectionTrait,
    organizations: &[OrganizationId],
) -> Result<Vec<approval_rule::Model>, DbErr> {
    approval_rule::Entity::find()
        .filter(approval_rule::Column::OrganizationId.is_in(organizations.iter().copied()))
        .order_by_asc(approval_rule::Column::Id)
        .all(conn)
        .await
}

/// Rules that may be seen, by id: those of organizations whose hours the actor reads.
///
/// # Errors
/// [`DbErr`].
pub async fn by_ids(
    ctx: &Ctx,
    ids: &[ApprovalRuleId],
) -> Result<HashMap<ApprovalRuleId, approval_rule::Model>, DbErr> {
    let rows = approval_rule::Entity::find()
        .filter(approval_rule::Column::Id.is_in(ids.iter().copied()))
        .filter(ctx.scope().approval_rules())
        .all(ctx.read())
        .await?;
    Ok(rows.into_iter().map(|it| (it.id, it)).collect())
}

/// A rule, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn lock(tx: &Tx, id: ApprovalRuleId) -> Result<Option<approval_rule::Model>, DbErr> {
    approval_rule::Entity::find_by_id(id)
        .lock_exclusive()
        .one(&**tx)
        .await
}

/// Writes a new rule.
///
/// # Errors
/// [`DbErr`].
pub async fn insert(tx: &Tx, rule: &approval_rule::Model) -> Result<(), DbErr> {
    approval_rule::Entity::insert(rule.clone().into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Replaces a rule that is held.
///
/// # Errors
/// [`DbErr`].
pub async fn replace(tx: &Tx, rule: &approval_rule::Model) -> Result<(), DbErr> {
    let mut columns = rule.clone().into_active_model().reset_all();
    columns.id = sea_orm::ActiveValue::NotSet;
    approval_rule::Entity::update_many()
        .set(columns)
        .filter(approval_rule::Column::Id.eq(rule.id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Writes what rules decided.
///
/// # Errors
/// [`DbErr`].
pub async fn insert_decisions(
    tx: &Tx,
    decisions: &[approval_decision::Model],
) -> Result<(), DbErr> {
    for chunk in decisions.chunks(ROWS) {
        let rows = chunk.iter().map(|it| it.clone().into_active_model());
        approval_decision::Entity::insert_many(rows)
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

/// What rules decided on entries, oldest first. Who may see the entries is settled before.
///
/// # Errors
/// [`DbErr`].
pub async fn decisions_of(
    conn: &impl ConnectionTrait,
    entries: &[EntryId],
) -> Result<HashMap<EntryId, Vec<approval_decision::Model>>, DbErr> {
    let rows = approval_decision::Entity::find()
        .filter(approval_decision::Column::EntryId.is_in(entries.iter().copied()))
        .order_by_asc(approval_decision::Column::Id)
        .all(conn)
        .await?;
    let mut found: HashMap<EntryId, Vec<approval_decision::Model>> = HashMap::new();
    for row in rows {
        found.entry(row.entry_id).or_default().push(row);
    }
    Ok(found)
}

/// Records of an organization that belong to some accounts.
///
/// # Errors
/// [`DbErr`].
pub async fn records_of(
    conn: &impl ConnectionTrait,
    organization: OrganizationId,
    users: &[UserId],
) -> Result<Vec<(VolunteerId, Option<UserId>)>, DbErr> {
    volunteer::Entity::find()
        .select_only()
        .column(volunteer::Column::Id)
        .column(volunteer::Column::UserId)
        .filter(volunteer::Column::OrganizationId.eq(organization))
        .filter(volunteer::Column::UserId.is_in(users.iter().copied()))
        .into_tuple()
        .all(conn)
        .await
}
