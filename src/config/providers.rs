//! Providers of OpenID Connect at whom people may sign in.
//!
//! How one is spoken to is in `identity::openid`, and whose account it is in `credentials::openid`.

use reqwest::Url;
use serde::Deserialize;
use serde::Serialize;
use toml::Value;

use crate::config::Secret;

/// What the path of the setting is called.
pub const PATH: &str = "identity.providers";

/// A provider of OpenID Connect at whom people may sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderConfig {
    /// How clients and the environment call it: small letters and digits, such as `keycloak`. Kept with what is linked.
    pub id: String,
    /// How people call it.
    pub name: String,
    /// Its issuer, as its tokens name it: `https://id.example.org/realms/main`. Over plain HTTP on the same machine alone.
    pub issuer: String,
    /// How it calls this server.
    pub client_id: String,
    /// What this server proves to it that it is that client by. Empty: a public client. It may come from the environment as
    /// `TIWIZI_IDENTITY__PROVIDERS__KEYCLOAK__CLIENT_SECRET`, which has the id in the middle.
    #[serde(default)]
    pub client_secret: Secret,
    /// What is asked for, separated by blanks; `openid` is always among it.
    #[serde(default = "usual_scopes")]
    pub scopes: String,
    /// Where it may send browsers back to, separated by blanks; the first where the client names none.
    pub redirect_urls: String,
    /// Whether an identity whose address it has verified signs in to the account with the same verified address at its first
    /// time. `false` where people choose their addresses there themselves, or where it is not believed.
    #[serde(default = "yes")]
    pub link_by_email: bool,
}

fn usual_scopes() -> String {
    "openid email".to_owned()
}

fn yes() -> bool {
    true
}

impl ProviderConfig {
    /// Where it sends the browser back to: what was asked for, if the settings allow it, or the first that they name.
    #[must_use]
    pub fn redirect<'a>(&'a self, asked: Option<&str>) -> Option<&'a str> {
        let mut all = self.redirect_urls.split_whitespace();
        match asked {
            None => all.next(),
            Some(asked) => all.find(|it| *it == asked),
        }
    }

    /// Whether it is on the same machine, spoken to over plain HTTP.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.issuer.starts_with("http:")
    }
}

/// Whether something may be said to an address: over HTTPS, or to the same machine where `plain` allows it.
#[must_use]
pub fn is_safe(url: &Url, plain: bool) -> bool {
    let open = url.username().is_empty() && url.password().is_none();
    open && match url.scheme() {
        "https" => url.host_str().is_some(),
        "http" => plain && is_loopback(url),
        _ => false,
    }
}

fn is_loopback(url: &Url) -> bool {
    matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"))
}

/// What a value should be to be a list of providers; `None` where it is one.
pub fn wrong(value: &Value) -> Option<String> {
    let providers: Result<Vec<ProviderConfig>, _> = value.clone().try_into();
    // What the reader says could quote a secret.
    let Ok(providers) = providers else {
        return Some(
            "providers, each a table [[identity.providers]] with id, name, issuer, client_id and redirect_urls in quotes, \
             and if need be client_secret, scopes and link_by_email"
                .to_owned(),
        );
    };
    let mut before: Vec<&str> = Vec::new();
    for provider in &providers {
        let id = provider.id.as_str();
        if !is_id(id) {
            return Some("an id of small letters and digits to each provider".to_owned());
        }
        if before.contains(&id) {
            return Some(format!("the id `{id}` to one provider"));
        }
        before.push(id);
        if let Some(wanted) = wrong_in(provider) {
            return Some(format!("the provider `{id}` {wanted}"));
        }
    }
    None
}

fn wrong_in(provider: &ProviderConfig) -> Option<&'static str> {
    let issuer = Url::parse(&provider.issuer).ok();
    let issuer = issuer.filter(|it| is_safe(it, true) && it.query().is_none());
    if issuer.is_none_or(|it| it.fragment().is_some()) {
        return Some("an issuer that begins with https:// (http:// on the same machine alone)");
    }
    if provider.name.trim().is_empty() || provider.client_id.trim().is_empty() {
        return Some("a name and a client_id");
    }
    let mut redirects = provider.redirect_urls.split_whitespace().peekable();
    if redirects.peek().is_none() || !redirects.all(is_redirect) {
        return Some(
            "redirect_urls such as https://app.example.org/signed-in, separated by blanks",
        );
    }
    None
}

fn is_id(text: &str) -> bool {
    let fits = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit();
    !text.is_empty() && text.len() <= 32 && text.chars().all(fits)
}

/// A page over HTTPS, one on the same machine, or an application by a scheme of its own, which has a dot (RFC 8252).
fn is_redirect(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else {
        return false;
    };
    let own = url.scheme().contains('.');
    url.fragment().is_none() && (own || is_safe(&url, true))
}

#[cfg(test)]
mod tests {
    use toml::Table;
    use toml::Value;

    use super::wrong;

    fn judged(changed: &[(&str, &str)]) -> Option<String> {
        let mut provider = Table::new();
        for (name, value) in [
            ("id", "keycloak"),
            ("name", "Keycloak"),
            ("issuer", "https://id.example.org/realms/main"),
            ("client_id", "tiwizi"),
            ("redirect_urls", "https://app.example.org/in"),
        ]
        .iter()
        .chain(changed)
        {
            provider.insert((*name).to_owned(), Value::String((*value).to_owned()));
        }
        wrong(&Value::Array(vec![Value::Table(provider)]))
    }

    #[test]
    fn providers_are_spoken_to_in_secret_or_on_the_same_machine() {
        for issuer in [
            "https://id.example.org",
            "http://127.0.0.1:9000",
            "http://[::1]:9000/realm",
        ] {
            assert_eq!(judged(&[("issuer", issuer)]), None, "{issuer}");
        }
        for issuer in [
            "http://id.example.org",
            "http://127.0.0.1.example.org",
            "https://user:word@id.example.org",
            "https://id.example.org?realm=main",
            "ftp://id.example.org",
            "id.example.org",
            "",
        ] {
            assert!(judged(&[("issuer", issuer)]).is_some(), "{issuer}");
        }
    }

    #[test]
    fn browsers_are_sent_back_to_pages_and_applications() {
        for urls in [
            "https://app.example.org/in",
            "http://localhost:3000/in",
            "org.example.app:/in https://app.example.org/in",
        ] {
            assert_eq!(judged(&[("redirect_urls", urls)]), None, "{urls}");
        }
        for urls in [
            "",
            "http://app.example.org/in",
            "javascript:alert(1)",
            "https://app.example.org/in#here",
        ] {
            assert!(judged(&[("redirect_urls", urls)]).is_some(), "{urls}");
        }
    }

    #[test]
    fn a_wrong_provider_is_named_without_its_secret() {
        let secret = ("client_secret", "do-not-tell");
        for wrong in [("id", "Key Cloak"), ("name", " "), ("nothing", "x")] {
            let said = judged(&[secret, wrong]).unwrap();
            assert!(!said.contains("do-not-tell"), "{said}");
        }
        assert!(judged(&[secret]).is_none());
    }
}
