//! Manifests of packages. The first byte selects the format.
#![no_main]

use facts::manifest::{dependencies, is_manifest};
use libfuzzer_sys::fuzz_target;

const NAMES: [&str; 8] = [
    "Cargo.toml",
    "package.json",
    "pyproject.toml",
    "requirements.txt",
    "Pipfile",
    "setup.cfg",
    "go.mod",
    "pom.xml",
];

fuzz_target!(|data: &[u8]| {
    let Some((first, text)) = data.split_first() else { return };
    let path = NAMES[usize::from(*first) % NAMES.len()].into();
    if is_manifest(&path) {
        let _ = dependencies(&path, text);
    }
});
