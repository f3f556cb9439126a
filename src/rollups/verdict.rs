//! What became of one entry: whether it is in a field of a table, and why not.
//!
//! Lists of entries are in `behind`; both weigh an entry alike.

use std::collections::BTreeSet;

use entity::hour_entry;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::types::EntryStatus;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::sea_query::ExprTrait;

use crate::hours::ledger;
use crate::rollups::behind::Behind;
use crate::rollups::behind::shares;
use crate::rollups::behind::weigh;
use crate::rollups::field::Field;
use crate::rollups::field::Lot;
use crate::rollups::figures::Asked;
use crate::rollups::fold::ALWAYS;
use crate::rollups::past::Places;
use crate::rollups::work;
use crate::rollups::work::Said;

/// Why an entry is not in a field, beside the lots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Out {
    /// Of another organization than the one asked for.
    OtherOrganization,
    /// Worked elsewhere.
    OtherTerritory,
    /// Not the actor's to count.
    BeyondRights,
    /// Worked on other days than those asked for.
    OutsideInterval,
    /// In the whole, and in another row or column than the field's.
    OtherField,
    /// Left out of the field.
    Lot(Lot),
}

/// What became of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What of it counts; `None` where nothing does.
    pub counted: Option<Behind>,
    /// Why it does not, or why a part does not: every reason that applies.
    pub reasons: BTreeSet<Out>,
    /// Its state, as it was known; `None` where it was not written yet.
    pub status: Option<EntryStatus>,
}

/// What became of an entry of an organization.
///
/// # Errors
/// [`DbErr`].
pub async fn verdict(
    db: &impl ConnectionTrait,
    asked: &Asked<'_>,
    field: &Field,
    of: (EntryId, OrganizationId),
) -> Result<Verdict, DbErr> {
    let places = Places::of(db, asked).await?;
    let (then, now) = told(db, asked, of).await?;
    let mut verdict = Verdict {
        counted: None,
        reasons: BTreeSet::new(),
        status: then.as_ref().map(|it| it.place().2),
    };
    let Some(said) = then else {
        verdict.reasons.insert(Out::Lot(Lot::RecordedLater));
        return Ok(verdict);
    };
    verdict.reasons = outside(asked, field, &places, &said);
    let status = said.place().2;
    if !field.statuses().contains(&status) {
        verdict.reasons.insert(Out::Lot(Lot::Status(status)));
    }
    let mut might = said.clone();
    if might.within(field.from, field.to) && is_inside(asked, field, &places, &said) {
        let shares = shares(db, asked, field, std::iter::once(said.project())).await?;
        if weigh(field, said.clone(), &shares, Lot::NoShare).is_some() {
            verdict.reasons.insert(Out::Lot(Lot::NoShare));
        }
        verdict.counted = weigh(field, said, &shares, Lot::Counted);
        return Ok(verdict);
    }
    if let Some(now) = now {
        let present = Asked {
            at: None,
            ..asked.clone()
        };
        let shares = shares(db, &present, field, std::iter::once(now.project())).await?;
        let is_inside = is_inside(&present, field, &places, &now);
        if is_inside && weigh(field, now, &shares, Lot::Counted).is_some() {
            verdict.reasons.insert(Out::Lot(Lot::CorrectedLater));
        }
    }
    Ok(verdict)
}

/// How an entry stood when asked about, and how it stands now where that was earlier.
async fn told(
    db: &impl ConnectionTrait,
    asked: &Asked<'_>,
    (entry, organization): (EntryId, OrganizationId),
) -> Result<(Option<Said>, Option<Said>), DbErr> {
    let of_entry = Condition::all().add(hour_entry::Column::Id.eq(entry));
    let now = work::of_now(db, of_entry.clone(), ALWAYS).await?.pop();
    let Some(at) = asked.at else {
        return Ok((now, None));
    };
    let chains = ledger::positions(db, at).await?;
    let Some(chain) = chains.iter().find(|it| it.organization_id == organization) else {
        return Ok((now, None));
    };
    let untouched = of_entry.add(ledger::touched_after(chain.sequence).not());
    if let Some(said) = work::of_now(db, untouched, ALWAYS).await?.pop() {
        return Ok((Some(said), None));
    }
    let stood = ledger::stood_of(db, (organization, chain.sequence), entry).await?;
    Ok((stood.map(|it| Said::of(organization, &it)), now))
}

/// Whether an entry is of the organization and the place asked for, the actor's to count, and not of
/// another row or column, whatever its days.
fn is_inside(asked: &Asked<'_>, field: &Field, places: &Places, said: &Said) -> bool {
    let (organization, territory, _) = said.place();
    asked.organization.is_none_or(|it| it == organization)
        && places.hold(territory)
        && places.let_count(asked, organization, territory)
        && field.holds_entry(said)
}

/// Why an entry, or some of its days, is no work that a field might count.
fn outside(asked: &Asked<'_>, field: &Field, places: &Places, said: &Said) -> BTreeSet<Out> {
    let (organization, territory, _) = said.place();
    let mut reasons = BTreeSet::new();
    if asked.organization.is_some_and(|it| it != organization) {
        reasons.insert(Out::OtherOrganization);
    }
    if !places.hold(territory) {
        reasons.insert(Out::OtherTerritory);
    }
    if !places.let_count(asked, organization, territory) {
        reasons.insert(Out::BeyondRights);
    }
    if reasons.is_empty() && !field.holds_entry(said) {
        reasons.insert(Out::OtherField);
    }
    for day in said.days() {
        if day < asked.from || day > asked.to {
            reasons.insert(Out::OutsideInterval);
        } else if day < field.from || day > field.to {
            reasons.insert(Out::OtherField);
        }
    }
    reasons
}
