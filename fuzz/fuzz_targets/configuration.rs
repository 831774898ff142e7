//! `batuta.toml`.
#![no_main]

use gates::Config;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(config) = Config::parse(text, "batuta.toml") {
        let _ = config.to_json();
    }
});
