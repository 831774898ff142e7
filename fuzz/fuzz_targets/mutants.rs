//! Mutants of a source file. The first byte selects the language.
#![no_main]

use facts::extract::extract_as;
use libfuzzer_sys::fuzz_target;
use mutation::operators::{OperatorOptions, generate, languages};

fuzz_target!(|data: &[u8]| {
    let Some((first, text)) = data.split_first() else { return };
    let languages = languages();
    let language = languages[usize::from(*first) % languages.len()];
    let Ok(measured) = extract_as(language, text, 1 << 20) else { return };
    let options = OperatorOptions::default();
    let Ok(mutants) = generate(language, &"src/a".into(), text, &measured.facts.functions, &options) else {
        return;
    };
    assert!(
        mutants.iter().all(|mutant| mutant.span.end_byte as usize <= text.len()),
        "a mutant lies within the file"
    );
});
