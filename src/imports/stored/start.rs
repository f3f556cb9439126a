//! Brings a file: it is kept, tried out, and what would happen is told.
//!
//! Writing its rows is in `commit`.

use std::io::Cursor;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use entity::ids::ImportId;
use entity::ids::OrganizationId;
use entity::import;
use entity::types::ImportKind;
use entity::types::ImportStatus;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::identity::Ctx;
use crate::imports::columns;
use crate::imports::columns::Mapping;
use crate::imports::error::ImportError;
use crate::imports::read::Sheet;
use crate::imports::stored::prepare;
use crate::imports::stored::prepare::Reading;
use crate::imports::stored::store;
use crate::platform::crypto::sha256;
use crate::platform::idempotency::Claim;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// Most bytes of a file that is brought.
pub const MOST_BYTES: usize = 10 * 1024 * 1024;

/// A file that somebody brings.
#[derive(Clone, Debug)]
pub struct NewImport {
    /// Whose rows.
    pub organization: OrganizationId,
    /// What the rows are.
    pub kind: ImportKind,
    /// Name of the file.
    pub file_name: String,
    /// The file in Base64.
    pub content: String,
    /// What titles mean, where that is not what they seem to mean.
    pub mapping: Mapping,
    /// Whether dates are also written day first.
    pub day_first: bool,
    /// Whether entries stay drafts.
    pub drafts: bool,
}

/// Brings a file and tries it out; of its rows nothing is written.
///
/// # Errors
/// [`ImportError`] when the file cannot be read as a table of its kind, or the actor may not do
/// this. What is wrong with single rows is kept with the import.
pub async fn start(
    ctx: &Ctx,
    new: NewImport,
    key: Option<&str>,
) -> Result<import::Model, ImportError> {
    let found = store::organization(ctx.read(), ctx.scope(), new.organization).await?;
    let organization = found.ok_or(ImportError::UnknownOrganization)?;
    ctx.demand(Reading::action(new.kind), organization.id)?;
    let mut checks = Checks::new();
    let file_name = checks.text("fileName", &new.file_name, 255);
    checks.key(key);
    checks.done().map_err(ImportError::Invalid)?;
    let bytes = decoded(&new.content)?;
    let reading = Reading {
        kind: new.kind,
        day_first: new.day_first,
        drafts: new.drafts,
        mapping: new.mapping,
    };
    let prepared = prepare::prepare(ctx, organization, &reading, &bytes).await?;
    let mapping = prepared.layout().mapping();
    let rows = prepared.try_out().await?;
    let now = ctx.now();
    let row = import::Model {
        id: ImportId(ctx.new_id()),
        organization_id: new.organization,
        kind: new.kind,
        status: ImportStatus::DryRun,
        file_name,
        file_size: i32::try_from(bytes.len()).unwrap_or(i32::MAX),
        file_hash: sha256(&bytes),
        sheet: None,
        day_first: new.day_first,
        drafts: new.drafts,
        mapping: json!(mapping).to_string(),
        rows: 0,
        created: 0,
        unchanged: 0,
        changed: 0,
        duplicates: 0,
        refused: 0,
        minutes: 0,
        started_by: ctx.actor().user(),
        committed_by: None,
        committed_at: None,
        rolled_back_by: None,
        rolled_back_at: None,
        reason: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let row = prepare::counted(row, &rows);
    let refusals = prepare::refusals(row.id, &rows);
    let content = json!([
        row.organization_id,
        row.kind,
        row.file_name,
        row.file_hash,
        row.mapping,
        row.day_first,
        row.drafts,
    ]);
    ctx.transaction(async |tx| {
        match ctx
            .claim(tx, "startImport", key, &content, row.id.0)
            .await?
        {
            Claim::Go => {}
            Claim::Conflict => return Err(ImportError::KeyReused),
            Claim::Replay(id) => {
                let earlier = store::lock(tx, ctx.scope(), ImportId(id)).await?;
                return earlier.ok_or(ImportError::NotFound);
            }
        }
        store::insert(tx, &row, bytes).await?;
        store::replace_refusals(tx, row.id, refusals).await?;
        audit::record(ctx, tx, line("import.start", &row)).await?;
        Ok(row)
    })
    .await
}

/// What the columns of a file in Base64 seem to mean, also of one whose header lacks some; `None`
/// for what is no table at all.
#[must_use]
pub fn suggested(kind: ImportKind, content: &str, mapping: &Mapping) -> Option<Mapping> {
    let sheet = Sheet::open(Cursor::new(decoded(content).ok()?)).ok()?;
    let meanings = columns::suggest(prepare::kind(kind), &sheet.header, mapping);
    Some(sheet.header.iter().cloned().zip(meanings).collect())
}

/// The bytes of a file in Base64.
fn decoded(content: &str) -> Result<Vec<u8>, ImportError> {
    // Base64 makes four signs of three bytes.
    if content.len() / 4 > MOST_BYTES / 3 {
        return Err(ImportError::TooLarge { most: MOST_BYTES });
    }
    let wrong = |_cause| Refusal::of(Code::InvalidFormat, "content").with("value", "Base64");
    Ok(STANDARD.decode(content.as_bytes()).map_err(wrong)?)
}

/// The line of an act in the audit trail.
pub(super) fn line(action: &'static str, row: &import::Model) -> Line {
    Line {
        action,
        organization: Some(row.organization_id),
        subject: ("Import", Some(row.id.0)),
        details: Some(json!({
            "kind": row.kind,
            "rows": row.rows,
            "created": row.created,
            "changed": row.changed,
            "refused": row.refused,
        })),
    }
}
