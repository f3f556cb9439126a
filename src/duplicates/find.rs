//! Likely duplicates of an organization: pairs of records that share a key, most telling first.
//!
//! What is alike is compared in `volunteers/likeness.rs`; pairs that somebody said are two people do
//! not come again, nor do those of two national identity numbers.

use std::collections::HashMap;

use entity::ids::VolunteerId;
use entity::volunteer;
use sea_orm::DbErr;

use crate::duplicates::error::MergeError;
use crate::duplicates::pairs;
use crate::duplicates::pairs::Filter;
use crate::duplicates::pairs::Place;
use crate::duplicates::pairs::doubt;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::platform::page::Page;
use crate::platform::page::Slice;
use crate::volunteers;
use crate::volunteers::likeness;
use crate::volunteers::likeness::Likeness;

/// Two records that may be of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The older record.
    pub first: volunteer::Model,
    /// The younger record.
    pub second: volunteer::Model,
    /// What speaks for one person.
    pub likeness: Likeness,
}

impl From<&Pair> for Place {
    fn from(pair: &Pair) -> Self {
        Self {
            doubt: doubt(pair.likeness.confidence),
            first: pair.first.id,
            second: pair.second.id,
        }
    }
}

/// A page of pairs of an organization whose records the actor keeps.
///
/// # Errors
/// [`MergeError::Denied`], a fault.
pub async fn page(
    ctx: &Ctx,
    filter: &Filter,
    page: &Page<Place>,
) -> Result<Slice<Pair>, MergeError> {
    ctx.demand(Action::ManageVolunteers, filter.organization)?;
    let slice = page.slice(pairs::page(ctx.read(), filter, page).await?);
    let ids: Vec<VolunteerId> = slice
        .rows
        .iter()
        .flat_map(|it| [it.first_id, it.second_id])
        .collect();
    let records = volunteers::store::by_ids(ctx.read(), ctx.scope(), &ids).await?;
    let records: HashMap<VolunteerId, volunteer::Model> =
        records.into_iter().map(|it| (it.id, it)).collect();
    let pairs = slice.rows.iter().filter_map(|it| {
        let (first, second) = (records.get(&it.first_id)?, records.get(&it.second_id)?);
        Some(Pair {
            likeness: likeness::compare(first, second)?,
            first: first.clone(),
            second: second.clone(),
        })
    });
    Ok(Slice {
        rows: pairs.collect(),
        has_previous: slice.has_previous,
        has_next: slice.has_next,
    })
}

/// How many pairs a list has.
///
/// # Errors
/// [`DbErr`].
pub async fn count(ctx: &Ctx, filter: &Filter) -> Result<u64, DbErr> {
    if !ctx.may(Action::ManageVolunteers, filter.organization) {
        return Ok(0);
    }
    pairs::count(ctx.read(), filter).await
}
