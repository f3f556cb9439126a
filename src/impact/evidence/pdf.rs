//! Whether a PDF does something of its own: scripts, programs, files within it, forms that send.
//!
//! Names are read as readers read them, escapes resolved, in the file and in whatever it holds deflated.
//! Nothing is drawn, and what stands in pictures is not looked at.

use std::collections::BTreeSet;
use std::io::Read;

use flate2::read::ZlibDecoder;

use crate::impact::evidence::kind::Unfit;
use crate::impact::evidence::kind::find;

/// Names that make a document act.
const ACTIVE: &[&str] = &[
    "JavaScript",
    "Launch",
    "EmbeddedFile",
    "EmbeddedFiles",
    "RichMedia",
    "Rendition",
    "SubmitForm",
    "ImportData",
    "GoToE",
    "GoToR",
    "XFA",
];
/// Ways of packing that hide what they hold from us.
const HIDING: &[&str] = &[
    "LZWDecode",
    "LZW",
    "ASCIIHexDecode",
    "AHx",
    "RunLengthDecode",
    "RL",
    "Crypt",
];
/// Longest name that is asked for.
const LONGEST: usize = 20;
/// So far from its word a list of ways of packing may end.
const LIST_MOST: usize = 512;
/// So many times its own size is read of a file whose streams are written as text.
const READ_MOST: usize = 8;
/// Ways of packing that are unpacked.
const PACKING: &[&str] = &["FlateDecode", "Fl", "ASCII85Decode", "A85"];
/// Most bytes that are unpacked of one file.
const MOST_UNPACKED: usize = 256 * 1024 * 1024;
/// Bytes that are unpacked at once.
const STEP: usize = 64 * 1024;
/// So far from its end an archive says where its parts are.
const ARCHIVE_END: usize = 66_000;

/// Looks into a PDF.
///
/// # Errors
/// [`Unfit`].
pub fn check(bytes: &[u8]) -> Result<(), Unfit> {
    let blank = |it: &u8| it.is_ascii_whitespace() || *it == 0;
    let last = bytes.iter().rposition(|it| !blank(it)).unwrap_or(0);
    let whole = bytes.get(..=last).unwrap_or_default();
    if !whole.ends_with(b"%%EOF") {
        return Err(Unfit::Opaque("%%EOF".to_owned()));
    }
    let tail = whole.len().saturating_sub(ARCHIVE_END);
    if find(whole.get(tail..).unwrap_or_default(), b"PK\x05\x06").is_some() {
        return Err(Unfit::Active("ZIP".to_owned()));
    }
    let mut predicted = BTreeSet::new();
    let mut object_streams = BTreeSet::new();
    let mut in_text = false;
    for (at, name) in names(bytes) {
        refuse(&name)?;
        match name.as_str() {
            "Encrypt" => return Err(Unfit::Opaque(name)),
            "Filter" => in_text |= filters(bytes.get(at..).unwrap_or_default())?,
            "Predictor" => _ = predicted.insert(at),
            "ObjStm" => _ = object_streams.insert(at),
            _ => {}
        }
    }
    let mut left = MOST_UNPACKED;
    let mut readable = bytes.len().saturating_mul(READ_MOST);
    let mut begun = 0;
    for start in streams(bytes) {
        // What is told apart from its neighbours before it is packed cannot be read here.
        let own = begun..start;
        let hidden = predicted.range(own.clone()).next().is_some()
            && object_streams.range(own).next().is_some();
        if hidden {
            return Err(Unfit::Opaque("Predictor".to_owned()));
        }
        begun = start;
        let data = bytes.get(start..).unwrap_or_default();
        if is_deflated(data) {
            unpack(data, &mut left)?;
        } else if in_text && let Some(data) = from_text(data, &mut readable)? {
            if is_deflated(&data) {
                unpack(&data, &mut left)?;
            } else {
                scan(&data)?;
            }
        }
    }
    Ok(())
}

fn scan(bytes: &[u8]) -> Result<(), Unfit> {
    names(bytes).try_for_each(|(_, name)| refuse(&name))
}

fn refuse(name: &str) -> Result<(), Unfit> {
    if ACTIVE.contains(&name) {
        return Err(Unfit::Active(format!("/{name}")));
    }
    Ok(())
}

