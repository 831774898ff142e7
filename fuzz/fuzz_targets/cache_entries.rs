//! Entries of the cache. Those without a right seal are never parsed; here it is skipped too, as if a stranger knew the
//! secret.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    facts::cache::read_strange_entry(data);
});
