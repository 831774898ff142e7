//! Literals assigned to telling names: `api_key = "…"`, `"clientSecret": "…"`, `DB_PASSWORD=…`.

use super::{Found, dummy, shape};
use bstr::ByteSlice;
use std::ops::Range;

pub(super) const GENERIC: &str = "assigned-secret";
pub(super) const AWS_SECRET: &str = "aws-secret-access-key";

/// How telling names end, in the spellings that occur; the first letter varies in case and is checked apart.
pub(super) const NAME_ENDINGS: &[&str] = &[
    "assword",
    "ASSWORD",
    "asswd",
    "ASSWD",
    "assphrase",
    "ASSPHRASE",
    "ecret",
    "ECRET",
    "oken",
    "OKEN",
    "pikey",
    "piKey",
    "pi_key",
    "pi-key",
    "PIKEY",
    "PI_KEY",
    "ccess_key",
    "ccess-key",
    "ccessKey",
    "CCESS_KEY",
    "rivate_key",
    "rivateKey",
    "RIVATE_KEY",
];

/// What may follow such an ending in a name, lower case and without separators.
const NAME_TAILS: &[&[u8]] = &[b"", b"key", b"accesskey", b"keybase", b"value"];

/// Names that hold one of these words name something else.
const OTHER_NAMES: &[&[u8]] = &[
    b"public",
    b"hash",
    b"digest",
    b"sha1",
    b"sha256",
    b"md5",
    b"example",
    b"dummy",
    b"fake",
    b"mock",
    b"sample",
    b"csrf",
    b"invalid",
    b"expected",
    b"cancel",
    b"placeholder",
    b"page",
    b"next",
    b"sync",
];

const LONGEST_NAME: usize = 64;
const LONGEST_VALUE: usize = 256;

/// The literal assigned to the name that ends with `anchor`, when it looks random.
pub(super) fn find(source: &[u8], anchor: Range<usize>) -> Option<Found> {
    let name_end = name_end(source, &anchor)?;
    let (value, quoted) = assigned(source, name_end)?;
    let name = name(source, anchor.start, name_end)?;
    let text = &source[value.clone()];
    if is_aws_secret(&name, text) {
        return Some(Found { kind: AWS_SECRET, range: value });
    }
    let real = if quoted { is_random(&name, text) } else { is_random_word(text) };
    real.then_some(Found { kind: GENERIC, range: value })
}

/// Where the name ends that has `anchor` in it, if it ends as a telling name does.
fn name_end(source: &[u8], anchor: &Range<usize>) -> Option<usize> {
    let first = source[..anchor.start].last()?.to_ascii_lowercase();
    let fits = match source[anchor.start].to_ascii_lowercase() {
        b'a' | b'r' => first == b'p',
        b'e' => first == b's',
        b'o' => first == b't',
        b'p' | b'c' => first == b'a',
        _ => false,
    };
    if !fits {
        return None;
    }
    let tail = source[anchor.end..].iter().take(24).take_while(|byte| shape::url_safe(**byte)).count();
    let letters = source[anchor.end..anchor.end + tail].iter().filter(|byte| byte.is_ascii_alphabetic());
    let plain = letters.map(u8::to_ascii_lowercase);
    NAME_TAILS.iter().any(|tail| plain.clone().eq(tail.iter().copied())).then_some(anchor.end + tail)
}

/// The whole name in lower case, unless it names something else.
fn name(source: &[u8], anchor: usize, end: usize) -> Option<Vec<u8>> {
    let part = |byte: &&u8| shape::url_safe(**byte) || **byte == b'.';
    let before = source[..anchor].iter().rev().take(LONGEST_NAME).take_while(part).count();
    let name = source[anchor - before..end].to_ascii_lowercase();
    let tested = name.starts_with(b"test")
        || [&b"_test"[..], b"-test", b".test"].iter().any(|t| name.find(t).is_some());
    let other = OTHER_NAMES.iter().any(|word| name.find(word).is_some());
    (!tested && !other).then_some(name)
}

