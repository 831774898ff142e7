//! Malicious files: every claim is checked before it is acted on.

use aprender::apr::{
    AprError, Cipher, Encryption, KeyDerivation, Limits, OpenOptions, Reader, TrustStore, Writer,
};

use crate::samples::{TEXT, entry, everything, with_right_digests};

fn open(file: Vec<u8>) -> Result<Reader, AprError> {
    Reader::from_bytes(&with_right_digests(file), &OpenOptions::default())
}

fn patched(file: &[u8], at: usize, bytes: &[u8]) -> Vec<u8> {
    let mut file = file.to_vec();
    file[at..at + bytes.len()].copy_from_slice(bytes);
    file
}

fn is_malformed<T>(result: Result<T, AprError>) -> bool {
    matches!(result, Err(AprError::Malformed(_)))
}

/// A zstd frame of `megabytes` MiB of zeros, 32 bytes per MiB: no content size, blocks of one repeated byte.
fn frame_of_zeros(megabytes: usize) -> Vec<u8> {
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x50];
    for block in 1..=8 * megabytes {
        let header = (131_072u32 << 3) | (1 << 1) | u32::from(block == 8 * megabytes);
        frame.extend_from_slice(&header.to_le_bytes()[..3]);
        frame.push(0);
    }
    frame
}

/// A file whose only section claims to be `plain` bytes, compressed to `frame`.
fn compressed_file(frame: &[u8], plain: u64) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.bytes("bomb", frame).expect("valid");
    let file = writer.to_bytes().expect("written");
    let file = patched(&file, entry(0) + 16, &plain.to_le_bytes());
    patched(&file, entry(0) + 33, &[1])
}

#[test]
fn a_bomb_is_refused_before_or_while_it_goes_off() {
    let frame = frame_of_zeros(1024);
    assert!(frame.len() < 40_000);
    let allowed = 30 << 20;
    let honest = frame_of_zeros(1);
    let model = open(compressed_file(&honest, 1 << 20));
    assert!(matches!(model, Err(AprError::Limit { .. })), "more than a thousandfold");
    assert!(matches!(open(compressed_file(&frame, 1 << 30)), Err(AprError::Limit { .. })));
    // It claims less than it contains.
    let model = open(compressed_file(&frame, allowed)).expect("the head is sound");
    assert!(is_malformed(model.bytes("bomb")));
    // It claims more than it contains.
    let mut writer = Writer::new();
    writer.compress(true).bytes("text", TEXT.as_slice()).expect("valid");
    let file = writer.to_bytes().expect("written");
    let model = open(patched(&file, entry(0) + 16, &40_000u64.to_le_bytes())).expect("the head is sound");
    assert!(is_malformed(model.bytes("text")));
    let limits = Limits { unpacked: 10_000, ..Limits::default() };
    let model = Reader::from_bytes(&file, &OpenOptions { limits, ..OpenOptions::default() });
    assert!(matches!(model, Err(AprError::Limit { asked: 20_000, limit: 10_000, .. })));
}

#[test]
fn a_window_larger_than_memory_is_refused() {
    let mut frame = frame_of_zeros(1);
    frame[5] = 0xf8;
    let model = open(compressed_file(&frame, 90_000)).expect("the head is sound");
    assert!(is_malformed(model.bytes("bomb")));
}

#[test]
fn sections_cannot_overlap_leave_gaps_or_reach_beyond_the_file() {
    let file = everything().to_bytes().expect("written");
    let field = |number: usize, at: usize| {
        u64::from_le_bytes(file[entry(number) + at..entry(number) + at + 8].try_into().expect("8 bytes"))
    };
    let (offset, stored) = (field(2, 0), field(2, 8));
    for wrong in [0, offset - 64, offset + 64, offset + 1, u64::MAX - 63, u64::MAX] {
        assert!(is_malformed(open(patched(&file, entry(2), &wrong.to_le_bytes()))), "offset {wrong}");
    }
    for wrong in [0, stored - 1, stored + 1, stored + 64, u64::MAX - offset, u64::MAX] {
        assert!(open(patched(&file, entry(2) + 8, &wrong.to_le_bytes())).is_err(), "length {wrong}");
    }
    // The same bytes for two sections.
    let copy = file[entry(3)..entry(3) + 16].to_vec();
    assert!(is_malformed(open(patched(&file, entry(2), &copy))));
}

