//! Python: dotted modules, searched from the folders that `sys.path` may hold.

use super::{TreeIndex, child, folder};
use facts::model::Import;

/// Where an `import` or `from … import` leads.
pub(super) fn targets(index: &TreeIndex<'_>, file: &str, import: &Import) -> Vec<String> {
    let mut targets: Vec<String> =
        modules(import).iter().filter_map(|module| target(index, file, module)).collect();
    targets.sort();
    targets.dedup();
    targets
}

/// The dotted names that a statement imports: `from a import b` may import the module `a.b` or a name of `a`.
fn modules(import: &Import) -> Vec<String> {
    let name = |text: &str| text.split_whitespace().next().unwrap_or_default().to_owned();
    if let Some(from) = import.text.strip_prefix("from ") {
        let (module, names) = from.split_once(" import ").unwrap_or((from, ""));
        let module = module.trim();
        let dot = if module.ends_with('.') { "" } else { "." };
        let names = names.split(',').map(|part| name(part.trim_matches(['(', ')', ' ', '*'])));
        let named: Vec<String> =
            names.filter(|name| !name.is_empty()).map(|name| format!("{module}{dot}{name}")).collect();
        return if named.is_empty() { vec![module.to_owned()] } else { named };
    }
    let listed = import.text.strip_prefix("import ").unwrap_or(&import.target);
    listed.split(',').map(name).filter(|name| !name.is_empty()).collect()
}

fn target(index: &TreeIndex<'_>, file: &str, module: &str) -> Option<String> {
    let dots = module.bytes().take_while(|byte| *byte == b'.').count();
    let parts: Vec<&str> = module[dots..].split('.').filter(|part| !part.is_empty()).collect();
    if dots > 0 {
        let mut base = folder(file);
        for _ in 1..dots {
            base = folder(base);
        }
        return Some(deepest(index, base, &parts).unwrap_or_else(|| base.to_owned()));
    }
    roots(index, file).into_iter().find_map(|root| deepest(index, root, &parts))
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

/// The deepest module or package that the parts name below `root`.
fn deepest(index: &TreeIndex<'_>, root: &str, parts: &[&str]) -> Option<String> {
    let mut found = None;
    let mut current = root.to_owned();
    for part in parts {
        if let Some(file) = index.file_in(&current, &format!("{part}.py")) {
            return Some(file);
        }
        current = child(&current, part);
        if !index.has_folder(&current) {
            break;
        }
        found = Some(current.clone());
    }
    found
}
