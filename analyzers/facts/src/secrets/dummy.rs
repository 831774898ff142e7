//! Distinguishes credentials from placeholders.

use super::randomness;
use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// Words that issued credentials contain only by rare chance; people put them into placeholders.
const DUMMY_WORDS: &[&str] = &[
    "example",
    "changeme",
    "change_me",
    "change-me",
    "changeit",
    "placeholder",
    "dummy",
    "sample",
    "redacted",
    "replace",
    "insert",
    "invalid",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "token",
    "credential",
    "your_",
    "your-",
    "yourkey",
    "yourapi",
    "youraccess",
    "xxxx",
    "foobar",
    "foo_",
    "_bar",
    "qwerty",
    "deadbeef",
    "notreal",
    "not-real",
    "not_real",
    "fake",
    "mock",
    "testing",
    "test_",
    "test-",
    "-test",
    "_test",
    "mytest",
    "masked",
    "hidden",
    "lorem",
    "abcdef",
    "012345",
    "123456",
    "987654",
];

/// Placeholder passwords in prose and test code, without their digits and signs.
const DUMMY_VALUES: &[&str] = &[
    "admin",
    "bar",
    "baz",
    "demo",
    "foo",
    "guest",
    "hello",
    "key",
    "letmein",
    "mypass",
    "mypassword",
    "none",
    "null",
    "pass",
    "passwd",
    "password",
    "pw",
    "pwd",
    "root",
    "secret",
    "secretpassword",
    "supersecret",
    "test",
    "testpass",
    "token",
    "user",
    "username",
    "pswd",
    "passw",
    "psswrd",
    "pssword",
    "passwrd",
    "hunter",
    "some",
    "value",
    "string",
    "undefined",
    "true",
    "false",
];

static WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(DUMMY_WORDS)
        .expect("a few dozen short words fit an automaton")
});

/// Credentials that are the same for everybody and printed in documentation.
const PUBLISHED: &[&[u8]] = &[
    // Azure's storage emulator and database emulator.
    b"Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1",
    b"C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEH",
    // AWS's examples.
    b"wJalrXUtnFEMI",
    b"uV3F3YluFJax1cknvbcGwgjvx4QpvB",
    // RFC 6749, 6750 and 7617.
    b"mF_9.B5f-4.1JqM",
    b"2YotnFZFEjr1zCsicMWpAA",
    b"tGzv3JOkF0XG5Qx2TlKWIA",
    b"czZCaGRSa3F0MzpnWDFmQmF0M2JW",
    b"gX1fBat3bV",
    b"QWxhZGRpbjpvcGVuIHNlc2FtZQ",
    // GitHub's placeholder password, used when the token is the user.
    b"x-oauth-basic",
];

/// True for a placeholder: telling words, sequences, repetitions, templates.
pub(super) fn is_dummy(value: &[u8]) -> bool {
    WORDS.is_match(value)
        || PUBLISHED.iter().any(|known| value.starts_with(known))
        || has_template(value)
        || has_run(value)
        || repeats(value)
        || is_drummed(value)
        || is_word_in_figures(value)
        || is_dummy_word(value)
}

/// True for `pass`, `Test1!`, `user_2`, `P@ssw0rd`.
fn is_dummy_word(value: &[u8]) -> bool {
    let is_dummy = |letters: Vec<u8>| DUMMY_VALUES.iter().any(|word| word.as_bytes() == letters);
    let letters =
        value.iter().filter(|b| b.is_ascii_alphabetic()).map(u8::to_ascii_lowercase).take(32).collect();
    let meant =
        value.iter().map(|byte| letter_meant(*byte)).filter(u8::is_ascii_alphabetic).take(32).collect();
    is_dummy(letters) || is_dummy(meant)
}

/// The letter that a digit or a sign replaces in words like `p4ssw0rd`.
fn letter_meant(byte: u8) -> u8 {
    match byte {
        b'0' => b'o',
        b'1' => b'i',
        b'3' => b'e',
        b'4' | b'@' => b'a',
        b'5' | b'$' => b's',
        b'7' => b't',
        byte => byte.to_ascii_lowercase(),
    }
}

/// True for `d1ff3r3nt` and `p4ssworm`: a word with digits for letters.
fn is_word_in_figures(value: &[u8]) -> bool {
    if value.len() > 14 {
        return false;
    }
    let figures = value.iter().filter(|byte| b"013457".contains(byte)).count();
    let letters = value.iter().filter(|byte| byte.is_ascii_lowercase()).count();
    if figures == 0 || figures + letters != value.len() || letters < 2 * figures {
        return false;
    }
    let meant: Vec<u8> = value.iter().map(|byte| letter_meant(*byte)).collect();
    randomness::bits(&meant) < 0.0
}

/// True if the value is filled in later, or marks an omission.
fn has_template(value: &[u8]) -> bool {
    let pair = |first: u8, second: &[u8]| value.windows(2).any(|w| w[0] == first && second.contains(&w[1]));
    pair(b'$', b"{(")
        || pair(b'{', b"{%}")
        || pair(b'#', b"{")
        || pair(b'%', b"(s{")
        || pair(b'<', b"%")
        || value.windows(3).any(|w| w == b"..." || w == b"***")
        || (value.first() == Some(&b'<') && value.last() == Some(&b'>'))
        || (value.first() == Some(&b'%') && value.last() == Some(&b'%'))
        || (value.first() == Some(&b'{') && value.last() == Some(&b'}'))
        || value.first() == Some(&b'$')
}

/// True if six bytes in a row are the same, or count up or down; or eight bytes of which every other one counts, as in
/// `A1B2C3D4`.
fn has_run(value: &[u8]) -> bool {
    let counts = |apart: usize, step: i16, least: usize| {
        let mut length = apart;
        value.windows(apart + 1).any(|w| {
            let follows = i16::from(w[apart]) - i16::from(w[0]) == step;
            length = if follows { length + 1 } else { apart };
            length >= least
        })
    };
    [-1, 0, 1].into_iter().any(|step| counts(1, step, 6)) || counts(2, 1, 8) || counts(2, -1, 8)
}

/// True for random typing on the home row.
fn is_drummed(value: &[u8]) -> bool {
    let drums: [&[u8]; 7] = [b"asd", b"sdf", b"dsf", b"fds", b"jkl", b"lkj", b"qwe"];
    value.windows(3).filter(|part| drums.contains(part)).count() >= 3
}

/// True if the value repeats one piece, or consists of a handful of different characters.
fn repeats(value: &[u8]) -> bool {
    let periodic = (1..=value.len() / 2).take(64).any(|p| value[p..] == value[..value.len() - p]);
    periodic || (value.len() >= 16 && distinct(value) < 6)
}

fn distinct(value: &[u8]) -> usize {
    counts(value).iter().filter(|n| **n > 0).count()
}

fn counts(value: &[u8]) -> [u32; 256] {
    let mut counts = [0u32; 256];
    for byte in value {
        counts[usize::from(*byte)] += 1;
    }
    counts
}

/// Shannon entropy of the byte frequencies, in bits per byte.
pub(super) fn entropy(value: &[u8]) -> f64 {
    let total = value.len() as f64;
    counts(value)
        .iter()
        .filter(|n| **n > 0)
        .map(|n| {
            let share = f64::from(*n) / total;
            -share * share.log2()
        })
        .sum()
}
