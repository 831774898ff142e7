use super::{byte_lines, bytes, csv, is_hidden, json, line, lines, pieces, printable, xml};
use proptest::prelude::*;

/// One character of each kind: C0, DEL, C1, bidirectional, zero width, separators, tags, not drawn.
const HOSTILE: &str = "\0\x07\x08\x1b\x7f\u{85}\u{9b}\u{9d}\u{ad}\u{61c}\u{200b}\u{200e}\u{2028}\u{202e}\u{2060}\u{2066}\
                       \u{3164}\u{feff}\u{fffe}\u{e0041}\u{e0100}";

#[test]
fn nothing_that_steers_a_terminal_passes() {
    assert_eq!(line("a\x1b[31mb"), "a\\x1B[31mb");
    assert_eq!(line("a\u{9b}b\x7f\0"), "a\\x9Bb\\x7F\\x00");
    assert_eq!(line("one\r\ntwo\tthree"), "one\\r\\ntwo\\tthree");
    assert_eq!(line("user\u{202E}txt.exe \u{AD}"), "user\\u{202E}txt.exe \\u{00AD}");
    for c in HOSTILE.chars() {
        assert!(is_hidden(c), "{c:?}");
    }
}

#[test]
fn lines_stay_lines_and_a_return_alone_does_not() {
    assert_eq!(lines("a\tb\n\x1b[2J\n"), "a\tb\n\\x1B[2J\n");
    assert_eq!(lines("a\r\nb\rc\r\r\n\n"), "a\nb\\rc\\r\n\n");
    assert_eq!(lines("\r\n"), "\n");
}

#[test]
fn ordinary_text_of_any_script_stays() {
    let joined = ["👩\u{200D}💻 commit", "❤\u{FE0F}", "می\u{200C}خواهم", "ක්\u{200D}ෂ"];
    for text in ["src/main.rs", "größe", "名前", "naïve — “quoted” 🦀"].iter().chain(&joined) {
        assert_eq!(&line(text), text);
        assert_eq!(&lines(text), text);
    }
    assert_eq!(line("ad\u{200D}min \u{200C}"), "ad\\u{200D}min \\u{200C}");
}

#[test]
fn stray_bytes_are_shown_as_bytes() {
    assert_eq!(bytes(b"a\xff\xc2\x9b\n"), "a\\xFF\\x9B\\n");
    assert_eq!(byte_lines(b"a\xff\r\n\tb"), "a\\xFF\n\tb");
}

#[test]
fn the_last_door_lets_colours_pass_and_nothing_else() {
    let coloured = "\x1b[1mhead\x1b[0m\r\n\x1b[1;31mx\x1b[m\ty\n";
    assert_eq!(printable(coloured), coloured);
    assert_eq!(printable("\x1b[2J\x1b]0;x\x07\x1b[31"), "\\x1B[2J\\x1B]0;x\\x07\\x1B[31");
    assert_eq!(printable("a\rb"), "a\\rb");
}

#[test]
fn pieces_are_the_text_in_order() {
    assert_eq!(pieces("a\x07b\u{202E}"), [("a", Some('\x07')), ("b", Some('\u{202E}')), ("", None)]);
}

