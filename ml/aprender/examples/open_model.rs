//! Measures opening a model of 1 GiB and viewing its first tensor, compared with decoding it and with safetensors.
//!
//! `cargo run --release -p aprender --example open_model` prints a name and a number per line: times in milliseconds
//! (medians; the programs take turns), memory in KiB. `cargo xtask bench --only apr` makes a table of them.
#![allow(clippy::print_stdout)]

use std::path::Path;
use std::time::Instant;

use aprender::apr::{OpenOptions, Reader, Verify, Writer};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};

const TENSORS: usize = 64;
const ROWS: usize = 4096;
const COLUMNS: usize = 1024;
const ROUNDS: usize = 21;

/// Memory of the process in bytes: total, and the part backed by files.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) << 10
}

/// Time that `run` takes, in milliseconds.
fn time(run: impl FnOnce()) -> f64 {
    let start = Instant::now();
    run();
    start.elapsed().as_secs_f64() * 1e3
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn write_models(apr: &Path, safe: &Path) {
    let values: Vec<Vec<f32>> =
        (0..TENSORS).map(|tensor| (0..ROWS * COLUMNS).map(|i| (i ^ tensor) as f32).collect()).collect();
    let mut writer = Writer::new();
    for (number, values) in values.iter().enumerate() {
        writer.tensor(&format!("layer.{number}"), &[ROWS, COLUMNS], values).expect("valid");
    }
    writer.write(apr).expect("there is room");
    let views = values.iter().enumerate().map(|(number, values)| {
        let view =
            TensorView::new(Dtype::F32, vec![ROWS, COLUMNS], bytemuck::cast_slice(values)).expect("valid");
        (format!("layer.{number}"), view)
    });
    safetensors::serialize_to_file(views, None, safe).expect("there is room");
}

fn open_and_view(path: &Path, verify: Verify) {
    let model = Reader::open(path, &OpenOptions { verify, ..OpenOptions::default() }).expect("sound");
    assert_eq!(model.tensor::<f32>("layer.0").expect("there").rows(0..1).expect("sound")[1], 1.0);
}

fn peer_open_and_view(path: &Path) {
    let map = map(&std::fs::File::open(path).expect("there"));
    let model = SafeTensors::deserialize(&map).expect("valid");
    let values: &[f32] = bytemuck::cast_slice(model.tensor("layer.0").expect("there").data());
    assert_eq!(values[1], 1.0);
}

fn decode(path: &Path) {
    let bytes = std::fs::read(path).expect("there");
    let values: Vec<f32> =
        bytes.chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().expect("4 bytes"))).collect();
    assert!(values.len() > TENSORS * ROWS * COLUMNS);
}

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let (apr, safe) = (folder.path().join("model.apr"), folder.path().join("model.safetensors"));
    write_models(&apr, &safe);
    let before = resident();
    let model = Reader::open(&apr, &OpenOptions::default()).expect("sound");
    let first = model.tensor::<f32>("layer.0").expect("there").rows(0..1).expect("sound");
    assert_eq!(first[1], 1.0);
    println!("resident-kib {}", (resident() - before) >> 10);
    drop(model);
    let mut times: [Vec<f64>; 3] = Default::default();
    for _ in 0..ROUNDS {
        times[0].push(time(|| open_and_view(&apr, Verify::OnAccess)));
        times[1].push(time(|| open_and_view(&apr, Verify::HeadOnly)));
        times[2].push(time(|| peer_open_and_view(&safe)));
    }
    for (name, times) in ["verified", "head-verified", "safetensors"].into_iter().zip(times) {
        println!("{name} {}", median(times));
    }
    println!("decoded {}", median((0..3).map(|_| time(|| decode(&apr))).collect()));
    let options = OpenOptions { verify: Verify::AtOpen, ..OpenOptions::default() };
    let all = (0..3).map(|_| time(|| drop(Reader::open(&apr, &options).expect("sound"))));
    println!("all-verified {}", median(all.collect()));
}

#[allow(unsafe_code)]
fn map(file: &std::fs::File) -> memmap2::Mmap {
    // SAFETY: the file is in a folder that only this process uses, and nothing changes it.
    unsafe { memmap2::Mmap::map(file) }.expect("a mapping")
}
