//! The same tree with more or fewer sections: nothing is copied, and nothing is mixed with another state of the tree.

use facts::source::MemoryTree;
use facts::{MeasureOptions, RepoFacts, Sections, measure};
use std::sync::Arc;

const ALL: Sections = Sections { comments: true, symbols: true, tokens: true, types: true };
const TOKENS: Sections = Sections { comments: false, symbols: false, tokens: true, types: false };

fn facts(text: &str, sections: Sections) -> RepoFacts {
    let tree = MemoryTree::new([("a.rs", text), ("b.py", "def b():\n    return 1  # one\n")]);
    let options = MeasureOptions { sections, ..MeasureOptions::default() };
    measure(&tree, None, &options).expect("memory can be read")
}

#[test]
fn what_is_trimmed_and_joined_again_is_the_same_and_shared() {
    let all = facts("// A\nfn a() {}\n", ALL);
    let plain = all.trimmed(Sections::default());
    assert_eq!(plain.files, facts("// A\nfn a() {}\n", Sections::default()).files);
    let tokens = all.trimmed(TOKENS);
    let joined = plain.joined(&tokens).expect("it is the same tree");
    assert_eq!(joined.files, tokens.files);
    for (one, other) in all.files.iter().zip(&joined.files) {
        assert!(Arc::ptr_eq(&one.data.facts, &other.data.facts));
        let shared = one.data.tokens.as_ref().zip(other.data.tokens.as_ref());
        assert!(shared.is_some_and(|(one, other)| Arc::ptr_eq(one, other)));
        assert!(other.data.symbols.is_none() && other.data.comments.is_none());
    }
}

#[test]
fn sections_of_another_state_of_the_tree_are_not_joined() {
    let (old, new) = (facts("fn a() {}\n", Sections::default()), facts("fn b() {}\n", TOKENS));
    assert!(old.joined(&new).is_none());
}

#[test]
fn what_is_missing_is_what_one_wish_has_and_another_has_not() {
    let rest = Sections { comments: true, symbols: true, tokens: false, types: true };
    assert_eq!(ALL.without(TOKENS), rest);
    assert_eq!(TOKENS.without(ALL), Sections::default());
}
