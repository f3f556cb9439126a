//! Secrets of endpoints, and what is signed with them: the scheme of Standard Webhooks.
//!
//! The database holds no secret. One is the keyed hash of random bytes that are kept: without the key file nobody makes
//! it, and whoever has both reads the database anyway.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::DateTime;
use chrono::Utc;
use entity::webhook_endpoint;
use uuid::Uuid;

use crate::platform::crypto::Keys;
use crate::platform::crypto::hmac_sha256;

/// What keeps this use of the keys apart from others.
const PURPOSE: &str = "webhook-secret";

/// A secret as whoever receives is told it, once.
#[must_use]
pub fn shown(keys: &Keys, salt: &[u8]) -> String {
    format!("whsec_{}", STANDARD.encode(made(keys, salt)))
}

/// The signatures of a message: with the present secret, and with the one before as long as that holds.
#[must_use]
pub fn signatures(
    keys: &Keys,
    endpoint: &webhook_endpoint::Model,
    id: Uuid,
    at: DateTime<Utc>,
    body: &str,
) -> String {
    let before = endpoint
        .previous_until
        .filter(|until| at < *until)
        .and(endpoint.previous_salt.as_ref());
    let signed = format!("{id}.{}.{body}", at.timestamp());
    let each = std::iter::once(&endpoint.salt).chain(before).map(|salt| {
        let signature = hmac_sha256(&made(keys, salt), signed.as_bytes());
        format!("v1,{}", STANDARD.encode(signature))
    });
    each.collect::<Vec<_>>().join(" ")
}

fn made(keys: &Keys, salt: &[u8]) -> Vec<u8> {
    keys.keyed_hash(PURPOSE, salt)
}
