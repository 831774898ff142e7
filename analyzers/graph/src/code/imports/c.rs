//! C and its kin: quoted includes, searched as compilers do from the including file, then from the usual include folders,
//! then anywhere in the tree if only one file fits.

use super::{Binds, Lead, TreeIndex, child, folder, join};
use facts::model::Import;

/// Where an `#include "…"` leads. `<…>` names a library, unless the tree has exactly that path below an include folder.
pub(super) fn leads(index: &TreeIndex<'_>, file: &str, import: &Import) -> Vec<Lead> {
    let quoted = import.text.contains('"');
    let found = if quoted {
        let beside = join(folder(file), &import.target).filter(|path| index.has_file(path));
        beside.or_else(|| from_above(index, file, &import.target)).or_else(|| only(index, &import.target))
    } else if import.target.contains('/') {
        in_include_folder(index, &import.target)
    } else {
        None
    };
    found.map(|target| Lead::new(Some(target), Vec::new(), Binds::All)).into_iter().collect()
}

/// From each folder above the file, and `include` and `src` in it, the nearest first.
fn from_above(index: &TreeIndex<'_>, file: &str, target: &str) -> Option<String> {
    let mut current = folder(file);
    loop {
        let bases = [current.to_owned(), child(current, "include"), child(current, "src")];
        let found = bases.iter().filter_map(|base| join(base, target)).find(|path| index.has_file(path));
        if found.is_some() || current.is_empty() {
            return found;
        }
        current = folder(current);
    }
}

fn only(index: &TreeIndex<'_>, target: &str) -> Option<String> {
    let mut ending = index.ending_with(target);
    match (ending.next(), ending.next()) {
        (Some(path), None) if index.has_file(path) => Some(path.to_owned()),
        _ => None,
    }
}

/// `<lib/part.h>` of a library of the tree itself: the only `include/lib/part.h`.
fn in_include_folder(index: &TreeIndex<'_>, target: &str) -> Option<String> {
    let below = child("include", target);
    only(index, &below)
}