/// Every name with the place behind it, escapes resolved.
fn names(bytes: &[u8]) -> impl Iterator<Item = (usize, String)> {
    let slashes = bytes.iter().enumerate().filter(|(_, it)| **it == b'/');
    slashes.filter_map(|(at, _)| {
        let (name, length) = name(bytes.get(at.saturating_add(1)..)?)?;
        Some((at.saturating_add(1).saturating_add(length), name))
    })
}

/// The name that begins here, and its length as written; `None` for one that is longer than any asked for.
fn name(bytes: &[u8]) -> Option<(String, usize)> {
    let mut name = String::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied().filter(|it| !delimits(*it)) {
        let escaped = (byte == b'#')
            .then(|| bytes.get(at.saturating_add(1)..at.saturating_add(3)))
            .flatten()
            .and_then(|it| std::str::from_utf8(it).ok())
            .and_then(|it| u8::from_str_radix(it, 16).ok());
        name.push(char::from(escaped.unwrap_or(byte)));
        at = at.saturating_add(if escaped.is_some() { 3 } else { 1 });
        if name.len() > LONGEST {
            return None;
        }
    }
    Some((name, at))
}

fn delimits(byte: u8) -> bool {
    matches!(
        byte,
        0 | b'\t'
            | b'\n'
            | 12
            | b'\r'
            | b' '
            | b'('
            | b')'
            | b'<'
            | b'>'
            | b'['
            | b']'
            | b'{'
            | b'}'
            | b'/'
            | b'%'
    )
}

/// Whether what follows `Filter` turns text into bytes first.
fn filters(bytes: &[u8]) -> Result<bool, Unfit> {
    let begins = bytes.iter().position(|it| !it.is_ascii_whitespace());
    let rest = begins.and_then(|it| bytes.get(it..)).unwrap_or_default();
    let listed = match rest.first() {
        Some(b'/') => {
            let length = rest.iter().skip(1).position(|it| delimits(*it));
            rest.get(..=length.unwrap_or(rest.len()))
        }
        Some(b'[') => rest
            .iter()
            .take(LIST_MOST)
            .position(|it| *it == b']')
            .and_then(|it| rest.get(..it)),
        _ => None,
    };
    // One that stands elsewhere may be whichever.
    let listed = listed.ok_or_else(|| Unfit::Opaque("/Filter".to_owned()))?;
    let mut in_text = false;
    let packing: Vec<String> = names(listed)
        .map(|(_, name)| name)
        .filter(|it| PACKING.contains(&it.as_str()))
        .collect();
    let text_first = packing.first().is_some_and(|it| it.contains("85"));
    let twice = packing.iter().filter(|it| it.contains("85")).count() > 1;
    if packing.len() > 2 || packing.len() == 2 && (!text_first || twice) {
        // One layer is taken off: what lies in two cannot be read.
        return Err(Unfit::Opaque("/Filter".to_owned()));
    }
    for (_, name) in names(listed) {
        if HIDING.contains(&name.as_str()) {
            return Err(Unfit::Opaque(format!("/{name}")));
        }
        in_text |= ["ASCII85Decode", "A85"].contains(&name.as_str());
    }
    Ok(in_text)
}

/// Where the data of each stream begins.
fn streams(bytes: &[u8]) -> impl Iterator<Item = usize> {
    const WORD: &[u8] = b"stream";
    let words = bytes.windows(WORD.len()).enumerate();
    words.filter(|(_, it)| *it == WORD).filter_map(|(at, _)| {
        let before = at.checked_sub(3).and_then(|it| bytes.get(it..at));
        let word = at.saturating_add(WORD.len());
        // Tolerant readers pass over blanks before the end of the line.
        let blanks = bytes.get(word..)?.iter().take(LIST_MOST);
        let blanks = blanks.take_while(|it| matches!(it, b' ' | b'\t')).count();
        let behind = word.saturating_add(blanks);
        let line = bytes.get(behind..)?;
        let length = if line.starts_with(b"\r\n") {
            2
        } else if line.starts_with(b"\n") || line.starts_with(b"\r") {
            1
        } else {
            return None;
        };
        (before != Some(b"end")).then(|| behind.saturating_add(length))
    })
}

/// Whether data begins as deflated data does.
fn is_deflated(data: &[u8]) -> bool {
    match data {
        [method, flags, ..] => {
            method & 15 == 8 && (u16::from(*method) * 256 + u16::from(*flags)) % 31 == 0
        }
        _ => false,
    }
}

