//! Remembers that two records are of two people, so that nobody is asked again.
//!
//! A merge of the two forgets it.

use entity::ids::VolunteerId;
use entity::volunteer;
use entity::volunteer_apart;
use sea_orm::DbErr;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::duplicates::error::MergeError;
use crate::duplicates::merge::held;
use crate::duplicates::merge::manage;
use crate::duplicates::store;
use crate::identity::Ctx;
use crate::platform::db::Tx;

/// Says that two records are of two people. Saying it again changes nothing.
///
/// # Errors
/// [`MergeError::NotFound`], [`MergeError::Pair`], [`MergeError::Denied`].
pub async fn dismiss(
    ctx: &Ctx,
    one: VolunteerId,
    other: VolunteerId,
) -> Result<(volunteer::Model, volunteer::Model), MergeError> {
    ctx.demand_signed_in()?;
    ctx.transaction(async |tx| {
        let (one, other) = held(ctx, tx, (one, "volunteerId"), (other, "otherVolunteerId")).await?;
        manage(ctx, &one)?;
        remember(ctx, tx, &one, &other).await?;
        let line = Line {
            action: "volunteer.apart",
            organization: Some(one.organization_id),
            subject: ("VolunteerPair", Some(one.id.0)),
            details: Some(json!({ "other": other.id })),
        };
        audit::record(ctx, tx, line).await?;
        Ok((one, other))
    })
    .await
    .map_err(|it: MergeError| it.told_of("otherVolunteerId"))
}

/// Remembers it in an open transaction.
///
/// # Errors
/// [`DbErr`].
pub async fn remember(
    ctx: &Ctx,
    tx: &Tx,
    one: &volunteer::Model,
    other: &volunteer::Model,
) -> Result<(), DbErr> {
    let (first_id, second_id) = in_order(one.id, other.id);
    let pair = volunteer_apart::Model {
        first_id,
        second_id,
        organization_id: one.organization_id,
        said_by: ctx.actor().user(),
        said_at: ctx.now(),
    };
    store::set_apart(tx, pair).await
}

/// Two records, the smaller id first.
#[must_use]
pub fn in_order(one: VolunteerId, other: VolunteerId) -> (VolunteerId, VolunteerId) {
    (one.min(other), one.max(other))
}
