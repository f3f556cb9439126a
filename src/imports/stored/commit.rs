//! Writes the rows of a file that was brought: once, whatever the number of requests.
//!
//! Taking them back is in `undo`.

use entity::ids::ImportId;
use entity::import;
use entity::import_record;
use entity::types::ImportStatus;
use serde_json::json;

use crate::audit;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::imports::columns::Mapping;
use crate::imports::error::ImportError;
use crate::imports::outcome::RowOutcome;
use crate::imports::stored::file;
use crate::imports::stored::prepare;
use crate::imports::stored::prepare::Reading;
use crate::imports::stored::rejected;
use crate::imports::stored::start::line;
use crate::imports::stored::store;

/// Writes the rows of an import; those that are refused stay out. An import that is committed
/// already is answered as it is.
///
/// The mapping, where one is given, takes the place of the one that was tried out.
///
/// # Errors
/// [`ImportError::NotFound`], [`ImportError::VersionConflict`], [`ImportError::Over`]; the header's
/// refusals under another mapping.
pub async fn commit(
    ctx: &Ctx,
    id: ImportId,
    expected: Option<i32>,
    mapping: Option<Mapping>,
) -> Result<import::Model, ImportError> {
    let kept = visible(ctx, id).await?;
    demand(ctx, &kept)?;
    if kept.status == ImportStatus::Committed {
        return Ok(kept);
    }
    waits(&kept, expected)?;
    let Some(content) = store::source(ctx.read(), id).await? else {
        // Somebody else was faster.
        return settled(visible(ctx, id).await?);
    };
    let found = store::organization(ctx.read(), ctx.scope(), kept.organization_id).await?;
    let organization = found.ok_or(ImportError::NotFound)?;
    let reading = Reading {
        kind: kept.kind,
        day_first: kept.day_first,
        drafts: kept.drafts,
        mapping: match mapping {
            Some(mapping) => mapping,
            None => serde_json::from_str(&kept.mapping).map_err(fault)?,
        },
    };
    let brought = file::read(content, kept.sheet.clone()).await?;
    let delimiter = brought.delimiter;
    let prepared =
        prepare::prepare(ctx, organization, &reading, &brought.header, brought.rows).await?;
    let mapping = json!(prepared.layout().mapping()).to_string();
    ctx.transaction(async |tx| {
        let held = store::lock(tx, ctx.scope(), id).await?;
        let held = held.ok_or(ImportError::NotFound)?;
        if held.status == ImportStatus::Committed {
            return Ok(held);
        }
        waits(&held, expected)?;
        let rows = prepared.write_in(tx).await?;
        let now = ctx.now();
        let done = import::Model {
            status: ImportStatus::Committed,
            mapping,
            committed_by: ctx.actor().user(),
            committed_at: Some(now),
            version: held.version.saturating_add(1),
            updated_at: now,
            ..prepare::counted(held, &rows)
        };
        store::insert_records(tx, records(id, &rows)).await?;
        let rejected = rejected::kept(id, &rows, delimiter);
        store::replace_refusals(tx, id, prepare::refusals(id, &rows), rejected).await?;
        store::drop_source(tx, id).await?;
        store::update(tx, &done).await?;
        audit::record(ctx, tx, line("import.commit", &done)).await?;
        Ok(done)
    })
    .await
}

/// An import that the actor may see.
pub(super) async fn visible(ctx: &Ctx, id: ImportId) -> Result<import::Model, ImportError> {
    ctx.demand_signed_in()?;
    let mut found = store::by_ids(ctx.read(), ctx.scope(), &[id]).await?;
    found.pop().ok_or(ImportError::NotFound)
}

/// Refuses who may not do what the import does.
pub(super) fn demand(ctx: &Ctx, row: &import::Model) -> Result<(), ImportError> {
    match ctx.demand(Reading::action(row.kind), row.organization_id) {
        Err(Denied::Invisible) => Err(ImportError::NotFound),
        outcome => Ok(outcome?),
    }
}

/// Refuses an import that waits no longer, or not in this version.
fn waits(row: &import::Model, expected: Option<i32>) -> Result<(), ImportError> {
    if row.status != ImportStatus::DryRun {
        return Err(ImportError::Over);
    }
    match expected {
        Some(expected) if expected != row.version => Err(ImportError::VersionConflict {
            current: row.version,
        }),
        _ => Ok(()),
    }
}

fn settled(row: import::Model) -> Result<import::Model, ImportError> {
    match row.status {
        ImportStatus::Committed => Ok(row),
        ImportStatus::RolledBack => Err(ImportError::Over),
        ImportStatus::DryRun => Err(ImportError::Fault("an import without its file".to_owned())),
    }
}

fn records(import: ImportId, rows: &[RowOutcome]) -> Vec<import_record::Model> {
    rows.iter()
        .filter_map(|row| {
            let trace = row.trace.clone()?;
            Some(import_record::Model {
                import_id: import,
                subject_id: trace.subject,
                line: i64::try_from(row.line).unwrap_or(i64::MAX),
                content_hash: trace.content,
                before: trace.before,
            })
        })
        .collect()
}

fn fault(error: serde_json::Error) -> ImportError {
    ImportError::Fault(error.to_string())
}
