//! Which documents run: any, or those that clients listed when they were built.
//!
//! How lists are read is in `graphql::gate`.

use serde::Deserialize;
use serde::Serialize;

/// Which documents run.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentsConfig {
    /// What becomes of a document that is not listed.
    pub mode: DocumentsMode,
    /// Files of listed documents, separated by blanks, as Apollo's and Relay's tools write them. Read once, when the server
    /// starts. Empty: none but those of the pages of this server.
    pub manifests: String,
}

/// What becomes of a document that is not listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DocumentsMode {
    /// It runs.
    #[default]
    Any,
    /// It runs, and a line in the log names it: what is still to be listed before `only`.
    Prefer,
    /// It is refused, unless an administrator of the platform sends it.
    Only,
}
