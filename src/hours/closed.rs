//! Months that take no more writes, and whom an exception lets through all the same.
//!
//! Where a month stands is said in `organizations/months.rs`; exceptions are granted in
//! `exception`.

use std::collections::HashMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::ids::OrganizationId;
use entity::organization;
use entity::types::PeriodStatus;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;

use crate::hours::days::months_between;
use crate::hours::error::HoursError;
use crate::hours::exception;
use crate::hours::store;
use crate::identity::Ctx;
use crate::organizations::months::Standing;
use crate::organizations::months::Terms;
use crate::organizations::months::standing;
use crate::platform::db::Tx;

/// A month of an organization.
pub type Of = (OrganizationId, NaiveDate);

/// A month as one actor finds it now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthFor {
    /// Where it stands.
    pub standing: Standing,
    /// Until when the actor may write although it is closed.
    pub excepted_until: Option<DateTime<Utc>>,
    /// Whether it was declared to be without work.
    pub declared_zero: bool,
}

impl MonthFor {
    /// Until when the actor may write; `None` where nothing ends it but a decision.
    fn writable_until(&self) -> Option<DateTime<Utc>> {
        if self.standing.is_closed() {
            self.excepted_until
        } else {
            self.standing.closes_at
        }
    }
}

/// What an actor finds of some months now: the clock, the word of people, and exceptions for the
/// actor are in it.
#[derive(Clone, Debug, Default)]
pub struct Closed {
    months: HashMap<Of, MonthFor>,
}

impl Closed {
    /// Some months of some organizations, to be shown. They may change at any time.
    ///
    /// # Errors
    /// [`DbErr`].
    pub async fn read(
        ctx: &Ctx,
        conn: &impl ConnectionTrait,
        organizations: &[OrganizationId],
        months: &[NaiveDate],
    ) -> Result<Self, DbErr> {
        let rows = store::terms(conn, organizations).await?;
        Self::of(ctx, conn, &rows, months).await
    }

    /// The same for a write: until the transaction ends nobody closes, certifies or changes the
    /// days of grace.
    ///
    /// # Errors
    /// [`DbErr`].
    pub async fn hold(
        ctx: &Ctx,
        tx: &Tx,
        organizations: &[OrganizationId],
        months: &[NaiveDate],
    ) -> Result<Self, DbErr> {
        let rows = store::hold_terms(tx, organizations).await?;
        Self::of(ctx, &**tx, &rows, months).await
    }

    async fn of(
        ctx: &Ctx,
        conn: &impl ConnectionTrait,
        organizations: &[organization::Model],
        months: &[NaiveDate],
    ) -> Result<Self, DbErr> {
        let (ids, now): (Vec<_>, _) = (organizations.iter().map(|it| it.id).collect(), ctx.now());
        let said = store::periods(conn, &ids, months).await?;
        let said: HashMap<Of, _> = said
            .into_iter()
            .map(|it| ((it.organization_id, it.month), it))
            .collect();
        let mut found = HashMap::with_capacity(ids.len().saturating_mul(months.len()));
        for organization in organizations {
            let terms = Terms::of(organization)
                .ok_or_else(|| DbErr::Custom("a time zone without a name".to_owned()))?;
            for month in months {
                let of = (organization.id, *month);
                let said = said.get(&of);
                let month = MonthFor {
                    standing: standing(&terms, *month, said, now),
                    excepted_until: None,
                    declared_zero: said.is_some_and(|it| it.declared_zero),
                };
                found.insert(of, month);
            }
        }
        let mut closed = Self { months: found };
        closed.except(ctx, conn).await?;
        Ok(closed)
    }

    /// Finds the exceptions of the actor; nothing is asked where nothing is closed.
    async fn except(&mut self, ctx: &Ctx, conn: &impl ConnectionTrait) -> Result<(), DbErr> {
        let Some(user) = ctx.actor().user() else {
            return Ok(());
        };
        let shut: Vec<Of> = self
            .months
            .iter()
            .filter(|(_, it)| it.standing.is_closed())
            .map(|(of, _)| *of)
            .collect();
        for it in exception::in_force(conn, user, &shut, ctx.now()).await? {
            let Some(month) = self.months.get_mut(&(it.organization_id, it.month)) else {
                continue;
            };
            // What was granted before the certification ended with it.
            let certified = month.standing.certified_at;
            if certified.is_none_or(|at| at <= it.granted_at) {
                month.excepted_until = month.excepted_until.max(Some(it.ends_at));
            }
        }
        Ok(())
    }

    /// Puts together what was found of single months.
    pub fn from_months(months: impl IntoIterator<Item = (Of, MonthFor)>) -> Self {
        Self {
            months: months.into_iter().collect(),
        }
    }

    /// What was found of each month.
    pub fn months(&self) -> impl Iterator<Item = (Of, MonthFor)> {
        self.months.iter().map(|(of, it)| (*of, *it))
    }

    /// The actor may write in all months from one day to another.
    ///
    /// # Errors
    /// [`HoursError::PeriodClosed`] with the first that refuses; [`HoursError::Inconsistent`] for a
    /// month that nobody looked up: what is not known is not open.
    pub fn demand_open(
        &self,
        organization: OrganizationId,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<(), HoursError> {
        for month in months_between(from, to) {
            let found = self.months.get(&(organization, month));
            let found = found.ok_or(HoursError::Inconsistent("a month that was not looked up"))?;
            if found.standing.is_closed() && found.excepted_until.is_none() {
                return Err(HoursError::PeriodClosed {
                    month,
                    since: found.standing.closed_at,
                    certified: found.standing.status == PeriodStatus::Certified,
                });
            }
        }
        Ok(())
    }

    /// Until when the actor may write in all months from one day to another, where something ends
    /// it: a deadline, or an exception.
    #[must_use]
    pub fn writable_until(
        &self,
        organization: OrganizationId,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Option<DateTime<Utc>> {
        months_between(from, to)
            .into_iter()
            .filter_map(|it| self.months.get(&(organization, it))?.writable_until())
            .min()
    }
}
