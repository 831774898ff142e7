//! Passwords in the user information of URLs (RFC 3986, section 3.2.1).

use super::{Found, dummy, randomness};
use bstr::ByteSlice;
use std::ops::Range;

pub(super) const KIND: &str = "url-password";
pub(super) const ANCHOR: &str = "://";
pub(super) const PGPASS: &str = "pgpass-password";
/// The usual port in the lines of PostgreSQL's password file.
pub(super) const PGPASS_ANCHOR: &str = ":5432:";

/// The longest user information that is read.
const LONGEST: usize = 256;

/// Hosts used in documentation, and the developer's own machine.
const OWN_HOSTS: &[&[u8]] = &[
    b"localhost",
    b"127.0.0.1",
    b"0.0.0.0",
    b"[::1]",
    b"host",
    b"hostname",
    b"server",
    b"proxy",
    b"foo",
    b"bar",
    b"baz",
];

/// The password of `scheme://user:password@host`, if it looks real.
pub(super) fn find(source: &[u8], anchor: &Range<usize>) -> Option<Found> {
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

/// Placeholder users in documentation and in tests of parsers.
const SAMPLE_USERS: &[&[u8]] = &[
    b"a",
    b"b",
    b"u",
    b"x",
    b"me",
    b"foo",
    b"bar",
    b"baz",
    b"usr",
    b"user",
    b"username",
    b"users",
    b"name",
    b"login",
    b"test",
    b"tester",
    b"hello",
    b"fake",
    b"joe",
    b"john",
    b"alice",
    b"bob",
    b"someone",
    b"somebody",
];

/// Bits of evidence needed for a password next to a placeholder user: the rest of the URL is made up.
const BESIDE_SAMPLE_USER: f64 = 5.0;

/// True for a password that may be real. Escapes are decoded first.
fn is_real(user: &[u8], written: &[u8]) -> bool {
    let filled_in_later = written.iter().any(|byte| b"{}$[]()|,;".contains(byte))
        || user.iter().any(|byte| b"{$".contains(byte));
    let (user, password) = (without_escapes(user), without_escapes(written));
    let class = |test: fn(&u8) -> bool| usize::from(password.iter().any(test));
    let classes = class(u8::is_ascii_lowercase)
        + class(u8::is_ascii_uppercase)
        + class(u8::is_ascii_digit)
        + class(|byte| byte.is_ascii_punctuation());
    let letters = letters_of(&password);
    let same = |one: &[u8], other: &[u8]| one.len() >= 3 && one.eq_ignore_ascii_case(other);
    // Tests of parsers escape characters that need no escape, or that nobody can type.
    let typed =
        |text: &[u8]| text.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ' || *byte >= 0x80);
    password.len() >= 6
        && classes >= 2
        && typed(&password)
        && typed(&user)
        && user != password
        && !same(&letters, &user)
        && !same(&letters, &letters_of(&user))
        && !filled_in_later
        && ![written, &password[..], &letters[..]].into_iter().any(dummy::is_dummy)
        && dummy::entropy(&password) >= 2.25
        && (!is_sample_user(&user) || randomness::bits(&password) >= BESIDE_SAMPLE_USER)
}

fn letters_of(text: &[u8]) -> Vec<u8> {
    text.iter().filter(|byte| byte.is_ascii_alphabetic()).copied().collect()
}

/// True for `user`, `User1`, `user.name`, `old-user`.
fn is_sample_user(user: &[u8]) -> bool {
    let words = user.split(|byte| !byte.is_ascii_alphabetic()).map(<[u8]>::to_ascii_lowercase);
    words.into_iter().any(|word| SAMPLE_USERS.contains(&&word[..]))
}

/// The text with `%20` and the like decoded.
fn without_escapes(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut at = 0;
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    while at < text.len() {
        let escaped = digit(text.get(at + 1)).zip(digit(text.get(at + 2))).filter(|_| text[at] == b'%');
        plain.push(match escaped {
            Some((high, low)) => (high * 16 + low) as u8,
            None => text[at],
        });
        at += if escaped.is_some() { 3 } else { 1 };
    }
    plain
}

fn is_sample_host(host: &[u8]) -> bool {
    let port = if host.starts_with(b"[") { host.rfind(b"]:").map(|at| at + 1) } else { host.find_byte(b':') };
    let name = host[..port.unwrap_or(host.len())].to_ascii_lowercase();
    // `%HOSTIP` is filled in later.
    let is_template = name.iter().any(|byte| b"%$".contains(byte)) && !name.starts_with(b"[");
    name.is_empty()
        || is_template
        || OWN_HOSTS.contains(&&name[..])
        || name.find(b"example").is_some()
        || [&b".test"[..], b".invalid", b".localhost"].iter().any(|end| name.ends_with(end))
        || [&b"foo."[..], b"bar.", b"host.", b"test."].iter().any(|start| name.starts_with(start))
}

/// The password of `host:5432:database:user:password`, a line of PostgreSQL's password file.
pub(super) fn find_pgpass(source: &[u8], anchor: &Range<usize>) -> Option<Found> {
    let line = source[anchor.end..].iter().take(LONGEST).position(|byte| *byte <= b' ');
    let end = line.map_or(source.len(), |line| anchor.end + line);
    let rest = source.get(anchor.end..end).filter(|rest| rest.len() <= LONGEST)?;
    let mut fields = rest.splitn(3, |byte| *byte == b':');
    let (_, user, password) = (fields.next()?, fields.next()?, fields.next()?);
    let real = is_real(user, password) && randomness::bits(password) >= 5.0;
    real.then_some(Found { kind: PGPASS, range: end - password.len()..end })
}
