//! HTML that is safe to show: no scripts, styles, forms or frames; nothing is loaded from afar until somebody asks, and what only
//! tells somebody that the mail was read, never.
//!
//! Two readings stand between a mail and the page: our tree, of which only what is listed here is written out, and ammonia, which parses
//! that as a browser would and holds it against the same lists.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::allowed::{ATTRIBUTES, ATTRIBUTES_OF, REMOTE, TAGS};
use super::css;
use super::links::{self, Target};
use super::text::{Hidden, Style, is_silent};
use super::trackers;
use super::tree::{Step, Tree};

/// What every link says: it opens a page of its own, which learns nothing of this one.
const LINKS: &[(&str, &str)] = &[("target", "_blank"), ("rel", "noopener noreferrer nofollow")];

const VOID: &[&str] = &["br", "col", "hr", "img", "wbr"];

/// Longest value of an attribute, in bytes, but for pictures within the mail.
const LONGEST_VALUE: usize = 4_000;
/// Longest text that is written in one piece, in bytes, and most characters to be escaped in a piece of a longer one.
const LONGEST_TEXT: usize = 64_000;
const MOST_ESCAPES: usize = 1_000;

/// Makes HTML harmless. `cid:` and inline raster images stay; the `src` of a remote image moves to `data-remote-src`, or goes with the
/// image if it is one that counts readers; links open in a new page without a referrer. What the mail hides is left out. A document too
/// deep or long to be read as a tree becomes its text.
pub fn sanitize(html: &str) -> String {
    match Tree::parse(html) {
        Some(tree) => show(&tree, |_| false),
        None => super::from_text(&super::text::linear(html)),
    }
}

/// The harmless HTML of a tree without the nodes that `cut` names.
pub(crate) fn show(tree: &Tree, cut: impl Fn(usize) -> bool) -> String {
    clean(&write(tree, cut))
}

/// What is to be written when an element ends.
struct Opened {
    tag: &'static str,
    after: String,
}

fn write(tree: &Tree, cut: impl Fn(usize) -> bool) -> String {
    let hidden = Hidden::of(tree);
    let mut out = String::new();
    let mut open: Vec<Opened> = Vec::new();
    tree.walk(0, |step| {
        let Step::Enter(id) = step else {
            if let Some(Opened { tag, after }) = open.pop() {
                if !tag.is_empty() && !VOID.contains(&tag) {
                    out.push_str("</");
                    out.push_str(tag);
                    out.push('>');
                }
                super::escape_into(&after, &mut out);
            }
            return true;
        };
        let style = Style::of(tree, id);
        let into = !is_silent(tree.name(id)) && !hidden.leaves_out(&style) && !cut(id);
        let opened = if into { Opened::of(tree, id, &mut out) } else { Opened { tag: "", after: String::new() } };
        open.push(opened);
        into
    });
    out
}

