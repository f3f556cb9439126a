//! Statements that take from an account, and what hangs on it, what says something of its holder.
//!
//! Which values go is decided in `account`.

use chrono::DateTime;
use chrono::Utc;
use entity::api_token;
use entity::artifact;
use entity::artifact_piece;
use entity::delivery;
use entity::device;
use entity::email_verification;
use entity::idempotency_key;
use entity::identity_link;
use entity::ids::DeliveryId;
use entity::ids::JobId;
use entity::ids::ScheduleId;
use entity::ids::UserId;
use entity::invitation;
use entity::job;
use entity::letter;
use entity::letter_off;
use entity::notification;
use entity::password_request;
use entity::password_reset;
use entity::recovery_code;
use entity::refresh_token;
use entity::schedule;
use entity::schedule_run;
use entity::second_factor;
use entity::session;
use entity::sign_in_request;
use entity::types::JobStatus;
use entity::types::ScheduleStatus;
use entity::user_account;
use sea_orm::ActiveModelTrait;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::ExprTrait;
use sea_orm::IntoActiveModel;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::Func;
use sea_orm::sea_query::SimpleExpr;
use serde_json::Value;

use crate::hours::erasure::BLANK;
use crate::platform::db::Tx;

/// Rows of one page.
const PAGE: u64 = 500;
/// What a delivery was told, with nothing in it.
const NOTHING: &str = "{}";

/// An account, held until the transaction ends.
///
/// # Errors
/// [`DbErr`].
pub async fn lock_account(tx: &Tx, user: UserId) -> Result<Option<user_account::Model>, DbErr> {
    user_account::Entity::find_by_id(user)
        .lock_exclusive()
        .one(&**tx)
        .await
}

