//! The shape of a request: four members, each of its type; others are ignored.
//!
//! Where the bytes come from is the transport's business.

use serde_json::Map;
use serde_json::Value;

use crate::platform::crypto::sha256;
use crate::platform::hex::sha256_of;

/// What a request asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A document.
    Text(String),
    /// A document that was sent before, by its SHA-256 digest.
    Digest(Vec<u8>),
    /// A document of a list that the server was given, by its name there.
    Listed(String),
}

/// A request as clients send it.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The document.
    pub query: Asked,
    /// Which of its operations.
    pub operation_name: Option<String>,
    /// Values of its variables.
    pub variables: Map<String, Value>,
}

/// Why bytes or members are no request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShapeError {
    /// The bytes are no JSON.
    #[error("The body is not valid JSON.")]
    NotJson,
    /// The body is JSON of another kind.
    #[error("The body must be a JSON object; batches are not supported.")]
    NotAnObject,
    /// There is no document.
    #[error("`query` is missing.")]
    NoQuery,
    /// The document is given in two ways.
    #[error("Give either `query` or `documentId`, not both.")]
    TwoDocuments,
    /// The document has another digest than the request says.
    #[error("`sha256Hash` is not the digest of `query`.")]
    OtherDigest,
    /// A member has another type than it must.
    #[error("`{member}` must be {expected}.")]
    WrongType {
        /// Which one.
        member: &'static str,
        /// What it must be.
        expected: &'static str,
    },
}

impl Call {
    /// Bytes of the document; none where it is named by its digest.
    pub fn document_bytes(&self) -> usize {
        match &self.query {
            Asked::Text(text) => text.len(),
            Asked::Digest(_) | Asked::Listed(_) => 0,
        }
    }

    /// Reads a JSON body.
    ///
    /// # Errors
    /// [`ShapeError`].
    pub fn from_json(body: &[u8]) -> Result<Self, ShapeError> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Self::from_members(members),
            Ok(_) => Err(ShapeError::NotAnObject),
            Err(_malformed) => Err(ShapeError::NotJson),
        }
    }

    /// Reads the parameters of a `GET`, in which variables and extensions are JSON.
    ///
    /// # Errors
    /// [`ShapeError`].
    pub fn from_parameters(parameters: Vec<(String, String)>) -> Result<Self, ShapeError> {
        let mut members = Map::new();
        for (name, text) in parameters {
            let value = match name.as_str() {
                "variables" | "extensions" if text.is_empty() => Value::Null,
                "variables" | "extensions" => {
                    serde_json::from_str(&text).map_err(|_malformed| ShapeError::WrongType {
                        member: if name == "variables" {
                            "variables"
                        } else {
                            "extensions"
                        },
                        expected: "a JSON object",
                    })?
                }
                _ => Value::String(text),
            };
            members.insert(name, value);
        }
        Self::from_members(members)
    }

    /// Reads the members of a JSON object.
    ///
    /// # Errors
    /// [`ShapeError`].
    pub fn from_members(mut members: Map<String, Value>) -> Result<Self, ShapeError> {
        // Null means absent, for each of them.
        let mut take = |name: &str| members.remove(name).filter(|it| !it.is_null());
        let mut text = |name: &'static str| match take(name) {
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(ShapeError::WrongType {
                member: name,
                expected: "a string",
            }),
            None => Ok(None),
        };
        let query = text("query")?;
        let listed = text("documentId")?;
        let operation_name = text("operationName")?.filter(|it| !it.is_empty());
        let variables = match take("variables") {
            Some(Value::Object(values)) => values,
            Some(_) => {
                return Err(ShapeError::WrongType {
                    member: "variables",
                    expected: "an object",
                });
            }
            None => Map::new(),
        };
        let digest = match take("extensions") {
            Some(Value::Object(extensions)) => digest(&extensions)?,
            None => None,
            Some(_) => {
                return Err(ShapeError::WrongType {
                    member: "extensions",
                    expected: "an object",
                });
            }
        };
        if let Some(name) = listed {
            if query.is_some() || digest.is_some() {
                return Err(ShapeError::TwoDocuments);
            }
            return Ok(Self {
                query: Asked::Listed(name),
                operation_name,
                variables,
            });
        }
        let query = match (query, digest) {
            (None, None) => return Err(ShapeError::NoQuery),
            (None, Some(digest)) => Asked::Digest(digest),
            (Some(text), Some(digest)) if sha256(text.as_bytes()) != digest => {
                return Err(ShapeError::OtherDigest);
            }
            (Some(text), _) => Asked::Text(text),
        };
        Ok(Self {
            query,
            operation_name,
            variables,
        })
    }
}

/// The digest of an automatically persisted query, as Apollo's clients send it.
fn digest(extensions: &Map<String, Value>) -> Result<Option<Vec<u8>>, ShapeError> {
    let Some(persisted) = extensions.get("persistedQuery").filter(|it| !it.is_null()) else {
        return Ok(None);
    };
    let version = persisted.get("version").and_then(Value::as_i64);
    let digest = persisted
        .get("sha256Hash")
        .and_then(Value::as_str)
        .and_then(sha256_of);
    let (Some(1), Some(digest)) = (version, digest) else {
        return Err(ShapeError::WrongType {
            member: "persistedQuery",
            expected: "`{version: 1, sha256Hash: 64 hexadecimal digits}`",
        });
    };
    Ok(Some(digest))
}
