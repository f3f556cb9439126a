//! Files that show what was measured: looked into, kept with the measurement, handed out as downloads.
//!
//! What a file may be is in `kind` and the files beside it, all pure; statements are in `store`.

pub mod kind;
pub mod name;
mod pdf;
mod picture;
pub mod store;
mod table;
mod workbook;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use entity::evidence_file;
use entity::ids::EvidenceId;
use entity::ids::MeasurementId;
use entity::measurement;
use entity::types::MeasurementStatus;
use sea_orm::DbErr;
use serde_json::json;
use tokio::sync::Semaphore;

use crate::audit;
use crate::audit::Line;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::impact::error::ImpactError;
use crate::impact::evidence::kind::Checked;
use crate::impact::evidence::kind::KNOWN;
use crate::impact::evidence::kind::Unfit;
use crate::impact::measured;
use crate::platform::crypto::sha256;
use crate::platform::db::Tx;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// Most files of one measurement: they are listed together.
pub const FILES_MOST: usize = 20;

/// Files that are looked into at once, whoever brings them: a small one may unpack to a large one.
static TURNS: Semaphore = Semaphore::const_new(2);

/// A file that somebody brings.
#[derive(Clone, Debug)]
pub struct NewEvidence {
    /// What it shows.
    pub measurement: MeasurementId,
    /// What people call it.
    pub file_name: String,
    /// The file in Base64.
    pub content: String,
    /// The version of the measurement that the caller saw.
    pub expected: Option<i32>,
}

/// Keeps a file with a measurement that does not count yet. The same bytes again are the same file.
///
/// # Errors
/// [`ImpactError::NotFound`] for a measurement that may not be seen, [`ImpactError::Denied`],
/// [`ImpactError::VersionConflict`]; [`ImpactError::Invalid`] for what is no evidence, is too large or one too
/// many, or for a figure that counts.
pub async fn attach(
    ctx: &Ctx,
    new: NewEvidence,
) -> Result<(evidence_file::Model, measurement::Model), ImpactError> {
    ctx.demand_signed_in()?;
    // Nothing is looked into for whoever may not bring it.
    let found = measured::measurements(ctx.read(), ctx.scope(), &[new.measurement]).await?;
    let found = found.into_iter().next();
    may_change(ctx, found.as_ref())?;
    let mut checks = Checks::new();
    // What has no place in a name is taken out of it in `name`.
    checks.prose("fileName", &new.file_name, 255);
    checks.done().map_err(ImpactError::Invalid)?;
    let bytes = decoded(&new.content, ctx.core().config.limits.evidence_bytes)?;
    let checked = looked_into(bytes).await?;
    let digest = sha256(&checked.bytes);
    ctx.transaction(async |tx| {
        let held = held(ctx, tx, new.measurement).await?;
        let files = store::of_measurement(tx, held.id).await?;
        if let Some(same) = files.iter().find(|it| it.sha256 == digest) {
            return Ok((same.clone(), held));
        }
        open(&held, new.expected)?;
        if files.len() >= FILES_MOST {
            let refusal = Refusal::of(Code::TooLong, "measurementId");
            return Err(refusal.with("most", FILES_MOST).into());
        }
        let kind = checked.kind;
        let row = evidence_file::Model {
            id: EvidenceId(ctx.new_id()),
            measurement_id: held.id,
            file_name: name::kept(&new.file_name, kind.extension()),
            media_type: kind.media_type().to_owned(),
            size: i64::try_from(checked.bytes.len()).unwrap_or(i64::MAX),
            sha256: digest,
            attached_by: ctx.actor().user(),
            created_at: ctx.now(),
        };
        store::insert(tx, &row, checked.bytes).await?;
        let after = changed(ctx, tx, held).await?;
        audit::record(ctx, tx, line("evidence.attach", &after, &row)).await?;
        Ok((row, after))
    })
    .await
}

/// Takes a file away from a measurement that does not count yet.
///
/// # Errors
/// [`ImpactError::NotFound`] for one that is not there or may not be seen, [`ImpactError::Denied`],
/// [`ImpactError::VersionConflict`], [`ImpactError::Invalid`] for a figure that counts.
pub async fn remove(
    ctx: &Ctx,
    id: EvidenceId,
    expected: Option<i32>,
) -> Result<measurement::Model, ImpactError> {
    ctx.demand_signed_in()?;
    ctx.transaction(async |tx| {
        let found = store::visible(&**tx, ctx.scope(), &[id]).await?;
        let row = found
            .into_iter()
            .next()
            .ok_or(ImpactError::NotFound("id"))?;
        let held = held(ctx, tx, row.measurement_id).await?;
        open(&held, expected)?;
        if !store::delete(tx, id).await? {
            // Somebody else was faster.
            return Err(ImpactError::NotFound("id"));
        }
        let after = changed(ctx, tx, held).await?;
        audit::record(ctx, tx, line("evidence.remove", &after, &row)).await?;
        Ok(after)
    })
    .await
}

