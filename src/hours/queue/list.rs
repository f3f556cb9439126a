//! Reads what waits for a decision: a page of it, its totals, or all of it in parts.
//!
//! What is known around each entry is gathered in `facts`.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entity::hour_entry;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::VolunteerId;
use entity::organization;
use entity::types::EntryKind;
use entity::types::EntryStatus;
use entity::types::EvidenceLevel;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::DbErr;

use crate::hours::error::HoursError;
use crate::hours::list::Key;
use crate::hours::list::Order;
use crate::hours::list::OrderField;
use crate::hours::queue::anomaly::AnomalyCode;
use crate::hours::queue::facts;
use crate::hours::queue::facts::Waiting;
use crate::hours::queue::store;
use crate::hours::store::organization;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::platform::page::Direction;
use crate::platform::page::From;
use crate::platform::page::Page;
use crate::platform::page::Slice;

/// Entries that are read and judged together where the filter asks for a judgement.
const PART: u64 = 500;

/// What waits for a decision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Subject {
    /// Entries that were handed in.
    #[default]
    Entries,
    /// Corrections of approved entries; the filter narrows by the entries as they stand.
    Corrections,
}

/// Which of the entries that wait; an absent part does not narrow.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Of this organization.
    pub organization: OrganizationId,
    /// What waits: new entries, or corrections of approved ones.
    pub subject: Subject,
    /// On this project.
    pub project: Option<ProjectId>,
    /// Of this volunteer.
    pub volunteer: Option<VolunteerId>,
    /// Begun on this day or later.
    pub worked_from: Option<NaiveDate>,
    /// Begun on this day or earlier.
    pub worked_to: Option<NaiveDate>,
    /// That came to be in one of these ways.
    pub evidence: Option<Vec<EvidenceLevel>>,
    /// Of one of these kinds.
    pub kind: Option<Vec<EntryKind>>,
    /// Of so many minutes or more, for each person.
    pub minutes_least: Option<i64>,
    /// Of so many minutes or fewer, for each person.
    pub minutes_most: Option<i64>,
    /// With one of these anomalies.
    pub anomalies: Option<Vec<AnomalyCode>>,
    /// With any anomaly, or with none.
    pub anomalous: Option<bool>,
    /// That the actor may approve now, or may not.
    pub decidable: Option<bool>,
}

impl Filter {
    /// All that waits in an organization.
    #[must_use]
    pub fn of(organization: OrganizationId) -> Self {
        Self {
            organization,
            subject: Subject::Entries,
            project: None,
            volunteer: None,
            worked_from: None,
            worked_to: None,
            evidence: None,
            kind: None,
            minutes_least: None,
            minutes_most: None,
            anomalies: None,
            anomalous: None,
            decidable: None,
        }
    }

    pub(super) fn condition(&self) -> Condition {
        use hour_entry::Column as C;
        Condition::all()
            .add(C::OrganizationId.eq(self.organization))
            .add(match self.subject {
                Subject::Entries => C::Status.eq(EntryStatus::Submitted),
                Subject::Corrections => store::corrected(self.organization),
            })
            .add_option(self.project.map(|it| C::ProjectId.eq(it)))
            .add_option(self.volunteer.map(|it| C::VolunteerId.eq(it)))
            .add_option(self.worked_from.map(|it| C::WorkedOn.gte(it)))
            .add_option(self.worked_to.map(|it| C::WorkedOn.lte(it)))
            .add_option(self.evidence.clone().map(|it| C::EvidenceLevel.is_in(it)))
            .add_option(self.kind.clone().map(|it| C::Kind.is_in(it)))
            .add_option(self.minutes_least.map(|it| C::Minutes.gte(it)))
            .add_option(self.minutes_most.map(|it| C::Minutes.lte(it)))
    }

    /// Whether it asks for what only a judgement of each entry tells.
    fn judges(&self) -> bool {
        self.anomalies.is_some() || self.anomalous.is_some() || self.decidable.is_some()
    }

    fn fits(&self, waiting: &Waiting) -> bool {
        let named = self.anomalies.as_ref().is_none_or(|codes| {
            let mut found = waiting.anomalies.iter();
            found.any(|it| codes.contains(&it.code))
        });
        named
            && self
                .anomalous
                .is_none_or(|it| it != waiting.anomalies.is_empty())
            && self
                .decidable
                .is_none_or(|it| it == waiting.refusal.is_none())
    }
}

/// The organization whose queue is asked for.
///
/// # Errors
/// [`HoursError::Denied`] for who does not decide there, [`HoursError::NotFound`].
pub async fn place(
    ctx: &Ctx,
    organization_id: OrganizationId,
) -> Result<organization::Model, HoursError> {
    ctx.demand(Action::DecideHours, organization_id)?;
    organization(ctx.read(), ctx.scope(), organization_id)
        .await?
        .ok_or(HoursError::NotFound {
            field: "organizationId",
        })
}

