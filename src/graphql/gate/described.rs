//! Answers to questions about the schema itself: the same for everybody, made once and kept.
//!
//! Who may ask, and for how much, is decided in `mod` and in `budget`.

use std::sync::Arc;

use moka::sync::Cache;
use serde_json::value::RawValue;
use serde_json::value::to_raw_value;

/// Bytes of answers that are kept: each standard question has about one million.
const KEPT_BYTES: u64 = 16 * 1024 * 1024;

/// The data of an answer as it is sent.
pub type Data = Arc<RawValue>;

/// The answers so far, by the digest of what was asked.
#[derive(Clone)]
pub struct Described {
    answers: Cache<Vec<u8>, Data>,
}

impl Default for Described {
    fn default() -> Self {
        let weight = |_: &Vec<u8>, data: &Data| u32::try_from(data.get().len()).unwrap_or(u32::MAX);
        Self {
            answers: Cache::builder()
                .max_capacity(KEPT_BYTES)
                .weigher(weight)
                .build(),
        }
    }
}

impl Described {
    /// What was answered before.
    pub fn recall(&self, asked: &[u8]) -> Option<Data> {
        self.answers.get(asked)
    }

    /// Keeps what is answered; `None` where it cannot be written.
    pub fn keep(&self, asked: Vec<u8>, data: &async_graphql::Value) -> Option<Data> {
        let data: Data = to_raw_value(data).ok()?.into();
        self.answers.insert(asked, Arc::clone(&data));
        Some(data)
    }
}
