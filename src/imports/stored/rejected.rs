//! The refused rows of an import as a file: kept as the file writes them, told in the language of
//! whoever fetches them.
//!
//! How the file is written is in `imports::rejected`, for clients and operators alike.

use std::collections::BTreeMap;
use std::path::Path;

use entity::ids::ImportId;
use entity::import;
use entity::import_refusal;
use entity::import_rejected;
use serde_json::json;

use crate::identity::Ctx;
use crate::imports::columns::Layout;
use crate::imports::error::ImportError;
use crate::imports::outcome::Outcome;
use crate::imports::outcome::RowOutcome;
use crate::imports::rejected::Rejected;
use crate::imports::rejected::told;
use crate::imports::stored::store;
use crate::platform::i18n::Locale;
use crate::refusal::Code;

/// Most bytes of refused rows that are kept: whoever mends more by hand does better with the file
/// itself.
const MOST_BYTES: usize = 2 * 1024 * 1024;

/// Refused rows as a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedFile {
    /// Its name.
    pub name: String,
    /// CSV in UTF-8 with a byte-order mark.
    pub content: String,
    /// How many rows it holds, the header apart.
    pub rows: usize,
    /// Whether it holds all refused rows.
    pub complete: bool,
}

/// What is kept of the refused rows; `None` where there are none.
#[must_use]
pub fn kept(
    import: ImportId,
    rows: &[RowOutcome],
    delimiter: u8,
) -> Option<import_rejected::Model> {
    let refused = |it: &&RowOutcome| matches!(it.outcome, Outcome::Refused(_));
    let mut left = MOST_BYTES;
    let mut complete = true;
    let mut kept: Vec<(u64, &[String])> = Vec::new();
    for row in rows.iter().filter(refused) {
        let size: usize = row.fields.iter().map(|it| it.len().saturating_add(1)).sum();
        if size > left {
            complete = false;
            break;
        }
        left -= size;
        kept.push((row.line, &row.fields));
    }
    (!kept.is_empty()).then(|| import_rejected::Model {
        import_id: import,
        delimiter: char::from(delimiter).to_string(),
        content: json!(kept).to_string(),
        complete,
    })
}

/// The refused rows of an import, in the caller's language; `None` where there are none, or no
/// longer.
///
/// # Errors
/// A fault of ours.
pub async fn file(ctx: &Ctx, import: &import::Model) -> Result<Option<RejectedFile>, ImportError> {
    let Some(kept) = store::rejected(ctx.read(), import.id).await? else {
        return Ok(None);
    };
    let refusals = store::all_refusals(ctx.read(), import.id).await?;
    written(import, &kept, &refusals, ctx.locale()).map(Some)
}

fn written(
    import: &import::Model,
    kept: &import_rejected::Model,
    refusals: &[import_refusal::Model],
    locale: Locale,
) -> Result<RejectedFile, ImportError> {
    let fault = |it: serde_json::Error| ImportError::Fault(it.to_string());
    let rows: Vec<(i64, Vec<String>)> = serde_json::from_str(&kept.content).map_err(fault)?;
    let layout = Layout::of(serde_json::from_str(&import.mapping).map_err(fault)?);
    let mut errors: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for it in refusals {
        let (_, sentence) = sentence(it, locale);
        let error = told(it.title.as_deref(), &sentence);
        errors.entry(it.line).or_default().push(error);
    }
    let mut bytes = Vec::new();
    let delimiter = kept.delimiter.bytes().next().unwrap_or(b',');
    let mut file =
        Rejected::begin(&mut bytes, &layout, delimiter, locale).map_err(ImportError::Rejected)?;
    for (line, fields) in &rows {
        let errors = errors.get(line).map_or(&[][..], Vec::as_slice);
        file.add_told(&layout, fields, errors)
            .map_err(ImportError::Rejected)?;
    }
    file.finish().map_err(ImportError::Rejected)?;
    let name = Path::new(&import.file_name).with_extension("rejected.csv");
    let name = name.file_name().map(|it| it.to_string_lossy().into_owned());
    Ok(RejectedFile {
        name: name.unwrap_or_else(|| "rejected.csv".to_owned()),
        content: String::from_utf8(bytes).map_err(|it| ImportError::Fault(it.to_string()))?,
        rows: rows.len(),
        complete: kept.complete,
    })
}

/// The code of a refusal that was kept, and its sentence in a language.
#[must_use]
pub fn sentence(row: &import_refusal::Model, locale: Locale) -> (Code, String) {
    let code = Code::of_key(&row.code);
    let values: Vec<(String, String)> = serde_json::from_str(&row.details).unwrap_or_default();
    (code, locale.sentence(code.key(), &values))
}
