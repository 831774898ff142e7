//! What tells a credential from a stand-in for one.

use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

/// Words that no issued credential holds but by rare chance; people put them into stand-ins.
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

/// Values that stand for a password in prose and test code, once their digits and signs are taken off.
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

/// True for a value that stands for a credential: telling words, sequences, repetitions, templates.
pub(super) fn is_dummy(value: &[u8]) -> bool {
    WORDS.is_match(value) || has_template(value) || has_run(value) || repeats(value) || is_dummy_word(value)
}

/// True for `pass`, `Test1!`, `user_2`.
fn is_dummy_word(value: &[u8]) -> bool {
    let letters: Vec<u8> =
        value.iter().filter(|b| b.is_ascii_alphabetic()).map(u8::to_ascii_lowercase).take(32).collect();
    DUMMY_VALUES.iter().any(|word| word.as_bytes() == letters)
}

/// True where the value is filled in later, or stands for something left out.
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

/// True with six bytes in a row that are the same, or that count up or down.
fn has_run(value: &[u8]) -> bool {
    [-1i16, 0, 1].iter().any(|step| {
        let mut length = 1;
        value.windows(2).any(|w| {
            let follows = i16::from(w[1]) - i16::from(w[0]) == *step;
            length = if follows { length + 1 } else { 1 };
            length >= 6
        })
    })
}

/// True when the value is one piece over and over, or made of a handful of characters.
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

/// Shannon entropy of the bytes' frequencies, in bits for each byte.
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
