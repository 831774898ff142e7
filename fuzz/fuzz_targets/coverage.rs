//! A report of line coverage, of any format, and its names among the files of a tree.
#![no_main]

use facts::coverage::LineCoverage;
use facts::model::RepoPath;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(coverage) = LineCoverage::parse(data) else { return };
    let paths = ["src/lib.rs", "src/a/b.ts", "web/src/lib.rs", "main.go", "pkg/mod.py"].map(RepoPath::from);
    let _ = coverage.placed(&paths.iter().collect::<Vec<_>>());
});
