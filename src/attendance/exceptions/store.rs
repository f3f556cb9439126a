//! Statements about exceptions.
//!
//! What makes one is said in `rules`, and here once more for the database.

use chrono::NaiveDate;
use entity::activity;
use entity::attendance;
use entity::ids::AttendanceId;
use entity::shift;
use entity::types::AttendanceMethod;
use entity::types::AttendanceReview;
use entity::types::AttendanceStatus;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbBackend;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoSimpleExpr;
use sea_orm::JoinType;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use sea_orm::Select;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;
use sea_orm::sea_query::SimpleExpr;

use crate::attendance::exceptions::Filter;
use crate::attendance::exceptions::rules::OVER_LONG_MINUTES;
use crate::attendance::exceptions::rules::Reason;
use crate::attendance::exceptions::rules::THERE;
use crate::identity::Scope;
use crate::platform::page::Direction;
use crate::platform::page::Page;
use crate::platform::page::Slice;
use crate::platform::zones;
use crate::platform::zones::Zone;

/// Zones of the shifts around the day, on whose clocks it is cut: hardly ever more than one.
pub async fn zones(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
) -> Result<Vec<Zone>, DbErr> {
    let utc = Zone::utc();
    // No zone is a whole day from Greenwich.
    let from = filter.day.pred_opt().unwrap_or(filter.day);
    let to = next(next(filter.day));
    let names: Vec<String> = shift::Entity::find()
        .select_only()
        .distinct()
        .column(shift::Column::TimeZone)
        .filter(scope.shifts())
        .filter(shift::Column::OrganizationId.eq(filter.organization))
        .filter(shift::Column::StartsAt.gte(utc.start_of_day(from)))
        .filter(shift::Column::StartsAt.lt(utc.start_of_day(to)))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(names.iter().filter_map(|it| zones::parse(it)).collect())
}

/// A page of attendances that are exceptions.
pub async fn page(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    zones: &[Zone],
    page: &Page<AttendanceId>,
) -> Result<Slice<attendance::Model>, DbErr> {
    let columns = [attendance::Column::Id.into_simple_expr()];
    let backend = conn.get_database_backend();
    let rows = page
        .narrow(
            select(backend, scope, filter, zones),
            &columns,
            Direction::Ascending,
            |key| vec![Expr::value(*key)],
        )
        .all(conn)
        .await?;
    Ok(page.slice(rows))
}

/// How many there are.
pub async fn count(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    zones: &[Zone],
) -> Result<u64, DbErr> {
    let backend = conn.get_database_backend();
    select(backend, scope, filter, zones).count(conn).await
}

fn select(
    backend: DbBackend,
    scope: &Scope,
    filter: &Filter,
    zones: &[Zone],
) -> Select<attendance::Entity> {
    // No shift around the day, or no reason asked for: no exception.
    let none = || Condition::any().add(Expr::value(false));
    let day = zones.iter().fold(none(), |any, zone| {
        any.add(
            Condition::all()
                .add(shift::Column::TimeZone.eq(zone.name()))
                .add(shift::Column::StartsAt.gte(zone.start_of_day(filter.day)))
                .add(shift::Column::StartsAt.lt(zone.start_of_day(next(filter.day)))),
        )
    });
    let reasons = filter
        .reasons
        .iter()
        .fold(none(), |any, it| any.add(condition(*it, backend)));
    attendance::Entity::find()
        .join(
            JoinType::InnerJoin,
            attendance::Entity::belongs_to(shift::Entity)
                .from(attendance::Column::ShiftId)
                .to(shift::Column::Id)
                .into(),
        )
        .join(
            JoinType::InnerJoin,
            shift::Entity::belongs_to(activity::Entity)
                .from(shift::Column::ActivityId)
                .to(activity::Column::Id)
                .into(),
        )
        .filter(scope.attendances())
        .filter(shift::Column::OrganizationId.eq(filter.organization))
        .filter(day)
        .filter(reasons)
        .apply_if(filter.status.as_deref(), |it, states| {
            it.filter(attendance::Column::Status.is_in(states.iter().copied()))
        })
        .apply_if(filter.activity, |it, id| {
            it.filter(shift::Column::ActivityId.eq(id))
        })
}

/// One reason, as `rules` has it.
fn condition(reason: Reason, backend: DbBackend) -> Condition {
    use attendance::Column as A;
    let seconds = |it: SimpleExpr| seconds(backend, it);
    let came = || seconds(A::CheckedInAt.into_simple_expr());
    let left = || seconds(A::CheckedOutAt.into_simple_expr());
    let starts = || seconds(shift::Column::StartsAt.into_simple_expr());
    let ends = || seconds(shift::Column::EndsAt.into_simple_expr());
    let there = Condition::all().add(A::Status.is_in(THERE));
    let clocked_out = A::CheckOutMethod.ne(AttendanceMethod::Rule);
    match reason {
        Reason::ForgottenCheckOut => of_review(AttendanceReview::ForgottenCheckOut),
        Reason::HoursRefused => of_review(AttendanceReview::HoursRefused),
        Reason::DeliveredLate => of_review(AttendanceReview::DeliveredLate),
        Reason::OutsideGeofence => there.add(A::WithinGeofence.eq(false)),
        Reason::NoShow => Condition::all().add(A::Status.eq(AttendanceStatus::NoShow)),
        Reason::WalkIn => there.add(A::SignupId.is_null()),
        Reason::Late => {
            let most = activity::Column::LateInToleranceMinutes.into_simple_expr();
            there.add(came().sub(starts()).gt(most.mul(60)))
        }
        Reason::Early => {
            let most = activity::Column::EarlyOutToleranceMinutes.into_simple_expr();
            there
                .add(clocked_out)
                .add(ends().sub(left()).gt(most.mul(60)))
        }
        Reason::OverLong => there.add(clocked_out).add(
            left()
                .sub(came())
                .sub(ends().sub(starts()))
                .gt(OVER_LONG_MINUTES * 60),
        ),
    }
}

fn of_review(review: AttendanceReview) -> Condition {
    Condition::all().add(attendance::Column::Review.eq(review))
}

/// Whole seconds of the clock at an instant. The databases name that differently.
fn seconds(backend: DbBackend, instant: SimpleExpr) -> SimpleExpr {
    match backend {
        DbBackend::Postgres => Expr::cust_with_expr("floor(extract(epoch from $1))", instant),
        _ => Expr::cust_with_expr("unixepoch(?)", instant),
    }
}

fn next(day: NaiveDate) -> NaiveDate {
    day.succ_opt().unwrap_or(day)
}
