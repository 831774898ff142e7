//! Which definitions a use of a name can mean, by the rules of the language alone. Where the rules leave several, all of
//! them: this is what "can be used" means, not what "is used" means.

use super::places::{folder, join};
use super::receivers::Meant;
use super::world::{Def, FileView, World, family, is_type};
use facts::language::Language;
use facts::model::{Definition, DefinitionKind, Reference, Visibility};

/// True when a use in `file` can mean `target`, which has that name. `meant` is what the types of Rust say of the use;
/// `from_test`: it stands in test code.
pub(super) fn can_mean(
    world: &World<'_>,
    file: &FileView<'_>,
    usage: &Reference,
    meant: Option<&Meant>,
    from_test: bool,
    target: &Def<'_>,
) -> bool {
    let home = world.file_of(target);
    if family(file.language) != family(home.language) || !can_see(world, file, target) {
        return false;
    }
    match home.language {
        // What is compiled for tests only cannot be used otherwise.
        Language::Rust if target.test && !from_test => false,
        Language::Rust => {
            let member = target.owner.is_some() || owner_in_name(target.definition).is_some();
            rust(world, file, usage, target.definition.kind, member)
                && meant.is_none_or(|meant| is_of_meant_type(world, meant, target))
        }
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
        Language::Rust => {
            let reachable = visibility == Visibility::Public || home.package == file.package;
            let apart = is_build_script(home) != is_build_script(file) && !names_paths(file);
            same_file || (reachable && !apart)
        }
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

/// `build.rs` is a program of its own.
fn is_build_script(file: &FileView<'_>) -> bool {
    file.package.as_deref().is_some_and(|package| join(package, "build.rs") == file.path)
}

/// True for a file that takes in others by `#[path = "…"]`.
fn names_paths(file: &FileView<'_>) -> bool {
    let mut attributes = file.symbols.definitions.iter().flat_map(|definition| &definition.attributes);
    attributes.any(|text| text.starts_with("path"))
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

/// True unless the types of what stands before a use rule out that it means this member.
fn is_of_meant_type(world: &World<'_>, meant: &Meant, target: &Def<'_>) -> bool {
    let definition = target.definition;
    let owner = target.owner.and_then(|owner| world.def(owner));
    let owner_name = match owner {
        Some(owner) => Some(owner.definition.name.as_str()),
        // A type that a macro declares: only the member's qualified name has it.
        None => owner_in_name(definition),
    };
    let of_trait = owner.is_some_and(|owner| owner.definition.kind == DefinitionKind::Interface);
    match owner_name {
        // What implements a trait goes with the trait.
        Some(_) if !definition.bases.is_empty() && !is_type(definition.kind) => true,
        Some(name) => world.receivers.allows(meant, name, of_trait),
        None => true,
    }
}

/// `T` of `a::T::f`, where that is a type.
fn owner_in_name(definition: &Definition) -> Option<&str> {
    let method = matches!(definition.kind, DefinitionKind::Method | DefinitionKind::Constant);
    let path = definition.qualified_name.strip_suffix(&definition.name).filter(|_| method)?;
    let last = path.trim_end_matches(':').rsplit(':').next()?;
    last.starts_with(char::is_uppercase).then_some(last)
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
            || world.receivers.is_alias(text)
            || is_imported_or_crate(world, file, text)
    };
    match (qualifier, member && !is_type(kind)) {
        // A macro may be given the name of a member.
        (None, true) => usage.from.is_none() || calls_own_macro(world, file, usage.from),
        // A field may have the name of a method; without a call only a path can mean the method.
        (Some(text), true) => usage.calls > 0 || is_path(text),
        (None, false) => true,
        // Behind a type stand its members and variants only.
        (Some(text), false) => !text.is_empty() && is_path(text) && !is_type_only(world, text),
    }
}

/// True where a definition calls a macro of the tree that may put a name behind a value.
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
            && world.receivers.splices(name)
    })
}

/// True for what names types of the tree, and no module.
fn is_type_only(world: &World<'_>, text: &str) -> bool {
    let mut kinds =
        world.named(text).iter().filter_map(|node| world.def(*node)).map(|def| def.definition.kind);
    let first = kinds.next();
    first.is_some_and(is_type) && kinds.all(is_type)
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
