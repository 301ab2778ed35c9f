//! HTML: which part of the tree the person wrote. One walk finds the first mark of history; everything from there on in document
//! order is cut, or, where the person wrote below a quote, only the quotes.

use std::collections::{BTreeSet, HashSet};

use super::plain::{Split, extract_plain, has_words, split};
use super::{Hints, Reply};
use crate::html::sanitize::{clean, park_remote_images};
use crate::html::text::{is_hidden, render, render_lines};
use crate::html::tree::{Kind, Step, Tree};

/// Splits HTML into the newly written words, the signature and the history.
pub fn extract_html(html: &str, hints: &Hints) -> Reply {
    let Some(mut tree) = Tree::parse(html) else {
        let text = crate::html::to_text(html);
        return Reply { html: Some(crate::html::from_text(&text)), ..extract_plain(&text, hints) };
    };
    park_remote_images(&mut tree);
    let marks = marks(&tree);
    let hidden: HashSet<usize> = (0..tree.nodes.len()).filter(|id| is_hidden(&tree, *id)).collect();
    let own_lines = |cut: &HashSet<usize>| render_lines(&tree, 0, |id| hidden.contains(&id) || cut.contains(&id));
    let (mut own, mut starts) = own_lines(&marks.cut);
    let mut signature = None;
    let mut signed = false;
    if !marks.signatures.is_empty() {
        let unsigned: HashSet<usize> = marks.cut.iter().chain(&marks.signatures).copied().collect();
        let (text, lines) = own_lines(&unsigned);
        if has_words(&text) {
            let parts = marks.signatures.iter().map(|id| render(&tree, *id, |_| false).trim().to_owned());
            signature = Some(parts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n"));
            (own, starts) = (text, lines);
            signed = true;
        }
    }
    let Split { mut reply, end } = split(&own, hints, 0);
    if !has_words(&own) {
        // nothing outside the quotes: read the whole as text
        let whole = crate::html::text::render_all(&tree);
        return Reply { html: Some(clean(&tree.to_html(0, |_| false))), ..extract_plain(&whole, hints) };
    }

    let history = marks.history(&tree);
    let quoted = marks.any().then(|| render(&tree, 0, |id| hidden.contains(&id) || !history.contains(&id)));
    let quoted = quoted.map(|text| text.trim_end().to_owned()).filter(|text| !text.is_empty());
    reply.quoted = match (reply.quoted.take(), quoted) {
        (Some(first), Some(second)) => Some(format!("{first}\n{second}")),
        (first, second) => first.or(second),
    };
    reply.rule = marks.rule.unwrap_or(reply.rule);
    reply.signature = match (reply.signature.take(), signature.filter(|text| !text.is_empty())) {
        (Some(first), Some(second)) => Some(format!("{first}\n{second}")),
        (first, second) => first.or(second),
    };

    // what the reading of the text cut is cut from the tree at the same place
    let mut cut = marks.cut;
    if signed {
        cut.extend(marks.signatures);
    }
    if let Some(start) = end.and_then(|end| starts.get(end)) {
        cut.insert(*start);
        cut_after(&tree, *start, &mut cut);
    }
    cut_empty_end(&tree, &mut cut);
    let cuttable = end.is_some() || reply.rule == "interleaved";
    reply.html = Some(if cuttable {
        clean(&tree.to_html(0, |id| cut.contains(&id)))
    } else {
        crate::html::from_text(&reply.text)
    });
    reply
}

/// The parts of a tree that are not the person's words.
struct Marks {
    /// nodes that are history, with everything below
    cut: HashSet<usize>,
    /// nodes that hold a signature, in order
    signatures: BTreeSet<usize>,
    rule: Option<&'static str>,
}

impl Marks {
    fn any(&self) -> bool {
        !self.cut.is_empty()
    }

    /// Everything in the history, and what leads to it.
    fn history(&self, tree: &Tree) -> HashSet<usize> {
        let mut nodes = HashSet::from([0]);
        for start in &self.cut {
            tree.walk(*start, |step| {
                let (Step::Enter(id) | Step::Leave(id)) = step;
                nodes.insert(id);
                true
            });
            let mut above = tree.parent(*start);
            while nodes.insert(above) {
                above = tree.parent(above);
            }
        }
        nodes
    }
}

/// How a client marks history.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// This element alone is history.
    Element,
    /// Everything from here on is history.
    Rest,
}

