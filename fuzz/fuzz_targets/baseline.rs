//! The file of accepted findings: writing and reading it again gives the same findings.
#![no_main]

use gates::baseline::Baseline;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(baseline) = Baseline::parse(text) {
        let written = baseline.to_text();
        let again = Baseline::parse(&written).expect("what was written can be read");
        assert_eq!(again.to_text(), written);
    }
});
