use super::*;
use proptest::prelude::*;

/// `[text, o200k_base ranks, cl100k_base ranks]`, from tiktoken 0.14.0's `encode_ordinary`: hand-picked texts, then random
/// strings over an alphabet of the character classes that the splitting expressions tell apart.
const TIKTOKEN: &str = include_str!("tiktoken.json");

#[test]
fn ranks_are_tiktokens() {
    let cases: Vec<(String, Vec<u32>, Vec<u32>)> =
        serde_json::from_str(TIKTOKEN).expect("the fixture is JSON");
    assert!(cases.len() > 80);
    for (text, o200k, cl100k) in cases {
        assert_eq!(Tokenizer::O200k.encode(&text), o200k, "o200k {text:?}");
        assert_eq!(Tokenizer::Cl100k.encode(&text), cl100k, "cl100k {text:?}");
        assert_eq!(Tokenizer::O200k.count(&text), o200k.len());
    }
}

#[test]
fn a_million_equal_characters_take_no_quadratic_time() {
    for unit in ["a", " ", "=", "\n", "é", "0"] {
        let text = unit.repeat(1_000_000 / unit.len());
        let count = Tokenizer::O200k.count(&text);
        assert!(count > 0 && count <= text.len());
    }
}

#[test]
fn names_are_accepted_with_and_without_base() {
    assert_eq!("cl100k".parse(), Ok(Tokenizer::Cl100k));
    assert_eq!("o200k_base".parse(), Ok(Tokenizer::O200k));
    assert!("gpt2".parse::<Tokenizer>().is_err());
}

proptest! {
    #[test]
    fn pieces_make_up_the_whole_text(text in any::<String>()) {
        for tokenizer in Tokenizer::ALL {
            let pieces: String = tokenizer.encoding().splitter.pieces(&text).collect();
            prop_assert_eq!(&pieces, &text);
            prop_assert_eq!(tokenizer.fits(&text, tokenizer.count(&text)), true);
        }
    }
}