#[test]
fn json_escapes_what_is_hidden_and_keeps_the_value() {
    assert_eq!(
        json::to_string("a\u{9b}\x7f\u{202e}\u{e0041}").expect("text"),
        r#""a\u009b\u007f\u202e\udb40\udc41""#
    );
    let value = serde_json::json!({ HOSTILE: [HOSTILE, 1.5, null, { "größe": true }], "empty": {} });
    for text in [json::to_string(&value), json::to_string_pretty(&value)].map(|text| text.expect("a value")) {
        assert!(!text.contains(|c| is_hidden(c) && c != '\n'), "{text:?}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).expect("it is JSON"), value);
    }
}

#[test]
fn json_of_others_is_escaped_where_something_is_hidden() {
    assert_eq!(json::escaped("{\"a\":\"\u{9b}\"}\n{}\n"), "{\"a\":\"\\u009b\"}\n{}\n");
}

#[test]
fn json_of_ordinary_values_is_that_of_serde_json() {
    let value = serde_json::json!({ "a": [1, -2.5, "x\n\"\\", []], "名": { "b": null, "c": {} } });
    assert_eq!(json::to_string(&value).expect("a value"), value.to_string());
    assert_eq!(
        json::to_string_pretty(&value).expect("a value"),
        serde_json::to_string_pretty(&value).expect("a value")
    );
}

#[test]
fn a_cell_that_begins_a_formula_begins_with_an_apostrophe() {
    for text in [
        "=cmd|' /C calc'!A0",
        "=1+1",
        "+1@example.org",
        "-x",
        "@SUM(1)",
        " =1+1",
        "\t=1",
        "\r=1",
        "\"=1",
        "＝1+1",
        "－x",
        "+1+1",
        "-1-1",
        "\u{200B}=1",
        "-2+3+cmd|' /C calc'!D2",
        "+inf",
    ] {
        assert!(csv::harmless(text).starts_with('\''), "{text:?}");
    }
}

#[test]
fn numbers_and_words_are_left_as_they_are() {
    for text in
        ["-3", "+2.5e-7", "-.5", "-", "+", "a=b", "x@example.org", "12 - 3", "", "Fix =", "v1.0+build"]
    {
        assert_eq!(csv::cell(text, ','), text);
    }
    assert_eq!(csv::cell("a, \"b\"", ','), "\"a, \"\"b\"\"\"");
    assert_eq!(csv::cell("a\rb", ','), "a\\rb");
    assert_eq!(csv::cell("=a,b", ','), "\"'=a,b\"");
}

#[test]
fn xml_holds_what_xml_can_hold() {
    assert_eq!(
        xml::content("<a & \"b\">\x1b\n\t\r]]>\u{fffe}"),
        "&lt;a &amp; &quot;b&quot;&gt;\\x1B\n\t&#13;]]&gt;\\u{FFFE}"
    );
    assert_eq!(xml::attribute("a\n\tb\u{9b}"), "a&#10;&#9;b\\x9B");
}

/// Arbitrary text, rich in hostile characters and their neighbours.
fn texts() -> impl Strategy<Value = String> {
    let special = prop::sample::select(
        HOSTILE.chars().chain("\n\r\t\x1b[m;=+-@\"'&<>\u{200d}🦀é".chars()).collect::<Vec<_>>(),
    );
    prop::collection::vec(prop_oneof![special, any::<char>(), prop::char::range('a', 'z')], 0..200)
        .prop_map(|chars| chars.into_iter().collect())
}

/// The hidden characters of a text that may hold joiners between signs that they join.
fn hides(text: &str, besides: &[char]) -> bool {
    pieces(text).iter().filter_map(|(_, hidden)| *hidden).any(|c| !besides.contains(&c))
}

proptest! {
    #[test]
    fn no_text_shows_anything_hidden(text in texts()) {
        prop_assert!(!hides(&line(&text), &[]));
        prop_assert!(!hides(&lines(&text), &['\n', '\t']));
        prop_assert!(!hides(&csv::cell(&text, ','), &[]));
        prop_assert!(!hides(&xml::content(&text), &['\n', '\t']));
        prop_assert!(!hides(&xml::attribute(&text), &[]));
        let printed = printable(&text).replace("\r\n", "\n");
        for (index, part) in printed.split('\x1b').enumerate() {
            prop_assert!(!hides(part, &['\n', '\t']));
            prop_assert!(index == 0 || part.trim_start_matches(|c: char| "[;".contains(c) || c.is_ascii_digit()).starts_with('m'));
        }
    }

    #[test]
    fn no_bytes_show_anything_hidden(raw in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(!hides(&bytes(&raw), &[]));
        prop_assert!(!hides(&byte_lines(&raw), &['\n', '\t']));
    }

    #[test]
    fn what_is_shown_once_is_shown_the_same_again(text in texts()) {
        let (once, several) = (line(&text), lines(&text));
        prop_assert_eq!(&line(&once), &once);
        prop_assert_eq!(&lines(&several), &several);
    }

    #[test]
    fn json_hides_nothing_and_gives_the_text_back(text in texts()) {
        let written = json::to_string(&text).expect("text is JSON");
        prop_assert!(!hides(&written, &[]));
        prop_assert_eq!(serde_json::from_str::<String>(&written).expect("it is JSON"), text);
    }

    #[test]
    fn no_cell_begins_a_formula(text in texts()) {
        let cell = csv::harmless(&text);
        let starts = cell.trim_start_matches(|c: char| c.is_whitespace() || c == '"').starts_with(['=', '@', '＝', '＠', '＋', '－']);
        prop_assert!(!starts, "{:?}", cell);
    }
}
