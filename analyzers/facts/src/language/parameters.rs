//! Which parameters of a function a caller must get right by position.
//!
//! Excluded are the receiver, parameters with a default, variadic parameters, parameters given by name, and parameters
//! that a framework fills in. If the signature is prescribed (an override, the implementation of an interface, a
//! callback), no parameter counts.

use super::grammar::{NodeRef, Site};
use std::ops::Range;

/// How many parameters in a list are given by position: those that every call must give, except for those that
/// `left_out` excludes by their text.
pub(super) fn positional(site: &Site<'_, '_>, list: NodeRef<'_>, left_out: fn(&[u8]) -> bool) -> usize {
    let parameters = between_commas(list).unwrap_or_default();
    let texts = parameters.into_iter().map(|range| site.source[range].trim_ascii());
    texts.filter(|text| !is_optional(text) && !left_out(text)).count()
}

/// True for parameters that a call may omit, and C's `(void)`.
fn is_optional(text: &[u8]) -> bool {
    let rest = text.windows(3).any(|part| part == b"...");
    text.is_empty() || text == b"void" || rest || has_default(text)
}

/// The parts of a bracketed list between its commas; none if it has no brackets.
pub(crate) fn between_commas(list: NodeRef<'_>) -> Option<Vec<Range<usize>>> {
    let mut cursor = list.walk();
    let mut found = Vec::new();
    let mut current: Option<Range<usize>> = None;
    let mut inside = false;
    for child in list.children(&mut cursor) {
        match child.kind() {
            "(" if !inside => inside = true,
            ")" if inside && !child.is_named() => break,
            _ if !inside => {}
            "," | ";" => found.extend(current.take()),
            kind if kind.contains("comment") => {}
            _ => {
                let range = child.byte_range();
                let start = current.as_ref().map_or(range.start, |current| current.start);
                current = Some(start..range.end);
            }
        }
    }
    found.extend(current);
    inside.then_some(found)
}

/// True for a parameter with a default value (`a = 1`, Elixir's `a \\ 1`).
pub(crate) fn has_default(text: &[u8]) -> bool {
    let is_sign = |byte: Option<&u8>| byte.is_some_and(|byte| b"=<>!".contains(byte));
    let equals = |at: usize| {
        text[at] == b'='
            && !is_sign(text.get(at + 1))
            && !is_sign(at.checked_sub(1).and_then(|at| text.get(at)))
    };
    (0..text.len()).any(equals) || text.windows(2).any(|pair| pair == b"\\\\")
}

/// The words of a text: letters, digits and underscores.
pub(super) fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_')).filter(|word| !word.is_empty())
}

/// True if a child before the body, of one of the kinds, contains one of the words.
pub(super) fn says(site: &Site<'_, '_>, kinds: &[&str], wanted: &[&[u8]]) -> bool {
    let mut cursor = site.node.walk();
    let mut parts = site.node.children(&mut cursor).filter(|child| kinds.contains(&child.kind()));
    parts.any(|part| words(site.text(part)).any(|word| wanted.contains(&word)))
}

/// Annotations of methods that a container or framework calls with arguments of its own.
pub(super) const FILLED_IN: &[&[u8]] = &[
    b"Override",
    b"Inject",
    b"Autowired",
    b"AssistedInject",
    b"Bean",
    b"Provides",
    b"Produces",
    b"JsonCreator",
    b"ConstructorProperties",
    b"ConstructorBinding",
    b"RequestMapping",
    b"GetMapping",
    b"PostMapping",
    b"PutMapping",
    b"PatchMapping",
    b"DeleteMapping",
    b"ParameterizedTest",
    b"DataBoundConstructor",
    b"Composable",
];

/// Rust: implementations of a trait and functions for another language (`extern "C"`) have prescribed signatures.
pub(super) fn of_rust(site: &Site<'_, '_>, list: NodeRef<'_>) -> usize {
    let owner = site.ancestor(1).filter(|_| site.parent_kind() == "declaration_list");
    let of_trait = owner.is_some_and(|owner| owner.child_by_field_name("trait").is_some());
    if of_trait || says(site, &["function_modifiers"], &[b"extern"]) {
        return 0;
    }
    positional(site, list, |text| words(text).find(|word| *word != b"mut") == Some(b"self"))
}

