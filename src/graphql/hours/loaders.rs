//! What many entries of a page need, gathered: their days, their months.
//!
//! The statements are in `hours`.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::Arc;

use async_graphql::Context;
use async_graphql::dataloader::Loader;
use chrono::NaiveDate;
use entity::approval_decision;
use entity::approval_rule;
use entity::hour_entry_amendment;
use entity::ids::ApprovalRuleId;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use sea_orm::DbErr;

use crate::graphql::context::Gql;
use crate::graphql::error::fault;
use crate::graphql::loaders::Reader;
use crate::hours;
use crate::hours::Entry;
use crate::hours::closed::Closed;
use crate::hours::closed::MonthFor;
use crate::hours::days::DayShare;
use crate::hours::exception::Exception;
use crate::hours::ledger;
use crate::hours::ledger::Happening;
use crate::platform::page::Slice;

/// Asks for the days of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DaysOf(pub EntryId);

/// The days of entries, in order.
impl Loader<DaysOf> for Reader {
    type Value = Arc<[DayShare]>;
    type Error = Arc<DbErr>;

    async fn load(&self, asked: &[DaysOf]) -> Result<HashMap<DaysOf, Arc<[DayShare]>>, Arc<DbErr>> {
        let ids: Vec<EntryId> = asked.iter().map(|it| it.0).collect();
        let found = hours::store::days_of(self.ctx.read(), &ids).await?;
        Ok(found
            .into_iter()
            .map(|(id, days)| (DaysOf(id), days.into()))
            .collect())
    }
}

/// Asks where a month of an organization stands for the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MonthOf {
    /// The organization.
    pub organization: OrganizationId,
    /// First day of the month.
    pub month: NaiveDate,
}

impl MonthOf {
    /// The organizations and the months of some questions, each once.
    fn split(asked: &[Self]) -> (Vec<OrganizationId>, Vec<NaiveDate>) {
        let organizations: HashSet<_> = asked.iter().map(|it| it.organization).collect();
        let months: HashSet<_> = asked.iter().map(|it| it.month).collect();
        (
            organizations.into_iter().collect(),
            months.into_iter().collect(),
        )
    }
}

/// Months of organizations as the caller finds them.
impl Loader<MonthOf> for Reader {
    type Value = MonthFor;
    type Error = Arc<DbErr>;

    async fn load(&self, asked: &[MonthOf]) -> Result<HashMap<MonthOf, MonthFor>, Arc<DbErr>> {
        let (organizations, months) = MonthOf::split(asked);
        let ctx = &self.ctx;
        let found = Closed::read(ctx, ctx.read(), &organizations, &months).await?;
        Ok(found
            .months()
            .map(|((organization, month), it)| {
                let key = MonthOf {
                    organization,
                    month,
                };
                (key, it)
            })
            .collect())
    }
}

/// Some months of an organization as the caller finds them.
///
/// # Errors
/// A fault.
pub async fn closed_for(
    gql: &Context<'_>,
    organization: OrganizationId,
    months: Vec<NaiveDate>,
) -> async_graphql::Result<Closed> {
    let asked = months.into_iter().map(|month| MonthOf {
        organization,
        month,
    });
    let found = gql.reader()?.load_many(asked).await;
    let found = found.map_err(|it| match gql.op() {
        Ok(ctx) => fault(ctx, it.as_ref()),
        Err(error) => error,
    })?;
    let months = found
        .into_iter()
        .map(|(of, it)| ((of.organization, of.month), it));
    Ok(Closed::from_months(months))
}

/// Asks for the exceptions to a month of an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ExceptionsTo(pub MonthOf);

/// Exceptions to months of organizations, oldest first.
impl Loader<ExceptionsTo> for Reader {
    type Value = Arc<[Exception]>;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        asked: &[ExceptionsTo],
    ) -> Result<HashMap<ExceptionsTo, Arc<[Exception]>>, Arc<DbErr>> {
        let asked: Vec<MonthOf> = asked.iter().map(|it| it.0).collect();
        let (organizations, months) = MonthOf::split(&asked);
        let all = hours::exception::of_months(self.ctx.read(), &organizations, &months).await?;
        let mut found: HashMap<ExceptionsTo, Vec<Exception>> = HashMap::new();
        for it in all {
            let of = MonthOf {
                organization: it.row.organization_id,
                month: it.row.month,
            };
            found.entry(ExceptionsTo(of)).or_default().push(it);
        }
        Ok(found.into_iter().map(|(of, it)| (of, it.into())).collect())
    }
}

/// Asks for the correction of an entry that waits for a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CorrectionOf(pub EntryId);

