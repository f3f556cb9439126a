//! One entry that waits for a decision, with all that a decision needs to know.
//!
//! What is known around an entry is gathered in `hours/queue`; lists of them are in `queue`.

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;

use crate::graphql::context::Gql;
use crate::graphql::hours::entry::HourEntry;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::Minutes;
use crate::hours::queue;
use crate::hours::queue::Anomaly;
use crate::hours::queue::Waiting;
use crate::hours::queue::anomaly::DayTotal;
use crate::refusal::Code;

/// What is worth a second look before an entry is approved. It accuses nobody and refuses nothing.
/// More codes may come: treat an unknown one by its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "queue::AnomalyCode")]
pub enum ApprovalAnomalyCode {
    /// On one of its days the person reaches 80 % of the organization's daily cap or more, other
    /// organizations included. Figures: `minutes`, `cap`.
    DailyCapNear,
    /// On that day at least 5 people have the same project, minutes and description, or this
    /// person has them at least twice. Figures: `entries`, `people`, `own`.
    IdenticalRows,
    /// Of the volunteer's entries of the last 90 days, at least 8, at least 90 % are whole hours.
    /// Figures: `entries`, `wholeHours`, `days`.
    RoundNumberBias,
    /// The caller wrote or changed the entry, so somebody else decides.
    EnteredByApprover,
    /// Written more than 30 days after the last day of work. Figure: `days`.
    Late,
    /// At least 60 minutes lie between midnight and 5 in the morning, local time. Figure:
    /// `minutes`.
    Night,
    /// At least 480 minutes from one instant to another without a break. Figure: `minutes`.
    LongWithoutBreak,
    /// A group of at least 100 people, whom nobody names. Figure: `people`.
    LargeGroup,
}

/// One figure of an anomaly.
#[derive(Clone, Debug, SimpleObject)]
pub struct ApprovalFigure {
    /// What it counts, as the description of the code says.
    name: &'static str,
    /// How many.
    value: i64,
}

/// Something that is worth a second look.
#[derive(Clone, Debug)]
pub struct ApprovalAnomaly(Anomaly);

/// Something that is worth a second look.
#[Object]
impl ApprovalAnomaly {
    /// What.
    async fn code(&self) -> ApprovalAnomalyCode {
        self.0.code.into()
    }

    /// The sentence to show, in the language of the request.
    async fn message(&self, gql: &Context<'_>) -> Result<String> {
        Ok(self.0.message(gql.op()?.locale()))
    }

    /// The day it concerns; null where it concerns no single one.
    async fn day(&self) -> Option<Date> {
        self.0.day.map(Date)
    }

    /// What it was judged by.
    async fn figures(&self) -> Vec<ApprovalFigure> {
        self.0
            .figures
            .iter()
            .map(|(name, value)| ApprovalFigure {
                name,
                value: *value,
            })
            .collect()
    }
}

/// How something stands against an approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ApprovalConflictKind {
    /// The caller's approval would be refused now.
    Refusal,
    /// Another entry of the person in the organization shares time with it.
    Overlap,
    /// Another entry of the person in the organization touches one of its days.
    SameDay,
}

/// What stands against an approval, or beside it.
#[derive(Clone, Debug, SimpleObject)]
pub struct ApprovalConflict {
    /// How.
    kind: ApprovalConflictKind,
    /// Why an approval would be refused; null for other entries.
    code: Option<Code>,
    /// Stable name of the rule that would refuse; null for other entries.
    rule: Option<&'static str>,
    /// The sentence to show, in the language of the request; null for other entries.
    message: Option<String>,
    /// The other entry; null for a refusal.
    hour_entry: Option<HourEntry>,
}

/// Minutes of a person on one civil day.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct ApprovalDayTotal {
    /// The day, in the zone of the entry.
    day: Date,
    /// Minutes in the organization, the entry included, whatever counts or may come to count.
    minutes: Minutes,
    /// Minutes in all other organizations together; which they are is not told.
    busy_elsewhere_minutes: Minutes,
    /// The most that one person may log on one day.
    cap_minutes: Minutes,
}

/// An entry that waits for a decision.
#[derive(Clone, Debug)]
pub struct ApprovalQueueItem(pub Waiting);

/// An entry that waits for a decision, with what a decision needs to know.
#[Object]
impl ApprovalQueueItem {
    /// The entry. Where a correction of it waits, `amendment` says what it proposes.
    async fn hour_entry(&self) -> HourEntry {
        HourEntry(self.0.entry.clone())
    }

    /// Why the caller's approval would be refused now, by the same rules as the approval itself,
    /// and other entries of the person in the organization on the same days.
    async fn conflicts(&self, gql: &Context<'_>) -> Result<Vec<ApprovalConflict>> {
        let locale = gql.op()?.locale();
        let refusal = self.0.refusal.as_ref().map(|it| ApprovalConflict {
            kind: ApprovalConflictKind::Refusal,
            code: Some(it.code),
            rule: Some(it.code.rule()),
            message: Some(it.message(locale)),
            hour_entry: None,
        });
        let beside = self.0.beside.iter().map(|it| ApprovalConflict {
            kind: if it.overlaps {
                ApprovalConflictKind::Overlap
            } else {
                ApprovalConflictKind::SameDay
            },
            code: None,
            rule: None,
            message: None,
            hour_entry: Some(HourEntry(it.entry.clone())),
        });
        Ok(refusal.into_iter().chain(beside).collect())
    }

    /// The person's minutes on each day of the entry, in all organizations; empty for a group.
    async fn day_totals(&self) -> Vec<ApprovalDayTotal> {
        let cap = Minutes(self.0.cap);
        let total = |it: &DayTotal| ApprovalDayTotal {
            day: Date(it.day),
            minutes: Minutes(it.minutes),
            busy_elsewhere_minutes: Minutes(it.elsewhere),
            cap_minutes: cap,
        };
        self.0.days.iter().map(total).collect()
    }

    /// What is worth a second look.
    async fn anomalies(&self) -> Vec<ApprovalAnomaly> {
        let anomalies = self.0.anomalies.iter();
        anomalies.map(|it| ApprovalAnomaly(it.clone())).collect()
    }
}
