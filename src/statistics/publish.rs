//! Writes an edition, once: the first of several instances has made it.
//!
//! When one is due is in `due`, what goes into it in `material`, and which of its cells are suppressed is
//! decided in `protect`.

use chrono::DateTime;
use chrono::Utc;
use entity::ids::StatisticsEditionId;
use entity::statistics_edition;
use sea_orm::DbErr;

use crate::audit;
use crate::identity::Ctx;
use crate::statistics::material::Material;
use crate::statistics::period::Period;
use crate::statistics::protect::Unprotected;
use crate::statistics::store;

/// Why nothing was published. None is anybody's mistake.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The database.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// Cells that cannot be protected are not published.
    #[error(transparent)]
    Unprotected(#[from] Unprotected),
    /// The reference lists are not there.
    #[error("there is no country among the territories")]
    NoCountry,
    /// An edition of a quarter that is not over could never be mended.
    #[error(
        "the clock says {now}, and the newest thing that happened here {newest}: one of them is wrong"
    )]
    Clock {
        /// What the clock says.
        now: DateTime<Utc>,
        /// The newest instant that is recorded.
        newest: DateTime<Utc>,
    },
    /// The work was broken off.
    #[error("the work was broken off: {0}")]
    BrokenOff(#[from] tokio::task::JoinError),
}

/// Publishes one edition of what was recorded up to an instant; `false` where another instance was faster.
///
/// # Errors
/// [`PublishError`]; nothing is written then.
pub(super) async fn publish(
    ctx: &Ctx,
    period: Period,
    as_of: DateTime<Utc>,
) -> Result<bool, PublishError> {
    let threshold = ctx.core().config.statistics.threshold;
    let material = {
        // All of it as of one moment, while others write.
        let db = &ctx.snapshot().await?;
        Material::read(db, period, threshold, as_of).await?
    };
    let id = StatisticsEditionId(ctx.new_id());
    // It takes a processor for itself, and no connection.
    let made = tokio::task::spawn_blocking(move || material.made(id)).await??;
    let edition = statistics_edition::Model {
        id,
        year: period.year,
        quarter: period.number(),
        threshold: i32::try_from(threshold).unwrap_or(i32::MAX),
        as_of,
        published_at: ctx.now(),
        digest: made.digest,
    };
    let outcome = ctx
        .transaction(async |tx| {
            store::publish(tx, edition).await?;
            store::write_cells(tx, made.cells).await?;
            store::keep(tx, made.kept).await?;
            store::let_go(tx, &made.quarters).await?;
            let line = audit::Line {
                action: "statistics.publish",
                organization: None,
                subject: ("StatisticsEdition", Some(id.0)),
                details: None,
            };
            audit::record(ctx, tx, line).await
        })
        .await;
    match outcome {
        Ok(()) => Ok(true),
        Err(cause) if store::is_taken(&cause) => Ok(false),
        Err(cause) => Err(cause.into()),
    }
}
