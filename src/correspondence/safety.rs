//! Something happened to an account that its owner should know of.
//!
//! Like every letter about the safety of an account it brings no token and no link that does anything.

use chrono::DateTime;
use chrono::Utc;
use entity::letter;
use serde::Deserialize;

use crate::correspondence::send::Reader;
use crate::correspondence::send::Said;
use crate::correspondence::words;
use crate::letters::page::Block;

#[derive(Debug, Deserialize)]
struct Matter {
    what: What,
    at: DateTime<Utc>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum What {
    SessionStolen,
    TotpOn,
    TotpOff,
    RecoveryCodes,
    RecoveryCode,
}

impl What {
    /// Keys of the subject, of what happened, and of what to do.
    fn keys(self) -> [&'static str; 3] {
        match self {
            Self::SessionStolen => [
                "letter-stolen-subject",
                "letter-stolen-what",
                "letter-stolen-act",
            ],
            Self::TotpOn => [
                "letter-totp-on-subject",
                "letter-totp-on-what",
                "letter-totp-act",
            ],
            Self::TotpOff => [
                "letter-totp-off-subject",
                "letter-totp-off-what",
                "letter-totp-act",
            ],
            Self::RecoveryCodes => [
                "letter-recovery-codes-subject",
                "letter-recovery-codes-what",
                "letter-totp-act",
            ],
            Self::RecoveryCode => [
                "letter-recovery-code-subject",
                "letter-recovery-code-what",
                "letter-totp-act",
            ],
        }
    }
}

pub(super) fn said(row: &letter::Model, reader: &Reader) -> Option<Said> {
    // What a later release tells is not told by this one.
    let matter: Matter = serde_json::from_str(&row.matter).ok()?;
    let values = [("at", words::instant(matter.at))];
    let [subject, what, act] = matter.what.keys();
    let say = |key: &str| reader.locale.sentence(key, &values);
    let blocks = vec![Block::Text(say(what)), Block::Text(say(act))];
    Some(reader.said(say(subject), blocks))
}
