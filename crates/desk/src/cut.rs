//! Where a mail's words were cut, and why: `content_attributes.email.cut`, beside the keys of the reference.

use mail::reply::{Confidence, Part, Reply};
use model::{Json, ids::UserId};
use serde::{Deserialize, Serialize};

/// The rule of a cut that an agent made.
pub(crate) const BY_HAND: &str = "by hand";

/// More parts than these are not kept; they are read anew when somebody asks.
const KEPT_PARTS: usize = 40;

/// What `content_attributes.email.cut` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cut {
    /// What decided: `whole` where nothing was cut.
    pub(crate) rule: String,
    /// How sure that is: `unsure`, `likely` or `certain`.
    pub(crate) confidence: String,
    /// The words are those of the HTML though the mail has plain text as well.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) html: bool,
    /// What was found; none where it is all written, and where there is too much.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) parts: Vec<Found>,
    /// Who moved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) by: Option<UserId>,
    /// How many lines they kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) lines: Option<usize>,
    /// What it was before anybody moved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) found: Option<Before>,
}

/// A part: the line it begins with (the first is 0), its kind, the rule that told, how sure that is, and whether it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Found(pub(crate) usize, pub(crate) String, pub(crate) String, pub(crate) String, pub(crate) bool);

/// What a message was before its cut was moved; all that it takes to go back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Before {
    pub(crate) content: Option<String>,
    /// `quoted` of `text_content` and of `html_content`, where it is something else than the content.
    #[serde(default, skip_serializing_if = "Json::is_null")]
    pub(crate) quoted: Json,
    /// None of a mail that came before cuts were noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rule: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) confidence: Option<String>,
}

impl Cut {
    /// What was found of a mail. `html` says that the words are those of the HTML though there is plain text.
    pub(crate) fn found(reply: &Reply, html: bool) -> Self {
        let body = &reply.parts;
        let parts = if body.parts.len() > KEPT_PARTS { Vec::new() } else { parts(&body.text, &body.parts) };
        let whole = parts.iter().all(|part| part.1 == "written");
        Self {
            rule: reply.rule.to_owned(),
            confidence: word(&confidence(&body.parts)),
            html,
            parts: if whole { Vec::new() } else { parts },
            by: None,
            lines: None,
            found: None,
        }
    }

    /// What is noted in `content_attributes.email`.
    pub(crate) fn of(email: &Json) -> Option<Self> {
        Self::deserialize(&email["cut"]).ok()
    }
}

/// How sure the cut as a whole is: as sure as what was cut first.
pub(crate) fn confidence(parts: &[Part]) -> Confidence {
    parts.iter().find(|part| !part.shown).map_or(Confidence::Certain, |part| part.confidence)
}

/// The parts of a text, by line.
pub(crate) fn parts(text: &str, parts: &[Part]) -> Vec<Found> {
    let (mut line, mut past) = (0, 0);
    let mut found = Vec::new();
    for part in parts {
        line += text.get(past..part.range.start).unwrap_or_default().matches('\n').count();
        past = part.range.start;
        found.push(Found(line, word(&part.kind), part.rule.to_owned(), word(&part.confidence), part.shown));
    }
    found
}

/// A variant's name in JSON.
pub(crate) fn word(variant: &impl Serialize) -> String {
    serde_json::to_value(variant).ok().and_then(|json| json.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The whole text that a mail's words were cut out of.
pub(crate) fn full_text(email: &Json) -> &str {
    let html = email["html_content"]["reply"].as_str();
    let plain = email["text_content"]["full"].as_str().filter(|_| email["cut"]["html"] != true || html.is_none());
    plain.filter(|text| !text.is_empty()).or(html).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use mail::reply::{Hints, extract_plain};
    use serde_json::json;

    #[test]
    fn what_was_found_is_noted_by_line() {
        let reply =
            extract_plain("Yes.\n\nOn Mon, 5 Jan 2026 10:00 Ann <a@x.example> wrote:\n> Old\n", &Hints::default());
        let cut = Cut::found(&reply, false);
        let expected = json!({
            "rule": "quoted lines",
            "confidence": "certain",
            "parts": [
                [0, "written", "written", "certain", true],
                [1, "quote_header", "attribution", "certain", false],
                [3, "quoted", "quoted lines", "certain", false],
            ],
        });
        let noted = serde_json::to_value(&cut).unwrap();
        assert_eq!((noted["rule"].clone(), noted["confidence"].clone()), (json!("quoted lines"), json!("certain")));
        assert_eq!(noted["parts"][0], expected["parts"][0]);
        assert_eq!(noted["parts"].as_array().unwrap().last(), expected["parts"].as_array().unwrap().last());
        assert_eq!(Cut::of(&json!({"cut": noted})), Some(cut));
        let whole = serde_json::to_value(Cut::found(&extract_plain("Yes.", &Hints::default()), false)).unwrap();
        assert_eq!(whole, json!({"rule": "whole", "confidence": "certain"}));
    }

    #[test]
    fn the_text_is_the_one_that_was_cut() {
        let both = json!({"text_content": {"full": "plain"}, "html_content": {"reply": "of the HTML"}});
        assert_eq!(full_text(&both), "plain");
        let mut marked = both.clone();
        marked["cut"] = json!({"html": true});
        assert_eq!(full_text(&marked), "of the HTML");
        assert_eq!(full_text(&json!({"text_content": {}, "html_content": {"reply": "of the HTML"}})), "of the HTML");
        assert_eq!(full_text(&json!({})), "");
    }
}
