//! Delimited text and JSON lines.
#![no_main]

use alimentar::{Options, read_csv, read_json_lines, write_csv};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let options = Options::default();
    let frames = [read_csv(data, "a.csv", &options), read_json_lines(data, "a.jsonl", &options)];
    for frame in frames.into_iter().flatten() {
        write_csv(&frame, std::io::sink(), &options).expect("a sink takes everything");
    }
});
