//! The OpenAPI document (version 3.1), made from the table of endpoints and the types of their answers.

use super::PREFIX;
use super::endpoints::{ENDPOINTS, Endpoint, Parameter, ParameterKind, SchemaOf, Source};
use crate::{problem, webhooks};
use schemars::SchemaGenerator;
use serde_json::{Map, Value, json};

/// The document.
pub fn document() -> Value {
    let mut generator = facts::schema::generator("/components/schemas");
    let mut paths = Map::new();
    for endpoint in ENDPOINTS.iter() {
        let method = if endpoint.is_post() { "post" } else { "get" };
        let operation = operation(endpoint, &mut generator);
        paths.insert(format!("{PREFIX}{}", endpoint.path), json!({ method: operation }));
    }
    let webhook = webhook(&mut generator);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "batuta",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Figures about the newest commit of each repository. A figure that was not measured is an \
                            object with a null `value` and a `why`.",
            "license": { "name": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [{ "token": [] }, {}],
        "paths": paths,
        "webhooks": { "gate.changed": { "post": webhook } },
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
    })
}

fn operation(endpoint: &Endpoint, generator: &mut SchemaGenerator) -> Value {
    let mut parameters: Vec<Value> = endpoint.parameters.iter().map(parameter).collect();
    if endpoint.is_of_repository() {
        let slug = json!({
            "name": "slug",
            "in": "path",
            "required": true,
            "description": "The repository, as the list of repositories names it.",
            "schema": { "type": "string" },
        });
        parameters.insert(0, slug);
    }
    let content = match endpoint.schema {
        SchemaOf::Events => json!({ "text/event-stream": { "schema": { "type": "string" } } }),
        SchemaOf::Type(schema) => json!({ "application/json": { "schema": schema(generator) } }),
        SchemaOf::Ability(offered) => json!({ "application/json": { "schema": offered.schema(generator) } }),
    };
    let problem = generator.subschema_for::<problem::Document<'_>>();
    let success = if endpoint.is_post() { "202" } else { "200" };
    let mut responses = json!({
        success: { "description": endpoint.summary, "content": content },
        "default": {
            "description": "What went wrong (RFC 9457).",
            "content": { "application/problem+json": { "schema": problem } },
        },
    });
    if matches!(endpoint.source, Source::Snapshot(_) | Source::Summary | Source::Ability(_)) {
        responses["304"] =
            json!({ "description": "The answer is still the one with the entity tag of If-None-Match." });
    }
    let mut operation = json!({
        "operationId": endpoint.id,
        "summary": endpoint.summary,
        "parameters": parameters,
        "responses": responses,
    });
    if let Some(command) = endpoint.command {
        operation["description"] = json!(format!("The figures of `{command}`."));
    }
    operation
}

/// The webhook that the service posts.
fn webhook(generator: &mut SchemaGenerator) -> Value {
    let document = generator.subschema_for::<webhooks::Document<'_>>();
    let header = |name: &str, description: &str, required: bool| {
        json!({
            "name": name,
            "in": "header",
            "required": required,
            "description": description,
            "schema": { "type": "string" },
        })
    };
    json!({
        "operationId": "gateChanged",
        "summary": "The gate of a repository answers differently than before (Standard Webhooks).",
        "parameters": [
            header("webhook-id", "The same for every attempt to deliver a document.", true),
            header("webhook-timestamp", "When it was sent, in seconds since the epoch.", true),
            header("webhook-signature", "`v1,` and the HMAC-SHA256 of `id.timestamp.body`; where there is a secret.", false),
        ],
        "requestBody": {
            "required": true,
            "content": { "application/json": { "schema": document } },
        },
        "responses": {
            "2XX": { "description": "The document was taken; it is not sent again." },
            "410": { "description": "No documents are wanted any more; none is sent until the next start." },
        },
    })
}

