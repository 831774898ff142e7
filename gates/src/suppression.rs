//! Comments that allow a finding: `batuta: allow(rule, "why")` and `batuta: allow-file(rule, "why")`.
//!
//! They are searched only in comments as the parser sees them, never in strings, and only at the start of the comment
//! or of one of its lines: a comment that merely mentions one allows nothing.

use crate::config::UnknownName;
use crate::rules;
use bstr::ByteSlice;
use facts::model::{Comment, Function};

/// A suppression comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Directive {
    /// Line it is on.
    pub line: u32,
    /// What it says.
    pub meaning: Result<Allowance, Invalid>,
}

/// A valid suppression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Allowance {
    /// The rule.
    pub rule: &'static str,
    /// Why.
    pub reason: String,
    /// First and last line whose findings it allows; none for the whole file.
    pub lines: Option<(u32, u32)>,
}

/// A suppression that is ignored, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Invalid {
    /// It gives no reason.
    NoReason {
        /// The rule that it names.
        rule: &'static str,
    },
    /// It cannot be understood.
    Unclear(Unclear),
}

/// Why a suppression cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unclear {
    /// It does not have the form of a suppression.
    #[error("\"{MARK} {text}\" is no suppression")]
    Form {
        /// The text after the mark, or its beginning.
        text: String,
    },
    /// It names no rule.
    #[error(transparent)]
    Rule(#[from] UnknownName),
    /// `allow-file` has no effect at its place.
    #[error("allow-file is below code (line {code}); move it to the top of the file")]
    BelowCode {
        /// The first line of code.
        code: u32,
    },
}

impl Unclear {
    /// Distinguishes it in the fingerprint of a finding. Baselines keep fingerprints, so this must not change when the
    /// wording of the message does.
    pub fn context(&self) -> String {
        match self {
            Unclear::Form { text } => format!("\"{MARK} {text}\" is no suppression"),
            Unclear::Rule(unknown) => unknown.to_string(),
            Unclear::BelowCode { code } => {
                format!("allow-file stands below code (line {code}); move it to the top of the file")
            }
        }
    }
}

/// One directive as written.
#[derive(Debug, PartialEq, Eq)]
struct Written {
    whole_file: bool,
    rule: String,
    reason: Option<String>,
}

const MARK: &str = "batuta:";

/// True if a file with these comments may hold a directive.
pub(crate) fn mentioned(comments: &[Comment]) -> bool {
    comments.iter().any(|comment| comment.text.contains(MARK))
}

/// The directives of a file, in order.
pub(crate) fn directives(comments: &[Comment], functions: &[Function], source: &[u8]) -> Vec<Directive> {
    let lines = Lines::new(source, comments);
    let mut directives = Vec::new();
    for comment in comments.iter().filter(|comment| comment.text.contains(MARK)) {
        for (offset, text) in comment.text.lines().enumerate() {
            let Some(text) = directive_text(text) else {
                continue;
            };
            let line = comment.span.start_line + offset as u32;
            let meaning = parse(text).map_err(Invalid::Unclear).and_then(|written| {
                let covered = || covered_lines(comment, functions, &lines);
                meaning(written, line, covered, &lines)
            });
            directives.push(Directive { line, meaning });
        }
    }
    directives
}

/// The text after the mark, if the line of a comment begins with it.
fn directive_text(line: &str) -> Option<&str> {
    let decoration = |c: char| c.is_whitespace() || "/*#-;%!({<\"'|=".contains(c);
    line.trim_start_matches(decoration).strip_prefix(MARK).map(str::trim_start)
}

/// Parses `allow(rule, "why")` or `allow-file(rule, "why")`.
fn parse(text: &str) -> Result<Written, Unclear> {
    let unclear = || {
        let shown: String = text.chars().take(60).collect();
        Unclear::Form { text: shown.trim_end().to_owned() }
    };
    let (verb, rest) = text.split_once('(').ok_or_else(unclear)?;
    let whole_file = match verb.trim() {
        "allow" => false,
        "allow-file" => true,
        _ => return Err(unclear()),
    };
    let id_end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_' || c == ' '));
    let (rule, rest) = rest.split_at(id_end.ok_or_else(unclear)?);
    let rule = rule.trim().to_owned();
    if let Some(quoted) = rest.strip_prefix(',').map(str::trim_start).and_then(|rest| rest.strip_prefix('"'))
    {
        let (reason, rest) = quoted_text(quoted).ok_or_else(unclear)?;
        if !rest.trim_start().starts_with(')') {
            return Err(unclear());
        }
        let reason = Some(reason.trim().to_owned()).filter(|reason| !reason.is_empty());
        return Ok(Written { whole_file, rule, reason });
    }
    match rest.trim_start_matches([',', ' ']).starts_with(')') {
        true => Ok(Written { whole_file, rule, reason: None }),
        false => Err(unclear()),
    }
}

/// The text up to the closing quotation mark, and the rest after it; a backslash escapes the next character.
fn quoted_text(text: &str) -> Option<(String, &str)> {
    let mut content = String::new();
    let mut chars = text.char_indices();
    while let Some((index, c)) = chars.next() {
        match c {
            '"' => return Some((content, &text[index + 1..])),
            '\\' => content.push(chars.next()?.1),
            c => content.push(c),
        }
    }
    None
}

fn meaning(
    written: Written,
    line: u32,
    covered: impl FnOnce() -> (u32, u32),
    lines: &Lines<'_>,
) -> Result<Allowance, Invalid> {
    let Some(rule) = rules::ids().find(|id| *id == written.rule) else {
        return Err(Invalid::Unclear(UnknownName::rule(&written.rule).into()));
    };
    let reason = written.reason.ok_or(Invalid::NoReason { rule })?;
    if !written.whole_file {
        return Ok(Allowance { rule, reason, lines: Some(covered()) });
    }
    match lines.first_code() {
        Some(code) if code < line => Err(Invalid::Unclear(Unclear::BelowCode { code })),
        _ => Ok(Allowance { rule, reason, lines: None }),
    }
}

