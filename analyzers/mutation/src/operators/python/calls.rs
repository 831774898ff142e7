//! Calls in Python: their arguments, and string methods that have a counterpart.

use super::super::rule::{Edits, Site, parts};
use tree_sitter::Node;

const COUNTERPARTS: &[(&str, &str)] = &[
    ("lower", "upper"),
    ("lstrip", "rstrip"),
    ("find", "rfind"),
    ("ljust", "rjust"),
    ("index", "rindex"),
    ("removeprefix", "removesuffix"),
    ("partition", "rpartition"),
];

fn arguments_of<'t>(site: &Site<'_, 't>) -> Vec<Node<'t>> {
    match site.field("arguments") {
        Some(list) if list.kind() == "argument_list" => parts(list),
        _ => Vec::new(),
    }
}

pub(super) fn arguments(site: &Site<'_, '_>, edits: &mut Edits) {
    // A generator expression as the only argument takes the place of the list.
    if let Some(only) = site.field("arguments").filter(|only| only.kind() == "generator_expression") {
        edits.replace(only, "(None)");
    }
    let arguments = arguments_of(site);
    let of_dict = site.field("function").is_some_and(|function| site.text(function) == "dict");
    for (at, argument) in arguments.iter().enumerate() {
        let value = match argument.kind() {
            "list_splat" | "dictionary_splat" => None,
            "keyword_argument" => argument.child_by_field_name("value"),
            _ => Some(*argument),
        };
        if let Some(value) = value.filter(|value| value.kind() != "none") {
            edits.replace(value, "None");
        }
        if of_dict && let Some(name) = argument.child_by_field_name("name") {
            edits.replace(name, format!("{}XX", site.text(name)));
        }
        if arguments.len() > 1 {
            let words = format!("delete argument {}", super::super::engine::shown(site.text(*argument)));
            let range = match arguments.get(at + 1) {
                Some(next) => argument.start_byte()..next.start_byte(),
                None => arguments[at - 1].end_byte()..argument.end_byte(),
            };
            edits.described(range, "", words);
        }
    }
}

pub(super) fn methods(site: &Site<'_, '_>, edits: &mut Edits) {
    let Some(function) = site.field("function") else { return };
    let name = match function.kind() {
        "attribute" => function.child_by_field_name("attribute"),
        _ => Some(function),
    };
    let Some(name) = name else { return };
    let text = site.text(name);
    if text == "deepcopy" {
        edits.replace(name, "copy");
    }
    if function.kind() != "attribute" {
        return;
    }
    for (one, other) in COUNTERPARTS {
        if text == *one {
            edits.replace(name, *other);
        } else if text == *other {
            edits.replace(name, *one);
        }
    }
    // Without a limit, both give the same parts.
    if limits_parts(site) {
        match text {
            "split" => edits.replace(name, "rsplit"),
            "rsplit" => edits.replace(name, "split"),
            _ => {}
        }
    }
}

fn limits_parts(site: &Site<'_, '_>) -> bool {
    let arguments = arguments_of(site);
    arguments.len() == 2
        || arguments.iter().any(|argument| {
            argument.child_by_field_name("name").is_some_and(|name| site.text(name) == "maxsplit")
        })
}
