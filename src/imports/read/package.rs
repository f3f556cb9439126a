//! A workbook unpacked within bounds: what its parts really hold is counted while they are inflated,
//! whatever they say of themselves, and whoever reads them finds them unpacked.
//!
//! What stands in the parts is read in `workbook`. Parts that nobody reads, such as pictures, are
//! never inflated.

use std::io::Cursor;
use std::io::Read;
use std::io::Write;

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::CompressionMethod;
use zip::ZipArchive;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::imports::error::Bound;
use crate::imports::error::Unreadable;

/// Most bytes of a packed workbook.
pub const MOST_PACKED: usize = 32 * 1024 * 1024;
/// Most parts of a package, those that are not read among them.
const MOST_PARTS: usize = 2_000;
/// Most bytes of all parts that are read.
const MOST_BYTES: usize = 64 * 1024 * 1024;
/// Most bytes of the table of texts: each of them takes more in memory than in the part.
const MOST_STRINGS: usize = 16 * 1024 * 1024;
/// Most bytes of the lists of parts and sheets, and of the formats.
const MOST_SMALL: usize = 4 * 1024 * 1024;
/// Most that a byte may become, beyond the first of a part. Sheets grow tenfold, thirtyfold at most.
const MOST_RATIO: usize = 100;
/// Bytes that any part may hold, however well it is packed.
const FREE: usize = 1024 * 1024;
/// Most sheets of a workbook.
const MOST_SHEETS: usize = 1_000;
/// Longest tag in the lists of parts and sheets: each may be copied for each sheet.
const LONGEST_TAG: usize = 4 * 1024;

/// A workbook whose parts are within bounds.
pub struct Package {
    /// The parts that are read, not packed any more.
    pub archive: Vec<u8>,
    /// The part of the formats, where there is one. Not in the archive: it is read for the shapes
    /// of numbers only.
    pub styles: Option<String>,
}

/// Unpacks a workbook.
///
/// # Errors
/// [`Unreadable`] for what is no workbook, is protected, or would not stay within bounds.
pub fn unpack(bytes: &[u8]) -> Result<Package, Unreadable> {
    if bytes.len() > MOST_PACKED {
        return Err(too_large(Bound::Packed, MOST_PACKED));
    }
    let mut packed = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    if packed.len() > MOST_PARTS {
        return Err(too_large(Bound::Parts, MOST_PARTS));
    }
    let names: Vec<String> = packed
        .file_names()
        .map(|it| it.map(|it| it.replace('\\', "/").to_ascii_lowercase()))
        .collect::<Result<_, _>>()
        .map_err(damaged)?;
    if let Some(found) = other_format(&names) {
        return Err(Unreadable::Format { found });
    }
    let mut left = MOST_BYTES;
    let mut styles = None;
    let mut unpacked = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (at, name) in names.iter().enumerate() {
        let Some(part) = part(name) else {
            continue;
        };
        let text = inflate(&mut packed, at, &mut left, part)?;
        let text = checked(part, text)?;
        if part == Part::Styles {
            styles = Some(text);
            continue;
        }
        unpacked
            .start_file(name.as_str(), stored)
            .map_err(damaged)?;
        unpacked
            .write_all(text.as_bytes())
            .map_err(Unreadable::System)?;
    }
    let archive = unpacked.finish().map_err(damaged)?.into_inner();
    Ok(Package { archive, styles })
}

/// What a part that is read holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Which parts there are.
    Relations,
    /// Which sheets there are.
    Workbook,
    Styles,
    Strings,
    /// A sheet, or what cannot be told from one by its name.
    Other,
}

/// Folders whose parts no reader of cells opens.
const PASSED_OVER: &[&str] = &[
    "docprops/",
    "customxml/",
    "xl/theme/",
    "xl/drawings/",
    "xl/charts/",
    "xl/chartsheets/",
    "xl/media/",
    "xl/embeddings/",
    "xl/printersettings/",
    "xl/pivottables/",
    "xl/pivotcache/",
    "xl/externallinks/",
    "xl/querytables/",
    "xl/tables/",
    "xl/ctrlprops/",
    "xl/diagrams/",
    "xl/slicers/",
    "xl/slicercaches/",
    "xl/threadedcomments/",
    "xl/persons/",
    "xl/richdata/",
    "xl/calcchain.xml",
];

/// What a part is, by its name in small letters; `None` for what is not read.
fn part(name: &str) -> Option<Part> {
    if PASSED_OVER.iter().any(|it| name.starts_with(it)) {
        return None;
    }
    let file = name.rsplit('/').next().unwrap_or(name);
    match file {
        _ if file.ends_with(".rels") => {
            // Those of single sheets name pictures and comments.
            let sheets = name.contains("worksheets/") || name.contains("chartsheets/");
            (!sheets).then_some(Part::Relations)
        }
        "sharedstrings.xml" => Some(Part::Strings),
        "styles.xml" => Some(Part::Styles),
        "[content_types].xml" => None,
        _ if file.starts_with("comments") || file.starts_with("drawing") => None,
        _ if file.starts_with("workbook") && file.ends_with(".xml") => Some(Part::Workbook),
        _ if file.ends_with(".xml") => Some(Part::Other),
        _ => None,
    }
}

