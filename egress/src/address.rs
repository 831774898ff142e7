use crate::metadata::is_metadata_service;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The kind of network that an address belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressClass {
    /// This machine: 127.0.0.0/8 and ::1.
    Loopback,
    /// Private networks: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 (RFC 1918) and fc00::/7 (RFC 4193).
    Private,
    /// The local network segment: 169.254.0.0/16 (RFC 3927) and fe80::/10 (RFC 4291).
    LinkLocal,
    /// Networks between a carrier and its customers: 100.64.0.0/10 (RFC 6598). They belong to the carrier.
    Shared,
    /// Services of cloud providers that give credentials to any program on the machine
    /// ([`METADATA_SERVICES`](crate::METADATA_SERVICES)), also if embedded in an IPv6 address.
    Metadata,
    /// Not the address of a host: unspecified, `this network`, multicast, broadcast, reserved, of translators that
    /// anyone may have set up, or a public address that embeds a non-public one.
    Special,
    /// Everything else: the public network.
    Global,
}

impl AddressClass {
    /// The class of an address. An IPv4-mapped IPv6 address (`::ffff:10.0.0.1`) has the class of the IPv4 address.
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
    let [first, second, third, _] = address.octets();
    if is_metadata_service(address.into()) {
        AddressClass::Metadata
    } else if address.is_loopback() {
        AddressClass::Loopback
    } else if address.is_private() {
        AddressClass::Private
    } else if address.is_link_local() {
        AddressClass::LinkLocal
    } else if first == 100 && second & 0xc0 == 64 {
        AddressClass::Shared
    } else if first == 0 || first >= 224 || (first, second, third) == (192, 0, 0) {
        AddressClass::Special
    } else {
        AddressClass::Global
    }
}

fn of_v6(address: Ipv6Addr) -> AddressClass {
    if let Some(inside) = address.to_ipv4_mapped() {
        return of_v4(inside);
    }
    if is_metadata_service(address.into()) || holds_metadata_service(address) {
        return AddressClass::Metadata;
    }
    let written = by_network(address);
    let inside = embedded(address).into_iter().map(of_v4).find(|inside| *inside != AddressClass::Global);
    match (written, inside) {
        // Tunnels inside a private network lead to its other addresses.
        (AddressClass::Private, Some(AddressClass::Private)) => AddressClass::Private,
        (AddressClass::Private | AddressClass::Global, Some(AddressClass::Metadata)) => {
            AddressClass::Metadata
        }
        (AddressClass::Private | AddressClass::Global, Some(_)) => AddressClass::Special,
        (written, _) => written,
    }
}

/// The class of an IPv6 address by its network.
fn by_network(address: Ipv6Addr) -> AddressClass {
    let segments = address.segments();
    // 64:ff9b:1::/48 (RFC 8215) is for local translators, with any target; fec0::/10 were the private addresses before
    // fc00::/7 (RFC 3879).
    let of_nobody = segments[..3] == [0x0064, 0xff9b, 1] || segments[0] & 0xffc0 == 0xfec0;
    if address.is_loopback() {
        AddressClass::Loopback
    } else if address.is_unspecified() || address.is_multicast() || of_nobody {
        AddressClass::Special
    } else if address.is_unique_local() {
        AddressClass::Private
    } else if address.is_unicast_link_local() {
        AddressClass::LinkLocal
    } else {
        AddressClass::Global
    }
}

/// The IPv4 addresses that a gateway would forward to: NAT64 (64:ff9b::/96, RFC 6052), translated ones
/// (::ffff:0:0:0/96, RFC 2765), 6to4 (2002::/16, RFC 3056), Teredo (2001::/32, RFC 4380: the server's, and the client's
/// with inverted bits), ISATAP (…:5efe:a.b.c.d, RFC 5214), and the old `::a.b.c.d` (RFC 4291).
fn embedded(address: Ipv6Addr) -> Vec<Ipv4Addr> {
    let joined = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match address.segments() {
        // `::` and `::1` embed no IPv4 address.
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => Vec::new(),
        [0x0064, 0xff9b, 0, 0, 0, 0, high, low]
        | [0, 0, 0, 0, 0 | 0xffff, 0, high, low]
        | [_, _, _, _, 0 | 0x0200, 0x5efe, high, low] => vec![joined(high, low)],
        [0x2002, high, low, ..] => vec![joined(high, low)],
        [0x2001, 0, high, low, _, _, client_high, client_low] => {
            vec![joined(high, low), joined(!client_high, !client_low)]
        }
        _ => Vec::new(),
    }
}

