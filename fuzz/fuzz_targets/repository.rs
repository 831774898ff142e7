//! A small repository, through every analysis: pieces between bytes 0xFF are files, and the first byte of each selects
//! its name.
#![no_main]

use clones::{CloneOptions, Kinds};
use context::{ContextOptions, build};
use facts::source::MemoryTree;
use facts::{MeasureOptions, Measured, Sections};
use gates::{Config, NoEvidence};
use libfuzzer_sys::fuzz_target;
use pmat::dead_code::DeadCodeOptions;
use pmat::score::Measurements;

const NAMES: [&str; 32] = [
    "Cargo.toml",
    "Cargo.lock",
    "src/lib.rs",
    "src/main.rs",
    "src/a.rs",
    "build.rs",
    "package.json",
    "tsconfig.json",
    "src/index.ts",
    "src/a.jsx",
    "src/b.vue",
    "pyproject.toml",
    "setup.py",
    "tox.ini",
    "pkg/__init__.py",
    "pkg/a.py",
    "go.mod",
    "main.go",
    "magefile.go",
    "Makefile",
    "Taskfile.yml",
    "justfile",
    "pom.xml",
    "src/main/java/A.java",
    "CMakeLists.txt",
    "a.h",
    "a.cpp",
    ".github/workflows/ci.yml",
    ".gitlab-ci.yml",
    ".pre-commit-config.yaml",
    "README.md",
    "batuta.toml",
];

const ALL: Sections = Sections { comments: true, symbols: true, tokens: true, types: true };

fuzz_target!(|data: &[u8]| {
    let pieces = data.split(|byte| *byte == 0xFF).filter_map(<[u8]>::split_first);
    let files = pieces.map(|(name, bytes)| (NAMES[usize::from(*name) % NAMES.len()], bytes)).take(8);
    let tree = MemoryTree::new(files);
    let options = MeasureOptions { sections: ALL, ..MeasureOptions::default() };
    let facts = facts::measure(&tree, None, &options).expect("memory can be read");

    let graph = trueno_graph::code::build(&tree, &facts);
    let _ = pmat::dead_code::analyze(&tree, &facts, &graph, &DeadCodeOptions::default());
    let _ = pmat::score::analyze(&tree, &facts, &no_measurements());
    let kinds = CloneOptions { min_tokens: 20, min_lines: 2, kinds: Kinds::ALL };
    let _ = clones::detect(&facts, &kinds);
    let _ = gates::run(&tree, &facts, &Config::default(), &NoEvidence);
    let _ = build(&tree, &facts, &ContextOptions::default());
});

fn no_measurements() -> Measurements {
    let reason = "not asked for";
    Measurements {
        tdg: Measured::not_asked(reason),
        duplicated: Measured::not_asked(reason),
        import_cycles: Measured::not_asked(reason),
        coverage: Measured::not_asked(reason),
        mutation: Measured::not_asked(reason),
        advisories: Measured::not_asked(reason),
    }
}
