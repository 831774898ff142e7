//! `package.json` (npm's documentation, "package.json").

use super::DependencyScope::{Development, Optional, Runtime};
use super::{Declared, Trouble};
use serde_json::{Map, Value};

pub(super) fn read(text: &str, declared: &mut Declared) -> Result<(), Trouble> {
    let manifest: Value =
        serde_json::from_str(text).map_err(|error| Trouble::at(error.line(), error.to_string()))?;
    let section = |name: &str| manifest.get(name).and_then(Value::as_object).into_iter().flat_map(Map::iter);
    // Packages that are also in the optional dependencies are optional: npm lets that section win.
    let optional =
        |name: &str| manifest.get("optionalDependencies").is_some_and(|section| section.get(name).is_some());
    for (name, wanted) in section("dependencies").filter(|(name, _)| !optional(name)) {
        add(name, wanted, Runtime, declared);
    }
    for (name, wanted) in section("devDependencies") {
        add(name, wanted, Development, declared);
    }
    for (name, wanted) in section("optionalDependencies") {
        add(name, wanted, Optional, declared);
    }
    for (name, wanted) in section("peerDependencies") {
        let meta = manifest.pointer("/peerDependenciesMeta").and_then(|meta| meta.get(name));
        let optional = meta.and_then(|meta| meta.get("optional")).and_then(Value::as_bool) == Some(true);
        add(name, wanted, if optional { Optional } else { Runtime }, declared);
    }
    Ok(())
}

fn add(name: &str, wanted: &Value, scope: super::DependencyScope, declared: &mut Declared) {
    let wanted = wanted.as_str().unwrap_or_default();
    // `"alias": "npm:name@^1"` installs another package under this name.
    let alias = wanted.strip_prefix("npm:").map(|target| match target.rfind('@') {
        Some(at) if at > 0 => (&target[..at], &target[at + 1..]),
        _ => (target, ""),
    });
    let (name, requirement) = alias.unwrap_or((name, wanted));
    let dependency = declared.add(name, Some(requirement), scope);
    dependency.local =
        ["workspace:", "file:", "link:", "portal:", "./", "../"].iter().any(|p| wanted.starts_with(p));
}
