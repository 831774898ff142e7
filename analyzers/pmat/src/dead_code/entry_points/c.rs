//! C, C++, Objective-C: `main`, what headers declare, attributes, virtual functions.

use super::marks::c_keeps;
use super::packages::text_of;
use crate::dead_code::composed::LOADERS;
use crate::dead_code::places::{Place, is_aside};
use crate::dead_code::uses::is_header;
use crate::dead_code::world::{Def, FileView, World, family};
use facts::hash::HashSet;
use facts::language::Language;
use facts::model::{Definition, DefinitionKind, Visibility};
use facts::source::SkipReason;
use trueno_graph::code::NodeId;

/// How the names of functions begin that other languages and tools find by them.
const FOUND_BY_NAME: &[&str] =
    &["Java_", "LLVMFuzzer", "PyInit_", "Init_", "luaopen_", "napi_register_module", "rpl_", "pam_sm_"];
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
    "Agent_OnLoad",
    "Agent_OnAttach",
    "Agent_OnUnload",
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
            "swap"
                | "begin"
                | "end"
                | "hash_value"
                | "to_json"
                | "from_json"
                | "tag_invoke"
                | "PrintTo"
                | "format_as"
        );
    // A pointer to a function, whose value is put somewhere by its definition.
    let pointer = definition.kind == DefinitionKind::Function && definition.function.is_none();
    // In a library that is loaded before others, a function takes the place of the one that it asks the linker for.
    let interposes = definition.visibility != Visibility::Private && file.uses("RTLD_NEXT");
    by_system
        || interposes
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

/// True for `DEFINE_FUZZER(const Input& input) { … }` and `INITIALIZER(start) { … }`: a macro writes a function, of which it does
/// not say here who calls it.
fn is_of_macro(definition: &Definition) -> bool {
    let signature = definition.signature.trim_start();
    let word = signature.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(signature.len());
    let (word, rest) = signature.split_at(word);
    let by_macro = is_upper(word) && rest.trim_start().starts_with('(');
    // `static void ATTR_NONNULL() go(void) { … }` seems to define the macro.
    let is_macro = definition.name.len() > 3 && definition.name.contains('_') && is_upper(&definition.name);
    definition.kind == DefinitionKind::Function && (by_macro || is_macro)
}

/// A name as macros have them.
fn is_upper(word: &str) -> bool {
    word.starts_with(|c: char| c.is_uppercase() || c == '_')
        && word.chars().all(|c| c.is_uppercase() || c == '_' || c.is_ascii_digit())
}

/// True for a macro above an `#include`, which may be for the header (`#define HASH_FN mine`), and for one with an underscore.
pub(in crate::dead_code) fn is_for_header(file: &FileView<'_>, definition: &Definition) -> bool {
    definition.name.starts_with('_')
        || file.symbols.imports.iter().any(|import| import.line > definition.span.start_line)
}

/// True for a member that may stand in the place of a base's, which calls it, although nothing says so at it: `override` came with
/// C++11 and may be left out.
fn may_override(world: &World<'_>, def: &Def<'_>) -> bool {
    let Some(owner) = def.owner else { return false };
    let mut seen: HashSet<NodeId> = HashSet::from_iter([owner]);
    let mut pending: Vec<NodeId> = world.bases(owner).to_vec();
    while let Some(base) = pending.pop() {
        let named = |member: &NodeId| {
            world.def(*member).is_some_and(|member| member.definition.name == def.definition.name)
        };
        if world.members(base).iter().any(named) {
            return true;
        }
        pending.extend(world.bases(base).iter().copied().filter(|base| seen.insert(*base)));
    }
    world.has_outside_base(owner, 8)
}

/// Constructors, destructors, operators, virtual functions.
pub(super) fn implied(world: &World<'_>, def: &Def<'_>) -> bool {
    let definition = def.definition;
    let name = definition.name.as_str();
    let own = def.owner.and_then(|owner| world.def(owner)).is_some_and(|owner| owner.definition.name == name);
    let says = |word: &str| {
        definition.signature.split(|c: char| !c.is_alphanumeric()).any(|part| part.eq_ignore_ascii_case(word))
    };
    own || name.starts_with('~')
        || name.starts_with("operator")
        || says("virtual")
        || says("override")
        || may_override(world, def)
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

/// What a macro with a function's body behind it defines, `DECODER(jint, open) { … }`, or whose name a macro changes (`#define START
/// __start`): its true name is not known.
fn by_macros(world: &World<'_>, all: &mut HashSet<NodeId>) {
    let of_kind = |node: &NodeId, kind: DefinitionKind| {
        world.def(*node).is_some_and(|def| {
            def.definition.kind == kind && family(world.file_of(def).language) == Language::C
        })
    };
    let is_macro = |def: &Def<'_>| {
        matches!(def.definition.kind, DefinitionKind::Macro | DefinitionKind::Constant)
            && family(world.file_of(def).language) == Language::C
    };
    for (node, def) in world.definitions().filter(|(_, def)| is_macro(def)) {
        let same = world.named(&def.definition.name);
        let functions: Vec<NodeId> =
            same.iter().copied().filter(|node| of_kind(node, DefinitionKind::Function)).collect();
        // Each variant of the macro, behind whatever condition it stands.
        if !functions.is_empty() {
            all.insert(node);
            all.extend(functions);
        }
    }
}

