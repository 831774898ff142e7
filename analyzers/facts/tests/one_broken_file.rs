//! A file at which measuring breaks down costs itself and no other.

use facts::source::{Entry, Listing, MemoryTree, SkipReason, SourceError, SourceTree};
use facts::{MeasureOptions, measure};

/// A tree in which reading one file is a bug.
struct Treacherous(MemoryTree);

impl SourceTree for Treacherous {
    fn listing(&self) -> Result<Listing, SourceError> {
        self.0.listing()
    }

    fn read(&self, entry: &Entry) -> Result<Vec<u8>, SourceError> {
        assert!(entry.path.as_bytes() != b"b.rs", "a test's own");
        self.0.read(entry)
    }

    fn describe(&self) -> String {
        self.0.describe()
    }
}

#[test]
fn a_file_that_breaks_measuring_is_listed_and_the_others_are_measured() {
    let file = |path: &[u8]| (path.to_vec(), b"fn f() {}\n".to_vec());
    let tree = Treacherous(MemoryTree::new([file(b"a.rs"), file(b"b.rs"), file(b"c.rs")]));
    let facts = measure(&tree, None, &MeasureOptions::default()).expect("the tree can be listed");
    let paths: Vec<String> = facts.files.iter().map(|file| file.path().to_string()).collect();
    assert_eq!(paths, ["a.rs", "c.rs"]);
    let [skipped] = &facts.skipped[..] else { panic!("{:?}", facts.skipped) };
    assert_eq!(skipped.path.to_string(), "b.rs");
    assert_eq!(skipped.reason, SkipReason::Fault);
}
