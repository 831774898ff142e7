//! Text from repositories as it may be shown: names, messages, source. Maud escapes what HTML would read; here what a person
//! would not see, or would see in another place, becomes visible: control characters, bidirectional controls, stray bytes
//! ("Trojan Source", Boucher and Anderson 2021).

use facts::visible::{line, pieces};
use maud::{Markup, html};

/// A text in which nothing is hidden.
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

/// A text for a place where no markup can be (a title, a label): what is hidden becomes `\u{202E}`.
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
