//! C, C++, Objective-C: `main`, what headers declare, attributes, virtual functions.

use super::marks::c_keeps;
use crate::dead_code::composed::LOADERS;
use crate::dead_code::places::{Place, is_aside};
use crate::dead_code::uses::is_header;
use crate::dead_code::world::{Def, FileView, World, family};
use facts::hash::HashSet;
use facts::language::Language;
use facts::model::{Definition, DefinitionKind, Visibility};
use trueno_graph::code::NodeId;

/// How the names of functions begin that other languages and tools find by them.
const FOUND_BY_NAME: &[&str] =
    &["Java_", "LLVMFuzzer", "PyInit_", "Init_", "luaopen_", "napi_register_module", "rpl_"];
/// Where the systems start a program or a module.
const STARTS: &[&str] = &[
    "main",
    "wmain",
    "WinMain",
    "wWinMain",
    "DllMain",
    "mainCRTStartup",
    "wmainCRTStartup",
    "WinMainCRTStartup",
    "wWinMainCRTStartup",
    "_DllMainCRTStartup",
    "DriverEntry",
    "DllRegisterServer",
    "DllUnregisterServer",
    "DllGetClassObject",
    "DllCanUnloadNow",
    "_start",
    "JNI_OnLoad",
    "JNI_OnUnload",
];
/// Functions of the C library that a program may replace by its own: callers are other libraries.
const REPLACED: &[&str] = &[
    "malloc",
    "calloc",
    "realloc",
    "free",
    "memalign",
    "aligned_alloc",
    "posix_memalign",
    "valloc",
    "pvalloc",
    "malloc_usable_size",
    "reallocarray",
    "strdup",
    "strndup",
    "memcpy",
    "memmove",
    "memset",
    "memcmp",
    "abort",
];

/// Called by the system, kept by an attribute, or open to who uses the class.
pub(super) fn is_entry(file: &FileView<'_>, def: &Def<'_>) -> bool {
    let definition = def.definition;
    let is_macro = matches!(definition.kind, DefinitionKind::Constant | DefinitionKind::Macro);
    let by_system = STARTS.contains(&definition.name.as_str())
        || FOUND_BY_NAME.iter().any(|start| definition.name.starts_with(start))
        || replaces(definition)
        || is_of_macro(definition);
    let member = def.owner.is_some() && definition.visibility != Visibility::Private;
    let objective = definition.kind == DefinitionKind::Method && definition.signature.starts_with(['-', '+']);
    // Found by the types of what they are given.
    let by_argument = definition.name.starts_with("operator")
        || matches!(
            definition.name.as_str(),
            "swap" | "begin" | "end" | "hash_value" | "to_json" | "from_json" | "tag_invoke" | "PrintTo"
        );
    // A pointer to a function, whose value is put somewhere by its definition.
    let pointer = definition.kind == DefinitionKind::Function && definition.function.is_none();
    by_system
        || (is_macro && is_for_header(file, definition))
        || file.includes_missing
        || pointer
        || by_argument
        || member
        || objective
        || definition.attributes.iter().any(|text| c_keeps(text))
        || in_head(&definition.signature)
}

/// True for a function that the linker puts in the place of the C library's or the compiler's own, which call it by its name
/// (C11 7.1.3 keeps names with two underscores for them), and for what makes a module of Python 2.
fn replaces(definition: &Definition) -> bool {
    let name = definition.name.as_str();
    let seen = definition.kind == DefinitionKind::Function && definition.visibility != Visibility::Private;
    seen && (name.starts_with("__")
        || name.starts_with("pthread_")
        || name.contains('$')
        || REPLACED.contains(&name)
        || definition.signature.contains("PyMODINIT_FUNC"))
}

/// True where an attribute inside of the head keeps a function: `static void __attribute__((constructor)) f(void)`.
fn in_head(signature: &str) -> bool {
    let after = signature.split("__attribute__").skip(1);
    let names = after.filter_map(|text| text.trim_start_matches([' ', '(']).split(['(', ')']).next());
    names.into_iter().any(c_keeps)
}

/// True for `DEFINE_FUZZER(const Input& input) { … }`: a macro of others writes a function, whose name it does not say here.
fn is_of_macro(definition: &Definition) -> bool {
    let signature = definition.signature.trim_start();
    let upper = definition.name.chars().all(|c| c.is_uppercase() || c == '_' || c.is_ascii_digit());
    upper
        && definition.kind == DefinitionKind::Function
        && signature.strip_prefix(&definition.name).is_some_and(|rest| rest.trim_start().starts_with('('))
}

/// True for a macro above an `#include`, which may be for the header (`#define HASH_FN mine`), and for one with an underscore.
pub(in crate::dead_code) fn is_for_header(file: &FileView<'_>, definition: &Definition) -> bool {
    definition.name.starts_with('_')
        || file.symbols.imports.iter().any(|import| import.line > definition.span.start_line)
}