fn parameter(parameter: &Parameter) -> Value {
    let schema = match parameter.kind {
        ParameterKind::Text => json!({ "type": "string" }),
        ParameterKind::Number => json!({ "type": "integer", "minimum": 0 }),
        ParameterKind::Decimal => json!({ "type": "number" }),
        ParameterKind::Flag => json!({ "type": "boolean" }),
        ParameterKind::OneOf(words) => json!({ "type": "string", "enum": words }),
        ParameterKind::List([]) => json!({ "type": "array", "items": { "type": "string" } }),
        ParameterKind::List(words) => {
            json!({ "type": "array", "items": { "type": "string", "enum": words } })
        }
    };
    let mut described = json!({
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": parameter.description,
        "schema": schema,
    });
    if matches!(parameter.kind, ParameterKind::List(_)) {
        // Separated by commas, not one parameter for each.
        described["style"] = json!("form");
        described["explode"] = json!(false);
    }
    described
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(object) => {
                if let Some(name) = object.get("$ref").and_then(Value::as_str) {
                    let name = name.strip_prefix("#/components/schemas/").expect("schemas lie there");
                    found.insert(name.to_owned());
                }
                object.values().for_each(|value| references(value, found));
            }
            Value::Array(values) => values.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }

    fn schemas(document: &Value) -> &Map<String, Value> {
        document["components"]["schemas"].as_object().expect("it has schemas")
    }

    #[test]
    fn every_schema_that_is_named_is_there_and_every_one_that_is_there_is_named() {
        let document = document();
        let mut named = BTreeSet::new();
        references(&document, &mut named);
        assert_eq!(named, schemas(&document).keys().cloned().collect());
    }

    #[test]
    fn no_two_types_have_the_same_name() {
        // The generator adds a number to the second type with a name.
        let document = document();
        let numbered = |name: &&String| name.ends_with(|last: char| last.is_ascii_digit());
        assert_eq!(schemas(&document).keys().find(numbered), None);
    }

    /// Generated clients call their types by these names.
    #[test]
    fn answers_keep_their_names() {
        let document = document();
        let answers: Vec<&str> = ENDPOINTS
            .iter()
            .filter_map(|endpoint| {
                let path = &document["paths"][format!("{PREFIX}{}", endpoint.path)];
                let (method, success) = if endpoint.is_post() { ("post", "202") } else { ("get", "200") };
                let content = &path[method]["responses"][success]["content"];
                content["application/json"]["schema"]["$ref"].as_str()
            })
            .map(|name| name.trim_start_matches("#/components/schemas/"))
            .collect();
        let names = "RepositoryList Summary RepositoryRow Ping FilePage FileAnswer FunctionPage FindingPage GateAnswer \
                     GateConfig PeopleAnswer Commits TrendAnswer BlameMetricAnswer ChurnAnswer ComplexityAnswer \
                     ContextAnswer CrapAnswer DeadCodeAnswer DuplicatesAnswer GraphAnswer HistoryAnswer HotspotsAnswer \
                     OverviewAnswer QualityGateAnswer QueryAnswer RulesAnswer DebtAnswer ScoreAnswer TdgAnswer \
                     TdgExplanationAnswer";
        assert_eq!(answers.join(" "), names);
    }

    /// A generated client would rely on members that are not in the schema, or fail on them.
    #[test]
    fn every_object_is_closed() {
        fn open(value: &Value, place: &str, found: &mut Vec<String>) {
            if let Some(object) = value.as_object() {
                let closed = |key| object.get(key) == Some(&Value::Bool(false));
                let is_open = !closed("additionalProperties") && !closed("unevaluatedProperties");
                if object.contains_key("properties") && is_open {
                    found.push(place.to_owned());
                }
                for (key, value) in object {
                    let place = format!("{place}/{key}");
                    match value.as_array() {
                        // The object is closed as a whole, not each of its choices.
                        Some(choices) if key == "oneOf" && closed("unevaluatedProperties") => {
                            let parts = choices.iter().filter_map(Value::as_object).flat_map(Map::values);
                            parts.for_each(|part| open(part, &place, found));
                        }
                        _ => open(value, &place, found),
                    }
                }
            }
            value.as_array().into_iter().flatten().for_each(|value| open(value, place, found));
        }
        let mut found = Vec::new();
        open(&document()["components"]["schemas"], "", &mut found);
        assert_eq!(found, [""; 0]);
    }

    #[test]
    fn words_figures_and_gaps_are_described_as_they_are_written() {
        let document = document();
        let schemas = schemas(&document);
        assert_eq!(schemas["Verdict"]["enum"], json!(["pass", "fail", "not-measured"]));
        let missing = json!({ "$ref": "#/components/schemas/Missing" });
        let tdg = &schemas["Summary"]["properties"]["tdg"];
        assert_eq!(tdg["anyOf"], json!([{ "$ref": "#/components/schemas/Card" }, missing]));
        let finding = &schemas["Finding"];
        assert_eq!(finding["properties"]["path"]["type"], "string");
        assert_eq!(finding["properties"]["value"]["type"], json!(["number", "null"]));
        assert_eq!(finding["properties"]["was"]["type"], "number");
        let required = finding["required"].as_array().expect("some are required");
        assert!(required.contains(&json!("value")) && !required.contains(&json!("was")));
        assert_eq!(schemas["Commit"]["properties"]["id"]["pattern"], "^[0-9a-f]{40}$");
        assert_eq!(schemas["Lines"]["properties"]["source"]["type"], "integer");
        // The members of `About` and `Page`, and its own.
        let page = schemas["FilePage"]["properties"].as_object().expect("it has members");
        let members: Vec<&String> = page.keys().collect();
        assert_eq!(members, ["commit", "items", "limit", "offset", "repository", "total"]);
    }

    #[test]
    fn every_endpoint_has_an_address_and_a_name_of_its_own() {
        let paths: BTreeSet<_> = ENDPOINTS.iter().map(|endpoint| endpoint.path).collect();
        let ids: BTreeSet<_> = ENDPOINTS.iter().map(|endpoint| endpoint.id).collect();
        assert_eq!((paths.len(), ids.len()), (ENDPOINTS.len(), ENDPOINTS.len()));
    }
}
