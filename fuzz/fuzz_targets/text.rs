//! The display of untrusted text: no hidden characters are left in it. Also, the token count equals the number of
//! encoded tokens.
#![no_main]

use context::Tokenizer;
use facts::visible;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let shown = visible::bytes(data);
    assert!(!shown.chars().any(visible::is_hidden), "nothing hidden is shown");
    let _ = visible::byte_lines(data);
    let Ok(written) = std::str::from_utf8(data) else { return };
    let _ = (visible::lines(written), visible::lines_of_patch(written), visible::printable(written));
    let tokenizer = Tokenizer::default();
    assert_eq!(tokenizer.count(written), tokenizer.encode(written).len());
});
