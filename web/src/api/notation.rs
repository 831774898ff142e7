//! A short notation for JSON schemas, a line for each kind of object:
//!
//! ```text
//! Location: line integer, column integer, end_line integer
//! Finding: rule string, level warning|error, location Location?, tags string[], score measured(number), owner- string
//! FolderScore: ...Card, path string
//! ```
//!
//! `?` after a type allows null, `-` after a name allows the property to be absent, `[]` makes a list, `measured(T)` is a
//! figure or the reason why it is missing, `...Name` takes over the properties of another object. Words that are no type are
//! the values of an enumeration. Nothing besides what is named is allowed.

use serde_json::{Map, Value, json};

/// The schemas of a notation by name, as OpenAPI's `components/schemas`.
///
/// # Panics
/// When the notation is wrong: it is part of the program.
pub fn schemas(notation: &str) -> Map<String, Value> {
    let mut schemas = Map::new();
    let text = notation.replace("\n  ", " ");
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (name, properties) = line.split_once(':').expect("a line names an object before a colon");
        let schema = object(properties, &schemas);
        schemas.insert(name.trim().to_owned(), schema);
    }
    schemas
}

fn object(notation: &str, known: &Map<String, Value>) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for part in split(notation) {
        if let Some(base) = part.strip_prefix("...") {
            let base = &known[base];
            let of_base =
                base["properties"].as_object().expect("an object was named before it is taken over");
            properties.extend(of_base.iter().map(|(name, schema)| (name.clone(), schema.clone())));
            required.extend(base["required"].as_array().cloned().unwrap_or_default());
            continue;
        }
        let (name, kind) = part.split_once(' ').expect("a property has a name and a type");
        let optional = name.ends_with('-');
        let name = name.trim_end_matches('-');
        properties.insert(name.to_owned(), type_of(kind.trim()));
        if !optional {
            required.push(Value::from(name));
        }
    }
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// The parts between commas that stand in no brackets.
fn split(notation: &str) -> Vec<&str> {
    let mut depth = 0;
    let parts = notation.split(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == ',' && depth == 0
    });
    parts.map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// The schema of a type.
pub fn type_of(notation: &str) -> Value {
    if let Some(inner) = notation.strip_suffix('?') {
        return json!({ "anyOf": [type_of(inner), { "type": "null" }] });
    }
    if let Some(inner) = notation.strip_suffix("[]") {
        return json!({ "type": "array", "items": type_of(inner) });
    }
    if let Some(inner) = notation.strip_prefix("measured(").and_then(|rest| rest.strip_suffix(')')) {
        return json!({ "anyOf": [type_of(inner), { "$ref": "#/components/schemas/Missing" }] });
    }
    match notation {
        "string" | "integer" | "number" | "boolean" | "null" => json!({ "type": notation }),
        "commit" => json!({ "type": "string", "pattern": "^[0-9a-f]{40}$" }),
        "any" => json!({}),
        words if words.contains('|') => {
            json!({ "type": "string", "enum": words.split('|').collect::<Vec<_>>() })
        }
        name => json!({ "$ref": format!("#/components/schemas/{name}") }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_notation_means_these_schemas() {
        let schemas = schemas("A: x integer, y- string?\nB: ...A,\n  z measured(A)[], w a|b");
        let string_or_null = json!({ "anyOf": [{ "type": "string" }, { "type": "null" }] });
        let a = json!({
            "type": "object",
            "properties": { "x": { "type": "integer" }, "y": string_or_null },
            "required": ["x"],
            "additionalProperties": false,
        });
        assert_eq!(schemas["A"], a);
        assert_eq!(schemas["B"]["required"], json!(["x", "z", "w"]));
        assert_eq!(schemas["B"]["properties"]["w"], json!({ "type": "string", "enum": ["a", "b"] }));
        let measured = json!({ "anyOf": [
            { "$ref": "#/components/schemas/A" },
            { "$ref": "#/components/schemas/Missing" },
        ]});
        assert_eq!(schemas["B"]["properties"]["z"], json!({ "type": "array", "items": measured }));
    }
}
