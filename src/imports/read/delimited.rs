//! CSV as rows with line numbers, in bounded memory: encoding, separator, quotes.
//!
//! What other kinds of files are is in `read`.

use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;

use csv::ByteRecord;

use crate::imports::error::Unreadable;
use crate::imports::read::LONGEST_ROW;
use crate::imports::read::Row;

/// How much is read at once to check the encoding.
const BLOCK: usize = 64 * 1024;

/// An open CSV.
pub struct Lines<R> {
    csv: csv::Reader<Guard<R>>,
    /// Line of the next byte.
    line: u64,
    ends: Ends,
    /// What separates fields.
    pub delimiter: u8,
}

impl<R: Read + Seek> Lines<R> {
    /// Checks the encoding of the whole file and finds the separator.
    ///
    /// # Errors
    /// [`Unreadable`] for anything but UTF-8, with or without byte-order mark.
    pub fn open(mut file: R) -> Result<Self, Unreadable> {
        let first = check_encoding(&mut file)?;
        let mark = first.starts_with(MARK);
        let begin = if mark { MARK.len() } else { 0 };
        file.seek(SeekFrom::Start(u64::try_from(begin).unwrap_or_default()))
            .map_err(Unreadable::System)?;
        let delimiter = delimiter(first.get(begin..).unwrap_or_default());
        let csv = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .has_headers(false)
            .from_reader(Guard {
                inner: file,
                left: LONGEST_ROW,
                held: Vec::new(),
                before: 0,
            });
        Ok(Self {
            csv,
            line: 1,
            ends: Ends::default(),
            delimiter,
        })
    }

    /// How many bytes have been read, for progress.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.csv.position().byte()
    }

    /// The next row with any value; `None` at the end.
    ///
    /// # Errors
    /// [`Unreadable`] for a row without end.
    pub fn next_row(&mut self) -> Result<Option<Row>, Unreadable> {
        let mut record = ByteRecord::new();
        loop {
            self.csv.get_mut().left = LONGEST_ROW;
            let more = self.csv.read_byte_record(&mut record).map_err(|cause| {
                let line = self.line;
                match cause.into_kind() {
                    csv::ErrorKind::Io(cause) if cause.kind() == ENDLESS => {
                        Unreadable::EndlessRow { line }
                    }
                    csv::ErrorKind::Io(cause) => Unreadable::System(cause),
                    _ => Unreadable::NotUtf8 { line },
                }
            })?;
            let end = self.csv.position().byte();
            let raw = self.csv.get_mut().take_until(end);
            // Line ends and blank lines before a row are read together with it.
            let before = raw.iter().take_while(|it| matches!(it, b'\r' | b'\n'));
            let line = self.line + self.ends.clone().count(before);
            self.line += self.ends.count(raw.iter());
            if !more {
                return Ok(None);
            }
            let mut fields = Vec::with_capacity(record.len());
            for field in &record {
                let field =
                    std::str::from_utf8(field).map_err(|_cause| Unreadable::NotUtf8 { line })?;
                fields.push(field.to_owned());
            }
            if fields.iter().any(|it| !it.trim().is_empty()) {
                return Ok(Some(Row { line, fields }));
            }
        }
    }
}

const MARK: &[u8] = b"\xEF\xBB\xBF";
const ENDLESS: std::io::ErrorKind = std::io::ErrorKind::FileTooLarge;

/// Reads no more than a row's worth between two rows, and holds what was read of the present one.
struct Guard<R> {
    inner: R,
    left: usize,
    held: Vec<u8>,
    /// How many bytes came before those that are held.
    before: u64,
}

