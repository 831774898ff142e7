//! JSON Schema of all printed and served data, derived from the serialised types: a schema cannot differ from them.

use schemars::generate::SchemaSettings;
use schemars::transform::transform_subschemas;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value};

/// Generates schemas (JSON Schema 2020-12, as used by OpenAPI 3.1) of serialised values. Named types are described
/// once, under the JSON pointer `definitions`, e.g. `/$defs`, and referred to from everywhere else.
///
/// Its schemas are strict: objects contain only the named properties, and an optional property is never null.
pub fn generator(definitions: &'static str) -> SchemaGenerator {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let settings = settings.with(|settings| settings.definitions_path = definitions.into());
    settings.with_transform(as_printed).into_generator()
}

/// Transforms the parts first: an outer object with more members removes the restrictions of its parts.
fn as_printed(schema: &mut Schema) {
    transform_subschemas(&mut as_printed, schema);
    let Some(object) = schema.as_object_mut() else { return };
    join_words(object);
    drop_nulls(object);
    close(object);
    if let Some(Value::String(text)) = object.get_mut("description") {
        *text = without_links(text);
    }
}

/// Joins a choice between schemas of one word each into one enumeration. The words' descriptions are kept, as a list.
fn join_words(object: &mut Map<String, Value>) {
    let Some(Value::Array(choices)) = object.get("oneOf") else { return };
    let mut words = Vec::new();
    let mut remarks = String::new();
    for choice in choices {
        if choice["type"] != "string" {
            return;
        }
        match (&choice["const"], &choice["enum"]) {
            (word @ Value::String(name), _) => {
                words.push(word.clone());
                if let Value::String(remark) = &choice["description"] {
                    remarks.push_str(&format!("\n- `{name}`: {remark}"));
                }
            }
            (_, Value::Array(several)) => words.extend(several.iter().cloned()),
            _ => return,
        }
    }
    object.remove("oneOf");
    object.insert("type".to_owned(), "string".into());
    object.insert("enum".to_owned(), words.into());
    if !remarks.is_empty() {
        let about = object.get("description").and_then(Value::as_str).unwrap_or_default();
        let text = format!("{about}\n{remarks}").trim().to_owned();
        object.insert("description".to_owned(), text.into());
    }
}

/// Optional properties are left out when they have no value, so they are never null.
fn drop_nulls(object: &mut Map<String, Value>) {
    let required = object.get("required").cloned().unwrap_or_default();
    let is_required = |name: &str| required.as_array().is_some_and(|all| all.iter().any(|one| one == name));
    let Some(Value::Object(properties)) = object.get_mut("properties") else { return };
    for (name, property) in properties {
        if let Some(property) = property.as_object_mut().filter(|_| !is_required(name)) {
            drop_null(property);
        }
    }
}

fn drop_null(property: &mut Map<String, Value>) {
    if let Some(Value::Array(words)) = property.get_mut("enum") {
        words.retain(|word| !word.is_null());
    }
    if let Some(Value::Array(types)) = property.get_mut("type") {
        types.retain(|one| one != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            property.insert("type".to_owned(), only);
        }
    }
    let Some(Value::Array(choices)) = property.get_mut("anyOf") else { return };
    choices.retain(|choice| choice["type"] != "null");
    if let [Value::Object(only)] = choices.as_slice() {
        let only = only.clone();
        property.remove("anyOf");
        // The property's own description goes before that of its type.
        only.into_iter().for_each(|(key, value)| {
            property.entry(key).or_insert(value);
        });
    }
}

/// Objects contain only the named properties. Where a choice between further members is next to the members (a
/// flattened enumeration), the object as a whole is closed and its choices are not.
fn close(object: &mut Map<String, Value>) {
    const CLOSED: [&str; 2] = ["additionalProperties", "unevaluatedProperties"];
    if !object.contains_key("properties") || CLOSED.iter().any(|key| object.contains_key(*key)) {
        return;
    }
    debug_assert!(!object.contains_key("$ref"), "what is referred to is closed already: {object:?}");
    let mut choices = false;
    for key in ["allOf", "anyOf", "oneOf"] {
        let Some(Value::Array(parts)) = object.get_mut(key) else { continue };
        choices = true;
        for part in parts.iter_mut().filter_map(Value::as_object_mut) {
            CLOSED.iter().for_each(|key| drop(part.remove(*key)));
        }
    }
    object.insert(CLOSED[usize::from(choices)].to_owned(), false.into());
}

