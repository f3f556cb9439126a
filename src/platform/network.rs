//! Parts of the network: `10.1.0.0/16`, `fd00::/8`.
//!
//! What is allowed to them is said where they are named.

use std::net::IpAddr;
use std::net::Ipv6Addr;

/// A part of the network: an address and how many of its bits count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    /// Reads `10.1.0.0/16` or `fd00::/8`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/')?;
        let address: IpAddr = address.parse().ok()?;
        let bits: u32 = bits.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        (bits <= most).then_some(Self { address, bits })
    }

    /// Reads those that a text names, separated by blanks; what is none of them is left out.
    #[must_use]
    pub fn all(text: &str) -> Vec<Self> {
        text.split_whitespace().filter_map(Self::read).collect()
    }

    /// An address and how many of its bits count.
    #[must_use]
    pub const fn of(address: IpAddr, bits: u32) -> Self {
        Self { address, bits }
    }

    /// Whether an address is in it.
    #[must_use]
    pub fn holds(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let apart = u32::from(own) ^ u32::from(other);
                apart.leading_zeros() >= self.bits
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let apart = u128::from(own) ^ u128::from(other);
                apart.leading_zeros() >= self.bits
            }
            _ => false,
        }
    }
}

/// The part of the network whose addresses one client chooses among, by its first one: of IPv6 the upper half names it
/// (RFC 4291, 2.5.1), of IPv4 the whole.
#[must_use]
pub fn client(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(it) => it.into(),
        IpAddr::V6(it) => Ipv6Addr::from_bits(it.to_bits() & (!0 << 64)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::Network;
    use super::client;

    #[test]
    fn whoever_chooses_among_addresses_is_one_client() {
        let client = |text: &str| client(text.parse().expect("an address")).to_string();
        assert_eq!(client("192.0.2.7"), "192.0.2.7");
        assert_eq!(client("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(client("2001:db8:1:2:aaaa::1"), client("2001:db8:1:2::2"));
        assert_ne!(client("2001:db8:1:2::1"), client("2001:db8:1:3::1"));
    }

    #[test]
    fn parts_of_the_network_are_read_or_not() {
        for text in [
            "",
            "10.0.0.0",
            "10.0.0.0/33",
            "fd00::/129",
            "x/8",
            "10.0.0.0/-1",
        ] {
            assert_eq!(Network::read(text), None, "{text}");
        }
        for text in ["0.0.0.0/0", "10.0.0.0/8", "::/0", "fd00::/8"] {
            assert!(Network::read(text).is_some(), "{text}");
        }
    }
}
