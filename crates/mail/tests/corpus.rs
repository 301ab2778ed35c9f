//! Our own mails, each beside what is to be read from it.
//!
//! Those at the top of the folder are written by hand and compared whole: `UPDATE_CORPUS=1` writes their expectations anew, read
//! the difference. Those in the folders are written by `cargo xtask corpus`, which knows what each is made of; of them the keys
//! are compared that their expectation has: `*_contains` and `*_lacks` for words in the text of that name, `*_named` for names
//! in the list of that name, `*_one_of` for values between which nothing tells, `text` line by line with blanks folded at line ends, `signature` word by word, the rest as it is.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// Folder, and how many of its mails are read rightly at least; raise it when more are.
const FLOORS: &[(&str, usize)] = &[
    ("authors", 146),
    ("automatic", 62),
    ("bare", 107),
    ("languages", 225),
    ("mime", 113),
    ("older", 86),
    ("ours", 25),
    ("postings", 219),
    ("programs", 102),
    ("traps", 165),
];

/// How many mails there are at least.
const MAILS: usize = 1250;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

fn mails(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).expect("the corpus").map(|entry| entry.expect("entry").path());
    let mut mails: Vec<_> = paths.filter(|path| path.extension().is_some_and(|ending| ending == "eml")).collect();
    mails.sort();
    mails
}

/// What is read, without the list of parts, which says the same once more.
fn seen(mail: &Path) -> Value {
    let mut seen = serde_json::to_value(mail::inspect_eml(&fs::read(mail).expect("a mail"))).expect("json");
    seen["reply"].as_object_mut().and_then(|reply| reply.remove("parts")).expect("parts");
    seen
}