#[test]
fn what_the_format_does_not_define_is_refused() {
    let file = everything().to_bytes().expect("written");
    let wrong: [(usize, &[u8], &str); 16] = [
        (12, &[3], "cipher"),
        (13, &[1], "reserved byte of the header"),
        (44, &[1], "reserved word of the header"),
        (56, &[1], "salt without a cipher"),
        (100, &[1], "end of the header"),
        (entry(0) + 24, &[1], "offset of a name"),
        (entry(0) + 28, &[0, 0], "empty name"),
        (entry(2) + 30, &[9], "kind"),
        (entry(2) + 31, &[99], "type"),
        (entry(2) + 31, &[2], "type of another size"),
        (entry(2) + 32, &[7], "number of dimensions"),
        (entry(2) + 33, &[2], "compression"),
        (entry(2) + 34, &[1], "encryption without a cipher"),
        (entry(2) + 40, &[21], "shape"),
        (entry(2) + 56, &[1], "dimension beyond the last"),
        (entry(2) + 120, &[1], "reserved bytes of an entry"),
    ];
    for (at, bytes, what) in wrong {
        assert!(is_malformed(open(patched(&file, at, bytes))), "{what}");
    }
    for version in [[2, 0, 0, 0], [4, 0, 0, 0], [3, 0, 1, 0], [0, 0, 0, 0]] {
        assert!(matches!(open(patched(&file, 8, &version)), Err(AprError::Version { .. })));
    }
    assert!(matches!(open(patched(&file, 32, &[255, 255, 255, 255])), Err(AprError::Limit { .. })));
    for other in [&b""[..], b"A", b"APR", b"\x7fELF", b"PK\x03\x04", b"APR3\n\x1a\n00000000"] {
        assert!(Reader::from_bytes(other, &OpenOptions::default()).is_err());
    }
    let name = file.windows(7).position(|window| window == b"weights").expect("there");
    assert!(is_malformed(open(patched(&file, name, b"\xff\xfe"))), "not UTF-8");
    assert!(is_malformed(open(patched(&file, name, b"a\nb"))), "control characters");
}

#[test]
fn two_sections_of_one_name_are_refused() {
    let mut writer = Writer::new();
    writer.bytes("one", b"1".as_slice()).expect("valid").bytes("two", b"2".as_slice()).expect("valid");
    let file = writer.to_bytes().expect("written");
    let at = file.windows(6).position(|window| window == b"onetwo").expect("there");
    assert!(is_malformed(open(patched(&file, at, b"oneone"))));
}

#[test]
fn trees_that_would_never_end_or_lead_outside_are_refused() {
    let mut writer = Writer::new();
    writer.trees("trees", &[crate::samples::stump(), crate::samples::stump()]).expect("valid");
    let file = writer.to_bytes().expect("written");
    let start = u64::from_le_bytes(file[entry(0)..entry(0) + 8].try_into().expect("8 bytes")) as usize;
    let node = |number: usize| start + 64 + 32 * number;
    let starts = start + 64 + 32 * 6;
    let wrong: [(usize, u32, &str); 8] = [
        (node(0) + 16, 0, "a node that is its own child"),
        (node(0) + 20, 3, "a child in the next tree"),
        (node(5) + 16, 1, "a parent after its child"),
        (start, 3, "more trees"),
        (start + 4, u32::MAX, "more nodes"),
        (start + 8, 1, "reserved bytes"),
        (starts, 1, "first tree not at the start"),
        (starts + 4, 7, "a tree beyond the nodes"),
    ];
    for (at, value, what) in wrong {
        let model = open(patched(&file, at, &value.to_le_bytes())).expect("the head is sound");
        assert!(is_malformed(model.trees("trees")), "{what}");
    }
}

#[test]
fn a_password_cannot_cost_more_than_the_limits_allow() {
    let mut encryption = Encryption::password(Cipher::Aes256Gcm, "secret");
    encryption.derivation = KeyDerivation { memory_kib: 19 << 10, passes: 2, lanes: 1 };
    let mut model = everything();
    let file = model.encrypt(encryption).to_bytes().expect("written");
    let sections = u32::from_le_bytes(file[32..36].try_into().expect("4 bytes")) as usize;
    let slot = entry(sections);
    let options = OpenOptions { password: Some("secret"), ..OpenOptions::default() };
    for (field, what) in [(8, "memory"), (12, "passes"), (16, "lanes")] {
        let costly = with_right_digests(patched(&file, slot + field, &u32::MAX.to_le_bytes()));
        assert!(matches!(Reader::from_bytes(&costly, &options), Err(AprError::Limit { .. })), "{what}");
        // Cheaper parameters do not open it either: they are bound to the wrapped key.
        let cheap = with_right_digests(patched(&file, slot + field, &[0; 4]));
        assert!(Reader::from_bytes(&cheap, &options).is_err(), "{what}");
    }
    assert!(Reader::from_bytes(&file, &options).is_ok());
}

#[test]
fn keys_that_confirm_everything_are_not_trusted() {
    let mut trust = TrustStore::new();
    let mut identity = [0; 32];
    identity[0] = 1;
    assert!(trust.add("low order", &identity).is_err());
    assert!(trust.add("zero", &[0; 32]).is_err());
    assert!(TrustStore::parse("# nobody\n\n").is_ok());
    for wrong in ["abc name", &"g".repeat(64), &format!("{} x", "é".repeat(32)), &"0".repeat(64)] {
        assert!(TrustStore::parse(wrong).is_err(), "{wrong}");
    }
}
