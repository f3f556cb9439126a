//! Takes registrations back: records that nobody used go, changed ones say again what they said.
//!
//! Whether a record was used meanwhile is for the caller to find out: areas above know.

use chrono::NaiveDate;
use entity::ids::OrganizationId;
use entity::ids::TerritoryId;
use entity::types::Sex;
use entity::volunteer;
use serde::Deserialize;
use serde::Serialize;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::platform::feed;
use crate::platform::feed::Change;
use crate::platform::feed::Kind;
use crate::volunteers::error::VolunteerError;
use crate::volunteers::profile;
use crate::volunteers::store;

/// What a file may change of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    name: String,
    name_ar: Option<String>,
    sex: Option<Sex>,
    birth_date: Option<NaiveDate>,
    territory_id: Option<TerritoryId>,
    email: Option<String>,
    phone: Option<String>,
    joined_on: Option<NaiveDate>,
}

impl From<&volunteer::Model> for Said {
    fn from(record: &volunteer::Model) -> Self {
        Self {
            name: record.name.clone(),
            name_ar: record.name_ar.clone(),
            sex: record.sex,
            birth_date: record.birth_date,
            territory_id: record.territory_id,
            email: record.email.clone(),
            phone: record.phone.clone(),
            joined_on: record.joined_on,
        }
    }
}

/// Lets a record say again what it said.
///
/// # Errors
/// [`VolunteerError::Denied`], a fault.
pub async fn restore_in(
    ctx: &Ctx,
    tx: &Tx,
    record: &volunteer::Model,
    said: Said,
) -> Result<volunteer::Model, VolunteerError> {
    ctx.demand(Action::ManageVolunteers, record.organization_id)?;
    let after = volunteer::Model {
        name: said.name,
        name_ar: said.name_ar,
        sex: said.sex,
        birth_date: said.birth_date,
        territory_id: said.territory_id,
        email: said.email,
        phone: said.phone,
        joined_on: said.joined_on,
        ..record.clone()
    };
    profile::save(ctx, tx, record, after, "volunteer.restore").await
}

/// Removes records of one organization that nothing points to, and the people behind them where no
/// other organization knows them.
///
/// # Errors
/// [`VolunteerError::Denied`]; a fault, also where something points to one of them.
pub async fn remove_in(
    ctx: &Ctx,
    tx: &Tx,
    organization: OrganizationId,
    records: &[volunteer::Model],
) -> Result<(), VolunteerError> {
    ctx.demand(Action::ManageVolunteers, organization)?;
    if records.is_empty() {
        return Ok(());
    }
    store::remove(tx, records).await?;
    let line = Line {
        action: "volunteer.remove",
        organization: Some(organization),
        subject: ("Volunteer", None),
        details: Some(json!({ "volunteers": records.len() })),
    };
    audit::record(ctx, tx, line).await?;
    let gone = records.iter().map(|it| Change {
        kind: Kind::Volunteer,
        record: it.id.0,
        audience: Some(it.id.0),
        removed: true,
    });
    feed::append(tx, organization, ctx.now(), gone);
    Ok(())
}
