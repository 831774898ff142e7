use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What kind of network an address belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressClass {
    /// This machine: 127.0.0.0/8 and ::1.
    Loopback,
    /// Networks of one's own: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 (RFC 1918) and fc00::/7 (RFC 4193).
    Private,
    /// The segment that a network card is on: 169.254.0.0/16 (RFC 3927) and fe80::/10 (RFC 4291).
    LinkLocal,
    /// Networks between a carrier and its customers: 100.64.0.0/10 (RFC 6598). They are the carrier's, not one's own.
    Shared,
    /// Services of cloud providers that hand out credentials to whoever asks from the machine.
    Metadata,
    /// No host's address: unspecified, `this network`, multicast, broadcast, reserved, or one that is not public inside one
    /// that says it is.
    Special,
    /// Everything else: the public network.
    Global,
}

/// Where clouds answer machines about themselves: most of them at the first address; containers of AWS, Azure's platform,
/// Alibaba and Oracle at the others.
const METADATA_V4: [Ipv4Addr; 6] = [
    Ipv4Addr::new(169, 254, 169, 254),
    Ipv4Addr::new(169, 254, 170, 2),
    Ipv4Addr::new(169, 254, 170, 23),
    Ipv4Addr::new(168, 63, 129, 16),
    Ipv4Addr::new(100, 100, 100, 200),
    Ipv4Addr::new(192, 0, 0, 192),
];

/// The same for IPv6: AWS (machines, containers) and Google.
const METADATA_V6: [Ipv6Addr; 3] = [
    Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0254),
    Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0023),
    Ipv6Addr::new(0xfd20, 0x00ce, 0, 0, 0, 0, 0, 0x0254),
];

impl AddressClass {
    /// The class of an address. An IPv4 address that is written as an IPv6 one (`::ffff:10.0.0.1`) is what it is inside.
    pub fn of(address: IpAddr) -> AddressClass {
        match address {
            IpAddr::V4(address) => of_v4(address),
            IpAddr::V6(address) => of_v6(address),
        }
    }
}

impl fmt::Display for AddressClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AddressClass::Loopback => "an address of this machine",
            AddressClass::Private => "an address of a private network",
            AddressClass::LinkLocal => "a link-local address",
            AddressClass::Shared => "an address between a carrier and its customers",
            AddressClass::Metadata => "the address of a cloud's metadata service",
            AddressClass::Special => "no address of a host",
            AddressClass::Global => "a public address",
        })
    }
}

fn of_v4(address: Ipv4Addr) -> AddressClass {
    let [first, second, ..] = address.octets();
    if METADATA_V4.contains(&address) {
        AddressClass::Metadata
    } else if address.is_loopback() {
        AddressClass::Loopback
    } else if address.is_private() {
        AddressClass::Private
    } else if address.is_link_local() {
        AddressClass::LinkLocal
    } else if first == 100 && second & 0xc0 == 64 {
        AddressClass::Shared
    } else if first == 0 || first >= 224 {
        AddressClass::Special
    } else {
        AddressClass::Global
    }
}

fn of_v6(address: Ipv6Addr) -> AddressClass {
    if let Some(inside) = address.to_ipv4_mapped() {
        of_v4(inside)
    } else if METADATA_V6.contains(&address) {
        AddressClass::Metadata
    } else if address.is_loopback() {
        AddressClass::Loopback
    } else if address.is_unspecified() || address.is_multicast() {
        AddressClass::Special
    } else if address.is_unique_local() {
        AddressClass::Private
    } else if address.is_unicast_link_local() {
        AddressClass::LinkLocal
    } else if embedded(address).is_some_and(|inside| of_v4(inside) != AddressClass::Global) {
        AddressClass::Special
    } else {
        AddressClass::Global
    }
}

/// The IPv4 address that a gateway would go on to: NAT64 (64:ff9b::/96, RFC 6052), 6to4 (2002::/16, RFC 3056), and the old
/// `::a.b.c.d` (RFC 4291). None of them may stand for an address that is not public.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let joined = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match address.segments() {
        [0x0064, 0xff9b, 0, 0, 0, 0, high, low] | [0, 0, 0, 0, 0, 0, high, low] => Some(joined(high, low)),
        [0x2002, high, low, ..] => Some(joined(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn class(text: &str) -> AddressClass {
        AddressClass::of(text.parse().unwrap_or_else(|error| panic!("{text}: {error}")))
    }

    #[test]
    fn networks_begin_and_end_where_their_rfc_says() {
        use AddressClass::{Global, LinkLocal, Loopback, Metadata, Private, Shared, Special};
        let table = [
            (Loopback, "127.0.0.0 127.0.0.1 127.255.255.255 ::1"),
            (Private, "10.0.0.0 10.255.255.255 172.16.0.0 172.31.255.255 192.168.0.0 192.168.255.255"),
            (Private, "fc00:: fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff fd00:ec2::253"),
            (LinkLocal, "169.254.0.0 169.254.255.255 169.254.169.253 fe80:: fe80::1 febf::1"),
            (Shared, "100.64.0.0 100.127.255.255"),
            (
                Metadata,
                "169.254.169.254 169.254.170.2 169.254.170.23 168.63.129.16 100.100.100.200 192.0.0.192",
            ),
            (Metadata, "fd00:ec2::254 fd00:ec2::23 fd20:ce::254 ::ffff:169.254.169.254"),
            (
                Special,
                "0.0.0.0 0.255.255.255 224.0.0.0 239.255.255.255 240.0.0.0 255.255.255.255 :: ff00:: ff02::1",
            ),
            (Global, "1.0.0.0 9.255.255.255 11.0.0.0 126.255.255.255 128.0.0.0 172.15.255.255 172.32.0.0"),
            (Global, "192.167.255.255 192.169.0.0 169.253.255.255 169.255.0.0 100.63.255.255 100.128.0.0"),
            (Global, "223.255.255.255 2001:db8::1 2606:2800:220:1::1 fbff::1 fe00::1 fec0::1"),
        ];
        for (expected, addresses) in table {
            for address in addresses.split(' ') {
                assert_eq!(class(address), expected, "{address}");
            }
        }
    }

    #[test]
    fn an_address_inside_another_is_looked_at() {
        for (address, expected) in [
            ("::ffff:127.0.0.1", AddressClass::Loopback),
            ("::ffff:10.1.2.3", AddressClass::Private),
            ("::ffff:0.0.0.0", AddressClass::Special),
            ("::ffff:93.184.216.34", AddressClass::Global),
            ("64:ff9b::10.0.0.1", AddressClass::Special),
            ("64:ff9b::169.254.169.254", AddressClass::Special),
            ("64:ff9b::93.184.216.34", AddressClass::Global),
            ("2002:7f00:1::1", AddressClass::Special),
            ("2002:5db8:d822::1", AddressClass::Global),
            ("::127.0.0.1", AddressClass::Special),
            ("::10.0.0.1", AddressClass::Special),
        ] {
            assert_eq!(class(address), expected, "{address}");
        }
    }

    proptest! {
        #[test]
        fn writing_an_address_as_ipv6_changes_nothing(bits: u32) {
            let address = Ipv4Addr::from_bits(bits);
            prop_assert_eq!(
                AddressClass::of(IpAddr::V6(address.to_ipv6_mapped())),
                AddressClass::of(IpAddr::V4(address))
            );
        }
    }
}
