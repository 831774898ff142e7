//! Whether a value assigned to a telling name is a credential.

use super::assignment::Written;
use super::names::Telling;
use super::{Text, dummy, encoded, randomness, shape};
use bstr::ByteSlice;

/// A credential with fewer characters than this cannot be distinguished from a word.
const SHORTEST: usize = 8;

/// True for a value that looks random enough for its position.
pub(super) fn is_credential(value: &[u8], telling: Telling, written: Written, text: Text) -> bool {
    if written == Written::Line {
        return is_random_word(value);
    }
    let plain = without_prefix(value);
    if is_something_else(plain) || is_filled_in_later(value) {
        return false;
    }
    if let Some(decoded) = encoded::text_of_base64(plain) {
        return is_decoded_credential(&decoded);
    }
    let settings = text == Text::Settings;
    let (needed, shortest) = match (telling, written, settings) {
        (Telling::SomeKey, _, true) => (18.0, 16),
        (Telling::SomeKey, _, false) => (28.0, 20),
        (Telling::Password, Written::Bare | Written::Quoted, true) => (5.0, SHORTEST),
        (_, Written::Bare, _) => (5.0, 10),
        (_, Written::Quoted, true) => (6.0, 10),
        (_, Written::Quoted, false) => (10.0, 10),
        _ => (14.0, 10),
    };
    let random = plain.len() >= shortest && randomness::bits(plain) >= needed;
    random || (written == Written::Quoted && is_chosen_well(plain, telling))
}

/// Too short, a placeholder, or shaped like something else.
fn is_something_else(plain: &[u8]) -> bool {
    plain.len() < SHORTEST
        || !plain.iter().all(u8::is_ascii_graphic)
        || dummy::is_dummy(plain)
        || is_uuid(plain)
        || is_reference(plain)
        || is_number(plain)
        || has_control_escape(plain)
}

/// True if an escape stands for a character that nobody types (`\u0001`, `\x1b`): test input.
fn has_control_escape(plain: &[u8]) -> bool {
    [&b"\\u000"[..], b"\\u001", b"\\x0", b"\\x1"].iter().any(|escape| plain.find(escape).is_some())
}

/// True for a literal value: not a placeholder, filled in later, a number or an address.
pub(super) fn is_literal(value: &[u8]) -> bool {
    !is_something_else(value) && !is_filled_in_later(value)
}

/// True for letters in both cases and digits, as in passwords that people choose with care.
pub(super) fn has_three_classes(value: &[u8]) -> bool {
    let has = |test: fn(&u8) -> bool| value.iter().any(test);
    has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_digit)
}

/// True if the text decoded from a base64 value is a credential.
fn is_decoded_credential(decoded: &[u8]) -> bool {
    let plain = decoded.trim();
    let last = plain.rsplit(|byte| *byte == b':').next().unwrap_or(plain);
    last.len() >= 6
        && last.iter().all(u8::is_ascii_graphic)
        && !dummy::is_dummy(last)
        && randomness::bits(last) >= 5.0
}

/// The value without a prefix for its encoding, e.g. Laravel's `base64:`.
fn without_prefix(value: &[u8]) -> &[u8] {
    [&b"base64:"[..], b"{plain}", b"hex:"]
        .iter()
        .find_map(|prefix| value.strip_prefix(*prefix))
        .unwrap_or(value)
}

/// Signs that a value is only a reference, or is computed or decrypted elsewhere.
fn is_filled_in_later(value: &[u8]) -> bool {
    let starts = [
        &b"$"[..],
        b"%",
        b"{",
        b"<",
        b"[",
        b"(",
        b"@@",
        b"ENC[",
        b"ENC(",
        b"vault:",
        b"ref+",
        b"op://",
        b"arn:",
        b"ssm:",
        b"secretsmanager:",
        b"keyvault",
        b"file:",
        b"env:",
        b"env.",
        b"env(",
        b"process.env",
        b"os.environ",
        b"secrets.",
        b"var.",
        b"local.",
        b"data.",
        b"module.",
        b"self.",
        b"this.",
        b"{cipher}",
        b"AQICAH",
        b"gAAAAA",
        b"crypt:",
        b"encrypted:",
    ];
    // Bitnami's sealed secrets are long and begin like this.
    let sealed = value.len() > 160 && value.starts_with(b"Ag");
    // A tag, an anchor or an alias of YAML.
    let marked = matches!(value.first(), Some(b'!' | b'&' | b'*')) && randomness::bits(&value[1..]) < 8.0;
    starts.iter().any(|start| value.starts_with(start))
        || sealed
        || marked
        || value.find(b"->").is_some()
        || value.find(b"${").is_some()
        || value.find(b"$(").is_some()
        || is_call(value)
        || is_hash_of_password(value)
}

