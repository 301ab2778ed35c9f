//! HTML: which part of the tree the person wrote. One walk finds the first mark of history; everything from there on in document
//! order is cut, or, where the person wrote below a quote, only the quotes.

use std::collections::HashSet;

use super::body::{Body, Confidence, PartKind};
use super::marks::{Marks, cut_after, cut_empty_end, marks};
use super::plain::{Tag, take_apart, take_apart_plain};
use super::{Hints, Reply};
use crate::html::sanitize::{clean, park_remote_images};
use crate::html::text::{is_hidden, render_all, render_lines};
use crate::html::tree::Tree;

/// Splits HTML into the newly written words, the signature and the history.
pub fn extract_html(html: &str, hints: &Hints) -> Reply {
    let Some(mut tree) = Tree::parse(html) else {
        let text = crate::html::to_text(html);
        return Reply { html: Some(crate::html::from_text(&text)), ..take_apart_plain(&text, hints).reply() };
    };
    park_remote_images(&mut tree);
    let read = Read::of(&tree, hints);
    let html = read.shown(&tree);
    let reply = read.body.reply();
    let html = html.unwrap_or_else(|| crate::html::from_text(&reply.text));
    Reply { html: Some(html), ..reply }
}

/// The parts of HTML, of its text as it is rendered.
pub fn take_apart_html(html: &str, hints: &Hints) -> Body {
    match Tree::parse(html) {
        Some(tree) => Read::of(&tree, hints).body,
        None => take_apart_plain(&crate::html::to_text(html), hints),
    }
}

/// A tree whose text was read.
struct Read {
    body: Body,
    marks: Marks,
    /// the node that begins each line of the text
    starts: Vec<usize>,
}

impl Read {
    fn of(tree: &Tree, hints: &Hints) -> Self {
        let marks = marks(tree);
        let (text, starts) = render_lines(tree, 0, |id| is_hidden(tree, id));
        if text.trim().is_empty() {
            return Self { body: take_apart_plain(&render_all(tree), hints), marks, starts: Vec::new() };
        }
        let history = Marks::below(tree, &marks.cut);
        let signatures = Marks::below(tree, &marks.signatures);
        let quoted = Tag::hidden(PartKind::Quoted, marks.rule.unwrap_or("quote element"), Confidence::Certain);
        let signature = Tag::hidden(PartKind::Signature, "signature element", Confidence::Certain);
        let known = |id: &usize| match () {
            () if history.contains(id) => Some(quoted),
            () if signatures.contains(id) => Some(signature),
            () => None,
        };
        let known: Vec<Option<Tag>> = starts.iter().map(known).collect();
        let body = take_apart(text, &known, marks.rule.unwrap_or("whole"), hints);
        Self { body, marks, starts }
    }

