//! Files in the safetensors format, and their conversion to `.apr`.
#![no_main]

use aprender::apr::safetensors::File;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(file) = File::from_bytes(data) else { return };
    let _ = file.names().count();
    if let Ok(writer) = file.to_writer() {
        let _ = writer.to_bytes();
    }
});
