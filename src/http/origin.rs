//! Where a request comes from, as far as the settings believe what proxies say.
//!
//! What is done with it is decided elsewhere: it is part of the context of every act.

use std::net::IpAddr;
use std::net::SocketAddr;

use actix_web::HttpMessage;
use actix_web::HttpRequest;
use actix_web::dev::ServiceRequest;
use actix_web::http::header;
use actix_web::http::header::HeaderMap;

use crate::config::HttpConfig;
use crate::identity::Origin;
use crate::platform::network::Network;

/// Most proxies that are believed one behind the other.
const HOPS_MOST: usize = 16;

/// Whose word is believed.
#[derive(Clone, Debug, Default)]
pub struct Proxies {
    trusted: Vec<Network>,
}

impl Proxies {
    /// Those of the settings.
    pub fn of(config: &HttpConfig) -> Self {
        Self {
            trusted: Network::all(&config.trusted_proxies),
        }
    }

    /// Where a request comes from.
    pub fn origin(&self, request: &ServiceRequest) -> Origin {
        let headers = request.headers();
        let peer = request.peer_addr().map(|it| it.ip());
        let agent = headers
            .get(header::USER_AGENT)
            .and_then(|it| it.to_str().ok());
        Origin::new(peer.map(|it| self.client(it, headers)), agent)
    }

    /// Whether a request certainly began on this machine: one that a proxy passed on did not, unless the proxy is
    /// trusted and says so.
    pub fn is_local(&self, http: &HttpRequest) -> bool {
        let peer = http.peer_addr().map(|it| it.ip().to_canonical());
        let passed_on = ["x-forwarded-for", "forwarded"]
            .iter()
            .any(|it| http.headers().contains_key(*it));
        peer.is_some_and(|peer| {
            let said = || self.trusts(peer) && self.client(peer, http.headers()).is_loopback();
            peer.is_loopback() && (!passed_on || said())
        })
    }

    /// The client behind whoever is connected.
    ///
    /// A proxy writes one of the two headers and passes the other on as the client sent it: where both are there and do
    /// not say the same, neither is believed.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.to_canonical();
        if !self.trusts(peer) {
            return peer;
        }
        let plain = said(headers, "x-forwarded-for", read);
        let standard = said(headers, "forwarded", |it| {
            let pairs = it.split(';').filter_map(|it| it.split_once('='));
            let named = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("for"));
            named.map(|(_, node)| read(node)).next().flatten()
        });
        match (plain, standard) {
            (Some(chain), None) | (None, Some(chain)) => self.first_untrusted(peer, &chain),
            (Some(one), Some(other)) => {
                let one = self.first_untrusted(peer, &one);
                let agreed = one == self.first_untrusted(peer, &other);
                if agreed { one } else { peer }
            }
            (None, None) => peer,
        }
    }

    /// Read right to left: each proxy adds whom it heard, and only the word of those that are trusted counts. What cannot
    /// be read ends it.
    fn first_untrusted(&self, peer: IpAddr, chain: &[Option<IpAddr>]) -> IpAddr {
        let mut known = peer;
        for heard in chain.iter().rev().take(HOPS_MOST) {
            let Some(heard) = heard else { break };
            known = *heard;
            if !self.trusts(known) {
                break;
            }
        }
        known
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|it| it.holds(address))
    }
}

/// Whom the lines of a header name, the nearest last; `None` where there are none.
fn said(
    headers: &HeaderMap,
    name: &str,
    node: impl Fn(&str) -> Option<IpAddr>,
) -> Option<Vec<Option<IpAddr>>> {
    let mut chain = Vec::new();
    for line in headers.get_all(name) {
        match line.to_str() {
            Ok(line) => chain.extend(line.split(',').map(&node)),
            Err(_) => chain.push(None),
        }
    }
    (!chain.is_empty()).then_some(chain)
}