/// Python: the first parameter of a method is the receiver; parameters after a `*` are given by name. A decorator with
/// a call (`@click.option(…)`, `@app.get(…)`, `@pytest.fixture()`) belongs to a framework that passes everything by
/// name.
pub(super) fn of_python(site: &Site<'_, '_>, list: NodeRef<'_>) -> usize {
    let decorator =
        |text: &[u8]| text.contains(&b'(') || text.ends_with(b"override") || text.ends_with(b"fixture");
    if site.attributes.iter().any(|attribute| decorator(site.text(*attribute).trim_ascii())) {
        return 0;
    }
    let is_static = |attribute: &NodeRef<'_>| site.text(*attribute).ends_with(b"staticmethod");
    let mut around =
        site.ancestors.iter().rev().map(NodeRef::kind).filter(|kind| *kind != "decorated_definition");
    let in_class = around.next() == Some("block") && around.next() == Some("class_definition");
    let receiver = usize::from(in_class && !site.attributes.iter().any(is_static));
    let mut cursor = list.walk();
    let by_position = list.named_children(&mut cursor).take_while(|parameter| {
        let text = site.text(*parameter);
        !text.starts_with(b"*")
    });
    let counted = |parameter: &NodeRef<'_>| {
        !matches!(
            parameter.kind(),
            "comment" | "positional_separator" | "default_parameter" | "typed_default_parameter"
        )
    };
    by_position.filter(counted).count().saturating_sub(receiver)
}

/// JavaScript and TypeScript: the signature of a callback is prescribed. Parameters that declare properties, or have a
/// decorator, are filled in by a container.
pub(super) fn of_javascript(site: &Site<'_, '_>, list: NodeRef<'_>) -> usize {
    let callback = site.node.kind() != "method_definition" && site.parent_kind() == "arguments";
    if callback || says(site, &["override_modifier"], &[b"override"]) {
        return 0;
    }
    positional(site, list, |text| {
        const PROPERTIES: &[&[u8]] = &[b"private", b"public", b"protected", b"readonly", b"this"];
        let name = text.split(|byte| *byte == b':').next().unwrap_or(text).trim_ascii_end();
        let property =
            words(text).next().is_some_and(|word| PROPERTIES.contains(&word)) && !text.starts_with(b"{");
        property || text.starts_with(b"@") || name.ends_with(b"?")
    })
}

/// Java.
pub(super) fn of_java(site: &Site<'_, '_>, list: NodeRef<'_>) -> usize {
    if says(site, &["modifiers"], FILLED_IN) {
        return 0;
    }
    // `@PathVariable int id` is filled in; `@Nullable String name` is not.
    positional(site, list, |text| text.ends_with(b" this") || is_filled_in(text))
}

/// True for a parameter with an annotation that names its source.
fn is_filled_in(text: &[u8]) -> bool {
    const SOURCES: &[&[u8]] = &[
        b"PathVariable",
        b"PathParam",
        b"QueryParam",
        b"RequestParam",
        b"RequestBody",
        b"RequestHeader",
        b"RequestPart",
        b"CookieValue",
        b"ModelAttribute",
        b"HeaderParam",
        b"FormParam",
        b"BeanParam",
        b"JsonProperty",
        b"Named",
        b"Value",
        b"Qualifier",
        b"Assisted",
        b"Path",
        b"Query",
        b"Field",
        b"Body",
        b"Header",
    ];
    text.starts_with(b"@") && words(text).take(2).any(|word| SOURCES.contains(&word))
}

/// Kotlin.
pub(super) fn of_kotlin(site: &Site<'_, '_>, list: NodeRef<'_>) -> usize {
    if list.kind() == "setter"
        || says(site, &["modifiers"], &[b"override"])
        || says(site, &["modifiers"], FILLED_IN)
    {
        return 0;
    }
    positional(site, list, |text| words(text).next() == Some(b"vararg"))
}

/// Swift: arguments have labels, unless the parameter begins with `_`.
pub(super) fn of_swift(site: &Site<'_, '_>, function: NodeRef<'_>) -> usize {
    if says(site, &["modifiers"], &[b"override"]) {
        return 0;
    }
    let mut cursor = function.walk();
    let parameters = function.named_children(&mut cursor).filter(|child| child.kind() == "parameter");
    parameters.filter(|parameter| site.text(*parameter).starts_with(b"_ ")).count()
}

