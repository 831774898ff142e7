use axum::http::uri::Authority;
use axum::http::{HeaderMap, Uri, header};
use std::net::IpAddr;

/// The names that this service answers to. A page of another site can make a browser ask for its own name at our address
/// (DNS rebinding) and then read the answer; under a name that is not ours nothing is answered.
#[derive(Debug, Clone, Default)]
pub struct Hosts {
    names: Vec<String>,
}

impl Hosts {
    /// `localhost`, every IP address, and these names.
    pub fn new(names: &[String]) -> Hosts {
        Hosts { names: names.iter().map(|name| name.trim_end_matches('.').to_ascii_lowercase()).collect() }
    }

    /// True if the request is for a name of ours. Ports do not matter: a tunnel has another one than we have.
    pub fn own(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        let mut hosts = headers.get_all(header::HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            return false;
        };
        let host = host.to_str().ok().and_then(|host| host.parse::<Authority>().ok());
        let known =
            |authority: &Authority| !authority.as_str().contains('@') && self.is_own(authority.host());
        host.is_some_and(|host| known(&host)) && uri.authority().is_none_or(known)
    }

    /// An IP address cannot be bound to another machine by anyone's name server.
    fn is_own(&self, host: &str) -> bool {
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let name = bare.trim_end_matches('.').to_ascii_lowercase();
        bare.parse::<IpAddr>().is_ok() || name == "localhost" || self.names.contains(&name)
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
