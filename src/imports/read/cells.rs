//! Cells of a workbook as the texts that a CSV of the same sheet would hold, dates as `2026-03-14`.
//!
//! What the texts mean is in `values`, for cells and CSV alike.

use std::collections::HashMap;

use calamine::DataRef;
use chrono::Days;
use chrono::NaiveDate;
use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;
use quick_xml::events::Event;

use crate::imports::error::Unreadable;
use crate::imports::read::package::damaged;

/// Seconds of a day: serial numbers count days.
const DAY: i64 = 86_400;
/// The day after the last one that spreadsheets know: 9999-12-31.
const NO_DAY: f64 = 2_958_466.0;
/// Longest code of a format that spreadsheets write.
const LONGEST_CODE: usize = 1_024;

/// How a number is shown, and so what it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A number.
    Number,
    /// A civil date.
    Date,
    /// A time of day.
    Time,
    /// A date with a time.
    Moment,
    /// Hours and minutes that may pass 24.
    Duration,
}

/// The shapes of a workbook's formats, by their number.
#[derive(Debug, Default)]
pub struct Shapes(Vec<Shape>);

impl Shapes {
    /// Reads the part of the formats.
    ///
    /// # Errors
    /// [`Unreadable::Damaged`] for what is no XML.
    pub fn read(styles: &str) -> Result<Self, Unreadable> {
        let mut reader = Reader::from_str(styles);
        let mut codes: HashMap<String, Shape> = HashMap::new();
        let mut shapes = Vec::new();
        let mut formats = false;
        loop {
            match reader.read_event().map_err(damaged)? {
                Event::Eof => return Ok(Self(shapes)),
                Event::Start(tag) if tag.local_name().as_ref() == "cellXfs" => formats = true,
                Event::End(tag) if tag.local_name().as_ref() == "cellXfs" => formats = false,
                Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                    "numFmt" => {
                        let id = attribute(&tag, "numFmtId")?;
                        let code = attribute(&tag, "formatCode")?;
                        if let (Some(id), Some(code)) = (id, code) {
                            codes.insert(id, shape_of(&code));
                        }
                    }
                    "xf" if formats => {
                        let id = attribute(&tag, "numFmtId")?.unwrap_or_default();
                        let own = codes.get(&id).copied();
                        shapes.push(own.unwrap_or_else(|| built_in(&id)));
                    }
                    _ => {}
                },
                _ => {}
            }
        }
    }

    /// The shape of a format; that of a number where it is not known.
    #[must_use]
    pub fn of(&self, format: usize) -> Shape {
        self.0.get(format).copied().unwrap_or(Shape::Number)
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>, Unreadable> {
    let Some(found) = tag.try_get_attribute(name).map_err(damaged)? else {
        return Ok(None);
    };
    let value = found
        .normalized_value(XmlVersion::Implicit1_0)
        .map_err(damaged)?;
    Ok(Some(value.into_owned()))
}

/// The shape of a format that every workbook knows without saying.
fn built_in(id: &str) -> Shape {
    match id.parse::<u16>() {
        Ok(14..=17 | 27..=31 | 36 | 50..=54 | 57 | 58) => Shape::Date,
        Ok(18..=21 | 32..=35 | 45 | 47 | 55 | 56) => Shape::Time,
        Ok(22) => Shape::Moment,
        Ok(46) => Shape::Duration,
        _ => Shape::Number,
    }
}

/// The shape that the code of a format shows: `dd/mm/yyyy`, `hh:mm`, `[h]:mm`, `0.00 "h"`.
fn shape_of(code: &str) -> Shape {
    let mut letters = String::new();
    let mut signs = code.chars().take(LONGEST_CODE);
    while let Some(sign) = signs.next() {
        match sign {
            // The second section is for negative numbers.
            ';' => break,
            '"' => {
                let _quoted = signs.by_ref().take_while(|it| *it != '"').count();
            }
            // The next sign stands for itself, or for its width, or fills the cell.
            '\\' | '_' | '*' => {
                let _literal = signs.next();
            }
            '[' => {
                let inside: String = signs.by_ref().take_while(|it| *it != ']').collect();
                let inside = inside.to_ascii_lowercase();
                // Colours, languages and conditions stand in brackets, too.
                let elapsed = ["h", "m", "s"]
                    .iter()
                    .any(|it| !inside.is_empty() && inside.replace(it, "").is_empty());
                if elapsed {
                    return Shape::Duration;
                }
            }
            sign => letters.push(sign.to_ascii_lowercase()),
        }
    }
    if letters == "general" {
        return Shape::Number;
    }
    let time = letters.contains(['h', 's']) || letters.contains("am/pm");
    let date = letters.contains(['d', 'y']) || (letters.contains('m') && !time);
    match (date, time) {
        (true, true) => Shape::Moment,
        (true, false) => Shape::Date,
        (false, true) => Shape::Time,
        (false, false) => Shape::Number,
    }
}

/// A cell as text; blank for an empty one.
#[must_use]
pub fn text(value: &DataRef<'_>, shape: Shape, since_1904: bool) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::Int(it) => it.to_string(),
        DataRef::Float(it) => shown(*it, shape, since_1904),
        // Formats are not given to the reader, so that it takes every number for one.
        DataRef::DateTime(it) => shown(it.as_f64(), shape, since_1904),
        DataRef::String(it) => clean(it),
        DataRef::SharedString(it) => clean(it),
        DataRef::Bool(true) => "TRUE".to_owned(),
        DataRef::Bool(false) => "FALSE".to_owned(),
        DataRef::DateTimeIso(it) => iso(it),
        DataRef::DurationIso(it) => clean(it),
        DataRef::Error(it) => it.to_string(),
    }
}

