//! HTML of mails: made harmless, turned to text, made from text.
//!
//! Parsing is html5ever's, into a flat tree of our own ([`tree`]) that is walked without recursion.

mod allowed;
mod css;
mod guard;
mod links;
pub(crate) mod sanitize;
mod sink;
mod style;
pub(crate) mod text;
mod trackers;
pub(crate) mod tree;
mod writer;

use std::collections::HashSet;

pub use sanitize::sanitize;
pub use text::to_text;

/// Plain text as HTML: escaped, line ends as `<br>`.
pub fn from_text(text: &str) -> String {
    let lines: Vec<String> = text.trim_end().lines().map(escape).collect();
    format!("<div>{}</div>", lines.join("<br>\n"))
}

/// Text made safe between tags and in double-quoted attributes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    escape_into(text, &mut out);
    out
}

fn escape_into(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"']) {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        out.push_str(match after.as_bytes().first() {
            Some(b'&') => "&amp;",
            Some(b'<') => "&lt;",
            Some(b'>') => "&gt;",
            _ => "&quot;",
        });
        rest = after.get(1..).unwrap_or_default();
    }
    out.push_str(rest);
}

/// The Content-IDs that the HTML refers to with `cid:` (RFC 2392), percent-decoded, without the scheme.
pub fn cids(html: &str) -> HashSet<String> {
    let mut found = HashSet::new();
    let mut rest = html;
    while let Some(at) = rest.find(':') {
        let (before, after) = rest.split_at(at);
        rest = after.get(1..).unwrap_or_default();
        let scheme = before.as_bytes();
        if scheme.len() < 3 || !scheme[scheme.len() - 3..].eq_ignore_ascii_case(b"cid") {
            continue;
        }
        let end = rest.find(|c: char| c.is_whitespace() || "\"'<>)".contains(c)).unwrap_or(rest.len());
        let id = rest.get(..end).unwrap_or_default();
        if !id.is_empty() && id.len() < 1000 {
            found.insert(percent_decode(&id.replace("&amp;", "&")));
        }
    }
    found
}

/// Puts real addresses in the place of `cid:` images. Takes what [`sanitize`] made; `resolve` gets a decoded Content-ID and answers a URL.
/// Images that it does not know keep their `cid:`.
pub fn resolve_cids(clean: &str, resolve: impl Fn(&str) -> Option<String>) -> String {
    const START: &str = " src=\"cid:";
    let mut out = String::with_capacity(clean.len());
    let mut rest = clean;
    while let Some((before, after)) = rest.split_once(START) {
        let (id, tail) = after.split_once('"').unwrap_or((after, ""));
        out.push_str(before);
        match resolve(&percent_decode(&id.replace("&amp;", "&"))) {
            Some(url) => out.push_str(&format!(" src=\"{}\"", escape(&url))),
            None => out.push_str(&format!("{START}{id}\"")),
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let hex = tail
            .get(..2)
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match hex {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cids_are_collected_raw_and_encoded() {
        let found = cids("<img src=\"cid:a@x\"><img src='CID:b%40y'> cid:c <p style=\"x: url(cid:d)\">");
        assert_eq!(found, ["a@x", "b@y", "c", "d"].map(String::from).into());
    }

    #[test]
    fn cids_become_addresses() {
        let clean = sanitize("<p>a <img src=\"cid:a%40x\"> <img src=cid:b alt=c></p>");
        let shown = resolve_cids(&clean, |id| (id == "a@x").then(|| "/blobs/1?a=\"&b".to_owned()));
        assert_eq!(shown, "<p>a <img src=\"/blobs/1?a=&quot;&amp;b\"> <img src=\"cid:b\" alt=\"c\"></p>");
    }

    #[test]
    fn text_becomes_harmless_html() {
        assert_eq!(from_text("a < b\n\"c\"\n"), "<div>a &lt; b<br>\n&quot;c&quot;</div>");
    }
}
