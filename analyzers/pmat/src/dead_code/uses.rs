//! Which definitions a use of a name can mean, by the rules of the language alone. Where the rules leave several, all of
//! them: this is what "can be used" means, not what "is used" means.

use super::places::folder;
use super::world::{Def, FileView, World, family, is_type};
use facts::language::Language;
use facts::model::{Definition, DefinitionKind, Reference, Visibility};
use std::cell::OnceCell;
use trueno_graph::types::Meaning;

/// A use of a name.
pub(super) struct Use<'w, 'a> {
    pub world: &'w World<'a>,
    pub file: &'w FileView<'a>,
    pub usage: &'a Reference,
    /// What the types of Rust say of it.
    pub meant: Option<&'w Meaning>,
    /// It stands in test code.
    pub from_test: bool,
    /// For members of types: whether what stands around it lets it mean one.
    member: OnceCell<bool>,
    /// The same for everything else.
    other: OnceCell<bool>,
}

impl<'w, 'a> Use<'w, 'a> {
    pub fn new(
        world: &'w World<'a>,
        file: &'w FileView<'a>,
        usage: &'a Reference,
        meant: Option<&'w Meaning>,
        from_test: bool,
    ) -> Self {
        Use { world, file, usage, meant, from_test, member: OnceCell::new(), other: OnceCell::new() }
    }

    /// True when it can mean `target`, which has that name, by form and visibility.
    pub fn fits(&self, target: &Def<'_>) -> bool {
        let (world, file) = (self.world, self.file);
        let home = world.file_of(target);
        if family(file.language) != family(home.language) || !can_see(world, file, target) {
            return false;
        }
        match home.language {
            // What is compiled for tests only cannot be used otherwise.
            Language::Rust if target.test && !self.from_test => false,
            Language::Rust => {
                let member = target.owner.is_some() || owner_in_name(target.definition).is_some();
                match member && !is_type(target.definition.kind) {
                    true => *self.member.get_or_init(|| self.fits_member()),
                    false => *self.other.get_or_init(|| self.fits_other()),
                }
            }
            _ => true,
        }
    }

    /// True unless the types of Rust rule out that it means `target`, which it fits.
    pub fn is_of_type(&self, target: &Def<'_>) -> bool {
        self.meant.is_none_or(|meant| is_of_meant_type(self.world, meant, target))
    }

    fn qualifier(&self) -> Option<&'a str> {
        self.usage.qualifier.map(|index| self.file.symbols.names[index as usize].as_str())
    }

    /// Rust: members stand behind a value or type.
    fn fits_member(&self) -> bool {
        match self.qualifier() {
            // A macro may be given the name of a member.
            None => self.usage.from.is_none() || calls_own_macro(self.world, self.file, self.usage.from),
            // A field may have the name of a method; without a call only a path can mean the method.
            Some(text) => self.usage.calls > 0 || self.is_path(text),
        }
    }

    /// Rust: everything else does not stand behind a value.
    fn fits_other(&self) -> bool {
        match self.qualifier() {
            None => true,
            // Behind a type stand its members and variants only.
            Some(text) => !text.is_empty() && self.is_path(text) && !self.world.names_types_only(text),
        }
    }

    fn is_path(&self, text: &str) -> bool {
        matches!(text, "" | "crate" | "self" | "super" | "Self")
            || text.starts_with(|c: char| c.is_uppercase() || c == '$')
            || self.world.names_path(text)
            || is_primitive(text)
            || self.world.receivers.is_alias(text)
            || self.file.imported.contains(text)
            || self.world.names_crate(text)
    }
}

/// True when the visibility of `target` lets `file` use it.
fn can_see(world: &World<'_>, file: &FileView<'_>, target: &Def<'_>) -> bool {
    let home = world.file_of(target);
    let same_file = home.node == file.node;
    let visibility = target.definition.visibility;
    let private = visibility == Visibility::Private;
    let open = !private || same_file;
    match home.language {
        Language::Rust => same_file || rust_reaches(home, file, visibility),
        Language::C | Language::Cpp | Language::ObjectiveC => {
            open || is_header(home.path) || home.is_included || file.is_included
        }
        Language::JavaScript | Language::TypeScript | Language::Tsx => open || home.is_plain_script,
        Language::Go => !private || folder(home.path) == folder(file.path),
        Language::Java => match visibility {
            Visibility::Private => same_file,
            Visibility::Restricted | Visibility::Public => true,
        },
        // The parts of a type may stand in several files.
        Language::CSharp => open || is_partial(world, target),
        Language::Kotlin | Language::Swift | Language::Solidity => open,
        // A member of a local class is used through its objects, wherever they are.
        Language::Python => same_file || target.owner.is_some() || !in_function(world, target),
        _ => true,
    }
}

/// Rust: true where something of that visibility in `home` is known to `file`, another file.
fn rust_reaches(home: &FileView<'_>, file: &FileView<'_>, visibility: Visibility) -> bool {
    let reachable = visibility == Visibility::Public || home.package == file.package;
    let apart = home.is_build_script != file.is_build_script && !file.names_paths;
    reachable && !apart
}

/// True for a member of a C# type of which other files hold parts.
fn is_partial(world: &World<'_>, target: &Def<'_>) -> bool {
    let owner = target.owner.or(target.parent).and_then(|owner| world.def(owner));
    owner.is_some_and(|owner| owner.definition.signature.split_whitespace().any(|word| word == "partial"))
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
fn is_of_meant_type(world: &World<'_>, meant: &Meaning, target: &Def<'_>) -> bool {
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
