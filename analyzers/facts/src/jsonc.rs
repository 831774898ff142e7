//! JSON with comments, as TypeScript, Deno, Biome and others read their configurations.

use serde::de::DeserializeOwned;

/// Reads JSON that may contain comments and trailing commas.
///
/// The text may begin with a byte order mark. Lines and columns of an error count from behind it.
///
/// # Errors
/// Without its comments and trailing commas, the text is not valid JSON of this type.
pub fn parse<T: DeserializeOwned>(text: &str) -> serde_json::Result<T> {
    serde_json::from_slice(&plain(text.strip_prefix('\u{feff}').unwrap_or(text)))
}

/// The bytes of the text, with blanks in place of comments and of commas between a value and a closing bracket.
fn plain(text: &str) -> Vec<u8> {
    let mut plain = text.as_bytes().to_vec();
    // The last byte that is not blank, in a comment or a comma, and a comma after it.
    let (mut before, mut comma) = (None, None);
    let mut at = 0;
    while let Some(first) = plain.get(at).copied() {
        let end = token_end(text.as_bytes(), at);
        match first {
            b'/' if end > at + 1 => blank(&mut plain[at..end]),
            b',' if comma.is_none() && before.is_some_and(|before| !matches!(before, b'[' | b'{' | b':')) => {
                comma = Some(at);
            }
            b']' | b'}' => {
                if let Some(comma) = comma.take() {
                    plain[comma] = b' ';
                }
                before = Some(first);
            }
            _ if first.is_ascii_whitespace() => {}
            _ => (before, comma) = (Some(first), None),
        }
        at = end;
    }
    plain
}

/// Line ends stay, so that everything behind keeps its position.
fn blank(comment: &mut [u8]) {
    comment.iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
}

/// The end of the string, comment or single byte that begins at a position.
fn token_end(text: &[u8], start: usize) -> usize {
    let rest = &text[start..];
    let length = match rest {
        [b'"', ..] => string_length(rest),
        [b'/', b'/', line @ ..] => {
            line.iter().position(|byte| matches!(byte, b'\n' | b'\r')).map(|length| length + 2)
        }
        [b'/', b'*', inside @ ..] => {
            inside.windows(2).position(|pair| pair == b"*/").map(|length| length + 4)
        }
        _ => Some(1),
    };
    length.map_or(text.len(), |length| start + length)
}

/// Length of the string that a text begins with, in bytes including its quotes; `None` if it does not end.
fn string_length(text: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        match text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    #[test]
    fn comments_and_commas_before_closing_brackets_are_left_out() {
        for (text, plain) in [
            ("\u{feff}{}", "{}"),
            ("{\"a\": \"// no, /* comment */ \\\\\", // b\r\n}", "{\"a\": \"// no, /* comment */ \\\\\"}"),
            ("[1, /* \"]\" */ 2, /**/ ]", "[1, 2]"),
            ("{\"a\": \"x, ] é \\\" ,}\",}", "{\"a\": \"x, ] é \\\" ,}\"}"),
            ("// é\n{\"a\": [1, // of one line\r 2,\n],\n}// the end", "{\"a\": [1, 2]}"),
            ("[1, /* ] */ // ]\n ]", "[1]"),
            ("[[1,],]", "[[1]]"),
            (
                "{\"url\": \"https://a.org/*\", \"b\": \"*/\"}",
                "{\"url\": \"https://a.org/*\", \"b\": \"*/\"}",
            ),
            ("[\"\\\\\", ]", "[\"\\\\\"]"),
            ("{}/* never closed", "{}"),
        ] {
            let expected: Value = serde_json::from_str(plain).expect("it is JSON");
            assert_eq!(parse::<Value>(text).ok(), Some(expected), "{text}");
        }
        for broken in [
            "[1,,]",
            "[,]",
            "{,}",
            "{\"a\":,}",
            "[1/**/2]",
            "[1]/",
            "/*/{}",
            "{\"a\": \"\\é",
            "{\"a",
            "\"\\",
            "",
        ] {
            assert!(parse::<Value>(broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn errors_name_the_place_in_the_text() {
        let error = parse::<Value>("\u{feff}{ // é\n/* two\nlines */ \"a\": 1,\n/* é */ x}").expect_err("x");
        assert_eq!((error.line(), error.column()), (4, 10));
    }

    proptest! {
        #[test]
        fn json_stays_what_it_is(text in "[\\[\\]{}\",:/*\\\\ \n1é]{0,12}") {
            if let Ok(value) = serde_json::from_str::<Value>(&text) {
                prop_assert_eq!(parse::<Value>(&text).ok(), Some(value));
            }
        }
    }
}
