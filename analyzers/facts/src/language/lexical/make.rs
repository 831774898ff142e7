//! Comments of makefiles (GNU make, *Makefile Contents* and *Recipe Syntax*): the lines of a recipe go to the shell, and the
//! text between `define` and `endef` is the value of a variable.

use super::blocks::end_of_line;

/// A block that begins at the start of a line.
pub(super) enum Block {
    /// The lines of a recipe's command, up to this position.
    Command(usize),
    /// Text without special characters, up to this position.
    Literal(usize),
}

/// The command or the definition that begins with the line at `at`.
pub(super) fn block(bytes: &[u8], at: usize) -> Option<Block> {
    if bytes.get(at) == Some(&b'\t') {
        return Some(Block::Command(end_of_command(bytes, at)));
    }
    let line = &bytes[at..end_of_line(bytes, at)];
    begins_with(line, b"define").then(|| Block::Literal(end_of_definition(bytes, at)))
}

/// True for a line whose last backslash is not escaped itself.
pub(super) fn is_continued(line: &[u8]) -> bool {
    line.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

/// The end of the command that begins with the line at `at`, including continuation lines.
fn end_of_command(bytes: &[u8], at: usize) -> usize {
    let mut start = at;
    loop {
        let end = end_of_line(bytes, start);
        let line = bytes[start..end].strip_suffix(b"\r").unwrap_or(&bytes[start..end]);
        if end == bytes.len() {
            return end;
        }
        start = end + 1;
        if !is_continued(line) {
            return start;
        }
    }
}

/// The end of the comment that begins at `at`: a backslash at the end of a line continues it on the next one.
pub(super) fn end_of_comment(bytes: &[u8], at: usize) -> usize {
    let mut start = at;
    loop {
        let end = end_of_line(bytes, start);
        let line = bytes[start..end].strip_suffix(b"\r").unwrap_or(&bytes[start..end]);
        if end == bytes.len() || !is_continued(line) {
            return start + line.len();
        }
        start = end + 1;
    }
}

/// The end of the `endef` line that closes the definition at `at`. Definitions nest.
fn end_of_definition(bytes: &[u8], at: usize) -> usize {
    let (mut depth, mut start) = (0u32, at);
    while start < bytes.len() {
        let end = end_of_line(bytes, start);
        let line = &bytes[start..end];
        if begins_with(line, b"define") {
            depth += 1;
        } else if begins_with(line, b"endef") {
            depth -= 1;
        }
        start = (end + 1).min(bytes.len());
        if depth == 0 {
            break;
        }
    }
    start
}

/// True for a line whose first word is that directive, after optional `override` and `export`. A line that begins with
/// a tab belongs to a recipe.
fn begins_with(line: &[u8], directive: &[u8]) -> bool {
    let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let word = words.find(|word| !matches!(*word, b"override" | b"export"));
    line.first() != Some(&b'\t') && word == Some(directive)
}

/// The position of a shell comment in a line of a command: at the beginning of a word, outside of quotes. `quote` is
/// the currently open quote and is updated.
pub(super) fn shell_comment(line: &[u8], quote: &mut Option<u8>, begins: bool) -> Option<usize> {
    // The prefixes that make allows before the command: `@`, `-`, `+`.
    let prefix = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'@' | b'-' | b'+');
    let mut at = if begins { line.iter().take_while(|b| prefix(b)).count() } else { 0 };
    let mut before = b' ';
    while at < line.len() {
        let byte = line[at];
        match (*quote, byte) {
            (Some(b'\''), b'\'') | (Some(b'"'), b'"') | (Some(b'`'), b'`') => *quote = None,
            (Some(b'\''), _) => {}
            (_, b'\\') => at += 1,
            (None, b'\'' | b'"' | b'`') => *quote = Some(byte),
            (None, b'#') if before.is_ascii_whitespace() || matches!(before, b';' | b'&' | b'|' | b'(') => {
                return Some(at);
            }
            _ => {}
        }
        before = byte;
        at += 1;
    }
    None
}