fn expected(mail: &Path) -> Value {
    serde_json::from_slice(&fs::read(mail.with_extension("json")).expect("an expectation")).expect("json")
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn lines(text: &str) -> String {
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// What is otherwise than expected, one entry for each key.
fn faults(expected: &Value, seen: &Value, at: &str) -> Vec<String> {
    let Value::Object(keys) = expected else { return Vec::new() };
    let text = |key: &str| seen[key].as_str().unwrap_or_default();
    let mut faults = Vec::new();
    for (key, wanted) in keys {
        let at = format!("{at}{key}");
        let listed = || wanted.as_array().into_iter().flatten().filter_map(Value::as_str);
        if let Some(key) = key.strip_suffix("_contains") {
            let missing = listed().filter(|wanted| !words(text(key)).contains(&words(wanted)));
            faults.extend(missing.map(|wanted| format!("{at}: {wanted:?} is not in {:?}", text(key))));
        } else if let Some(key) = key.strip_suffix("_lacks") {
            let found = listed().filter(|wanted| words(text(key)).contains(&words(wanted)));
            faults.extend(found.map(|wanted| format!("{at}: {wanted:?} is in {:?}", text(key))));
        } else if let Some(key) = key.strip_suffix("_named") {
            let named =
                |wanted: &str| seen[key].as_array().is_some_and(|all| all.iter().any(|one| one["name"] == wanted));
            faults.extend(
                listed().filter(|wanted| !named(wanted)).map(|wanted| format!("{at}: no {wanted:?} in {}", seen[key])),
            );
        } else if let Some(key) = key.strip_suffix("_one_of") {
            if !wanted.as_array().is_some_and(|values| values.contains(&seen[key])) {
                faults.push(format!("{at}: {} instead of one of {wanted}", seen[key]));
            }
        } else if key == "signature" && wanted.is_string() {
            if words(text(key)) != words(wanted.as_str().unwrap_or_default()) {
                faults.push(format!("{at}: {:?} instead of {wanted}", text(key)));
            }
        } else if let (Some(wanted), true) = (wanted.as_str(), key == "text") {
            if lines(text(key)) != lines(wanted) {
                faults.push(format!("{at}:\n{}", difference(&lines(wanted), &lines(text(key)))));
            }
        } else if let (Value::Object(_), Value::Object(_)) = (wanted, &seen[key]) {
            faults.extend(self::faults(wanted, &seen[key], &format!("{at}.")));
        } else if let (Value::Array(wanted), Value::Array(found)) = (wanted, &seen[key]) {
            let alike = wanted.len() == found.len()
                && wanted.iter().zip(found).all(|(wanted, found)| match wanted {
                    Value::Object(_) => self::faults(wanted, found, "").is_empty(),
                    _ => wanted == found,
                });
            if !alike {
                faults.push(format!("{at}: {} instead of {}", seen[key], Value::Array(wanted.clone())));
            }
        } else if *wanted != seen[key] {
            faults.push(format!("{at}: {} instead of {wanted}", seen[key]));
        }
    }
    faults
}

/// Both texts, the lines that only one has marked.
fn difference(wanted: &str, seen: &str) -> String {
    let missing = wanted.lines().map(|line| (line, if seen.lines().any(|l| l == line) { "  " } else { "- " }));
    let strange = seen.lines().filter(|line| wanted.lines().all(|l| l != *line)).map(|line| (line, "+ "));
    let mut text: String = missing.chain(strange).map(|(line, mark)| format!("    {mark}{line}\n")).collect();
    if !text.contains("    - ") && !text.contains("    + ") {
        text.push_str(&format!("    the lines stand otherwise: {seen:?}\n"));
    }
    text
}

#[test]
fn every_mail_written_by_hand_is_read_as_written_down() {
    let mails = mails(&folder());
    for path in &mails {
        let seen = seen(path);
        if std::env::var_os("UPDATE_CORPUS").is_some() {
            let text = serde_json::to_string_pretty(&seen).expect("json") + "\n";
            fs::write(path.with_extension("json"), text).expect("written");
        }
        assert_eq!(seen, expected(path), "{}", path.display());
    }
    assert!(mails.len() >= 12, "only {} mails", mails.len());
}

#[test]
fn every_mail_of_known_making_is_read_as_it_was_made() {
    let mut right: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut empty = 0;
    for group in fs::read_dir(folder()).expect("the corpus").map(|entry| entry.expect("entry").path()) {
        let name = group.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !group.is_dir() {
            continue;
        }
        for mail in mails(&group) {
            let seen = seen(&mail);
            let expected = expected(&mail);
            let faults = faults(&expected, &seen, "");
            let wrote = !expected["reply"]["text"].as_str().unwrap_or_default().is_empty()
                || expected["reply"]["text_contains"].is_array();
            empty += usize::from(wrote && seen["reply"]["text"].as_str().unwrap_or_default().trim().is_empty());
            let (good, all) = right.entry(name.clone()).or_default();
            *all += 1;
            *good += usize::from(faults.is_empty());
            if !faults.is_empty() {
                let mail = mail.file_stem().unwrap_or_default().to_string_lossy();
                println!("WRONG {name}/{mail} by {}\n  {}", seen["reply"]["rule"], faults.join("\n  "));
            }
        }
    }
    for (group, (good, all)) in &right {
        println!("{group}: {good} of {all}");
    }
    assert_eq!(empty, 0, "mails with words are read as empty");
    let total: usize = right.values().map(|(_, all)| all).sum();
    assert!(total >= MAILS, "only {total} mails");
    assert_eq!(right.len(), FLOORS.len(), "a folder has no floor");
    let short = FLOORS.iter().filter_map(|(group, floor)| {
        let (good, all) = right.get(*group).copied().unwrap_or_default();
        (good < *floor).then(|| format!("{group}: {good} of {all} is less than {floor}"))
    });
    let short: Vec<String> = short.collect();
    assert!(short.is_empty(), "{}", short.join("\n"));
}

/// Mails are kept with bare line feeds and travel with carriage returns before them.
#[test]
fn line_ends_make_no_difference() {
    let mut groups: Vec<PathBuf> =
        fs::read_dir(folder()).expect("the corpus").map(|entry| entry.expect("entry").path()).collect();
    // authors, bare and older vary a line; the shapes of their mails stand in languages too
    let varied = ["authors", "bare", "older"];
    groups.retain(|path| path.is_dir() && !varied.iter().any(|name| path.ends_with(name)));
    let mut different = Vec::new();
    for path in groups.iter().flat_map(|group| mails(group)) {
        let raw = fs::read(&path).expect("a mail");
        let mut travelling = Vec::with_capacity(raw.len());
        for (at, &byte) in raw.iter().enumerate() {
            if byte == b'\n' && (at == 0 || raw[at - 1] != b'\r') {
                travelling.push(b'\r');
            }
            travelling.push(byte);
        }
        let (kept, travelled) = (mail::inspect_eml(&raw), mail::inspect_eml(&travelling));
        if (&kept.reply.text, &kept.reply.signature, kept.kind)
            != (&travelled.reply.text, &travelled.reply.signature, travelled.kind)
        {
            different.push(format!("{}:\n{:?}\n{:?}", path.display(), kept.reply.text, travelled.reply.text));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}
