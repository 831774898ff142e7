//! Every flipped bit and every truncation is found.

use aprender::apr::{Cipher, OpenOptions, Reader, Verify, Writer};
use rayon::prelude::*;

use crate::samples::{RECIPIENT, SIGNER, TEXT, VALUES, encrypted, everything};

fn is_refused(file: &[u8], options: &OpenOptions) -> bool {
    Reader::from_bytes(file, &OpenOptions { verify: Verify::AtOpen, ..*options }).is_err()
}

/// A signed file of exactly 64 KiB with a licence-free model: tensors, trees, JSON, compressed text.
fn file_of_64_kib() -> Vec<u8> {
    let values: Vec<f32> = (0..16_384).map(|i| (i as f32).cos()).collect();
    let write = |count: usize| {
        let mut model = everything();
        model.tensor("fill", &[count], &values[..count]).expect("valid").sign(&SIGNER);
        model.to_bytes().expect("written")
    };
    let file = write(((64 << 10) - write(0).len()) / 4);
    assert_eq!(file.len(), 64 << 10);
    assert!(!is_refused(&file, &OpenOptions::default()));
    file
}

/// Whether flipping the bits `bits` of the file, one at a time, is always found.
fn check_flips(file: &[u8], bits: impl ParallelIterator<Item = usize>, options: &OpenOptions) {
    let unnoticed = bits.map_init(
        || file.to_vec(),
        |copy, bit| {
            copy[bit / 8] ^= 1 << (bit % 8);
            let refused = is_refused(copy, options);
            copy[bit / 8] ^= 1 << (bit % 8);
            (bit, refused)
        },
    );
    assert_eq!(unnoticed.find_any(|(_, refused)| !refused), None);
}

#[test]
fn every_flipped_bit_of_the_head_and_one_of_every_byte_of_64_kib_is_refused() {
    let file = file_of_64_kib();
    let head = u64::from_le_bytes(file[24..32].try_into().expect("8 bytes")) as usize;
    check_flips(&file, (0..8 * head).into_par_iter(), &OpenOptions::default());
    check_flips(
        &file,
        (head..file.len()).into_par_iter().map(|byte| 8 * byte + byte % 8),
        &OpenOptions::default(),
    );
}

#[test]
#[ignore = "half a million files: half a minute; `cargo nextest run -p aprender --run-ignored all every_single`"]
fn every_single_flipped_bit_of_64_kib_is_refused() {
    let file = file_of_64_kib();
    check_flips(&file, (0..8 * file.len()).into_par_iter(), &OpenOptions::default());
}

#[test]
fn every_truncation_and_any_addition_is_refused() {
    let file = file_of_64_kib();
    let unnoticed = (0..file.len())
        .into_par_iter()
        .find_any(|length| !is_refused(&file[..*length], &OpenOptions::default()));
    assert_eq!(unnoticed, None);
    for added in [1, 63, 64, 4096] {
        assert!(is_refused(&[file.as_slice(), &vec![0; added]].concat(), &OpenOptions::default()));
    }
}

#[test]
fn every_flipped_bit_of_an_encrypted_and_signed_file_is_refused() {
    let mut writer = Writer::new();
    writer.tensor("weights", &[10, 4], &VALUES[..40]).expect("valid");
    writer.compress(true).bytes("text", &TEXT[..1000]).expect("valid");
    let mut writer = encrypted(writer, Cipher::ChaCha20Poly1305);
    let file = writer.sign(&SIGNER).to_bytes().expect("written");
    let options = OpenOptions { recipient: Some(&RECIPIENT), ..OpenOptions::default() };
    assert!(!is_refused(&file, &options));
    check_flips(&file, (0..8 * file.len()).into_par_iter(), &options);
}

#[test]
fn damage_is_found_when_the_part_is_read_and_not_elsewhere() {
    let mut file = everything().to_bytes().expect("written");
    let weights = Reader::from_bytes(&file, &OpenOptions::default()).expect("sound");
    let at = weights.section("weights").expect("there").offset as usize;
    file[at + 40] ^= 4;
    let model = Reader::from_bytes(&file, &OpenOptions::default()).expect("the head is sound");
    assert!(model.trees("forest").is_ok());
    let error = model.tensor::<f32>("weights").expect("there").values().expect_err("damaged");
    assert_eq!(error.to_string(), "\"weights\" is damaged: its digest is not the recorded one");
    assert!(model.verify().is_err());
    // The padding after a section belongs to it.
    file[at + 40] ^= 4;
    file[at + 400] ^= 1;
    let model = Reader::from_bytes(&file, &OpenOptions::default()).expect("the head is sound");
    assert!(model.tensor::<f32>("weights").expect("there").values().is_err());
}
