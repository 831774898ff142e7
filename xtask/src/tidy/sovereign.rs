//! The sovereign stack is pure Rust: its dependencies do not compile C and do not link system libraries.

use crate::process::{cargo, output};
use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The crates of the stack, including future ones.
const SOVEREIGN: &[&str] =
    &["trueno", "trueno-gpu", "aprender", "alimentar", "trueno-db", "realizar", "pacha"];

/// Crates that compile C or look for system libraries.
const FOREIGN_BUILDERS: &[&str] = &["cc", "cmake", "bindgen", "pkg-config", "vcpkg", "nasm-rs", "autotools"];

/// `links` of crates that link nothing: the key only prevents two versions at once.
const LINKS_NOTHING: &[&str] = &["rayon-core", "wasm_bindgen"];

/// Crates with optional C code, and the feature that leaves it out.
const PURE_BY_FEATURE: &[(&str, &str)] = &[("blake3", "pure")];

/// Asks cargo for the dependency tree, for all platforms. Cargo fetches manifests that no build on this platform
/// needed, so this also works if nothing was built before.
pub fn check(root: &Path, breaches: &mut BTreeSet<String>) -> Result<()> {
    let metadata = output(&mut cargo(root, &["metadata", "--format-version=1", "--locked"]))?;
    let metadata: Value = serde_json::from_str(&metadata).context("cargo metadata is not JSON")?;
    breaches.extend(foreign(&metadata, SOVEREIGN));
    Ok(())
}

/// Everything below `roots` that is not pure Rust, ignoring tests and benchmarks.
fn foreign(metadata: &Value, roots: &[&str]) -> BTreeSet<String> {
    let packages = by_id(&metadata["packages"]);
    let nodes = by_id(&metadata["resolve"]["nodes"]);
    let name = |id: &str| packages[id]["name"].as_str().unwrap_or_default();
    let mut found = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let is_root =
        |package: &&Value| package["source"].is_null() && roots.iter().any(|root| package["name"] == *root);
    let mut next: Vec<&str> =
        packages.values().copied().filter(is_root).filter_map(|package| package["id"].as_str()).collect();
    while let Some(id) = next.pop() {
        if !seen.insert(id) {
            continue;
        }
        if let Some(links) = packages[id]["links"].as_str().filter(|links| !LINKS_NOTHING.contains(links)) {
            found.insert(format!("{}: links `{links}`, in the tree of the sovereign stack", name(id)));
        }
        for dependency in nodes[id]["deps"].as_array().into_iter().flatten() {
            let kinds = dependency["dep_kinds"].as_array();
            let below = dependency["pkg"]
                .as_str()
                .filter(|_| kinds.into_iter().flatten().any(|kind| kind["kind"] != "dev"));
            let Some(below) = below else { continue };
            if !FOREIGN_BUILDERS.contains(&name(below)) {
                next.push(below);
            } else if !is_pure(name(id), &nodes[id]["features"]) {
                found.insert(format!(
                    "{}: builds with `{}`, in the tree of the sovereign stack",
                    name(id),
                    name(below)
                ));
            }
        }
    }
    found
}

fn is_pure(name: &str, features: &Value) -> bool {
    let active = |feature: &str| features.as_array().is_some_and(|all| all.iter().any(|one| one == feature));
    PURE_BY_FEATURE.iter().any(|(crate_name, feature)| *crate_name == name && active(feature))
}

fn by_id(list: &Value) -> BTreeMap<&str, &Value> {
    list.as_array().into_iter().flatten().filter_map(|item| Some((item["id"].as_str()?, item))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A crate `trueno` that depends on `blake3` (with these features), which is built with `cc`, and on `middle`, which
    /// links `links` and has `openblas` among its dependencies of tests only.
    fn metadata(features: &[&str], links: Option<&str>) -> Value {
        let package = |name: &str, links: Option<&str>, source: Option<&str>| json!({ "id": name, "name": name, "links": links, "source": source });
        let dependency =
            |name: &str, kind: Option<&str>| json!({ "pkg": name, "dep_kinds": [{ "kind": kind }] });
        let crates = Some("registry");
        json!({
            "packages": [
                package("trueno", None, None),
                package("blake3", None, crates),
                package("cc", None, crates),
                package("middle", links, crates),
                package("openblas", Some("openblas"), crates),
            ],
            "resolve": { "nodes": [
                { "id": "trueno", "features": [], "deps": [dependency("blake3", None), dependency("middle", None)] },
                { "id": "blake3", "features": features, "deps": [dependency("cc", Some("build"))] },
                { "id": "cc", "features": [], "deps": [] },
                { "id": "middle", "features": [], "deps": [dependency("openblas", Some("dev"))] },
                { "id": "openblas", "features": [], "deps": [] },
            ] },
        })
    }

    #[test]
    fn what_compiles_c_or_links_a_library_is_found() {
        let found = foreign(&metadata(&["std"], Some("z")), SOVEREIGN);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.iter().any(|breach| breach.starts_with("blake3: builds with `cc`")));
        assert!(found.iter().any(|breach| breach.starts_with("middle: links `z`")));
    }

    #[test]
    fn what_leaves_its_c_out_and_what_only_tests_use_is_allowed() {
        assert!(foreign(&metadata(&["std", "pure"], None), SOVEREIGN).is_empty());
        assert!(foreign(&metadata(&["pure"], Some("rayon-core")), SOVEREIGN).is_empty());
        assert!(foreign(&metadata(&[], Some("z")), &["pacha"]).is_empty(), "a crate that does not exist yet");
    }
}
