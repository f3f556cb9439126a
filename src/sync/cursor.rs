//! The cursor of a device: how far it has read each organization, and as whom.
//!
//! It is signed, so that it says only what the server said.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entity::ids::OrganizationId;
use serde::Deserialize;
use serde::Serialize;

use crate::identity::Action;
use crate::identity::Ctx;
use crate::platform::crypto::sha256;
use crate::platform::hex::hex;

/// Bytes of the signature.
const SIGNED: usize = 16;

/// How far somebody has read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// Whose it is.
    pub reader: String,
    /// By organization.
    pub read: BTreeMap<OrganizationId, Position>,
}

/// How far one organization was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Number of the last change that was read.
    pub sequence: i64,
    /// What the reader could see of it then: with other eyes it is read from the start.
    pub view: String,
}

impl Cursor {
    /// Reads a cursor that was given to the same reader; `None` for any other text.
    #[must_use]
    pub fn read(ctx: &Ctx, text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (signature, content) = bytes.split_at_checked(SIGNED)?;
        if sign(ctx, content) != signature {
            return None;
        }
        let cursor: Self = serde_json::from_slice(content).ok()?;
        (cursor.reader == ctx.sender()).then_some(cursor)
    }

    /// The text to give away.
    #[must_use]
    pub fn text(&self, ctx: &Ctx) -> String {
        let content = serde_json::to_vec(self).unwrap_or_default();
        let mut bytes = sign(ctx, &content);
        bytes.extend_from_slice(&content);
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

fn sign(ctx: &Ctx, content: &[u8]) -> Vec<u8> {
    let mut signature = ctx.core().keys.keyed_hash("sync.cursor", content);
    signature.truncate(SIGNED);
    signature
}

/// What the actor can see of an organization, as a short text: another one means other eyes.
#[must_use]
pub fn view(ctx: &Ctx, organization: OrganizationId) -> String {
    let allowed: Vec<bool> = Action::ALL
        .into_iter()
        .map(|action| ctx.may(action, organization))
        .collect();
    let seen = format!("{allowed:?} {:?}", ctx.scope().own_records());
    let mut digest = hex(&sha256(seen.as_bytes()));
    digest.truncate(16);
    digest
}
