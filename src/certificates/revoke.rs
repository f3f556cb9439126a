//! What becomes of a certificate later: the organization takes it back, the holder chooses what is shown.
//!
//! What changes by itself is in `status`.

use entity::certificate;
use entity::ids::CertificateId;
use entity::types::RevocationReason;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::certificates::error::CertificateError;
use crate::certificates::shown::Shown;
use crate::certificates::store;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::platform::db::Tx;
use crate::refusal::Checks;

/// Longest comment, in characters.
const COMMENT_MOST: usize = 500;

/// A certificate to take back.
#[derive(Clone, Debug)]
pub struct Revocation {
    /// Which one.
    pub id: CertificateId,
    /// Why, for everybody who has the code.
    pub reason: RevocationReason,
    /// Why, in words, for the organization and the holder.
    pub comment: Option<String>,
    /// The version that the caller saw.
    pub expected: Option<i32>,
}

/// Takes a certificate back, for good.
///
/// # Errors
/// [`CertificateError::NotFound`], [`CertificateError::Denied`], [`CertificateError::VersionConflict`],
/// [`CertificateError::Revoked`], [`CertificateError::Invalid`].
pub async fn revoke(ctx: &Ctx, what: &Revocation) -> Result<certificate::Model, CertificateError> {
    ctx.demand_signed_in()?;
    let mut checks = Checks::new();
    let comment = checks.optional_prose("comment", what.comment.as_deref(), COMMENT_MOST);
    checks.done().map_err(CertificateError::Invalid)?;
    ctx.transaction(async |tx| {
        let before = held(ctx, tx, what.id).await?;
        ctx.demand(Action::IssueCertificates, before.organization_id)
            .map_err(told)?;
        expected(&before, what.expected)?;
        if before.revoked_at.is_some() {
            return Err(CertificateError::Revoked);
        }
        let row = certificate::Model {
            revoked_at: Some(ctx.now()),
            revoked_by: ctx.actor().user(),
            revocation_reason: Some(what.reason),
            revocation_comment: comment,
            ..before
        };
        written(ctx, tx, "certificate.revoke", row).await
    })
    .await
}

/// Chooses what whoever has the code is shown: the holder anything, the organization nothing that was not shown
/// before.
///
/// # Errors
/// [`CertificateError::NotFound`], [`CertificateError::Denied`], [`CertificateError::VersionConflict`],
/// [`CertificateError::HolderChooses`].
pub async fn show(
    ctx: &Ctx,
    id: CertificateId,
    shown: &Shown,
    seen: Option<i32>,
) -> Result<certificate::Model, CertificateError> {
    ctx.demand_signed_in()?;
    ctx.transaction(async |tx| {
        let before = held(ctx, tx, id).await?;
        let holder = ctx.scope().holds_certificates_of(before.volunteer_id);
        if !holder {
            ctx.demand(Action::IssueCertificates, before.organization_id)
                .map_err(told)?;
            if !shown.narrows(&Shown::read(&before.shown)) {
                return Err(CertificateError::HolderChooses);
            }
        }
        expected(&before, seen)?;
        let written_so = |it: Option<&str>| it == Some(shown.written().as_str());
        if written_so(Some(&before.shown)) && (!holder || written_so(before.chosen.as_deref())) {
            return Ok(before);
        }
        // What the holder chose bounds what is shown of later ones, also where it was shown before.
        let (chosen, chosen_at) = match holder {
            true => (Some(shown.written()), Some(ctx.now())),
            false => (before.chosen.clone(), before.chosen_at),
        };
        let row = certificate::Model {
            shown: shown.written(),
            chosen,
            chosen_at,
            ..before
        };
        written(ctx, tx, "certificate.show", row).await
    })
    .await
}

async fn held(
    ctx: &Ctx,
    tx: &Tx,
    id: CertificateId,
) -> Result<certificate::Model, CertificateError> {
    store::lock(tx, ctx.scope(), id)
        .await?
        .ok_or(CertificateError::NotFound("id"))
}

fn expected(before: &certificate::Model, seen: Option<i32>) -> Result<(), CertificateError> {
    match seen {
        Some(version) if version != before.version => Err(CertificateError::VersionConflict {
            current: before.version,
        }),
        _ => Ok(()),
    }
}

/// Whoever sees a certificate is told that they may not change it.
fn told(denied: Denied) -> Denied {
    match denied {
        Denied::Invisible => Denied::NotAllowed,
        other => other,
    }
}

async fn written(
    ctx: &Ctx,
    tx: &Tx,
    action: &'static str,
    row: certificate::Model,
) -> Result<certificate::Model, CertificateError> {
    let row = certificate::Model {
        version: row.version.saturating_add(1),
        updated_at: ctx.now(),
        ..row
    };
    store::update(tx, &row).await?;
    let line = Line {
        action,
        organization: Some(row.organization_id),
        subject: ("Certificate", Some(row.id.0)),
        details: Some(json!({
            "shown": row.shown, "reason": row.revocation_reason, "version": row.version,
        })),
    };
    audit::record(ctx, tx, line).await?;
    Ok(row)
}
