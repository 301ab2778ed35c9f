//! Scores reply extraction on bodies of other projects, where that collection stands beside this project.
//!
//! What is expected otherwise there, and why it stays so here:
//!
//! * `discourse__spam_1.txt`: a mail of nothing but quoted attributions; wanted is an empty reply, but a mail with words never is one.
//! * `mailgun__reply-separated-by-hr.html`: `Bob`, alone in a line, is wanted neither as words nor as signature; without the mail's
//!   headers nobody knows that it is the author's name.
//! * `willdurand__email_with_date_headers.txt`: history below `[DATE]`, a mark that no mail program leaves.

use std::fs;
use std::path::Path;

use mail::reply::{Hints, Reply, extract, extract_html, extract_plain};

/// What is reached, in percent; raise it when the score rises.
const FLOOR: usize = 97;

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn holds(case: &serde_json::Value, reply: &Reply) -> bool {
    if let Some(expected) = case["expected"].as_str() {
        let expected = folded(expected);
        let signed = format!("{} {}", reply.text, reply.signature.as_deref().unwrap_or_default());
        return folded(&reply.text) == expected || folded(&signed) == expected;
    }
    let listed = |key: &str| case[key].as_array().cloned().unwrap_or_default();
    let found = |value: &serde_json::Value| folded(&reply.text).contains(&folded(value.as_str().unwrap_or_default()));
    listed("contains").iter().all(found) && !listed("excludes").iter().any(found)
}

#[test]
fn replies_of_other_projects() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let Some(folder) = root.ancestors().map(|above| above.join("shared/corpus/replies")).find(|path| path.is_dir())
    else {
        println!("SKIPPED: no shared/corpus/replies beside this project");
        return;
    };
    let hints = Hints::default();
    let (mut right, mut all) = (0, 0);
    for case in fs::read_to_string(folder.join("cases.jsonl")).expect("cases").lines() {
        let case: serde_json::Value = serde_json::from_str(case).expect("json");
        let file = case["file"].as_str().expect("file");
        let raw = fs::read(folder.join(file)).expect("readable");
        let text = String::from_utf8_lossy(&raw);
        let reply = match case["input"].as_str() {
            Some("html") => extract_html(&text, &hints),
            Some("eml") => extract(&mail::parse(&raw), &hints),
            _ => extract_plain(&text, &hints),
        };
        all += 1;
        if holds(&case, &reply) {
            right += 1;
        } else {
            println!(
                "WRONG {file} by `{}`:\n{}\n-- wanted: {} {} {}",
                reply.rule, reply.text, case["expected"], case["contains"], case["excludes"]
            );
        }
    }
    println!("reply extraction: {right} of {all}");
    assert!(right * 100 >= all * FLOOR, "{right} of {all} is less than {FLOOR} %");
}
