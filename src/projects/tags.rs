//! Shares: how much of a project serves which term, dated, summing to exactly 100 %.
//!
//! The terms are in `vocabularies`; how minutes follow shares is in `apportionment/allocation.rs`.

use std::collections::HashSet;

use chrono::Datelike;
use chrono::Months;
use chrono::NaiveDate;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::TagSetId;
use entity::ids::TermId;
use entity::project;
use entity::tag_set;
use entity::tag_share;
use entity::vocabulary_term;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use sea_orm::ActiveModelTrait;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use serde::Serialize;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::identity::Ctx;
use crate::organizations::months::Terms;
use crate::organizations::months::standing;
use crate::platform::db::Tx;
use crate::projects::error::ProjectError;
use crate::projects::project::held;
use crate::projects::store;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Mend;
use crate::refusal::Refusal;
use crate::vocabularies::ICNP_TSO;
use crate::vocabularies::ISCO08;
use crate::vocabularies::lookup;

/// The whole, in millionths.
pub const WHOLE_PPM: i32 = 1_000_000;
/// The first day of shares that hold from the beginning.
pub const ALWAYS: NaiveDate = match NaiveDate::from_ymd_opt(1, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};
/// Most shares of one set.
const SHARES_MOST: usize = 50;

/// The shares of a project in one vocabulary, as asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewShares {
    /// Code of the vocabulary.
    pub vocabulary: String,
    /// Term code and percentage, to four decimals.
    pub shares: Vec<(String, Decimal)>,
    /// First day of these shares. Absent: from always on for the first set of a project, from today
    /// on for a later one.
    pub valid_from: Option<NaiveDate>,
}

/// A share as stored: millionths, exact.
///
/// `None` for a percentage that is not above zero, is above 100, or has more than four decimals.
#[must_use]
pub fn ppm(percent: Decimal) -> Option<i32> {
    let millionths = percent.checked_mul(Decimal::from(10_000))?;
    if !millionths.fract().is_zero() {
        return None;
    }
    millionths
        .to_i32()
        .filter(|it| (1..=WHOLE_PPM).contains(it))
}

/// A stored share as a percentage.
#[must_use]
pub fn percent(ppm: i32) -> Decimal {
    Decimal::new(i64::from(ppm), 4).normalize()
}

/// Sets the shares of a project in one vocabulary from a day on. The past keeps its shares.
///
/// # Errors
/// [`ProjectError::SharesNotWhole`], [`ProjectError::Invalid`] for an unknown or repeated term, a
/// percentage out of bounds, or a day not after that of the latest set (that day itself where it is
/// today or later), [`ProjectError::PeriodClosed`] where hours that were closed would be shared
/// otherwise.
pub async fn set(
    ctx: &Ctx,
    id: ProjectId,
    expected: Option<i32>,
    new: NewShares,
) -> Result<project::Model, ProjectError> {
    ctx.demand_signed_in()?;
    ctx.transaction(async |tx| {
        let before = held(ctx, tx, id, expected, "projectId").await?;
        if !assign(ctx, tx, &before, &new, "").await? {
            return Ok(before);
        }
        let mut after = before;
        after.version += 1;
        after.updated_at = ctx.now();
        project::Entity::update(after.clone().into_active_model().reset_all())
            .exec(&**tx)
            .await?;
        Ok(after)
    })
    .await
}

