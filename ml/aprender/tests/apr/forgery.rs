//! Attacks that the older versions could not prevent: each as someone without a key can carry it out, with all digests
//! corrected.

use aprender::apr::{AprError, Cipher, LicenseError, OpenOptions, Reader, SigningKey, TrustStore, signer_id};

use crate::samples::{RECIPIENT, SIGNER, encrypted, entry, everything, forged, license, with_right_digests};

fn trust() -> TrustStore {
    let mut trust = TrustStore::new();
    trust.add("maker", &SIGNER.public()).expect("a key");
    trust
}

/// In version 1 only a CRC-32 protects the licence of an encrypted file.
#[test]
fn the_licence_of_an_encrypted_file_cannot_be_edited() {
    for cipher in [Cipher::ChaCha20Poly1305, Cipher::Aes256Gcm] {
        let mut model = encrypted(everything(), cipher);
        let file = model.license(&license()).expect("valid").to_bytes().expect("written");
        let options = OpenOptions { recipient: Some(&RECIPIENT), now: Some(1500), ..OpenOptions::default() };
        assert!(Reader::from_bytes(&file, &options).is_ok());
        let longer = forged(&file, b"\"expires\":2000", b"\"expires\":9999");
        assert!(matches!(Reader::from_bytes(&longer, &options), Err(AprError::Forged { .. })));
        let card = forged(&file, b"\"sample\"", b"\"banana\"");
        assert!(matches!(Reader::from_bytes(&card, &options), Err(AprError::Forged { .. })));
        let name = forged(&file, b"weights", b"weighty");
        assert!(matches!(Reader::from_bytes(&name, &options), Err(AprError::Forged { .. })));
    }
}

/// In version 1 a file may contain the key that its signature is verified with.
#[test]
fn a_signature_by_a_key_that_the_reader_does_not_have_proves_nothing() {
    let forger = SigningKey::from_seed(&[66; 32]);
    let (trust, mut model) = (trust(), everything());
    let file = model.sign(&forger).to_bytes().expect("written");
    let options = OpenOptions { trust: Some(&trust), ..OpenOptions::default() };
    assert!(matches!(Reader::from_bytes(&file, &options), Err(AprError::NotTrusted(_))));
    // The forger claims to be the maker.
    let claimed = forged(&file, &signer_id(&forger.public()), &signer_id(&SIGNER.public()));
    assert!(
        matches!(Reader::from_bytes(&claimed, &options), Err(AprError::BadSignature(name)) if name == "maker")
    );
    // The maker's signature of another model, under this one.
    let other = everything().sign(&SIGNER).to_bytes().expect("written");
    let (mut model, head) = (everything(), u64::from_le_bytes(other[24..32].try_into().expect("8")) as usize);
    model.json("more", &1).expect("valid");
    let mut moved = model.to_bytes().expect("written");
    let moved_head = u64::from_le_bytes(moved[24..32].try_into().expect("8")) as usize;
    moved[moved_head - 416..moved_head - 32].copy_from_slice(&other[head - 416..head - 32]);
    let moved = with_right_digests(moved);
    assert!(matches!(Reader::from_bytes(&moved, &options), Err(AprError::BadSignature(_))));
    assert!(Reader::from_bytes(&other, &options).is_ok());
}

/// In version 1 a file cannot be both signed and encrypted, and the licence is never enforced.
#[test]
fn a_signed_file_cannot_be_changed_stripped_or_used_beyond_its_licence() {
    let trust = trust();
    for encrypt in [false, true] {
        let mut model = everything();
        if encrypt {
            model = encrypted(model, Cipher::Aes256Gcm);
        }
        let file = model.license(&license()).expect("valid").sign(&SIGNER).to_bytes().expect("written");
        let options = OpenOptions {
            trust: Some(&trust),
            recipient: Some(&RECIPIENT),
            now: Some(1999),
            ..OpenOptions::default()
        };
        assert!(Reader::from_bytes(&file, &options).expect("sound").is_authentic());
        let late = OpenOptions { now: Some(2000), ..options };
        let refused = Reader::from_bytes(&file, &late);
        assert!(matches!(refused, Err(AprError::License(LicenseError::Expired { expires: 2000, .. }))));
        let longer = forged(&file, b"\"expires\":2000", b"\"expires\":9999");
        assert!(Reader::from_bytes(&longer, &late).is_err());
        let head = u64::from_le_bytes(file[24..32].try_into().expect("8")) as usize;
        let mut stripped = file.clone();
        stripped[head - 416..head - 32].fill(0);
        let stripped = with_right_digests(stripped);
        assert!(matches!(Reader::from_bytes(&stripped, &options), Err(AprError::NotTrusted(_))));
    }
}

/// In version 1 one flag stands for two layouts of encryption, and key derivation does not bind the two public keys.
#[test]
fn encrypted_parts_cannot_be_moved_swapped_or_taken_from_another_file() {
    let write = || encrypted(everything(), Cipher::ChaCha20Poly1305).to_bytes().expect("written");
    let (file, other) = (write(), write());
    let options = OpenOptions { recipient: Some(&RECIPIENT), ..OpenOptions::default() };
    let refused = |file: Vec<u8>| assert!(Reader::from_bytes(&with_right_digests(file), &options).is_err());
    assert_ne!(file, other, "every file has a key of its own");
    let model = Reader::from_bytes(&file, &options).expect("sound");
    let range = |name: &str| {
        let section = model.section(name).expect("there");
        section.offset as usize..(section.offset + section.stored) as usize
    };
    let weights = range("weights");
    let mut mixed = file.clone();
    mixed[weights.clone()].copy_from_slice(&other[weights]);
    refused(mixed);
    // The other file's key slot.
    let slot = entry(model.sections().len())..entry(model.sections().len()) + 128;
    let mut mixed = file.clone();
    mixed[slot.clone()].copy_from_slice(&other[slot.clone()]);
    refused(mixed);
    // A slot that claims to be for a password.
    let mut other_kind = file.clone();
    other_kind[slot.start] = 1;
    refused(other_kind);
    // The cipher of the header.
    let mut other_cipher = file.clone();
    other_cipher[12] = 2;
    refused(other_cipher);
}
