//! Figures as they were known at an instant, or beyond where cells are folded.
//!
//! A chain to which nothing happened since is answered from its cells. Of the others the entries are
//! counted as they stood: untouched ones from their table, the rest from the ledger.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashSet;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::hour_entry;
use entity::ids::OrganizationId;
use entity::ids::TerritoryId;
use entity::rollup_cell;
use entity::types::EntryStatus;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::sea_query::ExprTrait;

use crate::hours::days::month_of;
use crate::hours::ledger;
use crate::rollups::basis;
use crate::rollups::figures;
use crate::rollups::figures::Asked;
use crate::rollups::figures::Collect;
use crate::rollups::figures::MONTHS;
use crate::rollups::figures::in_cells;
use crate::rollups::figures::in_entries;
use crate::rollups::figures::months;
use crate::rollups::fold::ALWAYS;
use crate::rollups::number::Numbers;
use crate::rollups::store;
use crate::rollups::work;
use crate::rollups::work::Said;

/// Territories whose hours count, for entries that are read from the ledger.
pub(super) struct Places {
    asked: HashSet<TerritoryId>,
    observed: HashSet<TerritoryId>,
}

/// Hands the cells of what is asked for over.
pub(super) async fn collect(
    db: &impl ConnectionTrait,
    asked: &Asked<'_>,
    into: &mut impl Collect,
) -> Result<(), DbErr> {
    let places = Places::of(db, asked).await?;
    let mut apart = apart(db, asked.at).await?;
    apart.retain(|organization, _| places.concern(asked, *organization));
    let mut numbers = Numbers::default();
    let aside: Vec<OrganizationId> = apart.keys().copied().collect();
    let (whole, parts) = months(asked);
    for chunk in whole.chunks(MONTHS) {
        let condition = in_cells(asked)
            .add(rollup_cell::Column::Month.is_in(chunk.to_vec()))
            .add(rollup_cell::Column::OrganizationId.is_not_in(aside.iter().copied()));
        let cells = store::cells(db, condition).await?;
        into.add(&cells, &figures::shares(db, &cells, asked.at).await?);
    }
    for month in parts {
        let condition = in_entries(asked)
            .add(hour_entry::Column::OrganizationId.is_not_in(aside.iter().copied()));
        let (cells, shares) = figures::of_part(db, asked, &mut numbers, month, condition).await?;
        into.add(&cells, &shares);
    }
    for (organization, until) in apart {
        let untouched = in_entries(asked)
            .add(hour_entry::Column::OrganizationId.eq(organization))
            .add(ledger::touched_after(until).not());
        let mut said = work::of_now(db, untouched, (asked.from, asked.to)).await?;
        let stood = ledger::stood(db, organization, until).await?;
        let stood = stood.iter().map(|it| Said::of(organization, it));
        said.extend(stood.filter(|it| places.count(asked, it)));
        let (cells, shares) = figures::counted(db, asked, &mut numbers, said).await?;
        into.add(&cells, &shares);
    }
    Ok(())
}

/// The months in which organizations have entries of some states, as [`collect`] counts them.
pub(super) async fn months_with(
    db: &impl ConnectionTrait,
    organizations: &[OrganizationId],
    statuses: &[EntryStatus],
    between: (Option<NaiveDate>, NaiveDate),
    at: Option<DateTime<Utc>>,
) -> Result<BTreeMap<OrganizationId, BTreeSet<NaiveDate>>, DbErr> {
    let apart = apart(db, at).await?;
    let (aside, folded): (Vec<_>, Vec<_>) = organizations
        .iter()
        .copied()
        .partition(|it| apart.contains_key(it));
    let mut found = store::months_with(db, &folded, statuses, between).await?;
    for organization in aside {
        let Some(until) = apart.get(&organization).copied() else {
            continue;
        };
        let untouched = Condition::all()
            .add(hour_entry::Column::OrganizationId.eq(organization))
            .add(hour_entry::Column::Status.is_in(statuses.iter().copied()))
            .add(ledger::touched_after(until).not());
        let now = work::of_now(db, untouched, ALWAYS).await?;
        let stood = ledger::stood(db, organization, until).await?;
        let stood = stood.iter().filter(|it| statuses.contains(&it.status));
        let stood = stood.map(|it| Said::of(organization, it));
        for said in now.into_iter().chain(stood) {
            let months = found.entry(organization).or_default();
            months.extend(said.days().map(month_of));
        }
    }
    Ok(found)
}

impl Places {
    /// The places that are asked for, and those of them that are observed.
    pub(super) async fn of(db: &impl ConnectionTrait, asked: &Asked<'_>) -> Result<Self, DbErr> {
        Ok(Self {
            asked: basis::below_ids(db, asked.territories).await?,
            observed: basis::below_ids(db, asked.scope.observed()).await?,
        })
    }

    /// Whether hours of an organization may count at all.
    pub(super) fn concern(&self, asked: &Asked<'_>, organization: OrganizationId) -> bool {
        let named = asked.organization.is_none_or(|it| it == organization);
        named && (asked.scope.counts(organization, false) || !self.observed.is_empty())
    }

    /// Whether a territory is, or lies below, the one that is asked for.
    pub(super) fn hold(&self, territory: TerritoryId) -> bool {
        self.asked.contains(&territory)
    }

    /// Whether hours of an organization, worked in a territory, are the actor's to count.
    pub(super) fn let_count(
        &self,
        asked: &Asked<'_>,
        organization: OrganizationId,
        territory: TerritoryId,
    ) -> bool {
        let observed = self.observed.contains(&territory);
        asked.scope.counts(organization, observed)
    }

    /// Whether an entry counts, as far as its organization, place and state go.
    pub(super) fn count(&self, asked: &Asked<'_>, said: &Said) -> bool {
        let (organization, territory, status) = said.place();
        asked.statuses.contains(&status)
            && self.hold(territory)
            && self.let_count(asked, organization, territory)
    }
}

/// The chains of which cells do not say what is asked, and the event up to which the answer goes.
/// Entries that nothing happened to since stand in their table as they were.
async fn apart(
    db: &impl ConnectionTrait,
    at: Option<DateTime<Utc>>,
) -> Result<BTreeMap<OrganizationId, i64>, DbErr> {
    let due = store::due(db, None, u64::from(u32::MAX)).await?;
    let mut apart: BTreeMap<_, _> = due
        .into_iter()
        .map(|it| (it.organization_id, it.head))
        .collect();
    // Shares that changed since cut months otherwise, while nothing happened to entries.
    apart.extend(basis::shared_since(db, at).await?);
    if let Some(at) = at {
        let chains = ledger::positions(db, at).await?;
        apart.extend(
            chains
                .into_iter()
                .map(|it| (it.organization_id, it.sequence)),
        );
    }
    Ok(apart)
}
