//! Hours of attendances: written by the one way in, handed in at once.
//!
//! Which time counts is in `rules`; what becomes of a refusal is said by the act.

use entity::activity;
use entity::attendance;
use entity::ids::EntryId;
use entity::types::EvidenceLevel;

use crate::attendance::rules::Counted;
use crate::hours::Fields;
use crate::hours::HoursError;
use crate::hours::Item;
use crate::hours::NewEntry;
use crate::hours::Recorded;
use crate::hours::record;
use crate::identity::Ctx;
use crate::platform::db::Tx;

/// A time to be credited.
#[derive(Clone, Copy, Debug)]
pub(super) struct Credit {
    /// When and how long.
    pub counted: Counted,
    /// What shows it.
    pub evidence: EvidenceLevel,
    /// Whether a refusal stops the act, because somebody is there to mend it; else the attendance
    /// is kept for a review.
    pub stops: bool,
}

/// An attendance that shows a time, and for what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claimed<'a> {
    /// What was done.
    pub activity: &'a activity::Model,
    /// Code of its own territory, where it has one.
    pub territory: Option<&'a str>,
    /// Who was there.
    pub row: &'a attendance::Model,
    /// The time.
    pub credit: Credit,
}

/// Writes the hours of some attendances of one organization; the answers come in their order.
pub(super) async fn write(
    ctx: &Ctx,
    tx: &Tx,
    claimed: &[Claimed<'_>],
) -> Result<Vec<Result<EntryId, HoursError>>, HoursError> {
    let Some(organization) = claimed.first().map(|it| it.activity.organization_id) else {
        return Ok(Vec::new());
    };
    let mut answers: Vec<Option<HoursError>> = Vec::with_capacity(claimed.len());
    let mut items = Vec::with_capacity(claimed.len());
    for it in claimed {
        match NewEntry::parse(&fields(it)) {
            Ok(entry) => {
                items.push(Item::attended(entry, it.credit.evidence));
                answers.push(None);
            }
            Err(refusal) => answers.push(Some(refusal)),
        }
    }
    let outcomes = record::within(ctx, tx, organization, &items).await?;
    let mut outcomes = outcomes.into_iter();
    answers
        .into_iter()
        .map(|refused| match refused {
            Some(refusal) => Ok(Err(refusal)),
            None => match outcomes.next() {
                Some(Ok(Recorded::Created(entry))) => Ok(Ok(entry.row.id)),
                Some(Err(error)) if !error.is_fault() => Ok(Err(error)),
                Some(Err(fault)) => Err(fault),
                _ => Err(HoursError::Inconsistent("hours without an outcome")),
            },
        })
        .collect()
}

fn fields(claimed: &Claimed<'_>) -> Fields {
    let counted = claimed.credit.counted;
    Fields {
        volunteer: Some(claimed.row.volunteer_id),
        started_at: Some(counted.from),
        ended_at: Some(counted.to),
        break_minutes: Some(counted.break_minutes),
        description: Some(claimed.activity.title.clone()),
        territory_code: claimed.territory.map(str::to_owned),
        ..Fields::on(claimed.activity.project_id)
    }
}
