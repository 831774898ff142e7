//! The other languages: everything that is not private, and what carries an attribute.

use super::marks::annotation_registers;
use crate::dead_code::world::{Def, World, is_function};
use facts::language::Language;
use facts::model::{Definition, DefinitionKind, Visibility};

/// Not private; of Bash, where nothing is, a function of a file that runs nothing: it is there to be sourced.
pub(super) fn is_entry(world: &World<'_>, def: &Def<'_>) -> bool {
    let definition = def.definition;
    let file = world.file_of(def);
    if file.language == Language::Bash {
        let runs = file.symbols.references.iter().any(|usage| usage.from.is_none() && usage.calls > 0);
        let dispatched = || *world.dispatches.get_or_init(|| has_dispatcher(world));
        return definition.kind != DefinitionKind::Function || !runs || dispatched();
    }
    // `override` in a class without a name; C#'s `void IList.Add(…)`, which has no modifier.
    let says = |word: &str| definition.signature.split_whitespace().any(|part| part == word);
    let of_interface =
        file.language == Language::CSharp && definition.signature.contains(&format!(".{}", definition.name));
    let by_machine = matches!(file.language, Language::Kotlin | Language::Scala)
        && super::java::is_called_by_name(&definition.name);
    definition.visibility != Visibility::Private
        || by_machine
        || is_metamethod(file.language, &definition.name)
        || says("override")
        || (file.language == Language::CSharp && is_called_by_name(definition, says("partial")))
        || of_interface
        || matches!(definition.name.as_str(), "main" | "Main")
        || definition.attributes.iter().any(|text| annotation_registers(text))
}

/// True for what generated code calls, a `partial` method that has a body here, and for what the designer of Windows Forms asks for
/// by name: `ShouldSerializeFont`, `ResetFont`.
fn is_called_by_name(definition: &Definition, is_partial: bool) -> bool {
    let of_property = |start: &str| {
        definition.name.strip_prefix(start).is_some_and(|property| property.starts_with(char::is_uppercase))
    };
    is_function(definition.kind) && (is_partial || of_property("ShouldSerialize") || of_property("Reset"))
}

/// Lua's `__index`, `__call` and the like, which the operators call.
fn is_metamethod(language: Language, name: &str) -> bool {
    language == Language::Lua && name.rsplit(['.', ':']).next().is_some_and(|last| last.starts_with("__"))
}

/// True where a script of the tree runs what a variable or its arguments name: `"$command" "$@"`.
fn has_dispatcher(world: &World<'_>) -> bool {
    let runs_a_value = |line: &str| {
        let rest = line.trim_start().trim_start_matches('"');
        let Some(value) = rest.strip_prefix('$') else { return false };
        let value = value.trim_start_matches('{');
        let end = value.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '@').unwrap_or(value.len());
        let after = value[end..].trim_start_matches(['}', '"']);
        end > 0 && (after.is_empty() || after.starts_with([' ', ';']))
    };
    let scripts = world.files.iter().filter(|file| file.language == Language::Bash);
    let mut texts = scripts.filter_map(|file| super::packages::text_of(world, file.path));
    texts.any(|text| text.lines().any(runs_a_value))
}

/// Overrides, constructors, operators and names that the language or, for a class of theirs, an engine calls.
pub(super) fn implied(world: &World<'_>, def: &Def<'_>) -> bool {
    let definition = def.definition;
    let name = definition.name.as_str();
    let language = world.file_of(def).language;
    let own = def.owner.and_then(|owner| world.def(owner)).is_some_and(|owner| owner.definition.name == name);
    let known = matches!(
        name,
        "init"
            | "deinit"
            | "initialize"
            | "constructor"
            | "new"
            | "apply"
            | "unapply"
            | "get"
            | "set"
            | "subscript"
            | "CodingKeys"
            | "invoke"
            | "this"
    );
    let says = |word: &str| definition.signature.split_whitespace().any(|part| part == word);
    let outside = || def.owner.is_some_and(|owner| world.has_outside_base(owner, 8));
    let by_engine = language == Language::CSharp && is_unity_message(name) && outside();
    let by_reflection = language == Language::Ruby
        && (name.starts_with("respond_to") || name.ends_with("_missing") || is_stored(name));
    // Ruby reopens classes of others (`class Net::HTTP`) and calls private methods of a subclass.
    let reopened = || {
        let owner = def.owner.and_then(|owner| world.def(owner));
        owner.is_some_and(|owner| owner.definition.signature.contains("::"))
    };
    let sets = name.ends_with('=');
    let by_other_part = language == Language::Ruby && (sets || outside() || reopened());
    let sign = !name.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    own || known
        || sign
        || name.starts_with("__")
        || by_engine
        || by_reflection
        || by_other_part
        || says("override")
        || says("operator")
}

/// What Ruby's `Marshal` and YAML call on objects that are stored and loaded.
fn is_stored(name: &str) -> bool {
    ["marshal_dump", "marshal_load", "_dump", "_load", "encode_with", "init_with"].contains(&name)
}

/// What Unity calls on behaviours, whatever their visibility is.
fn is_unity_message(name: &str) -> bool {
    let exact = [
        "Awake",
        "Start",
        "Update",
        "FixedUpdate",
        "LateUpdate",
        "Reset",
        "OnEnable",
        "OnDisable",
        "OnDestroy",
        "OnGUI",
    ];
    exact.contains(&name) || name.starts_with("On")
}
