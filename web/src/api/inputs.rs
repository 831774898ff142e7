//! Converts the schema of an ability's input to the parameters of an endpoint, and a query back to an input.

use super::endpoints::{Parameter, ParameterKind};
use crate::problem::Problem;
use crate::query::Query;
use abilities::Listed;
use serde_json::{Map, Value, json};

/// A parameter, and where its value belongs in the input.
pub struct Input {
    /// The parameter: its name is that of the command line's option.
    pub parameter: Parameter,
    /// The members of the input's objects that lead to it.
    place: Vec<String>,
}

/// Marks a property of an input's schema whose value names something on this machine, so that no client may set it.
const ON_THIS_MACHINE: &str = "x-on-this-machine";

/// The parameters that a client may set for an ability. All names and texts are static, like those of other endpoints.
pub fn inputs(ability: &Listed) -> Vec<Input> {
    let schema = ability.input().to_value();
    let mut found = Vec::new();
    collect(&schema, &schema, &[], &mut found);
    found
}

fn collect(schema: &Value, object: &Value, place: &[String], found: &mut Vec<Input>) {
    let needed = |name: &str| {
        object["required"].as_array().is_some_and(|names| names.iter().any(|needed| *needed == name))
    };
    for (name, property) in object["properties"].as_object().into_iter().flatten() {
        if property[ON_THIS_MACHINE] == true {
            continue;
        }
        let place = [place, std::slice::from_ref(name)].concat();
        let resolved = resolved(schema, property);
        if resolved["properties"].is_object() {
            collect(schema, resolved, &place, found);
            continue;
        }
        let description = property["description"].as_str().or(resolved["description"].as_str());
        let parameter = Parameter {
            name: name.replace('_', "-").leak(),
            description: sentence(description.unwrap_or_default()).leak(),
            kind: kind(schema, resolved),
            required: needed(name),
        };
        found.push(Input { parameter, place });
    }
}

/// The schema of a property, with references resolved and without null.
fn resolved<'s>(schema: &'s Value, property: &'s Value) -> &'s Value {
    if let Some(name) = property["$ref"].as_str().and_then(|name| name.strip_prefix("#/$defs/")) {
        return resolved(schema, &schema["$defs"][name]);
    }
    let choices = property["anyOf"].as_array().or(property["allOf"].as_array());
    let real = choices.into_iter().flatten().find(|choice| choice["type"] != "null");
    real.map_or(property, |choice| resolved(schema, choice))
}

fn kind(schema: &Value, property: &Value) -> ParameterKind {
    let is = |kind: &str| match &property["type"] {
        Value::Array(kinds) => kinds.iter().any(|one| one == kind),
        one => one == kind,
    };
    if is("array") {
        return ParameterKind::List(words(resolved(schema, &property["items"])));
    }
    match words(property) {
        [] if is("integer") => ParameterKind::Number,
        [] if is("number") => ParameterKind::Decimal,
        [] if is("boolean") => ParameterKind::Flag,
        [] => ParameterKind::Text,
        words => ParameterKind::OneOf(words),
    }
}

/// The words that a property allows; none if it allows anything.
fn words(property: &Value) -> &'static [&'static str] {
    let listed = property["enum"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let described =
        property["oneOf"].as_array().into_iter().flatten().filter_map(|one| one["const"].as_str());
    let words: Vec<&'static str> = listed.chain(described).map(|word| &*word.to_owned().leak()).collect();
    words.leak()
}

fn sentence(text: &str) -> String {
    let line = text.replace('\n', " ");
    if line.is_empty() || line.ends_with(['.', ']']) { line } else { format!("{line}.") }
}

/// The input for a query, based on the service's defaults. The query is already checked against the parameters.
///
/// # Errors
/// A value is not text.
pub fn input(inputs: &[Input], query: &Query, usual: &Value) -> Result<Value, Problem> {
    let mut all = usual.clone();
    for Input { parameter, place } in inputs {
        let Some(bytes) = query.bytes(parameter.name) else { continue };
        let text = std::str::from_utf8(bytes)
            .map_err(|_| Problem::bad_request(format!("the parameter \"{}\" is no text", parameter.name)))?;
        let value = match parameter.kind {
            ParameterKind::Text | ParameterKind::OneOf(_) => json!(text),
            ParameterKind::Number => json!(text.parse::<u64>().ok()),
            ParameterKind::Decimal => json!(text.parse::<f64>().ok()),
            ParameterKind::Flag => json!(text == "true"),
            ParameterKind::List(_) => json!(text.split(',').collect::<Vec<_>>()),
        };
        put(&mut all, place, value);
    }
    Ok(all)
}

fn put(object: &mut Value, place: &[String], value: Value) {
    let [first, rest @ ..] = place else { return };
    if !object.is_object() {
        *object = Value::Object(Map::new());
    }
    match rest {
        [] => object[first.as_str()] = value,
        rest => put(&mut object[first.as_str()], rest, value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(id: &str, query: &str) -> Value {
        let ability = abilities::ability(id).expect("there is such an ability");
        input(&inputs(ability), &Query::parse(query), &json!({})).expect("it is text")
    }

    #[test]
    fn a_query_becomes_the_input_that_the_command_line_would_make() {
        assert_eq!(asked("complexity", "top-files=5"), json!({ "top_files": 5 }));
        assert_eq!(
            asked("graph", "level=folder&kinds=calls,imports&min-confidence=0.9&cycles=true"),
            json!({ "level": "folder", "kinds": ["calls", "imports"], "min_confidence": 0.9, "cycles": true })
        );
        let commits = json!({ "days": 7, "commits": { "bots": ["ci", "robot"], "first_parent": true } });
        assert_eq!(asked("churn", "days=7&bots=ci,robot&first-parent=true"), commits);
    }

    #[test]
    fn kinds_follow_from_the_schema() {
        let all = inputs(abilities::ability("graph").expect("it is one"));
        let kind =
            |name: &str| all.iter().find(|one| one.parameter.name == name).map(|one| one.parameter.kind);
        assert!(matches!(kind("level"), Some(ParameterKind::OneOf(["file", "definition", "folder"]))));
        assert!(matches!(kind("kinds"), Some(ParameterKind::List(["calls", "uses", "imports", "inherits"]))));
        assert!(matches!(kind("min-confidence"), Some(ParameterKind::Decimal)));
        assert!(matches!(kind("cycles"), Some(ParameterKind::Flag)));
        assert!(matches!(kind("depth"), Some(ParameterKind::Number)));
        assert!(matches!(kind("focus"), Some(ParameterKind::Text)));
    }

    #[test]
    fn no_client_names_a_file_of_this_machine() {
        let crap = inputs(abilities::ability("crap").expect("it is one"));
        assert!(crap.iter().all(|input| input.parameter.name != "report"));
        assert!(crap.iter().any(|input| input.parameter.name == "max"));
    }
}