    /// The HTML of the lines that are shown; `None` where the tree cannot be cut at their ends.
    fn shown(&self, tree: &Tree) -> Option<String> {
        let hidden: Vec<bool> = self
            .body
            .parts
            .iter()
            .flat_map(|part| {
                let lines = self.body.text_of(part).matches('\n').count();
                std::iter::repeat_n(!part.shown, lines)
            })
            .collect();
        let history = Marks::below(tree, &self.marks.cut);
        let signatures = Marks::below(tree, &self.marks.signatures);
        let end = hidden.iter().rposition(|hidden| !hidden).map_or(0, |last| last + 1);
        let (mut marked, mut signed, mut whole) = (false, false, true);
        for (_, start) in self.starts.iter().enumerate().filter(|(line, _)| hidden.get(*line) == Some(&true)) {
            marked |= history.contains(start);
            signed |= signatures.contains(start);
        }
        let mut cut: HashSet<usize> = HashSet::new();
        cut.extend(self.marks.cut.iter().filter(|_| marked));
        cut.extend(self.marks.signatures.iter().filter(|_| signed));
        for (line, start) in self.starts.iter().enumerate().filter(|(line, _)| hidden.get(*line) == Some(&true)) {
            let known = history.contains(start) || signatures.contains(start);
            whole &= known || line >= end || self.body.rule == "interleaved";
        }
        if let Some(start) =
            self.starts.get(end).filter(|start| !history.contains(start) && !signatures.contains(start))
        {
            cut.insert(*start);
            cut_after(tree, *start, &mut cut);
        }
        cut_empty_end(tree, &mut cut);
        whole.then(|| clean(&tree.to_html(0, |id| cut.contains(&id))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(html: &str) -> Reply {
        extract_html(html, &Hints::default())
    }

    #[test]
    fn the_history_of_every_client_is_cut() {
        let cases = [
            (
                "gmail",
                r#"<div dir="ltr">New</div><br><div class="gmail_quote"><div class="gmail_attr">On Mon, Jan 5, 2026 A &lt;a@x.example&gt; wrote:<br></div><blockquote class="gmail_quote">Old</blockquote></div>"#,
            ),
            (
                "apple",
                r#"<html><body>New<br><div><br><blockquote type="cite"><div>On 5 Jan 2026, at 10:00, A &lt;a@x.example&gt; wrote:</div><br><div>Old</div></blockquote></div></body></html>"#,
            ),
            (
                "thunderbird",
                r#"<p>New</p><div class="moz-cite-prefix">Am 05.01.26 um 10:00 schrieb A:<br></div><blockquote type="cite" cite="mid:x@y">Old</blockquote>"#,
            ),
            (
                "outlook desktop",
                r#"<div class=WordSection1><p class=MsoNormal>New</p><div style='border:none;border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal><b>Von:</b> A &lt;a@x.example&gt;<br><b>Gesendet:</b> Montag<br><b>Betreff:</b> x</p></div><p class=MsoNormal>Old</p></div>"#,
            ),
            (
                "outlook web",
                r#"<div class="elementToProof">New</div><div id="appendonsend"></div><hr tabindex="-1" style="display:inline-block;width:98%"><div id="divRplyFwdMsg"><b>From:</b> A<br><b>Sent:</b> Monday<br><b>Subject:</b> x</div><div>Old</div>"#,
            ),
            (
                "outlook web, prefixed",
                r#"<div>New</div><div id="x_m_divRplyFwdMsg"><b>From:</b> A</div><div>Old</div>"#,
            ),
            (
                "outlook ios",
                r#"<div>New</div><div id="ms-outlook-mobile-signature">Get Outlook for iOS</div><div id="mail-editor-reference-message-container"><b>From:</b> A<div>Old</div></div>"#,
            ),
            (
                "yahoo",
                r#"<div class="ydp1"><div>New</div></div><div id="yahoo_quoted_123" class="yahoo_quoted"><div>On Monday A wrote:</div><div>Old</div></div>"#,
            ),
            (
                "proton",
                r#"<div>New</div><div class="protonmail_quote">On Monday, A wrote:<br><blockquote class="protonmail_quote" type="cite">Old</blockquote></div>"#,
            ),
            (
                "yandex",
                r#"<div>New</div><div>05.01.2026, 10:00, "A" &lt;a@x.example&gt;:</div><blockquote>Old</blockquote>"#,
            ),
            (
                "unmarked header block",
                "<p>New</p><hr><p><b>From:</b> a@x.example<br><b>Sent:</b> Monday<br><b>Subject:</b> x</p><p>Old</p>",
            ),
            (
                "gmail mobile",
                r#"<div dir="auto">New</div><br><div class="gmail_quote"><div dir="ltr">A &lt;a@x.example&gt; schrieb am Mo., 5. Jan. 2026, 10:00:<br></div><blockquote class="gmail_quote">Old</blockquote></div>"#,
            ),
        ];
        for (client, html) in cases {
            let reply = read(html);
            assert_eq!(reply.text, "New", "{client}: {reply:?}");
            assert!(reply.quoted.as_deref().is_some_and(|quoted| quoted.contains("Old")), "{client}: {reply:?}");
            let shown = reply.html.unwrap_or_default();
            assert!(shown.contains("New") && !shown.contains("Old") && !shown.contains("A &lt;"), "{client}: {shown}");
        }
    }

    #[test]
    fn not_every_blockquote_is_history() {
        let reply = read("<p>He said</p><blockquote>To be or not to be</blockquote><p>and left.</p>");
        assert_eq!(reply.text, "He said\n\n> To be or not to be\n\nand left.");
        assert!(reply.html.is_some_and(|html| html.contains("<blockquote>")));
    }

    #[test]
    fn answers_between_quotes_keep_what_they_answer() {
        let html = r#"<div class="moz-cite-prefix">On 5/1/26 10:00, A wrote:</div><blockquote type="cite">Size?</blockquote><p>Large.</p><blockquote type="cite">Colour?</blockquote><p>Blue.</p>"#;
        let reply = read(html);
        assert_eq!(reply.text, "> Size?\n\nLarge.\n\n> Colour?\n\nBlue.");
        assert_eq!(reply.quoted.as_deref(), Some("On 5/1/26 10:00, A wrote:"));
    }

    #[test]
    fn an_answer_below_the_quote_is_found() {
        let html = r#"<div class="moz-cite-prefix">On 5/1/26 10:00, A wrote:</div><blockquote type="cite"><p>Which size?</p></blockquote><p>Large.</p>"#;
        let reply = read(html);
        assert_eq!((reply.text.as_str(), reply.quoted.is_some()), ("Large.", true), "{reply:?}");
    }

    #[test]
    fn signatures_are_cut_from_text_and_tree() {
        let reply = read(
            r#"<div>Fine.</div><span class="gmail_signature_prefix">-- </span><br><div class="gmail_signature">Ann<br>+44 20</div>"#,
        );
        assert_eq!((reply.text.as_str(), reply.signature.as_deref()), ("Fine.", Some("--\nAnn\n+44 20")));
        assert_eq!(reply.html.as_deref(), Some("<div>Fine.</div>"));
        let only = read(r#"<div class="gmail_signature">Ann<br>+44 20</div>"#);
        assert_eq!(only.text, "Ann\n+44 20");
    }

    #[test]
    fn a_mail_of_history_alone_shows_it() {
        let reply = read(
            r#"<div class="gmail_quote"><div class="gmail_attr">On Mon, Jan 5, 2026 A &lt;a@x.example&gt; wrote:</div><blockquote>Old words</blockquote></div>"#,
        );
        assert!(reply.text.contains("Old words"), "{reply:?}");
    }
}
