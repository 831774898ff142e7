//! Tokens whose issuer gives them a fixed prefix, alphabet and length. Sources: the issuers' documentation of their
//! token formats and secret-scanning partner patterns.

use super::{Found, dummy};
use std::ops::Range;

/// One kind of token.
pub(super) struct Shape {
    pub kind: &'static str,
    /// Its prefixes.
    prefixes: &'static [&'static str],
    /// What follows the prefix.
    body: Body,
}

/// What follows a prefix.
enum Body {
    /// One run of an alphabet, of a length within bounds, with what else must hold for it.
    Run { alphabet: Alphabet, min: usize, max: usize, holds: fn(&[u8]) -> bool },
    /// Anything else: given the source and where the prefix stands, the bytes of the token.
    Custom(fn(&[u8], &Range<usize>) -> Option<Range<usize>>),
}

type Alphabet = fn(u8) -> bool;

/// Runs longer than this are no token.
const LONGEST: usize = 4_096;

const fn run(
    kind: &'static str,
    prefixes: &'static [&'static str],
    alphabet: Alphabet,
    length: (usize, usize),
    holds: fn(&[u8]) -> bool,
) -> Shape {
    Shape { kind, prefixes, body: Body::Run { alphabet, min: length.0, max: length.1, holds } }
}

const fn custom(
    kind: &'static str,
    prefixes: &'static [&'static str],
    find: fn(&[u8], &Range<usize>) -> Option<Range<usize>>,
) -> Shape {
    Shape { kind, prefixes, body: Body::Custom(find) }
}

