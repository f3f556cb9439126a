//! Months of an organization: attested as complete, closed, certified.
//!
//! Whether a month takes writes is judged in `closed`, exceptions are in `exception`; how complete
//! reports are in `reports`.

use chrono::Months;
use chrono::NaiveDate;
use entity::hour_entry;
use entity::hour_entry_day;
use entity::ids::OrganizationId;
use entity::ids::PeriodId;
use entity::organization;
use entity::reporting_period;
use entity::types::PeriodStatus;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::JoinType;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use sea_orm::Select;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::OnConflict;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::hours::closed::Closed;
use crate::hours::days::month_of;
use crate::hours::error::HoursError;
use crate::hours::ledger;
use crate::hours::state::RELEASED;
use crate::hours::store;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::identity::Scope;
use crate::organizations;
use crate::organizations::months::Standing;
use crate::organizations::months::Terms;
use crate::organizations::months::standing;
use crate::platform::db::Tx;
use crate::platform::page::Direction;
use crate::platform::page::Page;
use crate::platform::page::Slice;

/// Whether a month is said to hold no work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Declared {
    /// All work of the month is recorded.
    Complete,
    /// Nobody worked.
    Zero,
}

/// A month that the actor may see: one of an organization that they see.
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
    let Some(found) = found else { return Ok(None) };
    let seen = store::organization(ctx.read(), ctx.scope(), found.organization_id).await?;
    Ok(seen.map(|_| found))
}

/// A page of the months of which something was said, in organizations that the actor sees.
///
/// # Errors
/// [`DbErr`].
pub async fn page(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    organization: OrganizationId,
    page: &Page<NaiveDate>,
) -> Result<Slice<reporting_period::Model>, DbErr> {
    let month = Expr::col((reporting_period::Entity, reporting_period::Column::Month));
    let select = page.narrow(
        of_organization(scope, organization),
        &[month],
        Direction::Descending,
        |key| vec![Expr::value(*key)],
    );
    Ok(page.slice(select.all(conn).await?))
}

/// Number of the months of which something was said.
///
/// # Errors
/// [`DbErr`].
pub async fn count(
    conn: &impl ConnectionTrait,
    scope: &Scope,
    organization: OrganizationId,
) -> Result<u64, DbErr> {
    of_organization(scope, organization).count(conn).await
}

fn of_organization(
    scope: &Scope,
    organization: OrganizationId,
) -> Select<reporting_period::Entity> {
    let seen = organization::Entity::find()
        .select_only()
        .column(organization::Column::Id)
        .filter(organization::Column::Id.eq(organization))
        .filter(scope.organizations())
        .into_query();
    reporting_period::Entity::find()
        .filter(reporting_period::Column::OrganizationId.eq(organization))
        .filter(reporting_period::Column::OrganizationId.in_subquery(seen))
}

/// Where a month stands for an act on the month itself.
#[derive(Debug)]
pub struct Known {
    /// Its first day.
    pub month: NaiveDate,
    organization: OrganizationId,
    terms: Terms,
    said: Option<reporting_period::Model>,
}

impl Known {
    /// Holds all months of an organization that the actor sees: nobody writes hours meanwhile, and
    /// whoever does already is waited for.
    ///
    /// # Errors
    /// [`HoursError::NotFound`], a fault.
    pub async fn hold(
        ctx: &Ctx,
        tx: &Tx,
        organization: OrganizationId,
        month: NaiveDate,
    ) -> Result<Self, HoursError> {
        let row = organizations::store::lock(tx, ctx.scope(), organization).await?;
        Self::of(tx, row, month).await
    }

    async fn of(
        tx: &Tx,
        organization: Option<organization::Model>,
        month: NaiveDate,
    ) -> Result<Self, HoursError> {
        let organization = organization.ok_or(HoursError::NotFound {
            field: "organizationId",
        })?;
        let terms = Terms::of(&organization)
            .ok_or(HoursError::Inconsistent("a time zone without a name"))?;
        let month = month_of(month);
        let said = store::periods(&**tx, &[organization.id], &[month]).await?;
        Ok(Self {
            month,
            organization: organization.id,
            terms,
            said: said.into_iter().next(),
        })
    }