/// C#: parameters with attributes are filled in, `params` is variadic, `this` is the receiver of an extension.
pub(super) fn of_csharp(site: &Site<'_, '_>, list: NodeRef<'_>) -> usize {
    if says(site, &["modifier"], &[b"override", b"extern"]) || says(site, &["attribute_list"], FILLED_IN) {
        return 0;
    }
    positional(site, list, |text| {
        text.starts_with(b"[") || matches!(words(text).next(), Some(b"params" | b"this"))
    })
}

/// C++: the signature of an `override` is prescribed by the base.
pub(super) fn of_cpp(site: &Site<'_, '_>, list: NodeRef<'_>) -> usize {
    let behind = site
        .source
        .get(list.end_byte()..site.field("body").map_or(list.end_byte(), |body| body.start_byte()));
    let overrides = behind.is_some_and(|text| words(text).any(|word| matches!(word, b"override" | b"final")));
    if overrides { 0 } else { positional(site, list, |_| false) }
}

/// Go: `(a, b int)` takes two.
pub(super) fn of_go(_: &Site<'_, '_>, function: NodeRef<'_>) -> usize {
    let Some(list) = function.child_by_field_name("parameters") else { return 0 };
    let mut cursor = list.walk();
    let declared = list.named_children(&mut cursor).filter(|child| child.kind() == "parameter_declaration");
    let names = |parameter: NodeRef<'_>| {
        let mut cursor = parameter.walk();
        parameter.children_by_field_name("name", &mut cursor).filter(|name| name.is_named()).count().max(1)
    };
    declared.map(names).sum()
}

/// PHP: promoted properties are filled in by a container.
pub(super) fn of_php(site: &Site<'_, '_>, list: NodeRef<'_>) -> usize {
    if says(site, &["attribute_list"], &[b"Override", b"Required", b"DataProvider"]) {
        return 0;
    }
    positional(site, list, |text| {
        let first = words(text).next();
        text.starts_with(b"#[") || matches!(first, Some(b"private" | b"public" | b"protected" | b"readonly"))
    })
}

/// Ruby: `a:` is given by name.
pub(super) fn of_ruby(site: &Site<'_, '_>, list: NodeRef<'_>) -> usize {
    let mut cursor = list.walk();
    let parameters = list.named_children(&mut cursor);
    parameters.filter(|parameter| matches!(parameter.kind(), "identifier" | "destructured_parameter")).count()
        * usize::from(!site.node.kind().ends_with("block"))
}

/// Dart: parameters in braces are given by name, those in brackets may be omitted.
pub(super) fn of_dart(site: &Site<'_, '_>, list: NodeRef<'_>) -> usize {
    if site.attributes.iter().any(|attribute| site.text(*attribute).trim_ascii() == b"@override") {
        return 0;
    }
    positional(site, list, |text| text.starts_with(b"{") || text.starts_with(b"["))
}

/// Scala: only the first list counts.
pub(super) fn of_scala(site: &Site<'_, '_>, function: NodeRef<'_>) -> usize {
    if says(site, &["modifiers"], &[b"override"]) {
        return 0;
    }
    let mut cursor = function.walk();
    let list = function.children(&mut cursor).find(|child| child.kind() == "parameters");
    list.map_or(0, |list| {
        positional(site, list, |text| {
            matches!(words(text).next(), Some(b"implicit" | b"using")) || text.ends_with(b"*")
        })
    })
}

/// OCaml: `~a` and `?a` are given by name.
pub(super) fn of_ocaml(site: &Site<'_, '_>, function: NodeRef<'_>) -> usize {
    let mut cursor = function.walk();
    let parameters = function.named_children(&mut cursor).filter(|child| child.kind() == "parameter");
    parameters.filter(|parameter| !matches!(site.text(*parameter).first(), Some(b'~' | b'?'))).count()
}

/// Objective-C: in a message each argument follows a part of the method's name.
pub(super) fn of_objective_c(site: &Site<'_, '_>, list: NodeRef<'_>) -> usize {
    if list.kind().starts_with("method_") { 0 } else { positional(site, list, |_| false) }
}

/// Languages with no named arguments, where only default and variadic parameters can be omitted.
pub(super) fn plain(site: &Site<'_, '_>, list: NodeRef<'_>) -> usize {
    positional(site, list, |_| false)
}