/// A text without signs that no CSV would bring either.
fn clean(text: &str) -> String {
    let stays = |it: &char| !it.is_control() || matches!(it, '\n' | '\t');
    text.chars().filter(stays).collect()
}

/// A date or instant that is written out.
fn iso(text: &str) -> String {
    let text = clean(text);
    match text.split_once('T') {
        Some((day, time)) if time.trim_matches(['0', ':', '.', 'Z']).is_empty() => day.to_owned(),
        Some(("", time)) => time.to_owned(),
        Some((day, time)) => format!("{day} {time}"),
        None => text,
    }
}

/// A number in its shape; the plain number where the shape cannot show it.
fn shown(value: f64, shape: Shape, since_1904: bool) -> String {
    let plain = || number(value);
    if shape == Shape::Number || !(0.0..NO_DAY).contains(&value) {
        return plain();
    }
    let Some(seconds) = whole(value * 86_400.0) else {
        return plain();
    };
    let (days, second) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    match shape {
        Shape::Number => plain(),
        Shape::Duration => hours(seconds),
        Shape::Time if seconds == DAY => "24:00".to_owned(),
        Shape::Time => clock(second),
        Shape::Moment if days == 0 && !since_1904 => clock(second),
        Shape::Moment if second != 0 => match day(days, since_1904) {
            Some(day) => format!("{day} {}", clock(second)),
            None => plain(),
        },
        Shape::Date | Shape::Moment => {
            day(days, since_1904).map_or_else(plain, |it| it.to_string())
        }
    }
}

/// The day of a serial number. Day 60 of the system of 1900 is a 29 February that never was.
fn day(serial: i64, since_1904: bool) -> Option<NaiveDate> {
    let (year, month, first) = match serial {
        _ if since_1904 => (1904, 1, 1),
        1..=59 => (1899, 12, 31),
        61.. => (1899, 12, 30),
        _ => return None,
    };
    NaiveDate::from_ymd_opt(year, month, first)?
        .checked_add_days(Days::new(u64::try_from(serial).ok()?))
}

fn clock(second: i64) -> String {
    let (hour, minute, rest) = (second / 3_600, second / 60 % 60, second % 60);
    match rest {
        0 => format!("{hour:02}:{minute:02}"),
        rest => format!("{hour:02}:{minute:02}:{rest:02}"),
    }
}

fn hours(seconds: i64) -> String {
    let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    match rest {
        0 => format!("{hours}:{minutes:02}"),
        rest => format!("{hours}:{minutes:02}:{rest:02}"),
    }
}