    /// Where it stands now.
    #[must_use]
    pub fn standing(&self, ctx: &Ctx) -> Standing {
        standing(&self.terms, self.month, self.said.as_ref(), ctx.now())
    }

    /// The actor, who sees the organization, manages its months.
    ///
    /// # Errors
    /// [`Denied`].
    pub fn demand_manager(&self, ctx: &Ctx) -> Result<(), Denied> {
        ctx.demand_of_seen(Action::ManagePeriods, self.organization)
    }

    /// What was said of it; `None` where nothing was.
    #[must_use]
    pub fn said(&self) -> Option<&reporting_period::Model> {
        self.said.as_ref()
    }

    fn demand_version(&self, expected: Option<i32>) -> Result<(), HoursError> {
        let current = self.said.as_ref().map_or(0, |it| it.version);
        if expected.is_some_and(|it| it != current) {
            return Err(HoursError::VersionConflict { current });
        }
        Ok(())
    }

    /// Writes the month with a change, as a new row where nothing was said of it before.
    ///
    /// # Errors
    /// [`DbErr`].
    pub async fn written(
        &self,
        ctx: &Ctx,
        tx: &Tx,
        change: impl FnOnce(&mut reporting_period::Model),
    ) -> Result<reporting_period::Model, DbErr> {
        let now = ctx.now();
        let mut period = self
            .said
            .clone()
            .unwrap_or_else(|| reporting_period::Model {
                id: PeriodId(ctx.new_id()),
                organization_id: self.organization,
                month: self.month,
                status: PeriodStatus::Open,
                declared_zero: false,
                submitted_by: None,
                submitted_at: None,
                closed_at: None,
                closed_by: None,
                certified_at: None,
                certified_by: None,
                version: 0,
                created_at: now,
                updated_at: now,
            });
        change(&mut period);
        period.version = period.version.saturating_add(1);
        period.updated_at = now;
        write(tx, &period).await?;
        Ok(period)
    }
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
        .filter(|it| ctx.belongs(it.organization_id))
        .collect())
}

/// Attests that the hours of a month are complete, or that there are none.
///
/// The month is the present one of the organization or an earlier one. Said again it replaces what
/// was said before. Work that is recorded later takes a declared zero back by itself.
///
/// # Errors
/// [`HoursError::NotFound`], [`HoursError::Denied`], [`HoursError::VersionConflict`],
/// [`HoursError::FutureMonth`], [`HoursError::PeriodClosed`], [`HoursError::NotZero`].
pub async fn submit(
    ctx: &Ctx,
    organization: OrganizationId,
    month: NaiveDate,
    expected: Option<i32>,
    declared: Declared,
) -> Result<reporting_period::Model, HoursError> {
    ctx.demand(Action::SubmitPeriod, organization)?;
    let month = month_of(month);
    ctx.transaction(async |tx| {
        // Whoever records work holds the chain: nothing appears between the count and the word.
        ledger::lock(tx, organization).await?;
        let closed = Closed::hold(ctx, tx, &[organization], &[month]).await?;
        let row = store::organization(&**tx, ctx.scope(), organization).await?;
        let known = Known::of(tx, row, month).await?;
        known.demand_version(expected)?;
        if month > month_of(known.terms.zone.day_of(ctx.now())) {
            return Err(HoursError::FutureMonth { month });
        }
        closed.demand_open(organization, month, month)?;
        if declared == Declared::Zero {
            let entries = entries_in(tx, organization, month).await?;
            if entries > 0 {
                return Err(HoursError::NotZero { entries });
            }
        }
        let period = known
            .written(ctx, tx, |it| {
                it.declared_zero = declared == Declared::Zero;
                it.submitted_by = ctx.actor().user();
                it.submitted_at = Some(ctx.now());
            })
            .await?;
        let details = json!({ "declaredZero": period.declared_zero });
        audit::record(ctx, tx, line("period.submit", &period, details)).await?;
        Ok(period)
    })
    .await
}

