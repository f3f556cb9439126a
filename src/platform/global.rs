//! How a thing is called towards clients: its type and its key, opaque.
//!
//! Which types there are, and how such a name is read, is in `graphql::node`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

/// The global id of a thing.
#[must_use]
pub fn id(kind: &str, key: Uuid) -> String {
    let mut bytes = Vec::with_capacity(kind.len() + 17);
    bytes.extend_from_slice(kind.as_bytes());
    bytes.push(b':');
    bytes.extend_from_slice(key.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}
