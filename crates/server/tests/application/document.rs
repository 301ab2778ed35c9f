//! The OpenAPI document is complete.

use serde_json::Value;
use server::http::router::openapi;

#[test]
fn every_route_says_what_it_does_and_answers() {
    let document: Value = serde_json::to_value(openapi()).expect("a document");
    let mut silent = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("methods") {
            let says = ["summary", "description"].iter().any(|key| operation[*key].is_string());
            let answers = operation["responses"].as_object().is_some_and(|responses| !responses.is_empty());
            if !says || !answers {
                silent.push(format!("{method} {path}"));
            }
            for name in path.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
                let known = operation["parameters"].as_array().into_iter().flatten();
                let named = known.filter(|parameter| parameter["name"] == name && parameter["in"] == "path").count();
                assert_eq!(named, 1, "{method} {path}: {name}");
            }
        }
    }
    assert_eq!(silent, Vec::<String>::new());
}