/// Documentation without Rust links: `[`Name`]` and `[`Name`](path)` become `Name` in backticks.
fn without_links(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, link)) = rest.split_once("[`") {
        let Some((name, after)) = link.split_once("`]") else { break };
        shown.push_str(&format!("{before}`{name}`"));
        let target = after.strip_prefix('(').and_then(|target| target.split_once(')'));
        rest = target.map_or(after, |(_, after)| after);
    }
    shown + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Measured;
    use crate::model::RepoPath;
    use crate::source::CommitId;
    use schemars::JsonSchema;
    use serde::Serialize;
    use serde_json::json;

    fn of<T: JsonSchema>() -> Value {
        let mut schema = generator("/$defs").into_root_schema_for::<T>();
        schema.remove("$schema");
        schema.remove("title");
        schema.to_value()
    }

    /// A word, see [`Whole`] and [`Whole::x`](Whole).
    #[derive(Serialize, JsonSchema)]
    #[serde(rename_all = "kebab-case")]
    enum Word {
        /// The first.
        OneWord,
        Other,
    }

    #[derive(Serialize, JsonSchema)]
    #[serde(tag = "answer", rename_all = "kebab-case")]
    enum Choice {
        Yes,
        NoBecause { why: String },
    }

    #[derive(Serialize, JsonSchema)]
    struct Base {
        x: u32,
    }

    #[derive(Serialize, JsonSchema)]
    struct Whole {
        #[serde(flatten)]
        base: Base,
        #[serde(flatten)]
        choice: Choice,
    }

    #[derive(Serialize, JsonSchema)]
    struct Absent {
        null: Option<Word>,
        /// About it.
        #[serde(skip_serializing_if = "Option::is_none")]
        word: Option<Word>,
        #[serde(skip_serializing_if = "Option::is_none")]
        number: Option<f64>,
    }

    #[test]
    fn words_are_an_enumeration_and_keep_what_is_said_of_them() {
        let word = json!({
            "type": "string",
            "enum": ["other", "one-word"],
            "description": "A word, see `Whole` and `Whole::x`.\n\n- `one-word`: The first.",
        });
        assert_eq!(of::<Word>(), word);
        assert_eq!(json!([Word::OneWord, Word::Other]), json!(["one-word", "other"]));
    }

    #[test]
    fn what_may_be_absent_is_never_null_and_what_may_be_null_is_never_absent() {
        assert_eq!(json!(Absent { null: None, word: None, number: None }), json!({ "null": null }));
        let schema = of::<Absent>();
        assert_eq!(schema["required"], json!(["null"]));
        let properties = json!({
            "null": { "anyOf": [{ "$ref": "#/$defs/Word" }, { "type": "null" }] },
            "word": { "$ref": "#/$defs/Word", "description": "About it." },
            "number": { "type": "number", "format": "double" },
        });
        assert_eq!(schema["properties"], properties);
        assert_eq!(schema["additionalProperties"], false);
    }

    #[test]
    fn a_choice_that_lies_among_the_members_is_closed_as_a_whole() {
        let whole = |choice| json!(Whole { base: Base { x: 1 }, choice });
        assert_eq!(whole(Choice::Yes), json!({ "x": 1, "answer": "yes" }));
        let no = Choice::NoBecause { why: "late".to_owned() };
        assert_eq!(whole(no), json!({ "x": 1, "answer": "no-because", "why": "late" }));
        let schema = of::<Whole>();
        assert_eq!(schema["required"], json!(["x"]));
        assert_eq!(schema["unevaluatedProperties"], false);
        let members = schema["oneOf"].as_array().expect("there are choices");
        assert!(members.iter().all(|choice| choice.get("additionalProperties").is_none()), "{schema}");
        assert_eq!(members[1]["required"], json!(["answer", "why"]));
        let alone = of::<Choice>();
        let members = alone["oneOf"].as_array().expect("there are choices");
        assert!(members.iter().all(|choice| choice["additionalProperties"] == false), "{alone}");
    }

    #[test]
    fn what_serialises_by_hand_is_described_as_it_is_written() {
        let missing = of::<Measured<RepoPath>>();
        assert_eq!(missing["anyOf"], json!([{ "type": "string" }, { "$ref": "#/$defs/Missing" }]));
        let definition = &missing["$defs"]["Missing"];
        assert_eq!(definition["required"], json!(["value", "why"]));
        assert_eq!(definition["properties"]["value"]["type"], "null");
        assert_eq!(definition["properties"]["why"]["type"], "string");
        assert_eq!(definition["additionalProperties"], false);
        assert_eq!(of::<CommitId>(), json!({ "type": "string", "pattern": "^[0-9a-f]{40}$" }));
    }
}
