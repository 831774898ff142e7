//! Passwords on command lines: `mysql -uroot -p…`, `sshpass -p …`, `redis-cli -a …`, `curl -u user:…`; in scripts, and
//! as lists of quoted words (`["redis-cli", "-a", "…"]`).

use super::{Found, Text, dummy, randomness, value};
use bstr::ByteSlice;
use std::ops::Range;

pub(super) const KIND: &str = "password-of-command";

/// How an option takes its password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// In the same word: `-pVALUE`. As a separate word it is something else.
    Attached,
    /// In the next word or in the same word.
    Either,
    /// As `user:VALUE`, in the next word or in the same word.
    Pair,
}

/// A program that takes a password, and the option for it.
struct Program {
    names: &'static [&'static str],
    options: &'static [(&'static str, Takes)],
    /// The word that must be before the option: `docker login`.
    verb: &'static str,
    /// Options after the first non-option word belong to another program: `sshpass -p … ssh -p 22`.
    runs_another: bool,
}

const fn program(names: &'static [&'static str], options: &'static [(&'static str, Takes)]) -> Program {
    Program { names, options, verb: "", runs_another: false }
}

const PROGRAMS: &[Program] = &[
    program(
        &[
            "mysql",
            "mysqldump",
            "mysqladmin",
            "mysqlimport",
            "mysqlcheck",
            "mysqlshow",
            "mysqlslap",
            "mysqlpump",
            "mysqlbinlog",
            "mysql_upgrade",
            "mariadb",
            "mariadb-dump",
            "mariadb-admin",
            "mariadb-import",
            "mariadb-check",
            "mariadb-upgrade",
        ],
        &[("-p", Takes::Attached)],
    ),
    Program { names: &["sshpass"], options: &[("-p", Takes::Either)], verb: "", runs_another: true },
    program(
        &["redis-cli", "redis-benchmark", "valkey-cli", "keydb-cli"],
        &[("-a", Takes::Either), ("--pass", Takes::Either)],
    ),
    program(
        &["mongo", "mongosh", "mongodump", "mongorestore", "mongoexport", "mongoimport", "mongostat"],
        &[("-p", Takes::Either)],
    ),
    program(
        &["ldapsearch", "ldapadd", "ldapmodify", "ldapdelete", "ldapwhoami", "ldappasswd", "ldapcompare"],
        &[("-w", Takes::Either)],
    ),
    program(&["sqlcmd"], &[("-P", Takes::Either)]),
    program(&["mosquitto_pub", "mosquitto_sub"], &[("-P", Takes::Either)]),
    program(
        &["curl", "wget"],
        &[("-u", Takes::Pair), ("--user", Takes::Pair), ("--proxy-user", Takes::Pair), ("-U", Takes::Pair)],
    ),
    Program {
        names: &["docker", "podman", "buildah", "skopeo", "nerdctl", "helm"],
        options: &[("-p", Takes::Either)],
        verb: "login",
        runs_another: false,
    },
];

/// Beginnings of these programs' names.
pub(super) const ANCHORS: &[&str] = &[
    "mysql",
    "mariadb",
    "sshpass",
    "redis-",
    "valkey-",
    "keydb-",
    "mongo",
    "ldap",
    "sqlcmd",
    "mosquitto_",
    "curl",
    "wget",
    "docker",
    "podman",
    "buildah",
    "skopeo",
    "nerdctl",
    "helm",
];

/// The most bytes and words of a command that are read.
const LONGEST: usize = 1_000;
const MOST_WORDS: usize = 64;

