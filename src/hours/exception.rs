//! Leave for named people to write in a closed month until an instant, with a reason.
//!
//! Whom it lets through is judged in `closed`.

use std::collections::HashMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::SecondsFormat;
use chrono::TimeDelta;
use chrono::Utc;
use entity::ids::OrganizationId;
use entity::ids::PeriodExceptionId;
use entity::ids::UserId;
use entity::period_exception;
use entity::period_exception_user;
use entity::types::PeriodStatus;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use serde::Serialize;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::hours::closed::Of;
use crate::hours::error::HoursError;
use crate::hours::guard;
use crate::hours::period::Known;
use crate::identity::Ctx;
use crate::organizations;
use crate::platform::idempotency::Claim;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// Most people of one exception.
const PEOPLE_MOST: usize = 50;
/// Longest exception.
const LONGEST: TimeDelta = TimeDelta::days(31);

/// An exception as asked for.
#[derive(Clone, Debug, Serialize)]
pub struct NewException {
    /// The organization.
    pub organization: OrganizationId,
    /// A day of the month.
    pub month: NaiveDate,
    /// Who may write.
    pub users: Vec<UserId>,
    /// From when on it is over: at most 31 days from now.
    pub ends_at: DateTime<Utc>,
    /// Why.
    pub reason: String,
}

/// An exception with the people it names.
#[derive(Clone, Debug)]
pub struct Exception {
    /// The exception.
    pub row: period_exception::Model,
    /// Who may write, in the order of their ids.
    pub users: Vec<UserId>,
}

/// Lets named members write in a closed month until an instant. Of a certified month only the
/// platform grants it. With a key that was used for the same, the month as it stands.
///
/// # Errors
/// [`HoursError::NotFound`], [`HoursError::Denied`], [`HoursError::PeriodNotClosed`],
/// [`HoursError::IdempotencyConflict`],
/// [`HoursError::Invalid`] for a missing reason, nobody, strangers, or an instant out of bounds.
pub async fn grant(
    ctx: &Ctx,
    new: NewException,
    key: Option<&str>,
) -> Result<entity::reporting_period::Model, HoursError> {
    ctx.demand_signed_in()?;
    let mut checks = Checks::new();
    checks.key(key);
    checks.done().map_err(HoursError::Invalid)?;
    ctx.transaction(async |tx| {
        let known = Known::hold(ctx, tx, new.organization, new.month).await?;
        let standing = known.standing(ctx);
        if standing.status == PeriodStatus::Certified {
            ctx.demand_platform()?;
        } else {
            known.demand_manager(ctx)?;
        }
        let id = PeriodExceptionId(ctx.new_id());
        match ctx.claim(tx, "period.except", key, &new, id.0).await? {
            Claim::Go => {}
            Claim::Conflict => return Err(HoursError::IdempotencyConflict),
            Claim::Replay(_) => {
                let missing = HoursError::Inconsistent("an exception without a month");
                return known.said().cloned().ok_or(missing);
            }
        }
        if !standing.is_closed() {
            return Err(HoursError::PeriodNotClosed { month: known.month });
        }
        let mut users = new.users.clone();
        users.sort_unstable();
        users.dedup();
        let reason = checked(ctx, &new, &users)?;
        let members = organizations::store::members_among(tx, new.organization, &users).await?;
        if members.len() != users.len() {
            return Err(HoursError::NotFound { field: "userIds" });
        }
        let period = known.written(ctx, tx, |_| {}).await?;
        let row = period_exception::Model {
            id,
            organization_id: new.organization,
            month: known.month,
            reason,
            ends_at: new.ends_at,
            granted_by: ctx.actor().user(),
            granted_at: ctx.now(),
        };
        period_exception::Entity::insert(row.clone().into_active_model())
            .exec_without_returning(&**tx)
            .await?;
        let named = users.iter().map(|it| {
            period_exception_user::Model {
                exception_id: row.id,
                user_id: *it,
            }
            .into_active_model()
        });
        period_exception_user::Entity::insert_many(named)
            .exec_without_returning(&**tx)
            .await?;
        let line = Line {
            action: "period.except",
            organization: Some(new.organization),
            subject: ("ReportingPeriod", Some(period.id.0)),
            details: Some(json!({
                "month": known.month.format("%Y-%m").to_string(),
                "exception": row.id,
                "users": users,
                "endsAt": row.ends_at,
                "reason": row.reason,
            })),
        };
        audit::record(ctx, tx, line).await?;
        Ok(period)
    })
    .await
}

/// The reason of a request that can be granted.
fn checked(ctx: &Ctx, new: &NewException, users: &[UserId]) -> Result<String, HoursError> {
    let mut checks = Checks::new();
    let reason = checks.prose("reason", &new.reason, guard::REASON_MOST);
    checks.demand(!users.is_empty(), || Refusal::of(Code::Required, "userIds"));
    checks.demand(users.len() <= PEOPLE_MOST, || {
        Refusal::of(Code::TooLong, "userIds").with("most", PEOPLE_MOST)
    });
    let (now, latest) = (ctx.now(), ctx.now() + LONGEST);
    checks.demand(now < new.ends_at && new.ends_at <= latest, || {
        let text = |it: DateTime<Utc>| it.to_rfc3339_opts(SecondsFormat::Secs, true);
        Refusal::of(Code::OutOfRange, "until")
            .with("least", text(now))
            .with("most", text(latest))
    });
    checks.done().map_err(HoursError::Invalid)?;
    Ok(reason)
}

/// Exceptions to some months that name somebody and are not over.
///
/// # Errors
/// [`DbErr`].
pub async fn in_force(
    conn: &impl ConnectionTrait,
    user: UserId,
    months: &[Of],
    now: DateTime<Utc>,
) -> Result<Vec<period_exception::Model>, DbErr> {
    use period_exception::Column as C;
    if months.is_empty() {
        return Ok(Vec::new());
    }
    let naming = period_exception_user::Entity::find()
        .select_only()
        .column(period_exception_user::Column::ExceptionId)
        .filter(period_exception_user::Column::UserId.eq(user))
        .into_query();
    period_exception::Entity::find()
        .filter(C::Id.in_subquery(naming))
        .filter(C::OrganizationId.is_in(months.iter().map(|it| it.0)))
        .filter(C::Month.is_in(months.iter().map(|it| it.1)))
        .filter(C::EndsAt.gt(now))
        .all(conn)
        .await
}

/// All exceptions to some months, oldest first, with whom they name.
///
/// # Errors
/// [`DbErr`].
pub async fn of_months(
    conn: &impl ConnectionTrait,
    organizations: &[OrganizationId],
    months: &[NaiveDate],
) -> Result<Vec<Exception>, DbErr> {
    use period_exception::Column as C;
    let rows = period_exception::Entity::find()
        .filter(C::OrganizationId.is_in(organizations.iter().copied()))
        .filter(C::Month.is_in(months.iter().copied()))
        .order_by_asc(C::GrantedAt)
        .order_by_asc(C::Id)
        .all(conn)
        .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let named = period_exception_user::Entity::find()
        .filter(period_exception_user::Column::ExceptionId.is_in(rows.iter().map(|it| it.id)))
        .order_by_asc(period_exception_user::Column::UserId)
        .all(conn)
        .await?;
    let mut users: HashMap<PeriodExceptionId, Vec<UserId>> = HashMap::new();
    for it in named {
        users.entry(it.exception_id).or_default().push(it.user_id);
    }
    Ok(rows
        .into_iter()
        .map(|row| Exception {
            users: users.remove(&row.id).unwrap_or_default(),
            row,
        })
        .collect())
}
