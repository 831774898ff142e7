//! Random changes to valid files, with corrected digests so that the changes reach the parsers: no panic, whatever is
//! done with the result.

use std::time::{Duration, Instant};

use aprender::apr::{Cipher, License, OpenOptions, Reader, Verify, v1, v2};

use crate::older::{plain_v1, plain_v2};
use crate::samples::{RECIPIENT, encrypted, everything, license, with_right_digests};

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// One to four changes, mostly in the first bytes, where lengths and offsets are.
fn mutate(file: &[u8], random: &mut Random) -> Vec<u8> {
    const INTERESTING: [u64; 8] = [0, 1, 63, 64, 0x7fff_ffff, 0xffff_ffff, 1 << 40, u64::MAX];
    let mut file = file.to_vec();
    for _ in 0..=random.below(4) {
        let near = if random.below(4) > 0 { file.len().min(2200) } else { file.len() };
        let at = random.below(near);
        let room = file.len() - at;
        match random.below(6) {
            0 => file[at] ^= 1 << random.below(8),
            1 => file[at] = random.next() as u8,
            2 | 3 => {
                let value = INTERESTING[random.below(8)].to_le_bytes();
                let length = room.min([1, 2, 4, 8][random.below(4)]);
                file[at..at + length].copy_from_slice(&value[..length]);
            }
            4 => {
                let length = random.below(room.min(64));
                let from = random.below(file.len() - length);
                file.copy_within(from..from + length, at);
            }
            _ => file.truncate(file.len() - random.below(room.min(128))),
        }
        if file.is_empty() {
            return file;
        }
    }
    file
}

/// Uses everything in a file; the answers do not matter.
fn use_all(file: &[u8], options: &OpenOptions) -> bool {
    let Ok(model) = Reader::from_bytes(file, options) else { return false };
    let _ = (model.card(), model.provenance(), model.verify());
    for section in model.sections() {
        let _ = model.bytes(&section.name);
        let _ = model
            .tensor::<f32>(&section.name)
            .map(|tensor| (tensor.values().is_ok(), tensor.rows(1..2).is_ok()));
        let _ = model.trees(&section.name).map(|trees| trees.iter().map(<[_]>::len).sum::<usize>());
        let _ = model.json::<serde_json::Value>(&section.name);
    }
    true
}

/// Tries changed files; returns how many were tried, and how many of version 3 could be opened.
fn run(seed: u64, mut more: impl FnMut(u64) -> bool) -> (u64, u64) {
    let unlimited = License { expires: None, issued: 0, ..license() };
    let mut licensed = everything();
    let seeds = [
        everything().to_bytes().expect("written"),
        licensed.license(&unlimited).expect("valid").to_bytes().expect("written"),
        encrypted(everything(), Cipher::ChaCha20Poly1305).to_bytes().expect("written"),
    ];
    let (v1_file, v2_file) = (plain_v1(), plain_v2());
    let mut random = Random(seed);
    let (mut tried, mut opened) = (0, 0);
    let options = OpenOptions { recipient: Some(&RECIPIENT), ..OpenOptions::default() };
    while more(tried) {
        tried += 1;
        let file = mutate(&seeds[random.below(3)], &mut random);
        let head =
            file.get(24..32).map_or(u64::MAX, |head| u64::from_le_bytes(head.try_into().expect("8 bytes")));
        let file = if (160..=file.len() as u64).contains(&head) { with_right_digests(file) } else { file };
        let verify = [Verify::OnAccess, Verify::AtOpen, Verify::HeadOnly][random.below(3)];
        opened += u64::from(use_all(&file, &OpenOptions { verify, ..options }));
        let _ = v1::read(&mutate(&v1_file, &mut random), &options);
        let file = mutate(&v2_file, &mut random);
        if let Ok(model) = v2::Model::from_bytes(&file, &OpenOptions::default()) {
            model.tensors().iter().for_each(|tensor| drop(model.values::<f32>(&tensor.name)));
        }
    }
    (tried, opened)
}

#[test]
fn changed_files_cause_no_panic() {
    let (tried, opened) = run(1, |tried| tried < 20_000);
    assert!(
        opened > tried / 100,
        "{opened} of {tried} get past the digests, so what comes after them is tried too"
    );
}

#[test]
#[ignore = "as long as APR_MUTATION_SECONDS says, 60 if it says nothing"]
#[allow(clippy::print_stderr, reason = "who runs it for an hour wants to know what it did")]
#[expect(clippy::disallowed_methods, reason = "how long the search goes on")]
fn changed_files_cause_no_panic_for_long() {
    let seconds = std::env::var("APR_MUTATION_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(60);
    let start = Instant::now();
    let seed = std::time::UNIX_EPOCH.elapsed().expect("after 1970").as_nanos() as u64;
    let (tried, opened) =
        run(seed, |tried| tried % 256 != 0 || start.elapsed() < Duration::from_secs(seconds));
    eprintln!("seed {seed}: {tried} files tried, {opened} get past the digests");
    assert!(opened > tried / 100, "seed {seed}: {opened} of {tried} get past the digests");
}