/// The measurement, held until the transaction ends.
async fn held(ctx: &Ctx, tx: &Tx, id: MeasurementId) -> Result<measurement::Model, ImpactError> {
    let held = measured::lock_measurement(tx, ctx.scope(), id).await?;
    may_change(ctx, held.as_ref())?;
    held.ok_or(ImpactError::NotFound("measurementId"))
}

fn may_change(ctx: &Ctx, held: Option<&measurement::Model>) -> Result<(), ImpactError> {
    let held = held.ok_or(ImpactError::NotFound("measurementId"))?;
    // Whoever sees it without belonging to the organization observes it.
    ctx.demand(Action::RecordMeasurements, held.organization_id)
        .map_err(|_unseen| Denied::NotAllowed)?;
    Ok(())
}

/// Whether what shows a figure may still change: what somebody approved stays what they saw.
fn open(held: &measurement::Model, expected: Option<i32>) -> Result<(), ImpactError> {
    if expected.is_some_and(|it| it != held.version) {
        return Err(ImpactError::VersionConflict {
            current: held.version,
        });
    }
    if held.status == MeasurementStatus::Approved {
        return Err(Refusal::of(Code::MeasurementApproved, "measurementId").into());
    }
    Ok(())
}

/// Counts the change, so that whoever decides by the version they saw decides on these files.
async fn changed(
    ctx: &Ctx,
    tx: &Tx,
    held: measurement::Model,
) -> Result<measurement::Model, DbErr> {
    let row = measurement::Model {
        version: held.version.saturating_add(1),
        updated_at: ctx.now(),
        ..held
    };
    measured::update_measurement(tx, &row).await?;
    Ok(row)
}

/// The bytes of a file in Base64.
fn decoded(content: &str, most: usize) -> Result<Vec<u8>, ImpactError> {
    let too_large = || {
        let refusal = Refusal::of(Code::EvidenceTooLarge, "content");
        ImpactError::from(refusal.with("most", most))
    };
    // Base64 makes four signs of three bytes.
    if content.len() > most.div_ceil(3).saturating_mul(4) {
        return Err(too_large());
    }
    let wrong = |_cause| Refusal::of(Code::InvalidFormat, "content").with("value", "Base64");
    let bytes = STANDARD.decode(content.as_bytes()).map_err(wrong)?;
    if bytes.len() > most {
        return Err(too_large());
    }
    Ok(bytes)
}

/// Looks into a file, while nobody else has to wait.
async fn looked_into(bytes: Vec<u8>) -> Result<Checked, ImpactError> {
    let fault = |it: &dyn std::fmt::Display| ImpactError::Database(DbErr::Custom(it.to_string()));
    let turn = TURNS.acquire().await.map_err(|it| fault(&it))?;
    let looking = tokio::task::spawn_blocking(move || {
        // Held until it is done, even where nobody waits for the answer any more.
        let _turn = turn;
        kind::check(bytes)
    });
    let refusal = match looking.await.map_err(|it| fault(&it))? {
        Ok(checked) => return Ok(checked),
        Err(Unfit::Kind) => Refusal::of(Code::EvidenceKind, "content").with("known", KNOWN),
        Err(Unfit::Active(found)) => {
            Refusal::of(Code::EvidenceActive, "content").with("found", found)
        }
        Err(Unfit::Opaque(found)) => {
            Refusal::of(Code::EvidenceOpaque, "content").with("found", found)
        }
    };
    Err(refusal.into())
}

fn line(action: &'static str, of: &measurement::Model, row: &evidence_file::Model) -> Line {
    let digest: String = row.sha256.iter().map(|it| format!("{it:02x}")).collect();
    Line {
        action,
        organization: Some(of.organization_id),
        subject: ("EvidenceFile", Some(row.id.0)),
        details: Some(json!({
            "measurement": of.id, "sha256": digest, "bytes": row.size, "mediaType": row.media_type,
        })),
    }
}
