//! Telephone numbers as they are kept.
//!
//! Addresses for letters are checked as those of accounts, in `identity/account.rs`.

use crate::platform::text::western_digits;

/// A telephone number in international form: `06 12 34 56 78` is `+212612345678`, since numbers
/// without a country are Moroccan. `None` for what is no number.
#[must_use]
pub fn international(written: &str) -> Option<String> {
    let number: String = western_digits(written)
        .chars()
        .filter(|it| !matches!(it, ' ' | '-' | '.' | '(' | ')' | '/' | '\u{a0}'))
        .collect();
    let digits = if let Some(digits) = number.strip_prefix('+').or(number.strip_prefix("00")) {
        digits.to_owned()
    } else if let Some(national) = number.strip_prefix('0').filter(|it| it.len() == 9) {
        format!("212{national}")
    } else {
        return None;
    };
    let fits = (7..=15).contains(&digits.len())
        && !digits.starts_with('0')
        && digits.bytes().all(|it| it.is_ascii_digit());
    fits.then(|| format!("+{digits}"))
}

#[cfg(test)]
mod tests {
    use super::international;

    #[test]
    fn telephone_numbers_take_one_form() {
        for written in [
            "0612345678",
            "06 12 34 56 78",
            "+212 6-12-34-56-78",
            "00212612345678",
            "٠٦١٢٣٤٥٦٧٨",
        ] {
            assert_eq!(
                international(written).as_deref(),
                Some("+212612345678"),
                "{written}"
            );
        }
        assert_eq!(
            international("+33 1 23 45 67 89").as_deref(),
            Some("+33123456789")
        );
    }

    #[test]
    fn what_is_no_telephone_number_is_refused() {
        for written in [
            "12",
            "0612",
            "+0123456789",
            "+21261234567890123",
            "hello",
            "06123456x8",
        ] {
            assert_eq!(international(written), None, "{written}");
        }
    }
}