/// The kind of file that this is instead, by the names of its parts.
fn other_format(names: &[String]) -> Option<&'static str> {
    let has = |wanted: &str| names.iter().any(|it| it == wanted);
    if has("mimetype") && has("content.xml") {
        Some("ODS")
    } else if has("xl/workbook.bin") {
        Some("XLSB")
    } else if has("_rels/.rels") && names.iter().any(|it| part(it) == Some(Part::Workbook)) {
        None
    } else {
        Some("ZIP")
    }
}

/// The bytes of a part, no more than are left.
fn inflate(
    packed: &mut ZipArchive<Cursor<&[u8]>>,
    at: usize,
    left: &mut usize,
    part: Part,
) -> Result<Vec<u8>, Unreadable> {
    let entry = packed.by_index(at).map_err(damaged)?;
    let size = usize::try_from(entry.compressed_size()).unwrap_or(usize::MAX);
    let by_ratio = size.saturating_mul(MOST_RATIO).saturating_add(FREE);
    let (own, bound) = match part {
        Part::Strings => (MOST_STRINGS, Bound::Strings),
        Part::Relations | Part::Workbook | Part::Styles => (MOST_SMALL, Bound::Bytes),
        Part::Other => (MOST_BYTES, Bound::Bytes),
    };
    let most = own.min(by_ratio).min(*left);
    let mut text = Vec::new();
    // One more than may be: what ends here has not ended within its bounds.
    entry
        .take(u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1))
        .read_to_end(&mut text)
        .map_err(damaged)?;
    if text.len() <= most {
        *left = left.saturating_sub(text.len());
        Ok(text)
    } else if most == by_ratio {
        Err(too_large(Bound::Ratio, MOST_RATIO))
    } else if most == own {
        Err(too_large(bound, own))
    } else {
        Err(too_large(Bound::Bytes, MOST_BYTES))
    }
}

/// The text of a part that holds nothing of what readers of XML stumble over.
fn checked(part: Part, bytes: Vec<u8>) -> Result<String, Unreadable> {
    let text = String::from_utf8(bytes).map_err(damaged)?;
    if text.contains('\0') {
        return Err(damaged("U+0000"));
    }
    // A declared encoding would make other text of the same bytes.
    let head = text.split_once("?>").map_or("", |(it, _)| it);
    let declares = head.trim_start_matches('\u{FEFF}').starts_with("<?xml");
    if declares && head.contains("encoding") && !head.to_ascii_lowercase().contains("utf-8") {
        return Err(damaged("XML → UTF-8"));
    }
    let declared = text.split("<!").skip(1);
    if declared
        .into_iter()
        .any(|it| !it.starts_with("--") && !it.starts_with("[CDATA["))
    {
        return Err(damaged("<!DOCTYPE"));
    }
    match part {
        Part::Strings => without_counts(text),
        Part::Relations if text.split('<').any(|it| it.len() > LONGEST_TAG) => {
            Err(too_large(Bound::Tag, LONGEST_TAG))
        }
        // Any part may claim to be the one that lists the sheets.
        Part::Workbook | Part::Other if sheets_of(&text) > MOST_SHEETS => {
            Err(too_large(Bound::Sheets, MOST_SHEETS))
        }
        _ => Ok(text),
    }
}

/// How many sheets a part lists.
fn sheets_of(text: &str) -> usize {
    let begins = |before: &str| before.ends_with(['<', ':']);
    let ends = |after: &str| after.starts_with([' ', '/', '>', '\t', '\r', '\n']);
    let mut pieces = text.split("sheet");
    let mut before = pieces.next().unwrap_or_default();
    let mut found = 0_usize;
    for after in pieces {
        if begins(before) && ends(after) {
            found = found.saturating_add(1);
        }
        before = after;
    }
    found
}

/// The table of texts without what it says of its own length: a reader would make room for as many
/// texts as are announced, and a program that gets no more memory cannot refuse, it ends.
fn without_counts(text: String) -> Result<String, Unreadable> {
    let mut reader = Reader::from_str(&text);
    loop {
        match reader.read_event().map_err(damaged)? {
            Event::Eof => return Err(damaged("sst")),
            Event::Empty(tag) if tag.local_name().as_ref() == "sst" => {
                return Ok("<sst></sst>".to_owned());
            }
            Event::Start(tag) if tag.local_name().as_ref() == "sst" => break,
            Event::Start(_) | Event::Empty(_) => return Err(damaged("sst")),
            _ => {}
        }
    }
    let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
    let rest = text.get(at..).ok_or_else(|| damaged("sst"))?;
    Ok(format!("<sst>{rest}"))
}

fn too_large(bound: Bound, most: usize) -> Unreadable {
    Unreadable::TooLarge { bound, most }
}

/// What a library says of what it cannot read.
pub fn damaged(cause: impl ToString) -> Unreadable {
    Unreadable::Damaged(cause.to_string())
}
