//! Whether a packed file is an Excel workbook within bounds that runs and fetches nothing.
//!
//! Cells are not read: workbooks that are imported are read elsewhere.

use std::io::Cursor;
use std::io::Read;

use zip::ZipArchive;

use crate::impact::evidence::kind::Unfit;
use crate::impact::evidence::kind::find;
use crate::impact::evidence::kind::markup;

/// Most parts.
const MOST_PARTS: usize = 2_000;
/// Most bytes of all parts.
const MOST_BYTES: u64 = 128 * 1024 * 1024;
/// Most that a byte of a part may become, beyond the first.
const MOST_RATIO: u64 = 100;
/// Bytes that any part may hold, however well it is packed.
const FREE: u64 = 1024 * 1024;
/// What the list of parts says of a workbook without macros.
const WORKBOOK: &[u8] =
    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";
/// Words in the names of parts that run, fetch, or hold files of another kind.
const ACTIVE: &[&str] = &[
    "vbaproject",
    "vbadata",
    "activex",
    "embeddings/",
    "externallinks/",
    "macrosheets/",
    "dialogsheets/",
    "customui",
    "connections.xml",
    "querytables/",
    "webextensions/",
    "ctrlprops/",
    "model/",
];
/// What names of parts end with.
const PASSIVE: &[&str] = &[
    ".xml", ".rels", ".vml", ".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", ".psmdcp",
];

/// Looks into a packed file.
///
/// # Errors
/// [`Unfit`].
pub fn check(bytes: &[u8]) -> Result<(), Unfit> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    if archive.len() > MOST_PARTS {
        return Err(damaged("ZIP"));
    }
    let mut left = MOST_BYTES;
    let mut listed = false;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(damaged)?;
        if part.is_dir() {
            continue;
        }
        let name = part.name().map_err(damaged)?.into_owned();
        let small = name.to_ascii_lowercase();
        named(&small)?;
        let by_ratio = part.compressed_size().saturating_mul(MOST_RATIO);
        let most = by_ratio.saturating_add(FREE).min(left);
        let mut text = Vec::new();
        // One more than may be: what ends here has not ended within its bounds.
        part.take(most.saturating_add(1))
            .read_to_end(&mut text)
            .map_err(damaged)?;
        let size = u64::try_from(text.len()).unwrap_or(u64::MAX);
        if size > most {
            return Err(damaged(format!("ZIP: {name}")));
        }
        left = left.saturating_sub(size);
        let list = small == "[content_types].xml" || small.ends_with(".rels");
        if list && find(&text, b"&#").is_some() {
            // Nobody writes signs of these lists by number, unless they should not be read.
            return Err(damaged(name));
        }
        if small == "[content_types].xml" {
            listed = content_types(&text)?;
        } else if small.ends_with(".rels") {
            relations(&text)?;
        }
        if small.ends_with(".xml") || small.ends_with(".rels") || small.ends_with(".vml") {
            written(&small, &text)?;
        }
    }
    if listed { Ok(()) } else { Err(Unfit::Kind) }
}

fn damaged(cause: impl ToString) -> Unfit {
    Unfit::Opaque(cause.to_string().chars().take(60).collect())
}

/// Refuses parts by their name, in small letters.
fn named(name: &str) -> Result<(), Unfit> {
    let outside =
        name.starts_with('/') || name.contains('\\') || name.split('/').any(|it| it == "..");
    if outside {
        return Err(damaged(format!("ZIP: {name}")));
    }
    let active = ACTIVE.iter().any(|it| name.contains(it));
    // Settings of printers are the one thing that is binary.
    let passive = PASSIVE.iter().any(|it| name.ends_with(it))
        || (name.contains("printersettings/") && name.ends_with(".bin"));
    if active || !passive {
        return Err(Unfit::Active(name.chars().take(60).collect()));
    }
    Ok(())
}

/// Whether the list of parts is that of a workbook.
fn content_types(text: &[u8]) -> Result<bool, Unfit> {
    let small = text.to_ascii_lowercase();
    if find(&small, b"macroenabled").is_some() {
        return Err(Unfit::Active("macroEnabled".to_owned()));
    }
    Ok(find(text, WORKBOOK).is_some())
}

/// Refuses what a part fetches from elsewhere; a link waits until somebody follows it.
fn relations(text: &[u8]) -> Result<(), Unfit> {
    let small = text.to_ascii_lowercase();
    for tag in small.split(|it| *it == b'<') {
        let elsewhere = find(tag, b"external").is_some() && find(tag, b"targetmode").is_some();
        if elsewhere && !is_link(tag) {
            return Err(Unfit::Active("TargetMode=External".to_owned()));
        }
    }
    Ok(())
}