/// `name(…)`, `name[…]`: an expression.
fn is_call(value: &[u8]) -> bool {
    let Some(at) = value.iter().position(|byte| matches!(byte, b'(' | b'[')) else { return false };
    let head = &value[..at];
    let plain = head.iter().all(|byte| shape::url_safe(*byte) || matches!(byte, b'.' | b':' | b'>'));
    let closes = value[at..].iter().any(|byte| matches!(byte, b')' | b']')) || at + 1 == value.len();
    plain && closes && (head.len() < 2 || randomness::bits(head) < 8.0)
}

/// A stored password hash (`$2b$…`, `{SSHA}…`, `pbkdf2_sha256$…`).
fn is_hash_of_password(value: &[u8]) -> bool {
    let starts = [
        &b"$2"[..],
        b"$1$",
        b"$5$",
        b"$6$",
        b"$apr1$",
        b"$argon2",
        b"{SSHA}",
        b"{SHA",
        b"pbkdf2",
        b"scrypt:",
        b"bcrypt",
        b"md5",
    ];
    starts.iter().any(|start| value.starts_with(start)) && value.len() > 20
}

/// Digits and their separators: numbers, versions, dates, addresses.
fn is_number(value: &[u8]) -> bool {
    value.iter().all(|byte| byte.is_ascii_digit() || b".,:-_+/".contains(byte))
}

/// A 40-character secret access key in base64.
pub(super) fn is_aws_secret(name: &[u8], value: &[u8]) -> bool {
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

/// A quoted literal that a person chose with care or a machine generated. The bounds are 3 bits per character for
/// hexadecimal (random strings of 32 digits have 3.5 or more) and 3.5 otherwise (random base64 of 20 characters has 3.9
/// or more, words and names seldom reach it).
fn is_chosen_well(value: &[u8], telling: Telling) -> bool {
    if reads_as_words(value) || telling == Telling::SomeKey {
        return false;
    }
    if value.iter().all(u8::is_ascii_hexdigit) {
        return value.len() >= 32 && dummy::entropy(value) >= 3.0;
    }
    let password = telling == Telling::Password;
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

/// At the end of a line of code a value may be an expression, so it must look random throughout.
fn is_random_word(value: &[u8]) -> bool {
    let mixed = classes(value) >= 3 || value.iter().all(u8::is_ascii_hexdigit);
    value.len() >= 24
        && mixed
        && value.iter().copied().all(value_byte)
        && digit_groups(value) >= 3
        && !dummy::is_dummy(value)
        && !is_uuid(value)
        && !is_reference(value)
        && !reads_as_words(value)
        && dummy::entropy(value) >= if value.iter().all(u8::is_ascii_hexdigit) { 3.0 } else { 3.8 }
}

fn value_byte(byte: u8) -> bool {
    shape::base64(byte) || matches!(byte, b'-' | b'_' | b'=')
}

pub(super) fn is_uuid(value: &[u8]) -> bool {
    let dashes = [8, 13, 18, 23];
    let digit_or_dash = |(at, byte): (usize, &u8)| match dashes.contains(&at) {
        true => *byte == b'-',
        false => byte.is_ascii_hexdigit(),
    };
    value.len() == 36 && value.iter().enumerate().all(digit_or_dash)
}

/// Paths, URLs, mail addresses, digests with their algorithm.
fn is_reference(value: &[u8]) -> bool {
    let starts = [
        &b"./"[..],
        b"../",
        b"~/",
        b"sha1-",
        b"sha256",
        b"sha384",
        b"sha512",
        b"arn:",
        b"data:",
        b"urn:",
        b"projects/",
        b"ssh-",
        b"ecdsa-",
    ];
    let path = value.starts_with(b"/") && randomness::bits(value) < 20.0;
    path || starts.iter().any(|start| value.starts_with(start))
        || value.find(b"://").is_some()
        || value.find(b"::").is_some()
        || is_mail_address(value)
}

fn is_mail_address(value: &[u8]) -> bool {
    let Some(at) = value.iter().position(|byte| *byte == b'@') else { return false };
    let (user, host) = (&value[..at], &value[at + 1..]);
    let part = |byte: &u8| byte.is_ascii_alphanumeric() || b".-_+".contains(byte);
    let domain = host.rsplit(|byte| *byte == b'.').next().unwrap_or(host);
    host.contains(&b'.')
        && user.iter().all(part)
        && host.iter().all(part)
        && domain.iter().all(u8::is_ascii_lowercase)
}

/// True if most of the value is words or numbers between separators, or camel-cased words: a name, not a credential.
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

/// One case after the first letter, and about as many vowels as in words of European languages.
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
