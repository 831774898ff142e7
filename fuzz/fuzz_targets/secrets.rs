//! The search for secrets, and the text in which they are masked.
#![no_main]

use facts::language::Language;
use facts::secrets::{Text, mask, scan};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for language in [None, Some(Language::Rust), Some(Language::Yaml)] {
        let text = Text::of(language);
        let _ = scan(data, text);
        if let Ok(written) = std::str::from_utf8(data) {
            let _ = mask(written, text);
        }
    }
});
