//! Addresses where clouds provide metadata, including credentials, to their machines.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The address of a cloud's metadata service. No privacy tier reaches it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MetadataService {
    /// Where it is.
    pub address: IpAddr,
    /// The cloud provider.
    pub of: &'static str,
}

const fn v4(octets: [u8; 4], of: &'static str) -> MetadataService {
    MetadataService { address: IpAddr::V4(Ipv4Addr::from_octets(octets)), of }
}

const fn v6(segments: [u16; 8], of: &'static str) -> MetadataService {
    MetadataService { address: IpAddr::V6(Ipv6Addr::from_segments(segments)), of }
}

/// Metadata services with known addresses. Most others have link-local addresses, which no tier reaches either.
/// docs/serve.md has the same list; a test compares them.
pub const METADATA_SERVICES: &[MetadataService] = &[
    v4(
        [169, 254, 169, 254],
        "AWS, Azure, Google Cloud, DigitalOcean, Hetzner, Huawei, IBM, Linode, OpenStack, Oracle, Vultr, Yandex",
    ),
    v4([169, 254, 169, 253], "AWS: its name server"),
    v4([169, 254, 169, 252], "Google Kubernetes Engine"),
    v4([169, 254, 169, 250], "Rancher"),
    v4([169, 254, 170, 2], "AWS: containers (ECS)"),
    v4([169, 254, 170, 23], "AWS: pods (EKS)"),
    v4([169, 254, 42, 42], "Scaleway"),
    v4([169, 254, 0, 23], "Tencent"),
    v4([169, 254, 10, 10], "Tencent: older machines"),
    v4([100, 100, 100, 200], "Alibaba"),
    v4([168, 63, 129, 16], "Azure: the platform itself (WireServer)"),
    v4([192, 0, 0, 192], "Oracle Cloud Classic"),
    v4([192, 80, 8, 124], "Equinix Metal"),
    v6([0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0254], "AWS"),
    v6([0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0253], "AWS: its name server"),
    v6([0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0023], "AWS: pods (EKS)"),
    v6([0xfd20, 0x00ce, 0, 0, 0, 0, 0, 0x0254], "Google Cloud"),
    v6([0xfd00, 0x00c1, 0, 0, 0, 0, 0xa9fe, 0xa9fe], "Oracle"),
    v6([0xfd00, 0x0042, 0, 0, 0, 0, 0, 0x0042], "Scaleway"),
    v6([0xfd00, 0xa9fe, 0xa9fe, 0, 0, 0, 0, 0x0001], "Linode"),
    v6([0xfe80, 0, 0, 0, 0, 0, 0xa9fe, 0xa9fe], "OpenStack"),
];

/// True for the address of a metadata service itself, not for one that embeds it.
pub fn is_metadata_service(address: IpAddr) -> bool {
    METADATA_SERVICES.iter().any(|service| service.address == address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_document_lists_every_address_and_no_other() {
        let document = include_str!("../../docs/serve.md");
        let section = document.split("### Metadata services").nth(1).expect("the section is there");
        let section = section.split("\n#").next().expect("a text has a first part");
        let row = |line: &str| {
            let mut cells = line.split('|').map(str::trim).skip(1);
            let address = cells.next()?.trim_matches('`').parse::<IpAddr>().ok()?;
            Some((address, cells.next()?.to_owned()))
        };
        let listed: BTreeSet<(IpAddr, String)> = section.lines().filter_map(row).collect();
        let known: BTreeSet<(IpAddr, String)> =
            METADATA_SERVICES.iter().map(|service| (service.address, service.of.to_owned())).collect();
        assert_eq!(listed, known);
    }
}
