//! Bytes as hexadecimal digits and back.
//!
//! What is written so is said where it is: digests, places of a feed.

use std::fmt::Write;

/// Bytes as lower-case digits.
#[must_use]
pub fn hex(data: &[u8]) -> String {
    data.iter().fold(String::new(), |mut text, byte| {
        // Writing to a text cannot fail.
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

/// The bytes that pairs of digits stand for, in either case; `None` for anything else.
#[must_use]
pub fn unhex(digits: &str) -> Option<Vec<u8>> {
    let values: Option<Vec<u8>> = digits
        .chars()
        .map(|it| it.to_digit(16).and_then(|it| u8::try_from(it).ok()))
        .collect();
    values?
        .chunks(2)
        .map(|it| match it {
            [high, low] => Some(high * 16 + low),
            _ => None,
        })
        .collect()
}

/// The 32 bytes of a SHA-256, as people and programs write it.
#[must_use]
pub fn sha256_of(digits: &str) -> Option<Vec<u8>> {
    unhex(digits).filter(|it| it.len() == 32)
}

#[cfg(test)]
mod tests {
    use super::hex;
    use super::sha256_of;
    use super::unhex;

    #[test]
    fn what_is_written_is_read() {
        let all: Vec<u8> = (0..=u8::MAX).collect();
        assert_eq!(unhex(&hex(&all)), Some(all));
        for text in ["0", "0g", "é", "+1", " 1"] {
            assert_eq!(unhex(text), None, "{text}");
        }
    }

    #[test]
    fn a_digest_has_sixty_four_digits() {
        assert_eq!(sha256_of(&"aB".repeat(32)), Some(vec![0xab; 32]));
        for text in ["", "0f", &"0g".repeat(32), &"0f".repeat(33)] {
            assert_eq!(sha256_of(text), None, "{text}");
        }
    }
}
