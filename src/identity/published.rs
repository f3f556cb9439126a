//! The public keys of this server, as other programs look them up.
//!
//! The keys themselves are in `platform::crypto`; what is signed with them, where it is signed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use serde_json::json;

use crate::identity::ctx::Core;

/// Under which path of the server each key has an address of its own.
pub const PATH: &str = "/keys";

/// The address of a key: there it is found alone.
#[must_use]
pub fn address(core: &Core, key_id: &str) -> String {
    format!("{}{PATH}/{key_id}", core.config.public_url)
}

/// A key as JWK: what it is, and nothing beside that.
#[must_use]
pub fn bare(public: &[u8]) -> Value {
    json!({ "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(public) })
}

/// The key of a name; `None` where there is none.
#[must_use]
pub fn one(core: &Core, key_id: &str) -> Option<Value> {
    let found = all(core).into_iter().find(|(name, _)| *name == key_id);
    found.map(|(_, public)| entry(&address(core, key_id), public))
}

/// The keys of access tokens, checkpoints and certificates as a JWK set: the present one first, then those of before,
/// of which what they signed remains. Then all of them again under their addresses, by which certificates name them.
#[must_use]
pub fn set(core: &Core) -> Value {
    let keys = all(core);
    let named = keys.iter().map(|(name, public)| entry(name, public));
    let addressed = keys
        .iter()
        .map(|(name, public)| entry(&address(core, name), public));
    let every: Vec<Value> = named.chain(addressed).collect();
    json!({ "keys": every })
}

fn all(core: &Core) -> Vec<(&str, &[u8])> {
    let keys = &core.keys;
    let before = keys.retired().iter().rev();
    std::iter::once((keys.key_id(), keys.public_key()))
        .chain(before.map(|it| (it.key_id.as_str(), it.public.as_slice())))
        .collect()
}

fn entry(key_id: &str, public: &[u8]) -> Value {
    let mut key = bare(public);
    if let Some(members) = key.as_object_mut() {
        for (name, value) in [("alg", "EdDSA"), ("use", "sig"), ("kid", key_id)] {
            members.insert(name.to_owned(), json!(value));
        }
    }
    key
}
