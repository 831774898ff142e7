//! Files of versions 1 and 2: some written here byte by byte, some by `golden/make.py`, which is independent of this
//! crate.

use aprender::apr::{AprError, Dtype, OpenOptions, Reader, RecipientKey, TrustStore, v1, v2};

const V1_ZSTD: &[u8] = include_bytes!("golden/v1-zstd.apr");
const V1_SIGNED: &[u8] = include_bytes!("golden/v1-signed.apr");
const V1_PASSWORD: &[u8] = include_bytes!("golden/v1-password.apr");
const V1_RECIPIENT: &[u8] = include_bytes!("golden/v1-recipient.apr");

/// The content of the golden files: the numbers 0 to 99, three times, as bytes.
fn payload() -> Vec<u8> {
    (0..300).map(|i| (i % 100) as u8).collect()
}

fn with_crc(mut file: Vec<u8>) -> Vec<u8> {
    let crc = crc32fast::hash(&file);
    file.extend_from_slice(&crc.to_le_bytes());
    file
}

/// A linear regression of 4 bytes, named "m".
pub fn plain_v1() -> Vec<u8> {
    let mut file = b"APRN\x01\x00\x01\x00".to_vec();
    let metadata = b"\x81\xaamodel_name\xa1m";
    file.extend_from_slice(&(metadata.len() as u32).to_le_bytes());
    file.extend_from_slice(&4u32.to_le_bytes());
    file.extend_from_slice(&4u32.to_le_bytes());
    file.extend_from_slice(&[0; 12]);
    file.extend_from_slice(metadata);
    file.extend_from_slice(b"\x01\x02\x03\x04");
    with_crc(file)
}

/// Two tensors: `b`, f32 of shape [2, 2], and `a`, ggml's Q6_K of 256 elements.
pub fn plain_v2() -> Vec<u8> {
    let metadata = b"{\"architecture\":\"test\"}";
    let mut index = b"\x01\x00a\x0e\x01".to_vec();
    [256u64, 0, 210].iter().for_each(|field| index.extend_from_slice(&field.to_le_bytes()));
    index.extend_from_slice(b"\x01\x00b\x00\x02");
    [2u64, 2, 256, 16].iter().for_each(|field| index.extend_from_slice(&field.to_le_bytes()));
    let mut file = b"APR\0\x02\x00\x00\x04\x02\x00\x00\x00".to_vec();
    file.extend_from_slice(&64u64.to_le_bytes());
    file.extend_from_slice(&(metadata.len() as u32).to_le_bytes());
    file.extend_from_slice(&128u64.to_le_bytes());
    file.extend_from_slice(&256u64.to_le_bytes());
    assert_eq!(file.len(), 40);
    let crc = crc32fast::hash(&[file.as_slice(), &[0; 20]].concat());
    file.extend_from_slice(&crc.to_le_bytes());
    file.resize(64, 0);
    file.extend_from_slice(metadata);
    file.resize(128, 0);
    file.extend_from_slice(&index);
    file.resize(256, 0);
    file.extend_from_slice(&[6; 210]);
    file.resize(512, 0);
    [1.0f32, 2.0, 3.0, 4.0].iter().for_each(|value| file.extend_from_slice(&value.to_le_bytes()));
    file.resize(576, 0);
    with_crc(file)
}

#[test]
fn a_plain_file_of_version_1_is_read_and_goes_over_to_version_3() {
    let model = v1::read(&plain_v1(), &OpenOptions::default()).expect("valid");
    assert_eq!((model.type_name(), model.payload.as_slice()), ("linear regression", [1, 2, 3, 4].as_slice()));
    assert_eq!(model.metadata, serde_json::json!({ "model_name": "m" }));
    let file = model.to_writer().expect("valid").to_bytes().expect("written");
    let newer = Reader::from_bytes(&file, &OpenOptions::default()).expect("sound");
    assert_eq!(newer.bytes("v1/payload").expect("sound"), [1, 2, 3, 4]);
}

#[test]
fn golden_files_of_version_1_are_read() {
    let none = OpenOptions::default();
    let zstd = v1::read(V1_ZSTD, &none).expect("valid");
    assert_eq!((zstd.model_type, &zstd.payload), (4, &payload()));
    assert_eq!(zstd.metadata["training"]["samples"], 150);
    assert_eq!(zstd.metadata["metrics"]["accuracy"], 0.96);
    assert_eq!(v1::read(V1_SIGNED, &none).expect("valid").payload, payload());
    let password = OpenOptions { password: Some("correct horse"), ..none };
    assert_eq!(v1::read(V1_PASSWORD, &password).expect("valid").payload, payload());
    let key = RecipientKey::from_bytes([0x42; 32]);
    let recipient = OpenOptions { recipient: Some(&key), ..none };
    assert_eq!(v1::read(V1_RECIPIENT, &recipient).expect("valid").payload, payload());
    for file in [V1_PASSWORD, V1_RECIPIENT] {
        assert!(matches!(v1::read(file, &none), Err(AprError::KeyNeeded(_))));
        assert!(matches!(
            v1::read(file, &OpenOptions { password: Some("wrong"), ..none }),
            Err(AprError::WrongKey)
        ));
    }
}

