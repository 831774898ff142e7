//! Sample models, and changes to files that a forger could make.

use std::sync::LazyLock;

use aprender::apr::{
    Cipher, Encryption, License, ModelCard, Provenance, RecipientKey, SigningKey, TreeNode, Writer,
};

/// The signer that readers in these tests trust.
pub static SIGNER: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::from_seed(&[7; 32]));
/// The recipient of encrypted files in these tests.
pub static RECIPIENT: LazyLock<RecipientKey> = LazyLock::new(|| RecipientKey::from_bytes([9; 32]));
/// 100 values that do not repeat.
pub static VALUES: LazyLock<Vec<f32>> = LazyLock::new(|| (0..100).map(|i| (i as f32).sin()).collect());
/// Bytes that compress.
pub static TEXT: LazyLock<Vec<u8>> =
    LazyLock::new(|| b"a decision tree is a tree of decisions; ".repeat(500));

/// A licence from 1000 to 2000 (seconds since 1970) with no counts.
pub fn license() -> License {
    License {
        id: "L-1".into(),
        licensee: "Example Ltd".into(),
        issued: 1000,
        expires: Some(2000),
        seats: None,
        uses: None,
        terms: "internal use".into(),
    }
}

/// A tree with one split.
pub fn stump() -> Vec<TreeNode> {
    let leaf = |value| TreeNode { threshold: 0.0, value, left: 0, right: 0, feature: 0, flags: 0 };
    let flags = TreeNode::MISSING_LEFT;
    vec![TreeNode { threshold: 0.5, value: 0.0, left: 1, right: 2, feature: 3, flags }, leaf(-1.0), leaf(1.0)]
}

/// One section of every kind, without licence.
pub fn everything<'a>() -> Writer<'a> {
    let mut model = Writer::new();
    let card =
        ModelCard { name: "sample".into(), limitations: vec!["a sample".into()], ..ModelCard::default() };
    let provenance = Provenance { seed: Some(42), ..Provenance::default() };
    model.card(&card).expect("valid");
    model.provenance(&provenance).expect("valid");
    model.tensor("weights", &[20, 5], VALUES.as_slice()).expect("valid");
    model.tensor("scalar", &[], &[2.5f64]).expect("valid");
    model.tensor("nothing", &[0, 7], &[] as &[i64]).expect("valid");
    model.trees("forest", &[stump(), stump()[1..2].to_vec()]).expect("valid");
    model.compress(true).bytes("text", TEXT.as_slice()).expect("valid");
    model
}

/// Adds encryption for [`RECIPIENT`].
pub fn encrypted<'a>(mut model: Writer<'a>, cipher: Cipher) -> Writer<'a> {
    model.encrypt(Encryption::recipients(cipher, &[RECIPIENT.public()]));
    model
}

fn u64_at(file: &[u8], at: usize) -> usize {
    u64::from_le_bytes(file[at..at + 8].try_into().expect("8 bytes")) as usize
}

/// The place of section `number` in the table.
pub fn entry(number: usize) -> usize {
    128 + 128 * number
}

/// Corrects all digests of a file after a change, as a forger without a key can do. Written from `docs/apr-format.md`,
/// for sections of at most 256 KiB.
pub fn with_right_digests(mut file: Vec<u8>) -> Vec<u8> {
    let head = u64_at(&file, 24);
    let sections = u32::from_le_bytes(file[32..36].try_into().expect("4 bytes")) as usize;
    for number in 0..sections {
        let entry = entry(number);
        if entry + 128 > head.min(file.len()) {
            break;
        }
        let (start, length) = (u64_at(&file, entry), u64_at(&file, entry + 8));
        if let Some(stored) = file.get(start..start.saturating_add(length)) {
            let digest = blake3::hash(stored);
            file[entry + 88..entry + 120].copy_from_slice(digest.as_bytes());
        }
    }
    let check = blake3::hash(&file[..head - 32]);
    file[head - 32..head].copy_from_slice(check.as_bytes());
    file
}

/// The file with every `old` replaced by `new` (of the same length), and correct digests.
pub fn forged(file: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    let mut file = file.to_vec();
    let at =
        file.windows(old.len()).position(|window| window == old).expect("what is to be replaced is there");
    file[at..at + old.len()].copy_from_slice(new);
    with_right_digests(file)
}
