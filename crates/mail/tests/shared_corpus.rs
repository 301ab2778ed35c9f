//! Runs the parser and the classifier over mails of other projects, where that collection stands beside this project.

use std::fs;
use std::path::{Path, PathBuf};

/// The collection's folder, or a visible line that says it is missing.
fn folder(name: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let candidates = root.ancestors().map(|above| above.join("shared/corpus").join(name));
    let found = candidates.into_iter().find(|path| path.is_dir());
    if found.is_none() {
        println!("SKIPPED: no shared/corpus/{name} beside this project");
    }
    found
}

/// Mails of the collection that end with their header.
const WORDLESS: &[&str] = &[
    "error_emails__bad_date_header.eml",
    "error_emails__bad_date_header2.eml",
    "error_emails__empty_in_reply_to.eml",
    "error_emails__missing_body.eml",
    "error_emails__must_supply_encoding.eml",
];

#[test]
fn every_mail_is_read_and_shows_its_words() {
    let Some(folder) = folder("mails") else { return };
    let mut empty = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(folder).expect("readable") {
        let path = entry.expect("entry").path();
        let raw = fs::read(&path).expect("readable");
        let mail = mail::parse(&raw);
        let _ = mail::classify(&mail);
        count += 1;
        assert!(!mail.message_id.is_empty());
        assert!(!mail.text.contains('\0'));
        if mail.text.trim().is_empty() && mail.attachments.is_empty() {
            empty.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    // looked at one by one: these have header fields and nothing below them
    empty.sort();
    assert_eq!(empty, WORDLESS);
    assert!(count > 100);
}

#[test]
fn delivery_reports_say_what_happened() {
    let Some(folder) = folder("bounces") else { return };
    let cases = fs::read_to_string(folder.join("cases.jsonl")).expect("cases");
    let mails = fs::read_dir(&folder)
        .expect("readable")
        .filter(|entry| entry.as_ref().is_ok_and(|e| e.path().extension().is_some_and(|e| e == "eml")));
    assert_eq!(cases.lines().count(), mails.count(), "every report has its case");
    for case in cases.lines() {
        let case: serde_json::Value = serde_json::from_str(case).expect("json");
        let file = case["file"].as_str().expect("file");
        let classified = mail::classify(&mail::parse(&fs::read(folder.join(file)).expect("readable")));
        let bounce = classified.bounce.unwrap_or_else(|| panic!("{file} is a report, not {:?}", classified.kind));
        assert_eq!(classified.kind, mail::Kind::Bounce, "{file}");
        assert_eq!(serde_json::to_value(bounce.class).unwrap(), case["class"], "{file}");
        let field = |read: fn(&mail::classify::BouncedRecipient) -> Option<String>| -> Vec<String> {
            bounce.recipients.iter().filter_map(read).collect()
        };
        assert_eq!(serde_json::json!(field(|r| Some(r.address.clone()))), case["final_recipients"], "{file}");
        assert_eq!(serde_json::json!(field(|r| r.action.clone())), case["actions"], "{file}");
        assert_eq!(serde_json::json!(field(|r| r.status.clone())), case["statuses"], "{file}");
    }
}