/// Unpacks data piece by piece and looks for names in it.
fn unpack(data: &[u8], left: &mut usize) -> Result<(), Unfit> {
    let mut unpacked = ZlibDecoder::new(data);
    let mut piece = vec![0; STEP];
    let mut open: Vec<u8> = Vec::new();
    // What is damaged ends where it is: a reader gets no further either.
    while let Ok(read @ 1..) = unpacked.read(&mut piece) {
        *left = left
            .checked_sub(read)
            .ok_or_else(|| Unfit::Opaque("/FlateDecode".to_owned()))?;
        open.extend_from_slice(piece.get(..read).unwrap_or_default());
        scan(&open)?;
        // A name may stand across two pieces; an escaped sign takes three.
        let kept = open.len().saturating_sub(3 * LONGEST + 1);
        open.drain(..kept);
    }
    Ok(())
}

/// Bytes that are written as text, five signs for four of them.
///
/// # Errors
/// [`Unfit`] where that reads more of the file than it may, for streams that do not end.
fn from_text(data: &[u8], readable: &mut usize) -> Result<Option<Vec<u8>>, Unfit> {
    let end = find(data, b"~>");
    *readable = readable
        .checked_sub(end.unwrap_or(data.len()))
        .ok_or_else(|| Unfit::Opaque("/ASCII85Decode".to_owned()))?;
    Ok(end.and_then(|it| data.get(..it)).and_then(decoded))
}