/// The password passed to the program at `anchor`.
pub(super) fn find(source: &[u8], anchor: &Range<usize>, text: Text) -> Option<Found> {
    let start = anchor.start;
    let end = start + source[start..].iter().take(32).take_while(|byte| is_name_byte(**byte)).count();
    let begins = source[..start].last().is_none_or(|byte| begins_name(*byte));
    let program = called(&source[start..end]).filter(|_| begins)?;
    let window = &source[..source.len().min(end + LONGEST)];
    let before = source[..start].last().copied();
    let quote = before.filter(|byte| is_quote(*byte));
    // In a list of quoted words the program name's own quote closes right after it.
    let listed = quote.is_some() && window.get(end).copied() == quote;
    let (at, outer) = if listed { (end + 1, None) } else { (end, quote) };
    let mut words = Words { source: window, at, outer, listed };
    let found = password(program, &mut words).filter(|word| is_real(window, word, text, listed));
    found.map(|word| Found { kind: KIND, range: word.range })
}

fn called(name: &[u8]) -> Option<&'static Program> {
    PROGRAMS.iter().find(|program| program.names.iter().any(|known| known.as_bytes() == name))
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

fn begins_name(byte: u8) -> bool {
    byte.is_ascii_whitespace() || b"/\"'`(;|&@!=:[\\".contains(&byte)
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

/// One word of a command, without its quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    range: Range<usize>,
    quote: Option<u8>,
}

/// The words of a command, up to its end.
struct Words<'s> {
    source: &'s [u8],
    at: usize,
    /// The quote around the whole command.
    outer: Option<u8>,
    /// Quoted words with commas between them.
    listed: bool,
}

impl Words<'_> {
    /// Steps over the text between words: blanks, line ends behind a backslash, commas of a list.
    fn skip(&mut self) {
        loop {
            self.at += match &self.source[self.at..] {
                [b' ' | b'\t', ..] => 1,
                [b'\\', b'\n', ..] => 2,
                [b'\\', b'\r', b'\n', ..] => 3,
                [b',' | b'\n' | b'\r', ..] if self.listed => 1,
                _ => return,
            };
        }
    }

    fn next(&mut self) -> Option<Word> {
        self.skip();
        let first = *self.source.get(self.at)?;
        if Some(first) == self.outer || b"\n\r;|&)]}#`".contains(&first) {
            return None;
        }
        if self.listed && !is_quote(first) {
            return None;
        }
        let start = self.at;
        let mut quote = None;
        // An option and its quoted value are one word: `-p'…'`.
        while let Some(byte) = self.source.get(self.at).copied() {
            if Some(byte) == self.outer || byte.is_ascii_whitespace() || b";|&)".contains(&byte) {
                break;
            }
            if self.listed && self.at > start && b",]".contains(&byte) {
                break;
            }
            if !is_quote(byte) || byte == b'`' {
                self.at += 1;
                continue;
            }
            let rest = &self.source[self.at + 1..];
            let length = rest.iter().position(|b| *b == byte || *b == b'\n')?;
            if rest[length] == b'\n' {
                return None;
            }
            quote = Some(byte);
            self.at += length + 2;
        }
        (self.at > start).then_some(Word { range: start..self.at, quote })
    }
}

/// The word with the password, or the part of the word that is the password.
fn password(program: &Program, words: &mut Words<'_>) -> Option<Word> {
    let mut allowed = program.verb.is_empty();
    for _ in 0..MOST_WORDS {
        let word = words.next()?;
        let text = plain(words.source, &word);
        let bytes = &words.source[text.range.clone()];
        if !bytes.starts_with(b"-") {
            // The rest is for that program.
            if program.runs_another || called(bytes).is_some() {
                return None;
            }
            allowed |= bytes == program.verb.as_bytes();
            continue;
        }
        let option = program.options.iter().filter(|_| allowed);
        let option = option.into_iter().find(|(name, takes)| begins_option(bytes, name, *takes));
        let Some((name, takes)) = option else { continue };
        let value = if bytes.len() > name.len() {
            let joined = usize::from(bytes[name.len()..].starts_with(b"=") && name.starts_with("--"));
            plain(
                words.source,
                &Word { range: text.range.start + name.len() + joined..text.range.end, quote: text.quote },
            )
        } else {
            let next = words.next()?;
            plain(words.source, &next)
        };
        return match takes {
            Takes::Pair => behind_colon(words.source, value),
            _ => Some(value),
        };
    }
    None
}