impl Opened {
    /// Writes a text, or the beginning of an element.
    fn of(tree: &Tree, id: usize, out: &mut String) -> Self {
        let mut opened = Self { tag: "", after: String::new() };
        if let Some(text) = tree.text(id) {
            // a parser drops the line end after `<pre>`, and would drop another each time
            let begins = out.rfind('<').is_some_and(|at| out.get(at..).is_some_and(|tag| tag.starts_with("<pre")));
            let text = if begins && out.ends_with('>') { text.trim_start_matches(['\n', '\r']) } else { text };
            write_text(&one_line_end(text), out);
            return opened;
        }
        let name = match tree.name(id) {
            "xmp" | "listing" | "plaintext" => "pre",
            "html" | "body" if !tree.attr(id, "dir").is_empty() => "div",
            name => name,
        };
        let Some(tag) = TAGS.iter().find(|tag| **tag == name) else { return opened };
        let mut attributes = String::new();
        let mut push = |name: &str, value: &str| {
            if value.len() > LONGEST_VALUE && name != "src" {
                return;
            }
            attributes.push(' ');
            attributes.push_str(name);
            attributes.push_str("=\"");
            super::escape_into(&one_line_end(value), &mut attributes);
            attributes.push('"');
        };
        let mut picture = if *tag == "img" { image(tree, id) } else { None };
        if *tag == "img" && picture.is_none() && tree.attr(id, "alt").trim().is_empty() {
            return opened;
        }
        let of_tag = ATTRIBUTES_OF.iter().find(|(of, _)| of == tag).map_or(&[][..], |(_, names)| names);
        for attr in tree.attrs(id) {
            let (name, value) = (&*attr.name.local, &*attr.value);
            match name {
                "style" => {
                    let style = css::harmless(value);
                    if !style.is_empty() {
                        push("style", &style);
                    }
                }
                "href" if *tag == "a" => match links::target(value) {
                    Some(Target::Plain(url)) => push("href", &url),
                    Some(Target::Deceptive(url)) => opened.after = format!(" <{url}>"),
                    None => {}
                },
                "target" | "rel" => {}
                "src" | REMOTE => {
                    if let Some((name, url)) = picture.take() {
                        push(name, &url);
                    }
                }
                name if ATTRIBUTES.contains(&name) || of_tag.contains(&name) => push(name, value),
                _ => {}
            }
        }
        if *tag == "a" {
            LINKS.iter().for_each(|(name, value)| push(name, value));
        }
        out.push('<');
        out.push_str(tag);
        out.push_str(&attributes);
        out.push('>');
        opened.tag = tag;
        opened
    }
}

/// ammonia's writer searches the rest of a text for a no-break space whenever it escapes a character: a long text of nothing else is
/// parted where a line may break anyway.
fn write_text(text: &str, out: &mut String) {
    let mut rest = text;
    while rest.len() > LONGEST_TEXT {
        let Some((end, _)) = rest.match_indices(['&', '<', '>']).nth(MOST_ESCAPES) else { break };
        let (head, tail) = rest.split_at(end);
        super::escape_into(head, out);
        out.push_str("<wbr>");
        rest = tail;
    }
    super::escape_into(rest, out);
}

/// What is written as `&#13;` is a line end to the next parser.
fn one_line_end(text: &str) -> Cow<'_, str> {
    if text.contains('\r') { Cow::Owned(text.replace('\r', "\n")) } else { Cow::Borrowed(text) }
}

/// Where an image comes from, if it may be shown: `src` within the mail, [`REMOTE`] from afar.
fn image(tree: &Tree, id: usize) -> Option<(&'static str, String)> {
    let src = Some(tree.attr(id, "src")).filter(|src| !src.trim().is_empty()).unwrap_or_else(|| tree.attr(id, REMOTE));
    if let Some(local) = links::local_image(src) {
        return Some(("src", local.to_owned()));
    }
    let url = links::remote(src)?;
    (!trackers::counts_readers(tree, id, &url)).then_some((REMOTE, url))
}

/// The same lists once more, on what a browser would read.
fn clean(html: &str) -> String {
    static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
        let set = |names: &[&'static str]| names.iter().copied().collect::<HashSet<_>>();
        let mut builder = ammonia::Builder::default();
        builder
            .tags(set(TAGS))
            .generic_attributes(set(ATTRIBUTES))
            .tag_attributes(ATTRIBUTES_OF.iter().map(|(tag, names)| (*tag, set(names))).collect::<HashMap<_, _>>())
            .url_schemes(["http", "https", "mailto", "tel", "cid", "data"].into())
            .url_relative(ammonia::UrlRelative::Deny)
            .link_rel(None)
            .set_tag_attribute_values([("a", LINKS.iter().copied().collect::<HashMap<_, _>>())].into())
            .attribute_filter(|element, attribute, value| match (element, attribute) {
                ("img", "src") => links::local_image(value).map(Into::into),
                ("img", REMOTE) => links::remote(value).map(Into::into),
                ("a", "href") => match links::target(value) {
                    Some(Target::Plain(url)) => Some(url.into()),
                    _ => None,
                },
                (_, "style") => Some(css::harmless(value)).filter(|style| !style.is_empty()).map(Into::into),
                _ => Some(value.into()),
            });
        builder
    });
    CLEANER.clean(html).to_string().trim().to_owned()
}