/// Groups of five signs as four bytes; `None` for what is no such text.
fn decoded(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut group: Vec<u8> = Vec::with_capacity(5);
    let flush = |group: &mut Vec<u8>, bytes: &mut Vec<u8>| -> Option<()> {
        let given = group.len();
        if given == 1 {
            return None;
        }
        group.resize(5, 84);
        let word = group.iter().try_fold(0_u32, |sum, it| {
            sum.checked_mul(85)?.checked_add(u32::from(*it))
        })?;
        let kept = given.saturating_sub(1);
        bytes.extend(word.to_be_bytes().into_iter().take(kept));
        group.clear();
        Some(())
    };
    for byte in text.iter().copied() {
        match byte {
            b'z' if group.is_empty() => bytes.extend([0; 4]),
            b'!'..=b'u' => group.push(byte - b'!'),
            _ if byte.is_ascii_whitespace() || byte == 0 => {}
            _ => return None,
        }
        if group.len() == 5 {
            flush(&mut group, &mut bytes)?;
        }
    }
    if !group.is_empty() {
        flush(&mut group, &mut bytes)?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::*;

    fn deflated(text: &str) -> Vec<u8> {
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
        packed.write_all(text.as_bytes()).unwrap();
        packed.finish().unwrap()
    }

    /// A PDF with these bytes before its end.
    fn document(inner: &[u8]) -> Vec<u8> {
        [
            b"%PDF-1.7\n",
            inner,
            b"\ntrailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n",
        ]
        .concat()
    }

    fn stream(entries: &str, data: &[u8]) -> Vec<u8> {
        let head = format!("4 0 obj << {entries} /Length {} >>\nstream\n", data.len());
        document(&[head.as_bytes(), data, b"\nendstream endobj"].concat())
    }

    fn active(name: &str) -> Result<(), Unfit> {
        Err(Unfit::Active(name.to_owned()))
    }

    #[test]
    fn an_ordinary_document_is_taken() {
        let page = "BT /F1 12 Tf (Launch of the /JavaScript-free well) Tj ET".replace('/', "");
        assert_eq!(
            check(&stream("/Filter /FlateDecode", &deflated(&page))),
            Ok(())
        );
        assert_eq!(
            check(&document(
                b"1 0 obj << /Type /Catalog /OpenAction [3 0 R /Fit] >> endobj"
            )),
            Ok(())
        );
        assert_eq!(
            check(&document(
                b"<< /Type /Sig /Filter /Adobe.PPKLite /S /URI >>"
            )),
            Ok(())
        );
    }

    #[test]
    fn what_acts_is_refused_however_it_is_written() {
        for (written, name) in [
            ("<< /S /JavaScript /JS (app.alert(1)) >>", "/JavaScript"),
            ("<< /S /J#61vaScript /JS (x) >>", "/JavaScript"),
            ("<< /S/#4Aav#61#53cript>>", "/JavaScript"),
            ("<< /S /Launch /F (cmd.exe) >>", "/Launch"),
            ("<< /Names << /EmbeddedFiles 4 0 R >> >>", "/EmbeddedFiles"),
            ("<< /Type /EmbeddedFile >>", "/EmbeddedFile"),
            ("<< /AcroForm << /XFA 4 0 R >> >>", "/XFA"),
            ("<< /S /SubmitForm >>", "/SubmitForm"),
        ] {
            assert_eq!(
                check(&document(written.as_bytes())),
                active(name),
                "{written}"
            );
            let objects = format!("7 0 8 40 {written}");
            let packed = deflated(&objects);
            assert_eq!(
                check(&stream(
                    "/Type /ObjStm /N 2 /First 9 /Filter /FlateDecode",
                    &packed
                )),
                active(name)
            );
            // However far into what is packed.
            let far = deflated(&format!("{}{written}", " ".repeat(STEP - 8)));
            assert_eq!(check(&stream("/Filter [/FlateDecode]", &far)), active(name));
        }
        // And written as text, five signs for four bytes.
        let data = br##"4?O`>;]m_c@<Q'X@rc:&F<Eb2~>"##;
        let read = stream("/Filter /ASCII85Decode", data);
        assert_eq!(check(&read), active("/JavaScript"));
        // And behind a blank, as tolerant readers take it.
        let packed = deflated("<< /S /JavaScript >>");
        let head = b"4 0 obj << /Filter /FlateDecode >>\nstream \n";
        let read = document(&[&head[..], &packed, b"\nendstream endobj"].concat());
        assert_eq!(check(&read), active("/JavaScript"));
    }

    #[test]
    fn what_cannot_be_looked_into_is_refused() {
        let hidden = |name: &str| Err(Unfit::Opaque(name.to_owned()));
        assert_eq!(check(&document(b"<< /Encrypt 5 0 R >>")), hidden("Encrypt"));
        assert_eq!(
            check(&stream("/Filter /LZWDecode", b"x")),
            hidden("/LZWDecode")
        );
        assert_eq!(check(&stream("/Filter [ /RL /Fl ]", b"x")), hidden("/RL"));
        assert_eq!(check(&stream("/Filter 9 0 R", b"x")), hidden("/Filter"));
        for twice in ["[/FlateDecode /FlateDecode]", "[/Fl /A85]", "[/A85 /A85]"] {
            let entries = format!("/Filter {twice}");
            assert_eq!(check(&stream(&entries, b"x")), hidden("/Filter"), "{twice}");
        }
        assert_eq!(check(&stream("/Filter [/Fl /DCTDecode]", b"x")), Ok(()));
        let predicted = "/Type /ObjStm /Filter /FlateDecode /DecodeParms << /Predictor 12 >>";
        assert_eq!(
            check(&stream(predicted, &deflated("1 0 x"))),
            hidden("Predictor")
        );
        assert_eq!(check(b"%PDF-1.4\n"), hidden("%%EOF"));
        let archive = [&document(b"")[..], b"PK\x05\x06", &[0; 18], b"\n%%EOF"].concat();
        assert_eq!(check(&archive), active("ZIP"));
    }

    #[test]
    fn what_unpacks_without_end_is_refused() {
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
        let zeros = vec![0; 1024 * 1024];
        for _ in 0..257 {
            packed.write_all(&zeros).unwrap();
        }
        let bomb = stream("/Filter /FlateDecode", &packed.finish().unwrap());
        assert!(bomb.len() < 3 * 1024 * 1024);
        assert_eq!(check(&bomb), Err(Unfit::Opaque("/FlateDecode".to_owned())));
    }
    #[test]
    fn what_would_be_read_again_and_again_is_refused() {
        let lists = document(&b"/Filter[".repeat(100_000));
        let hidden = |name: &str| Err(Unfit::Opaque(name.to_owned()));
        assert_eq!(check(&lists), hidden("/Filter"));
        let endless = [&b"/Filter/A85 "[..], &b"stream\n".repeat(100_000)].concat();
        assert_eq!(check(&document(&endless)), hidden("/ASCII85Decode"));
    }
}
