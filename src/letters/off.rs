//! The link in a letter that switches its kind off for its address.
//!
//! It is sealed with the keys of the database: whoever holds the letter holds it, and nobody can make another. What it does
//! is in `choice`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entity::types::LetterKind;
use sea_orm::ActiveEnum;

use crate::identity::Core;
use crate::letters::choice;
use crate::platform::i18n::Locale;

/// Where the link leads.
pub const PATH: &str = "/letters/off";
const PURPOSE: &str = "letter-off";
/// Bytes of a digest.
const DIGEST: usize = 32;

/// The link of an address and a kind, in the language of the letter.
#[must_use]
pub fn link(core: &Core, recipient: &[u8], kind: LetterKind, locale: Locale) -> String {
    let token = token(core, recipient, kind);
    let site = &core.config.public_url;
    format!("{site}{PATH}/{token}?lang={}", locale.tag())
}

fn token(core: &Core, recipient: &[u8], kind: LetterKind) -> String {
    let word = kind.to_value();
    let said = [recipient, word.as_bytes()].concat();
    let seal = core.keys.keyed_hash(PURPOSE, &said);
    URL_SAFE_NO_PAD.encode([seal, said].concat())
}

/// The address, by its digest, and the kind of a link; `None` for what is none, and for kinds that cannot be switched off.
#[must_use]
pub fn read(core: &Core, token: &str) -> Option<(Vec<u8>, LetterKind)> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (seal, said) = bytes.split_at_checked(DIGEST)?;
    if !core.keys.keyed_hash_is(PURPOSE, said, seal) {
        return None;
    }
    let (recipient, word) = said.split_at_checked(DIGEST)?;
    let word = std::str::from_utf8(word).ok()?.to_owned();
    let kind = LetterKind::try_from_value(&word).ok()?;
    choice::can_be_off(kind).then(|| (recipient.to_vec(), kind))
}
