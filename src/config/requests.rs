//! Who may ask for what from where, and what is believed of requests.
//!
//! What a request may cost is in the limits, above.

use serde::Deserialize;
use serde::Serialize;

use crate::config::Secret;

/// Who may ask for what from where, and what is believed of requests.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpConfig {
    /// Parts of the network from which proxies pass requests on, separated by blanks, such as
    /// `127.0.0.0/8 10.1.0.0/16`. What they say of where a request came from (`X-Forwarded-For`, `Forwarded`) is
    /// believed, and nobody else's word. Empty: none, and whoever is connected is taken for the client.
    pub trusted_proxies: String,
    /// Origins of pages of other sites that may use the API, by requests and by sockets, separated by blanks, such as
    /// `https://app.example.org`. Empty: none. Pages of this server always may.
    pub origins: String,
    /// Secret of whoever collects `/metrics`, sent as `Authorization: Bearer …`. Empty: none is taken.
    pub metrics_token: Secret,
    /// Parts of the network that may read `/metrics` without it, separated by blanks, besides this machine. Empty: in
    /// production none; in development everybody, as long as there is no secret either.
    pub metrics_networks: String,
    /// Where to tell the operator of holes in security: `security@example.org`, or an address of the web. It is served at
    /// `/.well-known/security.txt` (RFC 9116). Empty: there is no such file.
    pub security_contact: String,
}

impl HttpConfig {
    /// Whether pages of this origin may use the API, as browsers write it: `https://app.example.org`.
    #[must_use]
    pub fn is_named(&self, origin: &str) -> bool {
        names(&self.origins, origin)
    }
}

/// Whether a list of origins, separated by blanks, names this one.
#[must_use]
pub fn names(origins: &str, origin: &str) -> bool {
    let mut origins = origins.split_whitespace();
    origins.any(|it| it.trim_end_matches('/').eq_ignore_ascii_case(origin))
}

/// Whether a text names origins as browsers send them, separated by blanks: a scheme, a host and a port that is not the
/// usual one. No star, which would let everybody in, and no path, which would never be sent.
pub fn is_origins(text: &str) -> bool {
    text.split_whitespace().all(|it| {
        let Some((scheme, rest)) = it.split_once("://") else {
            return false;
        };
        let host = rest.strip_suffix('/').unwrap_or(rest);
        let usual = match scheme {
            "https" => ":443",
            "http" => ":80",
            _ => "",
        };
        let plain = |it: char| it.is_ascii_alphanumeric() || "-.:[]".contains(it);
        let is_scheme = |it: char| it.is_ascii_alphanumeric() || "+-.".contains(it);
        scheme.starts_with(|it: char| it.is_ascii_alphabetic())
            && scheme.chars().all(is_scheme)
            && host.starts_with(|it: char| it.is_ascii_alphanumeric() || it == '[')
            && host.chars().all(plain)
            && (usual.is_empty() || !host.ends_with(usual))
    })
}

/// Whether a secret is long enough not to be guessed.
pub fn is_long_enough(secret: &str) -> bool {
    secret.len() >= 16 && secret.bytes().all(|it| it.is_ascii_graphic())
}

/// Whether somebody can be written to there: a mailbox, or a page.
pub fn is_contact(text: &str) -> bool {
    let odd = |it: char| it.is_control() || it.is_whitespace();
    !text.contains(odd)
        && match text.strip_prefix("https://") {
            Some(page) => !page.is_empty(),
            None => {
                let mailbox = text.strip_prefix("mailto:").unwrap_or(text);
                mailbox.parse::<lettre::Address>().is_ok()
            }
        }
}

#[cfg(test)]
mod tests {
    use super::is_contact;
    use super::is_origins;
    use super::names;

    #[test]
    fn origins_are_those_that_browsers_send() {
        for text in [
            "",
            "https://app.example.org",
            "https://app.example.org/ http://localhost:5173",
            "capacitor://localhost",
            "http://[::1]:3000",
        ] {
            assert!(is_origins(text), "{text}");
        }
        for text in [
            "*",
            "https://*.example.org",
            "https://*",
            "null",
            "app.example.org",
            "https://app.example.org/path",
            "https://app.example.org:443",
            "https://user@example.org",
            "https://a.example,https://b.example",
            "https://",
        ] {
            assert!(!is_origins(text), "{text}");
        }
    }

    #[test]
    fn an_origin_is_named_as_a_whole() {
        let origins = "https://app.example.org/ http://localhost:5173";
        for origin in ["https://app.example.org", "http://localhost:5173"] {
            assert!(names(origins, origin), "{origin}");
        }
        for origin in [
            "http://app.example.org",
            "https://app.example.org.evil.example",
            "https://evil.example",
            "null",
            "",
        ] {
            assert!(!names(origins, origin), "{origin}");
        }
    }

    #[test]
    fn holes_are_told_to_a_mailbox_or_on_a_page() {
        for text in [
            "security@example.org",
            "mailto:security@example.org",
            "https://example.org/security",
        ] {
            assert!(is_contact(text), "{text}");
        }
        for text in [
            "",
            "us",
            "http://example.org",
            "https://",
            "a@b.org\nContact: c@d.org",
        ] {
            assert!(!is_contact(text), "{text}");
        }
    }
}
