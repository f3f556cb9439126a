//! Links to files that were made: for whoever holds them, for a while, for one file.
//!
//! A link is a secret: it opens the file without an account. It never stands in a log.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::DateTime;
use chrono::Utc;
use entity::artifact;
use entity::ids::ArtifactId;
use uuid::Uuid;

use crate::identity::Core;

/// Keeps links apart from what else the keys hash.
const PURPOSE: &str = "file link";
/// How long a link opens its file, in seconds; it is made anew whenever somebody asks.
const SECONDS: i64 = 60 * 60;

/// A link to a file, with the instant at which it ends.
#[must_use]
pub fn made(core: &Core, file: &artifact::Model) -> (String, DateTime<Utc>) {
    let soon = core.clock.now() + chrono::TimeDelta::seconds(SECONDS);
    let until = soon.min(file.expires_at);
    let mut token = Vec::with_capacity(56);
    token.extend_from_slice(file.id.0.as_bytes());
    token.extend_from_slice(&until.timestamp().to_be_bytes());
    let mark = core.keys.keyed_hash(PURPOSE, &token);
    token.extend_from_slice(&mark);
    let token = URL_SAFE_NO_PAD.encode(token);
    let address = format!("{}/files/{token}", core.config.public_url);
    (address, until)
}

/// The file that a link opens; `None` for one that ended or was never made.
#[must_use]
pub fn opened(core: &Core, token: &str) -> Option<ArtifactId> {
    let token = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (said, mark) = token.split_at_checked(24)?;
    let (id, until) = said.split_at_checked(16)?;
    let until = i64::from_be_bytes(until.try_into().ok()?);
    let whole = core.keys.keyed_hash_is(PURPOSE, said, mark);
    let open = whole && core.clock.now().timestamp() < until;
    open.then(|| Uuid::from_slice(id).ok().map(ArtifactId))?
}
