//! Which definitions others can use, and so need documentation.

use facts::FileRecord;
use facts::model::{Definition, DefinitionKind, Function, Symbols, TestMark, Visibility};

/// True for a definition that others can use: it and all around it are public, and it is not a test. Modules do not count,
/// because the file that declares one is seldom the one that documents it. `functions` are those of the same file.
pub fn is_public_item(definition: &Definition, symbols: &Symbols, functions: &[Function]) -> bool {
    if definition.kind == DefinitionKind::Module {
        return false;
    }
    let mut around = Some(definition);
    while let Some(current) = around {
        let function = current.function.and_then(|index| functions.get(index as usize));
        if current.visibility != Visibility::Public
            || function.is_some_and(|function| function.test != TestMark::None)
        {
            return false;
        }
        around = current.parent.and_then(|index| symbols.definitions.get(index as usize));
    }
    true
}

/// How many definitions of a file others can use, and how many of them are documented; none in a file without functions.
///
/// # Panics
/// When the facts lack the symbols section.
pub fn public_items(file: &FileRecord) -> (usize, usize) {
    if !file.data.facts.has_functions() {
        return (0, 0);
    }
    let symbols = file.data.symbols();
    let is_public =
        |definition: &&Definition| is_public_item(definition, symbols, &file.data.facts.functions);
    let public = || symbols.definitions.iter().filter(is_public);
    (public().count(), public().filter(|definition| definition.doc.is_some()).count())
}

/// Attributes of a definition that is documented where it was first declared: it overrides, or adds a signature.
const SAYS_IT_AGAIN: &[&str] = &["override", "overload"];

/// True for what documentation is demanded of: functions, methods and types that others can use. Not of constants and
/// macros, whose names mostly say it, nor of what only repeats another declaration, is called by the language itself
/// (`__init__`), or is in the typedef that is documented for it.
pub(super) fn needs_documentation(
    definition: &Definition,
    symbols: &Symbols,
    functions: &[Function],
) -> bool {
    let by_language = definition.name.starts_with("__") && definition.name.ends_with("__");
    let says_it_again = definition.attributes.iter().any(|attribute| {
        let name = attribute.split('(').next().unwrap_or(attribute);
        let name = name.rsplit('.').next().unwrap_or(name).trim();
        SAYS_IT_AGAIN.iter().any(|again| name.eq_ignore_ascii_case(again))
    });
    !matches!(definition.kind, DefinitionKind::Constant | DefinitionKind::Macro)
        && !stands_in_a_typedef(definition, symbols)
        && !by_language
        && !says_it_again
        && is_public_item(definition, symbols, functions)
}

/// True for the struct in C's `typedef struct a { … } a;`. Definitions are in the order in which they begin.
fn stands_in_a_typedef(definition: &Definition, symbols: &Symbols) -> bool {
    let begins = |other: &Definition| other.span.start_byte < definition.span.start_byte;
    let before = symbols.definitions.partition_point(begins).checked_sub(1);
    before.and_then(|before| symbols.definitions.get(before)).is_some_and(|around| {
        around.kind == DefinitionKind::Type && definition.span.end_byte <= around.span.end_byte
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::source::MemoryTree;
    use facts::{MeasureOptions, measure};

    fn demanded(path: &str, text: &str) -> Vec<String> {
        let options = MeasureOptions { sections: crate::tdg::SECTIONS, ..MeasureOptions::default() };
        let repo = measure(&MemoryTree::new([(path, text)]), None, &options).expect("memory can be read");
        let (symbols, functions) = (repo.files[0].data.symbols(), &repo.files[0].data.facts.functions);
        let needs = |definition: &&Definition| needs_documentation(definition, symbols, functions);
        symbols.definitions.iter().filter(needs).map(|definition| definition.name.clone()).collect()
    }

    #[test]
    fn constants_overrides_and_what_the_language_calls_need_no_documentation() {
        let python = "LIMIT = 3\n\nclass A:\n    def __init__(self):\n        pass\n\n    \
                      def use(self):\n        pass\n\n    def _hide(self):\n        pass\n\n\
                      @t.overload\ndef f(a: int) -> int: ...\ndef f(a):\n    return a\n";
        assert_eq!(demanded("a.py", python), ["A", "use", "f"]);
        let java = "public class A {\n  @Override public String toString() { return \"\"; }\n  \
                    public void use() {}\n  void hide() {}\n}\n";
        assert_eq!(demanded("A.java", java), ["A", "use"]);
        let c = "typedef struct a {\n    int b;\n} a;\nstruct c {\n    int d;\n};\nint f(void) {\n    return 1;\n}\n";
        assert_eq!(demanded("a.c", c), ["a", "c", "f"]);
    }
}
