//! Where a request comes from: the address of the client, and what it calls itself.
//!
//! Whose word is believed is decided where requests arrive, in `http`.

use std::net::IpAddr;
use std::sync::Arc;

/// Most characters kept of what a client calls itself.
const AGENT_MOST: usize = 200;

/// Where a request comes from. Of jobs and commands nothing is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The address of the client; one of IPv4 in IPv6 is written as IPv4.
    pub address: Option<IpAddr>,
    /// What the client calls itself, the first 200 characters of it. Its own word: nothing follows from it.
    pub agent: Option<Arc<str>>,
}

impl Origin {
    /// Of an address, and what the client calls itself.
    #[must_use]
    pub fn new(address: Option<IpAddr>, agent: Option<&str>) -> Self {
        let agent = agent.map(|it| {
            let shown = it.chars().filter(|it| !it.is_control()).take(AGENT_MOST);
            shown.collect::<String>()
        });
        Self {
            address: address.map(|it| it.to_canonical()),
            agent: agent.filter(|it| !it.is_empty()).map(Arc::from),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Origin;

    #[test]
    fn of_what_a_client_calls_itself_only_the_beginning_is_kept() {
        let long = "ⵣ".repeat(1_000);
        let origin = Origin::new(None, Some(&long));
        assert_eq!(origin.agent.unwrap().chars().count(), 200);
        let odd = Origin::new("::ffff:192.0.2.1".parse().ok(), Some("a\u{7}b\n"));
        assert_eq!(odd.agent.as_deref(), Some("ab"));
        assert_eq!(odd.address, "192.0.2.1".parse().ok());
        assert_eq!(Origin::new(None, Some("")).agent, None);
    }
}
