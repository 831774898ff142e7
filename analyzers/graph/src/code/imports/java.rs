//! Java and its kin: packages are folders below some source root, so `a.b.C` is a path that ends with `a/b/C`.

use super::{Binds, Lead, TreeIndex, child, folder};

const ENDINGS: [&str; 4] = [".java", ".kt", ".scala", ".groovy"];

/// Where an import leads: its class, else the class it is a member of, else its package. Of the names of one part only
/// packages are followed (`import a.*`), and only below a folder around the importing file: others match too much.
pub(super) fn leads(index: &TreeIndex<'_>, file: &str, text: &str) -> Vec<Lead> {
    let text = text.trim().strip_prefix("import").unwrap_or(text).trim().trim_end_matches(';').trim();
    let text = text.strip_prefix("static ").unwrap_or(text).trim();
    let Some((prefix, group)) = text.split_once('{') else {
        return vec![lead(index, file, text)];
    };
    // Scala: `import a.b.{C, D => E, _}`.
    let names = group.trim_end_matches('}').split(',').map(str::trim).filter(|name| !name.is_empty());
    names.map(|name| lead(index, file, &format!("{prefix}{name}"))).collect()
}

fn lead(index: &TreeIndex<'_>, file: &str, text: &str) -> Lead {
    let (name, alias) = match text.split_once(" as ").or_else(|| text.split_once("=>")) {
        Some((name, alias)) => (name.trim(), Some(alias.trim())),
        None => (text.split_whitespace().next().unwrap_or_default(), None),
    };
    let all = name.ends_with(".*") || name.ends_with("._") || name.ends_with(".given");
    let parts: Vec<&str> = name
        .split('.')
        .map(str::trim)
        .filter(|part| !part.is_empty() && !matches!(*part, "*" | "_" | "given"))
        .collect();
    let binds = match (all, alias.or(parts.last().copied())) {
        (true, _) => Binds::All,
        (false, Some(local)) => Binds::Name(local.to_owned()),
        (false, None) => Binds::Nothing,
    };
    let (target, rest) = match parts.as_slice() {
        [package] if all => (top_package(index, file, package), Vec::new()),
        parts => locate(index, file, parts),
    };
    Lead::new(target, rest, binds)
}

/// The folder of a package whose name has one part: the nearest that stands in a folder around the file and holds files of
/// these languages itself.
fn top_package(index: &TreeIndex<'_>, file: &str, package: &str) -> Option<String> {
    let mut around = folder(file);
    loop {
        let found = child(around, package);
        if index.has_folder(&found) && ENDINGS.iter().any(|ending| index.holds(&found, ending)) {
            return Some(found);
        }
        if around.is_empty() {
            return None;
        }
        around = folder(around);
    }
}

/// The file or folder of the longest leading piece of the path, and the names that lead on from it: for a class those
/// begin with the class itself.
fn locate(index: &TreeIndex<'_>, file: &str, parts: &[&str]) -> (Option<String>, Vec<String>) {
    let owned = |rest: &[&str]| rest.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>();
    for length in (2..=parts.len()).rev() {
        let path = parts[..length].join("/");
        let class = ENDINGS.iter().find_map(|ending| {
            let wanted = format!("{path}{ending}");
            TreeIndex::nearest(file, index.ending_with(&wanted))
        });
        if let Some(class) = class {
            return (Some(class.to_owned()), owned(&parts[length - 1..]));
        }
        let folders = index.ending_with(&path).filter(|path| index.has_folder(path));
        if let Some(folder) = TreeIndex::nearest(file, folders) {
            return (Some(folder.to_owned()), owned(&parts[length..]));
        }
    }
    (None, Vec::new())
}
