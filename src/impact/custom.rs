//! The dimension that an indicator names itself: a vocabulary of the platform or of its organization, whose
//! terms are categories.
//!
//! What parts must add up to is in `parts`; vocabularies and their terms are kept by `vocabularies`.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::indicator;
use entity::types::Dimension;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;

use crate::identity::Ctx;
use crate::identity::Scope;
use crate::impact::parts;
use crate::impact::parts::NewPart;
use crate::impact::parts::PARTS_MOST;
use crate::impact::parts::Terms;
use crate::platform::db::Tx;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::vocabularies::lookup;
use crate::vocabularies::own;

/// Whether an indicator names a vocabulary of its organization, and not of the platform.
#[must_use]
pub fn is_own(of: &indicator::Model) -> bool {
    let named = of.vocabulary.as_deref();
    named.is_some_and(|it| it.contains(own::SEPARATOR))
}

/// Whether an actor may be told the dimension that an indicator names itself: an organization's vocabularies say how it
/// sees its own work, to its members alone.
#[must_use]
pub fn may_see(scope: &Scope, of: &indicator::Model) -> bool {
    let owner = of.organization_id.filter(|_| is_own(of));
    owner.is_none_or(|it| scope.sees_vocabularies_of(it))
}

/// The dimensions of an indicator that an actor may be told.
#[must_use]
pub fn dimensions(scope: &Scope, of: &indicator::Model) -> Vec<Dimension> {
    let mut dimensions = parts::dimensions(of);
    dimensions.retain(|it| *it != Dimension::Custom || may_see(scope, of));
    dimensions
}

/// Refuses a vocabulary that is neither the platform's nor the organization's of an indicator.
///
/// # Errors
/// [`DbErr`].
pub async fn vocabulary(
    ctx: &Ctx,
    tx: &Tx,
    checks: &mut Checks,
    of: &indicator::Model,
) -> Result<(), DbErr> {
    let Some((named, owner)) = of.vocabulary.as_ref().zip(of.organization_id) else {
        return Ok(());
    };
    let found = lookup::vocabularies(&**tx, ctx.scope(), &[owner]).await?;
    let known: Vec<&str> = found.iter().map(|it| it.code.as_str()).collect();
    checks.demand(known.contains(&named.as_str()), || {
        Refusal::of(Code::UnknownValue, "vocabulary").with("known", known.join(", "))
    });
    Ok(())
}

/// Which of the terms that parts name the vocabulary of an indicator has on the last day of their period; none
/// are looked for where no part names one.
///
/// # Errors
/// [`DbErr`].
pub async fn terms(
    conn: &impl ConnectionTrait,
    of: &indicator::Model,
    given: &[NewPart],
    day: NaiveDate,
) -> Result<Terms, DbErr> {
    let named = given
        .iter()
        .take(PARTS_MOST)
        .filter(|it| it.dimension == Dimension::Custom);
    let named: Vec<String> = named.map(|it| it.category.clone()).collect();
    let codes = match &of.vocabulary {
        Some(vocabulary) if !named.is_empty() => {
            let found = lookup::by_codes(conn, vocabulary, &named, day).await?;
            found.into_keys().collect()
        }
        _ => BTreeSet::new(),
    };
    Ok(Terms { day, codes })
}
