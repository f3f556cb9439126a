//! Whether a picture is one from its first byte to its end, and where that is.
//!
//! Nothing is drawn. What stands behind the end is not part of the picture: whoever keeps it cuts it off.

use crate::impact::evidence::kind::Unfit;
use crate::impact::evidence::kind::markup;

/// The first bytes of a PNG.
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Most pixels: more than any telephone makes, less than would fill a machine.
const MOST_PIXELS: u64 = 200_000_000;

fn damaged(at: &str) -> Unfit {
    Unfit::Opaque(at.to_owned())
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |sum, it| (sum << 8) | u64::from(*it))
}

fn sized(width: u64, height: u64) -> Result<(), Unfit> {
    let pixels = width.saturating_mul(height);
    if (1..=MOST_PIXELS).contains(&pixels) {
        Ok(())
    } else {
        Err(damaged("pixels"))
    }
}

/// What is said beside the picture.
fn said(bytes: &[u8]) -> Result<(), Unfit> {
    match markup(bytes) {
        Some(found) => Err(Unfit::Active(found.to_owned())),
        None => Ok(()),
    }
}

/// Walks through a JPEG: where it ends.
///
/// # Errors
/// [`Unfit`].
pub fn jpeg(bytes: &[u8]) -> Result<usize, Unfit> {
    let mut at = 2;
    let mut is_sized = false;
    let mut is_drawn = false;
    loop {
        let marker = match bytes.get(at..).unwrap_or_default() {
            [0xff, 0xff, ..] => {
                at += 1;
                continue;
            }
            [0xff, marker, ..] => *marker,
            _ => return Err(damaged("JPEG")),
        };
        at += 2;
        match marker {
            0xd9 if is_sized && is_drawn => return Ok(at),
            // Markers that stand alone have no place outside of what is drawn.
            0x00..=0x01 | 0xd0..=0xd9 => return Err(damaged("JPEG")),
            _ => {}
        }
        let length = bytes.get(at..at.saturating_add(2)).map(number);
        let length = length.and_then(|it| usize::try_from(it).ok());
        let length = length.filter(|it| *it >= 2);
        let end = at.saturating_add(length.ok_or_else(|| damaged("JPEG"))?);
        let segment = bytes.get(at.saturating_add(2)..end);
        let segment = segment.ok_or_else(|| damaged("JPEG"))?;
        match marker {
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                let part = |from: usize| segment.get(from..from + 2).map_or(0, number);
                sized(part(3), part(1))?;
                is_sized = true;
            }
            0xe0..=0xef | 0xfe => said(segment)?,
            _ => {}
        }
        at = end;
        if marker == 0xda {
            at = drawn(bytes, at).ok_or_else(|| damaged("JPEG"))?;
            is_drawn = true;
        }
    }
}

/// Where what is drawn ends: at the next marker that belongs to no drawing.
fn drawn(bytes: &[u8], from: usize) -> Option<usize> {
    let pairs = bytes.get(from..)?.windows(2);
    let ends =
        |it: &[u8]| matches!(it, [0xff, marker] if !matches!(marker, 0x00 | 0xd0..=0xd7 | 0xff));
    let end = pairs.enumerate().find(|(_, it)| ends(it))?.0;
    Some(from.saturating_add(end))
}

/// Walks through a PNG: where it ends.
///
/// # Errors
/// [`Unfit`].
pub fn png(bytes: &[u8]) -> Result<usize, Unfit> {
    let mut at = PNG.len();
    let mut is_first = true;
    let mut is_drawn = false;
    loop {
        let head = bytes.get(at..at.saturating_add(8));
        let (length, kind) = head
            .and_then(|it| it.split_at_checked(4))
            .ok_or_else(|| damaged("PNG"))?;
        let length = usize::try_from(number(length)).unwrap_or(usize::MAX);
        let data_at = at.saturating_add(8);
        let end = data_at.saturating_add(length);
        let data = bytes.get(data_at..end).ok_or_else(|| damaged("PNG"))?;
        let sum = bytes.get(end..end.saturating_add(4)).map(number);
        let mut crc = flate2::Crc::new();
        crc.update(kind);
        crc.update(data);
        if sum != Some(u64::from(crc.sum())) || is_first != (kind == b"IHDR") {
            return Err(damaged("PNG"));
        }
        is_first = false;
        match kind {
            b"IHDR" => {
                let (width, rest) = data.split_at_checked(4).unwrap_or_default();
                sized(number(width), number(rest.get(..4).unwrap_or_default()))?;
            }
            b"PLTE" => {}
            b"IDAT" => is_drawn = true,
            b"IEND" if is_drawn => return Ok(end.saturating_add(4)),
            // What a reader may leave out begins with a small letter; another one it must understand.
            [first, ..] if first.is_ascii_lowercase() => said(data)?,
            _ => return Err(damaged("PNG")),
        }
        at = end.saturating_add(4);
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    fn chunk(kind: &[u8], data: &[u8]) -> Vec<u8> {
        let mut crc = flate2::Crc::new();
        crc.update(kind);
        crc.update(data);
        let length = u32::try_from(data.len()).unwrap().to_be_bytes();
        [&length, kind, data, &crc.sum().to_be_bytes()].concat()
    }

    fn a_png(extra: &[u8]) -> Vec<u8> {
        let header = chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
        let pixels = chunk(b"IDAT", b"x\x9cc`\0\0\0\x02\0\x01");
        [PNG, &header, extra, &pixels, &chunk(b"IEND", b"")].concat()
    }

    fn a_jpeg(extra: &[u8]) -> Vec<u8> {
        let frame = b"\xff\xc0\0\x0b\x08\0\x01\0\x01\x01\x01\x11\0";
        let scan = b"\xff\xda\0\x08\x01\x01\0\0\x3f\0abc\xff\0d\xff\xd9";
        [b"\xff\xd8", extra, frame, scan].concat()
    }

    type Walk = fn(&[u8]) -> Result<usize, Unfit>;

    #[test]
    fn pictures_end_where_they_end() {
        let walks: [(Walk, Vec<u8>); 2] = [(png, a_png(b"")), (jpeg, a_jpeg(b""))];
        for (walk, picture) in walks {
            assert_eq!(walk(&picture), Ok(picture.len()));
            let followed = [&picture[..], b"PK\x03\x04 and an archive"].concat();
            assert_eq!(walk(&followed), Ok(picture.len()));
            for end in 0..picture.len() {
                assert!(walk(&picture[..end]).is_err(), "{end}");
            }
        }
    }

    #[test]
    fn what_stands_beside_the_picture_runs_nowhere() {
        let text = chunk(b"tEXt", b"Comment\0<ScRipt>alert(1)</script>");
        assert_eq!(png(&a_png(&text)), Err(Unfit::Active("<script".to_owned())));
        let comment = b"\xff\xfe\0\x0a<?php x;";
        assert_eq!(
            jpeg(&a_jpeg(comment)),
            Err(Unfit::Active("<?php".to_owned()))
        );
        assert!(png(&a_png(&chunk(b"EVIL", b""))).is_err());
        let mut damaged = a_png(b"");
        damaged[20] ^= 1;
        assert!(png(&damaged).is_err(), "the sums of parts are checked");
        let huge = [
            PNG,
            &chunk(b"IHDR", &[0, 1, 0, 0, 0, 1, 0, 0, 8, 0, 0, 0, 0]),
        ]
        .concat();
        assert_eq!(png(&huge), Err(Unfit::Opaque("pixels".to_owned())));
    }
}
