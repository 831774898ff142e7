//! The JSON schema of `batuta.toml`, made from the definitions of its keys.

use super::keys::{self, Key, Kind};
use crate::rule::Rule;
use crate::rules;
use serde_json::{Map, Value, json};

/// The JSON schema (draft 2020-12) of `batuta.toml`.
pub fn schema() -> Value {
    let mut sections = Map::new();
    for section in keys::fixed_sections() {
        let keys =
            section.keys.iter().map(|key| (key.name.to_owned(), key_schema(key.kind, key.doc))).collect();
        sections.insert(section.name.to_owned(), object(section.doc, keys, &[]));
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
    let mut keys = Map::new();
    for Key { name, doc, kind } in keys::keys_of_all_rules(rule).iter().chain(rule.options) {
        keys.insert((*name).to_owned(), key_schema(*kind, doc));
    }
    object(rule.title, keys, &[])
}

fn layers_schema() -> Value {
    let text = |doc: &str| json!({ "type": "string", "minLength": 1, "description": doc });
    let edge = Map::from_iter([
        ("from".to_owned(), text("The folder or file that depends.")),
        ("to".to_owned(), text("The folder or file that it depends on.")),
        ("reason".to_owned(), text("Why.")),
    ]);
    let order = json!({
        "description": "The layers from top to bottom, each a list of folders; a folder may depend on lower layers only.",
        "type": "array",
        "items": { "type": "array", "items": { "type": "string", "minLength": 1 } },
    });
    let allow = json!({
        "description": "Edges that are wanted although the order forbids them.",
        "type": "array",
        "items": object("", edge, &["from", "to", "reason"]),
    });
    let require_all = key_schema(Kind::Flag(false), "Every folder with code must stand in a layer.");
    let keys = Map::from_iter([
        ("order".to_owned(), order),
        ("allow".to_owned(), allow),
        ("require-all".to_owned(), require_all),
    ]);
    object("Which folders may depend on which.", keys, &["order"])
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

fn key_schema(kind: Kind, doc: &str) -> Value {
    let mut schema = match kind {
        Kind::Integer(default) => json!({ "type": "integer", "minimum": 0, "default": default }),
        Kind::Percent(default) => {
            json!({ "type": "number", "minimum": 0, "maximum": 100, "default": default })
        }
        Kind::Bytes(default) => json!({
            "default": default,
            "oneOf": [
                { "type": "integer", "minimum": 0 },
                { "type": "string", "pattern": "^\\s*[0-9]+\\s*([bB]|[kKmMgG][iI]?[bB])?\\s*$" },
            ],
        }),
        Kind::Flag(default) => json!({ "type": "boolean", "default": default }),
        Kind::Choice { of, default } => json!({ "enum": of, "default": default }),
        Kind::Patterns => json!({ "type": "array", "items": { "type": "string" }, "default": [] }),
        Kind::Path(default) => json!({ "type": "string", "default": default }),
    };
    schema["description"] = json!(doc);
    schema
}