/// True for `-pVALUE`, for `-p` alone if the value may be the next word, and for `--user=VALUE`.
fn begins_option(word: &[u8], name: &str, takes: Takes) -> bool {
    let Some(rest) = word.strip_prefix(name.as_bytes()) else { return false };
    match rest.first() {
        None => takes != Takes::Attached,
        Some(byte) => !name.starts_with("--") || *byte == b'=',
    }
}

fn behind_colon(source: &[u8], word: Word) -> Option<Word> {
    let bytes = &source[word.range.clone()];
    let colon = bytes.find_byte(b':')?;
    let differs = bytes[..colon] != bytes[colon + 1..];
    differs.then(|| Word { range: word.range.start + colon + 1..word.range.end, quote: word.quote })
}

/// A word without the quotes around it.
fn plain(source: &[u8], word: &Word) -> Word {
    let bytes = &source[word.range.clone()];
    let (start, end) = (word.range.start, word.range.end);
    match bytes {
        [first, .., last] if first == last && is_quote(*first) => {
            Word { range: start + 1..end - 1, quote: Some(*first) }
        }
        _ => word.clone(),
    }
}

/// True for a literal password that is not a placeholder. Its position is certain, so less evidence is needed than for
/// a telling name alone.
fn is_real(source: &[u8], word: &Word, text: Text, listed: bool) -> bool {
    let bytes = &source[word.range.clone()];
    let is_template = bytes.starts_with(b"@") && bytes.ends_with(b"@");
    let literal = bytes.iter().all(|byte| byte.is_ascii_graphic() && !is_quote(*byte))
        && !is_variable(bytes, word.quote)
        && !is_template
        && !bytes.starts_with(b"-");
    let needed = if text == Text::Settings || listed { 5.0 } else { 8.0 };
    literal
        && value::is_literal(bytes)
        && !dummy::is_dummy(bytes)
        && (randomness::bits(bytes) >= needed || value::has_three_classes(bytes))
}

/// True for `$NAME`, `${NAME}` and `$(command)`, except in single quotes.
fn is_variable(bytes: &[u8], quote: Option<u8>) -> bool {
    let names =
        |pair: &[u8]| pair[0] == b'$' && (pair[1].is_ascii_alphanumeric() || b"{(_$".contains(&pair[1]));
    bytes.find("${{").is_some() || quote != Some(b'\'') && bytes.windows(2).any(names)
}

/// The options with which other HTTP programs take user and password.
pub(super) const USER: &[&str] = &[" -u ", " --user ", " -u", " --user=", " --proxy-user "];

/// The password of `-u user:password` of an HTTP program.
pub(super) fn user(source: &[u8], anchor: &Range<usize>) -> Option<Found> {
    let line = source[..anchor.start].iter().rev().take(240).take_while(|byte| **byte != b'\n').count();
    let before = &source[anchor.start - line..anchor.start];
    if before.find(b"curl").is_none() && before.find(b"http").is_none() {
        return None;
    }
    let quote = source.get(anchor.end).copied().filter(|byte| matches!(byte, b'"' | b'\''));
    let start = anchor.end + usize::from(quote.is_some());
    let ends = |byte: u8| {
        quote.map_or(!byte.is_ascii_graphic() || b"\"'`".contains(&byte), |quote| {
            byte == quote || byte == b'\n'
        })
    };
    let length = source[start..].iter().take(256).take_while(|byte| !ends(**byte)).count();
    let password = behind_colon(source, Word { range: start..start + length, quote })?;
    let bytes = &source[password.range.clone()];
    let real = bytes.len() >= 8
        && bytes.iter().all(u8::is_ascii_graphic)
        && !bytes.contains(&b'$')
        && !bytes.contains(&b'/')
        && !dummy::is_dummy(bytes)
        && randomness::bits(bytes) >= 8.0;
    real.then_some(Found { kind: KIND, range: password.range })
}
