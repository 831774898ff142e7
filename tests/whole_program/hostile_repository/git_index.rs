//! Index files that no Git wrote, and real ones.

use super::{limited, survives};
use crate::program::run;
use crate::repository::{CLEAN, Tree};

const ID: [u8; 20] = [2; 20];

/// An index with this many entries and with extensions. The checksum is never checked.
fn index(version: u32, count: u32, entries: &[u8], extensions: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut bytes = [&b"DIRC"[..], &version.to_be_bytes(), &count.to_be_bytes(), entries].concat();
    for (signature, data) in extensions {
        bytes.extend(*signature);
        bytes.extend(u32::try_from(data.len()).expect("they are small").to_be_bytes());
        bytes.extend(data);
    }
    bytes.extend(ID);
    bytes
}

/// An entry: a file with that path, which is written as given.
fn entry(path: &[u8]) -> Vec<u8> {
    let mut bytes = [&[0; 24][..], &0o100_644_u32.to_be_bytes(), &[0; 12], &[1; 20]].concat();
    bytes.extend(u16::try_from(path.len().min(0xfff)).expect("it is small").to_be_bytes());
    bytes.extend(path);
    bytes.resize(bytes.len() / 8 * 8 + 8, 0);
    bytes
}

/// The caches of deeply nested folders: Git's caches of trees, and of untracked files.
fn nested(depth: usize) -> [(&'static [u8; 4], Vec<u8>); 2] {
    let trees = [&b"a\0-1 1\n".repeat(depth)[..], b"a\0-1 0\n"].concat();
    let head = [&b"\x02x\0"[..], &[0; 2 * 36 + 4 + 2 * 20], b".gitignore\0\x80\x00"].concat();
    let folders = [&b"\x00\x01a\0".repeat(depth)[..], b"\x00\x00a\0"].concat();
    [(b"TREE", trees), (b"UNTR", [head, folders, vec![0]].concat())]
}

/// Paths stored as differences: each is the one before it plus ten bytes.
fn growing(count: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..count {
        bytes.extend(
            [&[0; 24][..], &0o100_644_u32.to_be_bytes(), &[0; 12], &[1; 20], &[0x0f, 0xff, 0]].concat(),
        );
        bytes.extend(b"aaaaaaaaaa\0");
    }
    bytes
}

/// An extension with the offsets of others, with the hash that makes it valid.
fn end_of_entries(offset: u32, hash_of_others: [u8; 20]) -> (&'static [u8; 4], Vec<u8>) {
    (b"EOIE", [&offset.to_be_bytes()[..], &hash_of_others].concat())
}

#[test]
fn an_index_that_nests_grows_or_lies_without_end_is_an_error() {
    let deep = |at: usize| nested(1_000_000)[at].clone();
    let shared = |id: [u8; 20]| (b"link", id.to_vec());
    // SHA-1 of the signature IEOT and the size 12.
    let ieot = [
        0x1d, 0x8a, 0x83, 0x8c, 0x84, 0x68, 0x91, 0x3c, 0x1e, 0x0b, 0x55, 0x91, 0x67, 0x3d, 0x4f, 0x27, 0x31,
        0x55, 0x02, 0xd5,
    ];
    let table = [1_u32, 0xffff_fff0, 0].map(u32::to_be_bytes).concat();
    for (what, bytes, words) in [
        ("trees", index(2, 0, &[], &[deep(0)]), "nests too deep"),
        ("untracked files", index(2, 0, &[], &[deep(1)]), "nests too deep"),
        ("paths", index(4, 60_000, &growing(60_000), &[]), "longer together"),
        ("count", index(2, u32::MAX, &[], &[]), "more entries"),
        ("cut off", index(2, 3, &entry(b"a.rs"), &[]), "cut off"),
        ("offsets", index(2, 0, &[], &[(b"IEOT", table), end_of_entries(12, ieot)]), "begin elsewhere"),
        ("end", index(2, 1, &entry(b"a.rs"), &[end_of_entries(12, ieot)]), "end elsewhere"),
        ("order", index(2, 2, &[entry(b"b.rs"), entry(b"a.rs")].concat(), &[]), "out of order"),
        ("doubled", index(2, 2, &[entry(b"a.rs"), entry(b"a.rs")].concat(), &[]), "out of order"),
        ("itself", index(2, 0, &[], &[shared(ID)]), "shares with another"),
    ] {
        let tree = Tree::repository(&[("a.rs", CLEAN)]);
        tree.write(
            ".git/sharedindex.0202020202020202020202020202020202020202",
            index(2, 0, &[], &[shared(ID)]),
        );
        tree.write(".git/index", bytes);
        for command in [&["analyze"][..], &["analyze", "--staged"], &["pmat", "hooks", "run", "pre-commit"]] {
            let run = limited(tree.path(), 4_000_000, command).exits(2);
            assert!(run.stderr.contains(words), "{what}: {}", run.stderr);
        }
        if what == "trees" {
            survives(&tree);
        }
    }
}

/// Everything that Git itself writes can be read: differences, parts, caches of folders and of untracked files, tables
/// for threads.
#[test]
fn an_index_is_read_in_every_form_that_git_gives_it() {
    type Prepare = fn(&Tree);
    let forms: [(&str, Prepare); 5] = [
        ("differences", |tree| drop(tree.git(&["update-index", "--index-version", "4"]))),
        ("parts", |tree| {
            tree.git(&["update-index", "--split-index"]);
            tree.write("later.rs", CLEAN);
            tree.git(&["add", "later.rs"]);
        }),
        ("untracked files", |tree| {
            tree.git(&["update-index", "--force-untracked-cache"]);
            tree.git(&["status"]);
        }),
        ("a sparse checkout", |tree| {
            tree.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "sub"]);
        }),
        ("many files", |tree| {
            let blob = tree.git(&["rev-parse", "HEAD:a.rs"]);
            let lines =
                (0..12_000).map(|number| format!("100644 {blob}\tmany/d{}/f{number:05}.rs\n", number % 100));
            tree.write(".git/list", lines.collect::<String>());
            tree.git(&["config", "index.threads", "4"]);
            shell(tree, "git update-index --index-info < .git/list");
        }),
    ];
    for (what, prepare) in forms {
        let tree = Tree::repository(&[("a.rs", CLEAN), ("sub/inner/b.rs", CLEAN), ("other/c.rs", CLEAN)]);
        prepare(&tree);
        let staged = tree.git(&["ls-files", "--stage"]).lines().count();
        let report = run(tree.path(), &["analyze", "--staged", "--format", "json"]).exits(0).json();
        assert_eq!(report["total"]["files"], staged, "{what}: {report}");
        run(tree.path(), &["analyze"]).exits(0);
    }
}

fn shell(tree: &Tree, line: &str) {
    let status = std::process::Command::new("sh").args(["-c", line]).current_dir(tree.path()).status();
    assert!(status.expect("sh runs").success(), "{line}");
}
