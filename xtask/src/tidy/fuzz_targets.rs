//! The fuzz targets: each source is a target of the manifest, each target has its source, and all are built for fuzzing only.

use super::Files;
use anyhow::{Context, Result};
use std::collections::BTreeSet;

/// The manifest of the fuzz targets: a workspace of its own.
pub const MANIFEST: &str = "fuzz/Cargo.toml";

/// Where their sources are.
const SOURCES: &str = "fuzz/fuzz_targets/";

/// Names of the targets that the manifest lists, in its order.
///
/// # Errors
/// The manifest is not TOML.
pub fn targets(manifest: &str) -> Result<Vec<String>> {
    let manifest: toml::Table = manifest.parse().context("fuzz/Cargo.toml is not TOML")?;
    let bins = manifest.get("bin").and_then(toml::Value::as_array).cloned().unwrap_or_default();
    Ok(bins.iter().filter_map(|bin| bin.get("name")?.as_str().map(str::to_owned)).collect())
}

/// Compares sources and manifest.
///
/// # Errors
/// The manifest is not TOML.
pub(super) fn check(files: &Files, breaches: &mut BTreeSet<String>) -> Result<()> {
    let manifest = files.text(MANIFEST).unwrap_or_default();
    let listed: BTreeSet<String> = targets(manifest)?.into_iter().collect();
    let sources: BTreeSet<String> = files
        .ending(".rs")
        .filter_map(|(path, _)| path.strip_prefix(SOURCES)?.strip_suffix(".rs").map(str::to_owned))
        .collect();
    for name in sources.difference(&listed) {
        breaches.insert(format!("{MANIFEST}: {SOURCES}{name}.rs is no target"));
    }
    for name in listed.difference(&sources) {
        breaches.insert(format!("{MANIFEST}: the target `{name}` has no source in {SOURCES}"));
    }
    for (path, text) in files.0.iter().filter(|(path, _)| path != MANIFEST && path.ends_with("Cargo.toml")) {
        if text.lines().any(|line| line.starts_with("libfuzzer-sys")) && !super::is_test_data(path) {
            breaches.insert(format!("{path}: `libfuzzer-sys` is for {MANIFEST} alone"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaches_of(files: &[(&str, &str)]) -> usize {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        let mut breaches = BTreeSet::new();
        check(&Files(files), &mut breaches).expect("the manifest is TOML");
        breaches.len()
    }

    #[test]
    fn sources_and_targets_are_the_same() {
        let manifest = (MANIFEST, "[[bin]]\nname = \"a\"\n");
        let (a, b) = (("fuzz/fuzz_targets/a.rs", ""), ("fuzz/fuzz_targets/b.rs", ""));
        assert_eq!(breaches_of(&[manifest, a]), 0);
        assert_eq!(breaches_of(&[manifest, a, b]), 1);
        assert_eq!(breaches_of(&[manifest]), 1);
    }

    #[test]
    fn the_fuzzer_is_no_dependency_of_the_product() {
        assert_eq!(breaches_of(&[("web/Cargo.toml", "[dependencies]\nlibfuzzer-sys = \"0.4\"\n")]), 1);
    }
}
