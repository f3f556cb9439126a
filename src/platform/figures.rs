//! Figures as people read them: digits in groups of three, and the sign before the decimals of a language.
//!
//! Which figures are shown is decided elsewhere; programs are told figures without any of this.

use crate::platform::i18n::Locale;

/// Between groups: a narrow space that no line is broken at, which every language of ours reads.
pub const GROUP: char = '\u{202f}';

/// A whole number in groups of three.
#[must_use]
pub fn grouped(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    let digits = number.unsigned_abs().to_string();
    let mut text = String::from(sign);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(GROUP);
        }
        text.push(digit);
    }
    text
}

/// A number as programs write it (`-1234.50`), in groups of three and with the sign of a language before its decimals.
#[must_use]
pub fn localized(written: &str, locale: Locale) -> String {
    let (whole, decimals) = match written.split_once('.') {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (written, None),
    };
    let digits = whole.trim_start_matches('-');
    let mut text = String::from(if digits == whole { "" } else { "-" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(GROUP);
        }
        text.push(digit);
    }
    if let Some(decimals) = decimals {
        text.push(match locale {
            Locale::Ar | Locale::Fr => ',',
            Locale::En => '.',
        });
        text.push_str(decimals);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::grouped;
    use super::localized;
    use crate::platform::i18n::Locale;

    #[test]
    fn figures_stand_in_groups_of_three() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(-123), "-123");
        assert_eq!(grouped(1_234_567), "1\u{202f}234\u{202f}567");
    }

    #[test]
    fn decimals_follow_the_sign_of_the_language() {
        assert_eq!(localized("-1234.50", Locale::Fr), "-1\u{202f}234,50");
        assert_eq!(localized("1234.50", Locale::Ar), "1\u{202f}234,50");
        assert_eq!(localized("0.05", Locale::En), "0.05");
        assert_eq!(localized("123456", Locale::En), "123\u{202f}456");
    }
}
