//! The person and the issue that a marker names.

use regex::Regex;
use std::sync::LazyLock;

/// Names after a marker.
#[derive(Default)]
pub(super) struct Named {
    pub owner: Option<String>,
    pub issue: Option<String>,
}

/// `(…)` right after the marker, with up to 60 characters.
static PARENTHESES: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\s?[\(\[]([^()\[\]]{1,60})[\)\]]").expect("a fixed expression"));
/// A login: letters, digits, and signs inside.
static LOGIN: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^@?([\p{L}_][\p{L}\d_.+-]*(?:@[\w.-]+)?)$").expect("a fixed expression"));
static MENTION: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[\s:]*@([A-Za-z][\w-]{1,38})\b").expect("a fixed expression"));
/// `#123`, `ABC-123`, `issue 123`, or the address of an issue.
static ISSUE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"https?://[^\s<>()]+/(?:issues|pull|merge_requests|browse|bugs?|show_bug\.cgi\?id=|detail\?id=)/?[^\s<>(),;]*",
        r"|\b(?:crbug\.com|bugzil\.la)/[\w/]*\d+",
        r"|(?:[\w.-]+/[\w.-]+)?#\d+\b|\b(?:GH|[A-Z][A-Z]{1,9})-\d+\b|\b(?i:issue|bug|ticket) #?\d+\b",
    ))
    .expect("a fixed expression")
});

/// Names in the text after a marker.
pub(super) fn find(after: &str) -> Named {
    let mut named = Named { owner: None, issue: find_issue(after) };
    if let Some(inside) = PARENTHESES.captures(after).and_then(|captures| captures.get(1)) {
        for part in inside.as_str().split([',', ';']).map(str::trim) {
            let login = LOGIN.captures(part).and_then(|captures| captures.get(1));
            match login {
                Some(login) if !ISSUE.is_match(part) => {
                    named.owner = named.owner.or(Some(login.as_str().to_owned()))
                }
                _ if part.len() > 1 && part.bytes().all(|byte| byte.is_ascii_digit()) => {
                    named.issue = Some(format!("#{part}"));
                }
                _ => {}
            }
        }
    } else if let Some(mention) = MENTION.captures(after).and_then(|captures| captures.get(1)) {
        named.owner = Some(mention.as_str().to_owned());
    }
    named
}

/// The first issue named in the first 300 characters of `text`.
pub(super) fn find_issue(text: &str) -> Option<String> {
    let found = ISSUE
        .find_iter(super::clip(text, 300))
        .map(|found| found.as_str())
        .find(|found| !is_standard(found))?;
    Some(found.trim_end_matches(['.', ')']).to_owned())
}

/// `UTF-8`, `SHA-256`: names of standards that look like issues of a tracker.
fn is_standard(found: &str) -> bool {
    const NAMES: [&str; 18] = [
        "AES", "ASCII", "BASE", "CP", "CVE", "ECMA", "ES", "FIPS", "HTTP", "IEEE", "ISO", "PEP", "PKCS",
        "RFC", "SHA", "TLS", "UCS", "UTF",
    ];
    found.split_once('-').is_some_and(|(name, _)| NAMES.contains(&name))
}