/// A page of what waits, with all that is known around it.
///
/// The number of statements does not depend on the size of the page. A filter that asks for a
/// judgement reads as many parts of the queue as it needs to fill the page.
///
/// # Errors
/// [`DbErr`].
pub async fn page(
    ctx: &Ctx,
    place: &organization::Model,
    filter: &Filter,
    order: Order,
    page: &Page<Key>,
) -> Result<Slice<Waiting>, DbErr> {
    let mut found = if filter.judges() {
        let most = usize::try_from(page.limit.saturating_add(1)).unwrap_or(usize::MAX);
        let mut found: Vec<Waiting> = Vec::new();
        walk(ctx, place, filter, order, page.from.clone(), |it| {
            found.push(it);
            found.len() < most
        })
        .await?;
        found
    } else {
        let rows = store::rows(ctx.read(), ctx.scope(), filter.condition(), order, page).await?;
        facts::gather(ctx, place, rows).await?
    };
    facts::look_beside(ctx, place, &mut found).await?;
    Ok(page.slice(found))
}

/// Number of the entries of a queue.
///
/// # Errors
/// [`DbErr`].
pub async fn count(ctx: &Ctx, place: &organization::Model, filter: &Filter) -> Result<u64, DbErr> {
    if !filter.judges() {
        return store::count(ctx.read(), ctx.scope(), filter.condition()).await;
    }
    let mut count = 0;
    each(ctx, place, filter, |_| {
        count += 1;
        true
    })
    .await?;
    Ok(count)
}

/// Entries and minutes of all their people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many entries.
    pub entries: i64,
    /// Their minutes, all people together.
    pub minutes: i64,
}

impl Sum {
    /// Adds an entry.
    pub fn add(&mut self, row: &hour_entry::Model) {
        self.entries = self.entries.saturating_add(1);
        self.minutes = self.minutes.saturating_add(i64::from(row.total_minutes.0));
    }
}

/// Totals of a queue by evidence, weakest first: one statement, unless the filter asks for a
/// judgement.
///
/// # Errors
/// [`DbErr`].
pub async fn by_evidence(
    ctx: &Ctx,
    place: &organization::Model,
    filter: &Filter,
) -> Result<Vec<(EvidenceLevel, Sum)>, DbErr> {
    let mut sums: BTreeMap<EvidenceLevel, Sum> = BTreeMap::new();
    if filter.judges() {
        each(ctx, place, filter, |it| {
            let row = &it.entry.row;
            sums.entry(row.evidence_level).or_default().add(row);
            true
        })
        .await?;
    } else {
        let rows = store::by_evidence(ctx.read(), ctx.scope(), filter.condition()).await?;
        for (level, entries, minutes) in rows {
            sums.insert(level, Sum { entries, minutes });
        }
    }
    Ok(sums.into_iter().collect())
}

/// Totals of a queue by anomaly, in the order of the codes; an entry with several counts in each.
///
/// # Errors
/// [`DbErr`].
pub async fn by_anomaly(
    ctx: &Ctx,
    place: &organization::Model,
    filter: &Filter,
) -> Result<Vec<(AnomalyCode, Sum)>, DbErr> {
    let mut sums: BTreeMap<AnomalyCode, Sum> = BTreeMap::new();
    each(ctx, place, filter, |it| {
        for found in &it.anomalies {
            sums.entry(found.code).or_default().add(&it.entry.row);
        }
        true
    })
    .await?;
    Ok(sums.into_iter().collect())
}

/// Goes through a queue, oldest work first, part by part, until `each` says that it is enough.
///
/// # Errors
/// [`DbErr`].
pub async fn each(
    ctx: &Ctx,
    place: &organization::Model,
    filter: &Filter,
    each: impl FnMut(Waiting) -> bool,
) -> Result<(), DbErr> {
    let order = Order {
        field: OrderField::WorkedOn,
        direction: Direction::Ascending,
    };
    walk(ctx, place, filter, order, From::Start(None), each).await
}

async fn walk(
    ctx: &Ctx,
    place: &organization::Model,
    filter: &Filter,
    order: Order,
    from: From<Key>,
    mut each: impl FnMut(Waiting) -> bool,
) -> Result<(), DbErr> {
    let mut page = Page { limit: PART, from };
    loop {
        let mut rows =
            store::rows(ctx.read(), ctx.scope(), filter.condition(), order, &page).await?;
        let part = usize::try_from(PART).unwrap_or(usize::MAX);
        let more = rows.len() > part;
        rows.truncate(part);
        let Some(last) = rows.last().map(|it| order.key(it)) else {
            return Ok(());
        };
        for waiting in facts::gather(ctx, place, rows).await? {
            if filter.fits(&waiting) && !each(waiting) {
                return Ok(());
            }
        }
        if !more {
            return Ok(());
        }
        page.from = match page.from {
            From::Start(_) => From::Start(Some(last)),
            From::End(_) => From::End(Some(last)),
        };
    }
}