/// The value after the assignment that follows a name, and whether it stands in quotes.
fn assigned(source: &[u8], name_end: usize) -> Option<(Range<usize>, bool)> {
    let window = &source[..source.len().min(name_end + LONGEST_VALUE + 96)];
    let mut at = name_end;
    if matches!(window.get(at), Some(b'"' | b'\'' | b'`')) {
        at += 1;
    }
    if window.get(at) == Some(&b']') {
        at += 1;
    }
    at = operator(window, blanks(window, at))?;
    at = blanks(window, at);
    for wrapper in [&b"String::from("[..], b"Some(", b"@", b"b", b"r", b"f", b"u", b"L"] {
        let inner = at + wrapper.len();
        if window[at..].starts_with(wrapper) && matches!(window.get(inner), Some(b'"' | b'\'')) {
            at = inner;
            break;
        }
    }
    match window.get(at)? {
        quote @ (b'"' | b'\'' | b'`') => quoted(window, at + 1, *quote).map(|value| (value, true)),
        _ => unquoted(window, at).map(|value| (value, false)),
    }
}

/// Steps over `=`, `:`, `:=`, `=>`, `==`, `===`, `!=`, and over a type that stands between colon and `=`.
fn operator(source: &[u8], at: usize) -> Option<usize> {
    let signs = source[at..].iter().take(3).take_while(|byte| b":=>!".contains(byte)).count();
    match &source[at..at + signs] {
        b":" => Some(after_type(source, at + 1).unwrap_or(at + 1)),
        b"=" | b":=" | b"=>" | b"==" | b"===" | b"!=" | b"!==" => Some(at + signs),
        _ => None,
    }
}

/// Past the `=` of `: Type =`.
fn after_type(source: &[u8], at: usize) -> Option<usize> {
    let part = |byte: &&u8| byte.is_ascii_alphabetic() || b"&'<>:?_| ".contains(byte);
    let length = source[at..].iter().take(40).take_while(part).count();
    let plain = source.get(at + length) == Some(&b'=') && length > 0;
    plain.then_some(at + length + 1)
}

