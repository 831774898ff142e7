//! Files that Git does not vouch for are recognised by their stat, and only when it can be trusted.

mod sample;

use facts::extract::blob_id;
use sample::{Listed, cache_in, measure_checked, options};
use std::time::{SystemTime, UNIX_EPOCH};

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970").as_nanos() as i64
}

#[test]
fn a_touched_file_is_read_once_and_its_facts_come_from_the_cache() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut tree = sample::tree(Listed::Stats);
    measure_checked(&tree, &cache_in(folder.path()), &options());
    tree.modified += 1;
    tree.reads();
    let touched = measure_checked(&tree, &cache_in(folder.path()), &options());
    assert!(tree.reads() > 40);
    assert_eq!(touched.from_cache, touched.files.len());
    measure_checked(&tree, &cache_in(folder.path()), &options());
    assert_eq!(tree.reads(), 0);
}

#[test]
fn a_change_that_keeps_the_size_is_seen() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut tree = sample::tree(Listed::Stats);
    measure_checked(&tree, &cache_in(folder.path()), &options());
    let shape = tree.files.get_mut(&"src/shape.rs".into()).expect("it is in the sample");
    let position = shape.windows(2).position(|pair| pair == b"if").expect("it holds an if");
    shape[position..position + 2].copy_from_slice(b"//");
    tree.modified += 1;
    measure_checked(&tree, &cache_in(folder.path()), &options());
}

#[test]
fn a_file_modified_a_moment_ago_is_read_again() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut tree = sample::tree(Listed::Stats);
    tree.modified = now() - 500_000_000;
    measure_checked(&tree, &cache_in(folder.path()), &options());
    // The same tick of the clock, the same size, other bytes.
    tree.files.get_mut(&"src/shape.rs".into()).expect("it is in the sample")[4] = b'Z';
    measure_checked(&tree, &cache_in(folder.path()), &options());
    assert!(tree.reads() > 40);
    // One that was modified long before the run is not.
    tree.modified = now() - 5_000_000_000;
    measure_checked(&tree, &cache_in(folder.path()), &options());
    tree.reads();
    measure_checked(&tree, &cache_in(folder.path()), &options());
    assert_eq!(tree.reads(), 0);
}

/// Git claims the blob with `\n` for files that are on disk with `\r\n`.
#[test]
fn converted_line_endings_are_measured_as_they_lie_on_disk_and_still_cached() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let git = sample::tree(Listed::Blobs);
    let mut disk = sample::tree(Listed::Stats);
    for (path, bytes) in &mut disk.files {
        disk.claimed.insert(path.clone(), blob_id(bytes));
        if path.extension() == Some(b"rs") && !bytes.contains(&0) {
            *bytes = String::from_utf8_lossy(bytes).replace('\n', "\r\n").into_bytes();
        }
    }
    for _ in 0..2 {
        measure_checked(&disk, &cache_in(folder.path()), &options());
        measure_checked(&git, &cache_in(folder.path()), &options());
    }
    disk.reads();
    let warm = measure_checked(&disk, &cache_in(folder.path()), &options());
    assert_eq!((disk.reads(), warm.from_cache), (0, warm.files.len()));
    // The conversion ends: the files change on disk, and Git's claim becomes true.
    disk.files = git.files.clone();
    disk.modified += 1;
    measure_checked(&disk, &cache_in(folder.path()), &options());
}
