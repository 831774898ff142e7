//! `docs/apr-format.md` is correct: a reader written only from that document, in another language, reads the files
//! written here.

use crate::samples::{RECIPIENT, SIGNER, encrypted, everything};
use aprender::apr::{Cipher, Element, OpenOptions, Reader, Writer, hex};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

/// The reader's output for a file.
#[expect(clippy::disallowed_methods, reason = "another program reads the same files")]
fn asked(file: &[u8], more: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("m.apr");
    std::fs::write(&path, file).expect("the folder can be written");
    let reader = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/apr/independent/read_apr.py");
    Command::new("python3").arg("-B").arg(reader).arg(&path).args(more).output().expect("python3 is there")
}

#[track_caller]
fn read(file: &[u8], more: &[&str]) -> Value {
    let output = asked(file, more);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn content<'a>(report: &'a Value, name: &str) -> &'a Value {
    let sections = report["sections"].as_array().expect("a list");
    let found = sections.iter().find(|section| section["name"] == name);
    &found.unwrap_or_else(|| panic!("there is no {name}"))["content"]
}

fn numbers<T: Element + Into<f64>>(reader: &Reader, name: &str) -> Vec<f64> {
    reader.tensor::<T>(name).and_then(|t| t.values()).expect("there").iter().map(|x| (*x).into()).collect()
}

#[track_caller]
fn assert_same(report: &Value, reader: &Reader) {
    assert_eq!(report["root"], hex(reader.root()));
    assert_eq!(report["sections"].as_array().map(Vec::len), Some(reader.sections().len()));
    let found =
        |name: &str| serde_json::from_value::<Vec<f64>>(content(report, name).clone()).expect("numbers");
    assert_eq!(found("weights"), numbers::<f32>(reader, "weights"));
    assert_eq!(found("scalar"), numbers::<f64>(reader, "scalar"));
    assert!(found("nothing").is_empty());
    assert_eq!(content(report, "apr/card")["name"], "sample");
    let trees = content(report, "forest").as_array().expect("trees");
    let forest = reader.trees("forest").expect("there");
    assert_eq!(trees.len(), forest.len());
    for (tree, nodes) in trees.iter().zip(forest.iter()) {
        for (found, node) in tree.as_array().expect("nodes").iter().zip(nodes) {
            let own = serde_json::json!([
                node.threshold,
                node.value,
                node.left,
                node.right,
                node.feature,
                node.flags
            ]);
            assert_eq!(*found, own);
        }
    }
    // Only if that Python has zstd.
    if let Some(text) = content(report, "text").as_str() {
        assert_eq!(text, hex(reader.bytes("text").expect("there")));
    }
}

#[test]
fn plain_files_are_read() {
    let file = everything().to_bytes().expect("storable");
    let report = read(&file, &[]);
    assert_same(&report, &Reader::from_bytes(&file, &OpenOptions::default()).expect("valid"));
    read(&Writer::new().to_bytes().expect("storable"), &[]);
}

#[test]
fn files_with_groups_are_read() {
    let bytes = (0..600_000u32).map(|i| ((i * 31) >> 3) as u8).collect::<Vec<_>>();
    let mut writer = everything();
    writer.compress(false);
    writer
        .bytes("one group", &bytes[..1 << 18])
        .and_then(|w| w.bytes("three groups", &bytes[..]))
        .expect("valid");
    let file = writer.to_bytes().expect("storable");
    let report = read(&file, &[]);
    assert_eq!(content(&report, "three groups"), &Value::from(hex(&bytes)));
}

#[test]
fn signed_and_encrypted_files_are_read() {
    let mut writer = encrypted(everything(), Cipher::ChaCha20Poly1305);
    let long = vec![7u8; 3 * 65_536 + 5];
    writer.compress(false).bytes("chunks", &long[..]).expect("valid");
    writer.sign(&SIGNER);
    let file = writer.to_bytes().expect("storable");
    let secret = hex(&*RECIPIENT.to_bytes());
    let signer = hex(&SIGNER.public());
    let report = read(&file, &["--recipient", &secret, "--signer", &signer]);
    assert_eq!(report["signed"], true);
    let options = OpenOptions { recipient: Some(&RECIPIENT), ..OpenOptions::default() };
    assert_same(&report, &Reader::from_bytes(&file, &options).expect("valid"));
    assert_eq!(content(&report, "chunks"), &Value::from(hex(&long)));
    let other = read(&file, &["--signer", &secret]);
    assert_eq!(other["signed"], false);
    assert!(content(&other, "weights").is_null(), "nothing is seen without a key");
}

#[test]
fn every_changed_byte_is_seen() {
    let file = everything().to_bytes().expect("storable");
    for at in (0..file.len()).step_by(file.len() / 12) {
        let mut changed = file.clone();
        changed[at] ^= 1;
        let output = asked(&changed, &[]);
        assert_eq!(output.status.code(), Some(1), "byte {at}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("wrong: "), "byte {at}");
    }
}