/// Corrections that wait for a decision.
impl Loader<CorrectionOf> for Reader {
    type Value = hour_entry_amendment::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        asked: &[CorrectionOf],
    ) -> Result<HashMap<CorrectionOf, hour_entry_amendment::Model>, Arc<DbErr>> {
        let ids: Vec<EntryId> = asked.iter().map(|it| it.0).collect();
        let found = hours::amend::pending(self.ctx.read(), &ids).await?;
        Ok(found
            .into_iter()
            .map(|(id, row)| (CorrectionOf(id), row))
            .collect())
    }
}

/// Asks for the first page of what happened to an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HistoryOf {
    /// The entry.
    pub entry: EntryId,
    /// Rows of the page.
    pub limit: u64,
}

/// First pages of histories.
impl Loader<HistoryOf> for Reader {
    type Value = Slice<Happening>;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        asked: &[HistoryOf],
    ) -> Result<HashMap<HistoryOf, Slice<Happening>>, Arc<DbErr>> {
        let mut by_limit: BTreeMap<u64, Vec<EntryId>> = BTreeMap::new();
        for it in asked {
            by_limit.entry(it.limit).or_default().push(it.entry);
        }
        let mut found = HashMap::new();
        for (limit, entries) in by_limit {
            let histories = ledger::histories(self.ctx.read(), &entries, limit).await?;
            found.extend(
                histories
                    .into_iter()
                    .map(|(entry, page)| (HistoryOf { entry, limit }, page)),
            );
        }
        Ok(found)
    }
}

/// Asks for the length of the history of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HistoryCountOf(pub EntryId);

/// Lengths of histories.
impl Loader<HistoryCountOf> for Reader {
    type Value = i64;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        asked: &[HistoryCountOf],
    ) -> Result<HashMap<HistoryCountOf, i64>, Arc<DbErr>> {
        let ids: Vec<EntryId> = asked.iter().map(|it| it.0).collect();
        let found = ledger::history_counts(self.ctx.read(), &ids).await?;
        Ok(found
            .into_iter()
            .map(|(id, count)| (HistoryCountOf(id), count))
            .collect())
    }
}

/// Entries by id, only those the caller may see.
impl Loader<EntryId> for Reader {
    type Value = Entry;
    type Error = Arc<DbErr>;

    async fn load(&self, ids: &[EntryId]) -> Result<HashMap<EntryId, Entry>, Arc<DbErr>> {
        let found = hours::list::by_ids(self.ctx.read(), self.ctx.scope(), ids).await?;
        Ok(found)
    }
}

/// Asks for what rules decided on an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DecisionsOn(pub EntryId);

/// What rules decided on entries, oldest first.
impl Loader<DecisionsOn> for Reader {
    type Value = Arc<[approval_decision::Model]>;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        asked: &[DecisionsOn],
    ) -> Result<HashMap<DecisionsOn, Arc<[approval_decision::Model]>>, Arc<DbErr>> {
        let ids: Vec<EntryId> = asked.iter().map(|it| it.0).collect();
        let found = hours::policy::store::decisions_of(self.ctx.read(), &ids).await?;
        Ok(found
            .into_iter()
            .map(|(id, decisions)| (DecisionsOn(id), decisions.into()))
            .collect())
    }
}

/// Rules of approval by id, only those the caller may see.
impl Loader<ApprovalRuleId> for Reader {
    type Value = approval_rule::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        ids: &[ApprovalRuleId],
    ) -> Result<HashMap<ApprovalRuleId, approval_rule::Model>, Arc<DbErr>> {
        let found = hours::policy::store::by_ids(&self.ctx, ids).await?;
        Ok(found)
    }
}

/// Asks for the rules of approval of an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RulesOf(pub OrganizationId);

/// Rules of organizations, archived ones included, oldest first.
impl Loader<RulesOf> for Reader {
    type Value = Arc<[approval_rule::Model]>;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        asked: &[RulesOf],
    ) -> Result<HashMap<RulesOf, Arc<[approval_rule::Model]>>, Arc<DbErr>> {
        let ids: Vec<OrganizationId> = asked.iter().map(|it| it.0).collect();
        let mut found: HashMap<RulesOf, Vec<approval_rule::Model>> = HashMap::new();
        for rule in hours::policy::store::of_organizations(self.ctx.read(), &ids).await? {
            found
                .entry(RulesOf(rule.organization_id))
                .or_default()
                .push(rule);
        }
        Ok(found
            .into_iter()
            .map(|(of, rules)| (of, rules.into()))
            .collect())
    }
}