/// Closes a month that has ended: no entry of it is written or decided any more. One that the clock
/// closed is made firm: it stays closed whatever becomes of the days of grace.
///
/// # Errors
/// [`HoursError::NotFound`], [`HoursError::Denied`], [`HoursError::VersionConflict`],
/// [`HoursError::PeriodRunning`], [`HoursError::PeriodClosed`] for one that is closed by hand.
pub async fn close(
    ctx: &Ctx,
    organization: OrganizationId,
    month: NaiveDate,
    expected: Option<i32>,
) -> Result<reporting_period::Model, HoursError> {
    ctx.demand_signed_in()?;
    ctx.transaction(async |tx| {
        let known = Known::hold(ctx, tx, organization, month).await?;
        known.demand_manager(ctx)?;
        known.demand_version(expected)?;
        let (month, standing) = (known.month, known.standing(ctx));
        if ctx.now() < standing.ends_at {
            return Err(HoursError::PeriodRunning { month });
        }
        let by_hand = known.said.as_ref().map(|it| it.status);
        if by_hand.is_some_and(|it| matches!(it, PeriodStatus::Closed | PeriodStatus::Certified)) {
            return Err(HoursError::PeriodClosed {
                month,
                since: standing.closed_at,
                certified: standing.status == PeriodStatus::Certified,
            });
        }
        let period = known
            .written(ctx, tx, |it| {
                it.status = PeriodStatus::Closed;
                it.closed_by = ctx.actor().user();
                // The clock may have been first.
                it.closed_at = standing.closed_at.or(Some(ctx.now()));
            })
            .await?;
        audit::record(ctx, tx, line("period.close", &period, json!({}))).await?;
        Ok(period)
    })
    .await
}

/// Certifies a closed month, by the platform or by an observer of the territory of the
/// organization's seat. Exceptions that were granted before are over.
///
/// # Errors
/// [`HoursError::NotFound`], [`HoursError::Denied`], [`HoursError::VersionConflict`],
/// [`HoursError::PeriodCertified`], [`HoursError::PeriodNotClosed`].
pub async fn certify(
    ctx: &Ctx,
    organization: OrganizationId,
    month: NaiveDate,
    expected: Option<i32>,
) -> Result<reporting_period::Model, HoursError> {
    ctx.demand_signed_in()?;
    ctx.transaction(async |tx| {
        let known = Known::hold(ctx, tx, organization, month).await?;
        if !store::may_certify(tx, ctx.scope(), organization).await? {
            ctx.notes().lacking(organization);
            return Err(Denied::NotAllowed.into());
        }
        known.demand_version(expected)?;
        let (month, standing) = (known.month, known.standing(ctx));
        match standing.status {
            PeriodStatus::Certified => return Err(HoursError::PeriodCertified { month }),
            PeriodStatus::Open | PeriodStatus::Closing => {
                return Err(HoursError::PeriodNotClosed { month });
            }
            PeriodStatus::Closed => {}
        }
        let period = known
            .written(ctx, tx, |it| {
                it.status = PeriodStatus::Certified;
                it.closed_at = standing.closed_at;
                it.certified_by = ctx.actor().user();
                it.certified_at = Some(ctx.now());
            })
            .await?;
        audit::record(ctx, tx, line("period.certify", &period, json!({}))).await?;
        Ok(period)
    })
    .await
}

fn line(
    action: &'static str,
    period: &reporting_period::Model,
    mut details: serde_json::Value,
) -> Line {
    if let Some(details) = details.as_object_mut() {
        let month = period.month.format("%Y-%m").to_string();
        details.insert("month".to_owned(), json!(month));
    }
    Line {
        action,
        organization: Some(period.organization_id),
        subject: ("ReportingPeriod", Some(period.id.0)),
        details: Some(details),
    }
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
                    C::Status,
                    C::ClosedAt,
                    C::ClosedBy,
                    C::CertifiedAt,
                    C::CertifiedBy,
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
