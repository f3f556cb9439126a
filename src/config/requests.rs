//! What is believed of requests.
//!
//! What a request may cost is in the limits, above.

use serde::Deserialize;
use serde::Serialize;

/// What is believed of requests.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpConfig {
    /// Parts of the network from which proxies pass requests on, separated by blanks, such as
    /// `127.0.0.0/8 10.1.0.0/16`. What they say of where a request came from (`X-Forwarded-For`, `Forwarded`) is
    /// believed, and nobody else's word. Empty: none, and whoever is connected is taken for the client.
    pub trusted_proxies: String,
}