/// Whether the type of a relation, in small letters, is that of a link.
fn is_link(tag: &[u8]) -> bool {
    const TYPE: &[u8] = b" type=";
    let Some(at) = find(tag, TYPE) else {
        return false;
    };
    let value = tag.get(at.saturating_add(TYPE.len())..).unwrap_or_default();
    let quote = value.first().copied().unwrap_or_default();
    let mut parts = value.split(|it| *it == quote);
    let named = parts.nth(1).unwrap_or_default();
    [b'"', b'\''].contains(&quote) && named.ends_with(b"/hyperlink")
}

/// Refuses parts whose text is not what it seems.
fn written(name: &str, text: &[u8]) -> Result<(), Unfit> {
    // Other encodings have such bytes, too.
    if std::str::from_utf8(text).is_err() || text.contains(&0) {
        return Err(damaged(name));
    }
    // Drawings of older workbooks are XML that says so; a page of the web is none.
    match markup(text) {
        Some(found) => Err(Unfit::Active(found.to_owned())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::CompressionMethod;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        for (name, text) in parts {
            archive.start_file(*name, options).unwrap();
            archive.write_all(text).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    const TYPES: (&str, &[u8]) = ("[Content_Types].xml", WORKBOOK);
    const SHEET: (&str, &[u8]) = ("xl/worksheets/sheet1.xml", b"<worksheet/>");

    #[test]
    fn a_workbook_is_taken_and_other_packages_are_not() {
        assert_eq!(check(&package(&[TYPES, SHEET])), Ok(()));
        assert_eq!(check(&package(&[SHEET])), Err(Unfit::Kind));
        assert!(check(b"PK\x03\x04 and no more").is_err());
    }

    #[test]
    fn what_runs_or_fetches_is_refused() {
        for name in [
            "xl/vbaProject.bin",
            "xl/embeddings/oleObject1.bin",
            "xl/externalLinks/externalLink1.xml",
            "xl/activeX/activeX1.xml",
            "xl/connections.xml",
            "xl/media/run.exe",
            "xl/macrosheets/sheet1.xml",
        ] {
            let found = check(&package(&[TYPES, SHEET, (name, b"x")]));
            assert!(matches!(found, Err(Unfit::Active(_))), "{name}: {found:?}");
        }
        let macros = [
            WORKBOOK,
            b" application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        ]
        .concat();
        let found = check(&package(&[("[Content_Types].xml", &macros), SHEET]));
        assert_eq!(found, Err(Unfit::Active("macroEnabled".to_owned())));
        let fetched = br#"<Relationship Type="x/image" TargetMode="External" Target="http://x"/>"#;
        let link = br#"<Relationship Type="x/hyperlink" TargetMode="External" Target="http://x"/>"#;
        let rels = "xl/worksheets/_rels/sheet1.xml.rels";
        assert!(matches!(
            check(&package(&[TYPES, SHEET, (rels, fetched)])),
            Err(Unfit::Active(_))
        ));
        assert_eq!(check(&package(&[TYPES, SHEET, (rels, link)])), Ok(()));
        let disguised: [&[u8]; 3] = [
            br#"<Relationship Type="x/image" TargetMode="External" Target="http://x/hyperlink"/>"#,
            br#"<Relationship Type="x/image" TargetMode="Ext&#101;rnal" Target="http://x"/>"#,
            b"<\0a\0/\0>\0",
        ];
        for part in disguised {
            let found = check(&package(&[TYPES, SHEET, (rels, part)]));
            assert!(found.is_err(), "{}", String::from_utf8_lossy(part));
        }
        assert!(check(&package(&[TYPES, ("xl/../../x.xml", b"x")])).is_err());
        let declared: &[u8] = b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a/>";
        assert!(check(&package(&[TYPES, ("xl/worksheets/sheet2.xml", declared)])).is_err());
    }

    #[test]
    fn what_unpacks_to_too_much_is_refused() {
        let zeros = vec![b' '; 8 * 1024 * 1024];
        let bomb = package(&[TYPES, SHEET, ("xl/worksheets/sheet2.xml", &zeros)]);
        assert!(bomb.len() < 64 * 1024);
        assert!(matches!(check(&bomb), Err(Unfit::Opaque(_))));
    }
}
