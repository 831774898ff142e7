use hyper::http::Uri;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A place to send requests to: an `http` or `https` URL.
///
/// Its path and query may contain secrets, so it is displayed only as `https://host:port`.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    encrypted: bool,
    /// The name or address, without brackets.
    host: String,
    port: u16,
    /// The path with the query, as the request line carries it.
    path: String,
}

/// Why a text is not a target. The text itself is not shown: it may contain secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// It is not a URL.
    #[error("it is no absolute URL such as https://code.example.org/hook")]
    NotAUrl,
    /// It is a URL of something else.
    #[error("it begins neither with https:// nor with http://")]
    Scheme,
    /// The port is invalid.
    #[error("its port is not a number from 1 to 65535")]
    Port,
    /// Programs do not agree on what `0251.254.43518` is.
    #[error("its host ends in a number, but is no address of four decimal numbers such as 192.0.2.1")]
    OddAddress,
    /// Credentials in a URL end up in logs (RFC 9110, section 4.2.4).
    #[error("it holds a user name or password before the @; a request to a URL carries none")]
    UserInfo,
}

impl Target {
    /// Parses a URL. A fragment is left out: it is never sent.
    ///
    /// # Errors
    /// The URL is not a valid target.
    pub fn parse(url: &str) -> Result<Target, TargetError> {
        let uri: Uri = url.parse().map_err(|_| TargetError::NotAUrl)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(TargetError::NotAUrl);
        };
        let encrypted = match scheme {
            _ if scheme.eq_ignore_ascii_case("https") => true,
            _ if scheme.eq_ignore_ascii_case("http") => false,
            _ => return Err(TargetError::Scheme),
        };
        if authority.as_str().contains('@') {
            return Err(TargetError::UserInfo);
        }
        let written = authority.as_str().strip_prefix(authority.host()).ok_or(TargetError::NotAUrl)?;
        let port = match written.trim_start_matches(':') {
            "" if encrypted => 443,
            "" => 80,
            digits => port(digits).ok_or(TargetError::Port)?,
        };
        let bracketed = authority.host().strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let host = bracketed.unwrap_or(authority.host());
        let is_v6 = || host.parse::<Ipv6Addr>().is_ok();
        if host.is_empty() || (bracketed.is_some() && !is_v6()) {
            return Err(TargetError::NotAUrl);
        }
        if bracketed.is_none() && ends_in_a_number(host) && host.parse::<Ipv4Addr>().is_err() {
            return Err(TargetError::OddAddress);
        }
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        Ok(Target { encrypted, host: host.to_owned(), port, path })
    }

    /// True for `https`.
    pub fn is_encrypted(&self) -> bool {
        self.encrypted
    }

    /// The address, if the URL contains one instead of a host name.
    pub fn address(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }

    /// The name or address of the host, without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port; the default one if the URL names none.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The path with the query.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The value of the `Host` header: with the port only if it is not the default (RFC 9110, section 7.2).
    pub(crate) fn host_header(&self) -> String {
        let usual = if self.encrypted { 443 } else { 80 };
        if self.port == usual { self.bracketed() } else { format!("{}:{}", self.bracketed(), self.port) }
    }

    fn bracketed(&self) -> String {
        if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() }
    }
}

