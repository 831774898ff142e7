//! Which definitions a use of a name can mean, by the rules of the language alone. Where the rules leave several, all of
//! them: this is what "can be used" means, not what "is used" means.

use super::places::folder;
use super::world::{Def, FileView, World, family, is_type};
use facts::language::Language;
use facts::model::{DefinitionKind, Reference, Visibility};

/// True when a use in `file` can mean `target`, which has that name.
pub(super) fn can_mean(world: &World<'_>, file: &FileView<'_>, usage: &Reference, target: &Def<'_>) -> bool {
    let home = world.file_of(target);
    if family(file.language) != family(home.language) || !can_see(world, file, target) {
        return false;
    }
    match home.language {
        Language::Rust => rust(world, file, usage, target.definition.kind, target.owner.is_some()),
        _ => true,
    }
}

/// True when the visibility of `target` lets `file` use it.
fn can_see(world: &World<'_>, file: &FileView<'_>, target: &Def<'_>) -> bool {
    let home = world.file_of(target);
    let same_file = home.node == file.node;
    let visibility = target.definition.visibility;
    let private = visibility == Visibility::Private;
    match home.language {
        Language::Rust => visibility == Visibility::Public || home.package == file.package,
        Language::C | Language::Cpp | Language::ObjectiveC => !private || same_file || is_header(home.path),
        Language::JavaScript | Language::TypeScript | Language::Tsx => !private || same_file,
        Language::Go => !private || folder(home.path) == folder(file.path),
        Language::Java => match visibility {
            Visibility::Private => same_file,
            Visibility::Restricted | Visibility::Public => true,
        },
        Language::Kotlin | Language::CSharp | Language::Swift | Language::Solidity => !private || same_file,
        Language::Python => same_file || !in_function(world, target),
        _ => true,
    }
}

pub(super) fn is_header(path: &str) -> bool {
    [".h", ".hh", ".hpp", ".hxx", ".h++", ".inl", ".ipp", ".inc", ".cuh"]
        .iter()
        .any(|end| path.ends_with(end))
}

/// True for what is defined inside a function.
pub(super) fn in_function(world: &World<'_>, def: &Def<'_>) -> bool {
    let mut parent = def.parent;
    while let Some(def) = parent.and_then(|node| world.def(node)) {
        if super::world::is_function(def.definition.kind) {
            return true;
        }
        parent = def.parent;
    }
    false
}

/// Rust: members stand behind a value or type, everything else does not stand behind a value.
fn rust(
    world: &World<'_>,
    file: &FileView<'_>,
    usage: &Reference,
    kind: DefinitionKind,
    member: bool,
) -> bool {
    let qualifier = usage.qualifier.map(|index| file.symbols.names[index as usize].as_str());
    let is_path = |text: &str| {
        matches!(text, "" | "crate" | "self" | "super" | "Self")
            || text.starts_with(|c: char| c.is_uppercase() || c == '$')
            || world
                .named(text)
                .iter()
                .filter_map(|node| world.def(*node))
                .any(|def| def.definition.kind == DefinitionKind::Module || is_type(def.definition.kind))
            || is_primitive(text)
            || is_imported_or_crate(world, file, text)
    };
    match (qualifier, member && !is_type(kind)) {
        // A macro may be given the name of a member.
        (None, true) => usage.from.is_none() || calls_own_macro(world, file, usage.from),
        // A field may have the name of a method; without a call only a path can mean the method.
        (Some(text), true) => usage.calls > 0 || is_path(text),
        (None, false) => true,
        (Some(text), false) => !text.is_empty() && is_path(text),
    }
}

/// True where a definition calls a macro that the tree defines.
fn calls_own_macro(world: &World<'_>, file: &FileView<'_>, from: Option<u32>) -> bool {
    let Some(from) = from else { return true };
    world.references(file.node + 1 + from).iter().any(|usage| {
        let name = file.symbols.names[usage.name as usize].as_str();
        usage.calls > 0
            && world
                .named(name)
                .iter()
                .filter_map(|node| world.def(*node))
                .any(|def| def.definition.kind == DefinitionKind::Macro)
    })
}

fn is_primitive(text: &str) -> bool {
    matches!(
        text,
        "u8" | "u16"
            | "u32"
            | "u64"
            | "u128"
            | "usize"
            | "i8"
            | "i16"
            | "i32"
            | "i64"
            | "i128"
            | "isize"
            | "f32"
            | "f64"
            | "str"
            | "char"
            | "bool"
    )
}

/// True where a lower-case word is an import, or the name of a package of the tree.
fn is_imported_or_crate(world: &World<'_>, file: &FileView<'_>, text: &str) -> bool {
    let imported = |import: &facts::model::Import| {
        import.text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == text)
    };
    file.symbols.imports.iter().any(imported)
        || world
            .packages(Language::Rust)
            .iter()
            .any(|package| package.rsplit('/').next().is_some_and(|name| name.replace('-', "_") == text))
}