/// Writes shares of a project that the transaction holds. Says whether anything changed. `prefix`
/// stands before the names of the fields in refusals.
///
/// # Errors
/// As [`set`].
pub async fn assign(
    ctx: &Ctx,
    tx: &Tx,
    project: &project::Model,
    new: &NewShares,
    prefix: &str,
) -> Result<bool, ProjectError> {
    let sets = store::tag_sets(tx, project.id, &new.vocabulary).await?;
    let latest = sets.last();
    let today = ctx.today();
    let valid_from = match (new.valid_from, latest) {
        (Some(day), _) => day,
        (None, None) => ALWAYS,
        (None, Some(_)) => today,
    };
    let first_day = valid_from.max(project.starts_on);
    let parsed = parse(tx, project.organization_id, new, first_day, prefix).await?;
    let shares: Vec<(TermId, i32)> = parsed.iter().map(|it| (it.0.id, it.1)).collect();
    if let Some(latest) = latest {
        let held = store::shares_of(tx, latest.id).await?;
        let ids: Vec<TermId> = held.iter().map(|it| it.term_id).collect();
        let terms = lookup::by_ids(&**tx, &ids).await?;
        let code = |id: TermId| {
            terms
                .iter()
                .find(|it| it.id == id)
                .map(|it| it.code.as_str())
        };
        // By code: that a term has another version is no other share.
        let mut held: Vec<(Option<&str>, i32)> = held
            .iter()
            .map(|it| (code(it.term_id), it.share_ppm))
            .collect();
        let wanted = parsed.iter().map(|it| (Some(it.0.code.as_str()), it.1));
        let mut wanted: Vec<(Option<&str>, i32)> = wanted.collect();
        held.sort_unstable();
        wanted.sort_unstable();
        let since = new.valid_from.is_none_or(|it| it >= latest.valid_from);
        if held == wanted && since {
            return Ok(false);
        }
        // A set that has been in force for a day is not replaced, only followed.
        let least = if latest.valid_from >= today {
            latest.valid_from
        } else {
            latest.valid_from.succ_opt().unwrap_or(NaiveDate::MAX)
        };
        if valid_from < least {
            // The first shares hold since ever; people know of the days of the project alone.
            let since = latest.valid_from.max(project.starts_on);
            let refusal = Refusal::of(Code::OutOfRange, &format!("{prefix}validFrom"))
                .with("least", least)
                .with("most", "9999-12-31")
                .with("since", since)
                .mended(Mend::SharesFollow);
            return Err(refusal.into());
        }
    }
    if let Some(month) = closed_month(ctx, tx, project, first_day).await? {
        return Err(ProjectError::PeriodClosed { month });
    }
    if let Some(latest) = latest {
        close(tx, latest, valid_from).await?;
    }
    let set = tag_set::Model {
        id: TagSetId(ctx.new_id()),
        project_id: project.id,
        vocabulary: new.vocabulary.clone(),
        valid_from,
        valid_to: None,
        created_at: ctx.now(),
    };
    tag_set::Entity::insert(set.clone().into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    let rows: Vec<tag_share::ActiveModel> = shares
        .iter()
        .map(|(term_id, share_ppm)| {
            tag_share::Model {
                tag_set_id: set.id,
                term_id: *term_id,
                share_ppm: *share_ppm,
            }
            .into_active_model()
        })
        .collect();
    tag_share::Entity::insert_many(rows)
        .exec_without_returning(&**tx)
        .await?;
    let line = Line {
        action: "project.shares",
        organization: Some(project.organization_id),
        subject: ("Project", Some(project.id.0)),
        details: Some(json!({"vocabulary": new.vocabulary, "validFrom": valid_from})),
    };
    audit::record(ctx, tx, line).await?;
    Ok(true)
}

/// The first closed month with hours of the project on or after a day: their figures stay as they
/// were closed.
async fn closed_month(
    ctx: &Ctx,
    tx: &Tx,
    project: &project::Model,
    from: NaiveDate,
) -> Result<Option<NaiveDate>, ProjectError> {
    let (organization, said) = store::months_since(tx, project.organization_id, from).await?;
    let Some(terms) = organization.as_ref().and_then(Terms::of) else {
        return Ok(None);
    };
    // Neighbours together: the clock may have closed years.
    let mut spans: Vec<(NaiveDate, NaiveDate)> = Vec::new();
    let last = said.iter().map(|it| it.month).max();
    let last = last.max(Some(terms.zone.day_of(ctx.now())));
    let mut month = from.with_day(1).unwrap_or(from);
    while Some(month) <= last {
        let next = month.checked_add_months(Months::new(1));
        let next = next.unwrap_or(NaiveDate::MAX);
        let word = said.iter().find(|it| it.month == month);
        if standing(&terms, month, word, ctx.now()).is_closed() {
            match spans.last_mut() {
                Some(span) if span.1 == month => span.1 = next,
                _ => spans.push((from.max(month), next)),
            }
        }
        month = next;
    }
    for span in spans {
        if let Some(day) = store::first_hours(tx, project.id, span).await? {
            return Ok(Some(day.with_day(1).unwrap_or(day)));
        }
    }
    Ok(None)
}

/// Ends the latest set on the day before a new one begins. One that began on that very day is in force
/// on no day then, and kept for whoever asks what was known before.
async fn close(tx: &Tx, latest: &tag_set::Model, day: NaiveDate) -> Result<(), ProjectError> {
    let mut ended = latest.clone();
    ended.valid_to = Some(day);
    tag_set::Entity::update(ended.into_active_model().reset_all())
        .exec(&**tx)
        .await?;
    Ok(())
}

async fn parse(
    tx: &Tx,
    organization: OrganizationId,
    new: &NewShares,
    day: NaiveDate,
    prefix: &str,
) -> Result<Vec<(vocabulary_term::Model, i32)>, ProjectError> {
    let mut checks = Checks::new();
    let field = format!("{prefix}shares");
    let known = lookup::of_projects(&**tx, organization, &new.vocabulary).await?;
    // Work has one occupation and one field: they are named on the project, and nothing is shared among them.
    if known.is_none_or(|it| [ISCO08, ICNP_TSO].contains(&it.code.as_str())) {
        let refusal = Refusal::of(Code::UnknownTerm, &format!("{prefix}vocabulary"))
            .with("value", &new.vocabulary)
            .with("vocabulary", &new.vocabulary);
        return Err(refusal.into());
    }
    checks.demand(new.shares.len() <= SHARES_MOST, || {
        Refusal::of(Code::TooLong, &field).with("most", SHARES_MOST)
    });
    let codes: Vec<String> = new.shares.iter().map(|(code, _)| code.clone()).collect();
    let terms = lookup::by_codes(&**tx, &new.vocabulary, &codes, day).await?;
    let mut seen = HashSet::new();
    let mut shares = Vec::new();
    let mut sum = Decimal::ZERO;
    for (index, (code, percentage)) in new.shares.iter().enumerate() {
        sum = sum.checked_add(*percentage).unwrap_or(Decimal::MAX);
        let term = terms.get(code).cloned();
        checks.demand(term.is_some(), || {
            Refusal::of(Code::UnknownTerm, &format!("{field}.{index}.termCode"))
                .with("value", code)
                .with("vocabulary", &new.vocabulary)
        });
        checks.demand(seen.insert(code), || {
            Refusal::of(Code::Taken, &format!("{field}.{index}.termCode"))
        });
        let ppm = ppm(*percentage);
        checks.demand(ppm.is_some(), || {
            Refusal::of(Code::OutOfRange, &format!("{field}.{index}.percent"))
                .with("least", "0.0001")
                .with("most", 100)
        });
        shares.extend(term.zip(ppm));
    }
    checks.done().map_err(ProjectError::Invalid)?;
    if sum != Decimal::ONE_HUNDRED {
        return Err(ProjectError::SharesNotWhole {
            field,
            vocabulary: new.vocabulary.clone(),
            percent: sum,
        });
    }
    Ok(shares)
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::percent;
    use super::ppm;

    #[test]
    fn percentages_are_exact_to_four_decimals() {
        let exact = |text: &str| ppm(text.parse::<Decimal>().unwrap());

        assert_eq!(exact("33.3333"), Some(333_333));
        assert_eq!(exact("100"), Some(1_000_000));
        for refused in ["33.33333", "0", "-1", "100.0001"] {
            assert_eq!(exact(refused), None, "{refused}");
        }
        assert_eq!(percent(333_333).to_string(), "33.3333");
    }
}
