//! How long it takes to open a model of 1 GiB and to view its first tensor, beside decoding it and beside safetensors.
//!
//! `cargo run --release -p aprender --example open_model`
#![allow(clippy::print_stdout)]

use std::path::Path;
use std::time::Instant;

use aprender::apr::{OpenOptions, Reader, Verify, Writer};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};

const TENSORS: usize = 64;
const ROWS: usize = 4096;
const COLUMNS: usize = 1024;
const ROUNDS: usize = 21;

/// Memory of the process in bytes: all of it, and what files back.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) << 10
}

/// Median of the times that `run` takes, in milliseconds.
fn median(rounds: usize, mut run: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..rounds)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[rounds / 2]
}

fn write_models(apr: &Path, safe: &Path) {
    let values: Vec<Vec<f32>> =
        (0..TENSORS).map(|tensor| (0..ROWS * COLUMNS).map(|i| (i ^ tensor) as f32).collect()).collect();
    let mut writer = Writer::new();
    for (number, values) in values.iter().enumerate() {
        writer.tensor(&format!("layer.{number}"), &[ROWS, COLUMNS], values).expect("valid");
    }
    let start = Instant::now();
    writer.write(apr).expect("there is room");
    println!("written in {:.0} ms", start.elapsed().as_secs_f64() * 1e3);
    let views = values.iter().enumerate().map(|(number, values)| {
        let view =
            TensorView::new(Dtype::F32, vec![ROWS, COLUMNS], bytemuck::cast_slice(values)).expect("valid");
        (format!("layer.{number}"), view)
    });
    safetensors::serialize_to_file(views, None, safe).expect("there is room");
}

fn open_and_view(path: &Path, verify: Verify) -> f32 {
    let model = Reader::open(path, &OpenOptions { verify, ..OpenOptions::default() }).expect("sound");
    model.tensor::<f32>("layer.0").expect("there").rows(0..1).expect("sound")[1]
}

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let (apr, safe) = (folder.path().join("model.apr"), folder.path().join("model.safetensors"));
    write_models(&apr, &safe);
    let before = resident();
    let model = Reader::open(&apr, &OpenOptions::default()).expect("sound");
    let first = model.tensor::<f32>("layer.0").expect("there").rows(0..1).expect("sound");
    assert_eq!(first[1], 1.0);
    println!("resident memory up by {} KiB", (resident() - before) >> 10);
    drop(model);
    let verified = median(ROUNDS, || assert_eq!(open_and_view(&apr, Verify::OnAccess), 1.0));
    let head_only = median(ROUNDS, || assert_eq!(open_and_view(&apr, Verify::HeadOnly), 1.0));
    let peer = median(ROUNDS, || {
        let map = map(&std::fs::File::open(&safe).expect("there"));
        let model = SafeTensors::deserialize(&map).expect("valid");
        let values: &[f32] = bytemuck::cast_slice(model.tensor("layer.0").expect("there").data());
        assert_eq!(values[1], 1.0);
    });
    let decoded = median(3, || {
        let bytes = std::fs::read(&apr).expect("there");
        let values: Vec<f32> =
            bytes.chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().expect("4 bytes"))).collect();
        assert!(values.len() > TENSORS * ROWS * COLUMNS);
    });
    let all = median(3, || {
        drop(Reader::open(&apr, &OpenOptions { verify: Verify::AtOpen, ..OpenOptions::default() }))
    });
    println!("open and view the first row, verified: {verified:.3} ms");
    println!("the same, only the head verified:      {head_only:.3} ms");
    println!("safetensors, which verifies nothing:   {peer:.3} ms");
    println!("decoding the file into a vector:       {decoded:.0} ms ({:.0} times)", decoded / verified);
    println!("open with everything verified:         {all:.0} ms");
}

#[allow(unsafe_code)]
fn map(file: &std::fs::File) -> memmap2::Mmap {
    // SAFETY: the file is in a folder of this process alone, and nothing changes it.
    unsafe { memmap2::Mmap::map(file) }.expect("a mapping")
}
