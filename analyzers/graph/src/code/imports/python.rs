//! Python: dotted modules, searched from the folders that `sys.path` may hold.

use super::{Binds, Lead, TreeIndex, child, folder};
use facts::model::Import;
use std::collections::BTreeMap;

/// Where an `import` or `from … import` leads.
pub(super) fn leads(index: &TreeIndex<'_>, file: &str, import: &Import) -> Vec<Lead> {
    match import.text.strip_prefix("from ") {
        Some(from) => from_import(index, file, from),
        None => {
            let listed = import.text.strip_prefix("import ").unwrap_or(&import.target);
            listed.split(',').flat_map(|item| plain_import(index, file, item)).collect()
        }
    }
}

/// `from a import b` may import the module `a.b` or a name of `a`.
fn from_import(index: &TreeIndex<'_>, file: &str, from: &str) -> Vec<Lead> {
    let (module, names) = from.split_once(" import ").unwrap_or((from, ""));
    let module = module.trim();
    let dot = if module.ends_with('.') { "" } else { "." };
    let items = names.split(',').map(|item| item.trim().trim_matches(['(', ')', ' ']));
    let mut leads = Vec::new();
    for item in items.filter(|item| !item.is_empty()) {
        let (name, local) = name_and_alias(item);
        let (path, binds) = match name {
            "*" => (module.to_owned(), Binds::All),
            name => (format!("{module}{dot}{name}"), Binds::Name(local.to_owned())),
        };
        let (target, rest) = locate(index, file, &path);
        leads.push(Lead::new(target, rest, binds));
    }
    leads
}

/// `import a.b` binds `a` and loads `a.b`; `import a.b as c` binds `a.b`.
fn plain_import(index: &TreeIndex<'_>, file: &str, item: &str) -> Vec<Lead> {
    let (name, local) = name_and_alias(item.trim());
    if name.is_empty() {
        return Vec::new();
    }
    let (target, rest) = locate(index, file, name);
    let first = name.split('.').next().unwrap_or(name);
    if local != name || first == name {
        return vec![Lead::new(target, rest, Binds::Name(local.to_owned()))];
    }
    // A module that is not there is no reason to forget the package it was looked for in.
    let (package, package_rest) = locate(index, file, first);
    vec![
        Lead::new(target, rest, Binds::Nothing),
        Lead { loads: false, ..Lead::new(package, package_rest, Binds::Name(first.to_owned())) },
    ]
}

/// `b as c` is `b`, called `c`.
fn name_and_alias(item: &str) -> (&str, &str) {
    let mut words = item.split_whitespace();
    let name = words.next().unwrap_or_default();
    match (words.next(), words.next()) {
        (Some("as"), Some(alias)) => (name, alias),
        _ => (name, name),
    }
}

/// The file or folder of a dotted name, and the names that lead on from it.
fn locate(index: &TreeIndex<'_>, file: &str, module: &str) -> (Option<String>, Vec<String>) {
    let dots = module.bytes().take_while(|byte| *byte == b'.').count();
    let parts: Vec<&str> = module[dots..].split('.').filter(|part| !part.is_empty()).collect();
    let rest = |taken: usize| parts[taken..].iter().map(|part| (*part).to_owned()).collect::<Vec<_>>();
    if dots > 0 {
        let mut base = folder(file);
        for _ in 1..dots {
            base = folder(base);
        }
        return match deepest(index, base, &parts) {
            Some((found, taken)) => (Some(found), rest(taken)),
            None => (Some(base.to_owned()), rest(0)),
        };
    }
    match roots(index, file).into_iter().find_map(|root| deepest(index, root, &parts)) {
        Some((found, taken)) => (Some(found), rest(taken)),
        None => match parts.split_first() {
            Some((first, inner)) if index.package() == Some(*first) => match deepest(index, "", inner) {
                Some((found, taken)) => (Some(found), rest(taken + 1)),
                None => (Some(String::new()), rest(1)),
            },
            _ => (None, Vec::new()),
        },
    }
}

/// The name of the package that the tree itself is, where its root holds `__init__.py`: the one name that nothing in the tree
/// has, and of which every import leads to a module at the root. Of several such names it is the one most imports begin with.
pub(super) fn own_package<'i>(
    index: &TreeIndex<'_>,
    imports: impl Iterator<Item = (&'i str, &'i Import)>,
) -> Option<String> {
    index.file_in("", "__init__.py")?;
    let mut names: BTreeMap<String, Option<usize>> = BTreeMap::new();
    for module in imports.flat_map(|(file, import)| absolute_modules(index, file, import)) {
        let (name, rest) = module.split_once('.').unwrap_or((&module, ""));
        let rest: Vec<&str> = rest.split('.').filter(|part| !part.is_empty()).collect();
        let leads = rest.is_empty() || deepest(index, "", &rest).is_some();
        let known = names.entry(name.to_owned()).or_insert(Some(0));
        *known = known.filter(|_| leads).map(|count| count + usize::from(!rest.is_empty()));
    }
    let counted =
        names.into_iter().filter_map(|(name, count)| Some((count.filter(|count| *count > 0)?, name)));
    let mut counted: Vec<(usize, String)> = counted.collect();
    counted.sort_unstable_by(|a, b| b.cmp(a));
    match counted.as_slice() {
        [first, second, ..] if first.0 == second.0 => None,
        [first, ..] => Some(first.1.clone()),
        [] => None,
    }
}

/// The modules that an import names without dots before them, and that the tree does not hold by these names.
fn absolute_modules(index: &TreeIndex<'_>, file: &str, import: &Import) -> Vec<String> {
    let modules: Vec<&str> = match import.text.strip_prefix("from ") {
        Some(from) => from.split_once(" import ").map(|(module, _)| module.trim()).into_iter().collect(),
        None => {
            let listed = import.text.strip_prefix("import ").unwrap_or_default().split(',');
            listed.map(|item| name_and_alias(item.trim()).0).collect()
        }
    };
    let is_outside = |module: &&str| {
        !module.is_empty() && !module.starts_with('.') && locate(index, file, module).0.is_none()
    };
    modules.into_iter().filter(is_outside).map(str::to_owned).collect()
}

/// The folders where an absolute import may start: those above the file that are no packages themselves, the nearest
/// first, and `src` at the root.
fn roots<'f>(index: &TreeIndex<'_>, file: &'f str) -> Vec<&'f str> {
    let mut roots = Vec::new();
    let mut current = folder(file);
    loop {
        if index.file_in(current, "__init__.py").is_none() {
            roots.push(current);
        }
        if current.is_empty() {
            break;
        }
        current = folder(current);
    }
    roots.push("src");
    roots
}

/// The deepest module or package that the parts name below `root`, and how many of them name it.
fn deepest(index: &TreeIndex<'_>, root: &str, parts: &[&str]) -> Option<(String, usize)> {
    let mut found = None;
    let mut current = root.to_owned();
    for (position, part) in parts.iter().enumerate() {
        let module =
            ["py", "pyi"].iter().find_map(|ending| index.file_in(&current, &format!("{part}.{ending}")));
        if let Some(file) = module {
            return Some((file, position + 1));
        }
        current = child(&current, part);
        if !index.has_folder(&current) {
            break;
        }
        found = Some((current.clone(), position + 1));
    }
    found
}
