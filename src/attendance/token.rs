//! The code that is shown at the place of a shift: signed, and replaced every half minute.
//!
//! Whoever scans it was there while it was shown. How it looks is in `picture`; what it is worth
//! when it comes late is decided in `check`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;
use entity::ids::ShiftId;
use uuid::Uuid;

use crate::platform::crypto::Keys;

/// Keeps these hashes apart from all others.
const PURPOSE: &str = "attendance.code";
/// What a code begins with; a later form would begin otherwise.
const FORM: &str = "TW1.";
/// A code is replaced after so many seconds.
const SHOWN_SECONDS: i64 = 30;
/// A code is taken for so long after it was first shown: a slow network, a queue at the door.
pub const FRESH: TimeDelta = TimeDelta::minutes(2);

/// A code of a shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// The shift.
    pub shift: ShiftId,
    /// Since when it is shown.
    pub shown_at: DateTime<Utc>,
}

impl Token {
    /// The code that is shown for a shift at an instant.
    #[must_use]
    pub fn shown(shift: ShiftId, at: DateTime<Utc>) -> Self {
        let since = at.timestamp().rem_euclid(SHOWN_SECONDS);
        let shown_at = DateTime::from_timestamp(at.timestamp() - since, 0).unwrap_or(at);
        Self { shift, shown_at }
    }

    /// When the next one takes its place.
    #[must_use]
    pub fn replaced_at(&self) -> DateTime<Utc> {
        self.shown_at + TimeDelta::seconds(SHOWN_SECONDS)
    }

    /// Until when it is taken.
    #[must_use]
    pub fn expires_at(&self) -> DateTime<Utc> {
        self.shown_at + FRESH
    }

    /// Whether somebody can have scanned it at an instant by a clock that is not far off.
    #[must_use]
    pub fn covers(&self, at: DateTime<Utc>) -> bool {
        at > self.shown_at - FRESH && at < self.expires_at()
    }

    /// The text of the code.
    #[must_use]
    pub fn text(&self, keys: &Keys) -> String {
        let said = self.said();
        let signed = [said.clone(), keys.keyed_hash(PURPOSE, &said)].concat();
        format!("{FORM}{}", URL_SAFE_NO_PAD.encode(signed))
    }

    /// Reads a text; `None` for one that nobody signed here.
    #[must_use]
    pub fn read(keys: &Keys, text: &str) -> Option<Self> {
        let encoded = text.trim().strip_prefix(FORM)?;
        let bytes = URL_SAFE_NO_PAD.decode(encoded).ok()?;
        let (said, signature) = bytes.split_at_checked(24)?;
        if !keys.keyed_hash_is(PURPOSE, said, signature) {
            return None;
        }
        let (shift, seconds) = said.split_at_checked(16)?;
        let seconds = i64::from_be_bytes(seconds.try_into().ok()?);
        Some(Self {
            shift: ShiftId(Uuid::from_slice(shift).ok()?),
            shown_at: DateTime::from_timestamp(seconds, 0)?,
        })
    }

    fn said(&self) -> Vec<u8> {
        let seconds = self.shown_at.timestamp().to_be_bytes();
        [self.shift.0.as_bytes().as_slice(), &seconds].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::crypto::MayCreate;
    use crate::platform::random::Random;
    use proptest::prelude::*;

    fn keys() -> Keys {
        let folder = tempfile::tempdir().unwrap();
        Keys::load(
            &folder.path().join("keys.json"),
            MayCreate::Yes,
            &Random::System,
        )
        .unwrap()
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn a_code_is_read_as_it_was_written_and_no_other_text_is() {
        let keys = keys();
        let token = Token::shown(ShiftId(Uuid::from_u128(7)), at(1_800_000_017));
        let text = token.text(&keys);
        assert_eq!(Token::read(&keys, &text), Some(token));
        proptest!(|(place in 0..text.len(), other in "[A-Za-z0-9_.-]")| {
            let mut changed = text.clone();
            changed.replace_range(place..=place, &other);
            prop_assume!(changed != text);
            prop_assert_eq!(Token::read(&keys, &changed), None);
        });
        for foreign in ["", "TW1.", "TW1.AAAA", "TW2.AAAA", "رمز"] {
            assert_eq!(Token::read(&keys, foreign), None, "{foreign}");
        }
        assert_eq!(Token::read(&self::keys(), &text), None, "other keys");
    }

    #[test]
    fn a_code_changes_every_half_minute_and_is_taken_for_two_minutes() {
        let shift = ShiftId(Uuid::from_u128(7));
        let first = Token::shown(shift, at(1_800_000_000));
        assert_eq!(Token::shown(shift, at(1_800_000_029)), first);
        assert_ne!(Token::shown(shift, at(1_800_000_030)), first);
        assert_eq!(first.replaced_at(), at(1_800_000_030));
        assert!(first.covers(at(1_800_000_119)) && !first.covers(at(1_800_000_120)));
    }
}
