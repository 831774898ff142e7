//! Java and its kin: packages are folders below some source root, so `a.b.C` is a path that ends with `a/b/C`.

use super::TreeIndex;

const ENDINGS: [&str; 4] = [".java", ".kt", ".scala", ".groovy"];

/// Where an import leads: its class, else the class it is a member of, else its package. Names of fewer than two parts are
/// not followed, because they match too much.
pub(super) fn targets(index: &TreeIndex<'_>, file: &str, target: &str) -> Vec<String> {
    let name = target.split(|c: char| c.is_whitespace() || c == '{').next().unwrap_or_default();
    let mut parts: Vec<&str> =
        name.split('.').filter(|part| !part.is_empty() && !matches!(*part, "*" | "_")).collect();
    while parts.len() >= 2 {
        let path = parts.join("/");
        let class = ENDINGS.iter().find_map(|ending| {
            let wanted = format!("{path}{ending}");
            TreeIndex::nearest(file, index.ending_with(&wanted))
        });
        let found = class.or_else(|| {
            TreeIndex::nearest(file, index.ending_with(&path).filter(|path| index.has_folder(path)))
        });
        if let Some(found) = found {
            return vec![found.to_owned()];
        }
        parts.pop();
    }
    Vec::new()
}