/// Writes an account that is held as it is now.
///
/// # Errors
/// [`DbErr`].
pub async fn put_account(tx: &Tx, row: user_account::Model) -> Result<(), DbErr> {
    user_account::Entity::update(row.into_active_model().reset_all())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Lets go of what sessions and tokens, which have ended, say of their holder, and of devices, second factors and leaves to
/// set a password or an address.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_sessions(tx: &Tx, user: UserId) -> Result<(), DbErr> {
    session::Entity::update_many()
        .col_expr(session::Column::Device, Expr::value(None::<String>))
        .col_expr(session::Column::Address, Expr::value(None::<String>))
        .filter(session::Column::UserId.eq(user))
        .exec(&**tx)
        .await?;
    api_token::Entity::update_many()
        .col_expr(api_token::Column::Name, Expr::value(BLANK))
        .col_expr(
            api_token::Column::LastUsedAddress,
            Expr::value(None::<String>),
        )
        .filter(api_token::Column::UserId.eq(user))
        .exec(&**tx)
        .await?;
    second_factor::Entity::delete_many()
        .filter(second_factor::Column::UserId.eq(user))
        .exec(&**tx)
        .await?;
    recovery_code::Entity::delete_many()
        .filter(recovery_code::Column::UserId.eq(user))
        .exec(&**tx)
        .await?;
    identity_link::Entity::delete_many()
        .filter(identity_link::Column::UserId.eq(user))
        .exec(&**tx)
        .await?;
    sign_in_request::Entity::delete_many()
        .filter(sign_in_request::Column::UserId.eq(user))
        .exec(&**tx)
        .await?;
    sign_in_request::Entity::delete_many()
        .filter(sign_in_request::Column::ProvenUserId.eq(user))
        .exec(&**tx)
        .await?;
    email_verification::Entity::delete_many()
        .filter(email_verification::Column::UserId.eq(user))
        .exec(&**tx)
        .await?;
    let sessions = session::Entity::find()
        .select_only()
        .column(session::Column::Id)
        .filter(session::Column::UserId.eq(user))
        .into_query();
    refresh_token::Entity::delete_many()
        .filter(refresh_token::Column::SessionId.in_subquery(sessions))
        .exec(&**tx)
        .await?;
    device::Entity::delete_many()
        .filter(device::Column::UserId.eq(user))
        .exec(&**tx)
        .await?;
    password_reset::Entity::delete_many()
        .filter(password_reset::Column::UserId.eq(user))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Lets go of what the holder was told and written; `recipient` is the digest of the address.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_told(tx: &Tx, user: UserId, recipient: &[u8]) -> Result<(), DbErr> {
    notification::Entity::delete_many()
        .filter(notification::Column::UserId.eq(user))
        .exec(&**tx)
        .await?;
    letter::Entity::delete_many()
        .filter(
            Condition::any()
                .add(letter::Column::UserId.eq(user))
                .add(letter::Column::Recipient.eq(recipient.to_vec())),
        )
        .exec(&**tx)
        .await?;
    letter_off::Entity::delete_many()
        .filter(letter_off::Column::Recipient.eq(recipient.to_vec()))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Lets go of what the holder sent and asked for, and of their address wherever it stands by itself.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_asked(
    tx: &Tx,
    user: UserId,
    address: &str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let address = address.to_lowercase();
    let same = |column: SimpleExpr| SimpleExpr::from(Func::lower(column)).eq(address.clone());
    invitation::Entity::delete_many()
        .filter(
            Condition::any()
                .add(invitation::Column::AcceptedBy.eq(user))
                .add(same(Expr::col(invitation::Column::Email))),
        )
        .exec(&**tx)
        .await?;
    password_request::Entity::update_many()
        .col_expr(password_request::Column::Email, Expr::value(None::<String>))
        .filter(same(Expr::col(password_request::Column::Email)))
        .exec(&**tx)
        .await?;
    idempotency_key::Entity::delete_many()
        .filter(idempotency_key::Column::Actor.eq(format!("user:{user}")))
        .exec(&**tx)
        .await?;
    schedule::Entity::update_many()
        .col_expr(schedule::Column::Targets, Expr::value("[]"))
        .col_expr(schedule::Column::Status, Expr::value(ScheduleStatus::Ended))
        .col_expr(
            schedule::Column::NextTickAt,
            Expr::value(None::<DateTime<Utc>>),
        )
        .col_expr(
            schedule::Column::Version,
            Expr::col(schedule::Column::Version).add(1),
        )
        .col_expr(schedule::Column::UpdatedAt, Expr::value(now))
        .filter(schedule::Column::OwnerId.eq(user))
        .exec(&**tx)
        .await?;
    forget_deliveries(tx, user, &address).await?;
    forget_jobs(tx, user, now).await
}

/// Lets go of the files that were made for the holder; what waits is not made any more.
async fn forget_jobs(tx: &Tx, user: UserId, now: DateTime<Utc>) -> Result<(), DbErr> {
    let own = || {
        job::Entity::find()
            .select_only()
            .column(job::Column::Id)
            .filter(job::Column::RequestedBy.eq(user))
    };
    if own().into_tuple::<JobId>().one(&**tx).await?.is_none() {
        return Ok(());
    }
    artifact_piece::Entity::delete_many()
        .filter(artifact_piece::Column::JobId.in_subquery(own().into_query()))
        .exec(&**tx)
        .await?;
    artifact::Entity::delete_many()
        .filter(artifact::Column::JobId.in_subquery(own().into_query()))
        .exec(&**tx)
        .await?;
    job::Entity::update_many()
        .col_expr(job::Column::Status, Expr::value(JobStatus::Cancelled))
        .col_expr(job::Column::Fence, Expr::col(job::Column::Fence).add(1))
        .col_expr(job::Column::LeasedUntil, Expr::value(None::<DateTime<Utc>>))
        .col_expr(job::Column::FinishedAt, Expr::value(now))
        .filter(job::Column::RequestedBy.eq(user))
        .filter(job::Column::Status.is_in([JobStatus::Queued, JobStatus::Running]))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Takes an address from where schedules of others send to, and from what was sent there or for the holder.
async fn forget_deliveries(tx: &Tx, user: UserId, address: &str) -> Result<(), DbErr> {
    // Whatever holds it is looked at; only where it stands whole is it this address.
    let like =
        |column: SimpleExpr| SimpleExpr::from(Func::lower(column)).like(format!("%{address}%"));
    let mut after = None::<ScheduleId>;
    loop {
        let page: Vec<(ScheduleId, String)> = schedule::Entity::find()
            .select_only()
            .columns([schedule::Column::Id, schedule::Column::Targets])
            .filter(like(Expr::col(schedule::Column::Targets)))
            .apply_if(after, |it, after| it.filter(schedule::Column::Id.gt(after)))
            .order_by_asc(schedule::Column::Id)
            .limit(PAGE)
            .lock_exclusive()
            .into_tuple()
            .all(&**tx)
            .await?;
        let Some((last, _)) = page.last() else { break };
        after = Some(*last);
        for (id, targets) in page {
            let targets: Vec<Value> = serde_json::from_str(&targets).unwrap_or_default();
            let (own, others): (Vec<Value>, Vec<Value>) =
                targets.into_iter().partition(|it| holds(it, address));
            if own.is_empty() {
                continue;
            }
            let others = Value::from(others).to_string();
            schedule::Entity::update_many()
                .col_expr(schedule::Column::Targets, Expr::value(others))
                .col_expr(
                    schedule::Column::Version,
                    Expr::col(schedule::Column::Version).add(1),
                )
                .filter(schedule::Column::Id.eq(id))
                .exec(&**tx)
                .await?;
        }
    }
    let schedules = schedule::Entity::find()
        .select_only()
        .column(schedule::Column::Id)
        .filter(schedule::Column::OwnerId.eq(user))
        .into_query();
    let runs = schedule_run::Entity::find()
        .select_only()
        .column(schedule_run::Column::Id)
        .filter(schedule_run::Column::ScheduleId.in_subquery(schedules))
        .into_query();
    delivery::Entity::update_many()
        .col_expr(delivery::Column::Shipment, Expr::value(NOTHING))
        .filter(delivery::Column::RunId.in_subquery(runs))
        .exec(&**tx)
        .await?;
    let mut after = None::<DeliveryId>;
    loop {
        let page: Vec<(DeliveryId, String)> = delivery::Entity::find()
            .select_only()
            .columns([delivery::Column::Id, delivery::Column::Shipment])
            .filter(like(Expr::col(delivery::Column::Shipment)))
            .apply_if(after, |it, after| it.filter(delivery::Column::Id.gt(after)))
            .order_by_asc(delivery::Column::Id)
            .limit(PAGE)
            .into_tuple()
            .all(&**tx)
            .await?;
        let Some((last, _)) = page.last() else {
            return Ok(());
        };
        after = Some(*last);
        let sent = page.iter().filter(|(_, shipment)| {
            let told: Value = serde_json::from_str(shipment).unwrap_or_default();
            holds(&told, address)
        });
        delivery::Entity::update_many()
            .col_expr(delivery::Column::Shipment, Expr::value(NOTHING))
            .filter(delivery::Column::Id.is_in(sent.map(|(id, _)| *id)))
            .exec(&**tx)
            .await?;
    }
}

/// Whether an address in lower case is one of the values, whole: another one may end like it.
fn holds(told: &Value, address: &str) -> bool {
    match told {
        Value::String(it) => it.to_lowercase() == address,
        Value::Array(all) => all.iter().any(|it| holds(it, address)),
        Value::Object(members) => members.values().any(|it| holds(it, address)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::holds;

    #[test]
    fn an_address_that_ends_like_it_is_another_one() {
        let told =
            json!({ "target": { "kind": "EMAIL", "address": "Khali@x.ma" }, "title": "ali" });

        assert!(!holds(&told, "ali@x.ma"));
        assert!(holds(&told, "khali@x.ma"));
        assert!(holds(&json!([told]), "khali@x.ma"));
    }
}
