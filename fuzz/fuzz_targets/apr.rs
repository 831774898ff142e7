//! Models in the format `.apr`, in all its versions, and fitted models inside. The first byte selects how the file is
//! opened, and whether its digests are corrected first, as a forger could do.
#![no_main]

use aprender::apr::{KeyDerivation, Limits, OpenOptions, Reader, Verify, v1, v2};
use aprender::saved::SavedModel;
use libfuzzer_sys::fuzz_target;
use samples::{RECIPIENT, with_right_digests};

/// The sample models and the forger from the tests.
#[path = "../../ml/aprender/tests/apr/samples.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod samples;

const LIMITS: Limits =
    Limits { unpacked: 64 << 20, derivation: KeyDerivation { memory_kib: 1 << 10, passes: 2, lanes: 2 } };

fuzz_target!(|data: &[u8]| {
    let Some((first, file)) = data.split_first() else { return };
    let verify = [Verify::OnAccess, Verify::AtOpen, Verify::HeadOnly][usize::from(first >> 1) % 3];
    let options = OpenOptions {
        recipient: Some(&RECIPIENT),
        now: Some(1500),
        verify,
        limits: LIMITS,
        ..OpenOptions::default()
    };
    let _ = v1::read(file, &options);
    if let Ok(model) = v2::Model::from_bytes(file, &options) {
        model.tensors().iter().for_each(|tensor| drop(model.values::<f32>(&tensor.name)));
    }
    let head = file.get(24..32).map(|head| u64::from_le_bytes(head.try_into().expect("8 bytes")));
    let has_head = head.is_some_and(|head| (160..=file.len() as u64).contains(&head));
    if has_head && first & 1 == 1 {
        use_all(&with_right_digests(file.to_vec()), &options);
    } else {
        use_all(file, &options);
    }
});

/// Uses everything in a file; the answers do not matter.
fn use_all(file: &[u8], options: &OpenOptions) {
    let Ok(model) = Reader::from_bytes(file, options) else { return };
    let _ = (model.card(), model.provenance(), model.verify(), SavedModel::load(&model));
    for section in model.sections() {
        let _ = model.bytes(&section.name);
        let _ = model.tensor::<f32>(&section.name).map(|tensor| tensor.rows(1..2).is_ok());
        let _ = model.trees(&section.name).map(|trees| trees.iter().map(<[_]>::len).sum::<usize>());
        let _ = model.json::<Vec<String>>(&section.name);
    }
}
