//! Configuration files in a tree that are invalid or too large.

use super::{SECRET, assert_shows_nothing, limited, link, pipe, survives};
use crate::repository::{CLEAN, Tree};
use std::fs;

const GATE: &[&str] = &["pmat", "quality-gate"];

#[test]
fn a_configuration_that_never_ends_or_lies_outside_is_an_error() {
    let tree = Tree::folder(&[("r/a.rs", CLEAN), ("secret.toml", SECRET)]);
    let own = tree.join("r/batuta.toml");
    link("/dev/zero", &own);
    limited(&tree.join("r"), 4_000_000, GATE).fails_with("outside of the repository");
    fs::remove_file(&own).expect("it is there");
    pipe(&own);
    limited(&tree.join("r"), 4_000_000, GATE).fails_with("no regular file");
    fs::remove_file(&own).expect("it is there");
    link("../secret.toml", &own);
    let run = limited(&tree.join("r"), 4_000_000, GATE).fails_with("outside of the repository");
    assert_shows_nothing(&run);
    fs::remove_file(&own).expect("it is there");
    super::sparse(&own);
    limited(&tree.join("r"), 4_000_000, GATE).fails_with("larger than the limit");
}

#[test]
fn a_configuration_named_by_the_operator_must_end_as_well() {
    let tree = Tree::folder(&[("a.rs", CLEAN)]);
    pipe(&tree.join("pipe.toml"));
    for file in ["/dev/zero", "pipe.toml"] {
        limited(tree.path(), 4_000_000, &["pmat", "quality-gate", "--config", file])
            .fails_with("no regular file");
    }
}

#[test]
fn a_configuration_of_very_many_keys_is_refused_quickly() {
    for text in [
        (0..40_000).map(|index| format!("k{index} = 1\n")).collect::<String>(),
        format!("[exclude]\npaths = [{}]\n", "\"**/*a*b*c*d*e*f*g\",".repeat(30_000)),
        format!("x = {}", "[".repeat(100_000)),
        "[limits]\nmax-file-size = \"900 GiB\"\n".to_owned(),
        "#".repeat(8 << 20),
    ] {
        let tree = Tree::folder(&[("a.rs", CLEAN), ("batuta.toml", &text)]);
        limited(tree.path(), 4_000_000, GATE).fails_with("batuta.toml");
    }
}

/// The ignore and attribute files of the tree.
#[test]
fn rule_files_that_never_end_are_passed_by() {
    for name in [".gitignore", ".gitattributes", ".mailmap", "sub/.gitignore", "sub/.gitattributes"] {
        let tree = Tree::repository(&[("a.rs", CLEAN), ("sub/b.rs", CLEAN)]);
        pipe(&tree.join(name));
        tree.write("new.rs", CLEAN);
        survives(&tree);
        fs::remove_file(tree.join(name)).expect("it is there");
        link("/dev/zero", &tree.join(name));
        survives(&tree);
        fs::remove_file(tree.join(name)).expect("it is there");
        super::sparse(&tree.join(name));
        survives(&tree);
    }
}

/// A pattern that tries every way to match, on a path with many.
#[test]
fn patterns_that_try_every_way_end() {
    let path = format!("{}x.rs", "a/".repeat(100));
    let many =
        format!("{}b\n", "**/a/".repeat(40)) + &format!("{}b\n", "*a".repeat(60)) + "**/**/**/**/**/**/b\n";
    let tree = Tree::folder(&[(&path, CLEAN), (&format!("{}.rs", "a".repeat(200)), CLEAN)]);
    tree.write(".gitignore", many.repeat(20));
    tree.write(".gitattributes", many.replace('\n', " linguist-generated\n").repeat(20));
    survives(&tree);
}