impl<R> Guard<R> {
    /// What is held up to a byte of the file, which is held no longer.
    fn take_until(&mut self, end: u64) -> Vec<u8> {
        let most = usize::try_from(end.saturating_sub(self.before)).unwrap_or(usize::MAX);
        let taken: Vec<u8> = self.held.drain(..most.min(self.held.len())).collect();
        self.before = end;
        taken
    }
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.left == 0 {
            return Err(std::io::Error::from(ENDLESS));
        }
        let read = self.inner.read(buffer)?;
        self.left = self.left.saturating_sub(read);
        self.held
            .extend_from_slice(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}

/// Reads the file through once and gives its first block back.
fn check_encoding(file: &mut (impl Read + Seek)) -> Result<Vec<u8>, Unreadable> {
    file.seek(SeekFrom::Start(0)).map_err(Unreadable::System)?;
    let mut block = vec![0; BLOCK];
    let mut first = Vec::new();
    // Bytes of a sign that a block cut in two.
    let mut begun: Vec<u8> = Vec::new();
    let mut line = 1;
    let mut ends = Ends::default();
    loop {
        let read = file.read(&mut block).map_err(Unreadable::System)?;
        let bytes = block.get(..read).unwrap_or_default();
        if first.is_empty() {
            first = bytes.to_vec();
            if first.starts_with(b"\xFF\xFE") || first.starts_with(b"\xFE\xFF") {
                return Err(Unreadable::Utf16);
            }
        }
        // No database holds it, and every second byte of UTF-16 is one.
        if bytes.contains(&0) {
            return Err(Unreadable::Utf16);
        }
        if read == 0 {
            break;
        }
        begun.extend_from_slice(bytes);
        let valid = match std::str::from_utf8(&begun) {
            Ok(text) => text.len(),
            Err(cause) if cause.error_len().is_none() => cause.valid_up_to(),
            Err(cause) => {
                let before = begun.get(..cause.valid_up_to()).unwrap_or_default();
                return Err(Unreadable::NotUtf8 {
                    line: line + ends.count(before.iter()),
                });
            }
        };
        line += ends.count(begun.get(..valid).unwrap_or_default().iter());
        begun.drain(..valid);
    }
    if first.is_empty() {
        return Err(Unreadable::Empty);
    }
    if begun.is_empty() {
        Ok(first)
    } else {
        Err(Unreadable::NotUtf8 { line })
    }
}

/// Counts ends of lines: `\n`, `\r\n`, and `\r` alone, which ends a row as well.
#[derive(Clone, Default)]
struct Ends {
    after_return: bool,
}

impl Ends {
    /// How many there are in what comes next.
    fn count<'a>(&mut self, bytes: impl Iterator<Item = &'a u8>) -> u64 {
        let ends = bytes.filter(|it| {
            let is_second = **it == b'\n' && self.after_return;
            self.after_return = **it == b'\r';
            matches!(it, b'\r' | b'\n') && !is_second
        });
        u64::try_from(ends.count()).unwrap_or_default()
    }
}

/// The separator that the header holds most of, outside quotes.
fn delimiter(first: &[u8]) -> u8 {
    let mut counts = [(b',', 0_u32), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in first {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if quoted => {}
            byte => {
                for (sign, count) in &mut counts {
                    if sign == byte {
                        *count += 1;
                    }
                }
            }
        }
    }
    // Of equal counts the first: a comma.
    let mut best = (b',', 0);
    for (sign, count) in counts {
        if count > best.1 {
            best = (sign, count);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use crate::imports::error::ImportError;
    use crate::imports::error::Unreadable;
    use crate::imports::read::Row;
    use crate::imports::read::Sheet;

    fn rows(text: &[u8]) -> Result<(Vec<String>, Vec<Row>), Unreadable> {
        let read = || {
            let mut sheet = Sheet::open(Cursor::new(text.to_vec()), None)?;
            let rows = sheet.next_rows(100)?;
            Ok((sheet.header, rows))
        };
        read().map_err(|it: ImportError| match it {
            ImportError::Unreadable(why) => why,
            other => panic!("{other}"),
        })
    }

    #[test]
    fn the_separator_is_found_in_the_header() {
        for text in [
            "a,b\n1,2\n",
            "a;b\n1;2\n",
            "a\tb\n1\t2\n",
            "\u{FEFF}\"a\";\"b,c,d\"\n1;2\n",
        ] {
            let (header, rows) = rows(text.as_bytes()).unwrap();
            assert_eq!(header.len(), 2, "{text}");
            assert_eq!(rows[0].fields, ["1", "2"], "{text}");
        }
    }

    #[test]
    fn rows_know_the_line_they_begin_on() {
        let text = "a,b\n\n\"x\ny\",1\n\n,\nz,2\nlast,3";
        for text in [
            text.to_owned(),
            text.replace('\n', "\r\n"),
            text.replace('\n', "\r"),
        ] {
            let (_, rows) = rows(text.as_bytes()).unwrap();

            let lines: Vec<u64> = rows.iter().map(|it| it.line).collect();
            assert_eq!(lines, [3, 7, 8], "{text:?}");
        }
    }

    #[test]
    fn what_is_no_utf_8_is_refused_with_its_line() {
        assert!(matches!(rows(b"\xFF\xFEa\0"), Err(Unreadable::Utf16)));
        assert!(matches!(rows(b"a\0;\0b\0"), Err(Unreadable::Utf16)));
        assert!(matches!(
            rows(b"a;b\n1;2\nA\xEFt;3\n"),
            Err(Unreadable::NotUtf8 { line: 3 })
        ));
        assert!(matches!(
            rows(b"a;b\n\xC3"),
            Err(Unreadable::NotUtf8 { line: 2 })
        ));
        assert!(matches!(rows(b""), Err(Unreadable::Empty)));
    }

    #[test]
    fn a_quote_that_is_never_closed_does_not_swallow_the_file() {
        let mut text = b"a,b\n\"1,2\n".to_vec();
        text.resize(4 * 1024 * 1024, b'x');

        assert!(matches!(
            rows(&text),
            Err(Unreadable::EndlessRow { line: 2 })
        ));
    }
}
