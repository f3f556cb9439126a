//! What one request may cost.
//!
//! What is believed of requests is in `requests`.

use serde::Deserialize;
use serde::Serialize;

/// What one GraphQL request may cost. Each bound is checked before anything runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitsConfig {
    /// Largest request body of anybody, and largest document; larger ones are answered 413.
    pub body_bytes: usize,
    /// Largest request body of whoever has signed in: the file of an import comes in it, in Base64.
    /// The default holds what `startImport` takes. Four such bodies are held at once.
    pub import_body_bytes: usize,
    /// Largest file of evidence of a measurement. What `import_body_bytes` does not hold in Base64 never comes
    /// that far.
    pub evidence_bytes: usize,
    /// How long a body of anybody's size may take to come; slower ones are answered 408. A large one has a minute
    /// for the rest.
    pub body_seconds: u64,
    /// Bytes of bodies of anybody's size that are held at once, until they are answered; a quarter of them from one
    /// address. The first 16 KiB of each do not count. Never fewer than four times `body_bytes`.
    pub bodies_bytes: usize,
    /// Deepest selection. The deepest operation of our own clients has 9 levels.
    pub depth: usize,
    /// Highest cost: 1 for each object, times the page sizes above it.
    pub cost: usize,
    /// Most aliases in a document.
    pub aliases: usize,
    /// Most directives in a document.
    pub directives: usize,
    /// Most root fields of an operation.
    pub root_fields: usize,
    /// Most lexical tokens of a document; blanks between words count.
    pub tokens: usize,
    /// Longest run of one operation.
    pub timeout_seconds: u64,
    /// Points of cost that each user may spend within a minute at this instance; they come back evenly. Never
    /// fewer than `cost`; 0: as many as they like.
    pub points: u32,
    /// The same for all that comes without a token from one address (of IPv6 from one network of 64 bits). Many
    /// people may share an address: a school, a telephone company.
    pub points_signed_out: u32,
    /// Bytes of documents whose verdict is remembered. Each takes about ten times its text in
    /// memory; what is forgotten is only judged again.
    pub document_cache_bytes: u64,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            body_bytes: 1024 * 1024,
            import_body_bytes: 15 * 1024 * 1024,
            evidence_bytes: 10 * 1024 * 1024,
            body_seconds: 30,
            bodies_bytes: 64 * 1024 * 1024,
            depth: 15,
            cost: 10_000,
            aliases: 50,
            directives: 20,
            root_fields: 20,
            tokens: 5_000,
            timeout_seconds: 10,
            points: 100_000,
            points_signed_out: 50_000,
            document_cache_bytes: 4 * 1024 * 1024,
        }
    }
}
