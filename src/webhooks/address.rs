//! Where events may be sent: which URLs are taken, and to which addresses of the network nothing goes.
//!
//! Pure. A name is no answer: what it resolves to is looked at where the connection is made, in `dial`.

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;

use reqwest::Url;

use crate::config::WebhooksConfig;
use crate::platform::network::Network;
use crate::refusal::Mend;

/// Most characters of a URL.
const URL_MOST: usize = 2_000;

/// Where events may be sent, by the settings.
#[derive(Clone, Debug, Default)]
pub struct Allowed {
    http: bool,
    networks: Vec<Network>,
}

impl Allowed {
    /// What the settings allow.
    #[must_use]
    pub fn of(config: &WebhooksConfig) -> Self {
        Self {
            http: config.allow_http,
            networks: Network::all(&config.allow_networks),
        }
    }

    /// Whether something may be sent to an address: to those that everybody reaches, and those that the settings name.
    #[must_use]
    pub fn takes(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let named = self.networks.iter().any(|it| it.holds(address));
        named
            || match address {
                IpAddr::V4(address) => is_public_v4(address),
                IpAddr::V6(address) => is_public_v6(address),
            }
    }

    /// Whether a name may be one that everybody reaches: no name of this machine, nor of a network of one's own (RFC 6761,
    /// RFC 6762, RFC 8375; `internal` is kept for that by ICANN), unless the settings name parts of the network.
    fn names(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
        let of_this_machine = is_of(&host, "localhost");
        let inner = ["local", "internal", "home.arpa"];
        let of_a_house = inner.iter().any(|it| is_of(&host, it));
        (!of_this_machine || self.takes(Ipv4Addr::LOCALHOST.into()))
            && (!of_a_house || !self.networks.is_empty())
    }

    /// Reads a URL to which events may be sent, as it is kept.
    ///
    /// # Errors
    /// What would be taken instead.
    pub fn url(&self, text: &str) -> Result<String, Mend> {
        let text = text.trim();
        let url = Url::parse(text).map_err(|_unread| Mend::WebhookUrl)?;
        let scheme = url.scheme();
        if scheme != "https" && !(scheme == "http" && self.http) {
            return Err(Mend::WebhookHttps);
        }
        let bare =
            url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        if !bare || text.chars().count() > URL_MOST || url.host_str().is_none_or(str::is_empty) {
            return Err(Mend::WebhookUrl);
        }
        match url.port_or_known_default() {
            Some(443) => {}
            Some(80) if self.http => {}
            Some(port) if port >= 1_024 => {}
            _ => return Err(Mend::WebhookPort),
        }
        if literal(&url).is_some_and(|it| !self.takes(it)) || !self.names(&url) {
            return Err(Mend::WebhookPublic);
        }
        Ok(url.to_string())
    }
}

/// Whether a host is of a domain, or the domain itself.
fn is_of(host: &str, domain: &str) -> bool {
    let rest = host.strip_suffix(domain);
    rest.is_some_and(|it| it.is_empty() || it.ends_with('.'))
}

/// The address that a URL names outright; `None` where it names a host.
#[must_use]
pub fn literal(url: &Url) -> Option<IpAddr> {
    let host = url.host_str()?;
    let bare = host.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    bare.unwrap_or(host).parse().ok()
}

/// Whether everybody reaches it: none of the blocks that IANA registers for special purposes.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let special = [
        ([0, 0, 0, 0], 8),
        ([10, 0, 0, 0], 8),
        // Carriers between their customers.
        ([100, 64, 0, 0], 10),
        ([127, 0, 0, 0], 8),
        // Of one link; what clouds tell their machines is there.
        ([169, 254, 0, 0], 16),
        ([172, 16, 0, 0], 12),
        ([192, 0, 0, 0], 24),
        ([192, 0, 2, 0], 24),
        ([192, 88, 99, 0], 24),
        ([192, 168, 0, 0], 16),
        ([198, 18, 0, 0], 15),
        ([198, 51, 100, 0], 24),
        ([203, 0, 113, 0], 24),
        // What clouds of Azure tell their machines.
        ([168, 63, 129, 16], 32),
        // To many at once, and what is kept for later.
        ([224, 0, 0, 0], 3),
    ];
    !special.iter().any(|(block, bits)| {
        let network = Network::of(IpAddr::from(*block), *bits);
        network.holds(IpAddr::V4(address))
    })
}

/// The same of IPv6: of all that is handed out, nothing that stands for an address of IPv4, and no examples.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let block = |segments: [u16; 2], bits| {
        let address = IpAddr::from([segments[0], segments[1], 0, 0, 0, 0, 0, 0]);
        Network::of(address, bits)
    };
    let within = |it: Network| it.holds(IpAddr::V6(address));
    within(block([0x2000, 0], 3))
        && ![
            // Teredo, benchmarks, ORCHID.
            block([0x2001, 0], 23),
            block([0x2001, 0x0db8], 32),
            // 6to4.
            block([0x2002, 0], 16),
            block([0x3fff, 0], 20),
        ]
        .into_iter()
        .any(within)
}

