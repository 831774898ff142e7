//! Go: import paths below a module path of a `go.mod` in the tree.

use super::{Binds, Lead, Resolver};
use facts::model::Import;

/// Where an import leads. One declaration may group several paths.
pub(super) fn leads(resolver: &Resolver<'_>, import: &Import) -> Vec<Lead> {
    let mut leads = Vec::new();
    let mut before = "";
    for (position, piece) in import.text.split(['"', '`']).enumerate() {
        if position % 2 == 0 {
            before = piece;
            continue;
        }
        let target = resolver.manifests.go_package(piece).filter(|target| resolver.index.has_folder(target));
        let binds = match before.split_whitespace().last().unwrap_or_default() {
            "_" => Binds::Nothing,
            "." => Binds::All,
            "" | "import" | "(" => Binds::Name(package_name(piece).to_owned()),
            alias => Binds::Name(alias.to_owned()),
        };
        leads.push(Lead::new(target, Vec::new(), binds));
    }
    leads
}

/// What a package calls itself, as far as its path tells: its last part that is no major version.
fn package_name(path: &str) -> &str {
    let is_version = |part: &str| {
        part.strip_prefix('v').is_some_and(|v| !v.is_empty() && v.bytes().all(|b| b.is_ascii_digit()))
    };
    let last = path.rsplit('/').find(|part| !is_version(part)).unwrap_or(path);
    let last = last.split(".v").next().unwrap_or(last);
    last.strip_prefix("go-").unwrap_or(last)
}