/// The mark that an element is, if it is one.
fn mark(tree: &Tree, id: usize) -> Option<(Reach, &'static str)> {
    let name = tree.name(id);
    if name.is_empty() {
        return None;
    }
    let class = tree.attr(id, "class");
    let element_id = tree.attr(id, "id");
    let class_is = |wanted: &str| class.split_whitespace().any(|word| word == wanted);
    let id_ends = |wanted: &str| element_id.ends_with(wanted);
    let found = match () {
        () if class_is("gmail_quote") || class_is("gmail_quote_container") || class_is("gmail_extra") => {
            (Reach::Element, "gmail_quote")
        }
        () if class_is("gmail_attr") => (Reach::Element, "gmail_attr"),
        () if class_is("moz-cite-prefix") || class_is("moz-email-headers-table") => (Reach::Element, "thunderbird"),
        () if name == "blockquote" && tree.attr(id, "type").eq_ignore_ascii_case("cite") => (Reach::Element, "cite"),
        () if id_ends("appendonsend")
            || id_ends("divRplyFwdMsg")
            || id_ends("mail-editor-reference-message-container") =>
        {
            (Reach::Rest, "outlook")
        }
        () if id_ends("stopSpelling") || element_id == "OLK_SRC_BODY_SECTION" => (Reach::Rest, "outlook"),
        () if class_is("yahoo_quoted") || id_ends("yahoo_quoted") || element_id.starts_with("yahoo_quoted") => {
            (Reach::Element, "yahoo")
        }
        () if class_is("protonmail_quote")
            || class_is("tutanota_quote")
            || class_is("zmail_extra")
            || class_is("front-blockquote") =>
        {
            (Reach::Element, "quote element")
        }
        () if class_is("WordSection1") => return None,
        () if name == "div" && is_outlook_rule(tree.attr(id, "style")) && holds_header_block(tree, id) => {
            (Reach::Rest, "outlook")
        }
        () if name == "hr" && (tree.attr(id, "id") == "stopSpelling" || tree.attr(id, "tabindex") == "-1") => {
            (Reach::Rest, "outlook")
        }
        () if name == "blockquote"
            && (class_is("quote") || element_id == "replyBlockquote" || class_is("iosymail")) =>
        {
            (Reach::Element, "quote element")
        }
        () => return None,
    };
    Some(found)
}

/// The element in which a client puts the signature that the person set up.
fn is_signature(tree: &Tree, id: usize) -> bool {
    let (class, element_id) = (tree.attr(id, "class"), tree.attr(id, "id"));
    ["gmail_signature", "gmail_signature_prefix", "moz-signature", "protonmail_signature_block", "tutaSignature"]
        .iter()
        .any(|known| class.split_whitespace().any(|word| word == *known))
        || matches!(
            element_id,
            "Signature" | "AppleMailSignature" | "ms-outlook-mobile-signature" | "lineBreakAtBeginningOfSignature"
        )
}

/// Outlook draws a line above the history: `border:none;border-top:solid #E1E1E1 1.0pt`.
fn is_outlook_rule(style: &str) -> bool {
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    style.contains("border-top:solid") && style.contains("1.0pt")
        || style.contains("border-top:1pxsolid")
        || style.contains("border-top:#")
}

fn holds_header_block(tree: &Tree, id: usize) -> bool {
    let text = render(tree, id, |_| false);
    let lines = super::line::lines(&text);
    (0..lines.len().min(3)).any(|at| super::line::is_header_block(&lines, at))
}

fn marks(tree: &Tree) -> Marks {
    let mut marks = Marks { cut: HashSet::new(), signatures: BTreeSet::new(), rule: None };
    let mut rest: Option<usize> = None; // the node from which everything is history
    let mut words_after: HashSet<usize> = HashSet::new();
    let mut quotes: Vec<usize> = Vec::new();
    tree.walk(0, |step| {
        let Step::Enter(id) = step else { return true };
        if rest.is_some() {
            return false;
        }
        if is_signature(tree, id) {
            marks.signatures.insert(id);
            return false;
        }
        if let Some((reach, rule)) = mark(tree, id) {
            marks.rule = marks.rule.or(Some(rule));
            match reach {
                Reach::Rest => rest = Some(id),
                Reach::Element => quotes.push(id),
            }
            return false;
        }
        if let Some(Kind::Text(text)) = tree.nodes.get(id).map(|node| &node.kind)
            && has_words(text)
        {
            words_after.extend(quotes.last());
        }
        true
    });
    if let Some(start) = rest {
        marks.cut.insert(start);
        cut_after(tree, start, &mut marks.cut);
    }
    // a quote with words below it is what they answer, unless it is the whole mail above a single answer
    let answered = quotes.iter().filter(|id| words_after.contains(id)).count();
    for id in quotes {
        let keep = words_after.contains(&id) && answered > 1 && tree.name(id) == "blockquote";
        if !keep {
            marks.cut.insert(id);
        }
    }
    marks
}

/// Cuts all that follows `node` in the document: its later siblings, and those of its ancestors.
fn cut_after(tree: &Tree, node: usize, cut: &mut HashSet<usize>) {
    let mut at = node;
    while at != 0 {
        let parent = tree.parent(at);
        let siblings = tree.children(parent);
        let after = siblings.iter().position(|child| *child == at).map_or(siblings.len(), |index| index + 1);
        cut.extend(siblings.get(after..).unwrap_or_default());
        at = parent;
    }
}

/// Cuts the empty lines that stood above the history: all after the last words or image that stay.
fn cut_empty_end(tree: &Tree, cut: &mut HashSet<usize>) {
    let mut last = None;
    tree.walk(0, |step| {
        let Step::Enter(id) = step else { return true };
        if cut.contains(&id) {
            return false;
        }
        let shows = match tree.nodes.get(id).map(|node| &node.kind) {
            Some(Kind::Text(text)) => !text.trim().is_empty(),
            _ => tree.name(id) == "img",
        };
        if shows {
            last = Some(id);
        }
        true
    });
    if let Some(last) = last {
        cut_after(tree, last, cut);
    }
}