/// The lines whose findings a directive allows: its own if code is before it; else its own, the next line of code, and
/// all of a function that starts there. Other comments and attributes in between do not count.
fn covered_lines(comment: &Comment, functions: &[Function], lines: &Lines<'_>) -> (u32, u32) {
    let first = comment.span.start_line;
    if comment.trailing {
        return (first, first);
    }
    let target = lines.next_code(comment.span.end_line);
    let starts =
        |function: &&Function| (comment.span.end_line + 1..=target).contains(&function.span.start_line);
    let last = functions.iter().filter(starts).map(|function| function.span.end_line).max();
    (first, last.unwrap_or(target).max(target))
}

/// The content of each line of a file.
struct Lines<'s> {
    lines: Vec<&'s [u8]>,
    commented: Vec<bool>,
}

impl<'s> Lines<'s> {
    fn new(source: &'s [u8], comments: &[Comment]) -> Self {
        let lines: Vec<&[u8]> = source.lines().collect();
        let mut commented = vec![false; lines.len() + 2];
        for comment in comments {
            let first = comment.span.start_line as usize + usize::from(comment.trailing);
            for line in first..=comment.span.end_line as usize {
                if let Some(slot) = commented.get_mut(line) {
                    *slot = true;
                }
            }
        }
        Lines { lines, commented }
    }

    /// The trimmed text of a line; empty below the last line.
    fn text(&self, line: u32) -> &'s [u8] {
        (line as usize).checked_sub(1).and_then(|index| self.lines.get(index)).map_or(b"", |line| line.trim())
    }

    fn is_comment(&self, line: u32) -> bool {
        self.commented.get(line as usize).copied().unwrap_or(false)
    }

    /// The first line after `line` that is neither comment nor attribute.
    fn next_code(&self, line: u32) -> u32 {
        let mut next = line + 1;
        loop {
            let text = self.text(next);
            if self.is_comment(next) {
                next += 1;
            } else if text.starts_with(b"#[") || text.starts_with(b"@") {
                next = self.after_brackets(next);
            } else {
                return next;
            }
        }
    }

    /// The line after an attribute that starts on `line` and may span several lines.
    fn after_brackets(&self, line: u32) -> u32 {
        let mut depth = 0i32;
        let mut next = line;
        while (next as usize) <= self.lines.len() {
            for byte in self.text(next) {
                match byte {
                    b'(' | b'[' | b'{' => depth += 1,
                    b')' | b']' | b'}' => depth -= 1,
                    _ => {}
                }
            }
            next += 1;
            if depth <= 0 {
                break;
            }
        }
        next
    }

    /// The first line of code; the `#!` line, `#![…]` and opening tags such as `<?php` do not count.
    fn first_code(&self) -> Option<u32> {
        (1..=self.lines.len() as u32).find(|line| {
            let text = self.text(*line).trim_start_with(|c| c == '\u{feff}');
            !(text.is_empty() || self.is_comment(*line) || text.starts_with(b"#!") || text.starts_with(b"<?"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Result<(bool, String, Option<String>), Unclear> {
        parse(text).map(|written| (written.whole_file, written.rule, written.reason))
    }

    #[test]
    fn both_forms_are_read_with_their_reasons() {
        let reason = Some("generated table".to_owned());
        assert_eq!(
            written("allow(satd, \"generated table\")"),
            Ok((false, "satd".to_owned(), reason.clone()))
        );
        let quoted = Ok((false, "satd".to_owned(), Some("the \"old\" way".to_owned())));
        assert_eq!(written(r#"allow(satd, "the \"old\" way")"#), quoted);
        assert_eq!(
            written("allow-file( satd , \"generated table\" ) */"),
            Ok((true, "satd".to_owned(), reason))
        );
    }

    #[test]
    fn a_missing_or_empty_reason_is_told_apart_from_nonsense() {
        for text in ["allow(satd)", "allow(satd, )", "allow(satd, \"\")", "allow(satd, \"  \")"] {
            assert_eq!(written(text), Ok((false, "satd".to_owned(), None)), "{text}");
        }
        for text in
            ["allow satd", "permit(satd, \"x\")", "allow(satd, \"x\"", "allow(satd, why)", "allow(satd"]
        {
            assert!(written(text).is_err(), "{text}");
        }
    }

    /// The words in baselines of earlier versions.
    #[test]
    fn what_fingerprints_are_made_of_does_not_follow_the_message() {
        let form = Unclear::Form { text: "ignore".to_owned() };
        assert_eq!(form.context(), "\"batuta: ignore\" is no suppression");
        let rule = Unclear::Rule(UnknownName::rule("sadt"));
        assert_eq!(rule.context(), "there is no rule \"sadt\"; did you mean \"satd\"?");
        let below = Unclear::BelowCode { code: 3 };
        assert_eq!(below.context(), "allow-file stands below code (line 3); move it to the top of the file");
    }

    #[test]
    fn only_a_comment_line_that_begins_with_the_mark_is_a_directive() {
        for line in
            ["// batuta: allow(x)", "# batuta: allow(x)", " * batuta: allow(x)", "<!-- batuta: allow(x)"]
        {
            assert_eq!(directive_text(line), Some("allow(x)"), "{line}");
        }
        for line in ["// write `batuta: allow(x)`", "// see batuta: allow(x)", "// batuta is a program"] {
            assert_eq!(directive_text(line), None, "{line}");
        }
    }
}