/// True if a translator with its own prefix would forward to a metadata service. Any network may be a prefix (RFC
/// 6052), so every place where an IPv4 address may follow a prefix of 32, 40, 48, 56, 64 or 96 bits is checked. Bits 64
/// to 71 are skipped and zero.
fn holds_metadata_service(address: Ipv6Addr) -> bool {
    let bytes = address.octets();
    let behind = |prefix: usize| {
        let mut places = (prefix / 8..16).filter(|place| prefix == 96 || *place != 8);
        let octets: [u8; 4] = std::array::from_fn(|_| places.next().map_or(0, |place| bytes[place]));
        Ipv4Addr::from_octets(octets)
    };
    let places = [32, 40, 48, 56, 64, 96].into_iter().filter(|prefix| *prefix == 96 || bytes[8] == 0);
    places.map(behind).any(|inside| is_metadata_service(inside.into()))
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
            (Private, "fc00:: fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff fd00:ec2::252"),
            (LinkLocal, "169.254.0.0 169.254.255.255 169.254.169.251 fe80:: fe80::1 febf::1"),
            (Shared, "100.64.0.0 100.127.255.255"),
            (
                Metadata,
                "169.254.169.254 169.254.170.2 169.254.170.23 168.63.129.16 100.100.100.200 192.0.0.192",
            ),
            (Metadata, "169.254.0.23 169.254.10.10 169.254.42.42 192.80.8.124"),
            (
                Metadata,
                "fd00:ec2::254 fd00:ec2::23 fd20:ce::254 fd00:c1::a9fe:a9fe fd00:42::42 fe80::a9fe:a9fe",
            ),
            (Special, "192.0.0.0 192.0.0.255 64:ff9b:1:: 64:ff9b:1:ffff::1 fec0:: feff::1"),
            (
                Special,
                "0.0.0.0 0.255.255.255 224.0.0.0 239.255.255.255 240.0.0.0 255.255.255.255 :: ff00:: ff02::1",
            ),
            (Global, "1.0.0.0 9.255.255.255 11.0.0.0 126.255.255.255 128.0.0.0 172.15.255.255 172.32.0.0"),
            (Global, "192.167.255.255 192.169.0.0 169.253.255.255 169.255.0.0 100.63.255.255 100.128.0.0"),
            (Global, "223.255.255.255 2001:db8::1 2606:2800:220:1::1 fbff::1 fe00::1 64:ff9b:2::1"),
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
            ("64:ff9b::127.0.0.1", AddressClass::Special),
            ("64:ff9b::93.184.216.34", AddressClass::Global),
            ("2002:7f00:1::1", AddressClass::Special),
            ("2002:5db8:d822::1", AddressClass::Global),
            ("::127.0.0.1", AddressClass::Special),
            ("::10.0.0.1", AddressClass::Special),
            ("::ffff:0:10.0.0.1", AddressClass::Special),
            ("::ffff:0:93.184.216.34", AddressClass::Global),
            // A Teredo client at 10.0.0.1, one at 93.184.216.34, and a server at 10.0.0.1.
            ("2001:0:5db8:d822:0:0:f5ff:fffe", AddressClass::Special),
            ("2001:0:5db8:d822:0:0:a247:27dd", AddressClass::Global),
            ("2001:0:a00:1:0:0:a247:27dd", AddressClass::Special),
            // ISATAP inside a private network, and in one that is not.
            ("fd12::5efe:10.0.0.1", AddressClass::Private),
            ("fd12::5efe:127.0.0.1", AddressClass::Special),
            ("2606::200:5efe:10.0.0.1", AddressClass::Special),
        ] {
            assert_eq!(class(address), expected, "{address}");
        }
    }

    /// An IPv4 address after a prefix of this many bits (RFC 6052, section 2.2).
    fn translated(network: Ipv6Addr, prefix: u32, inside: Ipv4Addr) -> Ipv6Addr {
        let kept = network.to_bits() >> (128 - prefix) << (128 - prefix);
        let inside = u128::from(inside.to_bits());
        let written = match prefix {
            96 => inside,
            // Bits 64 to 71 stay zero: the address continues 8 bits later.
            _ => {
                let before = 64_u32.saturating_sub(prefix).min(32);
                let (first, rest) = (inside >> (32 - before), inside & ((1 << (32 - before)) - 1));
                let first = if before == 0 { 0 } else { first << (128 - prefix - before) };
                first | rest << (56 - (32 - before))
            }
        };
        Ipv6Addr::from_bits(kept | written)
    }

    #[test]
    fn the_examples_of_rfc_6052_are_written_as_it_says() {
        let inside = Ipv4Addr::new(192, 0, 2, 33);
        let network: Ipv6Addr = "2001:db8:122:344::".parse().expect("an address");
        for (prefix, expected) in [
            (32, "2001:db8:c000:221::"),
            (40, "2001:db8:1c0:2:21::"),
            (48, "2001:db8:122:c000:2:2100::"),
            (56, "2001:db8:122:3c0:0:221::"),
            (64, "2001:db8:122:344:c0:2:2100::"),
            (96, "2001:db8:122:344::192.0.2.33"),
        ] {
            let expected: Ipv6Addr = expected.parse().expect("an address");
            assert_eq!(translated(network, prefix, inside), expected, "{prefix}");
        }
    }

    #[test]
    fn metadata_services_are_known_in_every_form_of_every_family() {
        let networks = ["64:ff9b::", "64:ff9b:1::", "2001:db8:1:2::", "fd12:3456:789a:1::"];
        for service in crate::METADATA_SERVICES {
            assert_eq!(AddressClass::of(service.address), AddressClass::Metadata, "{service:?}");
            let IpAddr::V4(inside) = service.address else { continue };
            let [a, b, c, d] = inside.octets();
            let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
            let mut hidden = vec![
                inside.to_ipv6_mapped(),
                Ipv6Addr::new(0, 0, 0, 0, 0, 0, high, low),
                Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, high, low),
                Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
                Ipv6Addr::new(0x2001, 0, high, low, 0, 0, !0x5db8, !0xd822),
                Ipv6Addr::new(0x2001, 0, 0x5db8, 0xd822, 0, 0, !high, !low),
                Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0x5efe, high, low),
                Ipv6Addr::new(0x2606, 0, 0, 0, 0x0200, 0x5efe, high, low),
            ];
            for network in networks {
                let network = network.parse().expect("an address");
                hidden.extend([32, 40, 48, 56, 64, 96].map(|prefix| translated(network, prefix, inside)));
            }
            for address in hidden {
                assert_eq!(
                    AddressClass::of(address.into()),
                    AddressClass::Metadata,
                    "{address} holds {inside}"
                );
            }
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