/// An address as proxies write it: bare, in brackets, in quotes, with a port or without.
fn read(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    let bare = text.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    let address = bare.unwrap_or(text).parse::<IpAddr>().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|it| it.ip());
    address.or_else(with_port).map(|it| it.to_canonical())
}

/// Where a request comes from, as it was found when the request arrived.
pub fn origin(http: &HttpRequest) -> Origin {
    http.extensions()
        .get::<Origin>()
        .cloned()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::Proxies;
    use crate::config::HttpConfig;

    fn client(trusted: &str, peer: &str, headers: &[(&'static str, &str)]) -> String {
        let proxies = Proxies::of(&HttpConfig {
            trusted_proxies: trusted.to_owned(),
            ..HttpConfig::default()
        });
        let mut request = TestRequest::default().peer_addr(format!("{peer}:4711").parse().unwrap());
        for (name, value) in headers {
            request = request.append_header((*name, *value));
        }
        let origin = proxies.origin(&request.to_srv_request());
        origin.address.unwrap().to_string()
    }

    #[test]
    fn nobody_is_believed_who_is_not_trusted() {
        let forged = [("x-forwarded-for", "198.51.100.7")];
        assert_eq!(client("", "192.0.2.1", &forged), "192.0.2.1");
        assert_eq!(client("10.0.0.0/8", "192.0.2.1", &forged), "192.0.2.1");
        let forged = [("forwarded", "for=198.51.100.7")];
        assert_eq!(client("10.0.0.0/8", "192.0.2.1", &forged), "192.0.2.1");
    }

    #[test]
    fn the_nearest_that_is_no_proxy_of_ours_is_the_client() {
        let trusted = "10.0.0.0/8 fd00::/8";
        for (headers, is) in [
            (vec![], "10.0.0.1"),
            (vec![("x-forwarded-for", "198.51.100.7")], "198.51.100.7"),
            // What the client wrote itself stands left of what the proxy heard.
            (
                vec![("x-forwarded-for", "203.0.113.9, 198.51.100.7")],
                "198.51.100.7",
            ),
            (
                vec![("x-forwarded-for", "203.0.113.9, 198.51.100.7, 10.0.0.2")],
                "198.51.100.7",
            ),
            (
                vec![
                    ("x-forwarded-for", "203.0.113.9"),
                    ("x-forwarded-for", "198.51.100.7"),
                ],
                "198.51.100.7",
            ),
            (
                vec![("x-forwarded-for", "198.51.100.7:5000")],
                "198.51.100.7",
            ),
            (
                vec![("x-forwarded-for", "[2001:db8::7]:5000")],
                "2001:db8::7",
            ),
            (vec![("x-forwarded-for", "10.0.0.3, 10.0.0.2")], "10.0.0.3"),
            (
                vec![("x-forwarded-for", "198.51.100.7, unknown, 10.0.0.2")],
                "10.0.0.2",
            ),
            (vec![("x-forwarded-for", "nonsense")], "10.0.0.1"),
            (
                vec![(
                    "forwarded",
                    "for=\"[2001:db8::7]:80\";proto=https;by=10.0.0.1",
                )],
                "2001:db8::7",
            ),
            (
                vec![("forwarded", "for=203.0.113.9, proto=http;For=198.51.100.7")],
                "198.51.100.7",
            ),
            (vec![("forwarded", "for=_hidden")], "10.0.0.1"),
        ] {
            assert_eq!(client(trusted, "10.0.0.1", &headers), is, "{headers:?}");
        }
    }

    #[test]
    fn two_headers_that_do_not_agree_are_not_believed() {
        let both = |plain, standard| [("x-forwarded-for", plain), ("forwarded", standard)];
        let (one, other) = ("198.51.100.7", "for=203.0.113.9");
        assert_eq!(
            client("10.0.0.0/8", "10.0.0.1", &both(one, other)),
            "10.0.0.1"
        );
        let same = both(one, "for=198.51.100.7");
        assert_eq!(client("10.0.0.0/8", "10.0.0.1", &same), "198.51.100.7");
    }
}
