use std::net::{IpAddr, Ipv6Addr};

/// The client of a connection, identified by its address alone. For IPv6 this is the 64-bit network, because one
/// machine can have all of it. For IPv4 it is the address, also in its IPv6-mapped form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientAddress(IpAddr);

impl ClientAddress {
    /// The client at an address.
    pub fn of(address: IpAddr) -> ClientAddress {
        ClientAddress(match address.to_canonical() {
            IpAddr::V4(address) => address.into(),
            IpAddr::V6(address) if address.is_loopback() => address.into(),
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        })
    }

    /// The client's site: for IPv6 the 48-bit network, the largest that providers hand out (RFC 6177). `None` for IPv4,
    /// where only the address is known.
    pub fn site(self) -> Option<ClientAddress> {
        match self.0 {
            IpAddr::V6(address) if !address.is_loopback() => {
                Some(ClientAddress(Ipv6Addr::from_bits(address.to_bits() >> 80 << 80).into()))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_that_one_machine_can_have_to_itself_is_one_client() {
        let client = |text: &str| ClientAddress::of(text.parse().expect("an address"));
        assert_eq!(client("192.0.2.1"), client("::ffff:192.0.2.1"));
        assert_ne!(client("192.0.2.1"), client("192.0.2.2"));
        assert_eq!(client("2001:db8:1:2::1"), client("2001:db8:1:2:ffff::9"));
        assert_ne!(client("2001:db8:1:2::1"), client("2001:db8:1:3::1"));
        assert_ne!(client("::1"), client("::2"));
        assert_eq!(client("2001:db8:1:2::1").site(), client("2001:db8:1:ffff::1").site());
        assert_ne!(client("2001:db8:1:2::1").site(), client("2001:db8:2:2::1").site());
        assert!(
            ["192.0.2.1", "::ffff:192.0.2.1", "::1"].into_iter().all(|text| client(text).site().is_none())
        );
    }
}
