//! Requirement specifiers (PEP 508) and pip's requirements files.

use super::{Declared, DependencyScope, Trouble};

/// A requirement specifier's parts.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Specifier<'t> {
    pub name: &'t str,
    /// Version clauses, or an address.
    pub requirement: &'t str,
}

/// Reads `name[extras] clauses ; marker` or `name[extras] @ address ; marker`.
pub(super) fn parse(text: &str) -> Option<Specifier<'_>> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c))).unwrap_or(text.len());
    let name = text[..end].trim_end_matches(['.', '-', '_']);
    if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) || name.len() != end {
        return None;
    }
    let mut rest = text[end..].trim_start();
    if let Some(extras) = rest.strip_prefix('[') {
        rest = extras.split_once(']')?.1.trim_start();
    }
    if let Some(address) = rest.strip_prefix('@') {
        let address = address.trim().split(" ;").next().unwrap_or_default().trim();
        return (!address.is_empty()).then_some(Specifier { name, requirement: address });
    }
    let clauses = rest.split(';').next().unwrap_or_default().trim();
    let clauses =
        clauses.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(clauses).trim();
    let fits = clauses.is_empty() || clauses.starts_with(['<', '>', '=', '!', '~']);
    fits.then_some(Specifier { name, requirement: clauses })
}

/// Adds the requirement in `text`, which is on `line`.
pub(super) fn add(
    text: &str,
    line: Option<usize>,
    scope: DependencyScope,
    declared: &mut Declared,
) -> Result<(), Trouble> {
    let Some(specifier) = parse(text) else {
        let shown: String = text.trim().chars().take(80).collect();
        return Err(Trouble { line, message: format!("`{shown}` is no requirement (PEP 508)") });
    };
    let local = specifier.requirement.starts_with("file:");
    declared.add(specifier.name, Some(specifier.requirement), scope).local = local;
    Ok(())
}

/// Reads a requirements file. Files named by `-r` and `-c` are manifests of their own, or are outside the tree.
pub(super) fn read_file(text: &str, declared: &mut Declared) -> Result<(), Trouble> {
    let scope = declared.default_scope;
    for (line, logical) in logical_lines(text) {
        let content = without_comment(&logical);
        // Options such as `--hash=…` follow the requirement.
        let content = content.split(" --").next().unwrap_or_default().trim();
        if let Some(address) = content.strip_prefix("-e ").or_else(|| content.strip_prefix("--editable ")) {
            add_address(address.trim(), declared);
        } else if content.is_empty() || content.starts_with('-') {
            continue;
        } else if is_address(content) {
            add_address(content, declared);
        } else {
            add(content, Some(line), scope, declared)?;
        }
    }
    Ok(())
}

/// Lines joined where a backslash ends them, with the number of the first.
fn logical_lines(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    let mut open = false;
    for (index, line) in text.lines().enumerate() {
        let (content, continues) = line.strip_suffix('\\').map_or((line, false), |content| (content, true));
        match lines.last_mut() {
            Some((_, logical)) if open => logical.push_str(content),
            _ => lines.push((index + 1, content.to_owned())),
        }
        open = continues;
    }
    lines
}

/// A `#` begins a comment at the start of a line or after white space (inside an address it is a fragment).
fn without_comment(line: &str) -> &str {
    let comment = line
        .char_indices()
        .find(|(at, c)| *c == '#' && (*at == 0 || line[..*at].ends_with(char::is_whitespace)));
    comment.map_or(line, |(at, _)| &line[..at]).trim()
}

/// A path or URL in place of a name.
fn is_address(content: &str) -> bool {
    let head = content.split(['@', ';', ' ', '[']).next().unwrap_or_default();
    head.contains("://")
        || head.starts_with('.')
        || head.contains('/')
        || head.ends_with(".whl")
        || head.contains("${")
}

/// An address names its package in the fragment `#egg=NAME`, or not at all.
fn add_address(address: &str, declared: &mut Declared) {
    let scope = declared.default_scope;
    let Some((_, fragment)) = address.split_once("#egg=") else {
        return;
    };
    let name = fragment.split(['&', '[', ' ', ';']).next().unwrap_or_default();
    let source = address.split('#').next().unwrap_or_default();
    if !name.is_empty() {
        declared.add(name, Some(source), scope);
    }
}
