//! Codes of a second factor that follow from a secret and the time (RFC 6238): six digits, a new code every 30 seconds,
//! HMAC-SHA-1, which is what every authenticator takes.
//!
//! Pure: secrets are sealed and kept in `credentials`. That SHA-1 collides does not weaken an HMAC of it.

use std::fmt::Write;

use chrono::DateTime;
use chrono::Utc;
use reqwest::Url;

use crate::platform::crypto::hmac_sha1;

/// Bytes of a secret, as RFC 4226 recommends.
pub const SECRET_LEN: usize = 20;
/// Seconds of a step of time.
const STEP: i64 = 30;
/// Digits of a code.
const DIGITS: usize = 6;
/// Steps before and after the present one whose codes are taken: clocks of telephones differ a little, and typing takes time.
const SKEW: i64 = 1;
/// Who the codes are for, as authenticators show it.
const ISSUER: &str = "Tiwizi";
const BASE32: [char; 32] = [
    'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R', 'S',
    'T', 'U', 'V', 'W', 'X', 'Y', 'Z', '2', '3', '4', '5', '6', '7',
];
/// Without those that are taken for others.
const READABLE: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'j',
    'k', 'm', 'n', 'p', 'q', 'r', 's', 't', 'v', 'w', 'x', 'y', 'z',
];

/// The code of a step of time.
#[must_use]
pub fn code(secret: &[u8], step: i64) -> String {
    let mac = hmac_sha1(secret, &step.to_be_bytes());
    let at = usize::from(mac.last().copied().unwrap_or_default() & 0x0f);
    let taken = mac.iter().skip(at).take(4);
    let number = taken.fold(0_u32, |number, byte| (number << 8) | u32::from(*byte));
    format!("{:0DIGITS$}", (number & 0x7fff_ffff) % 1_000_000)
}

/// The step of time of an instant.
#[must_use]
pub fn step(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(STEP)
}

/// The step of a code that is right at an instant, and later than the step of the last code that was used; `None` for any
/// other code.
#[must_use]
pub fn step_of(secret: &[u8], given: &str, at: DateTime<Utc>, last: Option<i64>) -> Option<i64> {
    let now = step(at);
    let mut found = None;
    // All of them whatever is found: what it costs tells nothing.
    for step in (now - SKEW)..=(now + SKEW) {
        if code(secret, step) == given && last.is_none_or(|it| step > it) {
            found = Some(step);
        }
    }
    found
}

/// A code as people type it, without blanks and hyphens, in small letters, and with the digits of Arabic keyboards read as
/// digits.
#[must_use]
pub fn typed(text: &str) -> String {
    let digit = |it: char| match it {
        '٠'..='٩' => char::from_digit(u32::from(it) - u32::from('٠'), 10).unwrap_or(it),
        '۰'..='۹' => char::from_digit(u32::from(it) - u32::from('۰'), 10).unwrap_or(it),
        other => other,
    };
    text.chars()
        .filter(|it| !it.is_whitespace() && *it != '-')
        .map(digit)
        .flat_map(char::to_lowercase)
        .collect()
}

/// Whether a typed code has the form of one that follows from the time; recovery codes are longer.
#[must_use]
pub fn is_of_time(typed: &str) -> bool {
    typed.len() == DIGITS && typed.bytes().all(|it| it.is_ascii_digit())
}

/// A secret as people type it into an authenticator.
#[must_use]
pub fn shown(secret: &[u8]) -> String {
    in_fives(secret, &BASE32)
}

/// The secret as authenticators read it from a picture.
#[must_use]
pub fn uri(secret: &[u8], email: &str) -> String {
    let Ok(mut url) = Url::parse("otpauth://totp/") else {
        return String::new();
    };
    url.set_path(&format!("{ISSUER}:{email}"));
    url.query_pairs_mut()
        .append_pair("secret", &shown(secret))
        .append_pair("issuer", ISSUER)
        .append_pair("algorithm", "SHA1")
        .append_pair("digits", &DIGITS.to_string())
        .append_pair("period", &STEP.to_string());
    url.to_string()
}

/// A recovery code of random bytes: 50 bits of them, as `xxxxx-xxxxx`.
#[must_use]
pub fn recovery_code(random: [u8; 10]) -> String {
    let mut text = String::new();
    for (at, byte) in random.iter().enumerate() {
        let hyphen = if at == 5 { "-" } else { "" };
        let letter = READABLE.get(usize::from(byte & 31)).unwrap_or(&'0');
        // Writing to a text cannot fail.
        let _infallible = write!(text, "{hyphen}{letter}");
    }
    text
}

/// Bytes, five bits a letter, without padding.
fn in_fives(bytes: &[u8], letters: &[char; 32]) -> String {
    let mut text = String::new();
    let (mut held, mut bits) = (0_usize, 0_u32);
    for byte in bytes {
        held = (held << 8) | usize::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.extend(letters.get((held >> bits) & 31));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.extend(letters.get((held << (5 - bits)) & 31));
    }
    text
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::code;
    use super::is_of_time;
    use super::recovery_code;
    use super::shown;
    use super::step;
    use super::step_of;
    use super::typed;
    use super::uri;

    const SECRET: &[u8] = b"12345678901234567890";

    /// The table of RFC 6238, appendix B, of which six of the eight digits count.
    #[test]
    fn codes_are_those_of_the_standard() {
        for (seconds, eight) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            let at = DateTime::from_timestamp(seconds, 0).unwrap();
            assert_eq!(
                code(SECRET, step(at)),
                eight.chars().skip(2).collect::<String>(),
                "{seconds}"
            );
        }
    }

    #[test]
    fn a_code_is_taken_in_its_time_and_never_again() {
        let at = DateTime::from_timestamp(1_111_111_111, 0).unwrap();
        let now = step(at);
        for (ahead, fits) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let given = code(SECRET, now + ahead);
            let found = step_of(SECRET, &given, at, None);
            assert_eq!(found, fits.then_some(now + ahead), "{ahead}");
        }
        let given = code(SECRET, now);
        assert_eq!(step_of(SECRET, &given, at, Some(now)), None, "used");
        assert_eq!(step_of(SECRET, &given, at, Some(now - 1)), Some(now));
        let before = code(SECRET, now - 1);
        assert_eq!(step_of(SECRET, &before, at, Some(now)), None, "older");
        assert_eq!(step_of(SECRET, "", at, None), None);
    }

    #[test]
    fn codes_are_read_as_people_type_them() {
        for text in ["123456", "123 456", " 123-456 ", "١٢٣٤٥٦", "۱۲۳۴۵۶"] {
            assert_eq!(typed(text), "123456", "{text}");
            assert!(is_of_time(&typed(text)));
        }
        assert_eq!(typed("ABCDE-FGHJK"), "abcdefghjk");
        assert!(!is_of_time("abcdefghjk"));
        assert!(!is_of_time("1234567"));
    }

    #[test]
    fn secrets_are_shown_as_authenticators_read_them() {
        assert_eq!(shown(SECRET), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(shown(b"f"), "MY");
        assert_eq!(
            uri(SECRET, "a b@example.org"),
            "otpauth://totp/Tiwizi:a%20b@example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Tiwizi\
             &algorithm=SHA1&digits=6&period=30"
        );
        assert_eq!(
            recovery_code([0, 31, 32, 63, 10, 255, 7, 8, 9, 1]),
            "0z0za-z7891"
        );
    }
}