/// Functions whose head says that something else finds them: by a macro for export (`Q_DECL_EXPORT`, `EMSCRIPTEN_KEEPALIVE`), by an
/// attribute above all else (`__attribute__((constructor)) static void f(void)`), or by the section of an eBPF program, `SEC("uprobe/open")` (<https://docs.kernel.org/bpf/libbpf/program_types.html>).
fn by_head(world: &World<'_>, all: &mut HashSet<NodeId>) {
    const SIGNS: [&str; 4] = ["EXPORT", "KEEPALIVE", "SEC(\"", "__attribute__"];
    for file in world.files.iter().filter(|file| family(file.language) == Language::C) {
        let Some(text) =
            text_of(world, file.path).filter(|text| SIGNS.iter().any(|sign| text.contains(sign)))
        else {
            continue;
        };
        let declared = kept_by_declaration(&text);
        for (node, definition) in (file.node + 1..).zip(&file.symbols.definitions) {
            let shown =
                || head(&text, definition.span.start_byte as usize).is_some_and(|head| is_shown(&head));
            let is_kept = || declared.contains(definition.name.as_str());
            if definition.kind == DefinitionKind::Function && (is_kept() || shown()) {
                all.insert(node);
            }
        }
    }
}

/// The functions that a declaration without a body keeps by an attribute: `static void fini(void) __attribute__((destructor));`.
/// What any declaration says holds for the function (GCC, Declaring Attributes of Functions).
fn kept_by_declaration(text: &str) -> HashSet<&str> {
    let mut names: HashSet<&str> = HashSet::default();
    let mut seen = 0;
    for (at, _) in text.match_indices("__attribute__").filter(|(at, _)| in_head(attribute_at(text, *at))) {
        if at < seen {
            continue;
        }
        let Some(length) = text[at..].find([';', '{']) else { break };
        seen = at + length;
        if !text[seen..].starts_with(';') {
            continue;
        }
        let start = text[..at].rfind([';', '{', '}']).map_or(0, |end| end + 1);
        let statement = &text[start..seen];
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let calls = statement.match_indices('(').map(|(end, _)| statement[..end].trim_end());
        names.extend(calls.map(|before| &before[before.trim_end_matches(word).len()..]));
    }
    names
}

/// The attribute at a place, and a little behind it.
fn attribute_at(text: &str, at: usize) -> &str {
    const LONGEST: usize = 80;
    let end = text[at..].char_indices().map(|(offset, _)| offset).nth(LONGEST);
    end.map_or(&text[at..], |end| &text[at..at + end])
}

/// What stands before the arguments of a definition, from the end of what is above it: a part of it may not have been read with it.
fn head(text: &str, start: usize) -> Option<String> {
    let before = text.get(..start)?;
    let before = &before[before.rfind([';', '{', '}']).map_or(0, |at| at + 1)..];
    let lines = before.lines().filter(|line| !line.trim_start().starts_with(['#', '/', '*']));
    let rest = text.get(start..)?.split('(').next()?;
    Some(format!("{} {rest}", lines.collect::<Vec<_>>().join(" ")))
}

fn is_shown(head: &str) -> bool {
    let mut words = head.split(|c: char| !c.is_alphanumeric() && c != '_');
    head.contains("SEC(\"")
        || in_head(head)
        || words.any(|word| is_upper(word) && (word.contains("EXPORT") || word.contains("KEEPALIVE")))
}

/// Functions that other files can see and whose name begins with that of a submodule, whose code is not in the tree: what it asks
/// its users for (`lua_user_fopen` beside `third_party/lua`).
fn of_submodules(world: &World<'_>, all: &mut HashSet<NodeId>) {
    let submodules = world.listing.skipped.iter().filter(|skipped| skipped.reason == SkipReason::Submodule);
    let names: HashSet<String> = submodules
        .map(|skipped| skipped.path.to_string().rsplit('/').next().unwrap_or_default().to_ascii_lowercase())
        .filter(|name| name.len() >= 3)
        .collect();
    let is_asked_for = |def: &Def<'_>| {
        let definition = def.definition;
        let first = definition.name.split('_').next().unwrap_or_default();
        definition.kind == DefinitionKind::Function
            && definition.visibility != Visibility::Private
            && first.len() < definition.name.len()
            && names.contains(&first.to_ascii_lowercase())
            && family(world.file_of(def).language) == Language::C
    };
    all.extend(world.definitions().filter(|(_, def)| is_asked_for(def)).map(|(node, _)| node));
}

/// What the headers of a library declare; of a program, in which `main` stands and of which no library is built, nothing.
pub(super) fn exported(world: &World<'_>, all: &mut HashSet<NodeId>) {
    of_modules(world, all);
    of_other_languages(world, all);
    by_macros(world, all);
    of_submodules(world, all);
    by_head(world, all);
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
