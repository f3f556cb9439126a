//! Months of an organization: the attestation that one is complete.
//!
//! Whether a month takes writes is judged in `guard`; how complete reports are in `reports`.

use chrono::Months;
use chrono::NaiveDate;
use entity::hour_entry;
use entity::hour_entry_day;
use entity::ids::OrganizationId;
use entity::ids::PeriodId;
use entity::reporting_period;
use entity::types::PeriodStatus;
use sea_orm::ColumnTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::JoinType;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::sea_query::OnConflict;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::hours::days::month_of;
use crate::hours::error::HoursError;
use crate::hours::guard::is_closed;
use crate::hours::ledger;
use crate::hours::state::RELEASED;
use crate::hours::store;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::platform::zones;

/// Whether a month is said to hold no work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Declared {
    /// All work of the month is recorded.
    Complete,
    /// Nobody worked.
    Zero,
}

/// A month that the actor may see: one of an organization they belong to.
///
/// # Errors
/// [`HoursError`] of the database only.
pub async fn visible(
    ctx: &Ctx,
    id: PeriodId,
) -> Result<Option<reporting_period::Model>, HoursError> {
    let found = reporting_period::Entity::find_by_id(id)
        .one(ctx.read())
        .await?;
    Ok(found.filter(|it| {
        ctx.scope().is_everything() || ctx.may(Action::ReadOrganization, it.organization_id)
    }))
}

/// Months by id, those that may be seen.
///
/// # Errors
/// [`HoursError`] of the database only.
pub async fn visible_among(
    ctx: &Ctx,
    ids: &[PeriodId],
) -> Result<Vec<reporting_period::Model>, HoursError> {
    let found = reporting_period::Entity::find()
        .filter(reporting_period::Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(reporting_period::Column::Month)
        .all(ctx.read())
        .await?;
    Ok(found
        .into_iter()
        .filter(|it| {
            ctx.scope().is_everything() || ctx.may(Action::ReadOrganization, it.organization_id)
        })
        .collect())
}

/// Attests that the hours of a month are complete, or that there are none.
///
/// The month is the present one of the organization or an earlier one. Said again it replaces what
/// was said before. Work that is recorded later takes a declared zero back by itself.
///
/// # Errors
/// [`HoursError::NotFound`], [`HoursError::Denied`], [`HoursError::FutureMonth`],
/// [`HoursError::PeriodClosed`], [`HoursError::NotZero`].
pub async fn submit(
    ctx: &Ctx,
    organization: OrganizationId,
    month: NaiveDate,
    declared: Declared,
) -> Result<reporting_period::Model, HoursError> {
    ctx.demand(Action::SubmitPeriod, organization)?;
    let month = month_of(month);
    ctx.transaction(async |tx| {
        let place = store::organization(&**tx, ctx.scope(), organization)
            .await?
            .ok_or(HoursError::NotFound {
                field: "organizationId",
            })?;
        let zone = zones::parse(&place.time_zone)
            .ok_or(HoursError::Inconsistent("a time zone without a name"))?;
        if month > month_of(zone.day_of(ctx.now())) {
            return Err(HoursError::FutureMonth { month });
        }
        // Whoever records work holds the chain: nothing appears between the count and the word.
        ledger::lock(tx, organization).await?;
        let known = store::periods(&**tx, &[organization], &[month])
            .await?
            .pop();
        if known.as_ref().is_some_and(|it| is_closed(it.status)) {
            return Err(HoursError::PeriodClosed { month });
        }
        if declared == Declared::Zero {
            let entries = entries_in(tx, organization, month).await?;
            if entries > 0 {
                return Err(HoursError::NotZero { entries });
            }
        }
        let now = ctx.now();
        let period = reporting_period::Model {
            id: known
                .as_ref()
                .map_or_else(|| PeriodId(ctx.new_id()), |it| it.id),
            organization_id: organization,
            month,
            status: known.as_ref().map_or(PeriodStatus::Open, |it| it.status),
            declared_zero: declared == Declared::Zero,
            submitted_by: ctx.actor().user(),
            submitted_at: Some(now),
            version: known.as_ref().map_or(1, |it| it.version.saturating_add(1)),
            created_at: known.as_ref().map_or(now, |it| it.created_at),
            updated_at: now,
        };
        write(tx, &period).await?;
        let line = Line {
            action: "period.submit",
            organization: Some(organization),
            subject: ("ReportingPeriod", Some(period.id.0)),
            details: Some(json!({
                "month": month.format("%Y-%m").to_string(),
                "declaredZero": period.declared_zero,
            })),
        };
        audit::record(ctx, tx, line).await?;
        Ok(period)
    })
    .await
}

/// Entries that count or may come to count on a day of a month.
async fn entries_in(tx: &Tx, organization: OrganizationId, month: NaiveDate) -> Result<i64, DbErr> {
    let next = month.checked_add_months(Months::new(1)).unwrap_or(month);
    let count = hour_entry_day::Entity::find()
        .select_only()
        .column(hour_entry_day::Column::EntryId)
        .distinct()
        .join(JoinType::InnerJoin, store::entry_of_day())
        .filter(hour_entry_day::Column::OrganizationId.eq(organization))
        .filter(hour_entry_day::Column::Day.gte(month))
        .filter(hour_entry_day::Column::Day.lt(next))
        .filter(hour_entry::Column::Status.is_not_in(RELEASED))
        .count(&**tx)
        .await?;
    Ok(i64::try_from(count).unwrap_or(i64::MAX))
}

async fn write(tx: &Tx, period: &reporting_period::Model) -> Result<(), DbErr> {
    use reporting_period::Column as C;
    reporting_period::Entity::insert(period.clone().into_active_model())
        .on_conflict(
            OnConflict::columns([C::OrganizationId, C::Month])
                .update_columns([
                    C::DeclaredZero,
                    C::SubmittedBy,
                    C::SubmittedAt,
                    C::Version,
                    C::UpdatedAt,
                ])
                .to_owned(),
        )
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}
