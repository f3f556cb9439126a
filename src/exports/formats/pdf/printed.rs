//! Single cells on paper: figures as people read them, everything else as it was written.
//!
//! Where they stand is decided beside; which way texts run, by their letters.

use chrono::DateTime;
use chrono::Utc;
use paper::report::Value;

use crate::exports::table::Cell;
use crate::platform::figures::localized;
use crate::platform::i18n::Locale;
use crate::platform::spreadsheet::clean;

/// A cell in a language.
#[must_use]
pub fn value(cell: &Cell, locale: Locale) -> Value {
    match cell {
        Cell::Integer(_) | Cell::Hundredths(_) | Cell::Decimal(_) => {
            let written = cell.written().unwrap_or_default();
            Value::figure(localized(&written, locale))
        }
        Cell::Instant(at) => Value::figure(instant(*at)),
        Cell::Year(_) | Cell::Date(_) | Cell::Month(_) => {
            Value::figure(cell.written().unwrap_or_default())
        }
        Cell::Empty | Cell::Text(_) | Cell::Code { .. } | Cell::Codes { .. } => {
            text(&cell.written().unwrap_or_default())
        }
    }
}

/// A text on one line. One without a letter that runs to the left is set from left to right, so that codes, addresses
/// and days in it keep their order in Arabic, too.
#[must_use]
pub fn text(text: &str) -> Value {
    let text = line(text);
    if text.chars().any(runs_left) {
        Value::Text(text)
    } else {
        Value::figure(text)
    }
}

/// A text on one line, without signs that no document may hold.
#[must_use]
pub fn line(text: &str) -> String {
    let text = clean(text);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An instant by the clock of UTC.
#[must_use]
pub fn instant(at: DateTime<Utc>) -> String {
    let format = if at.timestamp_subsec_nanos() == 0 {
        "%Y-%m-%d %H:%M:%S UTC"
    } else {
        "%Y-%m-%d %H:%M:%S%.3f UTC"
    };
    at.format(format).to_string()
}

/// Whether it is a figure, which stands below others.
#[must_use]
pub fn is_figure(cell: &Cell) -> bool {
    matches!(
        cell,
        Cell::Integer(_) | Cell::Hundredths(_) | Cell::Decimal(_) | Cell::Year(_)
    )
}

/// Letters of scripts that run from right to left, as Unicode has them in blocks.
fn runs_left(sign: char) -> bool {
    matches!(
        sign,
        '\u{0590}'..='\u{08FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFF}'
            | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}'
    )
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use paper::report::Value;

    use super::text;
    use super::value;
    use crate::exports::table::Cell;
    use crate::platform::i18n::Locale;

    #[test]
    fn figures_are_written_for_people_and_run_from_left_to_right() {
        let written = |cell: Cell| value(&cell, Locale::Fr);

        assert_eq!(
            written(Cell::Hundredths(123_450)),
            Value::figure("1\u{202f}234,50")
        );
        assert_eq!(
            written(Cell::Integer(12_345)),
            Value::figure("12\u{202f}345")
        );
        assert_eq!(written(Cell::Year(2026)), Value::figure("2026"));
        let at = DateTime::from_timestamp(1_775_120_400, 0).unwrap();
        assert_eq!(
            written(Cell::Instant(at)),
            Value::figure("2026-04-02 09:00:00 UTC")
        );
        assert_eq!(written(Cell::Empty), Value::figure(""));
    }

    #[test]
    fn a_text_runs_as_its_letters_do_and_stays_on_its_line() {
        assert_eq!(text("2026-Q1"), Value::figure("2026-Q1"));
        assert_eq!(text("جمعية\n الأمل"), Value::Text("جمعية الأمل".to_owned()));
        assert_eq!(text("a\u{202e}b"), Value::figure("ab"));
    }
}