/// Every kind of token. Prefixes of one pattern's head stand before shorter ones: the first that fits wins.
pub(super) static SHAPES: &[Shape] = &[
    run("aws-access-key-id", &["AKIA", "ASIA"], upper_alnum, (16, 16), no_sample),
    run("github-token", &["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], alnum, (36, 255), random),
    run("github-token", &["github_pat_"], word, (50, 255), random),
    run("gitlab-token", &["glpat-"], url_safe_dot, (20, 300), random),
    custom("slack-token", &["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe", "xoxo-", "xapp-"], slack),
    custom("slack-webhook-url", &["hooks.slack.com/"], slack_webhook),
    run("stripe-key", &["sk_live_", "rk_live_"], alnum, (16, 255), random),
    run("google-api-key", &["AIza"], url_safe, (35, 35), random),
    run("google-oauth-client-secret", &["GOCSPX-"], url_safe, (28, 28), random),
    run("anthropic-api-key", &["sk-ant-"], url_safe, (32, 300), random),
    custom("openai-api-key", &["sk-"], openai),
    run("npm-token", &["npm_"], alnum, (36, 36), random),
    run("pypi-token", &["pypi-AgE"], url_safe, (50, 1_000), random),
    run("crates-io-token", &["cio"], alnum, (32, 32), mixed),
    run("docker-token", &["dckr_pat_", "dckr_oat_"], url_safe, (27, 64), random),
    run("huggingface-token", &["hf_"], alnum, (34, 34), mixed_letters),
    custom("sendgrid-api-key", &["SG."], sendgrid),
    custom("telegram-bot-token", &[":AA"], telegram),
    custom("azure-storage-key", &["AccountKey="], azure),
    custom("jwt", &["eyJ"], jwt),
];

/// Kept apart from [`SHAPES`]: so short a prefix would halve the speed of the search for all the others.
pub(super) static TWILIO: Shape = custom("twilio-api-key", &["SK"], twilio);

impl Shape {
    /// The strings to search for.
    pub(super) fn anchors(&self) -> &'static [&'static str] {
        self.prefixes
    }

    /// The token whose prefix stands at `anchor`.
    pub(super) fn find(&self, source: &[u8], anchor: Range<usize>) -> Option<Found> {
        let range = match self.body {
            Body::Custom(find) => find(source, &anchor)?,
            Body::Run { alphabet, min, max, holds } => {
                if !begins(source, anchor.start, alphabet) {
                    return None;
                }
                let body = run_at(source, anchor.end, alphabet);
                if body.len() < min || body.len() > max || !holds(&source[body.clone()]) {
                    return None;
                }
                anchor.start..body.end
            }
        };
        Some(Found { kind: self.kind, range })
    }
}

pub(super) fn alnum(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

fn upper_alnum(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

fn word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

pub(super) fn url_safe(byte: u8) -> bool {
    word(byte) || byte == b'-'
}

fn url_safe_dot(byte: u8) -> bool {
    url_safe(byte) || byte == b'.'
}

pub(super) fn base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}

fn hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

/// True when a token may begin at `start`: what stands before is no part of a longer run. The letter of an escape
/// (`\n`, `\t`, `\r`) is none.
fn begins(source: &[u8], start: usize, alphabet: Alphabet) -> bool {
    match source[..start] {
        [.., b'\\', b'n' | b't' | b'r'] | [] => true,
        [.., byte] => !(alphabet(byte) || word(byte)),
    }
}

/// The run of `alphabet` that starts at `start`, looked at up to [`LONGEST`] bytes.
fn run_at(source: &[u8], start: usize, alphabet: Alphabet) -> Range<usize> {
    let length = source[start..].iter().take(LONGEST).take_while(|byte| alphabet(**byte)).count();
    start..start + length
}

/// A run of exactly `length`.
fn exact(source: &[u8], start: usize, alphabet: Alphabet, length: usize) -> Option<Range<usize>> {
    let run = run_at(source, start, alphabet);
    (run.len() == length).then_some(run)
}

/// Steps over `byte`.
fn after(source: &[u8], at: usize, byte: u8) -> Option<usize> {
    (source.get(at) == Some(&byte)).then_some(at + 1)
}

fn no_sample(body: &[u8]) -> bool {
    !dummy::is_dummy(body) && body.iter().any(u8::is_ascii_digit)
}

fn random(body: &[u8]) -> bool {
    !dummy::is_dummy(body) && dummy::entropy(body) >= 3.0
}

/// Upper case, lower case and digits: what a random string of 32 characters all but surely holds, a name seldom.
fn mixed(body: &[u8]) -> bool {
    random(body) && mixed_letters(body) && body.iter().filter(|byte| byte.is_ascii_digit()).count() >= 2
}

fn mixed_letters(body: &[u8]) -> bool {
    let upper = body.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    let lower = body.iter().filter(|byte| byte.is_ascii_lowercase()).count();
    random(body) && upper >= 4 && lower >= 4
}

/// `xoxb-` and its kin, dashed groups of which at least one is a number of ten digits or so.
fn slack(source: &[u8], prefix: &Range<usize>) -> Option<Range<usize>> {
    let dotted = |byte| alnum(byte) || matches!(byte, b'-' | b'.');
    if !begins(source, prefix.start, dotted) {
        return None;
    }
    let body = run_at(source, prefix.end, dotted);
    let text = &source[body.clone()];
    let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
    (text.len() >= 20 && text.len() <= 400 && digits >= 8 && random(text)).then_some(prefix.start..body.end)
}

/// `hooks.slack.com/services/T…/B…/…`: who knows the address may post.
fn slack_webhook(source: &[u8], prefix: &Range<usize>) -> Option<Range<usize>> {
    let path = b"services/T";
    if !source[prefix.end..].starts_with(path) {
        return None;
    }
    let team = run_at(source, prefix.end + path.len(), alnum);
    let service = run_at(source, after(source, team.end, b'/')?, alnum);
    let token = run_at(source, after(source, service.end, b'/')?, alnum);
    let fits = team.len() >= 7 && service.len() >= 8 && (20..=48).contains(&token.len());
    (fits && random(&source[token.clone()])).then_some(prefix.start..token.end)
}

/// `sk-proj-…`, `sk-svcacct-…`, `sk-admin-…`, and the older `sk-` with 48 letters and digits.
fn openai(source: &[u8], prefix: &Range<usize>) -> Option<Range<usize>> {
    if !begins(source, prefix.start, url_safe) {
        return None;
    }
    let body = run_at(source, prefix.end, url_safe);
    let text = &source[body.clone()];
    let named =
        [&b"proj-"[..], b"svcacct-", b"admin-", b"None-"].into_iter().find(|name| text.starts_with(name));
    let fits = match named {
        Some(name) => (40..=300).contains(&(text.len() - name.len())) && random(&text[name.len()..]),
        None => text.len() == 48 && text.iter().copied().all(alnum) && mixed(text),
    };
    fits.then_some(prefix.start..body.end)
}

/// `SG.` with 22 and 43 characters.
fn sendgrid(source: &[u8], prefix: &Range<usize>) -> Option<Range<usize>> {
    if !begins(source, prefix.start, url_safe) {
        return None;
    }
    let id = exact(source, prefix.end, url_safe, 22)?;
    let key = exact(source, after(source, id.end, b'.')?, url_safe, 43)?;
    random(&source[key.clone()]).then_some(prefix.start..key.end)
}

/// `SK` with 32 hexadecimal digits.
fn twilio(source: &[u8], prefix: &Range<usize>) -> Option<Range<usize>> {
    let any_base64 = |byte| base64(byte) || byte == b'-';
    if !begins(source, prefix.start, any_base64) {
        return None;
    }
    let body = exact(source, prefix.start + 2, alnum, 32)?;
    let text = &source[body.clone()];
    (text.iter().copied().all(hex) && random(text)).then_some(prefix.start..body.end)
}

/// The bot's number, a colon, `AA` and 33 characters.
fn telegram(source: &[u8], prefix: &Range<usize>) -> Option<Range<usize>> {
    let body = exact(source, prefix.start + 1, url_safe, 35)?;
    let digits =
        source[..prefix.start].iter().rev().take(11).take_while(|byte| byte.is_ascii_digit()).count();
    let start = prefix.start - digits;
    // In an address of the service's API the number follows the word `bot`.
    let fits = begins(source, start, alnum) || source[..start].ends_with(b"bot");
    ((8..=10).contains(&digits) && fits && mixed_letters(&source[body.clone()])).then_some(start..body.end)
}

/// 64 bytes in base64.
fn azure(source: &[u8], prefix: &Range<usize>) -> Option<Range<usize>> {
    let key = exact(source, prefix.end, base64, 86)?;
    let padded = source[key.end..].starts_with(b"==");
    (padded && mixed(&source[key.clone()]) && !is_emulator_key(&source[key.clone()]))
        .then_some(key.start..key.end + 2)
}

/// The storage emulator's account key is the same on every machine and printed in its documentation.
fn is_emulator_key(key: &[u8]) -> bool {
    key.starts_with(b"Eby8vdM02xNOcqFl")
}

/// A JSON web token: two JSON objects and a signature, in base64url (RFC 7519).
fn jwt(source: &[u8], prefix: &Range<usize>) -> Option<Range<usize>> {
    if !begins(source, prefix.start, url_safe_dot) {
        return None;
    }
    let header = run_at(source, prefix.start, url_safe);
    let payload = run_at(source, after(source, header.end, b'.')?, url_safe);
    let signature = run_at(source, after(source, payload.end, b'.')?, url_safe);
    let claims = &source[payload.clone()];
    // `{"sub":"1234567890"`: the sample token of jwt.io, copied into countless documents.
    let sample = claims.starts_with(b"eyJzdWIiOiIxMjM0NTY3ODkw");
    let fits =
        header.len() >= 16 && claims.starts_with(b"eyJ") && claims.len() >= 10 && signature.len() >= 20;
    (fits && !sample && dummy::entropy(&source[signature.clone()]) >= 3.0)
        .then_some(prefix.start..signature.end)
}
