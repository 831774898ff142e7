//! The JSON schema of `batuta.toml`, made from the definitions of its keys.

use super::decode;
use crate::config::fixed_sections;
use crate::config::keys::{Key, Kind};
use crate::rule::Rule;
use crate::rules;
use serde_json::{Map, Value, json};

/// The JSON schema (draft 2020-12) of `batuta.toml`.
pub fn schema() -> Value {
    let mut sections = Map::new();
    for section in fixed_sections() {
        sections.insert(section.name.to_owned(), object(&section.doc, keys_schema(&section.keys), &[]));
    }
    let rules = rules::all().map(|rule| (rule.id.to_owned(), rule_schema(rule))).collect();
    sections.insert("rules".to_owned(), object("The rules of the quality gate.", rules, &[]));
    sections.insert("layers".to_owned(), layers_schema());
    let mut schema = object("The configuration of batuta; every key has a default.", sections, &[]);
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("batuta.toml");
    schema
}

fn rule_schema(rule: &Rule) -> Value {
    let mut keys = keys_schema(&decode::keys_of_every_rule(rule));
    keys.append(&mut keys_schema(rule.options.keys()));
    object(rule.title, keys, &[])
}

fn keys_schema(keys: &[Key]) -> Map<String, Value> {
    keys.iter().map(|key| (key.name.to_owned(), key_schema(&key.kind, &key.doc))).collect()
}

fn layers_schema() -> Value {
    let mut within = object(
        "Which modules of a folder may depend on which.",
        order_keys(
            "The layers from top to bottom, each a list of names in the folder; a module may depend on lower layers only.",
            "Every module of the folder must stand in a layer.",
        ),
        &["order"],
    );
    within = json!({
        "description": "Orders within folders, by folder.",
        "type": "object",
        "additionalProperties": within,
    });
    let mut keys = order_keys(
        "The layers from top to bottom, each a list of folders; a folder may depend on lower layers only.",
        "Every folder with code must stand in a layer.",
    );
    keys.insert("within".to_owned(), within);
    let acyclic = json!({
        "description": "Folders whose modules must not use each other in circles.",
        "type": "array",
        "items": { "type": "string", "minLength": 1 },
    });
    keys.insert("acyclic".to_owned(), acyclic);
    let mut schema = object("Which folders may depend on which.", keys, &[]);
    schema["anyOf"] =
        json!([{ "required": ["order"] }, { "required": ["within"] }, { "required": ["acyclic"] }]);
    schema
}

/// The keys of an order, with the descriptions of `order` and of `require-all`.
fn order_keys(order: &str, require_all: &str) -> Map<String, Value> {
    let text = |doc: &str| json!({ "type": "string", "minLength": 1, "description": doc });
    let edge = Map::from_iter([
        ("from".to_owned(), text("The folder or file that depends.")),
        ("to".to_owned(), text("The folder or file that it depends on.")),
        ("reason".to_owned(), text("Why.")),
    ]);
    let order = json!({
        "description": order,
        "type": "array",
        "items": { "type": "array", "items": { "type": "string", "minLength": 1 } },
    });
    let allow = json!({
        "description": "Edges that are wanted although the order forbids them.",
        "type": "array",
        "items": object("", edge, &["from", "to", "reason"]),
    });
    Map::from_iter([
        ("order".to_owned(), order),
        ("allow".to_owned(), allow),
        ("require-all".to_owned(), key_schema(&Kind::Flag(false), require_all)),
    ])
}

fn object(doc: &str, properties: Map<String, Value>, required: &[&str]) -> Value {
    let mut object = json!({ "type": "object", "additionalProperties": false, "properties": properties });
    if !doc.is_empty() {
        object["description"] = json!(doc);
    }
    if !required.is_empty() {
        object["required"] = json!(required);
    }
    object
}

fn key_schema(kind: &Kind, doc: &str) -> Value {
    let mut schema = kind.schema();
    schema["description"] = json!(doc);
    schema
}