/// A number as spreadsheets show it: to fifteen digits, since the binary fraction has more that
/// nobody entered.
fn number(value: f64) -> String {
    if !value.is_finite() {
        return value.to_string();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let rounded: f64 = format!("{value:.14e}").parse().unwrap_or(value);
    if (1e-5..1e15).contains(&rounded.abs()) {
        rounded.to_string()
    } else {
        format!("{rounded:e}")
    }
}

/// The nearest whole number.
fn whole(value: f64) -> Option<i64> {
    format!("{value:.0}").parse().ok()
}

#[cfg(test)]
mod tests {
    use calamine::DataRef;

    use super::Shape;
    use super::number;
    use super::shape_of;
    use super::shown;
    use super::text;

    #[test]
    fn codes_of_formats_tell_dates_from_times() {
        for (code, expected) in [
            ("General", Shape::Number),
            ("0.00", Shape::Number),
            ("0.00E+00", Shape::Number),
            ("#,##0\\ \"dhs\"", Shape::Number),
            ("[Red]0", Shape::Number),
            ("@", Shape::Number),
            ("dd/mm/yyyy", Shape::Date),
            ("[$-40C]d mmmm yyyy;@", Shape::Date),
            ("[$-1010000]yyyy/mm/dd;@", Shape::Date),
            ("mmm-yy", Shape::Date),
            ("h:mm", Shape::Time),
            ("hh\"h\"mm", Shape::Time),
            ("[$-409]h:mm AM/PM", Shape::Time),
            ("mm:ss", Shape::Time),
            ("yyyy-mm-dd hh:mm", Shape::Moment),
            ("[h]:mm", Shape::Duration),
            ("[hh]:mm:ss;@", Shape::Duration),
            ("[mm]", Shape::Duration),
        ] {
            assert_eq!(shape_of(code), expected, "{code}");
        }
    }

    #[test]
    fn serial_numbers_are_days_of_either_system() {
        for (value, shape, since_1904, expected) in [
            (46_082.0, Shape::Date, false, "2026-03-01"),
            (44_620.0, Shape::Date, true, "2026-03-01"),
            (0.0, Shape::Date, true, "1904-01-01"),
            (1.0, Shape::Date, false, "1900-01-01"),
            (59.0, Shape::Date, false, "1900-02-28"),
            (60.0, Shape::Date, false, "60"),
            (61.0, Shape::Date, false, "1900-03-01"),
            (0.0, Shape::Date, false, "0"),
            (-1.0, Shape::Date, false, "-1"),
            (2_958_465.0, Shape::Date, false, "9999-12-31"),
            (2_958_466.0, Shape::Date, false, "2958466"),
            // A date that hides its time shows the day, a time that hides its day the time.
            (46_082.375, Shape::Date, false, "2026-03-01"),
            (46_082.375, Shape::Time, false, "09:00"),
            (46_082.375, Shape::Moment, false, "2026-03-01 09:00"),
            (46_082.0, Shape::Moment, false, "2026-03-01"),
            (0.375, Shape::Time, false, "09:00"),
            (0.395_833_333_333_333_3, Shape::Time, true, "09:30"),
            (0.999_999_999_9, Shape::Time, false, "24:00"),
            (0.0, Shape::Time, false, "00:00"),
            (1.0, Shape::Time, false, "24:00"),
            (0.375_011_574, Shape::Time, false, "09:00:01"),
            (1.0625, Shape::Duration, false, "25:30"),
            (0.062_5, Shape::Duration, false, "1:30"),
        ] {
            assert_eq!(
                shown(value, shape, since_1904),
                expected,
                "{value} {shape:?}"
            );
        }
    }

    #[test]
    fn numbers_have_no_digits_that_nobody_entered() {
        for (value, expected) in [
            (90.0, "90"),
            (-0.0, "0"),
            (0.1 + 0.2, "0.3"),
            (1.1 * 3.0, "3.3"),
            (612_345_678.0, "612345678"),
            (212_612_345_678.0, "212612345678"),
            (1e300, "1e300"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(number(value), expected);
        }
    }

    #[test]
    fn other_cells_are_texts() {
        let of = |value: DataRef<'_>| text(&value, Shape::Number, false);

        assert_eq!(of(DataRef::Bool(true)), "TRUE");
        assert_eq!(of(DataRef::String("a\r\nb\u{1}".to_owned())), "a\nb");
        assert_eq!(of(DataRef::Error(calamine::CellErrorType::NA)), "#N/A");
        let iso = |it: &str| of(DataRef::DateTimeIso(it.to_owned()));
        assert_eq!(iso("2026-03-01T00:00:00"), "2026-03-01");
        assert_eq!(iso("2026-03-01T09:30:00"), "2026-03-01 09:30:00");
    }
}
