use crate::AddressClass;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// How far the program's own connections may reach. Each tier allows what the one before it allows, and more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum PrivacyTier {
    /// Only this machine.
    #[default]
    Sovereign,
    /// This machine and private networks.
    Private,
    /// Any host.
    Standard,
}

/// No tier has that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no privacy tier; there are sovereign, private and standard")]
pub struct UnknownTier(String);

impl PrivacyTier {
    /// All of them, the strictest first.
    pub const ALL: [PrivacyTier; 3] = [PrivacyTier::Sovereign, PrivacyTier::Private, PrivacyTier::Standard];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            PrivacyTier::Sovereign => "sovereign",
            PrivacyTier::Private => "private",
            PrivacyTier::Standard => "standard",
        }
    }

    /// True if addresses of this class may be reached. No tier reaches the metadata services of clouds: they give out
    /// credentials, and nothing else is at their addresses. Most of these services, also new ones, have link-local
    /// addresses, so no tier reaches those either.
    pub fn allows(self, class: AddressClass) -> bool {
        match class {
            AddressClass::Loopback => true,
            AddressClass::Private => self >= PrivacyTier::Private,
            AddressClass::Shared | AddressClass::Global => self >= PrivacyTier::Standard,
            AddressClass::LinkLocal | AddressClass::Metadata | AddressClass::Special => false,
        }
    }

    /// The strictest tier that allows the class, if any does.
    pub fn that_allows(class: AddressClass) -> Option<PrivacyTier> {
        PrivacyTier::ALL.into_iter().find(|tier| tier.allows(class))
    }

    /// Decides whether a name may be looked up. In the strictest tier only `localhost` may, which this machine resolves
    /// itself: the query alone would reveal the name to others.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn judge_name(self, name: &str) -> Result<(), Refusal> {
        let own = name.eq_ignore_ascii_case("localhost");
        if self >= PrivacyTier::Private || own { Ok(()) } else { Err(Refusal::Name { tier: self }) }
    }

    /// Judges a connection to an address.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn judge(self, address: IpAddr, encrypted: bool) -> Result<(), Refusal> {
        let class = AddressClass::of(address);
        if !self.allows(class) {
            return Err(Refusal::Tier { tier: self, address, class });
        }
        let own = matches!(class, AddressClass::Loopback | AddressClass::Private);
        if !encrypted && !own {
            return Err(Refusal::NotEncrypted { address, class });
        }
        Ok(())
    }
}

impl fmt::Display for PrivacyTier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for PrivacyTier {
    type Err = UnknownTier;

    fn from_str(text: &str) -> Result<PrivacyTier, UnknownTier> {
        let found = PrivacyTier::ALL.into_iter().find(|tier| tier.as_str() == text);
        found.ok_or_else(|| UnknownTier(text.to_owned()))
    }
}

/// Why a connection is not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The tier does not reach such addresses.
    #[error("{address} is {class}, and the privacy tier is {tier}")]
    Tier {
        /// The tier in force.
        tier: PrivacyTier,
        /// The address.
        address: IpAddr,
        /// What it is.
        class: AddressClass,
    },
    /// Resolving the name would ask other machines.
    #[error("its name would be looked up elsewhere, and the privacy tier is {tier}")]
    Name {
        /// The tier in force.
        tier: PrivacyTier,
    },
    /// Others on the way could read it.
    #[error("{address} is {class}: it is reached only by https")]
    NotEncrypted {
        /// The address.
        address: IpAddr,
        /// What it is.
        class: AddressClass,
    },
}

