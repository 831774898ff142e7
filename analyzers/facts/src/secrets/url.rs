//! Passwords in the user information of URLs (RFC 3986, section 3.2.1).

use super::{Found, dummy};
use bstr::ByteSlice;
use std::ops::Range;

pub(super) const KIND: &str = "url-password";
pub(super) const ANCHOR: &str = "://";

/// The longest user information looked at.
const LONGEST: usize = 256;

/// Hosts of documentation and of the developer's own machine.
const OWN_HOSTS: &[&[u8]] =
    &[b"localhost", b"127.0.0.1", b"0.0.0.0", b"[::1]", b"host", b"hostname", b"server", b"proxy"];

/// The password of `scheme://user:password@host`, when it looks like one that somebody uses.
pub(super) fn find(source: &[u8], anchor: Range<usize>) -> Option<Found> {
    let scheme =
        source[..anchor.start].iter().rev().take(12).take_while(|b| b.is_ascii_alphanumeric() || **b == b'+');
    if scheme.count() < 2 {
        return None;
    }
    let authority = &source[anchor.end..source.len().min(anchor.end + LONGEST)];
    let ends = |byte: u8| {
        byte <= b' '
            || byte == 0x7f
            || matches!(byte, b'/' | b'"' | b'\'' | b'`' | b'<' | b'>' | b'\\' | b'?' | b'#')
    };
    let length = authority.iter().position(|byte| ends(*byte)).unwrap_or(authority.len());
    let authority = &authority[..length];
    let at = authority.rfind_byte(b'@')?;
    let colon = authority[..at].find_byte(b':')?;
    let (user, password, host) = (&authority[..colon], &authority[colon + 1..at], &authority[at + 1..]);
    if !is_real(user, password) || is_sample_host(host) {
        return None;
    }
    let start = anchor.end + colon + 1;
    Some(Found { kind: KIND, range: start..start + password.len() })
}

fn is_real(user: &[u8], password: &[u8]) -> bool {
    let class = |test: fn(&u8) -> bool| usize::from(password.iter().any(test));
    let classes = class(u8::is_ascii_lowercase)
        + class(u8::is_ascii_uppercase)
        + class(u8::is_ascii_digit)
        + class(|byte| byte.is_ascii_punctuation());
    let filled_in_later = password.iter().any(|byte| b"{}$[]()|,;".contains(byte))
        || user.iter().any(|byte| b"{$".contains(byte));
    let letters: Vec<u8> = password.iter().filter(|byte| byte.is_ascii_alphabetic()).copied().collect();
    password.len() >= 6
        && classes >= 2
        && user != password
        && !(user.len() >= 3 && letters.eq_ignore_ascii_case(user))
        && !filled_in_later
        && !dummy::is_dummy(password)
        && dummy::entropy(password) >= 2.25
}

fn is_sample_host(host: &[u8]) -> bool {
    let port = if host.starts_with(b"[") { host.rfind(b"]:").map(|at| at + 1) } else { host.find_byte(b':') };
    let name = host[..port.unwrap_or(host.len())].to_ascii_lowercase();
    name.is_empty()
        || OWN_HOSTS.contains(&&name[..])
        || name.find(b"example").is_some()
        || [&b".test"[..], b".invalid", b".localhost"].iter().any(|end| name.ends_with(end))
        || [&b"foo."[..], b"bar.", b"host.", b"test."].iter().any(|start| name.starts_with(start))
}
