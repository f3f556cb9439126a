//! What `explainCell` tells of entries: what of one is in a number, and why one is not.
//!
//! Which entries there are is asked in `explain`; what counts is decided in `rollups`.

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::Object;
use async_graphql::Result;

use crate::graphql::context::Gql;
use crate::graphql::error::fault;
use crate::graphql::hours::entry::HourEntry;
use crate::graphql::hours::entry::HourEntryStatus;
use crate::graphql::loaders;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::Decimal;
use crate::graphql::scalars::Minutes;
use crate::hours::entry::Entry;
use crate::rollups::Behind;
use crate::rollups::DayBehind;
use crate::rollups::Lot;
use crate::rollups::Out;
use crate::rollups::Verdict;

/// Decimal places of the parts of a minute.
const PLACES: u32 = 12;

/// Why work is not in a number. The first four part all work that the number might count; the others are told
/// of one entry that is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Enum)]
pub enum CellReason {
    /// The entry is in a state that the number does not count: a draft, rejected, voided and so on.
    Status,
    /// The state counts, and on the day of work the project had no share in the programme or goal; for `NONE`,
    /// it had one.
    NoShare,
    /// It counts now, and was not written yet at the instant of the answer.
    RecordedLater,
    /// It counts now by a later correction; as it stood at the instant of the answer it was of other days, or
    /// of another row or column.
    CorrectedLater,
    /// The work, or a part of it, lies on days outside the interval.
    OutsideInterval,
    /// The work, or a part of it, is in the total, and in another row or column than the one asked about.
    OtherCell,
    /// It was worked outside the territory.
    OtherTerritory,
    /// It is of another organization than the one asked for.
    OtherOrganization,
    /// You may see the entry, and its organization's figures are not yours to count.
    BeyondRights,
}

impl CellReason {
    /// That of a lot; `None` of what counts.
    #[must_use]
    pub fn of(lot: Lot) -> Option<Self> {
        match lot {
            Lot::Counted => None,
            Lot::Status(_) => Some(Self::Status),
            Lot::NoShare => Some(Self::NoShare),
            Lot::RecordedLater => Some(Self::RecordedLater),
            Lot::CorrectedLater => Some(Self::CorrectedLater),
        }
    }

    fn out(out: Out) -> Option<Self> {
        match out {
            Out::Lot(lot) => Self::of(lot),
            Out::OutsideInterval => Some(Self::OutsideInterval),
            Out::OtherField => Some(Self::OtherCell),
            Out::OtherTerritory => Some(Self::OtherTerritory),
            Out::OtherOrganization => Some(Self::OtherOrganization),
            Out::BeyondRights => Some(Self::BeyondRights),
        }
    }
}

/// An entry behind a number, or left out of it, with what of it is there.
pub struct CellEntry(pub Behind);

/// An entry behind a number, or left out of it, with what of it is there.
#[Object]
impl CellEntry {
    /// The entry as it is now; null where it was taken away since.
    async fn hour_entry(&self, gql: &Context<'_>) -> Result<Option<HourEntry>> {
        Ok(loaders::one(gql, self.0.entry).await?.map(HourEntry))
    }

    /// Its state as it was known at the instant of the answer.
    async fn status(&self) -> HourEntryStatus {
        self.0.status.into()
    }

    /// Its person-minutes within the interval, the row and the column, before any is shared out.
    async fn minutes(&self) -> Minutes {
        Minutes(self.0.minutes())
    }

    /// Its person-minutes by share, exact: what it adds to `exactMinutes`; 0 where it is left out.
    async fn minutes_by_share(&self, gql: &Context<'_>) -> Result<Decimal> {
        decimal(gql, self.0.parts())
    }

    /// The same by day, in order.
    async fn days(&self) -> Vec<CellEntryDay> {
        self.0.days.iter().copied().map(CellEntryDay).collect()
    }
}

/// What of one day of an entry is in a number, or left out of it.
pub struct CellEntryDay(DayBehind);

/// What of one day of an entry is in a number, or left out of it.
#[Object]
impl CellEntryDay {
    /// The day, in the zone of the entry.
    async fn day(&self) -> Date {
        Date(self.0.day)
    }

    /// Person-minutes, before any is shared out.
    async fn minutes(&self) -> Minutes {
        Minutes(self.0.minutes)
    }

    /// The share of them that counts, from 0 to 1: that of the project in the programme or goal on the day,
    /// exact to the millionth; of both the product. 1 where neither is told apart, 0 where left out.
    async fn share(&self, gql: &Context<'_>) -> Result<Decimal> {
        decimal(gql, self.0.share)
    }

    /// `minutes` × `share`, exact.
    async fn minutes_by_share(&self, gql: &Context<'_>) -> Result<Decimal> {
        decimal(gql, self.0.parts())
    }
}

/// What became of one entry.
pub struct CellVerdict {
    /// The entry as it is now.
    pub entry: Entry,
    /// What became of it.
    pub verdict: Verdict,
}

/// What became of one entry.
#[Object]
impl CellVerdict {
    /// The entry as it is now.
    async fn hour_entry(&self) -> HourEntry {
        HourEntry(self.entry.clone())
    }

    /// Its state as it was known at the instant of the answer; null where it was not written yet.
    async fn status(&self) -> Option<HourEntryStatus> {
        self.verdict.status.map(Into::into)
    }

    /// Whether it is in the number, with all of its minutes or some.
    async fn is_counted(&self) -> bool {
        self.verdict.counted.is_some()
    }

    /// What of it counts; null where nothing does.
    async fn counted(&self) -> Option<CellEntry> {
        self.verdict.counted.clone().map(CellEntry)
    }

    /// Why it is not in the number, or why a part of it is not: every reason that applies; none where it
    /// counts as a whole.
    async fn reasons(&self) -> Vec<CellReason> {
        let reasons = self.verdict.reasons.iter().copied();
        let mut reasons: Vec<CellReason> = reasons.filter_map(CellReason::out).collect();
        reasons.sort();
        reasons
    }
}

/// Parts of a minute, or of a whole, as an exact decimal number.
pub(super) fn decimal(gql: &Context<'_>, parts: i128) -> Result<Decimal> {
    match rust_decimal::Decimal::try_from_i128_with_scale(parts, PLACES) {
        Ok(number) => Ok(Decimal(number.normalize())),
        Err(cause) => Err(fault(gql.op()?, &cause)),
    }
}
