//! `pmat analyze dead-code` on folders with deliberately dead functions.

use crate::program::{command, finish, run};
use crate::repository::Tree;

/// Used and dead functions side by side; the dead ones are called `dead…`, and comments name them.
const SEEDED: &[(&str, &str)] = &[
    (
        "app.py",
        "# _dead_one() was used before\nimport helpers\n\n\ndef _used(value):\n    return helpers.double(value)\n\n\n\
         def _dead_one(value):\n    return _dead_two(value)\n\n\ndef _dead_two(value):\n    return _dead_one(value - 1)\n\n\n\
         def _used_dead_similar(value):\n    return value\n\n\nprint(_used(_used_dead_similar(1)))\n",
    ),
    ("helpers.py", "def double(value):\n    return 2 * value\n\n\ndef _dead_helper():\n    pass\n"),
    ("package.json", "{\"name\": \"demo\", \"main\": \"index.js\"}"),
    (
        "index.js",
        "// deadLegacy() was used before\nconst { parse } = require('./parse');\nfunction run(text) { return parse(text); }\n\
         function deadLegacy(text) { return deadStep(text); }\nconst deadStep = (text) => deadLegacy(text);\n\
         function legacy() { return 1; }\nmodule.exports = { run, legacy };\n",
    ),
    (
        "parse.js",
        "function parse(text) { return text.split(' ').map(word); }\nfunction word(text) { return text; }\n\
         function deadParse() {}\nexports.parse = parse;\n",
    ),
    ("Cargo.toml", "[package]\nname = \"demo\"\nversion = \"1.0.0\"\n"),
    (
        "src/main.rs",
        "mod a;\nfn main() { println!(\"{}\", a::used()); }\nfn dead_main() { a::dead_a(); }\n#[allow(dead_code)]\nfn kept() {}\n",
    ),
    ("src/a.rs", "pub fn used() -> u8 { helper!(1) }\npub fn dead_a() {}\n"),
];

fn names(stdout: &str) -> Vec<String> {
    let report: serde_json::Value = serde_json::from_str(stdout).expect("the report is JSON");
    let items = report["items"].as_array().expect("the report lists items");
    items.iter().map(|item| item["name"].as_str().expect("an item has a name").to_owned()).collect()
}

#[test]
fn exactly_the_seeded_functions_are_found() {
    let tree = Tree::folder(SEEDED);
    let run = run(tree.path(), &["pmat", "analyze", "dead-code", "--format", "json"]).exits(0);
    assert_eq!(
        names(&run.stdout),
        [
            "_dead_one",
            "_dead_two",
            "_dead_helper",
            "deadLegacy",
            "deadStep",
            "deadParse",
            "dead_a",
            "dead_main"
        ]
    );
}

#[test]
fn findings_fail_only_when_asked_to() {
    let tree = Tree::folder(SEEDED);
    let dead_code =
        |words: &[&str]| run(tree.path(), &[&["pmat", "analyze", "dead-code"][..], words].concat());
    dead_code(&[]).exits(0);
    let failed = dead_code(&["--fail-on-violation", "--min-confidence", "certain"]).exits(1);
    assert!(failed.stdout.contains("deadLegacy"), "{}", failed.stdout);
    let clean = Tree::folder(&[("a.py", "def used():\n    return 1\n\n\nprint(used())\n")]);
    run(clean.path(), &["pmat", "analyze", "dead-code", "--fail-on-violation"]).exits(0);
}

#[test]
fn rustc_is_asked_on_a_copy() {
    let files = [
        ("Cargo.toml", "[package]\nname = \"demo\"\nversion = \"1.0.0\"\nedition = \"2021\"\n"),
        ("src/main.rs", "fn main() {}\nfn dead() {}\n"),
    ];
    let tree = Tree::folder(&files);
    let asked = run(tree.path(), &["pmat", "analyze", "dead-code", "--rustc", "--format", "json"]).exits(0);
    let report: serde_json::Value = serde_json::from_str(&asked.stdout).expect("the report is JSON");
    assert_eq!(report["items"][0]["rustc"], "dead");
    assert_eq!(report["rustc"]["both"], 1);
    let mut left: Vec<String> = std::fs::read_dir(tree.path())
        .expect("the folder is there")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    left.sort();
    assert_eq!(left, ["Cargo.toml", "src"], "the analysed tree is not written to");
    tree.write("src/main.rs", "fn main() { missing() }\n");
    let failed = run(tree.path(), &["pmat", "analyze", "dead-code", "--rustc"]).exits(2);
    assert!(failed.stderr.contains("missing"), "{}", failed.stderr);
}

/// The tree contains programs with the names that are looked for, and the search path finds them first.
#[cfg(unix)]
#[test]
fn cargo_is_never_taken_from_the_analysed_tree() {
    use std::os::unix::fs::PermissionsExt;
    let tree = Tree::folder(&[
        ("Cargo.toml", "[package]\nname = \"demo\"\nversion = \"1.0.0\"\nedition = \"2021\"\n"),
        ("src/main.rs", "fn main() {}\nfn dead() {}\n"),
        ("bin/cargo", "#!/bin/sh\ntouch \"$(dirname \"$0\")/STARTED\"\n"),
    ]);
    std::fs::copy(tree.join("bin/cargo"), tree.join("cargo")).expect("the tree can be written");
    for name in ["bin/cargo", "cargo"] {
        std::fs::set_permissions(tree.join(name), std::fs::Permissions::from_mode(0o755))
            .expect("modes can be set");
    }
    let own = [tree.join("bin"), "".into(), ".".into(), "bin".into()];
    let path = std::env::var_os("PATH").expect("the tests have a search path");
    let path =
        std::env::join_paths(own.into_iter().chain(std::env::split_paths(&path))).expect("plain names");
    let mut asked = command(tree.path(), &["pmat", "analyze", "dead-code", "--rustc", "--format", "json"]);
    asked.env("PATH", path);
    assert_eq!(finish(asked).exits(0).json()["rustc"]["both"], 1);
    assert!(!tree.join("bin/STARTED").exists() && !tree.join("STARTED").exists());
}