/// Constructors, destructors, operators, virtual functions.
pub(super) fn implied(world: &World<'_>, def: &Def<'_>) -> bool {
    let definition = def.definition;
    let name = definition.name.as_str();
    let own = def.owner.and_then(|owner| world.def(owner)).is_some_and(|owner| owner.definition.name == name);
    let says = |word: &str| {
        definition.signature.split(|c: char| !c.is_alphanumeric()).any(|part| part.eq_ignore_ascii_case(word))
    };
    own || name.starts_with('~') || name.starts_with("operator") || says("virtual") || says("override")
}

/// Endings of functions that a program finds in the modules it loads, whose names it puts together.
const MODULE_ENDINGS: &[&str] =
    &["_init", "_deinit", "_exit", "_load", "_unload", "_setup", "_register", "_abicheck", "_plugin"];

/// What a program that loads modules looks up in them: functions with the usual names that other files can see.
fn of_modules(world: &World<'_>, all: &mut HashSet<NodeId>) {
    let loads = (0..world.files.len() as u32).any(|file| {
        family(world.files[file as usize].language) == Language::C && world.file_uses(file, LOADERS)
    });
    let is_hook = |def: &Def<'_>| {
        family(world.file_of(def).language) == Language::C
            && def.definition.visibility != Visibility::Private
            && MODULE_ENDINGS.iter().any(|ending| def.definition.name.ends_with(ending))
    };
    if loads {
        all.extend(world.definitions().filter(|(_, def)| is_hook(def)).map(|(node, _)| node));
    }
}

/// Functions that other files can see and whose name code of another language uses or declares: `C.name` of Go, an interface of
/// JNA, `ctypes`.
fn of_other_languages(world: &World<'_>, all: &mut HashSet<NodeId>) {
    let others = world.files.iter().filter(|file| family(file.language) != Language::C);
    let names: HashSet<&str> =
        others.flat_map(|file| file.symbols.names.iter()).map(String::as_str).collect();
    let is_named = |def: &Def<'_>| {
        let definition = def.definition;
        family(world.file_of(def).language) == Language::C
            && definition.kind == DefinitionKind::Function
            && definition.visibility != Visibility::Private
            && names.contains(definition.name.as_str())
    };
    all.extend(world.definitions().filter(|(_, def)| is_named(def)).map(|(node, _)| node));
}

/// What a macro with a function's body behind it defines, `DECODER(jint, open) { … }`: its true name is not known.
fn by_macros(world: &World<'_>, all: &mut HashSet<NodeId>) {
    let of_kind = |node: &NodeId, kind: DefinitionKind| {
        world.def(*node).is_some_and(|def| {
            def.definition.kind == kind && family(world.file_of(def).language) == Language::C
        })
    };
    for (node, def) in world.definitions().filter(|(_, def)| def.definition.kind == DefinitionKind::Macro) {
        let same = world.named(&def.definition.name);
        let functions = same.iter().filter(|node| of_kind(node, DefinitionKind::Function));
        let before = all.len();
        all.extend(functions);
        if all.len() > before {
            all.insert(node);
        }
    }
}

/// What the headers of a library declare; of a program, in which `main` stands and of which no library is built, nothing.
pub(super) fn exported(world: &World<'_>, all: &mut HashSet<NodeId>) {
    of_modules(world, all);
    of_other_languages(world, all);
    by_macros(world, all);
    let of_family = |def: &Def<'_>| family(world.file_of(def).language) == Language::C;
    let program = world.definitions().any(|(_, def)| {
        of_family(def) && def.definition.name == "main" && world.file_of(def).place == Place::Product
    });
    if program && !builds_library(world) {
        return;
    }
    let mut declared: HashSet<&str> = HashSet::default();
    for (node, def) in
        world.definitions().filter(|(_, def)| of_family(def) && is_header(world.file_of(def).path))
    {
        declared.insert(&def.definition.name);
        all.insert(node);
    }
    for (node, def) in world.definitions().filter(|(_, def)| of_family(def)) {
        if def.definition.visibility != Visibility::Private && declared.contains(def.definition.name.as_str())
        {
            all.insert(node);
        }
    }
}

/// True where a build file of the tree makes a library or installs headers.
fn builds_library(world: &World<'_>) -> bool {
    const FILES: [&str; 10] = [
        "CMakeLists.txt",
        "Makefile",
        "makefile",
        "GNUmakefile",
        "Makefile.am",
        "Makefile.in",
        "meson.build",
        "configure.ac",
        "BUILD",
        "BUILD.bazel",
    ];
    const SIGNS: [&str; 14] = [
        "add_library",
        "_LTLIBRARIES",
        "shared_library(",
        "static_library(",
        "both_libraries(",
        "include_HEADERS",
        "install_headers",
        "PUBLIC_HEADER",
        "cc_library",
        "-shared",
        ".so",
        ".dylib",
        "LT_INIT",
        "_LIBRARIES",
    ];
    const MOST: usize = 200;
    let named = |entry: &&facts::source::Entry| {
        let path = entry.path.to_string();
        FILES.contains(&path.rsplit('/').next().unwrap_or(&path)) && !is_aside(&path)
    };
    world.listing.entries.iter().filter(named).take(MOST).any(|entry| {
        let bytes = world.tree.read(entry).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        SIGNS.iter().any(|sign| text.contains(sign))
    })
}