fn blanks(source: &[u8], at: usize) -> usize {
    at + source[at..].iter().take(32).take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// Up to the closing quote, which stands on the same line.
fn quoted(source: &[u8], start: usize, quote: u8) -> Option<Range<usize>> {
    let length =
        source[start..].iter().take(LONGEST_VALUE).position(|byte| *byte == quote || *byte == b'\n')?;
    (length > 0 && source[start + length] == quote).then_some(start..start + length)
}

/// A word that ends its line, as in `.env`, YAML and properties files.
fn unquoted(source: &[u8], start: usize) -> Option<Range<usize>> {
    let length = source[start..].iter().take(LONGEST_VALUE).take_while(|byte| value_byte(**byte)).count();
    let rest = blanks(source, start + length);
    let ends = matches!(source.get(rest), None | Some(b'\n' | b'\r'));
    (length > 0 && ends).then_some(start..start + length)
}

fn value_byte(byte: u8) -> bool {
    shape::base64(byte) || matches!(byte, b'-' | b'_' | b'=')
}

/// Secret access keys are 40 characters of base64.
fn is_aws_secret(name: &[u8], value: &[u8]) -> bool {
    let telling = name.find(b"aws").is_some()
        || name.find(b"secretaccess").is_some()
        || name.find(b"secret_access").is_some();
    telling
        && value.len() == 40
        && value.iter().copied().all(shape::base64)
        && !dummy::is_dummy(value)
        && dummy::entropy(value) >= 4.0
        && !value.iter().all(u8::is_ascii_hexdigit)
}

/// Enough randomness for a literal in quotes. The bounds: 3 bits a character for hexadecimal (random strings of 32 digits
/// have 3.5 or more), 3.5 otherwise (random base64 of 20 characters has 3.9 or more, words and names seldom reach it).
fn is_random(name: &[u8], value: &[u8]) -> bool {
    let printable = value.iter().all(u8::is_ascii_graphic);
    if !printable || dummy::is_dummy(value) || is_uuid(value) || is_reference(value) || reads_as_words(value)
    {
        return false;
    }
    if value.iter().all(u8::is_ascii_hexdigit) {
        return value.len() >= 32 && dummy::entropy(value) >= 3.0;
    }
    let password = [&b"password"[..], b"passwd", b"passphrase"].iter().any(|word| name.find(word).is_some());
    if password && value.len() < 20 {
        return value.len() >= 10
            && classes(value) >= 3
            && digit_groups(value) >= 1
            && dummy::entropy(value) >= 3.0;
    }
    let token_like = value.iter().all(|byte| value_byte(*byte) || b".~!:".contains(byte));
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    value.len() >= 16
        && (token_like || password)
        && digits >= 2
        && digit_groups(value) >= 2
        && dummy::entropy(value) >= 3.5
}

/// Without quotes a value may be an expression: it must look random through and through.
fn is_random_word(value: &[u8]) -> bool {
    let mixed = classes(value) >= 3 || value.iter().all(u8::is_ascii_hexdigit);
    value.len() >= 24
        && mixed
        && digit_groups(value) >= 3
        && !dummy::is_dummy(value)
        && !is_uuid(value)
        && !is_reference(value)
        && !reads_as_words(value)
        && dummy::entropy(value) >= if value.iter().all(u8::is_ascii_hexdigit) { 3.0 } else { 3.8 }
}

fn is_uuid(value: &[u8]) -> bool {
    let dashes = [8, 13, 18, 23];
    value.len() == 36
        && value
            .iter()
            .enumerate()
            .all(|(at, byte)| if dashes.contains(&at) { *byte == b'-' } else { byte.is_ascii_hexdigit() })
}

/// Paths, addresses, mail addresses, digests with their algorithm.
fn is_reference(value: &[u8]) -> bool {
    let starts = [
        &b"/"[..],
        b"./",
        b"../",
        b"~",
        b"sha1-",
        b"sha256",
        b"sha384",
        b"sha512",
        b"arn:",
        b"data:",
        b"urn:",
        b"projects/",
    ];
    starts.iter().any(|start| value.starts_with(start))
        || value.find(b"://").is_some()
        || value.find(b"::").is_some()
        || value.contains(&b'@') && value.contains(&b'.')
}

/// True when most of the value is words or numbers between separators, or camel-cased words: a name, not a credential.
fn reads_as_words(value: &[u8]) -> bool {
    let mut letters_in_words = 0;
    let mut letters = 0;
    for part in value.split(|byte| !byte.is_ascii_alphabetic()) {
        letters += part.len();
        let mut start = 0;
        for at in 1..=part.len() {
            let boundary =
                at == part.len() || (part[at].is_ascii_uppercase() && part[at - 1].is_ascii_lowercase());
            if boundary {
                if at - start >= 4 && is_word(&part[start..at]) {
                    letters_in_words += at - start;
                }
                start = at;
            }
        }
    }
    letters_in_words * 2 > letters
}

/// One case after the first letter, and vowels among the letters as often as in words of European languages.
fn is_word(part: &[u8]) -> bool {
    let lower = part[1..].iter().all(u8::is_ascii_lowercase);
    let upper = part.iter().all(u8::is_ascii_uppercase);
    let vowels = part.iter().filter(|byte| b"aeiouyAEIOUY".contains(byte)).count();
    (lower || upper) && vowels * 4 >= part.len() && vowels * 4 <= part.len() * 3
}

fn classes(value: &[u8]) -> usize {
    let class = |test: fn(&u8) -> bool| usize::from(value.iter().any(test));
    class(u8::is_ascii_lowercase)
        + class(u8::is_ascii_uppercase)
        + class(u8::is_ascii_digit)
        + class(u8::is_ascii_punctuation)
}

/// Number of runs of digits.
fn digit_groups(value: &[u8]) -> usize {
    value.split(|byte| !byte.is_ascii_digit()).filter(|run| !run.is_empty()).count()
}
