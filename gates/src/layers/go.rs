//! Go: import paths below a module path of a `go.mod` in the tree.

use super::Resolver;
use facts::model::Import;

/// Where an import leads. One declaration may group several paths.
pub(super) fn targets(resolver: &Resolver<'_>, import: &Import) -> Vec<String> {
    let quoted = import.text.split(['"', '`']).skip(1).step_by(2);
    let mut targets: Vec<String> = quoted.filter_map(|path| resolver.manifests.go_package(path)).collect();
    targets.retain(|target| resolver.index.has_folder(target));
    targets
}
