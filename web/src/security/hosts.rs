use axum::http::uri::Authority;
use axum::http::{HeaderMap, Uri, header};
use std::net::IpAddr;

/// The host names that this service answers to. A page of another site can make a browser resolve that site's name to
/// our address (DNS rebinding) and then read the answer. Requests under other names are therefore refused.
#[derive(Debug, Clone, Default)]
pub struct Hosts {
    names: Vec<String>,
}

impl Hosts {
    /// `localhost`, every IP address, and these names.
    pub fn new(names: &[String]) -> Hosts {
        Hosts { names: names.iter().map(|name| name.trim_end_matches('.').to_ascii_lowercase()).collect() }
    }

    /// True if the request is for one of our names. The port does not matter, because a tunnel uses a different one.
    pub fn own(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        let mut hosts = headers.get_all(header::HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            return false;
        };
        let host = host.to_str().ok().and_then(|host| host.parse::<Authority>().ok());
        let known = |authority: &Authority| {
            !authority.as_str().contains('@') && ends_well(authority) && self.is_own(authority.host())
        };
        host.is_some_and(|host| known(&host)) && uri.authority().is_none_or(known)
    }

    /// Nobody's name server can point an IP address to another machine.
    fn is_own(&self, host: &str) -> bool {
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let name = bare.trim_end_matches('.').to_ascii_lowercase();
        bare.parse::<IpAddr>().is_ok() || name == "localhost" || self.names.contains(&name)
    }
}

/// True if nothing but a port follows the host: `[::1]x` is no address.
fn ends_well(authority: &Authority) -> bool {
    match authority.as_str().strip_prefix(authority.host()).unwrap_or_default() {
        "" => authority.as_str() == authority.host(),
        rest => rest.strip_prefix(':').is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn own(uri: &str, hosts: &[&str]) -> bool {
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append(header::HOST, HeaderValue::from_str(host).expect("the test's hosts are ASCII"));
        }
        let ours = Hosts::new(&["Code.Example.org".to_owned()]);
        ours.own(&uri.parse().expect("the test's addresses are right"), &headers)
    }

    #[test]
    fn only_our_names_are_answered() {
        let good = [
            "localhost",
            "LOCALHOST:8617",
            "127.0.0.1:1",
            "[::1]:8617",
            "[::1]",
            "10.0.0.7",
            "code.example.org",
            "code.example.org.:80",
        ];
        for host in good {
            assert!(own("/", &[host]), "{host}");
        }
        let bad = [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "",
            "user@localhost",
            "[::1]x",
            "[::1].evil.example",
            "[::1]x:80",
            "[::1]:80x",
            "localhost:x",
            "a b",
            "example.org",
        ];
        for host in bad {
            assert!(!own("/", &[host]), "{host}");
        }
    }

    #[test]
    fn one_host_is_needed_and_the_address_must_agree() {
        assert!(!own("/", &[]));
        assert!(!own("/", &["localhost", "localhost"]));
        assert!(own("http://localhost/x", &["localhost"]));
        assert!(!own("http://evil.example/x", &["localhost"]));
    }
}
