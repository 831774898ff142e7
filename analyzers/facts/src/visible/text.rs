use std::borrow::Cow;
use std::fmt::Write;

/// True for characters that must not be shown unescaped: control characters (C0, DEL, C1), bidirectional controls, line
/// and paragraph separators, and characters that no font draws (Unicode's `Default_Ignorable_Code_Point` and
/// interlinear annotations, without the variation selectors of emoji and Mongolian), also U+FFFE and U+FFFF, which XML
/// cannot hold.
pub fn is_hidden(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    matches!(c,
        '\u{80}'..='\u{9F}' | '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
        | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{FFFE}' | '\u{FFFF}' | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// `text` as one line, with hidden characters as escapes: `\n`, `\x1B`, `\u{202E}`.
pub fn line(text: &str) -> Cow<'_, str> {
    rewritten(text, |_| Step::Escape)
}

/// The same for text of several lines: line ends and tabs stay. CR LF at the end of a line becomes LF.
pub fn lines(text: &str) -> Cow<'_, str> {
    rewritten(text, |rest| match rest.as_bytes() {
        [b'\n' | b'\t', ..] => Step::Keep(1),
        [b'\r', b'\n', ..] => Step::Drop(1),
        _ => Step::Escape,
    })
}

/// As [`lines`], but CR LF at the end of a line stays: for a patch, which would not fit its file otherwise.
pub fn lines_of_patch(text: &str) -> Cow<'_, str> {
    rewritten(text, |rest| match rest.as_bytes() {
        [b'\n' | b'\t', ..] => Step::Keep(1),
        [b'\r', b'\n', ..] => Step::Keep(2),
        _ => Step::Escape,
    })
}

/// Bytes as one line; those that are not UTF-8 are shown as `\xNN`.
pub fn bytes(bytes: &[u8]) -> Cow<'_, str> {
    shown_bytes(bytes, line)
}

/// The same for bytes of several lines.
pub fn byte_lines(bytes: &[u8]) -> Cow<'_, str> {
    shown_bytes(bytes, lines)
}

/// Text that was prepared for printing, made safe: any remaining hidden characters are escaped. Line ends (CR and LF
/// too), tabs and the program's own colours (`ESC [ … m`) stay.
pub fn printable(text: &str) -> Cow<'_, str> {
    rewritten(text, |rest| match rest.as_bytes() {
        [b'\n' | b'\t', ..] => Step::Keep(1),
        [b'\r', b'\n', ..] => Step::Keep(2),
        [b'\x1b', b'[', after @ ..] => {
            let digits = after.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b';').count();
            match after.get(digits) {
                Some(b'm') => Step::Keep(digits + 3),
                _ => Step::Escape,
            }
        }
        _ => Step::Escape,
    })
}

/// The text before each hidden character, and that character; the rest at the end.
pub fn pieces(text: &str) -> Vec<(&str, Option<char>)> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, hidden) in hidden(text) {
        pieces.push((&text[start..at], Some(hidden)));
        start = at + hidden.len_utf8();
    }
    pieces.push((&text[start..], None));
    pieces
}

/// What happens to a hidden character: this many bytes from it on are kept or dropped, or it is escaped.
enum Step {
    Keep(usize),
    Drop(usize),
    Escape,
}

fn rewritten(text: &str, step: impl Fn(&str) -> Step) -> Cow<'_, str> {
    let mut shown = String::new();
    // `shown` has everything up to `copied`; characters that begin before `kept` stay unchanged.
    let (mut copied, mut kept) = (0, 0);
    for (at, c) in hidden(text) {
        if at < kept {
            continue;
        }
        let (end, escape) = match step(&text[at..]) {
            Step::Keep(bytes) => {
                kept = at + bytes;
                continue;
            }
            Step::Drop(bytes) => (at + bytes, false),
            Step::Escape => (at + c.len_utf8(), true),
        };
        shown.push_str(&text[copied..at]);
        if escape {
            push_escape(&mut shown, c);
        }
        copied = end;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    shown.push_str(&text[copied..]);
    Cow::Owned(shown)
}

/// The hidden characters of a text with their positions. A joiner between two signs that it joins (those of emoji,
/// letters of scripts that are written with joiners) is not hidden: its effect is visible.
pub(super) fn hidden(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let at = from + suspect(&text.as_bytes()[from..])?;
            // Printable ASCII was skipped, and a suspect byte begins a character.
            let c = text[at..].chars().next()?;
            from = at + c.len_utf8();
            if is_hidden(c) && !joins(text, at, c) {
                return Some((at, c));
            }
        }
    })
}

/// The position of the first byte that is not printable ASCII.
fn suspect(bytes: &[u8]) -> Option<usize> {
    let is_clear = |b: &u8| (b' '..0x7f).contains(b);
    // No early exit inside a piece, so that the compiler can vectorise the check.
    let clear_pieces =
        bytes.chunks(64).take_while(|piece| piece.iter().fold(true, |all, b| all & is_clear(b))).count();
    let start = (clear_pieces * 64).min(bytes.len());
    bytes[start..].iter().position(|b| !is_clear(b)).map(|at| start + at)
}

/// True for a joiner at a position in a text where it joins its neighbours.
fn joins(text: &str, at: usize, c: char) -> bool {
    let is_joined = |c: char| {
        c >= '\u{600}' && !is_hidden(c) && !matches!(c, '\u{1D00}'..='\u{218F}' | '\u{FF00}'..='\u{FFEF}')
    };
    matches!(c, '\u{200C}' | '\u{200D}')
        && text[..at].chars().next_back().is_some_and(is_joined)
        && text[at + c.len_utf8()..].chars().next().is_some_and(is_joined)
}

fn push_escape(shown: &mut String, c: char) {
    let written = match c {
        '\n' => shown.write_str("\\n"),
        '\r' => shown.write_str("\\r"),
        '\t' => shown.write_str("\\t"),
        c if c.is_control() => write!(shown, "\\x{:02X}", u32::from(c)),
        c => write!(shown, "\\u{{{:04X}}}", u32::from(c)),
    };
    written.expect("a String takes every character");
}

fn shown_bytes(bytes: &[u8], show: fn(&str) -> Cow<'_, str>) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return show(text);
    }
    let mut shown = String::with_capacity(bytes.len() + 8);
    for chunk in bytes.utf8_chunks() {
        shown.push_str(&show(chunk.valid()));
        for byte in chunk.invalid() {
            write!(shown, "\\x{byte:02X}").expect("a String takes every character");
        }
    }
    Cow::Owned(shown)
}
