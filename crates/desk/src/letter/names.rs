//! The sender's name in a mail: of the agent and the business, made fit for every mail client (reference §1.6).

use super::words::Words;
use model::inbox::SenderName;

/// Characters that some client or spam filter trips over in a display name.
const TROUBLE: &str = "\\<>@\"!#$%&*+=?^`{|}~:;()";

/// The name without troublesome characters, control characters as blanks, no punctuation at its ends.
#[must_use]
pub fn sanitized(name: &str) -> String {
    let kept = name
        .chars()
        .filter(|c| !TROUBLE.contains(*c))
        .map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c });
    let squeezed = kept.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    squeezed.trim_matches(|c: char| c.is_ascii_punctuation() || c.is_whitespace()).to_owned()
}

/// `Ann from Acme` or `Acme`; what is left where one of the names is empty.
#[must_use]
pub fn sender(style: SenderName, agent: Option<&str>, business: &str, words: &Words) -> String {
    let business = sanitized(business);
    let agent = agent.map(sanitized).filter(|agent| !agent.is_empty());
    match (style, agent) {
        (SenderName::Friendly, Some(agent)) if business.is_empty() => agent,
        (SenderName::Friendly, Some(agent)) => format!("{agent} {} {business}", words.from),
        _ => business,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_what_breaks_headers() {
        let rows = [
            ("Acme", "Acme"),
            ("  Acme, Inc.  ", "Acme, Inc"),
            ("Acme <help@acme.example>", "Acme helpacme.example"),
            ("Evil\r\nBcc: x@y.example", "Evil Bcc xy.example"),
            ("\"Müller & Söhne\" (GmbH)", "Müller Söhne GmbH"),
            ("日本語 株式会社", "日本語 株式会社"),
            ("!!!", ""),
        ];
        for (name, expected) in rows {
            assert_eq!(sanitized(name), expected, "{name}");
        }
    }

    #[test]
    fn the_sender_is_friendly_or_professional() {
        let words = Words::of("en");
        assert_eq!(sender(SenderName::Friendly, Some("Ann"), "Acme", words), "Ann from Acme");
        assert_eq!(sender(SenderName::Professional, Some("Ann"), "Acme", words), "Acme");
        assert_eq!(sender(SenderName::Friendly, None, "Acme", words), "Acme");
        assert_eq!(sender(SenderName::Friendly, Some("Ann"), "???", words), "Ann");
        assert_eq!(sender(SenderName::Friendly, Some("Ann"), "Acme", Words::of("de")), "Ann von Acme");
    }
}