/// True for a host that browsers and the system's look-up interpret as an IPv4 address, in any notation: its last part
/// is a number (WHATWG URL, "ends in a number").
fn ends_in_a_number(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let last = host.rsplit('.').next().unwrap_or(host);
    let hexadecimal = last.strip_prefix("0x").or_else(|| last.strip_prefix("0X"));
    let is_decimal = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
    is_decimal || hexadecimal.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn port(digits: &str) -> Option<u16> {
    let port = digits.parse().ok().filter(|port| *port > 0);
    // The standard library also accepts `+80`.
    port.filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.encrypted { "https" } else { "http" };
        write!(f, "{scheme}://{}:{}", self.bracketed(), self.port)
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Target({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_url_says_where_and_how() {
        let table = [
            ("http://127.0.0.1", "http://127.0.0.1:80", "127.0.0.1", "/"),
            ("https://code.example.org", "https://code.example.org:443", "code.example.org", "/"),
            (
                "https://code.example.org:8443/a/b?c=d",
                "https://code.example.org:8443",
                "code.example.org:8443",
                "/a/b?c=d",
            ),
            ("HTTP://[::1]:80/x#part", "http://[::1]:80", "[::1]", "/x"),
            ("http://[::1]:81?q", "http://[::1]:81", "[::1]:81", "/?q"),
            ("http://h:/x", "http://h:80", "h", "/x"),
        ];
        for (url, shown, host, path) in table {
            let target = Target::parse(url).unwrap_or_else(|error| panic!("{url}: {error}"));
            assert_eq!((target.to_string().as_str(), target.host_header().as_str()), (shown, host), "{url}");
            assert_eq!(target.path(), path, "{url}");
        }
        let address = |url| Target::parse(url).expect("a URL").address();
        assert_eq!(address("http://[::ffff:10.0.0.1]/"), "::ffff:10.0.0.1".parse().ok());
        assert_eq!(address("http://10.0.0.1/"), "10.0.0.1".parse().ok());
        assert_eq!(address("http://localhost/"), None);
    }

    #[test]
    fn an_address_is_written_in_one_way_only() {
        let odd = [
            "2852039166",
            "0xa9fea9fe",
            "0XA9FEA9FE",
            "0xa9fe.0xa9fe",
            "0251.0376.0251.0376",
            "169.254.43518",
            "169.16689662",
            "0251.254.169.254",
            "169.254.169.0xfe",
            "169.254.169.254.",
            "1.2.3.4.5",
            "256.1.1.1",
            "127.1",
            "0x",
            "0",
            "a.1",
            "010.0.0.1",
            "metadata.0x0",
        ];
        for host in odd {
            for url in [format!("http://{host}/"), format!("https://{host}:8443/a")] {
                assert_eq!(Target::parse(&url), Err(TargetError::OddAddress), "{url}");
            }
        }
        // Zones, percent-encoding and non-ASCII digits are not allowed in a host.
        for host in [
            "[fe80::1%25eth0]",
            "[fe80::a9fe:a9fe%1]",
            "%31%36%39.254.169.254",
            "169.254.169.25４",
            "①⑥⑨.254.169.254",
            "169。254。169。254",
        ] {
            assert!(Target::parse(&format!("http://{host}/")).is_err(), "{host}");
        }
        for name in ["a1", "1.example.org", "0x.example", "a0x1", "1-2", "x.0y1"] {
            assert!(Target::parse(&format!("http://{name}/")).is_ok(), "{name}");
        }
    }

    #[test]
    fn what_is_no_place_to_send_to_is_told_from_the_others() {
        let table = [
            (
                TargetError::NotAUrl,
                "|code.example.org|/hook|//host/hook|https://|https:///hook|http://a b/|http://größe/|http://[::g]/|http://[v1.x]/",
            ),
            (TargetError::Scheme, "ftp://host/|file://host/etc|unix://socket/"),
            (
                TargetError::UserInfo,
                "https://user@host/|https://user:secret@host/|http://@host/|http://10.0.0.1@host/",
            ),
            (TargetError::Port, "http://host:0/|http://host:65536/|http://host:+80/|http://host:x/"),
        ];
        for (error, urls) in table {
            for url in urls.split('|') {
                assert_eq!(Target::parse(url), Err(error), "{url}");
            }
        }
    }

    #[test]
    fn secrets_in_a_url_are_not_shown() {
        let target = Target::parse("https://host/secret?token=secret#secret").expect("a URL");
        assert!(!format!("{target} {target:?}").contains("secret"));
    }

    proptest! {
        #[test]
        fn any_text_is_a_target_or_an_error(text in "(https?://)?[\\PC]{0,40}") {
            if let Ok(target) = Target::parse(&text) {
                prop_assert!(target.port() > 0 && !target.host().is_empty() && target.path().starts_with('/'));
                // It parses to the same target again.
                let again = Target::parse(&format!("{target}{}", target.path()));
                prop_assert_eq!(again, Ok(target));
            }
        }
    }
}
