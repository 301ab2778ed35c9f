//! Any text as HTML: what is made of it runs and loads nothing, and is left alone when it is cleaned again.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let html = String::from_utf8_lossy(bytes);
    let clean = mail::html::sanitize(&html);
    harmless(&clean);
    harmless(&mail::html::sanitize(&clean));
    if let Some(shown) = mail::reply::extract_html(&html, &mail::Hints::default()).html {
        harmless(&shown);
    }
    mail::html::to_text(&html);
});

/// No element that runs or loads anything is left, no handler of events, no address that is a program.
fn harmless(html: &str) {
    let lower = html.to_ascii_lowercase();
    for piece in lower.split('<').skip(1) {
        let name = piece.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let bad = ["script", "style", "iframe", "object", "embed", "svg", "math", "form", "base", "link", "meta", "input", "button"];
        assert!(!bad.contains(&name), "<{name} in {html}");
        let tag = piece.split('>').next().unwrap_or_default();
        assert!(!tag.contains("href=\"javascript:") && !tag.contains("src=\"javascript:"), "a program in {html}");
        let attributes: String = tag.split('"').step_by(2).collect();
        assert!(!attributes.contains(" on"), "a handler in {html}");
    }
}
