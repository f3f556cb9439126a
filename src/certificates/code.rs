//! The code of a certificate: short enough to type, too long to guess.
//!
//! Fifteen signs of chance in the alphabet of Crockford's base 32 and one that finds a mistyped sign. What a code
//! opens is decided in `verify`.

use crate::platform::random::NoRandomness;
use crate::platform::random::Random;
use crate::platform::text::western_digits;

/// No I, L, O and U: the first three look like digits.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Signs of chance: 75 bits.
const CHANCE: usize = 15;
/// Bits of a sign.
const BITS: u32 = 5;
/// Signs of a group.
const GROUP: usize = 4;
/// Longest text that is looked at.
const TEXT_MOST: usize = 64;

/// The code of a certificate, well formed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(String);

impl Code {
    /// A new code.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn draw(random: &Random) -> Result<Self, NoRandomness> {
        Ok(Self::of_bytes(random.bytes::<10>()?))
    }

    /// The code that follows from bytes; as hard to guess as they are.
    #[must_use]
    pub fn of_bytes(bytes: [u8; 10]) -> Self {
        let mut rest = bytes
            .iter()
            .fold(0_u128, |all, it| (all << 8) | u128::from(*it));
        let mut text = String::with_capacity(CHANCE + 1);
        for _ in 0..CHANCE {
            text.push(sign(rest & 31));
            rest >>= BITS;
        }
        let check = check(&text);
        text.push(check);
        Self(text)
    }

    /// Reads what somebody typed: in any case, with any separators, O for 0, I or L for 1, in digits of any of our
    /// scripts. `None` for what no certificate can have.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        if text.chars().count() > TEXT_MOST {
            return None;
        }
        let mut read = String::with_capacity(CHANCE + 1);
        for typed in western_digits(text).chars() {
            let typed = match typed.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                it if it.is_whitespace() || "-‐‑–—_.·".contains(it) => continue,
                it => it,
            };
            value(typed)?;
            read.push(typed);
        }
        let mut chance = read.clone();
        let last = chance.pop()?;
        (chance.len() == CHANCE && check(&chance) == last).then_some(Self(read))
    }

    /// As it is stored: without separators.
    #[must_use]
    pub fn stored(&self) -> &str {
        &self.0
    }

    /// The code of a stored text, which was one when it was written.
    #[must_use]
    pub fn of_stored(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// In groups of four, as it is printed and stands in addresses.
impl std::fmt::Display for Code {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, sign) in self.0.chars().enumerate() {
            if at > 0 && at.is_multiple_of(GROUP) {
                to.write_str("-")?;
            }
            write!(to, "{sign}")?;
        }
        Ok(())
    }
}

fn sign(value: u128) -> char {
    let at = usize::try_from(value).unwrap_or_default();
    ALPHABET.get(at).copied().map_or('0', char::from)
}

fn value(sign: char) -> Option<usize> {
    ALPHABET.iter().position(|it| char::from(*it) == sign)
}

/// The sign after others by Luhn's rule for an alphabet of 32: any one sign that is mistyped is found, and nearly
/// every two that changed places.
fn check(text: &str) -> char {
    let count = ALPHABET.len();
    let sum: usize = text
        .chars()
        .rev()
        .filter_map(value)
        .enumerate()
        .map(|(at, it)| {
            let weighed = if at.is_multiple_of(2) { it * 2 } else { it };
            weighed / count + weighed % count
        })
        .sum();
    let missing = (count - sum % count) % count;
    ALPHABET.get(missing).copied().map_or('0', char::from)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn codes_are_typed_forgivingly() {
        let code = Code::of_bytes([0x21, 0x84, 0x10, 0x42, 0x08, 0x21, 0x84, 0x10, 0x42, 0x00]);
        let printed = code.to_string();
        assert_eq!(printed.len(), 19);
        for typed in [
            printed.clone(),
            printed.to_lowercase(),
            printed.replace('-', " "),
            printed.replace('-', ""),
            format!("  {printed}\n"),
            printed.replace('0', "o").replace('1', "l"),
            printed.replace('0', "O").replace('1', "I"),
            printed.replace('0', "٠").replace('1', "١"),
        ] {
            assert_eq!(Code::read(&typed), Some(code.clone()), "{typed}");
        }
    }

    #[test]
    fn what_is_no_code_reads_as_nothing() {
        for text in [
            "",
            "-",
            "0",
            "U000-0000-0000-0000",
            "é",
            &"0".repeat(17),
            &"0".repeat(1_000),
        ] {
            assert_eq!(Code::read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn one_mistyped_sign_is_found(bytes in any::<[u8; 10]>(), at in 0_usize..16, other in 0_usize..32) {
            let code = Code::of_bytes(bytes);
            let mut signs: Vec<char> = code.stored().chars().collect();
            let typed = char::from(ALPHABET[other]);
            prop_assume!(signs[at] != typed);
            signs[at] = typed;

            let typed: String = signs.into_iter().collect();

            prop_assert_eq!(Code::read(&typed), None);
        }

        #[test]
        fn what_is_printed_reads_back(bytes in any::<[u8; 10]>()) {
            let code = Code::of_bytes(bytes);

            prop_assert_eq!(Code::read(&code.to_string()), Some(code.clone()));
            prop_assert_eq!(Code::of_stored(code.stored()), code);
        }
    }
}
