//! Rust: what stands in the tests, benchmarks and examples whose files a manifest names: `[[test]] path = "src/tests/mod.rs"`.

use super::packages::text_of;
use crate::dead_code::places::{folder, join, stem};
use crate::dead_code::world::World;
use facts::hash::HashSet;
use facts::language::Language;
use trueno_graph::code::NodeId;

/// Marks it, unless it is known for a test by itself.
pub(super) fn of_manifests(world: &World<'_>, all: &mut HashSet<NodeId>) {
    for package in world.packages(Language::Rust) {
        let text = text_of(world, &join(package, "Cargo.toml")).unwrap_or_default();
        for path in paths(&text, &BESIDE) {
            let root = join(package, path);
            // The modules of `tests/mod.rs` stand beside it, those of `all.rs` in `all/`.
            let modules = match stem(&root) {
                "mod" | "main" | "lib" => folder(&root).to_owned(),
                name => join(folder(&root), name),
            };
            let below = |path: &str| path.strip_prefix(&modules).is_some_and(|rest| rest.starts_with('/'));
            let files = world.files.iter().filter(|file| file.language == Language::Rust);
            for file in files.filter(|file| file.path == root || (!modules.is_empty() && below(file.path))) {
                let nodes = (file.node + 1..).zip(&file.symbols.definitions);
                all.extend(nodes.map(|(node, _)| node));
            }
        }
    }
}

/// The sections of targets that are no part of the product.
const BESIDE: [&str; 3] = ["[[test]]", "[[bench]]", "[[example]]"];

/// The file at which a library begins, if the manifest names one.
pub(super) fn library(manifest: &str) -> Option<&str> {
    paths(manifest, &["[lib]"]).first().copied()
}

/// The values of `path` in these sections.
fn paths<'m>(manifest: &'m str, sections: &[&str]) -> Vec<&'m str> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in manifest.lines().map(str::trim) {
        if line.starts_with('[') {
            inside = sections.iter().any(|section| line.starts_with(section));
        }
        let value = line.strip_prefix("path").map(str::trim_start).and_then(|rest| rest.strip_prefix('='));
        let path = value.and_then(|value| value.split('"').nth(1));
        found.extend(path.filter(|_| inside).map(|path| path.trim_start_matches("./")));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_targets_beside_the_product_count() {
        let text = "[lib]\npath = \"src/lib.rs\"\n[[test]]\nname = \"all\"\npath = \"src/tests/mod.rs\"\n[dependencies]\na = { path = \"a\" }\n";
        assert_eq!(paths(text, &BESIDE), ["src/tests/mod.rs"]);
        assert_eq!(library(text), Some("src/lib.rs"));
        assert_eq!(library("[lib]\nname = \"a\"\n[[bin]]\npath = \"./a.rs\"\n"), None);
    }
}
