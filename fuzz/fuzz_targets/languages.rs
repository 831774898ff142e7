//! Measurements of a file of each language, for any bytes. The first byte selects the language.
#![no_main]

use facts::extract::extract_as;
use facts::language::Language;
use libfuzzer_sys::fuzz_target;

const MAX_FILE_SIZE: u64 = 4 << 20;

fuzz_target!(|data: &[u8]| {
    let Some((first, text)) = data.split_first() else { return };
    let language = Language::ALL[usize::from(*first) % Language::ALL.len()];
    let _ = extract_as(language, text, MAX_FILE_SIZE);
});