#[test]
fn a_signature_of_version_1_counts_by_the_readers_own_key_only() {
    let key = aprender::apr::SigningKey::from_seed(&[0x24; 32]);
    let (mut trust, stranger) = (TrustStore::new(), aprender::apr::SigningKey::from_seed(&[1; 32]));
    trust.add("somebody", &stranger.public()).expect("a key");
    fn read(file: &[u8], trust: &TrustStore) -> Result<v1::Model, AprError> {
        v1::read(file, &OpenOptions { trust: Some(trust), ..OpenOptions::default() })
    }
    assert!(matches!(read(V1_SIGNED, &trust), Err(AprError::NotTrusted(_))));
    assert!(matches!(read(V1_ZSTD, &trust), Err(AprError::NotTrusted(_))));
    trust.add("maker", &key.public()).expect("a key");
    assert_eq!(read(V1_SIGNED, &trust).expect("valid").trusted_signer.as_deref(), Some("maker"));
    let mut changed = V1_SIGNED[..V1_SIGNED.len() - 4].to_vec();
    changed[6] = 5;
    assert!(matches!(read(&with_crc(changed), &trust), Err(AprError::BadSignature(_))));
}

#[test]
fn files_of_version_1_that_are_cut_flipped_or_lie_are_refused() {
    let none = OpenOptions::default();
    for file in [plain_v1(), V1_ZSTD.to_vec(), V1_SIGNED.to_vec()] {
        for length in 0..file.len() {
            assert!(v1::read(&file[..length], &none).is_err());
        }
        for bit in 0..8 * file.len() {
            let mut flipped = file.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(v1::read(&flipped, &none).is_err(), "bit {bit}");
        }
    }
    // A claim of 2 GiB, a claim of 1 GiB that is false, and a claim that is too small.
    for promise in [2 << 30, 1 << 30, 299u32] {
        let mut lying = V1_ZSTD[..V1_ZSTD.len() - 4].to_vec();
        lying[16..20].copy_from_slice(&promise.to_le_bytes());
        assert!(v1::read(&with_crc(lying), &none).is_err());
    }
    assert!(matches!(Reader::from_bytes(V1_ZSTD, &none), Err(AprError::Version { major: 1, .. })));
}

#[test]
fn a_file_of_version_2_is_viewed_and_goes_over_to_version_3() {
    let model = v2::Model::from_bytes(&plain_v2(), &OpenOptions::default()).expect("valid");
    assert_eq!(model.metadata()["architecture"], "test");
    assert_eq!(model.values::<f32>("b").expect("there"), [1.0, 2.0, 3.0, 4.0]);
    assert_eq!(model.tensor("b").expect("there").tensor_type, v2::TensorType::Plain(Dtype::F32));
    assert_eq!(model.bytes("a").expect("there"), [6; 210]);
    assert!(matches!(model.values::<f32>("a"), Err(AprError::WrongType { .. })));
    assert!(matches!(model.bytes("c"), Err(AprError::NoSection(_))));
    let file = model.to_writer().expect("valid").to_bytes().expect("written");
    let newer = Reader::from_bytes(&file, &OpenOptions::default()).expect("sound");
    assert_eq!(newer.tensor::<f32>("b").expect("there").rows(1..2).expect("sound"), [3.0, 4.0]);
    assert_eq!(newer.json::<serde_json::Value>("v2/blocks").expect("sound")["a"]["type"], 14);
    let refused = Reader::from_bytes(&plain_v2(), &OpenOptions::default());
    assert!(matches!(refused, Err(AprError::Version { major: 2, .. })));
}

#[test]
fn files_of_version_2_that_are_cut_or_flipped_are_refused() {
    let (file, none) = (plain_v2(), OpenOptions::default());
    for length in 0..file.len() {
        assert!(v2::Model::from_bytes(&file[..length], &none).is_err());
    }
    for bit in 0..8 * file.len() {
        let mut flipped = file.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(v2::Model::from_bytes(&flipped, &none).is_err(), "bit {bit}");
    }
    assert!(matches!(
        v2::Model::from_bytes(&file, &OpenOptions { trust: Some(&TrustStore::new()), ..none }),
        Err(AprError::NotTrusted(_))
    ));
}

#[test]
fn tensors_of_version_2_that_overlap_or_have_another_size_are_refused() {
    let changed = |at: usize, bytes: &[u8]| {
        let mut file = plain_v2();
        file.truncate(file.len() - 4);
        file[at..at + bytes.len()].copy_from_slice(bytes);
        let crc = crc32fast::hash(&[&file[..40], &file[44..64]].concat());
        file[40..44].copy_from_slice(&crc.to_le_bytes());
        v2::Model::from_bytes(&with_crc(file), &OpenOptions::default())
    };
    // The index begins at 128: `a` takes 5 + 24 bytes, `b` 5 + 32.
    let (a, b) = (128, 128 + 29);
    assert!(changed(b + 21, &0u64.to_le_bytes()).is_err(), "both at the same place");
    assert!(changed(b + 21, &192u64.to_le_bytes()).is_err(), "the one in the other");
    assert!(changed(b + 21, &u64::MAX.to_le_bytes()).is_err(), "beyond the end");
    assert!(changed(b + 29, &12u64.to_le_bytes()).is_err(), "smaller than its shape");
    assert!(changed(a + 21, &211u64.to_le_bytes()).is_err(), "not whole blocks");
    assert!(changed(b + 2, b"a").is_err(), "twice the same name");
    assert!(changed(a + 2, b"c").is_err(), "not sorted");
    assert!(changed(b + 3, &[99]).is_err(), "a type that does not exist");
    assert!(changed(8, &u32::MAX.to_le_bytes()).is_err(), "too many");
    for flag in [2u16, 4, 8, 0x10, 0x800] {
        assert!(changed(6, &flag.to_le_bytes()).is_err(), "flag {flag:#x}");
    }
    assert!(changed(6, &1u16.to_le_bytes()).is_ok(), "the mark of LZ4 means nothing");
}
