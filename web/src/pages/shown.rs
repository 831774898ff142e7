//! Text from repositories as it may be shown: names, messages, source. Maud escapes what HTML would read; here what a person
//! would not see, or would see in another place, becomes visible: control characters, bidirectional controls, stray bytes
//! ("Trojan Source", Boucher and Anderson 2021).

use maud::{Markup, html};

/// True for what is shown as its code: controls, and characters that reorder or hide text. Tabs are left as they are.
fn is_hidden(c: char) -> bool {
    (c.is_control() && c != '\t')
        || matches!(c,
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}')
}

/// A text in which nothing is hidden.
pub fn text(text: &str) -> Markup {
    html! {
        @for (before, hidden) in pieces(text) {
            (before)
            @if let Some(hidden) = hidden { (code(&format!("U+{:04X}", u32::from(hidden)))) }
        }
    }
}

/// What stands before each hidden character, and that character; the rest at last.
fn pieces(text: &str) -> Vec<(&str, Option<char>)> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, hidden) in text.char_indices().filter(|(_, c)| is_hidden(*c)) {
        pieces.push((&text[start..at], Some(hidden)));
        start = at + hidden.len_utf8();
    }
    pieces.push((&text[start..], None));
    pieces
}

/// Bytes as text in which nothing is hidden.
pub fn bytes(bytes: &[u8]) -> Markup {
    html! {
        @for chunk in bytes.utf8_chunks() {
            (text(chunk.valid()))
            @for byte in chunk.invalid() { (code(&format!("{byte:02X}"))) }
        }
    }
}

fn code(code: &str) -> Markup {
    html! { span.hidden-char { (code) } }
}

/// A text for a place where no markup can stand (a title, a label): what is hidden becomes `\u{202E}`.
pub fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) {
            shown.push_str(&format!("\\u{{{:04X}}}", u32::from(c)));
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_escaped_and_hidden_characters_show() {
        let shown = text("if <b> \u{202E}x\u{2066}").into_string();
        assert_eq!(
            shown,
            "if &lt;b&gt; <span class=\"hidden-char\">U+202E</span>x<span class=\"hidden-char\">U+2066</span>"
        );
        assert_eq!(text("a\tb").into_string(), "a\tb");
        assert_eq!(plain("a\u{202E}b"), "a\\u{202E}b");
    }

    #[test]
    fn stray_bytes_show() {
        assert_eq!(bytes(b"a\xFFb").into_string(), "a<span class=\"hidden-char\">FF</span>b");
        assert_eq!(bytes(b"\r").into_string(), "<span class=\"hidden-char\">U+000D</span>");
    }
}