impl Refusal {
    /// The strictest tier that would not have refused; none if no tier would help.
    pub fn tier_that_allows(&self) -> Option<PrivacyTier> {
        match self {
            Refusal::Tier { class, .. } => PrivacyTier::that_allows(*class),
            Refusal::Name { .. } => Some(PrivacyTier::Private),
            Refusal::NotEncrypted { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::net::{Ipv4Addr, Ipv6Addr};

    #[test]
    fn what_each_tier_reaches() {
        // address; with https in sovereign, private, standard; with http in the same
        let table = [
            ("127.0.0.1", "yes yes yes", "yes yes yes"),
            ("::1", "yes yes yes", "yes yes yes"),
            ("::ffff:127.0.0.1", "yes yes yes", "yes yes yes"),
            ("10.0.0.1", "no yes yes", "no yes yes"),
            ("172.16.0.1", "no yes yes", "no yes yes"),
            ("192.168.1.1", "no yes yes", "no yes yes"),
            ("fd12:3456::1", "no yes yes", "no yes yes"),
            ("::ffff:10.0.0.1", "no yes yes", "no yes yes"),
            ("100.64.0.1", "no no yes", "no no no"),
            ("169.254.1.1", "no no no", "no no no"),
            ("fe80::1", "no no no", "no no no"),
            ("93.184.216.34", "no no yes", "no no no"),
            ("2606:2800:220:1::1", "no no yes", "no no no"),
            ("169.254.169.254", "no no no", "no no no"),
            ("::ffff:169.254.169.254", "no no no", "no no no"),
            ("fd00:ec2::254", "no no no", "no no no"),
            ("100.100.100.200", "no no no", "no no no"),
            ("0.0.0.0", "no no no", "no no no"),
            ("::", "no no no", "no no no"),
            ("224.0.0.1", "no no no", "no no no"),
            ("ff02::1", "no no no", "no no no"),
            ("255.255.255.255", "no no no", "no no no"),
        ];
        for (address, https, http) in table {
            for (encrypted, expected) in [(true, https), (false, http)] {
                let address: IpAddr = address.parse().expect("an address");
                let judged = PrivacyTier::ALL
                    .map(|tier| if tier.judge(address, encrypted).is_ok() { "yes" } else { "no" });
                assert_eq!(judged.join(" "), expected, "{address} encrypted: {encrypted}");
            }
        }
    }

    #[test]
    fn a_refusal_names_the_tier_the_class_and_the_way_out() {
        let refused = |tier: PrivacyTier, address: &str, encrypted| {
            tier.judge(address.parse().expect("an address"), encrypted).expect_err("it is refused")
        };
        let refusal = refused(PrivacyTier::Sovereign, "10.0.0.1", false);
        assert_eq!(
            refusal.to_string(),
            "10.0.0.1 is an address of a private network, and the privacy tier is sovereign"
        );
        assert_eq!(refusal.tier_that_allows(), Some(PrivacyTier::Private));
        let refusal = refused(PrivacyTier::Private, "93.184.216.34", true);
        assert_eq!(refusal.tier_that_allows(), Some(PrivacyTier::Standard));
        let refusal = refused(PrivacyTier::Standard, "93.184.216.34", false);
        assert_eq!(refusal.to_string(), "93.184.216.34 is a public address: it is reached only by https");
        assert_eq!(refusal.tier_that_allows(), None);
        assert_eq!(refused(PrivacyTier::Private, "169.254.169.254", true).tier_that_allows(), None);
    }

    #[test]
    fn names_of_tiers_are_read_back() {
        for tier in PrivacyTier::ALL {
            assert_eq!(tier.as_str().parse(), Ok(tier));
        }
        for wrong in ["", "Sovereign", "public", " private"] {
            assert!(wrong.parse::<PrivacyTier>().is_err(), "{wrong}");
        }
    }

    fn any_address() -> impl Strategy<Value = IpAddr> {
        prop_oneof![
            any::<u32>().prop_map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits))),
            any::<u128>().prop_map(|bits| IpAddr::V6(Ipv6Addr::from_bits(bits))),
            // Most of the interesting IPv6 networks are identified by the first segment.
            (0xfb00_u16..=0xffff, any::<u64>()).prop_map(|(first, low)| IpAddr::V6(Ipv6Addr::from_bits(
                u128::from(first) << 112 | u128::from(low)
            ))),
        ]
    }

    #[test]
    fn no_tier_reaches_a_metadata_service() {
        for service in crate::METADATA_SERVICES {
            for tier in PrivacyTier::ALL {
                let refusal = tier.judge(service.address, true).expect_err(service.of);
                assert_eq!(refusal.tier_that_allows(), None);
            }
        }
    }

    proptest! {
        #[test]
        fn a_wider_tier_allows_all_that_a_stricter_one_does(address in any_address(), encrypted: bool) {
            let judged = PrivacyTier::ALL.map(|tier| tier.judge(address, encrypted).is_ok());
            prop_assert!(judged.is_sorted(), "{address}: {judged:?}");
        }

        #[test]
        fn encryption_is_never_a_reason_to_refuse(address in any_address()) {
            for tier in PrivacyTier::ALL {
                prop_assert!(tier.judge(address, false).is_err() || tier.judge(address, true).is_ok());
            }
        }

        #[test]
        fn the_strictest_tier_reaches_this_machine_alone(address in any_address()) {
            let own = address.to_canonical().is_loopback();
            prop_assert_eq!(PrivacyTier::Sovereign.judge(address, false).is_ok(), own);
        }
    }
}
