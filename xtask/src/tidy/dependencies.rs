//! Every dependency has its reason in `docs/dependencies.md`, and every reason its dependency.

use super::Files;
use anyhow::{Context, Result};
use std::collections::BTreeSet;

const DOCUMENT: &str = "docs/dependencies.md";

/// Compares the manifests with the document.
pub fn check(files: &Files, breaches: &mut BTreeSet<String>) -> Result<()> {
    let documented = documented(files.text(DOCUMENT).unwrap_or_default());
    let used = used(files)?;
    for name in used.difference(&documented) {
        breaches.insert(format!("{DOCUMENT}: no reason for `{name}`"));
    }
    for name in documented.difference(&used) {
        breaches.insert(format!("{DOCUMENT}: `{name}` is no dependency"));
    }
    for name in unused(files)? {
        breaches.insert(format!("Cargo.toml: no member uses `{name}`"));
    }
    Ok(())
}

/// Entries of the workspace's table that no member uses.
fn unused(files: &Files) -> Result<BTreeSet<String>> {
    let root: toml::Table =
        files.text("Cargo.toml").unwrap_or_default().parse().context("Cargo.toml is not TOML")?;
    let declared = root.get("workspace").and_then(|workspace| workspace.get("dependencies"));
    let mut names: BTreeSet<String> = declared
        .and_then(toml::Value::as_table)
        .into_iter()
        .flatten()
        .map(|(name, _)| name.clone())
        .collect();
    for (_, text) in
        files.0.iter().filter(|(path, _)| path.ends_with("Cargo.toml") && !super::is_test_data(path))
    {
        names.retain(|name| !text.contains(&format!("\n{name}.workspace = true")));
        names.retain(|name| !text.contains(&format!("\n{name} = {{ workspace = true")));
    }
    Ok(names)
}

/// First cells of the table rows that name a crate: "| `name` | reason |".
fn documented(text: &str) -> BTreeSet<String> {
    text.lines()
        .filter_map(|line| {
            let (name, reason) = line.strip_prefix("| `")?.split_once("` | ")?;
            let reason = reason.trim_end_matches('|').trim();
            (!reason.is_empty()).then(|| name.to_owned())
        })
        .collect()
}

/// Third-party crates: those of the workspace's table, and those for which a member declares its own version.
fn used(files: &Files) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for (path, text) in
        files.0.iter().filter(|(path, _)| path == "Cargo.toml" || path.ends_with("/Cargo.toml"))
    {
        if super::is_test_data(path) {
            continue;
        }
        let manifest: toml::Table = text.parse().with_context(|| format!("{path} is not TOML"))?;
        let workspace = manifest.get("workspace").and_then(|workspace| workspace.get("dependencies"));
        let tables =
            ["dependencies", "dev-dependencies", "build-dependencies"].map(|name| manifest.get(name));
        for table in tables.into_iter().chain([workspace]).flatten().filter_map(toml::Value::as_table) {
            names.extend(table.iter().filter(|(_, value)| is_foreign(value)).map(|(name, _)| name.clone()));
        }
    }
    Ok(names)
}

fn is_foreign(dependency: &toml::Value) -> bool {
    dependency.get("path").is_none() && dependency.get("workspace").is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_with(document: &str) -> Vec<String> {
        let manifest = "[workspace.dependencies]\nserde = \"1\"\n[dependencies]\nserde.workspace = true\n";
        let files = Files(vec![("Cargo.toml".into(), manifest.into()), (DOCUMENT.into(), document.into())]);
        let mut breaches = BTreeSet::new();
        check(&files, &mut breaches).expect("the manifest is TOML");
        breaches.into_iter().collect()
    }

    #[test]
    fn a_dependency_without_a_reason_is_a_breach() {
        assert_eq!(check_with("| `serde` | reads and writes |\n"), [""; 0]);
        assert_eq!(check_with("| `serde` | |\n"), ["docs/dependencies.md: no reason for `serde`"]);
    }

    #[test]
    fn a_reason_without_a_dependency_is_a_breach() {
        let breaches = check_with("| `serde` | reads and writes |\n| `rand` | dice |\n");
        assert_eq!(breaches, ["docs/dependencies.md: `rand` is no dependency"]);
    }
}
