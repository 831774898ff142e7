//! Names come from the analysed repository, and a repository may be hostile: nothing that moves a terminal's cursor,
//! changes its colours or reorders its text may reach it.

use std::borrow::Cow;
use std::fmt::Write;

/// `text` with control characters and characters that reorder or hide text written as escapes.
pub fn shown(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hostile) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            c if (c as u32) < 0x100 && is_hostile(c) => {
                write!(escaped, "\\x{:02X}", c as u32).expect("a String takes every character");
            }
            c if is_hostile(c) => {
                write!(escaped, "\\u{{{:X}}}", c as u32).expect("a String takes every character");
            }
            c => escaped.push(c),
        }
    }
    Cow::Owned(escaped)
}

/// The same for text of several lines: line ends and tabs stay.
pub fn shown_lines(text: &str) -> String {
    let line = |line: &str| line.split('\t').map(shown).collect::<Vec<_>>().join("\t");
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// Control characters, and the invisible ones of Unicode Technical Report 36 that change how the rest is displayed:
/// bidirectional overrides and isolates, zero-width characters, line and paragraph separators, tags.
fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn nothing_that_steers_a_terminal_passes() {
        assert_eq!(shown("a\x1b[31mb"), "a\\x1B[31mb");
        assert_eq!(shown("a\u{9b}b\x7f\0"), "a\\x9Bb\\x7F\\x00");
        assert_eq!(shown("one\r\ntwo\tthree"), "one\\r\\ntwo\\tthree");
        assert_eq!(shown("user\u{202E}txt.exe"), "user\\u{202E}txt.exe");
    }

    #[test]
    fn lines_stay_lines() {
        assert_eq!(super::shown_lines("a\tb\n\x1b[2J\n"), "a\tb\n\\x1B[2J\n");
    }

    #[test]
    fn ordinary_text_of_any_script_stays() {
        for text in ["src/main.rs", "größe", "名前", "naïve — “quoted” 🦀"] {
            assert_eq!(shown(text), text);
        }
    }
}
