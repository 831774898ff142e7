//! Comments and literal blocks of reStructuredText (Docutils, *reStructuredText Markup Specification*, "Comments" and
//! "Literal Blocks").

use super::blocks::end_of_line;

/// A block that begins at the start of a line.
pub(super) enum Block {
    /// A comment, from its two dots to its end.
    Comment(usize, usize),
    /// Text without markup, up to this position.
    Literal(usize),
}

/// Directives whose content is not reStructuredText.
const VERBATIM: &[&[u8]] = &[
    b"code",
    b"code-block",
    b"sourcecode",
    b"parsed-literal",
    b"raw",
    b"math",
    b"graphviz",
    b"digraph",
    b"doctest",
    b"testcode",
    b"testoutput",
    b"testsetup",
    b"productionlist",
    b"highlight",
    b"prompt",
    b"ipython",
    b"plot",
    b"csv-table",
    b"mermaid",
    b"uml",
    b"jupyter-execute",
    b"command-output",
];

/// The comment or the literal block that begins with the line at `at`.
pub(super) fn block(bytes: &[u8], at: usize) -> Option<Block> {
    let end = end_of_line(bytes, at);
    let line = &bytes[at..end];
    let indent = line.iter().take_while(|b| **b == b' ').count();
    let text = line[indent..].trim_ascii_end();
    let Some(markup) = text.strip_prefix(b"..").filter(|rest| rest.first().is_none_or(|b| *b == b' ')) else {
        // A paragraph that ends in two colons introduces a literal block.
        return text.ends_with(b"::").then(|| Block::Literal(end_of_indented(bytes, end, indent)));
    };
    let markup = markup.trim_ascii();
    if let Some(name) = directive(markup) {
        return VERBATIM.contains(&name).then(|| Block::Literal(end_of_indented(bytes, end, indent)));
    }
    if matches!(markup.first(), Some(b'[' | b'_' | b'|')) || markup.starts_with(b"__") {
        return None;
    }
    let start = at + indent;
    // Two dots alone with a blank line below are an empty comment.
    let below = end_of_line(bytes, (end + 1).min(bytes.len()));
    let next = bytes.get(end + 1..below).unwrap_or_default();
    if markup.is_empty() && next.iter().all(u8::is_ascii_whitespace) {
        return Some(Block::Comment(start, start + 2));
    }
    Some(Block::Comment(start, end_of_indented(bytes, end, indent)))
}

/// The name of a directive: `.. name::` or `.. domain:name::`.
fn directive(markup: &[u8]) -> Option<&[u8]> {
    let end = bstr::ByteSlice::find(markup, b"::")?;
    let name = &markup[..end];
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || b"-_.+:".contains(b);
    (!name.is_empty() && name.iter().all(is_name)).then_some(name)
}

/// The end of the indented block below the line that ends at `end`: the last line indented by more than `indent`.
fn end_of_indented(bytes: &[u8], end: usize, indent: usize) -> usize {
    let mut last = end;
    let mut start = end + 1;
    while start < bytes.len() {
        let line_end = end_of_line(bytes, start);
        let line = &bytes[start..line_end];
        let blanks = line.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        if line.iter().all(u8::is_ascii_whitespace) {
            start = line_end + 1;
            continue;
        }
        if blanks <= indent {
            break;
        }
        last = line_end;
        start = line_end + 1;
    }
    last
}
