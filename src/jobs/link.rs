//! Links to files that were made: for whoever holds them, for a while, for one file.
//!
//! A link is a secret: it opens the file without an account. It never stands in a log.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;
use entity::artifact;
use entity::ids::ArtifactId;
use entity::ids::EvidenceId;
use uuid::Uuid;

use crate::identity::Core;

/// Keeps links apart from what else the keys hash.
const PURPOSE: &str = "file link";
/// The same of links to evidence: one never opens a file of the other kind.
const TO_EVIDENCE: &str = "evidence link";
/// How long a link opens its file, in seconds; it is made anew whenever somebody asks.
const SECONDS: i64 = 60 * 60;
/// How long a link opens its file that stands in a letter.
const IN_LETTER: TimeDelta = TimeDelta::days(7);

/// A link to a file, with the instant at which it ends.
#[must_use]
pub fn made(core: &Core, file: &artifact::Model) -> (String, DateTime<Utc>) {
    let until = soon(core).min(file.expires_at);
    (address(core, PURPOSE, file.id.0, until), until)
}

/// A link to a file as it stands in a letter, with the instant at which it ends: letters are read later.
#[must_use]
pub fn in_letter(
    core: &Core,
    file: &artifact::Model,
    written: DateTime<Utc>,
) -> (String, DateTime<Utc>) {
    let until = (written + IN_LETTER).min(file.expires_at);
    (address(core, PURPOSE, file.id.0, until), until)
}

/// A link to a file of evidence, with the instant at which it ends.
#[must_use]
pub fn made_to_evidence(core: &Core, file: EvidenceId) -> (String, DateTime<Utc>) {
    let until = soon(core);
    (address(core, TO_EVIDENCE, file.0, until), until)
}

fn soon(core: &Core) -> DateTime<Utc> {
    core.clock.now() + TimeDelta::seconds(SECONDS)
}

fn address(core: &Core, purpose: &str, file: Uuid, until: DateTime<Utc>) -> String {
    let mut token = Vec::with_capacity(56);
    token.extend_from_slice(file.as_bytes());
    token.extend_from_slice(&until.timestamp().to_be_bytes());
    let mark = core.keys.keyed_hash(purpose, &token);
    token.extend_from_slice(&mark);
    let token = URL_SAFE_NO_PAD.encode(token);
    format!("{}/files/{token}", core.config.public_url)
}

/// The file that a link opens; `None` for one that ended or was never made.
#[must_use]
pub fn opened(core: &Core, token: &str) -> Option<ArtifactId> {
    read(core, PURPOSE, token).map(ArtifactId)
}

/// The file of evidence that a link opens; `None` for one that ended or was never made.
#[must_use]
pub fn opened_evidence(core: &Core, token: &str) -> Option<EvidenceId> {
    read(core, TO_EVIDENCE, token).map(EvidenceId)
}

fn read(core: &Core, purpose: &str, token: &str) -> Option<Uuid> {
    let token = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (said, mark) = token.split_at_checked(24)?;
    let (id, until) = said.split_at_checked(16)?;
    let until = i64::from_be_bytes(until.try_into().ok()?);
    let whole = core.keys.keyed_hash_is(purpose, said, mark);
    let open = whole && core.clock.now().timestamp() < until;
    open.then(|| Uuid::from_slice(id).ok())?
}
