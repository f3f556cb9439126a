//! What single settings may hold, where their type does not say it.
//!
//! Defaults and meanings are above.

use std::net::IpAddr;

use lettre::message::Mailbox;
use toml::Value;
use tracing_subscriber::EnvFilter;

use crate::config::providers;
use crate::config::requests;

/// Numbers outside which the server cannot work: one connection would wait for itself when the
/// database is brought up to date, beyond these years dates end, and of two people each knows the other.
const BOUNDS: [(&str, i64, i64); 19] = [
    ("database_connections", 2, 10_000),
    ("identity.access_token_minutes", 1, 1_440),
    ("identity.session_days", 1, 3_650),
    ("identity.invitation_days", 1, 3_650),
    ("limits.body_seconds", 1, 3_600),
    ("limits.evidence_bytes", 1_024, 104_857_600),
    ("deliveries.attachment_bytes", 0, 52_428_800),
    ("webhooks.kept_days", 1, 366),
    ("audit.kept_days", 365, 36_500),
    ("privacy.erasure_waiting_days", 0, 90),
    ("privacy.retention.session_days", 1, 3_650),
    ("privacy.retention.session_origin_days", 1, 3_650),
    ("privacy.retention.device_days", 1, 3_650),
    ("privacy.retention.notification_days", 1, 3_650),
    ("privacy.retention.invitation_days", 1, 3_650),
    ("privacy.retention.request_key_days", 30, 3_650),
    ("privacy.retention.unused_record_days", 0, 36_500),
    ("statistics.threshold", 3, 1_000),
    ("statistics.settle_days", 1, 366),
];

/// What a setting can be, where its kind does not say it.
pub fn wanted(path: &str) -> Option<String> {
    let words = match path {
        "environment" => "development or production",
        "database_url" => "sqlite://FILE or postgres://USER@HOST/DATABASE",
        "bind" => "an address and a port, such as 127.0.0.1:8080",
        "mail.security" => "starttls, tls or none",
        "mail.from" => "an address such as reports@example.org or Tiwizi <reports@example.org>",
        "http.origins" | "live.origins" => {
            "origins such as https://app.example.org, separated by blanks, without a path or a star"
        }
        "http.metrics_token" => "at least 16 signs of ASCII, without blanks",
        "http.security_contact" => {
            "an address such as security@example.org or https://example.org/security"
        }
        "webhooks.allow_networks" | "http.trusted_proxies" | "http.metrics_networks" => {
            "parts of the network such as 10.1.0.0/16 fd00::/8"
        }
        "identity.require_totp" => "none, platform or owners",
        "identity.email_verification" => "off, letter or required",
        "mail.invitation_url" | "mail.reset_url" | "mail.verification_url" => {
            "an address with {token} in it, such as https://app.example.org/invitation#{token}"
        }
        "documents.mode" => "any, prefer or only",
        "log.format" => "text or json",
        "log.filter" => "a filter such as info or tiwizi=debug,warn",
        _ => {
            let (_, least, most) = BOUNDS.iter().find(|(name, ..)| *name == path)?;
            return Some(format!("a number from {least} to {most}"));
        }
    };
    Some(words.to_owned())
}

/// Whether a value of the right type can be worked with.
pub fn holds(path: &str, value: &Value) -> bool {
    match (path, value) {
        ("database_url", Value::String(url)) => is_database(url),
        (providers::PATH, value) => providers::wrong(value).is_none(),
        ("mail.from", Value::String(from)) => from.is_empty() || is_mailbox(from),
        (
            "webhooks.allow_networks" | "http.trusted_proxies" | "http.metrics_networks",
            Value::String(parts),
        ) => is_networks(parts),
        ("http.origins" | "live.origins", Value::String(origins)) => requests::is_origins(origins),
        ("http.metrics_token", Value::String(secret)) => {
            secret.is_empty() || requests::is_long_enough(secret)
        }
        ("http.security_contact", Value::String(contact)) => {
            contact.is_empty() || requests::is_contact(contact)
        }
        (
            "mail.invitation_url" | "mail.reset_url" | "mail.verification_url",
            Value::String(url),
        ) => url.is_empty() || takes_token(url),
        ("log.filter", Value::String(filter)) => EnvFilter::try_new(filter).is_ok(),
        (_, Value::Integer(number)) => BOUNDS
            .iter()
            .filter(|(name, ..)| *name == path)
            .all(|(_, least, most)| (least..=most).contains(&number)),
        _ => true,
    }
}

/// Whether letters can be from it: an address, with or without a name.
pub fn is_mailbox(text: &str) -> bool {
    !text.chars().any(char::is_control) && text.parse::<Mailbox>().is_ok()
}

/// Whether a text names parts of the network, separated by blanks.
pub fn is_networks(text: &str) -> bool {
    text.split_whitespace().all(|part| {
        let Some((address, bits)) = part.split_once('/') else {
            return false;
        };
        let most = match address.parse() {
            Ok(IpAddr::V4(_)) => 32,
            Ok(IpAddr::V6(_)) => 128,
            Err(_) => return false,
        };
        bits.parse::<u32>().is_ok_and(|it| it <= most)
    })
}

/// Whether a token can be put into an address.
fn takes_token(url: &str) -> bool {
    let site = url.strip_prefix("https://").or(url.strip_prefix("http://"));
    let odd = |it: char| it.is_control() || it.is_whitespace() || matches!(it, '"' | '<' | '>');
    site.is_some_and(|it| !it.starts_with('{')) && url.contains("{token}") && !url.contains(odd)
}

/// Whether an address names one of the two databases.
pub fn is_database(url: &str) -> bool {
    ["sqlite:", "postgres://", "postgresql://"]
        .iter()
        .any(|it| url.starts_with(it))
}

#[cfg(test)]
mod tests {
    use super::is_mailbox;
    use super::is_networks;

    #[test]
    fn parts_of_the_network_have_an_address_and_bits() {
        for text in ["", "10.1.0.0/16", "10.1.0.0/16 fd00::/8"] {
            assert!(is_networks(text), "{text}");
        }
        for text in [
            "10.1.0.0",
            "10.1.0.0/33",
            "x/8",
            "10.1.0.0/16, fd00::/8",
            "localhost",
        ] {
            assert!(!is_networks(text), "{text}");
        }
    }

    #[test]
    fn letters_are_from_an_address() {
        for text in ["reports@example.org", "Tiwizi <reports@example.org>"] {
            assert!(is_mailbox(text), "{text}");
        }
        for text in [
            "",
            "@",
            "Tiwizi",
            "a@",
            "a@b.org\nBcc: c@d.org",
            "a@b.org c@d.org",
        ] {
            assert!(!is_mailbox(text), "{text}");
        }
    }
}
