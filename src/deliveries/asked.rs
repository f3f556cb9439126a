//! Asks for a file to be delivered, and again where it did not arrive.
//!
//! What is done then is in `send`.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::delivery;
use entity::ids::DeliveryId;
use entity::ids::JobId;
use entity::ids::RunId;
use entity::ids::ScheduleId;
use entity::job;
use entity::types::JobKind;
use serde::Deserialize;
use serde::Serialize;

use crate::deliveries::DeliveryError;
use crate::deliveries::Target;
use crate::deliveries::store;
use crate::identity::Actor;
use crate::identity::Ctx;
use crate::identity::Scope;
use crate::jobs;
use crate::jobs::JobError;
use crate::jobs::Whose;
use crate::jobs::acts;
use crate::jobs::asked;
use crate::platform::db::Tx;
use crate::platform::i18n::Locale;

/// A file, where it goes, and what is said of it. Kept as JSON: members are added, never renamed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shipment {
    /// Where it goes.
    pub target: Target,
    /// What the report is called.
    pub title: String,
    /// First civil day that it covers.
    pub from: NaiveDate,
    /// Last civil day that it covers.
    pub to: NaiveDate,
    /// In which language it is told of.
    pub locale: Locale,
    /// What whoever has it sent is called.
    #[serde(default)]
    pub owner: String,
    /// The schedule that it is of.
    pub schedule: ScheduleId,
    /// When somebody had it tried again after it failed; not written before that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again_at: Option<DateTime<Utc>>,
}

impl Shipment {
    /// What a delivery is; `None` for what a later release delivers.
    #[must_use]
    pub fn of(row: &delivery::Model) -> Option<Self> {
        serde_json::from_str(&row.shipment).ok()
    }

    /// When the letter is written: when the file was made, or somebody last had it tried again. The attempts of the worker
    /// in between are the same letter.
    #[must_use]
    pub fn written_at(&self, row: &delivery::Model) -> DateTime<Utc> {
        self.again_at.unwrap_or(row.created_at)
    }
}

/// What the work of a delivery is told.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Payload {
    /// Which.
    pub delivery: DeliveryId,
}

/// Asks for the file of an export to be delivered, for whoever asked for the export, in the transaction in which it is
/// known to be made.
///
/// # Errors
/// [`JobError`] of the database, or a fault of ours.
pub async fn ask(
    operator: &Ctx,
    tx: &Tx,
    export: &job::Model,
    run: RunId,
    shipment: &Shipment,
) -> Result<(), JobError> {
    let id = DeliveryId(operator.new_id());
    let owner = Actor::User {
        id: export.requested_by,
        session: export.session_id,
    };
    let name = id.to_string();
    let core = std::sync::Arc::clone(operator.core());
    // It is asked for in their name; what they may see is looked at when it is done.
    let owner = Ctx::new(core, owner, Scope::default(), shipment.locale, &name);
    let told = |it: serde_json::Error| JobError::Fault(it.to_string());
    let payload = serde_json::to_string(&Payload { delivery: id }).map_err(told)?;
    let job = JobId(operator.new_id());
    asked::put(&owner, tx, job, JobKind::Delivery, payload).await?;
    let row = delivery::Model {
        id,
        run_id: run,
        export_id: export.id,
        job_id: job,
        shipment: serde_json::to_string(shipment).map_err(told)?,
        sent_at: None,
        told_at: None,
        created_at: operator.now(),
    };
    store::insert(tx, row).await?;
    Ok(())
}

/// Tries a delivery again that failed. A link in its letter lasts from now on as long as it would have.
///
/// # Errors
/// [`DeliveryError::NotFound`], [`DeliveryError::FileGone`]; [`DeliveryError::Job`] where it did not fail or changed
/// meanwhile.
pub async fn again(
    ctx: &Ctx,
    id: DeliveryId,
    expected: Option<i32>,
) -> Result<delivery::Model, DeliveryError> {
    ctx.demand_signed_in()?;
    let mut found = store::by_ids(ctx.read(), Whose::of(ctx), &[id]).await?;
    let row = found.pop().ok_or(DeliveryError::NotFound)?;
    let Some(shipment) = Shipment::of(&row) else {
        return Err(DeliveryError::Fault(
            "the delivery cannot be read".to_owned(),
        ));
    };
    let now = ctx.now();
    let shipment = Shipment {
        again_at: Some(now),
        ..shipment
    };
    let written = serde_json::to_string(&shipment);
    let written = written.map_err(|it| DeliveryError::Fault(it.to_string()))?;
    ctx.transaction(async |tx| {
        let outcome = acts::again_in(ctx, tx, row.job_id, expected).await?;
        if !outcome.changed {
            return Ok(row);
        }
        let kept = jobs::store::artifacts(&**tx, &[row.export_id], now).await?;
        if kept.is_empty() {
            return Err(DeliveryError::FileGone);
        }
        store::rewrite(tx, row.id, written.clone()).await?;
        Ok(delivery::Model {
            shipment: written,
            ..row
        })
    })
    .await
}
