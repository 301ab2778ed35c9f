//! Our own mails, each beside what is to be read from it. `UPDATE_CORPUS=1` writes the expectations anew: read the difference.

use std::fs;
use std::path::Path;

#[test]
fn every_mail_is_read_as_written_down() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut count = 0;
    for entry in fs::read_dir(folder).expect("the corpus") {
        let path = entry.expect("entry").path();
        if path.extension().is_none_or(|extension| extension != "eml") {
            continue;
        }
        let raw = fs::read(&path).expect("a mail");
        let seen = serde_json::to_value(mail::inspect_eml(&raw)).expect("json");
        let expected = path.with_extension("json");
        if std::env::var_os("UPDATE_CORPUS").is_some() {
            fs::write(&expected, serde_json::to_string_pretty(&seen).expect("json") + "\n").expect("written");
        }
        let expected: serde_json::Value =
            serde_json::from_slice(&fs::read(&expected).expect("an expectation")).expect("json");
        assert_eq!(seen, expected, "{}", path.display());
        count += 1;
    }
    assert!(count >= 12, "only {count} mails");
}
