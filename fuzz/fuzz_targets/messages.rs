//! Output of other programs and earlier runs: rustc's messages, reports of mutation tests, lists of trusted keys.
#![no_main]

use aprender::apr::TrustStore;
use libfuzzer_sys::fuzz_target;
use mutation::report::LastReport;
use pmat::dead_code::rustc::RustcReport;
use pmat::score::Advisories;

fuzz_target!(|data: &[u8]| {
    let _ = LastReport::read(data);
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = RustcReport::parse(text);
    let _ = Advisories::of(std::path::Path::new("no/such/folder"), text);
    if let Ok(store) = TrustStore::parse(text) {
        let _ = store.to_text();
    }
});
