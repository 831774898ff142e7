//! Comments of makefiles (GNU make, *Makefile Contents* and *Recipe Syntax*): the lines of a recipe go to the shell, and the
//! text between `define` and `endef` is the value of a variable.

use super::blocks::end_of_line;

/// What begins with a line.
pub(super) enum Block {
    /// The lines of a recipe's command: up to here.
    Command(usize),
    /// Text in which nothing has a meaning, up to here.
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

/// The end of the command that begins with the line at `at`, with the lines that backslashes add to it.
fn end_of_command(bytes: &[u8], at: usize) -> usize {
    let mut start = at;
    loop {
        let end = end_of_line(bytes, start);
        let line = bytes[start..end].strip_suffix(b"\r").unwrap_or(&bytes[start..end]);
        let signs = line.iter().rev().take_while(|b| **b == b'\\').count();
        if end == bytes.len() {
            return end;
        }
        start = end + 1;
        if signs % 2 == 0 {
            return start;
        }
    }
}

/// The end of the line of `endef` that closes the definition at `at`. Definitions nest.
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

/// True for a line whose first word is that directive, `override` and `export` before it aside. A line with a tab before it
/// belongs to a recipe.
fn begins_with(line: &[u8], directive: &[u8]) -> bool {
    let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let word = words.find(|word| !matches!(*word, b"override" | b"export"));
    line.first() != Some(&b'\t') && word == Some(directive)
}

/// Where the shell finds a comment in a line of a command: at the beginning of a word, outside of quotes. `quote` is the one that
/// is open, and is told about those that the line opens and closes.
pub(super) fn shell_comment(line: &[u8], quote: &mut Option<u8>, begins: bool) -> Option<usize> {
    // What make takes before the command: `@`, `-`, `+`.
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
