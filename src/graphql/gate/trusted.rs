//! Trusted documents: those that clients listed when they were built, each by its name and by its digest.
//!
//! What was merely sent before is in `document`, and is forgotten again.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::path::PathBuf;

use serde::Deserialize;

use crate::config::DocumentsConfig;
use crate::config::DocumentsMode;
use crate::graphql::gate::Caller;
use crate::graphql::gate::SignedIn;
use crate::graphql::gate::document::Documents;
use crate::graphql::gate::document::Verdict;
use crate::platform::crypto::sha256;
use crate::platform::hex::hex;
use crate::platform::hex::unhex;

/// The documents of the pages of this server: nobody could sign in there otherwise.
const OWN: [(&str, &str); 6] = [
    (
        "tiwizi-sign-in",
        include_str!("../../../graphiql/src/documents/sign-in.graphql"),
    ),
    (
        "tiwizi-sign-in-providers",
        include_str!("../../../graphiql/src/documents/sign-in-providers.graphql"),
    ),
    (
        "tiwizi-begin-sign-in",
        include_str!("../../../graphiql/src/documents/begin-sign-in.graphql"),
    ),
    (
        "tiwizi-complete-sign-in",
        include_str!("../../../graphiql/src/documents/complete-sign-in.graphql"),
    ),
    (
        "tiwizi-refresh-session",
        include_str!("../../../graphiql/src/documents/refresh-session.graphql"),
    ),
    (
        "tiwizi-sign-out",
        include_str!("../../../graphiql/src/documents/sign-out.graphql"),
    ),
];

/// A document of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// What clients call it.
    pub name: String,
    /// The document.
    pub text: String,
}

/// Why a list cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// It cannot be read.
    #[error("{file}: {cause}; see whether documents.manifests names the right file")]
    Unreadable {
        /// Its name.
        file: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// It is none of the lists that are known.
    #[error(
        "{file}: neither a list of Apollo's tools (`format` apollo-persisted-query-manifest, `version` 1) \
         nor one of Relay's (an object of documents by name)"
    )]
    Malformed {
        /// Its name.
        file: String,
    },
    /// One name stands for two documents.
    #[error("{file}: `{name}` names two documents; each needs a name of its own")]
    Ambiguous {
        /// The file that says it the second time.
        file: String,
        /// The name.
        name: String,
    },
}

/// The list that Apollo's tools write.
#[derive(Deserialize)]
struct ApolloManifest {
    format: String,
    version: u32,
    operations: Vec<ApolloOperation>,
}

#[derive(Deserialize)]
struct ApolloOperation {
    id: String,
    body: String,
}

/// Reads the lists that the settings name.
///
/// # Errors
/// [`ManifestError`] for the first list that cannot be used.
pub fn listed(config: &DocumentsConfig) -> Result<Vec<Listed>, ManifestError> {
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    for path in config.manifests.split_whitespace().map(PathBuf::from) {
        let file = path.display().to_string();
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(cause) => return Err(ManifestError::Unreadable { file, cause }),
        };
        let Some(documents) = manifest(&text) else {
            return Err(ManifestError::Malformed { file });
        };
        for Listed { name, text } in documents {
            if known.get(&name).is_some_and(|it| *it != text) {
                return Err(ManifestError::Ambiguous { file, name });
            }
            known.insert(name, text);
        }
    }
    let listed = known.into_iter();
    Ok(listed.map(|(name, text)| Listed { name, text }).collect())
}

/// The documents of a list; `None` where it is of no kind that is known.
fn manifest(text: &str) -> Option<Vec<Listed>> {
    if let Ok(apollo) = serde_json::from_str::<ApolloManifest>(text) {
        let known = apollo.format == "apollo-persisted-query-manifest" && apollo.version == 1;
        let operations = apollo.operations.into_iter();
        let listed = operations.map(|it| Listed {
            name: it.id,
            text: it.body,
        });
        return known.then(|| listed.collect());
    }
    let relay: BTreeMap<String, String> = serde_json::from_str(text).ok()?;
    let listed = relay.into_iter();
    Some(listed.map(|(name, text)| Listed { name, text }).collect())
}

/// The listed documents, judged.
#[derive(Default)]
pub struct Trusted {
    mode: DocumentsMode,
    by_name: HashMap<String, Verdict>,
    by_digest: HashMap<Vec<u8>, Verdict>,
}

impl Trusted {
    /// Judges listed documents. What the schema does not take stays listed: whoever asks for it is told what is wrong, and
    /// a server does not stay down for an old client.
    pub fn new(listed: Vec<Listed>, mode: DocumentsMode, documents: &Documents) -> Self {
        let own = OWN.into_iter().map(|(name, text)| Listed {
            name: name.to_owned(),
            text: text.to_owned(),
        });
        let mut trusted = Self {
            mode,
            ..Self::default()
        };
        for Listed { name, text } in own.chain(listed) {
            let verdict = documents.judge_for_good(&text);
            if verdict.is_err() {
                tracing::warn!(document = name, "a listed document does not fit the schema");
            }
            let digest = sha256(text.as_bytes());
            trusted.by_digest.insert(digest, verdict.clone());
            trusted.by_name.insert(name, verdict);
        }
        trusted
    }

    /// The document of a name: that of its list, or `sha256:` and its digest.
    pub fn named(&self, name: &str) -> Option<Verdict> {
        if let Some(verdict) = self.by_name.get(name) {
            return Some(verdict.clone());
        }
        let digits = name.strip_prefix("sha256:")?;
        self.with_digest(&unhex(digits)?)
    }

    /// The document of a digest.
    pub fn with_digest(&self, digest: &[u8]) -> Option<Verdict> {
        self.by_digest.get(digest).cloned()
    }

    /// Whether somebody may send a document of this digest, which is not listed.
    pub fn may_send(&self, digest: &[u8], caller: Caller<'_>) -> bool {
        match self.mode {
            DocumentsMode::Any => true,
            DocumentsMode::Prefer => {
                tracing::warn!(
                    request.id = caller.request_id,
                    document = hex(digest),
                    "a document that is not listed"
                );
                true
            }
            DocumentsMode::Only => caller.signed_in == SignedIn::AsAdministrator,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Listed;
    use super::manifest;

    #[test]
    fn lists_of_both_tools_are_read_and_others_are_not() {
        let one = |name: &str| {
            Some(vec![Listed {
                name: name.to_owned(),
                text: "{ a }".to_owned(),
            }])
        };
        let apollo = r#"{"format": "apollo-persisted-query-manifest", "version": 1,
            "operations": [{"id": "dc67", "name": "A", "type": "query", "body": "{ a }"}]}"#;

        assert_eq!(manifest(apollo), one("dc67"));
        assert_eq!(manifest(r#"{"3be4": "{ a }"}"#), one("3be4"));
        for other in [
            "",
            "[]",
            r#"{"a": 1}"#,
            &apollo.replace("\"version\": 1", "\"version\": 2"),
            &apollo.replace("apollo-persisted", "another"),
        ] {
            assert_eq!(manifest(other), None, "{other}");
        }
    }
}
