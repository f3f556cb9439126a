//! Brings a file: it is kept, tried out, and what would happen is told.
//!
//! Writing its rows is in `commit`.

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
use crate::imports::error::Unreadable;
use crate::imports::stored::file;
use crate::imports::stored::prepare;
use crate::imports::stored::prepare::Reading;
use crate::imports::stored::rejected;
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
    /// Name of the sheet of a workbook; the first that is not hidden where absent.
    pub sheet: Option<String>,
    /// What titles mean, where that is not what they seem to mean.
    pub mapping: Mapping,
    /// Whether dates are also written day first.
    pub day_first: bool,
    /// Whether entries stay drafts.
    pub drafts: bool,
}

/// What was seen of a file, also of one that is refused as a whole.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Its columns with what each seems to mean; `None` for what is no table.
    pub columns: Option<Mapping>,
    /// The sheets of a workbook, in order.
    pub sheets: Option<Vec<String>>,
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
    seen: &mut Seen,
) -> Result<import::Model, ImportError> {
    let found = store::organization(ctx.read(), ctx.scope(), new.organization).await?;
    let organization = found.ok_or(ImportError::UnknownOrganization)?;
    ctx.demand(Reading::action(new.kind), organization.id)?;
    let mut checks = Checks::new();
    let file_name = checks.text("fileName", &new.file_name, 255);
    checks.key(key);
    checks.done().map_err(ImportError::Invalid)?;
    let brought = file::read(decoded(&new.content)?, new.sheet).await;
    let brought = brought.inspect_err(|it| {
        if let ImportError::Unreadable(Unreadable::NoSheet { known, .. }) = it {
            seen.sheets = Some(known.clone());
        }
    })?;
    let meanings = columns::suggest(prepare::kind(new.kind), &brought.header, &new.mapping);
    seen.columns = Some(brought.header.iter().cloned().zip(meanings).collect());
    seen.sheets = brought.of.as_ref().map(|it| it.sheets.clone());
    let (bytes, delimiter) = (brought.bytes, brought.delimiter);
    let reading = Reading {
        kind: new.kind,
        day_first: new.day_first,
        drafts: new.drafts,
        mapping: new.mapping,
    };
    let prepared =
        prepare::prepare(ctx, organization, &reading, &brought.header, brought.rows).await?;
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
        sheet: brought.of.map(|it| it.name),
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
    let rejected = rejected::kept(row.id, &rows, delimiter);
    let content = json!([
        row.organization_id,
        row.kind,
        row.file_name,
        row.file_hash,
        row.sheet,
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
        store::replace_refusals(tx, row.id, refusals, rejected).await?;
        audit::record(ctx, tx, line("import.start", &row)).await?;
        Ok(row)
    })
    .await
}

/// The bytes of a file in Base64.
fn decoded(content: &str) -> Result<Vec<u8>, ImportError> {
    // Base64 makes four signs of three bytes.
    if content.len() > MOST_BYTES.div_ceil(3).saturating_mul(4) {
        return Err(ImportError::TooLarge { most: MOST_BYTES });
    }
    let wrong = |_cause| Refusal::of(Code::InvalidFormat, "content").with("value", "Base64");
    let bytes = STANDARD.decode(content.as_bytes()).map_err(wrong)?;
    if bytes.len() > MOST_BYTES {
        return Err(ImportError::TooLarge { most: MOST_BYTES });
    }
    Ok(bytes)
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
