//! A body taken apart: a sequence of parts that together are the text again, byte for byte.

use std::ops::Range;

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

use super::Reply;

/// What a part of a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PartKind {
    /// What the person newly wrote.
    Written,
    /// History: what somebody had written before.
    Quoted,
    /// What introduces history: an attribution, a header block, a separator.
    QuoteHeader,
    /// The person's signature, closing included.
    Signature,
    /// What a program added below: the line of a mobile client, a legal notice, the footer of a list or a virus scanner; the rule says which.
    Footer,
    /// A mail passed on, its headers included.
    Forwarded,
}

/// How sure it is that a part is what it is taken for. Only what is at least likely is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// It could be: the part stays with the words, and its beginning is offered as a place to cut.
    Unsure,
    /// It is, but for odd cases.
    Likely,
    /// A mark that nothing else leaves.
    Certain,
}

/// A run of lines that are one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// Where it stands in the text, in bytes; line ends belong to their line.
    pub range: Range<usize>,
    /// The rule that told.
    pub rule: &'static str,
    /// How sure that is.
    pub confidence: Confidence,
    /// Whether it stands in the reply: what was written, the quotes that are answered line by line, and history where there is nothing else.
    pub shown: bool,
}

/// A place where a body can be cut: what follows is no longer the person's, or may not be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Cut {
    /// Bytes before it.
    pub at: usize,
    /// What begins there.
    pub kind: PartKind,
    /// The rule that told.
    pub rule: &'static str,
    /// How sure that is.
    pub confidence: Confidence,
    /// Whether the reply ends here.
    pub taken: bool,
}

/// A body and its parts, in order and without gaps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Body {
    /// The decoded text; of HTML, as it is rendered.
    pub text: String,
    /// The parts; none where the text is empty.
    pub parts: Vec<Part>,
    /// What decided the cut as a whole: `whole` when nothing was cut.
    pub rule: &'static str,
}

impl Body {
    /// A text that is all the person's.
    pub fn whole(text: &str) -> Self {
        Self::two(text, text.len(), "whole")
    }

    /// A text that is the person's up to `at`, and history below. Within a character, the cut is before it.
    pub fn cut_at(text: &str, at: usize) -> Self {
        Self::two(text, text.floor_char_boundary(at), "by hand")
    }

    fn two(text: &str, at: usize, rule: &'static str) -> Self {
        let part = |kind, range: Range<usize>| {
            let (confidence, shown) = (Confidence::Certain, kind == PartKind::Written);
            (!range.is_empty()).then_some(Part { kind, range, rule, confidence, shown })
        };
        let parts = [part(PartKind::Written, 0..at), part(PartKind::Quoted, at..text.len())];
        Self { text: text.to_owned(), parts: parts.into_iter().flatten().collect(), rule }
    }

    /// The text of a part.
    pub fn text_of(&self, part: &Part) -> &str {
        self.text.get(part.range.clone()).unwrap_or_default()
    }

    /// Where the body can be cut, from the top. The first line is no place: nothing would be left.
    pub fn cuts(&self) -> Vec<Cut> {
        let mut words = false;
        let mut shown = true;
        let mut cuts = Vec::new();
        for part in &self.parts {
            let &Part { kind, rule, confidence, .. } = part;
            if kind != PartKind::Written && words {
                cuts.push(Cut { at: part.range.start, kind, rule, confidence, taken: shown && !part.shown });
            }
            words |= !self.text_of(part).trim().is_empty();
            shown = part.shown;
        }
        cuts
    }

    /// The reply that the parts make; its HTML is left open.
    pub fn reply(self) -> Reply {
        let text = self.join(|part| part.shown);
        let kept = |kinds: &[PartKind], with: bool| {
            let joined = self.join(|part| !part.shown && kinds.contains(&part.kind) == with);
            (!joined.is_empty()).then_some(joined)
        };
        let below = [PartKind::Signature, PartKind::Footer];
        let (signature, quoted) = (kept(&below, true), kept(&below, false));
        Reply { text, signature, quoted, html: None, rule: self.rule, parts: self }
    }

    /// The text of the chosen parts: an empty line where something between them was left out, no blanks at the ends of lines, no
    /// empty lines around.
    fn join(&self, choose: impl Fn(&Part) -> bool) -> String {
        let mut joined = String::new();
        let mut gap = false;
        for part in &self.parts {
            if !choose(part) {
                gap = true;
                continue;
            }
            for line in self.text_of(part).lines() {
                let line = line.trim_end();
                if line.is_empty() && (joined.is_empty() || gap) {
                    continue;
                }
                if gap && !joined.is_empty() {
                    joined.truncate(joined.trim_end().len());
                    joined.push_str("\n\n");
                }
                gap = false;
                joined.push_str(line);
                joined.push('\n');
            }
        }
        joined.truncate(joined.trim_end().len());
        joined
    }
}

/// In JSON a body is the list of its parts: `{kind, rule, confidence, shown, text}`.
impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown<'a> {
            kind: PartKind,
            rule: &'static str,
            confidence: Confidence,
            shown: bool,
            text: &'a str,
        }
        let mut list = serializer.serialize_seq(Some(self.parts.len()))?;
        for part in &self.parts {
            let &Part { kind, rule, confidence, shown, .. } = part;
            list.serialize_element(&Shown { kind, rule, confidence, shown, text: self.text_of(part) })?;
        }
        list.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reply::{Hints, take_apart_plain};

    #[test]
    fn an_agent_moves_the_cut() {
        let text = "Yes.\n\nOn Mon, 5 Jan 2026 10:00 Ann <a@x.example> wrote:\n> Old\n";
        let body = take_apart_plain(text, &Hints::default());
        let cuts = body.cuts();
        assert_eq!(
            cuts.iter().map(|cut| (cut.at, cut.kind, cut.taken)).collect::<Vec<_>>(),
            [(5, PartKind::QuoteHeader, true), (56, PartKind::Quoted, false)]
        );
        let moved = Body::cut_at(&body.text, cuts[1].at).reply();
        assert_eq!(moved.text, "Yes.\n\nOn Mon, 5 Jan 2026 10:00 Ann <a@x.example> wrote:");
        assert_eq!((moved.quoted.as_deref(), moved.rule), (Some("> Old"), "by hand"));
        let whole = Body::whole(text).reply();
        assert_eq!((whole.text.as_str(), whole.quoted, whole.rule), (text.trim_end(), None, "whole"));
        assert_eq!(Body::cut_at("é", 1).reply().quoted.as_deref(), Some("é"));
        assert_eq!(Body::cut_at("é", 9).reply().text, "é");
    }

    #[test]
    fn parts_are_shown_as_a_list() {
        let body = take_apart_plain("Hi\n-- \nAnn", &Hints::default());
        let json = serde_json::to_value(&body).unwrap();
        let part = |kind: &str, rule: &str, shown: bool, text: &str| serde_json::json!({"kind": kind, "rule": rule, "confidence": "certain", "shown": shown, "text": text});
        let expected = serde_json::json!([
            part("written", "written", true, "Hi\n"),
            part("signature", "delimiter", false, "-- \nAnn")
        ]);
        assert_eq!(json, expected);
    }
}
