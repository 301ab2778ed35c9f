//! The OpenAPI document: complete, and the same as the one that lies beside the web parts.

use serde_json::Value;
use server::http::router::openapi;
use std::collections::HashSet;

const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/openapi.json");

#[test]
fn the_kept_document_is_the_present_one() {
    let kept = std::fs::read_to_string(KEPT).expect("web/openapi.json");
    let present = openapi().to_pretty_json().expect("a document");
    let same = kept.trim_end() == present.trim_end();
    assert!(same, "web/openapi.json is not up to date: cargo run -- openapi > web/openapi.json");
}

#[test]
fn every_route_says_what_it_does_and_answers() {
    let document: Value = serde_json::to_value(openapi()).expect("a document");
    let mut silent = Vec::new();
    let mut names = HashSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("methods") {
            assert!(names.insert(operation["operationId"].clone()), "{method} {path} has another's name");
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
