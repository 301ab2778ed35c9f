//! Any bytes as a mail: read, classified, its reply found, its HTML made harmless. Nothing panics, and what the rest of the
//! house relies on holds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mail::reply::Hints;

fuzz_target!(
    // The parser's own library panics on some mails, which `mail::parse` catches and survives; only what gets through is a
    // finding. libFuzzer's hook would end the process at once.
    init: drop(std::panic::take_hook()),
    |bytes: &[u8]| one(bytes)
);

fn one(bytes: &[u8]) {
    let mail = mail::parse(bytes);
    assert!(!mail.message_id.is_empty(), "every mail has an id");
    mail::classify(&mail);
    let sent = vec!["We do: the 1962 edition.".into()];
    let hints = Hints { addresses: vec!["help@acme.example".into()], sent, ..Hints::default() };
    let reply = mail::extract(&mail, &hints);
    if let Some(html) = &reply.html {
        harmless(&mail::html::sanitize(html));
    }
    for (token, _) in mail.reply_tokens().into_iter().chain(mail.bounce_tokens()) {
        assert_eq!(token.as_str().len(), 32);
    }
    mail::inspect_eml(bytes);
    let text = String::from_utf8_lossy(bytes);
    harmless(&mail::html::sanitize(&text));
    mail::inspect_plain(&text);
    mail::inspect_html(&text);
}

/// No element that runs or loads anything is left.
fn harmless(html: &str) {
    let lower = html.to_ascii_lowercase();
    for piece in lower.split('<').skip(1) {
        let name = piece.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let bad = ["script", "style", "iframe", "object", "embed", "svg", "math", "form", "base", "link", "meta"];
        assert!(!bad.contains(&name), "<{name} in {html}");
    }
}
