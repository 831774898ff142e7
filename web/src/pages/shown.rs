//! Repository text (names, messages, source) prepared for display. Maud escapes HTML. This module makes control
//! characters, bidirectional controls and stray bytes visible, which a reader would otherwise miss or see in the wrong
//! place ("Trojan Source", Boucher and Anderson 2021).

use facts::visible::{line, pieces};
use maud::{Markup, html};

/// Markup of a text, with hidden characters made visible.
pub fn text(text: &str) -> Markup {
    html! {
        @for (before, hidden) in pieces(text) {
            (before)
            @match hidden {
                Some('\t') => "\t",
                Some(hidden) => (code(&format!("U+{:04X}", u32::from(hidden)))),
                None => "",
            }
        }
    }
}

/// Markup of bytes, with hidden characters made visible.
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

/// Text for places that cannot hold markup (a title, a label). Hidden characters become e.g. `\u{202E}`.
pub fn plain(text: &str) -> String {
    line(text).into_owned()
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
