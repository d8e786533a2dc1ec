//! What is put into the description as it is served? The schemas of what is answered and taken, which come from the types
//! ([`super::schemas`]); and what is true of every operation, and so stands in none of them by itself: what the gate, the limits and the
//! connection answer before any handler is asked, and that an empty parameter counts as none.

use super::OPENAPI;
use super::schemas::schemas;
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

/// Description of the API, OpenAPI 3.1, as it is served.
pub static DESCRIPTION: LazyLock<String> = LazyLock::new(|| {
    // A test reads it; were it broken all the same, it is better told as it is than not at all.
    let Ok(mut description) = serde_json::from_str::<Value>(OPENAPI) else { return OPENAPI.to_owned() };
    let operations = description["paths"].as_object_mut().into_iter().flat_map(|paths| paths.values_mut());
    let operations = operations.flat_map(|path| path.as_object_mut()).flat_map(|methods| methods.values_mut());
    // Beside the operations of a path stand the parameters that they share: a list.
    operations.filter_map(Value::as_object_mut).for_each(complete);
    let shared = description["components"]["parameters"].as_object_mut();
    shared.into_iter().flat_map(|parameters| parameters.values_mut()).for_each(may_be_empty);
    if let Some(components) = description["components"].as_object_mut() {
        components.insert("schemas".to_owned(), schemas().into());
    }
    description.to_string()
});

fn complete(operation: &mut Map<String, Value>) {
    let open = operation.get("security").and_then(Value::as_array).is_some_and(Vec::is_empty);
    let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
    parameters.into_iter().flatten().for_each(may_be_empty);
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    // These two come from the connection itself where not even the head can be read: then without problem details.
    responses.entry("414").or_insert(json!({ "description": "The address is too long" }));
    responses.entry("431").or_insert(json!({ "description": "The headers are too many or too large" }));
    if open {
        return;
    }
    let problem = json!({ "$ref": "#/components/responses/Problem" });
    for status in ["400", "401", "403", "503"] {
        responses.entry(status).or_insert_with(|| problem.clone());
    }
    responses.entry("429").or_insert(json!({
        "description": "Asked too often",
        "headers": {
            "Retry-After": { "description": "Seconds", "schema": { "type": "integer", "minimum": 1 } },
            "RateLimit": { "schema": { "type": "string" } },
            "RateLimit-Policy": { "schema": { "type": "string" } }
        },
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } }
    }));
}

fn may_be_empty(parameter: &mut Value) {
    if let Some(parameter) = parameter.as_object_mut().filter(|p| p.get("in").is_some_and(|place| place == "query")) {
        parameter.insert("allowEmptyValue".into(), true.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_tells_what_stands_before_it() {
        let served: Value = serde_json::from_str(&DESCRIPTION).unwrap();
        let paths = served["paths"].as_object().unwrap();
        assert!(paths.len() > 20);
        for (path, methods) in paths {
            for (method, operation) in methods.as_object().unwrap().iter().filter(|(name, _)| *name != "parameters") {
                let guarded = operation["security"] != json!([]);
                let responses = operation["responses"].as_object().unwrap();
                assert!(responses.contains_key("431"), "{method} {path}");
                assert_eq!(responses.contains_key("429") && responses.contains_key("403"), guarded, "{method} {path}");
            }
        }
        assert_eq!(served["components"]["parameters"]["limit"]["allowEmptyValue"], true);
        assert_eq!(served["paths"]["/api/v1/alerts"]["get"]["parameters"][0]["allowEmptyValue"], true);
    }
}
