//! HTML: which part of the tree the person wrote.
//!
//! The tree is read once for the marks of clients, and rendered once; of the text the marked lines are known, and the rest is read as
//! plain text is. What the reply leaves out of the text is then cut from the tree.

use super::attribution::{attribution_ending_at, has_address};
use super::body::{Body, Confidence, PartKind};
use super::context::Context;
use super::cut::cut;
use super::heading::{header_block_end, is_header_block};
use super::line::lines;
use super::marks::{Marks, marks};
use super::plain::{Tag, take_apart, take_apart_plain};
use super::{Hints, Reply};
use crate::html::sanitize::show;
use crate::html::text::{Rendered, linear, render};
use crate::html::tree::Tree;

/// Splits HTML into the newly written words, the signature and the history.
pub fn extract_html(html: &str, hints: &Hints) -> Reply {
    extract(html, &Context::of(hints, None))
}

/// As [`extract_html`], with what is known made ready.
pub(super) fn extract(html: &str, context: &Context) -> Reply {
    let Some(mut tree) = Tree::parse(html) else {
        let reply = take_apart(linear(html), &[], "whole", context).reply();
        return Reply { html: Some(crate::html::from_text(&reply.text)), ..reply };
    };
    let Read { body, marks, rendered } = Read::of(&tree, context);
    let gone = cut(&mut tree, &rendered, &marks, &body);
    let html = show(&tree, |id| gone.get(id) == Some(&true));
    Reply { html: Some(html), ..body.reply() }
}

/// The parts of HTML, of its text as it is rendered.
pub fn take_apart_html(html: &str, hints: &Hints) -> Body {
    match Tree::parse(html) {
        Some(tree) => Read::of(&tree, &Context::of(hints, None)).body,
        None => take_apart_plain(&linear(html), hints),
    }
}

/// A tree whose text was read. The text of `rendered` is the body's.
struct Read {
    body: Body,
    marks: Marks,
    rendered: Rendered,
}

impl Read {
    fn of(tree: &Tree, context: &Context) -> Self {
        let marks = marks(tree);
        let mut rendered = render(tree, |id| marks.is_edge(id));
        let text = std::mem::take(&mut rendered.text);
        let mut known: Vec<Option<Tag>> =
            rendered.lines.iter().map(|node| marks.region(*node).map(super::marks::Region::tag)).collect();
        tell_headings(&text, &mut known);
        for quote in marks.answered.iter().take(MOST) {
            let nodes = tree.range(*quote);
            if let Some(start) = rendered.lines.iter().position(|node| nodes.contains(node)) {
                tell_heading_within(&text, start, &mut known);
            }
        }
        let mut body = take_apart(text, &known, marks.rule.unwrap_or("whole"), context);
        if body.rule == "whole"
            && let Some(hidden) = body.parts.iter().find(|part| !part.shown)
        {
            body.rule = hidden.rule;
        }
        Self { body, marks, rendered }
    }
}

/// Lines that are looked at around the beginning of history.
const NEAR: usize = 12;
/// Most beginnings of history that are looked at.
const MOST: usize = 20;

/// What leads to marked history without a mark of its own: an attribution above it, a header block at its top.
fn tell_headings(text: &str, known: &mut [Option<Tag>]) {
    let all: Vec<&str> = text.lines().collect();
    let is_quoted = |tag: Option<&Option<Tag>>| tag.copied().flatten().is_some_and(|tag| tag.kind == PartKind::Quoted);
    let starts: Vec<usize> = (0..known.len())
        .filter(|at| is_quoted(known.get(*at)) && (*at == 0 || !is_quoted(known.get(at - 1))))
        .collect();
    for start in starts.into_iter().take(MOST) {
        let rule = known[start].map_or("", |tag| tag.rule);
        let heading = Some(Tag::hidden(PartKind::QuoteHeader, rule, Confidence::Certain));

        let top = all.get(start..all.len().min(start + NEAR)).unwrap_or_default().join("\n");
        let top = lines(&top);
        if let Some(block) = (0..top.len().min(4)).find(|at| is_header_block(&top, *at)) {
            let end = start + header_block_end(&top, block);
            known.iter_mut().take(end).skip(start).filter(|tag| tag.is_some()).for_each(|tag| *tag = heading);
        }

        let Some(last) =
            (start.saturating_sub(4)..start).rev().find(|at| all.get(*at).is_some_and(|line| !line.trim().is_empty()))
        else {
            continue;
        };
        let from = last.saturating_sub(NEAR);
        let above = all.get(from..=start).unwrap_or_default().join("\n");
        let above = lines(&above);
        let begins = attribution_ending_at(&above, last - from).map(|begins| from + begins);
        if let Some(begins) = begins.or_else(|| is_dated_or_addressed(all.get(last)?).then_some(last)) {
            let free = |tag: &&mut Option<Tag>| tag.is_none();
            known.iter_mut().take(last + 1).skip(begins).filter(free).for_each(|tag| *tag = heading);
        }
    }
}

/// The attribution that Apple Mail puts into the quote, at its top: of an answered quote it goes.
fn tell_heading_within(text: &str, start: usize, known: &mut [Option<Tag>]) {
    let unquoted: Vec<&str> =
        text.lines().skip(start).take(4).map(|line| line.trim_start_matches(['>', ' '])).collect();
    let top = unquoted.join("\n");
    let top = lines(&top);
    if let Some(end) = (0..top.len().min(3)).find(|end| attribution_ending_at(&top, *end).is_some()) {
        let blank = top.iter().skip(end + 1).take_while(|line| line.blank).count();
        let heading = Some(Tag::hidden(PartKind::QuoteHeader, "attribution", Confidence::Certain));
        known.iter_mut().skip(start).take(end + 1 + blank).for_each(|tag| *tag = heading);
    }
}

/// A short line that ends with a colon and names an address or a time, right above a quote: whatever its language, it leads to it.
fn is_dated_or_addressed(line: &str) -> bool {
    let line = line.trim();
    line.len() <= 300
        && line.ends_with([':', '：'])
        && (has_address(line) || line.chars().filter(|c| c.is_numeric()).count() >= 4)
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