#[cfg(test)]
mod tests {
    use super::Allowed;
    use crate::config::WebhooksConfig;
    use crate::refusal::Mend;

    fn allowed(http: bool, networks: &str) -> Allowed {
        Allowed::of(&WebhooksConfig {
            allow_http: http,
            allow_networks: networks.to_owned(),
            ..WebhooksConfig::default()
        })
    }

    #[test]
    fn nothing_is_sent_to_addresses_that_not_everybody_reaches() {
        let strict = Allowed::default();
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.250",
            "240.0.0.1",
            "255.255.255.255",
            "168.63.129.16",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
        ] {
            assert!(!strict.takes(address.parse().unwrap()), "{address}");
        }
        for address in [
            "1.1.1.1",
            "100.63.0.1",
            "172.32.0.1",
            "196.200.131.1",
            "2606:4700::1111",
            "2001:4860::8",
            "::ffff:1.1.1.1",
        ] {
            assert!(strict.takes(address.parse().unwrap()), "{address}");
        }
        let intranet = allowed(false, "10.1.0.0/16 fd00::/8");
        for (address, takes) in [
            ("10.1.9.9", true),
            ("::ffff:10.1.0.1", true),
            ("10.2.0.1", false),
            ("fd12::1", true),
            ("127.0.0.1", false),
        ] {
            assert_eq!(intranet.takes(address.parse().unwrap()), takes, "{address}");
        }
    }

    #[test]
    fn urls_are_taken_as_they_will_be_called() {
        let (strict, open) = (allowed(false, ""), allowed(true, "127.0.0.0/8"));
        for (text, mend) in [
            ("", Mend::WebhookUrl),
            ("hooks", Mend::WebhookUrl),
            ("https://", Mend::WebhookUrl),
            ("http://example.org/", Mend::WebhookHttps),
            ("ftp://example.org/", Mend::WebhookHttps),
            ("file:///etc/passwd", Mend::WebhookHttps),
            ("gopher://example.org:25/", Mend::WebhookHttps),
            ("https://user@example.org/", Mend::WebhookUrl),
            ("https://user:word@example.org/", Mend::WebhookUrl),
            ("https://example.org/#part", Mend::WebhookUrl),
            ("https://example.org:22/", Mend::WebhookPort),
            ("https://example.org:80/", Mend::WebhookPort),
            ("https://127.0.0.1/", Mend::WebhookPublic),
            ("https://127.1/", Mend::WebhookPublic),
            ("https://2130706433/", Mend::WebhookPublic),
            ("https://0x7f.0.0.1/", Mend::WebhookPublic),
            ("https://0177.0.0.1/", Mend::WebhookPublic),
            ("https://①②⑦.0.0.1/", Mend::WebhookPublic),
            ("https://[::1]/", Mend::WebhookPublic),
            ("https://localhost/x", Mend::WebhookPublic),
            ("https://LOCALHOST./x", Mend::WebhookPublic),
            ("https://a.localhost/", Mend::WebhookPublic),
            ("https://printer.local/", Mend::WebhookPublic),
            ("https://hooks.internal/", Mend::WebhookPublic),
            ("https://[::ffff:169.254.169.254]/", Mend::WebhookPublic),
            (
                "https://169.254.169.254/latest/meta-data",
                Mend::WebhookPublic,
            ),
        ] {
            assert_eq!(strict.url(text), Err(mend), "{text}");
        }
        for text in [
            "https://example.org/hooks?of=us",
            "https://example.org:8443/",
            "https://1.1.1.1/",
            "https://mylocalhost.example/",
            "https://internal.example.org/",
        ] {
            assert_eq!(strict.url(text).as_deref(), Ok(text), "{text}");
        }
        assert_eq!(
            open.url("http://127.0.0.1:9000/in").as_deref(),
            Ok("http://127.0.0.1:9000/in")
        );
        assert!(open.url("http://localhost:9000/in").is_ok());
        assert!(open.url("https://hooks.internal/").is_ok());
        let intranet = allowed(false, "10.1.0.0/16");
        assert!(intranet.url("https://hooks.internal/").is_ok());
        assert_eq!(intranet.url("https://localhost/"), Err(Mend::WebhookPublic));
        assert_eq!(open.url("http://10.0.0.1/"), Err(Mend::WebhookPublic));
        assert_eq!(open.url("http://example.org:25/"), Err(Mend::WebhookPort));
        let long = format!("https://example.org/{}", "a".repeat(2_000));
        assert_eq!(strict.url(&long), Err(Mend::WebhookUrl));
    }
}
