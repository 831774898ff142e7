//! The OpenAPI document (version 3.1), made from the table of endpoints.

use super::PREFIX;
use super::endpoints::{ENDPOINTS, Endpoint, Parameter, ParameterKind, Source};
use super::notation;
use serde_json::{Map, Value, json};

/// The document.
pub fn document() -> Value {
    let mut paths = Map::new();
    for endpoint in ENDPOINTS {
        let method = if endpoint.is_post() { "post" } else { "get" };
        paths.insert(format!("{PREFIX}{}", endpoint.path), json!({ method: operation(endpoint) }));
    }
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
        "webhooks": { "gate.changed": { "post": webhook() } },
        "components": {
            "schemas": notation::schemas(include_str!("schemas.txt")),
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
    })
}

fn operation(endpoint: &Endpoint) -> Value {
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
    let content = match endpoint.source {
        Source::Events => json!({ "text/event-stream": { "schema": { "type": "string" } } }),
        _ => json!({ "application/json": {
            "schema": { "$ref": format!("#/components/schemas/{}", endpoint.schema) },
        }}),
    };
    let success = if endpoint.is_post() { "202" } else { "200" };
    let mut responses = json!({
        success: { "description": endpoint.summary, "content": content },
        "default": {
            "description": "What went wrong (RFC 9457).",
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
        },
    });
    if matches!(endpoint.source, Source::Snapshot(_) | Source::Summary) {
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

/// What the service itself posts.
fn webhook() -> Value {
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
            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/GateChanged" } } },
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
        ParameterKind::OneOf(words) => json!({ "type": "string", "enum": words }),
    };
    json!({
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": parameter.description,
        "schema": schema,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(object) => {
                if let Some(name) = object.get("$ref").and_then(Value::as_str) {
                    found.insert(name.trim_start_matches("#/components/schemas/").to_owned());
                }
                object.values().for_each(|value| references(value, found));
            }
            Value::Array(values) => values.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }

    #[test]
    fn every_schema_that_is_named_is_there_and_every_one_that_is_there_is_named() {
        let document = document();
        let mut named = BTreeSet::new();
        references(&document, &mut named);
        let there: BTreeSet<String> =
            document["components"]["schemas"].as_object().expect("it has schemas").keys().cloned().collect();
        let bases = ["About", "Page"].map(str::to_owned);
        assert_eq!(named.union(&bases.into()).cloned().collect::<BTreeSet<_>>(), there);
    }

    #[test]
    fn every_endpoint_has_an_address_and_a_name_of_its_own() {
        let paths: BTreeSet<_> = ENDPOINTS.iter().map(|endpoint| endpoint.path).collect();
        let ids: BTreeSet<_> = ENDPOINTS.iter().map(|endpoint| endpoint.id).collect();
        assert_eq!((paths.len(), ids.len()), (ENDPOINTS.len(), ENDPOINTS.len()));
    }
}
